"""Special functions and norms along axes, for Numba."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.jit import functions, special
from s2sgrad.jit.codegen import implement, is_array, is_complex, nb, njit, static
from s2sgrad.jit.vectorized import vectorized

_DIGAMMA = njit(special.digamma)

for _name, _text in special.VALUES.items():
    vectorized(special.FUNCTIONS[_name], _text, digamma=_DIGAMMA)


@implement(special.norm)
def norm(x: Any, axis: Any, keepdims: Any) -> Any:
    if not is_array(x) or is_complex(x) or not isinstance(static(axis), int):
        return None
    total = functions.reduce_sum
    if is_array(x) and x.ndim == 1 and not static(keepdims):
        return lambda x, axis, keepdims: np.sqrt(np.sum(x * x))
    return lambda x, axis, keepdims: np.sqrt(total(x * x, axis, keepdims))


@implement(runtime.norm_adjoint)
def norm_adjoint(b: Any, y: Any, x: Any, order: Any, axis: Any, keepdims: Any) -> Any:
    if not is_array(x) or is_complex(x) or is_complex(b) or not isinstance(nb.unliteral(order), nb.NoneType):
        return None
    if isinstance(axis, nb.NoneType):
        unit = runtime.unit
        return lambda b, y, x, order, axis, keepdims: b * unit(x, y)
    if not isinstance(static(axis), int):
        return None
    divide = runtime.safe_divide
    if static(keepdims):
        return lambda b, y, x, order, axis, keepdims: b * divide(x, y)
    widen = functions.expand_dims
    if x.ndim == 1:
        return lambda b, y, x, order, axis, keepdims: b * divide(x, y)
    return lambda b, y, x, order, axis, keepdims: widen(b, axis) * divide(x, widen(y, axis))
