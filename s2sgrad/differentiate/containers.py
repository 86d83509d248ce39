"""The reverse of methods that change lists, dicts and deques: each has a counterpart that undoes it on the adjoint.

    xs.append(v)      bv += bxs.pop()
    v = xs.pop()      bxs.append(bv)
"""
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.guards import exchanging
from s2sgrad.differentiate.naming import adjoint, adjoint_var
from s2sgrad.differentiate.storage import held, mirrored
from s2sgrad.differentiate.tree import Node, Step
from s2sgrad.differentiate.zeros import zero_of
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.targets import assigned
from s2sgrad.lower.held_containers import is_bounded_deque, is_set
from s2sgrad.lower.purity import repeatable
from s2sgrad.lower.writing import EXCHANGE, EXCHANGE_ATTRIBUTES, MUTATORS
from s2sgrad.rules.fold import fold

if TYPE_CHECKING:
    from s2sgrad.analysis.facts import Facts
    from s2sgrad.differentiate.backward import Backward

Arguments = tuple[Expr, ...]


def changes(e: Expr) -> bool:
    """Is this a call of a method that changes its receiver?"""
    return e.head == "call" and e.args[0].head == "attr" and e.args[0].data in MUTATORS or changes_set(e)


def _parts(e: Expr) -> tuple[Expr, str, Arguments]:
    """The container that a method changes, the method, and the arguments."""
    return e.args[0].args[0], str(e.args[0].data), e.args[1:]


#: Methods of sets, of which nothing varies, and what undoes them.
_OF_SETS = {set.add: set.discard, set.discard: set.add}


def changes_set(e: Expr) -> bool:
    """Is this ``set.add(xs, k)`` or the like?"""
    return e.head == "call" and E.callee(e) in tuple(_OF_SETS)


def effect(s: S.Do, b: Backward) -> list[Node]:
    """The reverse of a mutating method call whose result is not used."""
    if changes_set(s.value):
        return []
    return _reverse(s, s.value, None, b)


def assign(s: S.Assign, b: Backward) -> list[Node]:
    """The reverse of ``v = xs.pop()`` and its like."""
    return _reverse(s, s.value, s.target, b)


def _reverse(s: S.Stmt, e: Expr, target: Expr | None, b: Backward) -> list[Node]:
    receiver, method, args = _parts(e)
    base = E.root(receiver)
    if base.head != "var" or base.data not in b.facts.active:
        return []
    rule = (_STATEMENTS if target is None else _ASSIGNMENTS).get(method)
    if rule is None:
        raise unsupported(s.loc, f"the method {method} cannot be differentiated here",
                          "write the change as a loop over elements, or build a new container")
    return rule(s, mirrored(receiver), args, target, b)


def _method(obj: Expr, name: str, *args: Expr) -> Expr:
    return E.call(E.attr(obj, name), *args)


def _take_back(back: Callable[[Expr, Arguments], Expr]) -> Callable[..., list[Node]]:
    """Methods that put their last argument into the container: the adjoint comes out again."""
    def rule(s: S.Stmt, bxs: Expr, args: Arguments, target: Expr | None, b: Backward) -> list[Node]:
        v, taken = args[-1], back(bxs, args)
        if b.facts.is_active(v):
            return [Step(s, [b.rules.add(s, v, held(s, taken, v, b))], True)]
        return [Step(s, [S.Do(taken, s.loc)], True)]
    return rule


def _extend(s: S.Stmt, bxs: Expr, args: Arguments, target: Expr | None, b: Backward) -> list[Node]:
    tail = E.call(lib.support("split_tail"), bxs, E.call(lib.builtin("len"), args[0]))
    if b.facts.is_active(args[0]):
        return [Step(s, [b.rules.add(s, args[0], tail)], True)]
    return [Step(s, [S.Do(tail, s.loc)], True)]


def _put_back(put: Callable[[Expr, Arguments, Expr], Expr]) -> Callable[..., list[Node]]:
    """Methods that take an element out: its adjoint goes back in, or a zero that may be reached into as the element was."""
    def rule(s: S.Assign, bxs: Expr, args: Arguments, target: Expr | None, b: Backward) -> list[Node]:
        active = target is not None and b.facts.is_active(target)
        value = adjoint_var(target.data) if active and target is not None else E.ZERO
        place = E.index(s.value.args[0].args[0], *args or (E.const(-1),))
        if target is not None and b.reached.takes_out(s, target.data, place) and not active:
            value = zero_of(target.data, b.facts)
        if target is not None and (target.data in b.facts.links.variables or not active and b.facts.links.holds(place, s)):
            value = lib.mirror(target)  # also where nothing is done with it: it may be reached from here earlier on
        code: list[S.Stmt] = [S.Do(put(bxs, args, value), s.loc)]
        if active and target is not None:
            code.append(S.Clear(adjoint(target.data), s.loc))
        return [Step(s, code, True)]
    return rule


def _pop(bxs: Expr, args: Arguments, value: Expr) -> Expr:
    if args:
        return E.call(lib.support("put_back"), bxs, args[0], value)
    return _method(bxs, "append", value)


def _rotate_back(s: S.Stmt, bxs: Expr, args: Arguments, target: Expr | None, b: Backward) -> list[Node]:
    return [Step(s, [S.Do(_rotated(bxs, args, None), s.loc)], True)]


def _rotated(xs: Expr, args: Arguments, v: Expr | None) -> Expr:
    return _method(xs, "rotate", fold(E.op("-", args[0])) if args else E.const(-1))


def _reverse_order(s: S.Stmt, bxs: Expr, args: Arguments, target: Expr | None, b: Backward) -> list[Node]:
    return [Step(s, [S.Do(_method(bxs, "reverse"), s.loc)], True)]


def _exchange_back(s: S.Stmt, bxs: Expr, args: Arguments, target: Expr | None, b: Backward) -> list[Node]:
    assert isinstance(s, S.Do)
    b.forward[s] = exchanging(s, b.facts)
    return [Step(s, [S.Do(_method(bxs, EXCHANGE, *args[::-1]), s.loc)], True)]


def _exchange_attributes_back(s: S.Stmt, bxs: Expr, args: Arguments, target: Expr | None, b: Backward) -> list[Node]:
    return [Step(s, [S.Do(_method(bxs, EXCHANGE_ATTRIBUTES, *args[::-1]), s.loc)], True)]


def _take_out(xs: Expr, args: Arguments) -> Expr:
    """Take out what was inserted at a place."""
    return _method(xs, "pop", args[0]) if E.is_const(args[0], 0) else E.call(lib.support("take_out"), xs, args[0])


_popping = _put_back(_pop)
_popping_left = _put_back(lambda bxs, args, value: _method(bxs, "appendleft", value))

_STATEMENTS: dict[str, Callable[..., list[Node]]] = {
    "append": _take_back(lambda bxs, args: _method(bxs, "pop")),
    "appendleft": _take_back(lambda bxs, args: _method(bxs, "popleft")),
    "insert": _take_back(_take_out),
    "extend": _extend, "pop": _popping, "popleft": _popping_left, "reverse": _reverse_order,
    "rotate": _rotate_back, EXCHANGE: _exchange_back, EXCHANGE_ATTRIBUTES: _exchange_attributes_back,
}
_ASSIGNMENTS: dict[str, Callable[..., list[Node]]] = {
    "pop": _popping, "popleft": _popping_left,
}


def delete(s: S.Delete, b: Backward) -> list[Node]:
    """``del xs[i]`` removes an element whose adjoint is zero."""
    nodes: list[Node] = []
    for t in s.targets:
        base = E.root(t)
        if base.head == "var" and base.data in b.facts.active:
            if t.head != "index" or t.args[1].head == "slice":
                raise unsupported(s.loc, "this deletion cannot be differentiated", "build a new list without the part")
            put = E.call(lib.support("put_back"), mirrored(t.args[0]), t.args[1], E.ZERO)
            nodes.append(Step(s, [S.Do(put, s.loc)], True))
    return nodes


def is_undone(s: S.Stmt, facts: Facts) -> bool:
    """Is all that a statement does to containers what a method does that `undo` has a counterpart of?

    The counterpart is evaluated when the container has changed: what it reads must not depend on that. A dict that does
    not have a key gets nothing for it, what a set gives has no place, and what a deque of bounded length lost is not known.
    """
    called = [call for e in S.expressions(s) for call in E.calls(e) if changes(call)]
    if len(called) != 1 or not isinstance(s, (S.Assign, S.Do)) or called[0] is not s.value or S.stored_root(s) is not None:
        return False
    if changes_set(s.value):
        return True
    receiver, method, args = _parts(s.value)
    if method not in _UNDO or method in ("pop", "popleft") and (not isinstance(s, S.Assign) or len(args) > 1):
        return False
    if method in ("append", "appendleft", "extend", "insert", "pop") and any(
            is_bounded_deque(e) if method != "pop" else is_set(e) for e in _bindings(receiver, facts)):
        return method in ("append", "appendleft") and _has_room(s, receiver, facts.function.body)
    read = () if method in ("append", "appendleft") else args[:1]
    base = E.root(receiver)
    contents = facts.aliasing.contents
    own = contents(base.data) if base.head == "var" else E.NO_NAMES
    return all(E.is_atom(a) or repeatable(a) and all(own.isdisjoint(contents(n)) for n in a.names) for a in read)


def _has_room(s: S.Stmt, xs: Expr, body: S.Block) -> bool:
    """Has the statement before this one taken an element out of a deque that was full?"""
    before: S.Stmt | None = None
    for t in body:
        if t is s:
            return isinstance(before, S.If) and before.test.head == "compare" and before.test.args[-1] == E.attr(xs, "maxlen")
        if any(_has_room(s, xs, inner) for inner in S.blocks(t)):
            return True
        before = t
    return False


def _bindings(place: Expr, facts: Facts) -> list[Expr]:
    """What a variable, or what may be the same object, is bound to; what is stored in places that look alike."""
    if place.head == "var":
        names = facts.aliasing.group(place.data)
        return [e for n in names for s in facts.definitions.get(n, ()) for t, e in assigned(s) if t.head == "var" and t.data == n]

    def is_same(target: Expr) -> bool:
        return target.head == place.head and (target.head == "index" or target.head == "attr" and target.data == place.data)

    return [e for s in S.walk_stmts(facts.function.body) for t, e in assigned(s) if is_same(t)]


def undo(s: S.Stmt) -> list[S.Stmt]:
    """Statements that give a container back what it was before a mutating method, for which `is_undone` holds."""
    e = next(e for e in S.expressions(s) if changes(e))
    if changes_set(e):
        back = _OF_SETS[E.callee(e)]
        return [S.Do(E.call(E.ref(f"set.{back.__name__}", back), *e.args[1:]), s.loc)]
    receiver, method, args = _parts(e)
    result = s.target if isinstance(s, S.Assign) else None
    return [S.Do(_UNDO[method](receiver, args, result), s.loc)]


def undo_reads(s: S.Stmt) -> frozenset[str]:
    """The variables that `undo` reads beside the container."""
    if isinstance(s, S.Do) and changes_set(s.value):
        return s.value.args[2].names
    if not isinstance(s, (S.Assign, S.Do)) or not changes(s.value) or E.root(_parts(s.value)[0]).head != "var":
        return E.NO_NAMES
    receiver, method, args = _parts(s.value)
    if method in ("append", "appendleft", "reverse"):
        return E.NO_NAMES
    names = frozenset().union(*(a.names for a in args)) - E.root(receiver).names
    return names | S.bound(s.target) if isinstance(s, S.Assign) else names


_UNDO: dict[str, Callable[[Expr, Arguments, Expr | None], Expr]] = {
    "append": lambda xs, args, v: _method(xs, "pop"),
    "appendleft": lambda xs, args, v: _method(xs, "popleft"),
    "insert": lambda xs, args, v: _take_out(xs, args),
    "extend": lambda xs, args, v: E.call(lib.support("split_tail"), xs, E.call(lib.builtin("len"), args[0])),
    "pop": lambda xs, args, v: _pop(xs, args, v or E.NONE),
    "popleft": lambda xs, args, v: _method(xs, "appendleft", v or E.NONE),
    "reverse": lambda xs, args, v: _method(xs, "reverse"), "rotate": _rotated,
    EXCHANGE: lambda xs, args, v: _method(xs, EXCHANGE, *args[::-1]),
    EXCHANGE_ATTRIBUTES: lambda xs, args, v: _method(xs, EXCHANGE_ATTRIBUTES, *args[::-1]),
}
