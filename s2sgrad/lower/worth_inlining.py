"""Which functions of the program are put in place of their calls: small ones, and those that show what they do only there."""
from __future__ import annotations

import types

from s2sgrad.frontend.unit import is_generated
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.choosing import changes_its_object, is_callable_display
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import effects_of
from s2sgrad.lower.inline import is_function_value

SMALL = 16  # nodes of an expression that is put in place of a call


def wants_inlining(fn: S.Function, function: types.FunctionType, given: list[tuple[str, Expr]], self_: Expr | None,
                   cx: Context) -> bool:
    """Is a call of a function of the program, with these arguments, better understood where its statements are?"""
    if self_ is not None or any(is_function_value(a, cx) and not is_class(a) or changes_its_object(a, cx)
                                or is_callable_display(a, cx) for _, a in given):
        return True
    if any(cx.class_of(a) is not None for _, a in given) or _is_static_method(function, cx):
        return True  # it may work on objects, whose class is seen only where it is put in place
    if any(p.kind in ("*", "**") for p in fn.params):
        return True
    if len(fn.body) == 1 and isinstance(fn.body[0], S.Return) and E.size(fn.body[0].value) <= SMALL \
            and fn.body[0].value.head not in ("ifexp", "comp"):
        return True
    if returns_function(fn):
        return True
    effects = effects_of(function)
    if effects.inside and is_generated(function):
        return True  # of what was saved it takes parts, and which those are is seen only where it is put in place
    return bool(effects.returned) or bool(effects.stored) or bool(fn.nonlocals) or bool(effects.written) and _may_share(given, cx)


def _may_share(given: list[tuple[str, Expr]], cx: Context) -> bool:
    """Is an argument made of parts of another, like ``f(d["a"], list(d.values()))``? What is written through one changes both."""
    roots = [(a, E.root(a)) for _, a in given if a.head in ("var", "index") and cx.varied.of(a)]
    made = [(a, cx.varied.made_of(x.data)) for a, x in roots if x.head == "var"]
    return any(not names.isdisjoint(others) for n, (a, names) in enumerate(made) for b, others in made[n + 1:]
               if "var" in (a.head, b.head))


def returns_function(fn: S.Function) -> bool:
    """Is the result, or a part of it, a function made here? What it captures is seen only where it is put in place."""
    made = {s.name for s in S.of_kinds(fn.body, S.Define)}
    made |= {s.target.data for s in S.walk_stmts(fn.body)
             if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "function"}
    return any(part.head == "function" or part.head == "var" and part.data in made
               for s in S.of_kinds(fn.body, S.Return)
               for part in ((s.value, *s.value.args) if s.value.head != "call" else ()))


def _is_static_method(function: types.FunctionType, cx: Context) -> bool:
    return any(isinstance(f, staticmethod) and f.__func__ is function for cls in cx.visible for f in vars(cls).values())


def is_class(e: Expr) -> bool:
    return e.head == "ref" and isinstance(e.data.value, type)
