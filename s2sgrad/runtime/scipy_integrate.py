"""Derivatives of integrals and of solutions of ordinary differential equations.

Integrals by Leibniz's rule. Solutions by the adjoint equation a' = -(df/dy)^T a, integrated backwards from one
requested time to the one before (Cao, Li, Petzold and Serban, "Adjoint sensitivity analysis for differential-algebraic
equations", 2003), and by the variational equation: these are derivatives of the exact solution, computed at the
tolerance that was asked for or better.
"""
from __future__ import annotations

import functools
from typing import Any

import numpy as np
from scipy import integrate

from s2sgrad.runtime.scipy_functions import (
    as_arguments,
    bound,
    generated,
    like_arguments,
    puller,
    pusher,
    with_defaults,
)
from s2sgrad.runtime.scipy_parameters import Parameters
from s2sgrad.runtime.structures import add

_TIGHT = {"epsabs": 1e-12, "epsrel": 1e-10}


# ---- integrals --------------------------------------------------------------------------------------------------

def quad_with(fn: Any, captured: Any, *args: Any, **options: Any) -> Any:
    """`scipy.integrate.quad` of a function that takes `captured` before its own arguments."""
    return integrate.quad(bound(fn, captured), *args, **options)


def _at_limit(fn: Any, captured: Any, x: Any, args: Any) -> Any:
    """The integrand at a limit, NaN where it has no value there; nothing flows to an infinite one."""
    if np.isinf(x):
        return 0.0
    try:
        with np.errstate(divide="ignore", invalid="ignore"):
            return fn(*captured, x, *args)
    except (ZeroDivisionError, ValueError):  # 1 / math.sqrt(x), math.log(x)
        return np.nan


def _along(step: Any, slope: Any) -> Any:
    """The product with a step of a limit: zero where it does not move, also at a pole."""
    return step * slope if np.any(step) else np.zeros(np.shape(slope))


def _integral(slope: Any, size: int, a: Any, b: Any, points: Any) -> Any:
    """The integral of a function that gives a vector of some size, or a number."""
    if size > 1:
        return integrate.quad_vec(slope, a, b, points=points, **_TIGHT)[0]
    return integrate.quad(lambda x: np.sum(slope(x)), a, b, points=points, full_output=True, limit=200, **_TIGHT)[0]


def quad_adjoint(by: Any, fn: Any, captured: Any, a: Any, b: Any, args: Any, points: Any) -> tuple[Any, Any, Any, Any]:
    """The adjoints of the limits, the captured values and the arguments in ``scipy.integrate.quad(fn, a, b, args)``."""
    given = as_arguments(args)
    values = Parameters(captured, given, 1)
    slopes = np.zeros(values.size)
    if values.size:
        run = puller(fn, values.positions)

        def slope(x: float) -> np.ndarray:
            return values.vector(run(*captured, x, *given)[1](1.0))

        slopes = np.atleast_1d(_integral(slope, values.size, a, b, points))
    ended, begun = _at_limit(fn, captured, b, given), _at_limit(fn, captured, a, given)
    of_captured, of_args = values.parts(by * slopes)
    return -by * begun, by * ended, of_captured, like_arguments(of_args, args)


def quad_tangent(fn: Any, captured: Any, a: Any, b: Any, args: Any, points: Any, da: Any, db: Any, dcaptured: Any,
                 dargs: Any) -> Any:
    """The tangent of the integral."""
    given = as_arguments(args)
    values = Parameters(captured, given, 1)
    moved = values.tangents(dcaptured, dargs)
    total = _along(db, _at_limit(fn, captured, b, given)) - _along(da, _at_limit(fn, captured, a, given))
    if values.size:
        run = pusher(fn, values.positions)

        def slope(x: float) -> Any:
            return run(moved, *captured, x, *given)

        total = total + _integral(slope, 1, a, b, points)
    return total


class _Integrand:
    """f(captured, x, args), with derivatives by x and by the parameters; at an infinite limit nothing is left of it."""

    def __init__(self, fn: Any, captured: Any, args: Any) -> None:
        self.fn, self.captured, self.args = fn, tuple(captured), as_arguments(args)
        self.values = Parameters(captured, self.args, 1)
        at = len(self.captured)
        self.positions = tuple(sorted((*self.values.positions, at)))
        self.place = self.positions.index(at)

    def given(self, x: Any) -> tuple[Any, ...]:
        return with_defaults(self.fn, (*self.captured, x, *self.args))

    def value(self, x: Any) -> Any:
        return _at_limit(self.fn, self.captured, x, self.args)

    def slopes(self, x: Any) -> tuple[float, np.ndarray]:
        """The derivatives by x and by the parameters."""
        if np.isinf(x):
            return 0.0, np.zeros(self.values.size)
        try:
            with np.errstate(divide="ignore", invalid="ignore"):
                parts = list(puller(self.fn, self.positions)(*self.given(x))[1](1.0))
        except (ZeroDivisionError, ValueError):  # at a pole
            return np.nan, np.full(self.values.size, np.nan)
        return float(parts.pop(self.place)), self.values.vector(parts)

    def integral(self, slope: Any, a: Any, b: Any, points: Any, size: int = 1) -> Any:
        return _integral(slope, size, a, b, points) if self.values.size else 0.0


def quad_bent(w: Any, fn: Any, captured: Any, a: Any, b: Any, args: Any, points: Any, da: Any, db: Any, dcaptured: Any,
              dargs: Any) -> tuple[Any, Any, Any, Any]:
    """The adjoints of the limits, the captured values and the arguments in ``w * quad_tangent(...)``."""
    from s2sgrad import jvp
    f = _Integrand(fn, captured, args)
    moved = f.values.tangents(dcaptured, dargs)
    v = f.values.along(moved)
    run = puller(generated(jvp(fn, wrt=f.values.positions)), f.values.positions) if f.values.size else None
    bent = f.integral(lambda x: f.values.vector(run(*f.given(x), *moved)[1](1.0)), a, b, points, f.values.size)  # type: ignore[misc]
    (fa, pa), (fb, pb) = f.slopes(a), f.slopes(b)
    of_captured, of_args = f.values.parts(w * (_along(db, pb) - _along(da, pa) + bent))
    return -w * (_along(da, fa) + pa @ v), w * (_along(db, fb) + pb @ v), of_captured, like_arguments(of_args, args)


def quad_adjoint_tangent(dby: Any, da: Any, db: Any, dcaptured: Any, dargs: Any, by: Any, fn: Any, captured: Any, a: Any,
                         b: Any, args: Any, points: Any) -> tuple[Any, Any, Any, Any]:
    """The tangents of what `quad_adjoint` gives."""
    from s2sgrad import vjp
    f = _Integrand(fn, captured, args)
    moved = f.values.tangents(dcaptured, dargs)
    v = f.values.along(moved)
    run = pusher(generated(vjp(fn, wrt=f.values.positions)), f.values.positions) if f.values.size else None

    def turned(x: float) -> np.ndarray:
        parts = run(moved, *f.given(x), 1.0)  # type: ignore[misc]
        return f.values.vector(parts if len(f.values.positions) > 1 else (parts,))

    (fa, pa), (fb, pb) = f.slopes(a), f.slopes(b)
    first = quad_adjoint(dby, fn, captured, a, b, args, points)
    bent = f.integral(turned, a, b, points, f.values.size)
    of_captured, of_args = f.values.parts(by * (_along(db, pb) - _along(da, pa) + bent))
    whole = like_arguments(of_args, args)
    return (first[0] - by * (_along(da, fa) + pa @ v), first[1] + by * (_along(db, fb) + pb @ v), add(first[2], of_captured),
            add(first[3], whole))


def quad_tangent_tangent(fn: Any, captured: Any, a: Any, b: Any, args: Any, points: Any, da: Any, db: Any,
                         dcaptured: Any, dargs: Any, also: Any, dda: Any, ddb: Any, ddcaptured: Any, ddargs: Any) -> Any:
    """The tangent of `quad_tangent`; `also` are the tangents of the limits, the captured values and the arguments."""
    from s2sgrad import jvp
    f = _Integrand(fn, captured, args)
    moved, other = f.values.tangents(dcaptured, dargs), f.values.tangents(also[2], also[3])
    v, u = f.values.along(moved), f.values.along(other)
    run = pusher(generated(jvp(fn, wrt=f.values.positions)), f.values.positions) if f.values.size else None
    bent = f.integral(lambda x: run(other, *f.given(x), *moved), a, b, points)  # type: ignore[misc]
    (fa, pa), (fb, pb) = f.slopes(a), f.slopes(b)
    return (quad_tangent(fn, captured, a, b, args, points, dda, ddb, ddcaptured, ddargs) + bent
            + _along(db, _along(also[1], fb) + pb @ u) - _along(da, _along(also[0], fa) + pa @ u)
            + _along(also[1], pb @ v) - _along(also[0], pa @ v))


# ---- differential equations ---------------------------------------------------------------------------------------

def odeint_with(fn: Any, captured: Any, *args: Any, **options: Any) -> Any:
    """`scipy.integrate.odeint` of a function that takes `captured` before its own arguments."""
    return integrate.odeint(bound(fn, captured), *args, **options)


def solve_ivp_with(fn: Any, captured: Any, *args: Any, **options: Any) -> Any:
    """`scipy.integrate.solve_ivp` of a function that takes `captured` before its own arguments."""
    return integrate.solve_ivp(bound(fn, captured), *args, **options)


class Equation:
    """y' = f(captured, t, y, args), with t and y in either order."""

    def __init__(self, fn: Any, captured: Any, args: Any, tfirst: bool) -> None:
        self.fn = fn
        self.captured = tuple(captured)
        self.args = as_arguments(args)
        self.tfirst = tfirst
        self.values = Parameters(self.captured, self.args, 2)
        at = len(self.captured) + tfirst
        self.positions = tuple(sorted((*self.values.positions, at)))
        self.place = self.positions.index(at)
        self.size = self.values.size
        self.time = len(self.captured) + (not tfirst)
        self._pull = functools.cache(lambda: puller(fn, self.positions))
        self._push = functools.cache(lambda: pusher(fn, self.positions))
        self._pull_all = functools.cache(lambda: puller(fn, (*self.positions, self.time)))
        self._push_all = functools.cache(lambda: pusher(fn, (*self.positions, self.time)))

    def given(self, t: Any, y: Any) -> tuple[Any, ...]:
        return (*self.captured, *((t, y) if self.tfirst else (y, t)), *self.args)

    def rate(self, t: Any, y: Any) -> np.ndarray:
        return np.atleast_1d(np.asarray(self.fn(*self.given(t, y)), dtype=float))  # a number, where there is one state

    def pulled(self, t: Any, y: np.ndarray, a: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The rate, and the adjoints of y and of the parameters."""
        value, pull = self._pull()(*self.given(t, y))
        parts = list(pull(in_form(a, value)))
        by = parts.pop(self.place)
        return np.atleast_1d(np.asarray(value, dtype=float)), np.asarray(by, dtype=float), self.values.vector(parts)

    def pushed(self, t: Any, y: np.ndarray, dy: np.ndarray, moved: tuple[Any, ...]) -> np.ndarray:
        tangents = list(moved)
        tangents.insert(self.place, dy)
        return np.atleast_1d(np.asarray(self._push()(tangents, *self.given(t, y)), dtype=float))


    def pulled_in_time(self, t: Any, y: np.ndarray, a: np.ndarray) -> tuple[Any, Any, Any]:
        """The adjoints of y, of the time and of the parameters."""
        if not np.any(a):
            return np.zeros_like(y), 0.0, np.zeros(self.size)
        value, pull = self._pull_all()(*self.given(float(t), y))
        *parts, bt = pull(in_form(a, value))
        by = parts.pop(self.place)
        return np.asarray(by, dtype=float), bt, self.values.vector(parts)

    def pushed_in_time(self, t: Any, y: np.ndarray, dt: Any, dy: np.ndarray, moved: tuple[Any, ...]) -> np.ndarray:
        if not dt:
            return self.pushed(t, y, dy, moved)
        tangents = list(moved)
        tangents.insert(self.place, dy)
        return np.asarray(self._push_all()((*tangents, float(dt)), *self.given(float(t), y)), dtype=float)


def _require_real(ys: np.ndarray) -> None:
    if np.iscomplexobj(ys):
        raise TypeError("a differential equation of complex states cannot be differentiated; let their real and imaginary parts "
                        "be states")


def in_form(a: np.ndarray, value: Any) -> Any:
    """An adjoint in the form in which the function gives its value: an array, or a list of numbers."""
    if isinstance(value, (list, tuple)):
        return type(value)(float(x) for x in a)
    return a.reshape(np.shape(value)) if np.ndim(value) else a.reshape(())[()]


def _solved(rate: Any, start: Any, end: Any, state: np.ndarray, options: dict[str, Any]) -> np.ndarray:
    if start == end:
        return state
    found = integrate.solve_ivp(rate, (start, end), state, **options)
    if not found.success:
        raise RuntimeError(f"the adjoint equation could not be integrated: {found.message}")
    return found.y[:, -1]


def ode_adjoint(by: np.ndarray, fn: Any, captured: Any, times: Any, ys: np.ndarray, args: Any, tfirst: bool,
                options: dict[str, Any]) -> tuple[Any, Any, Any, Any]:
    """The adjoints of the initial state, the times, the captured values and the arguments.

    `ys` are the states at the times, one a row, and `by` are their adjoints.
    """
    f = Equation(fn, captured, args, tfirst)
    a, btimes, total = adjoint_of(f, by, times, ys, options)
    of_captured, of_args = f.values.parts(total)
    return a, btimes, of_captured, like_arguments(of_args, args)


def adjoint_of(f: Any, by: np.ndarray, times: Any, ys: np.ndarray, options: dict[str, Any]) -> tuple[Any, Any, Any]:
    """The adjoints of the initial state, the times and the parameters of an equation."""
    n = ys.shape[1]
    _require_real(ys)
    total = np.zeros(f.size)
    btimes = np.zeros(len(times))
    a = np.array(by[-1], dtype=float)

    def rate(t: float, state: np.ndarray) -> np.ndarray:
        dy, ba, bvalues = f.pulled(t, state[:n], state[n:2 * n])
        return np.concatenate((dy, -ba, -bvalues))

    for k in range(len(times) - 1, 0, -1):
        btimes[k] = by[k] @ f.rate(times[k], ys[k])
        state = _solved(rate, times[k], times[k - 1], np.concatenate((ys[k], a, total)), options)
        a, total = state[n:2 * n], state[2 * n:]
        if k == 1:
            btimes[0] = -a @ f.rate(times[0], ys[0])
        a = a + by[k - 1]
    return a, btimes, total


def ode_tangent(fn: Any, captured: Any, times: Any, ys: np.ndarray, args: Any, tfirst: bool, dy0: Any, dtimes: Any,
                dcaptured: Any, dargs: Any, options: dict[str, Any]) -> np.ndarray:
    """The tangents of the states at the times, one a row."""
    f = Equation(fn, captured, args, tfirst)
    start = np.zeros(ys.shape[1]) + np.ravel(dy0)
    moved = f.values.tangents(dcaptured, dargs)
    return tangent_of(f, times, ys, start, np.broadcast_to(dtimes, np.shape(times)), moved, options)


def tangent_of(f: Any, times: Any, ys: np.ndarray, dy0: np.ndarray, dtimes: Any, moved: Any,
               options: dict[str, Any]) -> np.ndarray:
    """The tangents of the states of an equation at the times."""
    n = ys.shape[1]
    _require_real(ys)

    def rate(t: float, state: np.ndarray) -> np.ndarray:
        return np.concatenate((f.rate(t, state[:n]), f.pushed(t, state[:n], state[n:], moved)))

    dy = dy0 - f.rate(times[0], ys[0]) * dtimes[0]
    out = [dy0]
    for k in range(1, len(times)):
        dy = _solved(rate, times[k - 1], times[k], np.concatenate((ys[k - 1], dy)), options)[n:]
        out.append(dy + f.rate(times[k], ys[k]) * dtimes[k])
    return np.stack(out)


def ivp_adjoint(b: np.ndarray, fn: Any, captured: Any, t_span: Any, y0: Any, times: Any, ys: np.ndarray, args: Any,
                options: dict[str, Any]) -> tuple[Any, Any, Any]:
    """The adjoints of y0, the captured values and the arguments in ``scipy.integrate.solve_ivp(fn, t_span, y0)``.

    `ys` is the field `y` of the result and `b` its adjoint; `times` need not begin with the initial time.
    """
    times, rows = from_start(t_span, y0, times, ys)
    a, _, of_captured, of_args = ode_adjoint(seeds_from_start(b, rows), fn, captured, times, rows, args, True, options)
    return a, of_captured, of_args


def ivp_tangent(fn: Any, captured: Any, t_span: Any, y0: Any, times: Any, ys: np.ndarray, args: Any, dy0: Any,
                dcaptured: Any, dargs: Any, options: dict[str, Any]) -> np.ndarray:
    """The tangent of the field `y` of the result of ``scipy.integrate.solve_ivp(fn, t_span, y0)``."""
    times, rows = from_start(t_span, y0, times, ys)
    dy = ode_tangent(fn, captured, times, rows, args, True, dy0, 0.0, dcaptured, dargs, options)
    return np.transpose(dy[-np.shape(ys)[1]:])


def from_start(t_span: Any, y0: Any, times: Any, ys: np.ndarray) -> tuple[Any, np.ndarray]:
    """The times, the initial one among them, and the states at these, one a row."""
    _require_real(ys)
    if times[0] == t_span[0]:
        return times, np.transpose(ys)
    return np.concatenate(([t_span[0]], times)), np.concatenate((np.reshape(y0, (1, -1)), np.transpose(ys)))


def seeds_from_start(b: Any, rows: np.ndarray) -> np.ndarray:
    """Adjoints of the states in `rows`: that of an initial state which is not asked for is zero."""
    out = np.zeros(rows.shape)
    count = np.shape(b)[1] if np.ndim(b) else len(rows)
    out[len(rows) - count:] = np.transpose(b)
    return out


def tolerances(rtol: Any, atol: Any, method: Any = "RK45") -> dict[str, Any]:
    """Options for the equations of derivatives: as exact as what was asked for, and not less than 1e-8."""
    return {"rtol": 1e-8 if rtol is None else min(float(np.min(rtol)), 1e-8),
            "atol": 1e-10 if atol is None else min(float(np.min(atol)), 1e-10), "method": method}


# ---- samples --------------------------------------------------------------------------------------------------------

def simpson_sum(y: Any, x: Any, dx: Any, axis: int) -> Any:
    """What `scipy.integrate.simpson` gives: of an even number of samples the last interval is corrected (Cartwright
    2017)."""
    rows = np.moveaxis(y, axis, -1)
    n = np.shape(rows)[-1]
    h = dx * np.ones(n - 1) if x is None else np.diff(np.moveaxis(x, axis if np.ndim(x) > 1 else -1, -1))
    if n == 2:
        return 0.5 * h[..., 0] * (rows[..., 0] + rows[..., 1])
    even = n % 2 == 0
    last = n - 1 if even else n
    used, steps = rows[..., :last], h[..., :last - 1]
    h0, h1 = steps[..., 0::2], steps[..., 1::2]
    both = h0 + h1
    total = np.sum(both / 6.0 * (used[..., :-2:2] * (2.0 - h1 / h0) + used[..., 1::2] * (both * both / (h0 * h1))
                                 + used[..., 2::2] * (2.0 - h0 / h1)), axis=-1)
    if not even:
        return total
    a, b = h[..., -2], h[..., -1]
    return (total + (2.0 * b * b + 3.0 * a * b) / (6.0 * (a + b)) * rows[..., -1]
            + (b * b + 3.0 * a * b) / (6.0 * a) * rows[..., -2] - b ** 3 / (6.0 * a * (a + b)) * rows[..., -3])
