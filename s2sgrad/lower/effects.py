"""What calling a function does to its arguments: which it writes, and which its result may share memory with."""
from __future__ import annotations

import inspect
import operator
import sys
import types
import weakref
from collections.abc import Container, Iterable, Iterator

import numpy as np

from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.unit import is_installed, load, python_function
from s2sgrad.frontend.yields import as_results
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.remember import remembered
from s2sgrad.lower.groups import Groups
from s2sgrad.lower.implicit import changing, implicit_calls
from s2sgrad.lower.may_share import given_unseen_back, made, shares
from s2sgrad.lower.methods import calls_of_methods, may_be_object, methods_of
from s2sgrad.lower.own_names import new_arrays, new_containers, own_names
from s2sgrad.lower.renaming import with_closures
from s2sgrad.lower.writing import (
    MUTATORS,
    SHALLOW,
    SHUFFLES,
    is_member,
    is_ufunc_at,
    writes_first,
)
from s2sgrad.rules.families import is_beside
from s2sgrad.rules.out_arguments import given_out
from s2sgrad.rules.registry import rule_for


@dataclass(frozen=True)
class Effects:
    """By position: the parameters that a call writes, those of which it may write what they hold, those that its
    result may be (a view of), and for what it stores, where, which, and the attribute that it becomes, or that holds what it is
    put into ("items[]"; empty where that is not known).

    Some of those that are written may only have attributes set, of themselves or of objects that they hold; `contents` are
    the others, in which arrays and containers may be changed. What attributes hold that are called one of `fields` may be
    changed in any of them.
    """

    written: frozenset[int] = frozenset()
    inside: frozenset[int] = frozenset()
    returned: frozenset[int] = frozenset()
    stored: frozenset[tuple[int, int, str]] = frozenset()
    contents: frozenset[int] = frozenset()
    fields: frozenset[str] = frozenset()

    @property
    def of_object(self) -> bool:
        """Does a method change its object, or put its arguments into it?"""
        return 0 in self.written or 0 in self.inside or bool(self.stored)


_NONE = Effects()
_DEEP = 12  # calls in calls that are followed at once; longer chains would meet Python's limit of recursion
_known: weakref.WeakKeyDictionary[types.FunctionType, Effects] = weakref.WeakKeyDictionary()


class _Unsettled:
    """What is assumed of functions that call each other until that agrees with what they do."""

    def __init__(self) -> None:
        self.effects: dict[types.FunctionType, Effects] = {}
        self.scanning: set[types.FunctionType] = set()
        self.waiting: dict[types.FunctionType, None] = {}
        self.assumed = False     # has something been read that may not be all?

    def of(self, f: types.FunctionType) -> Effects:
        if f in self.scanning:
            self.assumed = True
        elif f not in self.effects and len(self.scanning) >= _DEEP:
            self.waiting[f] = None
            self.assumed = True
        elif f not in self.effects:
            self.scan(f)
        return self.effects.setdefault(f, _NONE)

    def scan(self, f: types.FunctionType) -> None:
        self.waiting.pop(f, None)
        self.effects.setdefault(f, _NONE)
        self.scanning.add(f)
        self.effects[f] = _scan(f)
        self.scanning.remove(f)


_unsettled: list[_Unsettled] = []


def effects_of(f: types.FunctionType) -> Effects:
    """The effects of a function with source; recursion is closed by iteration.

    Functions that one decorator or factory made have the same code and different effects.
    """
    if f in _known:
        return _known[f]
    if _unsettled:
        return _unsettled[-1].of(f)
    group = _Unsettled()
    _unsettled.append(group)
    try:
        group.of(f)
        while group.assumed:
            while group.waiting:
                group.scan(next(iter(group.waiting)))
            before = dict(group.effects)
            for g in reversed(before):  # those that others call are met after them
                group.scan(g)
            group.assumed = group.effects != before
    finally:
        _unsettled.pop()
    _known.update(group.effects)
    return group.effects[f]


def forget() -> None:
    """Look again at functions of programs that are called: what they call may be another function by now."""
    for f in [f for f in _known if not is_installed(f)]:
        del _known[f]


def _scan(f: types.FunctionType) -> Effects:
    module = f.__module__ or ""
    if module.startswith("s2sgrad.") and not module.startswith("s2sgrad.runtime") and module in sys.modules:
        return _NONE  # the compiler changes nothing of what is compiled
    if is_beside(f):
        return _NONE
    try:
        unit = load(f, consumed=True)
    except DerivativeError:
        return _NONE
    body, params, classes = as_results(unit.function.body), [p.name for p in unit.function.params], unit.names.classes()
    if classes:
        from s2sgrad.lower.members import with_methods
        body = with_methods(body, classes)
    from s2sgrad.lower.unseen import changed_unseen, inside_closures
    body = own_names(body, params)
    groups, names = Groups(), Groups()
    statements, new = list(with_closures(body)), new_containers(S.walk_stmts(body), unit.function.params)
    for s in statements:
        _connect(s, groups, names, classes)
    again = _updates_of_what_is_new(body)
    places = [place for s in statements for place in (*written_places(s, again), *changed_by_methods(s, classes))
              if place[1] or place[0].head != "var" or place[0].data not in new]
    places += [(E.var(n), True) for n in changed_unseen(
        statements, inside_closures(body, statements), classes, groups.members)[0]]
    written = {groups.find(owner_of(place).data) for place, _ in places if owner_of(place).head == "var"}
    shallow = {id(call.args[0].args[0]) for s in statements for e in S.expressions(s) for call in E.calls(e)
               if call.args[0].head == "attr" and call.args[0].data in _PUTTING}
    whole = {names.find(place.data) for place, inside in places if place.head == "var" and not inside}
    parts = {groups.find(owner_of(place).data) for place, inside in places if owner_of(place).head == "var"
             and (inside or place.head != "var" or not any(names.find(p) == names.find(place.data) for p in params))}
    returned = {groups.find(n) for s in S.of_kinds(body, S.Return)
                for n in shares(s.value, classes) | given_unseen_back(s.value, classes)}
    arrays = new_arrays(statements, unit.function.params)
    stored = {(groups.find(owner), groups.find(value), name) for s in statements for owner, value, name in _stores(s, classes)
              if owner not in arrays}
    given = set(map(groups.find, params))  # what is put into those is stored
    while more := {value for owner, value, _ in stored if owner in returned - given} - returned:  # what the result holds
        returned |= more

    def positions(chosen: set[str], same: Groups = groups) -> frozenset[int]:
        return frozenset(n for n, p in enumerate(params) if same.find(p) in chosen)

    if getattr(f, "keeps_arguments", False):  # a derivative copies those that its function changes
        return Effects(returned=positions(returned))
    put = [place for place, _ in places if id(place) in shallow]
    reached = _reached(statements, put, classes)
    deep = {groups.find(owner_of(place).data) for place, _ in places
            if owner_of(place).head == "var" and id(place) not in shallow}
    changed = positions(deep) | frozenset(n for n in positions(written) if params[n] in reached)
    others = changed - positions(whole, names)  # reached through what another parameter holds
    content = [c for s in statements if s not in again for c in _written_contents(s, classes)]
    return Effects(changed, (positions(parts) | others) & changed, positions(returned),
                   frozenset((n, m, name) for owner, value, name in stored
                             for n in positions({owner}) for m in positions({value})),
                   positions({groups.find(c.data) for c in content if not isinstance(c, str)}) & changed,
                   frozenset(c for c in content if isinstance(c, str)))


def _updates_of_what_is_new(body: S.Block) -> frozenset[S.Aug]:
    """The augmented assignments to attributes that were bound to something new before: they are set again."""
    if not any(isinstance(s, S.Aug) and s.target.head == "attr" for s in S.walk_stmts(body)):
        return frozenset()
    from s2sgrad.lower.unshared import unshared_updates
    return frozenset(s for s in unshared_updates(body) if s.target.head == "attr")


def _written_contents(s: S.Stmt, classes: tuple[type, ...]) -> Iterator[Expr | str]:
    """The names of attributes that hold what a statement changes in place, and variables where it is in no attribute.

    Setting an attribute changes the object alone.
    """
    places: list[Expr] = []
    if isinstance(s, (S.Assign, S.Aug, S.For)):
        places += [t if t.head == "attr" or isinstance(s, S.Aug) else t.args[0] for t in S.parts(s.target)
                   if t.head == "index" or isinstance(s, S.Aug)]
    if isinstance(s, S.Delete):
        places += [t.args[0] for t in s.targets if t.head == "index"]
    for e in S.expressions(s):
        for part in E.calls(e):
            function = followed(part)
            if function is not None:
                effects = effects_of(function)
                yield from sorted(effects.fields)
                places += [a for n, a in _by_parameter(function, part) if n in effects.contents]
            elif not (E.callee(part) is not None and is_member(E.callee(part), SHALLOW - {operator.setitem, operator.delitem})):
                places += written_arguments(part)
            fn = part.args[0]
            own = may_be_object(fn, classes)
            if own or fn.head == "attr" and fn.data not in MUTATORS:
                for method in methods_of(classes, "__call__" if own else str(fn.data)).values():
                    effects = effects_of(method)
                    yield from sorted(effects.fields)
                    places += [fn if own else fn.args[0]] if 0 in effects.contents else []
                    places += [a for n, a in enumerate(part.args[1:], 1) if n in effects.contents]
    for place in places:
        while place.head == "index":
            place = place.args[0]
        if place.head == "attr":
            yield str(place.data)
        elif owner_of(place).head == "var":
            yield owner_of(place)


def _connect(s: S.Stmt, groups: Groups, names: Groups, classes: tuple[type, ...]) -> None:
    """Note what a statement makes share memory: the variables of one object in `names`, those of parts too in `groups`."""
    if isinstance(s, S.Assign) and s.target.head == s.value.head == "var":
        names.merge(s.target.data, s.value.data)
    for t, sources in made(s, classes):
        for source in sources:
            groups.merge(t, source)


def _stores(s: S.Stmt, classes: tuple[type, ...]) -> Iterator[tuple[str, str, str]]:
    """The variables of containers and objects that a statement puts something into, each with one for what it puts there,
    and where that is (see `Effects`)."""
    stores: list[tuple[Expr, Expr, str]] = []
    if isinstance(s, S.Assign):
        values = s.value.args if s.target.head == s.value.head == "tuple" else (s.value,)
        stores += [(t, e, str(t.data) if t.head == "attr" else _inside(t.args[0]))
                   for t in S.parts(s.target) if t.head in ("index", "attr") for e in values]
    for e in S.expressions(s):
        for part in E.calls(e):
            if part.args[0].head == "attr" and part.args[0].data in MUTATORS:
                stores += [(part.args[0], a, _inside(part.args[0].args[0])) for a in part.args[1:]]
            stores += [stored for call in (part, *calls_of_methods(part, classes)) for stored in stored_arguments(call)]
    for t, e, name in stores:
        if owner_of(t).head == "var":
            yield from ((owner_of(t).data, n, name) for n in shares(e))


def _inside(container: Expr) -> str:
    """What is said of the elements of a container, where that is what an attribute holds."""
    return f"{container.data}[]" if container.head == "attr" else ""


def written_places(s: S.Stmt, new: Container[S.Stmt] = ()) -> Iterator[tuple[Expr, bool]]:
    """What a statement writes into, and whether into what that holds: ``d[k] += v`` may change the array ``d[k]``."""
    if isinstance(s, (S.Assign, S.Aug, S.For)):
        yield from ((t.args[0], isinstance(s, S.Aug) and s not in new) for t in S.parts(s.target) if t.head in ("index", "attr"))
    if isinstance(s, S.Aug) and s.target.head == "var":
        yield s.target, False
    if isinstance(s, S.Delete):
        yield from ((t.args[0], False) for t in s.targets if t.head != "var")
    for e in S.expressions(s):
        for part in E.calls(e):
            deep = written_inside(part)
            yield from ((a, a in deep) for a in written_arguments(part))


def _reached(statements: list[S.Stmt], places: list[Expr], classes: tuple[type, ...]) -> set[str]:
    """The variables that some containers are parts of: what a list got before is not written with the list."""
    parts: dict[str, set[str]] = {}
    for s in statements:
        for t, sources in made(s, classes):
            parts.setdefault(t, set()).update(sources)
    seen: set[str] = set()
    todo = [base.data for base in map(owner_of, places) if base.head == "var"]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += parts.get(name, ())
    return seen


_PUTTING = ("append", "appendleft", "pop", "popleft", "insert", "clear", "reverse")


def changed_by_methods(s: S.Stmt, classes: tuple[type, ...]) -> Iterator[tuple[Expr, bool]]:
    """The objects whose methods a statement calls, where one of the classes has a method of that name which changes it, and the
    arguments that such a method changes."""
    for e in S.expressions(s):
        for part in E.calls(e):
            fn = part.args[0]
            if fn.head == "attr" and fn.data not in MUTATORS and may_change(str(fn.data), classes):
                yield fn.args[0], True
            elif may_be_object(fn, classes) and may_change("__call__", classes):
                yield fn, True
            for call in calls_of_methods(part, classes):
                yield from ((a, a in written_inside(call)) for a in written_arguments(call) if a != call.args[1])
    names = changing(classes) if classes else ()
    if names:
        yield from ((obj, True) for obj, name in implicit_calls(s) if name in names and owner_of(obj).head == "var")


def may_change(name: str, classes: Iterable[type]) -> bool:
    """Is there a method of this name which changes its object, or puts its arguments into it?"""
    effects = [effects_of(f) for f in methods_of(classes, name).values()]
    return any(e.of_object for e in effects)


def changes_class(name: str, classes: Iterable[type]) -> bool:
    """Is there a class method of this name which changes its class?"""
    found = (inspect.getattr_static(cls, name, None) for cls in classes)
    functions = (python_function(m.__func__) for m in found if isinstance(m, classmethod))
    return any(f is not None and effects_of(f).of_object for f in functions)


def some_method_may_change(classes: Iterable[type]) -> bool:
    """Is there a method, of whatever name, which changes its object and is called by that name?"""
    names = dict.fromkeys(n for c in classes for base in c.__mro__ for n, f in vars(base).items()
                          if isinstance(f, types.FunctionType) and not n.startswith("__"))
    return any(may_change(n, classes) for n in names)


def may_change_anything(name: str, classes: Iterable[type]) -> bool:
    """Is there a method of this name which changes its object or an argument? What stars collect is its own."""
    return any(e.of_object or any(n < f.__code__.co_argcount for n in e.written)
               for f in methods_of(classes, name).values() for e in (effects_of(f),))


def may_return(e: Expr) -> list[Expr]:
    """The arguments of a call of a function with source that its result may be (a part of)."""
    function = python_function(E.callee(e))
    assert function is not None
    effects = effects_of(function)
    returned = effects.returned | {m for n, m, _ in effects.stored if n in effects.returned}
    return [a for n, a in _by_parameter(function, e) if n in returned]


def _by_parameter(function: types.FunctionType, e: Expr) -> list[tuple[int, Expr]]:
    """The arguments of a call, each with the position of its parameter, which several share where that is a star one."""
    try:
        params = load(function, consumed=True).function.params
    except DerivativeError:
        return []
    at = {p.name: n for n, p in enumerate(params) if p.kind not in ("*", "**")}
    places = [n for n, p in enumerate(params) if p.kind in ("positional", "plain")]
    star = [n for n, p in enumerate(params) if p.kind == "*"]
    rest = [n for n, p in enumerate(params) if p.kind == "**"]
    found: list[tuple[int, Expr]] = []
    for mark, a in E.arguments(e):
        if mark == "" and places:
            found.append((places.pop(0), a))
        elif mark == "*":  # how many there are is not known
            found += [(n, a) for n in (*places, *star)]
        elif mark == "**":
            found += [(n, a) for n in (*at.values(), *rest)]
        else:
            found += [(n, a) for n in ([at[mark]] if mark in at else star if mark == "" else rest)]
    return found


def owner_of(e: Expr) -> Expr:
    """The variable that a part belongs to, also through methods that give a part: ``d.setdefault(k, []).append(v)``."""
    while True:
        base = E.root(e)
        if base.head != "call" or base.args[0].head != "attr":
            return base
        e = base.args[0]


def followed(e: Expr) -> types.FunctionType | None:
    """The function that a call calls, where its own source says what it does and not a rule."""
    fn = E.callee(e)
    if fn is None or type(fn) is np.ufunc:
        return None
    return python_function(fn) if rule_for(fn) is None else None


def written_arguments(e: Expr) -> tuple[Expr, ...]:
    """The expressions among the arguments of a call (its receiver included) that the call writes."""
    if e.head != "call":
        return ()
    fn = e.function
    if type(fn) is np.ufunc and len(e.args) <= fn.nin + 1 and not any(e.data.marks):
        return ()
    out, function = _stated(e)
    if function is None or not (written := effects_of(function).written):
        return out
    return (*out, *[a for n, a in _by_parameter(function, e) if n in written])


@remembered
def _stated(e: Expr) -> tuple[tuple[Expr, ...], types.FunctionType | None]:
    """Those of the arguments that a call surely writes, and the function whose source tells which others."""
    fn, marks = e.args[0], e.data.marks
    out: list[Expr] = []
    function = None
    if fn.head == "attr" and fn.data in MUTATORS:
        out.append(fn.args[0])
    elif fn.head == "attr" and fn.data in SHUFFLES:
        out += e.args[1:2]
    place = given_out(e)
    if place is not None:
        out += place.args if place.head == "tuple" else (place,)
    if fn.head == "ref":
        positional = [a for mark, a in zip(marks, e.args[1:]) if mark == ""]
        value = fn.data.value
        if isinstance(value, np.ufunc):
            out += positional[value.nin + 1:]
        else:
            first, function = _by_itself(value)
            out += positional[:1] if first else ()
    return tuple(out), function


@remembered
def _by_itself(fn: object) -> tuple[bool, types.FunctionType | None]:
    """Does a function write its first argument, whatever it is given, or else: whose source tells what it writes?"""
    first = is_ufunc_at(fn) or writes_first(fn)
    return first, python_function(fn) if not first and fn is not None and rule_for(fn) is None else None


def written_through(s: S.Stmt) -> frozenset[str]:
    """The variables through which a statement writes."""
    places = [*S.stored_roots(s), *((s.target,) if isinstance(s, S.Aug) else s.targets if isinstance(s, S.Delete) else ())]
    places += [a for e in S.expressions(s) for call in E.calls(e) for a in written_arguments(call)]
    return frozenset().union(*(E.root(p).names for p in places))


def written_inside(e: Expr) -> tuple[Expr, ...]:
    """Those of the arguments that a call writes which may be containers, of which it writes what they hold, too."""
    function = followed(e)
    if function is not None:
        inside = effects_of(function).inside
        return tuple(a for n, a in _by_parameter(function, e) if n in inside) if inside else ()
    fn = E.callee(e)
    return written_arguments(e) if fn is not None and not isinstance(fn, np.ufunc) and not is_member(fn, SHALLOW) else ()


def changed_contents(e: Expr) -> tuple[tuple[Expr, ...], frozenset[str]]:
    """Those of the arguments in which a call may change arrays and containers, and the attributes of which it may.

    Of others it sets attributes, and those of objects in them.
    """
    function = followed(e)
    if function is None:
        return written_arguments(e), frozenset()
    effects = effects_of(function)
    given = _by_parameter(function, e) if effects.contents else []
    return tuple(a for n, a in given if n in effects.contents), effects.fields


def stored_arguments(e: Expr) -> list[tuple[Expr, Expr, str]]:
    """The arguments of a call that it puts others into, each with one of those and with where in it that is."""
    function = followed(e)
    if function is None:
        return []
    stored = effects_of(function).stored
    given = _by_parameter(function, e) if stored else []
    return [(a, b, name) for n, m, name in sorted(stored) if n != m for k, a in given if k == n for j, b in given if j == m]
