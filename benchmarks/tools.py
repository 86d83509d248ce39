"""The tools that are compared, each as a way to make a gradient; those that are not installed are left out."""
from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np

import s2sgrad

#: The peers, and the distributions that they come in.
PEERS = {"autograd": "autograd", "jax": "jax", "torch": "torch", "tangent": "tangent-ad"}


def available() -> list[str]:
    found = [name for name in PEERS if importlib.util.find_spec(name) is not None]
    return ["expert", "s2sgrad", *(["s2sgrad + numba"] if importlib.util.find_spec("numba") else []), *found]


def versions() -> dict[str, str]:
    """The versions of what is compared."""
    out = {}
    for name, distribution in {"numpy": "numpy", "numba": "numba", **PEERS}.items():
        if importlib.util.find_spec(name) is not None:
            out[name] = version(distribution)
    return out


def own(f: Any, wrt: Any) -> Callable[..., Any]:
    return s2sgrad.grad(f, wrt=wrt)  # type: ignore[no-any-return]


def compiled(f: Any, wrt: Any) -> Callable[..., Any]:
    return s2sgrad.grad(f, wrt=wrt, jit="numba")  # type: ignore[no-any-return]


def with_autograd(f: Any, wrt: Any) -> Callable[..., Any]:
    """`f` takes the NumPy that it is written in, then its arguments."""
    autograd = importlib.import_module("autograd")
    anp = importlib.import_module("autograd.numpy")
    return autograd.grad(lambda *args: f(anp, *args), wrt)  # type: ignore[no-any-return]


def with_jax(f: Any, wrt: Any, static: tuple[int, ...] = ()) -> Callable[..., Any]:
    """Compiled by `jax.jit`, in double precision; the call returns when the result is there."""
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    run = jax.jit(jax.grad(f, argnums=wrt), static_argnums=static)
    return lambda *args: jax.block_until_ready(run(*args))


def with_torch(f: Any, wrt: Any) -> Callable[..., Any]:
    """Eager PyTorch on the CPU, from NumPy's arrays to NumPy's arrays."""
    torch = importlib.import_module("torch")
    places = (wrt,) if isinstance(wrt, int) else tuple(wrt)

    def leaf(x: Any, n: int) -> Any:
        if isinstance(x, dict):
            return {k: leaf(v, n) for k, v in x.items()}
        if isinstance(x, int):
            return x
        t = torch.as_tensor(x, dtype=None if getattr(x, "dtype", None) is not None and x.dtype.kind == "i"
                            else torch.float64)
        return t.detach().requires_grad_() if n in places else t

    def run(*args: Any) -> Any:
        given = [leaf(a, n) for n, a in enumerate(args)]
        f(torch, *given).backward()
        out = [{k: v.grad.numpy() for k, v in given[n].items()} if isinstance(given[n], dict)
               else given[n].grad.numpy() for n in places]
        return out if len(out) > 1 else out[0]

    return run


def with_tangent(f: Any, wrt: Any) -> Callable[..., Any]:
    """Google's Tangent, as it lives on; it changes what it is given, as the program does."""
    tangent = importlib.import_module("tangent")
    run = tangent.grad(f, wrt=(wrt,) if isinstance(wrt, int) else tuple(wrt))
    return lambda *args: run(*(a.copy() if isinstance(a, np.ndarray) else a for a in args))
