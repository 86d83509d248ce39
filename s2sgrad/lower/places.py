"""The places of a program, and what they likely hold: numbers and arrays, or objects whose operators are methods.

    p = ray.origin + ray.direction * t
    return p.norm()                          --->    `p` has a method of a class of the program: it is likely an object,
                                                     and so are `ray.origin`, `ray.direction * t` and `ray.direction`

A place is a variable, an attribute, the result of a function, or an element of another place. Values flow between places by
assignments, calls and sums; places that values flow between hold the same kind of thing (Steensgaard 1996: places are
united, not ordered). Nothing is proved here.
"""
from __future__ import annotations

import functools
import types
from collections.abc import Iterator

from s2sgrad.ir.expr import Expr
from s2sgrad.runtime.objects import BINARY, UNARY, written_method

_DUNDERS = frozenset(n for names in BINARY.values() for n in names[:2] if n) | {n for n, _ in UNARY.values()}
#: The part of a place that stands for its elements, whichever they are.
ALL = "[]"
_OF_ALL = frozenset(("__class__", "__dict__", "__name__"))


@functools.lru_cache(maxsize=1024)
def has_operators(cls: type) -> bool:
    """Does a class say itself what an operator does?"""
    return any(written_method(cls, n) is not None for n in _DUNDERS)


class Place:
    """What some variables, attributes and the like hold; united with others, it stands for all of them."""

    __slots__ = ("display", "into", "object", "of", "parts", "plain", "weak")

    def __init__(self, of: type | None = None, plain: bool = False) -> None:
        self.into: Place | None = None
        self.parts: dict[object, Place] = {}
        #: The class of which this is the place of all objects.
        self.of = of
        self.object = of is not None
        self.plain = plain
        self.weak = False
        self.display = False

    def now(self) -> Place:
        p = self
        while p.into is not None:
            p = p.into
        if self.into is not None:
            self.into = p
        return p

    def part(self, key: object) -> Place:
        p = self.now()
        if key not in p.parts:
            p.parts[key] = Place()
        return p.parts[key].now()


def unite(a: Place, b: Place) -> None:
    """Let two places stand for one. Those of the objects of different classes stay apart, whatever holds both."""
    todo = [(a, b)]
    while todo:
        a, b = todo.pop()
        a, b = a.now(), b.now()
        if a is b or a.of is not None and b.of is not None and a.of is not b.of:
            continue
        b.into = a
        a.of = a.of or b.of
        a.object |= b.object
        a.plain |= b.plain
        a.weak |= b.weak
        a.display |= b.display
        for key, part in b.parts.items():
            if key in a.parts:
                todo.append((a.parts[key], part))
            else:
                a.parts[key] = part


class Places:
    """The places of a program: of the objects of its classes, of variables, results of functions, and products."""

    def __init__(self, visible: tuple[type, ...]) -> None:
        self.visible = visible
        #: The names of the operators that classes define.
        self.operators = frozenset(n for n in _DUNDERS for cls in visible if written_method(cls, n) is not None)
        self.products: list[tuple[Place, Expr, Place | None, Place | None]] = []
        #: For every class, the place of all its objects.
        self.instances: dict[type, Place] = {}
        self._places: dict[object, Place] = {}
        self._variables: dict[object, dict[str, None]] = {}

    def find(self, kind: object, name: object) -> Place | None:
        """The place of an attribute, of the result of a function or method, of a variable of a function; None where it is new."""
        found = self._places.get((kind, name))
        return None if found is None else found.now()

    def variables(self, f: types.FunctionType) -> dict[str, Place]:
        """The places of the variables of a function."""
        return {name: self.place(f, name) for name in self._variables.get(f, ())}

    def instance(self, cls: type) -> Place | None:
        """The place of the objects of a class."""
        found = self.instances.get(cls)
        return None if found is None else found.now()

    def place(self, kind: object, name: object) -> Place:
        key = (kind, name)
        if key not in self._places:
            self._places[key] = Place()
        return self._places[key].now()

    def variable(self, scope: object, name: str) -> Place:
        self._variables.setdefault(scope, {})[name] = None
        return self.place(scope, name)

    # ---- what follows -------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Products of objects are objects, and products that are objects have factors that are; elements are alike."""
        changed = True
        for p in list(self._all()):
            p.object |= p.weak and not p.plain
        while changed:
            changed = False
            for out, e, left, right in self.products:
                changed |= self._product(out.now(), e, left, right)
            for p in list(self._all()):
                changed |= _given_by_method(p.now())
            for p in list(self._all()):
                changed |= _elements_agree(p.now())
            for p in list(self._all()):
                changed |= self._recognized(p.now())

    def _product(self, out: Place, e: Expr, left: Place | None, right: Place | None) -> bool:
        sides = [(p.now(), n) for p, n in zip((left, right), BINARY.get(e.data, ("", ""))[:2]) if p is not None]
        known = next((p.part(("call", name)) for p, name in sides if p.of is not None and self._defines(p, name)), None)
        if known is not None:
            united_before = out is known
            unite(out, known)
            return not united_before and out.now() is known.now()
        able = [p for p, name in sides if name in self.operators]
        if any(p.object for p in able):
            if out.object or out.plain or self._gives_numbers(BINARY[e.data][0]):
                return False
            out.object = True
            return True
        if out.object and able:  # a vector is the product of a vector and a number, in this order
            able[0].object = True
            return True
        return False

    def _defines(self, p: Place, name: str) -> bool:
        return any(p is q.now() and written_method(cls, name) is not None for cls, q in self.instances.items())

    def _gives_numbers(self, name: str) -> bool:
        found = [p.part(("call", name)) for cls, p in self.instances.items() if written_method(cls, name) is not None]
        return bool(found) and all(p.plain and not p.object for p in found)

    def kinds_of(self, p: Place) -> list[type]:
        """The classes that have all attributes and methods which are read of what a place holds."""
        from s2sgrad.lower.object_names import SPECIAL, members_of
        read = {k[1] for k in p.parts if type(k) is tuple and k[0] != "given"}
        if read <= SPECIAL and not p.object:
            return []
        return [cls for cls in self.instances if read and read <= members_of(cls) | _OF_ALL]

    def _recognized(self, p: Place) -> bool:
        """Where the attributes of what a place holds tell its class, those that hold objects in this class do so here."""
        if not p.object or any(p is q.now() for q in self.instances.values()):
            return False
        found = [self.instances[cls].now() for cls in self.kinds_of(p)]
        changed = False
        for key, part in p.parts.items():
            part = part.now()
            if not part.object and type(key) is tuple and key[0] != "given" and any(
                    q.parts[key].now().object for q in found if key in q.parts):
                part.object = changed = True
        return changed

    def _all(self) -> Iterator[Place]:
        seen: set[int] = set()
        todo = [p.now() for p in (*self._places.values(), *self.instances.values())]
        while todo:
            p = todo.pop()
            if id(p) not in seen:
                seen.add(id(p))
                yield p
                todo += [q.now() for q in p.parts.values()]


def _given_by_method(p: Place) -> bool:
    """Subscripts of objects give what ``__getitem__`` returns."""
    keys = [k for k in p.parts if type(k) is not tuple] if has_items(p.of) else ()
    made = p.part(("call", "__getitem__")) if keys else p
    apart = [k for k in keys if p.parts[k].now() is not made]
    for k in apart:
        unite(made, p.parts.pop(k))
    for k in keys:
        p.parts[k] = made
    return bool(apart)


def has_items(cls: type | None) -> bool:
    """Does a class say itself what a subscript gives?"""
    return cls is not None and written_method(cls, "__getitem__") is not None


def _elements_agree(p: Place) -> bool:
    """An element taken by a variable may be any; one taken by its number is like the others, but in a tuple."""
    every = p.parts.get(ALL)
    keys = [k for k in p.parts if type(k) is not tuple and k != ALL]
    numbered = [p.parts[k].now() for k in keys]
    if len(numbered) + (every is not None) < 2:
        return False
    before = sum(q.object for q in numbered) + (every is not None and every.now().object)
    if every is not None and any(q.object for q in numbered):
        every.now().object = True
    if any(q.object for q in numbered) and not p.display and all(type(k) is int for k in keys):
        for q in numbered:
            q.object = True
    if every is not None and every.now().object and not p.display:
        for q in numbered:
            q.object = True
            if every.now().of is not None and q.now().of is None:
                unite(every, q)
    return before != sum(q.now().object for q in numbered) + (every is not None and every.now().object)


def united(places: list[Place]) -> Place | None:
    for p in places[1:]:
        unite(places[0], p)
    return places[0].now() if places else None


def key_of(key: Expr) -> object:
    return key.data if key.head == "const" and type(key.data) in (int, str) else ALL
