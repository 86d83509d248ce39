"""Products of arrays: matrix products, contractions, convolutions, polynomials."""
from __future__ import annotations

import operator

import numpy as np

from s2sgrad.ir import types as T
from s2sgrad.rules import array_types as A
from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import adjoint, bilinear, d, is_real, linear, rank, tangent
from s2sgrad.rules.typing import Operands
from s2sgrad.runtime import (
    cast_like,
    convolve_adjoint,
    correlate_adjoint_left,
    correlate_adjoint_right,
    cross_adjoint_left,
    cross_adjoint_right,
    dot_adjoint_left,
    dot_adjoint_right,
    inner_adjoint_left,
    inner_adjoint_right,
    kron_adjoint_left,
    kron_adjoint_right,
    like,
    matmul_adjoint_left,
    matmul_adjoint_right,
    multi_dot_adjoint,
    multi_dot_tangent,
    outer_adjoint_left,
    outer_adjoint_right,
    poly_adjoint,
    poly_tangent,
    polyadd_adjoint,
    polyder_adjoint,
    polydiv_adjoint,
    polydiv_tangent,
    polyfit_adjoint,
    polyfit_cov_adjoint,
    polyfit_cov_tangent,
    polyfit_full_adjoint,
    polyfit_full_tangent,
    polyfit_tangent,
    polyint_adjoint,
    polyint_tangent,
    polymul_adjoint,
    real_like,
    roots_adjoint,
    roots_tangent,
    tensordot_adjoint_left,
    tensordot_adjoint_right,
    unbroadcast,
    untrace,
)


def _pair(operands: Operands) -> tuple[tuple[T.Dim, ...] | None, tuple[T.Dim, ...] | None, str | None]:
    a, b = tuple(operands.values())[:2]
    return A.known(A.shape_of(a)), A.known(A.shape_of(b)), A.joined_dtype((a, b))


def _product(operands: Operands) -> T.Type:
    """The result of `np.dot` and, for matrices and vectors, of the operator ``@``."""
    a, b, dtype = _pair(operands)
    if a is None or b is None or len(a) > 2 or len(b) > 2:
        return T.Type("numeric", None, dtype)
    if not a or not b:
        return T.numeric(T.Shape(a or b), dtype)
    return T.numeric(T.Shape(a[:-1] + (b[1:] if len(b) == 2 else ())), dtype)


@adjoint(operator.matmul, np.matmul, *functions("linalg.matmul"), type=_product)
def matmul(c, a, b):
    if rank(a) == 2 and rank(b) == 2:
        d[a] = d[c] @ b.T
        d[b] = a.T @ d[c]
    elif rank(a) == 2 and rank(b) == 1:
        d[a] = np.outer(d[c], b)
        d[b] = a.T @ d[c]
    elif rank(a) == 1 and rank(b) == 2:
        d[a] = b @ d[c]
        d[b] = np.outer(a, d[c])
    elif rank(a) == 1 and rank(b) == 1:
        d[a] = d[c] * b
        d[b] = d[c] * a
    else:
        d[a] = matmul_adjoint_left(d[c], a, b)
        d[b] = matmul_adjoint_right(d[c], a, b)


@adjoint(np.dot, type=_product)
def dot(c, a, b):
    if rank(a) == 2 and rank(b) == 2:
        d[a] = d[c] @ b.T
        d[b] = a.T @ d[c]
    elif rank(a) == 2 and rank(b) == 1:
        d[a] = np.outer(d[c], b)
        d[b] = a.T @ d[c]
    elif rank(a) == 1 and rank(b) == 2:
        d[a] = b @ d[c]
        d[b] = np.outer(a, d[c])
    elif rank(a) == 1 and rank(b) == 1:
        d[a] = d[c] * b
        d[b] = d[c] * a
    else:
        d[a] = dot_adjoint_left(d[c], a, b)
        d[b] = dot_adjoint_right(d[c], a, b)


def _inner(operands: Operands) -> T.Type:
    a, b, dtype = _pair(operands)
    if a is None or b is None:
        return T.Type("numeric", None, dtype)
    return T.numeric(T.Shape(a[:-1] + b[:-1] if a and b else a or b), dtype)


@adjoint(np.inner, type=_inner)
def inner(c, a, b):
    if rank(a) == 1 and rank(b) == 1:
        d[a] = d[c] * b
        d[b] = d[c] * a
    elif rank(a) == 2 and rank(b) == 2:
        d[a] = d[c] @ b
        d[b] = d[c].T @ a
    else:
        d[a] = inner_adjoint_left(d[c], a, b)
        d[b] = inner_adjoint_right(d[c], a, b)


def _outer(operands: Operands) -> T.Type:
    a, b, dtype = _pair(operands)
    shape = None if a is None or b is None else T.Shape((A.total(a), A.total(b)))
    return T.array(shape, dtype)


@adjoint(np.outer, *functions("linalg.outer"), type=_outer)
def outer(c, a, b):
    if rank(a) == 1 and rank(b) == 1:
        d[a] = d[c] @ b
        d[b] = a @ d[c]
    else:
        d[a] = outer_adjoint_left(d[c], a, b)
        d[b] = outer_adjoint_right(d[c], a, b)


bilinear(operator.matmul, np.matmul, *functions("linalg.matmul", "linalg.outer"), np.dot, np.inner, np.outer,
         wrt=("a", "b"))


def _scalar(operands: Operands) -> T.Type:
    return T.Type("number", T.SCALAR, _pair(operands)[2])


@adjoint(np.vdot, type=_scalar)
def vdot(c, a, b):
    if rank(a) == 1 and rank(b) == 1 and is_real(a) and is_real(b):
        d[a] = d[c] * b
        d[b] = d[c] * a
    else:
        d[a] = real_like(np.reshape(np.conj(d[c] * np.ravel(b)), np.shape(a)), a)
        d[b] = real_like(np.reshape(d[c] * np.conj(np.ravel(a)), np.shape(b)), b)


@tangent(np.vdot)
def vdot_tangent(c, a, b):
    d[c] = np.vdot(d[a], b) + np.vdot(a, d[b])


@adjoint(*functions("vecdot", "linalg.vecdot"), type=A.contracted)
def vecdot(c, x1, x2, axis=-1):
    d[x1] = unbroadcast(np.conj(np.expand_dims(d[c], axis) * x2), x1)
    d[x2] = unbroadcast(np.expand_dims(d[c], axis) * np.conj(x1), x2)


@tangent(*functions("vecdot", "linalg.vecdot"))
def vecdot_tangent(c, x1, x2, axis=-1):
    d[c] = np.sum(np.conj(d[x1]) * x2 + np.conj(x1) * d[x2], axis=axis)


@adjoint(*functions("matvec"), type=A.combined)
def matvec(c, x1, x2):
    d[x1] = unbroadcast(np.expand_dims(d[c], -1) * np.expand_dims(x2, -2), x1)
    d[x2] = unbroadcast((np.swapaxes(x1, -1, -2) @ np.expand_dims(d[c], -1))[..., 0], x2)


@tangent(*functions("matvec"))
def matvec_tangent(c, x1, x2):
    d[c] = (d[x1] @ np.expand_dims(x2, -1) + x1 @ np.expand_dims(d[x2], -1))[..., 0]


@adjoint(*functions("vecmat"), type=A.combined)
def vecmat(c, x1, x2):
    d[x1] = unbroadcast(np.conj(x2 @ np.expand_dims(d[c], -1))[..., 0], x1)
    d[x2] = unbroadcast(np.expand_dims(np.conj(x1), -1) * np.expand_dims(d[c], -2), x2)


@tangent(*functions("vecmat"))
def vecmat_tangent(c, x1, x2):
    d[c] = (np.expand_dims(np.conj(d[x1]), -2) @ x2 + np.expand_dims(np.conj(x1), -2) @ d[x2])[..., 0, :]


@adjoint(np.tensordot, *functions("linalg.tensordot"), type=A.contracted)
def tensordot(c, a, b, axes=2):
    d[a] = tensordot_adjoint_left(d[c], a, b, axes)
    d[b] = tensordot_adjoint_right(d[c], a, b, axes)


@adjoint(np.kron, type=A.contracted)
def kron(c, a, b):
    d[a] = kron_adjoint_left(d[c], a, b)
    d[b] = kron_adjoint_right(d[c], a, b)


bilinear(np.tensordot, *functions("linalg.tensordot"), np.kron, wrt=("a", "b"))


@adjoint(np.cross, type=A.contracted)
def cross(c, a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    if axis is None:
        d[a] = cross_adjoint_left(d[c], a, b, axisa, axisb, axisc)
        d[b] = cross_adjoint_right(d[c], a, b, axisa, axisb, axisc)
    else:
        d[a] = cross_adjoint_left(d[c], a, b, axis, axis, axis)
        d[b] = cross_adjoint_right(d[c], a, b, axis, axis, axis)


@adjoint(*functions("linalg.cross"), type=A.combined)
def linalg_cross(c, x1, x2, axis=-1):
    d[x1] = unbroadcast(np.cross(x2, d[c], axis=axis), x1)
    d[x2] = unbroadcast(np.cross(d[c], x1, axis=axis), x2)


bilinear(np.cross, wrt=("a", "b"))
bilinear(*functions("linalg.cross"), wrt=("x1", "x2"))


def _trace(operands: Operands) -> T.Type:
    a, *_ = operands.values()
    return T.Type("number", T.SCALAR, a.type.dtype) if A.rank_of(a) == 2 else T.Type("numeric", None, a.type.dtype)


@linear(np.trace, type=A.converted(_trace))
def trace(by, a, offset=0, axis1=0, axis2=1, dtype=None, out: None = None):
    if dtype is not None:
        return cast_like(untrace(by, a, offset, axis1, axis2), a, by)
    if rank(a) == 2 and offset == 0:
        return by * np.eye(*np.shape(a))
    return untrace(by, a, offset, axis1, axis2)


@linear(*functions("linalg.trace"), type=A.converted(_trace))
def linalg_trace(by, x, offset=0, dtype=None):
    if dtype is not None:
        return cast_like(untrace(by, x, offset, -2, -1), x, by)
    if rank(x) == 2 and offset == 0:
        return by * np.eye(*np.shape(x))
    return untrace(by, x, offset, -2, -1)


def _chain(operands: Operands) -> T.Type:
    parts = operands["arrays"].parts
    return T.Type("numeric", None, A.joined_dtype(parts) if parts else None)


@adjoint(np.linalg.multi_dot, type=_chain)
def multi_dot(c, arrays):
    d[arrays] = multi_dot_adjoint(d[c], arrays)


@tangent(np.linalg.multi_dot)
def multi_dot_tangent_(c, arrays):
    d[c] = multi_dot_tangent(arrays, d[arrays])


# ---- convolutions -----------------------------------------------------------------------------------------------

@adjoint(np.convolve, type=A.line)
def convolve(c, a, v, mode="full"):
    d[a] = convolve_adjoint(d[c], a, v, mode)
    d[v] = convolve_adjoint(d[c], v, a, mode)


@adjoint(np.correlate, type=A.line)
def correlate(c, a, v, mode="valid"):
    d[a] = correlate_adjoint_left(d[c], a, v, mode)
    d[v] = correlate_adjoint_right(d[c], a, v, mode)


bilinear(np.convolve, np.correlate, wrt=("a", "v"))

# ---- polynomials by their coefficients --------------------------------------------------------------------------


def _evaluated(operands: Operands) -> T.Type:
    p, x = operands["p"], operands["x"]
    return T.numeric(A.shape_of(x), A.joined_dtype((p, x)), x.type.is_array)


def _divided(operands: Operands) -> T.Type:
    made = A.combined(operands)
    return T.tuple_of((made, made))


def _fitted(operands: Operands) -> T.Type:
    alone = all(operands[option].value is False for option in ("full", "cov"))
    return T.array(None, None) if alone else T.Type("tuple")


def _roots(operands: Operands) -> T.Type:
    """Complex, or real where all roots are."""
    return T.array(None, "complex")


@adjoint(np.polyval, type=_evaluated)
def polyval(y, p, x):
    if is_real(x) and is_real(p):
        d[p] = np.ravel(d[y]) @ np.vander(np.ravel(x), np.size(p))
        d[x] = d[y] * np.polyval(np.polyder(p), x)
    else:
        d[p] = like(np.ravel(d[y]) @ np.vander(np.ravel(x), np.size(p)), p)
        d[x] = like(d[y] * np.polyval(np.polyder(p), x), x)


@tangent(np.polyval)
def polyval_tangent(y, p, x):
    d[y] = np.polyval(d[p], x) + np.polyval(np.polyder(p), x) * d[x]


@linear(np.polyder, type=A.some_array)
def polyder(by, p, m=1):
    return polyder_adjoint(by, p, m)


@adjoint(np.polyint, type=A.some_array)
def polyint(y, p, m=1, k=None):
    d[p] = polyint_adjoint(d[y], p, m)
    if k is not None:
        d[k] = unbroadcast(polyint_adjoint(d[y], np.zeros(0), m), k)


@tangent(np.polyint)
def polyint_tangent_(y, p, m=1, k=None):
    if k is None:
        d[y] = np.polyint(d[p], m)
    else:
        d[y] = polyint_tangent(d[p], m, d[k])


@adjoint(np.polyadd, type=A.combined)
def polyadd(y, a1, a2):
    d[a1] = polyadd_adjoint(d[y], a1)
    d[a2] = polyadd_adjoint(d[y], a2)


@adjoint(np.polysub, type=A.combined)
def polysub(y, a1, a2):
    d[a1] = polyadd_adjoint(d[y], a1)
    d[a2] = -polyadd_adjoint(d[y], a2)


@adjoint(np.polymul, type=A.combined)
def polymul(y, a1, a2):
    d[a1] = polymul_adjoint(d[y], a1, a2)
    d[a2] = polymul_adjoint(d[y], a2, a1)


@tangent(np.polymul)
def polymul_tangent(y, a1, a2):
    moved = np.convolve(np.ravel(d[a1]), np.ravel(a2)) + np.convolve(np.ravel(a1), np.ravel(d[a2]))
    d[y] = moved[np.size(moved) - np.size(y):]


@tangent(np.polyadd)
def polyadd_tangent(y, a1, a2):
    d[y] = np.polyadd(d[a1], d[a2])


@tangent(np.polysub)
def polysub_tangent(y, a1, a2):
    d[y] = np.polysub(d[a1], d[a2])


@adjoint(np.polydiv, type=_divided)
def polydiv(y, u, v):
    parts = polydiv_adjoint(d[y][0], d[y][1], u, v, y[0])
    d[u] = parts[0]
    d[v] = parts[1]


@tangent(np.polydiv)
def polydiv_tangent_(y, u, v):
    d[y] = polydiv_tangent(d[u], d[v], u, v, y[0], y[1])


@adjoint(np.polyfit, type=_fitted)
def polyfit(c, x, y, deg, rcond=None, full=False, w=None, cov=False):
    if full:
        parts = polyfit_full_adjoint(d[c][0], d[c][1], d[c][3], x, y, deg, w, c[0])
    elif cov:
        parts = polyfit_cov_adjoint(d[c][0], d[c][1], x, y, deg, w, c[0], cov)
    else:
        parts = polyfit_adjoint(d[c], x, y, deg, w, c)
    d[x] = parts[0]
    d[y] = parts[1]
    d[w] = parts[2]


@tangent(np.polyfit)
def polyfit_tangent_(c, x, y, deg, rcond=None, full=False, w=None, cov=False):
    if full:
        d[c] = polyfit_full_tangent(d[x], d[y], x, y, deg, w, d[w], c)
    elif cov:
        d[c] = polyfit_cov_tangent(d[x], d[y], x, y, deg, w, d[w], c[0], cov)
    else:
        d[c] = polyfit_tangent(d[x], d[y], x, y, deg, w, d[w], c)


@adjoint(np.roots, type=_roots)
def roots(y, p):
    d[p] = roots_adjoint(d[y], y, p)


@tangent(np.roots)
def roots_tangent_(y, p):
    d[y] = roots_tangent(d[p], y, p)


@adjoint(np.poly, type=A.some_array)
def poly(y, seq_of_zeros):
    d[seq_of_zeros] = poly_adjoint(d[y], seq_of_zeros)


@tangent(np.poly)
def poly_tangent_(y, seq_of_zeros):
    d[y] = poly_tangent(d[seq_of_zeros], seq_of_zeros)
