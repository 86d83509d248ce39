"""Choose what every variable is called in the output.

A variable gets the name it had in the source, its adjoint that name with a ``b`` in front, and two variables may
share a name where they are never alive together; where they are, the later one gets a number. A value without a name in the
source never goes by one of the source's. Nothing is called
what the function refers to otherwise: a module, a constant, a function.
"""
from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from s2sgrad.differentiate.naming import is_derivative, preferred
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.liveness import Liveness

_NO_WISHES: Mapping[str, str] = MappingProxyType({})


def choose_names(fn: S.Function, reserved: Iterable[str], wished: Mapping[str, str] = _NO_WISHES) -> dict[str, str]:
    """Printed names for the variables of a function; `reserved` are taken already, `wished` some would like to have."""
    index, conflicts = interference(fn)
    names = _Names(frozenset(reserved) | frozenset(keyword.kwlist))
    out: dict[str, str] = {}
    params = sum(1 << index[p.name] for p in fn.params)
    wanted = {name: preferred(name) for name in index}
    unnamed = {name for name in index if _is_unnamed(name)}
    given: dict[str, int] = {}
    for name, bit in index.items():
        if name not in unnamed:
            given[wanted[name]] = given.get(wanted[name], 0) | 1 << bit
    for p in sorted(fn.params, key=lambda p: is_derivative(p.name)):  # seeds step aside for what the user calls by name
        bit = index[p.name]
        out[p.name] = names.give(wanted[p.name], 1 << bit, conflicts.get(bit, 0) | params & ~(1 << bit))
    for name in _in_order(fn):
        if name not in out:
            wish, bit = wished.get(name) or wanted[name], index[name]
            apart = given.get(wish, 0) if name in unnamed else 0
            out[name] = names.give(wish, 1 << bit, conflicts.get(bit, 0) | apart)
    return out


def _is_unnamed(name: str) -> bool:
    """Does a variable stand for a value that has no name in the source? Its name is not one that the source has."""
    inner = name.lstrip("~^")
    return inner.startswith((":t.", "t.")) and not inner.startswith(("t.s", "t.v"))


class _Forms:
    """The forms of one name: ``x``, ``x2``, ``x3``, ..., each with its holders (see `_Names`).

    `first` is one holder of every form, as bits: a variable in conflict with it cannot have that form. `at` tells of
    which form.
    """

    def __init__(self) -> None:
        self.choices: list[tuple[str, list[int]]] = []
        self.first = 0
        self.at: dict[int, list[int]] = {}

    def add(self, name: str, holders: list[int], variable: int) -> None:
        holder = holders[0] & -holders[0] or variable
        self.first |= holder
        self.at.setdefault(holder, []).append(len(self.choices))
        self.choices.append((name, holders))

    def open_to(self, conflicts: int) -> Iterable[int]:
        """The forms that a variable with these conflicts may have."""
        left = self.first & ~conflicts
        if left.bit_count() > _FEW:
            return range(len(self.choices))
        out: list[int] = []
        while left:
            holder = left & -left
            out += self.at[holder]
            left ^= holder
        return sorted(out)


_FEW = 8


class _Names:
    """The printed names: for each, the variables that have it already and those that these conflict with, as bits."""

    def __init__(self, taken: frozenset[str]) -> None:
        self._taken = taken
        self._holders: dict[str, list[int]] = {}
        self._forms: dict[str, _Forms] = {}

    def give(self, wanted: str, variable: int, conflicts: int) -> str:
        """The first of ``x``, ``x2``, ``x3``, ... that no variable in conflict with this one has."""
        forms = self._forms.setdefault(wanted, _Forms())
        for n in forms.open_to(conflicts):
            name, holders = forms.choices[n]
            if not holders[0] & conflicts and not holders[1] & variable:
                break
        else:
            name, holders = self._another(wanted, forms, variable)
            while holders[0] & conflicts or holders[1] & variable:
                name, holders = self._another(wanted, forms, variable)
        holders[0] |= variable
        holders[1] |= conflicts
        return name

    def _another(self, wanted: str, forms: _Forms, variable: int) -> tuple[str, list[int]]:
        """One more form of a name, unless it is taken for good."""
        number = len(forms.choices) + 1
        while True:
            stem = wanted + "_" if wanted[-1:].isdigit() else wanted
            name = wanted if number == 1 else f"{stem}{number}"
            if name in self._taken:  # keeps its place, so that numbers are not used twice
                forms.choices.append((name, [-1, -1]))
                number += 1
                continue
            forms.add(name, self._holders.setdefault(name, [0, 0]), variable)
            return forms.choices[-1]


def _in_order(fn: S.Function) -> Iterable[str]:
    """The variables of a function in the order in which the text binds them."""
    seen: dict[str, None] = {}
    for s in S.walk_stmts(fn.body):
        for e in S.expressions(s) if s.heads & E.COMP else ():
            if e.heads & E.COMP:
                _bound_in(e, seen)
        if type(s) is S.Assign and s.target.head == "tuple":
            for target in s.target.args:
                if target.head == "var":
                    seen.setdefault(target.data)
        for names in (S.writes(s), S.reads(s)):
            for name in sorted(names) if len(names) > 1 else names:
                seen.setdefault(name)
    return seen


def _bound_in(e: E.Expr, seen: dict[str, None]) -> None:
    for part in E.walk(e):
        if part.head == "comp":
            for name in sorted(part.data.bound):
                seen.setdefault(name)


def interference(fn: S.Function) -> tuple[Mapping[str, int], Mapping[int, int]]:
    """For every variable, those that hold a value of their own at some time when it is bound or alive.

    Variables are bits: the first mapping numbers them, the second gives sets. A conflict may stand with one of the two.
    """
    live = Liveness(fn.body)
    index, after, head = live.index, live.after.masks, live.head.masks
    out: dict[int, int] = {}

    def conflict(names: Iterable[str], others: int) -> None:
        for name in names:
            own = live.mask((name,))
            bit = index[name]
            out[bit] = out.get(bit, 0) | others & ~own

    conflict(live.entry, live.mask(live.entry))
    for s in S.walk_stmts(fn.body):
        around = after[s] | head[s] if isinstance(s, (S.For, S.While)) else after[s]
        written = S.writes(s)
        if isinstance(s, S.Assign) and s.value.head == "var" and s.target.head == "var":
            around &= ~live.mask(s.value.names)
        if isinstance(s, S.For):  # a loop inside a loop has a variable of its own, needed or not
            around |= live.mask(n for t in S.of_kinds(s.body, S.For) for n in S.writes(t))
        if written and isinstance(s, S.Assign) and s.target.head == "tuple":  # ``t[-1], u = saved.pop()``
            around |= live.mask(S.target_reads(s.target))
        if written:
            conflict(written, around if len(written) == 1 else around | live.mask(written))
        for e in S.expressions(s) if s.heads & E.COMP else ():
            if e.heads & E.COMP:
                _conflicts_inside(e, s, live, conflict)
    conflict(live.pinned, live.mask(S.all_names(fn.body)) if live.pinned else 0)
    live.mask(S.all_names(fn.body))
    live.mask(p.name for p in fn.params)
    return index, out


def _conflicts_inside(e: E.Expr, s: S.Stmt, live: Liveness, conflict: Callable[[Iterable[str], int], None]) -> None:
    """The variables of comprehensions are alive beside all that the statement reads."""
    if e.head == "comp":
        conflict(sorted(e.data.bound), live.after.masks[s] | live.mask(S.reads(s) | E.Expr("tuple", e.args).names))
    for a in e.args:
        if a.heads & E.COMP:
            _conflicts_inside(a, s, live, conflict)
