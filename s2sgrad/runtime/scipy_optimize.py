"""Derivatives of roots and minima by the implicit function theorem.

Where F(x, p) = 0 defines x, dx = -(dF/dx)^-1 (dF/dp) dp (Griewank & Walther 2008, ch. 15). For a minimum F is the
gradient of the objective. What is computed is the derivative of the exact solution; a solver that stops early is off by
as much as its result is. A singular Jacobian raises `numpy.linalg.LinAlgError`.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import optimize

from s2sgrad.runtime.scipy_functions import Parameters, as_arguments, bound, like_arguments, puller, pusher

Pull = Callable[[Any], tuple[Any, ...]]


def calling(solver: Callable[..., Any]) -> Callable[..., Any]:
    """The solver for a function that takes captured values before its own arguments."""
    def run(fn: Any, captured: Any, *args: Any, **options: Any) -> Any:
        return solver(bound(fn, captured), *args, **options)
    return run


brentq_with = calling(optimize.brentq)
brenth_with = calling(optimize.brenth)
ridder_with = calling(optimize.ridder)
bisect_with = calling(optimize.bisect)
newton_with = calling(optimize.newton)
fsolve_with = calling(optimize.fsolve)
root_with = calling(optimize.root)
root_scalar_with = calling(optimize.root_scalar)
fixed_point_with = calling(optimize.fixed_point)
minimize_with = calling(optimize.minimize)
minimize_scalar_with = calling(optimize.minimize_scalar)
least_squares_with = calling(optimize.least_squares)
for _name in [n for n in globals() if n.endswith("_with")]:
    globals()[_name].__name__ = globals()[_name].__qualname__ = _name


class _System:
    """F(captured, x, args) at a solution, with the Jacobian by x and the pullback by all values."""

    def __init__(self, fn: Any, captured: Any, x: Any, args: Any, fixed_point: bool = False) -> None:
        self.fn = fn
        self.args = as_arguments(args)
        self.values = Parameters(captured, self.args, 1)
        at = len(captured)
        self.positions = tuple(sorted((*self.values.positions, at)))
        self.place = self.positions.index(at)
        self.given = (*captured, x, *self.args)
        self.x = x
        self.sign = -1.0 if fixed_point else 1.0
        self.value, self.pull = puller(fn, self.positions)(*self.given)
        n = int(np.size(x))
        rows = [np.ravel(np.asarray(self.pull(_in_form(e, self.value))[self.place], dtype=float)) for e in np.eye(n)]
        self.jacobian = np.eye(n) - np.stack(rows) if fixed_point else np.stack(rows)

    def adjoints(self, bx: Any) -> np.ndarray:
        """The adjoints of the parameters, as a vector."""
        w = np.linalg.solve(self.jacobian.T, np.ravel(np.asarray(bx, dtype=float)))
        parts = list(self.pull(_in_form(-self.sign * w, self.value)))
        parts.pop(self.place)
        return self.values.vector(parts)

    def tangent(self, dcaptured: Any, dargs: Any) -> Any:
        """The tangent of x."""
        moved = list(self.values.tangents(dcaptured, dargs))
        moved.insert(self.place, np.zeros(np.shape(self.x)) if np.ndim(self.x) else 0.0)
        rate = np.ravel(np.asarray(pusher(self.fn, self.positions)(moved, *self.given), dtype=float))
        return np.reshape(-self.sign * np.linalg.solve(self.jacobian, rate), np.shape(self.x))[()]


def _in_form(w: np.ndarray, value: Any) -> Any:
    """A vector in the form in which the function gives its value."""
    if isinstance(value, (list, tuple)):
        return type(value)(float(v) for v in w)
    return w.reshape(np.shape(value)) if np.ndim(value) else float(w[0])


def root_adjoint(bx: Any, fn: Any, captured: Any, x: Any, args: Any, fixed_point: bool = False) -> tuple[Any, Any]:
    """The adjoints of the captured values and the arguments in a root `x` (or a fixed point) of `fn`."""
    if not Parameters(captured, as_arguments(args), 1).size:
        return [0.0] * len(captured), like_arguments([0.0] * len(as_arguments(args)), args)
    system = _System(fn, captured, x, args, fixed_point)
    of_captured, of_args = system.values.parts(system.adjoints(bx))
    return of_captured, like_arguments(of_args, args)


def root_tangent(fn: Any, captured: Any, x: Any, args: Any, dcaptured: Any, dargs: Any,
                 fixed_point: bool = False) -> Any:
    """The tangent of a root `x` (or a fixed point) of `fn`."""
    if not Parameters(captured, as_arguments(args), 1).size:
        return np.zeros(np.shape(x))[()]
    return _System(fn, captured, x, args, fixed_point).tangent(dcaptured, dargs)


def _gradient(fn: Any, at: int) -> Any:
    from s2sgrad import grad
    return grad(fn, wrt=at)


def minimum_adjoint(bx: Any, bvalue: Any, fn: Any, captured: Any, x: Any, args: Any) -> tuple[Any, Any]:
    """The adjoints of the captured values and the arguments in a minimum of `fn` at `x`, from those of x and the
    value."""
    given = as_arguments(args)
    values = Parameters(captured, given, 1)
    total = np.zeros(values.size)
    if values.size and np.any(bx):
        total = total + _System(_gradient(fn, len(captured)), captured, x, args).adjoints(bx)
    if values.size and np.any(bvalue):
        pull = puller(fn, values.positions)(*captured, x, *given)[1]
        total = total + values.vector(pull(float(bvalue)))
    of_captured, of_args = values.parts(total)
    return of_captured, like_arguments(of_args, args)


def minimum_tangents(fn: Any, captured: Any, x: Any, args: Any, dcaptured: Any, dargs: Any) -> tuple[Any, Any]:
    """The tangents of the place of a minimum and of its value."""
    given = as_arguments(args)
    values = Parameters(captured, given, 1)
    if not values.size:
        return np.zeros(np.shape(x))[()], 0.0
    moved = values.tangents(dcaptured, dargs)
    rate = pusher(fn, values.positions)(moved, *captured, x, *given)
    return _System(_gradient(fn, len(captured)), captured, x, args).tangent(dcaptured, dargs), rate


def least_squares_adjoint(bx: Any, fn: Any, captured: Any, x: Any, args: Any) -> tuple[Any, Any]:
    """The adjoints of the captured values and the arguments in ``scipy.optimize.least_squares(fn, x0).x``.

    The gradient of half the sum of squares is J^T r, a vector-Jacobian product with r(x, p) itself for its seed.
    """
    from s2sgrad import vjp
    given = as_arguments(args)
    values = Parameters(captured, given, 1)
    at = len(captured)
    positions = tuple(sorted((*values.positions, at)))
    place = positions.index(at)
    residuals, pull = puller(fn, positions)(*captured, x, *given)
    gradient = vjp(fn, wrt=at)
    last = len(captured) + 1 + len(given)
    _, pull_gradient = puller(gradient, (*positions, last))(*captured, x, *given, residuals)

    def pulled(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        *parts, seed = pull_gradient(_in_form(w, np.asarray(x)))
        through = list(pull(seed))
        both = [np.asarray(p, dtype=float) + np.asarray(q, dtype=float) for p, q in zip(parts, through)]
        bx_ = np.ravel(both.pop(place))
        return bx_, values.vector(both)

    hessian = np.stack([pulled(e)[0] for e in np.eye(int(np.size(x)))])
    w = np.linalg.solve(hessian.T, np.ravel(np.asarray(bx, dtype=float)))
    of_captured, of_args = values.parts(pulled(-w)[1])
    return of_captured, like_arguments(of_args, args)
