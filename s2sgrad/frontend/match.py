"""The ``match`` statement as a chain of conditions.

Every pattern becomes the conditions under which it matches and the variables that it binds then, both over parts of the
subject. Where the subject is a display (``match a, b:``) its parts are known, and nothing is left to be asked of it.
"""
from __future__ import annotations

import builtins
import dataclasses
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from typing import Any

import gast

from s2sgrad import runtime
from s2sgrad.frontend.expressions import expression
from s2sgrad.frontend.scope import Scope, refuse
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.source import Location

#: Classes whose one positional pattern is matched with the subject itself.
_WHOLE = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)


@dataclass
class Arm:
    """What a pattern asks for: all of `tests`, in order; then it binds `captures`."""

    tests: list[Expr] = field(default_factory=list)
    captures: list[tuple[str, Expr]] = field(default_factory=list)

    def add(self, other: Arm) -> None:
        self.tests += other.tests
        self.captures += other.captures

    @property
    def test(self) -> Expr | None:
        """The condition as one expression; None where the pattern always matches."""
        if not self.tests:
            return None
        return self.tests[0] if len(self.tests) == 1 else E.boolean("and", *self.tests)


def desugar(node: Any, scope: Scope) -> Iterable[S.Stmt]:
    """The core statements of a ``match`` statement."""
    out: list[S.Stmt] = []
    subject = _subject(node, scope, out)
    cases = [(case, _PATTERNS[type(case.pattern)](case.pattern, subject, scope)) for case in node.cases]
    out += _chain(cases, scope)
    return out


def _subject(node: Any, scope: Scope, out: list[S.Stmt]) -> Expr:
    """The subject as an atom or a display of atoms that no case rebinds."""
    rebound = {n for case in node.cases for n in _bound_by(case)}
    loc = scope.location(node.subject)

    def hold(e: Expr) -> Expr:
        if E.is_atom(e) and e.names.isdisjoint(rebound):
            return e
        kept = E.var(f"subject.m{next(scope.counter)}")
        out.append(S.Assign(kept, e, loc))
        return kept

    e = expression(node.subject, scope)
    if e.head == "tuple" and all(a.head != "star" for a in e.args):
        return E.rebuild(e, tuple([hold(a) for a in e.args]))
    return hold(e)


def _bound_by(case: Any) -> set[str]:
    """The variables that the pattern and the guard of a case bind."""
    return {n for root in (case.pattern, case.guard) if root is not None for n in _names(root)}


def _names(root: gast.AST) -> Iterator[str]:
    """The variables that patterns and assignment expressions inside `root` bind."""
    for n in gast.walk(root):
        if isinstance(n, (gast.MatchAs, gast.MatchStar)) and n.name:
            yield n.name
        elif isinstance(n, gast.MatchMapping) and n.rest:
            yield n.rest
        elif isinstance(n, gast.NamedExpr):
            yield n.target.id


# ---- cases ----------------------------------------------------------------------------------------------------------

def _chain(cases: list[tuple[Any, Arm]], scope: Scope) -> S.Block:
    """The statements of the first case that matches."""
    from s2sgrad.frontend.statements import block  # statements hold match statements
    if not cases:
        return ()
    (case, arm), *rest = cases
    loc = _header(case, scope)
    captures = _capture(arm.captures, loc)
    body = block(case.body, scope)
    if case.guard is None:
        if arm.test is None:
            return (*captures, *body)
        return (S.If(arm.test, (*captures, *body), _chain(rest, scope), loc),)
    guard = expression(case.guard, scope)
    if arm.test is None:
        return (*captures, S.If(guard, body, _chain(rest, scope), loc))
    if not captures:
        test = E.boolean("and", *arm.tests, *(guard.args if guard.head == "bool" and guard.data == "and" else (guard,)))
        return (S.If(test, body, _chain(rest, scope), loc),)
    if not rest:
        return (S.If(arm.test, (*captures, S.If(guard, body, (), loc)), (), loc),)
    found = E.var(f"found.m{next(scope.counter)}")
    return (S.Assign(found, arm.test, loc), S.If(found, (*captures, S.Assign(found, guard, loc)), (), loc),
            S.If(found, body, _chain(rest, scope), loc))


def _header(case: Any, scope: Scope) -> Location | None:
    """The place of ``case pattern if guard``."""
    loc, end = scope.location(case.pattern), scope.location(case.guard or case.pattern)
    if loc is None or end is None:
        return loc
    before = loc.source.line(loc.line)[:loc.column]
    start = before.rfind("case") if before.strip() == "case" else loc.column
    return Location(loc.source, loc.line, start, end.end_line, end.end_column)


def _capture(captures: list[tuple[str, Expr]], loc: Location | None) -> S.Block:
    """Bind the variables of a pattern; what a name held before is read by none of them afterwards."""
    kept = [(n, e) for n, e in captures if e != E.var(n)]
    clash = any(name in e.names for k, (name, _) in enumerate(kept) for _, e in kept[k + 1:])
    if clash:
        return (S.Assign(E.tuple_(*(E.var(n) for n, _ in kept)), E.tuple_(*(e for _, e in kept)), loc),)
    return tuple(S.Assign(E.var(n), e, loc) for n, e in kept)


# ---- patterns -------------------------------------------------------------------------------------------------------

def _arm(pattern: Any, subject: Expr, scope: Scope) -> Arm:
    return _PATTERNS[type(pattern)](pattern, subject, scope)


def _call(fn: Any, *args: Expr) -> Expr:
    """A call of a builtin or of a run-time helper."""
    home = "builtins" if getattr(builtins, fn.__name__, None) is fn else "s2sgrad.runtime"
    return E.call(E.ref(f"{home}.{fn.__name__}", fn, library=True), *args)


def _value(pattern: Any, subject: Expr, scope: Scope) -> Arm:
    return Arm([E.compare(subject, ("==", expression(pattern.value, scope)))])


def _singleton(pattern: Any, subject: Expr, scope: Scope) -> Arm:
    return Arm([E.compare(subject, ("is", E.const(pattern.value)))])


def _as(pattern: Any, subject: Expr, scope: Scope) -> Arm:
    arm = Arm() if pattern.pattern is None else _arm(pattern.pattern, subject, scope)
    if pattern.name is not None:
        arm.captures.append((pattern.name, subject))
    return arm


def _or(pattern: Any, subject: Expr, scope: Scope) -> Arm:
    """The first alternative that matches decides what is bound; what all of them ask first is asked once."""
    arms = [_arm(p, subject, scope) for p in pattern.patterns]
    always = next((n for n, a in enumerate(arms) if a.test is None), None)
    if always is not None:
        arms = arms[:always + 1]
    shared: list[Expr] = []
    while all(len(a.tests) > 1 for a in arms) and len({a.tests[0] for a in arms}) == 1:
        shared.append(arms[0].tests[0])
        arms = [Arm(a.tests[1:], a.captures) for a in arms]
    out = Arm(shared)
    if always is None:
        out.tests.append(E.boolean("or", *(a.test for a in arms if a.test is not None)))
    for name, e in arms[-1].captures:
        for a in reversed(arms[:-1]):
            assert a.test is not None
            other = dict(a.captures)[name]
            e = other if other == e else E.ifexp(a.test, other, e)
        out.captures.append((name, e))
    return out


def _sequence(pattern: Any, subject: Expr, scope: Scope) -> Arm:
    parts = pattern.patterns
    starred = next((n for n, p in enumerate(parts) if isinstance(p, gast.MatchStar)), None)
    if subject.head == "tuple":
        return _display(parts, starred, subject, scope)
    count = E.const(len(parts) - (starred is not None))
    size = _call(len, subject)
    arm = Arm([_call(runtime.is_sequence, subject)])
    if starred is None or count.data:
        arm.tests.append(E.compare(size, ("==" if starred is None else ">=", count)))
    for n, p in enumerate(parts):
        after = len(parts) - 1 - n
        if n == starred:
            if p.name is not None:
                rest = E.index(subject, E.slice_(E.const(n) if n else None, E.const(-after) if after else None))
                arm.captures.append((p.name, _call(list, rest)))
        else:
            at = n if starred is None or n < starred else -1 - after
            arm.add(_arm(p, E.index(subject, E.const(at)), scope))
    return arm


def _display(parts: list[Any], starred: int | None, subject: Expr, scope: Scope) -> Arm:
    """A sequence pattern against a display: lengths are compared now."""
    items = subject.args
    if len(items) != len(parts) if starred is None else len(items) < len(parts) - 1:
        return _never(parts, subject, scope)
    arm = Arm()
    for n, p in enumerate(parts):
        if n == starred:
            rest = items[n:len(items) - (len(parts) - 1 - n)]
            if p.name is not None:
                arm.captures.append((p.name, E.list_(*rest)))
        else:
            at = n if starred is None or n < starred else n - len(parts)
            arm.add(_arm(p, items[at], scope))
    return arm


def _never(parts: list[Any], subject: Expr, scope: Scope) -> Arm:
    """No match, whatever the values are; the names are bound so that alternatives agree."""
    names = sorted({n for p in parts for n in _names(p)})
    return Arm([E.const(False)], [(n, E.NONE) for n in names])


def _mapping(pattern: Any, subject: Expr, scope: Scope) -> Arm:
    arm = Arm([_call(runtime.is_mapping, subject)])
    keys = [expression(k, scope) for k in pattern.keys]
    for key, p in zip(keys, pattern.patterns):
        arm.tests.append(E.compare(key, ("in", subject)))
        arm.add(_arm(p, E.index(subject, key), scope))
    if pattern.rest is not None:
        arm.captures.append((pattern.rest, _rest(subject, keys, scope)))
    return arm


def _rest(subject: Expr, keys: list[Expr], scope: Scope) -> Expr:
    """``{k: v for k, v in subject.items() if k not in keys}``."""
    inner = scope.inner(("key", "value"))
    key, value = inner.find("key"), inner.find("value")
    pairs = E.call(E.attr(subject, "items"))
    tests = (E.compare(key, ("not in", E.tuple_(*keys))),) if keys else ()
    return Expr("comp", (key, value, pairs, *tests), E.Comprehension("dict", ((E.tuple_(key, value), len(tests)),)))


def _class(pattern: Any, subject: Expr, scope: Scope) -> Arm:
    cls = expression(pattern.cls, scope)
    arm = Arm([_call(isinstance, subject, cls)])
    known = cls.data.value if cls.head == "ref" else None
    pairs = list(zip(pattern.kwd_attrs, pattern.kwd_patterns))
    if pattern.patterns:
        if known in _WHOLE:
            arm.add(_arm(pattern.patterns[0], subject, scope))
        else:
            names = _match_args(pattern, cls, scope)
            pairs = [*zip(names, pattern.patterns), *pairs]
    always = _fields(known)
    for name, p in pairs:
        if name not in always:
            arm.tests.append(_call(hasattr, subject, E.const(name)))
        arm.add(_arm(p, E.attr(subject, name), scope))
    return arm


def _match_args(pattern: Any, cls: Expr, scope: Scope) -> tuple[str, ...]:
    """The attributes that positional patterns stand for."""
    if cls.head != "ref":
        raise refuse(scope, pattern, "a positional pattern of a class that is not known at compile time cannot be "
                     "differentiated", "name the attributes: Point(x=x, y=y)")
    found = scope.names.member(cls.data, "__match_args__")
    names = () if found is None else found.value
    if len(names) < len(pattern.patterns):
        raise refuse(scope, pattern, f"{cls.data.text} accepts {len(names)} positional patterns, and "
                     f"{len(pattern.patterns)} are given", "name the attributes: Point(x=x, y=y)")
    return tuple(names)


def _fields(cls: Any) -> frozenset[str]:
    """The attributes that every instance of a class has."""
    if not isinstance(cls, type):
        return frozenset()
    if dataclasses.is_dataclass(cls):
        return frozenset(f.name for f in dataclasses.fields(cls) if f.init)
    return frozenset(getattr(cls, "_fields", ())) if issubclass(cls, tuple) else frozenset()


_PATTERNS: dict[type, Callable[[Any, Expr, Scope], Arm]] = {
    gast.MatchValue: _value, gast.MatchSingleton: _singleton, gast.MatchSequence: _sequence,
    gast.MatchMapping: _mapping, gast.MatchClass: _class, gast.MatchAs: _as, gast.MatchOr: _or,
}
