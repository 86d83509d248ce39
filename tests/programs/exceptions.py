"""Programs that go on after an exception, inside of loops."""
import math

import numpy as np

from programs.harness import Case


def missing_keys(x, d):
    total = 0.0
    for k in ("a", "b"):
        try:
            total += d[k] * x
        except KeyError:
            total += x ** 2
            continue
        finally:
            total *= 1.5
    return total


def ratios_where_defined(x):
    def ratio(a, b):
        try:
            return a / b
        except ZeroDivisionError:
            return 0.0 * a

    values = [float(v) for v in x]
    values.append(0.0)
    return sum(ratio(a, b) for a, b in zip(values, values[1:]))


def recovered_steps(x, d):
    y = x
    for k in "abcab":
        z = math.sin(y) * y
        try:
            w = d[k] * z
        except KeyError:
            y = z * z + y
        else:
            y = y * 1.1 * x * w
        finally:
            z = math.cos(z) * z
        y = y + z
    return y


CASES = [
    Case(missing_keys, (0.3, {"a": 1.1}), ("x", "d")),
    Case(ratios_where_defined, (np.array([0.7, -0.4, 1.3, 0.6]),), ("x",)),
    Case(recovered_steps, (0.7, {"a": 1.0, "c": 0.6}), ("x", "d")),
]
