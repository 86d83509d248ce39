"""Write what is known in the words of NumPy: ``x.copy()`` for a copy of an array."""
from __future__ import annotations

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.program import Program


def spell(fn: S.Function, program: Program) -> S.Function:
    """Replace helpers that work for any value by what they do for the values at hand."""
    program.turn_to(fn)

    def statement(s: S.Stmt) -> S.Stmt:
        for e in S.expressions(s):
            if e.heads & E.CALL and any(E.callee(call) is runtime.copy for call in E.calls(e)):
                return S.map_expressions(lambda e: _spelled(e, program) if e.heads & E.CALL and e.names else e, s)
        return s

    return S.with_body(fn, S.map_stmts(statement, fn.body))


#: Helpers that give a number back as it is, also in the place of an array.
_PASSING = frozenset((runtime.unbroadcast, runtime.fitted))


def _spelled(e: Expr, program: Program) -> Expr:
    for a in e.args:
        if a.heads & E.CALL:
            e = E.rebuild(e, tuple([_spelled(a, program) if a.heads & E.CALL else a for a in e.args]))
            break
    if e.head == "call" and E.hashable_callee(e) is runtime.copy and program.claims.of(e.args[1]).is_array \
            and E.hashable_callee(e.args[1]) not in _PASSING:
        return E.call(E.attr(e.args[1], "copy"))
    return e
