"""Which variables are read later: the backward dataflow problem that everything else leans on.

Core programs are structured, so the equations are solved by walking the statements backwards; a loop body is walked
until nothing changes, which takes two passes but for nests of loops.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S

Names = frozenset[str]


class NameSets(Mapping[Any, Names]):
    """Sets of variables as the bits of integers: `masks` has them as they are, subscripts give them as sets."""

    def __init__(self, index: dict[str, int]) -> None:
        self.masks: dict[Any, int] = {}
        self._index = index
        self._names: list[str] = []
        self._decoded: dict[int, Names] = {}

    def __getitem__(self, key: Any) -> Names:
        return self.decode(self.masks[key])

    def __iter__(self) -> Iterator[Any]:
        return iter(self.masks)

    def __len__(self) -> int:
        return len(self.masks)

    def decode(self, mask: int) -> Names:
        found = self._decoded.get(mask)
        if found is None:
            if len(self._names) < len(self._index):
                self._names = list(self._index)
            found = self._decoded[mask] = frozenset(_names_of(mask, self._names))
        return found


#: What may be followed by something else than the next statement.
_BRANCHING = S.COMPOUND | set(S.LEAVING)


def _names_of(mask: int, names: list[str]) -> Iterator[str]:
    for n, byte in enumerate(mask.to_bytes((mask.bit_length() + 7) // 8, "little")):
        while byte:
            low = byte & -byte
            yield names[8 * n + low.bit_length() - 1]
            byte ^= low


class Liveness:
    """`after[s]` are the variables that may be read after statement `s` before they are bound again.

    `head[loop]` are those that may be read from the start of an iteration on. Variables that a closure captures are
    live everywhere, since it reads them whenever it is called; the key of an ordering reads them where it stands.
    `handled` tells, for a handler that sets a flag, what may be read after its statement where the handler ran.

    Programs of thousands of variables make for large sets, which is why they are bits of integers inside: bit
    ``index[name]`` stands for a variable. Many programs are never asked, so nothing is found out before.
    """

    def __init__(self, body: S.Block, at_end: Names = E.NO_NAMES) -> None:
        self._body = body
        self._at_end = at_end

    @cached_property
    def _flow(self) -> _Flow:
        return _Flow(self._body, self._at_end)

    @property
    def index(self) -> Mapping[str, int]:
        return self._flow.index

    @property
    def after(self) -> NameSets:
        return self._flow.after

    @property
    def head(self) -> NameSets:
        return self._flow.head

    @property
    def handled(self) -> NameSets:
        return self._flow.handled

    @property
    def pinned(self) -> Names:
        return self._flow.pinned

    @property
    def entry(self) -> Names:
        """The variables that may be read before anything binds them."""
        return self._flow.entry

    def mask(self, names: Iterable[str]) -> int:
        """A set of variables as an integer."""
        return self._flow.mask(names)


class _Flow:
    """What `Liveness` finds out."""

    def __init__(self, body: S.Block, at_end: Names) -> None:
        self.index: dict[str, int] = {}
        self.after = NameSets(self.index)
        self.head = NameSets(self.index)
        self.handled = NameSets(self.index)
        self.pinned = captured_names(body, at_once=False)
        self._pinned = self.mask(self.pinned)
        self._caught = 0  # what is read after an exception
        self._at_end = self.mask(at_end)
        self._entry = self._block(body, self._at_end | self._pinned, 0, 0)

    @property
    def entry(self) -> Names:
        return self.after.decode(self._entry)

    def mask(self, names: Iterable[str]) -> int:
        index = self.index
        out = 0
        for name in names:
            bit = index.get(name)
            if bit is None:
                bit = index[name] = len(index)
            out |= 1 << bit
        return out

    def _block(self, body: S.Block, after: int, on_break: int, on_continue: int) -> int:
        live, masks, index, pinned = after, self.after.masks, self.index, self._pinned
        for n in range(len(body) - 1, -1, -1):
            s = body[n]
            kind = type(s)
            if self._caught:
                live |= self._caught
            if kind in _BRANCHING:
                if isinstance(s, S.Try):
                    self._handlers(s, body[n + 1:], (after, on_break, on_continue))
                live = self._branching(s, live, on_break, on_continue)
                continue
            masks[s] = live
            for name in s.written:  # `mask`, of which most of the time would go into calling it
                bit = index.get(name)
                if bit is None:
                    bit = index[name] = len(index)
                elif live >> bit & 1 and not pinned >> bit & 1:
                    live ^= 1 << bit
            for name in s.read:
                bit = index.get(name)
                if bit is None:
                    bit = index[name] = len(index)
                live |= 1 << bit
        return live | self._caught if self._caught else live

    def _handlers(self, s: S.Try, rest: S.Block, after: tuple[int, int, int]) -> None:
        """What follows a handler that sets a flag is what the flag lets through."""
        for h in s.handlers:
            flags = {t.target.data: t.value.data for t in h.body if isinstance(t, S.Assign) and t.target.head == "var"
                     and E.is_const(t.value) and isinstance(t.value.data, bool)}
            if any(_decided(t, flags) is not None for t in rest):
                after_all, head = self.after.masks, self.head.masks
                self.after.masks, self.head.masks = {}, dict(head)
                self.handled.masks[h] = self._block(tuple(_chosen(rest, flags)), *after)
                self.after.masks, self.head.masks = after_all, head

    def _branching(self, s: S.Stmt, after: int, on_break: int, on_continue: int) -> int:
        self.after.masks[s] = after
        kind = type(s)
        if kind is S.Break:
            return on_break
        if kind is S.Continue:
            return on_continue
        if kind is S.Return:
            return self.mask(s.value.names) | self._pinned | self._at_end  # type: ignore[union-attr]
        if kind is S.Raise:
            return self.mask(S.reads(s)) | self._caught | self._pinned
        if isinstance(s, (S.For, S.While)):
            return self._loop(s, after, on_break, on_continue)
        if isinstance(s, S.If):
            body = self._block(s.body, after, on_break, on_continue)
            orelse = self._block(s.orelse, after, on_break, on_continue) if s.orelse else after
            return body | orelse | self.mask(s.test.names)
        if isinstance(s, S.With):
            inside = self._block(s.body, after, on_break, on_continue)
            return inside & ~self.mask(S.writes(s)) | self.mask(S.reads(s))
        assert isinstance(s, S.Try)
        return self._try(s, after, on_break, on_continue)

    def _loop(self, s: S.For | S.While, after: int, on_break: int, on_continue: int) -> int:
        done = self._block(s.orelse, after, on_break, on_continue) if s.orelse else after
        if isinstance(s, S.While) and E.is_const(s.test, True):  # it is left by `break` alone
            done = 0
        header = self.mask(s.test.names if isinstance(s, S.While) else S.target_reads(s.target))
        kept = ~self.mask(S.writes(s))
        head = self.head.masks.get(s, 0) | done | header
        if not self._caught and _BRANCHING.isdisjoint(map(type, s.body)):  # all that an iteration reads is known at once
            head |= self._read_first(s.body) & kept
        while True:
            inside = self._block(s.body, head, after, head)
            new = head | inside & kept | header
            if new == head:
                break
            head = new
        self.head.masks[s] = head
        return head | self.mask(s.iter.names) if isinstance(s, S.For) else head

    def _read_first(self, body: S.Block) -> int:
        """The variables that statements without branches may read before they bind them."""
        index, pinned, live = self.index, self._pinned, 0
        for s in reversed(body):
            for name in s.written:
                bit = index.get(name)
                if bit is None:
                    bit = index[name] = len(index)
                elif live >> bit & 1 and not pinned >> bit & 1:
                    live ^= 1 << bit
            for name in s.read:
                bit = index.get(name)
                if bit is None:
                    bit = index[name] = len(index)
                live |= 1 << bit
        return live

    def _try(self, s: S.Try, after: int, on_break: int, on_continue: int) -> int:
        outer = self._caught
        uncaught = self._block(s.final, outer, outer, outer)
        handled = self.handled.masks
        ends = {h: self._block(s.final, handled[h], on_break, on_continue) for h in s.handlers if h in handled}
        final = self._block(s.final, after, on_break, on_continue) if s.final else after
        self._caught = uncaught
        caught = uncaught
        for h in s.handlers:
            inside = self._block(h.body, ends.get(h, final), on_break, on_continue)
            caught |= inside & ~self.mask((h.name,)) if h.name else inside
            if h.type is not None:
                caught |= self.mask(h.type.names)
        orelse = self._block(s.orelse, final, on_break, on_continue) if s.orelse else final
        self._caught = caught  # any statement of the body may be the last one before a handler runs
        inside = self._block(s.body, orelse, on_break, on_continue)
        self._caught = outer
        return inside | caught


def _decided(s: S.Stmt, flags: Mapping[str, bool]) -> S.Block | None:
    """The branch of a statement that asks for one of the flags, None for any other statement."""
    if not isinstance(s, S.If):
        return None
    negated = s.test.head == "op" and s.test.data == "not"
    flag = s.test.args[0] if negated else s.test
    if flag.head != "var" or flag.data not in flags:
        return None
    return s.body if flags[flag.data] != negated else s.orelse


def _chosen(body: S.Block, flags: Mapping[str, bool]) -> Iterator[S.Stmt]:
    """A block with the branches that the flags decide taken."""
    for s in body:
        branch = _decided(s, flags)
        if branch is None:
            yield s
        else:
            yield from _chosen(branch, flags)


def captured_names(body: S.Block, at_once: bool = True) -> Names:
    """The variables that closures in `body` capture; not `at_once`, those whose closures may be called by later statements."""
    out: set[str] = set()
    for s in S.having(body, E.FUNCTION):
        for e in S.expressions(s):
            if e.heads & E.FUNCTION:
                _captures(e, out, at_once)
    return frozenset(out)


def _captures(e: E.Expr, out: set[str], at_once: bool) -> None:
    if e.head == "function":
        out |= e.names
    elif e.heads & E.FUNCTION:
        for mark, a in E.arguments(e) if not at_once and E.hashable_callee(e) in _ORDERING else (("", a) for a in e.args):
            if mark != "key" or a.head != "function":
                _captures(a, out, at_once)


#: Functions that call their ``key=`` before they return, and keep nothing of it.
_ORDERING = (max, min, sorted)


def live_after(body: S.Block, at_end: Names = E.NO_NAMES) -> Mapping[S.Stmt, Names]:
    return Liveness(body, at_end).after
