"""What is done to memory is done to its tangent: writes into arrays, containers and objects.

    A[s] = e        dA[s] = de
    A[s] *= e       dA[s] = dA[s] * e + A[s] * de
    xs.append(v)    dxs.append(dv)
    np.add.at(A, i, v)    np.add.at(dA, i, dv)
"""
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.entry import by_value, may_change_part
from s2sgrad.differentiate.linear_forms import product, total
from s2sgrad.differentiate.naming import TANGENT, tangent_var
from s2sgrad.differentiate.tangents import BROADCAST, is_allocation, needed
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import written_arguments
from s2sgrad.lower.writing import EXCHANGE, EXCHANGE_ATTRIBUTES, MUTATORS, WRITES_FIRST, is_ufunc_at
from s2sgrad.rules.bind import INACTIVE_ATTRIBUTES, OPERATORS
from s2sgrad.rules.registry import rule_for
from s2sgrad.rules.template import returned, template

if TYPE_CHECKING:
    from s2sgrad.differentiate.forward import Forward


# ---- writes -------------------------------------------------------------------------------------------------------

def store(s: S.Assign, f: Forward) -> S.Block:
    """``place = value`` and the same for the tangents."""
    base = E.root(s.target)
    if base.head != "var" or base.data not in f.facts.active:  # of an object from outside: see `analysis.outside`
        return (s,)
    place = f.tangents.mirrored(s.target)
    if s.target.head == "attr" and s.target.data in INACTIVE_ATTRIBUTES:
        return (S.Assign(place, s.value, s.loc), s)
    code: list[S.Stmt] = []
    value = f.tangents.of(s, s.value, s.value, code)
    if value is None:
        return _store_zero(s, place, f)
    return (*code, S.Assign(place, value, s.loc), s)


def _store_zero(s: S.Assign, place: Expr, f: Forward) -> S.Block:
    if s.target.head == "index" and f.facts.type_at(s, s.target.args[0]).is_array:
        return (S.Assign(place, E.ZERO, s.loc), s)
    if E.is_atom(s.value) or is_allocation(s.value) or s.value.head in ("list", "dict", "tuple"):
        return (S.Assign(place, f.tangents.zero(s, s.value, s.value), s.loc), s)
    held = E.var(f.names.fresh("t"))
    zero = f.tangents.zero(s, s.value, held)
    return (S.Assign(held, s.value, s.loc), S.Assign(place, zero, s.loc), S.Assign(s.target, held, s.loc))


def update(s: S.Aug, f: Forward) -> S.Block:
    """``place op= value``; the place may be a variable whose array other variables see."""
    base = E.root(s.target)
    if base.head != "var" or base.data not in f.facts.active:  # of an object from outside: see `analysis.outside`
        return (s,)
    place = f.tangents.mirrored(s.target)
    t = f.facts.type_at(s, s.target)
    if s.symbol == "+" and t.kind not in ("number", "array", "numeric"):
        return _joined(s, place, t, f)
    code: list[S.Stmt] = []
    made = (*_changed(s, place, t, code, f), s)
    apart = {place} if _is_alone(s, t, f) else set()
    if not f.subroutine and may_change_part(s, f.facts):
        apart = {place, s.target}
    made = tuple(by_value(u) if isinstance(u, S.Aug) and u.target in apart else u for u in made)
    return (*code, *made, *_repeated(s, place, t, f))


def _is_alone(s: S.Aug, t: T.Type, f: Forward) -> bool:
    """Is this the update of an element or attribute whose array nobody else sees? Its tangent may be one with another
    variable's all the same, as that of ``x + 1`` is: what is updated is put there anew."""
    if s.target.head == "var" or s in f.facts.aliasing.in_place or t.kind == "number":
        return False
    if f.subroutine and any(p.name in f.facts.aliasing.sharers(s.target.args[0], s) for p in f.facts.function.params):
        return False  # the caller may have another name for it, and has copied the tangent of what is changed here
    base = f.facts.type_at(s, s.target.args[0])
    return not base.is_array and not (s.target.head == "index" and any(
        k.head == "slice" for k in (s.target.args[1], *s.target.args[1].args)))


def _joined(s: S.Aug, place: Expr, t: T.Type, f: Forward) -> S.Block:
    """``+=`` on what may be a list, which gets the elements of the other one."""
    code: list[S.Stmt] = []
    value = f.tangents.of(s, s.value, s.value, code)
    if value is None:
        if f.facts.type_at(s, s.value).kind == "number":
            return (s, *_repeated(s, place, t, f))
        value = f.tangents.zero(s, s.value, s.value)
    added = S.Aug(place, "+", value, s.loc)
    apart = t.kind == "any" and _is_alone(s, t, f)
    return (*code, by_value(added) if apart else added, s, *_repeated(s, place, t, f))


def _changed(s: S.Aug, place: Expr, t: T.Type, code: list[S.Stmt], f: Forward) -> list[S.Stmt]:
    """The update of the tangent of a place, in front of that of the place."""
    value = f.tangents.of(s, s.value, s.value, code)
    rule = rule_for(OPERATORS[s.symbol, 2])
    if s.symbol == "@" or rule is None or rule.partials is None:
        return _replaced(s, place, t, value, f)
    pattern = template(rule.partials)
    old = s.target
    bindings = dict(zip(pattern.params, (E.op(s.symbol, old, s.value), old, s.value)))
    before, partials = returned(pattern, {**bindings, **f.tangents.rules.ranks(s, pattern, bindings)}, f.tangents.fresh)
    by_old, by_value = partials.args
    term = None if value is None or E.is_const(by_value, 0.0) else product(value, by_value)
    code += needed(before, E.tuple_(by_old, term or E.ZERO))
    if E.is_const(by_old, 1.0):
        return [] if term is None else [_added(place, term, s)]
    if term is not None and (t.kind == "number" or place.head == "index" and t.is_array or _is_alone(s, t, f)):
        return [S.Assign(place, total((product(place, by_old), term)), s.loc)]  # type: ignore[arg-type]
    scaled = S.Aug(place, "/", by_old.args[1], s.loc) if by_old.head == "op" and by_old.data == "/" \
        and E.is_const(by_old.args[0], 1.0) else S.Aug(place, "*", by_old, s.loc)
    if term is None:
        return [scaled]
    if any(_may_overlap(n[1:], E.root(s.target).data, f) for n in term.names if n.startswith(TANGENT)):
        aside = E.var(f.tangents.fresh("dt"))  # the term is computed from what is about to be scaled
        return [S.Assign(aside, term, s.loc), scaled, S.Aug(place, "+", aside, s.loc)]
    return [scaled, _added(place, term, s)]


def _may_overlap(name: str, base: str, f: Forward) -> bool:
    """May the variable be (a view of) an array that a change of a part of `base` changes?"""
    aliasing = f.facts.aliasing
    return any(aliasing.same_group(n, base) or n in aliasing.inside(base) or base in aliasing.inside(n)
               for n in aliasing.lenders(name))


def _added(place: Expr, term: Expr, s: S.Stmt) -> S.Stmt:
    """``place += term``."""
    if term.head == "op" and term.data == "-" and len(term.args) == 1:
        return S.Aug(place, "-", term.args[0], s.loc)
    return S.Aug(place, "+", term, s.loc)


def _replaced(s: S.Aug, place: Expr, t: T.Type, value: Expr | None, f: Forward) -> list[S.Stmt]:
    """An operator whose tangent is not a weighted sum: the contents of the tangent are replaced as a whole.

    Operators on bits take integers and sets, of which the tangent is zero before and after.
    """
    if s.symbol in ("&", "|", "^", "<<", ">>"):
        return []
    code: list[S.Stmt] = []
    operation = E.op(s.symbol, s.target, s.value)
    made = f.tangents.of(s, operation, operation, code)
    whole = E.index(place, E.ELLIPSIS) if place.head == "var" else place
    if not t.is_array:
        raise unsupported(s.loc, f"{s.symbol}= cannot be differentiated here", f"write x = x {s.symbol} ... instead")
    return [*code, S.Assign(whole, E.ZERO if made is None else made, s.loc)]


def _repeated(s: S.Aug, place: Expr, t: T.Type, f: Forward) -> S.Block:
    """A number that becomes an array in an update has a tangent that becomes one; arrays keep their shape."""
    if place.head != "var" or t.kind in ("array", "list", "dict", "set", "object") or s in f.facts.aliasing.in_place:
        return ()  # memory that others see as well stays where it is
    after = f.facts.types.result(s, s.target.data)
    if t.kind != "any" and after.shape == t.shape:
        return ()
    if f.facts.type_at(s, s.value).kind == "number":
        return ()
    return (S.Assign(place, E.call(BROADCAST, place, s.target), s.loc),)


# ---- methods and functions that write ------------------------------------------------------------------------------

def changes(e: Expr) -> bool:
    """Is this a call of a method that changes its receiver?"""
    return e.head == "call" and e.args[0].head == "attr" and e.args[0].data in MUTATORS


#: For every method, what becomes of its positional arguments: "v" is a value, which has a tangent, "k" is not.
_METHODS: dict[str, str] = {
    "append": "v", "appendleft": "v", "insert": "kv", "extend": "v", "extendleft": "v", "pop": "kv", "popleft": "",
    "popitem": "k", "clear": "", "reverse": "", "rotate": "k", "update": "v", "setdefault": "kv", "fill": "v",
    "put": "kvk", "move_to_end": "kk", "__setitem__": "kv", "__delitem__": "k", "setflags": "kkk", "__iadd__": "v",
    EXCHANGE: "kk", EXCHANGE_ATTRIBUTES: "kk",
}
_REARRANGING = {"sort": "sort_tangent", "partition": "partition_tangent", "remove": "remove_tangent"}


def _mirrored_call(s: S.Stmt, e: Expr, f: Forward, code: list[S.Stmt]) -> Expr:
    """The call of a mutating method, for the tangent of its receiver."""
    receiver, method = e.args[0].args[0], e.args[0].data
    place = f.tangents.mirrored(receiver)
    if method in _REARRANGING:
        return E.call_with(lib.support(_REARRANGING[method]), (("", place), ("", receiver), *E.arguments(e)))
    roles = _METHODS.get(method)
    if roles is None:
        raise unsupported(s.loc, f"the method {method} cannot be differentiated here",
                          "write the change as a loop over elements, or build a new container")
    number = 0
    given: list[tuple[str, Expr]] = []
    for mark, a in E.arguments(e):
        role = roles[number:number + 1] if mark == "" else "v" if method == "update" else "k"
        number += mark == ""
        value = f.tangents.filled(s, a, code) if role == "v" else a
        if method == "update" and mark == "":
            value = f.tangents.keyed(s, a, value)
        given.append((mark, value))
    return E.call_with(E.attr(place, method), tuple(given))


def taken(s: S.Assign, f: Forward) -> S.Block:
    """``v = xs.pop()`` and its like."""
    receiver = E.root(s.value.args[0].args[0])
    targets = [n for n in sorted(S.bound(s.target)) if n in f.facts.active]
    if not f.facts.is_active(receiver):
        return (s, *(S.Assign(tangent_var(n), E.call(lib.support("zero_tangent"), E.var(n)), s.loc) for n in targets))
    code: list[S.Stmt] = []
    call = _mirrored_call(s, s.value, f, code)
    if not targets:
        return (*code, S.Do(call, s.loc), s)
    if s.target.head == "var":
        return (*code, S.Assign(tangent_var(targets[0]), call, s.loc), s)
    goals = [tangent_var(t.data) if t.head == "var" and t.data in targets else E.var(f.tangents.fresh("_"))
             for t in s.target.args]
    return (*code, S.Assign(E.tuple_(*goals), call, s.loc), s)


def effect(s: S.Do, f: Forward) -> S.Block:
    """A call whose result is not used."""
    e = s.value
    code: list[S.Stmt] = []
    if changes(e):
        receiver = E.root(e.args[0].args[0])
        if not f.facts.is_active(receiver):
            return (s,)
        call = _mirrored_call(s, e, f, code)
        return (*code, S.Do(call, s.loc), s)
    written = [a for a in written_arguments(e) if f.facts.is_active(E.root(a))]
    if not written:
        return (s,)
    return _written(s, e, f)


def write_beside(s: S.Assign, f: Forward) -> S.Block:
    """An assignment to something inactive, of a call that may write an active argument."""
    if not any(f.facts.is_active(E.root(a)) for a in written_arguments(s.value)):
        return (s,)
    code: list[S.Stmt] = []
    value = f.tangents.of(s, s.value, s.value, code)
    return (*code, s) if value is None else (*code, S.Do(value, s.loc), s)


#: By position, the values that NumPy's writing functions write; their first argument is what they write into.
_WRITTEN_VALUES = {np.copyto: 1, np.put: 2, np.place: 2, np.putmask: 2, np.fill_diagonal: 1, np.put_along_axis: 2}


def _written(s: S.Do, e: Expr, f: Forward) -> S.Block:
    """A function that writes its first argument, an array."""
    fn = E.callee(e)
    code: list[S.Stmt] = []
    at = _WRITTEN_VALUES.get(fn) if fn in WRITES_FIRST else None
    if is_ufunc_at(fn):
        if fn.__self__.__name__ not in ("add", "subtract"):
            raise unsupported(s.loc, f"np.{fn.__self__.__name__}.at cannot be differentiated here", "use a loop")
        at = 2
    if at is None or len(e.args) <= 1 + at or any(m for m in e.data.marks[:at + 1]):
        made = f.tangents.of(s, e, e, code)
        if made is not None:
            rule = rule_for(fn)
            if rule is None or rule.tangent is None:
                raise unsupported(s.loc, "what this call writes cannot be differentiated", "assign its result")
            code.append(S.Do(made, s.loc))
        return (*code, s)
    value = f.tangents.of(s, e.args[1 + at], e.args[1 + at], code)
    if value is None and is_ufunc_at(fn):
        return (s,)
    place = f.tangents.mirrored(e.args[1])
    args = (e.args[0], place, *e.args[2:1 + at], E.ZERO if value is None else value, *e.args[2 + at:])
    return (*code, S.Do(E.rebuild(e, args), s.loc), s)
