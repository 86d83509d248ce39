"""A walk over all functions of a program, which says what flows where (see `lower.places`)."""
from __future__ import annotations

import collections
import copy
import functools
import inspect
import re
import types
from collections.abc import Iterable

import gast
import numpy as np

from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.resolve import is_of_library
from s2sgrad.frontend.unit import load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.places import ALL, Place, Places, has_operators, key_of, unite, united
from s2sgrad.rules.methods_table import SAME_AS_FUNCTIONS
from s2sgrad.rules.records import record_fields
from s2sgrad.rules.registry import rule_for
from s2sgrad.runtime.objects import BINARY

_FUNCTIONS = 400


class Program(Places):
    """The places of all functions that a program shows: `functions`, what they call, and the methods of the classes.

    `seen` are the classes that these functions have names for.
    """

    def __init__(self, visible: tuple[type, ...], functions: tuple[types.FunctionType, ...]) -> None:
        from s2sgrad.lower.object_names import members_of
        super().__init__(visible)
        self.seen = visible
        self.scanned: set[types.FunctionType] = set()
        self._members = {n for cls in visible for n in members_of(cls)}
        self._methods = {n for cls in visible if has_operators(cls) for n in members_of(cls)
                         if n in SAME_AS_FUNCTIONS and inspect.isfunction(inspect.getattr_static(cls, n, None))}
        self._queue = collections.deque(functions)
        modules: set[int] = set()
        for cls in visible:
            self._class(cls)
        while self._queue and len(self.scanned) < _FUNCTIONS:
            f = self._queue.popleft()
            if is_of_library(f.__module__ or ""):
                continue
            try:
                unit = load(f)
            except (DerivativeError, SyntaxError):
                continue
            if id(f.__globals__) not in modules:
                modules.add(id(f.__globals__))
                self.seen = tuple(dict.fromkeys((*self.seen, *unit.names.classes())))
            self._function(f, unit.function)
        self.settle()

    # ---- classes ------------------------------------------------------------------------------------------------

    def _class(self, cls: type) -> None:
        if cls in self.instances:
            return
        bases = [base for base in cls.__mro__[1:-1] if base in self.visible]
        for base in bases:
            self._class(base)
        made = self.instances[cls] = self.instances[bases[0]].now() if bases else Place(of=cls)
        for name, annotation in vars(cls).get("__annotations__", {}).items():
            self._annotated(made.part(("attr", name)), _text(annotation))
        for name, member in vars(cls).items():
            function = python_function(getattr(member, "fget", None) or getattr(member, "func", None) or getattr(
                member, "__func__", None) or member)
            if function is None or function.__code__.co_filename == "<string>":
                continue
            self._queue.append(function)
            result, code = self.place("result", function), function.__code__
            if isinstance(member, (property, functools.cached_property)):
                unite(made.part(("attr", name)), result)
                unite(made, self.variable(function, code.co_varnames[0]))
                continue
            unite(made.part(("call", name)), result)
            first = not isinstance(member, (staticmethod, classmethod))
            for n, parameter in enumerate(code.co_varnames[:code.co_argcount]):
                if n == 0 and first:
                    unite(made, self.variable(function, parameter))
                elif n or not isinstance(member, classmethod):
                    for key in (n - (not isinstance(member, staticmethod)), parameter):
                        unite(made.part(("given", name, key)), self.variable(function, parameter))

    def _annotated(self, place: Place, text: str) -> None:
        """What an annotation says."""
        words = re.findall(r"\w+", text)
        named = [cls for cls in self.visible if cls.__name__ in words]
        plain = any(w in ("float", "int", "complex", "ndarray") for w in words)
        if not named and not plain:
            return
        held = any(w.lower() in _CONTAINERS for w in words)
        place = place.part(ALL) if held else place.now()
        place.plain |= plain
        place.object |= bool(named)
        if len(named) == 1:
            unite(place, self.instances.get(named[0]) or place)

    # ---- functions ----------------------------------------------------------------------------------------------

    def _function(self, f: types.FunctionType, fn: S.Function) -> None:
        if f in self.scanned:
            return
        self.scanned.add(f)
        self._asked = asked_for_type(fn)
        for p in fn.params:
            if p.annotation is not None:
                self._annotated(self.variable(f, p.name), _written(p.annotation))
        for s in S.walk_stmts(fn.body):
            self._statement(s, f)

    def _statement(self, s: S.Stmt, f: types.FunctionType) -> None:
        if isinstance(s, S.Assign):
            self._bind(s.target, self._value(s.value, f), f)
        elif isinstance(s, S.Aug):
            self._bind(s.target, self._value(E.op(s.symbol, s.target, s.value), f), f)
        elif isinstance(s, S.For):
            self._loop(s.target, s.iter, f)
        elif isinstance(s, S.Return):
            made = self._value(s.value, f)
            if made is not None:
                unite(self.place("result", f), made)
        else:
            for e in S.expressions(s):
                self._value(e, f)

    def _bind(self, target: Expr, made: Place | None, f: types.FunctionType) -> None:
        if target.head in ("tuple", "list"):
            for n, t in enumerate(target.args):
                self._bind(t, None if made is None else made.part(n), f)
        elif target.head == "star":
            self._bind(target.args[0], made, f)
        else:
            place = self._value(target, f)
            if place is not None and made is not None:
                unite(place, made)

    def _loop(self, target: Expr, iterable: Expr, f: types.FunctionType) -> None:
        fn, parts = E.callee(iterable), target.args if target.head == "tuple" else ()
        if fn is enumerate and len(parts) == 2 and len(iterable.args) > 1:
            self._loop(parts[1], iterable.args[1], f)
        elif fn is zip and len(parts) == len(iterable.args) - 1:
            for t, x in zip(parts, iterable.args[1:]):
                self._loop(t, x, f)
        elif iterable.head == "call" and iterable.args[0].head == "attr" and iterable.args[0].data == "items" \
                and len(parts) == 2:
            owner = self._value(iterable.args[0].args[0], f)
            self._bind(parts[1], None if owner is None else owner.part(ALL), f)
        else:
            made = self._value(iterable, f)
            self._bind(target, None if made is None else made.part(ALL), f)

    # ---- expressions --------------------------------------------------------------------------------------------

    def _value(self, e: Expr, f: types.FunctionType) -> Place | None:
        """The place of what an expression gives; None where nothing is known of it."""
        rule = getattr(self, "_of_" + e.head, None)
        if rule is not None:
            found: Place | None = rule(e, f)
            return found
        for a in e.args:
            self._value(a, f)
        return None

    def _of_var(self, e: Expr, f: types.FunctionType) -> Place:
        """Of a variable whose type is asked for it is not known here what it holds."""
        return Place() if e.data in self._asked else self.variable(f, e.data)

    def _of_const(self, e: Expr, f: types.FunctionType) -> Place | None:
        return Place(plain=True) if type(e.data) in (int, float, complex) else None

    def _of_ref(self, e: Expr, f: types.FunctionType) -> Place | None:
        made = e.data.value
        if isinstance(made, (type, types.ModuleType, types.FunctionType)):
            return None
        if isinstance(made, (float, int, np.ndarray)):
            return Place(plain=True)
        if isinstance(made, (list, tuple)) and made:
            out = Place()
            out.part(ALL).object = type(made[0]) in self.visible
            return out
        return self.instance(type(made))

    def _of_attr(self, e: Expr, f: types.FunctionType) -> Place | None:
        if E.root(e).head == "ref" and isinstance(E.root(e).data.value, types.ModuleType):
            return None
        owner = self._value(e.args[0], f)
        self._member(owner, e.data, False)
        return None if owner is None else owner.part(("attr", str(e.data)))

    def _member(self, owner: Place | None, name: str, called: bool) -> None:
        from s2sgrad.lower.object_names import SPECIAL
        if owner is None:
            return
        if name in self._members and name not in SPECIAL:
            owner.now().object = True
        elif called and name in self._methods:
            owner.now().weak = True
        elif name in _OF_ARRAYS:
            owner.now().plain = True

    def _of_index(self, e: Expr, f: types.FunctionType) -> Place | None:
        owner = self._value(e.args[0], f)
        self._value(e.args[1], f)
        if owner is None or e.args[1].head == "slice":
            return owner
        return owner.part(key_of(e.args[1]))

    def _of_op(self, e: Expr, f: types.FunctionType) -> Place | None:
        made = [self._value(a, f) for a in e.args]
        if len(made) == 1:
            return made[0]
        known = [p for p in made if p is not None]
        if e.data in ("+", "-"):
            for p in known[1:]:
                unite(known[0], p)
            return known[0].now() if known else None
        out = Place()
        self.products.append((out, e, made[0], made[1]))
        return out

    def _of_ifexp(self, e: Expr, f: types.FunctionType) -> Place | None:
        self._value(e.args[0], f)
        return self._one_of(e.args[1:], f)

    def _of_bool(self, e: Expr, f: types.FunctionType) -> Place | None:
        return self._one_of(e.args, f)

    def _one_of(self, es: Iterable[Expr], f: types.FunctionType) -> Place | None:
        known = [p for p in [self._value(a, f) for a in es] if p is not None]
        for p in known[1:]:
            unite(known[0], p)
        return known[0].now() if known else None

    def _of_walrus(self, e: Expr, f: types.FunctionType) -> Place | None:
        made = self._value(e.args[1], f)
        self._bind(e.args[0], made, f)
        return made

    def _of_tuple(self, e: Expr, f: types.FunctionType) -> Place:
        out = Place()
        out.display = True
        for n, a in enumerate(e.args):
            made = self._value(a, f)
            if made is not None:
                unite(out.part(ALL if a.head == "star" else n), made)
        return out.now()

    def _of_list(self, e: Expr, f: types.FunctionType) -> Place:
        out = Place()
        for a in e.args:
            made = self._value(a.args[0] if a.head == "star" else a, f)
            if made is not None:
                unite(out.part(ALL), made.part(ALL) if a.head == "star" else made)
        return out.now()

    def _of_dict(self, e: Expr, f: types.FunctionType) -> Place:
        out = Place()
        for k, v in E.items(e):
            made = self._value(v, f)
            if made is not None and k.head != "star":
                unite(out.part(key_of(k)), made)
        return out.now()

    def _of_comp(self, e: Expr, f: types.FunctionType) -> Place:
        for target, iterable in e.data.loops(e):
            self._loop(target, iterable, f)
        for a in e.args:
            self._value(a, f)
        made, out = self._value(e.data.elements(e)[-1], f), Place()
        if made is not None:
            unite(out.part(ALL), made)
        return out.now()

    def _of_function(self, e: Expr, f: types.FunctionType) -> Place | None:
        self._nested(e, (), f)
        return None

    def _nested(self, e: Expr, given: Iterable[Place | None], f: types.FunctionType) -> Place | None:
        """What a nested function gives for these arguments; its variables are looked at as those of the one around it."""
        for p, place in zip(e.data.function.params, given):
            if place is not None:
                unite(self.variable(f, p.name), place)
        made: list[Place] = []
        for s in S.walk_stmts(e.data.function.body):
            if not isinstance(s, S.Return):
                self._statement(s, f)
            elif (found := self._value(s.value, f)) is not None:
                made.append(found)
        return united(made)

    def _applied(self, e: Expr, given: list[Place | None], f: types.FunctionType) -> Place | None:
        """What a function gives that is an argument of another."""
        if e.head == "function":
            return self._nested(e, given, f)
        if E.hashable_callee(E.call(e)) in _OPERATORS:
            return united([p for p in given if p is not None])
        function = python_function(e.data.value) if e.head == "ref" else None
        if function is None:
            return None
        self._queue.append(function)
        self._link(function, [("", p) for p in given], 0)
        return self.place("result", function)

    # ---- calls --------------------------------------------------------------------------------------------------

    def _of_call(self, e: Expr, f: types.FunctionType) -> Place | None:
        fn = e.args[0]
        given = [(mark, self._value(a, f)) for mark, a in E.arguments(e)]
        if fn.head == "attr" and not (E.root(fn).head == "ref" and isinstance(E.root(fn).data.value, types.ModuleType)):
            return self._method(e, given, f)
        if fn.head != "ref":
            self._value(fn, f)
            return None
        called = fn.data.value
        if isinstance(called, type) and called in self.instances:
            self._constructed(called, given)
            return self.instances[called].now()
        first = given[0][1] if given else None
        if any(called is c for c in (list, tuple, sorted, reversed, copy.copy, copy.deepcopy)):
            return first
        if called is sum or called is functools.reduce:
            rest = [p for _, p in (given[1:] if called is functools.reduce else given)]
            total = united([p.part(ALL) if n == 0 else p for n, p in enumerate(rest) if p is not None])
            if called is functools.reduce and total is not None:
                made = self._applied(e.args[1], [total, total], f)
                return united([total, made]) if made is not None else total
            return total
        if called is max or called is min:
            chosen = [p for mark, p in given if not mark and p is not None]
            return chosen[0].part(ALL) if len(chosen) == 1 else united(chosen)
        if called is map and len(given) > 1:
            made, out = self._applied(e.args[1], [p.part(ALL) if p else None for _, p in given[1:]], f), Place()
            if made is not None:
                unite(out.part(ALL), made)
            return out.now()
        if E.is_hashable(called) and called in _OPERATORS and len(e.args) == 3:
            return self._of_op(E.op(_OPERATORS[called], *e.args[1:]), f)
        function = python_function(called)
        if function is not None and rule_for(called) is None:
            self._queue.append(function)
            self._link(function, given, 0)
            return self.place("result", function)
        if (getattr(called, "__module__", None) or "").partition(".")[0] in ("math", "cmath", "numpy"):
            for _, p in given:
                if p is not None and not any(called is fn for fn in _OF_ANYTHING):
                    p.now().plain = True
            return Place(plain=True)
        return None

    def _constructed(self, cls: type, given: list[tuple[str, Place | None]]) -> None:
        init = python_function(inspect.getattr_static(cls, "__init__", None))
        if init is not None and init.__code__.co_filename != "<string>":
            self._queue.append(init)
            self._link(init, given, 1)
            return
        fields = record_fields(cls) or tuple(getattr(cls, "__dataclass_fields__", ()))
        for n, (mark, place) in enumerate(given):
            name = mark or (fields[n] if n < len(fields) else "")
            if place is not None and name:
                unite(self.instances[cls].part(("attr", name)), place)

    def _method(self, e: Expr, given: list[tuple[str, Place | None]], f: types.FunctionType) -> Place | None:
        fn, name = e.args[0], str(e.args[0].data)
        owner = self._value(fn.args[0], f)
        self._member(owner, name, True)
        values = [p for _, p in given if p is not None]
        contained = owner is not None and name not in self._members  # no method of a class of the user's
        if owner is not None and contained and name in _PUT and values:
            unite(owner.part(ALL), values[-1])
        elif owner is not None and contained and name in ("extend", "update") and values:
            unite(owner, values[0])
        if owner is not None and contained and name in _TAKEN:
            return united([owner.part(ALL), *values[1:]])
        if owner is not None and name in ("copy", "values"):
            return owner
        if owner is None:
            return None
        for n, (mark, place) in enumerate(given):
            if mark in ("*", "**"):
                break
            if place is not None:
                unite(owner.part(("given", name, mark or n)), place)
        return owner.part(("call", name))

    def _link(self, function: types.FunctionType, given: list[tuple[str, Place | None]], skip: int) -> None:
        code = function.__code__
        names = code.co_varnames[skip:code.co_argcount]
        for n, (mark, place) in enumerate(given):
            if mark in ("*", "**"):
                return
            name = mark or (names[n] if n < len(names) else "")
            if place is not None and name:
                unite(self.variable(function, name), place)


def _text(annotation: object) -> str:
    return annotation.__name__ if isinstance(annotation, type) and not isinstance(
        annotation, types.GenericAlias) else str(annotation)


def asked_for_type(fn: S.Function) -> frozenset[str]:
    """The variables whose type a function asks for."""
    return frozenset(n for s in S.walk_stmts(fn.body) for e in S.expressions(s) for call in E.calls(e)
                     if E.callee(call) in (isinstance, type, hasattr) for n in call.names)


def _written(annotation: gast.AST) -> str:
    """The words of an annotation."""
    return " ".join(str(getattr(n, "id", None) or getattr(n, "attr", None) or getattr(n, "value", ""))
                    for n in gast.walk(annotation) if isinstance(n, (gast.Name, gast.Attribute, gast.Constant)))


_OPERATORS: dict[object, str] = {fn: symbol for symbol, (_, _, fn) in BINARY.items() if symbol != "[]"}
_CONTAINERS = frozenset(("list", "tuple", "dict", "sequence", "iterable", "collection", "deque", "mapping", "set"))
_OF_ARRAYS = frozenset(("shape", "ndim", "dtype", "T"))
_OF_ANYTHING = (np.array, np.asarray, np.stack, np.vstack, np.hstack, np.concatenate)
_PUT = ("append", "appendleft", "insert", "add", "setdefault")
_TAKEN = ("pop", "popleft", "get", "setdefault")
