"""Functions and methods with effects that are kept for later, in lists, tables, objects, and under names that are computed, or
given to others; what they change may belong to a class."""
from collections.abc import Callable
from typing import Any


class Total:
    def __init__(self) -> None:
        self.value = 0.0

    def add(self, v: float) -> float:
        self.value = self.value + v
        return self.value

    def scale(self, v: float) -> float:
        self.value = self.value * v
        return self.value


class Bus:
    def __init__(self) -> None:
        self.listeners: dict[str, list[Any]] = {}

    def on(self, event: str, listener: Any) -> None:
        self.listeners.setdefault(event, []).append(listener)

    def emit(self, event: str, v: float) -> None:
        for listener in self.listeners.get(event, []):
            listener(v)


def methods_in_a_list(x: float) -> float:
    total, hooks = Total(), []
    hooks.append(total.add)
    for h in hooks:
        h(x * x)
    return total.value


def methods_and_lambdas_in_a_list(x: float) -> float:
    total, hooks = Total(), []
    hooks.append(total.add)
    hooks.append(lambda v: total.scale(v))
    n = 0
    for h in hooks:
        n += h(x) > 1.0
    if any(h(x) > 3.0 for h in hooks):
        n += 1
    return total.value * n


def methods_in_a_table(x: float) -> float:
    total, hooks = Total(), {}
    hooks["add"] = total.add
    hooks["scale"] = lambda v: total.scale(v)
    for name in hooks:
        hooks[name](x)
    return total.value


def listeners(x: float) -> float:
    total, bus = {"v": 0.0}, Bus()

    def listen(v: float) -> None:
        total["v"] += v * v
    bus.on("change", listen)
    bus.emit("change", x)
    return total["v"]


def listening_methods(x: float) -> float:
    total, bus = Total(), Bus()
    bus.on("add", total.add)
    bus.on("scale", total.scale)
    bus.emit("add", x)
    bus.emit("scale", x)
    return total.value


def made_in_a_comprehension(x: float) -> float:
    total = [0.0]

    def adder(k: float) -> Callable[[float], None]:
        def add(v: float) -> None:
            total[0] += k * v
        return add
    for add in [adder(k) for k in (1.0, 2.0)]:
        add(x)
    return total[0]


def bound_on_the_way(x: float) -> float:
    total, add = Total(), None
    for _ in range(3):
        if add is None:
            add = total.add
        add(x * x)
    return total.value


def chosen(x: float) -> float:
    total = Total()
    change = total.add if x > 0 else total.scale
    n = 0
    for k in (1.0, 2.0):
        if change(k * x) > 2.0:
            n += 1
        change(x)
    return total.value * n


def with_an_argument_given_before(x: float) -> float:
    import functools
    total = Total()
    add = functools.partial(Total.add, total)
    return total.value * 2.0 if add(x) < 0.0 else total.value * x


def by_a_name_that_is_computed(x: float) -> float:
    total = Total()
    for name in ("add", "scale"):
        getattr(total, name)(x)
    return total.value


def by_a_name_in_a_condition(x: float) -> float:
    total, n = Total(), 1
    for name in ("add", "scale"):
        if getattr(total, name)(x) > 0.0:
            n += 1
    return total.value * n


def walk(tree: Any, visit: Callable[[Any], Any]) -> None:
    if isinstance(tree, list):
        for part in tree:
            walk(part, visit)
    else:
        visit(tree)


def visitor(x: float) -> float:
    found: list[float] = []
    walk([1.0, [2.0, [3.0]]], lambda v: found.append(v * x))
    return sum(found) * found[0]


def visitor_with_a_total(x: float) -> float:
    total = [0.0]

    def visit(v: float) -> None:
        total[0] += v * v * x
    walk([1.0, [2.0]], visit)
    return total[0]


def keys_with_effects(x: float) -> float:
    log: list[float] = []
    first = sorted([2.0, 1.0], key=lambda v: log.append(v * x) or v)[0]
    return first * sum(log)


def largest_with_effects(x: float) -> float:
    log: list[float] = []
    return max([2.0, 1.0], key=lambda v: log.append(v * x) or v) * sum(log)


class Gain:
    total = 0.0
    seen: list[float] = []

    def __init__(self, value: float) -> None:
        self.value = value
        self.cache: dict[int, float] = {}

    def __call__(self, v: float) -> float:
        self.value = self.value * v
        return self.value

    def __getitem__(self, k: int) -> float:
        if k not in self.cache:
            self.cache[k] = self.value * k
            self.value = self.value + self.cache[k]
        return self.cache[k]

    @classmethod
    def add(cls, v: float) -> float:
        cls.total += v
        return cls.total

    @classmethod
    def note(cls, v: float) -> int:
        cls.seen.append(v)
        return len(cls.seen)


def called_in_a_condition(x: float) -> float:
    gain, n = Gain(x), 1.0
    if gain(x) > 0.0:
        n = 2.0
    return gain.value * n


def looked_up_in_a_condition(x: float) -> float:
    gain, n = Gain(x), 1.0
    if gain[2] > 0.1:
        n = 2.0
    return gain.value * n * gain[2]


def variable_of_a_class(x: float) -> float:
    Gain.total = 0.0
    n = 2.0 if Gain.add(x) > 0.0 else 1.0
    return Gain.total * n * x


def list_of_a_class(x: float) -> float:
    Gain.seen.clear()
    n = 2.0 if Gain.note(x) > 0 else 1.0
    return sum(Gain.seen) * n * x


def list_of_a_class_by_an_object(x: float) -> float:
    gain = Gain(x)
    Gain.seen.clear()
    n = 2.0 if gain.note(x) > 0 else 1.0
    return sum(gain.seen) * n * x


def numbers_in_a_list_of_a_class(x: float) -> float:
    Gain.seen.clear()
    Gain.note(3.0)
    return x * len(Gain.seen) * x


def with_a_counter() -> None:
    pass


def counter_of_a_function(x: float) -> float:
    with_a_counter.calls = 1.0  # type: ignore[attr-defined]
    u = x * with_a_counter.calls  # type: ignore[attr-defined]
    with_a_counter.calls = 2.0  # type: ignore[attr-defined]
    return u * x * with_a_counter.calls  # type: ignore[attr-defined]


PROGRAMS = [methods_in_a_list, methods_and_lambdas_in_a_list, methods_in_a_table, listeners, listening_methods,
            made_in_a_comprehension, bound_on_the_way, chosen, with_an_argument_given_before, by_a_name_that_is_computed,
            by_a_name_in_a_condition, visitor, visitor_with_a_total, keys_with_effects, largest_with_effects,
            called_in_a_condition, looked_up_in_a_condition, variable_of_a_class, list_of_a_class, list_of_a_class_by_an_object,
            numbers_in_a_list_of_a_class, counter_of_a_function]
