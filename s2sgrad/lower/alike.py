"""What tells objects of the program's classes from arrays and containers that have methods of the same names.

    opt.update(w, g)             no method `update` of containers takes two arguments
    for r in recs: r.note(v)     so the elements of `recs` are objects, ``recs[0].mean()`` too
    self.left = Node(key)        so what is called `left` is an object, ``self.left.insert(key, weight)``

What is taken for an object is checked when the derivative runs.
"""
from __future__ import annotations

import dis
import types
from collections.abc import Iterable, Iterator

from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.unit import load
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.remember import remembered
from s2sgrad.lower.methods import methods_of

#: How many positional arguments methods of arrays and containers take.
_TAKEN = {
    "append": (1, 1), "appendleft": (1, 1), "extend": (1, 1), "extendleft": (1, 1), "insert": (2, 2), "remove": (1, 1),
    "pop": (0, 2), "popleft": (0, 0), "popitem": (0, 1), "clear": (0, 0), "sort": (0, 3), "reverse": (0, 0), "update": (0, 1),
    "setdefault": (1, 2), "rotate": (0, 1), "fill": (1, 1), "put": (2, 3), "get": (1, 2), "items": (0, 0), "values": (0, 0),
    "keys": (0, 0), "index": (1, 3), "copy": (0, 1), "sum": (0, 3), "mean": (0, 3), "std": (0, 4),
    "var": (0, 4), "prod": (0, 3), "max": (0, 2), "min": (0, 2), "cumsum": (0, 3), "cumprod": (0, 3), "dot": (1, 2),
    "trace": (0, 5), "ravel": (0, 1), "squeeze": (0, 1), "flatten": (0, 1), "repeat": (1, 2), "take": (1, 4), "round": (0, 2),
    "conj": (0, 0), "conjugate": (0, 0), "all": (0, 3), "any": (0, 3), "argmax": (0, 2), "argmin": (0, 2), "split": (0, 2),
    "partition": (1, 4), "diagonal": (0, 3), "item": (0, 3), "tolist": (0, 0), "view": (0, 2), "move_to_end": (1, 2),
}


def is_foreign(e: Expr, classes: Iterable[type]) -> bool:
    """Is this a call of a method that arrays and containers have, but not with these arguments, as one of the classes has?"""
    fn = e.args[0]
    if e.head != "call" or fn.head != "attr" or fn.data not in _TAKEN:
        return False
    marks = [mark for mark, _ in E.arguments(e)]
    least, most = _TAKEN[fn.data]
    if any(marks) or least <= len(marks) <= most:
        return False
    return any(_takes(f, len(marks)) for f in methods_of(classes, str(fn.data)).values())


def _takes(method: types.FunctionType, count: int) -> bool:
    code = method.__code__
    least = code.co_argcount - len(method.__defaults__ or ())
    return least <= count + 1 <= code.co_argcount


def holding_attributes(classes: Iterable[type]) -> frozenset[str]:
    """The names of attributes that methods of the classes set to objects of the classes, or likely so."""
    classes = tuple(classes)
    found: set[str] = set()
    for cls in classes:
        for f in vars(cls).values():
            if isinstance(f, types.FunctionType):
                found |= _set_to_objects(f, classes)
        found |= _of_their_kind(cls)
    return frozenset(found)


def _of_their_kind(cls: type) -> set[str]:
    """The attributes that methods ask for the method of their own name, and that may be None: a parent, the rest of a chain."""
    init = vars(cls).get("__init__")
    if not isinstance(init, types.FunctionType) or None not in (init.__defaults__ or ()):
        return set()
    alike = [(name, f) for name, f in vars(cls).items() if name in _TAKEN and isinstance(f, types.FunctionType)
             and name in f.__code__.co_names]
    return {n for name, f in alike for n in _asked_for(f, name) if _may_be_none(init, n)}


def _asked_for(f: types.FunctionType, name: str) -> set[str]:
    try:
        body = load(f).function.body
    except DerivativeError:
        return set()
    called = [c.args[0].args[0] for s in S.walk_stmts(body) for e in S.expressions(s) for c in E.calls(e)
              if c.args[0].head == "attr" and c.args[0].data == name]
    return {str(owner.data) for owner in called if owner.head == "attr" and owner.args[0].head == "var"}


def _may_be_none(init: types.FunctionType, attribute: str) -> bool:
    """Is an attribute what a parameter is, which is None if nothing is given?"""
    try:
        fn = load(init).function
    except DerivativeError:
        return False
    optional = {p.name for p in fn.params if p.default is not None and E.is_const(p.default, None)}
    return any(isinstance(s, S.Assign) and s.target.head == "attr" and s.target.data == attribute and s.value.head == "var"
               and s.value.data in optional for s in S.walk_stmts(fn.body))


def _set_to_objects(f: types.FunctionType, classes: tuple[type, ...]) -> set[str]:
    if not attributes_set(f.__code__):
        return set()
    try:
        body = load(f).function.body
    except DerivativeError:
        return set()
    return {str(s.target.data) for s in S.walk_stmts(body) if isinstance(s, S.Assign) and s.target.head == "attr"
            and any(E.callee(s.value) is cls for cls in classes)}


@remembered
def attributes_set(code: types.CodeType) -> frozenset[str]:
    """The names of the attributes that code sets, of whatever objects."""
    return frozenset(i.argval for i in dis.get_instructions(code) if i.opname == "STORE_ATTR")


def elements(body: S.Block) -> Iterator[tuple[Expr, Expr]]:
    """The variables that stand for elements of containers, each with the container."""
    for s in S.walk_stmts(body):
        if isinstance(s, S.For):
            yield from _walked(s.target, s.iter)
        elif isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "index":
            yield s.target, s.value.args[0]
        for e in S.expressions(s):
            for part in E.walk(e) if e.heads & E.COMP else ():
                if part.head == "comp":
                    for target, iterable in part.data.loops(part):
                        yield from _walked(target, iterable)


def _walked(target: Expr, e: Expr) -> Iterator[tuple[Expr, Expr]]:
    fn = E.callee(e)
    given = e.args[1:]
    if fn is enumerate and given and target.head == "tuple" and len(target.args) == 2:
        yield from _walked(target.args[1], given[0])
    elif fn is zip and target.head == "tuple" and len(target.args) == len(given):
        for t, a in zip(target.args, given):
            yield from _walked(t, a)
    elif any(fn is f for f in (reversed, list, tuple, sorted)) and given:
        yield from _walked(target, given[0])
    elif e.head == "call" and e.args[0].head == "attr" and e.args[0].data == "values":
        yield from _walked(target, e.args[0].args[0])
    elif e.head == "call" and e.args[0].head == "attr" and e.args[0].data == "items":
        if target.head == "tuple" and len(target.args) == 2:
            yield from _walked(target.args[1], e.args[0].args[0])
    elif target.head == "var" and e.head in ("var", "attr", "index"):
        yield target, e
