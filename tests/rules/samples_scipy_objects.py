"""Samples of `scipy.interpolate` and `scipy.sparse`."""
from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from scipy import interpolate, sparse
from scipy.sparse import linalg

from rules.harness import Sample, sample

T = np.linspace(0.0, 3.0, 7)
D = np.sin(T)
D2 = np.stack([np.sin(T), np.cos(T)], axis=1)
X = np.array([0.3, 1.7, 2.2])
X2 = np.array([[0.3, 1.7, 2.2], [1.1, 0.6, 2.9]])
BEYOND = np.array([-0.4, 1.7, 3.3])
KNOTS = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 1.5, 2.0, 3.0, 3.0, 3.0, 3.0])
SPLINE = interpolate.CubicSpline(T, D)
SURFACE = interpolate.bisplrep(np.repeat(T, 7), np.tile(T, 7), np.ravel(np.outer(D, 1.0 + T * T)), s=0)
FLAT = interpolate.bisplrep(np.repeat(T, 7), np.tile(T, 7), np.ravel(np.outer(D, 1.0 + T * T)), kx=1, ky=1, s=0)
ROWS, COLUMNS = np.array([0, 1, 2, 0, 2]), np.array([0, 1, 2, 2, 0])
V = np.array([2.0, 3.0, 4.0, 1.0, 1.5])
B = np.array([1.0, 2.0, -1.0])
A = sparse.csr_array((V, (ROWS, COLUMNS)), shape=(3, 3))
LU = linalg.splu(sparse.csc_array((V, (ROWS, COLUMNS)), shape=(3, 3)))
NAMES = {"interpolate": interpolate, "sparse": sparse, "linalg": linalg, "T": T, "D": D, "D2": D2, "SPLINE": SPLINE,
         "ROWS": ROWS,
         "KNOTS": KNOTS, "COLUMNS": COLUMNS, "A": A, "LU": LU, "SURFACE": SURFACE, "FLAT": FLAT}


def one(fn: Any, code: str, tol: float = 1e-6, order: int = 2, wrt: tuple[str, ...] | None = None,
        **args: Any) -> Sample:
    return sample(fn, code, wrt=wrt, tol=tol, order=order, names=NAMES, **args)


_PP, _BS = interpolate.PPoly.__call__, interpolate.BSpline.__call__
SPLINES = [
    one(_PP, "SPLINE(x)", x=X),
    one(_PP, "SPLINE(x)", x=0.7),
    one(_PP, "SPLINE(x, 1)", x=X2),
    one(_PP, "s = interpolate.CubicSpline(T, D2, bc_type='natural')\ns(x)", x=X2),
    one(_PP, "interpolate.PchipInterpolator(T, D)(x)", x=X),
    one(_PP, "interpolate.Akima1DInterpolator(T, D)(x)", x=X),
    one(_PP, "interpolate.CubicSpline(T, D2.T, axis=1)(x)", x=X),
    one(_PP, "SPLINE.derivative()(x) * SPLINE.antiderivative()(x)", x=X),
    one(interpolate.PPoly.integrate, "SPLINE.integrate(a, b)", a=0.2, b=2.3),
    one(_BS, "s = interpolate.make_interp_spline(T, D)\ns(x) * s.derivative()(x)", x=X),
    one(_BS, "interpolate.make_interp_spline(T, D2, k=2)(x)", x=X),
    one(interpolate.BSpline.integrate, "interpolate.make_interp_spline(T, D).integrate(a, 2.0)", a=0.2),
    one(interpolate.UnivariateSpline.__call__, "interpolate.UnivariateSpline(T, D, s=0)(x)", x=X),
    one(interpolate.UnivariateSpline.integral, "interpolate.InterpolatedUnivariateSpline(T, D).integral(a, b)", a=0.2,
        b=1.3),
    one(interpolate.splev, "interpolate.splev(x, interpolate.splrep(T, D))", x=X),
    one(interpolate.splint, "interpolate.splint(a, b, interpolate.splrep(T, D))", a=0.2, b=1.3),
    one(interpolate.splev, "interpolate.splev(x, [*interpolate.splrep(T, D)], 1)", x=0.7),
    one(interpolate.bisplev, "interpolate.bisplev(x, y, SURFACE)", x=0.7, y=1.2),
    one(interpolate.bisplev, "interpolate.bisplev(x, y, SURFACE)", x=np.sort(X), y=0.4),
    one(interpolate.bisplev, "interpolate.bisplev(x, y, SURFACE)", x=0.4, y=np.sort(X)),
    one(interpolate.bisplev, "interpolate.bisplev(x, y, SURFACE)", x=np.array([0.3, 1.1]), y=np.array([0.2, 0.7, 1.5])),
    one(interpolate.bisplev, "interpolate.bisplev(x, y, FLAT)", x=0.7, y=1.2),
    one(interpolate.bisplev, "interpolate.bisplev(x, y, FLAT)", x=np.sort(BEYOND), y=0.4),
    *(one(interpolate.splev, f"interpolate.splev(x, interpolate.splrep(T, D, k={k}), 0, {ext})", x=BEYOND)
      for k in (1, 3) for ext in (0, 1, 3)),
    *(one(interpolate.UnivariateSpline.__call__, f"interpolate.InterpolatedUnivariateSpline(T, D, k={k}, ext={ext})(x)", x=BEYOND)
      for k in (1, 3) for ext in (0, 1, 3)),
    one(interpolate.UnivariateSpline.__call__, "interpolate.InterpolatedUnivariateSpline(T, v, ext='const')(x)", v=D, x=BEYOND),
    one(interpolate.UnivariateSpline.integral, "interpolate.InterpolatedUnivariateSpline(T, D).integral(a, b)", a=-0.2, b=9.3),
    one(interpolate.splint, "interpolate.splint(a, b, interpolate.splrep(T, D))", a=-0.2, b=9.3),
    *(one(interpolate.RectBivariateSpline.ev, f"interpolate.RectBivariateSpline(T, T, np.outer(D, D), kx={k}, ky=2).ev(x, y)",
          x=BEYOND, y=X) for k in (1, 3)),
    one(interpolate.RectBivariateSpline.__call__, "interpolate.RectBivariateSpline(T, T, np.outer(D, D), kx=1, ky=1)(x, y)",
        x=np.sort(BEYOND), y=X[:2]),
    *(one(interpolate.interp1d.__call__, f"interpolate.interp1d(T, D, kind='{k}')(x)", order=1, x=X)
      for k in ("linear", "cubic", "quadratic")),
    one(interpolate.interp1d.__call__, "interpolate.interp1d(T, D2, axis=0, fill_value='extrapolate')(x)", order=1,
        x=BEYOND),
    one(interpolate.interp1d.__call__, "interpolate.interp1d(T, D2.T, bounds_error=False, fill_value=0.0)(x)", order=1,
        x=BEYOND),
    one(interpolate.interp1d.__call__, "interpolate.KroghInterpolator(T, D)(x)", order=1, x=X),
    *(one(f.__call__, "interpolate.BarycentricInterpolator(T, D)(x)", order=1, x=X)
      for f in [interpolate.BarycentricInterpolator] if hasattr(f, "derivative")),
    one(interpolate.RectBivariateSpline.ev, "interpolate.RectBivariateSpline(T, T, np.outer(D, D)).ev(x, y)", x=X,
        y=X2[1]),
    one(interpolate.RectBivariateSpline.__call__, "interpolate.RectBivariateSpline(T, T, np.outer(D, D))(x, y)", x=X,
        y=X[:2]),
    one(interpolate.RegularGridInterpolator.__call__, "interpolate.RegularGridInterpolator((T, T), np.outer(D, D))(x)",
        order=1,
        x=X2.T),
    one(interpolate.interpn, "interpolate.interpn(([0.0, 1.0, 3.0], [0.0, 2.0]), [[v, 1.0], [v * v, v], [3.0, 2.0]], x)", order=1,
        v=1.3, x=np.array([[0.4, 1.2], [2.3, 0.7]])),
    one(interpolate.interpn, "interpolate.interpn((T, T), v, x, method='nearest')", order=1, v=np.outer(D, D), x=X2.T),
    one(interpolate.interpn, "interpolate.interpn((T, T), v, x)", order=1, v=np.outer(D, D), x=X2.T),
    one(interpolate.interpn, "interpolate.interpn((T, T), np.outer(D, D), x, bounds_error=False, fill_value=0.0)",
        order=1,
        x=np.stack([BEYOND, X], axis=1)),
]

VALUES = [
    one(_PP, "s = interpolate.CubicSpline(T, v)\ns(x)", v=D, x=X),
    one(_PP, "interpolate.CubicSpline(T, v * v, bc_type='natural')(x, 1)", v=D2, x=X),
    one(_PP, "interpolate.PchipInterpolator(T, v)(x)", v=D, x=X),
    one(interpolate.pchip_interpolate, "interpolate.pchip_interpolate(T, v, x)", v=D, x=X),
    *(one(_PP, f"interpolate.Akima1DInterpolator(T, v{m})(x)", v=v, x=X) for v in (D ** 2 - T, D2)
      for m in ("", ", method='makima'")),
    one(_PP, "interpolate.CubicSpline(T, v).derivative()(x)", v=D, x=X),
    one(_PP, "s = interpolate.CubicSpline(T, v)\ns.derivative(2)(x) + s(0.5)", v=D, x=X),
    one(_PP, "interpolate.PchipInterpolator(T, v)(x)", v=D2, x=X2),
    one(_PP, "interpolate.PchipInterpolator(T, v)(x, 1) * x", v=D, x=X),
    one(_PP, "s = interpolate.PchipInterpolator(T, v)\ns(x, 2) + s(0.5)", order=1, v=D[::-1] ** 2, x=X),
    one(_BS, "s = interpolate.make_interp_spline(T, v, k=2)\ns(x) + s(0.5)", order=1, v=D, x=X),
    one(_BS, "interpolate.make_interp_spline(T, v)(x)", v=D, x=X),
    one(_BS, "interpolate.BSpline(KNOTS, v, 3)(x)", v=D, x=X),
    one(_BS, "interpolate.BSpline(KNOTS, v, 3, axis=1)(x, 1)", v=D2.T, x=X),
    one(_BS, "interpolate.make_lsq_spline(T, v, [0.0, 0.0, 1.2, 3.0, 3.0], k=1)(x)", order=1, v=D, x=X),
    one(interpolate.UnivariateSpline.__call__, "interpolate.InterpolatedUnivariateSpline(T, v)(x)", v=D, x=X),
    one(interpolate.UnivariateSpline.__call__, "s = interpolate.LSQUnivariateSpline(T, v, [2.0])\ns(x, 1)", v=D, x=X),
    one(interpolate.interp1d.__call__, "interpolate.interp1d(T, v)(x)", v=D, x=X),
    one(interpolate.interp1d.__call__, "interpolate.KroghInterpolator(T, v)(x)", v=D, x=X),
    one(interpolate.interp1d.__call__, "interpolate.interp1d(T, v, 'cubic', axis=1)(x)", order=1, v=D2.T, x=X2),
    one(interpolate.interp1d.__call__, "interpolate.interp1d(T, v, bounds_error=False, fill_value=2.0)(x)", order=1,
        v=D,
        x=BEYOND),
    one(interpolate.RegularGridInterpolator.__call__, "g = interpolate.RegularGridInterpolator((T, T), v)\ng(x)",
        order=1,
        v=np.outer(D, D), x=X2.T),
]

PRODUCTS = [
    *(one(sparse.csr_array.sum, f"sparse.csr_array(m).sum({axis}) ** 2", m=np.array([[0.3, 0.7], [1.2, -0.4]]))
      for axis in ("", "axis=0", "axis=1")),
    one(sparse.csr_array.toarray, "sparse.csr_array((v * v, (ROWS, COLUMNS)), shape=(3, 3)).toarray() ** 2", v=V),
    one(sparse.csr_array.sum, "sparse.csr_array((v * v, (ROWS, COLUMNS)), shape=(3, 3)).sum(axis=1) ** 2", v=V),
    *(one(sparse.csr_array.mean, f"m = sparse.csr_array((v, (ROWS, COLUMNS)), shape=(3, 3)) + A\n{mean}", order=1, v=V)
      for mean in ("m.mean() ** 2", "(2.0 * m).mean(axis=0)", "m.mean(1)")),
    one(sparse.csr_array.multiply, "A.multiply(m).toarray()", order=1,
        m=np.array([[0.3, 0.7, 0.2], [1.2, -0.4, 0.5], [0.1, 0.6, 0.9]])),
    one(sparse.csr_array.multiply, "A.multiply(x).sum(axis=1) * x", order=1, x=B),
    one(sparse.csr_array.multiply, "sparse.csr_array((v, (ROWS, COLUMNS)), shape=(3, 3)).multiply(k * A) @ x", order=1,
        v=V, k=0.7, x=B),
    one(sparse.csr_array.power, "sparse.csr_array((v, (ROWS, COLUMNS)), shape=(3, 3)).power(3).todense()", order=1, v=V),
    one(sparse.csr_array.todense, "sparse.csr_array((v, (ROWS, COLUMNS)), shape=(3, 3)).todense() @ x", order=1, v=V, x=B),
    one(sparse.csr_array.dot, "A @ x", x=B),
    one(sparse.csr_array.dot, "x @ A", x=B),
    one(sparse.csr_array.dot, "A.dot(x)", x=B),
    one(sparse.csr_array.dot, "A.T @ m", m=X2.T),
    one(sparse.csr_array, "sparse.csr_array((v, (ROWS, COLUMNS)), shape=(3, 3)) @ x", order=1, v=V, x=B),
    one(sparse.csr_matrix, "m = sparse.csr_matrix((v, [0, 2, 1, 2, 0], [0, 2, 3, 5]), shape=(3, 3))\nm.dot(x)", order=1,
        v=V, x=B),
    one(sparse.coo_array, "m = sparse.coo_array((v, (ROWS, COLUMNS)), shape=(3, 3)).tocsr() + 2.0 * A\nx @ m", order=1,
        v=V,
        x=B),
    one(sparse.csr_array.toarray, "(s * sparse.csc_array((v, (ROWS, COLUMNS)), shape=(3, 3))).toarray()", order=1, v=V,
        s=0.7),
    one((sparse.coo_array.tocsr, sparse.csr_array.tocsc), "m = sparse.coo_array((v, (ROWS, COLUMNS)), shape=(3, 3))\n"
        "m.tocsr().tocsc() @ x", order=1, v=V, x=B),
    one(sparse.csr_array.sum, "sparse.csr_array((v, (ROWS, COLUMNS)), shape=(3, 3)).sum(axis=0)", order=1, v=V),
    one(sparse.diags, "sparse.diags([v, w], [0, 1], format='csr') @ x", order=1, v=V[:3], w=V[:2], x=B),
]

#: Since SciPy 1.12 they have the options that the derivatives need.
ITERATIVE = ("gmres", "cgs", "bicg", "bicgstab") if "rtol" in inspect.signature(linalg.cg).parameters else ()
SYSTEMS = [
    one(linalg.spsolve, "linalg.spsolve(A, x)", x=B),
    one(linalg.spsolve, "linalg.spsolve(sparse.csc_matrix((v, (ROWS, COLUMNS)), shape=(3, 3)), x)", order=1, v=V, x=B),
    one(linalg.SuperLU.solve, "LU.solve(x) ** 2", x=B),
    *(one(getattr(linalg, f), f"linalg.{f}(A, x, rtol=1e-12)[0]", order=1, x=B) for f in ITERATIVE),
    *(one(linalg.cg, "m = sparse.csr_array((v, (ROWS, COLUMNS)), shape=(3, 3))\n"
          "linalg.cg(m @ m.T + A @ A.T, x, rtol=1e-13)[0]", order=1, v=V, x=B) for _ in ITERATIVE[:1]),
]

THROUGH_POINTS = [
    *(one(getattr(interpolate, f), f"interpolate.{f}(T, y, x)", order=1, y=D, x=X)
      for f in ("krogh_interpolate", "barycentric_interpolate")),
    *(one(getattr(interpolate, f).__call__, f"interpolate.{f}(T, y)(x)", order=1, y=D, x=X)
      for f in ("KroghInterpolator", "BarycentricInterpolator")),
]

SAMPLES: list[Sample] = [*THROUGH_POINTS, *SPLINES, *VALUES, *PRODUCTS, *SYSTEMS]
