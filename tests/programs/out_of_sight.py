"""What calls change where it does not show: nested functions, bound methods, callbacks; with each parameter alone, too.

Where only one parameter is differentiated, most of what happens here does not vary: the backward sweep still has to find what
was there before.
"""
import functools

import numpy as np

from programs.harness import Case


class Box:
    def __init__(self, s):
        self.s = s
        self.v = [s, 2.0 * s]

    def step(self):
        self.s *= 0.5
        self.v[0] *= 0.5


class Simulation:
    def __init__(self, a):
        self.a = a
        self.hooks = []

    def halve(self):
        self.a = 0.5 * self.a

    def run(self):
        for hook in self.hooks:
            hook()


def relax(v):
    v[0] *= 0.5


def relax_by_a_nested_function(v):
    def inner():
        v[0] *= 0.5
    inner()


def relaxer(v):
    def inner():
        v[0] *= 0.5
    return inner


def applied(f, v):
    return f(v)


def called(f):
    f()


def rebound_by_a_nested_function(p, r):
    t = p * r

    def half():
        nonlocal p
        p = p * 0.5
    half()
    return t * p


def argument_that_is_rebound(p, r):
    n = p * r

    def step(u):
        nonlocal n
        n = n * p
        return u * n
    return step(n) + n * r


def rebound_by_what_is_called(p, r):
    n = p * r

    def step():
        nonlocal n
        n = n * p

    def twice(v):
        step()
        return v * n
    return twice(n) * r


def rebound_in_a_loop(p, r):
    def tick():
        nonlocal p
        p = p * 0.5
    t = 1.0
    while p > 0.1:
        t = t * p * r
        tick()
    return t


def condition_that_a_call_turns(p, r):
    flag = True

    def toggle():
        nonlocal flag
        flag = not flag
    t = r * p
    for _ in range(4):
        if flag:
            t = t * r
        toggle()
    return t


def counted_calls(p, r):
    count = 0

    def visit(x):
        nonlocal count
        count += 1
        return x * r
    s = 0.0
    for _ in range(3):
        s = s * count + visit(p)
    return s * count


def functions_on_a_list(p, r):
    def tick():
        nonlocal p
        p = p * 0.5
    t = p * r
    for f in [tick, tick]:
        f()
        t = t * p * r
    called(tick)
    return t * p


def array_that_a_nested_function_writes(x, r):
    t = x * r

    def reset():
        x[0] = 3.0
    reset()
    return np.sum(t * x)


def array_of_the_caller(x, r):
    def write(u):
        x[0] = x[0] * 0.7 + u
        return u
    return write(r) * x[1]


def entry_that_a_nested_function_scales(d, r):
    t = r * d["u"]

    def scale():
        d["u"] *= 0.5
    scale()
    return t * r * d["u"]


def bound_method(p, r):
    box = Box(p)
    t = box.s * r * box.v[0]
    step = box.step
    step()
    called(box.step)
    return t * box.s


def bound_method_of_a_list(x, r):
    xs = [1.0, 2.0]
    put = xs.append
    t = xs[-1] * r
    put(3.0)
    for v in xs:
        t = t * v * r
    return t * xs[-1] * x[0]


def partial_application(x, r):
    x = x * 1.0
    half = functools.partial(relax, x)
    t = np.sum(x) * r
    half()
    return t * np.sum(x * r)


def function_over_rows(x, r):
    rows = [x * 1.0, x * 2.0]
    t = np.sum(rows[0]) * r
    list(map(relax, rows))
    return t * np.sum(rows[1] * r)


def function_passed_on(x, r):
    x = x * 1.0
    t = np.sum(x) * r
    applied(relax, x)
    relax_by_a_nested_function(x)
    (lambda: relax(x))()
    return t * np.sum(x * r)


def function_made_for_an_array(x, r):
    x = x * 1.0
    t = np.sum(x) * r
    half = relaxer(x)
    half()
    return t * np.sum(x * r)


def callbacks_of_an_object(x, r):
    simulation = Simulation(x * 1.0)
    t = np.sum(simulation.a) * r
    simulation.hooks.append(simulation.halve)
    for hook in simulation.hooks:
        hook()
    return t * np.sum(simulation.a * r)


def collected(f, v):
    f(v)
    f(v * v)


def appended_by_what_is_passed_on(x, r):
    xs = [r]
    collected(xs.append, x[0])
    for put in [xs.append, xs.append]:
        put(r * x[1])
    return sum(xs)


def block(m):
    return m[1:3, 1:]


def what_a_function_gives_is_written(m, r):
    m = m * 1.0
    for k in range(3, 0, -1):
        block(m)[1, 1] = r * k
        if r < 1.0:
            block(m)[0, 0] *= r
    return np.sum(m ** 2)


def loop_that_assigns_to_a_part(m, r):
    m = m * 1.0
    for block(m)[0, 0] in [r, r * r]:
        m *= 1.1
    return np.sum(m ** 2)


X, M, D = np.array([0.3, 0.5, -0.4, 0.7]), np.arange(16.0).reshape(4, 4) * 0.1 - 0.7, {"u": 0.37, "w": -0.63}
_PROGRAMS = [
    (0.7, (rebound_by_a_nested_function, argument_that_is_rebound, rebound_by_what_is_called, rebound_in_a_loop,
           condition_that_a_call_turns, counted_calls, functions_on_a_list, bound_method)),
    (X, (array_that_a_nested_function_writes, array_of_the_caller, bound_method_of_a_list, partial_application,
         function_over_rows, function_passed_on, function_made_for_an_array, appended_by_what_is_passed_on)),
    (M, (what_a_function_gives_is_written, loop_that_assigns_to_a_part)),
    (D, (entry_that_a_nested_function_scales,)),
]
CASES = [Case(f, (given, 0.6), wrt) for given, programs in _PROGRAMS for f in programs
         for names in [f.__code__.co_varnames[:2]] for wrt in (names, names[:1], names[1:])]
CASES += [Case(callbacks_of_an_object, (X, 0.6), ("r",))]
