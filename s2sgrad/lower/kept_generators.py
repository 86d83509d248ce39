"""A generator that gets a name and is consumed once, by a statement further down, is made there.

    points = make_points(a, b, h)
    y = 0.5 * h * f(a)                     y = 0.5 * h * f(a)
    for x in points:            --->       for x in make_points(a, b, h):
        y += h * f(x)                          y += h * f(x)

Nothing of it runs before it is asked for its first element. Arguments that get another value before are put aside where it was
made.
"""
from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable

from s2sgrad.frontend import yields
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import Names

_CONSUMING = (list, tuple, sorted, max, min, set, sum, enumerate, zip)


def consumed_where_named(body: S.Block, names: Names) -> S.Block:
    """A body in which generators that were given a name, and are used once, are made where they are used."""
    nested = frozenset(s.name for s in S.of_kinds(body, S.Define)
                       if s.value.head == "function" and yields.yields(s.value.data.function.body))
    made = [s.target.data for s in S.walk_stmts(body) if _is_made(s, nested)]  # type: ignore[union-attr]
    if not made:
        return body
    bound = Counter(n for s in S.walk_stmts(body) for n in S.writes(s))
    once = frozenset(n for n in made if bound[n] == 1 and _uses(n, body) == 1)
    return _moved(body, nested, once, names) if once else body


def _is_made(s: S.Stmt, nested: frozenset[str]) -> bool:
    """Does a statement give a name to what a generator function returns?"""
    if not isinstance(s, S.Assign) or s.target.head != "var" or s.value.head != "call":
        return False
    fn = s.value.args[0]
    return fn.data in nested if fn.head == "var" else fn.head == "ref" and yields.gives(python_function(fn.data.value))


def _uses(name: str, body: S.Block) -> int:
    """How often a variable is read; more than once where a function captures it."""
    return sum(2 if isinstance(s, S.Define) and name in S.reads(s) else sum(
        part.head == "var" and part.data == name for e in S.expressions(s) if name in e.names for part in E.walk(e))
        for s in S.walk_stmts(body)) - 1  # what it is bound by


def _moved(body: S.Block, nested: frozenset[str], once: frozenset[str], names: Names) -> S.Block:
    out: list[S.Stmt] = []
    rest = list(body)
    while rest:
        s = rest.pop(0)
        if isinstance(s, S.Assign) and _is_made(s, nested) and s.target.data in once:
            at = next((n for n, t in enumerate(rest) if any(_consumes(e, s.target) for e in _first(t))), None)
            if at is not None:
                rebound = frozenset().union(*map(S.writes, S.walk_stmts(tuple(rest[:at]))))
                before, made = _arguments(s, rebound, names)
                out += before
                rest[at] = S.map_expressions(functools.partial(E.substitute, bindings={s.target.data: made}), rest[at])
                continue
        out.append(S.map_blocks(lambda b: _moved(b, nested, once, names), s))
    return tuple(out)


def _first(s: S.Stmt) -> Iterable[Expr]:
    """The expressions that a statement evaluates once."""
    return () if isinstance(s, S.While) else S.expressions(s)


def _consumes(e: Expr, name: Expr) -> bool:
    """Does the expression take all that an iterator of this name gives?"""
    if e == name:
        return True
    if e.head == "comp":
        return next(iter(e.data.loops(e)))[1] == name
    if e.head == "call" and E.hashable_callee(e) in _CONSUMING and name in e.args[1:]:
        return True
    return name.data in e.names and e.head in ("op", "call", "tuple", "list") and any(_consumes(a, name) for a in e.args)


def _arguments(s: S.Assign, rebound: frozenset[str], names: Names) -> tuple[list[S.Stmt], Expr]:
    """The statements that put the arguments of a call aside which must be evaluated where it is, and the call with these."""
    before: list[S.Stmt] = []
    args = [s.value.args[0]]
    for a in s.value.args[1:]:
        if a.head not in ("const", "ref", "function") and (a.head != "var" or a.data in rebound):
            held = E.var(names.fresh("t"))
            before.append(S.Assign(held, a, s.loc))
            a = held
        args.append(a)
    return before, E.rebuild(s.value, tuple(args))
