"""Linear algebra: equations, determinants, norms and factorizations, for matrices and stacks of them.

Formulas: Giles (2008), and what `s2sgrad.runtime.linalg` names.
"""
from __future__ import annotations

import dataclasses

import numpy as np

from s2sgrad.ir import types as T
from s2sgrad.rules import array_types as A
from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import absent, adjoint, d, nondifferentiable, rank, tangent
from s2sgrad.rules.typing import Operands, first
from s2sgrad.runtime import (
    cholesky_adjoint,
    cholesky_tangent,
    cofactors,
    cond_adjoint,
    cond_tangent,
    eig_adjoint,
    eig_tangent,
    eigh_adjoint,
    eigh_tangent,
    from_triangle,
    hermitian,
    lstsq_adjoint,
    lstsq_results_tangent,
    matrix_power_adjoint,
    matrix_power_tangent,
    minus_outer,
    norm_adjoint,
    norm_order_slope,
    norm_order_tangent,
    norm_tangent,
    on_matrices,
    on_triangle,
    pinv_adjoint,
    pinv_tangent,
    qr_adjoint,
    qr_r_adjoint,
    qr_r_tangent,
    qr_tangent,
    real_like,
    slogdet_adjoint,
    slogdet_tangent,
    solve_tangent,
    solve_transposed,
    structured_like,
    svd_adjoint,
    svd_tangent,
    svdvals_adjoint,
    svdvals_tangent,
    tensorinv_adjoint,
    tensorinv_tangent,
    tensorsolve_adjoint_left,
    tensorsolve_adjoint_right,
    tensorsolve_tangent,
    transposed,
    unbroadcast,
    unit,
    vector_norm_adjoint,
    vector_norm_tangent,
)


def _square(operands: Operands) -> T.Type:
    """A stack of matrices like the first operand."""
    o = first(operands)
    return T.array(A.shape_of(o), _inexact(o.type.dtype))


def _inexact(dtype: str | None) -> str | None:
    return "float" if dtype in ("int", "bool") else dtype


def _values(operands: Operands) -> T.Type:
    """One number for each matrix."""
    o = first(operands)
    dims = A.known(A.shape_of(o))
    dtype = _inexact(o.type.dtype)
    return T.Type("numeric", None, dtype) if dims is None else T.numeric(T.Shape(dims[:-2]), dtype)


# ---- equations, inverses and determinants -----------------------------------------------------------------------

def _solution(operands: Operands) -> T.Type:
    a, b = operands["a"], operands["b"]
    dtype = _inexact(T.join_dtype(a.type.dtype, b.type.dtype))
    return T.array(A.shape_of(b) if A.rank_of(a) == 2 else None, dtype)


@adjoint(np.linalg.solve, type=_solution)
def solve(x, a, b):
    if rank(a) == 2 and rank(b) is not None:
        t = np.linalg.solve(a.T, d[x])
        d[b] = t
        d[a] = -np.outer(t, x) if rank(b) == 1 else -t @ x.T
    else:
        t = solve_transposed(a, d[x])
        d[b] = unbroadcast(t, b)
        d[a] = minus_outer(t, x, a)


@tangent(np.linalg.solve)
def solve_tangent_(x, a, b):
    if absent(d[a]):
        d[x] = np.linalg.solve(a, d[b])
    elif absent(d[b]) and rank(a) == 2:
        d[x] = -np.linalg.solve(a, d[a] @ x)
    else:
        d[x] = solve_tangent(d[a], d[b], a, b, x)


@adjoint(np.linalg.inv, type=_square)
def inv(y, a):
    if rank(a) == 2:
        d[a] = -y.T @ d[y] @ y.T
    else:
        d[a] = -transposed(y) @ d[y] @ transposed(y)


@tangent(np.linalg.inv)
def inv_tangent(y, a):
    d[y] = -y @ d[a] @ y


@adjoint(np.linalg.det, type=_values)
def det(y, a):
    if rank(a) == 2:
        d[a] = d[y] * cofactors(a, y)
    else:
        d[a] = real_like(on_matrices(d[y]) * cofactors(a, y), a)


@tangent(np.linalg.det)
def det_tangent(y, a):
    d[y] = np.sum(cofactors(a, y) * d[a], axis=(-2, -1))


def _signed(operands: Operands) -> T.Type:
    number = _values(operands)
    return T.tuple_of((number, dataclasses.replace(number, dtype=None if number.dtype is None else "float")))


@adjoint(np.linalg.slogdet, type=_signed)
def slogdet(y, a):
    if absent(d[y][0]) and rank(a) == 2:
        d[a] = d[y][1] * np.linalg.inv(a).T
    elif absent(d[y][0]):
        d[a] = real_like(on_matrices(d[y][1]) * transposed(np.linalg.inv(a)), a)
    else:
        d[a] = slogdet_adjoint(d[y][0], d[y][1], y[0], a)


@tangent(np.linalg.slogdet)
def slogdet_tangent_(y, a):
    d[y] = structured_like(slogdet_tangent(d[a], y[0], a), y)


def _inverted(operands: Operands) -> T.Type:
    o = first(operands)
    dims = A.known(A.shape_of(o))
    return T.array(None if dims is None or len(dims) < 2 else T.Shape((*dims[:-2], dims[-1], dims[-2])), _inexact(o.type.dtype))


@adjoint(np.linalg.pinv, type=_inverted)
def pinv(y, a, rcond=None, hermitian=False, *, rtol=None):
    if hermitian:  # of which NumPy reads the lower triangle
        whole = pinv_adjoint(d[y], y, from_triangle(a, "L"))
        d[a] = on_triangle(0.5 * (whole + np.conj(transposed(whole))), "L")
    else:
        d[a] = pinv_adjoint(d[y], y, a)


@tangent(np.linalg.pinv)
def pinv_tangent_(y, a, rcond=None, hermitian=False, *, rtol=None):
    if hermitian:
        d[y] = pinv_tangent(from_triangle(d[a], "L"), y, from_triangle(a, "L"))
    else:
        d[y] = pinv_tangent(d[a], y, a)


@adjoint(np.linalg.matrix_power, type=_square)
def matrix_power(y, a, n):
    if n == 2 and rank(a) == 2:
        d[a] = d[y] @ a.T + a.T @ d[y]
    else:
        d[a] = matrix_power_adjoint(d[y], a, n)


@tangent(np.linalg.matrix_power)
def matrix_power_tangent_(y, a, n):
    if n == 2:
        d[y] = d[a] @ a + a @ d[a]
    else:
        d[y] = matrix_power_tangent(d[a], a, n)


@adjoint(np.linalg.tensorinv, type=A.some_array)
def tensorinv(y, a, ind=2):
    d[a] = tensorinv_adjoint(d[y], y, a)


@tangent(np.linalg.tensorinv)
def tensorinv_tangent_(y, a, ind=2):
    d[y] = tensorinv_tangent(d[a], y)


@adjoint(np.linalg.tensorsolve, type=A.combined)
def tensorsolve(x, a, b, axes=None):
    t = tensorsolve_adjoint_right(d[x], a, b, axes)
    d[b] = t
    d[a] = tensorsolve_adjoint_left(t, x, a, axes)


@tangent(np.linalg.tensorsolve)
def tensorsolve_tangent_(x, a, b, axes=None):
    d[x] = tensorsolve_tangent(d[a], d[b], a, b, x, axes)


def _least_squares(operands: Operands) -> T.Type:
    solution = A.combined(operands)
    return T.tuple_of((solution, T.array(None, "float"), T.INT, T.array(None, "float")))


@adjoint(np.linalg.lstsq, type=_least_squares)
def lstsq(y, a, b, rcond=None):
    parts = lstsq_adjoint(d[y][0], d[y][1], d[y][3], a, b, y[0])
    d[a] = parts[0]
    d[b] = parts[1]


@tangent(np.linalg.lstsq)
def lstsq_tangent_(y, a, b, rcond=None):
    d[y] = lstsq_results_tangent(d[a], d[b], a, b, y[0], y[1])


# ---- norms ------------------------------------------------------------------------------------------------------

def _norm(operands: Operands) -> T.Type:
    if operands["axis"].value is None and operands["keepdims"].value is False:
        return T.FLOAT
    return T.Type("numeric", None, "real" if next(iter(operands.values())).type.dtype is None else "float")


@adjoint(np.linalg.norm, type=_norm)
def norm(y, x, ord=None, axis=None, keepdims=False):
    d[ord] = np.sum(d[y] * norm_order_slope(y, x, ord, axis, keepdims))
    if ord is None and axis is None:
        d[x] = d[y] * unit(x, y)
    else:
        d[x] = norm_adjoint(d[y], y, x, ord, axis, keepdims)


@tangent(np.linalg.norm)
def norm_tangent_(y, x, ord=None, axis=None, keepdims=False):
    if absent(d[ord]):
        d[y] = norm_tangent(d[x], y, x, ord, axis, keepdims)
    else:
        d[y] = norm_tangent(d[x], y, x, ord, axis, keepdims) + norm_order_tangent(d[ord], y, x, ord, axis, keepdims)


@adjoint(*functions("linalg.vector_norm"), type=_norm)
def vector_norm(y, x, axis=None, keepdims=False, ord=2):
    d[ord] = np.sum(d[y] * norm_order_slope(y, x, ord, axis, keepdims, True))
    if ord == 2 and axis is None:
        d[x] = d[y] * unit(x, y)
    else:
        d[x] = vector_norm_adjoint(d[y], y, x, axis, keepdims, ord)


@tangent(*functions("linalg.vector_norm"))
def vector_norm_tangent_(y, x, axis=None, keepdims=False, ord=2):
    if absent(d[ord]):
        d[y] = vector_norm_tangent(d[x], y, x, axis, keepdims, ord)
    else:
        d[y] = vector_norm_tangent(d[x], y, x, axis, keepdims, ord) \
            + norm_order_tangent(d[ord], y, x, ord, axis, keepdims, True)


def _matrix_norm(operands: Operands) -> T.Type:
    return T.Type("numeric", None, "float")


@adjoint(*functions("linalg.matrix_norm"), type=_matrix_norm)
def matrix_norm(y, x, keepdims=False, ord="fro"):
    d[x] = norm_adjoint(d[y], y, x, ord, (-2, -1), keepdims)


@tangent(*functions("linalg.matrix_norm"))
def matrix_norm_tangent(y, x, keepdims=False, ord="fro"):
    d[y] = norm_tangent(d[x], y, x, ord, (-2, -1), keepdims)


@adjoint(np.linalg.cond, type=_values)
def cond(y, x, p=None):
    d[x] = cond_adjoint(d[y], y, x, p)


@tangent(np.linalg.cond)
def cond_tangent_(y, x, p=None):
    d[y] = cond_tangent(d[x], y, x, p)


nondifferentiable(np.linalg.matrix_rank)

# ---- factorizations ---------------------------------------------------------------------------------------------


@adjoint(np.linalg.cholesky, type=_square)
def cholesky(y, a, upper=False):
    if upper:
        d[a] = on_triangle(cholesky_adjoint(hermitian(d[y]), hermitian(y)), True)
    else:
        d[a] = on_triangle(cholesky_adjoint(d[y], y), False)


@tangent(np.linalg.cholesky)
def cholesky_tangent_(y, a, upper=False):
    if upper:
        d[y] = hermitian(cholesky_tangent(from_triangle(d[a], True), hermitian(y)))
    else:
        d[y] = cholesky_tangent(from_triangle(d[a], False), y)


def _real_values(operands: Operands) -> T.Type:
    o = first(operands)
    dims = A.known(A.shape_of(o))
    return T.array(None if dims is None else T.Shape(dims[:-1]), "float")


def _eigh(operands: Operands) -> T.Type:
    return T.tuple_of((_real_values(operands), _square(operands)))


@adjoint(np.linalg.eigh, type=_eigh)
def eigh(y, a, UPLO="L"):
    d[a] = on_triangle(eigh_adjoint(d[y][0], d[y][1], y[0], y[1]), UPLO)


@tangent(np.linalg.eigh)
def eigh_tangent_(y, a, UPLO="L"):
    d[y] = structured_like(eigh_tangent(from_triangle(d[a], UPLO), y[0], y[1]), y)


@adjoint(np.linalg.eigvalsh, type=_real_values)
def eigvalsh(y, a, UPLO="L"):
    d[a] = on_triangle(eigh_adjoint(d[y], 0.0, y, np.linalg.eigh(a, UPLO)[1]), UPLO)


@tangent(np.linalg.eigvalsh)
def eigvalsh_tangent(y, a, UPLO="L"):
    d[y] = eigh_tangent(from_triangle(d[a], UPLO), y, np.linalg.eigh(a, UPLO)[1])[0]


def _eig(operands: Operands) -> T.Type:
    """The results are complex, or real where the eigenvalues happen to be."""
    return T.tuple_of((_eigvals(operands), T.array(A.shape_of(first(operands)), "complex")))


def _eigvals(operands: Operands) -> T.Type:
    dims = A.known(A.shape_of(first(operands)))
    return T.array(None if dims is None else T.Shape(dims[:-1]), "complex")


@adjoint(np.linalg.eig, type=_eig)
def eig(y, a):
    d[a] = eig_adjoint(d[y][0], d[y][1], y[0], y[1], a)


@tangent(np.linalg.eig)
def eig_tangent_(y, a):
    d[y] = structured_like(eig_tangent(d[a], y[0], y[1]), y)


@adjoint(np.linalg.eigvals, type=_eigvals)
def eigvals(y, a):
    parts = np.linalg.eig(a)
    d[a] = eig_adjoint(d[y], 0.0, parts[0], parts[1], a)


@tangent(np.linalg.eigvals)
def eigvals_tangent(y, a):
    parts = np.linalg.eig(a)
    d[y] = eig_tangent(d[a], parts[0], parts[1])[0]


def _svd(operands: Operands) -> T.Type:
    if operands["compute_uv"].value is True:
        o = first(operands)
        matrix = T.array(None, o.type.dtype)
        return T.tuple_of((matrix, _singular(operands), matrix))
    return _singular(operands) if operands["compute_uv"].value is False else T.ANY


def _singular(operands: Operands) -> T.Type:
    return T.array(None, "float")


@adjoint(np.linalg.svd, type=_svd)
def svd(y, a, full_matrices=True, compute_uv=True, hermitian=False):
    if hermitian:  # of which NumPy reads the lower triangle
        if compute_uv:
            whole = svd_adjoint(d[y][0], d[y][1], d[y][2], y[0], y[1], y[2])
        else:
            whole = svdvals_adjoint(d[y], from_triangle(a, "L"))
        d[a] = on_triangle(0.5 * (whole + np.conj(transposed(whole))), "L")
    elif compute_uv:
        d[a] = svd_adjoint(d[y][0], d[y][1], d[y][2], y[0], y[1], y[2])
    else:
        d[a] = svdvals_adjoint(d[y], a)


@tangent(np.linalg.svd)
def svd_tangent_(y, a, full_matrices=True, compute_uv=True, hermitian=False):
    if hermitian and compute_uv:
        d[y] = structured_like(svd_tangent(from_triangle(d[a], "L"), y[0], y[1], y[2]), y)
    elif hermitian:
        d[y] = svdvals_tangent(from_triangle(d[a], "L"), from_triangle(a, "L"))
    elif compute_uv:
        d[y] = structured_like(svd_tangent(d[a], y[0], y[1], y[2]), y)
    else:
        d[y] = svdvals_tangent(d[a], a)


@adjoint(*functions("linalg.svdvals"), type=_singular)
def svdvals(y, x):
    d[x] = svdvals_adjoint(d[y], x)


@tangent(*functions("linalg.svdvals"))
def svdvals_tangent_(y, x):
    d[y] = svdvals_tangent(d[x], x)


def _qr(operands: Operands) -> T.Type:
    if operands["mode"].value in ("reduced", "complete"):
        matrix = T.array(None, first(operands).type.dtype)
        return T.tuple_of((matrix, matrix))
    return T.array(None, first(operands).type.dtype) if operands["mode"].value == "r" else T.ANY


@adjoint(np.linalg.qr, type=_qr)
def qr(y, a, mode="reduced"):
    if mode == "r":
        d[a] = qr_r_adjoint(d[y], y, a)
    else:
        d[a] = qr_adjoint(d[y][0], d[y][1], y[0], y[1], a)


@tangent(np.linalg.qr)
def qr_tangent_(y, a, mode="reduced"):
    if mode == "r":
        d[y] = qr_r_tangent(d[a], y, a)
    else:
        d[y] = structured_like(qr_tangent(d[a], y[0], y[1]), y)
