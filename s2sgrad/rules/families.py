"""Which modules declare the rules for which library; they are imported when one of its functions is first met."""
from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad.ir.remember import remembered
from s2sgrad.runtime.fields import DRAWING

#: Libraries that keep and tabulate: see `rules/other_libraries.py`, as for those that draw.
TABLES = ("pandas", "polars", "sklearn", "json", "pickle", "csv", "sqlite3", "h5py")

FAMILIES: dict[str, tuple[str, ...]] = {
    "python": ("operators", "pairs", "products", "builtin_functions", "mathematics", "complex_mathematics",
               "sequences"),
    "dataclasses": ("by_name",),
    "statistics": ("python_statistics",),
    "logging": ("reporting",),
    "warnings": ("reporting",),
    "_py_warnings": ("reporting",),  # where Python 3.14 keeps them
    **dict.fromkeys((*DRAWING, *TABLES), ("other_libraries",)),
    "numpy": ("operators", "elementwise", "pairs", "reductions", "selection", "accumulations", "arrays",
              "manipulation", "joining", "products", "einsum", "linalg", "fft", "inactive", "ufunc_methods",
              "wider_domains"),
    "numpy.polynomial": ("polynomials",),
    # SciPy is optional: the rules of a part of it are imported when a function of that part is met.
    "scipy.special": ("scipy_special", "scipy_information", "scipy_bessel", "scipy_hypergeometric", "scipy_inverses"),
    "scipy.stats": ("scipy_stats", "scipy_distributions", "scipy_rare_distributions", "scipy_moments", "scipy_statistics"),
    "scipy.signal": ("scipy_signal",),
    "scipy.ndimage": ("scipy_ndimage", "scipy_images"),
    "scipy.integrate": ("scipy_integrate",),
    "scipy.interpolate": ("scipy_interpolate",),
    "scipy.fft": ("scipy_fft",),
    "scipy.spatial": ("scipy_spatial", "scipy_rotation"),
    "scipy.cluster": ("scipy_spatial",),
    "scipy.sparse": ("scipy_sparse",),
    "scipy.optimize": ("scipy_optimize",),
    "scipy.linalg": ("scipy_linalg", "scipy_factorizations", "scipy_eigenvalues"),
    "s2sgrad": ("markers", "runtime", "runtime_structures", "runtime_arrays", "by_name"),
}
_LIBRARIES = {"builtins": "python", "operator": "python", "_operator": "python", "math": "python", "cmath": "python",
              "collections": "python", "_collections": "python", "copy": "python", "bisect": "python",
              "_bisect": "python", "numpy": "numpy", "ndarray": "numpy"}
_loaded: set[str] = set()


def load(family: str) -> None:
    """Import the modules of a family, once."""
    if family not in _loaded:
        _loaded.add(family)
        try:
            for name in FAMILIES[family]:
                importlib.import_module(f"s2sgrad.rules.{name}")
        except BaseException:  # a user interrupts the first derivative of a session: the next one loads the rest
            _loaded.discard(family)
            raise


def load_for(fn: Any) -> None:
    """Import the family of the library that `fn` comes from."""
    name = library(fn)
    family = _LIBRARIES.get(name, name)
    if family in FAMILIES:
        load(family)
        if family in _when_met:
            _when_met[family](fn)


_when_met: dict[str, Callable[[Any], None]] = {}


def when_met(family: str, declare: Callable[[Any], None]) -> None:
    """Let a family declare rules of a function when that is first met, where declaring all would take long."""
    _when_met[family] = declare


def is_beside(fn: Any) -> bool:
    """Is this a function of a library that draws, reports or tabulates? They are large, and change no arrays of their callers."""
    return library(fn) in (*DRAWING, *TABLES)


@remembered
def library(fn: Any) -> str:
    """The top-level package that a function belongs to; of SciPy, the part."""
    module = getattr(fn, "__module__", None)
    if module is None and hasattr(fn, "__self__"):
        module = getattr(type(fn.__self__), "__module__", None)
    if module is None and hasattr(fn, "__objclass__"):
        module = fn.__objclass__.__module__
    if getattr(getattr(fn, "__objclass__", fn), "__name__", None) == "SuperLU":
        module = "scipy.sparse"  # where it does not say that it belongs
    if module is None and isinstance(fn, np.ufunc):
        module = "numpy" if getattr(np, fn.__name__, None) is fn else _home_of_ufunc(fn)
    if not isinstance(module, str) or isinstance(fn, types.ModuleType):
        return ""
    if module.startswith("s2sgrad.runtime.scipy_"):  # helpers with rules stand by those of what they help
        part = module.rpartition("_")[2]
        return f"scipy.{part}" if f"scipy.{part}" in FAMILIES else "scipy.special"
    return ".".join(module.split(".")[:2 if module.startswith(("scipy.", "numpy.polynomial.")) else 1])


def _home_of_ufunc(fn: np.ufunc) -> str:
    """Ufuncs do not say where they come from; those of SciPy are met only where SciPy is imported."""
    special = sys.modules.get("scipy.special")
    return "scipy.special" if getattr(special, fn.__name__, None) is fn else ""
