"""Functions that call themselves and are given functions, which they pass on, as nested functions that capture these.

    def walk(tree, visit):                        def walk(tree):
        if isinstance(tree, list):                    if isinstance(tree, list):
            for part in tree:                             for part in tree:
                walk(part, visit)        --->                 walk(part)
        else:                                         else:
            visit(tree)                                   visit(tree)
    walk(data, lambda v: out.append(v * x))       walk(data)

This is the specialization of a function to its functional arguments: what `visit` captures and changes is known where it is
called, and `lifting` makes a function of its own of the nested one.
"""
from __future__ import annotations

import types
from collections.abc import Iterable, Sequence

from s2sgrad.frontend.unit import Unit, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.choosing import frozen_method, is_bound_method
from s2sgrad.lower.context import Context
from s2sgrad.lower.function_arguments import callable_variable
from s2sgrad.lower.inline import defaults_of, is_function_value
from s2sgrad.lower.renaming import with_closures


def specialized(function: types.FunctionType, unit: Unit, given: list[tuple[str, Expr]], cx: Context) -> Expr | None:
    """The call of the nested function for a call with the arguments `given`; None for functions that pass nothing on."""
    if not any(a.head in ("function", "ref", "attr") or a.head == "var" and a.data in cx.callables for _, a in given):
        return None
    arguments = _by_parameter(unit.function, given)
    if arguments is None:
        return None
    functions = {n: a for n, a in arguments.items() if (is_function_value(a, cx) or is_bound_method(a, cx)) and cx.varied.of(a)}
    calls = _own_calls(unit.function, function)
    if not functions or not calls or any(s for s in with_closures(unit.function.body) if isinstance(s, S.Define)):
        return None
    if not _only_passes_on(unit.function, calls, functions):
        return None
    name = _nested(function, unit, functions, cx)
    return E.call_with(E.var(name), _without(functions, unit.function, given))


def _own_calls(fn: S.Function, function: types.FunctionType) -> list[Expr]:
    return [c for s in S.having(fn.body, E.CALL) for e in S.expressions(s) for c in E.calls(e) if _is_own(c, function)]


def _is_own(e: Expr, function: types.FunctionType) -> bool:
    return e.head == "call" and e.args[0].head == "ref" and python_function(E.callee(e)) is function


def _by_parameter(fn: S.Function, given: Sequence[tuple[str, Expr]]) -> dict[str, Expr] | None:
    """The arguments of a call by the names of the parameters; None where these are not known."""
    if any(p.kind in ("*", "**") for p in fn.params) or any(mark in ("*", "**") for mark, _ in given):
        return None
    positional = [p.name for p in fn.params if p.kind != "keyword"]
    if sum(not mark for mark, _ in given) > len(positional):
        return None
    return {mark or positional[n]: a for n, (mark, a) in enumerate(given)}


def _only_passes_on(fn: S.Function, calls: list[Expr], names: Iterable[str]) -> bool:
    """Are some parameters only called, and passed on as they are wherever the function calls itself?"""
    wanted = set(names)
    if any(not wanted.isdisjoint(S.writes(s)) for s in S.walk_stmts(fn.body)):
        return False
    for c in calls:
        passed = _by_parameter(fn, E.arguments(c))
        if passed is None or any(passed.get(n) != E.var(n) for n in wanted):
            return False
    own = set(map(id, calls))

    def fits(e: Expr) -> bool:
        if e.head == "var":
            return e.data not in wanted
        if e.heads & E.FUNCTION and e.head == "function" and not wanted.isdisjoint(e.names):
            return False
        parts = e.args
        if id(e) in own:
            parts = tuple(a for a in e.args if a.head != "var" or a.data not in wanted)
        elif e.head == "call" and e.args[0].head == "var":
            parts = e.args[1:]
        return all(map(fits, parts))

    return all(fits(e) for s in S.walk_stmts(fn.body) for e in S.expressions(s))


def _nested(function: types.FunctionType, unit: Unit, functions: dict[str, Expr], cx: Context) -> str:
    """The variable for the nested function."""
    fn, defaults = unit.function, defaults_of(unit.function, function)
    own = E.var(_unlike(fn.name, S.all_names(fn.body) | {p.name for p in fn.params}))
    name = cx.names.fresh(fn.name)

    def nested(e: Expr) -> Expr:
        if _is_own(e, function):
            return E.call_with(own, _without(functions, fn, E.arguments(e)))
        return e

    def statement(s: S.Stmt) -> S.Stmt:
        s = S.map_expressions(lambda e: E.transform(nested, e) if e.heads & E.CALL else e, s)
        return S.map_blocks(lambda b: tuple(map(statement, b)), s)

    params = tuple(p for p in fn.params if p.name not in functions)
    made = S.Function(fn.name, params, tuple(map(statement, fn.body)), fn.doc, fn.loc)
    values = tuple(defaults[p.name] for p in params if p.default is not None)
    closure = E.closure(made, (*functions, own.data), values, unit.names)
    meant = [a if a.head == "ref" or a.head == "var" and a.data in cx.callables
             else callable_variable(frozen_method(a, cx) if a.head == "attr" else a, cx) for a in functions.values()]
    cx.callables[name] = E.rebuild(closure, (*meant, E.var(name), *closure.args[len(closure.data.captured):]))
    cx.originals[id(made)] = function, dict(zip(functions, meant))
    cx.varied.add(name)
    return name


def _without(names: Iterable[str], fn: S.Function, given: Sequence[tuple[str, Expr]]) -> tuple[tuple[str, Expr], ...]:
    """The arguments but those of some parameters; what comes after one of these by its place still does."""
    dropped = set(names)
    positional = [p.name for p in fn.params if p.kind != "keyword"]
    return tuple((mark, a) for n, (mark, a) in enumerate(given) if (mark or positional[n]) not in dropped)


def _unlike(name: str, taken: frozenset[str] | set[str]) -> str:
    while name in taken:
        name += "_"
    return name
