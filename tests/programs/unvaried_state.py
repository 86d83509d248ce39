"""What does not vary and changes all the same, and is read by derivatives: queues, rings of names, clocks, counters."""
from __future__ import annotations

import bisect
import heapq
import random
from collections import defaultdict, deque

import numpy as np

from programs.harness import Case


def ring(rows, w):
    s = 0.0
    for k in range(3):
        for r, q in zip(rows, w):
            s += r * q * (k + 1)
        rows.append(rows.pop(0))
    return s


def taken_into_a_place(rows, w):
    s = w
    for _ in range(2):
        for r in rows:
            s += r * w * s
        rows[0] = rows.pop()
    return s * w


def taken_in_a_calculation(rows, w):
    s = w
    for _ in range(2):
        for r in rows:
            s += r * s + w
        t = rows.pop() + 1.0
        s += t
    return s * w


def taken_in_a_condition(rows, w):
    s = w
    while len(rows) > 1 and rows.pop() > 0.35:
        for r in rows:
            s += r * w * s
        if rows.pop(0) < 0.9:
            s += w * s
    return s * w


def taken_two_at_a_time(rows, w):
    s = w
    for _ in range(2):
        s += s * rows[0] * w
        rows.extend([rows.pop(0), rows.pop(0)])
    while len(rows) > 1:
        s += s * rows[-1] * w
        rows.append(rows.pop() + rows.pop())
    return s * w


def taken_by_a_computed_position(rows, w):
    s = w
    ks = list(range(3))
    while ks:
        s += s * rows[ks[-1]] * w
        for j in ks:
            s += rows[j] * w * s
        ks.pop(ks.index(max(ks)))
    return s * w


def sorted_and_removed(rows, w):
    s = w
    ks = [2, 0, 1]
    for _ in range(2):
        s += s * rows[ks[0]] * w
        ks.append(ks.pop(0))
        ks.sort()
        ks.remove(ks[1])
    return s * w


def sets_of_keys(rows, w):
    s = w
    keys, seen = {2, 0, 1}, set()
    while keys:
        s += s * rows[sum(keys) % 3] * w * len(keys) + len(seen) * w
        k = keys.pop()
        seen.add(k % 2)
    return s * w


def entry_that_may_be_missing(table, w):
    s = w
    for _ in range(3):
        for k in table:
            s += table[k] * w * s
        t = table.pop("z", 2.0)
        s += t * w
    table["a"] = table.pop("b")
    return s * table["a"]


def window(xs, w):
    s = w
    last = deque(xs, maxlen=3)
    for k in range(3):
        for r in last:
            s += r * w * s
        last.append(0.1 * k)
    return s * w


def agenda(rows, w):
    todo = [(2, 1), (1, 0), (5, 2)]
    heapq.heapify(todo)
    s = w
    while todo:
        s += s * w * len(todo) + todo[0][0] * w
        t, k = heapq.heappop(todo)
        if t < 5:
            heapq.heappush(todo, (t + 3, k))
        s += s * rows[k]
    return s * w


def flood(grid, w):
    s = w
    todo = [(0, 0)]
    seen = set()
    while todo:
        i, j = todo.pop()
        if (i, j) in seen:
            continue
        seen.add((i, j))
        s = s + s * w * grid[i][j] * len(todo) + w * len(seen)
        for di, dj in ((0, 1), (1, 0)):
            if i + di < 2 and j + dj < 2:
                todo.append((i + di, j + dj))
    return s


class Clock:
    def __init__(self):
        self.t = 0.5
        self.log = [1.0]

    def tick(self):
        self.t += 0.25
        self.log.append(self.t)
        return self.t

    def turn(self):
        self.log.append(self.log.pop(0) + 1.0)
        return len(self.log)


def clock_made_here(w):
    s = w
    clock = Clock()
    for _ in range(3):
        s += w * clock.t * s * clock.log[-1]
        clock.tick()
        s += w * clock.log[0] * clock.turn()
    return s * w


def clock_given(w, clock):
    s = w
    for _ in range(3):
        s += w * clock.t * s * clock.log[-1]
        if clock.tick() > 1.0:
            s += w * s
    while clock.tick() < 2.0:
        s += w * clock.t * s * clock.log[-1]
    return s * w


def turned(ring):
    ring.append(ring.pop(0))
    return ring[0]


def changed_by_functions(w):
    s = w
    count, ring = {"n": 1}, [0.1, 0.2, 0.3]
    total = 1

    def bump():
        nonlocal total
        total += 1
        count["n"] += 1
        return count["n"]

    for _ in range(2):
        s += w * count["n"] * s * total * ring[0]
        s += w * bump() * s
        if turned(ring) > 0.15:
            s += w * s
    return s * w


class Schedule:
    def __init__(self, base, decay):
        self.base = base
        self.decay = decay
        self.n = 0

    def step(self):
        self.n += 1

    @property
    def rate(self):
        return self.base * self.decay ** self.n


def two_schedules(w, base, decay):
    given, own = Schedule(0.1, 0.9), Schedule(base, decay)
    for _ in range(3):
        g = 2 * w - np.sin(w)
        w = w - given.rate * g - own.rate * g * w
        given.step()
        own.step()
    return np.sum(w ** 2)


def counted_in_a_condition(w):
    k = 0
    while (k := k + 1) < 3:
        pass
    return w * w * k


def positions_of_keys(table, x):
    s = 0.0
    for i, k in enumerate(table):
        s += table[k] * (i + 1) * x * k
    return s


def shuffled(xs, w):
    order, names = np.arange(3), [0, 1, 2]
    rng, other = np.random.default_rng(0), random.Random(0)
    s = w
    for _ in range(3):
        s = s + s * w * xs[order[0]] * 0.1 + w * xs[names[0]]
        rng.shuffle(order)
        other.shuffle(names)
    return s


def changed_by_other_statements(xs, w):
    keys, left, ring = [1, 2], [0, 1, 2], [1]
    lists = defaultdict(list)
    stacks = [[0, 1], [2, 1]]
    push = ring.append
    s = w
    for k in (0, 2):
        s = s + s * w * xs[keys[0]] * len(keys) + w * xs[left[0]] + s * w * sum(lists[0]) * ring[-1]
        s = s + w * s * xs[stacks[0][-1]] * len(stacks[1])
        bisect.insort(keys, k)
        del left[0]
        left[1:] = [2]
        left += [1]
        lists[k].append(k + 1)
        lists.setdefault(0, []).append(2)
        stacks[1].append(stacks[0].pop())
        push(k + 3)
    return s


class Cell:
    def __init__(self):
        self.counts = np.zeros(2, int)

    def __call__(self, k):
        self.counts[0] += k
        return self.counts[0]

    def give(self, other):
        other.append(self.counts[0])


def called_objects(xs, w):
    cell, others, table, log = Cell(), [Cell(), Cell()], {"c": Cell()}, [1]
    s = w
    for k in range(2):
        s = s + s * w * cell.counts[0] * xs[k] + w * table["c"].counts[0] * s + log[-1] * w
        cell(k + 1)
        table["c"](k + 2)
        cell.give(log)
        for c in others:
            s = s + s * w * c.counts[0] * xs[k]
            c(k + 1)
    return s


def parts_of_a_table(x, k):
    table, lists = {"a": Cell(), "b": Cell()}, {"a": [0], "b": [0]}
    for name in ("a", "b", "a"):
        cell, count = table[name], lists[name]
        cell.counts[0] = cell.counts[0] + 1
        count[0] = count[0] + 1
        table[name](2)
        x = x + k * x * table["a"].counts[0] + lists["b"][0] * x * x * 0.1
    return x


ROWS = [0.3, 0.4, 0.5]
def masks_that_change(x, w):
    z = w * x
    chosen = np.array([True, True, False, False])
    y = z[chosen] * 2.0
    np.logical_not(chosen, out=chosen)
    return np.sum(y ** 2) + np.sum(z[chosen] ** 3)


def escaping(x, w):
    z = np.zeros(len(x))
    k = 0.5 * x
    for _ in range(3):
        if not len(z):
            break
        np.multiply(z, z, z)
        np.add(z, w * k, z)
        left = abs(z) > 0.1
        np.logical_not(left, left)
        left = ~left
        z = z[left]
        k = k[left]
    return np.sum(z ** 2)


def filtered_by_turns(x, masks):
    z = 1.0 * x
    for k in range(2):
        z *= x
        z[0] += 1.0
        mask = masks[k]
        z = z[mask]
        x = x[mask]
    return np.sum(z ** 2)


def worst_first(points, values):
    order = values.argsort()
    for _ in range(2):
        worst = order[2]
        for i in order[1:]:
            points[i] = points[0] + 0.5 * (points[i] - points[0])
        order[1:] = values[order[1:]].argsort() + 1
        for i, j in enumerate(order):
            if values[worst] < values[j]:
                order[i + 1:] = order[i:-1]
                order[i] = worst
                break
    return np.sum(points[order[0]] * points[order[1]])


def places_in_a_tuple(x, w):
    distances = np.abs(w * x[:4, None] - x[None, 4:])
    total = 0.0
    for k in range(3):
        places = (np.arange(3), np.argmin(distances, axis=1)[:3])
        near = distances[places]
        there = np.where(near != 0)
        total += np.mean(np.log(near[there]))
        distances[k] = 1.0
    return total


CASES = [
    Case(ring, (ROWS, [0.5, 0.6, 0.7]), ("w",)),
    Case(taken_into_a_place, (ROWS, 0.7), ("w",)),
    Case(taken_in_a_calculation, (ROWS, 0.7), ("w",)),
    Case(taken_in_a_condition, ([0.3, 0.8, 0.4, 0.5], 0.7), ("w",)),
    Case(taken_two_at_a_time, (ROWS, 0.7), ("w",)),
    Case(taken_by_a_computed_position, (ROWS, 0.7), ("rows", "w")),
    Case(sorted_and_removed, (ROWS, 0.7), ("rows", "w")),
    Case(sets_of_keys, (ROWS, 0.7), ("rows", "w")),
    Case(entry_that_may_be_missing, ({"a": 0.3, "b": 0.5, "z": 0.4}, 0.7), ("w",)),
    Case(window, (ROWS, 0.7), ("w",)),
    Case(agenda, (ROWS, 0.7), ("rows", "w")),
    Case(flood, ([[0.1, 0.2], [0.3, 0.4]], 0.7), ("grid", "w")),
    Case(clock_made_here, (0.7,), ("w",)),
    Case(clock_given, (0.7, Clock()), ("w",)),
    Case(changed_by_functions, (0.7,), ("w",)),
    Case(shuffled, (ROWS, 0.7), ("xs", "w")),
    Case(changed_by_other_statements, (ROWS, 0.7), ("xs", "w")),
    Case(called_objects, (ROWS, 0.7), ("xs", "w")),
    Case(parts_of_a_table, (0.7, 0.3), ("x", "k")),
    Case(two_schedules, (np.array([0.4, 0.9]), 0.1, 0.8), ("w", "base", "decay")),
    Case(counted_in_a_condition, (0.7,), ("w",)),
    Case(positions_of_keys, ({2: 0.3, 0: 0.5, 1: 0.7}, 0.7), ("table", "x")),
    Case(masks_that_change, (np.array([0.4, 0.9, -0.3, 0.7]), 0.8), ("x", "w")),
    Case(escaping, (np.array([0.4, 0.9, -0.3, 0.7]), 0.8), ("x", "w")),
    Case(filtered_by_turns, (np.array([0.4, 0.9, -0.3, 0.7]), [np.array([True, False, True, True]), np.array([False, True, True])]),
         ("x",)),
    Case(worst_first, (np.array([[0.4, 0.9], [-0.3, 0.7], [0.2, 0.5]]), np.array([0.8, 0.3, 0.6])), ("points",)),
    Case(places_in_a_tuple, (np.array([0.4, 0.9, -0.3, 0.7, 0.15, 0.33, 1.2, 0.62]), 0.8), ("x", "w")),
]
