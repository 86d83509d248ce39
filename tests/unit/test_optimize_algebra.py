"""Algebra on adjoint expressions: what is simplified, and what must not be."""
from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from s2sgrad.ir import types as T
from s2sgrad.ir.types import Type
from unit.optimizing import expression, shown_expression, simplified

VECTOR = T.array(T.Shape((T.Dim(("n",)),)))
MATRIX = T.array(T.Shape((T.Dim(("m",)), T.Dim(("n",)))))
FLOATS: Mapping[str, Type] = dict.fromkeys("xyzpqr", T.FLOAT)
ARRAYS: Mapping[str, Type] = dict.fromkeys("xyzpqr", VECTOR)
MIXED: Mapping[str, Type] = {"x": VECTOR, "y": VECTOR, "z": MATRIX, "p": T.FLOAT, "q": T.FLOAT, "i": T.INT, "n": T.INT}


@pytest.mark.parametrize("before, after", [
    ("b_x * 1.0", "bx"),
    ("1 * b_x", "bx"),
    ("b_x / 1.0", "bx"),
    ("b_x + 0.0", "bx"),
    ("0.0 + b_x", "bx"),
    ("0.0 - b_x", "-bx"),
    ("b_x * -1.0", "-bx"),
    ("-(-b_x)", "bx"),
    ("-(b_x - b_y)", "by - bx"),
    ("b_x + -b_y", "bx - by"),
    ("b_x - -b_y", "bx + by"),
    ("-b_x + b_y", "by - bx"),
    ("b_x + b_y * -2.0", "bx - by * 2.0"),
    ("-b_x * -b_y", "bx * by"),
    ("-b_x / b_y", "-(bx / by)"),
    ("b_x * (2 * x ** (2 - 1))", "bx * 2 * x"),
    ("b_x * (3 * x ** (3 - 1))", "bx * 3 * x ** 2"),
    ("b_x * (0.5 * x ** (0.5 - 1))", "bx * 0.5 * x ** -0.5"),
    ("2 * b_x * 3.0", "6.0 * bx"),
    ("b_x * (1.0 / y)", "bx / y"),
    ("b_x * (0.5 / y)", "bx * 0.5 / y"),
    ("b_x * (-x / y)", "-(bx * (x / y))"),
    ("b_x * (x / y)", "bx * (x / y)"),
    ("b_x + b_x", "2 * bx"),
    ("b_x * y + y * b_x", "2 * bx * y"),
    ("b_x * 0.5 * y + b_x * y * 0.5", "bx * y"),
    ("p - b_x * y - b_x * y", "p - 2 * bx * y"),
    ("(2 + 3) * b_x", "5 * bx"),
    ("b_x + (b_y - x * b_x)", "bx + by - x * bx"),
    ("b_x + (b_x + b_y)", "2 * bx + by"),
    ("b_x * 0.5 / y * 2 * z", "bx / y * z"),
    ("b_x * 0.5 / y * 3 * z", "bx / y * 1.5 * z"),
    ("0.5 / y * 2 * b_x", "bx / y"),
])
def test_simplified(before: str, after: str) -> None:
    assert simplified(before, FLOATS) == after


@pytest.mark.parametrize("kept", [
    "bx * 0.0",          # NaN and infinity times zero
    "bx - bx",           # infinity minus infinity
    "bx / bx",
    "0.0 / bx",
    "bx ** 0",
    "x + 0",             # `x` may be -0.0, a string, a list; no adjoint is involved
    "bx * x - bx * y",
    "1.0 - x * x",
])
def test_kept(kept: str) -> None:
    before = kept.replace("bx", "b_x")
    types = {} if kept == "x + 0" else FLOATS
    assert simplified(before, types) == kept


def test_constants_are_folded_as_python_computes_them() -> None:
    assert simplified("b_x * (1 / 3)", FLOATS) == f"bx * {1 / 3!r}"
    assert simplified("b_x * (7 ** 2)", FLOATS) == "bx * 49"
    assert simplified("b_x + (1 / 0)", FLOATS) == "bx + 1 / 0"
    assert simplified("b_x * 10 ** 400", FLOATS) == "bx * 10 ** 400"


def test_integers_stay_integers() -> None:
    """``1.0 * n`` is a float where `n` is an integer."""
    assert simplified("1.0 * n", MIXED) == "1.0 * n"
    assert simplified("i / 1.0", MIXED) == "i / 1.0"


def test_numbers_are_multiplied_before_arrays() -> None:
    assert simplified("x * p * q", MIXED) == "p * q * x"
    assert simplified("x * p", MIXED) == "x * p"


def test_a_small_product_of_arrays_stays_together() -> None:
    """Row times column first costs one large operation, not two."""
    assert simplified("z * (x * y)", MIXED) == "z * (x * y)"
    assert simplified("z * (2.0 * x * y)", MIXED) == "z * 2.0 * (x * y)"


@pytest.mark.parametrize("before, after", [
    ("unbroadcast(b_p, q)", "bp"),
    ("unbroadcast(x * y, x)", "x * y"),
    ("unbroadcast(z * x, x)", "np.sum(z * x, axis=0)"),
    ("unbroadcast(unbroadcast(z, x), x)", "np.sum(z, axis=0)"),
    ("expand(p, x) * y", "p * y"),
    ("expand(p, x) * z", "expand(p, x) * z"),
    ("expand(p, x) * 2 * y", "p * 2 * y"),
    ("x + expand(p, y)", "x + p"),
    ("expand(p, q)", "p"),
    ("copy(b_p)", "bp"),
    ("copy(x) * y", "x * y"),
    ("copy(x)", "copy(x)"),
    ("add(b_p, b_q)", "bp + bq"),
    ("add(x, y)", "add(x, y)"),
    ("expand(p, x) * sign(x)", "p * sign(x)"),
    ("np.sum(expand(p, x))", "p * np.size(x)"),
    ("np.sum(expand(p, z), axis=0)", "np.sum(expand(p, z), axis=0)"),
    ("np.sum(b_z, axis=1, keepdims=True)[:, 0]", "np.sum(bz, axis=1)"),
    ("(-np.sum(b_z, axis=0, keepdims=True))[0]", "-np.sum(bz, axis=0)"),
    ("np.sum(b_z, axis=(0, 2), keepdims=True)[0, :, 0]", "np.sum(bz, axis=(0, 2))"),
    ("np.sum(b_z, axis=(0, 1), keepdims=True)[0]", "np.sum(bz, axis=(0, 1), keepdims=True)[0]"),
    ("np.sum(b_z, axis=1, keepdims=True)[:, :1]", "np.sum(bz, axis=1, keepdims=True)[:, :1]"),
    ("np.sum(b_z, axis=-1, keepdims=True)[:, 0]", "np.sum(bz, axis=-1, keepdims=True)[:, 0]"),
    ("(z.T @ z).T", "z.T @ z"),
    ("(z.T @ x).T", "(z.T @ x).T"),
    ("add_at(b_z, i, expand(p, z[i]))", "add_at(bz, i, p)"),
    ("add_at(b_z, n, expand(p, z[i]))", "add_at(bz, n, expand(p, z[i]))"),
])
def test_helpers(before: str, after: str) -> None:
    assert simplified(before, MIXED) == after


def test_complex_numbers_keep_what_takes_their_real_part() -> None:
    types = {**MIXED, "w": Type("array", VECTOR.shape, "complex")}
    assert simplified("unbroadcast(w * x, x)", types) == "unbroadcast(w * x, x)"


@pytest.mark.parametrize("text", ["b_x * (2 * y ** (2 - 1)) + 0.0", "-(b_x * -p) - b_y * (1.0 / z)",
                                  "unbroadcast(b_p * 1.0, q)"])
def test_simplifying_again_changes_nothing(text: str) -> None:
    once = simplified(text, MIXED)
    again = simplified(once.replace("b", "b_"), MIXED) if "unb" not in once else once
    assert again == once


@pytest.mark.parametrize("text", ["b_x * (2 * y ** (2 - 1)) - b_y * -3.0", "b_x * (-z / y) + b_x * (1.0 / z)",
                                  "-(b_x - b_y) * (0.5 / z) + 0.0", "b_x * 0.5 * y + y * b_x * 0.5 - z * b_y"])
def test_values_are_kept(text: str) -> None:
    """Values, infinities and NaNs of the simplified expression are those of the plain one."""
    special = [0.7, -1.3, np.inf, -np.inf, np.nan]
    rng = np.random.default_rng(0)
    after = simplified(text, ARRAYS)
    for _ in range(60):
        env = {n: rng.choice(special, size=5) for n in ("bx", "by", "x", "y", "z")}
        with np.errstate(all="ignore"):
            expected = eval(shown_expression(expression(text)), {}, dict(env))
            np.testing.assert_allclose(eval(after, {}, dict(env)), expected, rtol=1e-13)
