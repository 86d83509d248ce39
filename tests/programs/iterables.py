"""Dicts, queues and iterators of the standard library over differentiated values."""
import bisect
import itertools
import math
from collections import Counter, OrderedDict, defaultdict, deque
from operator import itemgetter

import numpy as np

from programs.harness import Case

# ---- dicts ----------------------------------------------------------------------------------------------------------

def dicts_from_pairs(keys, values):
    d = dict(zip(keys, values))
    e = dict(d, z=d["a"] * 2)
    f = dict(a=e["z"], b=1.0)
    g = dict([("p", f["a"] * 3), ("q", e["b"])])
    h = OrderedDict(g)
    h["p"] = h["p"] * g["q"]
    zeros = dict.fromkeys(keys, 0.5)
    return h["p"] + g["p"] * e["a"] + zeros["a"] * d["b"]


def merged_dicts(p, q):
    m = p | q
    m |= {"w": p["a"] * q["b"]}
    m.update([("v", m["w"] * 2)], u=q["b"])
    return sum(m.values()) * m["w"] + {**p, "a": q["b"]}["a"]


def entries_taken_out(d, names):
    e = dict(d)
    total = 0.0
    for n in names:
        total = total * 0.5 + e[n] ** 2
        del e[n]
        if "z" not in e:
            e["z"] = total
    key, last = e.popitem()
    total += e.pop("c", 2.0) * len(key) + e.pop("missing", last)
    e.clear()
    e["left"] = total
    return sum(e.values())


def groups_by_label(values, labels):
    groups, sums = defaultdict(list), defaultdict(float)
    tables = defaultdict(lambda: defaultdict(float))
    for v, k in zip(values, labels):
        groups[k].append(v * v)
        sums[k] += v
        tables[k]["total"] += v ** 3
    counts = Counter(labels)
    return sum(sum(v) * len(v) for v in groups.values()) + sums["u"] * sums["v"] * tables["u"]["total"] * counts["u"]


def visited_once(xs, keys):
    seen = set()
    total = 0.0
    for x, k in zip(xs, keys):
        if k in seen:
            total *= x
        else:
            seen.add(k)
            total += x * x
    return total


# ---- lists and deques -----------------------------------------------------------------------------------------------

def rotated_queue(xs):
    d = deque(xs)
    d.rotate(1)
    d.append(d[0] * d[1])
    d.extend([2 * d[0]])
    d.extendleft([d[-1], d[1]])
    return sum(v * (i + 1) for i, v in enumerate(d)) * d.pop()


def bounded_queues(xs, n):
    window, last = deque(maxlen=n), deque(xs, maxlen=2)
    total = 0.0
    for x in xs:
        window.append(x * x)
        total += window[0] * len(window)
    last.append(last[0] * last[1])
    last.appendleft(last[1] * 3)
    return total + last[0] * last[1]


def list_with_slices(xs):
    ys = list(xs)
    ys[1:3] = [ys[0] * ys[1], ys[2], 1.5]
    del ys[0:1]
    ys.remove(ys[1])
    ys[len(ys):] = xs[:1]
    t = ys.pop()
    ys.pop(0)
    total = t * ys[0]
    ys.clear()
    ys.append(total * xs[2])
    return sum(ys)


def growing_worklist(x):
    todo = [x]
    total = 0.0
    for v in todo:
        total += v * v
        if len(todo) < 4:
            todo.append(v * x)
    return total


def popped_in_a_loop(xs):
    ys = list(xs)
    total = 0.0
    while len(ys) > 1:
        v = ys.pop()
        total = total * ys[0] + v * ys[-1]
    return total


def positions_from_lengths(xs):
    out = []
    for v in xs:
        out.insert(0, v * v)
        out.insert(len(out) // 2, v)
    total = 0.0
    while len(out) > 2:
        v = out.pop(len(out) // 2)
        total = total * out[0] + v
        del out[len(out) - 1]
    d = deque(xs)
    for k in range(3):
        d.rotate(len(d) - k)
        total = total * d[0] + d[-1]
        d.append(total)
    return total


# ---- choices --------------------------------------------------------------------------------------------------------

def extremes(xs, table):
    pairs = [(v, i) for i, v in enumerate(xs)]
    best = max(pairs, key=lambda p: p[0])
    name = max(table, key=table.get)
    windows = sum(max(xs[i:i + 2]) for i in range(len(xs) - 1))
    return best[0] * best[1] + table[name] * min(xs, key=abs) + max((v for v in xs if v > 100), default=xs[0]) \
        + max(xs[0], xs[1], xs[2], key=lambda v: -v) + min([xs[1], xs[2]]) + windows


def orders(xs):
    a = sorted(xs, key=lambda v: -v)
    b = sorted(xs, reverse=True)
    return a[0] * b[1] + sorted(xs)[0]


# ---- iterators ------------------------------------------------------------------------------------------------------

def columns(rows, a):
    xs, ys = zip(*rows)
    transposed = [list(c) for c in zip(*rows)]
    return sum(xs) * ys[0] + sum(c[0] * sum(c) for c in zip(*rows)) + transposed[1][0] \
        + sum(x * y * z for x, y, z in zip(a, *rows))


def accumulated(xs):
    sums = list(itertools.accumulate(xs))
    products = list(itertools.accumulate(xs, lambda a, b: a * b))
    return sum(sums) + products[-1] + list(itertools.accumulate(xs, initial=2.0))[1]


def sliced_and_chained(rows, xs):
    total = sum(v * v for v in itertools.chain.from_iterable(rows))
    return total + sum(v * v for v in itertools.islice(xs, 1, 3)) + list(itertools.islice(xs, 2))[1] \
        + sum(itertools.chain(xs, rows[0])) + sum((b - a) ** 2 for a, b in zip(xs, itertools.islice(xs, 1, None)))


def padded_pairs(a, b):
    return sum(x * y for x, y in itertools.zip_longest(a, b, fillvalue=2.0))


def runs_of_keys(xs, keys, records):
    total = 0.0
    for _, group in itertools.groupby(zip(keys, xs), key=itemgetter(0)):
        total += sum(v for _, v in group) ** 2
    for _, group in itertools.groupby(records, key=lambda r: r[0]):
        items = list(group)
        total += items[0][1] * len(items)
    return total


def endless(xs):
    signs = sum(s * x for s, x in zip(itertools.cycle([1.0, -1.0]), xs))
    around = sum(a * b for a, b in zip(itertools.cycle(xs), range(5)))
    repeated = sum(itertools.repeat(xs[0], 3)) + sum(map(pow, xs, itertools.repeat(2)))
    return signs + around + repeated + sum(x * k for k, x in zip(itertools.count(1), xs))


def filtered(xs):
    return sum(v for v in itertools.takewhile(lambda v: v < 0.65, xs)) \
        + sum(v * v for v in itertools.dropwhile(lambda v: v < 0.65, xs)) \
        + sum(itertools.compress(xs, [1, 0, 1])) * xs[1] + sum(itertools.filterfalse(lambda v: v > 0.62, xs))


def combined(xs):
    return sum(a * b for a, b in itertools.product(xs, repeat=2)) \
        + sum(math.prod(c) for c in itertools.combinations(xs, 2))


def lists_filled_together(x, n):
    squares, cubes = [], []
    for i in range(n):
        for values, v in zip((squares, cubes), (x * x * i, x ** 3)):
            values.append(v)
        squares[0] = squares[0] * cubes[-1] + x
    return sum(squares) * squares[1] + cubes[2]


def arrays_changed_together(x):
    u, w = np.zeros(3), np.ones(3)
    both = (u, w)
    for k in range(3):
        for f in both:
            f[k] += x * (k + 1)
        w *= u + 1.0
    both[0][1] *= both[1][2]
    return np.sum(u * w)


def arguments_changed_together(p, q):
    for f in (p, q):
        f[1:] *= f[:-1]
        f[0] = f[-1] * p[1]
    q[0] = p[2]
    return p * q


def insertion_sort_of_positions(b, keys):
    keys = list(keys)
    order = np.arange(len(keys))
    for i in range(len(keys)):
        j = i
        while j > 0:
            if keys[j - 1] <= keys[j]:
                break
            keys[j - 1], keys[j] = keys[j], keys[j - 1]
            order[j - 1], order[j] = order[j], order[j - 1]
            j -= 1
    t = 0.0
    for i in range(len(keys)):
        t += b[order[i]] * (i + 1) * t + b[order[i]]
    return t


def swap(p, i, j):
    p[i], p[j] = p[j], p[i]


def positions_that_move(b, n):
    positions = list(range(n))
    state = {"at": 0}
    t = 1.0
    for k in range(n):
        t = t * b[positions[0]] + b[positions[k]]
        positions[k], positions[0] = positions[0], positions[k]
        state["at"], last = k, positions[0]
        t = t * b[state["at"]] * b[last]
        swap(positions, 0, n - 1)
    return t, [b[p] for p in positions]


def lists_times_arrays(x, a):
    return np.sum([x, x * x] * a)


def regularized(params, rate):
    moments = {k: np.zeros_like(v) for k, v in params.items()}
    for k in params:
        moments[k] = 0.9 * moments[k] + params[k] * rate
    return squared(params) + sum(m.sum() for m in moments.values())


def squared(params):
    return sum(np.sum(params[k] ** 2) for k in params)


def stepped_together(params, grads, rate):
    for p, g in zip(params, grads):
        params[p] = params[p] - rate * grads[g]
    return params


def items_in_order(d):
    total = 0.0
    for n, (key, value) in enumerate(sorted(d.items(), key=itemgetter(0))):
        total += np.sum(np.sin(value)) * (n + len(key))
    for _, value in sorted(d.items()):
        total *= np.sum(value)
    return total


def rest_of_an_iterator(x, ks):
    values = iter(ks)
    first = next(values)
    for v in values:
        x = x * x * v + first
    return x


def products_of_products(m, p):
    total = 0.0
    for (x, y), z in itertools.product(itertools.product(m[0], m[1]), m[2]):
        total += x * y * np.sin(z * p)
    return total


def pairs_of_a_product(m, p):
    total = 0.0
    for (x, y), (z, w) in itertools.combinations(itertools.product(m[0], m[1]), 2):
        total += x * w * np.sin(y * z * p)
    return total


def entries_by_a_product_of_positions(m, p):
    total = 0.0
    for (i, j), k in itertools.product(itertools.product(range(len(m)), repeat=2), (1, 2)):
        total += np.cos(m[i, j] * p) * k
    return total


def cheapest_path(cost):
    """Positions are pairs of integers, so elements are numbers, which a list may hold while others are written."""
    rows, columns = cost.shape
    total = np.full((rows, columns), np.inf)
    total[0, 0] = cost[0, 0]
    for i, j in itertools.product(range(rows), range(columns)):
        before = []
        if i:
            before.append(total[i - 1, j])
        if j:
            before.append(total[i, j - 1])
        if before:
            total[i, j] = cost[i, j] + min(before)
    return total[-1, -1]


def by_pairs_of_positions(c):
    table = np.ones((3, 3))
    for i, j in itertools.product(range(3), repeat=2):
        table[i, j] = c[i, j] * table[i - 1, j - 1] + 0.3
    for i, j in np.ndindex(3, 3):
        table[i, j] += c[i, j] * table[j, i]
    for i, j in itertools.combinations(range(3), 2):
        table[i, j] *= table[j, i]
    for i, j in itertools.pairwise(list(range(3))[::-1]):
        table[i, j] += c[i, j] ** 2
    for place in np.ndindex(table.shape):
        table[place] *= c[place]
    return np.sum(table ** 2)


def inserted_in_order(xs, keys):
    ordered, pairs = [], []
    for x, k in zip(xs, keys):
        bisect.insort(ordered, x)
        bisect.insort_left(pairs, (k, x), key=lambda pair: -pair[0])
    return sum(i * v for i, v in enumerate(ordered)) + sum(i * v * v for i, (_, v) in enumerate(pairs))


def running_median(xs, n):
    window = sorted(xs[:n])
    out = [window[n // 2]]
    for i in range(n, len(xs)):
        window.remove(xs[i - n])
        bisect.insort(window, xs[i])
        out.append(window[n // 2])
    return sum(v * v for v in out)


def slices_given_to_functions(xs):
    return math.prod(itertools.islice(xs, 2)) + math.fsum(itertools.islice(xs, 0, None, 2))


def rows_of_what_grows(m, c):
    for row in m:
        m += row
    return np.sum(m * m) * c


def rows_beside_what_grows(m, c):
    for row, other in zip(m, m[1:]):
        m += row * other
    return np.sum(m) * c


def row_of_what_is_scaled(m, c):
    for a in m[0]:
        m *= 1.0 + a
    return np.sum(m) * c


def list_added_to(xs, c):
    total = 0.0
    for v in xs:
        total += v
        if len(xs) < 6:
            xs += [v * c]
    return total


def conjugate_of_a_number(z, p):
    c = p + 0.4j
    return (z * c.conjugate()).real


GROWING = np.array([[0.3, 0.7, -0.4], [0.9, -0.2, 0.6]])
def turned_and_added_to(x, y):
    pool = [x, y]
    for i in range(2):
        pool = pool[1:] + pool[:1]
        pool[0] = pool[0] * pool[1]
        pool += [pool[0] + i]
    return sum(np.sum(p) * (i + 1) for i, p in enumerate(pool))


CASES = [
    Case(turned_and_added_to, (np.array([0.4, 0.6]), np.array([0.8, 1.2])), ("x", "y")),
    Case(inserted_in_order, ([0.3, 0.5, 0.4], [2, 3, 1]), ("xs",)),
    Case(running_median, ([0.3, 0.5, 0.4, 0.9, 0.1], 3), ("xs",)),
    Case(slices_given_to_functions, ([0.3, 0.5, 0.4, 0.9],), ("xs",)),
    *(Case(f, (GROWING, 0.4), wrt) for f in (rows_of_what_grows, rows_beside_what_grows, row_of_what_is_scaled)
      for wrt in (("m", "c"), ("c",), ("m",))),
    Case(list_added_to, ([0.3, 0.4], 0.7), ("xs", "c")),
    Case(conjugate_of_a_number, (0.3 + 0.4j, 0.7), ("z", "p")),
    Case(rest_of_an_iterator, (1.1, [1.0, 2.0, 0.5]), ("x",)),
    Case(items_in_order, ({"b": np.array([0.3, 0.5]), "a": np.array([1.1])},), ("d",)),
    Case(regularized, ({"w": np.array([[0.3, 0.5]]), "b": np.array([0.2])}, 0.1), ("params", "rate")),
    Case(stepped_together, ({"w": 0.3, "b": 0.7}, {"w": 0.2, "b": 0.5}, 0.1), ("params", "grads", "rate")),
    Case(dicts_from_pairs, (["a", "b"], [0.5, 0.7]), ("values",)),
    Case(merged_dicts, ({"a": 0.3, "b": 0.4}, {"b": 0.5, "c": 0.6}), ("p", "q"), smoke=True),
    Case(entries_taken_out, ({"a": 0.3, "b": 0.4, "c": 0.5}, ["b", "a"]), ("d",)),
    Case(groups_by_label, ([0.5, 0.6, 0.7], ("u", "v", "u")), ("values",)),
    Case(visited_once, ([0.5, 0.6, 0.7], [1, 1, 2]), ("xs",)),
    Case(rotated_queue, ([0.5, 0.6, 0.7],), ("xs",)),
    Case(bounded_queues, ([0.5, 0.6, 0.7, 0.8], 2), ("xs",)),
    Case(list_with_slices, ([0.5, 0.6, 0.7, 0.8],), ("xs",)),
    Case(growing_worklist, (0.7,), ("x",)),
    Case(popped_in_a_loop, ([0.5, 0.6, 0.7],), ("xs",)),
    Case(positions_from_lengths, ([0.5, 0.3, 0.2],), ("xs",)),
    Case(extremes, ([0.4, -0.9, 0.1], {"a": 0.4, "b": 0.9}), ("xs", "table"), smoke=True),
    Case(orders, ([0.4, 0.9, 0.1],), ("xs",)),
    Case(columns, ([[0.1, 0.2], [0.3, 0.4]], [0.7, 0.6]), ("rows", "a")),
    Case(accumulated, ([0.5, 0.6, 0.7],), ("xs",)),
    Case(sliced_and_chained, ([[0.5], [0.6, 0.7]], [0.2, 0.4, 0.8]), ("rows", "xs")),
    Case(padded_pairs, ([0.5, 0.6, 0.7], [0.2]), ("a", "b")),
    Case(runs_of_keys, ([0.5, 0.6, 0.7], ("a", "a", "b"), [("a", 0.5), ("a", 0.6), ("b", 0.7)]), ("xs", "records")),
    Case(endless, ([0.5, 0.6, 0.7],), ("xs",)),
    Case(filtered, ([0.5, 0.6, 0.7],), ("xs",)),
    Case(combined, ([0.5, 0.6, 0.7],), ("xs",)),
    Case(insertion_sort_of_positions, (np.array([0.3, 0.5, 0.9, 0.2]), [3, 1, 2, 0]), ("b",)),
    Case(positions_that_move, (np.array([0.3, 0.5, 0.9, 0.2]), 4), ("b",)),
    Case(lists_times_arrays, (0.3, np.array([0.2, 0.4])), ("x", "a")),
    Case(lists_filled_together, (1.3, 4), ("x",)),
    Case(arrays_changed_together, (1.3,), ("x",)),
    Case(arguments_changed_together, (np.array([0.3, 0.5, 1.0]), np.array([0.7, 0.2, 0.4])), ("p", "q")),
    *(Case(f, (np.array([[0.3, 0.5], [1.0, 0.7], [0.2, 0.4]]), 0.9), ("m", "p")) for f in (products_of_products, pairs_of_a_product)),
    Case(entries_by_a_product_of_positions, (np.array([[0.3, 0.5], [1.0, 0.7]]), 0.9), ("m", "p")),
    Case(cheapest_path, (np.array([[0.3, 1.4, 0.7], [0.9, 0.2, 1.1]]),), ("cost",)),
    Case(by_pairs_of_positions, (np.array([[0.3, 1.4, 0.7], [0.9, 0.2, 1.1], [0.5, 0.8, 1.3]]),), ("c",), smoke=True),
]
