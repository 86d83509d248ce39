"""The functions of `cmath`, which take numbers and give complex ones."""
from __future__ import annotations

import cmath
import math

import numpy as np

from s2sgrad.ir import types as T
from s2sgrad.rules.number_types import scalar_bool
from s2sgrad.rules.registry import adjoint, d, known, nondifferentiable, partials, tangent
from s2sgrad.rules.typing import Operands
from s2sgrad.runtime import like, sign


def _complex(operands: Operands) -> T.Type:
    return T.Type("number", T.SCALAR, "complex")


@partials(cmath.exp, type=_complex)
def exp(y, z):
    return y


@partials(cmath.log10, type=_complex)
def log10(y, z):
    return 1.0 / (math.log(10.0) * z)


@partials(cmath.sqrt, type=_complex)
def sqrt(y, z):
    return 0.5 / y


@partials(cmath.sin, type=_complex)
def sin(y, z):
    return cmath.cos(z)


@partials(cmath.cos, type=_complex)
def cos(y, z):
    return -cmath.sin(z)


@partials(cmath.tan, type=_complex)
def tan(y, z):
    return 1.0 + y * y


@partials(cmath.asin, type=_complex)
def asin(y, z):
    return 1.0 / cmath.sqrt(1.0 - z * z)


@partials(cmath.acos, type=_complex)
def acos(y, z):
    return -1.0 / cmath.sqrt(1.0 - z * z)


@partials(cmath.atan, type=_complex)
def atan(y, z):
    return 1.0 / (1.0 + z * z)


@partials(cmath.sinh, type=_complex)
def sinh(y, z):
    return cmath.cosh(z)


@partials(cmath.cosh, type=_complex)
def cosh(y, z):
    return cmath.sinh(z)


@partials(cmath.tanh, type=_complex)
def tanh(y, z):
    return 1.0 - y * y


@partials(cmath.asinh, type=_complex)
def asinh(y, z):
    return 1.0 / cmath.sqrt(z * z + 1.0)


@partials(cmath.acosh, type=_complex)
def acosh(y, z):
    return 1.0 / (cmath.sqrt(z - 1.0) * cmath.sqrt(z + 1.0))


@partials(cmath.atanh, type=_complex)
def atanh(y, z):
    return 1.0 / (1.0 - z * z)


@partials(cmath.log, type=_complex)
def log(y, z, base=None):
    if known(base) and base is None:
        return 1.0 / z
    return 1.0 / (z * cmath.log(base)), -y / (base * cmath.log(base))


# ---- polar coordinates ----------------------------------------------------------------------------------------------

def _number(operands: Operands) -> T.Type:
    return T.FLOAT


@adjoint(cmath.phase, type=_number)
def phase(y, z):
    d[z] = like(-1j * d[y] / z, z)


@tangent(cmath.phase)
def phase_tangent(y, z):
    d[y] = np.imag(d[z] / z)


def _polar(operands: Operands) -> T.Type:
    return T.tuple_of((T.FLOAT, T.FLOAT))


@adjoint(cmath.polar, type=_polar)
def polar(y, z):
    d[z] = like(d[y][0] * sign(z) - 1j * d[y][1] / z, z)


@tangent(cmath.polar)
def polar_tangent(y, z):
    d[y] = (np.real(sign(z) * d[z]), np.imag(d[z] / z))


@partials(cmath.rect, type=_complex)
def rect(z, r, phi):
    return cmath.rect(1.0, phi), 1j * z


nondifferentiable(cmath.isclose, cmath.isfinite, cmath.isinf, cmath.isnan, type=scalar_bool)
