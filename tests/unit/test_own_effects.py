"""What a function binds anew, and containers that it makes for itself, are no effect on its arguments."""
from __future__ import annotations

import functools

import numpy as np
import pytest

import s2sgrad
from s2sgrad.lower.effects import effects_of


def of_a_copy(x):
    x = x.copy()
    x[0] = 1.0
    return x


def of_a_list(args):
    args = list(args)
    args[0] = args[0] * 2
    return args[0] * args[1]


def of_star_arguments(*args, **options):
    args, options = list(args), dict(options)
    args[0] = args[0] * options["factor"]
    return args[0] * args[1]


def of_another_list(args):
    items = list(args)
    items.append(1.0)
    items[0] = args[1] * 2
    return items[0]


def of_a_copy_now_and_then(x):
    if x.ndim == 1:
        x = x.copy()
    x[0] = 1.0
    return x


def of_an_element(args):
    args = list(args)
    args[0][0] = 2.0
    return args[0]


def of_what_may_be_the_same(x):
    x = np.asarray(x)
    x += 1
    return x


def of_what_is_read_later(x):
    def read():
        return x
    x = list(x)
    x[0] = 2.0
    return read()


def of_a_name_that_is_bound_twice(xs):
    items = []
    if len(xs) > 2:
        items = xs
    items[0] = 1.0
    return items


@pytest.mark.parametrize("f", [of_a_copy, of_a_list, of_another_list])
def test_none_are_written(f):
    assert not effects_of(f).written


@pytest.mark.parametrize("f", [of_a_copy_now_and_then, of_an_element, of_what_may_be_the_same, of_what_is_read_later,
                               of_a_name_that_is_bound_twice])
def test_some_are_written(f):
    assert effects_of(f).written


def called_by_another_name(x, y, table):
    return table["f"](x, y, factor=3.0) + of_star_arguments(y, x, factor=2.0) + of_a_list([x, y]) + table["g"]([x, y])


def test_star_arguments_of_functions_known_at_run_time():
    table = {"f": of_star_arguments, "g": of_a_list}
    s2sgrad.check_grads(called_by_another_name, (1.5, 0.7, table), wrt=(0, 1), order=1)


def keeps_its_list(x):
    items = [x, x * 2.0]
    return of_a_list(items) + of_another_list(items) + items[0] * items[1]


def test_the_list_of_the_caller_stays():
    s2sgrad.check_grads(keeps_its_list, (1.5,), order=2)


def of_partial(x, y):
    return functools.partial(of_star_arguments, factor=2.0)(x, y) + with_second(functools.partial(power, k=3.0))(x, y)


def power(x, y, k):
    return x ** k * y


def with_second(fn):
    def called(*args, **options):
        args = list(args)
        args[1] = args[1] * 2.0
        return fn(*args, **options)
    return called


def test_star_arguments_of_partial_applications():
    s2sgrad.check_grads(of_partial, (1.5, 0.7), wrt=(0, 1), order=1)


def shifted_sum(v, cs):
    y = x = v
    total = 1.0
    for c in cs:
        y += 1
        total += c / y
    return total / x


def of_a_number_for_a_caller(a, x, cs):
    shifted = shifted_sum(a, cs)
    total = 0.0
    for i in range(3):
        if total > 5:
            break
        total += a * x / (i + 1.0)
    return total * shifted


def the_caller(a, x, cs):
    return of_a_number_for_a_caller(a, x, cs) * 2.0


def test_a_number_that_a_callee_may_change_is_never_lost():
    """Its adjoint would be a number that the callee adds to, and the caller does not see."""
    with pytest.raises(TypeError, match="annotate the parameter a with float"):
        s2sgrad.grad(the_caller)(1.4, 3.7, [0.5, 0.2])


def test_long_chains_of_calls_are_followed(tmp_path, monkeypatch):
    calls = "".join(f"def f{n}(x):\n    return f{n + 1}(x)\n\n" for n in range(99))
    (tmp_path / "chain_of_calls.py").write_text(calls + "def f99(x):\n    x[0] = 1.0\n    return x\n")
    monkeypatch.syspath_prepend(tmp_path)
    import chain_of_calls
    assert effects_of(chain_of_calls.f0).written == effects_of(chain_of_calls.f0).returned == {0}
