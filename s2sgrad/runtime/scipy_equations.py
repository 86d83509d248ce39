"""Derivatives of the derivatives of differential equations.

A tangent of the solution solves an equation of its own, that of (y, v) with ``v' = df(y)[v]``, and its derivatives are the
first derivatives of that one. The second derivative is symmetric, so that the adjoint of the tangent, `ode_bent`, is the
tangent of the adjoint as well.
"""
from __future__ import annotations

import functools
from typing import Any

import numpy as np

from s2sgrad.runtime.scipy_functions import generated, like_arguments, puller, pusher, with_defaults
from s2sgrad.runtime.scipy_integrate import (
    Equation,
    adjoint_of,
    from_start,
    in_form,
    ivp_adjoint,
    ode_adjoint,
    ode_tangent,
    seeds_from_start,
    tangent_of,
)
from s2sgrad.runtime.structures import add


class _Varied:
    """(y, v)' = (f, its tangent along v and `moved`, the tangents of the parameters)."""

    def __init__(self, f: Equation, moved: tuple[Any, ...], n: int) -> None:
        from s2sgrad import jvp
        self.f, self.moved, self.n = f, moved, n
        self.size = 2 * f.size
        given = len(with_defaults(f.fn, f.given(0.0, np.zeros(n))))
        self.positions = (*f.positions, *range(given, given + len(f.positions)))
        tangent = functools.cache(lambda: generated(jvp(f.fn, wrt=f.positions)))
        self._pull = functools.cache(lambda: puller(tangent(), self.positions))
        self._push = functools.cache(lambda: pusher(tangent(), self.positions))

    def _given(self, t: Any, z: np.ndarray) -> tuple[Any, ...]:
        return (*with_defaults(self.f.fn, self.f.given(t, z[:self.n])), *self._along(z[self.n:], self.moved))

    def _along(self, v: np.ndarray, moved: tuple[Any, ...]) -> list[Any]:
        out = list(moved)
        out.insert(self.f.place, v)
        return out

    def rate(self, t: Any, z: np.ndarray) -> np.ndarray:
        y, v = z[:self.n], z[self.n:]
        return np.concatenate((self.f.rate(t, y), self.f.pushed(t, y, v, self.moved)))

    def pulled(self, t: Any, z: np.ndarray, a: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rate, by, bvalues = self.f.pulled(t, z[:self.n], a[:self.n])
        turned, pull = self._pull()(*self._given(t, z))
        parts = list(pull(in_form(a[self.n:], turned)))
        bv = parts.pop(len(self.f.positions) + self.f.place)
        also = parts.pop(self.f.place)
        count = len(self.f.positions) - 1
        both = (bvalues + self.f.values.vector(parts[:count]), self.f.values.vector(parts[count:]))
        return np.concatenate((rate, np.ravel(turned))), np.concatenate((by + also, np.ravel(bv))), np.concatenate(both)

    def pushed(self, t: Any, z: np.ndarray, dz: np.ndarray, moved: tuple[Any, ...]) -> np.ndarray:
        other, turned = moved
        first = self.f.pushed(t, z[:self.n], dz[:self.n], other)
        along = (*self._along(dz[:self.n], other), *self._along(dz[self.n:], turned))
        return np.concatenate((first, np.ravel(np.asarray(self._push()(along, *self._given(t, z)), dtype=float))))


def _varied(f: Equation, times: Any, ys: np.ndarray, dy0: Any, dtimes: Any, moved: tuple[Any, ...],
            options: dict[str, Any]) -> tuple[_Varied, np.ndarray, np.ndarray]:
    """The equation of the tangent with its solution at the times, and the tangents of the times."""
    n = ys.shape[1]
    dtimes = np.broadcast_to(dtimes, np.shape(times))
    rows = tangent_of(f, times, ys, np.zeros(n) + np.ravel(dy0), dtimes, moved, options)
    v = rows - np.stack([f.rate(t, y) * dt for t, y, dt in zip(times, ys, dtimes)])  # row 0: where the equation begins
    return _Varied(f, moved, n), np.concatenate((ys, v), axis=1), dtimes


def ode_bent(by: Any, fn: Any, captured: Any, times: Any, ys: np.ndarray, args: Any, tfirst: bool, options: dict[str, Any],
             dy0: Any, dtimes: Any, dcaptured: Any, dargs: Any) -> tuple[Any, Any, Any, Any]:
    """The adjoints of the states, of which the first is the initial one, the times, the captured values and the arguments in
    ``np.sum(by * ode_tangent(...))``."""
    f = Equation(fn, captured, args, tfirst)
    n = ys.shape[1]
    by = np.broadcast_to(by, ys.shape)
    g, zs, dtimes = _varied(f, times, ys, dy0, dtimes, f.values.tangents(dcaptured, dargs), options)
    bz = np.concatenate((np.zeros_like(by), by), axis=1)
    bz[0] = 0.0
    bvalues, btimes = np.zeros(f.size), np.zeros(len(times))
    for k in range(1, len(times)):  # the part f(t_k, y_k) dt_k of what the tangent is
        of_y, of_t, of_values = f.pulled_in_time(times[k], ys[k], by[k] * dtimes[k])
        bz[k, :n] += of_y
        btimes[k] += of_t
        bvalues += of_values
    a, of_times, total = adjoint_of(g, bz, times, zs, options)
    of_y, of_t, of_values = f.pulled_in_time(times[0], ys[0], -a[n:] * dtimes[0])
    bys = np.zeros(ys.shape)
    bys[0] = a[:n] + of_y
    btimes = btimes + of_times
    btimes[0] += of_t
    of_captured, of_args = f.values.parts(bvalues + total[:f.size] + of_values)
    return bys, btimes, of_captured, like_arguments(of_args, args)


def ode_adjoint_tangent(dby: Any, dtimes: Any, dys: Any, dcaptured: Any, dargs: Any, by: Any, fn: Any, captured: Any,
                        times: Any, ys: np.ndarray, args: Any, tfirst: bool, options: dict[str, Any]) -> tuple[Any, ...]:
    """The tangents of what `ode_adjoint` gives."""
    first = ode_adjoint(np.broadcast_to(dby, ys.shape), fn, captured, times, ys, args, tfirst, options)
    bent = ode_bent(by, fn, captured, times, ys, args, tfirst, options, np.broadcast_to(dys, ys.shape)[0], dtimes, dcaptured,
                    dargs)
    return first[0] + bent[0][0], first[1] + bent[1], add(first[2], bent[2]), add(first[3], bent[3])


def ode_tangent_tangent(fn: Any, captured: Any, times: Any, ys: np.ndarray, args: Any, tfirst: bool, dy0: Any, dtimes: Any,
                        dcaptured: Any, dargs: Any, options: dict[str, Any], also: Any, ddy0: Any, ddtimes: Any,
                        ddcaptured: Any, ddargs: Any) -> np.ndarray:
    """The tangent of `ode_tangent`; `also` are the tangents of the times, the states, the captured values and the arguments."""
    f = Equation(fn, captured, args, tfirst)
    n = ys.shape[1]
    other = f.values.tangents(also[2], also[3])
    g, zs, dtimes = _varied(f, times, ys, dy0, dtimes, f.values.tangents(dcaptured, dargs), options)
    moving = np.broadcast_to(also[0], np.shape(times))
    first = np.broadcast_to(also[1], ys.shape)[0]
    start = np.concatenate((first, -f.pushed_in_time(times[0], ys[0], moving[0], first, other) * dtimes[0]))
    rows = tangent_of(g, times, zs, start, moving, (other, tuple(np.zeros_like(m) for m in g.moved)), options)
    bent = rows[:, n:] + np.stack([f.pushed_in_time(t, y, dt, dy, other) * s for t, y, dt, dy, s in
                                   zip(times, ys, moving, rows[:, :n], dtimes)])
    bent[0] = 0.0
    return bent + ode_tangent(fn, captured, times, ys, args, tfirst, ddy0, ddtimes, ddcaptured, ddargs, options)


# ---- scipy.integrate.solve_ivp, the times of which are constants ------------------------------------------------------

def ivp_bent(b: Any, fn: Any, captured: Any, t_span: Any, y0: Any, times: Any, ys: np.ndarray, args: Any,
             options: dict[str, Any], dy0: Any, dcaptured: Any, dargs: Any) -> tuple[Any, Any, Any]:
    """The adjoints of y0, the captured values and the arguments in ``np.sum(b * ivp_tangent(...))``."""
    times, rows = from_start(t_span, y0, times, ys)
    bys, _, of_captured, of_args = ode_bent(seeds_from_start(b, rows), fn, captured, times, rows, args, True, options, dy0, 0.0,
                                            dcaptured, dargs)
    return bys[0], of_captured, of_args


def ivp_adjoint_tangent(db: Any, dy0: Any, dcaptured: Any, dargs: Any, b: Any, fn: Any, captured: Any, t_span: Any, y0: Any,
                        times: Any, ys: np.ndarray, args: Any, options: dict[str, Any]) -> tuple[Any, Any, Any]:
    """The tangents of what `ivp_adjoint` gives."""
    first = ivp_adjoint(np.broadcast_to(db, ys.shape), fn, captured, t_span, y0, times, ys, args, options)
    bent = ivp_bent(b, fn, captured, t_span, y0, times, ys, args, options, dy0, dcaptured, dargs)
    return first[0] + bent[0], add(first[1], bent[1]), add(first[2], bent[2])


def ivp_tangent_tangent(fn: Any, captured: Any, t_span: Any, y0: Any, times: Any, ys: np.ndarray, args: Any, dy0: Any,
                        dcaptured: Any, dargs: Any, options: dict[str, Any], also: Any, ddy0: Any, ddcaptured: Any,
                        ddargs: Any) -> np.ndarray:
    """The tangent of `ivp_tangent`; `also` are the tangents of y0, the captured values and the arguments."""
    times, rows = from_start(t_span, y0, times, ys)
    bent = ode_tangent_tangent(fn, captured, times, rows, args, True, dy0, 0.0, dcaptured, dargs, options,
                               (0.0, also[0], also[1], also[2]), ddy0, 0.0, ddcaptured, ddargs)
    return np.transpose(bent[-np.shape(ys)[1]:])
