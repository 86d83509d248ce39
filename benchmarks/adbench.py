"""The objectives of ADBench against adjoints written by hand, where they are found beside this project."""
from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np

import s2sgrad
from benchmarks.measure import error, interleaved

FOLDER = Path(__file__).parents[2] / "shared" / "adbench"


def rows() -> list[tuple[str, dict[str, float]]]:
    """For each objective the seconds of each way to its gradient; empty where the objectives are not there."""
    if not FOLDER.is_dir():
        return []
    sys.path.insert(0, str(FOLDER))
    try:
        load, objectives, reference = (importlib.import_module(n) for n in ("load", "objectives", "reference"))
    finally:
        sys.path.remove(str(FOLDER))
    out = []
    for data in ("gmm_1k_d2_K5.txt", "gmm_1k_d10_K25.txt"):
        args = load.load_gmm(load.data_file(data))
        wrt = ("alphas", "means", "icf")
        ways: dict[str, Any] = {"expert": reference.gmm_gradient, "expert, in blocks": reference.gmm_gradient_floor,
                                "s2sgrad": s2sgrad.grad(objectives.gmm_objective, wrt=wrt),
                                "s2sgrad, in place": s2sgrad.grad(objectives.gmm_objective_inplace, wrt=wrt)}
        out.append((f"GMM {data[7:-4]}", _times(ways, args)))
    problem = load.vary_ba(load.load_ba(load.data_file("ba1_n49_m7776_p31843.txt")))
    args = load.gather_ba(problem)
    pull = s2sgrad.vjp(objectives.reproj_err_batch, wrt=("cam", "X", "w"))
    seeds = [np.tile(e, (len(args[2]), 1)) for e in np.eye(2)]

    def blocks(cam: Any, X: Any, w: Any, feat: Any) -> Any:
        found = [pull(cam, X, w, feat, s) for s in seeds]
        return np.stack([np.concatenate([c, x, v[:, None]], axis=1) for c, x, v in found], axis=1)

    out.append(("BA, 31,843 observations", _times({"expert": reference.reproj_err_jacobian_batch, "s2sgrad": blocks},
                                                  args)))
    return out


def _times(ways: dict[str, Any], args: tuple[Any, ...]) -> dict[str, float]:
    want = ways["expert"](*args)
    for name, way in ways.items():
        assert error(way(*args), want) < 1e-9, f"{name} gives another gradient"
    return interleaved({name: lambda way=way: way(*args) for name, way in ways.items()})  # type: ignore[misc]
