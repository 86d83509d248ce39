"""Write what is known in the words of a reader: ``x.copy()`` for a copy of an array, ``total(b)`` for the adjoint of a number."""
from __future__ import annotations

from s2sgrad import runtime
from s2sgrad.differentiate import library as lib
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.program import Program


def spell(fn: S.Function, program: Program) -> S.Function:
    """Replace helpers that work for any value by what they do for the values at hand."""
    if not any(map(_copies, S.walk_stmts(fn.body))):
        return fn
    program.turn_to(fn)
    unsure = program.claims.optional | _used_by_branches(fn.body)
    passed = _passed(fn.body)

    def statement(s: S.Stmt) -> S.Stmt:
        return S.map_expressions(lambda e: _spelled(e, program, unsure, passed) if e.heads & E.CALL and e.names else e, s) \
            if _copies(s) else s

    return S.with_body(fn, S.map_stmts(statement, fn.body))


def _copies(s: S.Stmt) -> bool:
    for e in S.expressions(s):
        if e.heads & E.CALL:
            for call in E.calls(e):
                if call.function is runtime.copy:
                    return True
    return False


def _used_by_branches(body: S.Block) -> frozenset[str]:
    """The variables that are used as arrays in branches and nowhere else: in the place of one, a number may be given.

        if type(layer) is Flatten:
            t = x.reshape(-1)
        else:
            t = layer(x)
    """
    inside: set[str] = set()
    outside: set[str] = set()
    names: list[tuple[str, str]] = []

    def walk(block: S.Block, found: set[str]) -> None:
        for s in block:
            parts = (*S.expressions(s), s.target) if isinstance(s, (S.Assign, S.Aug)) else S.expressions(s)
            found.update(part.args[0].data for e in parts if e.heads & _OF_ARRAYS for part in E.walk(e)
                         if part.head in ("index", "attr") and part.args[0].head == "var")
            if isinstance(s, S.Assign) and s.target.head == "var":
                source = s.value.args[-1] if E.hashable_callee(s.value) in (runtime.copy, runtime.check_tangent) else s.value
                names.extend([(s.target.data, source.data)] if source.head == "var" else [])
            for inner in S.blocks(s):
                walk(inner, inside if isinstance(s, (S.If, S.Try)) else found)

    walk(body, outside)
    for found in (inside, outside):  # another name for a variable, its copy and its tangent say of it what they say of themselves
        while more := {b for a, b in names if a in found and b not in found}:
            found |= more
    return frozenset(inside - outside)


_OF_ARRAYS = E.INDEX | E.ATTR


#: Helpers that give a number back as it is, also in the place of an array.
_PASSING = frozenset((runtime.unbroadcast, runtime.fitted))


def _passed(body: S.Block) -> frozenset[str]:
    """The variables that may hold what such a helper has given back, or what is computed of that alone."""
    passed: frozenset[str] = frozenset()
    assigned = [(s.target.data, s.value) for s in S.walk_stmts(body) if isinstance(s, S.Assign) and s.target.head == "var"]
    while more := {name for name, value in assigned if name not in passed and _may_be_passed(value, passed)}:
        passed |= more
    return passed


def _may_be_passed(e: Expr, passed: frozenset[str]) -> bool:
    if e.head == "call":
        return E.hashable_callee(e) in _PASSING
    if e.head == "op":
        return any(_may_be_passed(a, passed) for a in e.args)
    return e.head == "var" and e.data in passed


def _spelled(e: Expr, program: Program, unsure: frozenset[str], passed: frozenset[str]) -> Expr:
    for a in e.args:
        if a.heads & E.CALL:
            e = E.rebuild(e, tuple([_spelled(a, program, unsure, passed) if a.heads & E.CALL else a for a in e.args]))
            break
    if e.head == "call" and E.hashable_callee(e) is runtime.copy and program.claims.of(e.args[1]).is_array \
            and not unsure & e.args[1].names and not _may_be_passed(e.args[1], passed):
        return E.call(E.attr(e.args[1], "copy"))
    return e


_TOTAL = lib.support("total")


def name_totals(fn: S.Function, program: Program) -> S.Function:
    """Write ``total(b)`` for what is summed up for a number that nothing else stands for."""
    if not any(_is_total(call) for s in S.having(fn.body, E.CALL) for e in S.expressions(s) if e.heads & E.CALL
               for call in E.calls(e)):
        return fn
    return S.with_body(fn, S.map_stmts(lambda s: S.map_expressions(_with_totals, s), fn.body))


def _is_total(e: Expr) -> bool:
    return E.hashable_callee(e) is runtime.unbroadcast and E.is_const(e.args[2], 0.0j)


def _with_totals(e: Expr) -> Expr:
    if not e.heads & E.CALL:
        return e
    e = E.rebuild(e, tuple(map(_with_totals, e.args)))
    return E.call(_TOTAL, e.args[1]) if e.head == "call" and _is_total(e) else e
