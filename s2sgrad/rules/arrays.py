"""Making arrays."""
from __future__ import annotations

import numpy as np

from s2sgrad.ir import types as T
from s2sgrad.rules import array_types as A
from s2sgrad.rules.array_types import at_least, dtype_of, joined_dtype, shape_of, vector
from s2sgrad.rules.number_types import indices
from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import adjoint, d, expansion, known, linear, nondifferentiable, rank, tangent, unsupported
from s2sgrad.rules.typing import UNKNOWN, Operands, first, integer, same_as_first, shape_argument
from s2sgrad.runtime import (
    cast_copy,
    cast_like,
    cast_tangent,
    line_weights,
    positions,
    real_like,
    restructure,
    scatter,
    unbroadcast,
    unmesh,
)

_DTYPES = {float: "float", int: "int", bool: "bool", complex: "complex", np.float64: "float", np.float32: "float",
           np.int64: "int", np.int32: "int", np.bool_: "bool", np.complex128: "complex", np.complex64: "complex",
           "float": "float", "int": "int", "bool": "bool", "complex": "complex"}


def _given_dtype(operands: Operands, otherwise: str | None) -> str | None:
    if "dtype" not in operands or operands["dtype"].value is None:
        return otherwise
    found = operands["dtype"].value
    return None if found is UNKNOWN else _DTYPES.get(found)


def _allocated(operands: Operands) -> T.Type:
    return T.array(shape_argument(first(operands)), _given_dtype(operands, "float"))


def _filled(operands: Operands) -> T.Type:
    fill = operands["fill_value"].type.dtype
    return T.array(shape_argument(first(operands)), _given_dtype(operands, fill))


def _like(operands: Operands) -> T.Type:
    o = first(operands)
    shape = o.shape if "shape" not in operands or operands["shape"].value is None else shape_argument(operands["shape"])
    return T.array(shape, _given_dtype(operands, o.type.dtype))


nondifferentiable(np.zeros, np.ones, np.empty, type=_allocated)


nondifferentiable(np.zeros_like, np.ones_like, np.empty_like, type=_like)


@adjoint(np.ndarray, type=_allocated)
def ndarray(y, shape, dtype=float, buffer: None = None, offset=0, strides=None, order=None):
    if buffer is not None:
        raise ValueError("it reads the memory of another object; use np.frombuffer or np.array")
    # else it is like np.empty: what is written into it varies


@adjoint(np.full, type=_filled)
def full(y, shape, fill_value, dtype=None, order="C", *, device=None, like=None):
    if dtype is not None:
        d[fill_value] = cast_like(unbroadcast(d[y], fill_value), fill_value, y)
    elif rank(fill_value) == 0:
        d[fill_value] = np.sum(d[y])
    else:
        d[fill_value] = unbroadcast(d[y], fill_value)


@tangent(np.full)
def full_tangent(y, shape, fill_value, dtype=None, order="C", *, device=None, like=None):
    if dtype is None:
        d[y] = np.full(shape, d[fill_value])
    else:
        d[y] = cast_tangent(np.full(shape, d[fill_value]), y)


@adjoint(np.full_like, type=_like)
def full_like(y, a, fill_value, dtype=None, order="K", subok=True, shape=None, *, device=None):
    d[fill_value] = cast_like(unbroadcast(d[y], fill_value), fill_value, y)


@tangent(np.full_like)
def full_like_tangent(y, a, fill_value, dtype=None, order="K", subok=True, shape=None, *, device=None):
    d[y] = cast_copy(np.broadcast_to(d[fill_value], np.shape(y)), y)


# ---- evenly spaced numbers --------------------------------------------------------------------------------------

def _arange(operands: Operands) -> T.Type:
    given = [o for n, o in operands.items() if n != "dtype" and o.value is not None]
    dtype = "int" if all(o.type.dtype == "int" for o in given) else joined_dtype(given)
    if len(given) == 1 and dtype == "int":
        return T.array(shape_argument(given[0]), _given_dtype(operands, dtype))
    return T.array(T.Shape((T.Dim(("arange", *(o.expr for o in given))),)), _given_dtype(operands, dtype))


@adjoint(np.arange, type=_arange)
def arange(y, start, stop=None, step=1, dtype=None, *, device=None, like=None):
    if stop is not None:
        d[start] = np.sum(d[y])
        d[step] = np.sum(d[y] * np.arange(np.size(y)))


@tangent(np.arange)
def arange_tangent(y, start, stop=None, step=1, dtype=None, *, device=None, like=None):
    if stop is None:
        d[y] = np.zeros(np.shape(y))
    else:
        d[y] = d[start] + d[step] * np.arange(np.size(y))


def _spaced(operands: Operands) -> T.Type:
    if operands["start"].type.kind != "number" or operands["stop"].type.kind != "number":
        return T.array(None, "float")
    dtype = joined_dtype([operands["start"], operands["stop"]])
    return T.array(shape_argument(operands["num"]), "float" if dtype in ("int", "bool") else dtype)


def _line(operands: Operands) -> T.Type:
    step = operands["retstep"].value
    if step is False:
        return _spaced(operands)
    return T.tuple_of((_spaced(operands), T.NUMERIC)) if step is True else T.ANY


@adjoint(np.linspace, type=_line)
def linspace(y, start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, device=None):
    if retstep:
        w = line_weights(y[0], num, endpoint, axis)
        bstep = d[y][1] / (num - 1 if endpoint else num)
        d[start] = unbroadcast(np.sum(d[y][0] * (1.0 - w), axis=axis) - bstep, start)
        d[stop] = unbroadcast(np.sum(d[y][0] * w, axis=axis) + bstep, stop)
    elif rank(start) == 0 and rank(stop) == 0:
        d[start] = np.linspace(1.0, 0.0, num, endpoint=endpoint) @ d[y]
        d[stop] = np.linspace(0.0, 1.0, num, endpoint=endpoint) @ d[y]
    else:
        d[start] = unbroadcast(np.sum(d[y] * (1.0 - line_weights(y, num, endpoint, axis)), axis=axis), start)
        d[stop] = unbroadcast(np.sum(d[y] * line_weights(y, num, endpoint, axis), axis=axis), stop)


@tangent(np.linspace)
def linspace_tangent(y, start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, device=None):
    d[y] = np.linspace(d[start], d[stop], num, endpoint=endpoint, retstep=retstep, axis=axis)


@adjoint(np.logspace, type=_spaced)
def logspace(y, start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    w = line_weights(y, num, endpoint, axis)
    by = d[y] * y
    d[start] = unbroadcast(np.sum(by * (1.0 - w), axis=axis) * np.log(base), start)
    d[stop] = unbroadcast(np.sum(by * w, axis=axis) * np.log(base), stop)
    t = np.linspace(start, stop, num, endpoint=endpoint, axis=axis)
    d[base] = unbroadcast(np.sum(by * t, axis=axis) / base, base)


@tangent(np.logspace)
def logspace_tangent(y, start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    t = np.linspace(start, stop, num, endpoint=endpoint, axis=axis)
    dt = np.linspace(d[start], d[stop], num, endpoint=endpoint, axis=axis)
    d[y] = y * (dt * np.log(base) + t * (d[base] / base))


@adjoint(np.geomspace, type=_spaced)
def geomspace(y, start, stop, num=50, endpoint=True, dtype=None, axis=0):
    w = line_weights(y, num, endpoint, axis)
    by = d[y] * y
    d[start] = unbroadcast(np.sum(by * (1.0 - w), axis=axis) / start, start)
    d[stop] = unbroadcast(np.sum(by * w, axis=axis) / stop, stop)


@tangent(np.geomspace)
def geomspace_tangent(y, start, stop, num=50, endpoint=True, dtype=None, axis=0):
    d[y] = y * np.linspace(d[start] / start, d[stop] / stop, num, endpoint=endpoint, axis=axis)


# ---- from other arrays and sequences ----------------------------------------------------------------------------

@linear(np.copy, type=same_as_first)
def copy(by, a, order="K", subok=False):
    return by


def _array(operands: Operands) -> T.Type:
    o = first(operands)
    dtype = _given_dtype(operands, dtype_of(o))
    return T.array(at_least(shape_of(o), operands["ndmin"].value if "ndmin" in operands else 0), dtype)


@adjoint(np.array, type=_array)
def array(y, object, dtype=None, copy=True, order="K", subok=False, ndmin=0):
    if dtype is None and ndmin == 0:
        d[object] = restructure(d[y], object)
    elif ndmin == 0:
        d[object] = restructure(cast_like(d[y], object, y), object)
    else:
        d[object] = restructure(cast_like(np.reshape(d[y], np.shape(object)), object, y), object)


@tangent(np.array)
def array_tangent(y, object, dtype=None, copy=True, order="K", subok=False, ndmin=0):
    if dtype is None and ndmin == 0:
        d[y] = np.array(d[object])
    elif dtype is None:
        d[y] = np.array(d[object], ndmin=ndmin)
    else:
        d[y] = cast_tangent(np.array(d[object], ndmin=ndmin), y)


@adjoint(np.asarray, np.asanyarray, np.asarray_chkfinite, view=("a",), type=_array)
def asarray(y, a, dtype=None, order=None, *, device=None, copy=None, like=None):
    if dtype is None:
        d[a] = restructure(d[y], a)
    else:
        d[a] = restructure(cast_like(d[y], a, y), a)


@tangent(np.asarray, np.asanyarray, np.asarray_chkfinite)
def asarray_tangent(y, a, dtype=None, order=None, *, device=None, copy=None, like=None):
    if dtype is None:
        d[y] = np.asarray(d[a])
    else:
        d[y] = cast_tangent(d[a], y)


@adjoint(np.require, view=("a",), type=_array)
def require(y, a, dtype=None, requirements=None, *, like=None):
    if dtype is None:
        d[a] = restructure(d[y], a)
    else:
        d[a] = restructure(cast_like(d[y], a, y), a)


@tangent(np.require)
def require_tangent(y, a, dtype=None, requirements=None, *, like=None):
    if dtype is None:
        d[y] = np.asarray(d[a])
    else:
        d[y] = cast_tangent(d[a], y)


@adjoint(np.ascontiguousarray, np.asfortranarray, view=("a",), type=_array)
def ascontiguousarray(y, a, dtype=None):
    d[a] = restructure(cast_like(np.reshape(d[y], np.shape(a)), a, y), a)


@tangent(np.ascontiguousarray, np.asfortranarray)
def ascontiguousarray_tangent(y, a, dtype=None):
    d[y] = cast_tangent(np.reshape(d[a], np.shape(y)), y)


@adjoint(np.ndarray.astype, *functions("astype"), type=_like)
def astype(y, x, dtype, order="K", casting="unsafe", subok=True, copy=True):
    if dtype in (int, bool, np.int64, np.int32, "int", "int64", "int32", "bool"):
        d[x] = 0.0
    else:
        d[x] = cast_like(d[y], x, y)


@tangent(np.ndarray.astype, *functions("astype"))
def astype_tangent(y, x, dtype, order="K", casting="unsafe", subok=True, copy=True):
    d[y] = cast_copy(d[x], y)


def _listed(operands: Operands) -> T.Type:
    o = first(operands)
    return T.list_of(T.Type("number", T.SCALAR, o.type.dtype) if A.rank_of(o) == 1 else None)


def _item(operands: Operands) -> T.Type:
    return T.Type("number", T.SCALAR, first(operands).type.dtype)


@linear(np.ndarray.tolist, type=_listed)
def tolist(by, x):
    return real_like(np.array(by), x)


@adjoint(np.ndarray.item, type=_item)
def item(y, x, *args):
    if len(args) == 0:
        d[x] = np.reshape(d[y], np.shape(x))
    else:
        d[x] = scatter(d[y], positions(x).item(*args), x)


@tangent(np.ndarray.item)
def item_tangent(y, x, *args):
    d[y] = np.asarray(d[x]).item(*args)


@linear(np.ndarray.view, view=True, type=same_as_first)
def view(by, x, dtype=None, type=None):
    if dtype is not None or type is not None:
        raise ValueError("it reads the same memory as numbers of another kind")
    return by


if hasattr(np.ndarray, "to_device"):
    @linear(np.ndarray.to_device, view=True, type=same_as_first)
    def to_device(by, x, device, stream=None):
        return by


unsupported(np.ndarray.byteswap, "it reads the memory of the array in another order")
unsupported(np.ndarray.getfield, "it reads part of the bytes of each element")


def _grids(operands: Operands) -> T.Type:
    arrays = operands["xi"].parts
    shapes = [vector(o) for o in arrays]
    indexing, sparse = operands["indexing"].value, operands["sparse"].value
    if None in shapes or indexing not in ("xy", "ij") or sparse is not False:
        return T.tuple_of(T.array(None, o.type.dtype) for o in arrays)
    dims = [s.dims[0] for s in shapes if s is not None]
    if indexing == "xy":
        dims[:2] = reversed(dims[:2])
    return T.tuple_of(T.array(T.Shape(tuple(dims)), o.type.dtype) for o in arrays)


@adjoint(np.meshgrid, type=_grids)
def meshgrid(y, *xi, copy=True, sparse=False, indexing="xy"):
    if not (known(copy) and copy):
        raise NotImplementedError("copy=False gives views of the arguments")
    d[xi] = unmesh(d[y], xi, sparse, indexing)


@tangent(np.meshgrid)
def meshgrid_tangent(y, *xi, copy=True, sparse=False, indexing="xy"):
    if not (known(copy) and copy):
        raise NotImplementedError("copy=False gives views of the arguments")
    d[y] = np.meshgrid(*d[xi], copy=copy, sparse=sparse, indexing=indexing)


# ---- numbers that depend on sizes alone -------------------------------------------------------------------------

nondifferentiable(np.ndim, np.size, type=integer)
nondifferentiable(np.diag_indices, np.diag_indices_from, np.tril_indices, np.triu_indices, np.tril_indices_from,
                  np.triu_indices_from, np.mask_indices, type=indices)
nondifferentiable(np.shape, np.indices, np.tri, np.unravel_index, np.ravel_multi_index, np.bartlett, np.blackman,
                  np.hamming, np.hanning)


@expansion(np.kaiser)
def kaiser(M, beta):
    return np.i0(beta * np.sqrt(1.0 - (np.linspace(-1.0, 1.0, M) * (M > 1)) ** 2)) / np.i0(beta)


def _square(operands: Operands) -> T.Type:
    n, *rest = (operands[k] for k in operands if k in ("N", "n", "M"))
    rows = shape_argument(n)
    columns = rows if not rest or rest[0].value is None else shape_argument(rest[0])
    shape = T.Shape(rows.dims + columns.dims) if isinstance(rows, T.Shape) and isinstance(columns, T.Shape) else None
    return T.array(shape, _given_dtype(operands, "float"))


nondifferentiable(np.eye, np.identity, type=_square)

for _fn in (np.fromiter, np.frombuffer, np.fromstring, np.fromfile, np.fromregex, np.loadtxt, np.genfromtxt, np.load):
    unsupported(_fn, "it makes numbers of text, bytes or an iterator; use np.array of a list")
for _fn in (np.asmatrix, np.bmat):
    unsupported(_fn, "np.matrix is deprecated; use arrays of two axes and the operator @")
unsupported(np.fromfunction, "call the function on np.indices(shape) instead")
unsupported(np.from_dlpack, "it shares memory with an object outside NumPy")
