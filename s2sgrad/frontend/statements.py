"""gast statements -> core statements, one to one."""
from __future__ import annotations

import contextlib
import functools
import importlib
from collections.abc import Callable, Iterable
from typing import Any

import gast

from s2sgrad.frontend import yields
from s2sgrad.frontend.expressions import BINARY, expression, optional, target
from s2sgrad.frontend.fence import effect
from s2sgrad.frontend.scope import Scope, refuse
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr


def block(nodes: Iterable[gast.AST], scope: Scope, certain: bool = False) -> S.Block:
    """The core statements of a list of gast statements; `certain` where nothing decides whether they run.

    What follows an import that fails, of a package that is not installed, never runs.
    """
    out: list[S.Stmt] = []
    for node in nodes:
        if isinstance(node, (gast.Import, gast.ImportFrom)) and isinstance(error := imported(node, scope), Exception):
            if certain:
                refusal = refuse(scope, node, f"this import fails: {error}", "import it at the top of the module")
                refusal.of_call = True
                raise refusal from error
            message = E.call(E.ref(type(error).__name__, type(error)), E.const(str(error)))
            return (*out, S.Raise(message, None, scope.location(node)))
        rule = _RULES.get(type(node))
        if rule is None:
            raise refuse(scope, node, f"{type(node).__name__} statements cannot be differentiated")
        out += rule(node, scope)
    return tuple(out)


def _assign(node: gast.Assign, scope: Scope) -> Iterable[S.Stmt]:
    loc = scope.location(node)
    value = expression(node.value, scope)
    targets = [target(t, scope) for t in node.targets]
    if len(targets) > 1 and value.head != "const":  # a = b = value: the value is evaluated once
        held = targets.pop(0) if targets[0].head == "var" else E.var(f"t.a{next(scope.counter)}")
        yield S.Assign(held, value, loc)
        value = held
    for t in targets:
        yield S.Assign(t, value, loc)


def _aug(node: gast.AugAssign, scope: Scope) -> Iterable[S.Stmt]:
    yield S.Aug(target(node.target, scope), BINARY[type(node.op)], expression(node.value, scope), scope.location(node))


def _annotated(node: gast.AnnAssign, scope: Scope) -> Iterable[S.Stmt]:
    if node.value is not None:
        yield S.Assign(target(node.target, scope), expression(node.value, scope), scope.location(node))


def _expression(node: gast.Expr, scope: Scope) -> Iterable[S.Stmt]:
    if isinstance(node.value, (gast.Yield, gast.YieldFrom)):
        given = E.NONE if node.value.value is None else expression(node.value.value, scope)
        marker = yields.GIVEN if isinstance(node.value, gast.Yield) else yields.GIVEN_EACH
        yield S.Do(E.call(marker, given), scope.location(node.value))
    elif not isinstance(node.value, gast.Constant):  # docstrings and `...` do nothing
        yield effect(expression(node.value, scope), scope.location(node))


def _if(node: gast.If, scope: Scope) -> Iterable[S.Stmt]:
    yield S.If(expression(node.test, scope), block(node.body, scope), block(node.orelse, scope),
               _header(node, node.test, scope))


def _for(node: gast.For, scope: Scope) -> Iterable[S.Stmt]:
    yield S.For(target(node.target, scope), expression(node.iter, scope), block(node.body, scope),
                block(node.orelse, scope), _header(node, node.iter, scope))


def _while(node: gast.While, scope: Scope) -> Iterable[S.Stmt]:
    yield S.While(expression(node.test, scope), block(node.body, scope), block(node.orelse, scope),
                  _header(node, node.test, scope))


def _header(node: gast.AST, last: gast.AST, scope: Scope) -> Any:
    """The place of a compound statement is its first line, not its body."""
    loc, end = scope.location(node), scope.location(last)
    if loc is None or end is None:
        return loc
    return type(loc)(loc.source, loc.line, loc.column, end.end_line, end.end_column)


def _with(node: gast.With, scope: Scope) -> Iterable[S.Stmt]:
    from s2sgrad.frontend.insertion import insertion, is_insertion
    if is_insertion(node, scope):
        yield insertion(node, scope)
        return
    items = tuple((expression(i.context_expr, scope), None if i.optional_vars is None else target(i.optional_vars, scope))
                  for i in node.items)
    yield from _entered(items, block(node.body, scope), _header(node, node.items[-1].context_expr, scope))


def _entered(items: tuple[tuple[Expr, Expr | None], ...], body: S.Block, loc: Any) -> S.Block:
    """A ``with`` statement; one that suppresses exceptions is a ``try`` statement."""
    at = next((n for n, (e, _) in enumerate(items) if E.callee(e) is contextlib.suppress), None)
    if at is None:
        return (S.With(items, body, loc),) if items else body
    e, name = items[at]
    kinds = e.args[1] if len(e.args) == 2 and e.data.marks == ("",) else E.tuple_(
        *(E.star(a) if mark == "*" else a for mark, a in E.arguments(e)))
    inner = _entered(items[at + 1:], body, loc)
    bound = () if name is None else (S.Assign(name, E.NONE, loc),)
    suppressed = (*bound, S.Try(inner, (S.Handler(kinds, None, (S.Pass(),), loc),), (), (), loc))
    return (S.With(items[:at], suppressed, loc),) if at else suppressed


def _try(node: gast.Try, scope: Scope) -> Iterable[S.Stmt]:
    handlers = []
    for h in node.handlers:
        name = h.name.id if isinstance(h.name, gast.Name) else h.name
        handlers.append(S.Handler(optional(h.type, scope), name, block(h.body, scope), scope.location(h)))
    loc = scope.location(node)
    yield S.Try(block(node.body, scope), tuple(handlers), block(node.orelse, scope), block(node.finalbody, scope), loc)


def _return(node: gast.Return, scope: Scope) -> Iterable[S.Stmt]:
    yield S.Return(E.NONE if node.value is None else expression(node.value, scope), scope.location(node))


def _raise(node: gast.Raise, scope: Scope) -> Iterable[S.Stmt]:
    yield S.Raise(optional(node.exc, scope), optional(node.cause, scope), scope.location(node))


def _assert(node: gast.Assert, scope: Scope) -> Iterable[S.Stmt]:
    yield S.Assert(expression(node.test, scope), optional(node.msg, scope), scope.location(node))


def _delete(node: gast.Delete, scope: Scope) -> Iterable[S.Stmt]:
    yield S.Delete(tuple(target(t, scope) for t in node.targets), scope.location(node))


def _define(node: gast.FunctionDef, scope: Scope) -> Iterable[S.Stmt]:
    """A function with decorators is what they make of it: ``g = outer(inner(g))``."""
    from s2sgrad.frontend.functions import nested_function
    applied = [d for d in (expression(n, scope) for n in reversed(node.decorator_list)) if not _says_nothing(d, node, scope)]
    name = f"{node.name}.d{next(scope.counter)}" if applied else node.name
    made, loc = nested_function(node, scope), scope.location(node)
    count = len(made.data.captured)
    defaults = []
    for default in made.args[count:]:  # they are evaluated here, not where the function is called
        if default.head not in ("const", "ref"):
            held = E.var(f"t.d{next(scope.counter)}")
            yield S.Assign(held, default, loc)
            default = held
        defaults.append(default)
    yield S.Define(name, E.rebuild(made, (*made.args[:count], *defaults)), loc)
    if applied:
        yield S.Assign(E.var(node.name), functools.reduce(lambda f, d: E.call(d, f), applied, E.var(name)), loc)


def _says_nothing(decorator: Expr, node: gast.FunctionDef, scope: Scope) -> bool:
    """Does a decorator leave what the function computes as it is? A cache does, of a function that has no effects."""
    by = decorator if decorator.head == "ref" else decorator.args[0] if decorator.head == "call" else E.NONE
    fn = by.data.value if by.head == "ref" else None
    if fn is functools.lru_cache or fn is functools.cache:
        if any(isinstance(n, (gast.Expr, gast.Nonlocal)) or isinstance(n, (gast.Attribute, gast.Subscript))
               and not isinstance(n.ctx, gast.Load) or isinstance(n, gast.Name) and n.id == node.name for n in gast.walk(node)):
            raise refuse(scope, node, f"the cache of the nested function {node.name}, which calls itself or changes something, "
                         "cannot be differentiated", "keep the results in a dict")
        return True
    return fn is functools.wraps and decorator.head == "call"


def _import(node: gast.AST, scope: Scope) -> Iterable[S.Stmt]:
    """A local import is resolved now; the names it binds are references that carry their import with them."""
    scope.imports.update(imported(node, scope))  # type: ignore[arg-type]
    return ()


def imported(node: Any, scope: Scope) -> dict[str, E.Ref] | Exception:
    """The references that an import statement binds, by name, or why it fails."""
    out = {}
    try:
        for alias in node.names:
            if isinstance(node, gast.Import):
                module = importlib.import_module(alias.name)
                name = alias.asname or alias.name.partition(".")[0]
                value: Any = module if alias.asname else importlib.import_module(name)
                how = E.Import(alias.name, None, alias.asname)
            else:
                package = scope.source.module.get("__package__")
                module = importlib.import_module("." * node.level + (node.module or ""), package)
                name, how = alias.asname or alias.name, E.Import(module.__name__, alias.name, alias.asname)
                value = getattr(module, alias.name)
            out[name] = E.Ref(name, value, origin=how)
    except ImportError as error:
        return error
    except AttributeError as error:
        return ImportError(str(error))
    return out


def _pass(kind: type) -> Callable[[Any, Scope], Iterable[S.Stmt]]:
    return lambda node, scope: (kind(scope.location(node)),)


def _nothing(node: gast.AST, scope: Scope) -> Iterable[S.Stmt]:
    return ()


def _global(node: gast.Global, scope: Scope) -> Iterable[S.Stmt]:
    """What is declared global and only read is a name from outside like any other."""
    if not scope.binds.isdisjoint(node.names):
        raise refuse(scope, node, "a function that assigns to a global variable cannot be differentiated",
                     "return the value, or keep it in an object that is passed in")
    return ()


def _class(node: gast.ClassDef, scope: Scope) -> Iterable[S.Stmt]:
    """A class that the body of a function defines is made by now."""
    if node.name not in scope.imports or scope.imports[node.name].value not in scope.names.local_classes:
        raise refuse(scope, node, "a class defined inside a statement of a function cannot be differentiated",
                     "define the class at the beginning of the function, or at the top level of the module")
    return ()


def _match(node: gast.Match, scope: Scope) -> Iterable[S.Stmt]:
    from s2sgrad.frontend.match import desugar
    return desugar(node, scope)


def _forbidden(what: str, help: str = "") -> Callable[[Any, Scope], Iterable[S.Stmt]]:
    def rule(node: Any, scope: Scope) -> Iterable[S.Stmt]:
        raise refuse(scope, node, what, help)
    return rule


_RULES: dict[type, Callable[[Any, Scope], Iterable[S.Stmt]]] = {
    gast.Assign: _assign, gast.AugAssign: _aug, gast.AnnAssign: _annotated, gast.Expr: _expression, gast.If: _if,
    gast.For: _for, gast.While: _while, gast.With: _with, gast.Try: _try, gast.Return: _return, gast.Raise: _raise,
    gast.Assert: _assert, gast.Delete: _delete, gast.FunctionDef: _define, gast.Import: _import,
    gast.ImportFrom: _import, gast.Break: _pass(S.Break), gast.Continue: _pass(S.Continue), gast.Pass: _nothing,
    gast.Match: _match, gast.Nonlocal: _nothing,
    gast.Global: _global,
    gast.ClassDef: _class,
    gast.AsyncFunctionDef: _forbidden("coroutines cannot be differentiated", "define an ordinary function"),
    gast.AsyncFor: _forbidden("'async for' cannot be differentiated", "collect the values in a list first"),
    gast.AsyncWith: _forbidden("'async with' cannot be differentiated", "use an ordinary context manager"),
    gast.TryStar: _forbidden("'except*' cannot be differentiated", "catch the exceptions with an ordinary 'except'"),
    **({gast.TypeAlias: _nothing} if hasattr(gast, "TypeAlias") else {}),
}
