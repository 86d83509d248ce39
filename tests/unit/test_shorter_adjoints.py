"""Adjoint code without what an expert would leave out: shapes that nobody needs, values for these, names for one use."""
from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad, vjp
from s2sgrad.runtime import broadcast, take_at

RNG = np.random.default_rng(0)
SHAPES = [(), (3,), (1,), (4, 1), (4, 3)]


def affine(a: Any, b: Any, c: Any) -> Any:
    return np.sum(np.tanh(a * b + c))


def products(a: Any, b: Any, c: Any) -> Any:
    return np.sum(np.sin(2 * (a * b) / c - a) ** 2)


def quotients(a: Any, b: Any, c: Any) -> Any:
    return np.sum((c - (a - b) / c * 0.5) ** 2)


def summed_up(a: Any, b: Any, c: Any) -> Any:
    s = c
    for i in range(2):
        s = s + a * b * i
        s = s - b / (2 + i)
    return np.mean(s * s)


@pytest.mark.parametrize("f", [affine, products, quotients, summed_up])
@pytest.mark.parametrize("shapes", list(itertools.product(SHAPES, repeat=3)), ids=str)
def test_whatever_is_broadcast(f: Callable[..., Any], shapes: tuple[tuple[int, ...], ...]) -> None:
    args = tuple(RNG.random(s) + 0.5 if s else float(RNG.random() + 0.5) for s in shapes)
    check_grads(f, args, wrt=(0, 1, 2), modes=("reverse",))
    for x, g in zip(args, grad(f, wrt=(0, 1, 2))(*args)):
        assert np.shape(g) == np.shape(x)


def test_products_are_not_computed_for_their_shape() -> None:
    source = grad(affine, wrt=(0, 1, 2)).source
    assert source.count("a * b") == 2  # where it is needed, and in the comment
    assert "return unbroadcast(bt * b, a), unbroadcast(bt * a, b), unbroadcast(bt, c)" in source


def divergence(a: Any, b: Any, c: Any) -> Any:
    return np.sum(np.log(c / b) + (b ** 2 + (a - 1.5) ** 2) / (2 * c ** 2))


def weighted(a: Any, b: Any, c: Any) -> Any:
    risk = np.log(c)
    return -np.sum(a * (b - risk)) + np.sum(np.exp(b) * c)


def cumulated(a: Any, b: Any, c: Any) -> Any:
    total = np.cumsum(np.exp(a * b))
    return np.sum(c * (a - np.log(total[-1]))) * np.sum(c)


def multiplied_and_divided(a: Any, b: Any, c: Any) -> Any:
    return np.sum(a * b / c + a * np.log(c / a))


@pytest.mark.parametrize("f", [divergence, weighted, cumulated, multiplied_and_divided])
@pytest.mark.parametrize("shapes", list(itertools.product(SHAPES, repeat=3)), ids=str)
def test_seeds_that_are_spread(f: Callable[..., Any], shapes: tuple[tuple[int, ...], ...]) -> None:
    args = tuple(RNG.random(s) + 0.5 if s else float(RNG.random() + 0.5) for s in shapes)
    check_grads(f, args, wrt=(0, 1, 2), order=2)
    for x, g in zip(args, grad(f, wrt=(0, 1, 2))(*args)):
        assert np.shape(g) == np.shape(x)


def test_a_seed_is_spread_over_arrays_and_not_over_what_is_computed_of_them() -> None:
    source = grad(divergence, wrt=(0, 1)).source
    assert "expand(by, broadcast(" in source and source.count("np.log") == 1  # in the comment
    a, b, c = RNG.random(4) + 0.5, RNG.random(4) + 0.5, RNG.random(4) + 0.5
    single = grad(divergence, wrt=(0, 1))(*(x.astype(np.float32) for x in (a, b, c)))
    assert all(g.dtype == np.float32 for g in single)


def test_products_are_not_divided_again() -> None:
    source = grad(multiplied_and_divided, wrt=(0, 1, 2)).source
    assert "bt2 * np.log(c / a) - bt2" in source
    assert grad(lambda x, y: np.sum(x * np.log(x / y)))(np.array([2.0, 1.0]), 1.0) == pytest.approx([1.0 + np.log(2.0), 1.0])


def test_sparse_arrays_have_shapes() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    a, b = (sparse.csr_array(RNG.random((3, 4)) * (RNG.random((3, 4)) > 0.5)) for _ in range(2))
    assert broadcast(a, 1.0).shape == broadcast(1.0, np.ones(4), b).shape == (3, 4)


def scaled(a: Any, b: Any, by: Any) -> Any:
    return by * np.sum(a * b) + np.mean(a) * by


@pytest.mark.parametrize("k", [0.7, np.array(0.7), np.array([0.7]), np.array([[0.7]]), np.float32(0.7)], ids=repr)
@pytest.mark.parametrize("seed", [1.0, 2, np.array(1.5), np.array([1.5])], ids=repr)
def test_a_seed_is_checked_where_it_is_read(k: Any, seed: Any) -> None:
    df = grad(scaled, wrt=(0, 1))
    assert "= scalar_seed" not in df.source and "scalar_seed(" in df.source
    a, b = RNG.random(4), RNG.random((3, 4))
    for got, want in zip(df(a, b, k, seed), grad(scaled, wrt=(0, 1))(a, b, 0.7, 1.0)):
        np.testing.assert_allclose(got, want * float(np.sum(seed)), rtol=1e-6)
    with pytest.raises(ValueError, match="returns one number"):
        df(a, b, np.ones(2))
    with pytest.raises(TypeError, match="real number"):
        df(a, b, 1j)


def layer(w: Any, b: Any, x: Any) -> Any:
    z = x @ w + b
    p = np.exp(z)
    return np.sum(p / np.sum(p))


def test_what_the_end_reads_is_computed_there() -> None:
    source = grad(layer, wrt=("w", "b")).source
    assert "return matmul_adjoint_right(bz, x, w), unbroadcast(bz, b)" in source
    check_grads(layer, (RNG.random((3, 2)), RNG.random(2), RNG.random((4, 3))), wrt=("w", "b"), order=2)


def burgers(u: Any, nu: Any, n: int) -> Any:
    for _ in range(n):
        f = 0.5 * u ** 2
        u[1:-1] = u[1:-1] - 0.1 * (f[2:] - f[:-2]) + nu * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u ** 2)


def test_additions_to_one_place_are_one() -> None:
    source = grad(burgers).source
    assert "bu[1:-1] = 0.0" not in source
    assert source.count("bu[1:-1] =") == 1
    assert "bu[1:-1] +=" not in source
    check_grads(burgers, (RNG.random(8), 0.1, 3), wrt=(0, 1), order=2)


def elements(x: Any, k: Any) -> Any:
    e = x[0] * x[1] + k * x[0]
    return e * x[1] - np.sin(x[0])


def overlapping(x: Any) -> Any:
    y = np.zeros(6)
    y[1:4] = x * 2
    y[2:5] += y[1:4] * x
    y[1:4] = y[2:5] - y[:3]
    y[:3] += y[1:4] ** 2
    return np.sum(y ** 2)


def of_lists(xs: Any) -> Any:
    total = 0.0
    for v in (0, 1):
        total = total + np.sum(xs[0] * xs[1] * v) + np.sum(xs[1] ** 2)
    return total + np.sum(xs[0]) * np.sum(xs[1])


def test_additions_change_places_where_nobody_looks() -> None:
    check_grads(elements, (RNG.random(2), 0.7), wrt=(0, 1), order=2)
    check_grads(elements, ([0.3, 0.4], 0.7), wrt=(0, 1), order=2)
    check_grads(overlapping, (RNG.random(3),), order=2)
    check_grads(of_lists, ([RNG.random(3), RNG.random(3)],), order=2)


def rhs(y: Any, p: Any) -> Any:
    return np.array([p[0] * (y[1] - y[0]), y[0] * (p[1] - y[2]) - y[1], y[0] * y[1] - p[2] * y[2]])


def heun(y: Any, p: Any, h: Any, n: int) -> Any:
    for _ in range(n):
        k = rhs(y, p)
        y = y + h / 2 * (k + rhs(y + h * k, p))
    return np.sum(y ** 2)


def test_calls_share_a_pair() -> None:
    source = grad(heun, wrt=("y", "p")).source
    assert source.count("def rhs_backward") == 1
    assert "saved = (" not in source
    assert "p, " in source
    for y in (RNG.random(3), [0.1, 0.2, 0.3]):
        check_grads(heun, (y, RNG.random(3), 0.1, 2), wrt=("p",), order=2)


def kernel(image: Any, weights: Any) -> Any:
    h, w = image.shape[0] - 1, image.shape[1] - 1
    out = np.zeros((h, w))
    for i in range(2):
        for j in range(2):
            out += weights[i, j] * image[i:i + h, j:j + w]
    return np.sum(np.maximum(out, 0.1) ** 2)


def test_adjoints_of_arrays_have_their_shape() -> None:
    assert "stack" not in grad(kernel, wrt=(0, 1)).source
    check_grads(kernel, (RNG.random((4, 5)), RNG.random((2, 2))), wrt=(0, 1), order=2)


def growth(r: Any, k: Any, x: Any, n: int) -> Any:
    s = 0.0
    for _ in range(n):
        x = x + r * x * (1 - x / k)
        s += math.log(x)
    return s


@pytest.mark.parametrize("n", [0, 1, 3])
def test_functions_of_math_take_single_elements(n: int) -> None:
    assert grad(growth, wrt=(0, 1, 2)).source.count("unbroadcast(") == 3
    check_grads(growth, (0.3, 2.0, 0.5, n), wrt=(0, 1, 2), order=2)
    for g, x in zip(grad(growth, wrt=(0, 1, 2))(0.3, 2.0, np.array(0.5), n), (0.3, 2.0, 0.5)):
        assert np.shape(g) == np.shape(x)


def energy(positions: Any, masses: Any) -> Any:
    e = 0.0
    for i in range(len(masses)):
        for j in range(i):
            d = positions[i] - positions[j]
            e -= masses[i] * masses[j] / np.sqrt(np.sum(d ** 2) + 0.01)
    return e


def test_the_result_is_not_computed_for_the_seed() -> None:
    assert "stack" not in grad(energy, wrt=(0, 1)).source
    check_grads(energy, (RNG.random((4, 3)), RNG.random(4)), wrt=(0, 1), order=2)


def test_shapes_are_asked_of_what_is_read() -> None:
    def scaled(t: Any, x: Any) -> Any:
        return np.sum(x * np.exp(-0.5 * t[0] * x) * np.exp(2 * t[1]))

    source = grad(scaled).source
    assert "-0.5 * t[0] * x\n" not in source
    assert "2 * t[1]\n" not in source
    check_grads(scaled, (RNG.random(2), RNG.random(4)), wrt=(0, 1), order=2)


@pytest.mark.parametrize("key", [np.s_[:, 1], np.s_[0, 1:], (np.array([0, 2]), 1), (np.array([0, 0]), 1),
                                 np.array([True, False, True])])
def test_what_is_taken_is_no_view(key: Any) -> None:
    b = np.arange(1.0, 7.0).reshape(3, 2)
    before = b.copy()
    taken = take_at(b, key)
    assert not b[key].any()
    assert taken.sum() == before.sum() - b.sum()


def test_a_vector_times_itself() -> None:
    def length(x: Any) -> Any:
        return np.tanh(x @ x) ** 2

    def squares(x: Any) -> Any:
        return np.sum(np.sin(x @ x))
    assert "matmul_adjoint_both(" in grad(length).source
    assert "matmul_adjoint" not in grad(length).specialize(np.ones(3)).source
    for x in (RNG.normal(size=3), RNG.normal(size=(1, 1)), RNG.normal(size=(1, 1, 1))):
        check_grads(length, (x,), order=2)
    for x in (RNG.normal(size=3), RNG.normal(size=(2, 2)), RNG.normal(size=(3, 2, 2))):
        check_grads(squares, (x,), order=2)
    assert grad(length)(np.ones(3, np.float32)).dtype == np.float32


def test_what_one_statement_reads_is_computed_there() -> None:
    def f(x: Any, w: Any, v: Any) -> Any:
        z = np.tanh(x * w)
        c = np.sin(x * v)
        y = z * c
        return np.sum(y * y)
    source = grad(f, wrt=("w", "v")).source
    assert "bz = " not in source and "bc = " not in source
    assert "# Grad of: y = z * c" in source
    check_grads(f, (RNG.normal(size=3), RNG.normal(size=3), RNG.normal(size=3)), wrt=(1, 2), order=2)


def two_grids(a: Any, b: Any, steps: int) -> Any:
    for _ in range(steps):
        b[1:-1] = 0.5 * (a[2:] + a[:-2])
        a[1:-1] = 0.25 * (b[1:-1] + b[2:]) + 0.5 * b[:-2]
    return np.sum(a ** 2)


def pooled(x: Any) -> Any:
    best = np.empty([x.shape[0], x.shape[1] // 2])
    for i in range(x.shape[1] // 2):
        best[:, i] = np.max(x[:, 2 * i:2 * i + 2], axis=1)
    return np.sum(best ** 3)


def five_points(u: Any, rate: float, n: int, steps: int) -> Any:
    for _ in range(steps):
        v = u.copy()
        u[1:n - 1] = v[1:n - 1] + rate * (v[2:n] - 2.0 * v[1:n - 1] + v[0:n - 2])
    return np.sum(u ** 2)


def test_what_lends_its_shape_alone_is_not_saved() -> None:
    assert "stack" not in grad(two_grids, wrt=("a", "b")).source


def test_parts_are_copied_where_they_change_only() -> None:
    assert ".copy()" not in grad(pooled).source


def test_equal_distances_of_bounds_are_equal_lengths() -> None:
    assert "unbroadcast" not in grad(five_points).source


def elastic(w: Any, b: Any, x: Any, y: Any, l1: Any, l2: Any) -> Any:
    r = x @ w + b - y
    return np.mean(r ** 2) + l1 * np.sum(np.abs(w)) + l2 * np.sum(w ** 2)


def modulus_of_a_sum(w: Any, z: Any) -> Any:
    s = np.sum(w ** 2)
    return np.sum(np.abs(z * s))


def modulus_beside(w: Any, z: Any, x: Any) -> Any:
    return np.sum(w ** 2) * np.sum(np.abs(z)) + np.mean(x * w)


def test_numbers_apart_from_a_modulus_lend_their_shapes() -> None:
    rng = np.random.default_rng(3)
    source = grad(elastic, wrt=(0, 1)).source
    assert "total(by * l2)" in source and "unbroadcast(by * l1, 0.0)" in source
    assert "total(scalar_seed(by, l1 + l2))" in source
    for l1 in (0.3, np.array([0.3])):
        check_grads(elastic, (rng.normal(size=3), 0.2, rng.normal(size=(5, 3)), rng.normal(size=5), l1, 0.7), wrt=(0, 1, 4, 5))


def test_a_modulus_of_what_is_complex_takes_real_parts() -> None:
    rng = np.random.default_rng(4)
    z, w = rng.normal(size=4) + 1j * rng.normal(size=4), rng.normal(size=4)
    for f, args in ((modulus_of_a_sum, (w, z)), (modulus_beside, (w, z, rng.normal(size=4)))):
        assert grad(f)(*args).dtype == float
        check_grads(f, args, wrt=(0, 1))


def log_of_determinant(a: Any) -> Any:
    return np.linalg.slogdet(a)[1]


def test_what_a_rule_does_for_a_part_that_nothing_reads_is_left_out() -> None:
    """Which part that is decides the arguments of a call, and not what its rule says of constants before they are known."""
    a = np.random.default_rng(5).normal(size=(3, 3)) + 3 * np.eye(3)
    assert "slogdet_adjoint" not in grad(log_of_determinant).source
    check_grads(log_of_determinant, (a,))


def volume(a: Any, b: Any) -> Any:
    return np.log(np.linalg.det(a @ a.T + b))


def rotated(a: Any, p: Any) -> Any:
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return np.sum((p @ u @ vt) ** 3)


def test_factorizations_are_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The determinant that is there is the one that its adjoint takes; complex matrices have the formulas of real ones."""
    rng = np.random.default_rng(5)
    a = rng.normal(size=(3, 3)) + 3 * np.eye(3)
    counted: list[Any] = []
    det = np.linalg.det
    derivative = grad(volume)
    monkeypatch.setattr(np.linalg, "det", lambda m: counted.append(m) or det(m))
    derivative(a, np.eye(3))
    assert len(counted) == 1
    monkeypatch.undo()
    check_grads(volume, (a, np.eye(3)))
    for shape in ((3, 3), (4, 2), (2, 4)):
        m, p = rng.normal(size=shape), rng.normal(size=(5, shape[0]))
        check_grads(rotated, (m, p))
        assert np.allclose(grad(rotated)(m, p), np.real(grad(rotated)(m + 0j, p, by=1.0 + 0j)), atol=1e-12)


def signed_as_another(a: Any) -> Any:
    signed = np.zeros(len(a))
    for k in range(len(a)):
        signed[k] = np.copysign(2 * a[k, k], -a[k, 0])
    return np.sum(signed ** 3)


def test_what_nothing_depends_on_is_not_added_to_in_a_loop() -> None:
    assert "+= 0.0" not in grad(signed_as_another).source
    check_grads(signed_as_another, (np.random.default_rng(6).normal(size=(3, 3)),))


def relaxed(u: Any, f: Any, n: Any) -> Any:
    rows, cols = u.shape
    for _ in range(n):
        for i in range(1, rows - 1):
            for j in range(1, cols - 1):
                u[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] + f[i, j])
    return u


def test_nothing_is_copied_for_its_shape() -> None:
    """A linear update saves nothing, and the lengths of loops are those of the argument itself."""
    source = vjp(relaxed, wrt=("u", "f")).source
    assert "rows, cols = u.shape" in source and "u.copy()" not in source and "append" not in source
    u = np.random.default_rng(7).normal(size=(4, 5))
    check_grads(relaxed, (u, u[::-1].copy(), 2), wrt=("u", "f"))
    assert np.array_equal(u, np.random.default_rng(7).normal(size=(4, 5)))


def ridge(w: Any, X: Any, y: Any) -> Any:
    r = X.dot(w) - y
    return 0.5 * np.dot(r, r) + 0.1 * w.dot(w)


def test_both_operands_of_a_square_get_one_adjoint() -> None:
    rng = np.random.default_rng(3)
    source = grad(ridge).source
    assert source.count("dot_adjoint_both(") == 2 and "dot_adjoint_left(" not in source
    check_grads(ridge, (rng.normal(size=2), rng.normal(size=(4, 2)), rng.normal(size=4)), wrt=(0, 1, 2), order=2)
    check_grads(lambda a: np.sum(np.dot(a, a)), (rng.normal(size=(3, 3)),), order=2)
    check_grads(lambda a: np.dot(a, a), (0.3,), order=2)


def great_circle(lat: Any, lon: Any, k: Any) -> Any:
    half = (lat - lon) / 2
    ratio = lon / k
    return math.sin(half) * lat + math.log(ratio)


def rounded(lat: Any, lon: Any, k: Any) -> Any:
    """The path that hands the quotient to `math` is not always taken."""
    ratio = lon / k
    if lat < 0.5:
        return np.sum(ratio * lat)
    return math.log(ratio) * lat


def test_what_functions_of_math_take_proves_the_operands() -> None:
    source = grad(great_circle, wrt=(0, 1, 2)).source
    assert "unbroadcast" not in source and "scalar_seed" not in source
    check_grads(great_circle, (0.7, 0.4, 1.3), wrt=(0, 1, 2), order=2)
    check_grads(rounded, (0.3, RNG.random(3), 1.3), wrt=(0, 1, 2), order=2)
    check_grads(rounded, (0.7, 0.4, 1.3), wrt=(0, 1, 2), order=2)


def levels(u: Any, c: Any, n: int) -> Any:
    before = u.copy()
    for _ in range(n):
        after = 2 * u - before
        after[1:-1] += c * (u[2:] + u[:-2] - 2 * u[1:-1])
        before = u
        u = after
    return np.sum(u ** 2)


def joined(u: Any, c: Any, n: int) -> Any:
    """Parts of a list are joined, and a multiple of one is a list: nothing shows an array until the parameter is another."""
    u = np.array(u[1:] + u[:1]) * c
    for _ in range(n):
        u = c * u[1:] - u[:-1]
    return np.sum(u)


def left_at_once(u: Any, c: Any, n: int) -> Any:
    for k in range(n):
        if k == 0:
            break
        u = c * u[1:] - u[:-1]
    return sum(u) * c


def test_a_parameter_that_moves_on_is_an_array_at_first() -> None:
    source = grad(levels).source
    assert "_stack" not in source and "saved" not in source and "left_part" not in source and "add(" not in source
    for n in (0, 1, 3):
        check_grads(levels, (RNG.random(7), 0.3, n), wrt=(0, 1), order=2)
    for f, n in ((joined, 2), (left_at_once, 2)):
        assert isinstance(grad(f)([0.3, 0.4, 0.5, 0.6], 0.7, n), list)
        check_grads(f, ([0.3, 0.4, 0.5, 0.6], 0.7, n), wrt=(0, 1))


def spline(p: Any, ts: Any) -> Any:
    s = 0.0
    for t in ts:
        k = int(t)
        u = t - k
        v = 2 * p[k] + (p[k + 1] - p[k]) * u + (2 * p[k] - 5 * p[k + 1] + p[k + 2]) * u ** 2
        s += v * v
    return s


def test_additions_to_elements_of_what_may_be_a_list_are_one() -> None:
    source = grad(spline).source
    assert all(source.count(f"bp[{k}] =") + source.count(f"bp[{k}] +=") == 1 for k in ("k", "k + 1", "k + 2"))
    for p in (RNG.random(5), list(RNG.random(5)), [RNG.random(1) for _ in range(5)]):
        check_grads(spline, (p, [0.3, 1.7, 2.2]), order=2)


def twice_copied(xs: Any, k: Any) -> Any:
    """The adjoints of lists are lists, and are not joined."""
    c, d = xs[:], xs[:]
    for i in range(len(xs)):
        c[i] = c[i] * k
        d[i] = d[i] * c[i]
    return sum(d)


def test_lists_are_added_one_by_one() -> None:
    check_grads(twice_copied, ([0.3, 0.4, 0.5], 0.7), wrt=(0, 1), order=2)


def forward_probabilities(logits: Any, steps: Any, first: Any) -> Any:
    alpha = first
    for o in steps:
        s = alpha[:, None] + logits
        m = np.max(s, axis=0)
        alpha = m + np.log(np.sum(np.exp(s - m), axis=0)) + o
    return np.sum(alpha)


def test_what_is_saved_lends_its_shape_to_what_is_not() -> None:
    source = grad(forward_probabilities).source
    assert "saved.append((t, t2, alpha))" in source and "alpha = m + np.log(t2) + o" in source
    for o in (0.3, RNG.random(3)):
        check_grads(forward_probabilities, (RNG.random((3, 3)), [o, o], RNG.random(3)), wrt=(0, 2), order=2)
