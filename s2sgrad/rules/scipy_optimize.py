"""`scipy.optimize`: roots and minima, by the implicit function theorem.

A root does not depend on where the search begins: brackets and starting points have derivative 0, and so has whatever a
result says beside the solution and its value. Derivatives are made at run time, from that of the function that is
given, and are of second order at most; see `s2sgrad.runtime.scipy_optimize`.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import optimize

from s2sgrad.rules.registry import adjoint, d, expansion, nondifferentiable, takes_function, tangent, unsupported
from s2sgrad.runtime import scipy_optimize as runtime
from s2sgrad.runtime.scipy_functions import between, result_tangent, value_alone, within
from s2sgrad.runtime.scipy_optimize import (
    free_columns,
    half_squares,
    minimum_adjoint,
    minimum_adjoint_adjoint,
    minimum_adjoint_tangent,
    minimum_tangents,
    minimum_tangents_adjoint,
    minimum_tangents_tangent,
    misfit_of,
    root_adjoint,
    root_adjoint_adjoint,
    root_adjoint_tangent,
    root_tangent,
    root_tangent_adjoint,
    root_tangent_tangent,
)


def _declare(solver: Callable[..., Any], backward: tuple[Any, Any], forward: tuple[Any, Any]) -> None:
    """Declare the rules of a solver: for a function that captures nothing, and for one that does."""
    with_captured = getattr(runtime, f"{solver.__name__}_with")
    takes_function(solver, with_captured)
    for fn, back, ahead in zip((solver, with_captured), backward, forward):
        adjoint(fn)(back)
        tangent(fn)(ahead)


# ---- roots of functions of a number -------------------------------------------------------------------------------

def _bracketed(y, f, a, b, args=(), xtol=None, rtol=None, maxiter=None, full_output: None = False, disp=True):
    d[args] = root_adjoint(d[y], f, (), y, args)[1]


def _bracketed_with(y, f, captured, a, b, args=(), xtol=None, rtol=None, maxiter=None, full_output: None = False,
                    disp=True):
    parts = root_adjoint(d[y], f, captured, y, args)
    d[captured] = parts[0]
    d[args] = parts[1]


def _bracketed_tangent(y, f, a, b, args=(), xtol=None, rtol=None, maxiter=None, full_output: None = False, disp=True):
    d[y] = root_tangent(f, (), y, args, (), d[args])


def _bracketed_with_tangent(y, f, captured, a, b, args=(), xtol=None, rtol=None, maxiter=None,
                            full_output: None = False, disp=True):
    d[y] = root_tangent(f, captured, y, args, d[captured], d[args])


for _solver in (optimize.brentq, optimize.brenth, optimize.ridder, optimize.bisect):
    _declare(_solver, (_bracketed, _bracketed_with), (_bracketed_tangent, _bracketed_with_tangent))


def _toms748(y, f, a, b, args=(), k=1, xtol=None, rtol=None, maxiter=None, full_output: None = False, disp=True):
    d[args] = root_adjoint(d[y], f, (), y, args)[1]


def _toms748_with(y, f, captured, a, b, args=(), k=1, xtol=None, rtol=None, maxiter=None, full_output: None = False,
                  disp=True):
    parts = root_adjoint(d[y], f, captured, y, args)
    d[captured] = parts[0]
    d[args] = parts[1]


def _toms748_tangent(y, f, a, b, args=(), k=1, xtol=None, rtol=None, maxiter=None, full_output: None = False, disp=True):
    d[y] = root_tangent(f, (), y, args, (), d[args])


def _toms748_with_tangent(y, f, captured, a, b, args=(), k=1, xtol=None, rtol=None, maxiter=None,
                          full_output: None = False, disp=True):
    d[y] = root_tangent(f, captured, y, args, d[captured], d[args])


_declare(optimize.toms748, (_toms748, _toms748_with), (_toms748_tangent, _toms748_with_tangent))


def _newton(y, func, x0, fprime=None, args=(), tol=1.48e-8, maxiter=50, fprime2=None, x1=None, rtol=0.0,
            full_output: None = False, disp=True):
    d[args] = root_adjoint(d[y], func, (), y, args)[1]


def _newton_with(y, func, captured, x0, fprime=None, args=(), tol=1.48e-8, maxiter=50, fprime2=None,
                 x1=None, rtol=0.0, full_output: None = False, disp=True):
    parts = root_adjoint(d[y], func, captured, y, args)
    d[captured] = parts[0]
    d[args] = parts[1]


def _newton_tangent(y, func, x0, fprime=None, args=(), tol=1.48e-8, maxiter=50, fprime2=None, x1=None, rtol=0.0,
                    full_output: None = False, disp=True):
    d[y] = root_tangent(func, (), y, args, (), d[args])


def _newton_with_tangent(y, func, captured, x0, fprime=None, args=(), tol=1.48e-8, maxiter=50,
                         fprime2=None, x1=None, rtol=0.0, full_output: None = False, disp=True):
    d[y] = root_tangent(func, captured, y, args, d[captured], d[args])


_declare(optimize.newton, (_newton, _newton_with), (_newton_tangent, _newton_with_tangent))


def _root_scalar(y, f, args=(), method=None, bracket=None, fprime=None, fprime2=None, x0=None, x1=None, xtol=None,
                 rtol=None, maxiter=None, options=None):
    d[args] = root_adjoint(d[y].root, f, (), y.root, args)[1]


def _root_scalar_with(y, f, captured, args=(), method=None, bracket=None, fprime=None, fprime2=None,
                      x0=None, x1=None, xtol=None, rtol=None, maxiter=None, options=None):
    parts = root_adjoint(d[y].root, f, captured, y.root, args)
    d[captured] = parts[0]
    d[args] = parts[1]


def _root_scalar_tangent(y, f, args=(), method=None, bracket=None, fprime=None, fprime2=None, x0=None, x1=None,
                         xtol=None, rtol=None, maxiter=None, options=None):
    d[y] = result_tangent(y, ("root",), (root_tangent(f, (), y.root, args, (), d[args]),))


def _root_scalar_with_tangent(y, f, captured, args=(), method=None, bracket=None, fprime=None,
                              fprime2=None, x0=None, x1=None, xtol=None, rtol=None, maxiter=None, options=None):
    d[y] = result_tangent(y, ("root",), (root_tangent(f, captured, y.root, args, d[captured], d[args]),))


_declare(optimize.root_scalar, (_root_scalar, _root_scalar_with), (_root_scalar_tangent, _root_scalar_with_tangent))

# ---- roots of systems ---------------------------------------------------------------------------------------------


def _fsolve(y, func, x0, args=(), fprime=None, full_output: None = 0, col_deriv=0, xtol=1.49012e-8, maxfev=0, band=None,
            epsfcn=None, factor=100, diag=None):
    d[args] = root_adjoint(d[y], func, (), y, args)[1]


def _fsolve_with(y, func, captured, x0, args=(), fprime=None, full_output: None = 0, col_deriv=0,
                 xtol=1.49012e-8, maxfev=0, band=None, epsfcn=None, factor=100, diag=None):
    parts = root_adjoint(d[y], func, captured, y, args)
    d[captured] = parts[0]
    d[args] = parts[1]


def _fsolve_tangent(y, func, x0, args=(), fprime=None, full_output: None = 0, col_deriv=0, xtol=1.49012e-8, maxfev=0,
                    band=None, epsfcn=None, factor=100, diag=None):
    d[y] = root_tangent(func, (), y, args, (), d[args])


def _fsolve_with_tangent(y, func, captured, x0, args=(), fprime=None, full_output: None = 0, col_deriv=0,
                         xtol=1.49012e-8, maxfev=0, band=None, epsfcn=None, factor=100, diag=None):
    d[y] = root_tangent(func, captured, y, args, d[captured], d[args])


_declare(optimize.fsolve, (_fsolve, _fsolve_with), (_fsolve_tangent, _fsolve_with_tangent))


def _root(y, fun, x0, args=(), method="hybr", jac=None, tol=None, callback: None = None, options=None):
    if jac is True:
        raise NotImplementedError("a function that returns its Jacobian as well")
    d[args] = root_adjoint(d[y].x, fun, (), y.x, args)[1]


def _root_with(y, fun, captured, x0, args=(), method="hybr", jac=None, tol=None, callback: None = None,
               options=None):
    parts = root_adjoint(d[y].x, fun, captured, y.x, args)
    d[captured] = parts[0]
    d[args] = parts[1]


def _root_tangent(y, fun, x0, args=(), method="hybr", jac=None, tol=None, callback: None = None, options=None):
    if jac is True:
        raise NotImplementedError("a function that returns its Jacobian as well")
    d[y] = result_tangent(y, ("x",), (root_tangent(fun, (), y.x, args, (), d[args]),))


def _root_with_tangent(y, fun, captured, x0, args=(), method="hybr", jac=None, tol=None, callback: None = None,
                       options=None):
    d[y] = result_tangent(y, ("x",), (root_tangent(fun, captured, y.x, args, d[captured], d[args]),))


_declare(optimize.root, (_root, _root_with), (_root_tangent, _root_with_tangent))


def _fixed_point(y, func, x0, args=(), xtol=1e-8, maxiter=500, method="del2"):
    d[args] = root_adjoint(d[y], func, (), y, args, True)[1]


def _fixed_point_with(y, func, captured, x0, args=(), xtol=1e-8, maxiter=500, method="del2"):
    parts = root_adjoint(d[y], func, captured, y, args, True)
    d[captured] = parts[0]
    d[args] = parts[1]


def _fixed_point_tangent(y, func, x0, args=(), xtol=1e-8, maxiter=500, method="del2"):
    d[y] = root_tangent(func, (), y, args, (), d[args], True)


def _fixed_point_with_tangent(y, func, captured, x0, args=(), xtol=1e-8, maxiter=500, method="del2"):
    d[y] = root_tangent(func, captured, y, args, d[captured], d[args], True)


_declare(optimize.fixed_point, (_fixed_point, _fixed_point_with), (_fixed_point_tangent, _fixed_point_with_tangent))

# ---- minima -------------------------------------------------------------------------------------------------------

nondifferentiable(between, value_alone, within)


def _minimize(y, fun, x0, args=(), method=None, jac=None, hess=None, hessp=None, bounds=None,
              constraints: None = (), tol=None, callback: None = None, options=None):
    """its bounds are constants"""
    d[bounds] = None
    f = value_alone(fun) if jac is True else fun
    d[args] = minimum_adjoint(d[y].x, d[y].fun, f if bounds is None else within(f, bounds), (), y.x, args)[1]


def _minimize_with(y, fun, captured, x0, args=(), method=None, jac=None, hess=None, hessp=None,
                   bounds=None, constraints: None = (), tol=None, callback: None = None, options=None):
    """its bounds are constants"""
    d[bounds] = None
    f = value_alone(fun) if jac is True else fun
    parts = minimum_adjoint(d[y].x, d[y].fun, f if bounds is None else within(f, bounds), captured, y.x, args)
    d[captured] = parts[0]
    d[args] = parts[1]


def _minimize_tangent(y, fun, x0, args=(), method=None, jac=None, hess=None, hessp=None, bounds=None,
                      constraints: None = (), tol=None, callback: None = None, options=None):
    f = value_alone(fun) if jac is True else fun
    moved = minimum_tangents(f if bounds is None else within(f, bounds), (), y.x, args, (), d[args])
    d[y] = result_tangent(y, ("x", "fun"), moved)


def _minimize_with_tangent(y, fun, captured, x0, args=(), method=None, jac=None, hess=None,
                           hessp=None, bounds=None, constraints: None = (), tol=None,
                           callback: None = None, options=None):
    f = value_alone(fun) if jac is True else fun
    moved = minimum_tangents(f if bounds is None else within(f, bounds), captured, y.x, args, d[captured], d[args])
    d[y] = result_tangent(y, ("x", "fun"), moved)


_declare(optimize.minimize, (_minimize, _minimize_with), (_minimize_tangent, _minimize_with_tangent))


def _minimize_scalar(y, fun, bracket=None, bounds=None, args=(), method=None, tol=None, options=None):
    """its bounds are constants"""
    d[bounds] = None
    d[args] = minimum_adjoint(d[y].x, d[y].fun, fun if bounds is None else within(fun, bounds), (), y.x, args)[1]


def _minimize_scalar_with(y, fun, captured, bracket=None, bounds=None, args=(), method=None, tol=None,
                          options=None):
    """its bounds are constants"""
    d[bounds] = None
    parts = minimum_adjoint(d[y].x, d[y].fun, fun if bounds is None else within(fun, bounds), captured, y.x, args)
    d[captured] = parts[0]
    d[args] = parts[1]


def _minimize_scalar_tangent(y, fun, bracket=None, bounds=None, args=(), method=None, tol=None, options=None):
    moved = minimum_tangents(fun if bounds is None else within(fun, bounds), (), y.x, args, (), d[args])
    d[y] = result_tangent(y, ("x", "fun"), moved)


def _minimize_scalar_with_tangent(y, fun, captured, bracket=None, bounds=None, args=(), method=None, tol=None,
                                  options=None):
    moved = minimum_tangents(fun if bounds is None else within(fun, bounds), captured, y.x, args, d[captured], d[args])
    d[y] = result_tangent(y, ("x", "fun"), moved)


_declare(optimize.minimize_scalar, (_minimize_scalar, _minimize_scalar_with),
         (_minimize_scalar_tangent, _minimize_scalar_with_tangent))


def _least_squares(y, fun, x0, jac="2-point", bounds=(), method="trf", ftol=1e-8, xtol=1e-8, gtol=1e-8,
                   x_scale=None, loss: None = "linear", f_scale: None = 1.0, diff_step=None, tr_solver=None,
                   tr_options=None, jac_sparsity=None, max_nfev=None, verbose=0, args=(), kwargs: None = None):
    """its bounds are constants"""
    d[bounds] = None
    f = half_squares(fun)
    d[args] = minimum_adjoint(d[y].x, d[y].cost, f if bounds == () else between(f, bounds), (), y.x, args)[1]


def _least_squares_with(y, fun, captured, x0, jac="2-point", bounds=(), method="trf", ftol=1e-8,
                        xtol=1e-8, gtol=1e-8, x_scale=None, loss: None = "linear", f_scale: None = 1.0, diff_step=None,
                        tr_solver=None, tr_options=None, jac_sparsity=None, max_nfev=None, verbose=0, args=(),
                        kwargs: None = None):
    """its bounds are constants"""
    d[bounds] = None
    f = half_squares(fun)
    parts = minimum_adjoint(d[y].x, d[y].cost, f if bounds == () else between(f, bounds), captured, y.x, args)
    d[captured] = parts[0]
    d[args] = parts[1]


def _least_squares_tangent(y, fun, x0, jac="2-point", bounds=(), method="trf", ftol=1e-8, xtol=1e-8, gtol=1e-8,
                           x_scale=None, loss: None = "linear", f_scale: None = 1.0, diff_step=None, tr_solver=None,
                           tr_options=None, jac_sparsity=None, max_nfev=None, verbose=0, args=(), kwargs: None = None):
    f = half_squares(fun)
    moved = minimum_tangents(f if bounds == () else between(f, bounds), (), y.x, args, (), d[args])
    d[y] = result_tangent(y, ("x", "cost"), moved)


def _least_squares_with_tangent(y, fun, captured, x0, jac="2-point", bounds=(), method="trf", ftol=1e-8,
                                xtol=1e-8, gtol=1e-8, x_scale=None, loss: None = "linear", f_scale: None = 1.0,
                                diff_step=None, tr_solver=None, tr_options=None, jac_sparsity=None, max_nfev=None,
                                verbose=0, args=(), kwargs: None = None):
    f = half_squares(fun)
    moved = minimum_tangents(f if bounds == () else between(f, bounds), captured, y.x, args, d[captured], d[args])
    d[y] = result_tangent(y, ("x", "cost"), moved)


_declare(optimize.least_squares, (_least_squares, _least_squares_with),
         (_least_squares_tangent, _least_squares_with_tangent))
nondifferentiable(half_squares, misfit_of)

# ---- the rest -----------------------------------------------------------------------------------------------------


@expansion(optimize.rosen)
def rosen(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2, axis=0)


@expansion(optimize.rosen_der)
def rosen_der(x):
    steps = x[1:] - x[:-1] ** 2
    zero = np.zeros_like(x[:1])
    return np.concatenate((-400.0 * steps * x[:-1] - 2.0 * (1.0 - x[:-1]), zero)) + np.concatenate((zero,
                                                                                                    200.0 * steps))


nondifferentiable(optimize.linear_sum_assignment)

# ---- derivatives of these derivatives -----------------------------------------------------------------------------


@adjoint(root_adjoint)
def root_adjoint_backward(y, bx, fn, captured, x, args, fixed_point=False):
    parts = root_adjoint_adjoint(d[y][0], d[y][1], bx, fn, captured, x, args, fixed_point)
    d[bx] = parts[0]
    d[captured] = parts[1]
    d[x] = parts[2]
    d[args] = parts[3]


@tangent(root_adjoint)
def root_adjoint_forward(y, bx, fn, captured, x, args, fixed_point=False):
    d[y] = root_adjoint_tangent(d[bx], d[captured], d[x], d[args], bx, fn, captured, x, args, fixed_point)


@adjoint(root_tangent)
def root_tangent_backward(y, fn, captured, x, args, dcaptured, dargs, fixed_point=False):
    parts = root_tangent_adjoint(d[y], fn, captured, x, args, dcaptured, dargs, fixed_point)
    d[captured] = parts[0]
    d[x] = parts[1]
    d[args] = parts[2]
    d[dcaptured] = parts[3]
    d[dargs] = parts[4]


@tangent(root_tangent)
def root_tangent_forward(y, fn, captured, x, args, dcaptured, dargs, fixed_point=False):
    d[y] = root_tangent_tangent(fn, captured, x, args, dcaptured, dargs, (d[captured], d[x], d[args]), d[dcaptured],
                                d[dargs], fixed_point)


for _fn in (root_adjoint_adjoint, root_adjoint_tangent, root_tangent_adjoint, root_tangent_tangent):
    unsupported(_fn, "derivatives of roots are of second order at most")
@adjoint(minimum_adjoint)
def minimum_adjoint_backward(y, bx, bvalue, fn, captured, x, args):
    parts = minimum_adjoint_adjoint(d[y][0], d[y][1], bx, bvalue, fn, captured, x, args)
    d[bx] = parts[0]
    d[bvalue] = parts[1]
    d[captured] = parts[2]
    d[x] = parts[3]
    d[args] = parts[4]


@tangent(minimum_adjoint)
def minimum_adjoint_forward(y, bx, bvalue, fn, captured, x, args):
    d[y] = minimum_adjoint_tangent(d[bx], d[bvalue], d[captured], d[x], d[args], bx, bvalue, fn, captured, x, args)


@adjoint(minimum_tangents)
def minimum_tangents_backward(y, fn, captured, x, args, dcaptured, dargs):
    parts = minimum_tangents_adjoint(d[y][0], d[y][1], fn, captured, x, args, dcaptured, dargs)
    d[captured] = parts[0]
    d[x] = parts[1]
    d[args] = parts[2]
    d[dcaptured] = parts[3]
    d[dargs] = parts[4]


@tangent(minimum_tangents)
def minimum_tangents_forward(y, fn, captured, x, args, dcaptured, dargs):
    d[y] = minimum_tangents_tangent(fn, captured, x, args, dcaptured, dargs, (d[captured], d[x], d[args]),
                                    d[dcaptured], d[dargs])


for _fn in (minimum_adjoint_adjoint, minimum_adjoint_tangent, minimum_tangents_adjoint, minimum_tangents_tangent):
    unsupported(_fn, "derivatives of minima are of second order at most")
for _fn in (optimize.linprog, optimize.milp, optimize.differential_evolution,
            optimize.basinhopping, optimize.brute, optimize.dual_annealing, optimize.shgo):
    unsupported(_fn, "no rule follows the solution; use root, brentq, minimize or least_squares")


# ---- other names for them -------------------------------------------------------------------------------------------

@expansion(optimize.leastsq)
def leastsq(func, x0, args=(), Dfun: None = None, full_output: None = False, col_deriv: None = False, ftol=1.49012e-8,
            xtol=1.49012e-8, gtol=0.0, maxfev=0, epsfcn: None = None, factor: None = 100, diag: None = None):
    return optimize.least_squares(func, x0, method="lm", ftol=ftol, xtol=xtol, gtol=max(gtol, 1e-15), args=args,
                                  max_nfev=maxfev or None).x, 1


takes_function(optimize.curve_fit, runtime.curve_fit_with)


@expansion(optimize.curve_fit)
def curve_fit(f, xdata, ydata, p0=None, sigma=None, absolute_sigma=False, check_finite=True, bounds=None,
              method: None = None, jac: None = None, *, full_output: None = False, nan_policy: None = None, ftol=1e-8, xtol=1e-8,
              gtol=1e-8, maxfev=None):
    return runtime.curve_fit_with(f, (), xdata, ydata, p0, sigma, bounds=bounds, ftol=ftol, xtol=xtol, gtol=gtol, maxfev=maxfev)


@expansion(runtime.curve_fit_with)
def curve_fit_with(f, captured, xdata, ydata, p0=None, sigma=None, absolute_sigma=False, check_finite=True, bounds=None,
                   method: None = None, jac: None = None, *, full_output: None = False, nan_policy: None = None, ftol=1e-8,
                   xtol=1e-8, gtol=1e-8, maxfev=None):
    if p0 is None:
        raise NotImplementedError("give p0, which says how many parameters there are")
    if bounds is not None:
        return runtime.least_squares_with(misfit_of(f, len(captured)), captured, p0, ftol=ftol, xtol=xtol, gtol=gtol,
                                          bounds=bounds, args=(xdata, ydata, 1.0 if sigma is None else sigma),
                                          max_nfev=maxfev).x, None
    return runtime.least_squares_with(misfit_of(f, len(captured)), captured, p0, method="lm", ftol=ftol, xtol=xtol, gtol=gtol,
                                      args=(xdata, ydata, 1.0 if sigma is None else sigma), max_nfev=maxfev).x, None


@expansion(optimize.fmin)
def fmin(func, x0, args=(), xtol=1e-4, ftol=1e-4, maxiter=None, maxfun=None, full_output: None = 0, disp=1, retall: None = 0,
         callback: None = None, initial_simplex=None):
    return optimize.minimize(func, x0, args, "Nelder-Mead", options={
        "xatol": xtol, "fatol": ftol, "maxiter": maxiter, "maxfev": maxfun, "initial_simplex": initial_simplex}).x


@expansion(optimize.fmin_bfgs)
def fmin_bfgs(f, x0, fprime=None, args=(), gtol=1e-5, norm=np.inf, epsilon=None, maxiter=None, full_output: None = 0, disp=1,
              retall: None = 0, callback: None = None):
    return optimize.minimize(f, x0, args, "BFGS", fprime, options={"gtol": gtol, "norm": norm, "maxiter": maxiter}).x


@expansion(optimize.brent, optimize.golden)
def brent(func, args=(), brack=None, tol=1.48e-8, full_output: None = 0, maxiter=500):
    return optimize.minimize_scalar(func, brack, None, args, "brent", tol).x


# ---- least squares with bounds of zero ------------------------------------------------------------------------------

@expansion(optimize.nnls)
def nnls(A, b, maxiter=None, *, atol=None):
    free = free_columns(A, b)
    x = np.eye(np.shape(A)[1])[:, free] @ np.linalg.lstsq(A[:, free], b)[0]
    return x, np.sqrt(np.sum((A @ x - b) ** 2))


nondifferentiable(free_columns)
