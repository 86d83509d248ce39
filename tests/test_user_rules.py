"""Rules that users declare: functions in C, methods, several results, options; and what they cannot say."""
from __future__ import annotations

import ctypes
import ctypes.util
import math

import numpy as np
import pytest

import s2sgrad
from s2sgrad import d

LIBM = ctypes.CDLL(ctypes.util.find_library("m"))
LIBM.erf.restype, LIBM.erf.argtypes = ctypes.c_double, [ctypes.c_double]
C_ERF = LIBM.erf
SQUARES = np.frompyfunc(lambda v: v * v, 1, 1)
SINES = np.vectorize(lambda v: math.sin(v))


class Operator:
    def __init__(self, a):
        self.a = a

    def apply(self, x):
        return self.a @ x

    @staticmethod
    def cube(x):
        return x ** 3


class Doubling:
    def __call__(self, x):
        return 2.0 * x


DOUBLE = Doubling()
OPERATOR = Operator(np.array([[1.0, 2.0], [3.0, 4.0]]))


def parts(x, n):
    return x[:n] * 2.0, x[n:] * 3.0


def smooth(x, *, width=1.0, axis=-1):
    return np.tanh(x / width)


def added(*xs):
    return sum(xs)


def fill(out, x):
    out[...] = np.sin(x)


def scale(out, x):
    return np.multiply(out, x, out=out)


@s2sgrad.partials(C_ERF)
def erf_rule(y, x):
    return 2.0 / math.sqrt(math.pi) * math.exp(-x * x)


@s2sgrad.partials(SQUARES)
def squares_rule(y, x):
    return 2.0 * x


@s2sgrad.partials(SINES)
def sines_rule(y, x):
    return np.cos(x)


@s2sgrad.adjoint(Operator.apply)
def apply_adjoint(y, self, x):
    d[x] = self.a.T @ d[y]


@s2sgrad.tangent(Operator.apply)
def apply_tangent(y, self, x):
    d[y] = self.a @ d[x]


@s2sgrad.partials(Operator.cube)
def cube_rule(y, x):
    return 3.0 * x * x


@s2sgrad.adjoint(DOUBLE)
def doubling_adjoint(y, x):
    d[x] = 2.0 * d[y]


@s2sgrad.tangent(DOUBLE)
def doubling_tangent(y, x):
    d[y] = 2.0 * d[x]


@s2sgrad.adjoint(parts)
def parts_adjoint(y, x, n):
    d[x] = np.concatenate([2.0 * d[y][0], 3.0 * d[y][1]])


@s2sgrad.tangent(parts)
def parts_tangent(y, x, n):
    d[y] = (2.0 * d[x][:n], 3.0 * d[x][n:])


@s2sgrad.adjoint(smooth)
def smooth_adjoint(y, x, *, width=1.0, axis=-1):
    d[x] = d[y] * (1.0 - y * y) / width
    d[width] = np.sum(-d[y] * (1.0 - y * y) * x / width ** 2)


@s2sgrad.tangent(smooth)
def smooth_tangent(y, x, *, width=1.0, axis=-1):
    d[y] = (1.0 - y * y) * (d[x] / width - x * d[width] / width ** 2)


@s2sgrad.adjoint(added)
def added_adjoint(y, *xs):
    d[xs] = tuple(d[y] for x in xs)


@s2sgrad.tangent(added)
def added_tangent(y, *xs):
    d[y] = sum(d[xs])


@s2sgrad.adjoint(fill)
def fill_adjoint(y, out, x):
    d[x] = d[out] * np.cos(x)


@s2sgrad.adjoint(scale)
def scale_adjoint(y, out, x):
    d[x] = np.sum(d[out] * y / x)


def in_c(x):
    return C_ERF(x) * x


def of_a_library(x):
    return LIBM.erf(x) * x


def made_by_frompyfunc(x):
    return np.sum(SQUARES(x))


def made_by_vectorize(x):
    return np.sum(SINES(x) * x)


def method(x, op):
    return np.sum(op.apply(x) ** 2) + np.sum(OPERATOR.apply(x))


def static_method(x):
    return np.sum(Operator.cube(x))


def object_that_is_called(x):
    return np.sum(DOUBLE(x) ** 2)


def both_results(x):
    a, b = parts(x, 1)
    return np.sum(a * a) * np.sum(b * b)


def one_of_two_results(x):
    a, b = parts(x, 1)
    return np.sum(b * b)


def keyword_only(x, w):
    return np.sum(smooth(x, width=w) ** 2) + np.sum(smooth(x))


def any_number_of_arguments(x):
    return np.sum(added(x, x * x, 3.0) ** 2)


VECTOR = np.array([0.4, -1.2])


@pytest.mark.parametrize(("f", "args", "wrt"), [
    (in_c, (0.7,), "x"), (of_a_library, (0.7,), "x"), (made_by_frompyfunc, (VECTOR,), "x"), (made_by_vectorize, (VECTOR,), "x"),
    (method, (VECTOR, OPERATOR), "x"), (static_method, (VECTOR,), "x"), (object_that_is_called, (VECTOR,), "x"),
    (both_results, (VECTOR,), "x"), (one_of_two_results, (VECTOR,), "x"), (keyword_only, (VECTOR, 1.3), ("x", "w")),
    (any_number_of_arguments, (VECTOR,), "x")], ids=lambda v: getattr(v, "__name__", ""))
def test_rules_are_used(f, args, wrt) -> None:
    s2sgrad.check_grads(f, args, wrt=wrt, order=2)


def test_what_a_function_with_a_rule_changes_is_not_known() -> None:
    def loss(x):
        b = np.zeros_like(x)
        fill(b, x)
        return np.sum(b * x)

    with pytest.raises(SyntaxError, match="dropped"):
        s2sgrad.grad(loss)


def test_a_rule_reads_no_adjoint_of_an_argument() -> None:
    def loss(x):
        return np.sum(scale(np.ones(3), x))

    with pytest.raises(ValueError, match=r"reads d\[out\]"):
        s2sgrad.grad(loss)
