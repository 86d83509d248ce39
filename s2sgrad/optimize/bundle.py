"""One list for what one place of a loop saves.

    x_stack.append(x)                             saved.append((x, y))
    y_stack.append(y)
    ...                              --->         ...
    y = y_stack.pop()                             x, y = saved.pop()
    x = x_stack.pop()

Lists that are pushed to in one block and popped from in one block have the same number of elements at any time, so the
elements may as well be kept together. What is pushed must be the same value at the place where all of it is pushed,
and nothing may ask, between the pops, for what they give.
"""
from __future__ import annotations

import dataclasses

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.dead_code import private_stacks, stack_call
from s2sgrad.optimize.program import Program

#: A block, by the statement that it is in and its number there.
_Key = tuple[S.Stmt | None, int]


def bundle(fn: S.Function, program: Program) -> S.Function:
    """Join lists of saved values that are always used together."""
    stacks = private_stacks(fn.body)
    if len(stacks) < 2:
        return fn
    program.turn_to(fn)
    return _Bundling(fn, program, stacks).function()


class _Bundling:
    """For each list the `block` where it is made, pushed to, and popped from, and the position there."""

    def __init__(self, fn: S.Function, program: Program, stacks: frozenset[str]) -> None:
        self.fn = fn
        self.program = program
        self.uses = dict.fromkeys(stacks, 0)
        self.made: dict[str, tuple[_Key, int]] = {}
        self.pushed: dict[str, tuple[_Key, int]] = {}
        self.popped: dict[str, tuple[_Key, int]] = {}
        self.bodies: dict[_Key, list[S.Stmt]] = {}
        self.around: dict[_Key, _Key] = {}
        self.gone: set[S.Stmt] = set()
        self._look(fn.body, (None, 0))

    def function(self) -> S.Function:
        groups: dict[tuple[_Key, ...], list[str]] = {}
        places = (self.made, self.pushed, self.popped)
        # What containers hold would be taken for what the tuples hold when the derivative is differentiated in its turn.
        containers = {s.target.data for s in S.walk_stmts(self.fn.body) if isinstance(s, S.Assign)
                      and s.target.head == "var" and _is_container(s.value)}
        for name, (key, n) in self.pushed.items():
            if self.uses[name] == 3 and all(name in p for p in places) and self._is_made_first(name) \
                    and _pushed(self.bodies[key][n]).names.isdisjoint(containers):
                groups.setdefault(tuple(p[name][0] for p in places), []).append(name)
        joined = [self._join(names) for names in groups.values() if len(names) > 1]
        if not any(joined):
            return self.fn
        return dataclasses.replace(self.fn, body=self._rebuilt(self.fn.body, (None, 0)))

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

    def _look(self, body: S.Block, key: _Key) -> None:
        """Note where the lists are made, pushed to and popped from, each in a statement of its own."""
        self.bodies[key] = list(body)
        for n, s in enumerate(body):
            for e in S.expressions(s):
                for name in e.names & self.uses.keys():
                    self.uses[name] += 1
            if isinstance(s, S.Assign) and s.target.head == "var":
                popped = stack_call(s.value, "pop")
                if s.target.data in self.uses:
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

    def _rebuilt(self, body: S.Block, key: _Key) -> S.Block:
        out: list[S.Stmt] = []
        for old, s in zip(body, self.bodies[key]):
            if s in self.gone:
                continue
            if type(s) in S.COMPOUND:
                inner = iter([self._rebuilt(b, (old, k)) for k, b in enumerate(S.blocks(s))])
                s = S.map_blocks(lambda b, inner=inner: next(inner), s)  # type: ignore[misc]
            out.append(s)
        return body if len(out) == len(body) and all(a is b for a, b in zip(out, body)) else tuple(out)

    # ---- what can be together --------------------------------------------------------------------------------------

    def _join(self, names: list[str]) -> bool:
        """Join those of `names`, lists used in the same three blocks, that can be; are there any?"""
        pushes = self.bodies[self.pushed[names[0]][0]]
        pops = self.bodies[self.popped[names[0]][0]]
        best: list[str] = []
        where = (0, 0)
        for _, up in (self.pushed[n] for n in names):
            movable = [n for n in names if self._keeps_value(pushes, self.pushed[n][1], up)]
            for _, down in (self.popped[n] for n in movable):
                together = [n for n in movable if self._is_untouched(pops, self.popped[n][1], down)]
                if len(together) > len(best):
                    best, where = together, (up, down)
        targets = {_target(pops[self.popped[n][1]]) for n in best}
        if len(best) < 2 or len(targets) < len(best):
            return False
        self._write(best, *where)
        return True

    def _keeps_value(self, body: list[S.Stmt], at: int, to: int) -> bool:
        """Would the statement at one position of a block push the same value, and as often, at another one?"""
        memory = self.program.memory
        value = _pushed(body[at])
        if at != to and not memory.is_pure(value):
            return False
        for s in S.walk_stmts(body[min(at, to):max(at, to)]):
            if isinstance(s, _LEAVING) or not S.writes(s).isdisjoint(value.names):
                return False
            if value.head != "var" and not memory.writes(s).isdisjoint(memory.reads(value)):
                return False
        return True

    def _is_untouched(self, body: list[S.Stmt], at: int, to: int) -> bool:
        """Is the variable that a value is popped into not in use between two positions?"""
        name = _target(body[at])
        for s in S.walk_stmts(t for t in body[min(at, to):max(at, to) + 1] if t is not body[at]):
            if isinstance(s, _LEAVING) or name in S.writes(s) or name in S.reads(s):
                return False
        return name not in self.program.pinned

    def _write(self, names: list[str], up: int, down: int) -> None:
        """Replace the lists by one, of tuples."""
        saved = E.var(self.program.names.fresh("saved"))
        made, pushes, pops = (self.bodies[p[names[0]][0]] for p in (self.made, self.pushed, self.popped))
        values = E.tuple_(*(_pushed(pushes[self.pushed[n][1]]) for n in names))
        targets = E.tuple_(*(E.var(_target(pops[self.popped[n][1]])) for n in names))
        start = min(self.made[n][1] for n in names)
        for body, places in ((made, self.made), (pushes, self.pushed), (pops, self.popped)):
            self.gone.update(body[places[n][1]] for n in names)
        made[start] = S.Assign(saved, E.list_(), made[start].loc)
        pushes[up] = S.Do(E.call(E.attr(saved, "append"), values), pushes[up].loc)
        pops[down] = S.Assign(targets, E.call(E.attr(saved, "pop")), pops[down].loc)


_LEAVING = (S.Break, S.Continue, S.Return, S.Raise)


def _is_container(e: Expr) -> bool:
    return e.head in ("list", "dict", "set", "comp") or E.callee(e) in (list, dict, set, sorted)


def _pushed(s: S.Stmt) -> Expr:
    assert isinstance(s, S.Do)
    return s.value.args[1]


def _target(s: S.Stmt) -> str:
    assert isinstance(s, S.Assign)
    return str(s.target.data)
