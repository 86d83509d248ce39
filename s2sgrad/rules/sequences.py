"""Making containers from containers."""
from __future__ import annotations

import bisect
import collections
import copy

from s2sgrad.ir import types as T
from s2sgrad.rules.number_types import scalar_int
from s2sgrad.rules.registry import adjoint, d, linear, nondifferentiable, tangent
from s2sgrad.rules.typing import Operands
from s2sgrad.runtime import from_elements, listed_tangent, own_copy
from s2sgrad.runtime import shallow_copy as shallow_copy_of


def _list(operands: Operands) -> T.Type:
    return T.Type("list")


def _tuple(operands: Operands) -> T.Type:
    return T.Type("tuple")


@adjoint(list, view=("iterable.elements",), type=_list)
def to_list(y, iterable=()):
    d[iterable] = from_elements(d[y], iterable)


@tangent(list)
def to_list_tangent(y, iterable=()):
    d[y] = listed_tangent(d[iterable], iterable)


@adjoint(listed_tangent, view=("dx.elements",), type=_list)
def listed(y, dx, x):
    d[dx] = from_elements(d[y], x)


@tangent(listed_tangent)
def listed_tangent_tangent(y, dx, x):
    d[y] = listed_tangent(d[dx], x)


@adjoint(tuple, view=("iterable.elements",), type=_tuple)
def to_tuple(y, iterable=()):
    d[iterable] = from_elements(d[y], iterable)


@tangent(tuple)
def to_tuple_tangent(y, iterable=()):
    d[y] = tuple(listed_tangent(d[iterable], iterable))


@adjoint(collections.deque, view=("iterable.elements",), type=_list)
def to_deque(y, iterable=(), maxlen=None):
    d[iterable] = from_elements(d[y], iterable)


@tangent(collections.deque)
def to_deque_tangent(y, iterable=(), maxlen=None):
    d[y] = collections.deque(d[iterable], maxlen)


# The adjoint of a copy is never that of the original, which it is added to.
linear(shallow_copy_of, copy.deepcopy, transpose=own_copy)


@adjoint(collections.Counter)
def counter(y, iterable=None):
    pass  # what is counted has no derivative; what is put under its keys later has


nondifferentiable(bisect.bisect_left, bisect.bisect_right, type=scalar_int)
