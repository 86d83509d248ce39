"""Attributes and methods of objects that are spelled like those of arrays.

Where a class of the program has an attribute ``size`` or a method ``sum``, and an expression that is no variable is asked
for it, what the program shows decides whether an object is likely; that it is so is checked when the derivative runs.
Variables are looked at by `object_names.objects_in`.
"""
from __future__ import annotations

import copy
import types
from collections.abc import Callable, Iterable

from s2sgrad import runtime
from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.unit import load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.alike import elements, holding_attributes, is_foreign
from s2sgrad.lower.context import Context
from s2sgrad.lower.likely import Likely
from s2sgrad.lower.object_names import SPECIAL, is_method, members_of
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.rules.registry import rule_for

#: What arrays have as well, but hardly any program that calculates asks them for.
_OF_OBJECTS = frozenset(("data", "base"))
_OF_CONTAINERS = frozenset((*MUTATORS, "get", "items", "values", "keys", "index", "count"))


def with_members(body: S.Block, cx: Context) -> S.Block:
    """The statements with the attributes told apart that are likely those of objects."""
    known = _known(body, cx.visible, cx.class_of, cx.likely)
    return body if known is None else _mapped(known, body, cx)


def with_methods(body: S.Block, classes: tuple[type, ...]) -> S.Block:
    """The statements as they were written, with the attributes told apart that are likely those of objects."""
    known = _known(body, classes, lambda e: None, None)
    return body if known is None else tuple(_renamed(known, s) for s in body)


def with_own_members(fn: S.Function, function: types.FunctionType, classes: tuple[type, ...]) -> S.Function:
    """A method with what it reads of its object told apart: ``self.shape`` where the class has a property of that name."""
    names = SPECIAL & frozenset(function.__code__.co_names)
    if not names or not fn.params or fn.params[0].kind not in ("positional", "plain"):
        return fn
    own = names & frozenset().union(*(members_of(cls) for cls in classes if is_method(function, cls)))
    me = E.var(fn.params[0].name)
    if not own or any(me.data in S.writes(s) for s in S.walk_stmts(fn.body)):
        return fn

    def told(e: Expr) -> Expr:
        return E.attr(me, E.Member(e.data)) if e.head == "attr" and e.args[0] == me and e.data in own else e

    def one(s: S.Stmt) -> S.Stmt:
        return S.map_expressions(lambda e: E.transform(told, e) if e.heads & E.ATTR else e, s)
    return S.with_body(fn, S.map_stmts(one, fn.body))


def _renamed(known: _Known, s: S.Stmt) -> S.Stmt:
    return S.map_blocks(lambda inner: tuple(_renamed(known, t) for t in inner), S.map_expressions(known.rewritten, s))


def _known(body: S.Block, visible: tuple[type, ...], class_of: Callable[[Expr], type | None],
           likely: Likely | None) -> _Known | None:
    """What tells objects from arrays, where that is asked."""
    found = [e for s in S.having(body, E.ATTR) for e in S.expressions(s) if e.heads & E.ATTR]
    if not visible or not any(part.head == "attr" and part.data in SPECIAL for e in found for part in E.walk(e)):
        return None
    made = frozenset(cls for e in _calls(body) for cls in visible if E.callee(e) is cls or class_of(e) is cls)
    others: dict[Expr, set[str]] = {}
    for e in found:
        for part in E.walk(e):
            if part.head == "attr":
                others.setdefault(part.args[0], set()).add(part.data)
    inside: dict[Expr, set[str]] = {}  # what is read of the elements of a container, whichever
    for name, container in elements(body):
        inside.setdefault(container, set()).update(others.get(name, ()))
    for e, read in others.items():
        if e.head == "index":
            inside.setdefault(e.args[0], set()).update(read)
    return _Known(visible, made, others, inside, likely)


def _mapped(known: _Known, body: S.Block, cx: Context) -> S.Block:
    out: list[S.Stmt] = []
    for s in body:
        made = S.map_expressions(known.rewritten, s)
        if type(s) in _SIMPLE:
            for e in S.expressions(made):
                made = _checked(e, known, made, out, cx)
        out.append(S.map_blocks(lambda inner: _mapped(known, inner, cx), made))
    return tuple(out)


_SIMPLE = (S.Assign, S.Aug, S.Do, S.Return, S.If, S.Assert)


def _checked(e: Expr, known: _Known, s: S.Stmt, out: list[S.Stmt], cx: Context) -> S.Stmt:
    """A statement before which `out` checks what is taken for an array, and calls what gives it."""
    if not e.heads & E.ATTR or e.head in ("ifexp", "bool", "comp", "function", "walrus"):
        return s
    for a in e.args:
        s = _checked(a, known, s, out, cx)
    if e.head != "attr" or not known.may_be_object(e.args[0], e.data):
        return s
    obj = e.args[0]
    if obj.head == "call" or _is_made(obj):
        name = cx.names.fresh("t")
        out.append(S.Assign(E.var(name), obj, s.loc))
        cx.ambiguous[name] = (e.data,)
        return S.map_expressions(lambda whole: _replaced(whole, obj, E.var(name)), s)
    if all(part.head in ("var", "attr", "index", "const") for part in E.walk(obj)):
        out.append(S.Do(E.call(_support("require_no_object"), obj, E.const(e.data)), s.loc))
    return s


def _calls(body: S.Block) -> Iterable[Expr]:
    return (call for s in S.walk_stmts(body) for e in S.expressions(s) for call in E.calls(e))


def _replaced(e: Expr, old: Expr, new: Expr) -> Expr:
    return new if e == old else E.map_args(lambda a: _replaced(a, old, new), e)


class _Known:
    """The classes of a program, those that a function constructs, and what it reads of each expression and of the elements
    of each."""

    def __init__(self, visible: Iterable[type], made: frozenset[type], read: dict[Expr, set[str]],
                 inside: dict[Expr, set[str]], likely: Likely | None) -> None:
        self.visible = tuple(visible)
        self.likely = likely
        self.made = made
        self.read = read
        self.inside = inside
        self.holding = holding_attributes(self.visible)

    def rewritten(self, e: Expr) -> Expr:
        if not e.heads & E.ATTR:
            return e
        called = e.args[0] if e.head == "call" else None
        if called is not None and called.head == "attr" and is_foreign(e, self.visible):
            e = E.rebuild(e, (E.attr(called.args[0], E.Member(called.data)), *e.args[1:]))
            called = e.args[0]
        wrapper = self.made & {E.hashable_callee(e)}
        self.made -= wrapper  # what an object is made of, ``Matrix(self.data.T)``, is hardly one of its class
        made = E.rebuild(e, tuple([self._method(a) if a is called and a.head == "attr" else self.rewritten(a) for a in e.args]))
        self.made |= wrapper
        return self._member(e, made, False)

    def _method(self, e: Expr) -> Expr:
        return self._member(e, E.rebuild(e, tuple(map(self.rewritten, e.args))), True)

    def _member(self, e: Expr, made: Expr, called: bool) -> Expr:
        if e.head != "attr" or e.data not in SPECIAL or not self._is_likely(e.args[0], e.data, called):
            return made
        return E.attr(made.args[0], E.Member(e.data))

    def may_be_object(self, obj: Expr, name: str) -> bool:
        """May this be an attribute of an object, which is taken for that of an array?"""
        return name in SPECIAL and obj.head in ("call", "attr", "index", "ifexp") and not _is_array(obj) \
            and (E.root(obj).head == "var" or _is_made(obj)) and any(name in members_of(c) for c in self.visible)

    def _is_likely(self, obj: Expr, name: str, called: bool) -> bool:
        if E.root(obj).head == "ref" and obj.head != "call":
            return False
        having = [c for c in self.visible if name in members_of(c)]
        if obj.head == "attr" and obj.data in self.holding and having:
            return True
        if obj.head == "index" and any((self.inside.get(obj.args[0], set()) - SPECIAL) & members_of(c) for c in having):
            return True
        if name in _OF_OBJECTS:
            return not called
        if obj.head == "var" or called and name in _OF_CONTAINERS:
            return False
        if any((self.read[obj] - SPECIAL) & members_of(c) for c in having):
            return True
        if self.likely is not None and having and self.likely.holds(obj) and not _gives_array(obj):
            return True
        method = obj.args[0].data if obj.head == "call" and obj.args[0].head == "attr" else ""
        if any(method in members_of(c) for c in having) and method not in SPECIAL:
            return True
        return not called and any(c in self.made for c in having)


def check_member(given: Expr, obj: Expr, name: str, cx: Context) -> None:
    """Emit the check that `obj`, as it was written in `given`, is an object where it was taken for one."""
    if cx.class_of(obj) is not None or given.head == "ref" or not E.is_atom(obj) and obj.head not in ("attr", "index"):
        return
    if (isinstance(name, E.Member) or name in _OF_OBJECTS) and (obj.head != "var" or obj.data not in cx.object_like):
        cx.emit(S.Do(E.call(_support("require_object"), obj, E.const(str(name))), cx.loc))


def _is_array(e: Expr) -> bool:
    """Is this surely no object of the user's: the result of a function with a rule?"""
    fn = E.callee(e)
    return e.head in ("list", "tuple", "dict", "comp", "const") or fn is not None and rule_for(fn) is not None \
        and python_function(fn) is None and fn not in _CHOOSING


def _gives_array(e: Expr, depth: int = 4) -> bool:
    """Does a function that is called return nothing but what functions of NumPy give, whatever else flows there and back?"""
    if e.head != "call" or e.args[0].head != "ref" or _is_array(e):
        return e.head == "call" and _is_array(e)
    function = python_function(E.callee(e))
    if function is None or not depth:
        return False
    try:
        body = load(function).function.body
    except DerivativeError:
        return False
    returned = [s.value for s in S.of_kinds(body, S.Return)]
    return bool(returned) and all(_gives_array(v, depth - 1) for v in returned)


def _is_made(e: Expr) -> bool:
    """Is this, or what it is a part of, made in the expression itself: by a call, a display or a choice?"""
    root = E.root(e)
    if root.head == "call" and root.args[0].head == "attr":
        return _is_made(root.args[0].args[0])
    return root.head == "ifexp" or root.head in ("list", "tuple", "dict") and root is not e \
        or root.head == "call" and root.args[0].head == "ref" and not _is_array(root)


#: They give one of the objects that they are given, or a copy.
_CHOOSING = (max, min, sum, next, copy.copy, copy.deepcopy)


def _support(name: str) -> Expr:
    return E.ref(f"s2sgrad.runtime.{name}", getattr(runtime, name), library=True)
