"""Attributes that are found by names which the program computes, and dataclasses as dicts and tuples."""
from __future__ import annotations

import dataclasses

from s2sgrad import runtime as rt
from s2sgrad.ir import types as T
from s2sgrad.rules.registry import adjoint, d, linear, nondifferentiable, tangent
from s2sgrad.rules.typing import Operands

nondifferentiable(dataclasses.fields, dataclasses.is_dataclass)


@adjoint(rt.named_attribute, view=("x",))
def named_attribute(y, x, name):
    d[x] = rt.attribute_alone(d[y], x, name)


@tangent(rt.named_attribute)
def named_attribute_tangent(y, x, name):
    d[y] = rt.named_attribute(d[x], name)


@linear(rt.attribute_alone)
def attribute_alone(by, b, x, name):
    return rt.named_attribute(by, name)


def _dict(operands: Operands) -> T.Type:
    return T.Type("dict")


def _tuple(operands: Operands) -> T.Type:
    return T.Type("tuple")


@adjoint(dataclasses.asdict, type=_dict)
def asdict(y, obj):
    d[obj] = rt.from_parts(d[y], obj, y)


@adjoint(dataclasses.astuple, type=_tuple)
def astuple(y, obj):
    d[obj] = rt.from_parts(d[y], obj, y)


@tangent(dataclasses.asdict, dataclasses.astuple)
def parts_tangent(y, obj):
    d[y] = rt.to_parts(d[obj], obj, y)


@linear(rt.to_parts)
def to_parts(by, dx, x, made):
    return rt.from_parts(by, x, made)


@linear(rt.from_parts)
def from_parts(by, b, x, made):
    return rt.to_parts(by, x, made)
