"""Samples of elementwise functions."""
from __future__ import annotations

import cmath
import math
import operator

import numpy as np

from rules.harness import Sample, sample

VECTOR = np.array([0.3, -1.2, 2.1, 0.7])
POSITIVE = np.array([0.3, 1.2, 2.1, 0.7])
UNIT = np.array([0.3, -0.6, 0.1, 0.7])
MATRIX = np.array([[1.0, 2.0, -0.5], [0.3, -1.1, 0.8]])
COMPLEX = np.array([0.3 + 0.4j, -1.2 + 0.9j, 2.1 - 1.3j])
OTHER = np.array([1.5, 0.43, -0.6, 2.2])
SINGLE = np.array([0.3, 1.2, 2.1], dtype=np.float32)
MASK = np.array([True, False, True, True])

_DOMAINS = {
    VECTOR.tobytes(): (np.exp, np.exp2, np.expm1, np.square, np.reciprocal, np.cbrt, np.sin, np.cos, np.tan, np.arctan,
                       np.sinh, np.cosh, np.tanh, np.arcsinh, np.sinc, np.i0, np.deg2rad, np.rad2deg, np.radians,
                       np.degrees, np.negative, np.positive, np.abs, np.fabs, np.conj, np.real, np.nan_to_num,
                           np.unwrap,
                       np.real_if_close),
    POSITIVE.tobytes(): (np.log, np.log2, np.log10, np.log1p, np.sqrt, np.float_power),
    UNIT.tobytes(): (np.arcsin, np.arccos, np.arctanh),
}
_COMPLEX = (np.exp, np.log, np.log2, np.log10, np.log1p, np.expm1, np.sqrt, np.square, np.reciprocal, np.sin, np.cos,
            np.tan, np.arcsin, np.arccos, np.arctan, np.sinh, np.cosh, np.tanh, np.arcsinh, np.arccosh, np.arctanh,
            np.negative, np.positive, np.abs, np.conj, np.real, np.imag, np.angle, np.real_if_close)
_PAIRS = (np.add, np.subtract, np.multiply, np.divide, np.power, np.float_power, np.arctan2, np.hypot, np.logaddexp,
          np.logaddexp2, np.copysign, np.maximum, np.minimum, np.fmax, np.fmin, np.fmod, np.mod, np.remainder)

SAMPLES: list[Sample] = [
    sample(np.unwrap, "np.unwrap(x, period=p) ** 2", x=np.array([0.3, 3.0, 7.0, 11.0, 0.5]), p=6.1),
    sample(np.maximum, "np.maximum(x, y, dtype=np.float32).astype(float)", x=VECTOR, y=OTHER, order=1, tol=1e-2),
    *(sample(f, f"np.{f.__name__}(x)", x=x) for x, fs in ((VECTOR, _DOMAINS[VECTOR.tobytes()]),
                                                        (POSITIVE, _DOMAINS[POSITIVE.tobytes()][:-1]),
                                                        (UNIT, _DOMAINS[UNIT.tobytes()])) for f in fs),
    *(sample(f, f"np.{f.__name__}(x)", x=COMPLEX) for f in _COMPLEX),
    *(sample(f, f"np.{f.__name__}(x, y)", x=POSITIVE, y=np.abs(OTHER)) for f in _PAIRS),
    *(sample(f, f"np.{f.__name__}(x, y)", x=POSITIVE, y=np.abs(OTHER)[:, None]) for f in _PAIRS[:8]),
    sample(np.arccosh, "np.arccosh(x)", x=POSITIVE + 1.0),
    *(sample(getattr(np.emath, name), f"np.real(np.emath.{name}(x) * (1.0 + 2.0j))", x=x)
      for name in ("sqrt", "log", "log2", "log10", "arcsin", "arccos", "arctanh") for x in (VECTOR, UNIT, -1.7)),
    sample(np.emath.power, "np.real(np.emath.power(x, y) * (1.0 + 2.0j))", x=VECTOR, y=OTHER),
    sample(np.emath.logn, "np.real(np.emath.logn(y, x) * (1.0 + 2.0j))", x=VECTOR, y=2.5),
    sample(np.emath.sqrt, "np.emath.sqrt(x) * x", x=POSITIVE),
    sample(np.emath.sqrt, "np.emath.sqrt(x)", x=COMPLEX),
    sample(np.exp, "np.exp(x)", x=0.7),
    sample(np.exp, "np.exp(x)", x=SINGLE, tol=1e-3, order=1),
    sample(np.abs, "np.abs(x) * abs(x)", x=-0.7),
    sample(np.angle, "np.angle(x, deg=True)", x=COMPLEX),
    sample(np.angle, "np.angle(x * (1.0 + 2.0j)) * x", x=VECTOR),
    sample((np.real, np.imag, np.conj), "np.real(x * x) * np.imag(np.conj(x) * (1 + 2j))", x=COMPLEX),
    sample((np.real, np.imag), "(x * 1j).imag * x.real + x.imag", x=VECTOR),
    sample(np.ndarray.conj, "x.conj() * x.conjugate() * 1j", x=COMPLEX),
    sample(np.maximum, "np.maximum(x, 0.0)", x=VECTOR),
    sample(np.minimum, "np.minimum(0.5, x) * np.maximum(1, x)", x=VECTOR),
    sample(np.heaviside, "np.heaviside(x, y) * x", x=np.array([0.0, -1.0, 2.0, 0.0]), y=OTHER, wrt=("y",)),
    sample(np.ldexp, "np.ldexp(x, 3)", x=VECTOR),
    sample(np.nextafter, "np.nextafter(x, 5.0) * x", x=VECTOR, tol=1e-5),
    sample(np.modf, "np.modf(x)[0] * x", x=VECTOR),
    sample(np.modf, "np.modf(x)[0]", x=VECTOR),
    sample(np.modf, "frac, whole = np.modf(x)\nfrac * x + whole", x=VECTOR),
    sample(np.frexp, "np.frexp(x)[0] * x", x=VECTOR),
    sample((np.divmod, divmod), "q, r = np.divmod(x, y)\nq * x + r * y", x=VECTOR, y=np.abs(OTHER)),
    sample(divmod, "divmod(x, y)[1] * x", x=5.3, y=0.7),
    # real values of complex arguments beside complex ones
    *(sample(np.angle, f"t = {t}\n{code}", x=COMPLEX, y=COMPLEX * (0.3 - 1.2j), order=1)
      for t in ("np.angle(x)", "np.abs(x)", "np.imag(x)", "np.linalg.norm(x[None], axis=0)")
      for code in ("t * y", "np.stack([t, y])", "np.einsum('...,...->...', t, y)", "np.dot(np.ravel(t), np.ravel(y))")),
    sample(np.power, "np.power(x, y)", x=np.array([0.3, 1.2], dtype=np.float32), y=0.6, tol=1e-3, order=1),
    # options of ufuncs
    sample(np.add, "np.add(x, y, dtype=np.float64, casting='unsafe')", x=VECTOR, y=OTHER),
    sample(np.divide, "np.divide(x, y, where=y > 0.5, out=np.zeros(4)) * x", x=VECTOR, y=OTHER),
    sample(np.divide, "z = x * 2.0\nnp.divide(x, y, out=z, where=y > 0.5)\nz * x", x=VECTOR, y=OTHER, order=1),
    # A second derivative would have to know that the adjoint of `x` is an array, which nothing says.
    sample(np.multiply, "z = np.zeros((2, 4))\nnp.multiply(x, y, out=z[1])\nz[0] += z[1] * x\nz * x", x=VECTOR,
           y=OTHER, order=1),
    sample(np.exp, "z = x * y\nnp.exp(z, z)\nz * x", x=VECTOR, y=OTHER, order=1),
    sample(np.log, "np.sum(np.where(m, np.log(x, where=m, out=None), 0.0) * x)", x=VECTOR, m=VECTOR > 0),
    # operators
    sample(operator.add, "x + y - x * y / (x * x + 1.0)", x=VECTOR, y=OTHER),
    sample(operator.sub, "x - y * x", x=VECTOR, y=MATRIX[:, :1]),
    sample(operator.mul, "x * y", x=0.7, y=MATRIX),
    sample(operator.truediv, "x / y", x=MATRIX, y=0.7),
    sample(operator.pow, "x ** y", x=POSITIVE, y=OTHER),
    sample(operator.pow, "x ** 3 + x ** -2 + x ** 1 + x ** 0", x=VECTOR),
    sample(operator.pow, "x ** n + x ** (n + 1)", x=VECTOR, n=2),
    sample(operator.pow, "2.0 ** x", x=VECTOR),
    sample(operator.pow, "x ** y", x=1.7, y=2.3),
    sample(operator.pow, "x ** y", x=COMPLEX, y=2.3),
    sample(operator.mod, "x % y * x", x=VECTOR, y=np.abs(OTHER)),
    sample((operator.neg, operator.pos), "-x * +x", x=VECTOR),
    sample((operator.abs, abs), "operator.abs(x) * abs(x) * x", x=VECTOR),
    sample((operator.abs, abs), "abs(x) * x", x=1.0 - 2.0j),
    sample((operator.add, operator.mul), "operator.add(x, operator.mul(x, y))", x=VECTOR, y=OTHER),
    # math
    *(sample(getattr(math, name), f"math.{name}(x)", x=x) for x, names in (
        (0.37, "exp expm1 log log2 log10 log1p sqrt sin cos tan asin acos atan sinh cosh tanh asinh atanh radians "
               "degrees erf erfc gamma lgamma fabs"),
        (-1.3, "gamma lgamma fabs erf atan"), (2.2, "acosh gamma lgamma")) for name in names.split()),
    *(sample(getattr(math, name), f"math.{name}(x)", x=0.37) for name in ("cbrt", "exp2") if hasattr(math, name)),
    sample(math.log, "math.log(x, y) + math.log(x, 3.0)", x=1.7, y=2.9),
    *(sample(getattr(math, name), f"math.{name}(x, y) * x", x=1.7, y=0.6)
      for name in ("pow", "atan2", "copysign", "fmod", "remainder")),
    sample(math.ldexp, "math.ldexp(x, 3) * x", x=1.7),
    sample(math.nextafter, "math.nextafter(x, 3.0) * x", x=1.7, tol=1e-5),
    sample(math.modf, "math.modf(x)[0] * x", x=1.7),
    sample(math.frexp, "math.frexp(x)[0] * x", x=1.7),
    sample(math.hypot, "math.hypot(x, y) + math.hypot(x, y, 2.0) * math.hypot(x)", x=1.7, y=0.6),
    sample(math.dist, "math.dist([x, y], [1.0, x * x])", x=1.7, y=0.6),
    sample(math.dist, "math.dist(x, y)", x=[1.7, 0.3], y=[0.6, 2.0]),
    sample(math.fsum, "math.fsum([x, y, x * y])", x=1.7, y=0.6),
    sample(math.prod, "math.prod([x, y, x * y])", x=1.7, y=0.6),
    sample(math.prod, "math.prod([x, y, x * y], start=x)", x=1.7, y=0.6),
    *([sample(math.sumprod, "math.sumprod([x, y], [y, 2.0])", x=1.7, y=0.6)] if hasattr(math, "sumprod") else []),
    *([sample(math.fma, "math.fma(x, y, x)", x=1.7, y=0.6)] if hasattr(math, "fma") else []),
    # builtins
    sample(float, "float(x) * x", x=1.7),
    sample(complex, "complex(x, y) * complex(x)", x=1.7, y=0.6),
    sample(sum, "sum([x, y, x * y], 2.0) * sum([x])", x=1.7, y=0.6),
    sample(sum, "sum(x) * sum(x, y)", x=MATRIX, y=1.3),
    sample(max, "max(x, y) * min(x, y) * max([x, y, 0.1])", x=1.7, y=0.6),
    sample((max, min), "max(x) * min(x)", x=VECTOR),
    sample(pow, "pow(x, y) + pow(x, 3)", x=1.7, y=0.6),
]
# cmath
SAMPLES += [
    *(sample(getattr(cmath, name), f"cmath.{name}(x)", x=0.3 + 0.8j)
      for name in "exp log log10 sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh phase polar".split()),
    *(sample(getattr(cmath, name), f"cmath.{name}(x + 1.5)", x=0.3) for name in "exp log sqrt acosh polar phase".split()
      if name not in ("polar", "phase")),
    sample(cmath.log, "cmath.log(x, y)", x=0.3 + 0.8j, y=2.5 - 0.1j),
    sample(cmath.rect, "cmath.rect(x, y)", x=1.3, y=0.4),
    sample((cmath.polar, cmath.rect), "r, phi = cmath.polar(x)\ncmath.rect(r * r, phi + r)", x=0.3 + 0.8j),
]
# methods of ufuncs
SAMPLES += [
    *(sample(f.reduce, f"np.{f.__name__}.reduce(x{options})", x=np.abs(MATRIX))
      for f in (np.add, np.multiply, np.maximum, np.minimum, np.fmax, np.fmin, np.logaddexp, np.hypot)
      for options in ("", ", axis=1", ", -1, keepdims=True", ", axis=None")),
    sample(np.add.reduce, "np.add.reduce(x, where=x > 0, initial=2.0)", x=MATRIX),
    *(sample(f.accumulate, f"np.{f.__name__}.accumulate(x{options})", x=MATRIX)
      for f in (np.add, np.multiply, np.maximum, np.minimum) for options in ("", ", axis=1")),
    sample(np.add.reduceat, "np.add.reduceat(x, [0, 3, 1, 2])", x=VECTOR),
    *(sample(f.reduceat, f"np.{f.__name__}.reduceat(x, {options})", x=MATRIX)
      for f in (np.multiply, np.maximum, np.minimum) for options in ("[0, 1, 0]", "[0, 2, 1], axis=1")),
    *(sample(f.reduceat, f"np.{f.__name__}.reduceat(np.abs(x), [0, 2, 1], axis=1)", x=MATRIX, order=order)
      for f, order in ((np.subtract, 1), (np.divide, 2), (np.float_power, 1), (np.fmax, 1), (np.fmin, 1), (np.hypot, 1),
                       (np.logaddexp, 1), (np.logaddexp2, 2))),
    *(sample(f.reduce, f"np.{f.__name__}.reduce(np.abs(x){options})", x=MATRIX)
      for f in (np.subtract, np.divide, np.logaddexp2) for options in ("", ", axis=1, keepdims=True")),
    sample(np.divide.reduce, "np.divide.reduce(x)", x=VECTOR[:1]),
    sample(np.float_power.reduce, "np.float_power.reduce(np.abs(x), 1)", x=MATRIX),
    # Of three elements and more NumPy 2.4 gives x[0] ** x[-1], and `accumulate` what is documented.
    *(sample(np.power.reduce, f"np.power.reduce(np.abs(x){options})", x=MATRIX) for options in ("", ", keepdims=True")),
    *(sample(f.accumulate, f"np.{f.__name__}.accumulate(np.abs(x){options})", x=MATRIX)
      for f in (np.subtract, np.divide, np.logaddexp) for options in ("", ", axis=1")),
    *(sample(f.accumulate, f"np.{f.__name__}.accumulate(np.abs(x), axis=1)", x=MATRIX)
      for f in (np.fmax, np.fmin, np.hypot, np.logaddexp2, np.float_power)),
    sample(np.maximum, "np.maximum(x, y)", x=[0.3, 0.4], y=0.35, order=1),
    sample(np.minimum, "np.minimum(x, y)", x=[0.3, 0.4], y=[0.1, 0.9], order=1),
    sample(np.power, "np.power(x, y) * x ** y", x=VECTOR, y=VECTOR * (1.0 + 0.3j)),
    sample(np.add.reduceat, "np.add.reduceat(x, [0, 2, 1], axis=1)", x=MATRIX),
    *(sample(f.outer, f"np.{f.__name__}.outer(x, y)", x=POSITIVE, y=np.abs(MATRIX) + 0.05)
      for f in (np.add, np.subtract, np.multiply, np.divide, np.power, np.maximum, np.arctan2, np.hypot)),
    *(sample(f.outer, f"np.{f.__name__}.outer(x, y)", x=POSITIVE, y=np.abs(MATRIX) + 0.083, order=1)
      for f in (np.float_power, np.minimum, np.fmax, np.fmin, np.fmod, np.mod, np.logaddexp, np.logaddexp2,
      np.copysign)),
    sample(np.heaviside.outer, "np.heaviside.outer(np.array([-1.0, 0.0]), x)", x=VECTOR, order=1),
    sample(np.ldexp.outer, "np.ldexp.outer(x, [1, 3])", x=VECTOR, order=1),
    sample(np.nextafter.outer, "np.nextafter.outer(x, [5.0, 7.0])", x=VECTOR, order=1, tol=1e-5),
    sample(np.multiply.outer, "np.multiply.outer(x, y)", x=VECTOR, y=0.7),
    sample(np.add.at, "z = np.zeros(3)\nnp.add.at(z, [0, 2, 0], x[:3])\nnp.subtract.at(z, [1, 1], x[0])\nz * z",
           x=VECTOR),
]
