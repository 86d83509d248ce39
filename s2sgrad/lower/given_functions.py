"""Functions and methods that are given, and called with what does not vary: they must not change it.

    def f(x, table, visit):
        visit(table)                nothing tells if `table` is another one from here on
        return x * table[0]

What they do is looked at when the derivative runs.
"""
from __future__ import annotations

import collections
import functools
from collections.abc import Callable, Iterator

import numpy as np

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.may_share import shares
from s2sgrad.lower.methods import methods_of
from s2sgrad.lower.names import is_pull
from s2sgrad.lower.varied import Varied

_REQUIRE = E.ref("s2sgrad.runtime.require_unchanging", runtime.require_unchanging, library=True)
_APART = E.ref("s2sgrad.runtime.require_apart_state", runtime.require_apart_state, library=True)


def with_checks_of_given(fn: S.Function, varied: Varied, classes: tuple[type, ...]) -> S.Function:
    """`fn` with a check of every function that it is given and calls with data that it does not differentiate."""
    params = {p.name for p in fn.params}
    counters = {n for s in S.of_kinds(fn.body, S.For) for n in _counters(s)}
    bound = {n for s in S.walk_stmts(fn.body) for n in S.writes(s)}
    found = dict.fromkeys(call.args[0] for s in S.having(fn.body, E.CALL) for e in S.expressions(s) if e.heads & E.CALL
                          for call in E.calls(e) if call.args[0].head == "var" and call.args[0].data in params - bound
                          and not is_pull(call.args[0].data) and call.names.isdisjoint(varied.by_value)
                          and any(_may_change(a, counters, varied, fn.body) for a in call.args[1:]))
    found |= dict.fromkeys(_methods(fn.body, params - bound, classes))
    checks = tuple(S.Do(E.call(_REQUIRE, f)) for f in found)
    return S.with_body(fn, (*checks, *fn.body)) if checks else fn


def with_checks_of_state(fn: S.Function, varied: Varied) -> S.Function:
    """`fn` with a check of every function that it calls for its effect alone, with what varies: what it keeps of that must not be
    what another function that is called gives back.

        put(x * k)                  require_apart_state(put, (get,))
        return get() * s            put(x * k)
    """
    called = [call for s in S.having(fn.body, E.CALL) for e in S.expressions(s) if e.heads & E.CALL for call in E.calls(e)
              if call.args[0].head in ("var", "index") and (base := E.root(call.args[0])).head == "var"
              and not is_pull(base.data)]
    if not called:
        return fn
    made = {s.name for s in S.of_kinds(fn.body, S.Define)}
    known = made | _instances(fn) | _made_of(fn.body, varied.asked)
    bound = {n for s in S.walk_stmts(fn.body) if isinstance(s, S.Assign) and (s.value.head == "index" or not varied.of(s.value))
             for n in S.bound(s.target)}
    calls = [call for call in called if E.root(call.args[0]).data not in known and (
        not made if call.args[0].head == "index" else call.args[0].data in bound or not varied.of(call.args[0]))]
    read = frozenset().union(*map(S.reads, S.walk_stmts(fn.body)))
    effects = {s: e for s in S.walk_stmts(fn.body) if (e := _for_its_effect(s, read)) is not None
               and any(e is call for call in calls)}
    kept = {s: e for s, e in effects.items() if any(map(varied.of, e.args[1:]))}
    if not kept:
        return fn
    answers = [call.args[0] for call in calls if not any(call is e for e in effects.values())]
    return S.with_body(fn, _checked(fn, calls, answers, kept))


def _checked(fn: S.Function, calls: list[Expr], answers: list[Expr], kept: dict[S.Stmt, Expr]) -> S.Block:
    """The body with checks where the functions that they compare have values: at the call of the one that keeps something, and
    at those of others that have none there. Of an element it is all that the container holds."""
    late: dict[Expr, dict[Expr, None]] = {}

    def at_calls(s: S.Stmt, bound: frozenset[str]) -> Iterator[S.Stmt]:
        if s in kept:
            keeps = kept[s].args[0]
            others = dict.fromkeys(E.root(f) for f in [call.args[0] for call in calls] if f != keeps)
            others |= dict.fromkeys(f for f in answers if f == keeps)
            for f in others:
                if not f.names <= bound:
                    late.setdefault(f, {})[keeps] = None
            yield S.Do(E.call(_APART, keeps, E.tuple_(*(f for f in others if f.names <= bound))))

    def at_others(s: S.Stmt, bound: frozenset[str]) -> Iterator[S.Stmt]:
        for f in dict.fromkeys(E.root(call.args[0]) for e in S.expressions(s) if e.heads & E.CALL for call in E.calls(e)):
            yield from (S.Do(E.call(_APART, keeps, E.tuple_(f))) for keeps in late.get(f, ()) if keeps.names <= bound)

    params = frozenset(p.name for p in fn.params)
    body = _with(at_calls, fn.body, params)
    return _with(at_others, body, params) if late else body


def _with(checks: Callable[[S.Stmt, frozenset[str]], Iterator[S.Stmt]], body: S.Block, bound: frozenset[str]) -> S.Block:
    """`body` with checks before its statements, which are asked for with the variables that are surely bound there."""
    out: list[S.Stmt] = []
    for s in body:
        out += checks(s, bound)
        inner = bound | S.bound(s.target) if isinstance(s, S.For) else bound
        out.append(S.map_blocks(functools.partial(_with, checks, bound=inner), s))
        if isinstance(s, S.Assign):
            bound |= S.bound(s.target)
    return tuple(out)


def _made_of(body: S.Block, names: frozenset[str]) -> frozenset[str]:
    """The variables that are bound to what is made of others, or hold it; what functions in variables do is left aside."""
    known, size = set(names), 0
    while len(known) != size:
        size = len(known)
        for s in S.walk_stmts(body):
            if isinstance(s, (S.Assign, S.Aug)) and not known.isdisjoint(s.value.names):
                known |= S.bound(s.target) | {E.root(t).data for t in S.parts(s.target) if E.root(t).head == "var"}
            elif isinstance(s, S.For) and not known.isdisjoint(s.iter.names):
                known |= S.bound(s.target)
            known |= {E.root(call.args[0]).data for e in S.expressions(s) if e.heads & E.CALL for call in E.calls(e)
                      if call.args[0].head == "attr" and E.root(call.args[0]).head == "var" and not known.isdisjoint(call.names)}
    return frozenset(known)


def _instances(fn: S.Function) -> frozenset[str]:
    """Variables for objects that the function makes itself: these capture nothing."""
    bound = [(s.target.data, s.value) for s in S.walk_stmts(fn.body) if isinstance(s, S.Assign) and s.target.head == "var"]
    others = {n for s in S.walk_stmts(fn.body) if not (isinstance(s, S.Assign) and s.target.head == "var") for n in S.writes(s)}
    made = [{n for n, e in bound if isinstance(E.callee(e), type) is new} for new in (True, False)]
    return frozenset(made[0] - made[1] - others - {p.name for p in fn.params})


def _for_its_effect(s: S.Stmt, read: frozenset[str]) -> Expr | None:
    """The call that a statement is, of which nothing reads the result: it is not among the variables that are `read`."""
    if isinstance(s, S.Assign) and (s.target.head != "var" or s.target.data in read):
        return None
    return s.value if isinstance(s, (S.Do, S.Assign)) and s.value.head == "call" else None


def _methods(body: S.Block, given: set[str], classes: tuple[type, ...]) -> Iterator[Expr]:
    """The methods of objects of which attributes are read as well, and that no class in sight has."""
    expressions = [e for s in S.having(body, E.ATTR) for e in S.expressions(s) if e.heads & E.ATTR]
    called = [call.args[0] for e in expressions for call in E.calls(e) if call.args[0].head == "attr"]
    read = {part.args[0].data for e in expressions for part in E.walk(e)
            if part.head == "attr" and part.args[0].head == "var" and not any(part is fn for fn in called)}
    for fn in called:
        if fn.args[0].head == "var" and fn.args[0].data in given & read and not any(hasattr(t, fn.data) for t in _KNOWN) \
                and not methods_of(classes, str(fn.data)):
            yield fn


_KNOWN = (np.ndarray, list, dict, str, set, collections.deque)


def _counters(s: S.For) -> Iterator[str]:
    """The variables of a loop that are integers."""
    if E.callee(s.iter) is range:
        yield from S.bound(s.target)
    elif E.callee(s.iter) is enumerate and s.target.head == "tuple" and s.target.args[0].head == "var":
        yield s.target.args[0].data


def _may_change(a: Expr, counters: set[str], varied: Varied, body: S.Block) -> bool:
    """May what an argument stands for be changed, and be read elsewhere?"""
    return any(varied.matters(n, body) for n in shares(a) - counters)
