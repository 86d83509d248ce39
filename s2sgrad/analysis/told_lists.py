"""What types tell of lists: ``table[k] += rows[0]`` is a call of `extend`, and ``xs.sort()`` orders the elements of a list.

An update with what is known to be a list is such a call, too: where the place holds none, it raises an error. What is not known
to be a list is put in order as an array is, and looked at.
"""
from __future__ import annotations

from s2sgrad import runtime
from s2sgrad.analysis.inference import Types, type_of
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import base

_REQUIRE = E.ref("s2sgrad.runtime.require_ordered", runtime.require_ordered, library=True)
_JOINED = E.ref("s2sgrad.runtime.require_joined", runtime.require_joined, library=True)
#: What is no array, which would make an array of the list that it is added to.
_NO_ARRAYS = ("list", "tuple", "dict")


def with_lists_told(fn: S.Function, types: Types) -> S.Function:
    """`fn` with what lists get written as calls, and with one way to put things in order; `fn` itself if there is nothing."""
    made = {s: _extended(s, types) for s in S.of_kinds(fn.body, S.Aug) if _is_extended(s, types)}
    made |= {s: _ordered(s, types) for s in S.of_kinds(fn.body, S.If) if E.callee(s.test) is runtime.is_list}
    made |= {s: () for s in S.of_kinds(fn.body, S.Do) if E.callee(s.value) is runtime.require_joined
             and _kind(s.value.args[1], s, types) in _NO_ARRAYS}

    def told(block: S.Block) -> S.Block:
        return S.block_of([t for s in block for t in (made[s] if s in made else (S.map_blocks(told, s),))], block)
    return S.with_body(fn, told(fn.body)) if made else fn


def _kind(e: Expr, s: S.Stmt, types: Types) -> str:
    return type_of(e, types.before.get(s, {})).kind


def _is_extended(s: S.Aug, types: Types) -> bool:
    if s.symbol != "+":
        return False
    kinds = _kind(s.target, s, types), _kind(s.value, s, types)
    return kinds[0] == "list" or kinds == ("any", "list") and s.target.head != "var"


def _extended(s: S.Aug, types: Types) -> S.Block:
    call = S.Do(E.call(E.attr(s.target, "extend"), s.value), s.loc)
    return (call,) if _kind(s.value, s, types) in _NO_ARRAYS else (S.Do(E.call(_JOINED, s.value), s.loc), call)


def _ordered(s: S.If, types: Types) -> S.Block:
    xs = s.test.args[1]
    if _kind(xs, s, types) == "list":
        return s.body
    name = base(xs.data) if xs.head == "var" else "it"
    return (S.Do(E.call(_REQUIRE, xs, E.const(name)), s.loc), *s.orelse)
