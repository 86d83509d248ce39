"""Rules of the run-time helpers for arrays: their transposes, most of which are the functions that they transpose."""
from __future__ import annotations

import numpy as np

from s2sgrad import runtime as rt
from s2sgrad.ir import types as T
from s2sgrad.rules import array_types as A
from s2sgrad.rules.registry import adjoint, bilinear, d, linear, nondifferentiable, tangent
from s2sgrad.rules.typing import Operands, TypeRule, first


def _like(name: str) -> TypeRule:
    """An array in the shape of an operand, which is one."""
    def typed(operands: Operands) -> T.Type:
        return T.array(A.shape_of(operands[name]), first(operands).type.dtype)
    return typed


def _as_much_as(name: str) -> TypeRule:
    """An array in the shape of an operand, or a number where that is one: NumPy takes both there."""
    def typed(operands: Operands) -> T.Type:
        o = operands[name]
        return T.numeric(A.shape_of(o), first(operands).type.dtype, o.type.is_array)
    return typed


def _transposed(operands: Operands) -> T.Type:
    return A.swapped(operands, -1, -2)


# ---- joining and splitting --------------------------------------------------------------------------------------

@linear(rt.restructure)
def restructure(by, b, like):
    return np.array(by)


@linear(rt.listed_part)
def listed_part(by, b, like):
    return rt.stored_part(by, b)


@linear(rt.stored_part)
def stored_part(by, x, like):
    return rt.listed_part(by, x)


linear(rt.real_like, transpose=rt.real_like)


@linear(rt.split_like)
def split_like(by, b, arrays, axis):
    return rt.join_like(by, b, axis)


@linear(rt.join_like)
def join_like(by, parts, like, axis):
    return rt.split_like(by, parts, axis)


@linear(rt.as_columns, view=True, type=A.some_array)
def as_columns(by, x):
    return np.reshape(by, np.shape(x))


@linear(rt.unjoin_blocks)
def unjoin_blocks(by, b, arrays):
    return np.block(by)


@linear(rt.filled)
def filled(by, bs, ys):
    return by


@linear(rt.reshape_each)
def reshape_each(by, bs, arrays):
    return rt.reshape_each(by, bs)


@linear(rt.unbroadcast_each)
def unbroadcast_each(by, bs, arrays):
    return rt.broadcast_each(by, bs)


@linear(rt.broadcast_each)
def broadcast_each(by, bs, arrays):
    return rt.unbroadcast_each(by, bs)


@linear(rt.unmesh)
def unmesh(by, bs, arrays, sparse, indexing):
    return np.meshgrid(*by, sparse=sparse, indexing=indexing)


# ---- positions --------------------------------------------------------------------------------------------------

nondifferentiable(rt.positions, rt.raveled_positions, rt.inverse_permutation, rt.line_weights, rt.untrimmed)


@linear(rt.scatter, type=_like("like"))
def scatter(by, b, where, like):
    return rt.gather(by, where)


@linear(rt.gather, type=_like("where"))
def gather(by, x, where):
    return rt.scatter(by, where, x)


@linear(rt.untake_along_axis, type=_like("like"))
def untake_along_axis(by, b, indices, like, axis):
    return np.take_along_axis(by, indices, axis)


@linear(rt.unroll_axis, type=A.some_array)
def unroll_axis(by, b, axis, start):
    return np.rollaxis(by, axis, start)


@linear(rt.untile, type=_as_much_as("a"))
def untile(by, b, a, reps):
    return np.tile(by, reps)


@linear(rt.unrepeat, type=_as_much_as("a"))
def unrepeat(by, b, a, repeats, axis):
    return np.repeat(by, repeats, axis)


@linear(rt.undiag, type=_like("v"))
def undiag(by, b, v, k=0):
    return np.diag(by, k)


@linear(rt.undiagonal, type=_like("like"))
def undiagonal(by, b, like, offset=0, axis1=0, axis2=1):
    return np.diagonal(by, offset, axis1, axis2)


@linear(rt.diagonal_view, view=True, type=A.some_array)
def diagonal_view(by, x, offset=0, axis1=0, axis2=1):
    return rt.undiagonal(by, x, offset, axis1, axis2)


@linear(rt.diag_view, view=True, type=A.some_array)
def diag_view(by, v, k=0):
    return rt.undiag(by, v, k)


@linear(rt.matrix_diagonal_view, view=True, type=A.some_array)
def matrix_diagonal_view(by, x, offset=0):
    return rt.undiagonal(by, x, offset, -2, -1)


@linear(rt.untrace, type=_like("like"))
def untrace(by, b, like, offset=0, axis1=0, axis2=1):
    return np.trace(by, offset, axis1, axis2)


@linear(rt.pad_adjoint, type=_like("x"))
def pad_adjoint(by, b, x, pad_width, mode="constant", stat_length=None, reflect_type="even"):
    return rt.pad_tangent(by, x, pad_width, mode, 0.0, 0.0, stat_length, reflect_type)


@linear(rt.padded_ends, type=_like("ends"))
def padded_ends(by, b, x, pad_width, mode, ends):
    return rt.pad_tangent(np.zeros(np.shape(x)), x, pad_width, mode, by, by, None, "even")


@adjoint(rt.pad_tangent, type=A.some_array)
def pad_tangent(y, dx, x, pad_width, mode="constant", dconstant=0.0, dend=0.0, stat_length=None,
                reflect_type="even"):
    d[dx] = rt.pad_adjoint(d[y], x, pad_width, mode, stat_length, reflect_type)
    d[dconstant] = rt.padded_ends(d[y], x, pad_width, mode, dconstant)
    d[dend] = rt.padded_ends(d[y], x, pad_width, mode, dend)


@tangent(rt.pad_tangent)
def pad_tangent_tangent(y, dx, x, pad_width, mode="constant", dconstant=0.0, dend=0.0, stat_length=None,
                        reflect_type="even"):
    d[y] = rt.pad_tangent(d[dx], x, pad_width, mode, d[dconstant], d[dend], stat_length, reflect_type)


# ---- element types ----------------------------------------------------------------------------------------------

@linear(rt.cast_like, type=_as_much_as("x"))
def cast_like(by, b, x, y):
    return rt.cast_tangent(by, y)


@linear(rt.cast_copy, type=_as_much_as("y"))
def cast_copy(by, dx, y):
    return rt.cast_like(by, dx, y)


@linear(rt.cast_tangent, view=True, type=_as_much_as("y"))
def cast_tangent(by, dx, y):
    return rt.cast_like(by, dx, y)


# ---- transforms -------------------------------------------------------------------------------------------------

@linear(rt.fit_to, type=_as_much_as("like"))
def fit_to(by, b, like):
    return rt.fit_to(by, b)


nondifferentiable(rt.length_along, rt.lengths_along, rt.axes_of, rt.half_weights)


@linear(rt.irfft_adjoint, type=_like("a"))
def irfft_adjoint(by, b, a, axis, norm):
    return np.fft.irfft(by, np.shape(b)[axis], axis, norm)


@linear(rt.hfft_adjoint, type=_like("a"))
def hfft_adjoint(by, b, a, axis, norm):
    return np.fft.hfft(by, np.shape(b)[axis], axis, norm)


@linear(rt.rfftn_adjoint, type=_like("a"))
def rfftn_adjoint(by, b, a, s, axes, norm):
    return np.fft.rfftn(by, rt.lengths_along(a, s, axes), rt.axes_of(a, s, axes), norm)


@linear(rt.irfftn_adjoint, type=_like("a"))
def irfftn_adjoint(by, b, a, s, axes, norm):
    return rt.irfftn_again(by, b, a, s, axes, norm)


@linear(rt.irfftn_again, type=A.some_array)
def irfftn_again(by, x, b, a, s, axes, norm):
    return rt.irfftn_adjoint(by, x, s, axes, norm)


# ---- products: the two adjoints of a bilinear function are bilinear again ---------------------------------------
# Those of `@`, `np.dot` and `np.outer` take `bc` in a shape that the product was broadcast to as well.

@adjoint(rt.matmul_adjoint_left, type=_like("a"))
def matmul_adjoint_left(y, bc, a, b):
    d[bc] = rt.unbroadcast(d[y] @ b, bc)
    d[b] = rt.matmul_adjoint_right(bc, d[y], b)


@adjoint(rt.matmul_adjoint_right, type=_like("b"))
def matmul_adjoint_right(y, bc, a, b):
    d[bc] = rt.unbroadcast(a @ d[y], bc)
    d[a] = rt.matmul_adjoint_left(bc, a, d[y])


@adjoint(rt.matmul_adjoint_both, type=_like("a"))
def matmul_adjoint_both(y, bc, a):
    d[bc] = rt.unbroadcast(a @ d[y] + d[y] @ a, bc)
    d[a] = rt.matmul_adjoint_both(bc, d[y])


@adjoint(rt.dot_adjoint_both, type=_like("a"))
def dot_adjoint_both(y, bc, a):
    d[bc] = rt.unbroadcast(np.dot(a, d[y]) + np.dot(d[y], a), bc)
    d[a] = rt.dot_adjoint_both(bc, d[y])


@adjoint(rt.dot_adjoint_left, type=_as_much_as("a"))
def dot_adjoint_left(y, bc, a, b):
    d[bc] = rt.unbroadcast(np.dot(d[y], b), bc)
    d[b] = rt.dot_adjoint_right(bc, d[y], b)


@adjoint(rt.dot_adjoint_right, type=_as_much_as("b"))
def dot_adjoint_right(y, bc, a, b):
    d[bc] = rt.unbroadcast(np.dot(a, d[y]), bc)
    d[a] = rt.dot_adjoint_left(bc, a, d[y])


@adjoint(rt.outer_adjoint_left, type=_as_much_as("a"))
def outer_adjoint_left(y, bc, a, b):
    d[bc] = rt.unbroadcast(np.outer(d[y], b), bc)
    d[b] = rt.outer_adjoint_right(bc, d[y], b)


@adjoint(rt.outer_adjoint_right, type=_as_much_as("b"))
def outer_adjoint_right(y, bc, a, b):
    d[bc] = rt.unbroadcast(np.outer(a, d[y]), bc)
    d[a] = rt.outer_adjoint_left(bc, a, d[y])


@adjoint(rt.inner_adjoint_left, type=_as_much_as("a"))
def inner_adjoint_left(y, bc, a, b):
    d[bc] = np.inner(d[y], b)
    d[b] = rt.inner_adjoint_right(bc, d[y], b)


@adjoint(rt.inner_adjoint_right, type=_as_much_as("b"))
def inner_adjoint_right(y, bc, a, b):
    d[bc] = np.inner(a, d[y])
    d[a] = rt.inner_adjoint_left(bc, a, d[y])


@adjoint(rt.tensordot_adjoint_left, type=_as_much_as("a"))
def tensordot_adjoint_left(y, bc, a, b, axes):
    d[bc] = np.tensordot(d[y], b, axes)
    d[b] = rt.tensordot_adjoint_right(bc, d[y], b, axes)


@adjoint(rt.tensordot_adjoint_right, type=_as_much_as("b"))
def tensordot_adjoint_right(y, bc, a, b, axes):
    d[bc] = np.tensordot(a, d[y], axes)
    d[a] = rt.tensordot_adjoint_left(bc, a, d[y], axes)


@adjoint(rt.kron_adjoint_left, type=_as_much_as("a"))
def kron_adjoint_left(y, bc, a, b):
    d[bc] = np.kron(d[y], b)
    d[b] = rt.kron_adjoint_right(bc, d[y], b)


@adjoint(rt.kron_adjoint_right, type=_as_much_as("b"))
def kron_adjoint_right(y, bc, a, b):
    d[bc] = np.kron(a, d[y])
    d[a] = rt.kron_adjoint_left(bc, a, d[y])


@adjoint(rt.cross_adjoint_left, type=_like("a"))
def cross_adjoint_left(y, bc, a, b, axisa, axisb, axisc):
    d[bc] = np.cross(d[y], b, axisa, axisb, axisc)
    d[b] = rt.cross_adjoint_right(bc, d[y], b, axisa, axisb, axisc)


@adjoint(rt.cross_adjoint_right, type=_like("b"))
def cross_adjoint_right(y, bc, a, b, axisa, axisb, axisc):
    d[bc] = np.cross(a, d[y], axisa, axisb, axisc)
    d[a] = rt.cross_adjoint_left(bc, a, d[y], axisa, axisb, axisc)


bilinear(rt.matmul_adjoint_left, rt.dot_adjoint_left, rt.inner_adjoint_left, rt.outer_adjoint_left, rt.tensordot_adjoint_left,
         rt.kron_adjoint_left, rt.cross_adjoint_left, wrt=("bc", "b"))
bilinear(rt.matmul_adjoint_right, rt.dot_adjoint_right, rt.inner_adjoint_right, rt.outer_adjoint_right,
         rt.tensordot_adjoint_right, rt.kron_adjoint_right, rt.cross_adjoint_right, rt.matmul_adjoint_both, rt.dot_adjoint_both,
         wrt=("bc", "a"))


@adjoint(rt.convolve_adjoint, type=_as_much_as("a"))
def convolve_adjoint(y, by, a, v, mode):
    d[by] = np.convolve(d[y], v, mode)
    d[v] = rt.convolve_adjoint(by, v, d[y], mode)


@adjoint(rt.correlate_adjoint_left, type=_as_much_as("a"))
def correlate_adjoint_left(y, by, a, v, mode):
    d[by] = np.correlate(d[y], v, mode)
    d[v] = rt.correlate_adjoint_right(by, d[y], v, mode)


@adjoint(rt.correlate_adjoint_right, type=_as_much_as("v"))
def correlate_adjoint_right(y, by, a, v, mode):
    d[by] = np.correlate(a, d[y], mode)
    d[a] = rt.correlate_adjoint_left(by, a, d[y], mode)


bilinear(rt.convolve_adjoint, rt.correlate_adjoint_left, wrt=("by", "v"))
bilinear(rt.correlate_adjoint_right, wrt=("by", "a"))


@adjoint(rt.einsum_adjoint)
def einsum_adjoint(y, subscripts, by, operands, n):
    if subscripts is None:
        d[by] = np.einsum(*rt.with_item(operands, n, d[y]))
    else:
        d[by] = np.einsum(subscripts, *rt.with_item(operands, n, d[y]))
    d[operands] = rt.einsum_adjoint_adjoint(subscripts, by, operands, n, d[y])


@tangent(rt.einsum_adjoint)
def einsum_adjoint_tangent(y, subscripts, by, operands, n):
    d[y] = rt.einsum_adjoint(subscripts, d[by], operands, n) \
        + rt.einsum_adjoint_tangent(subscripts, by, operands, d[operands], n)


# ---- norms and cofactors ----------------------------------------------------------------------------------------

@adjoint(rt.unit, type=_like("x"))
def unit(y, x, norm):
    parts = rt.unit_adjoint(d[y], x, norm)
    d[x] = parts[0]
    d[norm] = rt.unbroadcast(parts[1], norm)


@tangent(rt.unit)
def unit_tangent(y, x, norm):
    d[y] = rt.unit(d[x], norm) - y * rt.safe_divide(d[norm], norm)


@adjoint(rt.cofactors, type=_like("a"))
def cofactors(c, a, det):
    d[a] = rt.cofactors_adjoint(d[c], a)


@tangent(rt.cofactors)
def cofactors_tangent(c, a, det):
    d[c] = rt.cofactors_tangent(d[a], a)


@linear(rt.transposed, type=_transposed)
def transposed(by, a):
    return rt.transposed(by)


@adjoint(rt.hermitian, type=_transposed)
def hermitian(y, a):
    d[a] = np.conj(rt.transposed(d[y]))


@tangent(rt.hermitian)
def hermitian_tangent(y, a):
    d[y] = rt.hermitian(d[a])



nondifferentiable(rt.require_same_phase, rt.require_small, rt.tensor_order)


# ---- series ---------------------------------------------------------------------------------------------------------

@adjoint(rt.series_product_adjoint)
def series_product_adjoint(y, by, other, c, mul):
    d[by] = rt.fit_to(mul(d[y], other), by)
    d[other] = rt.series_product_adjoint(by, d[y], other, mul)


@tangent(rt.series_product_adjoint)
def series_product_adjoint_tangent(y, by, other, c, mul):
    d[y] = rt.series_product_adjoint(d[by], other, c, mul) + rt.series_product_adjoint(by, d[other], c, mul)


@linear(rt.series_map_adjoint)
def series_map_adjoint(by, b, c, fn):
    return rt.fit_to(fn(by), b)


@linear(rt.fit_each)
def fit_each(by, b, arrays):
    return rt.fit_each(by, b)


# ---- triangular matrices ----------------------------------------------------------------------------------------

@adjoint(rt.triangular_inverse, type=_like("c"))
def triangular_inverse(y, c):
    d[c] = -rt.transposed(y) @ d[y] @ rt.transposed(y)


@tangent(rt.triangular_inverse)
def triangular_inverse_tangent(y, c):
    d[y] = -y @ d[c] @ y


@adjoint(rt.between_inverses, type=_like("inner"))
def between_inverses(y, inner, c):
    right = rt.triangular_inverse(c)
    d[inner] = right @ d[y] @ rt.transposed(right)
    d[c] = -(y @ rt.transposed(d[y]) + rt.transposed(y) @ d[y]) @ rt.transposed(right)


@tangent(rt.between_inverses)
def between_inverses_tangent(y, inner, c):
    right = rt.triangular_inverse(c)
    d[y] = rt.between_inverses(d[inner], c) - rt.transposed(d[c] @ right) @ y - y @ d[c] @ right


@adjoint(rt.solved, type=_like("b"))
def solved(x, a, b):
    t = rt.solve_transposed(a, d[x])
    d[b] = t
    d[a] = rt.minus_outer(t, x, a)


@tangent(rt.solved)
def solved_tangent(x, a, b):
    d[x] = rt.solve_tangent(d[a], d[b], a, b, x)
