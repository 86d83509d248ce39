"""Functions and methods that change what they belong to or are given, called where nobody sees which: right, or refused."""
import dataclasses
import functools

import numpy as np


class Box:
    def __init__(self, s):
        self.s = s

    def step(self):
        self.s = self.s * 0.5


class Keeper:
    def __init__(self, f):
        self.f = f

    def put(self, x):
        self.f(x)


class Simulation:
    def __init__(self, a):
        self.a = a
        self.hooks = []

    def on(self, hook):
        self.hooks.append(hook)

    def run(self):
        for hook in self.hooks:
            hook(self)


@dataclasses.dataclass
class Pair:
    x: float
    v: np.ndarray


def replaced(pair):
    other = dataclasses.replace(pair, x=pair.x * 2.0)
    pair.v[0] *= pair.x
    return other


def halve(v):
    v[0] *= 0.5


def stepped(box):
    box.step()


def all_called(functions):
    for f in functions:
        f()


def visited(f, n, x):
    if n > 0:
        f(x)
        visited(f, n - 1, x * 0.5)


def appended_through_an_attribute(x):
    xs = []
    keeper = Keeper(xs.append)
    keeper.put(x * x)
    return sum(xs) + x


def appended_by_a_recursive_function(x):
    xs = []
    visited(xs.append, 3, x)
    return sum(xs) + x


def stepped_by_what_is_passed_on(x):
    box = Box(x * x)
    all_called([box.step, box.step])
    return box.s


def stepped_by_an_element_of_a_list(x):
    box = Box(x * x)
    f = [box.step, print][int(x > 5.0)]
    f()
    return box.s


def stepped_by_one_of_two(x):
    box = Box(2.0)
    y = box.s * x
    for f in (stepped, Box.step):
        f(box)
        y = y * box.s * x
    return y


def halved_by_an_entry(x):
    a = np.array([1.0, 2.0])
    y = a[0] * x
    {"go": halve}["go"](a)
    return y * a[0] * x


def halved_by_elements(x):
    a, y = np.array([1.0, 2.0]), 1.0
    for f in [halve, halve]:
        y = y * np.sum(a) * x
        f(a)
    return y * np.sum(a * x)


def hook_that_changes_what_varies(x):
    simulation = Simulation(np.array([x, 2.0]))
    simulation.on(lambda s: halve(s.a))
    y = np.sum(simulation.a) * x
    simulation.run()
    return y * np.sum(simulation.a)


def hook_that_changes_what_does_not_vary(x):
    simulation = Simulation(np.array([1.0, 2.0]))

    def hook(s):
        s.a = s.a * 0.5
    simulation.on(hook)
    y = np.sum(simulation.a) * x
    simulation.run()
    return y * np.sum(simulation.a * x)


def replaced_with_a_part_that_changes(x, made=Pair):
    pair = replaced(made(x, np.array([x, 2.0])))
    return pair.x * np.sum(pair.v)


class Gain:
    def __init__(self, w):
        self.w = w
        self.seen = 0.0

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        self.seen = self.seen + x
        return x * self.w


class SquareGain(Gain):
    def forward(self, x):
        self.seen = self.seen + 2.0 * x
        return x * x * self.w


def replaced_by_another_class(x: float):
    layers = [Gain(x)]
    for _ in range(2):
        x = layers[-1](x)
        layers.append(SquareGain(2.0))
    return x * layers[0].seen


def first_element_of_another_class(x: float):
    layers = [Gain(x)]
    for _ in range(2):
        layer = layers[0]
        x = layer(x)
        layers[0] = SquareGain(x)
    return x


def attribute_of_another_class(x: float):
    box = Box(Gain(x))
    for _ in range(2):
        x = box.s(x)
        box.s = SquareGain(x)
    return x * box.s.seen


def make_counter(step):
    total = 0.0

    def tick(v):
        nonlocal total
        total += step * v
        return total

    return tick


def make_store():
    held = [0.0]

    def put(v):
        held[0] = held[0] + v

    def get():
        return held[0]

    return put, get


def make_sum():
    total = 0.0

    def put(v):
        nonlocal total
        total = total + v

    def get():
        return total

    return put, get


def counted_by_a_closure(x):
    tick = make_counter(2.0)
    tick(x)
    return tick(x * x)


def counted_by_one_of_a_list(x):
    ticks = [make_counter(2.0), make_counter(3.0)]
    ticks[0](x)
    return ticks[0](x) * ticks[1](2.0 * x)


def dropped_into_a_closure(x):
    tick = make_counter(2.0)
    tick(x)
    return tick(1.0) * x


def put_into_a_list_of_a_closure(x):
    put, get = make_store()
    for k in range(3):
        put(x * k)
    return get() * x


def put_into_a_variable_of_a_closure(x):
    put, get = make_sum()
    put(x)
    return get() * x


def make_functions():
    held = [0.0]

    def put(v):
        held[0] = held[0] + v

    def get():
        return held[0]

    return [put, get]


def put_by_an_element(x):
    fs = make_functions()
    fs[0](x)
    return fs[1]() * x


def put_before_the_other_has_a_name(x):
    fs = make_functions()
    put = fs[0]
    put(x)
    get = fs[1]
    return get() * x


def put_and_got_in_turn(x):
    fs, total = make_functions(), 0.0
    for _ in range(3):
        put = fs[0]
        put(x)
        get = fs[1]
        total = total + get() * x
    return total


def by_a_method_from_a_table(x):
    tank = Tank(x)
    for name in ("fill", "drain"):
        handler = {"fill": tank.fill, "drain": tank.drain}[name]
        handler(x * x)
    return tank.level


class Tank:
    def __init__(self, level):
        self.level = level

    def fill(self, amount):
        self.level += amount

    def drain(self, amount):
        self.level -= amount * self.level


def captured_and_bound_again(x):
    fs = []
    y = x
    y = 2.0 * y
    fs.append(lambda v: v * y)
    y = y * x
    return fs[0](x) * y


def captured_in_a_loop_and_bound_again(x):
    fs = []
    for k in range(3):
        y = x
        y = y * (k + 1.0)
        fs.append(lambda v: v * y)  # noqa: B023
    return fs[0](x) + fs[1](x)


def captured_and_bound_by_another(x):
    fs = []
    y = x
    y = 2.0 * y

    def grow():
        nonlocal y
        y = 3.0 * y

    fs.append(lambda v: v * y)
    grow()
    return fs[0](x)


def _growing(x, k):
    y = x
    y = y + 1.0

    def by(v):
        return v * y
    y = y * k
    return by


def captured_by_functions_of_calls(x):
    fs = []
    for k in range(3):
        fs.append(_growing(x, k))
    return fs[1](x) + fs[2](x)


def registered(x):
    table, held = {}, [x]

    def register(name, f):
        table[name] = f
        return f

    def first():
        held[0] = held[0] * x
        return held[0]

    by_name = register("first", first)
    return table["first"]() * held[0] + by_name()


def cached_that_grows(x):
    seen = []

    @functools.lru_cache
    def f(v):
        seen.append(v)
        return v * x
    return f(2.0) + f(2.0) * len(seen)


PROGRAMS = [
    captured_and_bound_again, captured_in_a_loop_and_bound_again, captured_and_bound_by_another, captured_by_functions_of_calls,
    registered, cached_that_grows,
    counted_by_a_closure, counted_by_one_of_a_list, dropped_into_a_closure, put_into_a_list_of_a_closure,
    put_into_a_variable_of_a_closure, put_by_an_element, put_before_the_other_has_a_name, put_and_got_in_turn,
    by_a_method_from_a_table,
    replaced_by_another_class, first_element_of_another_class, attribute_of_another_class, replaced_with_a_part_that_changes,
    appended_through_an_attribute, appended_by_a_recursive_function, stepped_by_what_is_passed_on,
    stepped_by_an_element_of_a_list, stepped_by_one_of_two, halved_by_an_entry, halved_by_elements,
    hook_that_changes_what_varies, hook_that_changes_what_does_not_vary]
