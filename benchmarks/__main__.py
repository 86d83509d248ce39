"""``python -m benchmarks``: measures everything and writes ``docs/benchmarks/``."""
from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import adbench, cheap, compiling, report, tools
from benchmarks.measure import LIMIT, PATIENCE, error, interleaved, once
from benchmarks.workloads import WORKLOADS, Workload

OUT = Path(__file__).parents[1] / "docs" / "benchmarks"


def _gradient(w: Workload, name: str) -> Callable[..., Any] | None:
    """The gradient by a tool; None where a peer refuses the program."""
    try:
        return w.gradient(name)
    except Exception as e:
        if name not in tools.PEERS:
            raise
        print(f"{name} cannot take {w.name}: {type(e).__name__}")
        return None


def measured(w: Workload, names: list[str], sizes: tuple[int, ...]) -> list[tuple[int, dict[str, float]]]:
    """For each size the seconds of each tool; a tool that was too slow at one size is not asked for the next."""
    gradients = {name: _gradient(w, name) for name in names}
    out = []
    for size, larger in zip(sizes, (*sizes[1:], sizes[-1])):
        args = w.inputs(size)
        slow = {}
        calls = {name: (lambda g=g, args=args: g(*args)) for name, g in gradients.items() if g is not None}
        want = calls["expert"]()
        for name, call in list(calls.items()):
            try:
                got = call()
            except Exception as e:
                if name not in tools.PEERS:
                    raise
                print(f"{name} cannot take {w.name}: {type(e).__name__}")
                del calls[name]
                gradients[name] = None
                continue
            assert error(got, want) < 1e-8, f"{name} gives another gradient for {w.name}"
            taken = once(call)
            if taken > LIMIT and name != "expert":
                slow[name] = taken
                del calls[name]
            if taken * larger / size > PATIENCE and name != "expert":  # the next size would take too long
                gradients[name] = None
        out.append((size, interleaved(calls) | slow))
        print(w.name, size, {n: f"{t * 1e6:.1f} us" for n, t in out[-1][1].items()}, flush=True)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the smaller sizes only")
    parser.add_argument("--only", help="one workload, by its name")
    parser.add_argument("--out", type=Path, default=OUT, help="the folder that is written")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    names = tools.available()
    found: dict[str, Any] = {}
    for w in WORKLOADS:
        if options.only in (None, w.name):
            found[w.name] = w.unit, measured(w, names, w.sizes[:2] if options.quick else w.sizes)
    real = adbench.rows() if options.only is None else []
    sizes = compiling.SIZES[:3] if options.quick else compiling.SIZES
    made = compiling.rows(sizes) if options.only is None else []
    ratios = cheap.rows() if options.only is None else []
    report.write(options.out, found, real, made, ratios, names)
    print(f"written to {options.out}")


if __name__ == "__main__":
    main()
