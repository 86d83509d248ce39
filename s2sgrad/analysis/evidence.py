"""What a function's own statements prove about its parameters.

A statement that would raise for other types is a proof: with ``math.sin(x)``, `x` is a number; with ``x[1:] - y``, it
is an array. A statement that is not executed in a run proves its part as well, if what it proves touches nothing then (see
`analysis.proofs`), unless the function asks for the type of the variable first. Annotations are believed.
"""
from __future__ import annotations

import dataclasses
import types
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

import gast
import numpy as np

from s2sgrad import runtime
from s2sgrad.analysis.as_sequences import used_as_sequences
from s2sgrad.analysis.proofs import Proofs, asked_for_type
from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.unit import load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import Liveness
from s2sgrad.ir.types import Type
from s2sgrad.lower.effects import written_arguments, written_inside
from s2sgrad.lower.likely import likely
from s2sgrad.lower.writing import is_ufunc_at
from s2sgrad.rules.bind import BindError, application
from s2sgrad.rules.methods_table import ARRAY_ATTRIBUTES, canonical
from s2sgrad.rules.registry import rule_for

_ANNOTATIONS = {"float": T.FLOAT, "int": T.INT, "bool": T.BOOL, "complex": Type("number", T.SCALAR, "complex"),
                "str": T.STR, "list": Type("list"), "dict": Type("dict"), "tuple": Type("tuple")}
_COUNTED = (range, np.arange, np.eye, np.identity)
_ALLOCATING = (np.zeros, np.ones, np.empty, np.full)
_OF_NUMBERS = ("-", "/", "**", "//", "%", "+", "*")
_ARITHMETIC = ("@", *_OF_NUMBERS[:5])


def parameter_types(fn: S.Function, given: Mapping[str, Type], found: Evidence) -> dict[str, Type]:
    """The types of the parameters when the function is entered."""
    out: dict[str, Type] = {}
    known = annotated(fn)
    for p in fn.params:
        shape = T.opaque_shape(p.name)
        if p.name in given:
            t = given[p.name]
            out[p.name] = dataclasses.replace(t, kind="array") if t.kind == "numeric" and p.name in found.arrays else t
        elif p.name in known:
            t = known[p.name]
            out[p.name] = dataclasses.replace(t, shape=shape) if t.kind == "array" and t.shape is None else t
        elif p.kind in ("*", "**"):
            out[p.name] = Type("tuple" if p.kind == "*" else "dict")
        elif p.name in found.numbers:
            out[p.name] = T.INT if p.name in found.integers else T.NUMBER
        elif p.name in found.arrays:
            out[p.name] = Type("array", shape)
        elif p.name in found.numeric:
            out[p.name] = Type("numeric", shape)
        else:
            out[p.name] = Type("any", shape)
    return out


def annotated(fn: S.Function) -> dict[str, Type]:
    out = {}
    for p in fn.params:
        name = _annotation(p.annotation)
        if name in _ANNOTATIONS:
            out[p.name] = _ANNOTATIONS[name]
        elif name in ("ndarray", "NDArray", "ArrayLike"):
            out[p.name] = T.array(None, None)
    return out


def _annotation(node: Any) -> str | None:
    if isinstance(node, gast.Subscript):
        node = node.value
    if isinstance(node, gast.Constant) and isinstance(node.value, str):
        return node.value.rpartition(".")[2].partition("[")[0]
    if isinstance(node, gast.Attribute):
        return str(node.attr)
    return node.id if isinstance(node, gast.Name) else None


class Evidence:
    """Names that must be numbers, arrays, or one of the two."""

    def __init__(self, fn: S.Function) -> None:
        self._body = fn.body
        self.numbers: set[str] = set()
        self.integers: set[str] = set()
        self.arrays: set[str] = set()
        self.numeric: set[str] = set()
        self.slices: dict[str, str] = {}
        bound = [n for s in S.walk_stmts(fn.body) for n in S.writes(s)]
        params = {p.name for p in fn.params}
        self.rebound = {n for n, count in Counter(bound).items() if n in params or count > 1}
        self.asked = asked_for_type(fn)
        self._proofs = Proofs(fn.body)
        self.updated = self.rebound - {n for s in S.walk_stmts(fn.body) if not _is_update(s) for n in S.writes(s)}
        self._statements = statements = [s for s in S.walk_stmts(fn.body)
                                         if isinstance(s, (S.Assign, S.Aug, S.Do, S.Return, S.If, S.While, S.Assert))]
        known = -1
        while known != self._count():  # a sum proves one operand by the other
            known = self._count()
            for s in statements:
                self._statement(s)
            if not self.slices:
                statements = [s for s in statements if not self._says_no_more(s)]
        self.arrays |= self.numeric & self._subscripted()  # a number has no parts

    def _says_no_more(self, s: S.Stmt) -> bool:
        """Is this arithmetic on variables and constants, all of which are known to be numeric?"""
        if not isinstance(s, S.Assign) or s.target.head != "var" or s.value.head != "op":
            return False
        e = s.value
        for a in e.args:
            if a.args:
                return False
        return e.data in _ARITHMETIC or e.data in ("+", "*") and self._calculates(e)

    def _count(self) -> int:
        return len(self.numeric) + len(self.arrays) + len(self.numbers) + len(self._proofs)

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
        for e in S.expressions(s):
            self._expression(e)
        if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "op" \
                and (s.value.data in _ARITHMETIC or s.value.data in ("+", "*") and self._calculates(s.value)):
            self._numeric(s.target)

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
            if a.head == "var" and name in known:
                self._add({"number": self.numbers, "array": self.arrays, "numeric": self.numeric}[known[name]], a.data)

    @cached_property
    def sequences(self) -> frozenset[str]:
        return used_as_sequences(self._body)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The variables that are bound to parts of something, or to masks."""
        return frozenset(s.target.data for s in self._statements if isinstance(s, S.Assign) and s.target.head == "var"
                         and s.value.head in ("index", "compare"))

    @cached_property
    def counters(self) -> frozenset[str]:
        """The variables that loops bind, or that positions and numbers of steps are calculated from."""
        found = set().union(*(S.bound(s.target) for s in S.walk_stmts(self._body) if isinstance(s, S.For)))
        for s in S.walk_stmts(self._body):
            for e in S.expressions(s):
                for part in E.walk(e):
                    if part.head == "slice" or E.callee(part) is range:
                        found |= part.names
                    elif part.head == "index":
                        keys = part.args[1].args if part.args[1].head == "tuple" else part.args[1:]
                        found.update(n for k in keys if k.head == "op" for n in k.names)
        return frozenset(found)

    @cached_property
    def kept(self) -> frozenset[str]:
        """The variables for parts of arrays that are not changed before they are put back where they came from."""
        taken = {s.target.data: s.value for s in self._statements if isinstance(s, S.Assign) and s.target.head == "var"
                 and s.value.head == "index"}
        back = {s.value.data for s in self._statements if isinstance(s, S.Assign) and s.value.head == "var"
                and s.target == taken.get(s.value.data)}
        return frozenset(taken.keys() & (back | taken.keys() - self._changed))

    @cached_property
    def _changed(self) -> frozenset[str]:
        """The variables that are written into, updated, or handed to what writes them."""
        stored = [root.data for s in self._statements for root in S.stored_roots(s) if root.head == "var"]
        updated = [s.target.data for s in self._statements if isinstance(s, S.Aug) and s.target.head == "var"]
        return frozenset((*stored, *updated, *(a.data for s in self._statements for e in S.expressions(s) for call in E.calls(e)
                                               for a in written_arguments(call) if a.head == "var")))

    @cached_property
    def contained(self) -> frozenset[str]:
        """The variables that displays of containers and methods of containers take in."""
        found: set[str] = set()
        for s in self._statements:
            e = s.value if isinstance(s, (S.Assign, S.Do, S.Return)) else E.NONE
            if e.head in ("tuple", "list", "dict") and (not isinstance(s, S.Assign) or s.target.head == "var"):
                found.update(a.data for a in e.args if a.head == "var")
            elif e.head == "call" and e.args[0].head == "attr" and e.args[0].data in ("append", "appendleft", "insert"):
                found.update(a.data for a in e.args[1:] if a.head == "var")
        return frozenset(found)

    @cached_property
    def tested(self) -> frozenset[str]:
        """The variables that decide a branch by their order, which arrays of several elements cannot."""
        tests = [s.test for s in self._statements if isinstance(s, (S.If, S.While, S.Assert))]
        return frozenset(a.data for test in tests for part in E.walk(test) if part.head == "compare"
                         and set(part.data) <= {"<", ">", "<=", ">="} for a in part.args if a.head == "var")

    @cached_property
    def structured(self) -> frozenset[str]:
        """The variables an element of which is itself used as arrays and containers are."""
        return self._owners(self.direct_arrays)

    @cached_property
    def mixed(self) -> frozenset[str]:
        """The variables with elements that are likely arrays, taken one by one under one name or another: ``params[0]``."""
        apart = self.taken_apart
        return frozenset(self._with_originals(set(apart & (self.structured | self.likely_arrays)))) if apart else apart

    def _with_originals(self, found: set[str]) -> set[str]:
        """The variables `found`, and those that they are other names for."""
        renamed = [(s.target.data, s.value.data) for s in self._statements
                   if isinstance(s, S.Assign) and s.target.head == s.value.head == "var"] if found else []
        before = -1
        while before != len(found):
            before = len(found)
            found.update(value for name, value in renamed if name in found)
        return found

    @cached_property
    def taken_apart(self) -> frozenset[str]:
        """The variables of which several elements are taken, each by its number."""
        keys: dict[str, set[int]] = {}
        for s in self._statements:
            for e in S.expressions(s):
                for part in E.walk(e) if e.heads & E.INDEX else ():
                    if part.head == "index" and part.args[0].head == "var" and type(part.args[1].data) is int:
                        keys.setdefault(part.args[0].data, set()).add(part.args[1].data)
        return frozenset(name for name, found in keys.items() if len(found) > 1)

    @cached_property
    def of_several_axes(self) -> frozenset[str]:
        """The variables that are subscripted along two axes or more, ``a[i, j]``: elements of them are arrays."""
        return frozenset(part.args[0].data for s in self._statements for e in S.expressions(s) if e.heads & E.INDEX
                         for part in E.walk(e) if part.head == "index" and part.args[0].head == "var"
                         and part.args[1].head == "tuple" and not any(E.is_const(k, None) for k in part.args[1].args))

    @cached_property
    def changed_inside(self) -> frozenset[str]:
        """The variables an element of which is itself changed in place."""
        inside = {a.data for s in self._statements for e in S.expressions(s) for call in E.calls(e)
                  for a in written_inside(call) if a.head == "var"}
        return frozenset(self._with_originals(inside.union(self._owners(self._with_originals(set(self._changed))))))

    @cached_property
    def updated_inside(self) -> frozenset[str]:
        """The variables an element of which is updated, ``x[i] += v``, which changes it if it is an array."""
        return frozenset(s.target.args[0].data for s in self._statements if isinstance(s, S.Aug) and s.target.head == "index"
                         and s.target.args[0].head == "var" and s.target.args[1].head not in ("slice", "tuple"))

    def _owners(self, elements: Collection[str]) -> frozenset[str]:
        """The variables that some variables are taken from, and those with parts of which a part is written."""
        parts = [s.value for s in self._statements
                 if isinstance(s, S.Assign) and s.target.head == "var" and s.target.data in elements]
        parts += [s.target.args[0] for s in self._statements  # ``x[i][j] = v``
                  if isinstance(s, (S.Assign, S.Aug)) and s.target.head == "index"]
        return frozenset(e.args[0].data for e in parts if e.head == "index" and e.args[0].head == "var"
                         and e.args[1].head not in ("slice", "tuple"))

    @cached_property
    def direct_arrays(self) -> frozenset[str]:
        """The variables that are themselves used as arrays and containers are: subscripted, or handed to NumPy."""
        found: set[str] = set(self.arrays) | self._changed_for_others()
        for s in self._statements:
            for stored in S.stored_roots(s):
                found |= stored.names
            for e in S.expressions(s):
                for part in E.walk(e) if e.args else ():
                    if part.head in ("index", "attr", "call") and part.args[0].head == "var":
                        found.add(part.args[0].data)
                    if part.head == "op" and part.data == "@":
                        found.update(a.data for a in part.args if a.head == "var")
                    if part.head != "call":
                        continue
                    found.update(a.data for a in written_arguments(part) if a.head == "var")
                    if E.callee(part) is runtime.mirror:
                        found |= part.args[1].names
                    if not is_elementwise(part) and _is_numpy(part) and not is_ufunc_at(E.callee(part)):
                        found.update(a.data for a in part.args[1:] if a.head == "var")
        return frozenset(found | self._renamed_objects())

    def _renamed_objects(self) -> set[str]:
        """The variables another name of which has attributes, or is written into: what the other is, they are."""
        found: set[str] = set()
        for s in self._statements:
            for stored in S.stored_roots(s):
                found |= stored.names
            for e in S.expressions(s):
                for part in E.walk(e) if e.heads & (E.ATTR | E.CALL) else ():
                    if part.head == "attr" and part.args[0].head == "var":
                        found.add(part.args[0].data)
                    given = part.args[1:2] if E.callee(part) is runtime.require_class else written_arguments(part)
                    found.update(a.data for a in given if a.head == "var")
        return self._with_originals(found)

    @cached_property
    def likely_arrays(self) -> frozenset[str]:
        """The variables whose values, as they are or after arithmetic, go where arrays are expected."""
        flows = [(s.target.data, s.value) for s in self._statements if isinstance(s, S.Assign) and s.target.head == "var"]
        flows += [(s.target.data, E.op(s.symbol, s.target, s.value)) for s in self._statements
                  if isinstance(s, S.Aug) and s.target.head == "var"]
        found: set[str] = set(self.direct_arrays)
        before = -1
        while before != len(found):
            before = len(found)
            for name, value in flows:
                if name in found and (value.head in ("op", "var") or is_elementwise(value)):
                    found |= value.names
                elif value.head == "var" and value.data in found:
                    found.add(name)
        return frozenset(found)

    def _changed_for_others(self) -> set[str]:
        """Variables of augmented assignments that nobody reads afterwards: others must see what they change."""
        live = Liveness(self._body).after
        return {s.target.data for s in self._statements
                if isinstance(s, S.Aug) and s.target.head == "var" and s.target.data not in live[s]}

    def _calculates(self, e: Expr) -> bool:
        """Is this sum or product one of numbers or arrays, surely not of lists or strings?"""
        if e.data == "*":
            return not any(a.head in ("list", "tuple", "const") and type(a.data) is not float for a in e.args)
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
        try:
            found = application(e)
        except BindError:
            return
        if found is not None and found.rule.elementwise:
            for a in found.args():
                if a.head == "var" and (found.rule.scalar or a.data not in self.sequences):
                    self._add(self.numbers if found.rule.scalar else self.numeric, a.data)

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
                self._add(self.numbers, name)
                if name in self.numbers and fn is not np.arange:
                    self.integers.add(name)

    def refined(self, name: str, t: Type) -> Type:
        """The type of a variable about which nothing but its uses is known."""
        if t.kind != "any" or name not in self.numeric and name not in self.numbers and name not in self.arrays:
            return t
        if name in self.numbers:
            return T.INT if name in self.integers else T.NUMBER
        return Type("array" if name in self.arrays else "numeric", t.shape, t.dtype)

    def _add(self, kind: set[str], name: str, same: str | None = None) -> None:
        number = kind is self.numbers
        if name not in self.asked and (name not in self.rebound or not number and name in self.updated) \
                and (not number or self._proofs.prove(name, self._here, same)):
            kind.add(name)

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
        table = {"numeric": found.numeric, "array": found.arrays, "number": found.numbers}
        objects = seen.objects() if seen is not None else frozenset()
        _summaries[code] = {p.name: kind for kind, names in table.items() for p in fn.params if p.name in names - objects}
    return _summaries[code]


def _is_update(s: S.Stmt) -> bool:
    """Does a statement give its variable a value computed from the old one?"""
    if isinstance(s, S.Aug):
        return True
    return isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "op" and s.target in s.value.args


def _is_numeric_constant(e: Expr) -> bool:
    return e.head == "const" and type(e.data) in (int, float)


def is_elementwise(e: Expr) -> bool:
    if e.head != "call":
        return False
    try:
        found = application(canonical(e))
    except BindError:
        return False
    return found is not None and found.rule.elementwise


def _is_numpy(e: Expr) -> bool:
    fn = E.callee(canonical(e))
    return fn is not None and (getattr(fn, "__module__", None) or "").partition(".")[0] == "numpy"


def _operands(e: Expr) -> tuple[str, ...]:
    """The variables that arithmetic combines, of integers and not of tuples."""
    if e.head == "op" and (e.data in ("-", "//") or e.data == "+" and any(a.head == "const" for a in e.args)):
        return tuple(name for a in e.args for name in _operands(a))
    return (e.data,) if e.head == "var" else ()


def _array_key(key: Expr) -> bool:
    if key.head == "tuple":
        return any(a.head == "slice" or E.is_const(a, None) or E.is_const(a, ...) for a in key.args)
    return E.is_const(key, None) or E.is_const(key, ...) or key.head == "compare"
