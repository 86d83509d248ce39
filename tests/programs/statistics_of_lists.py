"""The functions of `statistics`, of lists and what else gives numbers one after the other."""
import statistics

import numpy as np

from programs.harness import Case


def means(x, y):
    data = [x, y, x * y + 1.0]
    return (statistics.mean(data) * statistics.fmean(data) + statistics.geometric_mean(data)
            + statistics.harmonic_mean(data) * x)


def weighted_means(x, y):
    data, weights = [x, y, 2.0], [1.0, y, x * y]
    return statistics.harmonic_mean(data, weights=weights) + statistics.harmonic_mean(data, weights) * x \
        + statistics.median(data)


def spreads(x, y):
    data = (x, y, x * y, 0.3)
    return (statistics.variance(data) + statistics.pvariance(data) * x + statistics.stdev(data)
            + statistics.pstdev(data) * y)


def spreads_about(x, y):
    data = [x, y, x * y, 0.3]
    middle = statistics.mean(data) + 0.1 * x
    return (statistics.variance(data, middle) + statistics.pvariance(data, mu=y) * x + statistics.stdev(data, xbar=middle)
            + statistics.pstdev(data, middle) * y)


def skewness(values):
    m = statistics.fmean(values)
    s = statistics.pstdev(values, m)
    return statistics.mean(((v - m) / s) ** 3 for v in values)


def z_scores_by_name(table, k):
    m, s = statistics.mean(table.values()), statistics.stdev(table.values())
    return sum(((v - m) / s) ** 2 * k ** n for n, v in enumerate(table.values()))


def joined_adjoints(values, weights):
    return statistics.mean(values) * statistics.harmonic_mean(values, weights) + statistics.geometric_mean(values)


def of_an_array(x):
    return statistics.mean(x) * statistics.pstdev(x) + statistics.fmean(x)


VALUES = [0.5, 1.7, 0.9, 2.2]

CASES = [
    Case(means, (0.7, 1.3), ("x", "y"), smoke=True),
    Case(weighted_means, (0.7, 1.3), ("x", "y")),
    Case(spreads, (0.7, 1.3), ("x", "y")),
    Case(spreads_about, (0.7, 1.3), ("x", "y")),
    Case(skewness, (VALUES,), ("values",)),
    Case(z_scores_by_name, ({"a": 0.5, "b": 1.7, "c": 0.9}, 0.8), ("table", "k")),
    Case(joined_adjoints, (VALUES, [1.0, 2.0, 0.5, 1.5]), ("values", "weights")),
    Case(of_an_array, (np.array(VALUES),), ("x",)),
]
