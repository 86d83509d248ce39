"""What a generator that calls itself reads must not be changed by those who use its elements; nor is one kept."""
import pytest

from s2sgrad import UnsupportedSyntaxError, grad, jvp


class Node:
    def __init__(self, value, left=None, right=None):
        self.value = value
        self.left = left
        self.right = right


def walk(node):
    if node is not None:
        yield node.value
        yield from walk(node.left)
        yield from walk(node.right)


def changed(t):
    s = 0.0
    for v in walk(t):
        t.right.value = v * 2.0
        s += v
    return s


def used_twice(t):
    values = walk(t)
    return sum(values) + sum(values)


def handed_on(t):
    def total(values):
        return sum(values) + sum(values)

    return total(walk(t))


def permutations(xs, n):
    if n == 1:
        yield xs
    else:
        for i in range(n):
            xs[i], xs[n - 1] = xs[n - 1], xs[i]
            yield from permutations(xs, n - 1)
            xs[i], xs[n - 1] = xs[n - 1], xs[i]


def permuted(xs):
    xs = list(xs)
    return sum(p[0] * p[1] ** 2 for p in permutations(xs, 3))


TREE = Node(1.1, Node(0.7), Node(0.3))


@pytest.mark.parametrize("f, x", [(changed, TREE), (used_twice, TREE), (handed_on, TREE), (permuted, [1.0, 2.0, 3.0])])
def test_what_a_list_would_not_say_is_refused(f, x):
    for derivative in (grad, jvp):
        with pytest.raises(UnsupportedSyntaxError):
            derivative(f)(x) if derivative is grad else derivative(f)(x, x)


def test_what_is_not_read_by_the_generator_may_be_changed():
    def f(t):
        s = 0.0
        for v in walk(t):
            t.seen = v * 2.0
            s += v * v
        return s

    assert grad(f)(TREE).right.value == pytest.approx(0.6)
