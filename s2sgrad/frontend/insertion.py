"""``with insert_grad_of(x) as dx:``, a block that runs in the backward sweep only.

It enters the core language as one call, ``insert_grad_of(x, block)``, whose last argument is the block as a function of
`dx`: what it reads of the function around it is captured, what it assigns is its own.
"""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gast

from s2sgrad.frontend.expressions import expression
from s2sgrad.frontend.scope import Scope, bindings, refuse
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.markers import insert_grad_of


def is_insertion(node: Any, scope: Scope) -> bool:
    """Is this ``with`` statement an `insert_grad_of` block?"""
    return any(_marker(item.context_expr, scope) is not None for item in node.items)


def _marker(e: Any, scope: Scope) -> Expr | None:
    if not isinstance(e, gast.Call):
        return None
    fn = expression(e.func, scope) if isinstance(e.func, (gast.Name, gast.Attribute)) else E.NONE
    return fn if fn.head == "ref" and fn.data.value is insert_grad_of else None


def insertion(node: Any, scope: Scope) -> S.Stmt:
    """The block as a call in core form."""
    from s2sgrad.frontend.statements import block
    fn, variables, names = _header(node, scope)
    exit_ = next(_exits(node.body), None)
    if exit_ is not None:
        raise refuse(scope, exit_, "the block of insert_grad_of runs in the backward sweep and cannot be left",
                     "assign to a variable in the block, and decide after it")
    inner = _scope(node, names, scope)
    body = block(node.body, inner)
    own = frozenset(inner.local.values())
    captured = tuple(sorted(S.all_names(body) - own))
    params = tuple(S.Param(inner.local[n]) for n in names)
    made = S.Function("inserted", params, body, None, scope.location(node))
    return S.Do(E.call(fn, *variables, E.closure(made, captured)), _first_line(node, scope))


def _header(node: Any, scope: Scope) -> tuple[Expr, list[Expr], list[str]]:
    variables, names = [], []
    fn: Expr | None = None
    for item in node.items:
        call = item.context_expr
        fn = _marker(call, scope)
        if fn is None:
            raise refuse(scope, call, "insert_grad_of stands together with another context manager",
                         "write a with statement for each")
        x = expression(call.args[0], scope) if len(call.args) == 1 and not call.keywords else E.NONE
        if x.head != "var" or not isinstance(item.optional_vars, gast.Name):
            raise refuse(scope, call, "insert_grad_of takes one variable, and its adjoint is given a name",
                         "write: with insert_grad_of(x) as dx:")
        variables.append(x)
        names.append(item.optional_vars.id)
    assert fn is not None
    return fn, variables, names


def _exits(body: list[Any], in_loop: bool = False) -> Iterator[Any]:
    """Statements that would leave the block."""
    for n in body:
        if isinstance(n, gast.Return) or isinstance(n, (gast.Break, gast.Continue)) and not in_loop:
            yield n
        if isinstance(n, (gast.FunctionDef, gast.ClassDef)):
            continue
        inside = in_loop or isinstance(n, (gast.For, gast.While))
        for field in ("body", "orelse", "finalbody"):
            yield from _exits(getattr(n, field, []) or [], inside)
        for part in (*getattr(n, "handlers", ()), *getattr(n, "cases", ())):
            yield from _exits(part.body, inside)


def _scope(node: Any, names: list[str], scope: Scope) -> Scope:
    """The scope of the block: `names` and what it binds are new variables."""
    bound = dict.fromkeys(names)
    bound.update(dict.fromkeys(bindings(node.body)))
    for n in gast.walk(node):
        if isinstance(n, gast.AugAssign) and isinstance(n.target, gast.Name) and n.target.id not in names \
                and not any(isinstance(t, gast.Name) and t.id == n.target.id
                            for a in gast.walk(node) if isinstance(a, gast.Assign) for t in a.targets):
            raise refuse(scope, n, f"the block of insert_grad_of changes {n.target.id}, a variable of the function",
                         "keep what it collects in a list or an object: log.append(...)")
    number = next(scope.counter)
    return Scope(scope.names, {n: f"{n}.i{number}" for n in bound}, scope)


def _first_line(node: Any, scope: Scope) -> Any:
    loc, end = scope.location(node), scope.location(node.items[-1].optional_vars)
    if loc is None or end is None:
        return loc
    return type(loc)(loc.source, loc.line, loc.column, end.end_line, end.end_column)
