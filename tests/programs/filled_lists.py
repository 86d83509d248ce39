"""Lists that variables, dicts and objects hold, filled one element at a time, of which NumPy makes arrays."""
from collections import defaultdict

import numpy as np

from programs.harness import Case


def log_sum_exp(values):
    shifted = values - np.max(values)
    return np.max(values) + np.log(np.exp(shifted).sum())


class Chain:
    """Hidden states with observations; zeros are no probabilities."""

    def __init__(self, transition=None, emission=None):
        self.transition = transition
        self.emission = emission
        if self.transition is not None:
            self.transition[self.transition == 0] = 1e-9

    def forward(self, observed):
        n = self.transition.shape[0]
        trellis = np.zeros((n, len(observed)))
        for s in range(n):
            trellis[s, 0] = np.log(self.emission[s, observed[0]])
        for t in range(1, len(observed)):
            for s in range(n):
                trellis[s, t] = log_sum_exp([trellis[r, t - 1] + np.log(self.transition[r, s]) + np.log(
                    self.emission[s, observed[t]]) for r in range(n)])
        return trellis


def likelihood(transition, emission):
    trellis = Chain(transition, emission).forward([0, 1, 2])
    return log_sum_exp(trellis[:, -1])


def list_and_array_of_an_object(chain):
    """One function gets a list, and something that nothing tells of."""
    return log_sum_exp([np.log(chain.emission[0, j]) for j in range(3)]) + log_sum_exp(chain.emission[1])


class Recorder:
    def __init__(self):
        self.seen = []

    def record(self, value):
        self.seen.append(value)

    def spread(self, k):
        total = 0.0
        for i in range(2):
            if i > 5:
                return total
            total = total + np.sum(np.sin(self.seen) * k)
        return total


def recorded(x):
    recorder = Recorder()
    for v in x:
        recorder.record(v * v)
    return log_sum_exp(recorder.seen) + np.std(recorder.seen)


def recorder_given(recorder, x):
    for v in x:
        recorder.record(v * 2.0)
    return recorder.spread(x[0]) * log_sum_exp(recorder.seen)


def history(x, k):
    kept = {"values": []}
    for v in x:
        kept["values"].append(v * k)
    return log_sum_exp(kept["values"])


def history_of_sines(x, k):
    kept = {"values": []}
    for v in x:
        kept["values"].append(v * k)
    return np.sum(np.sin(kept["values"]))


def history_of_several_uses(x, k):
    kept = {"values": []}
    for v in x:
        kept["values"].append(v * k)
    return np.trapezoid(kept["values"], dx=0.1) + np.polyval(kept["values"], 2.0) + np.prod(kept["values"])


def history_times_an_array(x, k):
    kept = {"values": []}
    for v in x:
        kept["values"].append(v * k)
    return np.sum(x * kept["values"] / np.sum(kept["values"]))


def groups(x):
    by_parity = defaultdict(list)
    for i in range(4):
        by_parity[i % 2].append(x[i % 3] * (i + 1))
    return np.sum(np.exp(by_parity[1]) * np.cos(by_parity[0]))


def groups_by_setdefault(x, k):
    named = {}
    for v in x:
        named.setdefault("values", []).append(v * k)
    return log_sum_exp(named["values"]) + k


def two_rows(x):
    rows = [[], []]
    for v in x:
        rows[0].append(v)
        rows[1].append(v * x[0])
    return np.sum(np.sin(rows[0]) * np.exp(rows[1]))


def rows_in_turn(x):
    rows = [[] for _ in range(2)]
    for v in x:
        rows[0].append(v)
        rows[1].append(v * x[0])
    total = 0.0
    for row in rows:
        total += np.sum(np.sin(row))
    return total


def parameter_that_grows(values):
    values.append(values[0] * values[1])
    return np.trapezoid(values) + np.sum(np.sin(values))


def list_then_array(x):
    kept = {"values": []}
    for v in x:
        kept["values"].append(v * v)
    kept["values"] = np.array(kept["values"])
    return np.sum(kept["values"] + kept["values"]) + np.sum(kept["values"] ** 2)


X = np.array([0.3, 0.4, 0.5])
T = np.array([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6]])
E = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1], [0.3, 0.3, 0.4]])

CASES = [
    Case(likelihood, (T, E), ("transition", "emission")),
    Case(list_and_array_of_an_object, (Chain(T, E),), ("chain",)),
    Case(recorder_given, (Recorder(), X), ("x",)),
    *(Case(f, (X,), ("x",)) for f in (recorded, groups, two_rows, rows_in_turn, list_then_array)),
    *(Case(f, (X, 0.7), ("x", "k")) for f in (history, history_of_sines, history_of_several_uses, history_times_an_array,
                                              groups_by_setdefault)),
    Case(parameter_that_grows, ([0.1, 0.2, 0.3],), ("values",)),
]
