"""Read the source of a function: the text, where it stands, and its gast tree."""
from __future__ import annotations

import ast
import dis
import functools
import inspect
import linecache
import sys
import types
from typing import Any

import gast

from s2sgrad.errors import SourceNotFoundError
from s2sgrad.frontend.parsing import to_gast
from s2sgrad.ir.source import Source


def read(f: types.FunctionType) -> tuple[Source, gast.FunctionDef]:
    """The source of `f` and its tree; a lambda becomes a function named ``f`` with one ``return``.

    Raises `SourceNotFoundError` where the text cannot be had.
    """
    code = f.__code__
    lines = linecache.getlines(code.co_filename, f.__globals__) or _of_the_command(code)
    if len(lines) < code.co_firstlineno:
        raise SourceNotFoundError(
            f"the source of {f.__qualname__!r} cannot be found (looked for {code.co_filename}:{code.co_firstlineno}); "
            "a function must come from a file, a notebook cell or an interpreter that keeps its input"
            + _NOT_KEPT.get(code.co_filename, ""))
    if f.__name__ == "<lambda>" or code.co_name == "<lambda>":
        tree, text, first = _lambda(f, lines)
    else:
        tree, text, first = _definition(f, lines)
    owner = _class_around(getattr(code, "co_qualname", f.__qualname__))
    if owner and "__" in text:
        _Mangling(owner).visit(tree)
    source = Source(tree.name, text, code.co_filename, first, f.__globals__, closure_values(f))
    return source, tree


_NOT_KEPT = {
    "<stdin>": ": what is typed or piped into python is not kept, so save it to a file, or use IPython",
    "<console>": ": what is typed into this console is not kept, so save it to a file, or use IPython",
    "<string>": ": what exec and eval run is not kept, so write it to a file and import that",
}


def _of_the_command(code: types.CodeType) -> list[str]:
    """The lines of ``python -c ...``, where `code` is part of them."""
    if code.co_filename == "<string>" and sys.argv[:1] == ["-c"]:
        for text in sys.orig_argv[1:]:  # Python does not say where its own options end
            try:
                found = [compile(text, "<string>", "exec", dont_inherit=True)]
            except (SyntaxError, ValueError):
                continue
            while found:
                if code in (inner := [c for c in found.pop().co_consts if isinstance(c, types.CodeType)]):
                    return text.splitlines(keepends=True)
                found += inner
    return []


def _class_around(qualname: str) -> str:
    """The class in whose body a function is written, by its qualified name; empty where there is none."""
    for part in reversed(qualname.split(".<locals>.")):
        if "." in part:
            return part.split(".")[-2]
    return ""


class _Mangling(ast.NodeVisitor):
    """Private names, ``__x``, as Python spells them inside a class."""

    def __init__(self, owner: str) -> None:
        self.prefix = "_" + owner.lstrip("_")

    def generic_visit(self, node: ast.AST) -> None:
        for field in ("id", "attr", "name", "names"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                setattr(node, field, self._mangled(value))
            elif isinstance(value, list) and all(isinstance(n, str) for n in value):
                setattr(node, field, [self._mangled(n) for n in value])
        super().generic_visit(node)

    def _mangled(self, name: str) -> str:
        private = name.startswith("__") and not name.endswith("__") and self.prefix != "_"
        return self.prefix + name if private else name


def closure_values(f: types.FunctionType) -> dict[str, types.CellType]:
    """The closure cells of a function by name."""
    return dict(zip(f.__code__.co_freevars, f.__closure__ or ()))


def _definition(f: types.FunctionType, lines: list[str]) -> tuple[gast.FunctionDef, str, int]:
    first = f.__code__.co_firstlineno
    rest = lines[first - 1:]
    for block in (_indented_block(rest), None):
        text = "".join(inspect.getblock(rest) if block is None else block)
        wrapped = text[:1] in " \t"
        try:
            # An indented function keeps its columns (and its multi-line strings) by standing under an `if`.
            tree = ast.parse("\n" * (first - 1 - wrapped) + ("if 1:\n" + text if wrapped else text))
        except SyntaxError:
            continue
        node: Any = tree.body[0].body[0] if wrapped else tree.body[0]  # type: ignore[attr-defined]
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == f.__code__.co_name:
            return to_gast(node), text, first
    raise SourceNotFoundError(f"line {first} of {f.__code__.co_filename} does not define {f.__qualname__!r}; "
                              "has the file changed since it was imported?")


def _indented_block(lines: list[str]) -> list[str]:
    """The lines of a definition by indentation alone, which is fast and right but for unusual layouts."""
    indent = len(lines[0]) - len(lines[0].lstrip())
    header = True
    for n, line in enumerate(lines):
        body = line.strip()
        if not body or body.startswith("#"):
            continue
        if header:
            header = not body.startswith(("def ", "async def "))
        elif len(line) - len(line.lstrip()) <= indent and not body.startswith(")"):
            return lines[:n]
    return lines


@functools.lru_cache(maxsize=8)
def _parse_file(text: str) -> list[ast.Lambda]:
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Lambda)]


def _lambda(f: types.FunctionType, lines: list[str]) -> tuple[gast.FunctionDef, str, int]:
    code = f.__code__
    try:
        nodes = [n for n in _parse_file("".join(lines)) if n.lineno == code.co_firstlineno]
    except SyntaxError:
        nodes = []
    nodes = [n for n in nodes if _parameters(n) == _parameter_names(code)]
    if len(nodes) > 1:
        nodes = _innermost([n for n in nodes if _same_code(n, code)])
    if len({ast.dump(n) for n in nodes}) != 1:
        raise SourceNotFoundError(f"the lambda at {code.co_filename}:{code.co_firstlineno} cannot be told from the "
                                  "others on its line; give it a line of its own, or a name with def")
    node = nodes[0]
    first, last = node.lineno, node.end_lineno or node.lineno
    returned = ast.copy_location(ast.Return(node.body), node.body)
    extra: dict[str, Any] = {"type_params": []} if "type_params" in ast.FunctionDef._fields else {}
    function = ast.FunctionDef(name="f", args=node.args, body=[returned], decorator_list=[], returns=None,
                               type_comment=None, **extra)
    return to_gast(ast.copy_location(function, node)), "".join(lines[first - 1:last]), first


def _parameters(node: ast.Lambda) -> tuple[str, ...]:
    a = node.args
    names = [p.arg for p in (*a.posonlyargs, *a.args, *a.kwonlyargs)]
    return tuple(names + [p.arg for p in (a.vararg, a.kwarg) if p is not None])


def _parameter_names(code: types.CodeType) -> tuple[str, ...]:
    count = code.co_argcount + code.co_kwonlyargcount
    stars = bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    return code.co_varnames[:count + stars]


def _innermost(nodes: list[ast.Lambda]) -> list[ast.Lambda]:
    """The lambdas that contain none of the others."""
    return [n for n in nodes if not any(m is not n and m in ast.walk(n) for m in nodes)]


def _same_code(node: ast.Lambda, code: types.CodeType) -> bool:
    """Is `code` what this lambda compiles to? Positions decide where Python keeps them, constants and names else."""
    if hasattr(code, "co_positions"):
        start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
        return all(start <= (line, column) and (end_line, end_column) <= end
                   for line, end_line, column, end_column in code.co_positions()
                   if line is not None and column is not None and column != end_column)
    compiled = compile(ast.fix_missing_locations(ast.Expression(node)), "", "eval").co_consts[0]
    return _contents(compiled) == _contents(code)


def _contents(code: types.CodeType) -> list[Any]:
    """The instructions of code with what they mean, wherever it was compiled: names of closures count as any names."""
    out: list[Any] = []
    for i in dis.get_instructions(code):
        if isinstance(i.argval, types.CodeType):
            out.append(_contents(i.argval))
        elif i.opname in ("LOAD_GLOBAL", "LOAD_DEREF", "LOAD_NAME"):
            out.append(i.argval)
        elif i.opname not in ("LOAD_CLOSURE", "BUILD_TUPLE", "MAKE_FUNCTION"):
            out.append((i.opname, type(i.argval), i.argval))
    return out
