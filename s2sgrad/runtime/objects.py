"""What operators and attributes of objects mean, where their class is only known when the derivative runs."""
from __future__ import annotations

import collections
import contextlib
import copy
import dis
import enum
import functools
import inspect
import linecache
import operator
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad.runtime.fields import Fields, attributes_of
from s2sgrad.runtime.sparse import is_sparse
from s2sgrad.runtime.structures import Mirror

_LIBRARIES = sys.stdlib_module_names | {"numpy"}
#: By operator: the method of the left operand, that of the right one, and the function for numbers and arrays.
BINARY: dict[str, tuple[str, str, Callable[[Any, Any], Any]]] = {
    "+": ("__add__", "__radd__", operator.add), "-": ("__sub__", "__rsub__", operator.sub),
    "*": ("__mul__", "__rmul__", operator.mul), "/": ("__truediv__", "__rtruediv__", operator.truediv),
    "**": ("__pow__", "__rpow__", operator.pow), "@": ("__matmul__", "__rmatmul__", operator.matmul),
    "//": ("__floordiv__", "__rfloordiv__", operator.floordiv), "%": ("__mod__", "__rmod__", operator.mod),
    "<<": ("__lshift__", "__rlshift__", operator.lshift), ">>": ("__rshift__", "__rrshift__", operator.rshift),
    "&": ("__and__", "__rand__", operator.and_), "|": ("__or__", "__ror__", operator.or_),
    "^": ("__xor__", "__rxor__", operator.xor),
}
UNARY: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "abs": ("__abs__", abs), "float": ("__float__", float),
    "-": ("__neg__", operator.neg), "+": ("__pos__", operator.pos), "~": ("__invert__", operator.invert)}


def element(x: Any, key: Any) -> Any:
    """What a subscript of a container or an array gives."""
    return x[key]


def element_of_scalar(x: Any, key: Any) -> Any:
    """What a subscript of a number of NumPy's gives, of which there are only empty ones: ``x[..., np.newaxis]``."""
    return np.asarray(x)[key]


BINARY["[]"] = ("__getitem__", "", element)


def written_method(cls: type, name: str) -> types.FunctionType | None:
    """The method of a class of the user's if it is written in Python; polynomials are differentiated like those."""
    found = inspect.getattr_static(cls, name, None)
    module = found.__module__ or "" if isinstance(found, types.FunctionType) else ""
    library = module.startswith(("numpy.", "scipy.")) and not module.startswith("numpy.polynomial.")
    return found if isinstance(found, types.FunctionType) and not library else None


def operation_of(symbol: str, *operands: Any, shares: bool = False) -> Callable[..., Any]:
    """The function that an operator calls, of all its operands in their order.

    `shares`: what it gives may be one of the operands, or hold a part of one. The derivative was made for that or not.
    """
    if len(operands) == 1:
        method, unary = UNARY[symbol]
        return written_method(type(operands[0]), method) or unary
    a, b = operands
    name, reflected, primitive = BINARY[symbol]
    own = written_method(type(a), name)
    other = written_method(type(b), reflected) if reflected else None
    if other is not None and type(b) is not type(a) and issubclass(type(b), type(a)):
        return _swapped(other)
    if primitive is element and isinstance(a, np.generic):
        return element_of_scalar
    if own is not None and not ("NotImplemented" in own.__code__.co_names and own(a, b) is NotImplemented):
        return own
    return primitive if other is None else _swapped(other)


@functools.lru_cache(maxsize=256)
def _swapped(method: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def reflected(a: Any, b: Any) -> Any:
        return method(b, a)
    return reflected


def own_descriptor(cls: type, name: str) -> Any:
    """The object of a class of the program that keeps an attribute of objects of `cls`, or None."""
    found = inspect.getattr_static(cls, name, None)
    kind = type(found)
    if kind.__module__.partition(".")[0] in _LIBRARIES or isinstance(found, type) or written_method(kind, "__get__") is None and (
            written_method(kind, "__set__") is None):
        return None
    return found


def getter_of(x: Any, name: str) -> Callable[[Any], Any]:
    """The function that gives an attribute: that of a property, where it is one."""
    found = inspect.getattr_static(type(x), name, None)
    if isinstance(found, functools.cached_property):
        return found.func
    return found.fget if isinstance(found, property) and found.fget is not None else _reader(name, type(x))  # type: ignore[arg-type]


def dispatched_method(x: Any, name: str, first: Any) -> Callable[..., Any]:
    """The method of `functools.singledispatchmethod` for the type of its first argument, as a function of the object, too."""
    found = inspect.getattr_static(type(x), name, None)
    if isinstance(found, functools.singledispatchmethod):
        found = found.dispatcher.dispatch(type(first))
    if not isinstance(found, types.FunctionType):
        raise TypeError(f"{type(x).__name__}.{name} for {type(first).__name__} is no method in Python, and was taken for one "
                        "when the derivative was made")
    return found


#: The module of the functions that read an attribute of an object of a known class, which does not compute it.
READERS = "s2sgrad.attributes"


@functools.lru_cache(maxsize=256)
def _reader(name: str, cls: type) -> Callable[[Any], Any]:
    """A function with source that reads an attribute of objects of a class, which arrays may have as well."""
    kept = own_descriptor(cls, name)
    if kept is not None and not hasattr(type(kept), "__set__"):  # what the object holds itself comes first
        raise TypeError(f"{cls.__name__}.{name} is a descriptor without __set__, and was taken for an attribute; use a property")
    read = f"x.{name}" if kept is None else f"keeper.__get__(x, {cls.__name__})"
    return _function(f"def {name}(x: {cls.__name__}):\n    return {read}\n", f"attribute {name}", cls, {"keeper": kept})


def _function(text: str, what: str, cls: type, names: dict[str, Any]) -> Callable[[Any], Any]:
    """The function that a text defines, with source, which knows a class by its name."""
    filename = f"<s2sgrad {what} of {cls.__module__}.{cls.__qualname__} at {id(cls)}>"
    return function_with_source(text, filename, {"__name__": READERS, cls.__name__: cls, **names})


def function_with_source(text: str, filename: str, scope: dict[str, Any]) -> Callable[..., Any]:
    """The function that a text defines, whose source can be read as if from a file; `scope` has its globals."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    exec(compile(text, filename, "exec"), scope)
    made: Callable[..., Any] = scope[text[4:text.index("(")]]
    return made


def method_of(x: Any, name: str) -> Callable[..., Any]:
    """A method of an object, or of what it is if it is a function, as a function that takes the object first."""
    found = inspect.getattr_static(type(x), name, None)
    if isinstance(found, types.FunctionType):
        return found
    function = x if name == "__call__" else getattr(x, name)
    if not isinstance(function, types.FunctionType):
        raise TypeError(f"{type(x).__name__}.{name} is no method in Python, and a solver that is given it cannot be "
                        "differentiated by what it holds; give the solver a function that calls it")

    def given(x: Any, *args: Any) -> Any:
        return function(*args)
    return given


def function_in(x: Any) -> Any:
    """A limit of an integral, or a range, that is a function; None for numbers."""
    return x if callable(x) else None


def numbers_in(x: Any) -> Any:
    """A limit of an integral, or a range, that is no function; nothing for a function."""
    return () if callable(x) else x


def holds(x: Any, name: str) -> bool:
    """Does the object hold the attribute itself?"""
    return name in getattr(x, "__dict__", ())


@functools.cache
def thawed(cls: type) -> type:
    """The class of a frozen dataclass of which derivatives set the attributes one by one, as its constructor does."""
    return type(cls.__name__, (cls,), {"__slots__": (), "__module__": cls.__module__, "__qualname__": cls.__qualname__,
                                       "__setattr__": object.__setattr__, "__delattr__": object.__delattr__})


def require_plain(x: Any, symbol: str) -> None:
    """Raise where an operand that was taken for a number or an array is an object with an operator of its own."""
    if symbol == "*" and any(c.__name__ == "spmatrix" for c in type(x).__mro__):
        raise TypeError(f"the operator * of {type(x).__name__} multiplies matrices, and was taken for that of numbers; write @ "
                        "for the product of matrices, or use sparse arrays: csr_array, coo_array, ...")
    if isinstance(x, dict):
        raise TypeError(f"the operator {symbol} of a {type(x).__name__} was taken for that of numbers; annotate the "
                        "parameter that it comes from with dict, or write {**a, **b} for the union of two dicts")
    names = {BINARY[symbol][0], BINARY[symbol][1]} if symbol in BINARY else {UNARY[symbol][0]}
    if any(written_method(type(x), n) is not None for n in names if n):
        raise TypeError(f"the operator {symbol} of {type(x).__name__} was taken for that of numbers; annotate the parameter "
                        f"with the class {type(x).__name__}")


def require_dense(x: Any, name: str) -> None:
    """Raise where what was taken for an array is a sparse matrix, a method of which says something else."""
    if is_sparse(x):
        raise TypeError(f"{name} of a {type(x).__name__} was taken for that of an array, whose size is the number of its "
                        "elements; write A.sum() / (A.shape[0] * A.shape[1]), or make the matrix in the function")


def require_no_object(x: Any, *names: str) -> None:
    """Raise where what was taken for an array or container is an object with attributes of its own of these names."""
    if isinstance(x, (type, types.ModuleType)):
        return
    for name in names:
        found = inspect.getattr_static(type(x), name, None)
        function = getattr(found, "fget", None) or getattr(found, "__func__", None) or getattr(found, "func", found)
        written = isinstance(function, types.FunctionType) and function.__module__.partition(".")[0] not in _LIBRARIES
        if written or name in getattr(x, "__dict__", {}):
            raise TypeError(f"{type(x).__name__}.{name} was taken for that of arrays and containers; annotate the parameter "
                            f"with the class {type(x).__name__}")
    if "__iter__" in names and isinstance(x, dict):
        raise TypeError("a dict was iterated over, and was taken for an array or a list when the derivative was made; annotate "
                        "the parameter with dict, or iterate over its keys()")


def require_object(x: Any, name: str) -> None:
    """Raise where what was taken for an object with an attribute or method of its own is an array or a container.

    Where `name` is that of an augmented assignment, numbers will do: nothing changes them.
    """
    if isinstance(x, (np.ndarray, np.generic, list, dict)) and not (name[-1:] == "=" and isinstance(x, np.generic)):
        help = "use the array itself" if name in ("base", "data") else "assign what has it to a variable first"
        raise TypeError(f"{name} was taken for that of an object, and it is that of {type(x).__name__}; {help}")


def require_class(x: Any, classes: tuple[type, ...]) -> None:
    """Raise `TypeError` where `x` is of another class than those whose methods were seen when the derivative was made."""
    if type(x) not in classes and type(x) is not Fields:
        names = " or ".join(cls.__name__ for cls in classes)
        raise TypeError(f"an object of class {type(x).__name__} is changed by a method, and the derivative was made for {names}; "
                        "annotate the parameter that it comes from, or construct it in the function")


def require_new(x: Any, given: tuple[Any, ...], name: str, inside: bool) -> None:
    """Raise `TypeError` where `x`, which a call gave and which is changed in place, is one of the arguments or a part of one.

    `inside`: something that `x` holds is changed, too.
    """
    found = _reached(x) if inside else {id(x): x}
    others = {k: v for a in given for k, v in _reached(a).items()}
    arrays = [v for v in others.values() if isinstance(v, np.ndarray)]
    if not others.keys().isdisjoint(found) or any(np.may_share_memory(a, v) and np.shares_memory(a, v) for a in arrays
                                                  for v in found.values() if isinstance(v, np.ndarray)):
        raise TypeError(f"{name} is changed in place and was taken for something new when the derivative was made; it is what an "
                        "argument of the call that gave it holds: change it there, or let the call return a copy")


def _reached(x: Any) -> dict[int, Any]:
    """What can be changed of `x` and of all that it holds, by identity."""
    found: dict[int, Any] = {}
    todo = [x]
    while todo:
        v = todo.pop()
        if id(v) in found or isinstance(v, _UNCHANGING):
            continue
        found[id(v)] = v
        if not isinstance(v, np.ndarray):
            todo += v.values() if isinstance(v, dict) else v if isinstance(v, _SEQUENCES) else (attributes_of(v) or {}).values()
    return {k: v for k, v in found.items() if not isinstance(v, tuple)}


def require_apart_state(fn: Any, others: tuple[Any, ...]) -> None:
    """Raise where what a function keeps of what it is given, and returns nothing of, may be what another one gives back."""
    kept = _captured(fn, True)
    if kept and any(not kept.isdisjoint(_captured(f, False)) for other in others for f in _held(other, fn)):
        raise TypeError(f"{getattr(fn, '__qualname__', fn)} shares with another function what it may keep differentiated values "
                        "in, and was taken for one that does not when the derivative was made; call the function that makes both "
                        "with what varies, or keep the values in an object")


def require_stateless(fn: Any) -> None:
    """Raise where a function into which arguments are unpacked may hold differentiated values, which would not be seen."""
    f = fn.func if isinstance(fn, functools.partial) and not (fn.args or fn.keywords) else fn
    cells = f.__closure__ or () if isinstance(f, types.FunctionType) else ()
    plain = isinstance(f, (types.FunctionType, types.BuiltinFunctionType, np.ufunc)) or type(f) is type(np.sum)
    bound = isinstance(f, types.BuiltinFunctionType) and not isinstance(f.__self__, types.ModuleType)
    if not plain or bound or any(not isinstance(c.cell_contents, _WITHOUT_STATE) for c in cells):
        raise TypeError(f"arguments of a number that is not known are unpacked into {getattr(fn, '__qualname__', fn)}, which may "
                        "hold differentiated values itself; pass the arguments one by one, or the list")


def _held(other: Any, fn: Any) -> list[Any]:
    """A function, or those that a container holds beside `fn`."""
    if not isinstance(other, (dict, *_SEQUENCES)):
        return [other]
    return [f for v in (other.values() if isinstance(other, dict) else other) if v is not fn for f in _held(v, fn)]


def _captured(fn: Any, changed: bool) -> set[int]:
    """What a function captures: objects that can be changed, and variables, of which it may assign them where it is `changed`."""
    function = getattr(fn, "__func__", fn)
    if not isinstance(function, types.FunctionType):
        return set()
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
    found = {id(c) for n, c in cells.items() if not changed or n in _assigned(function.__code__)}
    for c in cells.values():
        with contextlib.suppress(ValueError):
            found |= set() if isinstance(c.cell_contents, _UNCHANGING) else {id(c.cell_contents)}
    return found


def _assigned(code: types.CodeType) -> set[str]:
    """The variables of functions around it that code assigns, or the code of a function inside it."""
    inner = (_assigned(c) for c in code.co_consts if isinstance(c, types.CodeType))
    own = {i.argval for i in dis.get_instructions(code) if i.opname == "STORE_DEREF"}
    return own.union(*inner) & set(code.co_freevars)


def require_key(k: Any) -> None:
    """Raise where what is put into a set may be differentiated."""
    if isinstance(k, (float, complex, np.inexact)):
        raise TypeError("a set of numbers that may vary has no order and cannot be differentiated; use a list, or integers")


def require_plain_keys(table: Any) -> None:
    """Raise where a key of a dict may be differentiated."""
    for key in table if isinstance(table, dict) else ():
        _require_plain(key)


def require_plain_key(k: Any) -> None:
    """Raise where the key of a dict is a number that may be differentiated, or an object that holds such.

    What has no hash, such as positions in a list or an array, is no key of a dict.
    """
    try:
        hash(k)
    except TypeError:
        return
    _require_plain(k)


def _require_plain(k: Any) -> None:
    if isinstance(k, (str, int, type(None), bytes, enum.Enum, type, types.FunctionType)):
        return
    if isinstance(k, (float, complex, np.inexact, list, np.ndarray)):
        raise TypeError("a dict has keys that may be differentiated, or objects that hold such values, which must not be "
                        "read from there; use names or whole numbers for the keys, and keep the objects among the values")
    held = k if isinstance(k, (tuple, frozenset)) else (attributes_of(k) or {}).values()
    for part in held:
        _require_plain(part)


def require_unbounded(xs: Any) -> None:
    """Raise where what was taken for a list, or a deque of any length, drops elements when it gets others."""
    if isinstance(xs, collections.deque) and xs.maxlen is not None:
        raise TypeError("a deque of bounded length was taken for one that keeps its elements when the derivative was made; "
                        "annotate the parameter with deque, or make the deque in the function")


def require_attribute(x: Any, name: str) -> None:
    """Raise where an attribute that is set is the business of a property or of the class of the object."""
    cls = type(x)
    if issubclass(cls, (Fields, Mirror)):  # an adjoint, of which derivatives are taken in their turn
        return
    found = inspect.getattr_static(cls, name, None)
    own = hasattr(type(found), "__set__") and not isinstance(found, types.MemberDescriptorType)
    setter = written_method(cls, "__setattr__")
    passed_on = written_method(cls, "__getattr__") is not None and not hasattr(cls, name) and not holds(x, name)
    if own or passed_on or setter is not None and setter.__code__.co_filename != "<string>":
        raise TypeError(f"{cls.__name__} does something of its own when {name} is set, and the class was not known when the "
                        "derivative was made; construct the object in the function")


def shallow_copy(x: Any) -> Any:
    """``copy.copy(x)`` of what shares nothing with its copy that can be changed."""
    held = x.values() if isinstance(x, dict) else x if isinstance(x, _SEQUENCES) else (attributes_of(x) or {}).values()
    if any(not isinstance(v, _UNCHANGING) for v in held):
        raise TypeError(f"copy.copy of a {type(x).__name__} that holds containers, arrays or objects cannot be "
                        "differentiated; use copy.deepcopy")
    return copy.copy(x)


_WITHOUT_STATE = (int, str, bytes, type(None), types.BuiltinFunctionType, types.ModuleType, type, np.ufunc)
_SEQUENCES = (list, tuple, set, collections.deque)
_UNCHANGING = (int, float, complex, str, bytes, np.generic, type(None), types.FunctionType, types.BuiltinFunctionType, type)
