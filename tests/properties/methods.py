"""Writes random programs of one class, whose methods change what its objects hold and what they are given."""
from __future__ import annotations

from properties.subroutines import ENDS, Calling

SIMPLE = (
    "{s'} = {S}", "{s} = {S}", "{s} += {S}", "{a'} = {A}", "{a} = {A}", "{a} *= {A}", "{a} += {S}",
    "{a}[{i}] = {S}", "{a}[{i}] = {S}", "{a}[{i}] += {S}", "{a}[{i}] *= {S}", "{a}[1:] = {a}[:-1] * {s}",
    "{a}[...] = {A}", "{a}[:2] = {a}[2:]", "np.multiply({A}, {A}, out={a})", "{a} = {a}.copy()",
    "{a'} = {a}", "{a'} = {a}[:]", "{a'} = {a}[::-1]", "{a'} = {a}.copy()", "{a}, {a} = {a}, {a}", "{a} = {A}", "{s} *= {S}",
    "for v in {a}: {s} += v * {s}",
)


class Methods(Calling):
    """Writes a class with two arrays and a number, and a function that makes two objects of it."""

    compound, statements = 0.2, SIMPLE

    def program(self, statements: int) -> str:
        """The source of ``f(a, b, p, q)`` and of the class."""
        held = self.random.choice(("w", "w.copy()", "u[:]", "np.zeros(4)", "w * u"))
        written = ["import numpy as np\n\n\nclass Box:\n    def __init__(self, u, w, r):\n        self.u = u\n"
                   f"        self.w = {held}\n        self.r = r\n"]
        offered: list[tuple[str, str]] = []
        for n in range(3):
            result = self.random.choice(("", "s", "a"))
            self.begin({"a": ["self.u", "self.w", "v"], "s": ["self.r", "s"]})
            self.block(1 + statements // 2, 2)
            end = self.filled(self.random.choice(ENDS[result]))
            end = f"    {end}" * bool(end)
            written.append("\n".join((f"\n    def m{n}(self, v, s):", "        k = 1", *self.lines, end, "")))
            offered.append((f"m{n}({{a}}, {{S}})", result))
            self.offer(f"self.{offered[-1][0]}", result)
        self.forget()
        for call, result in offered:
            for name in ("o", "o", "c"):
                self.offer(f"{name}.{call}", result)
        self.begin({"a": ["a", "b", "o.u", "c.w"], "s": ["p", "q", "o.r"]})
        self.block(statements, 1)
        total = self.filled(" + ".join(f"np.sum({{a}} ** 2 * {weight})" for weight in (0.3, 0.7)))
        self.lines.append(self.filled(f"    return {total} + np.sum(o.u * np.arange(4.0)) + np.sum(c.w) + {{s}} - 0.5 * {{s}}"))
        second = self.random.choice(("a, b", "b, a", "b * p, a", "o.u, b", "a.copy(), b"))
        start = f"    k = 1\n    o = Box(a, b, p)\n    c = Box({second}, q)\n"
        return "".join(written) + "\n\ndef f(a, b, p, q):\n" + start + "\n".join(self.lines) + "\n"
