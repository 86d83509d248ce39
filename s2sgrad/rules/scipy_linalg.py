"""`scipy.linalg`: equations, matrix functions and matrix equations.

Formulas and conventions are stated in `s2sgrad.runtime.scipy_linalg`. A matrix that an option (`assume_a`, `lower`)
says is read from one triangle is differentiated as the symmetric (Hermitian) or triangular matrix that it stands for.
"""
from __future__ import annotations

import numpy as np
from scipy import linalg

from s2sgrad.ir import types as T
from s2sgrad.rules import array_types as A
from s2sgrad.rules.linalg import _norm as norm_type
from s2sgrad.rules.linalg import _solution as solution_type
from s2sgrad.rules.linalg import _square as square_type
from s2sgrad.rules.linalg import _values as values_type
from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import absent, adjoint, d, expansion, nondifferentiable, rank, tangent
from s2sgrad.rules.typing import Operands
from s2sgrad.runtime import (
    cofactors,
    hermitian,
    lstsq_adjoint,
    lstsq_results_tangent,
    norm_adjoint,
    norm_order_slope,
    norm_order_tangent,
    norm_tangent,
    pinv_adjoint,
    pinv_tangent,
    real_like,
    transposed,
    unbroadcast,
)
from s2sgrad.runtime.scipy_linalg import (
    as_columns,
    bands_transposed,
    care_adjoint,
    care_tangent,
    cho_product,
    cho_solve_adjoint,
    dare_adjoint,
    dare_tangent,
    expm_slope,
    frechet,
    frechet_adjoint,
    frechet_tangent,
    from_bands,
    hermitian_from_bands,
    hermitian_to_bands,
    lu_product,
    lu_solve_adjoint,
    minus_outer_product,
    of_transpose,
    power_slope_of_matrix,
    solve_triangular_adjoint,
    solved_with,
    structured,
    to_bands,
    toeplitz_adjoint,
    toeplitz_parts,
    transposed_as,
    triangle,
    triangular_solved_with,
)

# ---- equations --------------------------------------------------------------------------------------------------


@adjoint(linalg.solve, type=solution_type)
def solve(x, a, b, lower=False, overwrite_a: None = False, overwrite_b: None = False, check_finite=True, assume_a="gen",
          transposed=False):
    if (assume_a is None or assume_a == "gen") and rank(b) is not None and rank(a) == 2 and not transposed:
        t = linalg.solve(a.T, d[x])
        d[b] = unbroadcast(t, b)
        d[a] = unbroadcast(-np.outer(t, x) if rank(b) == 1 else -t @ x.T, a)
    else:
        t = linalg.solve(np.swapaxes(a, -1, -2), d[x], lower=not lower, assume_a=of_transpose(assume_a), transposed=transposed)
        d[b] = unbroadcast(t, b)
        d[a] = unbroadcast(solved_with(t, x, a, assume_a, transposed), a)


@tangent(linalg.solve)
def solve_tangent(x, a, b, lower=False, overwrite_a: None = False, overwrite_b: None = False, check_finite=True,
                  assume_a="gen", transposed=False):
    if transposed:
        d[x] = linalg.solve(a, d[b] - structured(d[a], assume_a).T @ x, lower=lower, assume_a=assume_a, transposed=True)
    else:
        d[x] = linalg.solve(a, d[b] - structured(d[a], assume_a) @ x, lower=lower, assume_a=assume_a)


@adjoint(linalg.solve_triangular, type=solution_type)
def solve_triangular(x, a, b, trans=0, lower=False, unit_diagonal=False, overwrite_b: None = False, check_finite=True):
    if trans == 0 and not unit_diagonal:
        t = linalg.solve_triangular(a, d[x], trans=1, lower=lower)
    else:
        t = solve_triangular_adjoint(d[x], a, trans, lower, unit_diagonal)
    d[b] = unbroadcast(t, b)
    d[a] = unbroadcast(triangular_solved_with(t, x, a, trans, lower, unit_diagonal), a)


@tangent(linalg.solve_triangular)
def solve_triangular_tangent(x, a, b, trans=0, lower=False, unit_diagonal=False, overwrite_b: None = False,
                             check_finite=True):
    d[x] = linalg.solve_triangular(a, d[b] - transposed_as(triangle(d[a], lower, unit_diagonal), trans) @ x,
                                   trans=trans,
                                   lower=lower, unit_diagonal=unit_diagonal)


@adjoint(linalg.cho_solve)
def cho_solve(x, c_and_lower, b, overwrite_b: None = False, check_finite=True):
    t = np.conj(linalg.cho_solve(c_and_lower, np.conj(d[x])))
    d[b] = real_like(t, b)
    d[c_and_lower] = (cho_solve_adjoint(t, x, c_and_lower[0], c_and_lower[1]), 0.0)


@tangent(linalg.cho_solve)
def cho_solve_tangent(x, c_and_lower, b, overwrite_b: None = False, check_finite=True):
    d[x] = linalg.cho_solve(c_and_lower, d[b] - cho_product(d[c_and_lower][0], c_and_lower[0], c_and_lower[1]) @ x)


@adjoint(linalg.lu_solve)
def lu_solve(x, lu_and_piv, b, trans=0, overwrite_b: None = False, check_finite=True):
    if trans == 2:
        t = np.conj(linalg.lu_solve(lu_and_piv, np.conj(d[x])))
    else:
        t = linalg.lu_solve(lu_and_piv, d[x], trans=1 - trans)
    d[b] = real_like(t, b)
    d[lu_and_piv] = (lu_solve_adjoint(t, x, lu_and_piv[0], lu_and_piv[1], trans), np.zeros(np.shape(lu_and_piv[1])))


@tangent(linalg.lu_solve)
def lu_solve_tangent(x, lu_and_piv, b, trans=0, overwrite_b: None = False, check_finite=True):
    da = transposed_as(lu_product(d[lu_and_piv][0], lu_and_piv[0], lu_and_piv[1]), trans)
    d[x] = linalg.lu_solve(lu_and_piv, d[b] - da @ x, trans=trans)


@adjoint(linalg.solve_banded)
def solve_banded(x, l_and_u, ab, b, overwrite_ab: None = False, overwrite_b: None = False, check_finite=True):
    t = linalg.solve_banded((l_and_u[1], l_and_u[0]), bands_transposed(l_and_u, ab), d[x])
    d[b] = real_like(t, b)
    d[ab] = real_like(to_bands(l_and_u, minus_outer_product(t, x)), ab)


@tangent(linalg.solve_banded)
def solve_banded_tangent(x, l_and_u, ab, b, overwrite_ab: None = False, overwrite_b: None = False, check_finite=True):
    d[x] = linalg.solve_banded(l_and_u, ab, d[b] - from_bands(l_and_u, d[ab]) @ x)


@adjoint(linalg.solveh_banded)
def solveh_banded(x, ab, b, overwrite_ab: None = False, overwrite_b: None = False, lower=False, check_finite=True):
    t = np.conj(linalg.solveh_banded(ab, np.conj(d[x]), lower=lower))
    d[b] = real_like(t, b)
    d[ab] = hermitian_to_bands(minus_outer_product(t, x), ab, lower)


@tangent(linalg.solveh_banded)
def solveh_banded_tangent(x, ab, b, overwrite_ab: None = False, overwrite_b: None = False, lower=False,
                          check_finite=True):
    d[x] = linalg.solveh_banded(ab, d[b] - hermitian_from_bands(d[ab], lower) @ x, lower=lower)


@adjoint(linalg.solve_toeplitz)
def solve_toeplitz(x, c_or_cr, b, check_finite=True):
    cr = toeplitz_parts(c_or_cr)
    t = linalg.solve_toeplitz((cr[1], cr[0]), as_columns(d[x], b))
    d[b] = real_like(unbroadcast(np.reshape(t, np.shape(x)), b), b)
    d[c_or_cr] = toeplitz_adjoint(-t @ transposed(as_columns(x, b)), c_or_cr)


@tangent(linalg.solve_toeplitz)
def solve_toeplitz_tangent(x, c_or_cr, b, check_finite=True):
    dcr = toeplitz_parts(d[c_or_cr])
    moved = as_columns(d[b], b) - linalg.toeplitz(dcr[0], dcr[1]) @ as_columns(x, b)
    d[x] = np.reshape(linalg.solve_toeplitz(c_or_cr, moved), np.shape(x))


@adjoint(linalg.matmul_toeplitz)
def matmul_toeplitz(y, c_or_cr, x, check_finite=False, workers=None):
    cr = toeplitz_parts(c_or_cr)
    d[x] = real_like(linalg.matmul_toeplitz((cr[1], cr[0]), d[y]), x)
    d[c_or_cr] = toeplitz_adjoint(-minus_outer_product(d[y], x), c_or_cr)


@tangent(linalg.matmul_toeplitz)
def matmul_toeplitz_tangent(y, c_or_cr, x, check_finite=False, workers=None):
    dcr = toeplitz_parts(d[c_or_cr])
    d[y] = linalg.toeplitz(dcr[0], dcr[1]) @ x + linalg.matmul_toeplitz(c_or_cr, d[x])


@adjoint(linalg.inv, type=square_type)
def inv(y, a, overwrite_a: None = False, check_finite=True, *, assume_a=None, lower=False):
    if rank(a) == 2 and assume_a is None:
        d[a] = -y.T @ d[y] @ y.T
    else:
        d[a] = structured(-transposed(y) @ d[y] @ transposed(y), assume_a)


@tangent(linalg.inv)
def inv_tangent(y, a, overwrite_a: None = False, check_finite=True, *, assume_a=None, lower=False):
    d[y] = -y @ structured(d[a], assume_a) @ y


@adjoint(linalg.det, type=values_type)
def det(y, a, overwrite_a: None = False, check_finite=True):
    if rank(a) == 2:
        d[a] = d[y] * cofactors(a, y)
    else:
        d[a] = real_like(np.expand_dims(d[y], (-1, -2)) * cofactors(a, y), a)


@tangent(linalg.det)
def det_tangent(y, a, overwrite_a: None = False, check_finite=True):
    d[y] = np.sum(cofactors(a, y) * d[a], axis=(-2, -1))


@adjoint(linalg.pinv)
def pinv(y, a, *, atol=None, rtol=None, return_rank: None = False, check_finite=True):
    d[a] = pinv_adjoint(d[y], y, a)


@tangent(linalg.pinv)
def pinv_tangent_(y, a, *, atol=None, rtol=None, return_rank: None = False, check_finite=True):
    d[y] = pinv_tangent(d[a], y, a)


@adjoint(linalg.lstsq)
def lstsq(y, a, b, cond=None, overwrite_a: None = False, overwrite_b: None = False, check_finite=True,
          lapack_driver=None):
    parts = lstsq_adjoint(d[y][0], d[y][1], d[y][3], a, b, y[0])
    d[a] = parts[0]
    d[b] = parts[1]


@tangent(linalg.lstsq)
def lstsq_tangent(y, a, b, cond=None, overwrite_a: None = False, overwrite_b: None = False, check_finite=True,
                  lapack_driver=None):
    d[y] = lstsq_results_tangent(d[a], d[b], a, b, y[0], y[1])


@adjoint(linalg.norm, type=norm_type)
def norm(y, a, ord=None, axis=None, keepdims=False, check_finite=True):
    d[ord] = np.sum(d[y] * norm_order_slope(y, a, ord, axis, keepdims))
    d[a] = norm_adjoint(d[y], y, a, ord, axis, keepdims)


@tangent(linalg.norm)
def norm_tangent_(y, a, ord=None, axis=None, keepdims=False, check_finite=True):
    if absent(d[ord]):
        d[y] = norm_tangent(d[a], y, a, ord, axis, keepdims)
    else:
        d[y] = norm_tangent(d[a], y, a, ord, axis, keepdims) + norm_order_tangent(d[ord], y, a, ord, axis, keepdims)


# ---- functions of matrices --------------------------------------------------------------------------------------

def _same_matrix(operands: Operands) -> T.Type:
    return square_type(operands)


def _maybe_complex(operands: Operands) -> T.Type:
    """Roots and logarithms of real matrices may be complex."""
    return T.array(A.shape_of(next(iter(operands.values()))), None)


@adjoint(linalg.expm, type=_same_matrix)
def expm(y, A):
    if rank(A) == 2:
        d[A] = linalg.expm_frechet(A.T, d[y], compute_expm=False)
    else:
        d[A] = expm_slope(transposed(A), d[y])


@tangent(linalg.expm)
def expm_tangent(y, A):
    if rank(A) == 2:
        d[y] = linalg.expm_frechet(A, d[A], compute_expm=False)
    else:
        d[y] = expm_slope(A, d[A])


@adjoint(linalg.expm_frechet)
def expm_frechet(y, A, E, method=None, compute_expm=True, check_finite=True):
    if compute_expm:
        parts = frechet_adjoint(d[y][1], A, E)
        d[A] = parts[0] + expm_slope(transposed(A), d[y][0])
    else:
        parts = frechet_adjoint(d[y], A, E)
        d[A] = parts[0]
    d[E] = parts[1]


@tangent(linalg.expm_frechet)
def expm_frechet_tangent(y, A, E, method=None, compute_expm=True, check_finite=True):
    if compute_expm:
        d[y] = linalg.expm_frechet(A, d[A], compute_expm=False), frechet_tangent(d[A], d[E], A, E)
    else:
        d[y] = frechet_tangent(d[A], d[E], A, E)


@adjoint(linalg.sqrtm, type=_maybe_complex)
def sqrtm(y, A):
    d[A] = unbroadcast(linalg.solve_sylvester(transposed(y), transposed(y), d[y]), A)


@tangent(linalg.sqrtm)
def sqrtm_tangent(y, A):
    d[y] = linalg.solve_sylvester(y, y, d[A])


def _matrix_function(function):
    def matrix_function(y, A):
        d[A] = unbroadcast(frechet(function, transposed(A), d[y]), A)

    def matrix_function_tangent(y, A):
        d[y] = frechet(function, A, d[A])

    adjoint(function, type=_maybe_complex)(matrix_function)
    tangent(function)(matrix_function_tangent)


for _function in (linalg.logm, linalg.cosm, linalg.sinm, linalg.tanm, linalg.coshm, linalg.sinhm, linalg.tanhm,
                  linalg.signm):
    _matrix_function(_function)


@adjoint(linalg.fractional_matrix_power, type=_maybe_complex)
def fractional_matrix_power(y, A, t):
    d[A] = unbroadcast(power_slope_of_matrix(transposed(A), d[y], t), A)
    d[t] = unbroadcast(np.sum(d[y] * (linalg.logm(A) @ y)), t)


@tangent(linalg.fractional_matrix_power)
def fractional_matrix_power_tangent(y, A, t):
    d[y] = power_slope_of_matrix(A, d[A], t) + d[t] * (linalg.logm(A) @ y)


@expansion(linalg.funm)
def funm(A, func, disp: None = True):
    """its eigenvalues must differ"""
    w, v = np.linalg.eig(A)
    return np.real_if_close((v * func(w)) @ np.linalg.inv(v), 1e6)


# ---- matrix equations -------------------------------------------------------------------------------------------


@adjoint(linalg.solve_sylvester)
def solve_sylvester(x, a, b, q):
    t = linalg.solve_sylvester(transposed(a), transposed(b), d[x])
    d[q] = real_like(t, q)
    d[a] = real_like(-t @ transposed(x), a)
    d[b] = real_like(-transposed(x) @ t, b)


@tangent(linalg.solve_sylvester)
def solve_sylvester_tangent(x, a, b, q):
    d[x] = linalg.solve_sylvester(a, b, d[q] - d[a] @ x - x @ d[b])


@adjoint(linalg.solve_continuous_lyapunov, linalg.solve_lyapunov)
def solve_continuous_lyapunov(x, a, q):
    t = linalg.solve_continuous_lyapunov(transposed(a), d[x])
    d[q] = real_like(t, q)
    d[a] = real_like(-t @ transposed(x) - np.conj(transposed(t) @ x), a)


@tangent(linalg.solve_continuous_lyapunov, linalg.solve_lyapunov)
def solve_continuous_lyapunov_tangent(x, a, q):
    d[x] = linalg.solve_continuous_lyapunov(a, d[q] - d[a] @ x - x @ hermitian(d[a]))


@adjoint(linalg.solve_discrete_lyapunov)
def solve_discrete_lyapunov(x, a, q, method=None):
    t = linalg.solve_discrete_lyapunov(transposed(a), d[x], method=method)
    d[q] = real_like(t, q)
    d[a] = real_like(t @ np.conj(a) @ transposed(x) + np.conj(transposed(t) @ a @ x), a)


@tangent(linalg.solve_discrete_lyapunov)
def solve_discrete_lyapunov_tangent(x, a, q, method=None):
    d[x] = linalg.solve_discrete_lyapunov(a, d[q] + d[a] @ x @ hermitian(a) + a @ x @ hermitian(d[a]), method=method)


@adjoint(linalg.solve_continuous_are)
def solve_continuous_are(x, a, b, q, r, e: None = None, s: None = None, balanced=True):
    parts = care_adjoint(d[x], x, a, b, r)
    d[a] = parts[0]
    d[b] = parts[1]
    d[q] = parts[2]
    d[r] = parts[3]


@tangent(linalg.solve_continuous_are)
def solve_continuous_are_tangent(x, a, b, q, r, e: None = None, s: None = None, balanced=True):
    d[x] = care_tangent(d[a], d[b], d[q], d[r], x, a, b, r)


@adjoint(linalg.solve_discrete_are)
def solve_discrete_are(x, a, b, q, r, e: None = None, s: None = None, balanced=True):
    parts = dare_adjoint(d[x], x, a, b, r)
    d[a] = parts[0]
    d[b] = parts[1]
    d[q] = parts[2]
    d[r] = parts[3]


@tangent(linalg.solve_discrete_are)
def solve_discrete_are_tangent(x, a, b, q, r, e: None = None, s: None = None, balanced=True):
    d[x] = dare_tangent(d[a], d[b], d[q], d[r], x, a, b, r)


nondifferentiable(linalg.bandwidth, linalg.issymmetric, linalg.ishermitian, linalg.hadamard, linalg.helmert, linalg.dft,
                  linalg.hilbert, linalg.invhilbert, linalg.pascal, linalg.invpascal, *functions("tri", library=linalg))


# ---- short for others -----------------------------------------------------------------------------------------------

@expansion(linalg.pinvh)
def pinvh(a, atol: None = None, rtol: None = None, lower=True, return_rank: None = False, check_finite=True):
    return np.linalg.pinv(a if lower else np.conj(np.swapaxes(a, -1, -2)), hermitian=True)


@expansion(linalg.solve_circulant)
def solve_circulant(c, b, singular="raise", tol=None, caxis: None = -1, baxis: None = 0, outaxis: None = 0):
    return np.linalg.solve(linalg.circulant(c), b)


@expansion(linalg.orthogonal_procrustes)
def orthogonal_procrustes(A, B, check_finite=True):
    turn, stretch = linalg.polar((B.T @ np.conj(A)).T)
    return turn, np.real(np.trace(stretch))


@expansion(linalg.subspace_angles)
def subspace_angles(A, B):
    p, _ = linalg.qr(A, mode="economic")
    q, _ = linalg.qr(B, mode="economic")
    common = np.conj(p.T) @ q
    cosines = linalg.svdvals(common)
    if np.shape(A)[1] >= np.shape(B)[1]:
        rest = q - p @ common
    else:
        rest = p - q @ np.conj(common.T)
    sines = linalg.svdvals(rest)[::-1]  # exact where the cosine is not
    small = cosines ** 2 >= 0.5
    angles = np.where(small, np.arcsin(np.where(small, sines, 0.0)), np.arccos(np.where(small, 0.0, cosines)))
    return angles[::-1]
