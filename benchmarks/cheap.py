"""How much longer than a program its gradient takes, for programs whose time goes into arithmetic on arrays."""
from __future__ import annotations

import copy
import importlib.util
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import s2sgrad
from benchmarks.measure import interleaved

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "language.py"
#: Arguments are made so many times as long: arrays of some elements then have about ten thousand.
TIMES = 2_500
#: A program that takes so much longer then, and more than `SECONDS`, computes with arrays as wholes; others do not look at all
#: of them. One that takes `LOOP` times as long for `FEW` times as many elements runs a loop over them: its time is the
#: interpreter's.
LONGER, SECONDS = 1.5, 5e-6
FEW, LOOP = 100, 10.0


def rows() -> list[tuple[str, float, float]]:
    """The name of each program, the seconds that it takes, and those of its gradient; empty where there is no corpus."""
    if not CORPUS.is_file():
        return []
    spec = importlib.util.spec_from_file_location("language", CORPUS)
    assert spec is not None and spec.loader is not None
    module = sys.modules["language"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = []
    for _, f, args, wrt in module.CASES:
        more, large = (tuple(_enlarged(a, n) for a in args) for n in (FEW, TIMES))
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                times = _times({"small": (f, args), "more": (f, more)})
                if times["more"] > LOOP * times["small"]:
                    continue
                seed = _ones(f(*copy.deepcopy(large)))
                times |= _times({"large": (f, large), "gradient": (s2sgrad.vjp(f, wrt=wrt), (*large, seed))})
            except (ValueError, IndexError):  # a program for arguments of one length
                continue
        if times["large"] > max(SECONDS, LONGER * times["small"]):
            found.append((f.__name__, times["large"], times["gradient"]))
    return sorted(found, key=lambda row: row[1] / row[2])


def _times(ways: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]) -> dict[str, float]:
    """Seconds of calls, some of which change their arguments; the time to copy these is taken off."""
    calls: dict[str, Callable[[], Any]] = {}
    for name, (fn, args) in ways.items():
        calls[name] = lambda fn=fn, args=args: fn(*copy.deepcopy(args))  # type: ignore[misc]
        calls[f"copy {name}"] = lambda args=args: copy.deepcopy(args)  # type: ignore[misc]
    taken = interleaved(calls, 0.05)
    return {name: max(taken[name] - taken[f"copy {name}"], 1e-9) for name in ways}


def _enlarged(x: Any, times: int) -> Any:
    if isinstance(x, np.ndarray):
        return np.tile(x, (round(times ** (1 / max(1, x.ndim))),) * x.ndim)
    return _mapped(lambda v: _enlarged(v, times), x)


def _ones(y: Any) -> Any:
    return np.ones(y.shape) if isinstance(y, np.ndarray) else _mapped(_ones, y) if isinstance(y, (dict, list, tuple)) else 1.0


def _mapped(fn: Callable[[Any], Any], x: Any) -> Any:
    if isinstance(x, dict):
        return {k: fn(v) for k, v in x.items()}
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return type(x)(*map(fn, x))
    return type(x)(map(fn, x)) if isinstance(x, (list, tuple)) else x
