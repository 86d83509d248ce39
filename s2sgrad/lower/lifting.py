"""Nested functions that call themselves, as functions of their own: what they capture becomes parameters.

    def f(x, n):                             def term(x, k):
        def term(k):                             return 1.0 if k == 0 else term(x, k - 1) * x
            return 1.0 if k == 0 \\
                else term(k - 1) * x   --->   def f(x, n):
        return term(n)                            return term(x, n)

This is lambda lifting (Johnsson 1985). The lifted function is an object like any other: it has a unit to derive from,
and where it is called at run time it runs the code that the compiler of Python made of the nested function.
"""
from __future__ import annotations

import functools
import itertools
import keyword
import types
from collections.abc import Callable, Mapping
from typing import Any

from s2sgrad.frontend.unit import Unit, adopt, load
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.source import Location
from s2sgrad.lower.context import Context
from s2sgrad.lower.names import base
from s2sgrad.lower.renaming import rename

_PARTIAL = E.ref("functools.partial", functools.partial, library=True)
_serial = itertools.count(1)


def is_recursive(name: str, cx: Context) -> bool:
    """Does the nested function that a variable stands for reach itself?"""
    return cx.callables[name].head == "function" and name in _reachable(_uses(name, cx), cx)


def lifted(name: str, cx: Context) -> Expr:
    """The nested function `name` as a partial application of a function of its own to what it captures."""
    if name not in cx.lifted:
        _lift(name, cx)
    return cx.lifted[name]


def _uses(name: str, cx: Context) -> tuple[str, ...]:
    """The variables of the function around it that a local function captures."""
    e = cx.callables[name]
    captured = e.args[:len(e.data.captured)] if e.head == "function" else e.args
    return tuple(dict.fromkeys(n for a in captured for n in sorted(a.names)))


def _reachable(names: tuple[str, ...], cx: Context) -> list[str]:
    """All variables captured by local functions, from those captured by one of them."""
    found: dict[str, None] = {}
    todo = list(names)
    while todo:
        name = todo.pop(0)
        if name not in found:
            found[name] = None
            if name in cx.callables:
                todo += _uses(name, cx)
    return list(found)


def _is_defined(name: str, cx: Context) -> bool:
    """Is the local function no lambda, so that it is no expression?"""
    e = cx.callables[name]
    return e.head == "function" and e.data.function.name != "<lambda>"


def evaluated_defaults(closure: Expr) -> dict[str, Expr]:
    """The default values of a local function that are no constants, by parameter."""
    given = [p for p in closure.data.function.params if p.default is not None]
    values = closure.args[len(closure.data.captured):]
    return {p.name: e for p, e in zip(given, values) if e.head not in ("const", "ref")}


@dataclass(frozen=True, eq=False)
class _Group:
    """The local functions that reach each other, and the variables that they share as parameters."""

    functions: tuple[str, ...]
    shared: tuple[str, ...]


def _lift(name: str, cx: Context) -> None:
    reached = [name, *(n for n in _reachable(_uses(name, cx), cx) if n != name)]
    functions = tuple(n for n in reached if n in cx.callables)
    group = _Group(tuple(n for n in functions if n == name or is_recursive(n, cx) or _is_defined(n, cx)),
                   tuple(sorted(n for n in reached if n not in cx.callables)))
    run = _Runner(functions, group, cx)
    made = {n: _Lifting(n, group, cx, run) for n in group.functions}
    for n, one in made.items():
        cx.lifted[n] = E.call(_PARTIAL, one.reference, *map(E.var, group.shared), *one.fixed.values())
    for one in made.values():
        one.define(made)


class _Lifting:
    """One function on its way out of the function that it was nested in."""

    def __init__(self, name: str, group: _Group, cx: Context, run: _Runner) -> None:
        self.cx = cx
        self.group = group
        self.closure = cx.callables[name]
        self.function: S.Function = self.closure.data.function
        if self.function.nonlocals:
            raise cx.refuse(f"the nested function {base(name)} calls itself and assigns to variables of the function "
                            "around it, which cannot be differentiated", "return the values instead")
        #: Parameters with default values that are not known now, which are evaluated where the function is made.
        self.fixed = {} if is_recursive(name, cx) else evaluated_defaults(self.closure)
        own = {base(n) for n in S.all_names(self.function.body)} | {p.name for p in self.function.params}
        own -= {base(n) for n in self.closure.data.captured}
        self.parameters: dict[str, str] = {}
        for v in group.shared:
            self.parameters[v] = _unused(base(v), own)
        self.name = _unused(base(name), own)
        self.object = self._object(lambda *args: run(name, args))
        self.reference = E.ref(self.name, self.object, library=True)

    def _object(self, run: Callable[..., Any]) -> types.FunctionType:
        """The function as an object with the signature that it has now."""
        params = self._params()
        shown, passed = [], []
        for n, p in enumerate(params):
            if p.kind == "keyword" and not any(q.kind in ("*", "keyword") for q in params[:n]):
                shown.append("*")
            mark = p.kind if p.kind in ("*", "**") else ""
            shown.append(mark + p.name + ("=None" if p.default is not None else ""))
            if p.kind == "positional" and (n + 1 == len(params) or params[n + 1].kind != "positional"):
                shown.append("/")
            passed.append(f"({p.name!r}, {p.name})")
        text = f"def {self.name}({', '.join(shown)}):\n    'lifted {next(_serial)}'\n    return _run({', '.join(passed)})\n"
        scope = {"_run": run, "__name__": "s2sgrad.lifted"}
        exec(text, scope)
        made: types.FunctionType = scope[self.name]  # type: ignore[assignment]
        defaults = [self._default(p) for p in params if p.default is not None and p.kind != "keyword"]
        made.__defaults__ = tuple(defaults) or None
        made.__kwdefaults__ = {p.name: self._default(p) for p in params if p.default is not None and p.kind == "keyword"}
        return made

    def _params(self) -> tuple[S.Param, ...]:
        own = self.function.params
        kind = "positional" if own and own[0].kind == "positional" else "plain"
        first = (*self.parameters.values(), *self.fixed)
        return (*(S.Param(n, kind) for n in first), *(p for p in own if p.name not in self.fixed))

    def _default(self, p: S.Param) -> Any:
        assert p.default is not None
        if p.default.head not in ("const", "ref"):
            raise self.cx.refuse(f"the default value of {p.name}, a parameter of a nested function that calls itself, must "
                                 "be a constant", "pass the value as an argument")
        return p.default.data if p.default.head == "const" else p.default.data.value

    def define(self, made: Mapping[str, _Lifting]) -> None:
        """Give the object its unit: the body, with references to the functions of the group in their new form."""
        places = {v: E.var(p) for v, p in self.parameters.items()}
        shared = tuple(places[v] for v in self.group.shared)

        def moved(e: Expr) -> Expr:
            """An expression of the function around it, from inside the lifted function."""
            if e.head == "var":
                if e.data in made:
                    return E.call(_PARTIAL, made[e.data].reference, *shared)
                return moved(self.cx.callables[e.data]) if e.data in self.cx.callables else places[e.data]
            return E.rebuild(e, tuple(map(moved, e.args)))

        captured = dict(zip(self.closure.data.captured, map(moved, self.closure.args)))
        body = tuple(_applied(rename(s, captured)) for s in self.function.body)
        fn = S.Function(self.name, self._params(), body, self.function.doc, self.function.loc)
        assert fn.loc is not None
        adopt(Unit(self.object, fn.loc.source, fn, self.closure.data.names), _code(self.function, self.cx))


def _unused(name: str, taken: set[str]) -> str:
    """A name like `name`, and an identifier, that nothing else has; it is taken from then on."""
    name = name if name.isidentifier() and not keyword.iskeyword(name) else "function"
    made, number = name, 2
    while made in taken:
        made, number = f"{name}{number}", number + 1
    taken.add(made)
    return made


def _applied(s: S.Stmt) -> S.Stmt:
    """``partial(f, a)(b)`` is ``f(a, b)``."""
    def direct(e: Expr) -> Expr:
        if e.head == "call" and E.callee(e.args[0]) is functools.partial:
            (_, fn), *first = E.arguments(e.args[0])
            return E.call_with(fn, (*first, *E.arguments(e)))
        return e
    s = S.map_expressions(lambda e: E.transform(direct, e), s)
    return S.map_blocks(lambda b: tuple(map(_applied, b)), s)


# ---- where a lifted function is called as it stands ---------------------------------------------------------------

def _code(fn: S.Function, cx: Context) -> types.CodeType:
    """What the compiler of Python made of a nested function."""
    if id(fn) in cx.originals:
        return cx.originals[id(fn)][0].__code__
    assert fn.loc is not None
    todo = [c for c in (*reversed(cx.inlining), *dict.fromkeys(cx.inlined)) if isinstance(c, types.CodeType)]
    found: list[types.CodeType] = []
    while todo:
        code = todo.pop(0)
        if code.co_name == fn.name and code.co_firstlineno == fn.loc.line and code.co_filename == fn.loc.source.filename \
                and code not in found:
            found.append(code)
        todo += [c for c in code.co_consts if isinstance(c, types.CodeType)]
    if len(found) > 1:  # lambdas on one line
        found = [c for c in found if _stands_at(c, fn.loc)]
        found = [c for c in found if not any(_is_inside(c, other) for other in found)]
    if len(found) == 1:
        return found[0]
    raise cx.refuse(f"the code of the nested function {fn.name} cannot be found", "define it at the top level of the module")


def _stands_at(code: types.CodeType, loc: Location) -> bool:
    """Do the instructions of a function lie in a range of its file? Before Python 3.11 they do not say."""
    if not hasattr(code, "co_positions"):
        return False
    places = [(line, column) for line, _, column, _ in code.co_positions() if line is not None and column]
    return bool(places) and all((loc.line, loc.column) <= p <= (loc.end_line, loc.end_column) for p in places)


def _is_inside(code: types.CodeType, other: types.CodeType) -> bool:
    """Is a function defined inside of another one?"""
    return any(c is code or _is_inside(code, c) for c in other.co_consts if isinstance(c, types.CodeType))


class _Runner:
    """Runs the nested functions of a group, given what they capture."""

    def __init__(self, functions: tuple[str, ...], group: _Group, cx: Context) -> None:
        self.group = group
        self.originals = cx.originals
        self.closures = {n: cx.callables[n] for n in functions}
        self.codes = {n: _code(e.data.function, cx) for n, e in self.closures.items() if e.head == "function"}

    def __call__(self, name: str, given: tuple[tuple[str, Any], ...]) -> Any:
        count = len(self.group.shared)
        cells = {n: types.CellType(v) for n, (_, v) in zip(self.group.shared, given)}
        for n in self.closures:
            cells.setdefault(n, types.CellType())
        for n, e in self.closures.items():
            cells[n].cell_contents = self._function(n, e, cells)
        rest = dict(given[count:])
        return cells[name].cell_contents(*_in_order(self.closures[name].data.function.params, rest), **rest)

    def _function(self, name: str, e: Expr, cells: Mapping[str, Any]) -> Any:
        if e.head == "ref":
            return e.data.value
        if e.head != "function":
            raise NotImplementedError(f"{base(name)} cannot be run outside the function that it was made in")
        if id(e.data.function) in self.originals:
            return self._original(e.data.function, cells)
        source = e.data.function.loc.source
        captured = dict(zip(e.data.captured, e.args))

        def cell(free: str) -> Any:
            a = captured.get(free)
            if a is None:
                return source.cells[free]
            if a.head == "function":
                raise NotImplementedError(f"{base(name)} captures a function that was given to the function around it, and "
                                          "cannot be run outside of that; define it where it is used")
            return cells[a.data] if a.head == "var" else types.CellType(a.data.value if a.head == "ref" else a.data)

        code = self.codes[name]
        return types.FunctionType(code, source.module, code.co_name,
                                  closure=tuple(map(cell, code.co_freevars)))


    def _original(self, fn: S.Function, cells: Mapping[str, Any]) -> Callable[..., Any]:
        """The function of the program that became a nested function, with the functions that it is given."""
        function, meant = self.originals[id(fn)]

        def run(*args: Any, **options: Any) -> Any:
            functions = {p: a.data.value if a.head == "ref" else cells[a.data].cell_contents for p, a in meant.items()}
            values = dict(zip([p.name for p in fn.params if p.kind != "keyword"], args)) | options | functions
            return function(*_in_order(load(function).function.params, values), **values)
        return run


def _in_order(params: tuple[S.Param, ...], values: dict[str, Any]) -> list[Any]:
    """The positional arguments; `values` keeps those that are passed by name."""
    out: list[Any] = []
    for p in params:
        if p.kind in ("positional", "plain"):
            out.append(values.pop(p.name))
        elif p.kind == "*":
            out += values.pop(p.name)
        elif p.kind == "**":
            values.update(values.pop(p.name))
    return out
