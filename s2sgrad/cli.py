"""The command line: print or save the derivatives of the functions of a file.

    s2sgrad model.py                  the gradients of all functions that model.py defines
    s2sgrad model.py loss --wrt w,b   of one of them, with respect to two parameters; also model.py:loss
    s2sgrad model.py smooth --types "y: float[n], lam: float"    for arguments of these types alone
    s2sgrad model.py -o grads.py      saved as a module that can be imported
    s2sgrad rules numpy --missing     what has a derivative rule, and what is missing
"""
from __future__ import annotations

import argparse
import contextlib
import importlib.util
import inspect
import os
import sys
import traceback
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from s2sgrad.api import autodiff, grad
from s2sgrad.emit.merge import Conflict, Merged
from s2sgrad.written_types import examples

OK, FAILED, USAGE = 0, 1, 2
_UNKNOWN = object()


class UsageError(Exception):
    """What was asked for on the command line does not exist."""


@dataclass(frozen=True)
class Asked:
    """The derivative that the command line asks for."""

    wrt: tuple[int | str, ...] | None
    mode: str | None
    order: int
    optimized: bool
    #: Arguments of the types that the derivative is made for, by parameter.
    types: dict[str, Any]

    @property
    def plain(self) -> bool:
        """Is nothing asked for but the derivative that a decorator in the file would make itself?"""
        return self.wrt is None and self.mode is None and self.order == 1 and self.optimized and not self.types


@dataclass(frozen=True)
class Found:
    """A function of the file. `made`: the derivative that a decorator has put in its place."""

    name: str
    function: Callable[..., Any]
    made: Any = None


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 0, 1 where a function could not be differentiated, or 2 for wrong usage."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments[:1] == ["rules"]:
            return _rules(arguments[1:])
        return _derivatives(arguments)
    except UsageError as error:
        _complain(str(error))
        return USAGE
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _derivatives(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    path, functions = _file_and_names(options.file, options.functions)
    module = _load(path)
    found = list(_named(module, functions) if functions else _defined(module))
    if options.list:
        for f in found:
            print(f"{f.name}{_signature(f.function)}")
        return OK
    asked = Asked(_wrt(options.wrt), options.mode, options.order, not options.no_optimize, _types(options.types))
    fit = [f for f in found if _applies(f, asked)]
    if not fit or functions and len(fit) < len(found):
        given = " ".join(f"{name} {text}" for name, text in (("--wrt", options.wrt), ("--types", options.types)) if text)
        raise UsageError(f"{given} does not fit {', '.join(f.name + _signature(f.function) for f in found)}"
                         if found else f"{path} defines no function with parameters")
    return _emit(fit, asked, options.output)


def _emit(functions: list[Found], asked: Asked, output: str | None) -> int:
    """Derive, then print or save what could be derived."""
    modules = [Merged()]
    status = OK
    for f in functions:
        try:
            source = _source(f, asked)
        except Exception as error:  # whatever is wrong with one function, the others are still printed
            _complain(f"{f.name} cannot be differentiated\n{_shown(error)}")
            status = FAILED
            continue
        try:
            modules[-1].add(source)
        except Conflict as name:
            if output is not None:
                _complain(f"{f.name} cannot be saved in the same module: {name} stands for another value there")
                status = FAILED
                continue
            modules.append(Merged())
            modules[-1].add(source)
    texts = [m.text for m in modules if m.functions]
    if output is None:
        # Where one name stands for different values, the texts are modules of their own.
        sys.stdout.write(_highlighted("\n\n# ---- another module ----\n\n".join(texts)))
        sys.stdout.flush()
    elif texts:
        try:
            Path(output).write_text(texts[0], encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{output} cannot be written: {error.strerror}") from None
    return status


def _source(f: Found, asked: Asked) -> str:
    if f.made is not None and asked.plain:
        return str(f.made.source)
    wrt = asked.wrt if asked.wrt is not None else f.made.wrt if f.made is not None else (0,)
    mode = asked.mode or (f.made.mode if f.made is not None else "reverse")
    out: Any = f.function
    for _ in range(asked.order):
        if mode == "forward":
            out = autodiff(out, wrt=wrt, mode="forward", optimized=asked.optimized)
        else:
            out = grad(out, wrt=wrt, optimized=asked.optimized)
        if asked.types:
            out = _specialized(out, asked.types)
    return str(out.source)


def _specialized(derived: Any, types: dict[str, Any]) -> Any:
    """The derivative for arguments of given types; nothing is known of parameters that are not mentioned."""
    needed = [n for n, p in inspect.signature(derived.primal).parameters.items()
              if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    return derived.specialize(**{n: types.get(n, _UNKNOWN) for n in {**dict.fromkeys(needed), **types}})


# ---- the file and its functions -------------------------------------------------------------------------------------

def _file_and_names(file: str, names: list[str]) -> tuple[Path, list[str]]:
    """``model.py:loss`` is short for ``model.py loss``."""
    path, colon, name = file.rpartition(":")
    if colon and not Path(file).exists() and path.endswith(".py"):
        file, names = path, [*name.split(","), *names]
    if not Path(file).is_file():
        raise UsageError(f"there is no file {file}")
    return Path(file).resolve(), names


def _load(path: Path) -> types.ModuleType:
    """Import a file as Python would: as part of its package if it is in one, else with its folder on the path."""
    parts, folder = [path.stem], path.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    name = ".".join(parts)
    sys.path.insert(0, str(folder))
    if len(parts) == 1 and name in sys.modules:
        name = f"{name}_"  # a library has this name, and is in use
    try:
        with contextlib.redirect_stdout(sys.stderr):
            if len(parts) > 1:
                return importlib.import_module(name)
            spec = importlib.util.spec_from_file_location(name, path)
            if spec is None or spec.loader is None:
                raise UsageError(f"{path} is not a Python file")
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            spec.loader.exec_module(module)
            return module
    except UsageError:
        raise
    except (Exception, SystemExit) as error:
        raise UsageError(f"{path} cannot be imported\n{_where_it_failed(error)}") from None


def _where_it_failed(error: BaseException) -> str:
    """The traceback from the first line of the file on, without the machinery of imports."""
    ours = ("<frozen importlib", __file__, importlib.util.__file__, importlib.__file__)
    tb = error.__traceback__
    while tb is not None and tb.tb_frame.f_code.co_filename.startswith(ours):
        tb = tb.tb_next
    return "".join(traceback.format_exception(type(error), error, tb)).rstrip()


def _defined(module: types.ModuleType) -> Iterator[Found]:
    """The functions with parameters that a module defines itself, in order."""
    seen: set[int] = set()
    for name, value in vars(module).items():
        found = _found(name, value)
        if found is None or id(found.function) in seen or found.function.__module__ != module.__name__:
            continue
        seen.add(id(found.function))
        if any(p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
               for p in inspect.signature(found.function).parameters.values()):
            yield found


def _found(name: str, value: Any) -> Found | None:
    """A function as it is, a derivative by its primal, a compiled function by its source."""
    primal = getattr(value, "primal", None)
    if isinstance(primal, types.FunctionType) and hasattr(value, "source"):
        return Found(name, primal, value)
    value = getattr(value, "py_func", value)
    return Found(name, value) if isinstance(value, types.FunctionType) else None


def _named(module: types.ModuleType, names: list[str]) -> Iterator[Found]:
    for name in names:
        value: Any = module
        for part in name.split("."):
            if not hasattr(value, part):
                raise UsageError(f"{module.__file__} has no function {name}{_closest(module, name)}")
            value = getattr(value, part)
        if not callable(value):
            raise UsageError(f"{name} is not a function but {value!r:.60}")
        yield _found(name, value) or Found(name, value)


def _closest(module: types.ModuleType, name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, [f.name for f in _defined(module)], 3)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _wrt(text: str | None) -> tuple[int | str, ...] | None:
    if text is None:
        return None
    parts = [p.strip() for p in text.split(",")]
    if not all(parts):
        raise UsageError(f"--wrt takes names or positions, separated by commas, not {text!r}")
    return tuple(int(p) if p.lstrip("-").isdigit() else p for p in parts)


def _types(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        return examples(text)
    except ValueError as error:
        raise UsageError(f"--types: {error}") from None


def _applies(f: Found, asked: Asked) -> bool:
    """Does a function have the parameters that are asked for?"""
    try:
        names = list(inspect.signature(f.function).parameters)
    except (TypeError, ValueError):
        return True
    return asked.types.keys() <= set(names) and all(
        w in names if isinstance(w, str) else -len(names) <= w < len(names) for w in asked.wrt or ())


def _signature(f: Callable[..., Any]) -> str:
    try:
        return str(inspect.signature(f))
    except (TypeError, ValueError):
        return "(...)"


# ---- the rules ------------------------------------------------------------------------------------------------------

def _rules(arguments: list[str]) -> int:
    from s2sgrad.rules import table

    parser = argparse.ArgumentParser(prog="s2sgrad rules", description="The functions of each library: differentiable, "
                                     "non-differentiable, or refused with a reason.")
    parser.add_argument("library", nargs="?", help="numpy, numpy.linalg, math, ... (all of them unless given)")
    parser.add_argument("--missing", action="store_true", help="only what is none of the three")
    parser.add_argument("--document", action="store_true", help="the rules for Python and NumPy with their formulas, as Markdown")
    options = parser.parse_args(arguments)
    if options.document:
        from s2sgrad.rules.document import document
        sys.stdout.write(document())
        return OK
    try:
        text = table.show(options.library, options.missing)
    except ImportError:
        raise UsageError(f"there is no library {options.library}; known are {', '.join(table.libraries())}, and any "
                         "other module that can be imported") from None
    sys.stdout.write(text)
    return OK


# ---- the terminal ---------------------------------------------------------------------------------------------------

def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="s2sgrad", description="Print the source of derivatives of the functions that a Python file defines.",
        epilog="`s2sgrad rules [LIBRARY] [--missing]` prints the table of derivative rules.")
    parser.add_argument("file", metavar="FILE", help="a Python file, or FILE:FUNCTION")
    parser.add_argument("functions", metavar="FUNCTION", nargs="*", help="functions of the file (all unless given)")
    parser.add_argument("--wrt", metavar="NAMES", help="parameters to differentiate with respect to, by name or "
                        "position, separated by commas (the first unless given)")
    parser.add_argument("--mode", choices=["reverse", "forward"], help="reverse unless given")
    parser.add_argument("--order", type=_positive, default=1, metavar="N", help="differentiate N times")
    parser.add_argument("--types", metavar="TYPES", help="what the derivative is made for: 'x: float[n, 3], steps: int', or "
                        "float[:], list[...], tuple[...], {'key': ...}; arguments of one length share a name")
    parser.add_argument("--no-optimize", action="store_true", help="print the derivative as the rules make it")
    parser.add_argument("-o", "--output", metavar="OUT.py", help="save a module instead of printing")
    parser.add_argument("--list", action="store_true", help="only list the functions of the file")
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _shown(error: BaseException) -> str:
    """An error as Python shows it, with the user's line, but without the compiler's traceback."""
    return "".join(traceback.format_exception_only(type(error), error)).rstrip()


def _complain(message: str) -> None:
    sys.stdout.flush()
    print(f"s2sgrad: {message}", file=sys.stderr)


def _highlighted(code: str) -> str:
    """`code` in colour on a terminal that wants it, if Pygments is installed."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return code
    try:
        from pygments import highlight
        from pygments.formatters import TerminalFormatter
        from pygments.lexers import PythonLexer
    except ImportError:
        return code
    return str(highlight(code, PythonLexer(stripnl=False), TerminalFormatter()))
