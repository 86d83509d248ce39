"""Additions to an adjoint in place again, ``bx += e``, where the array belongs to the adjoint alone.

This undoes `webs`: the successive values of one variable share its name where one of them ends as the next begins.
"""
from __future__ import annotations

from collections.abc import Iterator

from s2sgrad import runtime
from s2sgrad.differentiate.naming import is_derivative, preferred
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import Liveness
from s2sgrad.lower.writing import PASSING
from s2sgrad.optimize.program import Program


def update_in_place(fn: S.Function, program: Program) -> S.Function:
    """Write ``v = v + e`` as ``v += e`` for numbers, and for arrays that no other variable refers to."""
    renaming = _coalesced(fn, program)
    if renaming:
        fn = S.with_body(fn, _renamed(fn.body, {n: E.var(v) for n, v in renaming.items()}))
        program.forget_memory()  # it is known by the names before
    program.turn_to(fn)
    owned = _owned(fn, program)
    updated = {program.names.origin.get(n, n) for n in program.updated}

    def statement(s: S.Stmt) -> S.Stmt:
        if isinstance(s, S.Assign) and s.target.head == "var":
            name = s.target.data
            known = is_derivative(name) or program.names.origin.get(name, name) in updated
            if known and (name in program.claims.numbers or name in owned):
                return _update(s)
        return s

    return S.with_body(fn, S.map_stmts(statement, fn.body))


# ---- one name for the successive values of a variable ---------------------------------------------------------------

def _coalesced(fn: S.Function, program: Program) -> dict[str, str]:
    """New names for the variables that continue another one of the same origin."""
    pairs = [(s.value, s.target.data) for s in S.walk_stmts(fn.body)
             if isinstance(s, S.Assign) and s.target.head == "var" and s.value.names]
    origin = program.names.origin
    passed_on = {e.data: name for e, name in pairs
                 if e.head == "var" and name.startswith(E.MARKS) and _passes_on(e, name, program)}
    wanted = [(name, old) for e, name in pairs for old in _continued(e) if old != name and name not in passed_on and
              (origin.get(old, old) == origin.get(name, name) or e.head == "var" and preferred(old) == preferred(name))]
    wanted += [(name, old) for old, name in passed_on.items()]
    if not wanted:
        return {}
    live = Liveness(fn.body)
    after, head = live.after.masks, live.head.masks
    start = live.mask(live.entry)
    defined = {p.name: start for p in fn.params}
    for s in S.walk_stmts(fn.body):
        copied = live.mask(s.value.names) if isinstance(s, S.Assign) and s.value.head == "var" else 0
        for name in S.writes(s):  # of a copy and what it copies, neither is in the way of the other
            defined[name] = defined.get(name, 0) | (after[s] | head.get(s, 0)) & ~copied
    parent: dict[str, str] = {}
    families: dict[str, tuple[int, int]] = {}  # the variables, and what is alive where one of them is bound

    def find(name: str) -> str:
        while name in parent:
            name = parent[name]
        return name

    params = {p.name for p in fn.params}
    for name, old in wanted:
        a, b = find(old), find(name)
        if b in params or old in passed_on and a == old and a not in params:  # these keep their names
            a, b = b, a
        if a == b or b in params:
            continue
        mine, beside_mine = families.get(a) or (live.mask((a,)), defined.get(a, 0))
        others, beside_others = families.get(b) or (live.mask((b,)), defined.get(b, 0))
        if not mine & beside_others and not others & beside_mine:
            parent[b] = a
            families[a] = mine | others, beside_mine | beside_others
    return {name: find(name) for name in parent}


def _passes_on(e: Expr, name: str, program: Program) -> bool:
    """Is `e` a temporary that gets one value, which is what the adjoint `name` is next?"""
    return is_derivative(e.data) and program.claims.is_constant(e.data) \
        and program.is_temporary(e.data) and not program.is_temporary(name) and program.pinned.isdisjoint((e.data, name))


def _continued(e: Expr) -> Iterator[str]:
    """The variable that an assignment of `e` gives another value: the one at the start of a sum, or all of it."""
    while e.head == "op" and e.data in ("+", "-", "*", "/") and len(e.args) == 2:
        e = e.args[0]
    if e.head == "var":
        yield e.data


def _renamed(body: S.Block, bindings: dict[str, Expr]) -> S.Block:
    out: list[S.Stmt] = []
    given = bindings.keys()
    for s in body:
        if type(s) in S.COMPOUND:
            s = S.map_blocks(lambda b: _renamed(b, bindings), s)
        if not (given.isdisjoint(S.reads(s)) and given.isdisjoint(S.writes(s))):
            s = S.map_expressions(lambda e: E.substitute(e, bindings), s)
        if not (type(s) is S.Assign and s.target.head == s.value.head and s.target == s.value):
            out.append(s)
    return S.block_of(out, body)


# ---- updates --------------------------------------------------------------------------------------------------------

def _owned(fn: S.Function, program: Program) -> frozenset[str]:
    """The variables for arrays that nothing else refers to, and that can be written."""
    updated = {program.names.origin.get(n, n) for n in program.updated}
    candidates = {n for s in S.walk_stmts(fn.body) for n in S.writes(s)
                  if program.names.origin.get(n, n) in updated and n not in program.claims.numbers}
    if not candidates:
        return frozenset()
    memory = program.memory
    params = {p.name for p in fn.params}
    groups: dict[int, int] = {}
    for name in program.asked(S.all_names, fn):
        for token in memory.reachable(name):
            groups[token] = groups.get(token, 0) + 1
    shared = {n for n in candidates if n in params or (g := memory.group(n)) is None or groups[g] > 1
              or g in memory.escaping}
    for s in S.walk_stmts(fn.body):
        if isinstance(s, S.Assign) and s.target.head == "var":
            if s.target.data in candidates and not _is_new(s.value):
                shared.add(s.target.data)
        elif not isinstance(s, S.Aug):
            shared |= S.writes(s)
    return frozenset(candidates - shared)


def _is_new(e: Expr) -> bool:
    """Is the value of `e`, which shares memory with nothing, an array of its own and not a broadcast one?"""
    if e.head == "call":
        fn = E.callee(e)
        if fn is None or fn in (runtime.expand, runtime.restore_axes, runtime.sum_adjoint, runtime.spread):
            return False
        return _is_new(e.args[1]) if fn in PASSING else e.args[0].head == "ref"
    return e.head in ("op", "const")


def _update(s: S.Assign) -> S.Stmt:
    """``v = v + a - b`` as ``v += a - b``; other forms stay."""
    e, terms = s.value, []
    while e.head == "op" and e.data in ("+", "-") and len(e.args) == 2:
        terms.append((e.data, e.args[1]))
        e = e.args[0]
    if e != s.target or not terms:
        return s
    terms.reverse()
    sign = "-" if all(symbol == "-" for symbol, _ in terms) else "+"
    first = next(n for n, (symbol, _) in enumerate(terms) if symbol == sign)
    value = terms.pop(first)[1]
    for symbol, t in terms:
        value = E.op("+" if symbol == sign else "-", value, t)
    return S.Aug(s.target, sign, value, s.loc)
