"""Adjoints and tangents of `scipy.linalg`.

Adjoints pair with directions as ``Re(sum(b * dx))``, without conjugation; see `s2sgrad.runtime.linalg`. What a function
takes for symmetric (Hermitian) from one triangle is treated as that, and what belongs to a pair of entries is spread
evenly over both. Sources: Giles (2008); Higham, "Functions of Matrices" (2008), theorem 3.6 for matrix functions; Kao
and Hennequin, "Automatic differentiation of Sylvester, Lyapunov, and algebraic Riccati equations" (2020); Roberts and
Roberts (2020) for the LU factorization.

All of this is plain NumPy and SciPy with derivatives of its own, so derivatives of any order follow.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import linalg

from s2sgrad.runtime.bases import qr_r_adjoint, qr_r_tangent
from s2sgrad.runtime.linalg import (
    cholesky_adjoint,
    cholesky_tangent,
    eigh_adjoint,
    eigh_tangent,
    from_triangle,
    hermitian,
    on_triangle,
)
from s2sgrad.runtime.precision import real_like
from s2sgrad.runtime.shapes import expand, unbroadcast

_SYMMETRIC = ("sym", "symmetric")
_HERMITIAN = ("pos", "positive definite", "her", "hermitian")


def matrices_only(a: Any) -> None:
    """Raises `ValueError` for stacks of matrices, whose rules for shapes differ between versions of SciPy."""
    if np.ndim(a) > 2:
        raise ValueError("derivatives of scipy.linalg are for single matrices here; use numpy.linalg for stacks")


# ---- equations --------------------------------------------------------------------------------------------------

def minus_outer_product(t: Any, x: Any) -> Any:
    """``-t @ x.T`` for two matrices, and for two vectors taken as columns."""
    return -np.outer(t, x) if np.ndim(t) == 1 else -(t @ np.transpose(x))


def solved_with(t: Any, x: Any, a: Any, assume_a: Any, transposed: bool) -> Any:
    """The adjoint of `a` in ``x = scipy.linalg.solve(a, b)``, from that of `b`, which is `t`."""
    matrices_only(a)
    ba = minus_outer_product(x, t) if transposed else minus_outer_product(t, x)
    return structured(ba, assume_a)


def of_transpose(assume_a: Any) -> Any:
    """What `assume_a` says of a matrix, said of its transpose."""
    return {"lower triangular": "upper triangular", "upper triangular": "lower triangular"}.get(assume_a, assume_a)


def structured(b: Any, assume_a: Any) -> Any:
    """The part of the adjoint of a matrix that belongs to what `assume_a` says is read of it."""
    if assume_a in _SYMMETRIC:
        return 0.5 * (b + np.swapaxes(b, -1, -2))
    if assume_a in _HERMITIAN:
        return 0.5 * (b + hermitian(b))
    if assume_a == "upper triangular":
        return np.triu(b)
    if assume_a == "lower triangular":
        return np.tril(b)
    if assume_a == "diagonal":
        return np.triu(np.tril(b))
    if assume_a == "tridiagonal":
        return np.triu(np.tril(b, 1), -1)
    return b


def solve_triangular_adjoint(bx: Any, a: Any, trans: Any, lower: bool, unit_diagonal: bool) -> Any:
    """The adjoint of `b` in ``scipy.linalg.solve_triangular(a, b, trans, lower)``."""
    if trans in (0, "N"):
        return linalg.solve_triangular(a, bx, trans=1, lower=lower, unit_diagonal=unit_diagonal)
    if trans in (1, "T"):
        return linalg.solve_triangular(a, bx, trans=0, lower=lower, unit_diagonal=unit_diagonal)
    return np.conj(linalg.solve_triangular(a, np.conj(bx), trans=0, lower=lower, unit_diagonal=unit_diagonal))


def triangular_solved_with(t: Any, x: Any, a: Any, trans: Any, lower: bool, unit_diagonal: bool) -> Any:
    """The adjoint of `a` in ``x = scipy.linalg.solve_triangular(a, b, trans, lower)``; `t` is that of `b`."""
    matrices_only(a)
    if trans in (0, "N"):
        ba = minus_outer_product(t, x)
    elif trans in (1, "T"):
        ba = minus_outer_product(x, t)
    else:
        ba = minus_outer_product(np.conj(x), np.conj(t))
    return np.tril(ba, -1 if unit_diagonal else 0) if lower else np.triu(ba, 1 if unit_diagonal else 0)


def transposed_as(a: Any, trans: Any) -> Any:
    """`a`, its transpose or its conjugate transpose, as the option `trans` of SciPy's solvers says."""
    return a if trans in (0, "N") else np.transpose(a) if trans in (1, "T") else np.conj(np.transpose(a))


def triangle(a: Any, lower: bool, unit_diagonal: bool = False) -> Any:
    """The part of `a` that a triangular solver reads."""
    return np.tril(a, -1 if unit_diagonal else 0) if lower else np.triu(a, 1 if unit_diagonal else 0)


# ---- Cholesky factors -------------------------------------------------------------------------------------------

def factor_adjoint(b: Any, c: Any, lower: bool) -> Any:
    """The adjoint of `a` from that of its Cholesky factor, which one triangle of `c` holds; the other is that of `a`."""
    matrices_only(c)
    if lower:
        return on_triangle(cholesky_adjoint(np.tril(b), np.tril(c)), False) + np.triu(b, 1)
    return on_triangle(cholesky_adjoint(hermitian(np.triu(b)), hermitian(np.triu(c))), True) + np.tril(b, -1)


def factor_tangent(da: Any, c: Any, lower: bool) -> Any:
    """The tangent of `c`, of which one triangle holds the Cholesky factor, and the other what `a` has there."""
    matrices_only(c)
    if lower:
        return cholesky_tangent(from_triangle(da, False), np.tril(c)) + np.triu(da, 1)
    return hermitian(cholesky_tangent(from_triangle(da, True), hermitian(np.triu(c)))) + np.tril(da, -1)


def cho_solve_adjoint(t: Any, x: Any, c: Any, lower: bool) -> Any:
    """The adjoint of the factor `c` in ``x = scipy.linalg.cho_solve((c, lower), b)``; `t` is that of `b`."""
    matrices_only(c)
    ba = minus_outer_product(t, x)
    whole = ba + np.conj(np.transpose(ba))
    return real_like(np.tril(whole @ np.conj(np.tril(c))) if lower else np.triu(np.conj(np.triu(c)) @ whole), c)


def cho_product(dc: Any, c: Any, lower: bool) -> Any:
    """The tangent of the matrix whose Cholesky factor is `c`."""
    matrices_only(c)
    half = np.tril(dc) @ hermitian(np.tril(c)) if lower else hermitian(np.triu(dc)) @ np.triu(c)
    return half + hermitian(half)


# ---- banded, Toeplitz and circulant matrices ----------------------------------------------------------------------

def from_bands(l_and_u: Any, ab: Any) -> Any:
    """The matrix whose diagonals are the rows of `ab`, as `scipy.linalg.solve_banded` reads them."""
    _, upper = l_and_u
    n = np.shape(ab)[1]
    out = np.zeros((n, n))
    for k in range(np.shape(ab)[0]):
        at = upper - k
        out = out + (np.diag(ab[k][at:], at) if at >= 0 else np.diag(ab[k][:n + at], at))
    return out


def to_bands(l_and_u: Any, a: Any) -> Any:
    """The transpose of `from_bands`: the diagonals of `a` as rows, zeros beyond their ends."""
    lower, upper = l_and_u
    rows = []
    for at in range(upper, -lower - 1, -1):
        band = np.diagonal(a, at)
        empty = np.zeros(abs(at))
        rows.append(np.concatenate((empty, band)) if at >= 0 else np.concatenate((band, empty)))
    return np.stack(rows)


def bands_transposed(l_and_u: Any, ab: Any) -> Any:
    """The diagonals of the transpose."""
    lower, upper = l_and_u
    return to_bands((upper, lower), np.transpose(from_bands(l_and_u, ab)))


def hermitian_from_bands(ab: Any, lower: bool) -> Any:
    """The Hermitian matrix of which `ab` holds the diagonals of one triangle."""
    last = np.shape(ab)[0] - 1
    half = from_bands((last, 0) if lower else (0, last), ab)
    return half + hermitian(half) - np.diag(np.real(np.diagonal(half)))


def hermitian_to_bands(a: Any, ab: Any, lower: bool) -> Any:
    """The transpose of `hermitian_from_bands`."""
    last = np.shape(ab)[0] - 1
    whole = a + np.conj(np.transpose(a)) - np.diag(np.real(np.diagonal(a)))
    return real_like(to_bands((last, 0) if lower else (0, last), whole), ab)


def toeplitz_parts(c_or_cr: Any) -> tuple[Any, Any]:
    """The first column and the first row of a Toeplitz matrix given as SciPy takes it, which ignores ``r[0]``."""
    if isinstance(c_or_cr, tuple):
        c, r = c_or_cr
        return c, np.concatenate((c[..., :1], r[..., 1:]), axis=-1)
    return c_or_cr, np.concatenate((c_or_cr[..., :1], np.conj(c_or_cr[..., 1:])), axis=-1)


def as_columns(x: Any, b: Any) -> Any:
    """`x` with an axis of length one at its end where the right-hand side `b` of equations is a vector."""
    return np.expand_dims(x, -1) if np.ndim(b) == 1 else x


def toeplitz_adjoint(b: Any, c_or_cr: Any) -> Any:
    """The adjoint of what a Toeplitz matrix is given by, from that of the matrix."""
    if isinstance(c_or_cr, tuple):
        return _fitted(_diagonal_sums(b), c_or_cr[0]), _fitted(_row_sums(b), c_or_cr[1])
    return _fitted(_diagonal_sums(b) + np.conj(_row_sums(b)), c_or_cr)


def _diagonal_sums(b: Any) -> Any:
    """The sums of the diagonals of stacked matrices that begin in the first column."""
    return np.stack([np.trace(b, -k, -2, -1) for k in range(np.shape(b)[-2])], axis=-1)


def _row_sums(b: Any) -> Any:
    """The sums of the diagonals that begin in the first row, beyond its first element."""
    return np.stack([np.trace(b, k, -2, -1) * (k > 0) for k in range(np.shape(b)[-1])], axis=-1)


def _fitted(b: Any, x: Any) -> Any:
    """The adjoint `b` of a vector, or of a stack of vectors that may have been repeated, in the shape of `x`."""
    return real_like(np.reshape(b, np.shape(x)) if np.size(b) == np.size(x) else unbroadcast(b, x), x)


def hankel_adjoint(b: Any, c: Any, r: Any) -> Any:
    """The adjoints of the first column and the last row of a Hankel matrix."""
    flipped = np.flip(b, 0)
    n, m = np.shape(b)
    sums = np.stack([np.trace(flipped, k) for k in range(1 - n, m)])
    return _fitted(sums[:n], c), None if r is None else _fitted(np.concatenate((np.zeros(1), sums[n:])), r)


def block_diag_adjoint(b: Any, arrs: Any) -> list[Any]:
    """The adjoints of the blocks of ``scipy.linalg.block_diag(*arrs)``."""
    out, row, column = [], 0, 0
    for a in arrs:
        rows, columns = np.shape(np.atleast_2d(a))
        out.append(_fitted(b[row:row + rows, column:column + columns], a))
        row, column = row + rows, column + columns
    return out


# ---- matrix functions ---------------------------------------------------------------------------------------------

def frechet(function: Callable[[Any], Any], a: Any, e: Any) -> Any:
    """The derivative of an analytic matrix function at `a` in the direction `e`.

    The block above the diagonal of the function of [[a, e], [0, a]] (Higham 2008, theorem 3.6). The adjoint of `a`
    for the adjoint `b` of the result is the derivative at the transpose in the direction `b`.
    """
    n = np.shape(a)[-1]
    return function(np.block([[a, e], [np.zeros_like(a), a]]))[..., :n, n:]


def expm_slope(a: Any, e: Any) -> Any:
    """The derivative of `scipy.linalg.expm` at `a` in the direction `e`, of stacks of matrices as well."""
    slope = linalg.expm_frechet(a, e, compute_expm=False) if np.ndim(a) == 2 else frechet(linalg.expm, a, e)
    return slope.astype(np.result_type(a, e), copy=False)  # SciPy computes it in double precision


def frechet_adjoint(b: Any, a: Any, e: Any) -> tuple[Any, Any]:
    """The adjoints of `a` and `e` in ``scipy.linalg.expm_frechet(a, e, compute_expm=False)``."""
    n = np.shape(a)[-1]
    zero = np.zeros(np.shape(a))
    whole = np.block([[a, e], [zero, a]])
    back = expm_slope(np.swapaxes(whole, -1, -2), np.block([[zero, b], [zero, zero]]))
    return real_like(back[..., :n, :n] + back[..., n:, n:], a), real_like(back[..., :n, n:], e)


def frechet_tangent(da: Any, de: Any, a: Any, e: Any) -> Any:
    """The tangent of ``scipy.linalg.expm_frechet(a, e, compute_expm=False)``."""
    n = np.shape(a)[-1]
    zero = np.zeros(np.shape(a))
    whole = np.block([[a, e], [zero, a]])
    return expm_slope(whole, np.block([[da, de], [zero, da]]))[..., :n, n:]


def power_slope_of_matrix(a: Any, e: Any, t: Any) -> Any:
    """The derivative of ``scipy.linalg.fractional_matrix_power(a, t)`` with respect to `a` in the direction `e`."""
    n = np.shape(a)[-1]
    return linalg.fractional_matrix_power(np.block([[a, e], [np.zeros(np.shape(a)), a]]), t)[..., :n, n:]


# ---- matrix equations -----------------------------------------------------------------------------------------------

def real_only_matrices(*matrices: Any) -> None:
    """Raises `ValueError` where a matrix is complex."""
    if any(map(np.iscomplexobj, matrices)):
        raise ValueError("Riccati equations are differentiated for real matrices only")


def care_adjoint(bx: Any, x: Any, a: Any, b: Any, r: Any) -> tuple[Any, Any, Any, Any]:
    """The adjoints of a, b, q and r in ``x = scipy.linalg.solve_continuous_are(a, b, q, r)`` for real matrices."""
    real_only_matrices(a, b, r)
    gain = np.linalg.solve(r, b.T @ x)
    t = linalg.solve_continuous_lyapunov(a - b @ gain, -bx)
    ba = x @ (t + t.T)
    return ba, -ba @ gain.T, t, gain @ t @ gain.T


def care_tangent(da: Any, db: Any, dq: Any, dr: Any, x: Any, a: Any, b: Any, r: Any) -> Any:
    """The tangent of ``x = scipy.linalg.solve_continuous_are(a, b, q, r)`` for real matrices."""
    real_only_matrices(a, b, r)
    gain = np.linalg.solve(r, b.T @ x)
    moved = (da - db @ gain).T @ x
    return linalg.solve_continuous_lyapunov((a - b @ gain).T, -(moved + moved.T + dq + gain.T @ dr @ gain))


def dare_adjoint(bx: Any, x: Any, a: Any, b: Any, r: Any) -> tuple[Any, Any, Any, Any]:
    """The adjoints of a, b, q and r in ``x = scipy.linalg.solve_discrete_are(a, b, q, r)`` for real matrices."""
    real_only_matrices(a, b, r)
    gain = np.linalg.solve(r + b.T @ x @ b, b.T @ x @ a)
    closed = a - b @ gain
    t = linalg.solve_discrete_lyapunov(closed, bx)
    ba = x @ closed @ (t + t.T)
    return ba, -ba @ gain.T, t, gain @ t @ gain.T


def dare_tangent(da: Any, db: Any, dq: Any, dr: Any, x: Any, a: Any, b: Any, r: Any) -> Any:
    """The tangent of ``x = scipy.linalg.solve_discrete_are(a, b, q, r)`` for real matrices."""
    real_only_matrices(a, b, r)
    gain = np.linalg.solve(r + b.T @ x @ b, b.T @ x @ a)
    closed = a - b @ gain
    moved = (da - db @ gain).T @ x @ closed
    return linalg.solve_discrete_lyapunov(closed.T, moved + moved.T + dq + gain.T @ dr @ gain)


# ---- factorizations -------------------------------------------------------------------------------------------------

def lu_parts(lu: Any) -> tuple[Any, Any]:
    """The triangular factors that `scipy.linalg.lu_factor` packs into one matrix."""
    matrices_only(lu)
    m, n = np.shape(lu)
    k = min(m, n)
    return np.tril(lu[:, :k], -1) + np.eye(m, k), np.triu(lu[:k, :])


def lu_adjoint(bl: Any, bu: Any, lower: Any, upper: Any) -> Any:
    """The adjoint of the matrix with rows in pivoted order, from those of its triangular factors."""
    matrices_only(lower)
    m, n = np.shape(lower)[0], np.shape(upper)[1]
    k = np.shape(upper)[0]
    bl, bu = expand(bl, lower), expand(bu, upper)
    l1, u1 = lower[:k], upper[:, :k]
    bl1, bu1 = bl[:k], bu[:, :k]
    if n > k:  # upper[:, k:] is l1^-1 times the rest of the matrix
        right = linalg.solve_triangular(np.transpose(l1), bu[:, k:], lower=False, unit_diagonal=True)
        bl1 = bl1 - right @ np.transpose(upper[:, k:])
    if m > k:  # lower[k:] is the rest of the matrix times u1^-1
        below = np.transpose(linalg.solve_triangular(u1, np.transpose(bl[k:]), lower=False))
        bu1 = bu1 - np.transpose(lower[k:]) @ below
    inner = np.tril(np.transpose(l1) @ bl1, -1) + np.triu(bu1 @ np.transpose(u1))
    half = linalg.solve_triangular(np.transpose(l1), inner, lower=False, unit_diagonal=True)
    ba = np.transpose(linalg.solve_triangular(u1, np.transpose(half), lower=False))
    if n > k:
        ba = np.concatenate((ba, right), axis=1)
    if m > k:
        ba = np.concatenate((ba, below), axis=0)
    return ba


def lu_tangent(da: Any, lower: Any, upper: Any) -> tuple[Any, Any]:
    """The tangents of the triangular factors, from that of the matrix with rows in pivoted order."""
    matrices_only(lower)
    m, n = np.shape(lower)[0], np.shape(upper)[1]
    k = np.shape(upper)[0]
    l1, u1 = lower[:k], upper[:, :k]
    half = linalg.solve_triangular(l1, da[:k, :k], lower=True, unit_diagonal=True)
    inner = np.transpose(linalg.solve_triangular(np.transpose(u1), np.transpose(half), lower=True))
    dl, du = l1 @ np.tril(inner, -1), np.triu(inner) @ u1
    if n > k:
        rest = da[:k, k:] - dl @ upper[:, k:]
        du = np.concatenate((du, linalg.solve_triangular(l1, rest, lower=True, unit_diagonal=True)), axis=1)
    if m > k:
        rest = da[k:, :k] - lower[k:] @ du[:, :k]
        dl = np.concatenate((dl,
                             np.transpose(linalg.solve_triangular(np.transpose(u1), np.transpose(rest), lower=True))))
    return dl, du


def pivot_order(piv: Any) -> Any:
    """The order of rows that the pivots of `scipy.linalg.lu_factor` bring about."""
    order = np.arange(len(piv))
    for k, p in enumerate(piv):
        order[k], order[p] = order[p], order[k]
    return order


def lu_factor_adjoint(b: Any, lu: Any, piv: Any) -> Any:
    """The adjoint of `a` in ``lu, piv = scipy.linalg.lu_factor(a)`` of a square matrix."""
    lower, upper = lu_parts(lu)
    return real_like(lu_adjoint(np.tril(b, -1), np.triu(b), lower, upper)[np.argsort(pivot_order(piv))], lu)


def lu_factor_tangent(da: Any, lu: Any, piv: Any) -> Any:
    """The tangent of `lu` in ``lu, piv = scipy.linalg.lu_factor(a)`` of a square matrix."""
    matrices_only(lu)
    dl, du = lu_tangent(da[pivot_order(piv)], *lu_parts(lu))
    return np.tril(dl, -1) + du


def lu_solve_adjoint(t: Any, x: Any, lu: Any, piv: Any, trans: int) -> Any:
    """The adjoint of `lu` in ``x = scipy.linalg.lu_solve((lu, piv), b, trans)``; `t` is that of `b`."""
    matrices_only(lu)
    lower, upper = lu_parts(lu)
    if trans == 0:
        ba = minus_outer_product(t, x)
    elif trans == 1:
        ba = minus_outer_product(x, t)
    else:
        ba = minus_outer_product(np.conj(x), np.conj(t))
    rows = ba[pivot_order(piv)]
    return real_like(np.tril(rows @ np.transpose(upper), -1) + np.triu(np.transpose(lower) @ rows), lu)


def lu_product(dlu: Any, lu: Any, piv: Any) -> Any:
    """The tangent of the matrix that ``(lu, piv)`` factorizes."""
    lower, upper = lu_parts(lu)
    return (np.tril(dlu, -1) @ upper + lower @ np.triu(dlu))[np.argsort(pivot_order(piv))]


def r_adjoint(br: Any, r: Any, a: Any) -> Any:
    """The adjoint of `a` in ``scipy.linalg.qr(a, mode="r")``, whose result has rows of zeros below a triangle."""
    k = min(np.shape(a))
    return qr_r_adjoint(br[:k], r[:k], a)


def r_tangent(da: Any, r: Any, a: Any) -> Any:
    """The tangent of ``scipy.linalg.qr(a, mode="r")``."""
    k = min(np.shape(a))
    return np.concatenate((qr_r_tangent(da, r[:k], a), np.zeros((np.shape(r)[0] - k, np.shape(r)[1]))))


def reversed_rows(a: Any, back: bool = False) -> Any:
    """The conjugate transpose of a matrix with the order of its rows reversed, or the way back."""
    return np.flip(hermitian(a), -2) if back else hermitian(np.flip(a, -2))


def both_reversed(a: Any) -> Any:
    """The conjugate transpose of a matrix with the order of its rows and columns reversed."""
    return hermitian(np.flip(a, (-2, -1)))


def polar_adjoint(bu: Any, bp: Any, u: Any, p: Any, a: Any) -> Any:
    """The adjoint of `a` in ``u, p = scipy.linalg.polar(a)``; `a` must have full rank.

    Of more columns than rows `p` is singular: `u` is that of the factorization from the left, and p is ``u^H a``.
    """
    matrices_only(a)
    if np.shape(a)[0] < np.shape(a)[1]:
        gp = np.conj(expand(bp, p))
        whole = expand(bu, u) + np.conj(a @ hermitian(gp))
        through = polar_adjoint(np.transpose(whole), 0.0, np.transpose(u), np.transpose(a @ hermitian(u)), np.transpose(a))
        return np.transpose(through) + np.conj(u @ gp)
    gu, gp = np.conj(expand(bu, u)), np.conj(expand(bp, p))
    ga = np.transpose(linalg.solve(np.transpose(p), np.transpose(gu)))
    gp = gp - hermitian(u) @ ga
    s = linalg.solve_sylvester(p, p, gp)
    return np.conj(ga + a @ (s + hermitian(s)))


def polar_tangent(da: Any, u: Any, p: Any, a: Any) -> tuple[Any, Any]:
    """The tangents of ``u, p = scipy.linalg.polar(a)``."""
    matrices_only(a)
    if np.shape(a)[0] < np.shape(a)[1]:
        turned = polar_tangent(np.transpose(da), np.transpose(u), np.transpose(a @ hermitian(u)), np.transpose(a))
        du = np.transpose(turned[0])
        return du, hermitian(du) @ a + hermitian(u) @ da
    half = hermitian(da) @ a
    dp = linalg.solve_sylvester(p, p, half + hermitian(half))
    return np.transpose(linalg.solve(np.transpose(p), np.transpose(da - u @ dp))), dp


def tridiagonal_adjoint(bw: Any, bv: Any, w: Any, v: Any) -> tuple[Any, Any]:
    """The adjoints of the diagonals in ``w, v = scipy.linalg.eigh_tridiagonal(d, e)``."""
    full = eigh_adjoint(bw, bv, w, v)
    return np.diagonal(full), np.diagonal(full, 1) + np.diagonal(full, -1)


def tridiagonal_tangent(dd: Any, de: Any, w: Any, v: Any) -> tuple[Any, Any]:
    """The tangents of ``w, v = scipy.linalg.eigh_tridiagonal(d, e)``."""
    return eigh_tangent(np.diag(dd) + np.diag(de, 1) + np.diag(de, -1), w, v)


def column_kron_adjoint(by: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """The adjoints of ``scipy.linalg.khatri_rao(a, b)``."""
    blocks = np.reshape(by, (np.shape(a)[0], np.shape(b)[0], np.shape(a)[1]))
    return real_like(np.einsum("ijk,jk->ik", blocks, b), a), real_like(np.einsum("ijk,ik->jk", blocks, a), b)


def fiedler_places(size: int) -> Any:
    """Where the entries of ``scipy.linalg.fiedler_companion(a)`` are: 0 and 1 are such, others tell the place before."""
    return linalg.fiedler_companion(np.append(1.0, -np.arange(2.0, size + 1))).astype(int)
