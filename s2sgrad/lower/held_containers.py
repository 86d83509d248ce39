"""Attributes that hold containers wherever the classes in sight assign them: their methods are those of containers.

    class Visited:                          class Account:
        def __init__(self):                     def add(self, v):
            self.seen = set()                       self.balance += v

``visited.seen.add(k)`` does not call the method of an account.
"""
from __future__ import annotations

import collections
import functools
import types

import numpy as np

from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.unit import load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr

_OTHER = frozenset(("other",))
_LISTS = (list, sorted)
_MAKERS = (dict, collections.defaultdict, collections.OrderedDict,
           collections.Counter, np.zeros, np.ones, np.array, np.empty)
_KINDS = (list, dict, set, collections.deque)
#: A deque that is annotated may be bounded.
_ANNOTATED = {"set": "set", "Set": "set", "deque": "bounded", "Deque": "bounded",
              **dict.fromkeys(("list", "List"), "list"), **dict.fromkeys(("dict", "Dict"), "container")}


def is_held_set(e: Expr, classes: tuple[type, ...]) -> bool:
    """Is `e` an attribute that only ever holds a set?"""
    return e.head == "attr" and _held(classes).get(str(e.data)) == {"set"}


def is_held_container(e: Expr, name: str, classes: tuple[type, ...]) -> bool:
    """Is `e` an attribute that only ever holds a container, which has a method of the name?"""
    return e.head == "attr" and any(hasattr(kind, name) for kind in _KINDS) \
        and not _held(classes).get(str(e.data), _OTHER) & _OTHER


def is_held_deque(e: Expr, classes: tuple[type, ...]) -> bool:
    """Is `e` an attribute that only ever holds deques, some of bounded length?"""
    kinds = _held(classes).get(str(e.data), _OTHER) if e.head == "attr" else _OTHER
    return "bounded" in kinds and kinds <= {"bounded", "deque"}


def is_held_list(e: Expr, cls: type | None) -> bool:
    """Is `e` an attribute of an object of a class that only ever holds lists?"""
    return cls is not None and e.head == "attr" and _held(cls.__mro__[:-1]).get(str(e.data)) == {"list"}


def is_no_deque(e: Expr, cls: type | None) -> bool:
    """Is `e` an attribute of an object of a class that only ever holds lists or other containers, and no deque?"""
    kinds = _held(cls.__mro__[:-1]).get(str(e.data), _OTHER) if cls is not None and e.head == "attr" else _OTHER
    return kinds <= {"container", "list", "set"}


@functools.lru_cache(maxsize=16)
def _held(classes: tuple[type, ...]) -> dict[str, set[str]]:
    """What attributes hold, by their names: "set", "list", "deque", a "bounded" deque, another "container" or "other" things."""
    kinds: dict[str, set[str]] = {}
    for cls in classes:
        for name, annotation in vars(cls).get("__annotations__", {}).items():
            text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
            kind = text.partition("[")[0].rpartition(".")[2]
            kinds.setdefault(name, set()).add(_ANNOTATED.get(kind, "other"))
        for function in vars(cls).values():
            if isinstance(function, types.FunctionType) and python_function(function) is not None \
                    and function.__code__.co_filename != "<string>":
                _scan(function, kinds)
    return kinds


def _scan(function: types.FunctionType, kinds: dict[str, set[str]]) -> None:
    try:
        body = load(function).function.body
    except (DerivativeError, SyntaxError):
        return
    for s in S.walk_stmts(body):
        if not isinstance(s, S.Assign):
            continue
        pairs = [(s.target, s.value)]
        if s.target.head in ("tuple", "list"):
            values = s.value.args if s.value.head == "tuple" and len(s.value.args) == len(s.target.args) else ()
            pairs = list(zip(s.target.args, values or (E.NONE,) * len(s.target.args)))
        for target, value in pairs:
            if target.head == "attr":
                kinds.setdefault(str(target.data), set()).add(_kind(value))


def _kind(e: Expr) -> str:
    if E.callee(e) is collections.deque:
        return "bounded" if is_bounded_deque(e) else "deque"
    return "set" if is_set(e) else "list" if _is_list(e) else "container" if _is_container(e) else "other"


def is_bounded_deque(e: Expr) -> bool:
    """Is this a deque of bounded length that is being made?"""
    if E.callee(e) is not collections.deque:
        return False
    given = [a for mark, a in E.arguments(e) if mark == "maxlen"] + [a for mark, a in E.arguments(e) if mark == ""][1:]
    return any(not E.is_const(a, None) for a in given)


def is_set(e: Expr) -> bool:
    return e.head == "set" or e.head == "comp" and e.data.kind == "set" or E.callee(e) is set


def _is_list(e: Expr) -> bool:
    if e.head == "op" and e.data == "*":
        return any(map(_is_list, e.args))  # ``[0.0] * n``
    return e.head == "list" or e.head == "comp" and e.data.kind == "list" or any(E.callee(e) is made for made in _LISTS)


def _is_container(e: Expr) -> bool:
    if e.head == "op" and e.data == "*":
        return any(map(_is_container, e.args))
    return e.head in ("dict", "set", "comp") or any(E.callee(e) is made for made in _MAKERS)
