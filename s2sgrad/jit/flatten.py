"""A function of structures as a function of the numbers and arrays in them.

``params["w1"]`` becomes a parameter ``params_w1``; loops over a structure are unrolled, since its parts may differ in
rank; functions that are handed a structure are rewritten in the same way. What cannot be followed is refused.
"""
from __future__ import annotations

import dataclasses
import itertools
import types
from collections.abc import Mapping
from typing import Any

from s2sgrad.emit.load import Scope, filename_for, load, register
from s2sgrad.emit.printer import show_function
from s2sgrad.frontend.unit import Unit
from s2sgrad.frontend.unit import load as load_unit
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.jit.folding import fold, integers
from s2sgrad.jit.lowering import refused
from s2sgrad.jit.structures import Leaf, Node, Tree, leaf_names, part_name


@dataclass(frozen=True)
class Parts:
    """A structure in the code: what its parts are written as."""

    node: Node | None
    keys: tuple[Any, ...]
    values: tuple[Value, ...]
    cls: type = list

    def get(self, key: Any) -> Value | None:
        if isinstance(key, int) and not issubclass(self.cls, dict):
            return self.values[key] if -len(self.values) <= key < len(self.values) else None
        return self.values[self.keys.index(key)] if key in self.keys else None


Value = Expr | Parts


def parts_of(name: str, tree: Tree) -> Value:
    """How a structured parameter is written where it is a parameter for each part."""
    if isinstance(tree, Leaf):
        return E.var(name)
    values = tuple(parts_of(part_name(name, k), p) for k, p in zip(tree.keys, tree.parts))
    return Parts(tree, tree.keys, values, tree.cls)


_counter = itertools.count(1)
_flattened: dict[tuple[types.FunctionType, tuple[tuple[str, Tree], ...]], types.FunctionType] = {}


def flattened(function: types.FunctionType, trees: Mapping[str, Tree]) -> types.FunctionType:
    """`function` with a parameter for each number and array in the structures of its arguments."""
    key = function, tuple(trees.items())
    if key not in _flattened:
        unit = load_unit(function)
        rewrite = _Flatten(unit, trees)
        _flattened[key] = rewrite.function()
    return _flattened[key]


class _Flatten:
    def __init__(self, unit: Unit, trees: Mapping[str, Tree]) -> None:
        self.unit = unit
        self.trees = trees
        self.known: dict[str, Value] = {}
        self.callees: dict[str, types.CellType] = {}
        self._refuse_odd_parameters()

    def _refuse_odd_parameters(self) -> None:
        for p in self.unit.function.params:
            if p.kind in ("*", "**"):
                raise refused(f"the parameter {p.kind}{p.name} may be any number of arguments")

    def function(self) -> types.FunctionType:
        fn = self.unit.function
        params = []
        for p in fn.params:
            tree = self.trees.get(p.name, Leaf())
            params += [S.Param(n) for n in leaf_names(p.name, tree)]
            if isinstance(tree, Node):
                self.known[p.name] = parts_of(p.name, tree)
        taken = S.all_names(fn.body)
        if len({p.name for p in params}) < len(params) or any(p.name in taken - {q.name for q in fn.params}
                                                              for p in params):
            raise refused(f"{fn.name} has variables that are called like parts of its arguments")
        body = self.block(fn.body)
        made = dataclasses.replace(fn, params=tuple(params), body=body, doc=None)
        text = show_function(made)
        filename = filename_for(fn.name)
        register(filename, text)
        source = self.unit.source
        scope = Scope(source.module, {**source.cells, **self.callees})  # type: ignore[arg-type]
        return load((text,), filename, {fn.name: scope})[fn.name]

    # ---- statements -------------------------------------------------------------------------------------------------

    def block(self, body: S.Block) -> S.Block:
        out: list[S.Stmt] = []
        for s in body:
            out += self.statement(s)
        return tuple(out) or (S.Pass(),)

    def statement(self, s: S.Stmt) -> list[S.Stmt]:
        if isinstance(s, S.Assign):
            return self.assign(s.target, self.value(s.value), s.loc)
        if isinstance(s, S.For):
            items = self.items(s.iter)
            if items is not None:
                return self.unrolled(s, items)
            items = self.counted(s)
            if items is not None:
                return self.unrolled(s, items)
        if isinstance(s, S.If):
            test = fold(self.plain(s.test))
            if test.head == "const":
                return list(self.block(s.body if test.data else s.orelse)) if test.data or s.orelse else []
            return [S.If(test, self.block(s.body), self.block(s.orelse) if s.orelse else (), s.loc)]
        if isinstance(s, S.Return):
            return [S.Return(self.plain(s.value), s.loc)]
        s = S.map_expressions(self.plain, s)
        return [S.map_blocks(lambda b: self.block(b) if b else b, s)]

    def assign(self, target: Expr, value: Value, loc: Any) -> list[S.Stmt]:
        if isinstance(value, Expr) and value.head in ("tuple", "list") and target.head in ("tuple", "list") \
                or isinstance(value, Expr):
            return [S.Assign(self.plain(target), value, loc)]
        if target.head == "var":
            self.known[target.data] = value
            return []
        if target.head in ("tuple", "list") and len(target.args) == len(value.values) and not any(
                a.head == "star" for a in target.args):
            pairs = zip(target.args, value.keys if issubclass(value.cls, dict) else value.values)
            return [s for t, v in pairs for s in self.assign(t, v if isinstance(v, (Expr, Parts)) else E.const(v), loc)]
        raise refused("a structure is taken apart in a way that cannot be followed")

    def unrolled(self, s: S.For, items: list[Value]) -> list[S.Stmt]:
        if s.orelse or any(isinstance(t, (S.Break, S.Continue)) for t in S.walk_stmts(s.body)):
            raise refused("a loop over a structure is left early")
        out: list[S.Stmt] = []
        for item in items:
            out += self.bind(s.target, item, s.loc)
            out += [t for t in self.block(s.body) if not isinstance(t, S.Pass)]
        return out

    def bind(self, target: Expr, item: Value, loc: Any) -> list[S.Stmt]:
        """Assign the element of a structure to the variable of a loop; constants are put in where they are read."""
        if target.head == "var" and isinstance(item, Expr) and item.head == "const":
            self.known[target.data] = item
            return []
        if isinstance(item, Expr) or target.head == "var":
            if target.head == "var":
                self.known.pop(target.data, None)
            return self.assign(target, item, loc)
        if len(target.args) != len(item.values):
            raise refused("a structure is taken apart in a way that cannot be followed")
        return [s for t, v in zip(target.args, item.values) for s in self.bind(t, v, loc)]

    def counted(self, s: S.For) -> list[Value] | None:
        """The numbers that a loop counts, where they are known and index a structure."""
        found = integers(fold(self.plain(s.iter)))
        if found is None or s.target.head != "var":
            return None
        name = s.target.data
        indexed = any(e.head == "index" and name in e.args[1].names and self._is_structure(e.args[0])
                      for t in S.walk_stmts(s.body) for whole in S.expressions(t) for e in E.walk(whole))
        return [E.const(n) for n in found] if indexed else None

    def _is_structure(self, e: Expr) -> bool:
        root = E.root(e)
        return root.head == "var" and isinstance(self.known.get(root.data), Parts)

    # ---- expressions ------------------------------------------------------------------------------------------------

    def plain(self, e: Expr) -> Expr:
        """An expression whose value is no structure that has to be followed."""
        value = self.value(e)
        return value if isinstance(value, Expr) else self.display(value)

    def display(self, value: Parts) -> Expr:
        inner = [v if isinstance(v, Expr) else self.display(v) for v in value.values]
        if value.cls is tuple:
            return E.tuple_(*inner)
        if value.cls is list:
            return E.list_(*inner)
        if value.cls is dict:
            return E.dict_(tuple((E.const(k), v) for k, v in zip(value.keys, inner)))
        raise refused(f"a {value.cls.__name__} is handed on as a whole")

    def value(self, e: Expr) -> Value:
        if e.head == "var":
            return self.known.get(e.data, e)
        if not e.names.intersection(self.known):
            return e
        if e.head in ("index", "attr"):
            return self.part(e)
        if e.head == "call":
            return self.call(e)
        if e.head == "comp":
            return self.comprehension(e)
        if e.head in ("tuple", "list") and not any(a.head == "star" for a in e.args):
            values = tuple(map(self.value, e.args))
            if any(isinstance(v, Parts) for v in values):
                return Parts(None, tuple(range(len(values))), values, tuple if e.head == "tuple" else list)
            return E.rebuild(e, values)  # type: ignore[arg-type]
        return fold(E.map_args(self.plain, e))

    def part(self, e: Expr) -> Value:
        owner = self.value(e.args[0])
        if e.head == "attr":
            if isinstance(owner, Expr):
                return E.rebuild(e, (owner,))
            found = owner.get(e.data)
        else:
            k = fold(self.plain(e.args[1]))
            if isinstance(owner, Expr):
                return E.rebuild(e, (owner, k))
            if k.head == "slice":
                return self.cut(owner, k)
            found = owner.get(k.data) if k.head == "const" else None
        if found is None:
            raise refused("it is not known which part of a structure is read")
        return found

    def cut(self, owner: Parts, k: Expr) -> Value:
        if any(a.head != "const" for a in k.args) or issubclass(owner.cls, dict):
            raise refused("it is not known which part of a structure is read")
        values = owner.values[slice(*(a.data for a in k.args))]
        return Parts(None, tuple(range(len(values))), values, owner.cls)

    def items(self, e: Expr) -> list[Value] | None:
        """The elements that iteration over `e` gives, where `e` is a structure; None where it is none."""
        fn = E.callee(e)
        if fn in (enumerate, zip, reversed) and all(m == "" for m in e.data.marks):
            found = [self.items(a) for a in e.args[1:]]
            if any(f is None for f in found) or not found:
                return None
            if fn is reversed:
                return list(reversed(found[0] or []))
            rows = list(enumerate(found[0] or [])) if fn is enumerate else list(zip(*found))
            return [Parts(None, tuple(range(len(r))), tuple(E.const(v) if isinstance(v, int) else v for v in r), tuple)
                    for r in rows]
        if e.head == "call" and e.args[0].head == "attr" and e.args[0].data in ("items", "keys", "values"):
            owner = self.value(e.args[0].args[0])
            if isinstance(owner, Expr):
                return None
            keys: list[Value] = [E.const(k) for k in owner.keys]
            if e.args[0].data == "items":
                return [Parts(None, (0, 1), (k, v), tuple) for k, v in zip(keys, owner.values)]
            return keys if e.args[0].data == "keys" else list(owner.values)
        value = self.value(e) if e.head in ("var", "index", "attr", "list", "tuple") else None
        if not isinstance(value, Parts):
            return None
        return [E.const(k) for k in value.keys] if issubclass(value.cls, dict) else list(value.values)

    def comprehension(self, e: Expr) -> Value:
        """A list of what a comprehension over a structure gives."""
        items = self.items(e.args[1]) if len(e.data.clauses) == 1 and not e.data.clauses[0][1] else None
        if e.data.kind not in ("list", "generator") or items is None:
            return fold(E.map_args(self.plain, e))
        target = e.data.clauses[0][0]
        out = []
        for item in items:
            saved = dict(self.known)
            self.match(target, item)
            out.append(self.value(e.args[0]))
            self.known = saved
        return Parts(None, tuple(range(len(out))), tuple(out), list)

    def match(self, target: Expr, item: Value) -> None:
        if target.head == "var":
            self.known[target.data] = item
            return
        if isinstance(item, Expr) or len(target.args) != len(item.values):
            raise refused("a structure is taken apart in a way that cannot be followed")
        for t, v in zip(target.args, item.values):
            self.match(t, v)

    def call(self, e: Expr) -> Value:
        fn = E.callee(e)
        if fn is len and len(e.args) == 2:
            value = self.value(e.args[1])
            return E.const(len(value.values)) if isinstance(value, Parts) else E.rebuild(e, (e.args[0], value))
        if fn is sum and len(e.args) == 2:
            value = self.value(e.args[1])
            if isinstance(value, Parts) and not issubclass(value.cls, dict):
                return self.total(value)
        if fn in (list, tuple) and len(e.args) == 2:
            items = self.items(e.args[1])
            if items is not None:
                return Parts(None, tuple(range(len(items))), tuple(items), fn)
        values = [self.value(a) for a in e.args[1:]]
        if isinstance(fn, types.FunctionType) and any(isinstance(v, Parts) for v in values):
            return self.flat_call(e, fn, values)
        return fold(E.rebuild(e, (self.plain(e.args[0]), *(v if isinstance(v, Expr) else self.display(v)
                                                           for v in values))))

    def total(self, value: Parts) -> Expr:
        out = None
        for v in value.values:
            if not isinstance(v, Expr):
                raise refused("structures are added")
            out = v if out is None else E.op("+", out, v)
        return out or E.const(0)

    def flat_call(self, e: Expr, fn: types.FunctionType, values: list[Value]) -> Expr:
        """A call of a function that is handed structures: it is rewritten as well."""
        names = fn.__code__.co_varnames[:fn.__code__.co_argcount + fn.__code__.co_kwonlyargcount]
        given = {mark or names[n]: v for n, (mark, v) in enumerate(zip(e.data.marks, values))}
        if any(m in ("*", "**") for m in e.data.marks) or len(given) < len(values):
            raise refused(f"{fn.__name__} is called with arguments that are unpacked")
        trees = {n: _tree(v) for n, v in given.items()}
        defaults = dict(zip(reversed(names[:fn.__code__.co_argcount]), reversed(fn.__defaults__ or ())))
        missing = {n: E.const(v) for n, v in {**defaults, **(fn.__kwdefaults__ or {})}.items() if n not in given}
        made = flattened(fn, trees)
        args = [a for n in names for a in _spread({**given, **missing}[n])]
        name = f"{fn.__name__}_{next(_counter)}"
        self.callees[name] = types.CellType(made)
        return E.call(E.ref(name, made), *args)


def _tree(v: Value) -> Tree:
    return Leaf() if isinstance(v, Expr) else Node(v.cls, v.keys, tuple(map(_tree, v.values)))


def _spread(v: Value) -> list[Expr]:
    return [v] if isinstance(v, Expr) else [e for inner in v.values for e in _spread(inner)]
