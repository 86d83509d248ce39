"""The rules as a document, made from their source: ``s2sgrad rules --document``, which is `docs/rules.md`."""
from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
import types
from collections.abc import Callable, Iterator
from typing import Any

from s2sgrad.rules.families import FAMILIES, load
from s2sgrad.rules.registry import rule_for
from s2sgrad.rules.table import libraries

#: The longest rule that is shown in full, in statements; of others it is said that there is one.
_SHOWN = 3
_INTRODUCTION = """# Rules

Made from the source of the rules by `s2sgrad rules --document`; `s2sgrad rules LIBRARY` lists every function of a library,
those that pass no derivative on and those that are refused included. SciPy has [a page of its own](scipy.md).

A rule by *partials* returns the partial derivative by each argument, of an elementwise function of these arguments; the
first parameter stands for the result. A *linear* rule returns its transpose applied to the adjoint of the result (its first
parameter). An *adjoint* rule sets `d[x]` to the adjoint of each argument, from that of the result, `d[y]`; a *tangent* rule
returns the tangent of the result.
"""


def document() -> str:
    """The rules for Python and NumPy, by module, as Markdown."""
    for family in ("python", "numpy", "numpy.polynomial"):
        load(family)
    named = _named()
    modules = dict.fromkeys((*FAMILIES["numpy"], *FAMILIES["python"], *FAMILIES["numpy.polynomial"]))
    return "\n".join((_INTRODUCTION, *(text for m in modules for text in _section(f"s2sgrad.rules.{m}", named))))


def _named() -> dict[Callable[..., Any], tuple[list[str], str]]:
    """For every function that is a rule: the names of the functions that it is the rule of, and its kind."""
    out: dict[Callable[..., Any], tuple[list[str], str]] = {}
    written: dict[types.CodeType, Callable[..., Any]] = {}
    series = [f"numpy.polynomial.{n}" for n in ("polynomial", "chebyshev", "legendre", "hermite", "hermite_e", "laguerre")]
    for library in (*(n for n in libraries() if n not in ("numpy.ndarray", "numpy.ufunc")), *series):
        module = importlib.import_module(library)
        for name in sorted(n for n in dir(module) if not n.startswith("_")):
            fn = getattr(module, name)
            rule = rule_for(fn) if callable(fn) else None
            for kind in ("partials", "linear", "adjoint", "tangent") if rule is not None else ():
                made = getattr(rule, kind)
                if inspect.isfunction(made) and made.__module__.startswith("s2sgrad.rules."):
                    made = written.setdefault(made.__code__, made)  # one text may be the rule of many functions
                    out.setdefault(made, ([], kind))[0].append(f"{library.removeprefix('builtins')}.{name}".lstrip("."))
    return out


def _section(module: str, named: dict[Callable[..., Any], tuple[list[str], str]]) -> Iterator[str]:
    found = [(made, *named[made]) for made in named if made.__module__ == module]
    if not found:
        return
    title, _, conventions = (inspect.getdoc(importlib.import_module(module)) or "").partition("\n\n")
    yield f"## {' '.join(title.split()).rstrip('.')}\n"
    if conventions:
        yield f"{conventions.strip()}\n"
    yield "| functions | rule | its source |\n|---|---|---|"
    for made, names, kind in sorted(found, key=lambda row: row[0].__code__.co_firstlineno):
        shown = f"{kind} of `{', '.join(inspect.signature(made).parameters)}` | {_body(made)}"
        yield f"| {', '.join(f'`{n}`' for n in names)} | {shown} |"
    yield ""


def _body(made: Callable[..., Any]) -> str:
    """The statements of a rule, where they are few."""
    source = textwrap.dedent(inspect.getsource(made))
    tree = ast.parse(source).body[0]
    assert isinstance(tree, ast.FunctionDef)
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    if len(body) > _SHOWN or any(isinstance(s, (ast.If, ast.For, ast.While)) for s in body):
        return "in several cases"
    return "<br>".join(f"`{' '.join((ast.get_source_segment(source, s) or '').split())}`" for s in body).replace("|", "\\|")
