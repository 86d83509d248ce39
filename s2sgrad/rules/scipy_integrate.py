"""`scipy.integrate`: integrals of functions and samples, and ordinary differential equations.

The derivatives of `quad`, `odeint` and `solve_ivp` are made at run time, from that of the function that they are given;
they are of second order at most. The error estimate of `quad` has derivative 0. See `s2sgrad.runtime.scipy_integrate`.
"""
from __future__ import annotations

import numpy as np
from scipy import integrate, special

from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import adjoint, d, expansion, known, nondifferentiable, takes_function, tangent, unsupported
from s2sgrad.runtime.scipy_equations import (
    ivp_adjoint_tangent,
    ivp_bent,
    ivp_tangent_tangent,
    ode_adjoint_tangent,
    ode_bent,
    ode_tangent_tangent,
)
from s2sgrad.runtime.scipy_functions import result_tangent
from s2sgrad.runtime.scipy_integrate import (
    ivp_adjoint,
    ivp_tangent,
    ode_adjoint,
    ode_tangent,
    odeint_with,
    quad_adjoint,
    quad_adjoint_tangent,
    quad_bent,
    quad_tangent,
    quad_tangent_tangent,
    quad_with,
    simpson_sum,
    solve_ivp_with,
    tolerances,
)
from s2sgrad.runtime.scipy_multiple import dblquad_with, nquad_with, over_inner, over_y, over_yz, precision, tplquad_with

# ---- samples ------------------------------------------------------------------------------------------------------


@expansion(*functions("trapezoid", "trapz", library=integrate))
def trapezoid(y, x=None, dx=1.0, axis=-1):
    rows = np.moveaxis(y, axis, -1)
    if known(x) and x is None:
        return np.sum(0.5 * dx * (rows[..., 1:] + rows[..., :-1]), axis=-1)
    steps = np.diff(np.moveaxis(x, axis if np.ndim(x) > 1 else -1, -1))
    return np.sum(0.5 * steps * (rows[..., 1:] + rows[..., :-1]), axis=-1)


@expansion(*functions("cumulative_trapezoid", "cumtrapz", library=integrate))
def cumulative_trapezoid(y, x=None, dx=1.0, axis=-1, initial=None):
    rows = np.moveaxis(y, axis, -1)
    if known(x) and x is None:
        sums = np.cumsum(0.5 * dx * (rows[..., 1:] + rows[..., :-1]), axis=-1)
    else:
        steps = np.diff(np.moveaxis(x, axis if np.ndim(x) > 1 else -1, -1))
        sums = np.cumsum(0.5 * steps * (rows[..., 1:] + rows[..., :-1]), axis=-1)
    if known(initial) and initial is None:
        return np.moveaxis(sums, -1, axis)
    return np.moveaxis(np.concatenate((initial * np.ones_like(sums[..., :1]), sums), axis=-1), -1, axis)


@expansion(*functions("simpson", "simps", library=integrate))
def simpson(y, x=None, *, dx=1.0, axis=-1):
    return simpson_sum(y, x, dx, axis)


@expansion(*functions("cumulative_simpson", library=integrate))
def cumulative_simpson(y, *, x=None, dx=1.0, axis=-1, initial=None):
    rows = np.moveaxis(y, axis, -1)
    if known(x) and x is None:
        steps = dx * np.ones(np.shape(rows)[-1] - 1)
    else:
        steps = np.diff(np.moveaxis(x, axis if np.ndim(x) > 1 else -1, -1))
    a, b = steps[..., :-1], steps[..., 1:]
    first, mid, last = rows[..., :-2], rows[..., 1:-1], rows[..., 2:]
    of_left = a / 6.0 * ((3.0 - a / (a + b)) * first + (3.0 + a * a / (b * (a + b)) + a / (a + b)) * mid
                         - a * a / (b * (a + b)) * last)  # of the parabola through three points, over the left of two steps
    of_right = b / 6.0 * ((3.0 - b / (a + b)) * last + (3.0 + b * b / (a * (a + b)) + b / (a + b)) * mid
                          - b * b / (a * (a + b)) * first)
    parts = np.where(np.arange(np.shape(rows)[-1] - 1) % 2 == 0, np.concatenate((of_left, of_right[..., -1:]), axis=-1),
                     np.concatenate((of_left[..., :1], of_right), axis=-1))
    sums = np.cumsum(parts, axis=-1)
    if known(initial) and initial is None:
        return np.moveaxis(sums, -1, axis)
    start = initial * np.ones_like(sums[..., :1])
    return np.moveaxis(np.concatenate((start, sums + start), axis=-1), -1, axis)


@expansion(integrate.fixed_quad)
def fixed_quad(func, a, b, args: None = (), n=5):
    nodes, weights = special.roots_legendre(n)
    return 0.5 * (b - a) * np.sum(weights * func(0.5 * (b - a) * (nodes + 1.0) + a), axis=-1), None


# ---- functions ----------------------------------------------------------------------------------------------------

takes_function(integrate.quad, quad_with)


@adjoint(integrate.quad)
def quad(y, func, a, b, args=(), full_output: None = 0, epsabs=1.49e-8, epsrel=1.49e-8, limit=50, points=None,
         weight: None = None):
    parts = quad_adjoint(d[y][0], func, (), a, b, args, points)
    d[a] = parts[0]
    d[b] = parts[1]
    d[args] = parts[3]


@tangent(integrate.quad)
def quad_tangent_(y, func, a, b, args=(), full_output: None = 0, epsabs=1.49e-8, epsrel=1.49e-8, limit=50, points=None,
                  weight: None = None):
    d[y] = quad_tangent(func, (), a, b, args, points, d[a], d[b], (), d[args]), 0.0


@adjoint(quad_with)
def quad_with_rule(y, func, captured, a, b, args=(), full_output: None = 0, epsabs=1.49e-8, epsrel=1.49e-8, limit=50,
                   points=None, weight: None = None):
    parts = quad_adjoint(d[y][0], func, captured, a, b, args, points)
    d[a] = parts[0]
    d[b] = parts[1]
    d[captured] = parts[2]
    d[args] = parts[3]


@tangent(quad_with)
def quad_with_tangent(y, func, captured, a, b, args=(), full_output: None = 0, epsabs=1.49e-8, epsrel=1.49e-8, limit=50,
                      points=None, weight: None = None):
    d[y] = quad_tangent(func, captured, a, b, args, points, d[a], d[b], d[captured], d[args]), 0.0


takes_function(integrate.dblquad, dblquad_with, "func", "gfun", "hfun")
takes_function(integrate.tplquad, tplquad_with, "func", "gfun", "hfun", "qfun", "rfun")
takes_function(integrate.nquad, nquad_with, "func", "ranges")


nondifferentiable(precision)


@expansion(dblquad_with)
def dblquad(func, a, b, gfun, hfun, args=(), epsabs=1.49e-8, epsrel=1.49e-8, func_held=(), gfun_held=(), hfun_held=()):
    return quad_with(over_y, (func, func_held, gfun, gfun_held, hfun, hfun_held, precision(epsabs, epsrel), args), a, b,
                     epsabs=epsabs, epsrel=epsrel)


@expansion(tplquad_with)
def tplquad(func, a, b, gfun, hfun, qfun, rfun, args=(), epsabs=1.49e-8, epsrel=1.49e-8, func_held=(), gfun_held=(),
            hfun_held=(), qfun_held=(), rfun_held=()):
    return quad_with(over_yz, (func, func_held, gfun, gfun_held, hfun, hfun_held, qfun, qfun_held, rfun, rfun_held,
                               precision(epsabs, epsrel), args), a, b,
                     epsabs=epsabs, epsrel=epsrel)


@expansion(nquad_with)
def nquad(func, ranges, args=(), opts: None = None, full_output: None = False, func_held=()):
    if len(ranges) == 1:
        return quad_with(func, func_held, ranges[0][1][0], ranges[0][1][1], args)
    return quad_with(over_inner, (func, func_held, ranges[:-1], args), ranges[-1][1][0], ranges[-1][1][1])


takes_function(integrate.odeint, odeint_with)


@adjoint(integrate.odeint)
def odeint(y, func, y0, t, args=(), Dfun: None = None, col_deriv: None = 0, full_output: None = 0, ml=None, mu=None,
           rtol=None, atol=None, tcrit=None, h0=0.0, hmax=0.0, hmin=0.0, ixpr=0, mxstep=0, mxhnil=0, mxordn=12,
           mxords=5,
           printmessg=0, tfirst=False):
    parts = ode_adjoint(d[y], func, (), t, y, args, tfirst, tolerances(rtol, atol))
    d[y0] = np.reshape(parts[0], np.shape(y0))
    d[t] = parts[1]
    d[args] = parts[3]


@tangent(integrate.odeint)
def odeint_tangent(y, func, y0, t, args=(), Dfun: None = None, col_deriv: None = 0, full_output: None = 0, ml=None,
                   mu=None, rtol=None, atol=None, tcrit=None, h0=0.0, hmax=0.0, hmin=0.0, ixpr=0, mxstep=0, mxhnil=0,
                   mxordn=12, mxords=5, printmessg=0, tfirst=False):
    d[y] = ode_tangent(func, (), t, y, args, tfirst, d[y0], d[t], (), d[args], tolerances(rtol, atol))


@adjoint(odeint_with)
def odeint_with_rule(y, func, captured, y0, t, args=(), Dfun: None = None, col_deriv: None = 0, full_output: None = 0,
                     ml=None, mu=None, rtol=None, atol=None, tcrit=None, h0=0.0, hmax=0.0, hmin=0.0, ixpr=0, mxstep=0,
                     mxhnil=0, mxordn=12, mxords=5, printmessg=0, tfirst=False):
    parts = ode_adjoint(d[y], func, captured, t, y, args, tfirst, tolerances(rtol, atol))
    d[y0] = np.reshape(parts[0], np.shape(y0))
    d[t] = parts[1]
    d[captured] = parts[2]
    d[args] = parts[3]


@tangent(odeint_with)
def odeint_with_tangent(y, func, captured, y0, t, args=(), Dfun: None = None, col_deriv: None = 0,
                        full_output: None = 0,
                        ml=None, mu=None, rtol=None, atol=None, tcrit=None, h0=0.0, hmax=0.0, hmin=0.0, ixpr=0,
                        mxstep=0,
                        mxhnil=0, mxordn=12, mxords=5, printmessg=0, tfirst=False):
    d[y] = ode_tangent(func, captured, t, y, args, tfirst, d[y0], d[t], d[captured], d[args], tolerances(rtol, atol))


takes_function(integrate.solve_ivp, solve_ivp_with)


@adjoint(integrate.solve_ivp)
def solve_ivp(y, fun, t_span, y0, method="RK45", t_eval=None, dense_output: None = False, events: None = None,
              vectorized: None = False, args=None, first_step=None, max_step=None, rtol=None, atol=None):
    """the times at which the solution is given are constants"""
    d[t_span] = None
    d[t_eval] = None
    parts = ivp_adjoint(d[y].y, fun, (), t_span, y0, y.t, y.y, args, tolerances(rtol, atol, method))
    d[y0] = parts[0]
    d[args] = parts[2]


@tangent(integrate.solve_ivp)
def solve_ivp_tangent(y, fun, t_span, y0, method="RK45", t_eval=None, dense_output: None = False,
                   events: None = None, vectorized: None = False, args=None, first_step=None, max_step=None, rtol=None,
                   atol=None):
    dy = ivp_tangent(fun, (), t_span, y0, y.t, y.y, args, d[y0], (), d[args], tolerances(rtol, atol, method))
    d[y] = result_tangent(y, ("y",), (dy,))


@adjoint(solve_ivp_with)
def solve_ivp_with_rule(y, fun, captured, t_span, y0, method="RK45", t_eval=None, dense_output: None = False,
                        events: None = None, vectorized: None = False, args=None, first_step=None, max_step=None,
                        rtol=None, atol=None):
    """the times at which the solution is given are constants"""
    d[t_span] = None
    d[t_eval] = None
    parts = ivp_adjoint(d[y].y, fun, captured, t_span, y0, y.t, y.y, args, tolerances(rtol, atol, method))
    d[y0] = parts[0]
    d[captured] = parts[1]
    d[args] = parts[2]


@tangent(solve_ivp_with)
def solve_ivp_with_tangent(y, fun, captured, t_span, y0, method="RK45", t_eval=None, dense_output: None = False,
                   events: None = None, vectorized: None = False, args=None, first_step=None, max_step=None, rtol=None,
                   atol=None):
    dy = ivp_tangent(fun, captured, t_span, y0, y.t, y.y, args, d[y0], d[captured], d[args],
                     tolerances(rtol, atol, method))
    d[y] = result_tangent(y, ("y",), (dy,))


# ---- derivatives of these derivatives -----------------------------------------------------------------------------


@adjoint(quad_adjoint)
def quad_adjoint_backward(y, by, func, captured, a, b, args, points):
    d[by] = quad_tangent(func, captured, a, b, args, points, d[y][0], d[y][1], d[y][2], d[y][3])
    parts = quad_bent(by, func, captured, a, b, args, points, d[y][0], d[y][1], d[y][2], d[y][3])
    d[a] = parts[0]
    d[b] = parts[1]
    d[captured] = parts[2]
    d[args] = parts[3]


@tangent(quad_adjoint)
def quad_adjoint_forward(y, by, func, captured, a, b, args, points):
    d[y] = quad_adjoint_tangent(d[by], d[a], d[b], d[captured], d[args], by, func, captured, a, b, args, points)


@adjoint(quad_tangent)
def quad_tangent_backward(y, func, captured, a, b, args, points, da, db, dcaptured, dargs):
    moved = quad_adjoint(d[y], func, captured, a, b, args, points)
    parts = quad_bent(d[y], func, captured, a, b, args, points, da, db, dcaptured, dargs)
    d[a] = parts[0]
    d[b] = parts[1]
    d[captured] = parts[2]
    d[args] = parts[3]
    d[da] = moved[0]
    d[db] = moved[1]
    d[dcaptured] = moved[2]
    d[dargs] = moved[3]


@tangent(quad_tangent)
def quad_tangent_forward(y, func, captured, a, b, args, points, da, db, dcaptured, dargs):
    d[y] = quad_tangent_tangent(func, captured, a, b, args, points, da, db, dcaptured, dargs,
                                (d[a], d[b], d[captured], d[args]), d[da], d[db], d[dcaptured], d[dargs])


for _fn in (quad_bent, quad_adjoint_tangent, quad_tangent_tangent):
    unsupported(_fn, "derivatives of integrals are of second order at most")


@adjoint(ode_adjoint)
def ode_adjoint_backward(y, by, func, captured, times, ys, args, tfirst, options):
    d[by] = ode_tangent(func, captured, times, ys, args, tfirst, d[y][0], d[y][1], d[y][2], d[y][3], options)
    parts = ode_bent(by, func, captured, times, ys, args, tfirst, options, d[y][0], d[y][1], d[y][2], d[y][3])
    d[ys] = parts[0]
    d[times] = parts[1]
    d[captured] = parts[2]
    d[args] = parts[3]


@tangent(ode_adjoint)
def ode_adjoint_forward(y, by, func, captured, times, ys, args, tfirst, options):
    d[y] = ode_adjoint_tangent(d[by], d[times], d[ys], d[captured], d[args], by, func, captured, times, ys, args, tfirst,
                               options)


@adjoint(ode_tangent)
def ode_tangent_backward(y, func, captured, times, ys, args, tfirst, dy0, dtimes, dcaptured, dargs, options):
    moved = ode_adjoint(d[y], func, captured, times, ys, args, tfirst, options)
    parts = ode_bent(d[y], func, captured, times, ys, args, tfirst, options, dy0, dtimes, dcaptured, dargs)
    d[ys] = parts[0]
    d[times] = parts[1]
    d[captured] = parts[2]
    d[args] = parts[3]
    d[dy0] = np.reshape(moved[0], np.shape(dy0))
    d[dtimes] = moved[1]
    d[dcaptured] = moved[2]
    d[dargs] = moved[3]


@tangent(ode_tangent)
def ode_tangent_forward(y, func, captured, times, ys, args, tfirst, dy0, dtimes, dcaptured, dargs, options):
    d[y] = ode_tangent_tangent(func, captured, times, ys, args, tfirst, dy0, dtimes, dcaptured, dargs, options,
                               (d[times], d[ys], d[captured], d[args]), d[dy0], d[dtimes], d[dcaptured], d[dargs])


@adjoint(ivp_adjoint)
def ivp_adjoint_backward(y, b, fn, captured, t_span, y0, times, ys, args, options):
    d[b] = ivp_tangent(fn, captured, t_span, y0, times, ys, args, d[y][0], d[y][1], d[y][2], options)
    parts = ivp_bent(b, fn, captured, t_span, y0, times, ys, args, options, d[y][0], d[y][1], d[y][2])
    d[y0] = parts[0]
    d[captured] = parts[1]
    d[args] = parts[2]
    d[times] = 0.0
    d[ys] = 0.0


@tangent(ivp_adjoint)
def ivp_adjoint_forward(y, b, fn, captured, t_span, y0, times, ys, args, options):
    d[y] = ivp_adjoint_tangent(d[b], d[y0], d[captured], d[args], b, fn, captured, t_span, y0, times, ys, args, options)


@adjoint(ivp_tangent)
def ivp_tangent_backward(y, fn, captured, t_span, y0, times, ys, args, dy0, dcaptured, dargs, options):
    moved = ivp_adjoint(d[y], fn, captured, t_span, y0, times, ys, args, options)
    parts = ivp_bent(d[y], fn, captured, t_span, y0, times, ys, args, options, dy0, dcaptured, dargs)
    d[y0] = parts[0]
    d[captured] = parts[1]
    d[args] = parts[2]
    d[dy0] = np.reshape(moved[0], np.shape(dy0))
    d[dcaptured] = moved[1]
    d[dargs] = moved[2]
    d[times] = 0.0
    d[ys] = 0.0


@tangent(ivp_tangent)
def ivp_tangent_forward(y, fn, captured, t_span, y0, times, ys, args, dy0, dcaptured, dargs, options):
    d[y] = ivp_tangent_tangent(fn, captured, t_span, y0, times, ys, args, dy0, dcaptured, dargs, options,
                               (d[y0], d[captured], d[args]), d[dy0], d[dcaptured], d[dargs])


for _fn in (ode_bent, ode_adjoint_tangent, ode_tangent_tangent, ivp_bent, ivp_adjoint_tangent, ivp_tangent_tangent):
    unsupported(_fn, "derivatives of differential equations are of second order at most")


@expansion(integrate.romb)
def romb(y, dx=1.0, axis=-1, show: None = False):
    weights = integrate.romb(np.eye(np.shape(y)[axis]))
    return dx * np.tensordot(y, weights, (axis, 0))


unsupported(integrate.newton_cotes, "its weights are for constant places")
