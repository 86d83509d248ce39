"""The functions of `math`, which take and give numbers."""
from __future__ import annotations

import math

from s2sgrad.rules.registry import nondifferentiable, partials


@partials(math.sin, scalar=True)
def sin(y, x):
    return math.cos(x)


@partials(math.cos, scalar=True)
def cos(y, x):
    return -math.sin(x)


@partials(math.exp, scalar=True)
def exp(y, x):
    return y


@partials(math.log, scalar=True)
def log(y, x):
    return 1.0 / x


@partials(math.sqrt, scalar=True)
def sqrt(y, x):
    return 0.5 / y


@partials(math.atan2, scalar=True)
def atan2(a, y, x):
    return x / (x * x + y * y), -y / (x * x + y * y)


nondifferentiable(math.floor, math.ceil)
