"""Parameters for the array of a result, which may be left out: ``out=None`` is allowed, and another program.

    def scaled(x, out=None):
        return np.multiply(x, x, out=out)

Where the default is None, the derivative is made for that, else for an array; it checks which it gets.
"""
from __future__ import annotations

import numpy as np

from s2sgrad import runtime
from s2sgrad.frontend.functions import annotated_class
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.mentions import all_mentions
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.out_arguments import given_out, is_numpy

_NONE = E.ref("s2sgrad.runtime.require_no_out", runtime.require_no_out, library=True)
_ARRAY = E.ref("s2sgrad.runtime.require_out", runtime.require_out, library=True)


def with_outs(fn: S.Function) -> S.Function:
    """`fn` with a check of each parameter that is nothing but the array for a result, which is None if that is its default."""
    arrays = {p.name for p in fn.params if annotated_class(p.annotation) in ("ndarray", "NDArray")}
    optional = {p.name for p in fn.params if p.default is not None and E.is_const(p.default, None)}
    names = {p.name for p in fn.params if p.kind not in ("*", "**")} - (arrays - optional)
    given = [a.data for s in S.having(fn.body, E.CALL) for e in S.expressions(s) if e.heads & E.CALL for call in E.calls(e)
             for a in _outs(call) if a.head == "var" and a.data in names]
    if not given:
        return fn
    mentioned = all_mentions(e for s in S.walk_stmts(fn.body) for e in S.expressions(s))
    elsewhere = frozenset().union(*(S.writes(s) for s in S.walk_stmts(fn.body)),
                                  *(S.reads(s) for s in S.of_kinds(fn.body, S.Define)))
    alone = {n for n in given if mentioned.count(n) == given.count(n) and n not in elsewhere}
    missing = alone & optional - arrays
    checks = tuple(S.Do(E.call(_NONE if n in missing else _ARRAY, E.var(n), E.const(n)), fn.loc) for n in sorted(alone))
    body = tuple(S.substitute(s, dict.fromkeys(missing, E.NONE)) for s in fn.body) if missing else fn.body
    return S.with_body(fn, (*checks, *body))


def _outs(call: Expr) -> tuple[Expr, ...]:
    """What a call is given for its result, or hands on to be that."""
    method = call.args[0].head == "attr"
    if method and (canonical(call) is call or E.root(call.args[0]).head == "ref"):  # stats.gamma.mean(a, loc, scale)
        return ()
    out = given_out(call)
    fn = E.callee(call)
    if out is None:
        return ()
    if call.args[0].head == "ref" and not isinstance(fn, np.ufunc) and not is_numpy(fn) and "out" not in call.data.marks:
        return ()
    return out.args if out.head == "tuple" else (out,)


def unasked(fn: S.Function) -> frozenset[str]:
    """The parameters that are None by default and never bound again, and of which no condition is made."""
    optional = {p.name for p in fn.params if p.default is not None and E.is_const(p.default, None)}
    if not optional:
        return frozenset()
    statements = tuple(S.walk_stmts(fn.body))
    bound = frozenset().union(*map(S.writes, statements))
    asked = [s.test for s in statements if isinstance(s, (S.If, S.While))]
    asked += [part for s in statements for e in S.expressions(s) for part in E.walk(e)
              if part.head in ("ifexp", "bool", "compare")]
    return frozenset(optional - bound - frozenset().union(*(e.names for e in asked)))
