"""Calls by which a program looks at itself, or goes around its own syntax: written out where possible, else refused."""
from __future__ import annotations

import builtins
from typing import Any

import gast

from s2sgrad.frontend.scope import Scope, refuse
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr

_VARIABLES = "use the variables by their names"
_ATTRIBUTES = "use the attributes by their names"
_REFUSED: dict[Any, tuple[str, str]] = {
    builtins.eval: ("code that is made at run time (eval) cannot be differentiated", "write the expression"),
    builtins.exec: ("code that is made at run time (exec) cannot be differentiated", "write the statements"),
    builtins.locals: ("variables looked up by a string (locals) cannot be differentiated", _VARIABLES),
    builtins.globals: ("variables looked up by a string (globals) cannot be differentiated", _VARIABLES),
    builtins.vars: ("attributes looked up by a string (vars) cannot be differentiated", _ATTRIBUTES),
}


def call(e: Expr, node: gast.AST, scope: Scope) -> Expr:
    """The core form of a call, which is `e` but for ``getattr(x, "name")``."""
    fn = E.callee(e)
    if fn is None:
        return e
    refused = _REFUSED.get(fn) if _is_builtin(fn) else None
    if refused is not None:
        raise refuse(scope, node, *refused)
    if fn is type and len(e.args) == 4:
        raise refuse(scope, node, "a class that is made at run time cannot be differentiated",
                     "define the class at the top level of the module")
    if fn is super and len(e.args) == 1:
        return _super(e, node, scope)
    return named_attribute(e)


def named_attribute(e: Expr) -> Expr:
    """``x.name`` for the call ``getattr(x, "name")``; any other call as it is."""
    if E.callee(e) is not getattr or not _names_attribute(e):
        return e
    owner, name, *default = (a for _, a in E.arguments(e))
    found = E.attr(owner, name.data)
    has = E.call(E.ref("builtins.hasattr", hasattr, library=True), owner, name)
    return E.ifexp(has, found, default[0]) if default else found


def _super(e: Expr, node: gast.AST, scope: Scope) -> Expr:
    """``super()`` with the class and the object that it takes from where it stands."""
    method = scope
    while method.parent is not None:
        method = method.parent
    cell = scope.names.source.cells.get("__class__")
    if cell is None or not method.local:
        raise refuse(scope, node, "super() cannot be resolved here", "name the base class: Base.method(self, ...)")
    cls = cell.cell_contents
    return E.call(e.args[0], E.ref(cls.__name__, cls), E.var(next(iter(method.local))))


def effect(e: Expr, loc: Any) -> S.Stmt:
    """The statement for a call that stands alone: ``setattr(x, "name", value)`` is an assignment."""
    fn = E.callee(e)
    if (fn is setattr or fn is _SET_IN_FROZEN) and _names_attribute(e) and len(e.args) == 4:
        return S.Assign(E.attr(e.args[1], e.args[2].data), e.args[3], loc)
    if fn is delattr and _names_attribute(e) and len(e.args) == 3:
        return S.Delete((E.attr(e.args[1], e.args[2].data),), loc)
    return S.Do(e, loc)


#: How a frozen dataclass sets what it computes.
_SET_IN_FROZEN: Any = object.__setattr__


def attribute(name: str, node: gast.AST, scope: Scope) -> None:
    """Raise for an attribute by which an object hands out all the others."""
    if name == "__dict__":
        raise refuse(scope, node, "attributes looked up by a string (__dict__) cannot be differentiated", _ATTRIBUTES)


def _names_attribute(e: Expr) -> bool:
    """Is the second argument the name of an attribute, written out?"""
    return not any(e.data.marks) and len(e.args) in (3, 4) and e.args[2].head == "const" \
        and isinstance(e.args[2].data, str) and e.args[2].data.isidentifier()


def _is_builtin(fn: Any) -> bool:
    return getattr(fn, "__module__", None) == "builtins"
