"""The types of what loops get from iterables."""
from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.types import Type

TypeOf = Callable[[Expr], Type]


def element_type(iterable: Expr, type_of: TypeOf) -> Type:
    """The type of what a loop over `iterable` yields."""
    fn = E.hashable_callee(iterable)
    if fn in _KINDS and (fn is enumerate or not any(mark for mark, _ in E.arguments(iterable))):
        found = _KINDS[fn](iterable.args[1:], functools.partial(element_type, type_of=type_of), type_of)
        if found is not None:
            return found
    if iterable.head in ("tuple", "list") and iterable.args:
        return functools.reduce(T.join, map(type_of, iterable.args))
    if iterable.head == "index" and iterable.args[1].head == "slice":
        inner = element_type(iterable.args[0], type_of)
        if _is_of_numbers(inner):
            return inner
    return element_of(type_of(iterable))


def element_of(t: Type) -> Type:
    """The type of the elements of what is of a type."""
    if t.kind == "range":
        return T.INT
    if t.kind == "array" and isinstance(t.shape, T.Shape) and t.shape.dims:
        return T.numeric(T.Shape(t.shape.dims[1:], t.shape.tail), t.dtype)
    if t.kind == "tuple" and t.items:
        return functools.reduce(T.join, t.items)
    return t.element or T.ANY


def with_numbers(t: Type, s: S.Assign, body: S.Block, type_of: TypeOf) -> Type:
    """The type `t` of what a statement makes of iterables, with that of its elements.

    These are numbers, or tuples of numbers, and stay those, since it is only iterated over.
    """
    if t.element is not None or t.kind not in ("any", "list") or E.hashable_callee(s.value) not in _KINDS:
        return t
    found = element_type(s.value, type_of)
    if not _is_of_numbers(found) or any(s.target.data in _used_otherwise(u) for u in S.walk_stmts(body)):
        return t
    return dataclasses.replace(t, element=T.without_lengths(found))


def _used_otherwise(s: S.Stmt) -> frozenset[str]:
    """The variables that a statement uses for more than to iterate over them."""
    own = (s.value,) if isinstance(s, S.Assign) and s.target.head == "var" else S.expressions(s)
    iterated = s.iter if isinstance(s, S.For) else s.value if isinstance(s, S.Assign) and s.target.head == "var" else E.NONE
    while E.hashable_callee(iterated) in _KINDS and len(iterated.args) == 2:
        iterated = iterated.args[1]
    return frozenset().union(*(e.names for e in own)) - (iterated.names if iterated.head == "var" else E.NO_NAMES)


def _is_of_numbers(t: Type) -> bool:
    return t.kind == "number" or bool(t.items) and all(map(_is_of_numbers, t.items or ()))


def _numbers_of(args: tuple[Expr, ...], element: TypeOf, type_of: TypeOf) -> Type | None:
    """What yields the elements of another: numbers are the same ones, and have nothing in common with anything."""
    found = element(args[0]) if args else T.ANY
    return found if _is_of_numbers(found) else None


def _several(args: tuple[Expr, ...], element: TypeOf, type_of: TypeOf) -> Type | None:
    """``combinations(xs, n)``: tuples of `n` elements."""
    number = args[1].data if len(args) == 2 and args[1].head == "const" else None
    if not isinstance(number, int) or number < 1:
        return None
    found = element(args[0])
    return T.tuple_of((found,) * number) if _is_of_numbers(found) else None


def _product(args: tuple[Expr, ...], element: TypeOf, type_of: TypeOf) -> Type | None:
    found = T.tuple_of(map(element, args))
    return found if args and _is_of_numbers(found) else None


def _positions(args: tuple[Expr, ...], element: TypeOf, type_of: TypeOf) -> Type | None:
    """``np.ndindex(m, n)``, ``np.ndindex((m, n))``: as many integers as there are lengths."""
    lengths = [type_of(a) for a in args]
    if len(lengths) == 1 and lengths[0].items is not None:
        lengths = list(lengths[0].items)
    return T.tuple_of((T.INT,) * len(lengths)) if lengths and all(t.kind == "number" for t in lengths) else None


_KINDS: dict[Any, Callable[[tuple[Expr, ...], TypeOf, TypeOf], Type | None]] = {
    range: lambda args, element, type_of: T.INT,
    reversed: lambda args, element, type_of: element(args[0]),
    enumerate: lambda args, element, type_of: T.tuple_of((T.INT, element(args[0]))),
    zip: lambda args, element, type_of: T.tuple_of(map(element, args)),
    itertools.product: _product,
    itertools.pairwise: lambda args, element, type_of: _product(args * 2, element, type_of),
    np.ndindex: _positions,
    **dict.fromkeys((itertools.combinations, itertools.permutations, itertools.combinations_with_replacement), _several),
    **dict.fromkeys((list, tuple, sorted, iter, itertools.islice, itertools.cycle), _numbers_of),
}
