"""Generators that call themselves: walks over trees and nested lists, combinations."""
from programs.harness import Case


class Node:
    def __init__(self, value, left=None, right=None):
        self.value = value
        self.left = left
        self.right = right

    def __iter__(self):
        if self.left is not None:
            yield from self.left
        yield self.value
        if self.right is not None:
            yield from self.right


class Group:
    def __init__(self, weight, members):
        self.weight = weight
        self.members = members

    def __iter__(self):
        yield self.weight
        for m in self.members:
            yield from m


def walk(node):
    if node is None:
        return
    yield node.value
    yield from walk(node.left)
    yield from walk(node.right)


def leaves(xs):
    for x in xs:
        if isinstance(x, list):
            yield from leaves(x)
        else:
            yield x


def combinations(items, k):
    if k == 0:
        yield ()
        return
    for i in range(len(items)):
        for rest in combinations(items[i + 1:], k - 1):
            yield (items[i],) + rest


def walked(tree):
    s = 0.0
    for v in walk(tree):
        s = s * 0.5 + v * v
    return s + sum(walk(tree)) * max(walk(tree))


def in_order(x, y):
    tree = Node(x, Node(y * x), Node(3.0 * x, None, Node(y)))
    s = 0.0
    for i, v in enumerate(tree):
        s += v ** (i + 1)
    return s


def nested_lists(xs):
    return sum(v * v for v in leaves(xs)) + max(leaves(xs)) + list(leaves(xs))[1]


def pairs(xs):
    total = 0.0
    for a, b in combinations(xs, 2):
        total += a * b * b
    return total


def named_first(tree):
    values = walk(tree)
    return sum(values)


def beside_a_list(tree):
    return sum(walk(tree)) * sum(x * y for x, y in zip(walk(tree), [1.0, 2.0, 3.0, 4.0]))


TREE = Node(1.1, Node(0.7), Node(0.3, None, Node(0.9)))

CASES = [
    Case(walked, (TREE,), ("tree",), smoke=True),
    Case(in_order, (1.1, 0.7), ("x", "y")),
    Case(nested_lists, ([1.0, [2.0, [3.0], 4.0]],), ("xs",)),
    Case(named_first, (TREE,), ("tree",)),
    Case(beside_a_list, (TREE,), ("tree",)),
]
