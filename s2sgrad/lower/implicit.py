"""Methods that the language calls without naming them: those of properties, subscripts, tests, operators and loops.

    clock.tick                  a property that counts
    table[key]                  ``__getitem__``
    if key in table: ...        ``__contains__``

Most change nothing. Where a class of the program has one that changes its object, whatever may be an object of the class is
told from the rest.
"""
from __future__ import annotations

import dis
import functools
import inspect
import types
from collections.abc import Iterator

from s2sgrad.frontend.unit import is_installed, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.runtime.objects import BINARY, UNARY

#: What the getter and the setter of a property are called here.
GET, SET = "<get> ", "<set> "
_SPECIAL = frozenset((
    "__getitem__", "__setitem__", "__delitem__", "__len__", "__bool__", "__contains__", "__iter__", "__next__",
    *(f"__i{own[2:]}" for own, *_ in BINARY.values()), *(own for own, *_ in BINARY.values()),
    *(other for _, other, _ in BINARY.values()), *(own for own, _ in UNARY.values())))


def changing(classes: tuple[type, ...]) -> frozenset[str]:
    """The names of such methods that change their object in one of some classes."""
    from s2sgrad.lower.effects import effects_of
    return frozenset(name for cls in classes for name, f in _candidates(cls).items() if effects_of(f).of_object)


@functools.lru_cache(maxsize=1024)
def _candidates(cls: type) -> dict[str, types.FunctionType]:
    """The methods of a class that may change its object, as far as a look at their code tells.

    Those of installed libraries, which may be large, are taken for methods that do not.
    """
    found: dict[str, types.FunctionType] = {}
    for name in dir(cls):
        if name in _SPECIAL:
            _note(found, name, inspect.getattr_static(cls, name, None), cls)
        elif name[:2] != "__":
            member = inspect.getattr_static(cls, name, None)
            if isinstance(member, property):
                _note(found, GET + name, member.fget, cls)
                _note(found, SET + name, member.fset, cls)
    return found


def _note(found: dict[str, types.FunctionType], name: str, method: object, cls: type) -> None:
    function = python_function(method) if isinstance(method, types.FunctionType) else None
    if function is None or is_installed(function):
        return
    if _stores(function.__code__) or any(hasattr(cls, n) for n in function.__code__.co_names):
        found[name] = function


def _stores(code: types.CodeType) -> bool:
    return not MUTATORS.isdisjoint(code.co_names) or any(
        i.opname.startswith(("STORE_ATTR", "STORE_SUBSCR", "STORE_SLICE", "DELETE_ATTR", "DELETE_SUBSCR"))
        for i in dis.get_instructions(code))


def accessor(cls: type, name: str, which: str) -> types.FunctionType | None:
    """The getter or setter of a property of a class."""
    found = inspect.getattr_static(cls, name, None)
    method = (found.fget if which == GET else found.fset) if isinstance(found, property) else None
    return python_function(method) if isinstance(method, types.FunctionType) else None


def implicit_calls(s: S.Stmt) -> Iterator[tuple[Expr, str]]:
    """What may be objects whose methods a statement calls without naming them, each with the method."""
    stored: set[int] = set()
    if isinstance(s, (S.Assign, S.Aug, S.For)):
        for t in S.parts(s.target):
            if t.head in ("attr", "index"):
                yield t.args[0], SET + str(t.data) if t.head == "attr" else "__setitem__"
                if not isinstance(s, S.Aug):
                    stored.add(id(t))
    if isinstance(s, S.Aug) and s.symbol in BINARY:
        yield s.target, "__i" + BINARY[s.symbol][0][2:]
        yield s.target, BINARY[s.symbol][0]
    if isinstance(s, S.Delete):
        yield from ((t.args[0], "__delitem__") for t in s.targets if t.head == "index")
    if isinstance(s, (S.If, S.While, S.Assert)):
        yield from _tested(s.test)
    if isinstance(s, S.For):
        yield from _iterated(s.iter)
    for e in S.expressions(s):
        yield from _called(e, stored)


def _called(e: Expr, stored: set[int]) -> Iterator[tuple[Expr, str]]:
    for part in E.walk(e):
        head = part.head
        if id(part) in stored:
            continue
        if head == "attr":
            yield part.args[0], GET + str(part.data)
        elif head == "index":
            yield part.args[0], "__getitem__"
        elif head == "compare":
            yield from ((c, "__contains__") for op, c in zip(part.data, part.args[1:]) if op in ("in", "not in"))
        elif head in ("bool", "ifexp"):
            yield from (t for a in (part.args[:1] if head == "ifexp" else part.args) for t in _tested(a))
        elif head == "op" and part.data == "not":
            yield from _tested(part.args[0])
        elif head == "op" and len(part.args) == 2 and part.data in BINARY:
            own, other, _ = BINARY[part.data]
            yield from ((part.args[0], own), (part.args[1], other))
        elif head == "op" and len(part.args) == 1 and part.data in UNARY:
            yield part.args[0], UNARY[part.data][0]
        elif head == "comp":
            yield from (i for _, iterable in part.data.loops(part) for i in _iterated(iterable))
        elif head == "call" and len(part.args) > 1:
            fn = E.hashable_callee(part)
            if fn is len:
                yield part.args[1], "__len__"
            elif fn is bool:
                yield from _tested(part.args[1])
            elif fn is next:
                yield part.args[1], "__next__"
            elif fn in _CONSUMERS:
                yield from (i for a in part.args[1:] for i in _iterated(a))


_CONSUMERS = (list, tuple, sum, max, min, sorted, enumerate, zip, iter, map, filter)


def _tested(e: Expr) -> Iterator[tuple[Expr, str]]:
    if e.head in ("var", "attr", "index", "call"):
        yield from ((e, "__bool__"), (e, "__len__"))


def _iterated(e: Expr) -> Iterator[tuple[Expr, str]]:
    if e.head in ("var", "attr", "index", "call"):
        yield from ((e, name) for name in ("__iter__", "__next__", "__getitem__"))
