"""Functions and methods of libraries that change what they are given, or return it."""
from __future__ import annotations

import bisect
import heapq
import operator
import random
import types
from typing import Any

import numpy as np

from s2sgrad import runtime as rt

#: Functions of NumPy and run-time helpers that write their first argument.
WRITES_FIRST = {
    setattr, delattr, operator.setitem, operator.delitem, operator.iadd, operator.isub, operator.imul, operator.itruediv,
    operator.imatmul, operator.ipow, operator.iconcat,
    np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis,
    rt.add_at, rt.add_fitted, rt.add_part, rt.restore_contents, rt.restore_members, rt.restore_part,
    rt.restore_field, rt.add_to, rt.take_at,
    rt.split_tail, rt.take_out, rt.put_back, rt.restore, rt.restore_attribute, rt.add_field, rt.add_saved, rt.take_part,
    rt.take_field, rt.take_contents, rt.link, rt.link_array,
    rt.sort_tangent, rt.partition_tangent, rt.remove_tangent, set.add, set.discard,
    heapq.heappush, heapq.heappop, heapq.heapify, heapq.heapreplace, heapq.heappushpop, bisect.insort, bisect.insort_left,
    random.shuffle, np.random.shuffle}

#: Those that put something into a place of their first argument, or take it from there, and leave alone what it holds.
SHALLOW = {setattr, delattr, operator.setitem, operator.delitem, rt.restore, rt.restore_attribute, rt.put_back, rt.take_out,
           rt.split_tail, rt.link, rt.restore_members, set.add, set.discard, heapq.heappush, heapq.heappop, heapq.heapify,
           heapq.heapreplace, heapq.heappushpop, bisect.insort, bisect.insort_left, random.shuffle}

#: The methods that ``x[i], x[j] = x[j], x[i]`` is a call of, ``x.<exchange>(i, j)``, and ``o.u, o.v = o.v, o.u``. With more
#: places, each gets what the next one holds, and the last one what the first one held.
EXCHANGE = "<exchange>"
EXCHANGE_ATTRIBUTES = "<exchange attributes>"

#: Methods that change their receiver: of arrays, lists, dicts, sets and deques.
MUTATORS = frozenset((
    "append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "update", "setdefault", "popitem", "add",
    "discard", "appendleft", "popleft", "extendleft", "rotate", "fill", "put", "partition", "resize", "itemset",
    "setflags", "__setitem__", "__delitem__", "__iadd__", "move_to_end", EXCHANGE,
    EXCHANGE_ATTRIBUTES))

#: Those of them whose result is ``None``.
GIVE_NONE = MUTATORS - {"pop", "popitem", "popleft", "setdefault", "__iadd__"}

#: Methods that change their first argument: of generators of random numbers.
SHUFFLES = frozenset(("shuffle",))

#: Functions whose results are numbers and texts, or made of them.
NUMBERS = {len, range, int, float, complex, bool, str, abs, round, hash, id, isinstance}

#: Helpers that return their first argument where there is nothing to do.
PASSING: set[Any] = {rt.unbroadcast, rt.fitted, rt.expand, rt.restore_axes, rt.sum_adjoint, rt.scalar_seed, rt.like,
                     rt.check_seed, rt.structured_like, rt.real_like, rt.cast_like}


def writes_first(value: object) -> bool:
    """Does a function write its first argument: one of these, or a method of a class like ``list.append``?"""
    return is_member(value, WRITES_FIRST) or isinstance(value, types.MethodDescriptorType) and value.__name__ in MUTATORS


def is_ufunc_at(value: object) -> bool:
    """Is this the ``at`` method of a ufunc?"""
    return getattr(value, "__name__", None) == "at" and isinstance(getattr(value, "__self__", None), np.ufunc)


def is_member(value: object, functions: set[Any]) -> bool:
    """Is a value, which may not be hashable, one of some functions?"""
    try:
        return value in functions
    except TypeError:
        return False


def says_what_it_views(fn: object) -> bool:
    """Is this one of our own or of NumPy's functions, of which it is stated what they give views of?"""
    return str(getattr(fn, "__module__", None)).partition(".")[0] in ("s2sgrad", "numpy", "scipy")
