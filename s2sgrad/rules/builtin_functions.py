"""Python's built-in functions.

`max` and `min` give the derivative to the argument that they return, the first of equal ones; `abs` has derivative 0
at 0.
"""
from __future__ import annotations

import builtins

from s2sgrad.ir import types as T
from s2sgrad.rules.elementwise import absolute, absolute_tangent
from s2sgrad.rules.number_types import real_part, scalar_bool, scalar_int
from s2sgrad.rules.registry import adjoint, d, nondifferentiable, partials, tangent, unsupported
from s2sgrad.rules.typing import Operands
from s2sgrad.runtime import like, spread, unbroadcast

partials(abs, type=real_part)(absolute)
tangent(abs)(absolute_tangent)


@partials(float, scalar=True)
def to_float(y, x=0.0):
    return 1.0


def _complex(operands: Operands) -> T.Type:
    return T.Type("number", T.SCALAR, "complex")


@adjoint(complex, type=_complex)
def to_complex(z, real=0.0, imag=0.0):
    d[real] = like(d[z], real)
    d[imag] = like(1j * d[z], imag)


@tangent(complex)
def to_complex_tangent(z, real=0.0, imag=0.0):
    d[z] = complex(d[real], d[imag])


@adjoint(sum)
def total(y, iterable, start=0):
    d[iterable] = spread(d[y], iterable)
    d[start] = unbroadcast(d[y], start)


@tangent(sum)
def total_tangent(y, iterable, start=0):
    d[y] = sum(d[iterable], d[start])


@partials(max)
def maximum(z, x, y, *, key: None = None):
    return 1.0 if x >= y else 0.0, 1.0 if x < y else 0.0


@partials(min)
def minimum(z, x, y, *, key: None = None):
    return 1.0 if x <= y else 0.0, 1.0 if x > y else 0.0


def _range(operands: Operands) -> T.Type:
    return T.Type("range")


def _text(operands: Operands) -> T.Type:
    return T.STR


nondifferentiable(len, int, hash, id, ord, type=scalar_int)
nondifferentiable(bool, isinstance, issubclass, callable, hasattr, any, all, type=scalar_bool)
nondifferentiable(str, repr, format, chr, ascii, bin, hex, oct, input, type=_text)
nondifferentiable(range, type=_range)
nondifferentiable(set.add, set.discard)
nondifferentiable(round, type, print, open, vars, dir, bytes, bytearray, slice, object,
                  globals, locals, breakpoint)
# The module `site` adds these; notebooks and frozen programs take them away.
nondifferentiable(*[getattr(builtins, name) for name in ("help", "exit", "quit") if hasattr(builtins, name)])

for _fn in (eval, exec, compile):
    unsupported(_fn, "code that is made at run time cannot be read; write a function")
for _fn in (set, frozenset):
    unsupported(_fn, "its elements have no order; use a list")
unsupported(memoryview, "use the array itself")
for _fn in (setattr, delattr):
    unsupported(_fn, "write the assignment to the attribute")
for _fn in (aiter, anext):
    unsupported(_fn, "coroutines cannot be differentiated")
for _fn in (next, iter):
    unsupported(_fn, "an iterator that is kept cannot be reversed; write a for loop over the sequence")
