"""Adjoints and tangents of factorizations with orthonormal bases, which functions may complete: singular values, QR.

For conventions and sources see `linalg`.
"""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.runtime.linalg import (
    diagonals,
    hermitian,
    on_diagonal,
    reciprocal_differences,
    require_same_phase,
    require_small,
    transposed,
)
from s2sgrad.runtime.precision import real_like


def _within(g: Any, u: Any, k: int) -> Any:
    """The adjoint of the first `k` columns of `u`, whose other columns complete a basis of the space.

    These are arbitrary up to a rotation among themselves, on which nothing may depend; what is left moves with the
    first ones. `g` is conjugated, as in the literature.
    """
    first, rest = g[..., :k], g[..., k:]
    if not np.any(rest != 0):
        return first
    others = u[..., k:]
    turn = hermitian(others) @ rest
    require_small(np.max(np.abs(turn - hermitian(turn))), np.max(np.abs(turn)), _COMPLETED)
    return first - others @ hermitian(rest) @ u[..., :k]


_COMPLETED = ("the result depends on the vectors that complete a basis (full_matrices=True, mode='complete'), which "
              "are arbitrary, so it has no derivative")


def _completion(du: Any, u: Any, k: int) -> Any:
    """Tangents of all columns of `u`, from those of the first `k`: the others move as little as they can."""
    if np.shape(u)[-1] == k:
        return du
    return np.concatenate([du, -u[..., :k] @ hermitian(du) @ u[..., k:]], axis=-1)


def svd_adjoint(bu: Any, bs: Any, bvh: Any, u: Any, s: Any, vh: Any) -> Any:
    """The adjoint of `a` in ``u, s, vh = np.linalg.svd(a)`` (Townsend 2016)."""
    k = np.shape(s)[-1]
    if all(type(x) is np.ndarray and x.ndim == n and x.dtype.kind == "f" for x, n in ((u, 2), (s, 1), (vh, 2))) \
            and u.shape[1] == k == len(vh) and not any(map(np.iscomplexobj, (bu, bs, bvh))):
        return real_like(_real_svd_adjoint(bu, bs, bvh, u, s, vh), u)
    gu = _within(np.conj(np.zeros_like(u) + bu), u, k)
    gv = _within(transposed(bvh + np.zeros_like(vh)), hermitian(vh), k)
    u, vh = u[..., :, :k], vh[..., :k, :]
    inverse = 1.0 / np.expand_dims(np.where(s == 0, np.inf, s), -2)
    gaps = reciprocal_differences(s * s, s * s)
    uu, vv = hermitian(u) @ gu, vh @ gv
    wu, wv = gaps * (uu - hermitian(uu)), gaps * (vv - hermitian(vv))
    inner = wu * np.expand_dims(s, -2) + np.expand_dims(s, -1) * wv
    inner = inner + on_diagonal(bs + np.zeros_like(s))
    if np.iscomplexobj(inner):
        require_same_phase(diagonals(uu) + diagonals(vv))
        inner = inner + 1j * np.imag(on_diagonal(diagonals(uu))) * inverse
    whole = u @ inner @ vh
    whole = whole + ((gu - u @ uu) * inverse) @ vh
    whole = whole + (u * inverse) @ (hermitian(gv) - hermitian(vv) @ vh)
    return real_like(np.conj(whole), u)


def _real_svd_adjoint(bu: Any, bs: Any, bvh: Any, u: Any, s: Any, vh: Any) -> Any:
    """`svd_adjoint` for one real matrix and as many vectors as values. What is not used has the adjoint 0.0."""
    k = len(s)
    squares = s * s
    gaps = squares - squares[:, None]
    gaps[gaps == 0.0] = np.inf
    inner = np.zeros((k, k))
    rest: Any = 0.0
    if np.ndim(bu):
        along = u.T @ bu
        inner += (along - along.T) * s
        if len(u) > k:
            rest = (bu - u @ along) / np.where(s == 0, np.inf, s) @ vh
    if np.ndim(bvh):
        along = bvh @ vh.T
        inner += s[:, None] * (along.T - along)
        if len(vh.T) > k:
            rest = rest + (u / np.where(s == 0, np.inf, s)) @ (bvh - along @ vh)
    inner /= gaps
    inner.flat[::k + 1] += bs
    return u @ inner @ vh + rest


def svd_tangent(da: Any, u: Any, s: Any, vh: Any) -> tuple[Any, Any, Any]:
    """The tangents of ``u, s, vh = np.linalg.svd(a)``."""
    k = np.shape(s)[-1]
    v = hermitian(vh)
    first, other = u[..., :k], v[..., :k]
    inner = hermitian(first) @ da @ other
    scaled, left = inner * np.expand_dims(s, -2), np.expand_dims(s, -1) * inner
    gaps = reciprocal_differences(s * s, s * s)
    inverse = 1.0 / np.expand_dims(np.where(s == 0, np.inf, s), -2)
    wu = gaps * (scaled + hermitian(scaled))
    wv = gaps * (left + hermitian(left))
    if np.iscomplexobj(inner):
        wu = wu + 1j * np.imag(on_diagonal(diagonals(inner))) * inverse
    du = first @ wu + (da @ other - first @ inner) * inverse
    dv = other @ wv + (hermitian(da) @ first - other @ hermitian(inner)) * inverse
    return _completion(du, u, k), np.real(diagonals(inner)), hermitian(_completion(dv, v, k))


def qr_adjoint(bq: Any, br: Any, q: Any, r: Any, a: Any) -> Any:
    """The adjoint of `a` in ``q, r = np.linalg.qr(a)`` (Roberts and Roberts 2020 for wide matrices)."""
    m, n = np.shape(a)[-2:]
    k = min(m, n)
    gq = _within(np.conj(bq) + np.zeros_like(q), q, k)
    gr = np.triu(np.conj(br) + np.zeros_like(r))[..., :k, :]
    q, r = q[..., :k], r[..., :k, :]
    if m >= n:
        return real_like(np.conj(_tall_qr(gq, gr, q, r)), a)
    gy = q @ gr[..., m:]
    gx = _tall_qr(gq + a[..., m:] @ hermitian(gr[..., m:]), gr[..., :m], q, r[..., :m])
    return real_like(np.conj(np.concatenate([gx, gy], axis=-1)), a)


def _tall_qr(gq: Any, gr: Any, q: Any, r: Any) -> Any:
    inner = np.triu(gr @ hermitian(r) - hermitian(q) @ gq)
    inner = inner + hermitian(np.triu(inner, 1))
    inner = inner - 1j * np.imag(on_diagonal(diagonals(inner))) if np.iscomplexobj(inner) else inner
    return hermitian(np.linalg.solve(r, hermitian(gq + q @ inner)))


def qr_tangent(da: Any, q: Any, r: Any) -> tuple[Any, Any]:
    """The tangents of ``q, r = np.linalg.qr(a)``."""
    rows, n = np.shape(r)[-2:]
    k = min(np.shape(q)[-2], n)
    first, upper = q[..., :k], r[..., :k, :]
    head = upper[..., :k]
    moved = hermitian(np.linalg.solve(hermitian(head), hermitian(da[..., :k])))
    inner = hermitian(first) @ moved
    lower = np.tril(inner, -1)
    skew = lower - hermitian(lower)
    if np.iscomplexobj(inner):
        skew = skew + 1j * np.imag(on_diagonal(diagonals(inner)))
    dq = first @ (skew - inner) + moved
    dr = hermitian(first) @ da - skew @ upper
    if rows > k:
        dr = np.concatenate([dr, np.zeros((*np.shape(r)[:-2], rows - k, n))], axis=-2)
    return _completion(dq, q, k), dr


def qr_r_adjoint(br: Any, r: Any, a: Any) -> Any:
    """The adjoint of `a` in ``r = np.linalg.qr(a, mode="r")``."""
    q, _ = np.linalg.qr(a)
    return qr_adjoint(0.0, br, q, r, a)


def qr_r_tangent(da: Any, r: Any, a: Any) -> Any:
    """The tangent of ``r = np.linalg.qr(a, mode="r")``."""
    q, _ = np.linalg.qr(a)
    return qr_tangent(da, q, r)[1]
