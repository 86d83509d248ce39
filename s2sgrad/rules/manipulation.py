"""Changing shapes, and joining, splitting and repeating arrays."""
from __future__ import annotations

import numpy as np

from s2sgrad.ir import types as T
from s2sgrad.rules import array_types as A
from s2sgrad.rules.number_types import indices
from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import adjoint, d, expansion, known, linear, nondifferentiable, rank, tangent, unsupported
from s2sgrad.rules.typing import Operands, TypeRule, first, unknown_array
from s2sgrad.runtime import (
    cast_like,
    filled,
    inverse_permutation,
    pad_adjoint,
    pad_tangent,
    padded_ends,
    positions,
    raveled_positions,
    reshape_each,
    restructure,
    scatter,
    split_like,
    unbroadcast,
    unbroadcast_each,
    undiag,
    undiagonal,
    unjoin_blocks,
    unrepeat,
    unroll_axis,
    untake_along_axis,
    untile,
    untrimmed,
)

# ---- shapes -----------------------------------------------------------------------------------------------------


@linear(np.reshape, view=True, type=A.reshaped)
def reshape(by, a, shape=None, order="C", copy=None):
    if order == "C":
        return np.reshape(by, np.shape(a))
    return np.reshape(by, np.shape(a), order=order)


@linear(np.ravel, view=True, type=A.flat)
def ravel(by, a, order="C"):
    if order == "C":
        return np.reshape(by, np.shape(a))
    if order == "F":
        return np.reshape(by, np.shape(a), order="F")
    return scatter(by, raveled_positions(a, order), a)


@linear(np.ndarray.flatten, type=A.flat)
def flatten(by, a, order="C"):
    if order == "C":
        return np.reshape(by, np.shape(a))
    if order == "F":
        return np.reshape(by, np.shape(a), order="F")
    return scatter(by, raveled_positions(a, order), a)


@linear(np.expand_dims, view=True, type=A.expanded)
def expand_dims(by, a, axis):
    if known(axis):
        return np.squeeze(by, axis)
    return np.reshape(by, np.shape(a))  # NumPy takes a list of axes here, and only a tuple in np.squeeze


@linear(np.squeeze, view=True, type=A.squeezed)
def squeeze(by, a, axis=None):
    if axis is None or not rank(a):  # NumPy takes an axis of numbers, too
        return np.reshape(by, np.shape(a))
    return np.expand_dims(by, axis)


def _at_least(rank_: int) -> TypeRule:
    def typed(operands: Operands) -> T.Type:
        (o,) = operands["arys"].parts if len(operands["arys"].parts) == 1 else (None,)
        if o is None:
            return T.list_of(T.array(None, None))
        dims = A.known(A.shape_of(o))
        if rank_ == 3 and dims is not None and len(dims) in (1, 2):  # axes are added at the end, too
            return A.array_of(o, T.Shape((T.UNIT, *dims, T.UNIT) if len(dims) == 1 else (*dims, T.UNIT)))
        return A.array_of(o, A.at_least(A.shape_of(o), rank_))
    return typed


def _at_least_adjoint(y, *arys):
    if len(arys) == 1:
        d[arys] = (np.reshape(d[y], np.shape(arys[0])),)
    else:
        d[arys] = reshape_each(filled(d[y], y), arys)


adjoint(np.atleast_1d, view=("arys.any",), type=_at_least(1))(_at_least_adjoint)
adjoint(np.atleast_2d, view=("arys.any",), type=_at_least(2))(_at_least_adjoint)
adjoint(np.atleast_3d, view=("arys.any",), type=_at_least(3))(_at_least_adjoint)


@adjoint(np.ix_, view=("args.elements",), type=indices)
def ix_(y, *args):
    d[args] = reshape_each(filled(d[y], y), args)


@tangent(np.ix_)
def ix_tangent(y, *args):
    d[y] = reshape_each(d[args], y)


@tangent(np.atleast_1d)
def atleast_1d_tangent(y, *arys):
    d[y] = np.atleast_1d(*d[arys])


@tangent(np.atleast_2d)
def atleast_2d_tangent(y, *arys):
    d[y] = np.atleast_2d(*d[arys])


@tangent(np.atleast_3d)
def atleast_3d_tangent(y, *arys):
    d[y] = np.atleast_3d(*d[arys])


@linear(np.broadcast_to, view=True, type=A.of_shape)
def broadcast_to(by, array, shape, subok=False):
    return unbroadcast(by, array)


@adjoint(np.broadcast_arrays, view=("args.elements",), type=A.parts)
def broadcast_arrays(y, *args, subok=False):
    d[args] = unbroadcast_each(filled(d[y], y), args)


@tangent(np.broadcast_arrays)
def broadcast_arrays_tangent(y, *args, subok=False):
    d[y] = np.broadcast_arrays(*d[args])


# ---- the order of axes and elements -----------------------------------------------------------------------------

@linear(np.transpose, *functions("permute_dims"), view=True, type=A.permuted)
def transpose(by, a, axes=None):
    if axes is None:
        return by.T
    return np.transpose(by, inverse_permutation(axes))


def _transposed(operands: Operands) -> T.Type:
    return A.swapped(operands, -1, -2)


@linear(*functions("matrix_transpose", "linalg.matrix_transpose"), view=True, type=_transposed)
def matrix_transpose(by, x):
    return np.swapaxes(by, -1, -2)


linear(np.swapaxes, transpose=np.swapaxes, view=True, type=A.swapped)


@linear(np.moveaxis, view=True, type=A.moved)
def moveaxis(by, a, source, destination):
    return np.moveaxis(by, destination, source)


@linear(np.rollaxis, view=True, type=A.some_array)
def rollaxis(by, a, axis, start=0):
    return unroll_axis(by, axis, start)


linear(np.flip, transpose=np.flip, view=True, type=A.same_shape)
linear(np.fliplr, transpose=np.fliplr, view=True, type=A.same_shape)
linear(np.flipud, transpose=np.flipud, view=True, type=A.same_shape)


@linear(np.rot90, view=True, type=A.some_array)
def rot90(by, m, k=1, axes=(0, 1)):
    if axes == (0, 1):
        return np.rot90(by, -k)
    return np.rot90(by, -k, axes)


@linear(np.roll, type=A.same_shape)
def roll(by, a, shift, axis=None):
    if axis is None:
        return np.roll(by, -shift)
    if rank(shift) == 0:
        return np.roll(by, -shift, axis)
    return np.roll(by, np.negative(shift), axis)


def _taken(operands: Operands) -> T.Type:
    """In the shape of the indices, if these have as many axes of the lengths of the array; those of length one broadcast."""
    arr, indices, axis = operands["arr"], operands["indices"], operands["axis"].value
    shape, given = A.known(A.shape_of(indices)), A.known(A.shape_of(arr))
    if axis is None or shape is not None and given is not None and len(shape) == len(given) and isinstance(axis, int) and all(
            n == m or k == axis % len(given) for k, (n, m) in enumerate(zip(shape, given))):
        return A.array_of(arr, A.shape_of(indices))
    return T.array(None, arr.type.dtype)


@linear(np.take_along_axis, wrt="arr", type=_taken)
def take_along_axis(by, arr, indices, axis=-1):
    return untake_along_axis(by, indices, arr, axis)


@expansion(np.trim_zeros)
def trim_zeros(filt, trim="fb", axis=None):
    return np.asarray(filt)[untrimmed(filt, trim, axis)]


# ---- joining ----------------------------------------------------------------------------------------------------

@adjoint(np.stack, type=A.converted(A.stacked))
def stack(y, arrays, axis=0, out: None = None, *, dtype=None, casting="same_kind"):
    if dtype is not None:
        d[arrays] = restructure(cast_like(np.moveaxis(d[y], axis, 0), arrays, y), arrays)
    elif axis == 0:
        d[arrays] = restructure(d[y], arrays)
    else:
        d[arrays] = restructure(np.moveaxis(d[y], axis, 0), arrays)


@tangent(np.stack)
def stack_tangent(y, arrays, axis=0, out: None = None, *, dtype=None, casting="same_kind"):
    d[y] = np.stack(d[arrays], axis)


def _beside(operands: Operands) -> T.Type:
    parts = operands["tup"].parts
    ranks = {A.rank_of(p) for p in parts}
    if parts and ranks <= {0, 1}:
        lengths = [A.total(A.known(A.shape_of(p)) or ()) for p in parts]
        return T.array(T.Shape((A.added(lengths),)), A.joined_dtype(parts))
    return T.array(None, A.joined_dtype(parts) if parts else None)


@adjoint(np.hstack, type=A.converted(_beside))
def hstack(y, tup, *, dtype=None, casting="same_kind"):
    if rank(y) == 1:
        d[tup] = split_like(d[y], tup, 0)
    elif rank(y) == 2:
        d[tup] = split_like(d[y], tup, 1)
    else:
        d[tup] = split_like(d[y], tup, min(np.ndim(y) - 1, 1))


@adjoint(np.vstack, *functions("row_stack"), type=A.converted(A.stacked_rows))
def vstack(y, tup, *, dtype=None, casting="same_kind"):
    d[tup] = split_like(d[y], tup, 0)


@adjoint(np.column_stack, type=A.beside_columns)
def column_stack(y, tup):
    d[tup] = split_like(d[y], tup, 1)


@adjoint(np.dstack, type=unknown_array)
def dstack(y, tup):
    d[tup] = split_like(d[y], tup, 2)


@tangent(np.hstack)
def hstack_tangent(y, tup, *, dtype=None, casting="same_kind"):
    d[y] = np.hstack(d[tup])


@tangent(np.vstack, *functions("row_stack"))
def vstack_tangent(y, tup, *, dtype=None, casting="same_kind"):
    d[y] = np.vstack(d[tup])


@tangent(np.column_stack)
def column_stack_tangent(y, tup):
    d[y] = np.column_stack(d[tup])


@tangent(np.dstack)
def dstack_tangent(y, tup):
    d[y] = np.dstack(d[tup])


@adjoint(np.block, type=unknown_array)
def block(y, arrays):
    d[arrays] = unjoin_blocks(d[y], arrays)


@tangent(np.block)
def block_tangent(y, arrays):
    d[y] = np.block(d[arrays])


@adjoint(np.append, type=A.combined)
def append(y, arr, values, axis=None):
    parts = split_like(d[y], (arr, values), axis)
    d[arr] = parts[0]
    d[values] = parts[1]


@tangent(np.append)
def append_tangent(y, arr, values, axis=None):
    d[y] = np.append(d[arr], d[values], axis)


@adjoint(np.insert, type=A.some_array)
def insert(y, arr, obj, values, axis=None):
    d[arr] = scatter(d[y], np.insert(positions(arr), obj, np.full(np.shape(values), -1), axis), arr)
    d[values] = scatter(d[y], np.insert(np.full(np.shape(arr), -1), obj, positions(values), axis), values)


@tangent(np.insert)
def insert_tangent(y, arr, obj, values, axis=None):
    d[y] = np.insert(d[arr], obj, d[values], axis)


@linear(np.delete, type=A.some_array)
def delete(by, arr, obj, axis=None):
    return scatter(by, np.delete(positions(arr), obj, axis), arr)


# ---- splitting --------------------------------------------------------------------------------------------------

@adjoint(np.split, view=("ary.elements",), type=A.sections)
def split_evenly(y, ary, indices_or_sections, axis=0):
    d[ary] = np.concatenate(filled(d[y], y), axis)


@adjoint(np.array_split, view=("ary.elements",), type=A.parts)
def split(y, ary, indices_or_sections, axis=0):
    d[ary] = np.concatenate(filled(d[y], y), axis)


@tangent(np.split, np.array_split)
def split_tangent(y, ary, indices_or_sections, axis=0):
    d[y] = np.array_split(d[ary], indices_or_sections, axis)


@adjoint(np.hsplit, view=("ary.elements",), type=A.parts)
def hsplit(y, ary, indices_or_sections):
    d[ary] = np.hstack(filled(d[y], y))


@tangent(np.hsplit)
def hsplit_tangent(y, ary, indices_or_sections):
    d[y] = np.hsplit(d[ary], indices_or_sections)


@adjoint(np.vsplit, view=("ary.elements",), type=A.parts)
def vsplit(y, ary, indices_or_sections):
    d[ary] = np.concatenate(filled(d[y], y), 0)


@tangent(np.vsplit)
def vsplit_tangent(y, ary, indices_or_sections):
    d[y] = np.vsplit(d[ary], indices_or_sections)


@adjoint(np.dsplit, view=("ary.elements",), type=A.parts)
def dsplit(y, ary, indices_or_sections):
    d[ary] = np.concatenate(filled(d[y], y), 2)


@tangent(np.dsplit)
def dsplit_tangent(y, ary, indices_or_sections):
    d[y] = np.dsplit(d[ary], indices_or_sections)


@adjoint(*functions("unstack"), view=("x.elements",), type=A.parts)
def unstack(y, x, axis=0):
    d[x] = np.stack(filled(d[y], y), axis)


@tangent(*functions("unstack"))
def unstack_tangent(y, x, axis=0):
    d[y] = tuple(np.moveaxis(d[x], axis, 0))


# ---- repeating --------------------------------------------------------------------------------------------------

@linear(np.tile, wrt="A", type=A.some_array)
def tile(by, A, reps):
    return untile(by, A, reps)


@linear(np.repeat, type=A.some_array)
def repeat(by, a, repeats, axis=None):
    return unrepeat(by, a, repeats, axis)


@linear(np.resize, type=lambda operands: A.of_shape({"a": operands["a"], "shape": operands["new_shape"]}))
def resize(by, a, new_shape):
    return scatter(by, np.resize(positions(a), new_shape), a)


@adjoint(np.pad, type=unknown_array)
def pad(y, array, pad_width, mode="constant", constant_values=0, end_values=0, stat_length=None, reflect_type="even"):
    d[array] = pad_adjoint(d[y], array, pad_width, mode, stat_length, reflect_type)
    d[constant_values] = padded_ends(d[y], array, pad_width, mode, constant_values)
    d[end_values] = padded_ends(d[y], array, pad_width, mode, end_values)


@tangent(np.pad)
def pad_tangent_(y, array, pad_width, mode="constant", constant_values=0, end_values=0, stat_length=None,
                 reflect_type="even"):
    d[y] = pad_tangent(d[array], array, pad_width, mode, d[constant_values], d[end_values], stat_length, reflect_type)


@linear(np.lib.stride_tricks.sliding_window_view, view=True, type=A.some_array)
def sliding_window_view(by, x, window_shape, axis=None):
    return scatter(by, np.lib.stride_tricks.sliding_window_view(positions(x), window_shape, axis), x)


unsupported(np.lib.stride_tricks.as_strided, "it reads memory past the array's own shape; use sliding_window_view")

# ---- diagonals and triangles ------------------------------------------------------------------------------------

def _triangle(operands: Operands) -> T.Type:
    """A matrix, or a stack of them; a vector is taken for every row of a square one."""
    o = first(operands)
    dims = A.known(A.shape_of(o))
    if dims is not None and len(dims) == 1:
        return A.array_of(o, T.Shape((*dims, *dims)))
    return A.array_of(o, A.shape_of(o) if dims else None)


@linear(np.tril, type=_triangle)
def tril(by, m, k=0):
    return unbroadcast(np.tril(by, k), m)


@linear(np.triu, type=_triangle)
def triu(by, m, k=0):
    return unbroadcast(np.triu(by, k), m)


@linear(np.diagonal, view=True, type=A.some_array)
def diagonal(by, a, offset=0, axis1=0, axis2=1):
    return undiagonal(by, a, offset, axis1, axis2)


@linear(*functions("linalg.diagonal"), view=True, type=A.some_array)
def linalg_diagonal(by, x, offset=0):
    return undiagonal(by, x, offset, -2, -1)


def _diag(operands: Operands) -> T.Type:
    o, k = first(operands), operands["k"].value
    dims = A.known(A.shape_of(o))
    if not dims or k != 0:
        return A.array_of(o, None)
    if len(dims) == 1:
        return A.array_of(o, T.Shape((dims[0], dims[0])))
    return A.array_of(o, T.Shape(dims[:1]) if dims[0] == dims[-1] else T.Shape((T.Dim(("least", *dims)),)))


@linear(np.diag, view=True, type=_diag)
def diag(by, v, k=0):
    if rank(v) == 1:
        return np.diagonal(by, k)
    return undiag(by, v, k)


@linear(np.diagflat, type=A.some_array)
def diagflat(by, v, k=0):
    return np.reshape(np.diagonal(by, k), np.shape(v))


@adjoint(np.vander, type=A.some_array)
def vander(y, x, N=None, increasing=False):
    powers = np.arange(np.shape(y)[1]) if increasing else np.arange(np.shape(y)[1])[::-1]
    d[x] = np.sum(d[y] * powers * np.power(np.expand_dims(x, 1), np.maximum(powers - 1, 0)), axis=1)


@tangent(np.vander)
def vander_tangent(y, x, N=None, increasing=False):
    powers = np.arange(np.shape(y)[1]) if increasing else np.arange(np.shape(y)[1])[::-1]
    d[y] = np.expand_dims(d[x], 1) * powers * np.power(np.expand_dims(x, 1), np.maximum(powers - 1, 0))


nondifferentiable(np.broadcast_shapes)
