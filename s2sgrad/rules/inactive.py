"""NumPy's functions that tell, print, save or configure something: they just run; and those that are refused."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules import families
from s2sgrad.rules.number_types import boolean, scalar_bool, scalar_int
from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import adjoint, d, expansion, nondifferentiable, tangent, unsupported
from s2sgrad.runtime import cast_like, cast_tangent, set_places, structured_like, take_adjoint

# ---- conversions ----------------------------------------------------------------------------------------------------

_INEXACT = tuple(dict.fromkeys(t for t in vars(np).values() if isinstance(t, type) and issubclass(t, np.inexact)
                               and t not in (np.inexact, np.floating, np.complexfloating)))
_OTHER = tuple(dict.fromkeys(t for t in vars(np).values() if isinstance(t, type) and issubclass(t, np.generic)
                             and t not in _INEXACT))


@adjoint(*_INEXACT, view=("x",))  # of an array of the type itself it gives that array
def convert(y, x=0.0):
    d[x] = cast_like(d[y], x, y)


@tangent(*_INEXACT)
def convert_tangent(y, x=0.0):
    d[y] = cast_tangent(d[x], y)


nondifferentiable(*_OTHER)

# ---- questions ------------------------------------------------------------------------------------------------------

nondifferentiable(np.allclose, np.array_equal, np.array_equiv, np.iscomplexobj, np.isrealobj, np.isscalar, np.isfortran,
                  np.issubdtype, np.iterable, np.can_cast, np.shares_memory, np.may_share_memory,
                  *functions("isdtype"), type=scalar_bool)
nondifferentiable(np.iscomplex, np.isreal, np.isneginf, np.isposinf, np.isnat, type=boolean)
nondifferentiable(np.isin, np.common_type, np.result_type, np.min_scalar_type, np.mintypecode, np.promote_types,
                  np.typename, np.finfo, np.iinfo, np.dtype, np.packbits, np.unpackbits, np.broadcast, np.ndindex,
                  np.einsum_path, *functions("bitwise_count", "in1d"))
nondifferentiable(np.getbufsize, type=scalar_int)

# ---- text, files, dates and settings --------------------------------------------------------------------------------

nondifferentiable(*functions(
    "array2string", "array_repr", "array_str", "base_repr", "binary_repr", "format_float_positional",
    "format_float_scientific", "save", "savetxt", "savez", "savez_compressed", "info", "get_include",
    "get_printoptions",
    "set_printoptions", "printoptions", "geterr", "seterr", "geterrcall", "seterrcall", "errstate", "setbufsize",
    "show_config", "show_runtime", "test", "busday_count", "busday_offset", "busdaycalendar", "is_busday",
    "datetime_as_string", "datetime_data", "__array_namespace_info__", "ufunc", "linalg.test", "fft.test",
    "linalg.LinAlgError"))

# ---- sets -----------------------------------------------------------------------------------------------------------


@expansion(np.union1d)
def union1d(ar1, ar2):
    return np.unique(np.concatenate((np.ravel(ar1), np.ravel(ar2))))


@expansion(np.intersect1d)
def intersect1d(ar1, ar2, assume_unique=False, return_indices=False):
    if return_indices:
        raise NotImplementedError("return_indices=True is not supported")
    return np.take(np.concatenate((np.ravel(ar1), np.ravel(ar2))), set_places(ar1, ar2, "intersect1d"))


@expansion(np.setxor1d)
def setxor1d(ar1, ar2, assume_unique=False):
    return np.take(np.concatenate((np.ravel(ar1), np.ravel(ar2))), set_places(ar1, ar2, "setxor1d"))


@expansion(np.setdiff1d)
def setdiff1d(ar1, ar2, assume_unique=False):
    if assume_unique:
        return np.compress(np.isin(np.ravel(ar1), ar2, invert=True), ar1)
    return np.take(np.ravel(ar1), set_places(ar1, ar2, "setdiff1d"))


@expansion(*functions("unique_values"))
def unique_values(x):
    return np.unique(x)


@adjoint(*functions("unique_all", "unique_counts", "unique_inverse"))
def unique_with_more(y, x):
    d[x] = take_adjoint(d[y][0], x, np.unique(x, return_index=True)[1])


@tangent(*functions("unique_all", "unique_counts", "unique_inverse"))
def unique_with_more_tangent(y, x):
    d[y] = structured_like((np.take(d[x], np.unique(x, return_index=True)[1]), 0.0, 0.0, 0.0), y)


def _refuse(reason: str, *names: str) -> None:
    for fn in functions(*names):
        unsupported(fn, reason)



# ---- refused --------------------------------------------------------------------------------------------------------

_refuse("it is deprecated; use arrays of two axes and the operator @", "matrix")
_refuse("use arrays of numbers, one for each field", "recarray", "record")
_refuse("it lies in a file; read it into an array first", "memmap")
_refuse("use np.polyval and its kin", "poly1d")
_refuse("write a loop over the indices", "nditer", "nested_iters", "flatiter")
_KEPT_ORDER = ("shuffle", "permutation", "permuted", "seed")


def _draws(fn: Any) -> None:
    """Samples of distributions whose parameters vary are refused, as they are met: nothing imports `numpy.random` before."""
    name = getattr(fn, "__name__", "")
    if (getattr(fn, "__module__", None) or type(getattr(fn, "__self__", None)).__module__).startswith("numpy.random") \
            and not isinstance(fn, type) and name[:1] != "_" and name not in _KEPT_ORDER:
        unsupported(fn, "it draws at random; write the sample as a function of its parameters, such as loc + scale * z "
                        "with z = rng.standard_normal(n)")


families.when_met("numpy", _draws)

_refuse("it makes a function that NumPy calls in C; write a loop, or np.vectorize", "frompyfunc")
