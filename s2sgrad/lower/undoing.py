"""Helpers with which derivatives undo what methods of lists and dicts did, as methods, to be differentiated again.

    put_back(xs, k, v)       xs.insert(k, v), of a dict xs[k] = v
    v = take_out(xs, k)      v = xs.pop(k)
    vs = split_tail(xs, n)   n times vs.insert(0, xs.pop())
"""
from __future__ import annotations

from collections.abc import Callable

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.operands import atom, plain, reference

_LEN = E.ref("len", len)


def _method(xs: Expr, name: str, *args: Expr) -> Expr:
    return E.call(E.attr(xs, name), *args)


def _put_back(e: Expr, cx: Context) -> Expr:
    xs, k, v = reference(e.args[1], cx), _position(e.args[2], cx), atom(e.args[3], cx)
    if E.is_const(k) and isinstance(k.data, int) and k.data < 0:
        at = E.op("+", E.call(_LEN, xs), E.const(1 + k.data))
    elif E.is_const(k):
        at = k
    else:
        at = E.ifexp(E.compare(k, (">=", E.const(0))), k, E.op("+", E.op("+", E.call(_LEN, xs), E.const(1)), k))
    entry = S.Assign(E.index(xs, k), v, cx.loc)
    if cx.is_dict(xs) or E.is_const(k) and isinstance(k.data, str):
        cx.statements((entry,))
        return E.NONE
    inserted = S.Do(_method(xs, "insert", at, v), cx.loc)
    if cx.is_list(xs):
        cx.statements((inserted,))
    else:
        is_dict = E.call(E.ref("isinstance", isinstance), xs, E.ref("dict", dict))
        cx.statements((S.If(is_dict, (entry,), (inserted,), cx.loc),))
    return E.NONE


def _take_out(e: Expr, cx: Context) -> Expr:
    xs, k = reference(e.args[1], cx), _position(e.args[2], cx)
    last = E.op("-", E.call(_LEN, xs), E.const(1))
    if not (E.is_const(k) and k.data >= 0):
        k = E.ifexp(E.compare(k, (">=", E.const(0))), k, E.call(E.ref("max", max), E.const(0), E.op("+", last, k)))
    at = k if E.is_const(k, 0) else cx.temporary(E.call(E.ref("min", min), k, last), "k")
    return _taken(_method(xs, "pop", at), cx)


def _split_tail(e: Expr, cx: Context) -> Expr:
    xs, count = reference(e.args[1], cx), plain(e.args[2], cx)
    tail = cx.temporary(E.list_(), "tail")
    cx.varied.add(tail.data)
    v = E.var(cx.names.fresh("v"))
    body = (S.Assign(v, _method(xs, "pop"), cx.loc), S.Do(_method(tail, "insert", E.const(0), v), cx.loc))
    cx.statements((S.For(E.var(cx.names.fresh("_")), E.call(E.ref("range", range), count), body, (), cx.loc),))
    return tail


def _position(e: Expr, cx: Context) -> Expr:
    e = plain(e, cx)
    return e if E.is_atom(e) else cx.temporary(e, "k")


def _taken(e: Expr, cx: Context) -> Expr:
    out = cx.temporary(e)
    cx.varied.add(out.data)
    return out


FUNCTIONS: dict[object, Callable[[Expr, Context], Expr]] = {
    runtime.put_back: _put_back, runtime.take_out: _take_out, runtime.split_tail: _split_tail,
}
