"""What has the shape of a result and need not be computed for it.

    e = 0.0
    for i in range(len(x) - 1):                        be = scalar_seed(be, k + element(x))
        e += k * (x[i + 1] - x[i]) ** 2

That a function gives one number, and a real one, is checked when its derivative runs. Where broadcasting is all that gives
the result its shape, the parameters that take part have the same shape together, and nobody has to compute the result for
it. Only operations count that make complex numbers of complex numbers and of nothing else.
"""
from __future__ import annotations

import functools
from collections.abc import Set

import numpy as np

from s2sgrad.analysis.facts import Facts
from s2sgrad.analysis.single import is_elementwise
from s2sgrad.differentiate import library as lib
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.targets import given
from s2sgrad.ir.types import Type
from s2sgrad.lower.names import is_temporary
from s2sgrad.rules.families import library
from s2sgrad.runtime import element

#: Expressions that broadcast to the shape of a value.
_Leaves = dict[Expr, None]
_MOST = 6
#: What is computed in more steps than this from a variable is not followed back to it.
_DEEP = 4
#: A result that depends on more variables than this is computed: programs may be thousands of statements long.
_FAR = 60
_REAL = ("float", "int", "bool", "real")
_COMPLEX = frozenset("FDG")


def likes(result: Expr, facts: Facts, single: Set[str]) -> tuple[Expr | None, Expr | None, Expr | None]:
    """An expression of the shape of the variable `result`, or else two of shapes that may be larger.

    Of these, parameters that are bound again are part with their last values, which have all axes of the first ones: the
    last iteration of a loop may compute what nobody reads. In the second, the parameters are that they are computed from as
    well. `single` are variables known to have one element.
    """
    like = _like(result, facts, single)
    if like is not None or result.head != "var":
        return like, None, None
    moving = any(facts.definitions.get(p.name) for p in facts.function.params)
    made = facts.single_definition(result.data)
    wider = moving or isinstance(made, S.Assign) and library(E.hashable_callee(made.value)) == "math"
    return None, _like(result, facts, single, "all") if wider else None, _like(result, facts, single, "last") if moving else None


def _like(result: Expr, facts: Facts, single: Set[str], moving: str = "") -> Expr | None:
    if result.head != "var" or result.data not in facts.definitions:
        return None
    search = _Search(facts, single, moving=moving)
    found = search.of_name(result.data)
    if moving == "last" and not search.is_of_loops():
        return None  # the result itself costs little
    if not found or len(found) > _MOST:
        return None
    return _sum(found)


def shown_by(like: Expr | None) -> tuple[frozenset[str], frozenset[str | Expr]]:
    """The parameters that have one element where that of `likes` has, and those whose elements have, or one of which an
    element has, ``ys[0]``."""
    shown: set[str] = set()
    filled: set[str | Expr] = set()
    while like is not None:
        rest, e = like.args if like.head == "op" else (None, like)
        if e.head == "var":
            shown.add(e.data)
        elif E.callee(e) is element and e.args[1].head == "var":
            filled.add(e.args[1].data)
        elif e.head == "index":
            filled.add(e)
        like = rest
    return frozenset(shown), frozenset(filled)


def _sum(leaves: _Leaves) -> Expr:
    first, *rest = leaves
    for e in rest:
        first = E.op("+", first, e)
    return first


def _keeps_field(e: Expr) -> bool:
    """Is the value of an operation complex where an operand is, and only there?"""
    if e.head == "op":
        return e.data != "**" or e.args[1].head == "const" and type(e.args[1].data) is int
    fn = E.callee(e)
    return isinstance(fn, np.ufunc) and _is_analytic(fn)


@functools.cache
def _is_analytic(fn: np.ufunc) -> bool:
    """Does a function give one complex number for complex ones, and none for others?"""
    loops = [t.split("->") for t in fn.types if "O" not in t]
    return fn.nout == 1 and all(_COMPLEX.isdisjoint(given) == _COMPLEX.isdisjoint(made) for given, made in loops)


def _is_product(e: Expr) -> bool:
    """Is this ``a @ b`` or ``np.matmul(a, b)``?"""
    return e.head == "op" and e.data == "@" or E.callee(e) is np.matmul and len(e.args) == 3 and not any(e.data.marks)


def _is_slice(e: Expr) -> bool:
    """Is this ``x[1:]``, of constant bounds?"""
    return e.head == "index" and e.args[1].head == "slice" and not e.args[1].names and not e.args[1].heads & E.CALL


def _is_number(t: Type) -> bool:
    """Is this a number, and not known to be a complex one? Results that are such numbers are not checked either."""
    return t.kind == "number" and t.dtype != "complex"


def inside(body: S.Block, *kinds: type[S.Stmt]) -> set[S.Stmt]:
    """The statements inside statements of some kinds."""
    return {t for s in S.walk_stmts(body) if isinstance(s, kinds) for t in S.walk_stmts((s,))}


class _Search:
    def __init__(self, facts: Facts, single: Set[str], around: tuple[str, ...] = (), moving: str = "") -> None:
        self.facts = facts
        self.moving = moving
        self.single = single
        self.seen: set[str] = set()
        #: The variables whose values are asked for; those `around` depend on a product of what is looked for here.
        self.path = list(around)
        self.around = frozenset(around)
        self.params = {p.name for p in facts.function.params}
        self.top = set(facts.function.body)
        self.chosen = inside(facts.function.body, S.If)
        self.guarded = inside(facts.function.body, S.Try, S.With)

    def is_of_loops(self) -> bool:
        """Is something of what is looked for computed in a loop or a branch?"""
        return any(s not in self.top for n in self.seen - self.params for s in self.facts.definitions.get(n, ()))

    def of_name(self, name: str) -> _Leaves | None:
        if name in self.seen:
            return {}
        if len(self.seen) + len(self.path) >= _FAR or name in self.around:
            return None
        self.seen.add(name)
        self.path.append(name)
        out = self._of_bound(name)
        self.path.pop()
        return out

    def _of_bound(self, name: str) -> _Leaves | None:
        bound = self.facts.definitions.get(name, ())
        out: _Leaves = {}
        if name in self.params:
            if bound and not (self.moving and all(self._keeps_axes(s, name) for s in bound)):
                return None
            t = self.facts.types.params[name]
            out = {} if t.kind == "number" and t.dtype in _REAL else {E.var(name): None}
            if bound and self.moving == "last":  # it has all axes that it ever had
                return {} if _is_number(self.facts.type_of_name(name)) else {E.var(name): None}
            if not bound:
                return out
        found = [self._of_statement(s, name) for s in bound]
        for leaves in found:
            if leaves is None:
                return None
            out.update(leaves)
        if not bound or any(s in self.chosen for s in bound) and any(leaves != out for leaves in found) \
                and not all(e.names <= self.single for e in out):  # one branch may give what another does not
            return None
        return out

    def _keeps_axes(self, s: S.Stmt, name: str) -> bool:
        """Has the value that `s` gives a variable all axes that an earlier value of the variable had?"""
        return isinstance(s, S.Aug) and s.target.head == "var" and s.symbol != "@" \
            or isinstance(s, S.Assign) and s.target.head == "var" and self._is_part(name, s.value, s, _DEEP)

    def _is_part(self, name: str, e: Expr, within: S.Assign, deep: int) -> bool:
        """Does broadcasting combine a variable, as it is or as it was, with others to `e`?

        Where its last value stands for all others, that as it was before a statement of the user's does not do: it may have got
        axes since then, which it loses again. Nor do operations that make real numbers of complex ones.
        """
        if e.head == "var" and e.data != name:
            bound = self.facts.definitions.get(e.data, ()) if deep and e.data not in self.params else ()
            s = next(iter(bound)) if len(bound) == 1 else None
            if not isinstance(s, S.Assign) or s.target.head != "var":
                return False
            at_once = self.moving == "all" or is_temporary(e.data) and s.loc is not None and s.loc == within.loc
            return at_once and self._is_part(name, s.value, within, deep - 1)
        if e.head == "var":
            return True
        return is_elementwise(e) and (self.moving == "all" or _keeps_field(e)) and any(
            self._is_part(name, a, within, deep) for a in (e.args[1:] if e.head == "call" else e.args))

    def _of_statement(self, s: S.Stmt, name: str) -> _Leaves | None:
        if s in self.guarded:  # it may not come to the end
            return None
        if _is_number(self.facts.types.result(s, name)):
            return self._of_number(s)
        if isinstance(s, S.For):
            return self._of_iteration(s.target, s.iter, name)
        if isinstance(s, S.Assign) and s.target.head == "tuple":
            parts = dict(given(s))
            return self._of(parts[E.var(name)], s) if E.var(name) in parts else None
        if not isinstance(s, (S.Assign, S.Aug)) or s.target.head != "var":
            return None
        return self._of(s.value if isinstance(s, S.Assign) else E.op(s.symbol, s.target, s.value), s)

    def _of_number(self, s: S.Stmt) -> _Leaves | None:
        """What broadcasts to a number, where `moving`: what the arguments of functions of `math` are made of."""
        value = s.value if isinstance(s, S.Assign) else E.op(s.symbol, s.target, s.value) if isinstance(s, S.Aug) else None
        if not self.moving or value is None:
            return {}
        parts = value.args[1:] if value.head == "call" and library(E.hashable_callee(value)) == "math" else (value,)
        found = [self._of(e, s) for e in parts]
        return {} if None in found else {e: None for leaves in found if leaves for e in leaves}

    def _of_iteration(self, target: Expr, iterable: Expr, name: str) -> _Leaves | None:
        while iterable.head == "call" and E.callee(iterable) is reversed:
            iterable = iterable.args[1]
        if target.head == "var":
            sequence = self._written_out(iterable)
            return {E.call(lib.support("element"), sequence): None} if self._is_steady(sequence) or _is_slice(sequence) \
                and self._is_steady(sequence.args[0]) else None
        fn = E.callee(iterable)
        parts = iterable.args[1:] if fn is zip else (E.NONE, *iterable.args[1:]) if fn is enumerate else ()
        for t, e in zip(target.args, parts):
            if name in S.bound(t):
                return self._of_iteration(t, e, name)
        return None

    def _written_out(self, iterable: Expr) -> Expr:
        """What a loop is over, where it has no name."""
        made = self.facts.single_definition(iterable.data) if iterable.head == "var" and is_temporary(iterable.data) else None
        return made.value if isinstance(made, S.Assign) and made.target.head == "var" else iterable

    def _of(self, e: Expr, s: S.Stmt) -> _Leaves | None:
        if e.head == "const":
            return {} if isinstance(e.data, (int, float)) else None
        if e.head == "var":
            return self.of_name(e.data)
        if _is_number(self.facts.type_at(s, e)) and not (self.moving and e.head == "op"):
            return {}
        if e.head == "index":
            return self._of_element(e, s)
        if _is_product(e):
            if self.around:  # one of products: nobody could read what that is the shape of
                return None
            left, right = (_Search(self.facts, self.single, tuple(self.path))._of(a, s) for a in e.args[-2:])
            if left and right and len(left) + len(right) > 2 and s in self.top and all(map(self._is_there, e.args[-2:])):
                return {E.op("@", *e.args[-2:]): None}  # the backward sweep reads both, and what they are made of costs more
            return {E.call(lib.support("dotted"), _sum(left), _sum(right)): None} if left and right else None
        if not is_elementwise(e) or not (_keeps_field(e) or self._is_integer_power(e, s)):
            return None
        out: _Leaves = {}
        for a in e.args[1:] if e.head == "call" else e.args:
            leaves = self._of(a, s)
            if leaves is None:
                return None
            out.update(leaves)
        return out

    def _is_integer_power(self, e: Expr, s: S.Stmt) -> bool:
        """Is this ``x ** k``, where `k` is known to be an integer?"""
        if e.head != "op" or e.data != "**":
            return False
        t = self.facts.type_at(s, e.args[1])
        return t.kind == "number" and t.dtype == "int"

    def _of_element(self, e: Expr, s: S.Stmt) -> _Leaves | None:
        obj, key = e.args
        if not self._is_steady(obj):
            obj = self._written_out(obj)
            counted = self.facts.type_at(s, key).kind == "number" and self.facts.type_at(s, key).dtype == "int"
            part = counted and _is_slice(obj) and self._is_steady(obj.args[0])
            return {E.call(lib.support("element"), obj): None} if part else None
        if key.head == "const":
            if s not in self.top and type(key.data) is int and self.facts.types.params[obj.data].is_array:
                return {E.call(lib.support("element"), obj): None}  # a loop that is not run may have none
            return None if s in self.chosen else {e: None}
        if self.facts.type_at(s, key).kind == "number" and self.facts.type_at(s, key).dtype == "int":
            return {E.call(lib.support("element"), obj): None}
        return None

    def _is_there(self, e: Expr) -> bool:
        """Is it a variable that keeps the value which it gets before any loop or branch?"""
        made = self.facts.single_definition(e.data) if e.head == "var" else None
        return self._is_steady(e) or made is not None and made in self.top and not self.facts.aliasing.contents(e.data)

    def _is_steady(self, e: Expr) -> bool:
        """Is it a parameter that stays as it was, and whose elements stay as they were?"""
        return e.head == "var" and e.data in self.params and e.data not in self.facts.definitions \
            and not self.facts.aliasing.contents(e.data)
