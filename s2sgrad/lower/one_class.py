"""Variables that only ever stand for objects of one class.

    p = Vec(x, y)
    for _ in range(n):
        p = p + v * dt         # a Vec, if p and v are: Vec.__add__ returns Vec(...)

What a method returns is read off its source. The guess is optimistic and then held against every binding until all of
them agree (a greatest fixed point), so that variables of a loop may depend on each other.
"""
from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from typing import Any

from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.unit import load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.remember import remembered
from s2sgrad.ir.targets import assigned
from s2sgrad.lower.renaming import with_closures
from s2sgrad.runtime.objects import BINARY, UNARY, written_method

Classes = Callable[[str], type | None]
_DEPTH = 4
_IN_PLACE = {"+": "__iadd__", "-": "__isub__", "*": "__imul__", "/": "__itruediv__", "@": "__imatmul__", "**": "__ipow__"}


def names_of_one_class(body: S.Block, given: Iterable[str] = (), outer: Classes = lambda name: None,
                       depth: int = 0) -> dict[str, type]:
    """The variables that are only ever bound to objects of one class.

    Those in `given` are bound when `body` begins, to what is not known; `outer` knows of others that `body` does not bind.
    """
    bindings: dict[str, list[Expr | None]] = {n: [None] for n in given}
    for s in with_closures(body):
        _bindings(s, bindings)
    found: dict[str, type] = {}

    def known(name: str) -> type | None:
        return found.get(name) if name in bindings else outer(name)

    candidates = {n: [e for e in es if e is not None] for n, es in bindings.items() if None not in es}
    changed = True
    while changed:  # what one binding suggests
        changed = False
        for name, values in candidates.items():
            if name not in found:
                cls = next((c for c in (class_of_value(e, known, depth) for e in values) if c is not None), None)
                if cls is not None:
                    found[name] = cls
                    changed = True
    changed = True
    while changed:  # and all agree upon
        wrong = [n for n, cls in found.items() if any(class_of_value(e, known, depth) is not cls for e in candidates[n])]
        changed = bool(wrong)
        for name in wrong:
            del found[name]
    return found


def _bindings(s: S.Stmt, out: dict[str, list[Expr | None]]) -> None:
    """Enter what a statement binds variables to, None where that is not seen."""
    if isinstance(s, S.Assign):
        for t, e in assigned(s):
            for name in S.bound(t) if t.head in ("var", "tuple", "list", "star") else ():
                out.setdefault(name, []).append(e if t.head == "var" else None)
    elif isinstance(s, S.Aug) and s.target.head == "var":
        out.setdefault(s.target.data, []).append(E.op(f"{s.symbol}=", s.target, s.value))
    else:
        for name in S.writes(s):
            out.setdefault(name, []).append(None)


def class_of_value(e: Expr, known: Classes, depth: int = 0) -> type | None:
    """The class of the object that `e` gives, if variables are of the classes that are `known`."""
    if e.head == "var":
        return known(e.data)
    if e.head == "ifexp":
        a, b = (class_of_value(x, known, depth) for x in e.args[1:])
        return a if a is b else None
    if e.head == "op":
        return _of_operator(e, known, depth)
    if e.head == "index":
        cls = class_of_value(e.args[0], known, depth)
        return None if cls is None else _of_method(cls, "__getitem__", depth)
    if e.head != "call":
        return None
    fn = E.callee(e)
    if isinstance(fn, type):
        return fn
    if isinstance(fn, types.FunctionType):
        return _result(fn, None, depth)
    if e.args[0].head == "attr" and e.args[0].args[0].head != "ref":
        cls = class_of_value(e.args[0].args[0], known, depth)
        return None if cls is None else _of_method(cls, str(e.args[0].data), depth)
    return None


def _of_operator(e: Expr, known: Classes, depth: int) -> type | None:
    symbol = str(e.data)
    classes = [class_of_value(a, known, depth) for a in e.args]
    if len(classes) == 1:
        return _of_method(classes[0], UNARY[symbol][0], depth) if classes[0] is not None and symbol in UNARY else None
    if symbol[:-1] in BINARY and symbol[-1] == "=":
        own = _IN_PLACE.get(symbol[:-1])
        if classes[0] is not None and own is not None and written_method(classes[0], own) is not None:
            return _of_method(classes[0], own, depth)
        symbol = symbol[:-1]
    if symbol not in BINARY:
        return None
    name, reflected, _ = BINARY[symbol]
    left, right = classes
    if left is not None and right is not None and left is not right and issubclass(right, left):
        return None
    if left is not None and written_method(left, name) is not None:
        return _of_method(left, name, depth)
    return _of_method(right, reflected, depth) if left is None and right is not None and _is_number(e.args[0]) else None


def _is_number(e: Expr) -> bool:
    return e.head == "const" or e.head == "op" and all(map(_is_number, e.args))


def _of_method(cls: type, name: str, depth: int) -> type | None:
    method = written_method(cls, name)
    return None if method is None else _result(method, cls, depth)


def _result(fn: types.FunctionType, cls: type | None, depth: int) -> type | None:
    """The class of what a function returns, or a method of an object of class `cls`."""
    known, key = _known_results(fn), (cls, depth)
    if key not in known:
        known[key] = _read_off(fn, cls, depth)
    return known[key]


@remembered
def _known_results(fn: types.FunctionType) -> dict[tuple[type | None, int], type | None]:
    """What has been read off a function."""
    return {}


def _read_off(fn: types.FunctionType, cls: type | None, depth: int) -> type | None:
    f = python_function(fn)
    if depth >= _DEPTH or f is None or fn.__code__.co_flags & 0x20:
        return None
    try:
        body, params = load(f).function.body, load(f).function.params
    except DerivativeError:
        return None
    if not body or not _ends(body[-1]):
        return None
    own = params[0].name if cls is not None and params else None
    bound = frozenset().union(*map(S.writes, S.walk_stmts(body)))
    inner: dict[str, Any] = {own: cls} if own is not None and own not in bound else {}
    inner.update(names_of_one_class(body, [p.name for p in params if p.name in bound], inner.get, depth + 1))
    results = [s.value for s in S.of_kinds(body, S.Return)]
    found = {_returned(e, inner.get, own, cls, depth + 1) for e in results
             if not (e.head == "ref" and e.data.value is NotImplemented)}
    return found.pop() if len(found) == 1 else None


def _ends(s: S.Stmt) -> bool:
    """Does control not pass this statement?"""
    return isinstance(s, (S.Return, S.Raise)) or isinstance(s, S.If) and bool(s.body) and bool(s.orelse) \
        and _ends(s.body[-1]) and _ends(s.orelse[-1])


def _returned(e: Expr, known: Classes, own: str | None, cls: type | None, depth: int) -> type | None:
    """The class of a result; ``type(self)(...)`` is an object of the method's own class."""
    if e.head == "call" and cls is not None:
        fn = e.args[0]
        if E.callee(fn) is type and len(fn.args) == 2 and fn.args[1] == E.var(own or ""):
            return cls
    return class_of_value(e, known, depth)
