"""The lists of a derivative on which a sweep puts values for the sweep that comes after it."""
from __future__ import annotations

from collections.abc import Iterable

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.dead_code import stack_call
from s2sgrad.optimize.program import Program

#: A block, by the statement that it is in and its number there.
Key = tuple[S.Stmt | None, int]


class Stacks:
    """For each list the block where it is `made`, `pushed` to, and `popped` from, and the position there.

    Lists that are pushed to in one block and popped from in one block have the same number of elements at any time.
    `bodies` are the blocks, for passes to change; statements that are `gone` are left out when they are put together.
    With `places`, lists count that parts of arrays are restored from as well, ``x[i] = x_stack.pop()``.
    """

    def __init__(self, fn: S.Function, program: Program, stacks: Iterable[str], places: bool = False) -> None:
        self.fn = fn
        self.places = places
        self.program = program
        self.uses = dict.fromkeys(stacks, 0)
        self.made: dict[str, tuple[Key, int]] = {}
        self.pushed: dict[str, tuple[Key, int]] = {}
        self.popped: dict[str, tuple[Key, int]] = {}
        self.bodies: dict[Key, list[S.Stmt]] = {}
        self.around: dict[Key, Key] = {}
        self.gone: set[S.Stmt] = set()
        self.kept: dict[str, Expr] = {}
        self.taken: dict[str, Expr] = {}
        self._look(fn.body, (None, 0))

    def groups(self) -> list[list[str]]:
        """Lists that are made, pushed to and popped from once, in the same three blocks."""
        out: dict[tuple[Key, ...], list[str]] = {}
        places = (self.made, self.pushed, self.popped)
        for name in self.pushed:
            if self.uses[name] == 3 and all(name in p for p in places) and self._is_made_first(name):
                out.setdefault(tuple(p[name][0] for p in places), []).append(name)
        return list(out.values())

    def _is_made_first(self, name: str) -> bool:
        """Is the list made whatever happens, wherever it is used?"""
        made = self.made[name][0]
        for place in (self.pushed, self.popped):
            key = place[name][0]
            while key != made and key in self.around:
                key = self.around[key]
            if key != made:
                return False
        return True

    def _look(self, body: S.Block, key: Key) -> None:
        """Note where the lists are made, pushed to and popped from, each in a statement of its own."""
        self.bodies[key] = list(body)
        uses = self.uses
        given = uses.keys()
        for n, s in enumerate(body):
            for e in () if given.isdisjoint(s.read) and given.isdisjoint(s.written) else s.own:
                for name in e.names:
                    if name in uses:
                        uses[name] += 1
            if isinstance(s, S.Assign) and (s.target.head == "var" or self.places and s.target.head == "index"
                                            and s.target.args[0].head == "var"):
                popped = stack_call(s.value, "pop")
                if s.target.head == "var" and s.target.data in self.uses:
                    self.made[s.target.data] = (key, n)
                elif popped in self.uses:
                    self.popped[str(popped)] = (key, n)
            elif isinstance(s, S.Do):
                pushed = stack_call(s.value, "append")
                if pushed in self.uses:
                    self.pushed[str(pushed)] = (key, n)
            for k, inner in enumerate(S.blocks(s)):
                self.around[s, k] = key
                self._look(inner, (s, k))

    def body(self) -> S.Block:
        """The blocks, put together."""
        return self._rebuilt(self.fn.body, (None, 0))

    def _rebuilt(self, body: S.Block, key: Key) -> S.Block:
        out: list[S.Stmt] = []
        for s in self.bodies[key]:  # statements may have changed places
            if s in self.gone:
                continue
            if type(s) in S.COMPOUND:
                inner = iter([self._rebuilt(b, (s, k)) for k, b in enumerate(S.blocks(s))])
                s = S.map_blocks(lambda b, inner=inner: next(inner), s)  # type: ignore[misc]
            out.append(s)
        return S.block_of(out, body)

    # ---- one list -----------------------------------------------------------------------------------------------

    def value(self, name: str) -> Expr:
        """What is pushed."""
        if name in self.kept:
            return self.kept[name]
        key, at = self.pushed[name]
        s = self.bodies[key][at]
        assert isinstance(s, S.Do)
        return s.value.args[1]

    def target(self, name: str) -> str:
        """The variable that it is popped into."""
        return str(self.place(name).data)

    def place(self, name: str) -> Expr:
        """The variable or the part of an array that it is popped into."""
        if name in self.taken:
            return self.taken[name]
        key, at = self.popped[name]
        s = self.bodies[key][at]
        assert isinstance(s, S.Assign)
        return s.target

    def keep_aside(self, name: str) -> None:
        """Where something is pushed, keep it in a variable, which may be pushed later."""
        key, at = self.pushed[name]
        value = self.value(name)
        self.kept[name] = E.var(self.program.names.fresh(self.target(name)))
        self.bodies[key][at] = S.Assign(self.kept[name], value, self.bodies[key][at].loc)

    def take_aside(self, name: str) -> None:
        """Where something is popped, take it from a variable, into which it may be popped earlier."""
        key, at = self.popped[name]
        place = self.place(name)
        self.taken[name] = E.var(self.program.names.fresh(self.target(name)))
        self.bodies[key][at] = S.Assign(place, self.taken[name], self.bodies[key][at].loc)

    def move_down(self, key: Key, moved: list[int], to: int) -> None:
        """Put the statements at some positions of a block after that at a later one, in their order."""
        body, among = self.bodies[key], set(moved)
        order = [n for n in range(to + 1) if n not in among] + moved
        body[:to + 1] = [body[n] for n in order]
        new = {old: n for n, old in enumerate(order)}
        for places in (self.made, self.pushed, self.popped):
            for name, (where, n) in places.items():
                if where == key and n <= to:
                    places[name] = key, new[n]

    def keeps_value(self, name: str, to: int) -> bool:
        """Would the same value be pushed, and as often, at another position of the block?

        What is changed in place is not pushed before that: the change would be one of what the list holds, too.
        """
        key, at = self.pushed[name]
        memory, value = self.program.memory, self.value(name)
        if at != to and not memory.is_pure(value):
            return False
        held = memory.reads(value) if to < at or value.head != "var" else frozenset()
        for s in S.walk_stmts(self.bodies[key][min(at, to):max(at, to)]):
            if isinstance(s, S.LEAVING) or not S.writes(s).isdisjoint(value.names) or not memory.writes(s).isdisjoint(held):
                return False
        return True
