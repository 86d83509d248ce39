"""Objects with attributes and methods that are spelled like those of arrays: right or refused, wherever the objects are."""
from __future__ import annotations

import linecache
from typing import Any

import pytest

import s2sgrad

CLASSES = '''
class Method:
    def __init__(self, w): self.w = w
    def {name}(self): return self.w * self.w
    def same(self): return self

class Property:
    def __init__(self, w): self.w = w
    @property
    def {name}(self): return self.w * self.w

class Attribute:
    def __init__(self, w): self.{name} = w * w

def made(w): return Method(w)

def pair(w): return Method(w), Method(2.0 * w)

def f(x, y):
    {body}
'''

BODIES = (
    "return Method(x).{name}() * y",
    "return made(x).{name}() * y",
    "return Method(x).same().{name}() * y",
    "return (Method(x) if y else Method(y)).{name}() * y",
    "return [Method(x), Method(y)][0].{name}() * y",
    "return max([Method(x), Method(y)], key=lambda a: 1).{name}() * y",
    "a, b = Attribute(x), Attribute(y)\n    return a.{name} * b.{name}",
    "a, b = pair(x)\n    return a.{name}() * b.{name}()",
    "return y * sum(a.{name}() for a in (Method(x), Method(y)))",
    "return y * [a.{name}() for a in pair(x)][1]",
    "return y * sum(map(lambda a: a.{name}(), pair(x)))",
    "import functools\n    return functools.reduce(lambda s, a: s + a.{name}(), [Method(x), Method(y)], 0.0)",
    "held = {{'p': Attribute(x), 'q': Attribute(y)}}\n    return sum(a.{name} for a in held.values())",
    "held = {{'p': Attribute(x), 'q': Attribute(y)}}\n    s = 0.0\n    for a in held.values(): s = s + a.{name}\n    return s",
    "held = [Property(x), Property(y)]\n    return y * sum([a.{name} for a in held])",
)


def defined(name: str, body: str) -> Any:
    text = CLASSES.format(name=name, body=body.format(name=name))
    filename = f"<names of arrays {name} {hash(body)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    module: dict[str, Any] = {"__name__": "names_of_arrays"}
    exec(compile(text, filename, "exec"), module)
    return module["f"]


@pytest.mark.parametrize("name", ["size", "data", "count", "any"])
@pytest.mark.parametrize("body", BODIES)
def test_right_or_refused(name: str, body: str) -> None:
    f = defined(name, body)
    x, y, h = 0.3, 0.4, 1e-6
    expected = (f(x + h, y) - f(x - h, y)) / (2 * h)
    for derivative in (lambda: s2sgrad.grad(f)(x, y), lambda: s2sgrad.jvp(f)(x, y, 1.0)):
        try:
            found = derivative()
        except (TypeError, s2sgrad.UnsupportedSyntaxError):
            continue
        assert abs(found - expected) < 1e-6


def test_what_is_made_in_the_expression() -> None:
    """Where the class is seen, a temporary object is an object."""
    f = defined("size", BODIES[0])
    assert abs(s2sgrad.grad(f)(0.3, 0.4) - 2 * 0.3 * 0.4) < 1e-12
