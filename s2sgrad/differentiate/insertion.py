"""The reverse of ``insert_grad_of(x, block)``: the block, with the adjoint of `x` in the place of its parameter."""
from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import adjoint, adjoint_var
from s2sgrad.differentiate.tree import Node, Step
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import base
from s2sgrad.lower.renaming import rename
from s2sgrad.markers import insert_grad_of

if TYPE_CHECKING:
    from s2sgrad.differentiate.backward import Backward


def is_insertion(s: S.Stmt) -> bool:
    """Is this a block that runs in the backward sweep only?"""
    return isinstance(s, S.Do) and E.callee(s.value) is insert_grad_of and s.value.args[-1].head == "function"


def reverse_insertion(s: S.Do, b: Backward) -> list[Node]:
    """Put the adjoints into the block's variables, run it, and take them back."""
    b.forward[s] = ()
    fn, *variables, block = s.value.args
    if not any(map(b.facts.is_active, variables)):
        return []
    closure: E.Closure = block.data
    own = sorted(frozenset().union(*(S.writes(t) for t in S.walk_stmts(closure.function.body))))
    names: dict[str, Expr] = dict(zip(closure.captured, block.args))
    names.update({n: E.var(b.fresh(base(n))) for n in [*(p.name for p in closure.function.params), *own]})
    body = [_located(rename(t, names), s) for t in closure.function.body]
    given = [names[p.name] for p in closure.function.params]
    code: list[S.Stmt] = [S.Assign(d, _put_in(fn, x, s, b), s.loc) for d, x in zip(given, variables)]
    code += body
    for d, x in zip(given, variables):
        if b.facts.is_active(x):
            code += _taken_back(d, x, _escapes(body, d.data), s, b)
    return [Step(s, code)]


def _put_in(fn: Expr, x: Expr, s: S.Do, b: Backward) -> Expr:
    if not b.facts.is_active(x):
        return E.call(lib.ZEROS_LIKE, x)
    number = b.facts.type_of_name(x.data).kind == "number"
    return E.call(fn, adjoint_var(x.data) if number else E.call(lib.COPY, adjoint_var(x.data)))


def _taken_back(d: Expr, x: Expr, escapes: bool, s: S.Do, b: Backward) -> list[S.Stmt]:
    t = b.facts.type_of_name(x.data)
    if b.facts.aliasing.contents(x.data):
        if not t.is_array:
            raise unsupported(s.loc, f"insert_grad_of({base(x.data)}) of something that is changed in place, and may be a "
                              "list or an object, cannot be differentiated", "annotate it with np.ndarray")
        return [S.Assign(E.index(adjoint_var(x.data), E.ELLIPSIS), d, s.loc)]
    value = E.call(lib.COPY, d) if escapes and t.kind != "number" else d
    return [S.Clear(adjoint(x.data), s.loc), b.rules.add(s, x, value)]


def _escapes(body: list[S.Stmt], name: str) -> bool:
    """May the block put what a variable holds where it outlives the block?"""
    for s in S.walk_stmts(body):
        kept = isinstance(s, S.Assign) and (s.target.head != "var" or s.value.head == "call")
        if (kept or isinstance(s, S.Do)) and any(name in e.names for e in S.expressions(s)):
            return True
    return False


def _located(s: S.Stmt, marker: S.Do) -> S.Stmt:
    """`s` and all inside it, placed where the block starts, since it reverses nothing of its own."""
    s = S.map_blocks(lambda block: tuple(_located(t, marker) for t in block), s)
    return dataclasses.replace(s, loc=marker.loc)
