"""Operators, subscripts and properties of objects: the methods that they stand for.

Where the class is known, the method is put in place. Where it is not, but the program has a class that defines the
operator and the operand looks like an object, what is called is found when the derivative runs.
"""
from __future__ import annotations

import collections
import functools
import inspect
import types
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.frontend.unit import load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower import descriptors
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import effects_of
from s2sgrad.lower.implicit import GET, SET, changing
from s2sgrad.lower.library_objects import is_sparse_matrix
from s2sgrad.lower.may_share import shares
from s2sgrad.lower.object_names import SPECIAL, is_defined, members_of
from s2sgrad.runtime.objects import BINARY, UNARY, own_descriptor, written_method


def support(name: str) -> Expr:
    return E.ref(f"s2sgrad.runtime.{name}", getattr(runtime, name), library=True)


def call_method(obj: Expr, name: str, arguments: Iterable[Expr], cx: Context) -> Expr | None:
    """The call of a method that the known class of an object defines, put in place; None where there is none."""
    cls = cx.class_of(obj)
    method = written_method(cls, name) if cls is not None else None
    if method is None:
        return None
    from s2sgrad.lower.calls import user_function
    return user_function(E.call(E.attr(obj, name), *arguments), method, cx, obj)


def operation(e: Expr, cx: Context) -> Expr | None:
    """What an operator does with objects; None where it is one of numbers and arrays. The operands are atoms."""
    if e.data == "*" and not any(a.head == "const" for a in e.args) and any(is_sparse_matrix(a, cx) for a in e.args):
        raise cx.refuse("the operator * of scipy.sparse.spmatrix multiplies matrices, and numbers by entries",
                        "write @ for the product of matrices, or use sparse arrays: csr_array, coo_array, ...")
    if len(e.args) == 1:
        known = call_method(e.args[0], UNARY[e.data][0], (), cx) if e.data in UNARY else None
        known = known or _at_run_time(e, cx)
        if known is None and e.data == "+" and e.args[0].head == "var":  # of numbers it does nothing, which would not be seen
            cx.emit(S.Do(E.call(support("require_no_object"), e.args[0], E.const("__pos__")), cx.loc))
        return known
    if e.data not in BINARY:
        return None
    if cx.counters:
        refuse_counters(e.data, e.args, cx)
    left, right = e.args
    name, reflected, _ = BINARY[e.data]
    classes = cx.class_of(left), cx.class_of(right)
    swapped = classes[1] is not None and written_method(classes[1], reflected) is not None
    if classes[0] is not None and written_method(classes[0], name) is not None:
        if swapped and classes[1] is not classes[0] and issubclass(classes[1], classes[0]):  # type: ignore[arg-type]
            return call_method(right, reflected, (left,), cx)
        return call_method(left, name, (right,), cx)
    if looks_like_object(left, cx) and is_defined(name, cx):
        return _at_run_time(e, cx)
    if swapped:
        if left.head == "var" and classes[0] is None:
            cx.emit(S.Do(E.call(support("require_plain"), left, E.const(e.data)), cx.loc))
        return call_method(right, reflected, (left,), cx)
    made = _at_run_time(e, cx)
    if made is None:
        require_integers(e.data, e.args, cx)
    return made


_WITHOUT_DERIVATIVE = ("|", "&", "^", "<<", ">>")


def require_integers(symbol: str, operands: Iterable[Expr], cx: Context) -> None:
    """Check operands where an operator that does not vary for numbers may be one of a class in sight, which would not be seen."""
    if symbol in _WITHOUT_DERIVATIVE and not cx.generated and any(is_defined(n, cx) for n in BINARY[symbol][:2]):
        for a in operands:
            if a.head == "var" and cx.class_of(a) is None:
                cx.emit(S.Do(E.call(support("require_plain"), a, E.const(symbol)), cx.loc))


def with_classes(given: Iterable[Expr], operands: Iterable[Expr], cx: Context) -> tuple[Expr, ...]:
    """Operands, where the classes of objects that are made for them are known, also where they hold nothing that varies."""
    out = []
    for e, a in zip(given, operands):
        if a.head in ("var", "call", "op") and cx.class_of(a) is None and (cls := cx.class_of_made(e)) is not None:
            a = a if a.head == "var" else cx.temporary(a, cls.__name__.lower())
            cx.classes[a.data] = cls
        out.append(a)
    return tuple(out)


def key_as_value(key: Expr) -> Expr:
    """A subscript as an argument: ``slice(None, 2, None)`` for ``:2``."""
    if key.head == "slice":
        return E.call(E.ref("slice", slice), *key.args)
    return E.map_args(key_as_value, key) if key.head == "tuple" else key


def item(obj: Expr, key: Expr, cx: Context) -> Expr | None:
    """A subscript of an object with a method for it."""
    if (cls := cx.class_of(obj)) is not None:
        if written_method(cls, "__missing__") is not None and not cls.__module__ == "collections":
            raise cx.refuse(f"{cls.__name__} computes what it does not hold (__missing__), which cannot be differentiated",
                            "use get or setdefault")
        return call_method(obj, "__getitem__", (key_as_value(key),), cx)
    if not looks_like_object(obj, cx) or not is_defined("__getitem__", cx) or any(
            part.head == "slice" for part in (key, *key.args)):
        if obj.head == "var" and obj.data not in cx.kinds and not cx.generated and "__getitem__" in changing(cx.visible):
            cx.emit(S.Do(E.call(support("require_no_object"), obj, E.const("__getitem__")), cx.loc))
        return None
    if "__getitem__" in changing(cx.visible) and not cx.generated:
        from s2sgrad.lower.dispatch import in_sight
        return in_sight(obj, "__getitem__", (key,), cx)
    obj = obj if obj.head == "var" else cx.temporary(obj)
    return E.call(operation_for("[]", (obj, key), ("__getitem__",), cx), obj, key)


def iterated(obj: Expr, cx: Context) -> Expr | None:
    """What iterating over an object runs over; None for containers and arrays, which are told from objects then."""
    cls = cx.class_of(obj)
    if cls is not None and not issubclass(cls, _SEQUENCES) and written_method(cls, "__iter__") is None:
        raise cx.refuse(f"iterating over a {cls.__name__}, which has no __iter__ in Python, cannot be differentiated",
                        "write __iter__ so that it returns iter(...) of a container")
    own = iterated_object(obj, cx)
    if own is None and obj.head == "var" and cls is None and obj.data not in cx.kinds and any(
            written_method(c, n) for c in cx.visible for n in ("__iter__", "__getitem__")):
        require_container(obj, cx)
    return own


def require_container(obj: Expr, cx: Context) -> None:
    """Check that what is iterated over by position is no object with methods for that."""
    cx.emit(S.Do(E.call(support("require_no_object"), obj, E.const("__iter__"), E.const("__getitem__")), cx.loc))


def iterated_object(obj: Expr, cx: Context) -> Expr | None:
    """What iterating over an object runs over, where this is likely one of a class that says so."""
    from s2sgrad.lower.dispatch import in_sight
    cls = cx.class_of(obj)
    known = cls is not None and not issubclass(cls, _SEQUENCES) and written_method(cls, "__iter__") is not None
    if not known and not likely_iterates(obj, cx):
        return None
    cx.iterating = True
    try:
        made = call_method(obj, "__iter__", (), cx) if known else in_sight(obj, "__iter__", (), cx)
    finally:
        cx.iterating = False
    same = made == obj or cls is not None and made is not None and cx.class_of(made) is cls
    if same and (cls is None or written_method(cls, "__next__") is not None):
        named = f"an object of {cls.__name__}, which has __next__" if cls is not None else "an object that has __next__"
        raise cx.refuse(f"iterating over {named}, cannot be differentiated",
                        "write __iter__ as a generator, or so that it returns iter(...) of a container")
    return made


_SEQUENCES = (tuple, list, dict, np.ndarray)


def likely_iterates(obj: Expr, cx: Context) -> bool:
    """Is this likely an object of a class in sight that says what iterating over it gives?"""
    return cx.class_of(obj) is None and not cx.is_list(obj) and _takes_part(obj, cx) and is_defined("__iter__", cx)


def _at_run_time(e: Expr, cx: Context) -> Expr | None:
    """An operator that is looked up when the derivative runs."""
    if not cx.object_like and cx.likely is None:
        return None
    names = UNARY[e.data][:1] if len(e.args) == 1 and e.data in UNARY else BINARY.get(e.data, ("", ""))[:2]
    likely = [n for n, a in zip(names, e.args) if n and looks_like_object(a, cx) and is_defined(n, cx)]
    if not likely:
        return None
    made = cx.temporary(E.call(operation_for(e.data, e.args, names, cx), *e.args))
    cx.object_like.add(made.data)
    return made


def operation_for(symbol: str, operands: Sequence[Expr], names: Iterable[str], cx: Context) -> Expr:
    """The function for an operator, which says if what it gives may be one of the operands."""
    made = E.call(support("operation_of"), E.const(symbol), *operands)
    methods = {f for cls in cx.visible for n in names if n and (f := written_method(cls, n)) is not None}
    shares = any(_may_return_operand(f, cx.writes_parts) for f in methods)
    return E.call_with(made.args[0], (*E.arguments(made), ("shares", E.const(True)))) if shares and symbol != "[]" else made


def _may_return_operand(f: types.FunctionType, parts: bool) -> bool:
    """May the result of a function be one of its arguments, or hold a part of one, where `parts` asks for that?"""
    if not effects_of(f).returned:
        return False
    results = [s.value for s in S.of_kinds(load(f).function.body, S.Return)]
    return parts or any(e.head != "call" or not isinstance(E.callee(e), type) for e in results if shares(e))


def is_union(operands: Sequence[Expr], cx: Context) -> bool:
    """Is ``a | b`` the union of two dicts? So it is where nothing in sight has such an operator, or one is seen to be a dict."""
    refuse_counters("|", operands, cx)
    shown = any(a.head == "dict" or a.head == "comp" and a.data.kind == "dict" or cx.is_dict(a) for a in operands)
    return shown or not (is_defined("__or__", cx) or is_defined("__ror__", cx))


def refuse_counters(symbol: str, operands: Iterable[Expr], cx: Context) -> None:
    """Operators of counters leave out what is not positive, unlike ``update``."""
    if any(a in cx.counters or E.callee(a) is collections.Counter for a in operands):
        raise cx.refuse(f"the operator {symbol} of a Counter cannot be differentiated",
                        "write a loop over the keys, or use update, which adds")


def looks_like_object(e: Expr, cx: Context) -> bool:
    if e.head == "var":
        return e.data in cx.object_like and cx.class_of(e) is None
    return e.head in ("attr", "index") and cx.likely is not None and cx.class_of(e) is None and cx.likely.holds(e)


def _takes_part(e: Expr, cx: Context) -> bool:
    """Does this look like an object that takes part in the language? In code that was generated calls stand for that."""
    return not cx.generated and looks_like_object(e, cx)


# ---- attributes -----------------------------------------------------------------------------------------------------

def attribute(obj: Expr, name: str, cx: Context) -> Expr | None:
    """A property of an object; None where the attribute is one that the object holds."""
    cls, name = cx.class_of(obj), str(name)
    found = inspect.getattr_static(cls, name, None) if cls is not None else None
    if isinstance(found, property):
        getter = python_function(found.fget)
        if getter is not None:
            from s2sgrad.lower.calls import user_function
            return user_function(E.call(E.attr(obj, name)), getter, cx, obj)
    if isinstance(found, functools.cached_property):
        return _cached(obj, name, found, cx)
    if cls is not None and (kept := descriptors.read(obj, cls, name, cx)) is not None:
        return kept
    method = python_function(found) if isinstance(found, types.FunctionType) else None
    if method is not None and cx.varied.of(obj):  # a method that is not called here depends on its object
        partial = E.ref("functools.partial", functools.partial, library=True)
        return E.call(partial, E.ref(f"{method.__module__}.{method.__qualname__}", method, library=True), obj)
    if cls is None:
        cx.guard_element(obj, name)
        from s2sgrad.lower.dispatch import read
        changed = read(obj, name, cx) if GET + name in changing(cx.visible) else None
        if changed is not None:
            return changed
    if cls is None and obj.head in ("index", "attr") and name not in SPECIAL and _is_property(name, cx) and cx.varied.of(obj):
        obj = cx.temporary(obj)
    if cls is None and obj.head == "var" and _is_property(name, cx) and (name not in SPECIAL or obj.data in cx.object_like):
        return E.call(E.call(support("getter_of"), obj, E.const(name)), obj)
    return None


def member(obj: Expr, name: str, cx: Context) -> str:
    """The name of an attribute of an object; one of the user's class is kept apart from that of an array."""
    if name not in SPECIAL:
        return name
    cls = cx.class_of(obj)
    if cls is not None:
        return name if issubclass(cls, (tuple, list, dict, set, np.ndarray)) else E.Member(name)
    own = obj.head == "var" and obj.data in cx.object_like and any(name in members_of(c) for c in cx.visible)
    return E.Member(name) if own else name


def _is_property(name: str, cx: Context) -> bool:
    return any(isinstance(inspect.getattr_static(cls, name, None), (property, functools.cached_property))
               or own_descriptor(cls, name) is not None for cls in cx.visible)


def _cached(obj: Expr, name: str, found: Any, cx: Context) -> Expr:
    """A cached property is computed when it is first asked for, and held from then on."""
    missing = E.op("not", E.call(support("holds"), obj, E.const(name)))
    with cx.nested() as inner:
        from s2sgrad.lower.calls import user_function
        made = user_function(E.call(E.attr(obj, name)), python_function(found.func), cx, obj)  # type: ignore[arg-type]
        cx.statements((S.Assign(E.attr(obj, name), made, cx.loc),))
    cx.emit(S.If(missing, inner.body, (), cx.loc))
    return E.attr(obj, name)


def set_attribute(obj: Expr, name: str, value: Expr, cx: Context) -> bool:
    """Call the setter of a property; False where there is none. The value is an atom."""
    cls, name = cx.class_of(obj), str(name)
    if cls is None:
        from s2sgrad.lower.dispatch import stored
        if SET + name in changing(cx.visible) and stored(obj, name, value, cx):
            return True
        if any(written_method(c, "__setattr__") and not _is_generated(c) or _is_data_descriptor(c, name)
               or descriptors.passes_on(c, name) for c in cx.visible):
            cx.emit(S.Do(E.call(support("require_attribute"), obj, E.const(name)), cx.loc))
        return False
    if written_method(cls, "__setattr__") is not None and not _is_generated(cls):
        raise cx.refuse(f"{cls.__name__} has a __setattr__ of its own, which cannot be differentiated",
                        "use properties with setters")
    descriptors.refuse_passed_on(cls, name, cx)
    found = inspect.getattr_static(cls, name, None)
    setter = python_function(found.fset) if isinstance(found, property) else None
    if setter is None:
        return descriptors.write(obj, cls, name, value, cx)
    from s2sgrad.lower.calls import user_function
    user_function(E.call(E.attr(obj, name), value), setter, cx, obj)
    return True


def _is_data_descriptor(cls: type, name: str) -> bool:
    found = inspect.getattr_static(cls, name, None)
    return hasattr(type(found), "__set__") and not isinstance(found, types.MemberDescriptorType)


def _is_generated(cls: type) -> bool:
    method = written_method(cls, "__setattr__")
    return method is not None and method.__code__.co_filename == "<string>"


def set_item(obj: Expr, key: Expr, value: Expr, cx: Context) -> bool:
    """Call the ``__setitem__`` of an object; False where there is none."""
    if cx.class_of(obj) is None and key.head != "slice" and _takes_part(obj, cx) and is_defined("__setitem__", cx):
        from s2sgrad.lower.dispatch import in_sight
        return in_sight(obj, "__setitem__", (key_as_value(key), value), cx) is not None
    return call_method(obj, "__setitem__", (key_as_value(key), value), cx) is not None


def updated(target: Expr, symbol: str, x: Expr, cx: Context) -> Expr | None:
    """What ``target += x`` binds where `target` is likely an object that says what its operators do."""
    if symbol not in BINARY or not _takes_part(target, cx):
        return None
    name = BINARY[symbol][0]
    if not is_defined(name, cx) and not is_defined("__i" + name[2:], cx):
        return None
    from s2sgrad.lower import dispatch
    return dispatch.updated(target, symbol, x, cx)


def may_be_property_of(obj: Expr, name: str, cx: Context) -> bool:
    """Is the attribute of an object a property, or one with a setter in a class in sight if the class is not known?"""
    cls = cx.class_of(obj)
    if cls is None:
        return SET + str(name) in changing(cx.visible)
    return isinstance(inspect.getattr_static(cls, name, None), property) or own_descriptor(cls, str(name)) is not None
