"""Python's own syntax trees -> gast trees, as gast makes them, for the nodes that are most of a program in short steps."""
from __future__ import annotations

import ast
from typing import Any

import gast
from gast.ast3 import Ast3ToGAst


def to_gast(node: ast.AST) -> Any:
    """The gast tree of a syntax tree."""
    return _Translator().visit(node)


class _Translator(Ast3ToGAst):  # type: ignore[misc]
    """Nodes for which gast has rules of its own go by those; of the others everything that they hold is taken over."""

    def visit(self, node: ast.AST) -> Any:
        kind = type(node)
        bare = _BARE.get(kind)
        if bare is not None:
            return bare
        fields = vars(node).copy()
        if kind is ast.Name:
            fields.update(ctx=_BARE[type(fields["ctx"])], annotation=None, type_comment=None)
            return _made(gast.Name, fields)
        plain = _PLAIN.get(kind)
        if plain is None:
            return super().visit(node)
        for field in plain._fields:
            value = fields.get(field)
            if type(value) is list:
                fields[field] = [self.visit(v) if isinstance(v, ast.AST) else v for v in value]
            elif isinstance(value, ast.AST):
                fields[field] = self.visit(value)
        return _made(plain, fields)


def _made(cls: Any, fields: dict[str, Any]) -> Any:
    node = cls.__new__(cls)
    node.__dict__ = fields
    return node


def _same_kinds(*kinds: type) -> dict[type, Any]:
    """The classes of gast that mirror classes of Python one to one."""
    return {kind: getattr(gast, name) for name, kind in vars(ast).items()
            if isinstance(kind, type) and issubclass(kind, kinds) and name == kind.__name__ and hasattr(gast, name)
            and kind._fields == getattr(gast, name)._fields  # type: ignore[attr-defined]
            and f"visit_{name}" not in vars(Ast3ToGAst)}


_PLAIN = {kind: made for kind, made in _same_kinds(ast.expr, ast.stmt, ast.keyword).items() if kind._fields}  # type: ignore[attr-defined]
#: Nodes without contents, one of each: contexts and operators.
_BARE = {kind: made() for kind, made in _same_kinds(ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop).items()}
