"""Calls that change what is differentiated in conditions, subscripts, counts and assertions; what programs report."""
import logging
import math

import numpy as np

from programs.harness import Case

logger = logging.getLogger(__name__)


def shrink(state):
    state[0] = state[0] * state[1]
    return state[0]


class Balance:
    def __init__(self, value):
        self.value = value
        self.log = logging.getLogger("balance")

    def grow(self, rate):
        self.log.debug("grows by %s", "rate")
        self.value = self.value * rate
        return self.value > 3.0


def in_a_condition(x, y):
    state = [x, y]
    if shrink(state) > 0:
        z = 2.0
    else:
        z = 1.0
    return state[0] * z


def in_the_condition_of_a_loop(x, y):
    state = [x, y]
    n = 0
    while shrink(state) < 10.0:
        n += 1
    return state[0] * n


def in_an_assertion(x, y):
    state = np.array([x, y])
    assert shrink(state) > 0, "negative"
    return state[0] * state[1]


def in_a_conditional_expression(x, y):
    state = [x, y]
    z = 2.0 if shrink(state) > 0 else 3.0
    return state[0] * z


def until_it_is_large(x, y):
    balance = Balance(x)
    if balance.grow(y):
        balance.grow(y)
    while not balance.grow(y):
        pass
    return balance.value * x


def one_after_the_other(x, y):
    state = [x, y]
    large = shrink(state) > 0 and shrink(state) > 1
    return state[0] if large else state[1]


def as_a_count(x, y):
    state = [x, y]
    for _ in range(int(shrink(state))):
        state[1] = state[1] * x
    return state[0] * state[1] + [1.0, 2.0, 3.0][int(shrink(state)) % 3]


def ternary_search(x, y):
    calls = 0
    best = None

    def objective(v):
        nonlocal calls, best
        calls += 1
        result = (v - x) ** 2 + y * v
        if best is None or result < best:
            best = result
        return result

    low, high = 0.0, 3.0
    for _ in range(5):
        a, b = low + (high - low) / 3, high - (high - low) / 3
        if objective(a) < objective(b):
            high = b
        else:
            low = a
    logger.info("%d calls, best %s", calls, best)
    return best * calls


def taken_out_in_the_condition(x, y):
    queue = [x, y, 2.0]
    total = 0.0
    while queue and queue.pop() > 0.5:
        total = total + (queue[-1] if queue else 1.0)
    return total * x


def assignment_in_the_condition(x):
    n = 0
    y = x
    while (y := y * x) < 10.0:
        n += 1
    return y * n


def reported(x, gain=2.0):
    logger.debug("x = %s", x)
    try:
        y = math.sqrt(x) * gain
    except ValueError:
        logger.exception("no root of %s", x)
        raise
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug("y = %s", y)
    return y


def options_from_a_dict(x, y):
    options = dict(axis=0, keepdims=True)
    return np.sum(x * y, **options) * np.max(x, **options)


def told(xs, extra):
    return {"mean": sum(xs), "rest": extra}


def turned(table):
    table["u"], table["w"] = table["w"], table["u"]
    return table["u"]


def effects_under_a_subscript(p, table):
    """Nobody takes the part, and what is called changes the table all the same."""
    told([p], turned(table))["rest"]
    turned(table) + p if p > 5 else told([p], turned(table))["mean"]
    turned(table) * p
    return table["u"] * 2 + table["w"] * p


CASES = [
    Case(effects_under_a_subscript, (0.7, {"u": 0.37, "w": -0.63}), ("p", "table")),
    Case(in_a_condition, (1.7, 1.3), ("x", "y"), smoke=True),
    Case(in_the_condition_of_a_loop, (1.7, 1.3), ("x", "y")),
    Case(in_an_assertion, (1.7, 1.3), ("x", "y")),
    Case(in_a_conditional_expression, (1.7, 1.3), ("x", "y")),
    Case(until_it_is_large, (1.7, 1.3), ("x", "y")),
    Case(one_after_the_other, (1.7, 1.3), ("x", "y")),
    Case(as_a_count, (1.7, 1.3), ("x", "y")),
    Case(ternary_search, (1.5, 0.7), ("x", "y")),
    Case(taken_out_in_the_condition, (1.7, 1.3), ("x", "y")),
    Case(assignment_in_the_condition, (1.7,), ("x",)),
    Case(reported, (1.7,), ("x",)),
    Case(options_from_a_dict, (np.array([1.0, 2.0, 0.5]), np.array([0.3, -0.4, 0.8])), ("x", "y")),
]
