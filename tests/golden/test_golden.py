"""The printed derivatives of small functions: text that a reviewer reads, and the numbers that it gives.

Each file holds a function, the request (``# derive:``), calls of the derivative (``# call:``), and, below a line, what
was generated and what the calls gave. ``pytest tests/golden --regenerate`` writes these parts anew.
"""
from __future__ import annotations

import importlib.util
import inspect
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import s2sgrad

FILES = sorted(p for p in Path(__file__).parent.glob("*.py") if p.name != Path(__file__).name)
GENERATED, NUMBERS = "# ---- generated ----\n", "# ---- numbers ----\n"
_DERIVE = re.compile(r"^# derive: (.*)$", re.M)
_CALL = re.compile(r"^# call: (.*)$", re.M)


@dataclass(frozen=True)
class Golden:
    path: Path
    head: str
    generated: str
    numbers: str

    @staticmethod
    def read(path: Path) -> Golden:
        head, _, rest = path.read_text(encoding="utf-8").partition(GENERATED)
        generated, _, numbers = rest.partition(NUMBERS)
        return Golden(path, head, generated, numbers)

    def write(self, generated: str, numbers: str) -> None:
        self.path.write_text(f"{self.head.rstrip()}\n\n{GENERATED}{generated}{NUMBERS}{numbers}", encoding="utf-8")


def load(golden: Golden) -> ModuleType:
    """The module of the user, which the generated part is not yet a part of."""
    spec = importlib.util.spec_from_loader(f"golden_{golden.path.stem}", None)
    assert spec is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    module.__file__ = str(golden.path)
    exec(compile(golden.head, str(golden.path), "exec"), vars(module))
    return module


def square(x: Any) -> Any:
    return x * x


def results(golden: Golden, scope: dict[str, Any]) -> list[tuple[str, Any]]:
    names = {"np": np, "square": square, **scope}
    return [(call, eval(call, names)) for call in _CALL.findall(golden.head)]


def shown(found: list[tuple[str, Any]]) -> str:
    with np.printoptions(precision=12, floatmode="unique", legacy="1.25"):
        return "".join(f"# {call} = {_plain(value)!r}\n" for call, value in found)


def _plain(value: Any) -> Any:
    """Numbers to 12 digits, and no types of arrays, so that the text is the same with every NumPy."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(_plain, value))
    return np.vectorize(lambda v: float(f"{v:.12g}"))(value).tolist()


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_golden(path: Path, request: pytest.FixtureRequest) -> None:
    golden = Golden.read(path)
    module = load(golden)
    derive = _DERIVE.search(golden.head)
    assert derive is not None
    made = eval(derive[1], {**{n: getattr(s2sgrad, n) for n in s2sgrad.__all__}, **vars(module)})
    made = made if isinstance(made, tuple) else (made,)
    source = inspect.unwrap(made[0]).source
    numbers = shown(results(golden, {fn.__name__: fn for fn in made}))
    if request.config.getoption("--regenerate"):
        golden.write(f"{source.strip()}\n\n\n", numbers)
        golden = Golden.read(path)
    assert golden.generated.strip() == source.strip()
    assert golden.numbers == numbers
    saved: dict[str, Any] = {}
    exec(compile(golden.generated, f"<generated part of {path.name}>", "exec"), saved)
    assert shown(results(golden, saved)) == numbers


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_numbers(path: Path) -> None:
    """The recorded numbers are derivatives."""
    golden = Golden.read(path)
    f = load(golden).f
    derive = _DERIVE.search(golden.head)
    assert derive is not None
    if "insert_grad_of" in golden.head or "stop_gradient" in golden.head:
        pytest.skip("not the derivative of the function, by the user's will")
    wrt = re.search(r"wrt=(\(.*?\)|\".*?\")", derive[1])
    names = eval(wrt[1]) if wrt else 0
    for call in _CALL.findall(golden.head):
        arguments = re.match(r"\w+\((.*)\)$", call)
        assert arguments is not None
        args, kwargs = eval(f"(lambda *a, **k: (a, k))({arguments[1]})", {"np": np, "square": square,
                                                                            "f_forward": lambda *a: (None, a)})
        if derive[1].startswith("autodiff"):
            args = args[0]
        count = len(inspect.signature(f).parameters)
        modes = ("reverse",) if "@adjoint(" in golden.head else ("reverse", "forward")
        s2sgrad.check_grads(f, args[:count], kwargs, wrt=names, modes=modes)


def test_there_are_enough() -> None:
    assert len(FILES) >= 25
