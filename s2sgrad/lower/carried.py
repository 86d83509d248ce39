"""What an exception carries, by the expression that makes it: its arguments, and the attributes that its class makes of them."""
from __future__ import annotations

import dataclasses
import inspect

from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.unit import load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr


def carried(made: Expr | None, part: Expr) -> Expr | None:
    """``error.name`` or ``error.args[0]`` of an exception, of which `made` is the class or a call of it; None where that is
    not known."""
    if made is None:
        return None
    cls, given = (E.callee(made), E.arguments(made)) if made.head == "call" else (made.data.value, ())
    if any(mark in ("*", "**") for mark, _ in given):
        return None
    if part.head == "attr" and part.data != "args":
        return _attribute(cls, given, str(part.data))
    arguments = _arguments(cls, given)
    if arguments is None or part.head == "attr":
        return None if arguments is None else E.tuple_(*arguments)
    k = part.args[1].data
    return arguments[k] if isinstance(k, int) and -len(arguments) <= k < len(arguments) else None


_Given = tuple[tuple[str, Expr], ...]


def _attribute(cls: type, given: _Given, name: str) -> Expr | None:
    if dataclasses.is_dataclass(cls):
        return _bound(cls, given).get(name)
    init = python_function(inspect.getattr_static(cls, "__init__", None))
    if init is not None:
        for s, values in _statements(cls, init, given):
            if isinstance(s, S.Assign) and s.target.head == "attr" and s.target.data == name:
                return _of_arguments(s.value, values)
            if (above := _above(s)) is not None:
                base = _base(cls, init)
                found = None if base is None else _attribute(base, _substituted(above, values), name)
                if found is not None:
                    return found
    if issubclass(cls, StopIteration) and name == "value" and init is None:
        return given[0][1] if given else E.NONE
    constant = inspect.getattr_static(cls, name, None)
    return E.const(constant) if isinstance(constant, (bool, int, float, str)) else None


def _arguments(cls: type, given: _Given) -> tuple[Expr, ...] | None:
    """What ``error.args`` holds: what the last ``__init__`` is given that is not the program's, or what the class is."""
    init = None if dataclasses.is_dataclass(cls) else python_function(inspect.getattr_static(cls, "__init__", None))
    if init is not None:
        for s, values in _statements(cls, init, given):
            above, base = _above(s), _base(cls, init)
            if above is not None:
                return None if base is None else _arguments(base, _substituted(above, values))
    return tuple(a for _, a in given) if not any(mark for mark, _ in given) else None


def _statements(cls: type, init: object, given: _Given) -> list[tuple[S.Stmt, dict[str, Expr]]]:
    """The statements of an ``__init__`` that runs straight through, with the arguments by parameter; no others."""
    function = python_function(init)
    assert function is not None
    values = _bound(cls, given)
    try:
        fn = load(function).function
    except DerivativeError:
        return []
    rebound = frozenset().union(*(S.writes(s) for s in S.walk_stmts(fn.body)))
    if any(S.blocks(s) or isinstance(s, S.Return) for s in fn.body) or not rebound.isdisjoint(values):
        return []
    return [(s, values) for s in fn.body]


def _bound(cls: type, given: _Given) -> dict[str, Expr]:
    """The arguments of a constructor by parameter, with those that are given by default where they are constants."""
    try:
        signature = inspect.signature(cls)
        bound = signature.bind(*(a for mark, a in given if not mark), **{mark: a for mark, a in given if mark})
    except (TypeError, ValueError):
        return {}
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in signature.parameters.values()):
        return {}
    constants = {n: E.const(p.default) for n, p in signature.parameters.items()
                 if p.default is None or isinstance(p.default, (bool, int, float, str))}
    return {**constants, **bound.arguments}


def _of_arguments(e: Expr, values: dict[str, Expr]) -> Expr | None:
    return E.substitute(e, values) if e.names <= values.keys() else None


def _above(s: S.Stmt) -> _Given | None:
    """The arguments of ``super().__init__(...)``; None for other statements."""
    e = s.value if isinstance(s, S.Do) else E.NONE
    fn = e.args[0] if e.head == "call" else E.NONE
    return E.arguments(e) if fn.head == "attr" and fn.data == "__init__" and E.callee(fn.args[0]) is super else None


def _substituted(given: _Given, values: dict[str, Expr]) -> _Given:
    return tuple((mark, E.substitute(a, values)) for mark, a in given)


def _base(cls: type, init: object) -> type | None:
    """The class above the one that defines an ``__init__``."""
    owner = next((n for n, c in enumerate(cls.__mro__) if vars(c).get("__init__") is init), None)
    return None if owner is None else cls.__mro__[owner + 1]


# ---- where it is caught -------------------------------------------------------------------------------------------

def handled_by(h: S.Handler) -> tuple[type, ...] | None:
    """What a handler catches; None where that is not known."""
    if h.type is None:
        return (BaseException,)
    given = [t.data.value if t.head == "ref" else None for t in (h.type.args if h.type.head == "tuple" else (h.type,))]
    types = tuple(t for t in given if isinstance(t, type) and issubclass(t, BaseException))
    return types if len(types) == len(given) else None


def class_of_raised(s: S.Raise) -> type | None:
    """The class of what is raised, where the statement tells."""
    made = s.value if s.value is None or s.value.head != "call" else s.value.args[0]
    cls = made.data.value if made is not None and made.head == "ref" else None
    return cls if isinstance(cls, type) and issubclass(cls, BaseException) else None


def handler_of(cls: type, kinds: list[tuple[type, ...] | None]) -> int | None:
    return next((n for n, k in enumerate(kinds) if k is not None and issubclass(cls, k)), None)
