"""The time to make a derivative against the size of the program."""
from __future__ import annotations

import importlib
import importlib.util
import linecache
import time
from collections.abc import Callable
from typing import Any

import s2sgrad

SIZES = (10, 100, 1_000, 10_000)


def program(statements: int, salt: int = 0) -> Callable[[float], float]:
    """A function of that many assignments, each of which reads the last three."""
    lines = ["def program(x):", "    a0 = x", "    a1 = x * x", f"    a2 = x + {salt}.0"]
    lines += [f"    a{k} = 0.5 * a{k - 1} * a{k - 2} + 0.1 * a{k - 3}" for k in range(3, statements)]
    text = "\n".join([*lines, f"    return a{max(statements, 3) - 1}", ""])
    filename = f"<program {statements} {salt}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    scope: dict[str, Any] = {}
    exec(compile(text, filename, "exec"), scope)
    return scope["program"]  # type: ignore[no-any-return]


def rows(sizes: tuple[int, ...] = SIZES) -> list[tuple[int, dict[str, float]]]:
    """For each size the seconds until the derivative can be called (s2sgrad) or was called once (`jax.jit`)."""
    s2sgrad.grad(program(10, 9))(1.1)
    out = []
    for n in sizes:
        start = time.perf_counter()
        s2sgrad.grad(program(n))
        times = {"s2sgrad": time.perf_counter() - start}
        if importlib.util.find_spec("jax") is not None and n <= 1_000:
            jax = importlib.import_module("jax")
            start = time.perf_counter()
            jax.block_until_ready(jax.jit(jax.grad(program(n)))(1.1))
            times["jax"] = time.perf_counter() - start
        out.append((n, times))
    return out
