"""gast functions -> core functions."""
from __future__ import annotations

import dataclasses
from typing import Any

import gast

from s2sgrad.frontend.classes import local_classes
from s2sgrad.frontend.expressions import expression, optional
from s2sgrad.frontend.resolve import Namespace
from s2sgrad.frontend.scope import Scope, nonlocal_names, refuse
from s2sgrad.frontend.statements import block, imported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr


def function(node: gast.FunctionDef, names: Namespace) -> S.Function:
    """The core form of a function that stands on its own."""
    if isinstance(node, gast.AsyncFunctionDef):
        raise refuse(Scope(names, {}), node, "coroutines cannot be differentiated", "define an ordinary function")
    scope = Scope(names, {}).of_function(node)
    if "nonlocal" in scope.source.text and (others := nonlocal_names(node)):
        raise refuse(scope, node, f"a function that assigns to a variable of a function around it, {min(others)}, cannot be "
                     "differentiated where that is not", "call the function that makes it with what varies, or keep the value in "
                     "an object that is passed in")
    if "import" in scope.source.text:
        _local_imports(node, scope)
    local_classes(node, scope)
    outer = Scope(names, {})
    params = tuple(S.Param(p.name, p.kind, optional(d, outer), p.annotation) for p, d in _params(node.args))
    body = node.body
    doc = None
    if body and isinstance(body[0], gast.Expr) and isinstance(body[0].value, gast.Constant) \
            and isinstance(body[0].value.value, str):
        doc, body = body[0].value.value, body[1:]
    return S.Function(node.name, params, block(body, scope, certain=True), doc, scope.location(node))


def _local_imports(node: gast.FunctionDef, scope: Scope) -> None:
    """Names that only imports bind are references, not variables."""
    statements = [n for n in gast.walk(node) if isinstance(n, (gast.Import, gast.ImportFrom))]
    for statement in statements:
        found = imported(statement, scope)
        for name, reference in {} if isinstance(found, Exception) else found.items():
            scope.imports[name] = reference
            scope.local.pop(name, None)
    if statements and any(isinstance(n, gast.Global) for n in gast.walk(node)):
        scope.binds -= _imported_late(node, scope)


def _imported_late(node: gast.FunctionDef, scope: Scope) -> frozenset[str]:
    """Global names that nothing but an import in this function sets, when it runs first: they are what that imports."""
    stored = {n.id for n in gast.walk(node) if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}
    stored |= {n.name for n in gast.walk(node) if isinstance(n, (gast.FunctionDef, gast.ClassDef))}
    now = scope.source.module.get
    return frozenset(n for n, reference in scope.imports.items() if n not in stored
                     and (now(n) is None or now(n) is reference.value))


def nested_function(node: Any, scope: Scope) -> Expr:
    """A lambda or a nested ``def`` as an expression."""
    inner = scope.nested(node)
    params, defaults = [], []
    for p, default in _params(node.args):
        value = optional(default, scope)
        if value is not None:
            defaults.append(value)
        params.append(S.Param(p.name, p.kind, value, p.annotation))
    name, body = ("<lambda>", _returned(node.body, inner)) if isinstance(node, gast.Lambda) \
        else (node.name, block(node.body, inner))
    own = frozenset(inner.local.values())
    captured = tuple(sorted(S.all_names(body) - own - {p.name for p in params}))
    loc = scope.location(node)
    if loc is not None and isinstance(node, gast.FunctionDef) and node.decorator_list:  # Python's code begins there
        loc = dataclasses.replace(loc, line=node.decorator_list[0].lineno)
    made = S.Function(name, tuple(params), body, None, loc, nonlocal_names(node))
    return E.closure(made, captured, tuple(defaults), scope.names)


def _returned(node: Any, scope: Scope) -> S.Block:
    return (S.Return(expression(node, scope), scope.location(node)),)


def _params(args: Any) -> list[tuple[S.Param, gast.AST | None]]:
    """The parameters of a function with the gast trees of their defaults."""
    plain = [*args.posonlyargs, *args.args]
    missing: list[gast.AST | None] = [None] * (len(plain) - len(args.defaults))
    kinds = ["positional"] * len(args.posonlyargs) + ["plain"] * len(args.args)
    out = [(S.Param(p.id, k, None, p.annotation), d)
           for p, k, d in zip(plain, kinds, [*missing, *args.defaults])]
    if args.vararg is not None:
        out.append((S.Param(args.vararg.id, "*", None, args.vararg.annotation), None))
    out += [(S.Param(p.id, "keyword", None, p.annotation), d) for p, d in zip(args.kwonlyargs, args.kw_defaults)]
    if args.kwarg is not None:
        out.append((S.Param(args.kwarg.id, "**", None, args.kwarg.annotation), None))
    return out


def annotated_class(node: Any) -> str | None:
    """The name of the class that an annotation names, ``dict[str, float]`` and ``'typing.Dict'`` too; None for anything else."""
    if isinstance(node, gast.Subscript):
        node = node.value
    if isinstance(node, gast.Constant) and isinstance(node.value, str):
        return node.value.partition("[")[0].rpartition(".")[2].strip()
    if isinstance(node, gast.Attribute):
        return str(node.attr)
    return node.id if isinstance(node, gast.Name) else None
