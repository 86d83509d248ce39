"""The gradient of a dict, or of a few elements, as one display of what was added to them.

    bp = zeros_like(p)
    bp['b'] += np.sum(bz)                   return entries_like({'w': x.T @ bz, 'b': np.sum(bz)}, p)
    bp['w'] += x.T @ bz           --->
    return bp

Other entries are zero. This holds where nothing but the end of the function reads the adjoint.
"""
from __future__ import annotations

import dataclasses

import numpy as np

from s2sgrad import runtime
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.effects import looks_outside
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.width import PART, width

_Key = str | int
#: Values by key; an entry that holds entries is a table itself.
_Table = dict[_Key, "Expr | _Table"]


def display_entries(fn: S.Function, program: Program) -> S.Function:
    """Replace adjoints that are zeros with additions to entries under fixed keys, where the function ends."""
    added = {E.root(s.target).data for s in fn.body if (type(s) is S.Aug or type(s) is S.Assign) and s.target.head == "index"
             and _is_key(s.target.args[1]) and E.root(s.target).head == "var"}
    if not added or not isinstance(fn.body[-1], S.Return):
        return fn
    body = list(fn.body)
    for s in fn.body:
        if type(s) is S.Assign and s.target.head == "var" and s.target.data in added and _is_zeros(s.value):
            _replace(body, s, program)
    return S.with_body(fn, S.block_of(body, fn.body))


def take_out(body: list[S.Stmt], n: int) -> None:
    """Take a statement away that the end of the function, which is to follow `body`, computes now.

    A comment that stands over nothing else stands over the end of the function then.
    """
    alone = n + 1 < len(body) and not is_in_company(body, n)
    del body[n]
    if alone:
        moved, at = body.pop(n - 1), len(body)
        while at and isinstance(body[at - 1], S.Comment):
            at -= 1
        if not any(isinstance(s, S.Comment) and isinstance(moved, S.Comment) and s.text == moved.text for s in body[at:]):
            body.insert(at, moved)


def is_in_company(body: list[S.Stmt], n: int) -> bool:
    """Is there another statement under the comment under which a statement stands?"""
    return not isinstance(body[n - 1], S.Comment) or n + 1 < len(body) and not isinstance(body[n + 1], S.Comment)


def _is_key(e: Expr) -> bool:
    return e.head == "const" and type(e.data) in (str, int)


def _is_zeros(e: Expr) -> bool:
    return E.hashable_callee(e) in (runtime.zeros_like, np.zeros_like) and len(e.args) == 2 and e.args[1].head == "var"


def _replace(body: list[S.Stmt], zeros: S.Assign, program: Program) -> None:
    """Do without the adjoint that `zeros` makes, if what is added to it can be computed at the end."""
    own, owner, last = zeros.target, zeros.value.args[1], body[-1]
    if not is_derivative(own.data):
        return
    at = body.index(zeros)
    after = body[at + 1:-1]
    group = [s for s in after if own.data in S.reads(s) | S.writes(s) or any(own.data in S.all_names(b) for b in S.blocks(s))]
    if not isinstance(last, S.Return) or E.count(last.value, own.data) != 1 or own.data in program.pinned or any(
            owner.data in S.writes(s) for s in S.walk_stmts(after)) or any(own.data in S.writes(s) for s in body[:at]):
        return
    table: _Table = {}
    waits = _Waits(after, set(group), program) if group else None
    for s in reversed(group):
        path, value = _entry(s, own), _added(s, program)
        if path is None or value is None or own.data in value.names or waits is None or not waits.may(s, value) \
                or width(value) > PART or not _put(table, path, value):
            return
    if not table or len(table) == 1 and int in map(type, table):  # one element is placed
        return
    made = E.call(lib.support("entries_like"), _display(table), owner)
    body[-1] = dataclasses.replace(last, value=E.transform(_once, E.substitute(last.value, {own.data: made})))
    end = body.pop()
    for s in reversed(group):
        take_out(body, body.index(s))
    body.remove(zeros)
    body.append(end)


def _entry(s: S.Stmt, own: Expr) -> tuple[_Key, ...] | None:
    """The keys of the entry of `own` that a statement adds to: those of dicts, or the position of an element."""
    if not isinstance(s, (S.Aug, S.Assign)):
        return None
    keys: list[_Key] = []
    place = s.target
    while place.head == "index" and _is_key(place.args[1]):
        keys.append(place.args[1].data)
        place = place.args[0]
    return tuple(reversed(keys)) if place == own and keys and (len(keys) == 1 or int not in map(type, keys)) else None


def _added(s: S.Stmt, program: Program) -> Expr | None:
    """What a statement adds to the place that it changes."""
    if isinstance(s, S.Aug) and s.symbol in ("+", "-"):
        return s.value if s.symbol == "+" else program.algebra.negative(s.value)
    if isinstance(s, S.Assign) and E.hashable_callee(s.value) is runtime.add and s.value.args[1] == s.target:
        return s.value.args[2]
    return None


def _put(table: _Table, path: tuple[_Key, ...], value: Expr) -> bool:
    """Enter a value, if there is nothing yet where it belongs."""
    for key in path[:-1]:
        inner = table.setdefault(key, {})
        if isinstance(inner, Expr):
            return False
        table = inner
    if path[-1] in table:
        return False
    table[path[-1]] = value
    return True


def _display(table: _Table) -> Expr:
    return E.dict_(tuple((E.const(k), v if isinstance(v, Expr) else _display(v)) for k, v in table.items()))


class _Waits:
    """Asks whether values that statements add are the same at the end of the function."""

    def __init__(self, after: list[S.Stmt], group: set[S.Stmt], program: Program) -> None:
        self.memory = program.memory
        self.places = {s: n for n, s in enumerate(after)}
        self.bound: dict[str, int] = {}    # where a variable is bound last
        self.changed: dict[int, int] = {}  # where memory is changed last, but by the statements of the group
        for n, s in enumerate(after):
            for t in S.walk_stmts((s,)):
                self.bound.update(dict.fromkeys(S.writes(t), n))
                if t not in group:
                    self.changed.update(dict.fromkeys(self.memory.writes(t), n))

    def may(self, s: S.Stmt, value: Expr) -> bool:
        """Is `value`, which `s` adds, the same at the end?"""
        if not self.memory.is_pure(value) or looks_outside(value):
            return False
        here = self.places[s]
        return all(self.bound.get(n, here) <= here for n in value.names) and all(
            self.changed.get(n, here) <= here for n in self.memory.reads(value))


def _once(e: Expr) -> Expr:
    """``structured_like(entries_like(b, x), x)`` as ``entries_like(b, x)``."""
    inner = e.args[1] if E.hashable_callee(e) is runtime.structured_like else e
    again = inner is not e and E.hashable_callee(inner) is runtime.entries_like and inner.args[2] == e.args[2]
    return inner if again else e
