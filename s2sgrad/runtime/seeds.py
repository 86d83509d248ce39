"""Checks of what users hand to a derivative, and values that are kept for several uses."""
from __future__ import annotations

import collections
from collections.abc import Mapping, MutableMapping, MutableSequence
from typing import Any

import numpy as np

from s2sgrad.runtime.fields import attributes_of, set_attribute
from s2sgrad.runtime.precision import as_inexact


def scalar_seed(seed: Any, y: Any) -> Any:
    """The seed for the result `y` of a function that must give one number, in the shape of `y`.

    Raises `TypeError` where `y` is a structure, or complex while the seed is not, and `ValueError` where it has more than
    one element, unless the seed has its shape.
    """
    if isinstance(y, float) and isinstance(seed, float):  # nearly always
        return seed
    if isinstance(y, (list, tuple)) and len(y) == 1:
        return [scalar_seed(seed[0] if isinstance(seed, (list, tuple)) else seed, y[0])]
    shape = np.shape(y) if not isinstance(y, (dict, list, tuple)) else None
    if shape is None or y is None or isinstance(y, str):
        raise TypeError(f"grad needs a function that returns one number, and this one returns {_described(y)}; "
                        "use vjp, jacobian, or a function that picks the number")
    if np.iscomplexobj(y) and not np.iscomplexobj(seed):
        raise TypeError("grad needs a function that returns a real number, and this one returns a complex one; take its "
                        "np.real or np.abs, or give a complex seed")
    if shape == np.shape(seed):
        return np.asarray(as_inexact(seed, y)) if isinstance(y, np.ndarray) else seed  # without axes it is still an array
    if np.size(y) == 1:
        return as_inexact(np.reshape(seed, shape), y)
    raise ValueError(f"grad needs a function that returns one number, and this one returns {_described(y)}; "
                     "use jacobian, elementwise_grad or vjp")


def element(x: Any) -> Any:
    """Something of the shape that the elements of `x` have, or that they broadcast to where they have different ones."""
    if hasattr(x, "shape"):
        return x[0] if len(x) else np.zeros(x.shape[1:])
    if isinstance(x, (list, tuple)) and all(isinstance(v, float) for v in x):  # nearly always
        return 0.0
    return np.zeros(np.broadcast_shapes(*map(np.shape, x)))


def dotted(a: Any, b: Any) -> Any:
    """Something of the shape of ``a @ b``; of numbers, of which there is no such product, a number."""
    return a @ b if np.ndim(a) and np.ndim(b) else 0.0


def check_seed(seed: Any, y: Any) -> Any:
    """`seed`, which must have the structure and shape of the result `y`.

    Raises `ValueError` for an array of another shape, `TypeError` for another structure, or where there is no seed.
    """
    if isinstance(y, float) and isinstance(seed, float):
        return seed
    if seed is None and y is not None:
        raise TypeError("the seed is missing; where the function has optional parameters, pass them all before the "
                        "seed, or the seed by its name")
    if isinstance(y, (np.ndarray, float, int, complex, np.generic)):
        if np.shape(seed) != np.shape(y):
            if np.ndim(seed) and np.size(seed) != 1 or np.size(y) != 1:
                raise ValueError(f"the seed has shape {np.shape(seed)}, the result has shape {np.shape(y)}")
            seed = np.reshape(seed, np.shape(y))
        return np.asarray(as_inexact(seed, y)) if isinstance(y, np.ndarray) else seed
    wrong = isinstance(y, dict) and (not isinstance(seed, dict) or seed.keys() != y.keys()) \
        or isinstance(y, (list, tuple)) and (not hasattr(seed, "__len__") or len(seed) != len(y))
    if wrong:
        raise TypeError(f"the seed is {_described(seed)}, the result is {_described(y)}")
    if type(y) in (list, tuple) and any(isinstance(v, np.ndarray) and v.dtype.kind not in "f" for v in seed):
        return type(y)(as_inexact(b, v) if isinstance(b, np.ndarray) else b for b, v in zip(seed, y))
    return seed


def unit_seeds(y: Any) -> list[Any]:
    """A seed for each element of an array or a number: 1 there and 0 elsewhere.

    Raises `TypeError` where `y` is a structure.
    """
    if not isinstance(y, (np.ndarray, float, int, complex, np.generic)):
        raise TypeError(f"the Jacobian of a function that returns {_described(y)} cannot be differentiated; return an array")
    if not isinstance(y, np.ndarray):
        return [1.0]
    return list(np.eye(y.size).reshape(y.size, *y.shape))


def each_seed(seed: Any, y: Any) -> Any:
    """`seed` for every element of the result `y`; raises `TypeError` where `y` is no array or number."""
    if isinstance(y, (dict, list, tuple)) or y is None:
        raise TypeError("elementwise_grad needs a function that returns an array, and this one returns "
                        f"{_described(y)}; use vjp or jacobian")
    return as_inexact(seed if np.shape(seed) == np.shape(y) else np.broadcast_to(seed, np.shape(y)), y)


def _described(x: Any) -> str:
    """What `x` is, in a few words."""
    if isinstance(x, np.ndarray):
        return f"an array of shape {x.shape}"
    if isinstance(x, dict):
        return f"a dict with the keys {', '.join(map(repr, x))}"
    if isinstance(x, (list, tuple)):
        return f"a {type(x).__name__} of length {len(x)}"
    return "None" if x is None else f"a {type(x).__name__}"


_PLAIN = ("builtins", "numpy", "types", "s2sgrad.runtime.fields")


def require_number(x: Any, name: str) -> None:
    """Raise `TypeError` where `x`, which was taken for a number when the derivative was made, is an array.

    ``a = b; a += c`` changes `b` as well if both are one array, and does not if they are numbers.
    """
    if isinstance(x, float):  # nearly always
        return
    if isinstance(x, (np.ndarray, list, dict)) or type(x).__module__ not in _PLAIN and attributes_of(x) is not None:
        what = "an array or a list" if isinstance(x, (np.ndarray, list)) else f"a {type(x).__name__}"
        raise TypeError(f"{name} is {what} that is changed in place while another variable stands for it, or a part "
                        "of one, and the derivative was made for a number; annotate the parameter that it comes from with "
                        f"np.ndarray, copy it where it is taken, or write {name} = {name} + ... in the place of {name} += ...")


def require_apart(x: Any, owner: Any, key: Any, name: str, changed: bool = False) -> None:
    """Raise `TypeError` where what ``owner[key] = ...`` writes is part of `x`, which was taken for another part.

    An array in a list is replaced by the assignment, and keeps its contents, unless it is `changed` (``owner[key] += ...``).
    """
    if isinstance(x, _WITHOUT_PARTS):
        return
    if isinstance(x, np.ndarray):
        written = _region(owner, key) if isinstance(owner, np.ndarray) else None
        if changed and isinstance(owner, list):
            written = owner[key]
        if not isinstance(written, np.ndarray) or not np.may_share_memory(x, written) or not np.shares_memory(x, written):
            return
    raise TypeError(f"{name} is changed in place while it is in use, and was taken for another part than the one that is "
                    "written when the derivative was made; copy it where it is taken")


def require_unshared(x: Any, *others: Any) -> None:
    """Raise `TypeError` where an array that a function changes in place, `x` or one of them, shares memory with another of its
    arguments."""
    changed = x if type(x) is tuple else (x,)
    for n, array in enumerate(changed):
        if not isinstance(array, np.ndarray):
            continue
        for other in (*changed[n + 1:], *others):
            if isinstance(other, np.ndarray) and np.may_share_memory(array, other) and np.shares_memory(array, other):
                raise TypeError("two arguments share memory that the function changes in place, and were taken for two arrays "
                                "when the derivative was made; pass a copy of one of them")


_WITHOUT_PARTS = (float, int, complex, str, np.generic, type(None))


def _region(owner: np.ndarray, key: Any) -> np.ndarray:
    """A view of what a subscript selects; all of the array where it is not one of positions and slices."""
    parts = key if isinstance(key, tuple) else (key,)
    if not all(isinstance(k, (int, np.integer, slice, type(None), type(...))) for k in parts):
        return owner
    found = owner[tuple(slice(k, k + 1 or None) if isinstance(k, (int, np.integer)) else k for k in parts)]
    assert isinstance(found, np.ndarray)
    return found


def require_array(x: Any, name: str) -> None:
    """Raise `TypeError` where `x`, which was taken for an array when the derivative was made, is not; see above."""
    if not isinstance(x, np.ndarray):
        raise TypeError(f"{name} is changed by an augmented assignment while another variable stands for it as well, and "
                        f"the derivative was made for an array; annotate the parameter that it comes from with float, "
                        f"or write {name} = {name} + ...")


def require_out(x: Any, name: str) -> None:
    """Raise `TypeError` where `x`, the array that a function of NumPy is given for its result, is none."""
    if not isinstance(x, (np.ndarray, tuple)):
        raise TypeError(f"{name} is passed as out=, and was taken for an array when the derivative was made; write "
                        f"{name}=None in the signature of the function where it is not given")


def require_no_out(x: Any, name: str) -> None:
    """Raise `TypeError` where `x`, which a function of NumPy is given as ``out=``, is not None as by default."""
    if x is not None:
        raise TypeError(f"{name} is passed as out=, and was taken for None, its default, when the derivative was made; "
                        f"annotate the parameter {name} with np.ndarray")


def require_ordered(x: Any, name: str) -> None:
    """Raise `TypeError` where `x`, which is put in order and was taken for an array when the derivative was made, is a list."""
    if isinstance(x, list):
        raise TypeError(f"what is put in order, {name}, was taken for an array when the derivative was made; annotate the "
                        f"parameter that it comes from with list, or write {name} = sorted({name})")


def is_list(xs: Any) -> bool:
    return isinstance(xs, list)


def require_joined(x: Any) -> None:
    """Raise `TypeError` where a list gets an array added by ``+=``, which makes an array of it."""
    if isinstance(x, (np.ndarray, np.generic)):
        raise TypeError("an array is added to a list by +=, which makes an array of it; it was taken for a list when the "
                        "derivative was made; write xs.extend(...) to give the list the elements, np.asarray(xs) + ... otherwise")


def require_places(xs: Any, key: Any, values: Any) -> None:
    """Raise `TypeError` where an assignment to a slice would change the length of a list `xs`, which nothing told of."""
    if type(xs) is not np.ndarray and isinstance(xs, list) and len(xs[key]) != len(values):
        raise TypeError("an assignment to a slice changes the length of a list that was taken for an array when the derivative "
                        "was made; give the list a name where it is made, or annotate the parameter with list")


def require_changeable(x: Any, name: str) -> None:
    """Raise `TypeError` where `x`, which the function that is called seems to change for its caller, is a number."""
    if isinstance(x, (float, int, complex, np.generic)):
        raise TypeError(f"{name} is passed to a function that changes arrays in place with augmented assignments, and was taken "
                        f"for an array when the derivative was made; annotate the parameter {name} with float, or write "
                        "y = y + ... in the place of y += ... there")


def require_structure(x: Any, name: str) -> None:
    """Raise `TypeError` where `x`, which was taken for a container or object when the derivative was made, is none."""
    if isinstance(x, (np.ndarray, np.generic, float, int, complex)):
        raise TypeError(f"{name} is put into a container and is changed in place, and was taken for a list or an object when "
                        f"the derivative was made; if it is an array, put a copy of it into the container")


def require_structures(xs: Any, name: str) -> None:
    """Raise `TypeError` where elements of a container `xs`, which another one holds as well, are arrays, and were taken for
    containers or objects."""
    held = xs.values() if isinstance(xs, dict) else xs if isinstance(xs, (list, tuple, collections.deque)) else ()
    for x in held:
        if isinstance(x, (np.ndarray, np.generic, float, complex)):
            raise TypeError(f"the elements of {name} are held by another container as well and are changed in place, and were "
                            "taken for lists or objects when the derivative was made; if they are arrays, copy them, and if they "
                            "are numbers, annotate the parameter that they come from with list[float]")


def require_stored(x: Any, owner: Any, name: str) -> None:
    """Raise `TypeError` where an array or container `x` is put into a list, which was taken for an array, that copies it."""
    if not isinstance(owner, np.ndarray) and not isinstance(x, _WITHOUT_PARTS):
        raise TypeError(f"{name} is put into a {type(owner).__name__} and is changed in place, and was taken for what is put "
                        "into an array when the derivative was made; put a copy there, or annotate the parameter")


def require_value(x: Any, name: str) -> None:
    """Raise `TypeError` where `x`, which was taken for a number or an array when the derivative was made, is an object or a
    container."""
    parts = x if isinstance(x, tuple) else (x,)
    if any(isinstance(v, (list, dict, set, collections.deque)) or attributes_of(v) is not None for v in parts):
        raise TypeError(f"{name} is passed to a function that changes objects, and was taken for a number or an array when the "
                        f"derivative was made; it is a {type(x).__name__}: annotate the parameter that it comes from")


def require_exchangeable(owner: Any, key: Any, name: str) -> None:
    """Raise `TypeError` where parts of `owner` are exchanged and are views of an array, or are what an object gives."""
    if isinstance(owner, np.ndarray) and isinstance(owner[key], np.ndarray):
        raise TypeError(f"parts of {name} are exchanged and were taken for numbers, or for elements of a list, when the "
                        "derivative was made; they are views of an array, of which both get the same contents: copy them")
    if not isinstance(owner, (np.ndarray, MutableSequence, MutableMapping)):
        raise TypeError(f"{name} was taken for a list or an array when the derivative was made; it is a {type(owner).__name__}")


def require_in_place(x: Any, owner: Any, key: Any, name: str) -> None:
    """Raise `TypeError` where ``owner[key] = ...`` replaces `x` in a list, which was taken for a view of an array."""
    if isinstance(owner, np.ndarray):
        return
    try:
        held = owner[key]
    except LookupError:
        return
    if held is x and not isinstance(x, _WITHOUT_PARTS):
        raise TypeError(f"{name} was taken for a view of an array when the derivative was made; it stands for what a "
                        f"{type(owner).__name__} holds, which gets something else in its place while {name} is in use: copy it "
                        "where it is taken")


def require_part(x: Any, of: Any, name: str) -> None:
    """Raise `TypeError` where `x`, which was taken for part of `of` when the derivative was made, is a copy."""
    if isinstance(x, (float, int, complex, np.generic)) or isinstance(of, np.ndarray) and not _shows(x, of):
        raise TypeError(f"{name} was taken for a view of an array that is changed in place when the derivative was made, "
                        "and it is a copy or a number; copy it where it is taken, or annotate the index with int or np.ndarray")


def require_view(x: Any, of: Any, name: str) -> None:
    """Raise `TypeError` where `x`, which was taken for a view of the array `of` when the derivative was made, is a copy."""
    if not isinstance(of, np.ndarray) or not _shows(x, of):
        raise TypeError(f"{name} was taken for a view of an array that is changed in place when the derivative was made, "
                        f"and it is a copy of a {type(of).__name__}; write np.array(...), which makes a copy always")


def _shows(x: Any, of: np.ndarray) -> bool:
    return isinstance(x, np.ndarray) and (x.size == 0 or np.may_share_memory(x, of))


def require_slice(x: Any, of: Any, name: str) -> None:
    """Raise `TypeError` where `x`, which was taken for a part of an array when the derivative was made, is one of a list of
    numbers. Adjoints of other elements are shared by the list and its parts as the elements are."""
    if not isinstance(of, np.ndarray) and any(isinstance(v, _WITHOUT_PARTS) for v in x):
        raise _is_copy(name, x)


def require_other(owner: Any, x: Any, of: Any, name: str) -> None:
    """Raise `TypeError` where `owner`, which gets another element, is a list, and that is `x` or the list it is part of."""
    if not isinstance(owner, np.ndarray) and (owner is x or owner is of):
        raise _is_copy(name, of)


def _is_copy(name: str, of: Any) -> TypeError:
    return TypeError(f"{name} was taken for a view of an array when the derivative was made, and it is a part of a "
                     f"{type(of).__name__}, which is changed in place; annotate the parameter that it comes from with list, or "
                     "take the part as list(...)")


def require_copy(x: Any, of: Any, name: str) -> None:
    """Raise `TypeError` where `x`, which was taken for a copy when the derivative was made, is part of `of`."""
    if isinstance(of, np.ndarray):
        shared = isinstance(x, np.ndarray) and np.may_share_memory(x, of)
    else:  # a part of a container is the part itself
        shared = not isinstance(x, (int, float, complex, str, bytes, np.generic, type(None)))
    if shared:
        raise TypeError(f"{name} was taken for a copy when the derivative was made, and it is part of an array or container that "
                        "is changed in place; annotate the index with int, or take a copy of it")


def require_numbers(xs: Any, name: str) -> None:
    """Raise `TypeError` where the elements of `xs`, which were taken for numbers, are arrays or containers."""
    if any(isinstance(x, (np.ndarray, list, dict)) for x in xs):
        raise TypeError(f"the elements of {name} were taken for numbers when the derivative was made, and they are arrays "
                        "or containers that are changed in place; copy them")


def require_parts(xs: Any, name: str) -> None:
    """Raise `TypeError` where elements of `xs`, which were taken for arrays or containers, are numbers."""
    if any(isinstance(x, (float, complex, np.generic)) for x in xs):
        raise TypeError(f"the elements of {name} were taken for arrays or containers when the derivative was made, and they are "
                        "numbers; annotate the parameter that they come from")


def require_elements(of: Any, name: str) -> None:
    """Raise `TypeError` where the elements of a list of those of `of` are views of an array."""
    if isinstance(of, np.ndarray) and of.ndim > 1:
        raise TypeError(f"the elements of {name} were taken for numbers, or for those of a list, when the derivative was made, "
                        "and they are views of an array that is changed in place; annotate the parameter with np.ndarray")


def require_deep_copy(of: Any, name: str) -> None:
    """Raise `TypeError` where `of`, which was taken for an array that is copied, is a container of others."""
    if isinstance(of, (list, dict)) and any(isinstance(v, (np.ndarray, list, dict))
                                            for v in (of.values() if isinstance(of, dict) else of)):
        raise TypeError(f"{name} was taken for a copy of an array when the derivative was made, and it shares its elements, "
                        "which are changed in place; write copy.deepcopy, or annotate the parameter that it comes from")


def require_list(x: Any, name: str) -> None:
    """Raise `TypeError` where `x`, which was taken for a copy of a list, is a view of an array."""
    if isinstance(x, np.ndarray):
        raise TypeError(f"{name} was taken for a copy of a list when the derivative was made, and it is a view of an "
                        f"array that is changed in place; write x.copy() for a copy, or annotate the parameter with "
                        "np.ndarray")


def require_sequence(x: Any, name: str) -> None:
    """Raise `TypeError` where `x`, whose elements are found by their positions, is a dict, a set or an iterator."""
    if not hasattr(x, "__getitem__") or isinstance(x, Mapping):
        raise TypeError(f"{name} was taken for an array or a list when the derivative was made, and it is of type "
                        f"{type(x).__name__}; iterate over list({name})")


def unshared(saved: Any, deep: bool = False) -> Any:
    """What a backward sweep may use up without harm to `saved`: its lists are copies.

    With `deep`, so is everything else that can be changed, and what shared memory shares it still.
    """
    if deep:
        return _Copier().copy(saved)
    return tuple(map(_spared, saved)) if isinstance(saved, tuple) else _spared(saved)


def _spared(v: Any) -> Any:
    """A copy of a list, and of the lists in it: what subroutines saved is in tuples, which may be in a list."""
    if type(v) is list:
        return [*map(_spared, v)] if any(type(x) in _NESTED for x in v) else list(v)
    return tuple(map(_spared, v)) if type(v) is tuple and any(type(x) in _NESTED for x in v) else v


_NESTED = (list, tuple)


class _Copier:
    """Copies structures of arrays; views of one array become views of its copy."""

    def __init__(self) -> None:
        self._made: dict[int, Any] = {}
        self._alive: list[Any] = []

    def copy(self, x: Any) -> Any:
        holds = hasattr(type(x), "__with_saved__")  # a pullback, whose memory others have, too
        if isinstance(x, (float, int, str, complex, type(None), np.generic)) \
                or not holds and callable(x) and attributes_of(x) is None:
            return x
        if id(x) not in self._made:
            self._alive.append(x)
            if holds:
                self._made[id(x)] = x.__with_saved__(self.copy)
            elif isinstance(x, np.ndarray):
                self._made[id(x)] = self._array(x)
            elif isinstance(x, tuple):
                parts = map(self.copy, x)
                self._made[id(x)] = type(x)(*parts) if hasattr(x, "_fields") else tuple(parts)
            else:
                self._structure(x)
        return self._made[id(x)]

    def _structure(self, x: Any) -> None:
        import copy
        new = self._made[id(x)] = copy.copy(x)
        if isinstance(x, dict):
            for k, v in x.items():
                new[k] = self.copy(v)
        elif isinstance(x, (list, collections.deque)):
            for n, v in enumerate(x):
                new[n] = self.copy(v)
        elif new is not x:
            for k, v in (attributes_of(x) or {}).items():
                set_attribute(new, k, self.copy(v))

    def _array(self, x: np.ndarray) -> np.ndarray:
        base = x
        while isinstance(base.base, np.ndarray):
            base = base.base
        if base is x or not (base.flags.c_contiguous or base.flags.f_contiguous) or base.dtype == object:
            return x.copy(order="K")
        copied = self.copy(base)
        offset = x.__array_interface__["data"][0] - base.__array_interface__["data"][0]
        whole = copied if copied.flags.c_contiguous else copied.T
        return np.ndarray(x.shape, x.dtype, buffer=whole, offset=offset, strides=x.strides)
