"""Reductions over any axes, and what their derivatives need, for Numba."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.jit import functions
from s2sgrad.jit.codegen import (
    axes_of,
    define,
    dtype_name,
    element,
    implement,
    inexact,
    is_array,
    is_complex,
    is_number,
    key,
    nb,
    nest,
    rank,
    static,
)


def _reduction(a: Any, axis: Any, keepdims: Any, start: str, update: str, finish: str = "", dtype: str = "") -> Any:
    """Code that folds `update` over the elements of `a`; `start` is what each element of the result begins with.

    ``{out}`` stands for the element of the result, ``{v}`` for that of `a`, ``{first}`` for the first one.
    """
    axis, keepdims = static(axis), static(keepdims)
    head = "def run(a, axis=None, keepdims=False):\n"
    if is_number(a):
        lines = [f"acc = {start}", update, "count = 1", f"return {finish.format(out='acc') if finish else 'acc'}"]
        return define(head + "".join(f"    {line}\n" for line in lines).format(out="acc", v="a", first="a"))
    if not is_array(a):
        return None
    n = a.ndim
    axes = axes_of(axis, n)
    extents = [f"a.shape[{k}]" for k in range(n)]
    head += f"    count = {' * '.join(extents[k] for k in axes) or '1'}\n"
    if "{first}" in start:
        head += "    if count == 0:\n        raise ValueError('zero-size array to reduction operation')\n"
    here = "a" + key([f"i{k}" for k in range(n)])
    if len(axes) == n:
        text = head + f"    acc = {start.format(first='a' + key(['0'] * n))}\n"
        text += nest(n, extents, update.format(out="acc", v=here))
        result = finish.format(out="acc") if finish else "acc"
        whole = f"np.full(({n * '1, '}), {result})"
        return define(text + f"    return {whole if keepdims else result}\n")
    kept = [k for k in range(n) if k not in axes]
    shape = [extents[k] if k in kept else "1" for k in range(n) if keepdims or k in kept]
    target = "out" + key([f"i{k}" if k in kept else "0" for k in range(n) if keepdims or k in kept])
    text = head + f"    out = np.empty(({', '.join(shape)},), np.{dtype or dtype_name(element(a))})\n"
    text += "".join(f"{' ' * (4 + 4 * m)}for i{k} in range({extents[k]}):\n" for m, k in enumerate(kept))
    first = "a" + key([f"i{k}" if k in kept else "0" for k in range(n)])
    text += f"{' ' * (4 + 4 * len(kept))}{target} = {start.format(first=first)}\n"
    text += nest(n, extents, update.format(out=target, v=here))
    return define(text + f"    return {finish.format(out='out') if finish else 'out'}\n")


@implement(functions.reduce_sum)
def reduce_sum(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    e = element(a)
    total = e if isinstance(e, (nb.Float, nb.Complex)) else nb.int64
    return _reduction(a, axis, keepdims, f"np.{total}(0)", "{out} += {v}", dtype=str(total))


@implement(functions.reduce_prod)
def reduce_prod(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    e = element(a)
    total = e if isinstance(e, (nb.Float, nb.Complex)) else nb.int64
    return _reduction(a, axis, keepdims, f"np.{total}(1)", "{out} *= {v}", dtype=str(total))


@implement(functions.reduce_mean)
def reduce_mean(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    e = inexact(element(a))
    return _reduction(a, axis, keepdims, f"np.{e}(0)", "{out} += {v}", "{out} / count", dtype=str(e))


@implement(functions.reduce_max)
def reduce_max(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return None if is_complex(a) else _reduction(
        a, axis, keepdims, "{first}", "{out} = {v} if {v} > {out} or {v} != {v} else {out}")


@implement(functions.reduce_logaddexp)
def reduce_logaddexp(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    if is_complex(a):
        return None
    update = "{out} = {out} + 0.6931471805599453 if {out} == {v} else max({out}, {v}) + np.log1p(np.exp(-abs({out} - {v})))"
    return _reduction(a, axis, keepdims, "-np.inf", update, dtype=str(inexact(element(a))))


@implement(functions.reduce_min)
def reduce_min(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return None if is_complex(a) else _reduction(
        a, axis, keepdims, "{first}", "{out} = {v} if {v} < {out} or {v} != {v} else {out}")


@implement(functions.reduce_var)
def reduce_var(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return _variance(a, axis, keepdims, "{}")


@implement(functions.reduce_std)
def reduce_std(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return _variance(a, axis, keepdims, "np.sqrt({})")


def _variance(a: Any, axis: Any, keepdims: Any, of: str) -> Any:
    if is_complex(a) or not is_array(a):
        return None
    axis, keepdims = static(axis), static(keepdims)
    inside = f"mean((a - mean(a, {axis}, True)) ** 2, {axis}, {keepdims})"
    return define(f"def run(a, axis=None, keepdims=False):\n    return {of.format(inside)}\n",
                  mean=functions.reduce_mean)


@implement(runtime.restore_axes)
def restore_axes(b: Any, like: Any, axis: Any, keepdims: Any) -> Any:
    axis, keepdims = static(axis), static(keepdims)
    if keepdims or axis is None or not rank(like):
        return lambda b, like, axis, keepdims: b
    return define(f"def run(b, like, axis, keepdims):\n    return expand_dims(b, {axis})\n",
                  expand_dims=functions.expand_dims)


@implement(runtime.sum_adjoint)
def sum_adjoint(b: Any, x: Any, axis: Any) -> Any:
    if not rank(x) or rank(b) < 1:
        return None
    axis = static(axis) % rank(x)
    extents = "".join(f"x.shape[{k}], " for k in range(rank(x)) if k != axis)
    return define(f"def run(b, x, axis):\n    return expand_dims(fit(b, np.empty(({extents}), x.dtype)), {axis})\n",
                  expand_dims=functions.expand_dims, fit=runtime.unbroadcast)


@implement(runtime.count)
def count(a: Any, axis: Any = None, keepdims: Any = False, where: Any = True) -> Any:
    if static(where) is not True:
        return None
    extents = " * ".join(f"a.shape[{k}]" for k in axes_of(static(axis), rank(a))) if rank(a) else ""
    return define(f"def run(a, axis=None, keepdims=False, where=True):\n    return {extents or '1'}\n")


@implement(runtime.centered)
def centered(a: Any, axis: Any = None, where: Any = True) -> Any:
    if static(where) is not True or is_complex(a):
        return None
    return define(f"def run(a, axis=None, where=True):\n    return a - mean(a, {static(axis)}, True)\n",
                  mean=functions.reduce_mean)


@implement(runtime.ties)
def ties(a: Any, y: Any, axis: Any = None, where: Any = True) -> Any:
    if static(where) is not True:
        return None
    if is_number(a):
        return lambda a, y, axis=None, where=True: 1.0
    return define(f"def run(a, y, axis=None, where=True):\n    found = (a == y) * 1.0\n"
                  f"    return found / total(found, {static(axis)}, True)\n", total=functions.reduce_sum)


@implement(runtime.undiff)
def undiff(b: Any, a: Any, axis: Any = -1) -> Any:
    if rank(a) != 1:
        return None

    def run(b: Any, a: Any, axis: int = -1) -> Any:
        longer = np.zeros(len(b) + 1, b.dtype)
        longer[1:] = b
        longer[:-1] -= b
        return longer
    return run


@implement(runtime.diff_adjoint)
def diff_adjoint(b: Any, a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None,
                 part: Any = "a") -> Any:
    if rank(a) != 1 or static(prepend) is not None or static(append) is not None:
        return None

    def run(b: Any, a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None, part: str = "a") -> Any:
        if not len(b):
            return np.zeros(len(a), b.dtype)
        for _ in range(n):
            b = runtime.undiff(b, b)
        return b
    return run
