"""Reductions over any axes, and what their derivatives need, for Numba."""
from __future__ import annotations

from typing import Any

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
    """Code that folds `update` over the elements of `a`; `start` is what each element of the result begins with."""
    axis, keepdims = static(axis), static(keepdims)
    if is_number(a):
        update = update.replace("{out}", "acc").replace("{v}", "a")
        return define(f"def run(a, axis=None, keepdims=False):\n    acc = {start.replace('{first}', 'a')}\n    {update}\n"
                      f"    count = 1\n    return {finish.replace('{out}', 'acc') or 'acc'}\n")
    if not is_array(a):
        return None
    n = a.ndim
    axes = axes_of(axis, n)
    extents = [f"a.shape[{k}]" for k in range(n)]
    count = " * ".join(extents[k] for k in axes) or "1"
    head = f"def run(a, axis=None, keepdims=False):\n    count = {count}\n"
    if "{first}" in start:
        head += "    if count == 0:\n        raise ValueError('zero-size array to reduction operation')\n"
    first = f"a{key(['0'] * n)}"
    whole = len(axes) == n
    if whole:
        text = head + f"    acc = {start.replace('{first}', first)}\n"
        text += nest(n, extents, update.replace("{out}", "acc").replace("{v}", "a" + key([f"i{k}" for k in range(n)])))
        result = finish.replace("{out}", "acc") or "acc"
        text += f"    return {f'np.full(({chr(49) + chr(44)} * {n}), {result})' if False else result}\n"
        if keepdims:
            text = text.rpartition("    return ")[0] + f"    return np.full(({'1, ' * n}), {result})\n"
        return define(text)
    kept = [k for k in range(n) if k not in axes]
    shape = [extents[k] if k in kept else "1" for k in range(n) if keepdims or k in kept]
    place = [f"i{k}" if k in kept else "0" for k in range(n) if keepdims or k in kept]
    element_type = dtype or dtype_name(element(a))
    text = head + f"    out = np.empty(({', '.join(shape)},), np.{element_type})\n"
    begin = f"out{key(place)} = " + start.replace(
        "{first}", "a" + key([f"i{k}" if k in kept else "0" for k in range(n)]))
    inner = {f"i{k}": m for m, k in enumerate(kept)}
    renamed = begin
    for old, m in sorted(inner.items(), reverse=True):
        renamed = renamed.replace(old, f"j{m}")
    loops = "".join(f"{' ' * (4 + 4 * m)}for j{m} in range({extents[k]}):\n" for m, k in enumerate(kept))
    text += loops + " " * (4 + 4 * len(kept)) + renamed + "\n"
    text += nest(n, extents, update.replace("{out}", f"out{key(place)}").replace(
        "{v}", "a" + key([f"i{k}" for k in range(n)])))
    if finish:
        text += f"    out = {finish.replace('{out}', 'out')}\n"
    return define(text + "    return out\n")


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
    return define(f"def run(a, axis=None, keepdims=False):\n    return {of.format(inside)}\n", mean=functions.reduce_mean)


@implement(runtime.restore_axes)
def restore_axes(b: Any, like: Any, axis: Any, keepdims: Any) -> Any:
    axis, keepdims = static(axis), static(keepdims)
    if keepdims or axis is None or not rank(like):
        return lambda b, like, axis, keepdims: b
    return define(f"def run(b, like, axis, keepdims):\n    return expand_dims(b, {axis})\n",
                  expand_dims=functions.expand_dims)


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
