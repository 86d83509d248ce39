"""What the uses of a function's variables tell of them, where nothing is proven: what is likely.

What is taken for granted because of it is checked when the derivative runs.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Set
from functools import cached_property
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.analysis.as_sequences import used_as_sequences
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import Liveness
from s2sgrad.ir.targets import given
from s2sgrad.lower.effects import written_arguments, written_inside
from s2sgrad.lower.writing import is_ufunc_at
from s2sgrad.rules.bind import BindError, application
from s2sgrad.rules.methods_table import NUMBER_ATTRIBUTES, canonical

_ALLOCATING: frozenset[Any] = frozenset((np.zeros, np.ones, np.empty, np.full))
OF_NUMBERS = ("-", "/", "**", "//", "%", "+", "*")


class Uses:
    """How the variables of a function are used: `arrays` are those that are proven to be arrays, `doubtful` those that are
    taken for numbers."""

    _body: S.Block
    derived: bool
    _statements: list[S.Stmt]
    arrays: set[str]
    numeric: set[str]
    numbers: set[str]
    doubtful: Set[str]

    @cached_property
    def sequences(self) -> frozenset[str]:
        return used_as_sequences(self._body)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The variables that are bound to parts of something, or to masks."""
        return frozenset(s.target.data for s in self._statements if isinstance(s, S.Assign) and s.target.head == "var"
                         and s.value.head in ("index", "compare"))

    @cached_property
    def counters(self) -> frozenset[str]:
        """The variables that loops bind, or that positions and numbers of steps are calculated from."""
        found = set().union(*(S.bound(s.target) for s in S.of_kinds(self._body, S.For)))
        for s in S.walk_stmts(self._body):
            for e in S.expressions(s):
                for part in E.walk(e):
                    if part.head == "slice" or E.callee(part) is range:
                        found |= part.names
                    elif part.head == "index":
                        keys = part.args[1].args if part.args[1].head == "tuple" else part.args[1:]
                        found.update(n for k in keys if k.head == "op" for n in k.names)
        return frozenset(found)

    @cached_property
    def kept(self) -> frozenset[str]:
        """The variables for parts of arrays that are not changed before they are put back where they came from."""
        taken = {s.target.data: s.value for s in self._statements if isinstance(s, S.Assign) and s.target.head == "var"
                 and s.value.head == "index"}
        back = {s.value.data for s in self._statements if isinstance(s, S.Assign) and s.value.head == "var"
                and s.target == taken.get(s.value.data)}
        return frozenset(taken.keys() & (back | taken.keys() - self._changed))

    @cached_property
    def _changed(self) -> frozenset[str]:
        """The variables that are written into, updated, or handed to what writes them."""
        stored = [root.data for s in self._statements for root in S.stored_roots(s) if root.head == "var"]
        updated = [s.target.data for s in self._statements if isinstance(s, S.Aug) and s.target.head == "var"]
        return frozenset((*stored, *updated, *(a.data for s in self._statements for e in S.expressions(s) for call in E.calls(e)
                                               for a in written_arguments(call) if a.head == "var")))

    @cached_property
    def contained(self) -> frozenset[str]:
        """The variables that displays of containers and methods of containers take in."""
        return self._put(E.NO_NAMES)

    @cached_property
    def contained_elsewhere(self) -> frozenset[str]:
        """Those of them that are put into more than lists which are only pushed to and popped from."""
        used: set[str] = set()
        for s in self._statements:
            for e in S.expressions(s):
                for part in E.walk(e):
                    if part.head not in ("var", "attr"):
                        used.update(a.data for a in part.args if a.head == "var")
                    elif part.head == "attr" and part.data not in ("append", "pop"):
                        used |= part.args[0].names
        return self._put(frozenset(s.target.data for s in self._statements if isinstance(s, S.Assign) and s.target.head == "var"
                                   and s.value.head == "list" and not s.value.args) - used)

    def _put(self, but: Collection[str]) -> frozenset[str]:
        """The variables that are put into containers, other than some lists."""
        found: set[str] = set()
        for s in self._statements:
            e = s.value if isinstance(s, (S.Assign, S.Do)) else E.NONE
            if e.head in ("tuple", "list", "dict") and (not isinstance(s, S.Assign) or s.target.head == "var"):
                found.update(a.data for a in e.args if a.head == "var")
            elif e.head == "call" and e.args[0].head == "attr" and e.args[0].data in ("append", "appendleft", "insert") \
                    and e.args[0].args[0].data not in but:
                found.update(a.data for a in e.args[1:] if a.head == "var")
        return frozenset(found)

    @cached_property
    def tested(self) -> frozenset[str]:
        """The variables that decide a branch by their order, which arrays of several elements cannot."""
        tests = [s.test for s in self._statements if isinstance(s, (S.If, S.While, S.Assert))]
        return frozenset(a.data for test in tests for part in E.walk(test) if part.head == "compare"
                         and set(part.data) <= {"<", ">", "<=", ">="} for a in part.args if a.head == "var")

    @cached_property
    def likely_numbers(self) -> frozenset[str]:
        """The variables for elements of lists that are made of numbers, ``[0.0] * n``, and for what is put into those and
        calculated with them; and those that stand for an element by condition, ``u[i - 1] if i > 0 else 0.0``."""
        assigned = [s for s in self._statements if isinstance(s, S.Assign)]
        lists = {s.target.data for s in assigned if s.target.head == "var" and _is_list_of_numbers(s.value)}
        numbers = self._chosen_elements()
        before = -1
        while (lists or numbers) and before != len(lists) + len(numbers):
            before = len(lists) + len(numbers)
            for s in assigned:
                _pass_on(s.target, s.value, lists, numbers)
                _pass_on(s.value, s.target, lists, numbers)
                if s.target.head == "var" and s.value.head == "op" and s.value.data in OF_NUMBERS:
                    operands = [a for a in s.value.args if a.head != "const"]
                    if s.target.data in numbers:
                        numbers.update(a.data for a in operands if a.head == "var")
                    elif all(a.head == "var" and a.data in numbers for a in operands):
                        numbers.add(s.target.data)
        return frozenset(numbers)

    def _chosen_elements(self) -> set[str]:
        """The variables that both branches of an ``if`` bind, and nothing else, one to an element and the other to a number that
        is written out; in a derivative, which cannot be differentiated for such rows, to another element, too."""
        bound = Counter(n for s in self._statements for n in S.writes(s))
        found: set[str] = set()
        for s in self._statements:
            if isinstance(s, S.If) and len(s.body) == len(s.orelse) == 1:
                a, b = s.body[0], s.orelse[0]
                if isinstance(a, S.Assign) and isinstance(b, S.Assign) and a.target == b.target and a.target.head == "var" \
                        and bound[a.target.data] == 2 and _is_choice(a.value) and _is_choice(b.value) \
                        and (a.value.head != b.value.head or self.derived and a.value.head == "index"):
                    found.add(a.target.data)
        return found

    @cached_property
    def structured(self) -> frozenset[str]:
        """The variables an element of which is itself used as arrays and containers are."""
        return self._owners(self.direct_arrays)

    @cached_property
    def structured_places(self) -> frozenset[tuple[str, int]]:
        """The elements of variables all of which are taken by their numbers that are themselves used as arrays and containers
        are, each with its number: others may be numbers, as of ``(position, velocity, mass) = body``."""
        taken = self._elements_of(self.direct_arrays)
        return frozenset((e.args[0].data, e.args[1].data) for e in taken if type(e.args[1].data) is int)

    @cached_property
    def only_taken_apart(self) -> frozenset[str]:
        """The variables of which several elements are taken, each by its number, and none in another way."""
        taken = [part for s in self._statements for e in S.expressions(s) if e.heads & E.INDEX
                 for part in E.walk(e) if part.head == "index" and part.args[0].head == "var"]
        return self.taken_apart - {e.args[0].data for e in taken if type(e.args[1].data) is not int}

    @cached_property
    def rows_of_attributes(self) -> frozenset[str]:
        """The variables for attributes that are given no new arrays but of several axes, ``self.u = np.zeros((n, m))``."""
        bound = [pair for s in self._statements if isinstance(s, S.Assign) for pair in (
            zip(s.target.args, s.value.args) if s.target.head == s.value.head == "tuple" else ((s.target, s.value),))]
        new = [(t.data, e.args[1]) for t, e in bound if t.head == "attr" and len(e.args) > 1
               and E.hashable_callee(e) in _ALLOCATING]
        filled = {name for name, _ in new} - {name for name, shape in new if shape.head != "tuple" or len(shape.args) < 2}
        found = {t.data for t, e in bound if t.head == "var" and e.head == "attr" and e.data in filled} if filled else set()
        renamed = [(t.data, e.data) for t, e in bound if t.head == e.head == "var"] if found else []
        before = -1
        while before != len(found):
            before = len(found)
            found.update(name for name, value in renamed if value in found)
        return frozenset(found)

    @cached_property
    def mixed(self) -> frozenset[str]:
        """The variables with elements that are likely arrays, taken one by one under one name or another: ``params[0]``."""
        apart = self.taken_apart
        return frozenset(self._with_originals(set(apart & (self.structured | self.likely_arrays)))) if apart else apart

    def _with_originals(self, found: set[str]) -> set[str]:
        """The variables `found`, and those that they are other names for."""
        renamed = [(s.target.data, s.value.data) for s in self._statements
                   if isinstance(s, S.Assign) and s.target.head == s.value.head == "var"] if found else []
        before = -1
        while before != len(found):
            before = len(found)
            found.update(value for name, value in renamed if name in found)
        return found

    @cached_property
    def taken_apart(self) -> frozenset[str]:
        """The variables of which several elements are taken, each by its number."""
        keys: dict[str, set[int]] = {}
        for s in self._statements:
            for e in S.expressions(s):
                for part in E.walk(e) if e.heads & E.INDEX else ():
                    if part.head == "index" and part.args[0].head == "var" and type(part.args[1].data) is int:
                        keys.setdefault(part.args[0].data, set()).add(part.args[1].data)
        return frozenset(name for name, found in keys.items() if len(found) > 1)

    @cached_property
    def of_several_axes(self) -> frozenset[str]:
        """The variables that are subscripted along two axes or more, ``a[i, j]``: elements of them are arrays."""
        return frozenset(part.args[0].data for s in self._statements for e in S.expressions(s) if e.heads & E.INDEX
                         for part in E.walk(e) if part.head == "index" and part.args[0].head == "var"
                         and part.args[1].head == "tuple" and not any(E.is_const(k, None) for k in part.args[1].args))

    @cached_property
    def changed_inside(self) -> frozenset[str]:
        """The variables an element of which is itself changed in place."""
        inside = {a.data for s in self._statements for e in S.expressions(s) for call in E.calls(e)
                  for a in written_inside(call) if a.head == "var"}
        return frozenset(self._with_originals(inside.union(self._owners(self._with_originals(set(self._changed))))))

    @cached_property
    def updated_inside(self) -> frozenset[str]:
        """The variables an element of which is updated, ``x[i] += v``, which changes it if it is an array."""
        return frozenset(s.target.args[0].data for s in self._statements if isinstance(s, S.Aug) and s.target.head == "index"
                         and s.target.args[0].head == "var" and s.target.args[1].head not in ("slice", "tuple"))

    @cached_property
    def places_changed_inside(self) -> frozenset[str]:
        """The attributes and entries (`_place`) an element of which is itself changed in place, or updated."""
        held = [(_place(t), e) for s in self._statements if isinstance(s, S.Assign) for t, e in given(s)]
        parts = [e for t, e in held if t in self._changed] + [
            s.target.args[0] for s in self._statements if isinstance(s, (S.Assign, S.Aug)) and s.target.head == "index"]
        parts += [s.target for s in self._statements if isinstance(s, S.Aug)]
        found = {_place(e.args[0]) for e in parts if e.head == "index" and e.args[1].head not in ("slice", "tuple")} - {""}
        found |= self.changed_inside | self.updated_inside
        before = -1
        while before != len(found):
            before = len(found)
            for t, e in held:
                if not found.isdisjoint({t, _place(e)} - {""}):
                    found |= {t, _place(e)} - {""}
        return frozenset(found)

    def changes_inside(self, e: Expr) -> bool:
        """Is an element of a variable, attribute or entry changed in place, or updated?"""
        return _place(e) in self.places_changed_inside

    @cached_property
    def filled(self) -> frozenset[str]:
        """The variables and ``.attributes`` into which results of arithmetic are written: they likely hold numbers.

        So do the rows of a table of which one is filled like that, ``x[i][j] = ...``.
        """
        results = {s.target.data for s in self._statements if isinstance(s, S.Assign) and s.target.head == "var"
                   and (s.value.head == "op" or is_elementwise(s.value))} | self.numeric | self.numbers
        stores = [s for s in self._statements if isinstance(s, (S.Assign, S.Aug)) and s.target.head == "index"
                  and not E.is_text(s.target.args[1])]
        stores = [s for s in stores if isinstance(s, S.Aug) or s.value.head == "op"
                  or s.value.head == "const" and type(s.value.data) in (int, float) or s.value.data in results]
        found = {place_name(s.target.args[0]) for s in stores}
        rows = [(s.target.data, E.root(s.value).data) for s in self._statements if isinstance(s, S.Assign)
                and s.target.head == "var" and _is_element(s.value)]
        tables = {E.root(s.target).data for s in stores if _is_element(s.target.args[0])} | {x for row, x in rows if row in found}
        return frozenset(found.union(row for row, x in rows if x in tables))

    @cached_property
    def structured_attributes(self) -> frozenset[str]:
        """The ``.attributes`` an element of which is itself used as arrays and containers are."""
        return frozenset(place_name(s.value.args[0]) for s in self._statements if isinstance(s, S.Assign)
                         and s.target.head == "var" and s.target.data in self.direct_arrays and s.value.head == "index"
                         and s.value.args[1].head not in ("slice", "tuple"))

    @cached_property
    def holding_objects(self) -> frozenset[str]:
        """The variables and ``.attributes`` into which objects are put: variables of which attributes are set."""
        objects = self._with_originals({t.args[0].data for s in self._statements if isinstance(s, S.Assign)
                                        for t in S.parts(s.target) if t.head == "attr" and t.args[0].head == "var"})
        named = {s.target.data: s.value.data for s in self._statements
                 if isinstance(s, S.Assign) and s.target.head == s.value.head == "var"}

        def is_object(e: Expr) -> bool:
            name = e.data if e.head == "var" else None
            return name in objects or named.get(name) in objects

        found = {place_name(s.target.args[0]) for s in self._statements if isinstance(s, S.Assign)
                 and s.target.head == "index" and is_object(s.value)}
        for s in self._statements:
            if isinstance(s, S.Do) and s.value.head == "call" and s.value.args[0].head == "attr" \
                    and s.value.args[0].data in ("append", "appendleft", "insert") and any(map(is_object, s.value.args[1:])):
                found.add(place_name(s.value.args[0].args[0]))
        return frozenset(found - {""})

    def _owners(self, elements: Collection[str]) -> frozenset[str]:
        """The variables that some variables are taken from, and those with parts of which a part is written."""
        return frozenset(e.args[0].data for e in self._elements_of(elements))

    def _elements_of(self, elements: Collection[str]) -> list[Expr]:
        """The elements that some variables are, and those of which a part is written."""
        parts = [s.value for s in self._statements
                 if isinstance(s, S.Assign) and s.target.head == "var" and s.target.data in elements]
        parts += [s.target.args[0] for s in self._statements  # ``x[i][j] = v``
                  if isinstance(s, (S.Assign, S.Aug)) and s.target.head == "index"]
        return [e for e in parts if _is_element(e) and e.args[1].head != "list"
                and not self._masks.intersection(e.args[1].names)]

    @cached_property
    def _masks(self) -> frozenset[str]:
        """The variables that are bound to comparisons: what they select of an array is an array whatever its elements are."""
        return frozenset(s.target.data for s in self._statements if isinstance(s, S.Assign) and s.target.head == "var"
                         and s.value.head == "compare")

    @cached_property
    def direct_arrays(self) -> frozenset[str]:
        """The variables that are themselves used as arrays and containers are, by any name: subscripted, or handed to NumPy."""
        found: set[str] = set(self.arrays) | self._changed_for_others()
        for s in self._statements:
            for stored in S.stored_roots(s):
                found |= stored.names
            for e in S.expressions(s):
                for part in E.walk(e) if e.args else ():
                    if part.head in ("index", "attr", "call") and part.args[0].head == "var" and not _is_of_number(part):
                        found.add(part.args[0].data)
                    if part.head == "op" and part.data == "@":
                        found.update(a.data for a in part.args if a.head == "var")
                    if part.head != "call":
                        continue
                    found.update(a.data for a in written_arguments(part) if a.head == "var")
                    if E.callee(part) is runtime.mirror:
                        found |= part.args[1].names
                    if not is_elementwise(part) and _is_numpy(part) and not is_ufunc_at(E.callee(part)):
                        found.update(a.data for a in part.args[1:] if a.head == "var")
        return frozenset(self._with_originals(found | self._known_objects()) - self.doubtful)

    def _known_objects(self) -> set[str]:
        """The variables of which a derivative checks the class."""
        return {a.data for s in self._statements for e in S.expressions(s) if e.heads & E.CALL for part in E.walk(e)
                if E.callee(part) is runtime.require_class for a in part.args[1:2] if a.head == "var"}

    @cached_property
    def likely_arrays(self) -> frozenset[str]:
        """The variables whose values, as they are or after arithmetic, go where arrays are expected."""
        flows = [(s.target.data, s.value) for s in self._statements if isinstance(s, S.Assign) and s.target.head == "var"]
        flows += [(s.target.data, E.op(s.symbol, s.target, s.value)) for s in self._statements
                  if isinstance(s, S.Aug) and s.target.head == "var"]
        found: set[str] = set(self.direct_arrays)
        before = -1
        while before != len(found):
            before = len(found)
            for name, value in flows:
                if name in found and (value.head in ("op", "var") or is_elementwise(value)):
                    found |= value.names
                elif value.head == "var" and value.data in found:
                    found.add(name)
        return frozenset(found - self.doubtful)

    def _changed_for_others(self) -> set[str]:
        """Variables of augmented assignments that nobody reads afterwards: others must see what they change."""
        live = Liveness(self._body).after
        return self._with_originals({s.target.data for s in self._statements if isinstance(s, S.Aug)
                                     and s.target.head == "var" and s.target.data not in live[s]})


def _is_element(e: Expr) -> bool:
    """Is this an element of what a variable stands for, by its position?"""
    return e.head == "index" and e.args[0].head == "var" and e.args[1].head not in ("slice", "tuple")


def _is_of_number(e: Expr) -> bool:
    """Is this what complex numbers have as well, ``z.real``?"""
    return e.head == "attr" and e.data in NUMBER_ATTRIBUTES


def _is_list_of_numbers(e: Expr) -> bool:
    """Is this a display of numbers that are written out, maybe repeated?"""
    if e.head == "op" and e.data == "*":
        return any(map(_is_list_of_numbers, e.args))
    return e.head == "list" and bool(e.args) and all(type(a.data) is float for a in e.args)


def _is_choice(e: Expr) -> bool:
    """Is this an element at a position that is calculated, or a number that is written out?"""
    return e.head == "const" and type(e.data) in (int, float) or e.head == "index" and e.args[1].head in ("var", "op")


def _pass_on(a: Expr, b: Expr, lists: set[str], numbers: set[str]) -> None:
    """``a = b``, of which one is a list of numbers, a part of one, or a number in it: what is `b`, then?"""
    if a.head == "var" and b.head == "var":
        for kind in (lists, numbers):
            if a.data in kind:
                kind.add(b.data)
    elif b.head == "index" and b.args[0].head == "var" and a.head == "var":
        if a.data in (lists if b.args[1].head == "slice" else numbers):
            lists.add(b.args[0].data)
    elif a.head == "index" and a.args[0].head == "var" and a.args[0].data in lists and b.head == "var":
        (lists if a.args[1].head == "slice" else numbers).add(b.data)


def place_name(e: Expr) -> str:
    """What is known of a variable, or of attributes of one name, goes by; empty for any other expression."""
    return str(e.data) if e.head == "var" else f".{e.data}" if e.head == "attr" else ""


def _place(e: Expr) -> str:
    """As `place_name`, and of entries by their keys."""
    return f"[{e.args[1].data!r}]" if e.head == "index" and E.is_text(e.args[1]) else place_name(e)


def is_elementwise(e: Expr) -> bool:
    if e.head != "call":
        return False
    try:
        found = application(canonical(e))
    except BindError:
        return False
    return found is not None and found.rule.elementwise


def _is_numpy(e: Expr) -> bool:
    fn = E.callee(canonical(e))
    return fn is not None and (getattr(fn, "__module__", None) or "").partition(".")[0] == "numpy"
