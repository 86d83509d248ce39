"""What is held in several places and changed in place: objects and containers, which are told by what they are.

    pairs = list(combinations(bodies, 2))
    for p, q in pairs:
        p.v -= ...

The adjoint of a body is one, wherever the body is reached from. Adjoints of such containers are made together
(`runtime.mirror`): one object has one adjoint, and what holds the object has that in its place. Nothing is added when
the object is taken out of a container again.

An array has no such adjoint, since adjoints of arrays are values elsewhere; arrays in two containers are refused.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType
from typing import TypeGuard

from s2sgrad import runtime
from s2sgrad.analysis.aliasing import Aliasing
from s2sgrad.analysis.borrowing import contents_read, copies, has_slice, is_generated
from s2sgrad.analysis.memory import Node, within
from s2sgrad.analysis.roles import Roles
from s2sgrad.analysis.settled import changed_places, is_settled
from s2sgrad.errors import unsupported
from s2sgrad.frontend.unit import is_checked
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.targets import given
from s2sgrad.ir.types import Type
from s2sgrad.lower.effects import written_arguments
from s2sgrad.lower.groups import Groups
from s2sgrad.rules.records import record_fields

_STRUCTURES = ("list", "tuple", "dict", "object")
_VALUES = ("number", "array", "numeric", "str", "none", "function", "module", "range", "set")


@dataclass(frozen=True, eq=False)
class Links:
    """`variables` stand for containers and objects that are held in several places, or for what holds such.

    `guards` are statements with what they put into a container and the kind that it was taken for, which is checked.
    """

    aliasing: Aliasing
    nodes: tuple[Node, ...] = ()
    variables: frozenset[str] = E.NO_NAMES
    guards: tuple[tuple[S.Stmt, Expr, str], ...] = ()

    def holds(self, e: Expr, s: S.Stmt) -> bool:
        """May the value of an expression be, or hold, something that is held in several places?"""
        if not self.nodes:
            return False
        node = self.aliasing.value(e, s)
        return node is not None and not self.aliasing.type_of(e, s).immutable and _reaches(node, self.nodes)


def held_arrays(fn: S.Function, aliasing: Aliasing, roles: Roles, active: frozenset[str]) -> list[tuple[S.Stmt, Expr]]:
    """What may be arrays that are put into several places and changed in place."""
    if not aliasing.changed:
        return []
    moved = _Moved(fn, roles)
    return [(s, e) for s in S.walk_stmts(fn.body) for e, _ in _held_elsewhere(s, fn, aliasing, roles, active, moved)
            if kind_of_stored(e, s, aliasing) in ("array", "")]


def links(fn: S.Function, aliasing: Aliasing, roles: Roles, active: frozenset[str],
          by_memory: frozenset[str] = E.NO_NAMES) -> Links:
    """What a function puts into several places and changes in place, beside variables whose adjoints are found by memory."""
    nodes: list[Node] = []
    guessed: list[Node] = []
    moved = _Moved(fn, roles)
    guards = [(s, e, "number") for s, e in aliasing.stored_numbers]
    guards += [(s, e, "value") for s, e in aliasing.values if e.data in active and not aliasing.written(e.data)]
    for s in S.walk_stmts(fn.body):
        if isinstance(s, S.Assign) and s.target.head == "var" and E.callee(s.value) is runtime.mirror:
            nodes.append(aliasing.node(s.target.data))
    for s in S.walk_stmts(fn.body) if aliasing.changed else ():
        for e in _repeated(s, aliasing, active):
            nodes.append(aliasing.element(aliasing.node(e.data)))
        for e, help_ in _held_elsewhere(s, fn, aliasing, roles, active, moved):
            kind = kind_of_stored(e, s, aliasing)
            if E.root(e).data in by_memory:
                continue
            if kind != "structure" and _is_put_aside(s, e, kind, fn, aliasing, guards):
                continue
            if kind in ("array", ""):
                raise unsupported(s.loc, *help_)
            node = aliasing.value(e, s)
            assert node is not None
            if kind == "number":
                raise unsupported(s.loc, *help_)
            if kind != "structure":
                guards.append((s, e, "structure"))
                guessed.append(node)
            nodes.append(node)
        guards += [(s, e, "numbers") for e in _added(s, fn, aliasing, active)]
        guards += [(s, e, "stored") for e, _ in _held_elsewhere(s, fn, aliasing, roles, active, moved, _maybe_stored)]
    nodes += _wanderers(fn, aliasing, roles, active)
    guards += [(s, s.target, "structures") for s in _made_of(guessed, fn, aliasing) if s.target.data in active]
    if not nodes:
        return Links(aliasing, (), E.NO_NAMES, tuple(guards))
    found = tuple(n.find() for n in nodes)
    types = aliasing.types.end
    variables = frozenset(n for n in active if n in aliasing.nodes and types.get(n, _ANY).kind not in _VALUES
                          and _reaches(aliasing.node(n), found))
    return Links(aliasing, found, variables, tuple(guards))


def stored_numbers(fn: S.Function, aliasing: Aliasing, roles: Roles, active: frozenset[str]) -> list[tuple[S.Stmt, Expr]]:
    """What is put into several places and seems to be numbers, which share nothing."""
    if not aliasing.changed:
        return []
    moved = _Moved(fn, roles)
    return [(s, e) for s in S.walk_stmts(fn.body) for puts in (_stored, _maybe_stored)
            for e, _ in _held_elsewhere(s, fn, aliasing, roles, active, moved, puts)
            if kind_of_stored(e, s, aliasing) == "number"]


def _made_of(parts: list[Node], fn: S.Function, aliasing: Aliasing) -> Iterator[S.Assign]:
    """Statements that make new containers of the elements of others, which are one of some nodes."""
    found = {id(n.find()) for n in parts}
    for s in S.walk_stmts(fn.body) if found else ():
        if isinstance(s, S.Assign) and s.target.head == "var" and (
                s.value.head in ("op", "call") or s.value.head == "index" and has_slice(s.value.args[1])):
            element = aliasing.node(s.target.data).element
            if element is not None and id(element.find()) in found:
                yield s


_ANY = Type()
OF_ARRAYS = frozenset(("shape", "ndim", "size", "dtype"))


def _wanderers(fn: S.Function, aliasing: Aliasing, roles: Roles, active: frozenset[str]) -> list[Node]:
    """What variables stand for that go from one object to the next, ``node = node.next``."""
    bound = Counter(n for s in S.walk_stmts(fn.body) for n in S.writes(s) if s not in aliasing.in_place)
    bound.update(p.name for p in fn.params)
    nodes = [aliasing.node(n) for n in roles.views if n in active and bound[n] > 1]
    return [n for n in nodes if n.fields.keys() - OF_ARRAYS or n.container]


def _reaches(node: Node, wanted: tuple[Node, ...]) -> bool:
    return any(n is w.find() for n in within(node) for w in wanted)


def _is_written(node: Node) -> bool:
    """Is the memory, or something in it, changed in place?"""
    return any(n.written for n in within(node))


def kind_of_stored(e: Expr, s: S.Stmt, aliasing: Aliasing) -> str:
    """What a value that is put into a container is: "structure", "array", "number", or "" for what may be either.

    Of what is only likely the answer is "structure?"; what is taken for a number or a structure is checked.
    """
    t = aliasing.type_of(e, s)
    if t.kind in _STRUCTURES:
        return "structure"
    if t.is_array:
        return "array"
    node, names = of_one_kind(e, s, aliasing)
    types = aliasing.types
    parts = node is not None and any(True for _ in node.find().parts())
    if e.head == "var" and not parts and not any(
            types.is_used_as_array(n) or types.is_likely_array(n) or types.has_parts(E.var(n)) for n in names):
        return "number"
    return "" if t.kind == "numeric" else "structure?"


def of_one_kind(e: Expr, s: S.Stmt, aliasing: Aliasing) -> tuple[Node | None, tuple[str, ...]]:
    """The storage of the value that a statement puts into a container, and the variables that are numbers if that is one.

    What a variable for an element is taken from may be something else: the variable stands alone then.
    """
    if _is_taken(e, aliasing):
        return None, (e.data,)
    node = aliasing.value(e, s)
    return node, tuple(node.find().names) if node is not None else ()


def _is_taken(e: Expr, aliasing: Aliasing) -> bool:
    """Is this a variable for elements of something, which are likely numbers?"""
    made = aliasing.shown.frozen.bound.get(e.data, []) if e.head == "var" else []
    calculated = e.head == "var" and e.data in aliasing.shown.calculated
    return bool(made) and all(_takes_element(m) and (calculated or _may_hold_numbers(m.value, aliasing)) for m in made)


def _may_hold_numbers(part: Expr, aliasing: Aliasing) -> bool:
    """Is a part taken, by its position, from what is not made here, and does nothing tell that it is an array or an object?"""
    owner = part.args[0]
    return aliasing.types.may_hold_numbers(owner) and not E.is_text(part.args[1]) \
        and not (owner.head == "var" and aliasing.node(owner.data).find().container)


def _takes_element(s: S.Stmt) -> TypeGuard[S.Assign]:
    """Does a statement bind its variable to an element, by a position along each of one axis or several?"""
    return isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "index" and not has_slice(s.value.args[1]) \
        and not copies(s.value.args[1])


def _added(s: S.Stmt, fn: S.Function, aliasing: Aliasing, active: frozenset[str]) -> list[Expr]:
    """The lists whose elements a statement adds to another, ``xs.extend(ys)`` or ``xs + ys``, where some are changed in place
    and the list, or the one that it is a part of, is in use."""
    added: Sequence[Expr] = ()
    if isinstance(s, S.Do) and s.value.head == "call" and s.value.args[0].head == "attr" \
            and s.value.args[0].data in ("extend", "extendleft"):
        added = s.value.args[1:]
    elif isinstance(s, S.Assign) and s.value.head == "op" and s.value.data == "+" and aliasing.value(s.value, s) is not None:
        added = s.value.args
    shared = [e for e in added if e.head == "var" and e.data in active and aliasing.element(aliasing.node(e.data)).written
              and aliasing.type_of(E.index(e, E.const(0)), s).kind != "number"]
    if not shared:
        return []
    slices = {e: _slices(e.data, fn) for e in added if e.head == "var"}
    lists = {e: {n for of in (e.data, *(E.root(part).data for part in parts)) for n in aliasing.group(of)}
             for e, parts in slices.items()}
    live = aliasing.live_after[s]
    beside = [lists[e] for e in lists if e is not added[0] and not _are_apart(slices[e], slices.get(added[0], []))]
    return [e for e in shared if not lists[e].isdisjoint(live.union(*beside) if e is added[0] else live)]


def _slices(name: str, fn: S.Function) -> list[Expr]:
    """The slices of lists that a variable stands for."""
    return [t.value for t in S.of_kinds(fn.body, S.Assign) if t.target == E.var(name) and t.value.head == "index"
            and t.value.args[1].head == "slice" and E.root(t.value).head == "var"]


def _are_apart(xs: list[Expr], ys: list[Expr]) -> bool:
    """Are these two parts of a list of which one ends where the other starts, ``r[1:]`` and ``r[:1]``?"""
    if len(xs) != 1 or len(ys) != 1 or xs[0].args[0] != ys[0].args[0]:
        return False
    (low, high, step), (other_low, other_high, other_step) = xs[0].args[1].args, ys[0].args[1].args
    return step == other_step == E.NONE and (low == other_high != E.NONE or high == other_low != E.NONE)


def _stored(s: S.Stmt, aliasing: Aliasing) -> list[Expr]:
    """What a statement puts into containers; into an array it would be copied."""
    out: list[Expr] = []
    if isinstance(s, S.Assign):
        if s.target.head == "var" and s.value.head in ("var", "const", "index", "attr", "compare"):
            return []
        if s.target.head == "var" and (s.value.head in ("list", "tuple", "dict") or _is_record(s.value)):
            out += s.value.args
        elif s.target.head == "var" and s.value.head == "op":
            out.append(s.value)
        elif s.target.head == "var" and s.value.head == "comp":  # of what does not vary: the others are loops
            walked = dict(s.value.data.loops(s.value))
            out += [walked.get(e, e) for e in s.value.data.elements(s.value)]
        elif s.target.head == "var" and s.value.head == "call":
            displays = [a for a in s.value.args[1:] if a.head in ("list", "tuple", "dict")
                        and not a.names.isdisjoint(contents_read(s.value))]
            out += displays if displays and aliasing.value(s.value, s) is not None else ()  # list((x, y)) holds them, too
        elif s.target.head == "attr" or s.target.head == "index" and E.is_text(s.target.args[1]):
            out.append(s.value)
        elif s.target.head == "index" and _is_container(s.target.args[0], s, aliasing):
            out.append(s.value)
    elif isinstance(s, S.Do) and s.value.head == "call" and s.value.args[0].head == "attr" \
            and s.value.args[0].data in ("append", "appendleft", "insert"):
        out += s.value.args[1:]
    return [part for e in out for part in _parts(e)]


def _is_container(e: Expr, s: S.Stmt, aliasing: Aliasing) -> bool:
    """Is this surely no array, but what holds the things themselves that are put into it?"""
    kind = aliasing.type_of(e, s).kind
    node = aliasing.value(e, s) if kind == "any" and e.head != "var" else None
    return kind in ("list", "dict", "object") or node is not None and node.find().container


def _is_record(e: Expr) -> bool:
    return e.head == "call" and record_fields(E.callee(e)) is not None


def _parts(e: Expr) -> Iterator[Expr]:
    """What is put into a container by a display in it: ``xs.append((a, rows[0]))``."""
    if e.head in ("list", "tuple", "dict", "star") or _is_record(e) or e.head == "op" and e.data in ("+", "*") and any(
            a.head in ("list", "tuple", "op") for a in e.args):
        for a in e.args:
            yield from _parts(a) if e.head != "op" or a.head in ("list", "tuple", "op") else ()
    elif e.head in ("var", "index", "attr"):
        yield e


def _maybe_stored(s: S.Stmt, aliasing: Aliasing) -> list[Expr]:
    """What a statement puts into what is taken for an array, which copies it, and may be a list."""
    if not isinstance(s, S.Assign) or s.target.head != "index" or s.value.head not in ("var", "index", "attr") \
            or aliasing.type_of(s.target.args[0], s).kind != "any" or not aliasing.guess \
            or _is_container(s.target.args[0], s, aliasing):
        return []
    keys = s.target.args[1].args if s.target.args[1].head == "tuple" else (s.target.args[1],)
    named = len(keys) == 1 and E.is_text(keys[0])
    return [] if named or len(keys) > 1 or keys[0].head == "slice" else [s.value]


def _held_elsewhere(s: S.Stmt, fn: S.Function, aliasing: Aliasing, roles: Roles, active: frozenset[str], moved: _Moved,
                    puts: Callable[[S.Stmt, Aliasing], list[Expr]] = _stored) -> Iterator[tuple[Expr, tuple[str, str]]]:
    """What a statement puts into a container and is reached in another way afterwards, and what to say of it."""
    if isinstance(s, S.Assign) and s.target.head == "var" and s.target.data in roles.together:
        return
    table = aliasing.put.setdefault(puts, {})
    if s not in table:
        table[s] = puts(s, aliasing)
    stored = [a for a in table[s] if E.root(a).head == "var" and E.root(a).data in active
              and (node := aliasing.value(a, s)) is not None and _is_written(node)]
    if not stored:
        return
    views, live = roles.views, aliasing.live_after[s]
    for a in stored:
        name, once = E.root(a).data, sum(moved.are_one(a, b) for b in stored) == 1
        if a.head == "var" and name not in views and once and not moved.is_in(name, live):
            name = moved.first_name(name)
            if name not in views or views[name][1] in _written_roots(s):  # it was taken from where it is put
                continue
        owner = name
        passed = {name}
        while owner in views and views[owner][1] not in passed:  # a list that is walked along goes in circles
            owner = views[owner][1]
            passed.add(owner)
        whole = a.head == "var" and owner == name
        chain = {owner} if is_generated(s) else passed  # a derivative puts views aside with what they are views of
        if not whole and chain.isdisjoint(live) and roles.together.keys().isdisjoint(passed):
            continue
        if is_settled(s, a, once, fn, aliasing):
            continue
        shown = owner.partition(".")[0]
        yield a, (f"{'' if whole else 'part of '}{shown} is changed in place while it is in another container as well",
                  f"put a copy into the container, or take {shown} from there")


def _is_put_aside(s: S.Stmt, e: Expr, kind: str, fn: S.Function, aliasing: Aliasing,
                  guards: list[tuple[S.Stmt, Expr, str]]) -> bool:
    """Is this a value that a derivative puts aside, one of several maybe, and takes back as it was?

    Containers of the program hold arrays that the program leaves alone while it has them under another name (`settled`),
    and the derivative does not read what they hold after it has put back what was in the arrays before.
    """
    if not is_generated(s):
        return False
    if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "tuple":
        return _is_handed_over(s, fn)
    if isinstance(s, S.Do) and _is_stack(E.root(s.value.args[0]), fn):
        return E.root(e).head == "var" and not _is_changed_after(s, E.root(e).data, fn.body, aliasing)
    if kind == "structure?" and e.head == "var" and e.data in aliasing.shown.calculated:  # an array, as it seems
        guards.append((s, e, "value"))
        return True
    return kind in ("array", "") and not _is_changed_inside(s, e, fn, aliasing)


def _is_changed_inside(s: S.Stmt, e: Expr, fn: S.Function, aliasing: Aliasing) -> bool:
    """Is an array that is put into a container changed there, ``bt[i] += v``, rather than under a name of its own?

    The adjoint of such a change is read where the container has its adjoint, and nothing binds that to the array's.
    """
    node = aliasing.value(e, s)
    names = node.find().names if node is not None else E.NO_NAMES
    for u in S.walk_stmts(fn.body) if node is not None else ():
        changed = u.target if isinstance(u, S.Aug) else None
        if isinstance(u, S.Assign) and u.target.head == "index":
            changed = u.target.args[0]
        if changed is not None and changed.head in ("index", "attr") and E.root(changed).names.isdisjoint(names):
            place = aliasing.value(changed, u)
            if place is not None and node is not None and place.find() is node.find():
                return True
    return False


def _is_stack(xs: Expr, fn: S.Function, made_here: bool = False) -> bool:
    """Is this a list that is only pushed to and popped from, under any name, as those are that hold what a derivative saves?

    One that is made here may be put into a tuple that is handed over in its turn, as a subroutine saves it for its reverse.
    """
    names = {xs.data}
    for s in S.walk_stmts(fn.body):
        if isinstance(s, S.Assign) and s.target.head == s.value.head == "var" and s.value.data in names:
            names.add(s.target.data)
    for s in S.walk_stmts(fn.body):
        if isinstance(s, S.Assign) and s.target.head == "var" and s.target.data in names and (
                s.value.head == "var" and s.value.data in names or made_here and s.target == xs):
            continue
        if made_here and isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "tuple" \
                and not names.isdisjoint(a.data for a in s.value.args if a.head == "var"):
            if not _is_handed_over(s, fn):
                return False
            continue
        for whole in S.expressions(s):
            held = [e for e in E.walk(whole) if e.head == "var" and e.data in names]
            used = [e for e in E.walk(whole) if e.head == "attr" and e.args[0] in held and e.data in ("append", "pop")]
            if len(held) != len(used):
                return False
    return True


def _is_changed_after(s: S.Stmt, name: str, body: S.Block, aliasing: Aliasing) -> bool | None:
    """Is memory changed after `s` in the same iteration? None where `s` is not in `body`."""
    for n, t in enumerate(body):
        if t is s:
            return any(_changes(u, name, aliasing) for u in S.walk_stmts(body[n + 1:]))
        for inner in S.blocks(t):
            found = _is_changed_after(s, name, inner, aliasing)
            if found is not None:
                return found or not isinstance(t, (S.For, S.While)) and any(
                    _changes(u, name, aliasing) for u in S.walk_stmts(body[n + 1:]))
    return None


def _changes(s: S.Stmt, name: str, aliasing: Aliasing) -> bool:
    return any(True for _ in changed_places(s, list(within(aliasing.node(name))), aliasing))


def _is_handed_over(made: S.Assign, fn: S.Function) -> bool:
    """Is a tuple, under any name, only put into tuples, on lists as `_is_stack` means, into what is returned, and handed to
    functions of the derivative, which change nothing of it?"""
    names = {made.target.data}
    for s in S.walk_stmts(fn.body):
        if s is made or names.isdisjoint(S.reads(s)):
            continue
        if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head in ("var", "tuple"):
            names.add(s.target.data)
        elif isinstance(s, S.Assign) and _is_read_back(s.value, names):
            continue
        elif not isinstance(s, S.Return) and not (
                isinstance(s, S.Do) and s.value.head == "call" and s.value.args[0].head == "attr"
                and s.value.args[0].data == "append" and names.isdisjoint(s.value.args[0].names)
                and _is_stack(E.root(s.value.args[0]), fn, made_here=True)):
            return False
    return True


def _is_read_back(e: Expr, names: set[str]) -> bool:
    """Is this a call of the backward function of what put one of some tuples aside, which takes it apart again?"""
    fn = E.callee(e)
    return isinstance(fn, FunctionType) and is_checked(fn.__code__.co_filename) and len(e.args) > 1 and e.args[1].head == "var" \
        and all(a == e.args[1] for a in e.args[1:] if not a.names.isdisjoint(names)) \
        and all(names.isdisjoint(a.names) for a in written_arguments(e))


class _Moved:
    """Under which names variables had what they stand for before, and which are other names for what others stand for."""

    def __init__(self, fn: S.Function, roles: Roles) -> None:
        self._from: dict[str, str] = {}
        self._same = Groups()
        for s in S.walk_stmts(fn.body):
            for t, e in given(s):
                if t.head == e.head == "var":
                    self._same.merge(t.data, e.data)
                    if s in roles.moves:
                        self._from.setdefault(t.data, e.data)

    def first_name(self, name: str) -> str:
        """The variable that others took something over from, up to this one."""
        passed = {name}
        while self._from.get(name, name) not in passed:
            name = self._from[name]
            passed.add(name)
        return name

    def is_in(self, name: str, names: frozenset[str]) -> bool:
        """Is a variable, or another name for what it stands for, among some?"""
        return name in names or any(self._same.find(n) == self._same.find(name) for n in names)

    def are_one(self, a: Expr, b: Expr) -> bool:
        """May they be the same, under two names?"""
        return a == b or a.head == b.head == "var" and self._same.find(a.data) == self._same.find(b.data)


def _written_roots(s: S.Stmt) -> frozenset[str]:
    """The variables of the containers that a statement puts something into."""
    if isinstance(s, S.Do):
        return E.root(s.value.args[0]).names
    return frozenset().union(*(E.root(t).names for t in S.parts(s.target) if t.head != "var")) \
        if isinstance(s, S.Assign) else E.NO_NAMES


def _repeated(s: S.Stmt, aliasing: Aliasing, active: frozenset[str]) -> Iterator[Expr]:
    """``[row] * n``, a list of one and the same container."""
    if isinstance(s, S.Assign) and s.target.head == "var" and s.target.data in active and s.value.head == "op" \
            and s.value.data == "*" and aliasing.type_of(s.value, s).kind in ("list", "tuple") \
            and aliasing.element(aliasing.node(s.target.data)).written \
            and not any(a.head == "list" and all(aliasing.type_of(x, s).immutable for x in a.args) for a in s.value.args):
        raise unsupported(s.loc, "a list of one and the same container, which is changed in place, cannot be "
                          "differentiated", "make the elements in a comprehension: [[0.0] * m for _ in range(n)]")
    return iter(())
