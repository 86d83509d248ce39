"""What calls return and is changed in place: it may be what an argument holds, or what a function took from it."""
import math

import numpy as np


class Node:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right


class Link:
    def __init__(self, value, rest=None):
        self.value, self.rest = value, rest

    def after(self, k):
        return self if k == 0 else self.rest.after(k - 1)

    def second(self):
        return self.rest

    def total(self):
        return self.value + (self.rest.total() * 2 if self.rest is not None else 0.0)


def leaves(node):
    if node.left is None:
        return [node]
    return leaves(node.left) + leaves(node.right)


def gather_leaves(node, out):
    if node.left is None:
        out.append(node)
    else:
        gather_leaves(node.left, out)
        gather_leaves(node.right, out)
    return out


def leftmost(node, depth):
    return node if depth == 0 else leftmost(node.left, depth - 1)


def total(node):
    if node.left is None:
        return node.value
    return total(node.left) * 1.5 + total(node.right)


def tree():
    return Node(1.0, Node(2.0, Node(3.0), Node(4.0)), Node(5.0))


def inner_list(cell, depth):
    return cell if depth == 0 else inner_list(cell[1], depth - 1)


def pairs_of(items):
    found = []
    for n in range(len(items) - 1):
        for other in items[n + 1:]:
            found.append((items[n], other))
    return found


def collected(items, out):
    for v in items:
        out.append(v)


def leaves_that_change(x):
    root = tree()
    for node in leaves(root):
        node.value = node.value * x
    return total(root)


def leaves_gathered_that_change(x):
    root = tree()
    for node in gather_leaves(root, []):
        node.value = node.value * x
    return total(root)


def leaves_put_into_a_list(x):
    root, found = tree(), []
    gather_leaves(root, found)
    for node in found:
        node.value = node.value * x
    return total(root)


def leaves_of_a_tree_that_varies(x):
    root = Node(x, Node(2.0, Node(3.0 * x), Node(4.0)), Node(5.0))
    for node in leaves(root):
        node.value = node.value * x
    return total(root)


def leaf_found_by_recursion(x):
    root = tree()
    node = leftmost(root, 2)
    node.value = node.value * x
    return total(root)


def list_found_by_recursion(x):
    cells = [1.0, [2.0, [3.0, None]]]
    cell = inner_list(cells, 2)
    cell[0] = cell[0] * x
    return cells[1][1][0] * 2


def link_found_by_a_method(x):
    chain = Link(1.0, Link(2.0, Link(3.0)))
    link = chain.after(2)
    link.value = link.value * x
    return chain.total()


def links_of_the_argument(chain, x):
    link = chain.second()
    link.value = link.value * x
    return chain.total()


def link_in_use_while_its_owner_changes(chain, x):
    link = chain.second()
    chain.rest.value = chain.rest.value * x
    return link.value * 2


def nth_row(rows, k):
    return rows[0] if k == 0 else nth_row(rows[1:], k - 1)


def cooled(rows, x):
    for row in rows:
        row *= x


def row_in_use_while_a_call_changes_it(rows, x):
    row = nth_row(rows, 1)
    cooled(rows, x)
    return row @ row


def row_in_use_while_a_loop_changes_it(rows, x):
    row = nth_row(rows, 1)
    for r in rows:
        r *= x
    return row @ row


def link_of_what_changes(x):
    return link_in_use_while_its_owner_changes(Link(x, Link(2.0 * x, Link(3.0))), x)


def link_given_by_a_method(x):
    return links_of_the_argument(Link(x, Link(2.0, Link(3.0))), x)


def pairs_of_what_changes(x):
    a, b, c = [0.3], [0.7], [0.9]
    for u, v in pairs_of([a, b, c]):
        u[0] -= x * v[0]
        v[0] += x * u[0]
    return a[0] * 2 + b[0] * c[0]


def collected_in_another_list(x):
    rows, found = [[1.0], [2.0]], []
    collected(rows, found)
    for row in found:
        row[0] = row[0] * x
    return rows[0][0] * 2 + rows[1][0]


class Grid:
    def __init__(self, values):
        self.values = values

    def row(self, i):
        return self.values[i]


def row_of_the_argument(grid):
    row = grid.row(0)
    row *= 2.0
    return np.sum(grid.values * grid.values)


def rest_of(values, k):
    return values if k == 0 else rest_of(values[1:], k - 1)


def row_given_by_a_method(x):
    return row_of_the_argument(Grid(np.array([[x, 2.0], [3.0, x * x]])))


def rest_given_by_recursion(x):
    values = np.array([x, 2.0, x * x])
    rest = rest_of(values, 1)
    rest *= x
    return np.sum(values * values)


def leaf_in_use_while_the_tree_changes(x):
    root = Node(x, Node(2.0, Node(3.0 * x), Node(4.0)), Node(5.0))
    node = leftmost(root, 2)
    root.left.left.value = root.left.left.value * x
    return node.value * 2


def list_in_use_while_its_owner_changes(x):
    cells = [1.0, [2.0, [3.0, None]]]
    cell = inner_list(cells, 2)
    cells[1][1][0] = x * x
    return cell[0] * 2


def rest_in_use_while_the_array_changes(x):
    values = np.array([x, 2.0, x * x])
    rest = rest_of(values, 1)
    values[1:] = values[1:] * x
    return np.sum(rest * rest)


def maybe_a_number(v, scalar):
    w = v
    w += 1.0
    if scalar:
        return math.sin(v)
    return np.sum(v * w)


def array_that_a_branch_takes_for_a_number(x):
    return maybe_a_number(np.array([x, 2.0]), False)


def rows_of_numbers_that_change(x):
    rows = [[x, 2.0], [3.0 * x, 4.0]]
    for r in range(2):
        pivot = rows[r][0]
        rows[r] = [v / float(pivot) for v in rows[r]]
        pivot = rows[1 - r][1]
        rows[1 - r] = [u - pivot * v * x for v, u in zip(rows[r], rows[1 - r])]
    return rows[0][0] + rows[0][1] * rows[1][0] + rows[1][1]


def slopes_without_distances(x):
    a = np.zeros(4)
    for n in range(1, 4):
        a[n] = x * n * n
    return np.sum(np.gradient(a) ** 2)


PROGRAMS = [
    slopes_without_distances,
    leaves_that_change, leaves_gathered_that_change, leaves_put_into_a_list, leaves_of_a_tree_that_varies,
    leaf_found_by_recursion, list_found_by_recursion, link_found_by_a_method, link_given_by_a_method, pairs_of_what_changes,
    collected_in_another_list, array_that_a_branch_takes_for_a_number, rows_of_numbers_that_change]
