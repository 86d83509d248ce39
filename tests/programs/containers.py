"""Programs whose data lives in lists, dicts, queues and tuples."""
import itertools
import math
from collections import OrderedDict, defaultdict, deque, namedtuple
from functools import partial, reduce
from operator import add, itemgetter, mul

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(17)

Particle = namedtuple("Particle", ["x", "v", "mass"])
State = namedtuple("State", "position velocity")


def fibonacci_list(a, b, n):
    values = [a, b]
    while len(values) < n:
        values.append(values[-1] * 0.5 + values[-2])
    return values


def stack_machine(program, x):
    stack = []
    for token in program:
        if token == "x":
            stack.append(x)
        elif isinstance(token, float):
            stack.append(token * x)
        else:
            b = stack.pop()
            a = stack.pop()
            if token == "+":
                stack.append(a + b)
            elif token == "*":
                stack.append(a * b)
            else:
                stack.append(a / b)
    assert len(stack) == 1
    return stack.pop()


def list_surgery(xs):
    a = list(xs)
    a.insert(1, a[0] * a[1])
    a[2:4] = [a[2] ** 2]
    a.extend(x * 0.5 for x in xs[:2])
    del a[0]
    first = a.pop(0)
    a.reverse()
    a += [first, first * 2]
    b = a[::-1] + a[:2] * 2
    b.remove(b[0]) if len(b) > 100 else b.append(1.0)
    return sum(v * (i + 1) for i, v in enumerate(b))


def running_totals(xs):
    totals = []
    acc = 0.0
    for x in xs:
        acc += x * x
        totals.append(acc)
    return [t / totals[-1] for t in totals]


def prefix_products_on_copy(xs):
    out = xs[:]
    for i in range(1, len(out)):
        out[i] *= out[i - 1]
    saved = out.copy()
    out[0] = 0.0
    return [a + b for a, b in zip(out, saved)]


def bubble_sort(xs):
    n = len(xs)
    for i in range(n):
        for j in range(n - 1 - i):
            if xs[j] > xs[j + 1]:
                xs[j], xs[j + 1] = xs[j + 1], xs[j]
    return sum((i + 1) * x for i, x in enumerate(xs))


def merge_sorted(a, b):
    out, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if a[i] <= b[j]:
            out.append(a[i])
            i += 1
        else:
            out.append(b[j])
            j += 1
    out += a[i:] + b[j:]
    return out


def matrix_as_lists(A, B):
    rows, inner, cols = len(A), len(B), len(B[0])
    C = [[0.0 for _ in range(cols)] for _ in range(rows)]
    for i in range(rows):
        for j in range(cols):
            for k in range(inner):
                C[i][j] += A[i][k] * B[k][j]
    transpose = [list(col) for col in zip(*C)]
    return transpose


def nested_comprehensions(xs, ys):
    products = [x * y for x in xs for y in ys if x < y]
    table = [[x ** i for i in range(3)] for x in xs]
    flat = [v for row in table for v in row if v > 0.1]
    pairs = {(i, j): x - y for i, x in enumerate(xs) for j, y in enumerate(ys) if i != j}
    return sum(products) + sum(flat) * len(pairs) + sum(v ** 2 for v in pairs.values())


def generator_expressions(xs):
    norm = math.sqrt(sum(x * x for x in xs))
    biggest = max(x / norm for x in xs)
    smallest = min((x for x in xs if x > 0), default=1.0)
    return norm * biggest + smallest + sum(a * b for a, b in zip(xs, xs[1:]))


def dict_of_accounts(balances, rate, transfers):
    accounts = dict(balances)
    for source, target, amount in transfers:
        accounts[source] -= amount
        accounts[target] = accounts.get(target, 0.0) + amount * (1 - 0.01 * rate)
    for name, balance in accounts.items():
        accounts[name] = balance * (1 + rate)
    total = sum(accounts.values())
    return total, accounts["b"] * accounts["c"]


def dict_methods(params, x):
    cache = {}
    cache.setdefault("y", x * params["w"])
    cache.setdefault("y", 100.0)
    cache.update({"z": cache["y"] ** 2}, bias=params["b"])
    popped = cache.pop("bias")
    missing = cache.pop("nothing", 2.0)
    merged = {**cache, "w": params["w"]} | {"extra": popped * missing}
    keys = sorted(merged)
    return sum(merged[k] * (i + 1) for i, k in enumerate(keys)) if "z" in merged else 0.0


def grouped_sums(values, labels):
    groups = defaultdict(list)
    for value, label in zip(values, labels):
        groups[label].append(value)
    means = {label: sum(vs) / len(vs) for label, vs in groups.items()}
    return [means[label] ** 2 for label in sorted(means)]


def counter_of_weights(values, labels):
    totals = {}
    for value, label in zip(values, labels):
        if label not in totals:
            totals[label] = 0.0
        totals[label] += value ** 2
    return totals


def memoized_recursion(x, n):
    memo = {}

    def term(k):
        if k in memo:
            return memo[k]
        if k < 2:
            result = x * (k + 1)
        else:
            result = term(k - 1) * x + term(k - 2)
        memo[k] = result
        return result

    return term(n)


def chebyshev_dict(x, n):
    T = {0: 1.0, 1: x}
    for k in range(2, n):
        T[k] = 2 * x * T[k - 1] - T[k - 2]
    return sum(T[k] / (k + 1) for k in T)


def ordered_pipeline(x, weights):
    stages = OrderedDict()
    stages["scale"] = weights[0]
    stages["shift"] = weights[1]
    stages["power"] = weights[2]
    for name, w in stages.items():
        if name == "scale":
            x = x * w
        elif name == "shift":
            x = x + w
        else:
            x = x ** w
    return x


def queue_of_signals(xs, delay, gain):
    """A delay line as a queue."""
    line = deque([0.0] * delay)
    out = []
    for x in xs:
        delayed = line.popleft()
        y = x + gain * delayed
        line.append(y)
        out.append(y)
    return out


def rolling_window(xs, n):
    window = deque(maxlen=n)
    peaks = []
    for x in xs:
        window.append(x * x)
        if len(window) == n:
            peaks.append(max(window) + sum(window) / n)
    return peaks


def breadth_first_expressions(root_value, tree):
    """Values pass down a tree that is visited with a queue."""
    queue = deque([(0, root_value)])
    total = 0.0
    while queue:
        node, value = queue.popleft()
        children = tree.get(node, [])
        if not children:
            total += value ** 2
        for child in children:
            queue.append((child, value * 0.5 + math.sin(value) * child))
    return total


def deque_rotations(xs):
    d = deque(xs)
    d.appendleft(d[-1] * d[0])
    d.rotate(2)
    d.extend([1.5 * d[0]])
    last = d.pop()
    return sum(v * (i + 1) for i, v in enumerate(d)) * last


def move_particles(particles, dt, steps):
    for _ in range(steps):
        center = sum(p.x * p.mass for p in particles) / sum(p.mass for p in particles)
        particles = [p._replace(v=p.v - dt * (p.x - center), x=p.x + dt * p.v) for p in particles]
    return particles


def state_machine(state, force, steps):
    energy = 0.0
    for _ in range(steps):
        position, velocity = state
        state = State(position=position + 0.1 * velocity, velocity=velocity + 0.1 * (force - position))
        energy += np.sum(state.velocity ** 2) + state[0] @ state.position
    return energy, state


def tuple_arithmetic(p, q):
    def cross(a, b):
        return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])

    n = cross(p, q)
    doubled = n + tuple(2 * c for c in n[:1])
    first, *rest = doubled
    return first, tuple(rest), sum(x * y for x, y in zip(p, n)) + len(doubled)


def polynomials(coefficients, x):
    def multiply(p, q):
        out = [0.0] * (len(p) + len(q) - 1)
        for (i, a), (j, b) in itertools.product(enumerate(p), enumerate(q)):
            out[i + j] += a * b
        return out

    squared = multiply(coefficients, coefficients)
    derivative = [i * c for i, c in enumerate(squared)][1:]
    return reduce(lambda acc, c: acc * x + c, reversed(derivative), 0.0)


def functional_style(xs, w):
    scaled = map(lambda x: x * w, xs)
    positive = filter(lambda x: x > 0, scaled)
    squares = list(map(pow, positive, [2, 2, 2, 2]))
    total = reduce(add, squares)
    product = reduce(mul, xs[:3], 1.0)
    weighted = sum(map(lambda a, b: a * b, xs, range(len(xs))))
    return total * product + weighted


def scale(factor, x, offset=0.0):
    return factor * x + offset


def partial_functions(x, y):
    twice = partial(scale, 2.0)
    by_y = partial(scale, y, offset=x)
    stages = [twice, by_y, partial(scale, x=x)]
    total = 0.0
    for f in stages[:2]:
        total += f(x) ** 2
    return total + stages[2](y)


def sorted_by_inactive_key(items, order):
    ranked = sorted(items.items(), key=lambda pair: order.index(pair[0]))
    by_index = sorted(range(3), key=lambda i: -i)
    values = [v for _, v in ranked]
    total = 0.0
    for rank, value in enumerate(reversed(values), 1):
        total += value / rank
    return total + values[by_index[0]] * values[by_index[1]]


def sorted_numbers(xs):
    s = sorted(xs)
    middle = s[len(s) // 2]
    trimmed = s[1:-1]
    descending = sorted(xs, reverse=True)
    return middle * sum(trimmed) + descending[0] ** 2


def sort_records(records):
    """Rows ordered by a key that is data, then used in that order."""
    records = sorted(records, key=itemgetter(0))
    total = 0.0
    for rank, (name, value) in enumerate(records):
        total = total * value + rank * value
    return total


def iteration_tools(xs):
    total = 0.0
    for i, j in itertools.combinations(range(len(xs)), 2):
        total += xs[i] * xs[j]
    for i, sign in zip(range(len(xs)), itertools.cycle([1.0, -1.0])):
        total += sign * xs[i] ** 3
    for i, j in itertools.permutations(range(3), 2):
        total += xs[i] / (1 + j)
    for block in itertools.chain([0, 2], [1]):
        total *= 1 + 0.1 * xs[block]
    partial_sums = list(itertools.accumulate(xs))
    return total + partial_sums[-2]


def zip_and_enumerate(xs, ys, names):
    out = {}
    for i, (name, (x, y)) in enumerate(zip(names, zip(xs, ys)), start=1):
        out[name] = x * y * i
    for a, b, c in zip(xs, ys[1:], xs[2:]):
        out[names[0]] += a * b * c
    return out


def ragged_lists(groups):
    sizes = [len(g) for g in groups]
    padded = [g + [0.0] * (max(sizes) - len(g)) for g in groups]
    columns = [sum(col) for col in zip(*padded)]
    return np.array(padded) @ np.array(columns)


def list_of_dicts(layers, x):
    history = []
    for layer in layers:
        record = {"in": x}
        x = np.tanh(x * layer["w"] + layer.get("b", 0.0))
        record["out"] = x
        history.append(record)
    return [h["out"] - h["in"] for h in history][-1], sum(h["out"].sum() for h in history)


def dict_of_lists(series):
    out = {}
    for name, values in series.items():
        mean = sum(values) / len(values)
        out[name] = [v - mean for v in values]
        out[name].append(mean ** 2)
    out["all"] = [a * b for a, b in zip(out["u"], out["v"])]
    return out


def array_of_lists(xs):
    rows = []
    for i, x in enumerate(xs):
        row = [x] * (i + 1) + [0.0] * (len(xs) - i - 1)
        rows.append(row)
    L = np.array(rows)
    return L @ L.T


def sets_and_membership(xs, allowed):
    seen = set()
    total = 0.0
    for i, x in enumerate(xs):
        key = i % 3
        if key in allowed and key not in seen:
            total += x ** 2
            seen.add(key)
        elif key in seen:
            total *= x
    return total


def swap_elements(xs):
    xs[0], xs[-1] = xs[-1], xs[0]
    xs[1], xs[2], xs[3] = xs[3] * xs[0], xs[1], xs[2]
    i, xs[i] = 1, xs[0] * 3
    return xs


def shared_list(x, y):
    """Two names for one list, and lists inside a list."""
    outer = [[x, y], [y]]
    same = outer
    inner = same[0]
    outer[0][0] = x * y
    alias = outer[0]
    alias.append(alias[0] * 2)
    same[1].append(inner[2] * x)
    return sum(inner) + len(outer) * alias[2] + outer[1][1]


def grow_until(x, limit):
    path = [x]
    while path[-1] < limit and len(path) < 20:
        path.append(path[-1] * (1 + path[-1] / 10))
    tail = path[-3:]
    return sum(tail) / len(tail), path[len(path) // 2]


def pairs_from_a_stack(x):
    """What is popped is a tuple of things of different shapes."""
    saved = []
    for i in range(2):
        saved.append((x * x, np.sum(x)))
    out = 0.0
    for i in range(2):
        p, t = saved.pop()
        out += np.sum((t * p) ** 2)
    return out


def pair_in_a_dict(x):
    t = {"a": (x * x, np.sum(x))}["a"]
    out = np.zeros(3)
    out[:] += t[1] * t[0]
    return np.sum(out ** 2)


def layer_that_is_replaced(w, b):
    params = {"first": {"w": w}, "second": {"w": w, "b": b}}
    params["second"] = {"w": w * 2.0, "b": b * 0.5}
    return np.sum(params["second"]["w"] * params["second"]["b"]) + np.sum(params["first"]["w"])


CASES = [
    Case(layer_that_is_replaced, (np.array([0.3, 0.7]), np.array([0.9, -0.2])), ("w", "b")),
    Case(pairs_from_a_stack, (rng.random(3),), ("x",), smoke=True),
    Case(pair_in_a_dict, (rng.random(3),), ("x",)),
    Case(fibonacci_list, (0.7, 1.3, 7), ("a", "b"), smoke=True),
    Case(stack_machine, (["x", 2.0, "*", "x", "+", 3.0, "/"], 1.3), ("x",), smoke=True),
    Case(list_surgery, ([0.3, 1.2, -0.7, 0.9],), ("xs",)),
    Case(running_totals, ([0.3, 1.2, -0.7],), ("xs",)),
    Case(prefix_products_on_copy, ([0.3, 1.2, -0.7],), ("xs",)),
    Case(bubble_sort, ([1.3, 0.2, 2.7, 0.9],), ("xs",)),
    Case(merge_sorted, ([0.1, 0.5, 0.9], [0.3, 0.4, 1.2]), ("a", "b")),
    Case(matrix_as_lists, (rng.random((2, 3)).tolist(), rng.random((3, 2)).tolist()), ("A", "B")),
    Case(nested_comprehensions, ([0.3, 0.8, 1.4], [0.5, 1.1]), ("xs", "ys")),
    Case(generator_expressions, ([0.3, 0.8, -0.4],), ("xs",)),
    Case(dict_of_accounts, ({"a": 10.0, "b": 5.0}, 0.05, [("a", "b", 2.0), ("b", "c", 1.0)]), ("balances", "rate")),
    Case(dict_methods, ({"w": 1.3, "b": 0.4}, 0.8), ("params", "x"), smoke=True),
    Case(grouped_sums, ([0.3, 0.8, 1.4, 0.2], ["u", "v", "u", "v"]), ("values",)),
    Case(counter_of_weights, ([0.3, 0.8, 1.4, 0.2], ["u", "v", "u", "v"]), ("values",)),
    Case(memoized_recursion, (0.8, 6), ("x",)),
    Case(chebyshev_dict, (0.4, 6), ("x",)),
    Case(ordered_pipeline, (0.8, [1.3, 0.4, 2.1]), ("x", "weights")),
    Case(queue_of_signals, ([0.3, 0.8, -0.4, 0.9, 1.1], 2, 0.6), ("xs", "gain"), smoke=True),
    Case(rolling_window, ([0.3, 0.8, -0.4, 0.9, 1.1], 3), ("xs",)),
    Case(breadth_first_expressions, (0.7, {0: [1, 2], 1: [3, 4], 2: [5]}), ("root_value",)),
    Case(deque_rotations, ([0.3, 0.8, -0.4],), ("xs",)),
    Case(move_particles, ([Particle(0.1, 0.5, 1.0), Particle(1.2, -0.3, 2.0)], 0.1, 3), ("particles", "dt")),
    Case(state_machine, (State(rng.random(2), rng.random(2)), 0.4, 3), ("state", "force")),
    Case(tuple_arithmetic, ((0.3, 0.8, -0.4), (1.1, 0.2, 0.6)), ("p", "q")),
    Case(polynomials, ([0.3, -0.8, 0.5], 0.7), ("coefficients", "x")),
    Case(functional_style, ([0.3, 0.8, -0.4, 1.2], 1.4), ("xs", "w")),
    Case(partial_functions, (0.8, 1.3), ("x", "y")),
    Case(sorted_by_inactive_key, ({"a": 0.3, "b": 0.8, "c": 1.4}, ["c", "a", "b"]), ("items",)),
    Case(sorted_numbers, ([0.9, 0.3, 1.4, 0.5],), ("xs",)),
    Case(sort_records, ([("b", 0.3), ("a", 0.8), ("c", 1.4)],), ("records",)),
    Case(iteration_tools, ([0.9, 0.3, 1.4, 0.5],), ("xs",)),
    Case(zip_and_enumerate, ([0.9, 0.3, 1.4], [0.5, 0.2, 0.7], ["p", "q", "r"]), ("xs", "ys")),
    Case(ragged_lists, ([[0.9], [0.3, 1.4], [0.5, 0.2, 0.7]],), ("groups",)),
    Case(list_of_dicts, ([{"w": 0.9, "b": 0.1}, {"w": 1.4}], rng.random(3)), ("layers", "x")),
    Case(dict_of_lists, ({"u": [0.9, 0.3], "v": [1.4, 0.5]},), ("series",)),
    Case(array_of_lists, ([0.9, 0.3, 1.4],), ("xs",)),
    Case(sets_and_membership, ([0.9, 0.3, 1.4, 0.5, 1.2], {0, 2}), ("xs",)),
    Case(swap_elements, ([0.9, 0.3, 1.4, 0.5],), ("xs",)),
    Case(shared_list, (0.9, 1.3), ("x", "y")),
    Case(grow_until, (1.1, 4.0), ("x",)),
]
