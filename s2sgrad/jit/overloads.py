"""The run-time helpers of generated code, for Numba. Importing this module makes them known to it."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.jit import functions, overloads_arrays, overloads_linalg, overloads_reductions, overloads_special
from s2sgrad.jit.codegen import (
    KNOWN,
    define,
    element,
    implement,
    is_array,
    is_complex,
    is_number,
    key,
    nb,
    rank,
)
from s2sgrad.jit.vectorized import vectorized

__all__ = ["KNOWN", "overloads_arrays", "overloads_linalg", "overloads_reductions", "overloads_special"]


# ---- broadcasting ---------------------------------------------------------------------------------------------------

@implement(runtime.total)
def total(b: Any) -> Any:
    if is_number(b):
        return lambda b: b
    return (lambda b: np.sum(b)) if is_array(b) else None


@implement(runtime.unbroadcast)
def unbroadcast(b: Any, like: Any) -> Any:
    if is_complex(b) and not is_complex(like):
        return lambda b, like: runtime.unbroadcast(np.real(b), like)
    if is_number(b) and is_number(like):
        return lambda b, like: b
    if is_number(b) and is_array(like):
        return lambda b, like: np.full(like.shape, b)
    if is_array(b) and is_number(like):
        return lambda b, like: np.sum(b)
    if not (is_array(b) and is_array(like)):
        return None
    m, n = b.ndim, like.ndim
    if m < n:
        return lambda b, like: np.broadcast_to(b, like.shape).copy()
    if n == 0:
        return lambda b, like: np.array(np.sum(b))
    indices = [f"i{k}" for k in range(m)]
    text = "def run(b, like):\n"
    if m == n:
        text += "    if b.shape == like.shape:\n        return b\n"
    text += "    out = np.zeros(like.shape, b.dtype)\n"
    same = " and ".join(f"b.shape[{k + m - n}] == like.shape[{k}]" for k in range(n))
    loops = "".join(f"{' ' * (8 + 4 * k)}for i{k} in range(b.shape[{k}]):\n" for k in range(m))
    inside = " " * (8 + 4 * m)
    text += f"    if {same}:\n{loops}{inside}out{key(indices[m - n:])} += b{key(indices)}\n        return out\n"
    fits = " and ".join(f"(like.shape[{k}] == 1 or like.shape[{k}] == b.shape[{k + m - n}])" for k in range(n))
    moved = [f"i{k + m - n} * s{k}" for k in range(n)]
    text += f"    if {fits}:\n" + "".join(f"        s{k} = 0 if like.shape[{k}] == 1 else 1\n" for k in range(n))
    text += f"{loops}{inside}out{key(moved)} += b{key(indices)}\n        return out\n"
    if m == n:
        text += "    return np.broadcast_to(b, like.shape).copy()\n"
    else:
        text += "    raise ValueError('an adjoint does not have the shape that broadcasting gave its value')\n"
    return define(text)


@implement(runtime.expand)
def expand(b: Any, like: Any) -> Any:
    if is_number(like):
        return lambda b, like: b
    if is_number(b):
        return lambda b, like: np.full(like.shape, b * 1.0)
    return lambda b, like: np.broadcast_to(b, like.shape)


# ---- zeros, copies and sums -----------------------------------------------------------------------------------------

@implement(runtime.zeros_like)
def zeros_like(x: Any) -> Any:
    if is_array(x):
        if isinstance(x.dtype, (nb.Float, nb.Complex)):
            return lambda x: np.zeros_like(x)
        return lambda x: np.zeros(x.shape)
    if is_complex(x):
        return lambda x: 0j
    if isinstance(x, nb.List):
        return _zeros_of_list(x)
    if isinstance(x, nb.BaseTuple):
        parts = "".join(f"zeros(x[{k}]), " for k in range(len(x)))
        return define(f"def run(x):\n    return ({parts})\n", zeros=runtime.zeros_like)
    return lambda x: 0.0


def _zeros_of_list(x: Any) -> Any:
    if isinstance(x.dtype, nb.List) and is_number(x.dtype.dtype):
        return lambda x: [[0.0 for _ in v] for v in x]
    return (lambda x: [0.0 for _ in x]) if is_number(x.dtype) else (lambda x: [runtime.zeros_like(v) for v in x])


@implement(runtime.copy, runtime.own_copy)
def copy(x: Any) -> Any:
    if is_array(x):
        return lambda x: x.copy()
    if isinstance(x, nb.List):
        return (lambda x: x.copy()) if is_number(x.dtype) else (lambda x: [runtime.copy(v) for v in x])
    if isinstance(x, nb.BaseTuple):
        parts = "".join(f"copy(x[{k}]), " for k in range(len(x)))
        return define(f"def run(x):\n    return ({parts})\n", copy=runtime.copy)
    return lambda x: x


@implement(runtime.structured_like)
def structured_like(b: Any, x: Any) -> Any:
    if isinstance(b, nb.BaseTuple) and isinstance(x, nb.BaseTuple):
        parts = "".join(f"like(b[{k}], x[{k}]), " for k in range(len(x)))
        return define(f"def run(b, x):\n    return ({parts})\n", like=runtime.structured_like)
    if isinstance(b, nb.BaseTuple) and isinstance(x, nb.List):
        parts = "".join(f"b[{k}], " for k in range(len(b)))
        return define(f"def run(b, x):\n    return [{parts}]\n")
    if isinstance(b, nb.BaseTuple) and is_array(x):
        parts = "".join(f"    out[{k}] += b[{k}]\n" for k in range(len(b)))
        return define(f"def run(b, x):\n    out = zeros(x)\n{parts}    return out\n", zeros=runtime.zeros_like)
    return lambda b, x: b


@implement(runtime.add)
def add(a: Any, b: Any) -> Any:
    if is_array(a) or is_number(a):
        return lambda a, b: a + b
    if isinstance(a, nb.List):
        return lambda a, b: [runtime.add(a[k], b[k]) for k in range(len(a))]
    return None


@implement(runtime.add_to)
def add_to(a: Any, b: Any) -> Any:
    if is_number(b) and not is_array(a):
        return lambda a, b: None
    if is_array(a):
        def into_array(a: Any, b: Any) -> None:
            a += b
        return into_array
    if isinstance(a, nb.List):
        def into_list(a: Any, b: Any) -> None:
            for k in range(len(a)):
                a[k] = runtime.add(a[k], b[k])
        return into_list
    return None


@implement(runtime.split_tail)
def split_tail(b: Any, count: Any) -> Any:
    def run(b: Any, count: Any) -> Any:
        tail = b[len(b) - count:]
        for _ in range(count):
            b.pop()
        return tail
    return run


@implement(runtime.gathered)
def gathered(b: Any) -> Any:
    return (lambda b: np.sum(b, axis=0)) if rank(b) > 1 else lambda b: np.sum(np.array(b)) if isinstance(
        b, nb.List) else np.sum(b)


@implement(runtime.scaled)
def scaled(b: Any, xs: Any) -> Any:
    return (lambda b, xs: [b * x for x in xs]) if isinstance(xs, nb.List) else lambda b, xs: b * xs


@implement(runtime.spread)
def spread(b: Any, xs: Any) -> Any:
    return (lambda b, xs: [b for _ in xs]) if isinstance(xs, nb.List) else lambda b, xs: np.full(xs.shape, b)


# ---- numbers --------------------------------------------------------------------------------------------------------

vectorized(runtime.sign, "lambda x: 1.0 if x > 0 else -1.0 if x < 0 else x * 0.0")
vectorized(runtime.log_where_positive, "lambda x: 0.0 if x == 0 else np.log(x)")
vectorized(runtime.times_log, "lambda z, x, y: z * log_of(base(x, y))", log_of=runtime.log_where_positive,
           base=runtime.base_with_powers)
vectorized(runtime.power_slope, "lambda x, y: 0.0 if y == 0 else y * np.power(np.float64(x), y - 1.0)")
vectorized(runtime.quotient, "lambda x, y: x / y if x != 0 else 0.0")
vectorized(runtime.safe_divide, "lambda x, y: x / y if y != 0 else 0.0")
vectorized(runtime.share, "lambda x, y, z: 0.0 if x != z else 0.5 if x == y else 1.0")
vectorized(runtime.exp_difference, "lambda x, y: np.exp(x - y) if x != -np.inf else 0.0")


@implement(runtime.base_with_powers)
def base_with_powers(x: Any, y: Any) -> Any:
    whole = isinstance(element(y), (nb.Integer, nb.Boolean))
    return (lambda x, y: np.maximum(x, 0.0)) if whole and not is_complex(x) else lambda x, y: x


@implement(runtime.like)
def like(b: Any, x: Any) -> Any:
    if is_complex(x):
        return (lambda b, x: b) if is_complex(b) else lambda b, x: b + 0j
    return (lambda b, x: np.real(b)) if is_complex(b) else lambda b, x: b


@implement(runtime.real_like)
def real_like(b: Any, x: Any) -> Any:
    return (lambda b, x: np.real(b)) if is_complex(b) and not is_complex(x) else lambda b, x: b


@implement(functions.reversed_range)
def reversed_range(start: Any, stop: Any, step: Any) -> Any:
    def run(start: Any, stop: Any, step: Any) -> Any:
        count = max(0, -((start - stop) // step))
        return range(start + (count - 1) * step, start - step, -step)
    return run


vectorized(functions.logaddexp, "lambda x, y: "
            "x + 0.6931471805599453 if x == y else max(x, y) + np.log1p(np.exp(-abs(x - y)))")
vectorized(functions.heaviside, "lambda x, y: 1.0 if x > 0 else 0.0 if x < 0 else y if x == 0 else x * 1.0")


# ---- checks ---------------------------------------------------------------------------------------------------------

@implement(runtime.scalar_seed)
def scalar_seed(seed: Any, y: Any) -> Any:
    if is_complex(y) and not is_complex(seed):
        def refuse(seed: Any, y: Any) -> Any:
            raise TypeError("grad needs a function that returns a real number, and this one returns a complex one; take "
                            "its np.real or np.abs, or give a complex seed")
        return refuse
    if is_number(y) and is_number(seed):
        return lambda seed, y: seed
    if is_array(y) and is_number(seed):
        def one(seed: Any, y: Any) -> Any:
            if y.size != 1:
                raise ValueError("grad needs a function that returns one number, and this one returns an array; use "
                                 "jacobian, elementwise_grad or vjp")
            return np.full(y.shape, seed)
        return one
    return check_seed(seed, y)


@implement(runtime.fitted)
def fitted(b: Any, like: Any) -> Any:
    return lambda b, like: runtime.unbroadcast(b, like)


@implement(runtime.element)
def first_element(x: Any) -> Any:
    return lambda x: x[0]  # of which only the shape is asked for


@implement(runtime.check_seed)
def check_seed(seed: Any, y: Any) -> Any:
    return _of_shape(seed, y, ("seed", "y"))


def _of_shape(seed: Any, y: Any, names: tuple[str, str]) -> Any:
    """A check that a seed has the shape of what it belongs to."""
    if rank(seed) != rank(y) or is_number(seed) != is_number(y):
        return None
    a, b = names
    what, whose = ("seed", "result") if a == "seed" else ("tangent", "argument")
    check = (f"    if {a}.shape != {b}.shape:\n"
             f"        raise ValueError('the {what} does not have the shape of the {whose}')\n")
    fits = isinstance(element(seed), (nb.Float, nb.Complex)) and (is_complex(seed) or not is_complex(y))
    given = a if fits or is_number(y) else f"{a} + 0j" if is_complex(y) else f"{a} * 1.0"
    return define(f"def run({a}, {b}):\n{check if is_array(y) else ''}    return {given}\n")


@implement(runtime.check_tangent, runtime.array_tangent)
def check_tangent(dx: Any, x: Any) -> Any:
    return _of_shape(dx, x, ("dx", "x"))


@implement(runtime.zero_tangent)
def zero_tangent(x: Any) -> Any:
    return zeros_like(x) if is_array(x) or is_number(x) else None


@implement(runtime.broadcast_tangent)
def broadcast_tangent(dy: Any, y: Any) -> Any:
    if is_number(y) or not is_array(y):
        return (lambda dy, y: dy) if is_number(y) else None
    return (lambda dy, y: np.full(y.shape, dy)) if is_number(dy) else (
        lambda dy, y: dy if dy.shape == y.shape else np.broadcast_to(dy, y.shape).copy())


@implement(runtime.number_like)
def number_like(*xs: Any) -> Any:
    return (lambda *xs: 0j) if any(map(is_complex, xs)) else (lambda *xs: 0.0)


@implement(runtime.require_number)
def require_number(x: Any, name: Any) -> Any:
    return (lambda x, name: None) if is_number(x) else None


@implement(runtime.require_unshared)
def require_unshared(x: Any, *others: Any) -> Any:
    return lambda x, *others: None


@implement(runtime.require_plain)
def require_plain(x: Any, symbol: Any) -> Any:
    return lambda x, symbol: None


@implement(runtime.require_dense)
def require_dense(x: Any, name: Any) -> Any:
    return lambda x, name: None


@implement(runtime.require_no_object)
def require_no_object(x: Any, *names: Any) -> Any:
    return lambda x, *names: None


@implement(runtime.require_array)
def require_array(x: Any, name: Any) -> Any:
    return (lambda x, name: None) if is_array(x) else None


@implement(runtime.require_out)
def require_out(x: Any, name: Any) -> Any:
    return (lambda x, name: None) if is_array(x) else None


@implement(runtime.require_no_out)
def require_no_out(x: Any, name: Any) -> Any:
    return (lambda x, name: None) if isinstance(x, (nb.NoneType, nb.Omitted)) else None


@implement(runtime.require_ordered)
def require_ordered(x: Any, name: Any) -> Any:
    return (lambda x, name: None) if is_array(x) else None


@implement(runtime.require_places)
def require_places(xs: Any, key: Any, values: Any) -> Any:
    return (lambda xs, key, values: None) if is_array(xs) else None


@implement(runtime.require_joined)
def require_joined(x: Any) -> Any:
    return None if is_array(x) else lambda x: None


@implement(runtime.require_list)
def require_list(x: Any, name: Any) -> Any:
    return (lambda x, name: None) if isinstance(x, nb.List) else None


@implement(runtime.require_sequence)
def require_sequence(x: Any, name: Any) -> Any:
    return None if isinstance(x, (nb.DictType, nb.Set)) else lambda x, name: None
