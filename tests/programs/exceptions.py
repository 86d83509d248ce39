"""Programs that go on after an exception, inside of loops; optional packages; optional arguments that are made."""
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


def failures_in_the_middle(xs, gain):
    """What was saved before an exception must not be taken for what a later iteration saved."""
    total = 0.0
    for x in xs:
        try:
            t = x * gain
            for _ in range(3):
                t = t * t * gain
            w = math.sqrt(t - 1.0) / t
        except ValueError:
            w = x * x
        total = total + w * w
    return total


def normalized(values):
    try:
        inverse = 1.0 / sum(values)
        return [v * inverse for v in values]
    except ZeroDivisionError:
        n = len(values)
        return [1.0 / n] * n


def mixture(fractions, volumes):
    total = 0.0
    for k in range(2):
        parts = normalized([f * v + k for f, v in zip(fractions, volumes)])
        for i, p in enumerate(parts):
            total += p * p * volumes[i]
    return total + sum(normalized([0.0, 0.0]))


def resistance(reynolds, roughness, method=None):
    if method == "exact":
        from nothing_of_that_name import lambertw
        return lambertw(reynolds * roughness)
    try:
        from another_thing_that_is_missing import friction
    except ImportError:
        friction = None
    if friction is not None:
        return friction(reynolds, roughness)
    for k in range(20):
        try:
            guess = 0.3 / reynolds ** 0.25 + 0.01 * k
            root = math.sqrt(guess - roughness)
            return math.log(root * reynolds) * root
        except ValueError:
            roughness = roughness * 0.9
    raise ValueError("no solution")


def square_roots(masses, fractions, roots=None):
    if roots is None:
        roots = [0.0] * len(masses)
        for i in range(len(masses)):
            roots[i] = math.sqrt(masses[i])
    above = below = 0.0
    for i in range(len(masses)):
        v = fractions[i] * roots[i]
        above += v * masses[i]
        below += v
    return above / below


def viscosity_of_mixture(fractions, masses, roots=None):
    return square_roots(masses, fractions, roots)


def conductivity_of_mixture(fractions, masses, roots):
    return viscosity_of_mixture(fractions, masses, roots) * roots[0]


def guess_or_default(x, a):
    found = False
    try:
        v = math.sqrt(x) * a
        found = True
        if v > 100.0:
            found = False
    except ValueError:
        pass
    if not found:
        v = a * a
    return v * v


def patched(xs, limit):
    """What a block has bound before the exception is used by the handler, and after it."""
    total = 0.0
    for x in xs:
        y = x * limit
        try:
            y = y * math.sqrt(x)
            y = y + math.log(limit - x)
        except ValueError:
            y = 2.0 * y
        finally:
            total = 0.9 * total
        total = total + y * y
    return total


def first_fails(c):
    """What the block binds is of another shape in every iteration, and not bound at all in the first."""
    y = c
    for i in range(4):
        try:
            if i % 2 == 0:
                raise ValueError
            whole = np.convolve(y, c)
        except ValueError:
            y = y * 1.5
        else:
            y = np.sin(whole)
    return np.sum(y)


def unsupported(values):
    raise NotImplementedError("values of another kind")


def one_of_two_ways(x, flat):
    if flat:
        total = np.sum(x * x)
    else:
        y, kept = unsupported([x, x])
        total = y * kept
    return total


CASES = [
    Case(one_of_two_ways, (np.array([1.0, 0.5, 0.2]), True), ("x",)),
    Case(missing_keys, (0.3, {"a": 1.1}), ("x", "d")),
    Case(ratios_where_defined, (np.array([0.7, -0.4, 1.3, 0.6]),), ("x",)),
    Case(recovered_steps, (0.7, {"a": 1.0, "c": 0.6}), ("x", "d")),
    Case(failures_in_the_middle, ([1.1, 0.4, 1.3, 0.3, 1.2], 1.3), ("xs", "gain"), smoke=True),
    Case(mixture, ([0.3, 0.5, 0.2], [1.1, 0.7, 1.6]), ("fractions", "volumes")),
    Case(resistance, (1.0e3, 0.08), ("reynolds", "roughness")),
    Case(viscosity_of_mixture, ([0.1, 0.4, 0.5], [40.0, 50.0, 60.0]), ("fractions", "masses")),
    Case(conductivity_of_mixture, ([0.1, 0.4, 0.5], [40.0, 50.0, 60.0], [6.0, 7.0, 8.0]), ("fractions", "masses", "roots")),
    Case(guess_or_default, (2.0, 1.3), ("x", "a")),
    Case(first_fails, (np.array([1.0, 0.5, 0.2]),), ("c",)),
    Case(patched, ([0.4, 1.7, -0.6, 0.9], 1.2), ("xs", "limit"), smoke=True),
]
