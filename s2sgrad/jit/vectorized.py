"""Elementwise functions of real arguments, for Numba, by their values for numbers."""
from __future__ import annotations

from typing import Any

from s2sgrad.jit.codegen import define, element, implement, inexact, is_array, is_complex, is_number, njit


def vectorized(fn: Any, text: str, **names: Any) -> None:
    """Implement `fn`: `text` is its value for numbers, a lambda expression in which `names` may occur."""
    params = text.partition(":")[0].removeprefix("lambda ").split(", ")

    def choose(*types: Any) -> Any:
        if any(is_complex(t) for t in types) or not all(is_array(t) or is_number(t) for t in types):
            return None
        scalar = define(f"def run({', '.join(params)}):\n    return{text.partition(':')[2]}\n", **names)
        if not any(map(is_array, types)):
            return scalar
        shape = f"np.broadcast_shapes({', '.join(f'np.shape({p})' for p in params)})" if len(params) > 1 else "x.shape"
        spread = "".join(f"    e_{p} = np.broadcast_to(np.asarray({p}), shape).ravel()\n" for p in params)
        values = ", ".join(f"e_{p}[k]" for p in params)
        return define(f"def whole({', '.join(params)}):\n    shape = {shape}\n{spread}"
                      f"    out = np.empty(e_{params[0]}.size, np.{_result(types)})\n"
                      f"    for k in range(out.size):\n        out[k] = scalar({values})\n"
                      "    return out.reshape(shape)\n",
                      scalar=njit(scalar))

    namespace: dict[str, Any] = {"choose": choose}
    exec(f"def named({', '.join(params)}):\n    return choose({', '.join(params)})\n", namespace)
    implement(fn)(namespace["named"])


def _result(types: tuple[Any, ...]) -> str:
    found = {str(inexact(element(t))) for t in types if is_array(t)}
    return "float32" if found == {"float32"} else "float64"
