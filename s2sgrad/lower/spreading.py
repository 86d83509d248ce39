"""Functions of any number of arguments that call themselves: for each number of arguments there is one of its own.

    def product(*xs): ... product(*xs[1:])    --->    def product(x1, x2): return product(x1, x2)

The new function is the old one for what a call gives; inside it, the old one is put in place of the call.
"""
from __future__ import annotations

import types
import weakref
from collections.abc import Sequence

from s2sgrad.frontend.unit import Unit, adopt, load
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr

_Key = tuple[int, tuple[str, ...]]
_made: weakref.WeakKeyDictionary[types.FunctionType, dict[_Key, types.FunctionType]] = weakref.WeakKeyDictionary()


def for_call(function: types.FunctionType, given: Sequence[tuple[str, Expr]]) -> types.FunctionType:
    """The function of as many arguments, and of the keywords, that a call gives."""
    key = sum(mark == "" for mark, _ in given), tuple(mark for mark, _ in given if mark)
    table = _made.setdefault(function, {})
    if key not in table:
        table[key] = _written_out(function, *key)
    return table[key]


def _written_out(function: types.FunctionType, count: int, names: tuple[str, ...]) -> types.FunctionType:
    unit = load(function)
    own = [p.name for p in unit.function.params if p.kind in ("positional", "plain") and p.name not in names]
    star = next((p.name for p in unit.function.params if p.kind == "*"), "x")
    positional = own[:count]
    n = 1
    while len(positional) < count:
        name, n = f"{star.rstrip('s') or star}{n}", n + 1
        if name not in positional and name not in names:
            positional.append(name)
    name = function.__name__
    shown = ", ".join([*positional, *(["*", *names] if names else [])])
    passed = ", ".join([*positional, *(f"{n}={n}" for n in names)])
    scope = {"_called": function, "__name__": function.__module__}
    exec(f"def {name}({shown}):\n    '{count} arguments'\n    return _called({passed})\n", scope)
    made: types.FunctionType = scope[name]  # type: ignore[assignment]
    params = (*map(S.Param, positional), *(S.Param(n, "keyword") for n in names))
    arguments = (*(("", E.var(n)) for n in positional), *((n, E.var(n)) for n in names))
    body = (S.Return(E.call_with(E.ref(name, function), arguments), unit.function.loc),)
    adopt(Unit(made, unit.source, S.Function(name, params, body, None, unit.function.loc), unit.names), function.__code__)
    return made
