"""Python's operators; for arrays they are NumPy's functions of the same meaning.

Conventions where a derivative does not exist: ``x ** 0`` is constant also at 0, ``x ** 0.5`` is as `np.sqrt` there,
and ``0 ** y`` has derivative 0 by `y`, and so has a power of a negative number by an integer `y`; ``x // y`` is piecewise
constant, and ``x % y`` has derivative 1 by `x` also where it jumps.
"""
from __future__ import annotations

import math
import operator

import numpy as np

from s2sgrad.rules.elementwise import absolute, absolute_tangent
from s2sgrad.rules.number_types import boolean, preserving, real_part, rounded, scalar_bool, scalar_int, whole
from s2sgrad.rules.registry import known, nondifferentiable, partials, rank, tangent, unsupported
from s2sgrad.runtime import power_slope, quotient, times_log


@partials(operator.add, np.add, type=preserving)
def add(z, x, y):
    return 1.0, 1.0


@partials(operator.sub, np.subtract, type=preserving)
def subtract(z, x, y):
    return 1.0, -1.0


@partials(operator.mul, np.multiply, type=preserving)
def multiply(z, x, y):
    return y, x


@partials(operator.truediv, np.divide, np.true_divide)
def divide(z, x, y):
    return 1.0 / y, -z / y


@partials(operator.pow, np.power, np.float_power)
def power(z, x, y):
    if known(x) and x > 0:
        return power_slope(x, y), math.log(x) * z
    if known(y) and y > 0 and y < 1 and rank(x) != 0:
        return quotient(y, x ** (1.0 - y)), times_log(z, x, y)
    if known(y) and y != 0:
        return y * x ** (y - 1), times_log(z, x, y)
    return power_slope(x, y), times_log(z, x, y)


@partials(pow)
def builtin_power(z, base, exp, mod: None = None):
    if known(exp) and exp != 0:
        return exp * base ** (exp - 1), times_log(z, base, exp), None
    return power_slope(base, exp), times_log(z, base, exp), None


@partials(operator.mod, np.mod, np.remainder, type=preserving)
def mod(z, x, y):
    return 1.0, -(x // y)


@partials(operator.neg, type=preserving)
def negative(y, x):
    return -1.0


@partials(operator.pos, type=preserving)
def positive(y, x):
    return 1.0


partials(operator.abs, type=real_part)(absolute)
tangent(operator.abs)(absolute_tangent)

nondifferentiable(operator.floordiv, np.floor_divide, type=rounded)
nondifferentiable(operator.and_, operator.or_, operator.xor, operator.invert, operator.inv, operator.lshift,
                  operator.rshift, type=whole)
nondifferentiable(operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge, type=boolean)
nondifferentiable(operator.not_, operator.truth, operator.is_, operator.is_not, operator.contains, type=scalar_bool)
nondifferentiable(operator.index, operator.length_hint, operator.countOf, operator.indexOf, type=scalar_int)

for _fn in (operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ifloordiv, operator.imod,
            operator.ipow, operator.imatmul, operator.iand, operator.ior, operator.ixor, operator.ilshift,
            operator.irshift, operator.iconcat):
    unsupported(_fn, "whether it changes its first argument depends on the type; write the augmented assignment")
for _fn in (operator.setitem, operator.delitem):
    unsupported(_fn, "write the assignment or the del statement")
for _fn in (operator.attrgetter, operator.itemgetter, operator.methodcaller, getattr(operator, "call", None)):
    if _fn is None:  # operator.call came with Python 3.11
        continue
    unsupported(_fn, "write the attribute, the subscript or the call")
unsupported(operator.concat, "write a + b")
