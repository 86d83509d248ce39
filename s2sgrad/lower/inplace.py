"""NumPy functions and methods that write into an array, as the assignments that they perform.

    np.multiply(x, y, out=z)      z[...] = np.multiply(x, y)
    np.log(x, out=z, where=m)     z[...] = np.where(m, np.log(x, where=m, out=None), z)
    np.copyto(z, x, where=m)      z[...] = np.where(m, x, z)
    x.fill(v)                     x[...] = v
    x.flat = v                    x[...] = np.resize(v, x.shape)
    x.sort()                      order = np.argsort(x); x[...] = x[order]
"""
from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower import sequences
from s2sgrad.lower.context import Context
from s2sgrad.lower.operands import plain, reference
from s2sgrad.rules.methods_table import library
from s2sgrad.rules.out_arguments import given_out, is_numpy, without_out
from s2sgrad.rules.registry import rule_for


def _whole(x: Expr) -> Expr:
    return E.index(x, E.ELLIPSIS)


def _bound(e: Expr, *names: str) -> dict[str, Expr]:
    """The arguments of a call by parameter."""
    positional = [a for mark, a in E.arguments(e) if mark == ""]
    return {**dict(zip(names, positional)), **{mark: a for mark, a in E.arguments(e) if mark not in ("", "*", "**")}}


def _store(place: Expr, e: Expr, cx: Context) -> None:
    cx.statements((S.Assign(place, e, cx.loc),))


def with_out(e: Expr, cx: Context) -> Expr | None:
    """A call that is given the array for its result: the call without, and an assignment; None where it is not."""
    fn, out = E.callee(e), given_out(e)
    if out is None or not cx.varied.of(e) or E.is_const(out, None) or not isinstance(fn, np.ufunc) and not is_numpy(fn):
        return None
    if out.head == "tuple":
        if len(out.args) != 1:
            raise cx.refuse("out= with several arrays cannot be differentiated", "assign the results to the arrays")
        out = out.args[0]
    if E.root(out).head != "var":  # an array that is made for the result
        out = cx.temporary(plain(out, cx), "out")
        cx.varied.add(out.data)
    target = reference(out, cx)
    value, where = without_out(e), _bound(e).get("where")
    if where is not None and isinstance(fn, np.ufunc):  # what the mask leaves out is not computed: it may be NaN
        mask = plain(where, cx)
        mask = mask if E.is_atom(mask) else cx.temporary(mask, "mask")
        options = tuple((m, a) for m, a in E.arguments(value) if m != "where")
        rule = rule_for(fn)
        if rule is not None and rule.partials is not None:
            options += (("where", mask), ("out", E.NONE))
        value = E.call(library("where"), mask, E.call_with(value.args[0], options), target)
    _store(_whole(target), value, cx)
    return target


def _copyto(e: Expr, cx: Context) -> Expr:
    given = _bound(e, "dst", "src", "casting", "where")
    target = reference(given["dst"], cx)
    value = given["src"]
    if "where" in given:
        value = E.call(library("where"), given["where"], value, target)
    _store(_whole(target), value, cx)
    return E.NONE


def _masked(e: Expr, cx: Context) -> Expr:
    """``np.putmask(a, mask, values)`` repeats the values, in order, over all of `a`."""
    given = _bound(e, "a", "mask", "values")
    target = reference(given["a"], cx)
    values = E.call(library("resize"), given["values"], E.attr(target, "shape"))
    _store(_whole(target), E.call(library("where"), given["mask"], values, target), cx)
    return E.NONE


def _place(e: Expr, cx: Context) -> Expr:
    """``np.place(a, mask, values)`` takes as many values, in order, as there are places."""
    given = _bound(e, "arr", "mask", "vals")
    target = reference(given["arr"], cx)
    mask = cx.temporary(plain(given["mask"], cx), "mask")
    values = E.call(library("resize"), given["vals"], E.call(library("count_nonzero"), mask))
    _store(E.index(target, mask), values, cx)
    return E.NONE


def _put(e: Expr, cx: Context) -> Expr:
    given = _bound(e, "a", "ind", "v", "mode")
    if "mode" in given:
        raise cx.refuse("np.put with a mode cannot be differentiated", "wrap the positions first")
    target = reference(given["a"], cx)
    place = E.call(library("unravel_index"), plain(given["ind"], cx), E.attr(target, "shape"))
    value = given["v"]
    _store(E.index(target, cx.temporary(place, "place")), value, cx)
    return E.NONE


def _fill_diagonal(e: Expr, cx: Context) -> Expr:
    given = _bound(e, "a", "val", "wrap")
    if "wrap" in given and not E.is_const(given["wrap"], False):
        raise cx.refuse("np.fill_diagonal with wrap cannot be differentiated", "fill the parts one by one")
    target = reference(given["a"], cx)
    count = E.call(E.ref("min", min), E.attr(target, "shape"))
    places = cx.temporary(E.call(library("diag_indices"), count, E.attr(target, "ndim")), "diagonal")
    _store(E.index(target, places), given["val"], cx)
    return E.NONE


def _put_along_axis(e: Expr, cx: Context) -> Expr:
    given = _bound(e, "arr", "indices", "values", "axis")
    target = reference(given["arr"], cx)
    helper = E.ref("s2sgrad.runtime.along_axis", _along_axis(), library=True)
    place = cx.temporary(E.call(helper, E.attr(target, "shape"), plain(given["indices"], cx), given["axis"]), "place")
    _store(E.index(target, place), given["values"], cx)
    return E.NONE


def _along_axis() -> Any:
    from s2sgrad import runtime
    return runtime.along_axis


def _fill(e: Expr, cx: Context) -> Expr:
    target = reference(e.args[0].args[0], cx)
    _store(_whole(target), e.args[1], cx)
    return E.NONE


def _put_method(e: Expr, cx: Context) -> Expr:
    return _put(E.rebuild(e, (e.args[0], *e.args[1:])) if e.args[0].head != "attr" else
                E.call_with(library("put"), (("", e.args[0].args[0]), *E.arguments(e))), cx)


def _sort(e: Expr, cx: Context) -> Expr:
    """``x.sort()`` of an array; of a list its elements in order. Where nothing tells which it is, types may (`told_lists`)."""
    receiver = e.args[0].args[0]
    target = reference(receiver, cx)
    options = E.arguments(e)
    if sequences.is_list(target, cx) or sequences.is_list(receiver, cx) or any(mark in ("key", "reverse") for mark, _ in options):
        cx.statements((_in_order(target, options, cx),))
        return E.NONE
    if not options and not cx.is_calculated(target):
        with cx.nested() as of_array:
            _sort_array(target, e, cx)
        with cx.nested() as of_list:
            cx.statements((_in_order(target, options, cx),))
        cx.emit(S.If(E.call(_IS_LIST, target), of_list.body, of_array.body, cx.loc))
        return E.NONE
    _sort_array(target, e, cx)
    return E.NONE


def _in_order(target: Expr, options: Iterable[tuple[str, Expr]], cx: Context) -> S.Assign:
    ordered = E.call_with(E.ref("sorted", sorted), (("", target), *options))
    return S.Assign(E.index(target, E.slice_(E.NONE)), ordered, cx.loc)


def _sort_array(target: Expr, e: Expr, cx: Context) -> None:
    axis = _bound(e, "axis").get("axis", E.const(-1))
    order = cx.temporary(E.call_with(library("argsort"), (("", target), ("axis", plain(axis, cx)))), "order")
    cx.varied.names.discard(order.data)
    value = E.call_with(library("take_along_axis"), (("", target), ("", order), ("axis", plain(axis, cx))))
    _store(_whole(target), value, cx)


_IS_LIST = E.ref("s2sgrad.runtime.is_list", runtime.is_list, library=True)


def _at(ufunc: np.ufunc) -> Callable[[Expr, Context], Expr]:
    """``np.multiply.at(x, key, v)`` goes along the places that the key selects, which may occur several times."""
    def write(e: Expr, cx: Context) -> Expr:
        given = [a for _, a in E.arguments(e)]
        if len(given) != ufunc.nin + 1 or any(mark for mark, _ in E.arguments(e)) or not cx.varied.of(e):
            return E.call_with(e.args[0], tuple((mark, plain(a, cx)) for mark, a in E.arguments(e)))
        target = reference(given[0], cx)
        numbers = E.call(library("reshape"), E.call(library("arange"), E.attr(target, "size")), E.attr(target, "shape"))
        places = cx.temporary(plain(E.index(numbers, given[1]), cx), "places")
        flat = cx.temporary(E.call(library("reshape"), target, E.const(-1)), "flat")
        cx.varied.add(flat.data)
        place, v = E.var(cx.names.fresh("place")), E.var(cx.names.fresh("v"))
        each: Expr = E.call(library("ravel"), places)
        operands: tuple[Expr, ...] = (E.index(flat, place),)
        if ufunc.nin == 2:
            values = E.call(library("broadcast_to"), given[2], E.call(library("shape"), places))
            each = E.call(E.ref("zip", zip), each, E.call(library("ravel"), values))
            operands += (v,)
        body = S.Assign(E.index(flat, place), E.call(e.args[0].args[0] if e.args[0].head == "attr" else
                                                    library(ufunc.__name__), *operands), cx.loc)
        cx.statements((S.For(E.tuple_(place, v) if ufunc.nin == 2 else place, each, (body,), (), cx.loc),))
        return E.NONE
    return write


FUNCTIONS: dict[object, Callable[[Expr, Context], Expr]] = {
    **{fn.at: _at(fn) for fn in vars(np).values() if isinstance(fn, np.ufunc) and fn.nin < 3 and fn.nout == 1
       and fn.signature is None and fn not in (np.add, np.subtract)},
    np.copyto: _copyto, np.putmask: _masked, np.place: _place, np.put: _put, np.fill_diagonal: _fill_diagonal,
    np.put_along_axis: _put_along_axis,
}
METHODS: dict[str, Callable[[Expr, Context], Expr]] = {"fill": _fill, "put": _put_method, "sort": _sort}


# ---- attributes of arrays that are assigned ---------------------------------------------------------------------

def _set_flat(target: Expr, e: Expr, cx: Context) -> None:
    """``x.flat = v`` repeats the values, in order, over all of `x`."""
    array = reference(target.args[0], cx)
    _store(_whole(array), E.call(library("resize"), e, E.attr(array, "shape")), cx)


def _set_real(target: Expr, e: Expr, cx: Context) -> None:
    _store(_whole(cx.temporary(E.attr(reference(target.args[0], cx), "real"), "part")), e, cx)


def _set_imag(target: Expr, e: Expr, cx: Context) -> None:
    raise cx.refuse("an assignment to the imaginary part of an array cannot be differentiated",
                    "assign x.real + 1j * v to the array")


ATTRIBUTES: dict[str, Callable[[Expr, Expr, Context], None]] = {"flat": _set_flat, "real": _set_real, "imag": _set_imag}
