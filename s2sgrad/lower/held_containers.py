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

_MAKERS = (list, dict, sorted, collections.deque, collections.defaultdict, collections.OrderedDict,
           collections.Counter, np.zeros, np.ones, np.array, np.empty)
_KINDS = (list, dict, set, collections.deque)
_FACTORIES = ("list", "dict", "deque", "List", "Dict", "Deque")


def is_held_set(e: Expr, classes: tuple[type, ...]) -> bool:
    """Is `e` an attribute that only ever holds a set?"""
    return e.head == "attr" and e.data in _held(classes)[1]


def is_held_container(e: Expr, name: str, classes: tuple[type, ...]) -> bool:
    """Is `e` an attribute that only ever holds a container, which has a method of the name?"""
    return e.head == "attr" and any(hasattr(kind, name) for kind in _KINDS) and e.data in _held(classes)[0]


@functools.lru_cache(maxsize=16)
def _held(classes: tuple[type, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """The attributes that only ever hold containers, and those that only ever hold sets."""
    sets: set[str] = set()
    containers: set[str] = set()
    others: set[str] = set()
    for cls in classes:
        for name, annotation in vars(cls).get("__annotations__", {}).items():
            text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
            kind = text.partition("[")[0].rpartition(".")[2]
            (sets if kind in ("set", "Set") else containers if kind in _FACTORIES else others).add(name)
        for function in vars(cls).values():
            if isinstance(function, types.FunctionType) and python_function(function) is not None \
                    and function.__code__.co_filename != "<string>":
                _scan(function, sets, containers, others)
    return frozenset((sets | containers) - others), frozenset(sets - containers - others)


def _scan(function: types.FunctionType, sets: set[str], containers: set[str], others: set[str]) -> None:
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
                (sets if is_set(value) else containers if _is_container(value) else others).add(str(target.data))


def is_set(e: Expr) -> bool:
    return e.head == "set" or e.head == "comp" and e.data.kind == "set" or E.callee(e) is set


def _is_container(e: Expr) -> bool:
    return e.head in ("list", "dict", "set", "comp") or any(E.callee(e) is made for made in _MAKERS)
