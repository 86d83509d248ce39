"""Equations are solved with an inverse that is computed anyway.

    bK = minus_outer(solve_transposed(K, bx), x, K)                t = np.linalg.inv(K)
    bK += by * transposed(np.linalg.inv(K))             --->       bK = minus_outer(times_transposed(t, bx), x, K)
                                                                   bK += by * transposed(t)

So with the cofactors of a matrix that are divided by its determinant, as the logarithm of that has them: they are the
inverse where equations with the matrix are solved, which then is no singular one. A determinant
of which nothing but the shape is asked is not computed.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from s2sgrad import runtime
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import is_adjoint_code
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.claims import rule_of
from s2sgrad.optimize.likes import LENDING
from s2sgrad.optimize.program import Program

_INVERSE = E.ref("numpy.linalg.inv", np.linalg.inv, library=True)
_DETERMINANTS = (np.linalg.det, np.linalg.slogdet)
_SOLVING = (runtime.solve_transposed, np.linalg.solve)
#: What is evaluated more than once, or not where it stands.
_HIDDEN = E.FUNCTION | E.COMP | E.WALRUS


def share_inverses(fn: S.Function, program: Program) -> S.Function:
    """Compute the inverse of a matrix once, and nothing that it tells."""
    calls = [e.function for s in S.having(fn.body, E.CALL) for own in S.expressions(s) for e in E.calls(own)]
    if not any(f in _SOLVING for f in calls) or not any(f in (np.linalg.inv, runtime.cofactors) for f in calls):
        return fn
    program.turn_to(fn)
    fn = S.with_body(fn, _block(fn.body, {}, program))
    return _without_shapes(fn, program) if any(f in _DETERMINANTS for f in calls) else fn


def _block(body: S.Block, held: Mapping[Expr, Expr], program: Program) -> S.Block:
    """A block that follows statements by which variables, `held`, stand for the inverses of matrices."""
    held = dict(held)
    out: list[S.Stmt] = []
    for n, s in enumerate(body):
        if type(s) in S.COMPOUND:
            s = S.map_blocks(lambda b: _block(b, held, program), s)
        elif is_adjoint_code(s) and not any(e.heads & _HIDDEN for e in S.expressions(s)):
            for a in _asked(s):
                if a not in held and _is_worth_a_name(a, body[n:], program):
                    held[a] = E.var(program.names.fresh("t"))
                    out.append(S.Assign(held[a], E.call(_INVERSE, a)))
            s = S.map_expressions(lambda e: E.transform(lambda part: _told(part, held), e) if e.heads & E.CALL else e, s)
        elif type(s) is S.Assign and s.target.head == "var" and s.value.function is np.linalg.inv and len(s.value.args) == 2 \
                and all(_is_settled(v, program) for v in (s.value.args[1], s.target)):
            held[s.value.args[1]] = s.target
        out.append(s)
    return S.block_of(out, body)


def _is_settled(v: Expr, program: Program) -> bool:
    """Is this a variable that is bound once, of an array that nothing changes?"""
    return v.head == "var" and program.claims.is_constant(v.data) and v.data not in program.pinned \
        and not program.memory.changing(v.data)


def _is_worth_a_name(a: Expr, body: S.Block, program: Program) -> bool:
    """Do statements of a block ask for the inverse of a matrix, and solve equations with it as well?"""
    if not _is_settled(a, program):
        return False
    asked = [of for s in body if is_adjoint_code(s) and type(s) not in S.COMPOUND for e in S.expressions(s)
             for of in _solved(e) if of == a]
    return bool(asked) and any(a in set(_asked(s, True)) for s in body if type(s) not in S.COMPOUND)


def _asked(s: S.Stmt, inverted: bool = False) -> Iterator[Expr]:
    """The matrices that equations are solved with in a statement, unless only those are asked for that are `inverted`."""
    for own in S.expressions(s):
        for e in E.calls(own):
            if e.function is np.linalg.inv and len(e.args) == 2 or e.function is runtime.cofactors and len(e.args) == 3:
                yield e.args[1]
        if not inverted:
            yield from _solved(own)


def _solved(e: Expr) -> Iterator[Expr]:
    """The matrices that transposed equations are solved with in an expression."""
    for part in E.calls(e):
        if part.function is runtime.solve_transposed:
            yield part.args[1]
        elif _is_transposed(part):
            yield part.args[1].args[0]


def _is_transposed(e: Expr) -> bool:
    """Is this ``np.linalg.solve(a.T, b)``?"""
    return e.function is np.linalg.solve and len(e.args) == 3 and e.args[1].head == "attr" and e.args[1].data == "T"


def _told(e: Expr, held: Mapping[Expr, Expr]) -> Expr:
    """`e`, with the variable that holds an inverse in its place."""
    if e.head == "op" and e.data == "*":
        return _without_determinant(e, held)
    if e.head != "call" or len(e.args) < 2:
        return e
    a = e.args[1]
    if e.function is np.linalg.inv and len(e.args) == 2:
        return held.get(a, e)
    if e.function is runtime.solve_transposed and a in held:
        return E.call(lib.support("times_transposed"), held[a], e.args[2])
    if _is_transposed(e) and a.args[0] in held:
        return E.op("@", E.attr(held[a.args[0]], "T"), e.args[2])
    return e


def _without_determinant(e: Expr, held: Mapping[Expr, Expr]) -> Expr:
    """``b / t * cofactors(a, t)`` as ``b * transposed(inverse)``, also where ``b / t`` has got axes."""
    factor, minors = e.args
    if minors.function is not runtime.cofactors or len(minors.args) != 3 or minors.args[1] not in held:
        return e
    share = factor.args[1] if factor.function is runtime.on_matrices else factor
    if share.head != "op" or share.data != "/" or share.args[1] != minors.args[2]:
        return e
    factor = E.rebuild(factor, (factor.args[0], share.args[0])) if share is not factor else share.args[0]
    return E.op("*", factor, E.call(lib.support("transposed"), held[minors.args[1]]))


def _without_shapes(fn: S.Function, program: Program) -> S.Function:
    """`fn` with matrices asked for the shapes of their determinants, of which nothing else is wanted."""
    lenders: dict[str, Expr] = {}
    read = frozenset().union(*(S.reads(s) for s in S.walk_stmts(fn.body)))
    for s in fn.body:
        if type(s) is S.Assign and s.value.function in _DETERMINANTS and len(s.value.args) == 2 and s.value.args[1].head == "var":
            a, made = s.value.args[1], s.target
            v = made.args[-1] if made.head == "tuple" and s.value.function is np.linalg.slogdet else made
            if not read.isdisjoint(S.writes(s) - v.names):
                continue
            if _is_settled(a, program) and _is_settled(v, program) and not program.claims.may_be_complex and all(
                    _lends(e, v) for t in S.walk_stmts(fn.body) if t is not s for e in S.expressions(t)):
                lenders[v.data] = E.call(lib.support("each_matrix"), a)
    if not lenders:
        return fn
    return S.with_body(fn, S.map_stmts(lambda s: S.map_expressions(lambda e: E.transform(
        lambda part: _asks(part, lenders), e) if not e.names.isdisjoint(lenders) else e, s)
        if S.writes(s).isdisjoint(lenders) else s, fn.body))


def _lends(e: Expr, v: Expr) -> bool:
    """Is nothing but its shape asked of a variable in `e`?"""
    if v.data not in e.names:
        return True
    lent = LENDING.get(e.function, 0) if e.head == "call" else 0
    return e != v and all(_broadcasts(a, v) if lent and n == lent else _lends(a, v) for n, a in enumerate(e.args))


def _broadcasts(e: Expr, v: Expr) -> bool:
    """Does arithmetic read the variable in `e` once, and nothing else?"""
    return v.data not in e.names or e == v or (e.head == "op" and e.data != "@" or _is_elementwise(e)) and all(
        _broadcasts(a, v) for a in e.args)


def _is_elementwise(e: Expr) -> bool:
    rule = rule_of(e) if e.head == "call" else None
    return rule is not None and rule.elementwise


def _asks(e: Expr, lenders: Mapping[str, Expr]) -> Expr:
    """`e`, with what lends its shape in the place of a variable, or of a function of it."""
    while _is_elementwise(e) and len(e.args) == 2 and e.args[1] in lenders.values():
        e = e.args[1]
    return lenders.get(e.data, e) if e.head == "var" else e
