"""What a function's own statements prove about its parameters.

A statement that would raise for other types is a proof: with ``math.sin(x)``, `x` is a number; with ``x[1:] - y``, it
is an array. A statement that is not executed in a run proves its part as well, if what it proves touches nothing then (see
`analysis.proofs`), unless the function asks for the type of the variable first. Annotations are believed.
"""
from __future__ import annotations

import copy
import dataclasses
import itertools
import math
import types
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from functools import cached_property
from typing import TypeGuard

import numpy as np

from s2sgrad import runtime
from s2sgrad.analysis.filled_lists import filled_lists
from s2sgrad.analysis.likely_uses import OF_NUMBERS, Uses
from s2sgrad.analysis.proofs import Proofs, asked_for_type
from s2sgrad.analysis.pushed import Pushed
from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.functions import annotated_class
from s2sgrad.frontend.unit import is_checked, load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.types import Type
from s2sgrad.lower.groups import Groups
from s2sgrad.lower.likely import likely
from s2sgrad.rules.bind import BindError, application
from s2sgrad.rules.methods_table import ARRAY_ATTRIBUTES, NUMBER_ATTRIBUTES, canonical
from s2sgrad.rules.registry import rule_for

_ANNOTATIONS = {"float": T.FLOAT, "int": T.INT, "bool": T.BOOL, "complex": Type("number", T.SCALAR, "complex"),
                "str": T.STR, "list": Type("list"), "dict": Type("dict"), "tuple": Type("tuple")}
_COUNTED = (range, np.arange, np.eye, np.identity)
_ALLOCATING = (np.zeros, np.ones, np.empty, np.full)
_SIZED = frozenset((*_ALLOCATING, *_COUNTED)) - {range}
_TELLING = (S.Assign, S.Aug, S.Do, S.Return, S.If, S.For, S.While, S.Assert)
_ARITHMETIC = ("@", *OF_NUMBERS[:5])


def parameter_types(fn: S.Function, given: Mapping[str, Type], found: Evidence) -> dict[str, Type]:
    """The types of the parameters when the function is entered."""
    out: dict[str, Type] = {}
    known = annotated(fn)
    for p in fn.params:
        shape = T.opaque_shape(p.name)
        if p.name in found.ranks:
            shape = T.of_rank(shape, found.ranks[p.name])
        if p.name in given:
            t = given[p.name]
            out[p.name] = dataclasses.replace(t, kind="array") if t.kind == "numeric" and p.name in found.arrays else t
        elif p.name in known:
            t = known[p.name]
            out[p.name] = dataclasses.replace(t, shape=shape) if t.kind == "array" and t.shape is None else t
        elif p.kind in ("*", "**"):
            out[p.name] = Type("tuple" if p.kind == "*" else "dict")
        elif p.name in found.numbers or p.name in found.first:
            out[p.name] = T.INT if p.name in found.integers else T.NUMBER
        elif p.name in found.arrays or p.name in found.first_arrays:
            out[p.name] = Type("array", shape)
        elif p.name in found.numeric:
            out[p.name] = Type("numeric", shape)
        else:
            out[p.name] = Type("any", shape)
    return {name: T.identified(t, name) if name in found.bounds else t for name, t in out.items()}


def annotated(fn: S.Function) -> dict[str, Type]:
    out = {}
    for p in fn.params:
        name = annotated_class(p.annotation)
        if name in _ANNOTATIONS:
            out[p.name] = _ANNOTATIONS[name]
        elif name in ("ndarray", "NDArray", "ArrayLike"):
            out[p.name] = T.array(None, None)
    return out


class Evidence(Uses):
    """Names that must be numbers, arrays, or one of the two.

    A statement that is not executed in a run proves nothing of a variable that something else of the function updates under
    another name: those are `doubtful`, numbers as it seems, unless a statement that is always executed says so.
    """

    def __init__(self, fn: S.Function) -> None:
        self._body = fn.body
        self.numbers: set[str] = set()
        self.integers: set[str] = set()
        self.arrays: set[str] = set()
        self.numeric: set[str] = set()
        self.slices: dict[str, str] = {}
        bound = [n for s in S.walk_stmts(fn.body) for n in S.writes(s)]
        params = self._params = {p.name for p in fn.params}
        self.rebound = {n for n, count in Counter(bound).items() if n in params or count > 1}
        self.asked = asked_for_type(fn)
        #: The variables that say where parts of arrays begin and end, and how long arrays are.
        self.bounds = _bounds(fn.body)
        always = tuple(itertools.takewhile(lambda s: type(s) not in S.COMPOUND or not any(
            isinstance(t, S.Return) for t in S.walk_stmts((s,))), fn.body))
        self.ranks = _ranks(always, params - self.rebound, self.rebound)
        updates = frozenset(s for s in S.walk_stmts(fn.body) if _is_update(s))
        started = Counter(n for s in S.walk_stmts(fn.body) if s not in updates for n in S.writes(s))
        self.updated = self.rebound - started.keys()
        #: Variables that get one value, which is updated from then on, and those of which that value must be a number: no
        #: update, but ``@``, makes a number of an array.
        self._started = self.updated | {n for n, count in started.items() if count == 1 and n not in params}
        self._started -= {n for s in updates if "@" in _operators(s) for n in S.writes(s)}
        self.first: set[str] = set()
        #: Parameters that are bound again, and are arrays when the function is entered.
        self.first_arrays: set[str] = set()
        self._entry: dict[str, frozenset[S.Stmt]] = {}
        self._certain = False
        self._proofs = Proofs(fn.body)
        self.derived = fn.loc is not None and is_checked(fn.loc.source.filename)
        self._statements = [s for s in S.walk_stmts(fn.body) if isinstance(s, _TELLING)]
        self.pushed = Pushed(fn.body, self._statements, self.rebound)
        self.filled_lists = filled_lists(self._statements, self.rebound)
        self._prove(self._statements)
        self.arrays |= self.numeric & self._subscripted()  # a number has no parts
        self.doubtful: Set[str] = (self.numbers | self.first) & _updated_under_another_name(self._statements)
        if self.doubtful:
            self.doubtful -= self.surely_numbers
            self.numbers -= self.doubtful
            self.first -= self.doubtful
            self.numeric |= self.doubtful

    def _prove(self, statements: list[S.Stmt]) -> None:
        """Find what statements prove together."""
        known = -1
        settled: list[S.Stmt] = []
        while known != self._count():  # a sum proves one operand by the other
            known = self._count()
            for s in statements:
                self._statement(s)
            for s in reversed(settled):  # a result that is a number proves its operands, whenever that is found out
                if s.target.data in self.numbers or s.target.data in self.first:  # type: ignore[union-attr]
                    self._from_result(s)  # type: ignore[arg-type]
            if not self.slices:
                left: list[S.Stmt] = []
                for s in statements:
                    (settled if self._says_no_more(s) else left).append(s)
                statements = left

    @cached_property
    def surely_numbers(self) -> frozenset[str]:
        """The variables that a statement proves to be numbers, or to be so at first, whichever way the function takes."""
        sure = copy.copy(self)
        sure.numbers, sure.first, sure.arrays, sure.numeric, sure._certain = set(), set(), set(), set(), True
        sure._proofs = Proofs(self._body)
        ends = next((n for n, s in enumerate(self._body) if any(isinstance(t, S.Return) for t in S.walk_stmts((s,)))), None)
        sure._prove([s for s in self._body[:None if ends is None else ends + 1] if isinstance(s, _TELLING)])
        return frozenset(sure.numbers | sure.first)

    def _says_no_more(self, s: S.Stmt) -> bool:
        """Is this arithmetic on variables and constants, all of which are known to be numeric? Of the operands only the result
        tells more."""
        if not isinstance(s, S.Assign) or s.target.head != "var" or s.value.head != "op":
            return False
        e = s.value
        for a in e.args:
            if a.args:
                return False
        return e.data in _ARITHMETIC or e.data in ("+", "*") and self._calculates(e)

    def _count(self) -> int:
        return len(self._proofs) + sum(map(len, (self.numeric, self.arrays, self.numbers, self.first, self.first_arrays)))

    def _subscripted(self) -> set[str]:
        found = {part.args[0].data for s in self._statements for e in S.expressions(s)
                 if e.heads & E.INDEX for part in E.walk(e) if part.head == "index" and part.args[0].head == "var"}
        return found | {s.target.args[0].data for s in self._statements if isinstance(s, (S.Assign, S.Aug))
                        and s.target.head == "index" and s.target.args[0].head == "var"}

    def _statement(self, s: S.Stmt) -> None:
        self._here = s
        if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "index":
            obj, key = s.value.args
            if obj.head == "var" and key.head == "slice":
                self.slices[s.target.data] = obj.data
        if isinstance(s, S.Assign) and s.target.head == "index" and s.target.args[0].head == "var" \
                and _array_key(s.target.args[1]):
            self._array(s.target.args[0])
        if isinstance(s, S.Assign) and s.target.head == s.value.head == "var":  # two names for one value
            for kind in (self.numbers, self.arrays, self.numeric):
                for a, b in ((s.target.data, s.value.data), (s.value.data, s.target.data)):
                    if a in kind:
                        self._add(kind, b, a)
            if s.target.data in self.first:
                self._add(self.numbers, s.value.data, s.target.data)
        for e in S.expressions(s):
            if e.args:
                self._expression(e)
        if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "op":
            if s.value.data in _ARITHMETIC or s.value.data in ("+", "*") and self._calculates(s.value):
                self._numeric(s.target)
            name = s.target.data
            if name in self.numeric and s.value.data in ("+", "*") or name in self.numbers or name in self.first:
                self._from_result(s)

    def _from_result(self, s: S.Assign) -> None:
        """Enter what a statement proves of the operands of its arithmetic by what its result is: a multiple of a list is a list,
        and so is the sum of two parts of one."""
        name = s.target.data
        if name in self.numbers or name in self.first and not _is_update(s):
            self._here = s
            self._number(s.value, name)
        if name in self.numeric and s.value.data in ("+", "*") and len(s.value.args) == 2:
            self._here = s
            a, b = s.value.args
            if s.value.data == "*" and (_is_numeric_constant(a) or _is_numeric_constant(b)):  # of a list it is a list
                self._numeric(b if _is_numeric_constant(a) else a)
            elif s.value.data == "+" and a.data in self.slices and self.slices.get(a.data) == self.slices.get(b.data):
                self._numeric(a)

    def _expression(self, e: Expr) -> None:
        if e.head in ("ifexp", "bool", "comp", "function"):
            return
        if e.head == "op" and (e.data in _ARITHMETIC or e.data in ("+", "*") and self._calculates(e)):
            for a in e.args:
                self._numeric(a)
        elif e.head == "compare" and e.data[0] in ("<", ">", "<=", ">=") and any(map(_is_numeric_constant, e.args)):
            for a in e.args:
                self._numeric(a)
        elif e.head == "index" and _array_key(e.args[1]):
            self._array(e.args[0])
        elif e.head == "attr" and e.data in NUMBER_ATTRIBUTES:
            self._numeric(e.args[0])
        elif e.head == "attr" and (e.data in ARRAY_ATTRIBUTES or e.data in ("shape", "ndim")):
            self._array(e.args[0])
        elif e.head == "call":
            self._call(e)
        for a in e.args:
            if a.args:
                self._expression(a)

    def _callee(self, e: Expr) -> None:
        """What a function with source proves about its parameters holds for the arguments."""
        function = python_function(E.callee(e)) if e.args[0].head == "ref" else None
        if function is None or rule_for(function) is not None:
            return
        known = summary(function)
        names = function.__code__.co_varnames
        for n, (mark, a) in enumerate(E.arguments(e)):
            name = mark or (names[n] if n < function.__code__.co_argcount else "")
            if a.head == "var" and name in known and (known[name] != "likely number" or not self._certain):
                kinds = {"array": self.arrays, "numeric": self.numeric}
                self._add(kinds.get(known[name], self.numbers), a.data)

    def _calculates(self, e: Expr) -> bool:
        """Is this sum or product one of numbers or arrays, surely not of lists or strings?"""
        if e.data == "*":
            for a in e.args:
                if a.head in ("list", "tuple", "const") and type(a.data) is not float:
                    return False
            return True
        return any(_is_numeric_constant(a) or a.head == "op" and (a.data in _ARITHMETIC or self._calculates(a))
                   or a.head == "var" and self._known(a.data) for a in e.args)

    def _known(self, name: str) -> bool:
        return name in self.numeric or name in self.numbers or name in self.arrays

    def _call(self, e: Expr) -> None:
        if e.args[0].head == "attr" and canonical(e) is not e and e.args[0].data not in ("copy", "index", "take", "round"):
            self._array(e.args[0].args[0])
            return
        self._callee(e)
        self._counts(e)
        if E.hashable_callee(e) is math.hypot and not any(e.data.marks):
            for a in e.args[1:]:
                self._number(a)
        try:
            found = application(e)
        except BindError:
            return
        if found is not None and found.rule.elementwise:
            for a in found.args():
                if a.head == "var" and (found.rule.scalar or a.data not in self.sequences):
                    self._add(self.numbers if found.rule.scalar else self.numeric, a.data)
                elif a.head == "op" and found.rule.scalar:
                    self._number(a)

    def _counts(self, e: Expr) -> None:
        """What counts steps or gives the length of an axis is an integer."""
        fn, args = E.callee(e), e.args[1:]
        if fn in _COUNTED:
            counts = args
        elif fn in _ALLOCATING and args and args[0].head in ("tuple", "list"):
            counts = args[0].args
        elif fn in _ALLOCATING and args:  # a shape may also be a tuple, but not one that something calculates with
            counts = args[:1] if args[0].head == "op" or args[0].head == "var" and args[0].data in self.numeric else ()
        else:
            return
        for a in counts:
            for name in _operands(a):
                self._add(self.numbers, name, counts=True)
                if name in self.numbers and fn is not np.arange:
                    self.integers.add(name)

    def refined(self, name: str, t: Type) -> Type:
        """The type of a variable about which nothing but its uses is known."""
        if t.kind != "any" or name not in self.numeric and name not in self.numbers and name not in self.arrays:
            return t
        if name in self.numbers:
            return T.INT if name in self.integers else T.NUMBER
        return Type("array" if name in self.arrays else "numeric", t.shape, t.dtype)

    def _add(self, kind: set[str], name: str, same: str | None = None, counts: bool = False) -> None:
        number = kind is self.numbers
        if name in self.asked or number and not self._proofs.prove(name, self._here, same, counts):
            return
        if name not in self.rebound or not number and name in self.updated:
            kind.add(name)
        elif kind is self.arrays and name in self._params and self._here in self._before_binding(name):
            self.first_arrays.add(name)
        elif number and name in self._started:
            self.first.add(name)

    def _before_binding(self, name: str) -> frozenset[S.Stmt]:
        """The statements that read a parameter as it was given, at least in the first iteration of the loop that they are in."""
        found = self._entry.get(name)
        if found is None:
            found = self._entry[name] = frozenset(_until_bound(name, self._body))
        return found

    def _number(self, e: Expr, result: str | None = None) -> None:
        """The operands of arithmetic whose result is a number are numbers, where that is proved of `result`."""
        if e.head == "var":
            self._add(self.numbers, e.data, result)
        elif e.head == "op" and e.data in OF_NUMBERS:
            for a in e.args:
                self._number(a, result)

    def _numeric(self, e: Expr) -> None:
        if e.head == "index" and e.args[1].head == "slice":
            self._array(e.args[0])
        if e.head == "var":
            self._add(self.numeric, e.data)
            if e.data in self.slices:
                self._add(self.arrays, self.slices[e.data])

    def _array(self, e: Expr) -> None:
        if e.head == "var":
            self._add(self.arrays, e.data)


def _until_bound(name: str, body: S.Block) -> Iterator[S.Stmt]:
    """The statements of a block, and of the loops in it, that are executed before one may bind a variable."""
    for s in body:
        if isinstance(s, (S.For, S.While)) and not (isinstance(s, S.For) and name in S.bound(s.target)):
            yield from _until_bound(name, s.body)
        elif type(s) not in S.COMPOUND:
            yield s
        if any(name in S.writes(t) or isinstance(t, (S.Break, S.Continue, S.Return)) for t in S.walk_stmts((s,))):
            return


_summaries: dict[types.CodeType, Mapping[str, str]] = {}


def summary(function: types.FunctionType) -> Mapping[str, str]:
    """The kinds that a function's statements prove its parameters to be."""
    code = function.__code__
    if code not in _summaries:
        _summaries[code] = {}  # nothing is known of a function that is being looked at
        try:
            unit = load(function)
        except DerivativeError:
            return {}
        fn, found, seen = unit.function, Evidence(unit.function), likely(unit.names.classes(), function)
        table = {"numeric": found.numeric, "array": found.arrays, "likely number": found.numbers | found.first | found.doubtful,
                 "number": found.surely_numbers}
        objects = seen.objects() if seen is not None else frozenset()
        _summaries[code] = {p.name: kind for kind, names in table.items() for p in fn.params if p.name in names - objects}
    return _summaries[code]


def _bounds(body: S.Block) -> frozenset[str]:
    """The variables in the bounds of slices and in lengths of new arrays, and those that they are computed from."""
    waiting: set[str] = set()
    made: dict[str, frozenset[str]] = {}
    for s in S.walk_stmts(body):
        if isinstance(s, (S.Assign, S.Aug)):
            for name in s.written:
                made[name] = made.get(name, E.NO_NAMES) | s.value.names
        for e in S.expressions(s):
            for part in E.walk(e) if e.heads & (E.INDEX | E.CALL) else ():
                if part.head == "slice" or part.head == "call" and E.hashable_callee(part) in _SIZED:
                    waiting |= part.names
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= made.get(name, E.NO_NAMES) - found
    return frozenset(found)


def _ranks(body: S.Block, params: Set[str], rebound: Set[str]) -> dict[str, int]:
    """The ranks of parameters that statements tell which take the lengths of them, or of their copies."""
    of = {name: name for name in params}
    for s in body:
        if isinstance(s, S.Assign) and s.target.head == "var" and s.target.data not in rebound:
            copied = _copied(s.value)
            if copied.head == "var" and copied.data in of:
                of[s.target.data] = of[copied.data]
    return {of[s.value.args[0].data]: len(s.target.args) for s in body if _takes_lengths(s) and s.value.args[0].data in of}


def _copied(e: Expr) -> Expr:
    """The array that an expression makes a copy of, of the same shape."""
    if e.head == "call" and e.args[0].head == "attr" and e.args[0].data == "copy" and len(e.args) == 1:
        return e.args[0].args[0]
    return e.args[1] if E.hashable_callee(e) is runtime.copy else E.NONE


def _takes_lengths(s: S.Stmt) -> TypeGuard[S.Assign]:
    """``n, m = x.shape``, which tells the rank of `x`."""
    return isinstance(s, S.Assign) and s.target.head in ("tuple", "list") and s.value.head == "attr" and s.value.data == "shape" \
        and s.value.args[0].head == "var" and all(t.head != "star" for t in s.target.args)


def _is_update(s: S.Stmt) -> bool:
    """Does a statement give its variable a value computed from the old one?"""
    if isinstance(s, S.Aug):
        return True
    return isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "op" \
        and s.target.data in s.value.names and s.target in s.value.args


def _updated_under_another_name(statements: list[S.Stmt]) -> set[str]:
    """The variables for values that have two names, one of which an augmented assignment updates."""
    same = Groups()
    renamed = [(s.target.data, s.value.data) for s in statements
               if isinstance(s, S.Assign) and s.target.head == s.value.head == "var"]
    for both in renamed:
        same.merge(*both)
    updated = {same.find(s.target.data) for s in statements if isinstance(s, S.Aug) and s.target.head == "var"}
    return {name for both in renamed for name in both if same.find(name) in updated}


def _operators(s: S.Stmt) -> tuple[str, ...]:
    """The operators of an update."""
    return (s.symbol,) if isinstance(s, S.Aug) else tuple(e.data for e in S.expressions(s) if e.head == "op")


def _is_numeric_constant(e: Expr) -> bool:
    return e.head == "const" and type(e.data) in (int, float)


def _operands(e: Expr) -> tuple[str, ...]:
    """The variables that arithmetic combines, of integers and not of tuples."""
    if e.head == "op" and (e.data in ("-", "//") or e.data == "+" and any(a.head == "const" for a in e.args)):
        return tuple(name for a in e.args for name in _operands(a))
    return (e.data,) if e.head == "var" else ()


def _array_key(key: Expr) -> bool:
    if key.head == "tuple":
        return any(a.head == "slice" or E.is_const(a, None) or E.is_const(a, ...) for a in key.args)
    return E.is_const(key, None) or E.is_const(key, ...) or key.head == "compare"
