"""What is complete gets a second name, ``x = new``, and is read under both: sweeps, lists of values, pairs of states."""
import numpy as np

from programs.harness import Case


def sweeps_of_lists(a, x, sweeps):
    for _ in range(sweeps):
        new = []
        for i in range(3):
            total = 0
            for k in range(3):
                total += a[i][k] * x[k]
            new.append(total / (1 + i))
        x = new
    return sum(v**2 for v in new)


def sweeps_of_lists_by_the_first_name(a, x, sweeps):
    for _ in range(sweeps):
        new = []
        for i in range(3):
            total = 0
            for k in range(3):
                total += a[i][k] * x[k]
            new.append(total)
        x = new
    return sum(v**2 for v in x)


def sweeps_of_arrays(a, x, sweeps):
    for _ in range(sweeps):
        new = np.zeros(3)
        for i in range(3):
            new[i] = np.sin(a[i] @ x)
        x = new
    return sum(v**2 for v in new)


def until_it_stays(a, b, tolerance):
    x = np.zeros_like(b)
    while True:
        x_new = np.zeros_like(x)
        for i in range(len(b)):
            s1 = np.dot(a[i, :i], x_new[:i])
            s2 = np.dot(a[i, i + 1 :], x[i + 1 :])
            x_new[i] = (b[i] - s1 - s2) / a[i, i]
        if np.linalg.norm(x_new - x) < tolerance:
            break
        x = x_new
    return np.sum(x_new * x)


def changes_are_summed(a, x, sweeps):
    change = 0
    for _ in range(sweeps):
        new = np.zeros(3)
        for i in range(3):
            new[i] = a[i] @ x
        change += np.sum((new - x) ** 2)
        x = new
    return change + np.sum(x**3)


def states_that_are_kept(a, b, n):
    x = [a, b]
    past = []
    for i in range(n):
        past.append(x)
        x = [x[0] * a, x[1] + b * x[0]]
        if i == 1:
            x = past[0]
            x[1] = x[1] * a
    return sum(p[0] * p[1] for p in past) + x[0] * x[1]


A = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 5.0]])
V = np.array([0.5, -0.3, 0.8])
CASES = [
    Case(sweeps_of_lists, (0.3 * A, [0.5, -0.3, 0.8], 3), ("a", "x")),
    Case(sweeps_of_lists_by_the_first_name, (0.3 * A, [0.5, -0.3, 0.8], 3), ("a", "x")),
    Case(sweeps_of_arrays, (0.3 * A, V, 3), ("a", "x")),
    Case(until_it_stays, (A, V, 1e-2), ("a", "b")),
    Case(changes_are_summed, (0.2 * A, V, 3), ("a", "x")),
    Case(states_that_are_kept, (0.3, 0.7, 3), ("a", "b")),
]
