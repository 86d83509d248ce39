"""What a function binds for itself: ``args = list(args)`` and then ``args[0] = v`` leave the caller's list alone."""
from __future__ import annotations

import collections
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.targets import assigned

_MAKERS = {list, dict, set, sorted, collections.deque, collections.defaultdict, collections.OrderedDict}


def own_names(body: S.Block, params: Sequence[str]) -> S.Block:
    """Give parameters that are bound again, in every run of the function, another name from there on."""
    out: list[S.Stmt] = []
    names: dict[str, Expr] = {}
    for s in body:
        given = [t.data for t, _ in assigned(s) if t.head == "var" and t.data in params
                 and t.data not in names and not _captured(t.data, body)]
        if not given:
            out.append(_renamed(s, names))
            continue
        values = [(t, E.substitute(e, names)) for t, e in assigned(s)]
        names.update((name, E.var(f"{name}'")) for name in given)
        out += [S.Assign(E.substitute(target, names), value, s.loc) for target, value in values]
    return tuple(out)


def _captured(name: str, body: S.Block) -> bool:
    """May a function that is made in the body read the variable later on?"""
    return any(part.head == "function" and name in part.names for s in S.having(body, E.FUNCTION) for e in S.expressions(s)
               if e.heads & E.FUNCTION for part in E.walk(e))


def _renamed(s: S.Stmt, names: dict[str, Expr]) -> S.Stmt:
    if not names:
        return s
    s = S.map_expressions(lambda e: E.substitute(e, {n: x for n, x in names.items() if n in e.names}), s)
    return S.map_blocks(lambda b: tuple(_renamed(inner, names) for inner in b), s)


def new_containers(statements: Iterable[S.Stmt], params: Sequence[S.Param], objects: bool = False) -> frozenset[str]:
    """The variables that are containers (or `objects`) which a function, all of whose statements are given, made itself,
    whatever those hold; a call makes those of ``*args`` and ``**options`` anew."""
    made = {p.name: p.kind in ("*", "**") for p in params}
    return _only_bound_to(lambda e: _makes_container(e) or objects and E.is_new_object(e), statements, made)


def new_arrays(statements: Iterable[S.Stmt], params: Sequence[S.Param]) -> frozenset[str]:
    """The variables that are arrays of numbers which a function, all of whose statements are given, made itself: what is stored
    in their elements is copied."""
    return _only_bound_to(_makes_array, statements, {p.name: False for p in params})


def _only_bound_to(makes: Callable[[Expr], bool], statements: Iterable[S.Stmt], made: dict[str, bool]) -> frozenset[str]:
    """The variables that are only ever bound to what a predicate says; `made` has those that are bound before."""
    for s in statements:
        for t, e in assigned(s):
            if t.head == "var":
                made[t.data] = made.get(t.data, True) and makes(e)
            else:
                made.update(dict.fromkeys(S.bound(t), False))
        if isinstance(s, S.For):
            made.update(dict.fromkeys(S.bound(s.target), False))
        elif isinstance(s, (S.With, S.Define)):
            targets = [t for _, t in s.items if t is not None] if isinstance(s, S.With) else [E.var(s.name)]
            made.update(dict.fromkeys((n for t in targets for n in S.bound(t)), False))
        for e in S.expressions(s):
            if e.heads & E.WALRUS:
                made.update(dict.fromkeys((w.args[0].data for w in E.walk(e) if w.head == "walrus"), False))
    return frozenset(n for n, new in made.items() if new)


def _makes_container(e: Expr) -> bool:
    if e.head == "comp":
        return e.data.kind in ("list", "dict", "set")
    return e.head in ("list", "dict", "set") or e.head == "call" and E.hashable_callee(e) in _MAKERS


def _makes_array(e: Expr) -> bool:
    """``np.zeros(shape)`` and the like; elements of other types than NumPy's own may be objects."""
    return e.head == "call" and E.hashable_callee(e) in (np.zeros, np.ones, np.empty, np.eye) and all(
        mark == "" and n == 0 or mark == "dtype" and a.head == "ref" and a.data.value in (float, complex, int, np.float64)
        for n, (mark, a) in enumerate(E.arguments(e)))
