"""Put values that are used once back into the expressions that use them.

    t = w @ h
    t2 = t + b          --->          h = np.tanh(w @ h + b)
    h = np.tanh(t2)

A definition waits until its variable is read. It stays where it is when a statement in between binds a variable that
it reads, changes memory that it reads, or when its own effects would change places with others.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from s2sgrad import runtime
from s2sgrad.differentiate.naming import is_adjoint_code, preferred
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.optimize.dead_code import stack_call
from s2sgrad.optimize.groups import NOTHING, Tokens
from s2sgrad.optimize.memory import OUTSIDE
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.width import LINE, statement_width

#: Of expressions that may end early, the number of operands that are evaluated in any case.
_ALWAYS = {"ifexp": 1, "bool": 1, "compare": 2}
#: Expressions of more nodes stay in statements of their own: nobody reads them, and what they nest has to be walked.
_DEEP = 400
_HIDING = frozenset(("function", "comp", "walrus"))
_HIDDEN = E.FUNCTION | E.COMP | E.WALRUS
_MAY_ACT = E.CALL | _HIDDEN


def nest(fn: S.Function, program: Program) -> S.Function:
    """Substitute temporaries that are read once, and sums of contributions to one adjoint that fit on a line."""
    nesting = _Nesting(fn, program)
    body = nesting.block(fn.body, 0)
    return S.with_body(fn, body)


@dataclass(eq=False)
class _Waiting:
    """A definition at a `place` in the block that may go yet; `writes` is None where it has no effects."""

    value: Expr
    reads: Tokens
    writes: Tokens | None
    place: int


class _Nesting:
    def __init__(self, fn: S.Function, program: Program) -> None:
        self.program = program
        self.claims = program.claims
        self.memory = program.memory
        self.uses = program.uses(fn)
        self.pinned = program.pinned

    def block(self, body: S.Block, depth: int) -> S.Block:
        return _Block(self, depth).run(body)

    def may_wait(self, s: S.Stmt) -> bool:
        """Is `s` the definition of a value that one expression reads?"""
        if type(s) is not S.Assign or s.target.head != "var":
            return False
        name = s.target.data
        if self.uses.get(name) != 1 or not s.value.args or not self.claims.is_constant(name) or name in self.pinned:
            return False
        if s.value.head in ("list", "dict", "set"):
            return False
        return not s.value.heads & _HIDDEN or self.memory.is_pure(s.value)


class _Block:
    """The definitions that wait at one point of a block."""

    def __init__(self, nesting: _Nesting, depth: int) -> None:
        self.to = nesting
        self.depth = depth
        self.out: list[S.Stmt | None] = []
        self.waiting: dict[str, _Waiting] = {}
        self.readers: dict[str, dict[str, None]] = {}
        self.volatile: dict[int, dict[str, None]] = {}  # what waits by the memory that it reads
        self.effects: dict[str, None] = {}
        self.writers: dict[int, dict[str, None]] = {}  # the effects by the memory that they change

    def run(self, body: S.Block) -> S.Block:
        for s in body:
            self._statement(s)
        out = [s for s in self.out if s is not None]
        return S.block_of(out, body)

    def _statement(self, s: S.Stmt) -> None:
        if isinstance(s, S.Comment):
            self.out.append(s)
            return
        s = self._with_definitions(s)
        if type(s) in S.COMPOUND:
            self._make_way(s)
            self.out.append(S.map_blocks(lambda b: self.to.block(b, self.depth + 1), s))
        elif self.to.may_wait(s):
            self._wait(s)  # type: ignore[arg-type]
        else:
            self._make_way(s)
            self.out.append(s)

    # ---- definitions that wait ------------------------------------------------------------------------------------

    def _wait(self, s: S.Assign) -> None:
        memory = self.to.memory
        pure = memory.is_pure(s.value)
        writes = None if pure else memory.writes(s)
        if not pure:
            self._make_way(s, True)
        own = s.target.data
        made = self.waiting[own] = _Waiting(s.value, memory.reads(s.value), writes, len(self.out))
        self.out.append(s)
        for name in s.value.names:
            self.readers.setdefault(name, {})[own] = None
        for token in made.reads:
            self.volatile.setdefault(token, {})[own] = None
        if writes is not None:
            self.effects[own] = None
            for token in writes:
                self.writers.setdefault(token, {})[own] = None

    def _take(self, name: str) -> _Waiting:
        found = self.waiting.pop(name)
        for n in found.value.names:
            self.readers[n].pop(name, None)
        for token in found.reads:
            self.volatile[token].pop(name, None)
        self.effects.pop(name, None)
        for token in found.writes or ():
            self.writers[token].pop(name, None)
        return found

    def _stay(self, names: Iterable[str]) -> None:
        """These definitions stay where they are, and so do effects that came before theirs or before what they read."""
        if not self.effects:
            for name in names:
                self._take(name)
            return
        stays = dict.fromkeys(names)
        reading = [n for n in stays if self.waiting[n].reads]
        if reading:
            tokens = frozenset((OUTSIDE,)).union(*(self.waiting[n].reads for n in reading))
            stays.update(dict.fromkeys([e for t in tokens for e in self.writers.get(t, ())
                                        if e not in stays and any(self._feeds(e, n) for n in reading)]))
        if not self.effects.keys().isdisjoint(stays):
            last = max(n for n, name in enumerate(self.effects) if name in stays)
            stays.update(dict.fromkeys(list(self.effects)[:last + 1]))
        for name in stays:
            self._take(name)

    def _feeds(self, effect: str, name: str) -> bool:
        """Does a waiting effect come before a definition, and change what that reads?"""
        first, then = self.waiting[effect], self.waiting[name]
        written = first.writes or NOTHING
        return first.place < then.place and (not written.isdisjoint(then.reads) or OUTSIDE in written and bool(then.reads))

    def _make_way(self, s: S.Stmt, waits: bool = False) -> None:
        """Let the definitions stay that cannot be moved past `s`.

        Where it `waits` itself, effects before it may wait on: they wait in their order.
        """
        if not self.waiting:
            return
        memory = self.to.memory
        if self._binds_purely(s):
            blocked_by = self.readers.get(s.target.data)
            if blocked_by:
                self._stay(dict(blocked_by))
            return
        inside = list(S.walk_stmts((s,)))
        blocked: dict[str, None] = {}
        pure = not S.blocks(s)
        written: Tokens = NOTHING
        for t in inside:
            for name in S.writes(t):
                blocked.update(self.readers.get(name, {}))
            if type(s) in S.COMPOUND:
                for name in S.reads(t):
                    if name in self.waiting:
                        blocked[name] = None
            effect = memory.writes(t)
            written |= effect
            pure = pure and not effect and not isinstance(t, (S.Return, S.Raise, S.Assert)) \
                and all(map(memory.is_pure, S.expressions(t)))
        for token in self.volatile if OUTSIDE in written else written:
            for name in self.volatile.get(token, ()):
                if not (waits and name in self.effects):
                    blocked[name] = None
        if self.effects and not waits:
            read = frozenset().union(*(memory.reads(e) for t in inside for e in S.expressions(t)))
            for name in self.effects:
                writes = self.waiting[name].writes or NOTHING
                if not pure or not read.isdisjoint(writes):
                    blocked[name] = None
        self._stay(blocked)

    def _binds_purely(self, s: S.Stmt) -> TypeGuard[S.Assign]:
        """Does `s` do nothing but bind a variable, while nothing that has an effect waits?"""
        return not self.effects and type(s) is S.Assign and s.target.head == "var" and (
            not s.value.heads & _MAY_ACT or self.to.memory.is_pure(s.value))

    # ---- their use -------------------------------------------------------------------------------------------------

    def _with_definitions(self, s: S.Stmt) -> S.Stmt:
        """`s` with the definitions that it reads put in, where that can be."""
        if not self.waiting:
            return s
        used = [n for n in S.reads(s) if n in self.waiting]
        if not used:
            return s
        allowed = self._without_fed(self._allowed(s, used))
        while allowed:
            made = _replaced(s, {n: self.waiting[n].value for n in allowed})
            longest = self._too_long(s, made, allowed)
            if longest is None:
                break
            gone = allowed.index(longest)
            allowed = [n for k, n in enumerate(allowed)
                       if k != gone and not (k < gone and longest in self.effects and n in self.effects)]
            allowed = self._without_fed(allowed)
        self._stay([n for n in used if n not in allowed])
        if not allowed:
            return s
        for name in allowed:
            self.out[self._take(name).place] = None
        return made

    def _without_fed(self, allowed: list[str]) -> list[str]:
        """Without the effects that change what a definition reads that does not go to the same place."""
        while self.effects:
            left = [n for n in self.waiting if n not in allowed] if any(n in self.effects for n in allowed) else []
            kept = [n for n in allowed if n not in self.effects or not any(self._feeds(n, m) for m in left)]
            if len(kept) == len(allowed):
                return kept
            allowed = kept
        return allowed

    def _allowed(self, s: S.Stmt, used: list[str]) -> list[str]:
        """The definitions that may go into `s`, in the order of evaluation."""
        if isinstance(s, (S.While, S.Define, S.Try)):
            return []
        if self._binds_purely(s):
            met = used if len(used) == 1 else [e.data for e in E.walk(s.value) if e.head == "var" and e.data in used]
            return [name for name in met if self._fits(s, name)]
        order = list(self._order(s))
        own = next((n for n, (name, _) in enumerate(order) if name is None), len(order))
        within = {name: (n, sure) for n, (name, sure) in enumerate(order) if name is not None}
        written = self.to.memory.writes(s) if own < len(order) else NOTHING
        effects = self._in_sequence([name for name, sure in order[:own] if sure and name in self.effects], s)
        for name in effects:
            written |= self.waiting[name].writes or NOTHING
        out = []
        for name in sorted(used, key=lambda n: within[n][0] if n in within else -1):
            if name not in within or not self._fits(s, name):
                continue
            if name in self.effects:
                if name in effects:
                    out.append(name)
            elif written.isdisjoint(self.waiting[name].reads) or not effects and within[name][0] < own:
                out.append(name)
        return out

    def _in_sequence(self, uses: list[str], s: S.Stmt) -> list[str]:
        """The uses whose effects happen in `s` in the order in which they would have happened before it."""
        if isinstance(s, S.Aug) and s.target.head != "var":
            return []
        read = frozenset().union(*(self.to.memory.reads(E.var(n)) for n in S.reads(s) if n not in self.waiting))
        out: list[str] = []
        waiting = list(self.effects)
        while uses and waiting and uses[-1] == waiting[-1] and self._fits(s, uses[-1]) \
                and read.isdisjoint(self.waiting[uses[-1]].writes or NOTHING):
            out.append(uses.pop())
            waiting.pop()
        return out

    def _fits(self, s: S.Stmt, name: str) -> bool:
        """Does the reader miss nothing when the definition disappears in `s`?"""
        found = self.waiting[name]
        if stack_call(found.value, "pop") is not None:
            return isinstance(s, S.If)
        if self.to.program.is_temporary(name) or _is_added(s, name):
            return True
        if isinstance(s, S.Return) or not is_adjoint_code(s):
            return False
        fn = E.hashable_callee(found.value)
        return _is_part(found.value) or fn is runtime.scalar_seed or _is_put(s, name) \
            or fn is runtime.unbroadcast and _gets_axis(s, name)

    def _too_long(self, s: S.Stmt, made: S.Stmt, allowed: list[str]) -> str | None:
        """The definition to leave out of what would get too deep, or too long for a line of adjoint code once simplified."""
        if not is_adjoint_code(s):
            largest = max(allowed, key=lambda n: E.size(self.waiting[n].value))
            return largest if E.size(self.waiting[largest].value) > _DEEP else None
        if statement_width(made, self.depth) <= LINE:
            return None
        if statement_width(S.map_expressions(self.to.program.algebra.simplify, made), self.depth) <= LINE:
            return None
        return max(allowed, key=lambda n: E.size(self.waiting[n].value))

    def _order(self, s: S.Stmt) -> Iterator[tuple[str | None, bool]]:
        """The waiting variables that `s` reads in the order of evaluation, None where `s` has an effect of its own.

        The second part tells whether the read happens in any case.
        """
        expressions = S.expressions(s)
        if isinstance(s, S.Assign) and s.target.head == "var" or isinstance(s, S.For):
            expressions = expressions[:1]
        for e in expressions:
            yield from self._reads(e, True)

    def _reads(self, e: Expr, sure: bool) -> Iterator[tuple[str | None, bool]]:
        if e.head == "var":
            if e.data in self.waiting:
                yield e.data, sure
            return
        if e.head in _HIDING:
            yield None, False
            return
        for n, a in enumerate(e.args):
            yield from self._reads(a, sure and n < _ALWAYS.get(e.head, len(e.args)))
        if e.head == "call" and not self.to.memory.is_pure(E.rebuild(e, (e.args[0], *(E.NONE for _ in e.args[1:])))):
            yield None, sure


def _is_part(e: Expr) -> bool:
    """Is this an element that one sees where it is from, ``xs[i]``?"""
    return e.head == "index" and all(a.head in ("var", "const") for a in e.args)


def _gets_axis(s: S.Stmt, name: str) -> bool:
    """Does what `name` holds, or a multiple, get an axis more in `s`, the one that a sum took from what it is the adjoint of?"""
    return any(e.head == "index" and name in e.args[0].names and e.args[1].head == "tuple"
               and e.args[1].args[-1:] == (E.NONE,) for part in S.expressions(s) for e in E.walk(part))


def _is_put(s: S.Stmt, name: str) -> bool:
    """Does `s` do nothing but add what `name` holds to an element or a field of an adjoint?"""
    return isinstance(s, S.Aug) and s.target.head in ("index", "attr") and s.value == E.var(name)


def _is_added(s: S.Stmt, name: str) -> bool:
    """Does `s` add what `name` holds to a variable that the reader sees under the same name?"""
    if not isinstance(s, S.Assign) or s.target.head != "var" or preferred(s.target.data) != preferred(name):
        return False
    e = s.value
    adds = e.head == "op" and e.data in ("+", "-") or e.head == "call" and E.hashable_callee(e) is runtime.add
    return adds and any(a.head == "var" and a.data == name for a in e.args)


def _replaced(s: S.Stmt, bindings: dict[str, Expr]) -> S.Stmt:
    """`s` with the variables that it reads replaced."""
    if isinstance(s, S.For):
        return dataclasses.replace(s, iter=E.substitute(s.iter, bindings))
    if isinstance(s, S.Assign) and s.target.head == "var":
        return S.with_value(s, E.substitute(s.value, bindings))
    if isinstance(s, S.Aug) and s.target.head == "var":
        return dataclasses.replace(s, value=E.substitute(s.value, bindings))
    return S.map_expressions(lambda e: E.substitute(e, bindings), s)
