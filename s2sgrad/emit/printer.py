"""Syntax trees -> text. The only file that knows astor.

astor 0.8.1 prints the code that s2sgrad writes well, with three gaps that are closed here: it has no comments
(a string statement that starts with `COMMENT` becomes one), it raises deprecation warnings from Python 3.12 on, and
it breaks long lines in places of its own choosing.
"""
from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # astor asks for ast.Num, ast.Str, ...
    from astor.code_gen import SourceGenerator
    from astor.string_repr import pretty_string

from s2sgrad.emit.syntax import COMMENT, PLAIN, Spelling, block, expression, function
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr

_COMMENT_LINE = re.compile(r"^( *)(['\"])" + re.escape(COMMENT) + r"(.*)\2$")
WIDTH = 100


def _pretty_source(parts: Iterable[str]) -> str:
    return "".join(parts)


def text(tree: ast.AST) -> str:
    """Python source for a syntax tree."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        generator = _Generator(" " * 4, False, pretty_string)
        generator.visit(tree)
    generator.result.append("\n")
    if set(generator.result[0]) == {"\n"}:
        generator.result[0] = ""
    return "".join(map(str, generator.result))


class _Generator(SourceGenerator):  # type: ignore[misc]
    def visit_Expr(self, node: ast.Expr) -> None:
        value = node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value.startswith(COMMENT):
            self.newline()
            self.write("# " + value.value[len(COMMENT):])
            return
        super().visit_Expr(node)


def show_function(f: S.Function, to: Spelling = PLAIN, doc: bool = True) -> str:
    return text(function(f, to, doc)).strip("\n") + "\n"


def show_block(body: S.Block, to: Spelling = PLAIN) -> str:
    return text(ast.Module(block(body, to), [])).strip("\n") + "\n"


def show(e: Expr, to: Spelling = PLAIN) -> str:
    """An expression on one line."""
    return text(ast.Module([ast.Expr(expression(e, to))], [])).strip("\n ")
