"""Programs that nest deeply are differentiated, or refused with a way out."""
from __future__ import annotations

import functools
import linecache
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad
from s2sgrad import UnsupportedSyntaxError, check_grads, depth


def defined(lines: list[str]) -> Callable[..., Any]:
    text = "\n".join(["def deep(x):", *(f"    {line}" for line in lines), ""])
    filename = f"<depth {len(text)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    scope: dict[str, Any] = {"np": np}
    exec(compile(text, filename, "exec"), scope)
    return scope["deep"]  # type: ignore[no-any-return]


def total(n: int) -> list[str]:
    return ["return " + " + ".join(f"x[{k % 5}] * {k}.5" for k in range(n))]


def calls(n: int) -> list[str]:
    return ["return " + functools.reduce(lambda inner, k: f"np.sin({inner} * x[{k % 5}] + {k}.0)", range(n), "x[1]")]


def returns(n: int) -> list[str]:
    steps = [(f"s = s * x[1] + {k}.0", "if s > 1e9:", "    return s * s") for k in range(n)]
    return ["s = x[0]", *(line for step in steps for line in step), "return s"]


@pytest.mark.parametrize("lines", [total(350), calls(90), returns(60)], ids=["total", "calls", "returns"])
def test_deep_programs(lines: list[str]) -> None:
    limit = sys.getrecursionlimit()
    check_grads(defined(lines), (np.linspace(0.2, 0.9, 5),), modes=("reverse",))
    assert sys.getrecursionlimit() == limit


def test_what_is_too_deep_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnsupportedSyntaxError, match="a statement of deep is nested too deeply\n.*in functions"):
        s2sgrad.grad(defined(returns(150)))
    monkeypatch.setattr(depth, "_CALLS", 0)
    with pytest.raises(UnsupportedSyntaxError, match="an expression of deep is nested too deeply\n.*parts of it names") as found:
        s2sgrad.grad(defined(total(1001)))
    assert found.value.lineno == 1 and found.value.text is not None and "def deep" in found.value.text
