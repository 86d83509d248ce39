"""The types of elementwise results whose element type is not that of a floating-point formula."""
from __future__ import annotations

from dataclasses import replace

from s2sgrad.ir import types as T
from s2sgrad.rules.typing import UNKNOWN, Operands, first, reduction


def _broadcast(operands: Operands, dtype: str | None) -> T.Type:
    arrays = [o for o in operands.values() if o.value is UNKNOWN or isinstance(o.value, (int, float, complex))]
    return T.numeric(T.broadcast(o.shape for o in arrays), dtype, any(o.type.is_array for o in arrays))


def preserving(operands: Operands) -> T.Type:
    """Integers stay integers: sums, products, absolute values, extrema."""
    dtypes = [o.type.dtype for o in operands.values() if o.value is not None]
    joined = dtypes[0] if dtypes else None
    for dtype in dtypes[1:]:
        joined = T.join_dtype(joined, dtype)
    return _broadcast(operands, joined)


def real_part(operands: Operands) -> T.Type:
    """What is real for complex arguments as well: absolute values, angles, parts."""
    o = first(operands)
    dtype = "real" if o.type.dtype in ("complex", None) else o.type.dtype
    return _broadcast({"x": o}, dtype)


def angles(operands: Operands) -> T.Type:
    """Floating-point numbers, whatever the argument is; what is real although the argument may be complex says so."""
    o = first(operands)
    return _broadcast({"x": o}, "real" if o.type.dtype in ("complex", None) else "float")


def boolean(operands: Operands) -> T.Type:
    return _broadcast(operands, "bool")


def whole(operands: Operands) -> T.Type:
    """Integers of the shape of the arguments."""
    return _broadcast(operands, "int")


def rounded(operands: Operands) -> T.Type:
    """Floating-point numbers that are whole, or integers."""
    return _broadcast(operands, first(operands).type.dtype)


def mean_reduction(operands: Operands) -> T.Type:
    """A reduction that divides: integers become floating-point numbers."""
    t = reduction(operands)
    return replace(t, dtype="float") if t.dtype in ("int", "bool") else t


def floating_reduction(operands: Operands) -> T.Type:
    """A reduction with a real result for complex arguments as well."""
    return replace(reduction(operands), dtype="float")


def boolean_reduction(operands: Operands) -> T.Type:
    return replace(reduction(operands), dtype="bool")


def integer_reduction(operands: Operands) -> T.Type:
    return replace(reduction(operands), dtype="int")


def scalar_int(operands: Operands) -> T.Type:
    return T.INT


def scalar_bool(operands: Operands) -> T.Type:
    return T.BOOL


def indices(operands: Operands) -> T.Type:
    """Positions along one axis after the other: what they select is a copy."""
    return T.Type("tuple", element=T.array(None, "int"))


def flat_indices(operands: Operands) -> T.Type:
    return T.array(None, "int")
