"""Reads of parts of arrays and containers: what is a part, what a copy, and which parts might as well be copies.

A part ``t = x[i]`` that is only computed with, before anything is written again, is called transient: it borrows the
memory of `x` for a while.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from typing import TypeGuard

import numpy as np

from s2sgrad import runtime
from s2sgrad.analysis.apart import calculated, checked_bindings, checked_numbers, only_compared, tuples
from s2sgrad.analysis.computing import computes
from s2sgrad.analysis.frozen import Frozen
from s2sgrad.frontend.unit import is_checked
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import Liveness
from s2sgrad.ir.types import Type
from s2sgrad.lower.effects import written_arguments, written_through
from s2sgrad.lower.unshared import unshared_updates
from s2sgrad.rules.bind import Application, BindError, application
from s2sgrad.rules.methods_table import canonical


def is_generated(s: S.Stmt) -> bool:
    """Is this a statement of a derivative that reverse mode has a part in, which is differentiated in its turn?"""
    return s.loc is not None and is_checked(s.loc.source.filename)


def is_copied(e: Expr) -> bool:
    return e.head == "index" and copies(e.args[1])


def has_slice(key: Expr) -> bool:
    parts = key.args if key.head == "tuple" else (key,)
    return any(p.head == "slice" or E.is_const(p, None) or E.is_const(p, ...) for p in parts)


def copies(key: Expr) -> bool:
    """Does a subscript with this key surely give a copy? Masks and lists of positions do."""
    parts = key.args if key.head == "tuple" else (key,)
    return any(p.head in ("compare", "list") or (p.head == "op" and p.data in ("&", "|", "~", "^", "not")) for p in parts)


def shared_root(e: Expr) -> str | None:
    """The variable that a view, an element or an alias is taken from."""
    while True:
        e = canonical(e)
        if e.head == "var":
            return str(e.data)
        if e.head in ("index", "attr"):
            e = e.args[0]
            continue
        if e.head != "call":
            return None
        try:
            found = application(e)
        except BindError:
            return None
        if found is None or not found.rule.view:
            return None
        e = viewed(found)


#: Functions that give a view where the layout in memory allows it, and a copy elsewhere.
MAY_COPY = (np.diag, np.reshape, np.ravel, np.asarray, np.ascontiguousarray, np.asanyarray, np.asfortranarray, np.require,
            runtime.cast_tangent)


def makes_array(fn: object, part: str, operand: Expr, type_of: Callable[[Expr], Type]) -> bool:
    """Does a function of NumPy that gives views of arrays make an array, of a list?"""
    given = operand.args if part == "any" and operand.head == "tuple" else (operand,)
    library = str(getattr(fn, "__module__", None)).partition(".")[0] == "numpy"
    return library and part in ("", "any") and all(type_of(a).kind in ("list", "tuple") for a in given)


def viewed(found: Application) -> Expr:
    """The argument that the result of a call views; the one array of those that take any number (``np.atleast_1d``)."""
    e = found.bound[found.rule.view[0].partition(".")[0] or next(iter(found.bound))]
    return e.args[0] if found.rule.view[0].endswith(".any") and len(e.args) == 1 else e


def transient_reads(body: S.Block, liveness: Liveness, unshared: frozenset[S.Aug], frozen: Frozen,
                    reach: Callable[[str], frozenset[str]] | None = None,
                    into_array: Callable[[S.Stmt], bool] = lambda s: False,
                    apart: Apart | None = None, joins: Callable[[S.Stmt], bool] = lambda s: False) -> frozenset[S.Assign]:
    """Assignments ``t = x[i]`` whose `t` is only computed with, and not read any more once something is written.

    `unshared` are updates of what nothing else refers to; `frozen` tells what is not written any more. `into_array` tells
    of a store that it puts a copy of a value into an array, `joins` of an operation that its result holds what lists hold.

    Where `t` is bound several times, all that it is bound to is borrowed, ``prev = x0`` and ``prev = x[i]``, or new.
    `reach` tells the variables whose memory a write through one may change; without it, a write may change any. Where `apart`
    says so, a write is taken for one beside what a variable stands for, which is checked.
    """
    if not any(map(_takes_part, S.walk_stmts(body))):
        return frozenset()
    bound = frozen.bound
    found = {name for name, made in bound.items() if all(_binds_value(s) or s in unshared for s in made)}
    passed: dict[str, set[str]] = {}  # from variable to variable
    doubtful = _may_be_copies(body, found, bound)
    lenders: _Lenders | None = None
    for s in S.walk_stmts(body) if found else ():
        if isinstance(s, S.Assign) and s.target.head == "var" and (
                s.value.head == "var" or s.value.head == "index" and s.value.args[0].data in frozen.given):
            passed.setdefault(E.root(s.value).data, set()).add(s.target.data)
        elif doubtful and not doubtful.isdisjoint(S.reads(s)) and _takes_part(s) \
                and (source := shared_root(s.value) or "") in doubtful:
            passed.setdefault(source, set()).add(s.target.data)  # computed with as what it is a part of would be
        elif not (type(s) is S.Assign and s.target.head == "var" and computes(s.value)) or (
                s.value.head == "op" and s.value.data in "+*" and joins(s)):  # others read values alone
            held = frozen.held_by(s)
            found -= {name for name, by_value in _uses(s, into_array, joins) if not by_value and name not in held}
        if _writes_memory(s) and s not in unshared:
            live = found & (liveness.after[s] if reach is None else liveness.after[s] | frozen.held)
            if live and _replaces_entry(s):
                live = {n for n in live if not _are_entries(bound[n], s.target.args[0])}
            lost: Set[str] = live
            if live and reach is not None:
                lenders = lenders or _Lenders(bound)
                lost = lenders.lent_by(frozenset().union(*map(reach, written_through(s))), live)
            found -= {n for n in sorted(lost) if not frozen.keeps(n, s, reach is not None)
                      and (apart is None or not apart.may_be(n, bound, s))}
    lasting = {name for name, others in passed.items() if name in found and not others <= found}
    while lasting:
        found -= lasting
        lasting = {name for name, others in passed.items() if name in found and not others <= found}
    if apart is not None:
        apart.keep(found)
    return frozenset(s for name in found for s in bound[name] if isinstance(s, S.Assign) and (
        _takes_part(s) or s.value.head == "var" and (len(bound[name]) > 1 or s.value.data in found or name in frozen.given)))


class Shown:
    """What the statements of a function show before anything is known of memory."""

    def __init__(self, fn: S.Function, but: frozenset[str] = E.NO_NAMES) -> None:
        self.tuples = tuples(fn)
        self.compared = only_compared(fn)
        self.unshared = unshared_updates(fn.body)
        self.frozen = Frozen(fn.body, but)
        self.calculated = calculated(fn)
        self.checked_bindings = checked_bindings(fn)
        self.checked = checked_numbers(fn, self.checked_bindings)
        self.passed_on = passed_on(fn)
        #: What is updated as no list can be, ``x -= v``.
        self.reduced = frozenset(s.target.data for s in S.of_kinds(fn.body, S.Aug)
                                 if s.target.head == "var" and s.symbol not in ("+", "*"))
        self.first_stores = frozenset(first_stores(fn.body))


class Apart:
    """Parts of arrays that are read after other parts were written: ``prev = H[t - 1]; H[t] = ...; prev * x``.

    `writes` are the statements that write, with the variables for such parts.
    """

    def __init__(self, is_likely: Callable[[S.Assign, S.Assign | S.Aug], bool]) -> None:
        self.writes: dict[S.Stmt, list[str]] = {}
        self._is_likely = is_likely

    def may_be(self, name: str, bound: Mapping[str, list[S.Stmt]], s: S.Stmt) -> bool:
        """Is what `s` writes taken for another part than `name`? `bound` are the statements that bind each variable."""
        if not isinstance(s, (S.Assign, S.Aug)) or s.target.head != "index":
            return False
        made, seen = bound[name], {name}
        while len(made) == 1 and isinstance(made[0], S.Assign) and made[0].value.head == "var" \
                and made[0].value.data not in seen:  # another name for it
            seen.add(made[0].value.data)
            made = bound.get(made[0].value.data, [])
        if not made or len(made) == 1 and not (isinstance(made[0], S.Assign) and self._is_likely(made[0], s)):
            return False
        self.writes.setdefault(s, []).append(name)
        return True

    def keep(self, names: Iterable[str]) -> None:
        """Those of the variables that are parts in the end."""
        kept = {s: [n for n in found if n in names] for s, found in self.writes.items()}
        self.writes = {s: found for s, found in kept.items() if found}


def _may_be_copies(body: S.Block, names: Set[str], bound: Mapping[str, list[S.Stmt]]) -> Set[str]:
    """Those of `names` that are bound to what is a view or a copy, or to views of that other than its elements."""
    calls = {n: [s.value for s in bound[n] if isinstance(s, S.Assign) and s.value.head == "call"] for n in names}
    found = {n for n, made in calls.items() if made and len(made) == len(bound[n])
             and all(E.hashable_callee(canonical(e)) in MAY_COPY for e in made)}
    for s in S.walk_stmts(body) if found else ():
        if _takes_part(s) and s.value.head != "index" and s.target.data in names and len(bound[s.target.data]) == 1 \
                and shared_root(s.value) in found:
            found.add(s.target.data)
    return found


def _replaces_entry(s: S.Stmt) -> TypeGuard[S.Assign]:
    """Does `s` only put something else into a dict or an object, ``d["v"] = ...``, so that what was there stays as it is?"""
    return isinstance(s, S.Assign) and (
        s.target.head == "attr" and s.target.data not in _VIEWING or s.target.head == "index"
        and E.is_text(s.target.args[1])) and s.target.args[0].head == "var"


#: Attributes of arrays that are views of them.
_VIEWING = ("real", "imag", "flat", "T", "data")


def _are_entries(made: list[S.Stmt], holder: Expr) -> bool:
    """Is a variable bound to nothing but what a dict or an object holds?"""
    return all(isinstance(s, S.Assign) and s.target.head == "var" and s.value.head in ("index", "attr")
               and s.value.args[0] == holder for s in made)


class _Lenders:
    """Which variables stand for part of what others stand for, directly or through variables.

    `bound` are the statements that bind each variable. Sets of variables are the bits of integers: chains of variables
    that are made from each other are as long as the function.
    """

    def __init__(self, bound: Mapping[str, list[S.Stmt]]) -> None:
        self._bits = {name: 1 << n for n, name in enumerate(bound)}
        made = {name: frozenset().union(*[_origins(_bound_to(s, name)) for s in found if isinstance(s, S.Assign)])
                for name, found in bound.items()}
        for name in sorted(frozenset().union(*made.values()).difference(bound)):
            self._bits[name] = 1 << len(self._bits)
        self._sources = dict(self._bits)
        changed = True
        while changed:  # twice, but for loops that pass values around
            changed = False
            for name, others in made.items():
                mask = self._sources[name]
                for other in others:
                    mask |= self._sources[other]
                changed = changed or mask != self._sources[name]
                self._sources[name] = mask

    def lent_by(self, touched: Iterable[str], names: Iterable[str]) -> frozenset[str]:
        """Those of `names` that may stand for part of what one of `touched` stands for."""
        mask = 0
        for name in touched:
            mask |= self._bits.get(name, 0)
        return frozenset([n for n in names if self._sources[n] & mask])


def _bound_to(s: S.Assign, name: str) -> Expr:
    """What a statement, which may assign several variables, assigns to one."""
    if s.target.head == s.value.head == "tuple" and len(s.target.args) == len(s.value.args):
        return next((e for t, e in zip(s.target.args, s.value.args) if t == E.var(name)), s.value)
    return s.value


def _origins(e: Expr) -> frozenset[str]:
    """The variables that the value of an expression may share memory with."""
    root = shared_root(e)
    return e.names if root is None else frozenset((root,))


def _takes_part(s: S.Stmt) -> TypeGuard[S.Assign]:
    """May `s` bind a variable to a part of something?"""
    return isinstance(s, S.Assign) and s.value.head in ("index", "attr", "call") and s.target.head == "var" \
        and E.callee(s.value) is not runtime.mirror_array  # of which other variables may be names as well


def _binds_value(s: S.Stmt) -> bool:
    """Does `s` bind a variable to a part or to another variable, or to something that nothing else refers to?"""
    return _takes_part(s) or isinstance(s, S.Assign) and s.target.head == "var" and (
        s.value.head in ("var", "const") or computes(s.value))


def _writes_memory(s: S.Stmt) -> bool:
    if type(s) is S.Assign and s.target.head == "var" and not s.value.heads & E.CALL:  # most of them are
        return False
    if S.stored_root(s) is not None or isinstance(s, (S.Aug, S.Delete)):
        return True
    return any(written_arguments(call) for e in S.expressions(s) if e.heads & E.CALL for call in E.calls(e))


def _uses(s: S.Stmt, into_array: Callable[[S.Stmt], bool], joins: Callable[[S.Stmt], bool]) -> Iterable[tuple[str, bool]]:
    """The variables that a statement reads, each with whether it only computes with their value."""
    if isinstance(s, (S.If, S.While, S.Assert)) or isinstance(s, S.Do) and E.hashable_callee(s.value) in _CHECKS:
        for name in s.value.names if isinstance(s, S.Do) else s.test.names:
            yield name, True
        return
    if isinstance(s, (S.Assign, S.Aug)):
        computing = computes(s.value) and not joins(s) or isinstance(s, S.Aug) and s.target.head == "var"
        stored = S.stored_root(s)
        for name in contents_read(s.value):
            yield name, computing or (s.value.head == "var" and stored is not None
                                         and (_is_slice_store(s) or into_array(s)))
        for name in S.target_reads(s.target):
            yield name, stored is None or stored.data != name if stored is not None and stored.head == "var" else True
        return
    shape = S.reads(s) - contents_read(s.iter) if isinstance(s, S.For) else E.NO_NAMES
    for name in S.reads(s):
        yield name, name in shape or isinstance(s, S.Return)  # the function itself does nothing with it any more


def contents_read(e: Expr) -> frozenset[str]:
    """The variables of an expression that are asked for more than their shape."""
    if not e.heads & (E.CALL | E.ATTR):
        return e.names
    if e.head == "attr" and e.data in ("shape", "ndim", "size", "dtype"):
        return E.NO_NAMES
    if e.head in ("comp", "function", "walrus"):
        return e.names
    shaped = _SHAPED.get(E.hashable_callee(e), ())
    return frozenset().union(*(contents_read(a) for n, a in enumerate(e.args) if n not in shaped))


#: What a derivative checks before it computes, of which nothing is left.
_CHECKS = (runtime.require_apart, runtime.require_unshared, runtime.require_number, runtime.require_copy, runtime.require_list,
           runtime.require_array, runtime.require_out, runtime.require_no_out, runtime.require_ordered,
           runtime.require_places, runtime.require_joined)
#: The arguments, by position, of which a function reads no more than the shape, the structure and the kind of elements.
_SHAPED: dict[object, tuple[int, ...]] = {
    **dict.fromkeys((len, np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.empty_like, runtime.zeros_like), (1,)),
    **dict.fromkeys((runtime.unbroadcast, runtime.fitted, runtime.expand, runtime.like, runtime.structured_like,
                     runtime.real_like, runtime.check_seed, runtime.cast_tangent, runtime.check_tangent,
                     runtime.array_tangent), (2,)),
    runtime.cast_like: (2, 3),
}


def _is_slice_store(s: S.Assign | S.Aug) -> bool:
    """``a[1:] = t`` and ``a[i] += t`` copy the contents of `t`."""
    if isinstance(s, S.Aug):
        return True
    key = s.target.args[1] if s.target.head == "index" else E.NONE
    parts = key.args if key.head == "tuple" else (key,)
    return any(p.head == "slice" or E.is_const(p, ...) for p in parts) or key.head == "compare"


def first_stores(body: S.Block) -> Iterator[S.Stmt]:
    """The stores that give a new object its attributes, before anything else has it: they change nothing that was there."""
    new: dict[str, set[str]] = {}
    for s in body:
        if isinstance(s, S.Assign) and s.target.head == "var" and E.is_new_object(s.value):
            new[s.target.data] = set()
            continue
        if isinstance(s, S.Assign) and s.target.head == "attr" and s.target.args[0].head == "var":
            name = s.target.args[0].data
            if name in new and s.target.data not in new[name]:
                new[name].add(s.target.data)
                yield s
        if new:
            used = S.writes(s).union(*map(_whole, S.expressions(s)))
            if S.blocks(s):
                used = used.union(*(S.reads(t) | S.writes(t) for t in S.walk_stmts((s,))))
            for name in used & new.keys():
                del new[name]
        for inner in S.blocks(s):
            yield from first_stores(inner)


def _whole(e: Expr) -> frozenset[str]:
    """The variables of which an expression reads more than an attribute."""
    if e.head == "var":
        return e.names
    if e.head == "attr" and e.args[0].head == "var":
        return E.NO_NAMES
    return frozenset().union(*map(_whole, e.args)) if e.head not in ("comp", "function") else e.names


def passed_on(fn: S.Function) -> dict[str, S.Assign]:
    """The variables that are bound once and used once, by the next statement, which stores them in a place."""
    found: dict[str, S.Assign] = {}
    before: S.Stmt | None = None
    for s in S.walk_stmts(fn.body):
        if isinstance(s, S.Assign) and s.target.head == "index" and s.value.head == "var" and isinstance(before, S.Assign) \
                and before.target == s.value and before.value.head == "index":
            found[s.value.data] = s
        before = s
    used = Counter(n for s in S.walk_stmts(fn.body) for e in S.expressions(s) for n in contents_read(e)) if found else {}
    return {name: s for name, s in found.items() if used[name] == 2}
