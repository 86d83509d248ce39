"""Functions that change what is differentiated, called by way of lambdas, tables and arguments for what they return."""
import functools

import numpy as np

from programs.harness import Case


def asked_of_a_lambda(xs, a):
    seen = []
    note = lambda v: seen.append(v * a)
    n = 0
    for x in xs:
        n += note(x) is None
    if note(1.0) is None:
        a = 3 * a
    return sum(seen) * n + a


def asked_of_a_table(xs, a):
    seen = []
    actions = {"note": lambda v: seen.append(v * a)}
    if actions["note"](xs[0]) is None:
        a = a * 2
    return sum(seen) + a


def asked_of_an_argument(xs, a):
    seen = []

    def ask(action, v):
        if action(v) is None:
            return 1.0
        return 2.0
    return sum(seen) + ask(lambda v: seen.append(v * a), xs[0]) * sum(seen)


def asked_of_a_list_of_functions(xs, a):
    seen = []
    actions = [lambda v: seen.append(v * a), lambda v: None]
    total = 1.0
    for action in actions:
        if action(xs[0]) is None:
            total = total * 2
    return sum(seen) * total


def chosen_with_statements(xs, a):
    seen = []

    def note(v):
        seen.append(v * a)
        return True

    def skip(v):
        return False
    action = note if xs[0] > 0 else skip
    total = a if action(xs[1]) else 1.0
    for name in ("note", "skip", "note"):
        if {"note": note, "skip": skip}[name](xs[1]):
            total = total * a
    return sum(seen) * total


def conditions_with_statements(xs, a):
    def large(v):
        w = v * a
        return w > 0.2

    def pick(k):
        return large if k else None
    test, total = pick(1), 1.0
    for x in xs:
        if test(x) and all(f(x) for f in [large, lambda v: v > 0.1]):
            total = total * a * x
    return total


def monitored(xs, a):
    count = [0.0]

    def solve(x, callback=None):
        for _ in range(5):
            x = 0.5 * (x + a / x)
            if callback is not None and callback(x):
                break
        return x

    def watch(v):
        count[0] += v * a
        return count[0] > 0.3
    return solve(xs[0], watch) + count[0]


def drained_by_a_lambda(xs, a):
    stack = [x * a for x in xs]
    take, n = lambda: stack.pop(), 0.0
    while stack and take() > 0.19:
        n += 1.0
    return n * a + sum(stack)


def counted(xs, a):
    state = np.zeros(2)

    def step(v):
        state[0] += v * a
        state[1] = state[0] ** 2
        return state[1]
    n = sum(step(x) > 0.05 for x in xs)
    return state[1] * n


def any_of_them(xs, a):
    state = [a]

    def step(v):
        state[0] = state[0] * v + a
        return state[0] > 0.55
    n = 2 if any(step(x) for x in xs if x > 0.1) else 1
    return state[0] * n


def all_of_them(xs, a):
    state = [a]

    def step(v):
        state[0] = state[0] * v + a
        return state[0] < 0.45
    if all(step(x) for x in xs if step(x + 0.1)):
        return a
    return state[0]


def listed(xs, a):
    state = [a]

    def step(v):
        state[0] = state[0] * v + a
        return int(state[0] > 0.5)
    hits = [step(x) for x in xs]
    again = {i: step(x) for i, x in enumerate(xs)}
    return state[0] * (hits.index(1) + again[2]) + xs[hits.index(1)]


def filtered(xs, a):
    seen = {}

    def note(k, v):
        seen[k] = v * a
        return k != "y"

    def keys(test, items):
        return [k for k, v in items if test(k, v)]
    names = keys(note, [("x", xs[0]), ("y", xs[1]), ("z", xs[2])])
    twice = len([1 for i, x in enumerate(xs) if note(i, x) for j in range(2) if note(i + j, j + x)])
    return sum(seen.values()) * len(names) * twice


def assigned_in_comprehensions(xs, a):
    y, i = a, 0
    while any((y := y * x + 0.1) > 0.5 for x in xs) and i < 3:
        i += 1
    n = len([z := x for x in xs if x > 0.65])
    return y * n + z * i


def result_of_append(xs, a):
    seen = []
    note = lambda v: seen.append(v * a) or len(seen)
    n = note(xs[0]) + note(xs[1])
    nothing = seen.append(a * a)
    m = [seen.append(xs[0] * a), 3][1]
    return sum(seen) * n * m if nothing is None else a


def first_of_each(xs, a):
    seen = set()
    return sum([x * a for x in xs if not (round(x, 1) in seen or seen.add(round(x, 1)))])


def fluent(xs, a):
    class Path:
        def __init__(self):
            self.points = []

        def put(self, v):
            return self.points.append(v) or self
    path = Path()
    for x in xs:
        path.put(a * x).put(x)
    return sum(path.points)


def conditions_as_statements(xs, a):
    seen, table = [], {}
    xs[1] > 5 or seen.append(a * xs[0])
    xs[1] > 0.5 and seen.append(a * xs[0])
    xs[1] > 0.5 and seen.append(a) or seen.append(3 * a)
    table.update(u=a * xs[0]) or table.update(v=a)
    [seen.append(x * a) or seen.append(a) for x in xs]
    return sum(seen) * table["u"] * table["v"]


def conditions_as_statements_of_a_function(xs, a):
    seen = []

    def note(v):
        seen.append(v * a) or seen.append(a)
    any(note(x) for x in xs)
    return seen[0] * seen[1] + sum(seen)


class Account:
    def __init__(self):
        self.total, self.count = 0.0, 0

    def put(self, v):
        self.total, self.count = self.total + v, self.count + 1
        return self.total

    def square(self, v):
        self.total = self.total + v * v
        return self.total


def method_in_a_variable(xs, a):
    account, stack = Account(), [x * a for x in xs]
    put, take = account.put, stack.pop
    for x in xs:
        if put(a * x) > 0.3:
            break
    while len(stack) > 1 and take() > 0.22:
        pass
    return account.total * account.count + sum(stack)


def one_of_two_methods(xs, a):
    account, n = Account(), 0
    put = account.square if xs[0] > 0 else account.put
    for x in xs:
        if put(a * x) > 0.05:
            n += 1
        put(a)
    return account.total * n


def method_given(xs, a):
    account = Account()

    def until(put):
        for x in xs:
            if put(a * x) > 0.3:
                return x
        return 0.0
    return until(account.put) * account.total


def method_with_arguments(xs, a):
    account, n = Account(), 0
    put = functools.partial(Account.put, account)
    for x in xs:
        if put(a * x) > 0.2:
            n += 1
    return account.total * n


CASES = [Case(f, ([0.6, 0.7, 0.8], 0.3), ("xs", "a")) for f in (
    asked_of_a_lambda, asked_of_a_table, asked_of_an_argument, asked_of_a_list_of_functions, chosen_with_statements,
    conditions_with_statements, monitored, drained_by_a_lambda, counted, any_of_them, all_of_them, listed, filtered,
    assigned_in_comprehensions, result_of_append, fluent, conditions_as_statements, conditions_as_statements_of_a_function,
    method_in_a_variable, one_of_two_methods, method_given, method_with_arguments)]
CASES.append(Case(first_of_each, ([0.6, 0.7, 0.61], 0.3), ("xs", "a")))
