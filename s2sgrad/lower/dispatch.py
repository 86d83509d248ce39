"""Methods that change their object, called of an object whose class is not known: those of the classes of the program.

    for p in particles:             for p in particles:
        p.move(dt)       --->           require_class(p, (Particle,))
                                        p.x += dt * p.v

A call that is resolved when the derivative runs knows nothing of what happens to the object. Where several classes have
a method of the name, the class of the object decides.
"""
from __future__ import annotations

import inspect
import types

from s2sgrad import runtime
from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.unit import identity, load
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import may_change, may_change_anything
from s2sgrad.lower.held_containers import is_held_container
from s2sgrad.lower.implicit import GET, SET, accessor
from s2sgrad.lower.may_share import shares
from s2sgrad.lower.methods import may_be_object, methods_of, takes
from s2sgrad.lower.object_names import SPECIAL
from s2sgrad.lower.operands import atom, operands, reference
from s2sgrad.lower.unpacking import of_unknown
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.runtime.objects import BINARY

_MANY = 12
_REQUIRE = E.ref("s2sgrad.runtime.require_class", runtime.require_class, library=True)
_NO_OBJECT = E.ref("s2sgrad.runtime.require_no_object", runtime.require_no_object, library=True)
_ATTRIBUTE = E.ref("s2sgrad.runtime.require_attribute", runtime.require_attribute, library=True)
_OBJECT = E.ref("s2sgrad.runtime.require_object", runtime.require_object, library=True)


def by_class(e: Expr, cx: Context) -> Expr | None:
    """The call of a method that changes its object, put in place; None where it is no such call."""
    receiver, name = e.args[0].args[0], e.args[0].data
    looks_like_object = receiver.head == "var" and receiver.data in cx.object_like
    if receiver.head not in ("var", "index", "attr") or name in SPECIAL and not looks_like_object:
        return None
    if cx.generated and name in MUTATORS:  # of a stack
        return None
    if not may_change_anything(str(name), cx.visible) or is_held_container(receiver, str(name), cx.visible):
        return None
    found = [(cls, f) for cls, f in methods_of(cx.visible, str(name)).items() if not inspect.isabstract(cls) and takes(f, e)]
    found = _in_list(found, receiver, cx)
    if not found or len(found) > _MANY:
        return None
    return _dispatched(e, found, cx)


def _in_list(found: list[tuple[type, types.FunctionType]], e: Expr, cx: Context) -> list[tuple[type, types.FunctionType]]:
    """Those of some classes of which `e` is, or the elements of the list that it is taken from, where the function made that."""
    held = cx.held.of_element(e)
    return [(cls, f) for cls, f in found if cls in held] if held and held <= {cls for cls, _ in found} else found


def called(e: Expr, cx: Context) -> Expr | None:
    """A call of what may be an object of a class whose ``__call__`` changes it; anything else is called as it stands."""
    fn = e.args[0]
    if not may_be_object(fn, cx.visible) or not may_change("__call__", cx.visible):
        return None
    found = [(cls, f) for cls, f in methods_of(cx.visible, "__call__").items() if not inspect.isabstract(cls) and takes(f, e)
             and may_change("__call__", (cls,))]
    held = cx.held.of_element(fn)
    found = _in_list(found, fn, cx)
    if not found or len(found) > _MANY:
        return None
    owner = _owner(fn, cx)
    given = tuple((mark, a) for (mark, _), a in zip(E.arguments(e), operands(e.args[1:], cx, _once)))
    otherwise = None if held and held <= {cls for cls, _ in found} else E.call_with(owner, given)
    if otherwise is not None:
        check_given(otherwise, cx)
    if otherwise is None:  # a statement further down in a loop may put an object of another class there
        _require(owner, found, cx)
    return _chosen(E.call_with(E.attr(owner, "__call__"), given), found, owner, cx, otherwise)


def check_given(e: Expr, cx: Context) -> None:
    """Raise where a function that is known only when it is called may change what it is given, and what is read afterwards."""
    for name in sorted(cx.varied.given_unseen & set().union(*map(shares, e.args[1:]))):
        raise cx.refuse(f"{name} may be changed by a function that is known only when it is called, which cannot be "
                        "differentiated", "call the function by its name")


def in_sight(obj: Expr, name: str, arguments: tuple[Expr, ...], cx: Context) -> Expr | None:
    """A method with which a class of the program takes part in the language, of an object of unknown class; None without any."""
    found = list(methods_of(cx.visible, name).items())
    if not found or len(found) > _MANY:
        return None
    return _dispatched(E.call(E.attr(obj, name), *arguments), found, cx)


def read(obj: Expr, name: str, cx: Context) -> Expr | None:
    """What an attribute of an object of unknown class is, which is a property that changes its object in a class in sight."""
    found = _with_property(name, GET, cx)
    if not found or obj.head not in ("var", "index", "attr"):
        return None
    owner = _owner(obj, cx)
    before = (S.Do(E.call(_ATTRIBUTE, owner, E.const(name)), cx.loc),)
    return _chosen(E.call(E.attr(owner, name)), found, owner, cx, E.attr(owner, name), before)


def stored(obj: Expr, name: str, x: Expr, cx: Context) -> bool:
    """Set an attribute of an object of unknown class, which is a property in a class in sight."""
    found = _with_property(name, SET, cx)
    if not found or obj.head not in ("var", "index", "attr"):
        return False
    owner = _owner(obj, cx)
    with cx.nested() as plain:
        cx.emit(S.Do(E.call(_ATTRIBUTE, owner, E.const(name)), cx.loc))
        cx.emit(S.Assign(E.attr(owner, name), x, cx.loc))
    _chosen(E.call(E.attr(owner, name), x), found, owner, cx, E.NONE, plain.body)
    return True


def _owner(e: Expr, cx: Context) -> Expr:
    """A variable for an object, which stands for nothing else later on."""
    owner = reference(e, cx)
    return owner if owner.head == "var" and owner.data in cx.once else cx.temporary(owner)


def _with_property(name: str, which: str, cx: Context) -> list[tuple[type, types.FunctionType]]:
    found = [(cls, f) for cls in cx.visible if (f := accessor(cls, name, which)) is not None]
    return found if len(found) <= _MANY else []


def updated(obj: Expr, symbol: str, x: Expr, cx: Context) -> Expr:
    """What ``obj += x`` binds, where `obj` is likely an object: what ``__iadd__`` returns, or ``obj + x``."""
    name = BINARY[symbol][0]
    own = "__i" + name[2:]
    owner = cx.temporary(obj)
    cx.object_like.add(owner.data)
    result = E.var(cx.names.fresh("t"))
    cx.varied.add(result.data)
    start, ends = cx.classes, []
    with cx.nested() as otherwise:
        cx.emit(S.Do(E.call(_NO_OBJECT, owner, E.const(own)), cx.loc))
        cx.emit(S.Do(E.call(_OBJECT, owner, E.const(symbol + "=")), cx.loc))
        cx.statements((S.Assign(result, E.op(symbol, owner, x), cx.loc),))
    chain, ends = otherwise.body, [cx.classes]
    for cls, function in reversed(methods_of(cx.visible, own).items()):
        cx.classes = {**start, owner.data: cls}
        body = _side(result, E.call(E.attr(owner, own), x), function, owner, cx)
        ends.append(cx.classes)
        chain = (S.If(_is_of(owner, cls), body, chain, cx.loc),)
    cx.meet_classes(ends)
    for s in chain:
        cx.emit(s)
    cx.object_like.add(result.data)
    return result


def _is_of(e: Expr, cls: type) -> Expr:
    return E.compare(E.call(E.ref("type", type), e), ("is", E.ref(cls.__name__, cls)))


def _dispatched(e: Expr, found: list[tuple[type, types.FunctionType]], cx: Context) -> Expr:
    """The call of a method of one of some classes."""
    receiver, name = e.args[0].args[0], e.args[0].data
    owner = _owner(receiver, cx)
    _require(owner, found, cx)
    e = E.rebuild(e, (E.attr(owner, name), *e.args[1:]))
    if len(found) == 1:
        cx.classes[owner.data] = found[0][0]
        return _called(e, found[0][1], owner, cx)
    given = tuple((mark, a) for (mark, _), a in zip(E.arguments(e), operands(e.args[1:], cx, _once)))
    return _chosen(E.call_with(e.args[0], given), found, owner, cx)


def _require(owner: Expr, found: list[tuple[type, types.FunctionType]], cx: Context) -> None:
    cx.emit(S.Do(E.call(_REQUIRE, owner, E.tuple_(*(E.ref(cls.__name__, cls) for cls, _ in found))), cx.loc))


def _once(e: Expr, cx: Context) -> Expr:
    e = atom(e, cx)
    return e if E.is_atom(e) or e.head == "function" else cx.temporary(e)


def _chosen(e: Expr, found: list[tuple[type, types.FunctionType]], owner: Expr, cx: Context,
            otherwise: Expr | None = None, before: S.Block = ()) -> Expr:
    """A branch for each class, and one for the rest if there is something to call `otherwise`, after what is done `before`."""
    result = E.var(cx.names.fresh("t"))
    cx.varied.add(result.data)
    start, ends = cx.classes, []
    sides: list[tuple[Expr, S.Block]] = []
    for n, (cls, function) in enumerate(found):
        cx.classes = {**start, owner.data: cls}
        alone = otherwise is None and all(isinstance(body[-1], S.Raise) for _, body in sides) and n == len(found) - 1
        sides.append((_is_of(owner, cls), _side(result, e, function, owner, cx, not alone)))
        ends.append(cx.classes)
    chain: S.Block = ()
    if otherwise is not None:
        cx.classes = dict(start)
        with cx.nested() as inner:
            spread = of_unknown(otherwise, otherwise.args[0], cx) if otherwise.head == "call" else None
            cx.emit(S.Assign(result, otherwise if spread is None else spread, cx.loc))
        chain = (*before, *inner.body)
        ends.append(cx.classes)
    cx.meet_classes(ends)
    if otherwise is None:
        chain = sides.pop()[1]
    for test, body in reversed(sides):
        chain = (S.If(test, body, chain, cx.loc),)
    for s in chain:
        cx.emit(s)
    return result


def _side(result: Expr, e: Expr, function: types.FunctionType, owner: Expr, cx: Context, one_of_several: bool = True) -> S.Block:
    """What one class does. If it is only `one_of_several` and cannot be differentiated, it raises an error when it is met."""
    try:
        with cx.nested() as inner:
            cx.emit(S.Assign(result, _called(e, function, owner, cx), cx.loc))
    except DerivativeError as error:
        if not one_of_several:
            raise
        text = f"{function.__qualname__} cannot be differentiated: {str(error.args[0]).splitlines()[0]}"
        return (S.Raise(E.call(E.ref("builtins.TypeError", TypeError, library=True), E.const(text)), None, cx.loc),)
    return inner.body


def _called(e: Expr, function: types.FunctionType, owner: Expr, cx: Context) -> Expr:
    from s2sgrad.lower.calls import user_function
    if not _calls_its_like(function, str(e.args[0].data)):
        return user_function(e, function, cx, owner)
    cx.entered.append((identity(function), None))  # it becomes a subroutine sooner or later, and is written out once
    try:
        return user_function(e, function, cx, owner)
    finally:
        cx.entered.pop()


def _calls_its_like(function: types.FunctionType, name: str) -> bool:
    """Does a method call one of the same name, as a network does with its layers?"""
    try:
        body = load(function).function.body
    except DerivativeError:
        return False
    calls = [call for s in S.walk_stmts(body) for e in S.expressions(s) for call in E.calls(e)]
    if name == "__call__":
        return any(may_be_object(call.args[0], load(function).names.classes()) for call in calls)
    return any(call.args[0].head == "attr" and call.args[0].data == name and E.callee(call.args[0].args[0]) is not super
               for call in calls)


def not_callable(fn: Expr, cx: Context) -> Expr:
    """What an option that was given no function raises where it is called, ``fprime=True`` or ``callback=None``."""
    text = f"{type(fn.data).__name__!r} object is not callable"
    cx.emit(S.Raise(E.call(E.ref("builtins.TypeError", TypeError, library=True), E.const(text)), None, cx.loc))
    return E.const(0.0)  # is never reached
