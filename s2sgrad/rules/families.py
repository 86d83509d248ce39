"""Which modules declare the rules for which library; they are imported when one of its functions is first met."""
from __future__ import annotations

import importlib
import types
from typing import Any

FAMILIES: dict[str, tuple[str, ...]] = {
    "python": ("operators", "builtin_functions", "mathematics"),
    "numpy": ("elementwise", "reductions", "arrays"),
}
_LIBRARIES = {"builtins": "python", "operator": "python", "_operator": "python", "math": "python",
              "collections": "python", "numpy": "numpy", "ndarray": "numpy"}
_loaded: set[str] = set()


def load(family: str) -> None:
    """Import the modules of a family, once."""
    if family not in _loaded:
        _loaded.add(family)
        for name in FAMILIES[family]:
            importlib.import_module(f"s2sgrad.rules.{name}")


def load_for(fn: Any) -> None:
    """Import the family of the library that `fn` comes from."""
    family = _LIBRARIES.get(library(fn))
    if family is not None:
        load(family)


def library(fn: Any) -> str:
    """The top-level package that a function belongs to."""
    module = getattr(fn, "__module__", None)
    if module is None and hasattr(fn, "__self__"):
        module = getattr(type(fn.__self__), "__module__", None)
    if module is None and hasattr(fn, "__objclass__"):
        module = fn.__objclass__.__module__
    if module is None and type(fn).__name__ == "ufunc":
        module = "numpy"
    return "" if not isinstance(module, str) or isinstance(fn, types.ModuleType) else module.partition(".")[0]
