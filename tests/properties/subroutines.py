"""Writes random programs of several functions, which change and look at each other's arrays under names of their own."""
from __future__ import annotations

from properties.author import Author

FLOATS = ("{s}", "{s}", "{a}[{i}]", "{a}[{i}]", "({S} * {S})", "({S} + {S})", "({S} - {S})", "np.sin({S})", "np.sum({A}) * 0.2",
          "({a} @ {a}) * 0.2", "({S} if {C} else {S})", "0.5 * {S}")
ARRAYS = ("{a}", "{a}", "np.tanh({A})", "({A} + {A}) * 0.5", "({A} * {A} * 0.5)", "({S} * {A})", "np.roll({A}, 1)",
          "np.full(4, {S})", "np.zeros(4)", "np.ones(4)")
CONDITIONS = ("{S} > 0.013", "{S} < 0.417", "{s} < {s}", "k % 2 == 0", "k > 0")
SIMPLE = (
    "{s'} = {S}", "{s} = {S}", "{s} += {S}", "{a'} = {A}", "{a} = {A}", "{a} *= {A}", "{a} += {S}",
    "{a}[{i}] = {S}", "{a}[{i}] = {S}", "{a}[{i}] += {S}", "{a}[{i}] *= {S}", "{a}[1:] = {a}[:-1] * {s}",
    "{a}[...] = {A}", "{a}[:] = {A}", "{a}[:2] = {a}[2:]", "{a}[:2] += {S}", "np.multiply({A}, {A}, out={a})",
    "{a'} = {a}", "{a'} = {a}", "{a'} = {a}[:]", "{a'} = {a}[::-1]", "{a'} = np.asarray({a})", "{a'} = {a}.ravel()",
    "{a'} = {a}.copy()", "{a}, {a} = {a}, {a}", "{a'} = {a} if {C} else {a}", "{a'} = {a}.reshape(2, 2).reshape(4)",
    "for v in {a}: {s} += v * {s}", "for part in ({a}, {a}): {s} += part[{i}]", "for part in ({a}, {a}): part[{i}] *= {S}",
)
BLOCKS = ("if {C}:", "if {C}: else:", "for k in range(3):", "for k in range(2):", "for k, {s'} in enumerate({a}):")
ENDS = {"": ("    return", "    return None", ""), "s": ("    return {S}", "    return {s}", "    return np.sum({a} * {a})"),
        "a": ("    return {a}", "    return {A}", "    return {a}[:]")}


class Calling(Author):
    """Writes programs whose parts may call those before them."""

    blocks, compound, statements = BLOCKS, 0.25, SIMPLE

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.forget()

    def forget(self) -> None:
        """Let what follows call nothing."""
        self.simple: tuple[str, ...] = self.statements
        self.tables = {"S": FLOATS, "A": ARRAYS, "C": CONDITIONS}

    def begin(self, names: dict[str, list[str]]) -> None:
        """Begin a function with those variables."""
        self.names, self.lines = names, []

    def offer(self, call: str, result: str, often: int = 1) -> None:
        """Let what follows call a function, `often` times as often as it writes any other statement."""
        self.simple += often * (f"{{{result}'}} = {call}" if result else call,)
        if result:
            self.tables["S" if result == "s" else "A"] += (call,)


class Subroutines(Calling):
    """Writes three functions, each of which may call those before it, and one that calls them."""

    def program(self, statements: int) -> str:
        """The source of ``f(a, b, p, q)`` and of what it calls."""
        written = ["import numpy as np\n"]
        for n in range(3):
            result = self.random.choice(("", "s", "a"))
            self.begin({"a": ["u", "w"], "s": ["r"]})
            self.block(1 + statements // 2, 1)
            end = self.filled(self.random.choice(ENDS[result]))
            written.append("\n".join((f"\n\ndef g{n}(u, w, r):", "    k = 1", *self.lines, end)))
            call = f"g{n}({{a}}, {{a}}, {{S}})"
            self.offer(call, result, 3)
            self.simple += (call,) if result else ()  # for what it changes alone
        self.begin({"a": ["a", "b"], "s": ["p", "q"]})
        self.block(statements, 1)
        total = self.filled(" + ".join(f"np.sum({{a}} ** 2 * {weight})" for weight in (0.3, 0.7)))
        self.lines.append(self.filled(f"    return {total} + np.sum(a * np.arange(4.0)) + np.sum(b) + {{s}} - 0.5 * {{s}}"))
        return "".join(written) + "\n\n\ndef f(a, b, p, q):\n    k = 1\n" + "\n".join(self.lines) + "\n"
