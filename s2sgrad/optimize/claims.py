"""What is known about the variables of a generated function, whatever the passes do to its statements.

Primal variables have the types that the analyses of the primal found. The adjoint and the tangent of a number are
numbers. Of the rest, the only definition of a variable tells.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.analysis.inference import type_of
from s2sgrad.differentiate.naming import ADJOINT, LOCAL, TANGENT, is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.types import Type
from s2sgrad.lower.names import is_temporary
from s2sgrad.rules.families import library
from s2sgrad.rules.moduli import makes_reals
from s2sgrad.rules.registry import Rule, rule_for

Declared = Callable[[str], Type]

_DERIVED = ADJOINT, TANGENT
#: Helpers whose result is of the kind of their first argument.
_LIKE_FIRST = frozenset((runtime.unbroadcast, runtime.fitted, runtime.expand, runtime.copy, runtime.restore_axes,
                         runtime.sum_adjoint, runtime.scalar_seed, runtime.check_seed))
REAL = ("float", "int", "bool", "real")
_ALWAYS_NUMBERS = frozenset((len, int, float, round, np.size, np.ndim))


def rule_of(e: Expr) -> Rule | None:
    """The rule of what a call calls."""
    fn = E.hashable_callee(e)
    return None if fn is None else rule_for(fn)


def _read_later(body: S.Block, known: set[str], candidates: set[str], out: set[str]) -> None:
    """Enter those of `candidates` into `out` that are read where `body` has not bound them on the way; `known` are bound.

    What the body binds is known while it is looked at alone: of many loops, none copies what all of them have bound.
    """
    bound: set[str] = set()
    for s in body:
        if not candidates.isdisjoint(s.read):
            out |= (candidates & s.read) - known
        for name in s.written:
            if name in candidates and name not in known:
                known.add(name)
                bound.add(name)
        if type(s) in S.COMPOUND:
            for block in S.blocks(s):
                _read_later(block, known, candidates, out)
            if type(s) is S.For:
                known -= bound & s.written
                bound -= s.written
    known -= bound


def _number_by(fn: Any) -> tuple[slice, ...]:
    """By which arguments of a function, if all are numbers, its result is one; none where it is not even then."""
    if fn in _ALWAYS_NUMBERS or library(fn) in ("math", "cmath"):
        return (slice(0, 0),)
    if fn in (runtime.unbroadcast, runtime.fitted):
        return (slice(2, 3),)
    if fn in _LIKE_FIRST:
        return (slice(1, 3),)
    rule = rule_for(fn)
    return (slice(1, None),) if rule is not None and rule.elementwise else ()


def is_stated_number(name: str, declared: Declared, relaxed: Container[str]) -> bool:
    """Do the analyses of the primal say that a variable is a number, or the adjoint or tangent of one?"""
    while not name.startswith(LOCAL) and name not in relaxed:
        if not name.startswith(_DERIVED):
            return declared(name).is_number
        name = name[1:]
    return False


class Claims:
    """Facts about the variables of `fn`; `origin` maps variables that a pass has split off to what they came from.

    `relaxed` are adjoints that may be arrays although they are adjoints of numbers.
    """

    def __init__(self, fn: S.Function, declared: Declared, origin: Mapping[str, str],
                 relaxed: Container[str] = frozenset(), reals: Callable[[], bool] = lambda: False) -> None:
        self.relaxed = relaxed
        self._reals = reals
        self.declared = declared
        self.origin = origin
        self.numbers: set[str] = set()
        self.inexact_names: set[str] = set()
        self.may_be_complex = False
        #: Assignments of what shares memory with nothing: that stays so, since numbers remain numbers.
        self.sharing_nothing: set[S.Stmt] = set()
        self.parameters = frozenset(p.name for p in fn.params)
        self.required = frozenset(p.name for p in fn.params if p.default is None)
        #: What its uses show to be an array may be None for the ways through the function that do not use it.
        self.optional = frozenset(p.name for p in fn.params if p.default is not None and E.is_const(p.default, None))
        self._known: dict[str, Type] = {}
        self._types: dict[str, Type] = {}
        self._of: dict[Expr, Type] = {}
        self._told_by: dict[Any, tuple[slice, ...]] = {}
        self._order: list[tuple[str, S.Stmt]] = []
        self._set_in_parts = {self.base(s.target.args[0].data) for s in S.walk_stmts(fn.body) if isinstance(
            s, (S.Assign, S.Aug)) and s.target.head == "index" and s.target.args[0].head == "var"}
        self.turn_to(fn)
        self._settled = False
        for p in fn.params:
            self._classify(p.name, None)
        for name, _ in self._order:
            self._classify(name, self.definition[name])
        self._typed = 0
        self._settled = True
        for name, s in self._order:  # elements of arrays whose adjoints have their shape
            if isinstance(s, S.Assign) and s.value.head == "index" and name not in self.numbers and self.value(name) is s.value \
                    and is_derivative(name) and self.is_number(s.value):
                self.numbers.add(name)

    def turn_to(self, fn: S.Function) -> None:
        """Take the definitions from `fn`, which has the same variables or fewer; the other facts stand."""
        bound = [(name, s) for s in S.walk_stmts(fn.body) for name in s.written]
        self._order = self._order or bound
        self.bindings = Counter([*(p.name for p in fn.params), *[name for name, _ in bound]])
        self.definition: dict[str, S.Stmt | None] = {**{p.name: None for p in fn.params}, **dict(bound)}
        if len(self.definition) < len(bound) + len(fn.params):
            self.definition.update(dict.fromkeys([name for name, count in self.bindings.items() if count > 1]))
        self.body = fn.body
        self._carried: set[str] | None = set() if S.COMPOUND.isdisjoint(map(type, fn.body)) else None

    def add_number(self, name: str, value: Expr) -> None:
        """A new variable stands for a number, which is `value`."""
        self.numbers.add(name)
        self._types[name] = Type("number", T.SCALAR, self.of(value).dtype)
        if self.is_inexact(value):
            self.inexact_names.add(name)

    def base(self, name: str) -> str:
        """The variable that the differentiator knows."""
        return self.origin.get(name, name)

    def is_constant(self, name: str) -> bool:
        """Is the variable bound once, so that it means the same wherever it is read?

        What an earlier iteration of a loop bound is not the same any more: other variables have moved on.
        """
        return self.bindings.get(name) == 1 and name not in (self._carried_over() if self._carried is None else self._carried)

    def _carried_over(self) -> set[str]:
        """The variables bound in a loop that are read where this iteration may not have bound them."""
        if self._carried is None:
            self._carried = set()
            repeated = [s for s in S.walk_stmts(self.body) if type(s) is S.For or type(s) is S.While]
            if repeated:
                inside = {n for s in S.walk_stmts(repeated) for n in S.writes(s)}
                _read_later(self.body, set(), inside, self._carried)
        return self._carried

    def value(self, name: str) -> Expr | None:
        """What a variable with a single definition is bound to, wherever it is read."""
        s = self.definition.get(name)
        if type(s) is not S.Assign or s.target.head != "var" or name in self._carried_over():
            return None
        return s.value

    # ---- numbers and floating point -----------------------------------------------------------------------------

    def _classify(self, name: str, s: S.Stmt | None) -> None:
        base = self.origin.get(name, name)
        t = self._known.get(base) or self._declared(name)
        if t.dtype == "complex":
            self.may_be_complex = True
        if t.kind == "number" or t.kind == "numeric" and t.is_number:
            self.numbers.add(name)
            if t.dtype == "float":
                self.inexact_names.add(name)
                return
        if t.dtype in ("float", "complex") or base[0] in _DERIVED and self._is_numeric_adjoint(base):
            self.inexact_names.add(name)
        if isinstance(s, S.Assign) and s.target.head == "var":
            if name not in self.numbers and t.kind in ("any", "numeric") and self.is_number(s.value):
                self.numbers.add(name)
            if name not in self.inexact_names and self.is_inexact(s.value):
                self.inexact_names.add(name)

    def _declared(self, name: str) -> Type:
        base = self.origin.get(name, name)
        found = self._known.get(base)
        if found is None:
            found = self._known[base] = self._stated(base)
        return found

    def _stated(self, base: str) -> Type:
        if base.startswith(LOCAL) or base in self.relaxed:
            return T.ANY
        if base.startswith(_DERIVED):
            t = self._declared(base[1:])
            if not t.is_number:
                return self._like_array(base, t)
            return T.FLOAT if t.dtype in ("int", "bool", "float") else Type("number", T.SCALAR, t.dtype)
        return self.declared(base)

    def _like_array(self, base: str, t: Type) -> Type:
        """The type of the adjoint of an array of type `t`: it has that shape, but where un-broadcasting is put off."""
        known = t.is_array and isinstance(t.shape, T.Shape) and (t.shape.dims or base in self._set_in_parts) \
            and base.startswith(ADJOINT) and not is_temporary(base[1:]) and base not in self.parameters
        return Type("array", t.shape) if known else T.ANY

    def _is_numeric_adjoint(self, base: str) -> bool:
        """Is this the adjoint or the tangent of a number or an array, as far as is known?"""
        if not base.startswith(_DERIVED) or base.startswith(LOCAL):
            return False
        return self.declared(base.lstrip("~^")).kind in ("number", "array", "numeric", "any")

    def is_number(self, e: Expr) -> bool:
        """Is the value of `e` a number, not an array or a structure?"""
        head = e.head
        if head == "var":
            return e.data in self.numbers
        if head == "index":
            return self._settled and e.args[1].head != "slice" and self.of(e).is_number
        if head == "const":
            return isinstance(e.data, (int, float, complex))
        if head == "op":
            if e.data == "@":
                return False
            for a in e.args:
                if a.data not in self.numbers if a.head == "var" else not self.is_number(a):
                    return False
            return True
        if head == "compare":
            return all(map(self.is_number, e.args))
        if head == "ifexp":
            return self.is_number(e.args[1]) and self.is_number(e.args[2])
        if head == "attr":
            return e.data in ("size", "ndim")
        return head == "call" and self._gives_number(e)

    def _gives_number(self, e: Expr) -> bool:
        fn = E.hashable_callee(e)
        if fn is None:
            return False
        told_by = self._told_by.get(fn)
        if told_by is None:
            told_by = self._told_by[fn] = _number_by(fn)
        return bool(told_by) and all(map(self.is_number, e.args[told_by[0]]))

    def is_inexact(self, e: Expr) -> bool:
        """Does `e` compute with floating-point numbers, so that multiplying by 1.0 changes nothing?"""
        head = e.head
        if head == "var":
            return e.data in self.inexact_names
        if head == "const":
            return isinstance(e.data, (float, complex))
        if head == "op":
            if e.data in ("+", "-", "*", "/", "**", "@"):
                for a in e.args:
                    if a.data in self.inexact_names if a.head == "var" else self.is_inexact(a):
                        return True
            return False
        if head == "ifexp":
            return self.is_inexact(e.args[1]) and self.is_inexact(e.args[2])
        if head == "index":
            return self.is_inexact(e.args[0])
        if head == "call":
            fn = E.hashable_callee(e)
            if fn is None:
                return False
            if fn in _LIKE_FIRST:
                return self.is_inexact(e.args[1])
            if library(fn) == "math":
                return True
            if fn is np.where:
                return any(map(self.is_inexact, e.args[2:]))
            rule = rule_for(fn)
            return rule is not None and rule.elementwise and any(map(self.is_inexact, e.args[1:]))
        return False

    # ---- types --------------------------------------------------------------------------------------------------

    def of(self, e: Expr) -> Type:
        """The type of an expression."""
        if e.head == "var":
            if e.data not in self._types:
                self._reach(e.data)
            return self._types.get(e.data, T.ANY)
        found = self._of.get(e)
        if found is None:
            for name in e.names:
                if name not in self._types:
                    self._reach(name)
            found = self._of[e] = type_of(e, self._types)
        return found

    def shape(self, e: Expr) -> T.AnyShape:
        t = self.of(e)
        return T.SCALAR if t.is_number else t.shape

    def is_real(self, e: Expr) -> bool:
        """Is the value of `e` real, as far as anything in the function is known to be complex?"""
        return not self.may_be_complex or self.of(e).dtype in REAL

    def has_field_of(self, e: Expr, other: Expr) -> bool:
        """Is `other` complex where `e` is? What a number is multiplied by may be complex, or real."""
        return e is other or self.of(e).dtype in REAL or not self._makes_reals

    @cached_property
    def _makes_reals(self) -> bool:
        return self._reals() or makes_reals(self.body)

    def of_one_field(self, b: Expr, like: Expr) -> bool:
        """Is an adjoint `b` of `like` real where that is? One of ``abs(z)`` is computed from `z`, which may be complex."""
        return self.of(like).dtype not in REAL or all(map(self._is_real_name, self._made_of(b.names)))

    def _made_of(self, names: frozenset[str]) -> list[str]:
        """`names`, and where moduli and real parts are taken what those of them are calculated from that have no primal: a part
        of an adjoint is complex where that is."""
        found = list(names)
        for name in found if self._makes_reals else ():
            value = self.value(name) if self.base(name).startswith(LOCAL) else None
            found += [n for n in value.names if n not in found] if value is not None else ()
        return found

    def _is_real_name(self, name: str) -> bool:
        """Is a variable real, if all that it is the adjoint of and all that comes from outside is?"""
        base = self.base(name)
        if base.startswith(LOCAL):
            return not self.may_be_complex and (not self._makes_reals or self.value(name) is not None)
        if base in self.parameters and base.startswith(_DERIVED):  # a seed, which is real unless the caller says what it is
            return not self.may_be_complex and (base not in self.required or not self._makes_reals)
        return self._types.get(name, T.ANY).dtype in REAL or self.declared(base.lstrip("~^")).dtype in REAL

    def same_shape(self, a: Expr, b: Expr) -> bool:
        """Do `a` and `b` have the same shape, for sure?"""
        if self.is_number(a) and self.is_number(b):
            return True
        shape = self.shape(a)
        return shape is not None and shape == self.shape(b)

    def _reach(self, name: str) -> None:
        """Type the definitions up to that of `name`, in the order of the text, each of them once."""
        if self.definition.get(name) is None or self._typed >= len(self._order):
            self._types[name] = self._declared(name)
            return
        while name not in self._types and self._typed < len(self._order):
            bound, s = self._order[self._typed]
            self._typed += 1
            t = self._declared(bound)
            if bound in self.numbers and not t.is_number:
                t = T.NUMBER
            value = self.value(bound)
            if t.kind == "any" and value is not None:
                for n in value.names:
                    if n not in self._types:
                        self._types[n] = self._declared(n)
                t = type_of(value, self._types)
            self._types[bound] = t


def declared_by(types: Mapping[str, Type] | Declared) -> Declared:
    """The types of primal variables as a function of the name."""
    return types if callable(types) else lambda name: types.get(name, T.ANY)
