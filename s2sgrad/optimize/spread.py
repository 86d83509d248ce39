"""A number that is broadcast to the shape of an array gets a name of its own first.

    bt = expand(-(by / np.size(t)), t)                share = -(by / np.size(t))
                                        --->          bt = expand(share, t)

Where the arithmetic that reads the array broadcasts the number itself, the number is all that is left (`algebra`); where
it does not, the two become one again (`nest`).
"""
from __future__ import annotations

import dataclasses

from s2sgrad import runtime
from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.optimize.program import Program


def name_numbers(fn: S.Function, program: Program) -> S.Function:
    """Give numbers that are broadcast for several uses a variable, once."""
    for s in S.walk_stmts(fn.body):
        if type(s) is S.Assign and s.value.head == "call" and E.hashable_callee(s.value) is runtime.expand:
            break
    else:
        return fn
    named: set[str] = set()
    made = _block(fn.body, program.uses(fn), named, program)
    if made is fn.body:
        return fn
    program.split |= named
    fn = S.with_body(fn, made)
    program.simple -= {s for s in S.walk_stmts(fn.body) if not named.isdisjoint(S.reads(s))}
    program.renamed(fn)
    return fn


def _block(body: S.Block, uses: dict[str, int], named: set[str], program: Program) -> S.Block:
    """A block with such numbers under names of their own; `named` are the variables that hold what they are broadcast to."""
    out: list[S.Stmt] = []
    for s in body:
        if isinstance(s, S.Assign) and _spreads(s, program) and uses.get(s.target.data, 0) > 1:
            named.add(s.target.data)
            name = program.names.fresh(s.target.data)
            fn_, number, like = s.value.args
            program.claims.add_number(name, number)
            out.append(dataclasses.replace(s, target=E.var(name), value=number))
            s = dataclasses.replace(s, value=E.rebuild(s.value, (fn_, E.var(name), like)))
        out.append(S.map_blocks(lambda b: _block(b, uses, named, program), s) if type(s) in S.COMPOUND else s)
    return S.block_of(out, body)


def _spreads(s: S.Assign, program: Program) -> bool:
    return s.target.head == "var" and is_derivative(s.target.data) and s.target.data not in program.split \
        and E.hashable_callee(s.value) is runtime.expand and s.value.args[1].head in ("op", "call") \
        and program.claims.is_number(s.value.args[1]) and program.claims.is_constant(s.target.data)
