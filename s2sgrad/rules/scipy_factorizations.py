"""`scipy.linalg`: factorizations, and matrices made from parts. See `s2sgrad.runtime.scipy_linalg` for conventions."""
from __future__ import annotations

import numpy as np
from scipy import linalg

from s2sgrad.ir import types as T
from s2sgrad.rules.linalg import _square as square_type
from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import adjoint, bilinear, d, expansion, linear, tangent
from s2sgrad.rules.typing import Operands
from s2sgrad.runtime import (
    cholesky_adjoint,
    cholesky_tangent,
    filled,
    from_triangle,
    hermitian,
    kron_adjoint_left,
    kron_adjoint_right,
    on_triangle,
    positions,
    qr_adjoint,
    qr_tangent,
    scatter,
    sign,
    transposed,
    unbroadcast,
)
from s2sgrad.runtime.scipy_linalg import (
    block_diag_adjoint,
    both_reversed,
    column_kron_adjoint,
    factor_adjoint,
    factor_tangent,
    fiedler_places,
    hankel_adjoint,
    lu_adjoint,
    lu_factor_adjoint,
    lu_factor_tangent,
    lu_tangent,
    polar_adjoint,
    polar_tangent,
    r_adjoint,
    r_tangent,
    reversed_rows,
    toeplitz_adjoint,
)


def _two(operands: Operands) -> T.Type:
    return T.tuple_of((T.array(None, None), T.array(None, None)))


# ---- Cholesky, LU, QR ---------------------------------------------------------------------------------------------

@adjoint(linalg.cholesky, type=square_type)
def cholesky(y, a, lower=False, overwrite_a: None = False, check_finite=True):
    if lower:
        d[a] = on_triangle(cholesky_adjoint(d[y], y), False)
    else:
        d[a] = on_triangle(cholesky_adjoint(hermitian(d[y]), hermitian(y)), True)


@tangent(linalg.cholesky)
def cholesky_tangent_(y, a, lower=False, overwrite_a: None = False, check_finite=True):
    if lower:
        d[y] = cholesky_tangent(from_triangle(d[a], False), y)
    else:
        d[y] = hermitian(cholesky_tangent(from_triangle(d[a], True), hermitian(y)))


@adjoint(linalg.cho_factor)
def cho_factor(y, a, lower=False, overwrite_a: None = False, check_finite=True):
    d[a] = factor_adjoint(d[y][0], y[0], lower)


@tangent(linalg.cho_factor)
def cho_factor_tangent(y, a, lower=False, overwrite_a: None = False, check_finite=True):
    d[y] = factor_tangent(d[a], y[0], lower), 0.0


@adjoint(linalg.lu)
def lu(y, a, permute_l=False, overwrite_a: None = False, check_finite=True, p_indices=False):
    if permute_l:
        order = np.argsort(linalg.lu(a, p_indices=True)[0])
        d[a] = lu_adjoint(d[y][0][order], d[y][1], y[0][order], y[1])[np.argsort(order)]
    elif p_indices:
        d[a] = lu_adjoint(d[y][1], d[y][2], y[1], y[2])[y[0]]
    else:
        d[a] = y[0] @ lu_adjoint(d[y][1], d[y][2], y[1], y[2])


@tangent(linalg.lu)
def lu_tangent_(y, a, permute_l=False, overwrite_a: None = False, check_finite=True, p_indices=False):
    if permute_l:
        order = np.argsort(linalg.lu(a, p_indices=True)[0])
        moved = lu_tangent(d[a][order], y[0][order], y[1])
        d[y] = moved[0][np.argsort(order)], moved[1]
    elif p_indices:
        moved = lu_tangent(d[a][np.argsort(y[0])], y[1], y[2])
        d[y] = np.zeros(np.shape(y[0])), moved[0], moved[1]
    else:
        moved = lu_tangent(y[0].T @ d[a], y[1], y[2])
        d[y] = np.zeros(np.shape(y[0])), moved[0], moved[1]


@adjoint(linalg.lu_factor)
def lu_factor(y, a, overwrite_a: None = False, check_finite=True):
    d[a] = lu_factor_adjoint(d[y][0], y[0], y[1])


@tangent(linalg.lu_factor)
def lu_factor_tangent_(y, a, overwrite_a: None = False, check_finite=True):
    d[y] = lu_factor_tangent(d[a], y[0], y[1]), np.zeros(np.shape(y[1]))


@adjoint(linalg.qr)
def qr(y, a, overwrite_a: None = False, lwork=None, mode="full", pivoting=False, check_finite=True):
    if mode == "raw":
        raise NotImplementedError("the raw form of a QR factorization")
    if pivoting:
        if mode == "r":
            d[a] = r_adjoint(d[y][0], y[0], a[:, y[1]])[:, np.argsort(y[1])]
        else:
            d[a] = qr_adjoint(d[y][0], d[y][1], y[0], y[1], a[:, y[2]])[:, np.argsort(y[2])]
    else:
        if mode == "r":
            d[a] = r_adjoint(d[y][0], y[0], a)
        else:
            d[a] = qr_adjoint(d[y][0], d[y][1], y[0], y[1], a)


@tangent(linalg.qr)
def qr_tangent_(y, a, overwrite_a: None = False, lwork=None, mode="full", pivoting=False, check_finite=True):
    if mode == "raw":
        raise NotImplementedError("the raw form of a QR factorization")
    if pivoting:
        if mode == "r":
            d[y] = r_tangent(d[a][:, y[1]], y[0], a[:, y[1]]), np.zeros(np.shape(y[1]))
        else:
            moved = qr_tangent(d[a][:, y[2]], y[0], y[1])
            d[y] = moved[0], moved[1], np.zeros(np.shape(y[2]))
    else:
        if mode == "r":
            d[y] = (r_tangent(d[a], y[0], a),)
        else:
            d[y] = qr_tangent(d[a], y[0], y[1])


# ``a = r @ q`` is the QR factorization of the conjugate transpose, with the order of the rows of `a` reversed.

@adjoint(linalg.rq)
def rq(y, a, overwrite_a: None = False, lwork=None, mode="full", check_finite=True):
    if mode == "r":
        moved = qr_adjoint(0.0, both_reversed(d[y]), reversed_rows(linalg.rq(a)[1]), both_reversed(y),
                           reversed_rows(a))
        d[a] = reversed_rows(moved, True)
    else:
        moved = qr_adjoint(reversed_rows(d[y][1]), both_reversed(d[y][0]), reversed_rows(y[1]),
                           both_reversed(y[0]), reversed_rows(a))
        d[a] = reversed_rows(moved, True)


@tangent(linalg.rq)
def rq_tangent_(y, a, overwrite_a: None = False, lwork=None, mode="full", check_finite=True):
    if mode == "r":
        moved = qr_tangent(reversed_rows(d[a]), reversed_rows(linalg.rq(a)[1]), both_reversed(y))
        d[y] = both_reversed(moved[1])
    else:
        moved = qr_tangent(reversed_rows(d[a]), reversed_rows(y[1]), both_reversed(y[0]))
        d[y] = both_reversed(moved[1]), reversed_rows(moved[0], True)


@expansion(linalg.qr_multiply)
def qr_multiply(a, c, mode="right", pivoting: None = False, conjugate: None = False, overwrite_a: None = False,
                overwrite_c: None = False):
    q, r = linalg.qr(a, mode="economic")
    return c @ q if mode == "right" else q @ c, r


@adjoint(linalg.polar, type=_two)
def polar(y, a, side="right"):
    if side == "right":
        d[a] = polar_adjoint(d[y][0], d[y][1], y[0], y[1], a)
    else:
        parts = filled(d[y], y)
        d[a] = transposed(polar_adjoint(transposed(parts[0]), transposed(parts[1]), transposed(y[0]), transposed(y[1]),
                                        transposed(a)))


@tangent(linalg.polar)
def polar_tangent_(y, a, side="right"):
    if side == "right":
        d[y] = polar_tangent(d[a], y[0], y[1], a)
    else:
        moved = polar_tangent(transposed(d[a]), transposed(y[0]), transposed(y[1]), transposed(a))
        d[y] = transposed(moved[0]), transposed(moved[1])


# ---- matrices made from parts -------------------------------------------------------------------------------------


@adjoint(linalg.block_diag)
def block_diag(y, *arrs):
    d[arrs] = block_diag_adjoint(d[y], arrs)


@tangent(linalg.block_diag)
def block_diag_tangent(y, *arrs):
    d[y] = linalg.block_diag(*d[arrs])


@adjoint(linalg.toeplitz)
def toeplitz(y, c, r=None):
    if r is None:
        d[c] = toeplitz_adjoint(d[y], c)
    else:
        parts = toeplitz_adjoint(d[y], (c, r))
        d[c] = parts[0]
        d[r] = parts[1]


@tangent(linalg.toeplitz)
def toeplitz_tangent(y, c, r=None):
    if r is None:
        d[y] = linalg.toeplitz(d[c])
    else:
        d[y] = linalg.toeplitz(d[c], d[r])


@adjoint(linalg.hankel)
def hankel(y, c, r=None):
    parts = hankel_adjoint(d[y], c, r)
    d[c] = parts[0]
    d[r] = parts[1]


@tangent(linalg.hankel)
def hankel_tangent(y, c, r=None):
    if r is None:
        d[y] = linalg.hankel(d[c])
    else:
        d[y] = linalg.hankel(d[c], d[r])


@linear(linalg.circulant)
def circulant(by, c):
    return scatter(by, linalg.circulant(positions(c)), c)


@linear(linalg.convolution_matrix)
def convolution_matrix(by, a, n, mode="full"):
    return scatter(by, linalg.convolution_matrix(positions(a) + 1, n, mode=mode) - 1, a)


@adjoint(linalg.leslie)
def leslie(y, f, s):
    d[f] = unbroadcast(d[y][..., 0, :], f)
    d[s] = unbroadcast(np.diagonal(d[y], -1, -2, -1), s)


@tangent(linalg.leslie)
def leslie_tangent(y, f, s):
    d[y] = linalg.leslie(d[f], d[s])


@adjoint(linalg.companion)
def companion(y, a):
    first = d[y][..., 0, :]
    d[a] = -np.concatenate((np.sum(first * y[..., 0, :], axis=-1, keepdims=True), first), axis=-1) / a[..., :1]


@tangent(linalg.companion)
def companion_tangent(y, a):
    first = -(d[a][..., 1:] + y[..., 0, :] * d[a][..., :1]) / a[..., :1]
    d[y] = np.concatenate((np.expand_dims(first, -2), np.zeros_like(y[..., 1:, :])), axis=-2)


@adjoint(linalg.fiedler)
def fiedler(y, a):
    d[a] = np.sum((d[y] + np.swapaxes(d[y], -1, -2)) * sign(np.expand_dims(a, -1) - np.expand_dims(a, -2)), axis=-1)


@tangent(linalg.fiedler)
def fiedler_tangent(y, a):
    signs = sign(np.expand_dims(a, -1) - np.expand_dims(a, -2))
    d[y] = np.real(signs * (np.expand_dims(d[a], -1) - np.expand_dims(d[a], -2)))


@adjoint(linalg.khatri_rao)
def khatri_rao(y, a, b):
    parts = column_kron_adjoint(d[y], a, b)
    d[a] = parts[0]
    d[b] = parts[1]


bilinear(linalg.khatri_rao, wrt=("a", "b"))


@adjoint(*functions("kron", library=linalg))
def kron(y, a, b):
    d[a] = kron_adjoint_left(d[y], a, b)
    d[b] = kron_adjoint_right(d[y], a, b)


bilinear(*functions("kron", library=linalg), wrt=("a", "b"))


@expansion(linalg.fiedler_companion)
def fiedler_companion(a):
    return np.concatenate((np.array([0.0, 1.0]), -a[1:] / a[0]))[fiedler_places(np.size(a))]
