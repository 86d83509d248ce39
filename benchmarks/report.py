"""A table and plots of what was measured, with the versions and the machine."""
from __future__ import annotations

import importlib.util
import platform
import sys
from pathlib import Path
from typing import Any

from benchmarks import tools


def machine() -> str:
    """The processor and the number of its cores."""
    import os
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        text = info.read_text().splitlines()
        lines = [line.partition(":")[2].strip() for line in text if line.startswith("model name")]
        name = lines[0] if lines else name
    return f"{name}, {os.cpu_count()} cores, {platform.system()}"


def write(folder: Path, found: dict[str, Any], real: Any, made: Any, ratios: Any, names: list[str]) -> None:
    """Write ``README.md`` and a plot for each program with several sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    versions = ", ".join(f"{n} {v}" for n, v in tools.versions().items())
    lines = ["# Benchmarks", "", "Written by `python -m benchmarks`: medians of interleaved calls in one process, in "
             "microseconds. Every gradient was held against the one written by hand. A dash: the tool is too slow to "
             "ask, or cannot take the program.", "", f"Machine: {machine()}.  ",
             f"Versions: Python {sys.version.split()[0]}, {versions}. "
             "JAX is compiled by `jit` and computes in double precision.", ""]
    for name, (unit, rows) in found.items():
        lines += [f"## {name[0].upper()}{name[1:]}", "", *_table(unit, rows, names)]
        if len(rows) > 1 and _plot(folder / f"{name.replace(' ', '_')}.svg", name, unit, rows, names):
            lines += [f"![{name}]({name.replace(' ', '_')}.svg)", ""]
    if real:
        lines += ["## Objectives of ADBench", "", "| objective | way | milliseconds |", "|---|---|---:|"]
        lines += [f"| {name} | {way} | {t * 1e3:.2f} |" for name, ways in real for way, t in ways.items()] + [""]
    lines += _ratios(ratios) if ratios else []
    if made:
        ways = list(made[0][1])
        lines += ["## Time to make a derivative", "", "Milliseconds until it can be called; for JAX, tracing and "
                  "compiling in the first call.", "",
                  f"| statements | {' | '.join(ways)} |", f"|---:{'|---:' * len(ways)}|"]
        lines += [f"| {n:,} | {' | '.join(f'{t[w] * 1e3:.1f}' if w in t else '–' for w in ways)} |" for n, t in made]
        lines.append("")
        if _plot(folder / "compiling.svg", "time to make a derivative", "statements", made, ways):
            lines += ["![time to make a derivative](compiling.svg)", ""]
    (folder / "README.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _ratios(rows: Any) -> list[str]:
    """How much longer a gradient takes than its program."""
    most = max(g / p for _, p, g in rows)
    return ["## Gradients against their programs", "",
            "The programs of the corpus whose time goes into arithmetic on arrays, for arrays of some ten thousand elements, in "
            f"microseconds. A gradient takes at most {most:.1f} times as long as its program.", "",
            "| program | program itself | gradient | ratio |", "|---|---:|---:|---:|",
            *(f"| `{name}` | {_cell(p)} | {_cell(g)} | {g / p:.1f} |" for name, p, g in rows), ""]


def _table(unit: str, rows: Any, names: list[str]) -> list[str]:
    head = [f"| {unit} | {' | '.join(names)} |", f"|---:{'|---:' * len(names)}|"]
    return [*head, *(f"| {n:,} | {' | '.join(_cell(t.get(name)) for name in names)} |" for n, t in rows), ""]


def _cell(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    us = seconds * 1e6
    return f"{us:,.0f}" if us >= 100 else f"{us:.1f}"


def _plot(path: Path, title: str, unit: str, rows: Any, names: list[str]) -> bool:
    """Time against size, both logarithmic; False where matplotlib is not installed."""
    if importlib.util.find_spec("matplotlib") is None:
        return False
    import matplotlib
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "s2sgrad"  # the same picture is the same file
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(figsize=(6.0, 3.6), layout="constrained")
    for name in names:
        points = [(n, t[name]) for n, t in rows if name in t]
        if points:
            axes.loglog(*zip(*points), marker="o", label=name)
    axes.set(title=title, xlabel=unit, ylabel="seconds")
    axes.grid(True, alpha=0.3)
    axes.legend(fontsize="small")
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    return True
