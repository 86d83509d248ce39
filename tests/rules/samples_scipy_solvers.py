"""Samples of `scipy.integrate` and `scipy.optimize`."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import integrate, optimize

from rules.harness import Sample, sample
from s2sgrad.rules.optional import functions

Y = np.array([0.3, -1.1, 0.7, 2.0, 0.1, -0.4, 1.3])
X = np.array([0.0, 0.4, 0.9, 1.1, 1.8, 2.3, 2.4])
A = np.arange(20.0).reshape(4, 5) % 7 * 0.3 - 0.8
START = np.array([1.0, 0.5])
TIMES = np.linspace(0.0, 1.0, 4)


def decay(y: Any, t: Any, k: Any) -> Any:
    return [-k * y[0] * y[1], k * y[0] - 0.2 * t]


def wave(t: Any, y: Any, k: Any) -> Any:
    return np.array([y[1], -k * y[0] + 0.1 * t])


def gauss(t: Any, k: Any, m: Any) -> Any:
    return np.exp(-k * (t - m) ** 2)


def gauss_root(x: Any, k: Any) -> Any:
    return np.exp(-k * x) - x


def equations(x: Any, k: Any, c: Any) -> Any:
    return [x[0] ** 2 + k * x[1] - c, x[0] - x[1] ** 3]


def objective(x: Any, k: Any, c: Any) -> Any:
    return (x[0] - k) ** 2 + k * (x[1] - c * x[0]) ** 2 + x[0] ** 4


def surface(y: Any, x: Any, k: Any) -> Any:
    return np.exp(-k * x * y)


NAMES = {"surface": surface, "LIMIT": lambda x: 1.0 + x, "RANGES": [[0.0, 1.0], (0.2, 0.9)],
         "integrate": integrate, "optimize": optimize, "decay": decay, "wave": wave, "gauss": gauss,
         "equations": equations, "objective": objective,
         "gauss_root": gauss_root, "TIMES": TIMES}


def one(fn: Any, code: str, tol: float = 1e-6, order: int = 1, wrt: tuple[str, ...] | None = None,
        **args: Any) -> Sample:
    return sample(fn, code, wrt=wrt, tol=tol, order=order, names=NAMES, **args)


SAMPLED = [
    one(integrate.trapezoid, "integrate.trapezoid(y, dx=h)", order=2, y=Y, h=0.3),
    one(integrate.trapezoid, "integrate.trapezoid(y, x)", order=2, y=Y, x=X),
    one(integrate.trapezoid, "integrate.trapezoid(a, axis=0)", order=2, a=A),
    one(integrate.cumulative_trapezoid, "integrate.cumulative_trapezoid(y, x, initial=0)", order=2, y=Y, x=X),
    one(integrate.cumulative_trapezoid, "integrate.cumulative_trapezoid(a, dx=h, axis=0)", order=2, a=A, h=0.3),
    *(one(fn, f"integrate.cumulative_simpson({code})", order=2, **given)
      for fn in functions("cumulative_simpson", library=integrate)
      for code, given in (("y, x=x, initial=x[0]", {"y": Y, "x": X}), ("a, dx=h, axis=0", {"a": A, "h": 0.3}),
                          ("a, axis=1, initial=a[:, :1]", {"a": A}))),
    one(integrate.simpson, "integrate.simpson(y, x=x)", order=2, y=Y, x=X),
    one(integrate.simpson, "integrate.simpson(y, x=x)", order=2, y=Y[:6], x=X[:6]),
    one(integrate.simpson, "integrate.simpson(a, dx=h)", order=2, a=A, h=0.3),
    one(integrate.simpson, "integrate.simpson(a, axis=0)", order=2, a=A),
]

INTEGRALS = [
    one(integrate.quad, "integrate.quad(np.exp, a, b)[0]", order=2, a=0.2, b=1.3),
    one(integrate.quad, "integrate.quad(gauss, a, b, args=(k, m))[0]", order=2, a=0.2, b=1.3, k=0.7, m=0.4),
    one(integrate.quad, "integrate.quad(gauss, -np.inf, b, args=(k, 0.1))[0]", order=2, b=1.3, k=0.7),
    one(integrate.quad, "v, e = integrate.quad(lambda t: np.exp(-k * t) * t, 0.0, b)\nv * v", order=2, b=1.3, k=0.7),
    one(integrate.quad, "integrate.quad(lambda t: integrate.quad(lambda s: np.sin(k * s * t), 0.0, b * t)[0], 0.0, 1.0)[0]",
        order=1, b=1.3, k=0.7),
    one(integrate.quad, "integrate.quad(lambda t: np.exp(-k * t) / t ** 0.5, 0.0, b)[0]", order=2, k=0.7, b=1.2),  # a pole
    one(integrate.quad, "integrate.quad(lambda t: math.log(k * t) / math.sqrt(t), 0.0, b)[0]", order=2, k=0.7, b=1.2),
    one(integrate.quad, "integrate.quad(lambda t: np.sum(np.cos(w * t)), 0.0, 1.0)[0]", order=2, w=Y[:3]),
    one(integrate.quad, "integrate.quad(lambda t: k * t, 0.0, 1.0)[0] + integrate.quad(lambda t: m * t, 0.0, k)[0]",
        order=2, k=0.7, m=0.4),
    one(integrate.fixed_quad, "integrate.fixed_quad(lambda t: np.exp(-k * t), a, b, n=6)[0]", order=2, a=0.2, b=1.3,
        k=0.7),
]

MULTIPLE = [
    one(integrate.dblquad, "integrate.dblquad(lambda y, x: k * x * y ** 2, 0, c, lambda x: x * k, lambda x: 1.0)[0]", order=2,
        k=0.7, c=1.3),
    one(integrate.dblquad, "integrate.dblquad(surface, 0, 1, k, LIMIT, args=(c,), epsabs=1e-10)[0]", k=0.2, c=1.3),
    sample(integrate.tplquad, "integrate.tplquad(lambda z, y, x: k * x * y * z, 0, 1, 0.0, c, 0.0, lambda x, y: x * y)[0]",
           order=1, modes=("forward",), names={"integrate": integrate}, k=0.7, c=0.4),
    one(integrate.nquad, "integrate.nquad(lambda x, y, q: np.exp(-q * x), [lambda y, q: [0., q * y], (0, c)], args=(k,))[0]",
        order=2, k=0.7, c=1.3),
    one(integrate.nquad, "integrate.nquad(np.cos, [[k, c]])[0]", k=0.7, c=1.3),
    one(integrate.nquad, "integrate.nquad(surface, RANGES, args=(k,))[0]", k=0.7),
]

EQUATIONS = [
    one(integrate.odeint, "integrate.odeint(decay, y, TIMES, args=(k,), rtol=1e-10, atol=1e-10)", tol=1e-5, order=2,
        y=START, k=0.7),
    one(integrate.odeint, "integrate.odeint(decay, y, t, args=(k,), rtol=1e-10, atol=1e-10)", tol=1e-5, order=2,
        y=START, k=0.7, t=TIMES + 0.1),
    one(integrate.odeint, "integrate.odeint(lambda y, t: -k * y[0] * t, v, TIMES, rtol=1e-10, atol=1e-10)",
        tol=1e-5, order=1, k=0.7, v=1.4),
    one(integrate.odeint, "integrate.odeint(lambda y, t: [-k * y[0] * t], 1.4, TIMES, rtol=1e-10, atol=1e-10)",
        tol=1e-5, order=2, k=0.7),
    one(integrate.odeint, "integrate.odeint(wave, y, TIMES, (k,), tfirst=True, rtol=1e-10, atol=1e-10)[-1]", tol=1e-5,
        order=2, y=START, k=0.7),
    one(integrate.solve_ivp, "integrate.solve_ivp(wave, (0, 1), y, t_eval=TIMES, args=(k,), rtol=1e-9, atol=1e-10).y",
        tol=1e-5, order=2, y=START, k=0.7),
    one(integrate.solve_ivp,
        "sol = integrate.solve_ivp(lambda t, y: -w * y, (0.0, 1.0), y, 'DOP853', t_eval=[0.5, 1.0],"
        " rtol=1e-9, atol=1e-10)\nsol.y[:, -1]", tol=1e-5, order=2, y=START, w=START),
]

ROOTS = [
    *(one(getattr(optimize, f), f"optimize.{f}(lambda x: x ** 3 + k * x - c, -2.0, 2.0)", order=2, k=0.7, c=1.3)
      for f in ("brentq", "brenth", "ridder")),
    one(optimize.brentq, "optimize.brentq(gauss_root, -1.0, 4.0, args=(k,))", order=2, k=0.7),
    one(optimize.newton, "optimize.newton(lambda x, q: x * x - q, 1.0, args=(k,))", order=2, k=0.7),
    one(optimize.root_scalar, "optimize.root_scalar(lambda x: x * x - k, bracket=[0.0, 4.0]).root", order=2, k=0.7),
    one(optimize.fsolve, "optimize.fsolve(equations, [1.0, 1.0], args=(k, c), xtol=1e-12)", order=2, k=0.7, c=1.3),
    one(optimize.root, "optimize.root(equations, [1.0, 1.0], args=(k, c), tol=1e-12).x", order=2, k=0.7, c=1.3),
    one(optimize.root, "optimize.root(lambda x: m @ x - x ** 3 - b, np.zeros(2), tol=1e-12).x", order=2, b=START,
        m=np.array([[2.0, 0.3], [-0.4, 1.7]])),
    one(optimize.fixed_point, "optimize.fixed_point(lambda x: np.cos(k * x) * c, 0.5, xtol=1e-12)", order=2, k=0.7, c=0.9),
]

MINIMA = [
    one(optimize.minimize,
        "r = optimize.minimize(objective, np.ones(2), args=(k, c), tol=1e-12)\nr.x[0] * r.x[1] + r.fun",
        tol=1e-4, order=2, k=0.7, c=1.3),
    one(optimize.minimize_scalar,
        "r = optimize.minimize_scalar(lambda z: (z - c) ** 2 + k * z ** 4, tol=1e-12)\nr.x + r.fun",
        tol=1e-4, order=2, k=0.7, c=1.3),
    sample(optimize.least_squares,
           "optimize.least_squares(lambda p: p[0] * np.exp(-p[1] * TIMES) - data, np.ones(2), xtol=1e-14,"
           " ftol=1e-14, gtol=1e-14).x", data=np.array([1.3, 0.9, 0.4, 0.5]), tol=1e-4, order=2, names=NAMES),
    one(optimize.least_squares, "optimize.least_squares(lambda p, q: [p[0] - q, p[0] * q - 1.0, p[0] ** 2], 1.0, xtol=1e-14,"
        " ftol=1e-14, gtol=1e-14, args=(c,)).cost", tol=1e-4, c=1.3),
    one(optimize.newton, "optimize.newton(lambda x: x * x - k * x - c, 2.0, fprime=lambda x: 2.0 * x - k)", order=2, k=0.7,
        c=1.3),
    one(optimize.root, "optimize.root(lambda x: x ** 3 - b, np.ones(2), jac=lambda x: np.diag(3.0 * x ** 2), tol=1e-12).x",
        b=START),
    one(optimize.minimize, "optimize.minimize(lambda x: np.sum((x - b) ** 2 + x ** 4), np.zeros(2), method='L-BFGS-B', tol=1e-14,"
        " jac=lambda x: 2.0 * (x - b) + 4.0 * x ** 3).x", tol=1e-4, b=START),
    one(optimize.minimize, "optimize.minimize(lambda x: (np.sum((x - b) ** 2 + x ** 4), 2.0 * (x - b) + 4.0 * x ** 3),"
        " np.zeros(2), jac=True, tol=1e-14).x", tol=1e-4, order=2, b=START),
    one(optimize.minimize, "r = optimize.minimize(lambda x: np.sum((x - b) ** 2 + x ** 4) + b[0] * x[0] * x[1], np.zeros(2),"
        " bounds=[(None, 5), (0, 0.1)], tol=1e-14, jac=lambda x: 2.0 * (x - b) + 4.0 * x ** 3 + b[0] * x[::-1])\n(r.x, r.fun)",
        tol=1e-4, order=2, b=START),
    one(optimize.minimize_scalar, "r = optimize.minimize_scalar(lambda z: (z - c) ** 2, bounds=(0, 0.5), method='bounded',"
        " options={'xatol': 1e-12})\nr.x * c + r.fun", tol=1e-4, order=2, c=1.3),
    one(optimize.minimize_scalar, "optimize.minimize_scalar(lambda z: (z - c) ** 2 + z ** 4, bounds=(0, 5.0), method='bounded',"
        " options={'xatol': 1e-10}).x", tol=1e-4, order=2, c=1.3),
    sample(optimize.least_squares,
           "r = optimize.least_squares(lambda p: p[0] * np.exp(-p[1] * TIMES) - data, np.array([1.0, 0.5]), xtol=1e-14,"
           " ftol=1e-14, gtol=1e-14, bounds=([0.0, 0.0], [10.0, 0.8]))\nr.x[0] + r.cost",
           data=np.array([1.3, 0.9, 0.4, 0.5]), tol=1e-4, order=1, names=NAMES),
    one(optimize.leastsq, "optimize.leastsq(lambda p: p[0] * np.exp(-p[1] * TIMES) - y, np.ones(2), xtol=1e-14, ftol=1e-14)[0]",
        tol=1e-4, y=np.array([1.3, 0.9, 0.4, 0.5])),
    one(optimize.curve_fit, "optimize.curve_fit(lambda t, a, k: a * np.exp(-k * t), x, y, [1.0, 1.0], xtol=1e-14, ftol=1e-14)[0]",
        tol=1e-3, x=TIMES, y=np.array([1.3, 0.9, 0.4, 0.5])),
    one(optimize.curve_fit, "optimize.curve_fit(lambda t, a, k: a * np.exp(-k * t) + c, TIMES, y, [1.0, 1.0], xtol=1e-14,"
        " ftol=1e-14)[0]", tol=1e-3, c=0.1, y=np.array([1.3, 0.9, 0.4, 0.5])),
    one(optimize.fmin, "optimize.fmin(lambda z: (z[0] - k) ** 2 + (z[1] - c * z[0]) ** 2, np.ones(2), xtol=1e-10, ftol=1e-14,"
        " disp=0)", tol=1e-3, k=0.7, c=1.3),
    one(optimize.fmin_bfgs, "optimize.fmin_bfgs(lambda z: (z[0] - k) ** 2 + (z[1] - c * z[0]) ** 2, np.ones(2), gtol=1e-9,"
        " disp=0)", tol=1e-3, k=0.7, c=1.3),
    one(optimize.brent, "optimize.brent(lambda z: (z - c) ** 2 + k * z ** 4, tol=1e-12)", tol=1e-4, k=0.7, c=1.3),
    one(optimize.rosen, "optimize.rosen(y)", order=2, y=Y),
    one(optimize.rosen_der, "optimize.rosen_der(y)", order=2, y=Y),
]

LEAST = [
    one(optimize.nnls, "optimize.nnls(a, b)", a=np.array([[1.4, 0.3, 0.2], [0.5, 1.7, 0.4], [0.1, 0.6, 1.9], [0.8, 0.2, 0.3]]),
        b=np.array([1.2, -0.4, 0.9, 0.6]), tol=1e-5),
    one(optimize.toms748, "optimize.toms748(lambda z: z ** 3 + k * z - c, 0.0, 3.0, xtol=1e-14)", tol=1e-5, k=0.7, c=1.3),
    one(optimize.toms748, "optimize.toms748(lambda z, q: z ** 3 + z - q, 0.0, 3.0, (c,), xtol=1e-14)", tol=1e-5, c=1.3),
    one(integrate.romb, "integrate.romb(y, h)", y=np.append(Y, [0.3, 0.8]), h=0.3),
    one(integrate.romb, "integrate.romb(a, axis=1)", a=A),
]

SAMPLES: list[Sample] = [*LEAST, *SAMPLED, *INTEGRALS, *MULTIPLE, *EQUATIONS, *ROOTS, *MINIMA]
