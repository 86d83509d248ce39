"""What calls of user functions return: the type of the result, from the types of the arguments.

The body of the function is typed for them. Lengths that the caller does not know are symbols there as well, numbered in
the order of the arguments; what comes back is said in the caller's symbols again, and forgotten where it needs others.
"""
from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

from s2sgrad.analysis.arguments import Given, bind_by_name, constants_of, left_out, unit_for
from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.resolve import Resolved, still_valid
from s2sgrad.frontend.unit import is_installed, load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.types import Type
from s2sgrad.lower.normalize import normalize
from s2sgrad.rules.registry import rule_for

_NUMERIC = ("number", "array", "numeric")
_PLAIN = ("str", "none")
_CALLER = "caller"

#: Types a function in normal form whose parameters have given types; what it returns is the type of its result.
TypeBody = Callable[[S.Function, Mapping[str, Type], "Results"], Type]

_found: dict[tuple[types.FunctionType, Given], tuple[Type, Resolved]] = {}
_LIMIT = 1024


class Results:
    """The results of the calls in one function, and of those in the functions that it calls.

    `resolved` is what was looked up on the way: where it changes, what was found does not hold any more.
    """

    def __init__(self, type_body: TypeBody) -> None:
        self.type_body = type_body
        self.resolved: Resolved = []
        self._open: list[types.FunctionType] = []
        self._cut = False
        #: What was found while functions were open that it calls: true as long as these are.
        self._within: dict[tuple[types.FunctionType, Given, frozenset[types.FunctionType]], tuple[Type, Resolved]] = {}

    def of(self, e: Expr, type_of: Callable[[Expr], Type]) -> Type | None:
        """The type of a call of a function with source, None where that says nothing."""
        if e.head != "call" or e.args[0].head != "ref" or not {"*", "**"}.isdisjoint(e.data.marks):
            return None
        fn = e.args[0].data.value
        function = python_function(fn) if E.is_hashable(fn) and rule_for(fn) is None else None
        if function is None or is_installed(function):
            return None
        try:
            params = load(function).function.params
        except DerivativeError:  # what does not vary is called as it is, with source or without
            return None
        if any(p.kind in ("*", "**") for p in params):
            return None
        bound = bind_by_name(function, e)
        symbols = _Symbols()
        arguments = (*bound.items(), *left_out(function, bound))
        given = {n: t for n, a in arguments if (t := symbols.inside(type_of(a))) is not None}
        return symbols.outside(self._result(function, Given(tuple(given.items()), constants_of(function, bound))))

    def _result(self, function: types.FunctionType, given: Given) -> Type:
        if function in self._open:
            self._cut = True
            return T.ANY
        known = _found.get((function, given))
        if known is not None and still_valid(known[1]):
            self.resolved += known[1]
            return known[0]
        around = frozenset(self._open)
        known = self._within.get((function, given, around))
        if known is not None:
            self.resolved += known[1]
            self._cut = True
            return known[0]
        outer, self.resolved, cut, self._cut = self.resolved, [], self._cut, False
        self._open.append(function)
        try:
            out = self._typed(function, given)
        except Exception:  # said where the function is differentiated, if it is; many that are called never are
            out = T.ANY
        self._open.pop()
        self.resolved = _once(self.resolved)
        if self._cut and self._open:
            self._within[function, given, around] = out, self.resolved
        else:
            if len(_found) >= _LIMIT:
                _found.clear()
            _found[function, given] = out, self.resolved
        self.resolved, self._cut = outer + self.resolved, self._cut or cut
        return out

    def _typed(self, function: types.FunctionType, given: Given) -> Type:
        lowered = normalize(unit_for(function, given), ())
        self.resolved += lowered.resolved
        return self.type_body(lowered.function, dict(given.types), self)


def _once(resolved: Resolved) -> Resolved:
    """What was looked up, each name once: functions that are called twice look up the same."""
    return list({(id(scope), name): (scope, name, value) for scope, name, value in resolved}.values())


class _Symbols:
    """The symbols of a caller under numbers, as the types of arguments have them inside of the function."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Any, ...], int] = {}

    def inside(self, t: Type) -> Type | None:
        """What the type of an argument says inside; None where that is nothing."""
        if t.kind in _NUMERIC:
            return Type(t.kind, _said_in(t.shape, self._numbered), t.dtype)
        if t.kind == "tuple" and t.items is not None:
            items = [self.inside(i) for i in t.items]
            return None if None in items else Type("tuple", items=tuple(i for i in items if i is not None))
        return Type(t.kind) if t.kind in (*_PLAIN, "tuple", "list", "dict", "range") else None

    def _numbered(self, symbol: T.Symbol) -> T.Symbol:
        """`symbol`, with its last part as it is: that of a rest says how many axes are named, and axes have it from there."""
        front = ("axis",) if symbol[0] == "axis" else ()
        base = symbol[len(front):-1]
        return (*front, _CALLER, self._numbers.setdefault(base, len(self._numbers)), symbol[-1])

    def outside(self, t: Type) -> Type | None:
        """What is known of a result outside of the function."""
        if t.kind == "number":
            return Type("number", T.SCALAR, t.dtype)
        if t.kind in _NUMERIC:
            return Type(t.kind, _said_in(t.shape, self._own), t.dtype)
        if t.kind == "tuple" and t.items is not None:
            return Type("tuple", items=tuple(self.outside(i) or T.ANY for i in t.items))
        return Type(t.kind) if t.kind in ("list", "dict") else None

    def _own(self, symbol: T.Symbol) -> T.Symbol | None:
        """The symbol of the caller behind a number; None for one that only the function knows."""
        if not _is_callers(symbol):
            return None
        front = ("axis",) if symbol[0] == "axis" else ()
        base = list(self._numbers)[symbol[-2]]
        return (*front, *base, symbol[-1])


def _said_in(shape: T.AnyShape, other: Callable[[T.Symbol], T.Symbol | None]) -> T.AnyShape:
    """A shape with other symbols for what is not known; None where there is none for one of them."""
    if shape is None:
        return None
    if isinstance(shape, T.Broadcast):
        parts = [_said_in(p, other) for p in sorted(shape.parts, key=repr)]
        return None if None in parts else T.broadcast(parts)
    found = T.reduced_from(shape)
    if found is not None:
        inner = _said_in(found[0], other)
        return None if inner is None else T.reduction(inner, found[1], found[2])
    dims = []
    for d in shape.dims:
        symbol = None if d.symbol is None else other(d.symbol)
        if symbol is None and d.symbol is not None:
            return None
        dims.append(T.Dim(symbol, d.offset))
    tail = None if shape.tail is None else other(shape.tail)
    return None if tail is None and shape.tail is not None else T.Shape(tuple(dims), tail)


def _is_callers(symbol: T.Symbol) -> bool:
    return len(symbol) >= 3 and symbol[-3] == _CALLER and symbol[:-3] in ((), ("axis",))
