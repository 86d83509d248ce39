"""Type and shape inference: a forward walk over a function with a symbolic value for every variable.

Shapes are symbolic (see `ir.types`); a symbol stands for one value at one place. Where paths with different shapes
meet, and at the head of a loop that changes a shape, the variable gets a new symbol that holds until the variable is
bound again, so equal shapes are equal whenever both values exist.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from s2sgrad.analysis.evidence import Evidence, parameter_types
from s2sgrad.analysis.filled_lists import changed_roots, holds_lists, is_filled
from s2sgrad.analysis.likely_uses import place_name
from s2sgrad.analysis.results import Results
from s2sgrad.analysis.subscripts import subscript
from s2sgrad.analysis.yielded import element_of, element_type, with_numbers
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.targets import repeated
from s2sgrad.ir.types import Type
from s2sgrad.rules.bind import BindError, application
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.typing import Operand, elementwise

_UNKNOWN = ("any", "numeric", "array")


class Env(dict[str, Type]):
    """The types of variables at one place; `results` tells what calls of user functions return, `lists` which parts are lists."""

    __slots__ = ("lists", "results")

    def __init__(self, results: Results, types: Mapping[str, Type] = MappingProxyType({}),
                 lists: frozenset[Expr] = frozenset()) -> None:
        super().__init__(types)
        self.results = results
        self.lists = lists

    def copied(self) -> Env:
        return Env(self.results, self, self.lists)


class Types:
    """`before[s]` types what statement `s` reads, `after[s]` what it binds."""

    def __init__(self, fn: S.Function, given: Mapping[str, Type] | None = None, guess: bool = True,
                 results: Results | None = None) -> None:
        self.results = results or Results(_type_body)
        #: What may be a container has no shape where nothing checks that its elements have one shape, as an array's do.
        self._shaped = ("any", "numeric", "array") if guess else ("numeric", "array")
        self.before: dict[S.Stmt, Mapping[str, Type]] = {}
        self.after: dict[S.Stmt, dict[str, Type]] = {}
        self._evidence = Evidence(fn)
        self._pushed = self._evidence.pushed
        self.params = {n: t if t.kind != "any" or guess and n not in self._evidence.mixed else Type("any", None, t.dtype)
                       for n, t in parameter_types(fn, given or {}, self._evidence).items()}
        changed = changed_roots(fn.body)
        for name, t in self.params.items():  # what is put into a container may be of another type
            if t.kind in ("list", "dict", "object") and (name in changed or None in changed):
                self.params[name] = Type(t.kind)
        self._body = fn.body
        self._once = S.COMPOUND.isdisjoint(map(type, fn.body)) and not self._evidence.rebound  # types are the same wherever read
        lists = self._lists = self._evidence.filled_lists
        if lists:
            self.params.update((n, Type("list")) for n, t in self.params.items() if t.kind in _UNKNOWN and E.var(n) in lists)
        self.end = self._block(fn.body, Env(self.results, self.params, lists), [])

    def at(self, s: S.Stmt, name: str) -> Type:
        """The type of a variable as `s` reads it."""
        return self.before.get(s, {}).get(name, T.ANY)

    def is_likely_array(self, name: str) -> bool:
        """Is the variable, of which nothing is proven, used as arrays are: does it end up in a sum, say?"""
        return name in self._evidence.likely_arrays

    def is_part(self, name: str) -> bool:
        """Is the variable part of an array, selected by a subscript?"""
        return name in self._evidence.parts

    def is_selection(self, key: Expr, made: str) -> bool:
        """Is a key of unknown type likely a mask or positions, where `made` stands for what it selects?"""
        return made in self._evidence.kept and key.head in ("var", "attr") and key.names.isdisjoint(self._evidence.counters)

    def has_parts(self, e: Expr) -> bool:
        """Are elements of a variable used as arrays or containers somewhere, or are objects put into what it stands for?"""
        found = self._evidence
        return e.head == "var" and (e.data in found.structured or e.data in found.rows_of_attributes) \
            or place_name(e) in found.holding_objects

    def has_part_at(self, e: Expr) -> bool:
        """Is the element ``x[k]`` likely to be used as arrays or containers are, as others of `x` or, by its number, itself?"""
        found, x, key = self._evidence, e.args[0], e.args[1].data
        if x.head == "var" and type(key) is int and x.data in found.only_taken_apart and x.data not in found.holding_objects:
            return (x.data, key) in found.structured_places
        return self.has_parts(x)

    def has_axes(self, e: Expr) -> bool:
        """Is a variable subscripted along several axes somewhere?"""
        return e.head == "var" and e.data in self._evidence.of_several_axes

    def changes_parts(self, e: Expr) -> bool:
        """Are elements of a variable changed in place somewhere?"""
        return e.head == "var" and e.data in self._evidence.changed_inside

    def may_hold_numbers(self, e: Expr) -> bool:
        """Is this a variable or attribute for what numbers are written into, and does nothing tell that elements are containers?

        What a derivative puts into containers are those of the program.
        """
        name, found = place_name(e), self._evidence
        return bool(name) and name in found.filled and name not in found.structured_attributes and not (
            self._evidence.derived or self.has_parts(e) or self.has_axes(e) or self.changes_parts(e))

    def updates_parts(self, e: Expr) -> bool:
        """Are elements of a variable changed in place, or updated, which changes arrays in place?"""
        return self._evidence.changes_inside(e)

    def is_contained(self, name: str, e: Expr) -> bool:
        """Is the variable for a part `e` put into a container as it is, and does nothing tell that it is a number?

        That a derivative saves it says nothing of an entry of a dict, ``d[keys[i]]``: rows are those of arrays and lists.
        """
        evidence = self._evidence
        found = evidence.contained_elsewhere if self._evidence.derived and e.args[1].head == "index" else evidence.contained
        return name in found and name not in evidence.tested and name not in evidence.likely_numbers

    def is_used_as_array(self, name: str) -> bool:
        """Is the variable itself, of which nothing is proven, subscripted or handed to NumPy?"""
        return name in self._evidence.direct_arrays

    def result(self, s: S.Stmt, name: str) -> Type:
        """The type of a variable as `s` binds it."""
        return self.after.get(s, {}).get(name, T.ANY)

    # ---- statements ---------------------------------------------------------------------------------------

    def _block(self, body: S.Block, env: Env, exits: list[Env]) -> Env:
        for s in body:
            env = self._statement(s, env, exits)
        return env

    def _statement(self, s: S.Stmt, env: Env, exits: list[Env]) -> Env:
        self.before[s] = env if self._once else Env(self.results, {n: env.get(n, T.ANY) for n in S.reads(s)}, self._lists)
        if type(s) is S.Assign:
            self._assign(s, env)
            return env
        if isinstance(s, S.Break):
            exits.append(env.copied())
            return env
        if isinstance(s, S.If):
            return self._meet(s, self._block(s.body, env.copied(), exits), self._block(s.orelse, env.copied(), exits))
        if isinstance(s, (S.For, S.While)):
            return self._loop(s, env)
        if isinstance(s, S.Try):
            return self._try(s, env, exits)
        if isinstance(s, S.Aug) and s.target.head == "var":
            self._bind(s, s.target, _augmented(s, env), env)
        else:
            if isinstance(s, S.Do) and self._pushed.puts(s.value):
                self._pushed.put(s.value, type_of(s.value.args[1], env))
            for name in S.writes(s):
                self._bind(s, E.var(name), T.ANY, env)
        for inner in S.blocks(s):
            env = self._block(inner, env, exits)
        return env

    def _assign(self, s: S.Assign, env: Env) -> None:
        t = type_of(s.value, env)
        if s.value.head == "call":
            if t.items is not None and s.target.head == "var":
                t = T.ANY  # what is not taken apart at once has the structure that it has
            if t.kind == "any":
                t = self._pushed.taken(s.value)
            if s.target.head == "var":
                t = with_numbers(t, s, self._body, lambda e: type_of(e, env))
        self._bind(s, s.target, t, env)

    def _bind(self, s: S.Stmt, target: Expr, t: Type, env: Env) -> None:
        if target.head == "var":
            t = self._evidence.refined(target.data, t)
            if t.kind == "any" and target.data in self._evidence.mixed:
                t = Type("any", None, t.dtype)
            else:
                t = self._settled(s, target.data, t)
            env[target.data] = t
            self.after.setdefault(s, {})[target.data] = t
        elif target.head in ("tuple", "list"):
            for n, part in enumerate(target.args):
                items = t.items if t.kind == "tuple" and t.items is not None and len(t.items) == len(target.args) else None
                if part.head == "star":
                    self._bind(s, part.args[0], T.list_of(None), env)
                else:
                    self._bind(s, part, items[n] if items else element_of(t), env)

    def _loop(self, s: S.For | S.While, env: Env) -> Env:
        """Walk the body until the types at the head stand: assumptions that an iteration breaks are given up."""
        head = env.copied()
        while True:
            inside = head.copied()
            exits: list[Env] = []
            if isinstance(s, S.For):
                element = Type("list") if holds_lists(s.iter, self._lists) else element_type(s.iter, lambda e: type_of(e, head))
                self._bind(s, s.target, element, inside)
            else:
                self.before[s] = Env(self.results, {n: head.get(n, T.ANY) for n in S.reads(s)}, self._lists)
            end = self._block(s.body, inside, exits)
            changed = False
            for name in self._bound_in(s):
                if name in end and name in head and end[name] is not head[name] and end[name] != head[name]:
                    joined = self._settled(s, name, T.join(head[name], end[name]))
                    changed = changed or joined != head[name]
                    head[name] = joined
            if not changed:
                break
        out = self._meet(s, head, end)
        for exit_ in exits:
            out = self._meet(s, out, exit_)
        return out

    def _try(self, s: S.Try, env: Env, exits: list[Env]) -> Env:
        body = self._block(s.body, env.copied(), exits)
        for t in S.walk_stmts(s.body):
            for name in S.writes(t):
                if name in env:
                    env[name] = self._settled(s, name, T.join(env[name], body.get(name, T.ANY)))
        out = self._block(s.orelse, body.copied(), exits)
        for h in s.handlers:
            inside = self._meet(s, env.copied(), body)
            if h.name:
                inside[h.name] = T.ANY
            out = self._meet(s, out, self._block(h.body, inside, exits))
        return self._block(s.final, out, exits)

    def _settled(self, s: S.Stmt, name: str, t: Type) -> Type:
        """A type whose shape or value, where it is not known, gets a symbol that belongs to this binding or meeting of paths."""
        if t.shape is None and t.kind in self._shaped and not self._may_be_tuple(name, t):
            t = dataclasses.replace(t, shape=T.opaque_shape(name, _place(s)))
        return T.identified(t, name, _place(s)) if name in self._evidence.bounds else t

    def _may_be_tuple(self, name: str, t: Type) -> bool:
        """Are the elements taken one by one, so that they may have different shapes: ``p, t = saved.pop()``?"""
        return t.kind == "any" and name in self._evidence.taken_apart

    def _meet(self, s: S.Stmt, a: Env, b: Env) -> Env:
        """What holds after two paths through (parts of) `s` meet."""
        out = a.copied()
        for name in self._bound_in(s):
            x, y = a.get(name), b.get(name)
            if x is None or y is None:
                if x or y:
                    out[name] = x or y or T.ANY
            elif x is not y and x != y:
                out[name] = self._settled(s, name, T.join(x, y))
        return out

    def _bound_in(self, s: S.Stmt) -> list[str]:
        """The variables that `s` and the statements in it bind: of others the type is what it was."""
        return sorted(S.bound_by((s,)))


def _type_body(fn: S.Function, given: Mapping[str, Type], results: Results) -> Type:
    """The type of what a function in normal form returns, for arguments of these types."""
    types = Types(fn, given, False, results)
    last = fn.body[-1]
    return type_of(last.value, types.end) if isinstance(last, S.Return) else T.NONE


def _place(s: S.Stmt) -> int:
    """A key for the symbol of a statement: its identity, which lasts as long as the facts about it."""
    return id(s)


# ---- expressions ------------------------------------------------------------------------------------------------

def type_of(e: Expr, env: Mapping[str, Type]) -> Type:
    """The type of an expression in an environment."""
    rule = _RULES.get(e.head)
    return T.ANY if rule is None else rule(e, env)


def _var(e: Expr, env: Mapping[str, Type]) -> Type:
    return env.get(e.data, T.ANY)


def _const(e: Expr, env: Mapping[str, Type]) -> Type:
    return of_value(e.data)


def _ref(e: Expr, env: Mapping[str, Type]) -> Type:
    return of_value(e.data.value)


def of_value(v: Any) -> Type:
    """The type of an object that exists already. Arrays may be replaced by others of the same rank."""
    if type(v) is float:
        return T.FLOAT
    if isinstance(v, bool):
        return T.BOOL
    if isinstance(v, (int, np.integer)):
        return T.integer(T.dim(int(v)))
    if isinstance(v, (float, np.floating)):
        return T.FLOAT
    if isinstance(v, (complex, np.complexfloating)):
        return Type("number", T.SCALAR, "complex")
    if isinstance(v, np.ndarray):
        kinds = {"f": "float", "i": "int", "u": "int", "b": "bool", "c": "complex"}
        return T.array(T.Shape(tuple(T.dim(n) for n in v.shape)), kinds.get(v.dtype.kind))
    if v is None:
        return T.NONE
    simple: dict[type, Type] = {str: T.STR, range: Type("range"), list: Type("list"), dict: Type("dict"), set: Type("set")}
    if type(v) in simple:
        return simple[type(v)]
    if isinstance(v, tuple) and type(v) is tuple:
        return T.tuple_of(of_value(x) for x in v)
    return Type("function") if callable(v) else T.ANY


def _operation(e: Expr, env: Mapping[str, Type]) -> Type:
    types = [env.get(a.data, T.ANY) if a.head == "var" else type_of(a, env) for a in e.args]
    if e.data == "not":
        return T.BOOL
    kinds = {t.kind for t in types}
    shape = T.broadcast([T.SCALAR if t.kind == "number" else t.shape for t in types])
    dtype = types[0].dtype
    for t in types[1:]:
        dtype = T.join_dtype(dtype, t.dtype)
    if e.data in ("/",) and dtype in ("int", "bool"):
        dtype = "float"
    if e.data == "**" and dtype == "int" and len(types) > 1:
        dtype = None
    if e.data == "@":
        return matmul_type(types[0], types[1])
    if e.data in ("+", "*") and len(types) == 2 and kinds.isdisjoint(_CALCULATING):
        if e.data == "+" and types[0].kind == types[1].kind and types[0].kind in ("list", "str", "tuple"):
            return Type(types[0].kind)
        return Type("any", shape, dtype)
    if e.data == "*" and not kinds.isdisjoint(("list", "tuple", "str")):
        if "array" in kinds:  # it multiplies the elements
            return T.numeric(None, None, True)
        if "numeric" in kinds and repeated(e) is None and not any(
                len(a.args) == 1 if a.head in ("list", "tuple") else _is_count(a, env) for a in e.args):
            return T.ANY  # copies of a sequence, or an array
        return next(t for t in types if t.kind in ("list", "tuple", "str"))
    if dtype == "int" and len(types) == 2 and types[0].value is not None and types[1].value is not None:
        return T.integer(T.calculated(e.data, types[0].value, types[1].value))
    return T.numeric(shape, dtype, "array" in kinds)


_CALCULATING = frozenset(("number", "array", "numeric"))


def _is_count(e: Expr, env: Mapping[str, Type]) -> bool:
    """Is this surely an integer: a length, or calculated from integers?"""
    if e.head == "op" and e.data != "/" or e.head == "call" and E.callee(e) in (max, min, abs):
        return all(_is_count(a, env) for a in e.args if a.head != "ref")
    return type_of(e, env).dtype == "int"


def matmul_type(a: Type, b: Type) -> Type:
    dtype = T.join_dtype(a.dtype, b.dtype)
    if a.rank is None or b.rank is None or not isinstance(a.shape, T.Shape) or not isinstance(b.shape, T.Shape):
        return Type("numeric", None, dtype)
    left, right = a.shape.dims, b.shape.dims
    if not left or not right:
        return Type("numeric", None, dtype)
    stacked = T.broadcast((T.Shape(left[:-2]), T.Shape(right[:-2])))
    if not isinstance(stacked, T.Shape):
        return Type("numeric", None, dtype)
    columns = right[-1:] if len(right) > 1 else ()
    return T.numeric(T.Shape(stacked.dims + left[-2:-1] + columns), dtype, True)


def _compare(e: Expr, env: Mapping[str, Type]) -> Type:
    if e.data[0] in ("is", "is not", "in", "not in"):
        return T.BOOL
    types = [type_of(a, env) for a in e.args]
    return T.numeric(T.broadcast(t.shape for t in types), "bool", any(t.is_array for t in types))


def _bool(e: Expr, env: Mapping[str, Type]) -> Type:
    out = type_of(e.args[0], env)
    for a in e.args[1:]:
        out = T.join(out, type_of(a, env))
    return out


def _ifexp(e: Expr, env: Mapping[str, Type]) -> Type:
    return T.join(type_of(e.args[1], env), type_of(e.args[2], env))


def _index(e: Expr, env: Mapping[str, Type]) -> Type:
    obj, key = e.args
    if obj.head == "attr" and obj.data == "shape":
        if E.is_const(key) and isinstance(key.data, int):
            return T.integer(_axis(type_of(obj.args[0], env), key.data))
        return T.INT if key.head != "slice" else T.ANY
    if obj.head == "call" and E.callee(obj) is np.shape and key.head != "slice":
        return T.INT
    if isinstance(env, Env) and is_filled(e, env.lists):
        return Type("list")
    return subscript(type_of(obj, env), key, lambda k: type_of(k, env))


def _axis(t: Type, n: int) -> T.Dim | None:
    """The length of an axis."""
    if t.rank is None and n >= 0:
        named = T.with_axes(t.shape, n + 1)
        return None if named is None else named.dims[n]
    if not isinstance(t.shape, T.Shape) or t.rank is None or not -t.rank <= n < t.rank:
        return None
    return t.shape.dims[n]


def _attr(e: Expr, env: Mapping[str, Type]) -> Type:
    if e.data in ("ndim", "size", "itemsize", "nbytes"):
        return T.INT
    if e.data == "shape":
        shape = type_of(e.args[0], env).shape
        if isinstance(shape, T.Shape) and shape.rank is not None:
            return T.tuple_of(map(T.integer, shape.dims))
        return Type("tuple", lengths=shape)
    if isinstance(env, Env) and is_filled(e, env.lists):
        return Type("list")
    function = canonical(e)
    return _call(function, env) if function.head == "call" else T.ANY


def _tuple(e: Expr, env: Mapping[str, Type]) -> Type:
    if any(a.head == "star" for a in e.args):
        return Type("tuple")
    return T.tuple_of(type_of(a, env) for a in e.args)


def _list(e: Expr, env: Mapping[str, Type]) -> Type:
    return Type("list")


def _call(e: Expr, env: Mapping[str, Type]) -> Type:
    if e.args[0].head == "attr" and e.args[0].data == "copy":
        owner = type_of(e.args[0].args[0], env)
        if owner.kind in ("list", "dict", "set"):
            return owner
    e = canonical(e)
    try:
        found = application(e)
    except BindError:
        return T.ANY
    if found is None:
        known = env.results.of(e, lambda a: type_of(a, env)) if isinstance(env, Env) else None
        return known or T.ANY
    if found.where is not None:  # the mask takes part in broadcasting
        return T.NUMERIC
    operands = {n: _operand(a, env) for n, a in found.bound.items()}
    if found.fn is len:
        counted = next(iter(operands.values())).type
        return T.integer(_axis(counted, 0) if counted.kind in ("array", "numeric") else None)  # a list may grow
    if found.rule.scalar:
        return T.FLOAT
    if found.rule.type is not None:
        return found.rule.type(operands)
    return elementwise(operands) if found.rule.elementwise else T.ANY


def _operand(e: Expr, env: Mapping[str, Type]) -> Operand:
    parts = tuple(_operand(a, env) for a in e.args) if e.head in ("tuple", "list") else ()
    return Operand(e, type_of(e, env), parts)


_RULES: dict[str, Callable[[Expr, Mapping[str, Type]], Type]] = {
    "var": _var, "const": _const, "ref": _ref, "op": _operation, "compare": _compare, "bool": _bool, "ifexp": _ifexp,
    "index": _index, "attr": _attr, "tuple": _tuple, "list": _list, "call": _call,
    "dict": lambda e, env: Type("dict"), "set": lambda e, env: Type("set"), "fstring": lambda e, env: T.STR,
    "comp": lambda e, env: Type({"generator": "any"}.get(e.data.kind, e.data.kind)),
    "function": lambda e, env: Type("function"),
}


def _augmented(s: S.Aug, env: Mapping[str, Type]) -> Type:
    """An update in place cannot make an array larger. What functions make of arrays without axes are numbers, which it can."""
    old = env.get(s.target.data, T.ANY)
    if old.kind in ("list", "dict", "set") or old.kind == "array" and T.has_axes(old.shape):
        return old
    return _operation(E.op(s.symbol, s.target, s.value), env)
