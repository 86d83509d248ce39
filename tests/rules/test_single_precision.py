"""Gradients of arrays of single precision have single precision, where the function itself computes in that."""
from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import s2sgrad
from rules.harness import Sample, copied, losses

#: Functions of SciPy's with numbers beside the array, as many slopes of special functions are, compute in double precision.
TABLES = ("linalg", "manipulation", "products", "scipy_linalg", "scipy_objects", "scipy_signal", "selection")
#: ``by * np.eye(n)`` does not ask for the kind of a matrix that is not needed otherwise.
DOUBLE = ("np.trace(x.reshape", "np.linalg.trace(x.reshape", "method='nearest'", "laplace(a) ** 2", "weights=w) * w")


def _single(a: Any) -> Any:
    if isinstance(a, (list, tuple)):
        return type(a)(map(_single, a))
    if isinstance(a, np.ndarray) and a.dtype.kind in "fc":
        return a.astype(np.float32 if a.dtype.kind == "f" else np.complex64)
    return a


def _kinds(a: Any) -> Iterator[np.dtype[Any]]:
    """The element types of arrays."""
    if isinstance(a, (list, tuple)):
        for part in a:
            yield from _kinds(part)
    elif isinstance(a, (np.ndarray, np.generic)):
        yield a.dtype


def _samples() -> Iterator[Sample]:
    """One sample of each function."""
    seen: set[Any] = set()
    for table in TABLES:
        try:
            samples = importlib.import_module(f"rules.samples_{table}").SAMPLES
        except ModuleNotFoundError:  # SciPy
            continue
        for s in samples:
            if not seen.issuperset(s.covers) and "reverse" in s.modes and not any(x in s.code for x in DOUBLE):
                seen.update(s.covers)
                yield dataclasses.replace(s, args={n: _single(a) for n, a in s.args.items()})


SAMPLES = list(_samples())


@pytest.mark.filterwarnings("ignore:logm result may be inaccurate")
@pytest.mark.parametrize("s", SAMPLES, ids=map(str, SAMPLES))
def test_gradient_has_the_precision_of_its_argument(s: Sample) -> None:
    value, loss = losses(s)
    if any(k in (np.float64, np.complex128) for k in _kinds(value)):
        return  # the function computes in double precision
    gradient = s2sgrad.grad(loss, wrt=s.wrt)(*copied(s.args).values())
    for name, g in zip(s.wrt, (gradient,) if len(s.wrt) == 1 else gradient):
        for found, given in zip(_kinds(g), _kinds(s.args[name])):
            if given in (np.float32, np.complex64):
                assert found == given, f"{name} has a gradient of {found}"
