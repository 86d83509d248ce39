"""What is added to a part of a part of an adjoint is added where it belongs.

    blayer = zeros_like(layer)                           bparams[i]['w'] += x.T @ bz
    blayer['w'] += x.T @ bz                    --->
    bparams[i] = add(bparams[i], blayer)

This holds where the whole was made by `zeros_like`, here or where the caller made it who lends it, and nothing but sums was
added to its parts, so that its arrays belong to it alone; where nothing changes what it is the adjoint of, so that both have
one structure; and where the part is one that a position or a text selects, so that it is no copy. Elements of ``xs[1:]`` are
elements of `xs`, too.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from s2sgrad import runtime
from s2sgrad.differentiate.naming import primal_of
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.optimize.program import Program

#: Where a statement stands: the blocks around it, by the statement that each belongs to, and the position in each.
Place = tuple[tuple[S.Stmt | None, int, int], ...]


def add_where_it_belongs(fn: S.Function, program: Program) -> S.Function:
    """Do away with adjoints of parts that are made to be added to the adjoint of the whole."""
    while any(isinstance(s, S.Assign) and _is_sum(s) for s in S.walk_stmts(fn.body)):
        program.turn_to(fn)
        parts = _Parts(fn, program)
        if not any(map(parts.replaces, parts.wholes())):
            break
        fn = S.with_body(fn, parts.replaced(fn.body))
    return fn


@dataclass(frozen=True)
class _Part:
    """The adjoint of a part, of what `made` makes and `added` adds to the whole under `key`; `sums` add to it."""

    made: S.Assign
    sums: tuple[S.Aug, ...]
    added: S.Assign
    key: Expr


class _Parts:
    def __init__(self, fn: S.Function, program: Program) -> None:
        self.claims = program.claims
        self.memory = program.memory
        self.lent = program.lent
        loops = [s for s in S.of_kinds(fn.body, S.For) if s.target.head == "var"]
        self.selectors = {s.target.data for s in loops if _selects(s.iter)}
        self.counters = {s.target.data for s in loops if _counts(s.iter)}
        self.places: dict[S.Stmt, Place] = dict(_places(fn.body, (), None))
        self.mentions: dict[str, list[S.Stmt]] = {}
        for s in self.places:
            for name in S.reads(s) | S.writes(s):
                self.mentions.setdefault(name, []).append(s)
        #: What statements become: nothing, or others.
        self.changes: dict[S.Stmt, tuple[S.Stmt, ...]] = {}

    def wholes(self) -> list[str]:
        """The adjoints that parts are added to."""
        return list(dict.fromkeys(s.target.args[0].data for s in self.places if isinstance(s, S.Assign) and _is_sum(s)))

    def replaced(self, body: S.Block) -> S.Block:
        out: list[S.Stmt] = []
        for s in body:
            made = self.changes.get(s)
            out += (S.map_blocks(self.replaced, s) if type(s) in S.COMPOUND else s,) if made is None else made
        return tuple(out)

    def replaces(self, whole: str) -> bool:
        """Replace the adjoints of all parts that are added to one of the whole, if that can be."""
        zeros = self._zeros(whole)
        if zeros is None and whole not in self.lent:
            return False
        shaped = E.var(primal_of(whole)) if zeros is None else zeros.value.args[1]
        parts = []
        for s in self.mentions[whole]:
            if isinstance(s, S.Assign) and _is_sum(s) and s.target.args[0].data == whole:
                part = self._part(s, shaped)
                if part is None:
                    return False
                parts.append(part)
            elif s is not zeros and not isinstance(s, S.Return) and not _adds_to(s, whole) and not _is_added(s, whole):
                return False
        first = min((p.made for p in parts), key=lambda s: [n for _, _, n in self.places[s]])
        if zeros is not None and not all(self._precedes(zeros, p.made) for p in parts):
            if not all(self._precedes(zeros, p.added) for p in parts) or not self._is_there(zeros, first):
                return False
            self.changes[zeros] = ()
            self.changes[first] = (zeros,)
        for p in parts:
            self.changes.setdefault(p.made, ())
            self.changes[p.added] = ()
            for s in p.sums:
                target = _within(s.target, E.var(whole), p.key)
                self.changes[s] = (dataclasses.replace(s, target=target),)
        return True

    def _part(self, added: S.Assign, shaped: Expr) -> _Part | None:
        """The part that a statement adds to the whole, which is `shaped` like that, where it may be added to directly."""
        name, key = added.value.args[2].data, added.target.args[1]
        made = self._zeros(name)
        if made is None or self._source(made.value.args[1]) != E.index(self._source(shaped), key):
            return None
        if not self._selects(key) or not self._is_steady(made.value.args[1]):
            return None
        sums = []
        for s in self.mentions[name]:
            if isinstance(s, S.Aug) and _adds_to(s, name) and self._precedes(made, s) and self._precedes(s, added):
                if key.head == "slice" and not self._counts_in(_first_key(s.target)):
                    return None
                sums.append(s)
            elif s is not made and s is not added:
                return None
        around, others = self.places[made], self.places[added]
        inside = len(around) == len(others) and all(a[:2] == b[:2] for a, b in zip(around, others))
        return _Part(made, tuple(sums), added, key) if inside and around[:-1] == others[:-1] else None

    def _zeros(self, name: str) -> S.Assign | None:
        """The only definition of a variable, which makes zeros."""
        s = self.claims.definition.get(name)
        made = isinstance(s, S.Assign) and s.target.head == "var" and E.hashable_callee(s.value) is runtime.zeros_like
        return s if made and s in self.places and s not in self.changes else None  # type: ignore[return-value]

    def _source(self, e: Expr) -> Expr:
        """``params[i]`` for a variable that stands for it."""
        if e.head == "index":
            return E.index(self._source(e.args[0]), e.args[1])
        value = self.claims.value(e.data) if e.head == "var" and self.claims.is_constant(e.data) else None
        steady = value is not None and value.head == "index" and all(map(self.claims.is_constant, value.names))
        return self._source(value) if steady else e  # type: ignore[arg-type]

    def _is_steady(self, e: Expr) -> bool:
        """Does nothing change what `e` is a part of?"""
        root = E.root(self._source(e))
        return root.head == "var" and root.data in self.claims.parameters and self.claims.is_constant(root.data) \
            and self.memory.reachable(root.data).isdisjoint(self.memory.written)

    def _selects(self, key: Expr) -> bool:
        """Is what a key selects no copy, or does it select elements from some position on?"""
        if key.head == "slice":
            lower, _, step = key.args
            return E.is_const(step, None) and (E.is_const(lower, None) or self._counts_in(lower) and lower.head == "const")
        if key.head == "op" and key.data in ("+", "-"):
            return all(_is_position(a) or a.head == "var" and self._counts_in(a) for a in key.args)
        return _is_position(key) or key.head == "var" and key.data in self.selectors and self.claims.is_constant(key.data)

    def _counts_in(self, key: Expr | None) -> bool:
        """Is a subscript a position that is counted from the front?"""
        if key is None or key.head != "var":
            return key is not None and _is_position(key) and type(key.data) is int and key.data >= 0
        return key.data in self.counters and self.claims.is_constant(key.data)

    def _precedes(self, s: S.Stmt, t: S.Stmt) -> bool:
        """Is `s` executed before `t` wherever `t`, or what comes before it in the block of `s`, is?"""
        a, b = self.places[s], self.places[t]
        if len(a) > len(b):  # inside a loop or a branch that comes before `t`
            a = a[:len(b)]
        n = len(a) - 1
        return all(x[:3] == y[:3] for x, y in zip(a[:n], b[:n])) and a[n][:2] == b[n][:2] and a[n][2] < b[n][2]

    def _is_there(self, zeros: S.Assign, before: S.Assign) -> bool:
        """Can the zeros be made before a statement that stands in the same block?"""
        a, b = self.places[zeros], self.places[before]
        made = zeros.value.names - self.claims.parameters
        return a[:-1] == b[:-1] and a[-1][:2] == b[-1][:2] and all(
            n in self._source(before.value.args[1]).names and self.claims.is_constant(n) for n in made)


def _places(body: S.Block, around: Place, owner: S.Stmt | None, which: int = 0) -> Iterator[tuple[S.Stmt, Place]]:
    for n, s in enumerate(body):
        place = (*around, (owner, which, n))
        yield s, place
        for k, inner in enumerate(S.blocks(s)):
            yield from _places(inner, place, s, k)


def _is_sum(s: S.Assign) -> bool:
    """Is this ``whole[key] = add(whole[key], part)``?"""
    e = s.value
    return s.target.head == "index" and s.target.args[0].head == "var" and E.hashable_callee(e) is runtime.add \
        and e.args[1] == s.target and e.args[2].head == "var" and e.args[2] != s.target.args[0] \
        and s.target.args[0].data not in s.target.args[1].names


def _is_added(s: S.Stmt, name: str) -> bool:
    """Does a statement add all of an adjoint to that of something larger?"""
    return isinstance(s, S.Assign) and _is_sum(s) and s.value.args[2].data == name


def _adds_to(s: S.Stmt, name: str) -> bool:
    """Does a statement do nothing with the adjoint `name` but add to an element, or an element of an element?"""
    if not isinstance(s, S.Aug) or s.symbol not in ("+", "-") or name in s.value.names or s.target.head != "index":
        return False
    e = s.target
    while e.head == "index" and name not in e.args[1].names:
        e = e.args[0]
    return e == E.var(name)


def _first_key(target: Expr) -> Expr | None:
    while target.head == "index" and target.args[0].head == "index":
        target = target.args[0]
    return target.args[1] if target.head == "index" else None


def _within(target: Expr, whole: Expr, key: Expr) -> Expr:
    """A place in a part as a place in the whole, which has the part under `key`."""
    if target.args[0].head == "index":
        return E.index(_within(target.args[0], whole, key), target.args[1])
    own = target.args[1]
    if key.head != "slice":
        return E.index(E.index(whole, key), own)
    lower = key.args[0]
    if E.is_const(lower, None) or E.is_const(lower, 0):
        return E.index(whole, own)
    return E.index(whole, E.const(own.data + lower.data) if own.head == "const" else E.op("+", own, lower))


def _is_position(e: Expr) -> bool:
    return e.head == "const" and type(e.data) in (int, str)


def _selects(e: Expr) -> bool:
    """Does a loop over `e` run through positions, or texts that are written out?"""
    e = _in_order(e)
    return E.callee(e) is range or e.head in ("tuple", "list") and all(map(_is_position, e.args))


def _in_order(e: Expr) -> Expr:
    return e.args[1] if E.callee(e) is reversed and len(e.args) == 2 else e


def _counts(e: Expr) -> bool:
    """Does a loop over `e` run through positions that are not negative, in one order or the other?"""
    e = _in_order(e)
    return E.callee(e) is range and (len(e.args) == 2 or len(e.args) == 3 and type(e.args[1].data) is int and e.args[1].data >= 0)
