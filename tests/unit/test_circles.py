"""Objects that refer to each other: tangents mirror the circle, adjoints are refused with the reason."""
from __future__ import annotations

import copy

import numpy as np
import pytest

from s2sgrad import grad, jvp


class Node:
    def __init__(self, value, parent=None):
        self.value = value
        self.parent = parent
        self.children = []
        if parent is not None:
            parent.children.append(self)


def product(node):
    node.children[0].parent.value = node.value * 3.0
    return node.value * node.children[0].value


def tree():
    root = Node(1.3)
    Node(0.7, root)
    return root


def test_the_tangent_of_a_circle_is_one():
    direction = copy.deepcopy(tree())
    direction.value, direction.children[0].value = 1.0, 0.5
    assert np.isclose(jvp(product)(tree(), direction), 3.0 * 0.7 + 3.0 * 1.3 * 0.5)


def test_the_adjoint_of_a_circle_is_refused():
    with pytest.raises(TypeError, match="refer to each other in a circle"):
        grad(product)(tree())


def test_the_adjoint_of_a_long_chain_is_refused():
    def chained(xs):
        head = None
        for x in xs:
            head = (x, head)
        total = 0.0
        while head is not None:
            x, head = head
            total = total * 0.5 + x
        return total

    assert grad(chained)([0.3, 0.2, 0.1]) == [1.0, 0.5, 0.25]
    with pytest.raises(TypeError, match="nested too deeply, such as a chain of hundreds of pairs.*in one list"):
        grad(chained)([0.1] * 2000)


def test_what_is_written_lies_beside_what_is_held():
    def overwritten(xs):
        prev = xs[0]
        for i in range(2):
            xs[i] = xs[i] * 2.0
            xs[i + 1] = xs[i + 1] + prev
            prev = xs[i]
        return np.sum(xs)

    with pytest.raises(TypeError, match="changed in place while it is in use"):
        grad(overwritten)(np.ones((3, 2)))
