"""Named tuples, frozen dataclasses and tuples that the function makes become variables, one for each field.

    s = State(a, b)          s_x = a
                             s_v = b
    t = s.x          --->    t = s_x
    out.append(s)            s2 = State(s_x, s_v)
                             out.append(s2)

Nothing changes such a record, so that to copy a name is to copy the fields. Where a record is wanted as a whole, in a
result or as an element of a container, it is made there. Of tuples, which are containers as often as records, only
those become variables that are taken apart and nothing else; so do the results that a function writes out:
``r = f(x)`` is ``r_0, r_1 = f(x)`` where ``r[0]`` and ``r[1]`` are all that is asked for.
"""
from __future__ import annotations

import inspect
import types
from collections.abc import Iterable
from typing import Any

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import captured_names
from s2sgrad.ir.node import dataclass
from s2sgrad.lower.copies import without_copies
from s2sgrad.lower.groups import Groups
from s2sgrad.lower.names import Names, base
from s2sgrad.lower.results import count_of_results
from s2sgrad.rules.records import is_named_tuple, record_fields

#: Methods of containers that put what they are given into them.
_PUTTING = ("append", "appendleft", "insert")


def records(fn: S.Function, names: Names) -> S.Function:
    """`fn` with variables for the records that are made in it, those that hold others first."""
    if not any(_kind(s) for s in S.walk_stmts(fn.body)):
        return fn
    body = fn.body
    fields: set[str] = set()
    while found := _Uses(fn, body).found():
        rewrite = _Rewrite(found, names)
        body = rewrite.block(body)
        fields.update(rewrite.of.values())
    if not fields:
        return fn
    return S.with_body(fn, without_copies(body, frozenset(fields) - captured_names(body)))


@dataclass(frozen=True)
class _Kind:
    """What a record is: its constructor, which a tuple has none of, and the names of its fields."""

    made_by: Expr | None
    fields: tuple[str, ...]

    def field(self, e: Expr) -> str | None:
        """The field that ``v.f`` or ``v[k]`` takes, where it takes one."""
        if e.head == "attr":
            return str(e.data) if self.made_by is not None and str(e.data) in self.fields else None
        key = e.args[1].data if e.args[1].head == "const" else None
        ordered = self.made_by is None or is_named_tuple(self.made_by.data.value)
        inside = ordered and type(key) is int and -len(self.fields) <= key < len(self.fields)
        return self.fields[key] if inside else None  # type: ignore[index]

    def parts(self, e: Expr) -> tuple[Expr, ...]:
        """What a new record of this kind holds."""
        return e.args if self.made_by is None else _given(e, self.fields) or ()


def _kind(s: S.Stmt) -> _Kind | None:
    """The kind of record that a statement binds a variable to a new one of."""
    if not isinstance(s, S.Assign) or s.target.head != "var":
        return None
    e = s.value
    if e.head == "tuple":
        return _Kind(None, tuple(map(str, range(len(e.args))))) if e.args and all(a.head != "star" for a in e.args) else None
    cls = E.callee(e) if e.head == "call" else None
    if isinstance(cls, types.FunctionType):
        count = count_of_results(e)
        return _Kind(None, tuple(map(str, range(count)))) if count else None
    fields = record_fields(cls)
    return _Kind(e.args[0], fields) if fields and _is_plain(cls, fields) and _given(e, fields) is not None else None


def _is_results(e: Expr, kind: _Kind) -> bool:
    """Is this a call whose results are the fields of a tuple?"""
    return e.head == "call" and kind.made_by is None


def _given(e: Expr, fields: tuple[str, ...]) -> tuple[Expr, ...] | None:
    """What a constructor is given for its fields, with defaults that are numbers and the like; None where there is more to it."""
    found = dict(zip(fields, (a for mark, a in E.arguments(e) if mark == "")))
    found.update((mark, a) for mark, a in E.arguments(e) if mark)
    if len(e.args) - 1 < len(fields):
        for p in inspect.signature(E.callee(e)).parameters.values():
            if p.default is None or isinstance(p.default, (bool, int, float, complex, str)):
                found.setdefault(p.name, E.const(p.default))
    return tuple(found[f] for f in fields) if found.keys() == set(fields) else None


def _is_plain(cls: Any, fields: tuple[str, ...]) -> bool:
    """Is an attribute called like a field what the field was given?"""
    return not any("__getattribute__" in vars(c) for c in cls.__mro__ if c not in (object, tuple)) and not any(
        isinstance(inspect.getattr_static(cls, f, None), property) for f in fields)


class _Uses:
    """How variables are used that stand for records."""

    def __init__(self, fn: S.Function, body: S.Block) -> None:
        self.kinds: dict[str, set[_Kind]] = {}
        self.names: set[str] = set()                #: all that a record or another variable is assigned to
        self.groups = Groups()
        self.other = {p.name for p in fn.params} | captured_names(body)
        self.parts: list[tuple[str, Expr]] = []     #: fields that are taken
        self.apart: list[tuple[str, int]] = []      #: those that are unpacked, and into how many variables
        self.wholes: set[str] = set()               #: those of which one is put somewhere
        self.within: list[tuple[str, str]] = []     #: those that another record holds, and that one
        for s in S.walk_stmts(body):
            self._statement(s)

    def found(self) -> dict[str, _Kind]:
        """The variables to replace now, with what they stand for."""
        find, members = self.groups.find, dict[str, set[str]]()
        for name in self.names:
            members.setdefault(find(name), set()).add(name)
        chosen = {}
        for root, variables in members.items():
            kinds = {k for n in variables for k in self.kinds.get(n, ())}
            if len(kinds) == 1 and self.other.isdisjoint(variables):
                chosen[root] = next(iter(kinds))
        for name, e in self.parts:
            if find(name) in chosen and chosen[find(name)].field(e) is None:
                del chosen[find(name)]
        for name, count in self.apart:
            if find(name) in chosen and len(chosen[find(name)].fields) != count:
                del chosen[find(name)]
        taken = {find(n) for n, _ in (*self.parts, *self.apart)}
        chosen = {r: kind for r, kind in chosen.items() if r in taken}
        wholes = {find(n) for n in self.wholes}
        while lost := [r for r, kind in chosen.items() if kind.made_by is None and (r in wholes or any(
                find(n) == r and find(holder) not in chosen for n, holder in self.within))]:
            for root in lost:
                del chosen[root]
        held = {find(n) for n, holder in self.within if find(holder) in chosen}
        return {n: chosen[r] for r in chosen if r not in held for n in members[r]}

    def _statement(self, s: S.Stmt) -> None:
        target = s.target if isinstance(s, (S.Assign, S.Aug, S.For)) else E.tuple_()
        for t in S.parts(target):
            if t.head != "var":
                self._use(t.args[0])  # which may be a field
                self._use(t.args[-1])
        if isinstance(s, S.Assign) and target.head == "var":
            self._bound(s, target.data)
            return
        self.other |= S.writes(s)
        if isinstance(s, S.Assign) and target.head == "tuple" and s.value.head == "var" and "star" not in {
                a.head for a in target.args}:
            self.apart.append((s.value.data, len(target.args)))
            self._use(target)
            return
        for e in S.expressions(s):
            if isinstance(s, S.Return):
                self._put((e,))
            elif e is not target:
                self._use(e, not isinstance(s, S.While))

    def _bound(self, s: S.Assign, name: str) -> None:
        kind = _kind(s)
        if kind is not None:
            self.kinds.setdefault(name, set()).add(kind)
            self.names.add(name)
            if _is_results(s.value, kind):
                self._use(s.value)
                return
            for a in kind.parts(s.value):
                if a.head == "var":
                    self.within.append((a.data, name))
                else:
                    self._use(a)
        elif s.value.head == "var":
            self.names |= {name, s.value.data}
            self.groups.merge(name, s.value.data)
        else:
            self.other.add(name)
            self._use(s.value)

    def _use(self, e: Expr, may_make: bool = True) -> None:
        """Note what `e` uses; unless a record `may_make`, where it stands for one as a whole."""
        if e.head == "var":
            self.other.add(e.data)
        elif e.head in ("function", "comp"):
            self.other |= e.names
        elif e.head in ("attr", "index") and e.args[0].head == "var":
            self.parts.append((e.args[0].data, e))
            for a in e.args[1:]:
                self._use(a, may_make)
        elif e.head in ("tuple", "list", "dict") and may_make:
            self._put(e.args)
        elif e.head == "call" and e.args[0].head == "attr":
            self.other |= e.args[0].names
            if e.args[0].data in _PUTTING:
                self._put(e.args[1:])
            else:
                for a in e.args[1:]:
                    self._use(a, may_make)
        elif e.names:
            for a in e.args:
                self._use(a, may_make)

    def _put(self, args: Iterable[Expr]) -> None:
        """Some values become elements of a container, or of the result."""
        for a in args:
            if a.head == "var":
                self.wholes.add(a.data)
            else:
                self._use(a)


class _Rewrite:
    """Variables for fields: `of` by the name of the record and of the field."""

    def __init__(self, found: dict[str, _Kind], names: Names) -> None:
        self.found = found
        self.names = names
        self.of = {(n, f): names.fresh(f"{base(n)}_{f}") for n in sorted(found) for f in found[n].fields}

    def block(self, body: S.Block) -> S.Block:
        return tuple(t for s in body for t in self._statement(s))

    def _fields(self, name: str) -> list[Expr]:
        return [E.var(self.of[name, f]) for f in self.found[name].fields]

    def _statement(self, s: S.Stmt) -> list[S.Stmt]:
        if isinstance(s, S.Assign) and s.target.head == "var" and s.target.data in self.found:
            return self._bound(s)
        before: dict[str, S.Assign] = {}
        if isinstance(s, S.Assign) and s.target.head == "tuple" and s.value.head == "var" and s.value.data in self.found:
            return [S.Assign(self._rewritten(t, before, s), e, s.loc)
                    for t, e in zip(s.target.args, self._fields(s.value.data))]
        s = S.map_blocks(self.block, s)
        s = S.map_expressions(lambda e: self._rewritten(e, before, s), s)
        return [*before.values(), s]

    def _bound(self, s: S.Assign) -> list[S.Stmt]:
        """The statements that give the fields of a variable their values, which are read before any of them is bound."""
        kind, targets = self.found[s.target.data], self._fields(s.target.data)
        before: dict[str, S.Assign] = {}
        if _is_results(s.value, kind):
            value = self._rewritten(s.value, before, s)
            return [*before.values(), S.Assign(E.tuple_(*targets), value, s.loc)]
        if s.value.head == "var":
            values = self._fields(s.value.data)
        else:
            values = [self._rewritten(a, before, s) for a in kind.parts(s.value)]
        out: list[S.Stmt] = list(before.values())
        if s.target != s.value and any(t.names & a.names for t in targets for a in values):
            kept = [E.var(self.names.fresh("t")) for _ in values]
            out += [S.Assign(t, a, s.loc) for t, a in zip(kept, values)]
            values = kept
        return [*out, *(S.Assign(t, a, s.loc) for t, a in zip(targets, values) if t != a)]

    def _rewritten(self, e: Expr, before: dict[str, S.Assign], s: S.Stmt) -> Expr:
        """`e` with variables for fields; what makes the records that it wants as a whole is entered in `before`."""
        if e.names.isdisjoint(self.found):
            return e
        if e.head in ("attr", "index") and e.args[0].head == "var" and e.args[0].data in self.found:
            name = e.args[0].data
            return E.var(self.of[name, str(self.found[name].field(e))])
        if e.head == "var":
            made_by = self.found[e.data].made_by
            assert made_by is not None, "tuples that are wanted as a whole stay"
            if e.data not in before:
                made = E.var(self.names.fresh(base(e.data)))
                before[e.data] = S.Assign(made, E.call(made_by, *self._fields(e.data)), s.loc)
            return before[e.data].target
        return E.rebuild(e, tuple([self._rewritten(a, before, s) for a in e.args]))
