"""Functions whose parameters depend on the call: options of primitives, ``*args``, methods of SciPy's objects."""
from __future__ import annotations

import functools
import inspect

import numpy as np
import pytest
from scipy import linalg, signal, special, stats

from s2sgrad import (
    UnsupportedSyntaxError,
    check_grads,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    pullback,
    pushforward,
    vjp,
)

X = np.array([[0.3, 0.7, -0.2], [0.2, 0.1, 0.9]])


@pytest.mark.parametrize(("f", "args", "options"), [
    (np.sum, (X,), {"axis": 0}), (np.diag, (X[0],), {"k": 1}), (np.tensordot, (X, X.T), {"axes": 1}),
    (np.einsum, ("ij,kj->ik", X, X), {}), (np.pad, (X, 1, "constant"), {}), (np.var, (X,), {"axis": 1, "ddof": 1}),
    (special.logsumexp, (X,), {"axis": 1}), (stats.norm.pdf, (0.3, 0.2, 1.5), {}), (stats.norm.logcdf, (X,), {"loc": 0.1}),
    (signal.convolve, (X[0], X[1], "valid"), {}), (linalg.solve_sylvester, (X @ X.T, X @ X.T, X @ X.T), {}),
], ids=lambda a: getattr(a, "__name__", ""))
def test_primitives_take_what_they_take(f, args, options):  # type: ignore[no-untyped-def]
    check_grads(f, args, options, order=2)


def test_every_entry_takes_options() -> None:
    ones = np.ones_like(X)
    np.testing.assert_allclose(grad(np.sum)(X[0], axis=0), 1.0)
    np.testing.assert_allclose(vjp(np.sum)(X, np.ones(3), axis=0), ones)
    np.testing.assert_allclose(jvp(np.sum)(X, ones, axis=0), [2.0, 2.0, 2.0])
    np.testing.assert_allclose(pullback(np.sum)(X, axis=0)[1](np.ones(3)), ones)
    np.testing.assert_allclose(pushforward(np.sum)(X, axis=0)[1](ones), [2.0, 2.0, 2.0])
    np.testing.assert_allclose(elementwise_grad(np.cumsum)(X[0], axis=0), [3.0, 2.0, 1.0])
    assert jacobian(np.sum)(X, axis=0).shape == (3, 2, 3)
    np.testing.assert_allclose(hessian(np.var)(X[0], axis=0), (np.eye(3) - 1 / 3) * 2 / 3, atol=1e-12)
    np.testing.assert_allclose(hvp(np.var)(X[0], np.eye(3)[0], axis=0), (np.eye(3)[0] - 1 / 3) * 2 / 3, atol=1e-12)


def test_one_of_star_arguments() -> None:
    def product(*factors):  # type: ignore[no-untyped-def]
        return factors[0] * factors[1]

    assert grad(product, 1)(2.0, 3.0) == 2.0
    assert grad(product, (0, 1))(2.0, 3.0) == (3.0, 2.0)
    check_grads(product, (2.0, 3.0), wrt=1, order=2)


def test_functions_known_at_run_time() -> None:
    def apply(f, x):  # type: ignore[no-untyped-def]
        return np.sum(f(x, axis=0) ** 2)

    for f in (np.sum, np.mean, special.logsumexp):
        check_grads(apply, (f, X), wrt=1)


def test_jacobians_of_jacobians() -> None:
    def f(x):  # type: ignore[no-untyped-def]
        return np.sin(np.outer(x, x)) + np.cos(np.dot(x, x))

    x = X[0]
    first = jacobian(f)
    second = jacobian(first)(x)
    h = 1e-6
    expected = np.stack([(first(x + h * e) - first(x - h * e)) / (2 * h) for e in np.eye(3)], -1)
    np.testing.assert_allclose(second, expected, atol=1e-8)


def test_parameters_that_a_signature_states() -> None:
    def f(*args, **options):  # type: ignore[no-untyped-def]
        return args[0] ** 2

    f.__signature__ = inspect.signature(lambda x: x)  # type: ignore[attr-defined]
    assert grad(f)(3.0) == 6.0
    assert grad(f, "x")(3.0) == 6.0


def test_complex_results_are_refused() -> None:
    with pytest.raises(TypeError, match="complex"):
        grad(lambda x: x * (1.0 + 0.2j))(1.0)
    assert grad(lambda z: np.abs(z) ** 2)(np.array([1.0 + 2.0j])) == np.array([2.0 - 4.0j])


def test_real_arguments_of_complex_programs_have_real_gradients() -> None:
    def f(a):  # type: ignore[no-untyped-def]
        b = a + 1.0j
        d = a + b
        return np.sum(np.sin(np.real(d)))

    assert grad(f)(X[0]).dtype == float


def test_zeroth_powers_at_zero() -> None:
    assert grad(grad(lambda x: np.power(x, 0.0)))(0.0) == 0.0
    assert grad(grad(lambda x, y: x ** y))(0.0, 0.0) == 0.0


def test_factorizations_read_one_triangle() -> None:
    a = X @ X.T + np.eye(2)
    for f in (np.linalg.cholesky, np.linalg.eigvalsh, lambda a: np.linalg.eigh(a, "U")[1], lambda a: linalg.eigh(a)[1],
              lambda a: linalg.cholesky(a), lambda a: linalg.eigvalsh(a, lower=False)):
        check_grads(f, (a,), wrt=0, order=2)


def with_other_names(f):  # type: ignore[no-untyped-def]
    @functools.wraps(f)
    def wrapper(x, *args, **kwargs):  # type: ignore[no-untyped-def]
        dim = kwargs.pop("dim", None)
        if dim is not None:
            kwargs["axis"] = dim
        result = f(x, *args, **kwargs)
        if result.ndim > 5:
            result = np.expand_dims(result, dim)
        return result
    return wrapper


def with_correction(f):  # type: ignore[no-untyped-def]
    g = with_other_names(f)

    @functools.wraps(g)
    def wrapper(x, *args, **kwargs):  # type: ignore[no-untyped-def]
        if "correction" in kwargs:
            kwargs["ddof"] = kwargs.pop("correction")
        return g(x, *args, **kwargs)
    return wrapper


def test_wrappers_that_rename_options() -> None:
    """What a call passes by name is the wrapper's own, which may take it apart."""
    def spread(x):  # type: ignore[no-untyped-def]
        return with_correction(np.var)(x, dim=0, correction=1) * x[0] + with_correction(np.nanstd)(x, dim=(0, 1), correction=0.5)

    def chosen(x, f):  # type: ignore[no-untyped-def]
        return with_other_names(f)(x, dim=1) + with_other_names(np.prod)(x, 1)

    check_grads(spread, (X,))
    for f in (np.mean, np.amax, np.nansum):
        check_grads(chosen, (X, f), wrt="x")


@pytest.mark.parametrize("derivative", [grad, jvp])
def test_options_may_make_a_view(derivative) -> None:  # type: ignore[no-untyped-def]
    """Where the result is changed in place, only functions that always give something new may have unpacked options."""
    def changed(x, options):  # type: ignore[no-untyped-def]
        z = x * 1.0
        y = np.array(z, **options)
        y[0] = 3.0 * x[1]
        return np.sum(z * y)

    with pytest.raises(UnsupportedSyntaxError):
        derivative(changed)

    def updated(x, options):  # type: ignore[no-untyped-def]
        z = x * 1.0
        y = np.mean(z, **options)
        y += 3.0 * x[1]
        z[0] = np.sum(y)
        return np.sum(z * y)

    check_grads(updated, (X[0], {"axis": ()}), wrt="x")
