"""Variables that stand for several arrays by turns, one of which is changed in place; lists and tuples that carry such arrays."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(67)
A, B = rng.normal(size=6), rng.normal(size=6)
M, N = rng.normal(size=(4, 4)), rng.normal(size=(4, 4))
W = np.arange(1.0, 7.0)
GRID = np.arange(16.0).reshape(4, 4)


def taken_under_a_condition(a, b, p, flag):
    x = a * 2
    y = b * 3
    if flag:
        x = y
    x[1] = p
    return np.sum(x * y * a)


def either_way(a, b, p):
    return taken_under_a_condition(a, b, p, True) + 2 * taken_under_a_condition(a, b, p, False) + 3 * parameter_bound_to_another(
        a * 1.0, b * 1.0, p, False) + in_place_or_not(a * 1.0, b, p, True)


def chosen_parameter(a, b, p, n):
    big = a if n > 3 else b
    big[0] = p * big[1]
    return np.sum(a * b * 2)


def parameter_bound_to_another(a, b, p, flag):
    if flag:
        a = b
    a[0] = p * a[1]
    return np.sum(a * b)


def two_buffers(u0, n):
    u, v = u0.copy(), np.zeros_like(u0)
    now = u
    for _ in range(n):
        then = v if now is u else u
        then[1:-1] = 0.5 * (now[2:] + now[:-2]) * now[1:-1]
        then[0], then[-1] = now[0], now[-1]
        now = then
    return np.sum(now ** 2) + u[2]


def linear_in_two_buffers(u0, n):
    u, v = u0.copy(), u0.copy()
    now = u
    for _ in range(n):
        then = v if now is u else u
        then[1:-1] = 0.5 * (now[2:] + now[:-2])
        now = then
    return np.sum(now * W) + u[2] + 3 * v[3]


def buffers_in_a_list(u0, n):
    u, v = u0.copy(), np.zeros_like(u0)
    both = [u, v]
    for t in range(n):
        old = both[t % 2]
        new = both[(t + 1) % 2]
        new[1:-1] = old[1:-1] + 0.1 * (old[2:] - 2 * old[1:-1] + old[:-2]) * old[1:-1]
    return np.sum(u ** 2) + np.sum(v)


def exchanged_while_it_pays(a, b, n):
    x, y = a.copy(), b.copy()
    for _ in range(n):
        if x[0] > y[0]:
            x, y = y, x
        x[1:] = x[1:] * y[:-1]
        y[0] += x[1]
    return np.sum(x - 2 * y)


def sorted_into_two(a, b, n):
    above, below = np.zeros(6), np.zeros(6)
    for i in range(n):
        where = above if a[i] > 0 else below
        where[i] += a[i] * b[i]
        where[5] += b[i] ** 2
    return np.sum(above * a) - np.sum(below * b)


def scaled_in_turn(a, b, n):
    x, y = a.copy(), b.copy()
    source, goal = x, y
    while n > 0:
        goal[:-1] *= source[1:] * 0.3
        source, goal = goal, source
        n -= 1
    return np.sum(source * x) + np.sum(goal)


def alias_dropped(a, b, n):
    z = a * 2
    w = z
    for i in range(n):
        w[i] = b[i] * w[i + 1]
        if i == 1:
            w = b * 3
    return np.sum(z * w)


def made_anew_in_one_branch(a, b, n):
    x, y = a * 1.0, b * 1.0
    for i in range(n):
        if i % 2:
            x = y
        else:
            x = x * y + 0.1
        x[i] = np.sin(x[1])
    return np.sum(x * y)


def in_place_or_not(a, b, p, inplace=False):
    x = a if inplace else a.copy()
    x[2:] = x[2:] * p * b[2:]
    return np.sum(x ** 2 * a)


def filled_for_the_caller(x, out=None):
    if out is None:
        out = np.empty(len(x))
    out[:] = np.sin(x)
    out[0] = x[0] * x[1]
    return out


def given_out(a, b):
    filled_for_the_caller(a, b)
    t = filled_for_the_caller(a)
    return np.sum(b ** 2 * a) + np.sum(t * W)


class Pair:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def add(self, k, v):
        target = self.a if k else self.b
        target += v
        return target


def attribute_of_choice(a, b, k):
    pair = Pair(a * 2, b * 3)
    t = pair.add(k, a * b)
    pair.add(0, a)
    return np.sum(pair.a * pair.b * t)


def row_or_column(m, n, k):
    x = m[0] if k else n[:, 1]
    x[2] = x[0] * x[1]
    return np.sum(m * n)


def turned_views(m, b, n):
    x = m.copy()
    y = x.T if n > 1 else x
    y[0] = b[:4] * y[1]
    y = y[::-1]
    y[0, 1:] += b[0]
    return np.sum(y * GRID)


def rows_and_columns(m, b, n):
    x = m.copy()
    r = x[0]
    for i in range(n):
        r[1:] = r[:-1] * b[:3]
        r = x[:, i]
    r[0] = 7 * b[0]
    return np.sum(x * GRID)


def halves_by_turns(a, b, n):
    left, right = a[:3], a[3:]
    s = left
    for i in range(n):
        s[i] = b[i] * s[i]
        s = right if s is left else left
    return np.sum(a ** 2)


def window_moved(a, b, n):
    x, y = a * 1.0, b * b
    for i in range(n):
        w = x[1:]
        if i == 1:
            w = y[:-1]
        w *= 1.5 * w[0]
        x[0] += w[1] * y[0]
    return np.sum(x * y)


def parts_in_a_tuple(a, b):
    for part in (a[:3], a[3:], b[1:4]):
        part *= np.sum(part)
    return np.sum(a * b)


def rows_in_a_list(m, a):
    rows = [m[0], m[2]]
    for r in rows:
        r[1] = a[0] * r[0]
    return np.sum(m ** 2)


def kept_and_changed(a, b, n):
    history = []
    x = a.copy()
    for i in range(n):
        history.append(x)
        x = x * b
        x[i] += 1.0
    last = history[-1]
    last[0] = b[0]
    return sum(np.sum(h ** 2) for h in history) + np.sum(x)


def written_where_it_is_chosen(a, b, k):
    goal = a[1:4] if k else b[:3]
    np.multiply(a[:3], b[3:], out=goal)
    return np.sum(a * b)


def positions_that_repeat(a, b, n):
    idx = np.array([0, 2, 2])
    x, y = a * 1.0, b * 1.0
    if n > 1:
        x = y
    np.add.at(x, idx, b[:3])
    x[idx] *= 2.0
    x[x > 0.1] = 0.3 * y[0]
    return np.sum(x * a) + np.sum(y * W)


def left_early(a, b, n):
    x, y = a * 1.0, b * 1.0
    for i in range(5):
        t = x if i % 2 else y
        t[i] = t[i + 1] * a[i]
        if i == n:
            break
        if i == 1:
            continue
        x, y = y, x
    return np.sum(x * W) + np.sum(y ** 2)


def stepped(s, d):
    d[1:] = s[:-1] * d[1:]
    return d


def exchanged_by_a_function(a, b, n):
    x, y = a * 1.0, b * 1.0
    now = x
    for _ in range(n):
        now = stepped(now, y if now is x else x)
    return np.sum(now * W)


def folded(x, y, n):
    z = x
    if n % 2:
        z = y
    z[n] *= x[0]
    if n > 0:
        w = folded(x, z * 1.0, n - 1)
        z[0] += np.sum(w)
    return z * 1.0


def in_a_function_that_calls_itself(a, b):
    t = folded(a, b, 3)
    return np.sum(a * b) + np.sum(t ** 2)


def rows_given_to_it(m, n):
    x = m * 2
    t = folded(x[0], n[:, 1], 2)
    return np.sum(x * n * GRID) + np.sum(t)


def without_axes(a, b, n):
    x, y = np.zeros(()), np.zeros(())
    z = x if n > 3 else y
    z[...] = a[0] * b[1]
    z += a[1]
    return x + 2.0 * y + np.sum(a)


def other_name_in_the_midst_of_a_loop(a, b):
    u = a * 1.0
    w = b * 2.0
    for k in range(3):
        u += (w @ a) * 0.2
        s = 0.5 * u[k]
        u = w
        u[-1] = s
    return np.sum(u * W) + np.sum(w)


def multiplied_by_itself(a, b, k):
    x = a * 1.0
    y = x if k else b
    x *= y
    y[1:] *= x[:-1]
    xs = [x, y, x]
    for i in range(3):
        u = xs[i]
        v = xs[i - 1]
        u *= v
    return np.sum(x * W) + 3 * np.sum(y ** 2)


class Cell:
    def __init__(self, v):
        self.v = v


def objects_by_turns(a, b):
    u, w = Cell(a), Cell(b * 2.0)
    cells = [u, w]
    for _ in range(3):
        u.v = u.v + w.v * a
        s = 0.5 * u.v
        u = w
        u.v = s * u.v
        cells.append(u)
    return np.sum(u.v) + np.sum(cells[0].v) + np.sum(cells[1].v * 3)


def _cases():
    programs = [
        (taken_under_a_condition, (A, B, 0.3, True)), (either_way, (A, B, 0.3)), (chosen_parameter, (A, B, 0.3, 5)),
        (parameter_bound_to_another, (A, B, 0.3, True)), (two_buffers, (A, 5)),
        (linear_in_two_buffers, (A, 4)), (buffers_in_a_list, (A, 5)), (exchanged_while_it_pays, (A, B, 5)),
        (sorted_into_two, (A, B, 5)), (scaled_in_turn, (A, B, 3)), (alias_dropped, (A, B, 3)), (made_anew_in_one_branch, (A, B, 4)),
        (in_place_or_not, (A, B, 0.2)), (given_out, (A, B)), (attribute_of_choice, (A, B, 1)),
        (row_or_column, (M, N, 1)), (turned_views, (M, B, 2)), (rows_and_columns, (M, B, 3)),
        (halves_by_turns, (A, B, 3)), (window_moved, (A, B, 3)), (parts_in_a_tuple, (A, B)), (rows_in_a_list, (M, A)),
        (kept_and_changed, (A, B, 4)), (written_where_it_is_chosen, (A, B, 1)), (positions_that_repeat, (A, B, 2)),
        (left_early, (A, B, 3)), (exchanged_by_a_function, (A, B, 3)), (in_a_function_that_calls_itself, (A, B)),
        (rows_given_to_it, (M, N)), (without_axes, (A, B, 2)),
        (other_name_in_the_midst_of_a_loop, (A, B)), (objects_by_turns, (A, B)),
        (multiplied_by_itself, (A, B, 1))]
    found = []
    for function, arguments in programs:
        names = function.__code__.co_varnames[:function.__code__.co_argcount]
        varied = tuple(n for n, x in zip(names, arguments) if isinstance(x, (np.ndarray, float)))
        for wrt in (varied, *((n,) for n in varied)) if len(varied) > 1 else (varied,):
            found.append(Case(function, arguments, wrt, constant=(function, wrt) in (
                (parameter_bound_to_another, ("a",)), (made_anew_in_one_branch, ("a",)), (given_out, ("b",)), (multiplied_by_itself, ("b",)))))
    return found


CASES = _cases()
