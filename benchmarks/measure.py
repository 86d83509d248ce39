"""Times of several functions on the same arguments, interleaved so that all see the same machine."""
from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

#: A call that takes longer, in seconds, is timed once.
LIMIT = 1.0
#: What would take longer than this for the next size is not asked for it.
PATIENCE = 15.0


def flatten(value: Any) -> np.ndarray:
    """All numbers of a gradient, in one vector."""
    if isinstance(value, dict):
        return np.concatenate([flatten(value[k]) for k in sorted(value)])
    if isinstance(value, (list, tuple)):
        return np.concatenate([flatten(v) for v in value])
    return np.ravel(np.asarray(value, dtype=float))


def error(got: Any, want: Any) -> float:
    """The largest difference, relative to the largest number."""
    a, b = flatten(got), flatten(want)
    return float(np.max(np.abs(a - b)) / max(1e-300, float(np.max(np.abs(b)))))


def once(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def interleaved(calls: Mapping[str, Callable[[], Any]], budget: float = 0.4) -> dict[str, float]:
    """The median time of each call in seconds; each has run before, so that everything is compiled."""
    single = {name: once(call) for name, call in calls.items()}
    inner = {name: max(1, int(2e-4 / max(t, 1e-9))) for name, t in single.items()}
    total = sum(single[n] * inner[n] for n in calls)
    rounds = max(3, min(60, int(budget / max(total, 1e-9))))
    samples: dict[str, list[float]] = {name: [] for name in calls}
    gc.disable()
    try:
        for _ in range(rounds):
            for name, call in calls.items():
                repeat = range(inner[name])
                start = time.perf_counter()
                for _ in repeat:
                    call()
                samples[name].append((time.perf_counter() - start) / inner[name])
    finally:
        gc.enable()
    return {name: statistics.median(ts) for name, ts in samples.items()}
