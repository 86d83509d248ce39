"""Derivatives of NumPy's functions on polynomials, whose coefficients come highest power first."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.runtime.linalg import lstsq_adjoint, lstsq_tangent
from s2sgrad.runtime.precision import real_like
from s2sgrad.runtime.products import convolve_adjoint
from s2sgrad.runtime.spectra import fit_to
from s2sgrad.runtime.values import quotient


def polyder_adjoint(by: Any, p: Any, m: int) -> Any:
    """The adjoint of `p` in ``np.polyder(p, m)``; the last `m` coefficients do not matter."""
    n = np.size(p)
    factors = np.polyder(np.ones(n), m)
    return real_like(np.append(by[np.size(by) - np.size(factors):] * factors, np.zeros(n - np.size(factors))), p)


def polyint_adjoint(by: Any, p: Any, m: int) -> Any:
    """The adjoint of `p` in ``np.polyint(p, m)``; of no `p`, that of the constants of integration."""
    n = np.size(p)
    if n:
        return real_like(by[:n] * np.polyint(np.ones(n), m)[:n], p)
    return by[np.size(by) - m:] * np.polyint(np.zeros(0), m, np.ones(m))


def polyint_tangent(dp: Any, m: int, dk: Any) -> Any:
    """The tangent of ``np.polyint(p, m, k)``."""
    return np.polyint(dp, m, np.broadcast_to(dk, (m,)))


def polyadd_adjoint(by: Any, a: Any) -> Any:
    """The adjoint of a summand of `np.polyadd`: the lowest coefficients, in the shape of `a`."""
    if np.ndim(by) > 1:
        raise NotImplementedError("sums of polynomials whose coefficients have several axes have no derivative here")
    return real_like(np.reshape(np.ravel(by)[np.size(by) - np.size(a):], np.shape(a)), a)


def polymul_adjoint(by: Any, a: Any, b: Any) -> Any:
    """The adjoint of the factor `a` in ``np.polymul(a, b)``, which drops leading zeros."""
    whole = np.append(np.zeros(np.size(a) + np.size(b) - 1 - np.size(by)), by)
    return np.reshape(convolve_adjoint(whole, np.ravel(a), np.ravel(b), "full"), np.shape(a))


def division_matrix(v: Any, n: int) -> Any:
    """The matrix that takes quotient and remainder of a division by `v`, one after the other, to `n` coefficients."""
    m = np.size(v)
    columns = [np.concatenate([np.zeros(k), v, np.zeros(n - m - k)]) for k in range(n - m + 1)]
    return np.concatenate([np.stack(columns, axis=1), np.eye(n)[:, n - m + 1:]], axis=1)


def polydiv_adjoint(bq: Any, br: Any, u: Any, v: Any, q: Any) -> tuple[Any, Any]:
    """The adjoints of `u` and `v` in ``q, r = np.polydiv(u, v)``, from ``u = q v + r``."""
    n, m = np.size(u), np.size(v)
    if n < m:
        return real_like(np.reshape(np.broadcast_to(br, n) + 0.0, np.shape(u)), u), np.zeros(np.shape(v))
    rest = np.append(np.zeros(max(0, m - 1 - np.size(br))), br) if np.ndim(br) else np.full(m - 1, br)
    rest = rest[np.size(rest) - (m - 1):]
    whole = np.append(np.broadcast_to(bq, n - m + 1), rest)
    bu = np.linalg.solve(division_matrix(np.atleast_1d(v), n).T, whole)
    bv = -np.array([bu[k:k + n - m + 1] @ q for k in range(m)])
    return real_like(np.reshape(bu, np.shape(u)), u), real_like(np.reshape(bv, np.shape(v)), v)


def polydiv_tangent(du: Any, dv: Any, u: Any, v: Any, q: Any, r: Any) -> tuple[Any, Any]:
    """The tangents of quotient and remainder."""
    n, m = np.size(u), np.size(v)
    if n < m:
        return np.zeros(np.shape(q)), np.broadcast_to(du, np.shape(r))
    moved = np.broadcast_to(du, n) - np.convolve(q, np.broadcast_to(dv, m))
    both = np.linalg.solve(division_matrix(np.atleast_1d(v), n), moved)
    rest = np.append(np.zeros(max(1, np.size(r) - m + 1)), both[n - m + 1:])
    return both[:n - m + 1], rest[np.size(rest) - np.size(r):]


def _weighted(x: Any, y: Any, deg: int, w: Any) -> tuple[Any, Any, Any]:
    """The least-squares problem that `np.polyfit` solves, and its weights."""
    w = np.ones(np.size(x)) if w is None else np.asarray(w)
    y = np.asarray(y)
    return np.vander(x, deg + 1) * w[:, None], y * (w if np.ndim(y) == 1 else w[:, None]), w


def polyfit_adjoint(bc: Any, x: Any, y: Any, deg: int, w: Any, c: Any) -> tuple[Any, Any, Any]:
    """The adjoints of `x`, `y` and `w` in ``c = np.polyfit(x, y, deg, w=w)``."""
    a, b, _ = _weighted(x, y, deg, w)
    ba, bb = lstsq_adjoint(bc, 0.0, 0.0, a, b, c)
    return _of_samples(ba, bb, x, y, deg, w)


def polyfit_full_adjoint(bc: Any, bresiduals: Any, bs: Any, x: Any, y: Any, deg: int, w: Any, c: Any) -> tuple[Any, Any, Any]:
    """The adjoints of `x`, `y` and `w` in ``c, residuals, rank, s, rcond = np.polyfit(x, y, deg, w=w, full=True)``.

    `s` are the singular values of the matrix with columns of length one.
    """
    a, b, _ = _weighted(x, y, deg, w)
    _require_real(a, b)
    ba, bb = lstsq_adjoint(bc, bresiduals, 0.0, a, b, c)
    scale = np.linalg.norm(a, axis=0)
    u, _, vh = np.linalg.svd(a / scale, full_matrices=False)
    bunit = (u * bs) @ vh
    return _of_samples(ba + (bunit - a / scale * np.sum(bunit * a / scale, axis=0)) / scale, bb, x, y, deg, w)


def polyfit_full_tangent(dx: Any, dy: Any, x: Any, y: Any, deg: int, w: Any, dw: Any, fit: Any) -> tuple[Any, ...]:
    """The tangents of what ``np.polyfit(x, y, deg, w=w, full=True)`` gives."""
    a, b, _ = _weighted(x, y, deg, w)
    _require_real(a, b)
    da, db = _moved_problem(dx, dy, x, y, deg, w, dw)
    c = fit[0]
    r = a @ c - b
    dresiduals = 2.0 * np.sum(np.reshape(r * (da @ c - db), (np.size(x), -1)), axis=0)  # `r` is orthogonal to ``a @ dc``
    scale = np.linalg.norm(a, axis=0)
    dunit = (da - a / scale * np.sum(da * a / scale, axis=0)) / scale
    u, _, vh = np.linalg.svd(a / scale, full_matrices=False)
    return (lstsq_tangent(da, db, a, b, c), dresiduals[:np.size(fit[1])], 0.0, np.sum(u * (dunit @ vh.T), axis=0), 0.0)


def polyfit_cov_adjoint(bc: Any, bcov: Any, x: Any, y: Any, deg: int, w: Any, c: Any, cov: Any) -> tuple[Any, Any, Any]:
    """The adjoints of `x`, `y` and `w` in ``c, v = np.polyfit(x, y, deg, w=w, cov=cov)``."""
    a, b, _ = _weighted(x, y, deg, w)
    inverse, r, f = _covariance(a, b, c, cov)
    bcov = bcov + np.zeros((deg + 1, deg + 1, np.size(f))[:2 + (np.ndim(y) == 2)])
    bv = np.reshape(bcov, (deg + 1, deg + 1, -1))
    q = inverse @ (np.sum(bv, axis=-1) if cov == "unscaled" else bv @ f) @ inverse
    ba, bb = lstsq_adjoint(bc, 0.0, 0.0, a, b, c)
    ba = ba - a @ (q + q.T)
    if cov != "unscaled":
        br = 2.0 / (np.size(x) - deg - 1) * r * np.sum(bv * inverse[:, :, None], axis=(0, 1))
        ba = ba + br @ np.reshape(c, (deg + 1, -1)).T
        bb = bb - np.reshape(br, np.shape(bb))
    return _of_samples(ba, bb, x, y, deg, w)


def polyfit_cov_tangent(dx: Any, dy: Any, x: Any, y: Any, deg: int, w: Any, dw: Any, c: Any, cov: Any) -> tuple[Any, Any]:
    """The tangents of the coefficients and their covariance."""
    a, b, _ = _weighted(x, y, deg, w)
    inverse, r, f = _covariance(a, b, c, cov)
    da, db = _moved_problem(dx, dy, x, y, deg, w, dw)
    dc = lstsq_tangent(da, db, a, b, c)
    moved = da.T @ a
    dinverse = -inverse @ (moved + moved.T) @ inverse
    if cov == "unscaled":
        return dc, np.reshape(dinverse, (deg + 1, deg + 1, 1)[:1 + np.ndim(y)])
    dr = np.reshape(da @ c + a @ dc - db, np.shape(r))
    df = 2.0 / (np.size(x) - deg - 1) * np.sum(r * dr, axis=0)
    return dc, np.reshape(np.multiply.outer(dinverse, f) + np.multiply.outer(inverse, df),
                          (deg + 1, deg + 1, *np.shape(y)[1:]))


def _covariance(a: Any, b: Any, c: Any, cov: Any) -> tuple[Any, Any, Any]:
    """The inverse of the normal matrix, the residuals, one fit a column, and what multiplies the inverse for each."""
    _require_real(a, b)
    r = np.reshape(a @ c - b, (np.shape(a)[0], -1))
    f = np.ones(1) if cov == "unscaled" else np.sum(r * r, axis=0) / (np.shape(a)[0] - np.shape(a)[1])
    return np.linalg.inv(a.T @ a), r, f


def _require_real(a: Any, b: Any) -> None:
    if np.iscomplexobj(a) or np.iscomplexobj(b):
        raise TypeError("derivatives of np.polyfit with full=True or cov=True are for real samples")


def _of_samples(ba: Any, bb: Any, x: Any, y: Any, deg: int, w: Any) -> tuple[Any, Any, Any]:
    """The adjoints of `x`, `y` and `w` from those of the least-squares problem."""
    weights = np.ones(np.size(x)) if w is None else np.asarray(w)
    y = np.asarray(y)
    powers = np.arange(deg, -1, -1)
    slopes = powers * np.power(np.expand_dims(x, 1), np.maximum(powers - 1, 0))
    bx = np.sum(ba * slopes * weights[:, None], axis=1)
    by = bb * (weights if np.ndim(y) == 1 else weights[:, None])
    bw = np.sum(ba * np.vander(x, deg + 1), axis=1) + (bb * y if np.ndim(y) == 1 else np.sum(bb * y, axis=1))
    return bx, by, bw


def polyfit_tangent(dx: Any, dy: Any, x: Any, y: Any, deg: int, w: Any, dw: Any, c: Any) -> Any:
    """The tangent of ``c = np.polyfit(x, y, deg, w=w)``."""
    a, b, _ = _weighted(x, y, deg, w)
    return lstsq_tangent(*_moved_problem(dx, dy, x, y, deg, w, dw), a, b, c)


def _moved_problem(dx: Any, dy: Any, x: Any, y: Any, deg: int, w: Any, dw: Any) -> tuple[Any, Any]:
    """The tangents of the least-squares problem."""
    weights = np.ones(np.size(x)) if w is None else np.asarray(w)
    y = np.asarray(y)
    powers = np.arange(deg, -1, -1)
    slopes = powers * np.power(np.expand_dims(x, 1), np.maximum(powers - 1, 0))
    dw = np.broadcast_to(0.0 if dw is None else dw, np.shape(x))
    da = slopes * np.reshape(np.broadcast_to(dx, np.shape(x)) * weights, (-1, 1)) + np.vander(x, deg + 1) * dw[:, None]
    columns = (slice(None), None) if np.ndim(y) == 2 else slice(None)
    db = np.broadcast_to(dy, np.shape(y)) * weights[columns] + y * dw[columns]
    return da, db


def roots_adjoint(by: Any, y: Any, p: Any) -> Any:
    """The adjoint of `p` in ``y = np.roots(p)``: a simple root moves by ``-dp(y) / p'(y)``.

    A multiple root has no derivative, and does no harm where nothing uses it. Zero coefficients at the end are roots at
    zero; those in front are dropped.
    """
    p = np.asarray(p)
    found = np.flatnonzero(p)
    first = int(found[0]) if len(found) else 0
    q = p[first:]
    b = -quotient(by, np.polyval(np.polyder(q), y)) @ np.vander(y, np.size(q))
    b = b if np.iscomplexobj(p) else np.real(b)
    return np.append(np.zeros(first), b)


def roots_tangent(dp: Any, y: Any, p: Any) -> Any:
    """The tangent of ``y = np.roots(p)``."""
    return -quotient(np.polyval(dp, y), np.polyval(np.polyder(p), y))


def _without(z: Any) -> list[Any]:
    """For each root, the polynomial that the others have."""
    return [np.atleast_1d(np.poly(np.delete(z, n))) for n in range(np.size(z))]


def poly_adjoint(by: Any, z: Any) -> Any:
    """The adjoint of the zeros `z` in ``np.poly(z)``."""
    if np.ndim(z) == 2:
        raise NotImplementedError("np.poly of a matrix has no derivative; take np.poly(np.linalg.eigvals(a))")
    b = np.array([-(by[1:] @ rest) for rest in _without(z)])
    return real_like(b, z)


def poly_tangent(dz: Any, z: Any) -> Any:
    """The tangent of ``np.poly(z)``."""
    if np.ndim(z) == 2:
        raise NotImplementedError("np.poly of a matrix has no derivative; take np.poly(np.linalg.eigvals(a))")
    moved = sum(-t * rest for t, rest in zip(np.asarray(dz), _without(z)))
    return np.append(0.0, moved)


# ---- series, whose coefficients come lowest degree first ------------------------------------------------------------

def series_product_adjoint(by: Any, other: Any, c: Any, mul: Any) -> Any:
    """The adjoint of the factor `c` in ``mul(c, other)``, the product of two series."""
    return series_map_adjoint(by, c, lambda unit: mul(unit, other))


def series_map_adjoint(by: Any, c: Any, fn: Any) -> Any:
    """The adjoint of the series `c` in ``fn(c)``, which is linear in it and leaves zeros at its end away."""
    images = [fn(unit) for unit in np.eye(np.size(c))]
    return real_like(np.array([np.dot(by[:len(image)], image[:len(by)]) for image in images]).reshape(np.shape(c)), c)


def fit_each(b: Any, arrays: Any) -> list[Any]:
    """The elements of `b`, each cut or continued with zeros to the shape of an array."""
    return [np.reshape(fit_to(np.atleast_1d(v), np.atleast_1d(a)), np.shape(a)) for v, a in zip(b, arrays)]
