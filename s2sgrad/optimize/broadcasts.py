"""What nothing but its shape is wanted of is not computed: the shape that arrays have together is enough.

    bt = expand(by, np.log(s0 / s) + (m / s) ** 2)    --->     bt = expand(by, broadcast(s0, s, m))

    t = a * np.log(m)
    bt = unbroadcast(by, t)                                    bt = unbroadcast(by, broadcast(a, m))
    ba = bt * t                                       --->     ba = bt * (a * np.log(m))
"""
from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping

import numpy as np

from s2sgrad import runtime
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.likes import LENDING, Likes
from s2sgrad.optimize.program import Program

#: Calls that ask for a shape, of what may be no array.
_ASKING = frozenset((runtime.unbroadcast, runtime.fitted, runtime.expand, runtime.sum_adjoint, np.size))
#: What is asked more often for its shape is computed.
_MOST = 2


def ask_for_shapes(fn: S.Function, program: Program) -> S.Function:
    """Ask the arrays that arithmetic is made of for its shape, where its value is wanted once or never."""
    values = [s.value for s in S.walk_stmts(fn.body) if (type(s) is S.Assign or type(s) is S.Aug) and s.value.heads & E.CALL]
    asking = [e for value in values if value.heads & E.DERIVATIVE for e in E.calls(value) if e.function in _ASKING]
    if not asking:
        return fn
    program.turn_to(fn)
    likes = program.algebra.likes
    shapes = _unnamed(fn, asking, program, likes)
    if not shapes and not any(_spreads(e) or _computes(e) for e in asking):
        return fn
    return S.with_body(fn, _block(fn.body, shapes, program))


def _unnamed(fn: S.Function, asking: list[Expr], program: Program, likes: Likes) -> dict[str, Expr]:
    """The variables for unnamed values that are read for their shape, and otherwise once at most, with what has that shape."""
    questions = [(e.args[LENDING[e.function]], e) for e in asking]
    asked = Counter(like.data for like, _ in questions if like.head == "var")
    counted = {like.data for like, e in questions if like.head == "var" and e.function is np.size}
    uses = program.uses(fn)
    found: dict[str, Expr] = {}
    for s in fn.body:
        if type(s) is not S.Assign or s.target.head != "var" or s.target.data not in asked:
            continue
        name, count = s.target.data, asked[s.target.data]
        if not program.is_temporary(name) or is_derivative(name) or not program.claims.is_constant(name) or count > _MOST \
                or uses.get(name, 0) > count + (name not in counted) or name in program.pinned:
            continue  # of what is there its size is asked at no cost
        made = _number(s.value, program) or likes.spread(s.value, True)
        if made.head == "var":
            made = _bare(s.value, program)
        if made.head in ("const", "var") or E.hashable_callee(made) in (runtime.broadcast, runtime.number_like):
            found[name] = made
    return found


def _number(e: Expr, program: Program) -> Expr | None:
    """A number that is complex where the number `e` is, which is computed of arrays."""
    claims = program.claims
    if not e.heads & E.CALL or not claims.of(e).is_number:  # arithmetic on numbers costs no more
        return None
    roots = program.algebra.fields.roots(e)
    if roots is None or not all(n in claims.parameters and claims.is_constant(n) for n in roots):
        return None
    return E.call(lib.support("number_like"), *map(E.var, sorted(roots))) if roots else E.ZERO


def _bare(e: Expr, program: Program) -> Expr:
    """The variable that `e` has its shape from, ``0.5 * g ** 2``, if that is as complex."""
    bare, fields = program.algebra.likes.bare(e), program.algebra.fields
    return bare if bare.head == "var" and (roots := fields.roots(e)) is not None and roots == fields.roots(bare) else e


def _block(body: S.Block, shapes: Mapping[str, Expr], program: Program) -> S.Block:
    out = [S.map_blocks(lambda b: _block(b, shapes, program), s) if type(s) in S.COMPOUND else _asking(s, shapes, program)
           for s in body]
    return S.block_of(out, body)


def _asking(s: S.Stmt, shapes: Mapping[str, Expr], program: Program) -> S.Stmt:
    if not isinstance(s, (S.Assign, S.Aug)) or not s.value.heads & E.DERIVATIVE or not s.value.heads & E.CALL:
        return s
    value = E.transform(lambda e: _put(e, shapes, program), s.value)
    return s if value is s.value else dataclasses.replace(s, value=value)


def _spreads(e: Expr) -> bool:
    return e.function in (runtime.expand, np.size) and e.args[LENDING[e.function]].head in ("op", "call")


def _computes(e: Expr) -> bool:
    """Is something computed for the shape that is asked for?"""
    return e.function in (runtime.unbroadcast, runtime.fitted) and e.args[2].head in ("op", "call")


def _put(e: Expr, shapes: Mapping[str, Expr], program: Program) -> Expr:
    if e.head != "call" or e.function not in _ASKING:
        return e
    at = LENDING[e.function]
    like = e.args[at]
    made = shapes.get(like.data, like) if like.head == "var" else like
    if _spreads(e):
        made = program.algebra.likes.spread(like, e.function is np.size)
    elif _computes(e):
        made = _number(like, program) or _bare(like, program)
    return e if made is like else E.rebuild(e, (*e.args[:at], made, *e.args[at + 1:]))
