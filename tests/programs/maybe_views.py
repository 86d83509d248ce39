"""What may share memory with its argument, arrays without axes, and functions that NumPy applies to every element."""
import numpy as np

from programs.harness import Case

WEIGHTS = np.arange(1.0, 10.0).reshape(3, 3)


def diagonal_of_einsum(x):
    y = x * 1.0
    d = np.einsum("ii->i", y)
    d *= 2.0
    np.einsum("ij->ji", y)[0] = x[1]
    return np.sum(WEIGHTS * y * y)


def diagonals_of_a_stack(x):
    z = np.stack([x, 2.0 * x])
    d = np.einsum("kii->ik", z)
    d[1, :] = x[0, :2]
    return np.sum(z * z)


def cast_without_a_copy(x):
    y = x * 1.0
    d = y.astype(float, copy=False)
    d *= x[0]
    return np.sum(WEIGHTS * y * y)


def array_without_a_copy(x):
    y = np.array(x, copy=None, ndmin=2)
    y[1] = y[0] * y[2]
    return np.sum(WEIGHTS * y * y)


def sum_into_a_point(x):
    total = np.zeros(())
    np.sum(x * x, out=total)
    np.multiply(total, x[0], out=total)
    return total.item() * 2.0


def point_in_a_loop(x):
    total = np.empty(())
    total[()] = x[0] * x[1]
    for v in x:
        total += v * v
        total[...] *= x[2]
    return total * total


def symmetric(k, *args):
    args = list(args)
    args[k] = 0.5 * (args[k] + args[k].T)
    return np.sum(args[0] @ args[1] * WEIGHTS)


def replaced_in_a_copied_list(a, b):
    return symmetric(1, a, b) * symmetric(0, a, b)


rows_times = np.vectorize(lambda a, b: a @ b * a, signature="(n),(n)->(n)")
powers = np.vectorize(lambda v, k: v * v * k, excluded=["k"], otypes=[float])
joined = np.frompyfunc(lambda a, b: a * b + np.sin(a), 2, 1)


def vectorized_with_axes(x):
    return np.sum(rows_times(np.outer(x, x)[None], x) ** 2)


def vectorized_with_options(x):
    return np.sum(powers(x, k=x[0]) * np.vectorize(np.polyval, excluded=["p"])(p=x, x=x ** 2))


def universal_function_of_python(x):
    local = np.frompyfunc(lambda a: a * a * x[0], 1, 1)
    return np.sum(joined(x[:, None], x).astype(float)) + np.sum(joined(x, 2.0) * x) + np.sum(local(x))


def polynomials(x):
    p = np.poly1d(x * 2.0)
    slope = p.deriv()
    x = x * x
    return np.sum(p(x) * p.integ()(x) - slope(x)) * np.poly1d([1.0, -2.0, 3.0])(x[0])


def accumulated_in_places(x):
    y = np.ones(3)
    np.multiply.at(y, [0, 0, 1], x)
    np.maximum.at(y, np.array([2, 1, 2]), x * 3.0)
    np.divide.at(y, -1, x[0])
    np.exp.at(y, np.array([True, False, True]))
    return np.sum(y * x)


def diagonal_seen_later(x):
    a = x.copy()
    d = np.diag(a)
    a[0, 0] = 5 * a[1, 1]
    return np.sum(d * d)


def diagonal_copied(x):
    a = x * 1.0
    d = np.diag(a).copy()
    a[0, 0] = 5 * a[1, 1]
    d[1] = a[0, 0]
    return np.sum(d * d)


def matrix_of_a_diagonal(x):
    a = np.diag(x)
    a[0, 1] = 5 * a[1, 1]
    return np.sum(a * a) * np.sum(np.diag(a, 1))


def norms(x, axis=None, out=None):
    x = np.array(x, dtype=np.float64, copy=True)
    if out is None:
        x *= x
        out = np.atleast_1d(np.sum(x, axis=axis))
        np.sqrt(out, out)
        return out
    else:
        x *= x
        np.sum(x, axis=axis, out=out)
        np.sqrt(out, out)


def array_in_one_branch(x, flat):
    if flat:
        y = x.reshape(-1)
        return np.sum(y * 2)
    x *= 3
    return x * x


X = np.random.default_rng(5).random((3, 3)) + 0.5
V = np.array([0.5, -1.2, 2.0])

CASES = [
    *(Case(f, (X,), ("x",)) for f in (diagonal_of_einsum, diagonals_of_a_stack, cast_without_a_copy, array_without_a_copy,
                                      diagonal_seen_later, diagonal_copied)),
    *(Case(f, (V,), ("x",)) for f in (sum_into_a_point, point_in_a_loop, vectorized_with_axes, vectorized_with_options,
                                      universal_function_of_python, polynomials, accumulated_in_places, matrix_of_a_diagonal)),
    Case(norms, (X, 1), ("x",)),
    Case(array_in_one_branch, (1.3, False), ("x",)),
    Case(replaced_in_a_copied_list, (X, X.T + 1.0), ("a", "b")),
]
