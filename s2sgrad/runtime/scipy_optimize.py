"""Derivatives of roots and minima by the implicit function theorem.

Where F(x, p) = 0 defines x, dx = -(dF/dx)^-1 (dF/dp) dp (Griewank & Walther 2008, ch. 15). For a minimum F is the
gradient of the objective. What is computed is the derivative of the exact solution; a solver that stops early is off by
as much as its result is. A singular Jacobian raises `numpy.linalg.LinAlgError`.
"""
from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import optimize

from s2sgrad.runtime.calls import of_sequence
from s2sgrad.runtime.objects import function_with_source
from s2sgrad.runtime.scipy_functions import (
    Within,
    as_arguments,
    bound,
    generated,
    like_arguments,
    puller,
    pusher,
    with_defaults,
)
from s2sgrad.runtime.scipy_parameters import Parameters


def calling(solver: Callable[..., Any]) -> Callable[..., Any]:
    """The solver for a function that takes captured values before its own arguments."""
    def run(fn: Any, captured: Any, *args: Any, **options: Any) -> Any:
        return solver(bound(fn, captured), *args, **options)
    return run


brentq_with = calling(optimize.brentq)
brenth_with = calling(optimize.brenth)
ridder_with = calling(optimize.ridder)
bisect_with = calling(optimize.bisect)
toms748_with = calling(optimize.toms748)
newton_with = calling(optimize.newton)
fsolve_with = calling(optimize.fsolve)
root_with = calling(optimize.root)
root_scalar_with = calling(optimize.root_scalar)
fixed_point_with = calling(optimize.fixed_point)
minimize_with = calling(optimize.minimize)
minimize_scalar_with = calling(optimize.minimize_scalar)
least_squares_with = calling(optimize.least_squares)
curve_fit_with = calling(optimize.curve_fit)
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
        self.given = with_defaults(fn, (*captured, x, *self.args))
        self.x = x
        self.sign = -1.0 if fixed_point else 1.0
        self.free: Any = 1.0
        self.value, self.pull = puller(fn, self.positions)(*self.given)
        n = int(np.size(x))
        rows = [np.ravel(np.asarray(self.pull(_in_form(e, self.value))[self.place], dtype=float)) for e in np.eye(n)]
        self.jacobian = np.eye(n) - np.stack(rows) if fixed_point else np.stack(rows)

    def hold(self, box: Within) -> None:
        """Let the variables stay where they are which the bounds keep from moving on."""
        value = np.ravel(np.asarray(self.value, dtype=float))
        curved = np.maximum(np.abs(np.diag(self.jacobian)), 1e-12)
        held = box.leaves(np.ravel(self.x), -value / curved)
        self.free = ~held
        self.jacobian[held, :] = 0.0
        self.jacobian[:, held] = 0.0
        self.jacobian[held, held] = 1.0

    def multipliers(self, bx: Any) -> np.ndarray:
        """What the adjoint of x makes of each equation."""
        whole = np.broadcast_to(np.asarray(bx, dtype=float), np.shape(self.x))
        return -self.sign * np.linalg.solve(self.jacobian.T, np.ravel(whole) * self.free)

    def pulled(self, w: np.ndarray) -> np.ndarray:
        """The adjoints of the parameters, as a vector, from multipliers."""
        parts = list(self.pull(_in_form(w, self.value)))
        parts.pop(self.place)
        return self.values.vector(parts)

    def adjoints(self, bx: Any) -> np.ndarray:
        """The adjoints of the parameters, as a vector."""
        return self.pulled(self.multipliers(bx))

    def solved(self, rate: Any) -> Any:
        """The change of x that makes up for a change of F."""
        moved = np.linalg.solve(self.jacobian, np.ravel(np.asarray(rate, dtype=float)) * self.free)
        return np.reshape(-self.sign * moved, np.shape(self.x))[()]

    def moved(self, dx: Any, dcaptured: Any, dargs: Any) -> list[Any]:
        """The tangents of x and the parameters, in the order of the arguments."""
        out = list(self.values.tangents(dcaptured, dargs))
        out.insert(self.place, np.zeros(np.shape(self.x)) + dx)
        return out

    def tangent(self, dcaptured: Any, dargs: Any) -> Any:
        """The tangent of x."""
        moved = self.moved(0.0, dcaptured, dargs)
        return self.solved(pusher(self.fn, self.positions)(moved, *self.given))

    def bent(self, w: np.ndarray, moved: list[Any]) -> tuple[Any, np.ndarray]:
        """The adjoints of x and the parameters (as a vector) in ``w @ (DF moved)``."""
        from s2sgrad import jvp
        value, pull = puller(generated(jvp(self.fn, wrt=self.positions)), self.positions)(*self.given, *moved)
        parts = list(pull(_in_form(w, value)))
        return parts.pop(self.place), self.values.vector(parts)

    def turned(self, w: np.ndarray, moved: list[Any]) -> tuple[Any, np.ndarray]:
        """The tangents of the adjoints of x and the parameters (as a vector) that multipliers give."""
        from s2sgrad import vjp
        run = pusher(generated(vjp(self.fn, wrt=self.positions)), self.positions)
        parts = list(run(moved, *self.given, _in_form(w, self.value)))
        return parts.pop(self.place), self.values.vector(parts)

    def bend(self, moved: list[Any], also: list[Any]) -> Any:
        """The change of x by the second derivative of F along two directions."""
        from s2sgrad import jvp
        return self.solved(pusher(generated(jvp(self.fn, wrt=self.positions)), self.positions)(also, *self.given, *moved))


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


# ---- derivatives of these derivatives -----------------------------------------------------------------------------

def root_adjoint_adjoint(bcaptured: Any, bargs: Any, bx: Any, fn: Any, captured: Any, x: Any, args: Any,
                         fixed_point: bool = False) -> tuple[Any, Any, Any, Any]:
    """The adjoints of `bx`, the captured values, x and the arguments in `root_adjoint`."""
    if not Parameters(captured, as_arguments(args), 1).size:
        return np.zeros(np.shape(x))[()], *_nothing(captured, x, args)
    system = _System(fn, captured, x, args, fixed_point)
    dx = system.tangent(bcaptured, bargs)
    of_x, of_values = system.bent(system.multipliers(bx), system.moved(dx, bcaptured, bargs))
    of_captured, of_args = system.values.parts(of_values)
    return dx, of_captured, of_x, like_arguments(of_args, args)


def root_adjoint_tangent(dbx: Any, dcaptured: Any, dx: Any, dargs: Any, bx: Any, fn: Any, captured: Any, x: Any, args: Any,
                         fixed_point: bool = False) -> tuple[Any, Any]:
    """The tangents of what `root_adjoint` gives."""
    if not Parameters(captured, as_arguments(args), 1).size:
        return root_adjoint(bx, fn, captured, x, args)
    system = _System(fn, captured, x, args, fixed_point)
    of_x, of_values = system.turned(system.multipliers(bx), system.moved(dx, dcaptured, dargs))
    of_captured, of_args = system.values.parts(of_values + system.adjoints(dbx + np.reshape(of_x, np.shape(x))))
    return of_captured, like_arguments(of_args, args)


def root_tangent_adjoint(b: Any, fn: Any, captured: Any, x: Any, args: Any, dcaptured: Any, dargs: Any,
                         fixed_point: bool = False) -> tuple[Any, Any, Any, Any, Any]:
    """The adjoints of the captured values, x, the arguments and the tangents of both in `root_tangent`."""
    if not Parameters(captured, as_arguments(args), 1).size:
        return *_nothing(captured, x, args), *root_adjoint(0.0, fn, captured, x, args)
    system = _System(fn, captured, x, args, fixed_point)
    w = system.multipliers(b)
    of_x, of_values = system.bent(w, system.moved(system.tangent(dcaptured, dargs), dcaptured, dargs))
    of_captured, of_args = system.values.parts(of_values)
    of_dcaptured, of_dargs = system.values.parts(system.pulled(w))
    return of_captured, of_x, like_arguments(of_args, args), of_dcaptured, like_arguments(of_dargs, args)


def root_tangent_tangent(fn: Any, captured: Any, x: Any, args: Any, dcaptured: Any, dargs: Any, also: Any,
                         ddcaptured: Any, ddargs: Any, fixed_point: bool = False) -> Any:
    """The tangent of `root_tangent`; `also` are the tangents of the captured values, x and the arguments."""
    if not Parameters(captured, as_arguments(args), 1).size:
        return np.zeros(np.shape(x))[()]
    system = _System(fn, captured, x, args, fixed_point)
    moved = system.moved(system.tangent(dcaptured, dargs), dcaptured, dargs)
    return system.tangent(ddcaptured, ddargs) + system.bend(moved, system.moved(also[1], also[0], also[2]))


def _nothing(captured: Any, x: Any, args: Any) -> tuple[Any, Any, Any]:
    return [0.0] * len(captured), np.zeros(np.shape(x))[()], like_arguments([0.0] * len(as_arguments(args)), args)


# ---- minima ---------------------------------------------------------------------------------------------------------

class _Minimum:
    """A function at its minimum: its gradient by x is zero there, and its value changes with the parameters alone."""

    def __init__(self, fn: Any, captured: Any, x: Any, args: Any) -> None:
        from s2sgrad import grad
        self.fn = fn.fn if isinstance(fn, Within) else fn
        self.system = _System(grad(self.fn, wrt=len(captured)), captured, x, args)
        if isinstance(fn, Within):
            self.system.hold(fn)
        self.values = self.system.values
        self.given = with_defaults(self.fn, (*captured, x, *as_arguments(args)))

    def slopes(self, bvalue: Any) -> np.ndarray:
        """The adjoints of the parameters in the value, as a vector."""
        pull = puller(self.fn, self.values.positions)(*self.given)[1]
        return self.values.vector(pull(float(bvalue)))

    def rate(self, moved: Sequence[Any]) -> Any:
        """The tangent of the value."""
        return pusher(self.fn, self.values.positions)(moved, *self.given)

    def bent(self, bvalue: Any, moved: Sequence[Any]) -> tuple[Any, np.ndarray]:
        """The adjoints of x and the parameters (as a vector) in the tangent of the value."""
        from s2sgrad import jvp
        rate = generated(jvp(self.fn, wrt=self.values.positions))
        parts = list(puller(rate, self.system.positions)(*self.given, *moved)[1](float(bvalue)))
        return parts.pop(self.system.place), self.values.vector(parts)

    def bend(self, moved: Sequence[Any], also: list[Any]) -> Any:
        """The second derivative of the value along two directions, the first of which leaves x where it is."""
        from s2sgrad import jvp
        return pusher(generated(jvp(self.fn, wrt=self.values.positions)), self.system.positions)(also, *self.given, *moved)


def minimum_adjoint(bx: Any, bvalue: Any, fn: Any, captured: Any, x: Any, args: Any) -> tuple[Any, Any]:
    """The adjoints of the captured values and the arguments in a minimum of `fn` at `x`, from those of x and the
    value."""
    values = Parameters(captured, as_arguments(args), 1)
    total = np.zeros(values.size)
    if values.size:
        at = _Minimum(fn, captured, x, args)
        total = total + at.system.adjoints(bx) if np.any(bx) else total
        total = total + at.slopes(bvalue) if np.any(bvalue) else total
    of_captured, of_args = values.parts(total)
    return of_captured, like_arguments(of_args, args)


def minimum_tangents(fn: Any, captured: Any, x: Any, args: Any, dcaptured: Any, dargs: Any) -> tuple[Any, Any]:
    """The tangents of the place of a minimum and of its value."""
    if not Parameters(captured, as_arguments(args), 1).size:
        return np.zeros(np.shape(x))[()], 0.0
    at = _Minimum(fn, captured, x, args)
    return at.system.tangent(dcaptured, dargs), at.rate(at.values.tangents(dcaptured, dargs))


def minimum_adjoint_adjoint(bcaptured: Any, bargs: Any, bx: Any, bvalue: Any, fn: Any, captured: Any, x: Any,
                            args: Any) -> tuple[Any, Any, Any, Any, Any]:
    """The adjoints of `bx`, `bvalue`, the captured values, x and the arguments in `minimum_adjoint`."""
    if not Parameters(captured, as_arguments(args), 1).size:
        return np.zeros(np.shape(x))[()], 0.0, *_nothing(captured, x, args)
    at = _Minimum(fn, captured, x, args)
    moved = at.values.tangents(bcaptured, bargs)
    dx = at.system.tangent(bcaptured, bargs)
    first = at.system.bent(at.system.multipliers(bx), at.system.moved(dx, bcaptured, bargs))
    second = at.bent(bvalue, moved)
    of_captured, of_args = at.values.parts(first[1] + second[1])
    return dx, at.rate(moved), of_captured, first[0] + second[0], like_arguments(of_args, args)


def minimum_adjoint_tangent(dbx: Any, dbvalue: Any, dcaptured: Any, dx: Any, dargs: Any, bx: Any, bvalue: Any, fn: Any,
                            captured: Any, x: Any, args: Any) -> tuple[Any, Any]:
    """The tangents of what `minimum_adjoint` gives."""
    if not Parameters(captured, as_arguments(args), 1).size:
        return minimum_adjoint(bx, bvalue, fn, captured, x, args)
    from s2sgrad import vjp
    at = _Minimum(fn, captured, x, args)
    moved = at.system.moved(dx, dcaptured, dargs)
    of_x, total = at.system.turned(at.system.multipliers(bx), moved)
    total = total + at.system.adjoints(dbx + np.reshape(of_x, np.shape(x))) + at.slopes(dbvalue)
    turned = pusher(generated(vjp(at.fn, wrt=at.values.positions)), at.system.positions)(moved, *at.given, float(bvalue))
    total = total + at.values.vector(turned if len(at.values.positions) > 1 else (turned,))
    of_captured, of_args = at.values.parts(total)
    return of_captured, like_arguments(of_args, args)


def minimum_tangents_adjoint(b: Any, bvalue: Any, fn: Any, captured: Any, x: Any, args: Any, dcaptured: Any,
                             dargs: Any) -> tuple[Any, Any, Any, Any, Any]:
    """The adjoints of the captured values, x, the arguments and the tangents of both in `minimum_tangents`."""
    if not Parameters(captured, as_arguments(args), 1).size:
        return *_nothing(captured, x, args), *root_adjoint(0.0, fn, captured, x, args)
    at = _Minimum(fn, captured, x, args)
    w = at.system.multipliers(b)
    first = at.system.bent(w, at.system.moved(at.system.tangent(dcaptured, dargs), dcaptured, dargs))
    second = at.bent(bvalue, at.values.tangents(dcaptured, dargs))
    of_captured, of_args = at.values.parts(first[1] + second[1])
    of_dcaptured, of_dargs = at.values.parts(at.system.pulled(w) + at.slopes(bvalue))
    return (of_captured, first[0] + second[0], like_arguments(of_args, args), of_dcaptured,
            like_arguments(of_dargs, args))


def minimum_tangents_tangent(fn: Any, captured: Any, x: Any, args: Any, dcaptured: Any, dargs: Any, also: Any,
                             ddcaptured: Any, ddargs: Any) -> tuple[Any, Any]:
    """The tangents of `minimum_tangents`; `also` are the tangents of the captured values, x and the arguments."""
    if not Parameters(captured, as_arguments(args), 1).size:
        return np.zeros(np.shape(x))[()], 0.0
    at = _Minimum(fn, captured, x, args)
    moved, other = at.values.tangents(dcaptured, dargs), at.system.moved(also[1], also[0], also[2])
    whole = at.system.moved(at.system.tangent(dcaptured, dargs), dcaptured, dargs)
    return (at.system.tangent(ddcaptured, ddargs) + at.system.bend(whole, other),
            at.rate(at.values.tangents(ddcaptured, ddargs)) + at.bend(moved, other))


@functools.lru_cache(maxsize=64)
def half_squares(fn: Any) -> Any:
    """What `scipy.optimize.least_squares` makes as small as it can: half the sum of the squares of what `fn` gives."""
    def half(*given: Any) -> Any:
        residuals = np.ravel(fn(*given))
        return 0.5 * np.sum(residuals * residuals)
    return half


def free_columns(a: Any, b: Any) -> Any:
    """The positions of the unknowns that ``scipy.optimize.nnls(a, b)`` leaves above zero."""
    return np.flatnonzero(optimize.nnls(a, b)[0] > 0.0)


@functools.lru_cache(maxsize=64)
def misfit_of(f: Any, count: int) -> Any:
    """What `scipy.optimize.curve_fit` makes small, of a model ``f(*captured, xdata, *params)``, as a function with source of
    as many captured values, the parameters and the data."""
    names = [f"k{n}" for n in range(count)]
    text = (f"def misfit({', '.join([*names, 'params', 'xdata', 'ydata', 'sigma'])}):\n"
            f"    model = of_sequence(f, {count + 1}, len(params))\n"
            f"    return np.ravel((model({', '.join([*names, 'xdata', 'params'])}) - ydata) / sigma)\n")
    return function_with_source(text, f"<s2sgrad misfit of {getattr(f, '__name__', 'f')} at {id(f)}>",
                                {"__name__": __name__, "f": f, "np": np, "of_sequence": of_sequence})
