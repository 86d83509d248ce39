"""Classes that are defined inside a function: made when the function is read, as those of a module are.

    def f(x):
        class Node: ...          the class is one object for all calls, which methods and
        head = Node(x)           conditions of the derivative refer to

What such a class takes from around it must be known by then: names of the module, imports, and classes above it.
"""
from __future__ import annotations

import ast
import collections
import types
from typing import Any

import gast

from s2sgrad.frontend.scope import Scope, refuse
from s2sgrad.ir import expr as E


def local_classes(node: gast.FunctionDef, scope: Scope) -> None:
    """Let the names of the classes that the body of a function defines refer to them."""
    makes_records = "namedtuple" in scope.source.text
    for n, statement in enumerate(node.body):
        if makes_records and isinstance(statement, gast.Assign) and (
                record := _named_tuple(statement, node, scope)) is not None:
            name = statement.targets[0].id
            scope.imports[name] = E.Ref(name, record)
            scope.local.pop(name, None)
            node.body[n] = gast.copy_location(gast.Pass(), statement)
        elif isinstance(statement, gast.ClassDef):
            made = _made(statement, node, scope)
            scope.imports[statement.name] = E.Ref(statement.name, made)
            scope.local.pop(statement.name, None)
            scope.names.local_classes.append(made)


def _named_tuple(node: gast.Assign, around: gast.FunctionDef, scope: Scope) -> type | None:
    """The class of ``P = namedtuple("P", "x y")``, which is the same in every call where nothing but constants is given."""
    target, call = node.targets[0], node.value
    if not isinstance(target, gast.Name) or not isinstance(call, gast.Call) or any(k.arg is None for k in call.keywords):
        return None
    fn = call.func
    owner = scope.find(fn.value.id) if isinstance(fn, gast.Attribute) and isinstance(fn.value, gast.Name) else None
    found = scope.find(fn.id) if isinstance(fn, gast.Name) else owner
    made = found.data.value if found is not None and found.head == "ref" else None
    if (getattr(made, fn.attr, None) if isinstance(fn, gast.Attribute) else made) is not collections.namedtuple \
            or len(node.targets) > 1 or sum(_binds(n, target.id) for n in gast.walk(around)) > 1:
        return None
    try:
        given = [ast.literal_eval(gast.gast_to_ast(a)) for a in call.args]
        options = {str(k.arg): ast.literal_eval(gast.gast_to_ast(k.value)) for k in call.keywords}
    except ValueError:
        return None
    options.setdefault("module", scope.source.module.get("__name__"))
    record: type = collections.namedtuple(*given, **options)  # type: ignore[misc]
    record.__qualname__ = f"{around.name}.<locals>.{record.__name__}"
    return record


def _made(node: gast.ClassDef, around: gast.FunctionDef, scope: Scope) -> type:
    body = _code(node, scope)
    if body is None or sum(_binds(n, node.name) for n in gast.walk(around)) > 1:
        raise refuse(scope, node, f"the class {node.name}, defined inside a function, cannot be told from others of its name and "
                     "cannot be differentiated", "define the class at the top level of the module")
    outside = {n.id for part in (*node.bases, *node.keywords, *node.decorator_list) for n in gast.walk(part)
               if isinstance(n, gast.Name)}
    given: dict[str, Any] = {}
    for name in sorted((outside | set(body.co_freevars)) - {node.name, "__class__"}):
        known = scope.imports.get(name) or (None if name in scope.local else scope.names.lookup(name))
        if known is None:
            raise refuse(scope, node, f"a class defined inside a function that reads a variable of it, {name}, cannot be "
                         "differentiated", "pass the value to its constructor, or define the class at the top of the module")
        if name in scope.imports or name in scope.source.cells:
            given[name] = known.value
    return _executed(node, around.name, given, scope)


def _executed(node: gast.ClassDef, around: str, given: dict[str, Any], scope: Scope) -> type:
    """The class, made inside a function of the name of that around it, where its methods find what they take from there."""
    name = around if around.isidentifier() else "made"
    module = ast.parse(f"def {name}({', '.join(given)}):\n    return {node.name}")
    definition: Any = module.body[0]
    definition.body.insert(0, gast.gast_to_ast(node))
    found: dict[str, Any] = {}
    exec(compile(ast.fix_missing_locations(module), scope.source.filename, "exec"), scope.names.function.__globals__, found)  # type: ignore[union-attr]
    made: type = found[name](**given)
    return made


def _code(node: gast.ClassDef, scope: Scope) -> types.CodeType | None:
    """The code of the body of a class."""
    function = scope.names.function
    first = node.decorator_list[0].lineno if node.decorator_list else node.lineno
    held = function.__code__.co_consts if function is not None else ()
    found = [c for c in held if isinstance(c, types.CodeType) and c.co_name == node.name
             and c.co_firstlineno in (first, node.lineno)]
    return found[0] if len(found) == 1 else None


def _binds(node: gast.AST, name: str) -> bool:
    if isinstance(node, gast.Name):
        return node.id == name and not isinstance(node.ctx, gast.Load)
    return isinstance(node, (gast.ClassDef, gast.FunctionDef)) and node.name == name
