"""Exceptions that carry what varies and come from where the derivative does not see them: refused where they arrive."""
import pytest

from s2sgrad import grad, jvp


class Found(Exception):
    def __init__(self, x):
        self.x = x


def raiser(x):
    raise Found(x * x)


def either(x, f):
    try:
        if x > 1.0:
            raise Found(3.0 * x)
        y = f(x)
    except Found as e:
        y = e.x
    return y * x


def test_the_derivative_tells_of_an_exception_that_it_does_not_see():
    assert grad(either)(2.0, raiser) == pytest.approx(12.0)
    assert jvp(either)(2.0, raiser, 1.0) == pytest.approx(12.0)
    for derivative in (lambda: grad(either)(0.5, raiser), lambda: jvp(either)(0.5, raiser, 1.0)):
        with pytest.raises(TypeError, match="Found was raised where the derivative does not see what it carries"):
            derivative()


def raised_again(x):
    y = x
    try:
        try:
            y = y * 2.0
            raise Found(y)
        except Found:
            raise
    except Found as e:
        return e.x * x


def test_what_is_raised_again_is_right_or_refused():
    try:
        assert grad(raised_again)(2.0) == pytest.approx(8.0)
    except (TypeError, NotImplementedError, SyntaxError):
        pass
