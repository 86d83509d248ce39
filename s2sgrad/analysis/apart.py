"""What statements show of variables before anything is known of memory, which keeps their values apart there."""
from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable

import numpy as np

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.targets import assigned


def calculated(fn: S.Function) -> frozenset[str]:
    """The variables that operators calculate with, or give: those of classes are calls of functions by now."""
    found: set[str] = set()
    for s in S.walk_stmts(fn.body):
        if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "op":
            found.add(s.target.data)
        for e in S.expressions(s):
            if e.args:
                found.update([a.data for part in _with_parts(e) if part.head == "op" and part.data != "not"
                              for a in part.args if a.head == "var"])
    return frozenset(found)


def _with_parts(e: E.Expr) -> Iterable[E.Expr]:
    """The nodes of `e` that have operands, and others."""
    for a in e.args:
        if a.args:
            return E.walk(e)
    return (e,)


def containers(fn: S.Function) -> list[str]:
    """The variables for what is no array: elements of it have attributes that arrays do not have, or a derivative checks it."""
    return [*_of_objects(fn), *(s.value.args[1].data for s in S.of_kinds(fn.body, S.Do)
                                if E.hashable_callee(s.value) in _NO_ARRAYS and s.value.args[1].head == "var")]


_NO_ARRAYS = (runtime.require_list, runtime.require_structure)


def _of_objects(fn: S.Function) -> list[str]:
    """The variables an element of which has attributes that arrays do not have: it is no view of them."""
    parts = {s.target.data: s.value.args[0].data for s in S.walk_stmts(fn.body) if isinstance(s, S.Assign)
             and s.target.head == "var" and s.value.head == "index" and s.value.args[0].head == "var"}
    if not parts:
        return []
    objects = {part.args[0].data for s in S.having(fn.body, E.ATTR) for e in S.expressions(s)
               if e.heads & E.ATTR for part in E.walk(e)
               if part.head == "attr" and part.args[0].head == "var" and not hasattr(np.ndarray, part.data)}
    return [owner for name, owner in parts.items() if name in objects]


def tuples(fn: S.Function) -> frozenset[str]:
    """The variables that are bound once, to a tuple that is written out or to another such variable."""
    bound = Counter(name for s in S.walk_stmts(fn.body) for name in S.writes(s))
    bound.update(p.name for p in fn.params)
    made = [pair for s in S.walk_stmts(fn.body) for pair in assigned(s)]
    found: set[str] = set()
    before = -1
    while before != len(found):
        before = len(found)
        found.update(t.data for t, e in made if t.head == "var" and bound[t.data] == 1
                     and (e.head == "tuple" or e.head == "var" and e.data in found))
    return frozenset(found)


def only_compared(fn: S.Function) -> frozenset[str]:
    """The lists of which elements are compared and nothing else, ``sorted(positions, key=keys.__getitem__)``."""
    keys = {part.args[0].data for s in S.having(fn.body, E.ATTR) for e in S.expressions(s) if e.heads & E.ATTR
            for part in E.walk(e) if _is_getter(part)}
    others: set[str] = set()
    for s in S.walk_stmts(fn.body) if keys else ():
        for e in S.expressions(s):
            if e.head == "var" and not (isinstance(s, S.Assign) and e is s.target):
                others.add(e.data)
            for part in E.walk(e):
                if not _is_getter(part):
                    others.update(a.data for a in part.args if a.head == "var")
    return frozenset(keys - others)


def _is_getter(e: E.Expr) -> bool:
    """Is this ``xs.__getitem__``?"""
    return e.head == "attr" and e.data == "__getitem__" and e.args[0].head == "var"


def checked_bindings(fn: S.Function) -> frozenset[S.Stmt]:
    """The statements that bind what a derivative has taken for a number, which it checks right after them."""
    blocks = [fn.body, *(b for s in S.walk_stmts(fn.body) for b in S.blocks(s))]
    return frozenset(s for b in blocks for s, t in itertools.pairwise(b) if isinstance(s, S.Assign) and s.target.head == "var"
                     and isinstance(t, S.Do) and E.callee(t.value) is runtime.require_number and t.value.args[1] == s.target)


def checked_numbers(fn: S.Function, checked: frozenset[S.Stmt]) -> frozenset[str]:
    """The variables that a derivative has taken for numbers, which it checks right after each statement that binds them."""
    found = frozenset().union(*map(S.writes, checked))
    return found.difference(*(S.writes(s) for s in S.walk_stmts(fn.body) if s not in checked), [p.name for p in fn.params])
