"""Arrays that loops change through views which are made anew in every iteration, and read under their own names."""
import numpy as np

from programs.harness import Case


def last_element_of_the_flat_array(m, n, p):
    for row in n:
        n.ravel()[-1] = np.sum(np.sin(m)[0] * row[0])
        p += np.sum(m * n)
    return p


def columns_by_a_moving_number(m, n, p):
    k = 0
    for _ in range(3):
        column = n.T[k]
        k = (k * k + 1) % 3
        column[-1] = p * n[0, 0]
        p += np.sum(m * n) * 0.1
    return p


def tail_of_the_flat_array(m, n, p):
    k = 0
    for _ in range(3):
        tail = n.ravel()[k:]
        k += 1
        tail[-1] = p * n[0, 0]
        p += np.sum(m * n) * 0.1
    return p


def rows_and_columns(m, n, p):
    for i in range(4):
        q, t = divmod(i * 3, 4)
        row = n[q % 4]
        column = n[:, t % 4]
        row[0], column[1] = column[2] * m[i, i], row[3] * p
        p += np.sum(m * n) * 0.1
    return p


def parts_by_numbers_of_a_stack(m, n, p):
    places = [0, 1, 2]
    while places:
        k = places.pop()
        j = (k * 7 + 1) % 3
        part = n.reshape(2, -1)[k % 2, j:j + 2]
        part *= p
        part[0] = np.sin(m[k, j])
        p += np.sum(m * n) * 0.1
    return p


def bounds_that_are_exchanged(m, n, p):
    for _ in range(3):
        a, b = sorted((int(np.floor(abs(np.sum(m)) * 10.1)) % 2, int(np.floor(abs(p) * 10.1)) % 2 + 2))
        part = n[a:b]
        a, b = b, a
        tail = part[:, 1:]
        tail[-1] = p * n[0, 0] * tail[0]
        p += np.sum(m * n) * 0.1
    return p


def transposed_blocks(m, n, p):
    for i in range(2):
        for j in range(2):
            block = n[2 * i:2 * i + 2, 2 * j:2 * j + 2]
            across = block.T
            across[0] = p * across[1] + m[i, j]
            p += np.sum(m * n) * 0.1
            block[1, 1] = np.sin(p)
        p += np.sum(n.diagonal())
    return p


_RNG = np.random.default_rng(5)
_ARGUMENTS = (_RNG.normal(size=(4, 4)), _RNG.normal(size=(4, 4)), 0.7)

CASES = [Case(f, _ARGUMENTS, ("m", "n", "p")) for f in (
    last_element_of_the_flat_array, columns_by_a_moving_number, tail_of_the_flat_array, rows_and_columns,
    parts_by_numbers_of_a_stack, bounds_that_are_exchanged, transposed_blocks)]
