"""Python's operators; for arrays they are NumPy's functions of the same meaning."""
from __future__ import annotations

import operator

import numpy as np

from s2sgrad.rules.registry import adjoint, bilinear, d, nondifferentiable, partials
from s2sgrad.runtime import log_where_positive, matmul_adjoint_left, matmul_adjoint_right


@partials(operator.add, np.add)
def add(z, x, y):
    return 1.0, 1.0


@partials(operator.sub, np.subtract)
def subtract(z, x, y):
    return 1.0, -1.0


@partials(operator.mul, np.multiply)
def multiply(z, x, y):
    return y, x


@partials(operator.truediv, np.divide, np.true_divide)
def divide(z, x, y):
    return 1.0 / y, -z / y


@partials(operator.pow, np.power, np.float_power)
def power(z, x, y):
    return y * x ** (y - 1), log_where_positive(x) * z


@partials(operator.mod, np.mod, np.remainder)
def mod(z, x, y):
    return 1.0, -(x // y)


@partials(operator.neg, np.negative)
def negative(y, x):
    return -1.0


@partials(operator.pos, np.positive)
def positive(y, x):
    return 1.0


@adjoint(operator.matmul, np.matmul)
def matmul(c, a, b):
    d[a] = matmul_adjoint_left(d[c], a, b)
    d[b] = matmul_adjoint_right(d[c], a, b)


bilinear(operator.matmul, np.matmul, wrt=("a", "b"))

nondifferentiable(operator.floordiv, operator.and_, operator.or_, operator.xor, operator.invert, operator.lshift,
                  operator.rshift, operator.not_, np.floor_divide)
