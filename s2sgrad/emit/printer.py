"""Syntax trees -> text. The only file that knows astor.

astor 0.8.1 prints the code that s2sgrad writes well, with three gaps that are closed here: it has no comments
(a string statement that starts with `COMMENT` becomes one), it raises deprecation warnings from Python 3.12 on, and
it breaks long lines in places of its own choosing.
"""
from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # astor asks for ast.Num, ast.Str, ...
    from astor.code_gen import SourceGenerator, set_precedence
    from astor.op_util import Precedence, precedence_data, symbol_data
    from astor.string_repr import pretty_string

from s2sgrad.emit.syntax import BINARY, COMMENT, COMPARISON, PLAIN, Spelling, Whole, expression, function
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr


def text(tree: ast.AST) -> str:
    """Python source for a syntax tree."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        generator = _Generator(" " * 4, False, pretty_string)
        generator.visit(tree)
    generator.result.append("\n")
    if set(generator.result[0]) == {"\n"}:
        generator.result[0] = ""
    out = "".join(map(str, generator.result))
    generator.__dict__.clear()  # it refers to itself
    return out


class _Generator(SourceGenerator):  # type: ignore[misc]
    """Assignments, names, numbers, calls and operations, which are most of what there is, take a short cut to what astor
    makes of them."""

    def visit(self, node: ast.AST) -> None:
        kind = type(node)
        rule = _RULES.get(kind)
        if rule is None:
            rule = _RULES[kind] = getattr(_Generator, "visit_" + kind.__name__)
        rule(self, node)

    def visit_Assign(self, node: ast.Assign) -> None:
        set_precedence(_ASSIGN, node.value, *node.targets)
        self.newline(node)
        for target in node.targets:
            self.visit(target)
            self.result.append(" = ")
        self.visit(node.value)

    def visit_Name(self, node: ast.Name) -> None:
        if self.new_lines:
            self.write(node.id)
        else:
            self.result.append(node.id)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if (type(value) is int or type(value) is float) and 0 <= value < math.inf and not self.new_lines \
                and _CONSTANT >= getattr(node, "_pp", Precedence.highest):
            self.result.append(repr(value))
        else:
            super().visit_Constant(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.visit(node.value)
        self.result.append("." + node.attr)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        node.slice._pp = _SUBSCRIPT  # type: ignore[attr-defined]
        self.visit(node.value)
        self.result.append("[")
        self.visit(node.slice)
        self.result.append("]")

    def visit_Call(self, node: ast.Call) -> None:
        given = [("", a) for a in node.args] + [("**" if k.arg is None else f"{k.arg}=", k.value) for k in node.keywords]
        set_precedence(Precedence.Comma if len(given) > 1 else Precedence.call_one_arg, *node.args)
        set_precedence(Precedence.Comma, *[k.value for k in node.keywords])
        self.visit(node.func)
        self.result.append("(")
        for n, (mark, value) in enumerate(given):
            if n:
                self.result.append(", ")
            self.result.append(mark)
            self.visit(value)
        self.result.append(")")

    def visit_Dict(self, node: ast.Dict) -> None:
        """astor puts numbers that are keys in brackets."""
        set_precedence(Precedence.Comma, *[k for k in node.keys if k is not None])
        super().visit_Dict(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        kind = type(node.op)
        own, symbol = _OPERATORS[kind]
        power = kind is ast.Pow
        node.left._pp = Precedence.Pow + 1 if power else own  # type: ignore[attr-defined]
        node.right._pp = Precedence.PowRHS if power else own + 1  # type: ignore[attr-defined]
        bracketed = own < getattr(node, "_pp", Precedence.highest)
        if bracketed:
            self.write("(")
        self.visit(node.left)
        self.result.append(symbol)
        self.visit(node.right)
        if bracketed:
            self.result.append(")")

    def visit_Whole(self, node: Whole) -> None:
        around = getattr(node, "_pp", Precedence.highest)
        try:
            shown = _text(node.core, node.to, around)
        except _NoText:
            tree = expression(node.core, node.to)
            tree._pp = around
            self.visit(tree)
            return
        if self.new_lines:
            self.write(shown)
        else:
            self.result.append(shown)

    def visit_Expr(self, node: ast.Expr) -> None:
        value = node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value.startswith(COMMENT):
            self.newline()
            self.write("# " + value.value[len(COMMENT):])
            return
        super().visit_Expr(node)

    def visit_Return(self, node: ast.Return) -> None:
        """Several results that are too long for one line have a line each."""
        start = len(self.result)
        super().visit_Return(node)
        if not isinstance(node.value, (ast.Tuple, ast.Call)):
            return
        line = "".join(map(str, self.result[start:])).strip("\n")
        if len(line) > _LINE and _inner(node.value):
            del self.result[start:]
            self.newline(node)
            self.write("return ")
            self._spread(node.value, "\n" + " " * (len(line) - len(line.lstrip())), 0)

    def _spread(self, node: ast.expr, newline: str, width: int) -> None:
        """Write a display, or a call whose first argument is one, with a line for each element if they are too long."""
        start = len(self.result)
        node._pp = Precedence.Comma  # type: ignore[attr-defined]
        self.visit(node)
        shown = "".join(map(str, self.result[start:]))
        inner = _inner(node)
        if not inner or width and len(newline) + width + len(shown) <= _LINE:
            return
        del self.result[start:]
        if isinstance(node, ast.Call):
            self.visit(node.func)
            self.result.append("(")
        opening, closing = "()" if isinstance(node, ast.Tuple) else "{}"
        self.result.append(opening)
        for key, value in inner:
            self.result.append(newline + "    ")
            if key is not None:
                key._pp = Precedence.Comma  # type: ignore[attr-defined]
                self.visit(key)
                self.result.append(": ")
            self._spread(value, newline + "    ", 1)
            self.result.append(",")
        self.result.append(newline + closing)
        for a in node.args[1:] if isinstance(node, ast.Call) else ():
            self.result.append(", ")
            self.visit(a)
        if isinstance(node, ast.Call):
            self.result.append(")")

    def visit_arguments(self, node: ast.arguments) -> None:
        """astor counts the defaults of positional-only parameters wrongly where later ones have fewer."""
        plain = [*node.posonlyargs, *node.args]
        defaults = [None] * (len(plain) - len(node.defaults)) + list(node.defaults)
        parts: list[tuple[str, ast.arg | None, ast.expr | None]] = []
        for n, (given, default) in enumerate(zip(plain, defaults)):
            parts.append(("", given, default))
            if n + 1 == len(node.posonlyargs):
                parts.append(("/", None, None))
        if node.vararg or node.kwonlyargs:
            parts.append(("*", node.vararg, None))
        parts += [("", given, default) for given, default in zip(node.kwonlyargs, node.kw_defaults)]
        if node.kwarg:
            parts.append(("**", node.kwarg, None))
        set_precedence(Precedence.Comma, [default for _, _, default in parts])
        for n, (mark, p, default) in enumerate(parts):
            self.write(", " if n else "", mark, *([] if p is None else [p]))
            self.conditional_write("=", default)


def _inner(node: ast.expr) -> list[tuple[ast.expr | None, ast.expr]]:
    """The elements of a tuple, or of a dict, or of the dict that is the first argument of a call, with their keys."""
    if isinstance(node, ast.Tuple) and len(node.elts) > 1:
        return [(None, value) for value in node.elts]
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Dict) and not node.keywords:
        node = node.args[0]
    return list(zip(node.keys, node.values)) if isinstance(node, ast.Dict) and None not in node.keys else []


#: The longest line that several results share.
_LINE = 120

_RULES: dict[type, Callable[[_Generator, Any], None]] = {}
_ASSIGN, _CONSTANT, _SUBSCRIPT = (precedence_data[kind] for kind in (ast.Assign, ast.Constant, ast.Subscript))
_OPERATORS: dict[Any, tuple[int, str]] = {kind: (precedence_data[kind], f" {symbol_data[kind]} ") for kind in BINARY.values()}


# ---- without a tree -----------------------------------------------------------------------------------------------

class _NoText(Exception):
    """There is something in an expression that is printed from its tree."""


def _text(e: Expr, to: Spelling, around: int) -> str:
    """What the generator makes of the tree of `e`, which stands where something of precedence `around` has its operands.

    A tree has a node for every name, and others for what is done with it, each of which is made and visited: programs are
    names, numbers, operations, calls and subscripts.
    """
    head = e.head
    if head == "var":
        return to.variable(e.data)
    if head == "const":
        return _number(e.data, around)
    if head == "ref":
        return to.reference(e.data)
    if head == "op" and len(e.args) == 2:
        own, symbol, left, right = _BINARY[e.data]
        shown = _text(e.args[0], to, left) + symbol + _text(e.args[1], to, right)
    elif head == "op" and e.data == "-" and e.args[0].head != "const":
        own = _MINUS
        shown = "-" + _text(e.args[0], to, own)
    elif head == "index":
        return f"{_text(e.args[0], to, _HIGHEST)}[{_key(e.args[1], to)}]"
    elif head == "attr":
        return f"{_text(e.args[0], to, _HIGHEST)}.{e.data}"
    elif head == "call":
        return _call(e, to)
    elif head == "compare" and len(e.args) == 2:
        own, symbol = _COMPARISONS[e.data[0]]
        shown = _text(e.args[0], to, own + 1) + symbol + _text(e.args[1], to, own + 1)
    else:
        raise _NoText
    return f"({shown})" if own < around else shown


def _number(value: Any, around: int) -> str:
    kind = type(value)
    if value is None or value is Ellipsis:
        return "None" if value is None else "..."
    if kind is not int and kind is not float or not -math.inf < value < math.inf or around > _CONSTANT:
        raise _NoText
    shown = repr(value)
    return f"({shown})" if shown[0] == "-" and _MINUS < around else shown


def _call(e: Expr, to: Spelling) -> str:
    fn, *given = e.args
    if fn.head == "ref" and fn.data.method:
        raise _NoText
    first = _ONE if len(given) == 1 else _COMMA
    shown: list[str] = []
    named = False
    for mark, a in zip(e.data.marks, given):
        if mark[:1] == "*" or named and not mark:  # keywords come last
            raise _NoText
        named = named or mark != ""
        shown.append(f"{mark}={_text(a, to, _COMMA)}" if mark else _text(a, to, first))
    return f"{_text(fn, to, _HIGHEST)}({', '.join(shown)})"


def _key(e: Expr, to: Spelling) -> str:
    if e.head == "slice":
        lower, upper, step = ["" if a.head == "const" and a.data is None else _text(a, to, _SLICE) for a in e.args]
        return f"{lower}:{upper}:{step}" if step else f"{lower}:{upper}"
    if e.head == "tuple" and len(e.args) > 1:
        return ", ".join([_key(a, to) if a.head == "slice" else _text(a, to, _COMMA) for a in e.args])
    return _text(e, to, _SUBSCRIPT)


_HIGHEST, _COMMA, _ONE, _SLICE, _MINUS = (
    Precedence.highest, Precedence.Comma, Precedence.call_one_arg, precedence_data[ast.Slice], precedence_data[ast.USub])
#: By symbol: the precedence of an operation, how it is written, and where its operands stand.
_BINARY = {symbol: (*_OPERATORS[kind], _OPERATORS[kind][0], _OPERATORS[kind][0] + 1) for symbol, kind in BINARY.items()}
_BINARY["**"] = *_BINARY["**"][:2], Precedence.Pow + 1, Precedence.PowRHS
_COMPARISONS = {symbol: (precedence_data[kind], f" {symbol_data[kind]} ") for symbol, kind in COMPARISON.items()}


def show_function(f: S.Function, to: Spelling = PLAIN, doc: bool = True) -> str:
    return text(function(f, to, doc)).strip("\n") + "\n"


def show(e: Expr, to: Spelling = PLAIN) -> str:
    """An expression on one line."""
    return text(ast.Module([ast.Expr(expression(e, to))], [])).strip("\n ")
