"""Two objectives of ADBench on its own data, against adjoints derived by hand (Srajer, Kukelova, Fitzgibbon 2018)."""
from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import s2sgrad

FOLDER = Path(__file__).parents[2] / "shared" / "adbench"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the objectives and their data are not here")


def part(name: str) -> Any:
    key = f"adbench_{name}"
    if key not in sys.modules:
        sys.path.insert(0, str(FOLDER))
        try:
            spec = importlib.util.spec_from_file_location(key, FOLDER / f"{name}.py")
            assert spec is not None and spec.loader is not None
            module = sys.modules[key] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        finally:
            sys.path.remove(str(FOLDER))
    return sys.modules[key]


def close(got: Any, want: Any) -> None:
    """To 1e-9, relative to the largest element of each array."""
    for a, b in zip(got, want, strict=True):
        assert np.shape(a) == np.shape(b)
        assert np.max(np.abs(a - b)) <= 1e-9 * np.max(np.abs(b))


@pytest.mark.parametrize("data", ["gmm_1k_d2_K5.txt", "gmm_1k_d10_K25.txt"])
@pytest.mark.parametrize("objective", ["gmm_objective", "gmm_objective_inplace"])
def test_mixture_of_gaussians(objective: str, data: str) -> None:
    args = part("load").load_gmm(part("load").data_file(data))
    f = getattr(part("objectives"), objective)
    want = part("reference").gmm_gradient(*args)
    close(s2sgrad.grad(f, wrt=("alphas", "means", "icf"))(*args), want)


def problem() -> Any:
    load = part("load")
    return load.vary_ba(load.load_ba(load.data_file("ba1_n49_m7776_p31843.txt")))


def test_bundle_adjustment_by_observation() -> None:
    f, derivative = part("objectives").reproj_err, part("reference").reproj_err_jacobian
    pull = s2sgrad.vjp(f, wrt=("cam", "X", "w"))
    push = s2sgrad.jvp(f, wrt=("cam", "X", "w"))
    for cam, X, w, feat in list(zip(*part("load").gather_ba(problem(), 60)))[::7]:
        want = derivative(cam, X, w, feat)
        rows = [np.concatenate([*map(np.ravel, pull(cam, X, w, feat, seed))]) for seed in np.eye(2)]
        close(rows, want)
        eye = np.eye(15)
        columns = [push(cam, X, w, feat, e[:11], e[11:14], e[14]) for e in eye]
        close([np.stack(columns, axis=1)], [want])


def test_bundle_adjustment_at_once() -> None:
    args = part("load").gather_ba(problem())
    want = part("reference").reproj_err_jacobian_batch(*args)
    pull = s2sgrad.vjp(part("objectives").reproj_err_batch, wrt=("cam", "X", "w"))
    for k in range(2):
        seed = np.zeros((len(args[2]), 2))
        seed[:, k] = 1.0
        cam, X, w = pull(*args, seed)
        close([np.concatenate([cam, X, w[:, None]], axis=1)], [want[:, k]])


def test_weights() -> None:
    w = problem()[2][:20]
    df = s2sgrad.grad(part("objectives").w_err)
    close([np.array([df(float(v)) for v in w])], [part("reference").w_err_derivative(w)])
