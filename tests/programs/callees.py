"""Functions that change what they are given: behind decorators and factories, by keyword, in mutual recursion."""
import functools
import math

import numpy as np

from programs.harness import Case

V = np.array([0.3, -1.2, 0.8])


def logged(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        out = f(*args, **kwargs)
        return out
    return wrapper


def scaled(by=2.0):
    def decorate(f):
        @functools.wraps(f)
        def inner(*args, **kwargs):
            return by * f(*args, **kwargs)
        return inner
    return decorate


def shifted(f):
    def inner(x, a):
        t = f(x, a) + 1.0
        u = t * a
        return u
    return inner


@logged
def pure(x, a):
    return np.sum(x * a)


@logged
def scale_in_place(x, a):
    x *= a
    return np.sum(x)


@logged
def tail(x, a):
    return x[1:]


def decorated_after(x, a):
    y = pure(x, a)
    z = scale_in_place(x, a)
    return y * z * np.sum(x)


def decorated_before(x, a):
    z = scale_in_place(x, a)
    y = pure(x, a)
    v = tail(x, a)
    v *= a
    return y * z * np.sum(x ** 2)


@shifted
def shifted_sum(x, a):
    s = np.sum(x * a)
    return s


@shifted
def shifted_scale(x, a):
    x *= a
    s = np.sum(x)
    return s


def one_code_two_effects(x, a):
    y = shifted_sum(x, a)
    z = shifted_scale(x, a)
    return y * z * np.sum(x)


def two_effects_one_code(x, a):
    z = shifted_scale(x, a)
    y = shifted_sum(x, a)
    return y * z * np.sum(x)


@scaled(by=3.0)
@scaled()
def energy(x, *, k=1.0):
    return 0.5 * k * x ** 2


def decorated_twice(x, k):
    return energy(x, k=k) + energy(x)


@shifted
@shifted
@shifted
def damped_sine(x, a):
    return math.sin(x) * a


def decorated_thrice(x, a):
    return damped_sine(x, a) ** 2


@logged
def power(x, n):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


def decorated_recursion(x, n):
    return power(x, n)


def repeated_scale(a, x, n=1):
    for _ in range(n):
        x *= a
    s = np.sum(x)
    return s


def changed_by_keyword(x, a):
    z = repeated_scale(x=x, a=a)
    y = repeated_scale(a, n=2, x=x)
    return y * z * np.sum(x ** 2)


def even(x, a, n):
    s = 0.0
    if n > 0:
        s = odd(x, a, n - 1) + 1.0
    return s


def odd(x, a, n):
    x *= a
    s = even(x, a, n - 1) * a
    return s


def changed_in_mutual_recursion(x, a):
    z = odd(x, a, 3)
    y = even(x, a, 3)
    return z * np.sum(x ** 2) + y


def weighted_sum(x, a):
    s = np.sum(x * a)
    t = s * a
    return t + s


def scale_and_sum(x, a):
    x *= a
    s = np.sum(x)
    return s


def changed_and_not_used_again(x, a):
    w = x * a
    y = weighted_sum(w, a)
    z = scale_and_sum(w, a)
    return y * z


def changed_alternately(x, a):
    y = weighted_sum(x, 2.0) * a
    z = scale_and_sum(x, 2 * a)
    u = weighted_sum(x, a)
    v = scale_and_sum(x, a ** 2)
    return y * z * u * v


def changed_by_callee_and_through_view(x, a):
    z = scale_and_sum(x, a)
    y = np.sum(x * a)
    v = x[1:]
    v *= a
    return y * z * np.sum(x ** 2)


def tripled(x):
    x[0] = 3.0 * x[1]
    return ()


def returning_tuples_of_one_and_none(x, a):
    def doubled(v):
        return (v * 2.0,)
    t = doubled(x * a)
    u = tripled(x)
    return np.sum(t[0] ** 3) + len(u) + x @ x


BOTH = [decorated_after, decorated_before, one_code_two_effects, two_effects_one_code, changed_by_keyword,
        changed_in_mutual_recursion, changed_and_not_used_again, changed_alternately, changed_by_callee_and_through_view,
        returning_tuples_of_one_and_none]
CASES = [
    *(Case(f, (V, 1.3), ("x", "a")) for f in BOTH),
    Case(decorated_twice, (0.7, 1.3), ("x", "k")),
    Case(decorated_thrice, (0.7, 1.3), ("x", "a")),
    Case(decorated_recursion, (1.3, 4), ("x",)),
]
