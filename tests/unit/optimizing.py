"""Generated functions written down by hand, for tests of the optimizer.

In the text ``b_x`` stands for the adjoint of `x`, ``d_x`` for its tangent, ``t1`` for a temporary of lowering and
``l_t`` for a local of a rule. What a pass gives is printed as users see it: ``bx``, ``dx``, ``t``.
"""
from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import gast
import numpy as np

from s2sgrad import runtime
from s2sgrad.emit.names import choose_names
from s2sgrad.emit.printer import show, show_function
from s2sgrad.emit.syntax import Spelling
from s2sgrad.frontend.functions import function
from s2sgrad.frontend.resolve import Namespace
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.source import Source
from s2sgrad.ir.types import Type
from s2sgrad.lower.inline import rename
from s2sgrad.optimize.algebra import Algebra
from s2sgrad.optimize.claims import Claims, declared_by, is_stated_number
from s2sgrad.optimize.pipeline import optimize
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.webs import FreshNames, by_value, separate

MODULE: dict[str, Any] = {"np": np, "math": math, **{n: getattr(runtime, n) for n in runtime.__all__}}
Types = Mapping[str, Type]


def generated(text: str) -> S.Function:
    """The core function that a text stands for."""
    text = textwrap.dedent(text).strip() + "\n"
    source = Source("f", text, "<test>", 1, MODULE, {})
    fn = function(gast.parse(text).body[0], Namespace(source, []))
    names = S.all_names(fn.body) | {p.name for p in fn.params}
    renaming = {n: E.var(internal(n)) for n in names if internal(n) != n}
    params = tuple(S.Param(internal(p.name), p.kind, p.default) for p in fn.params)
    return S.Function(fn.name, params, tuple(rename(s, renaming) for s in fn.body), None, fn.loc)


def internal(name: str) -> str:
    """The variable that a name of the text stands for."""
    if name.startswith("l_"):
        return "~:" + name[2:] + ".90"
    if name.startswith(("b_", "d_")):
        return {"b": "~", "d": "^"}[name[0]] + internal(name[2:])
    found = re.fullmatch(r"(t|cond)(\d+)", name)
    return f"{found[1]}.{found[2]}" if found else name


def printed(fn: S.Function) -> str:
    names = choose_names(fn, ["np", "math"])
    spelling = Spelling(lambda n: names.get(n, n), lambda r: r.text.removeprefix("s2sgrad.runtime."))
    return show_function(fn, spelling).strip()


def run_pass(run: Callable[[S.Function, Program], S.Function], text: str, types: Types | None = None,
             storage: frozenset[str] = frozenset()) -> str:
    """What one pass makes of a function."""
    fn, declared = generated(text), declared_by(types or {})
    names = FreshNames(fn)
    fn, updated = by_value(fn, lambda name: is_stated_number(name, declared, ()), storage)
    fn = separate(fn, names)
    return printed(run(fn, Program(fn, declared, names, updated)))


def optimized(text: str, types: Types | None = None, storage: frozenset[str] = frozenset()) -> str:
    """What all passes make of a function."""
    return printed(optimize(generated(text), types or {}, frozenset(map(internal, storage))))


def expression(text: str) -> Expr:
    """The core expression that a text stands for."""
    last = generated(f"def f():\n    return {text}").body[-1]
    assert isinstance(last, S.Return)
    return last.value


def shown_expression(e: Expr) -> str:
    return show(e, Spelling(lambda n: n.replace("~", "b").replace("^", "d").partition(".")[0],
                         lambda r: r.text.replace("numpy.", "np.")))


def simplified(text: str, types: Types) -> str:
    """An expression, simplified with what `types` says about variables."""
    e = expression(text)
    fn = S.Function("f", tuple(S.Param(n) for n in sorted(e.names)), (S.Return(e),))
    declared: Callable[[str], Type] = declared_by({**dict.fromkeys(e.names, T.ANY), **types})
    return shown_expression(Algebra(Claims(fn, declared, {})).simplify(e))
