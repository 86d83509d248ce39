"""Integrals over several variables, as integrals of integrals: `scipy.integrate.dblquad`, `tplquad` and `nquad`.

What is integrated over the inner variables is a function of the outer ones, which `s2sgrad.runtime.scipy_integrate`
differentiates as it does any other. A function stands beside what it captures, a tuple of values that it takes first; None
stands beside a limit that is a number, and beside two of them.
"""
from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

from scipy import integrate

from s2sgrad.runtime.scipy_functions import bound
from s2sgrad.runtime.scipy_integrate import quad_with


def precision(epsabs: Any, epsrel: Any) -> Mapping[str, float]:
    """The tolerances, which are no values that a function is differentiated by."""
    return types.MappingProxyType({"epsabs": epsabs, "epsrel": epsrel})


def over_y(func: Any, held: Any, low: Any, low_held: Any, high: Any, high_held: Any, tol: Any, args: Any, x: Any) -> Any:
    """The integral of ``func(y, x)`` over y."""
    start = low_held if low is None else low(*low_held, x)
    end = high_held if high is None else high(*high_held, x)
    return quad_with(func, held, start, end, (x, *args), epsabs=tol["epsabs"], epsrel=tol["epsrel"])[0]


def over_z(func: Any, held: Any, low: Any, low_held: Any, high: Any, high_held: Any, tol: Any, x: Any, args: Any, y: Any) -> Any:
    """The integral of ``func(z, y, x)`` over z."""
    start = low_held if low is None else low(*low_held, x, y)
    end = high_held if high is None else high(*high_held, x, y)
    return quad_with(func, held, start, end, (y, x, *args), epsabs=tol["epsabs"], epsrel=tol["epsrel"])[0]


def over_yz(func: Any, held: Any, low: Any, low_held: Any, high: Any, high_held: Any, below: Any, below_held: Any,
            above: Any, above_held: Any, tol: Any, args: Any, x: Any) -> Any:
    """The integral of ``func(z, y, x)`` over z and y."""
    start = low_held if low is None else low(*low_held, x)
    end = high_held if high is None else high(*high_held, x)
    return quad_with(over_z, (func, held, below, below_held, above, above_held, tol, x, args), start, end, epsabs=tol["epsabs"],
                     epsrel=tol["epsrel"])[0]


def over_inner(func: Any, held: Any, ranges: Any, outer: Any, x: Any) -> Any:
    """The integral over the variables of some ranges, the innermost one first; `outer` are the others and the arguments."""
    function, own = ranges[-1]
    span = own if function is None else function(*own, x, *outer)
    if len(ranges) == 1:
        return quad_with(func, held, span[0], span[1], (x, *outer))[0]
    return quad_with(over_inner, (func, held, ranges[:-1], (x, *outer)), span[0], span[1])[0]


def _calling(integral: Callable[..., Any]) -> Callable[..., Any]:
    """An integral of functions that take what they capture first; None stands in the place of one that is a number or a pair."""
    def run(**given: Any) -> Any:
        functions = {n: _joined(given[n], held) for n, held in ((k[:-5], v) for k, v in given.items() if k.endswith("_held"))}
        if "ranges" in given:
            functions["ranges"] = [_joined(fn, held) for fn, held in given["ranges"]]
        return integral(**{n: functions.get(n, a) for n, a in given.items() if not n.endswith("_held")})
    run.__name__ = run.__qualname__ = f"{integral.__name__}_with"
    return run


def _joined(fn: Any, held: Any) -> Any:
    return held if fn is None else bound(fn, held)


dblquad_with = _calling(integrate.dblquad)
tplquad_with = _calling(integrate.tplquad)
nquad_with = _calling(integrate.nquad)
