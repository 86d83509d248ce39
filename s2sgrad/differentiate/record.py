"""To be recorded: what the forward sweep must save for the backward sweep, and how it gets there.

The analysis is that of Hascoet, Naumann and Pascual (2005): walking forward, keep the set of variables whose present
value some adjoint statement passed so far will read; a statement that overwrites one of them saves it first, and the
backward sweep restores it where it reverses that statement. Contents of memory that is changed in place take part
under a token for each alias group.

Two kinds of values need no such save. A value that is made anew in every iteration of a loop and read only in the
reverse of the same iteration is pushed at the end of the iteration and popped at the start of its reverse; and
where it is cheaper to compute it again from what is there anyway, that is what happens.
"""
from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate import keeping
from s2sgrad.differentiate.containers import undo_reads
from s2sgrad.differentiate.demand import Demand
from s2sgrad.differentiate.repeating import is_cheap, is_repeatable, is_the_same_again, is_view_or_size
from s2sgrad.differentiate.result_shape import inside
from s2sgrad.differentiate.stored import stored_at
from s2sgrad.differentiate.uses import BlockKey, Instruments, Names, Places, Plan, Uses, by_contents, changed_by
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import NO_NAMES, Expr
from s2sgrad.lower.effects import written_arguments

#: So far is looked for what a cheap value is computed from.
_DEEP = 3
#: More operations than this are not repeated for one value.
_LONG = 12


class Recorder:
    """Makes the plan for one function."""

    def __init__(self, facts: Facts, body: S.Block, forward: dict[S.Stmt, S.Block], uses: Uses,
                 instruments: Instruments, at_end: Iterable[Expr] = (), result: Iterable[str] = ()) -> None:
        self.facts = facts
        self.body = body
        self.forward = forward
        self.uses = uses
        self.instruments = instruments
        self.places = Places(body)
        self.plan = Plan()
        self.definitions = self._all_definitions()
        self._placed: set[S.Stmt] = set()
        self.used_at = self._all_uses()
        first = frozenset().union(*(uses.read(e) for e in at_end))
        for name in first:
            self.used_at.setdefault(name, []).append(((None, 0), body[0], False))
        self.needed = set(self.used_at)
        self.demand = Demand(self._operands(), (*first, *result, *self._read_anyway()), self.needed)
        self._choose()
        self._inside = self._names_inside()
        self._record(body, set(first))

    # ---- what the primal writes -----------------------------------------------------------------------------

    def writes(self, s: S.Stmt) -> Names:
        """Variables that a statement binds and contents that it changes, in the form the forward sweep has."""
        return changed_by(s, self.facts, self.forward)

    def _all_definitions(self) -> dict[str, list[tuple[BlockKey, S.Stmt]]]:
        out: dict[str, list[tuple[BlockKey, S.Stmt]]] = {}
        for s in S.walk_stmts(self.body):
            key = self.places.where[s][0]
            for name in self.writes(s):
                inside = (s, 0) if isinstance(s, S.For) else key
                out.setdefault(name, []).append((inside, s))
            for p in self.instruments.pre.get(s, ()):
                for name in S.writes(p):
                    out.setdefault(name, []).append((key, s))
            for p in self.instruments.body_pre.get(s, ()):
                for name in S.writes(p):
                    out.setdefault(name, []).append(((s, 0), s))
        for param in self.facts.function.params:
            out.setdefault(param.name, []).append(((None, 0), self.body[0]))
        return out

    def _use_places(self) -> bool:
        """What a write into memory destroys may have to be put back, for which the place must be known, and what a method
        took out of a container."""
        found = False
        for s, tokens in self._writers.items():
            if s in self._placed or tokens.isdisjoint(self.needed):
                continue
            self._placed.add(s)
            self.uses.values |= undo_reads(s)
            asked = [self._names_of_place(place) for t in (s, *self.forward.get(s, ())) for place in changed_places(t)]
            found = self._need(undo_reads(s).union(*asked), s, True) or found
        return found

    @cached_property
    def _writers(self) -> dict[S.Stmt, Names]:
        """The statements that change memory, with the tokens of what they change."""
        tokens = {s: frozenset(n for n in self.writes(s) if n.startswith("@")) for s in S.walk_stmts(self.body)}
        return {s: found for s, found in tokens.items() if found}

    def _need(self, names: Iterable[str], s: S.Stmt, after: bool) -> bool:
        """The backward sweep reads some values where it reverses `s`. Is any of them new?"""
        table = self.uses.after if after else self.uses.before
        table.setdefault(s, set()).update(names)
        new = False
        for name in names:
            self.used_at.setdefault(name, []).append((self.places.where[s][0], s, after))
            if name not in self.needed:
                new = True
                self.needed.add(name)
                self.demand.add(name)
                heapq.heappush(self._queue, self._priority(name))
        return new

    def _names_of_place(self, place: Expr) -> set[str]:
        out = set(place.names)
        while place.head in ("index", "attr"):
            for key in place.args[1:]:
                out |= self.uses.read(key)
            place = place.args[0]
        return out

    def _all_uses(self) -> dict[str, list[tuple[BlockKey, S.Stmt, bool]]]:
        out: dict[str, list[tuple[BlockKey, S.Stmt, bool]]] = {}
        for table, after in ((self.uses.before, False), (self.uses.after, True)):
            for s, names in table.items():
                for name in names:
                    out.setdefault(name, []).append((self.places.where[s][0], s, after))
        for s, names in self.uses.head.items():
            for name in names:
                out.setdefault(name, []).append(((s, 0), s, False))
        return out

    # ---- values local to an iteration -------------------------------------------------------------------------

    def _choose(self) -> None:
        """Find each needed value's home block, and decide between keeping it and computing it again.

        Values are taken from the last defined to the first, since computing one again makes others needed.
        """
        self.home: dict[str, BlockKey] = {}
        self._again_at: dict[str, list[list[S.Assign]]] = {}  # where the backward sweep gets a value again
        self._kept_after_all: dict[int, tuple[list[S.Assign], set[str]]] = {}
        self._queue = [self._priority(n) for n in self.needed]
        heapq.heapify(self._queue)
        self._use_places()
        while self._queue or self._use_places():
            name = heapq.heappop(self._queue)[1]
            if name in self.home and self._again_at.get(name):
                self._keep_after_all(name)
            if name.startswith("@") or name in self.home:
                continue
            self.home[name] = home = self._home(name)
            if self.places.loop_around(home) is None:
                continue
            stored = stored_at(self, name, home)
            again = self._again(name, home) if stored is None else None
            if again is not None:
                self._compute_again(name, *again)
            elif stored is not None:
                self._take_back(name, *stored)
            elif not self._is_loop_target(name, home):
                self.plan.kept.setdefault(home, []).append(name)
        self._drop_kept()
        for name in list(keeping.as_well(self)):
            self._keep_after_all(name)
        self._drop_kept()
        self._token_homes()

    def _keep_after_all(self, name: str) -> None:
        """A value that was to be computed again turns out to be needed elsewhere, too."""
        for again in self._again_at.pop(name, ()):
            self._kept_after_all.setdefault(id(again), (again, set()))[1].add(name)
        self.plan.kept.setdefault(self.home[name], []).append(name)

    def _drop_kept(self) -> None:
        """Nothing that is kept after all is computed again."""
        for again, names in self._kept_after_all.values():
            again[:] = [t for t in again if names.isdisjoint(S.writes(t))]
        self._kept_after_all.clear()

    def _priority(self, name: str) -> tuple[int, str]:
        return (-max((self._order.get(s, 0) for _, s in self.definitions.get(name, ())), default=0), name)

    @cached_property
    def _order(self) -> dict[S.Stmt, int]:
        return {s: n for n, s in enumerate(S.walk_stmts(self.body))}

    @cached_property
    def _is_straight(self) -> bool:
        """Has the function one block alone?"""
        return S.COMPOUND.isdisjoint(map(type, self.body))

    def _home(self, name: str) -> BlockKey:
        """The innermost block with all definitions and uses of a value that no iteration inherits from the last."""
        if self._is_straight:
            return None, 0
        defined = [k for k, _ in self.definitions.get(name, ())]
        key = self.places.common([*defined, *(k for k, _, _ in self.used_at[name])])
        while True:
            loop = self.places.loop_around(key)
            if loop is None or name not in self.facts.live.head.get(loop, NO_NAMES):
                return key
            key = self.places.where[loop][0]

    def _is_loop_target(self, name: str, home: BlockKey) -> bool:
        """The backward loop binds its own variable."""
        s = home[0]
        return isinstance(s, S.For) and name in S.bound(s.target) and len(self.definitions[name]) == 1

    def _again(self, name: str, home: BlockKey) -> tuple[S.Assign, S.Stmt, bool] | None:
        """The definition of a value that is computed again, and where: before the reverse of which statement."""
        defined = self.definitions.get(name, ())
        if len(defined) != 1 or defined[0][0] != home:
            return None
        s = defined[0][1]
        made = self._making(s, name)
        if made is None or self._is_filled_later(name, made.value) or self._is_changed_later(name, made):
            return None
        spare = self._is_spare(name, home)
        if not spare and not is_cheap(made.value):
            return None
        if name in self._looked_up and not is_the_same_again(made.value):
            return None
        positions = [(self.places.at(t, home), after) for _, t, after in self.used_at[name]]
        last = max(n for n, _ in positions)
        after = all(a for n, a in positions if n == last)
        target = self.places.blocks[home][last]
        operands = self._operands_of(name, made)
        start = self.places.at(s, home)
        if s in self.instruments.pre and made in self.instruments.pre[s]:
            start -= 1
        undone = any(a for n, a in positions if n == last) or S.blocks(target)  # its own writes matter as well
        if self.are_written(operands, home, start + 1, last + (1 if undone else 0)):
            return None
        if spare:
            return made, target, after
        loop = self.places.loop_around(home)
        missing = [o for o in operands if not self.is_at_hand(o, home, loop)]
        if len(missing) > 1 or missing and not missing[0].startswith("@") and not self.facts.aliasing.contents(name):
            return None  # the value itself may as well be kept
        return None if keeping.is_from_changed(self, name, made, home) else (made, target, after)

    @cached_property
    def _looked_up(self) -> Names:
        """The variables whose adjoints are found by what they stand for."""
        return self.facts.links.variables | self.facts.by_turns

    def _is_spare(self, name: str, home: BlockKey) -> bool:
        """Does the forward sweep compute a value only to save it, from values that are there in the backward sweep?"""
        loop = self.places.loop_around(home)
        chain: set[str] = set()
        todo = [name]
        while todo:
            n = todo.pop()
            if n in chain or n != name and self.is_at_hand(n, home, loop):
                continue
            defined = self.definitions.get(n, ())
            chain.add(n)
            if n.startswith("@") or len(chain) > _LONG or len(defined) != 1 or defined[0][0] != home \
                    or defined[0][1] in self._guarded or self.demand.is_read(n, chain):
                return False
            made = self._making(defined[0][1], n)
            if made is None or not is_repeatable(made.value) or self._is_filled_later(n, made.value):
                return False
            todo += self.uses.of(made.value)
        return True

    @cached_property
    def _guarded(self) -> set[S.Stmt]:
        """Statements that end where an exception is caught: that nothing raises is found out in the forward sweep."""
        return inside(self.body, S.Try, S.With)

    def _operands(self) -> dict[str, set[str]]:
        """By variable, what the statements that bind or change it read."""
        out: dict[str, set[str]] = {}
        for name, places in self.definitions.items():
            read = out.setdefault(name, set())
            for _, s in places:
                if isinstance(s, (S.Assign, S.Aug, S.For)) and (s is not self.body[0] or name in self.writes(s)):
                    for t in (*self.forward.get(s, (s,)), *self.instruments.pre.get(s, ())):
                        for e in S.expressions(t):
                            read |= self.uses.of(e)
            read.discard(name)
        return out

    def _read_anyway(self) -> set[str]:
        """What conditions, the iterables of loops and statements with effects read, instruments included."""
        out: set[str] = set()
        for s in S.walk_stmts(self.body):
            if not isinstance(s, (S.Assign, S.Aug)) or s.target.head != "var" or s.value.heads & E.CALL and any(
                    not is_repeatable(call) for call in E.calls(s.value)):
                for e in S.expressions(s):
                    out |= self.uses.of(e)
        return out

    def _is_filled_later(self, name: str, e: Expr) -> bool:
        """Is this a new container, into which something is put afterwards?"""
        return e.head in ("list", "dict", "set") and self.facts.aliasing.written(name)

    def _is_changed_later(self, name: str, made: S.Assign) -> bool:
        """Is this memory of its own, which something changes? What is computed again would not have the changes."""
        if not self.facts.aliasing.contents(name) or made.value.head in ("var", "attr"):
            return False
        views = self.facts.roles.views
        if name in views:
            return views[name][0] is not made
        borrowed = made.value.head == "index" or made.value.head == "call" and is_view_or_size(made.value)
        return not borrowed or name in self._written_through

    @cached_property
    def _written_through(self) -> frozenset[str]:
        """The variables through which memory is written, or of which others are views."""
        return frozenset(owner for _, owner in self.facts.roles.views.values()).union(
            *(E.root(place).names for s in S.walk_stmts(self.body) for t in (s, *self.forward.get(s, ()))
              for place in changed_places(t)))

    def _making(self, s: S.Stmt, name: str) -> S.Assign | None:
        block = self.forward.get(s, (s,)) if name in self.writes(s) else self.instruments.pre.get(s, ())
        for t in block:
            if isinstance(t, S.Assign) and t.target.head == "var" and t.target.data == name:
                return t
        return None

    def all_writes(self, s: S.Stmt) -> Names:
        return frozenset().union(*(self.writes(t) for t in S.walk_stmts((s,))))

    def are_written(self, names: Iterable[str], home: BlockKey, start: int, end: int) -> bool:
        """Do the statements of a block from one position up to another write one of the variables?"""
        table = self.places.positions(home, self.all_writes)
        return any(bisect_left(table[n], start) < bisect_left(table[n], end) for n in names if n in table)

    def is_at_hand(self, name: str, home: BlockKey, loop: S.Stmt | None, deep: int = _DEEP) -> bool:
        """Does reading a value in the backward sweep cost nothing that is not paid anyway?"""
        if name in self.needed:
            return True
        defined = self.definitions.get(name, ())
        if not any(loop in [k[0] for k in self.places.chain(key)] for key, _ in defined):
            return True
        if self._is_loop_target(name, (loop, 0)):
            return True
        if len(defined) == 1 and defined[0][0] == home:
            made = self._making(defined[0][1], name)
            return made is not None and is_cheap(made.value) and E.size(made.value) < 12 and (
                deep == 0 or all(self.is_at_hand(o, home, loop, deep - 1) for o in self._asked(name, made)))
        return False

    def _compute_again(self, name: str, made: S.Assign, target: S.Stmt, after: bool) -> None:
        self._get_again(name, made, self.plan.recompute.setdefault(target, []))
        self.uses.values |= E.NO_NAMES if self._lends_shape(name) else made.value.names
        self._need(self._operands_of(name, made), target, after)

    def _operands_of(self, name: str, made: S.Assign) -> set[str]:
        """What has to be as it was for a value to be computed again. A view is where it was, whatever has changed there.

        What only lends its shape, and is an element of a list, may have another one there by then.
        """
        view = self.facts.roles.views.get(name)
        is_view = view is not None and view[0] is made and (made.value.head != "index" or not self._lends_shape(name))
        return self._names_of_place(made.value) if is_view else self._asked(name, made)

    def _asked(self, name: str, made: S.Assign) -> set[str]:
        return self.uses.shape_of(made.value) if self._lends_shape(name) else self.uses.of(made.value)

    def _lends_shape(self, name: str) -> bool:
        return name not in self.uses.values and self.facts.type_of_name(name).is_array

    def _take_back(self, name: str, place: Expr, store: S.Stmt, target: S.Stmt) -> None:
        """A value that was stored in an array is read there."""
        self._get_again(name, S.Assign(E.var(name), place), self.plan.taken.setdefault(target, []))
        self._need(self.uses.read(place) | self._names_of_place(place), store, True)

    def _get_again(self, name: str, made: S.Assign, among: list[S.Assign]) -> None:
        """The backward sweep gets a value from others, in one of its statements; the forward sweep does not keep it."""
        among.append(made)
        self._again_at.setdefault(name, []).append(among)
        self.needed.discard(name)
        self.demand.drop(name, self.needed)
        for (around, _), s, later in self.used_at.get(name, ()):
            table = self.uses.head if around is s else self.uses.after if later else self.uses.before
            if s in table:
                table[s].discard(name)

    def _token_homes(self) -> None:
        """Contents of memory that is allocated anew in each iteration, and that nothing from outside holds, do not outlive it."""
        self.local_tokens: dict[str, BlockKey] = {}
        standing = by_contents(self.definitions, self.facts)
        for token in sorted(n for n in self.needed if n.startswith("@")):
            names = standing.get(token, ())
            key = self.places.common(k for n in names for k, _ in self.definitions[n])
            loop = self.places.loop_around(key)
            if loop is not None and not any(n in self.facts.live.head.get(loop, ()) for n in names):
                self.local_tokens[token] = key

    # ---- values that are overwritten ----------------------------------------------------------------------------

    def _record(self, body: S.Block, needed: set[str]) -> set[str]:
        """Walk forward with the set of values that are needed, which changes on the way; note the saves."""
        for s in body:
            needed = self._statement(s, needed)
        return needed

    def _statement(self, s: S.Stmt, needed: set[str]) -> set[str]:
        for p in self.instruments.pre.get(s, ()):
            needed -= S.writes(p)
        needed |= self.uses.before.get(s, NO_NAMES)
        after = self.uses.after.get(s, NO_NAMES)
        if s not in self.instruments.back_test and s not in self.instruments.back_iter \
                and isinstance(s, (S.If, S.For, S.While)):
            needed = self._silent(s, needed)
        if isinstance(s, S.If):
            body = self._record(s.body, set(needed))
            body |= self._record(s.orelse, needed)
            body |= after
            return body
        if isinstance(s, (S.For, S.While)):
            return self._loop(s, needed) | after
        overwritten = self.writes(s)
        self._save(s, overwritten & needed)
        needed.difference_update([n for n in overwritten if not n.startswith("@")])
        if isinstance(s, S.Try):
            return self._attempt(s, needed) | after
        for inner in S.blocks(s):
            needed |= self._record(inner, set(needed))
        needed |= after
        return needed

    def _silent(self, s: S.Stmt, needed: set[str]) -> set[str]:
        """The backward sweep steps over a statement in which nothing is reversed: what it binds is saved before it."""
        bound = S.bound_by((s,)) & needed
        self._save(s, bound - self._inside.get(s, set()))
        return needed - bound

    def _attempt(self, s: S.Try, needed: set[str]) -> set[str]:
        """What a try block overwrites before an exception must be there again, so all of it is saved ahead."""
        bound = S.bound_by(s.body)
        self._save(s, bound & needed)
        needed = needed - bound
        body = self._record(s.body, set(needed))
        ends = self._record(s.orelse, set(body))
        for h in s.handlers:
            ends |= self._record(h.body, set(needed))
        return self._record(s.final, ends)

    def _loop(self, s: S.For | S.While, needed: set[str]) -> set[str]:
        local = self._inside.get(s, set())  # the next iteration has nothing to do with them
        bound = S.writes(s) | frozenset().union(*(S.writes(p) for p in self.instruments.body_pre.get(s, ())))
        own = frozenset(n for n in bound if self.home.get(n, (None, 0))[0] is s or n not in self.home)
        while True:
            self._save(s, (bound - own) & needed)
            end = self._record(s.body, (needed - bound) | self.uses.head.get(s, set()))
            new = needed | (end - local)
            if new == needed:
                return needed | (end - local)
            needed = new

    def _names_inside(self) -> dict[S.Stmt, set[str]]:
        """By statement, the values whose home is inside it."""
        out: dict[S.Stmt, set[str]] = {}
        for name, home in (*self.home.items(), *self.local_tokens.items()):
            for s, _ in self.places.chain(home):
                if s is not None:
                    out.setdefault(s, set()).add(name)
        return out

    def _save(self, s: S.Stmt, names: Iterable[str]) -> None:
        saved = self.plan.saves.setdefault(s, [])
        saved += [n for n in sorted(names) if n not in saved]


def changed_places(s: S.Stmt) -> tuple[Expr, ...]:
    """The parts of memory that a statement changes, as expressions; for a method, its receiver."""
    if isinstance(s, (S.Assign, S.Aug)) and s.target.head in ("index", "attr") or isinstance(s, S.Aug):
        return (s.target,)
    return tuple(a for e in S.expressions(s) for call in E.calls(e) for a in written_arguments(call))
