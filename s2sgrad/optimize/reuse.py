"""Do not compute what a variable holds already.

    t = x[i]                                 t = x[i]
    bx[i] += unbroadcast(by, t)              bx[i] += unbroadcast(by, t)
    t2 = x[i]                        --->    by = by * t
    by = by * t2

Value numbering along the blocks: a value is known in the rest of the block that computes it, and in the blocks inside
that. Variables that are bound once stand for it; a value that depends on memory is known until something changes that
memory. The statements of the primal stay as the user wrote them.
"""
from __future__ import annotations

import dataclasses

import numpy as np

from s2sgrad.differentiate.naming import is_adjoint_code, is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.claims import rule_of
from s2sgrad.optimize.dead_code import private_stacks, stack_call
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.stacks import Stacks

#: What is evaluated more than once, or not where it stands.
_ELSEWHERE = (S.While, S.Try, S.With, S.Define, S.Delete)
_HIDDEN = E.FUNCTION | E.COMP | E.WALRUS
_PARTS = ("index", "attr")
#: Functions that make numbers and arrays that hold nothing of what they are given.
_NEW = frozenset((np.sum, np.prod, np.mean, np.var, np.std, np.max, np.min, np.linalg.norm, np.outer, np.eye))


def reuse(fn: S.Function, program: Program) -> S.Function:
    """Read the variable that holds a value instead of computing it again."""
    program.turn_to(fn)
    body = _Walk(fn, program).block(fn.body)
    return S.with_body(fn, body)


def save_once(fn: S.Function, program: Program) -> S.Function:
    """Save one variable once: a list that gets what another one gets goes, and what it gave is what the other one gives."""
    found = program.asked(private_stacks, fn)
    if len(found) < 2:
        return fn
    program.turn_to(fn)
    stacks = Stacks(fn, program, found)
    for names in stacks.groups():
        first: dict[str, str] = {}
        for name in sorted(names, key=lambda n: stacks.popped[n][1]):
            value = stacks.value(name)
            if value.head != "var":
                continue
            other = first.setdefault(value.data, name)
            if other != name and stacks.keeps_value(name, stacks.pushed[other][1]) \
                    and program.claims.is_constant(stacks.target(other)) and stacks.target(other) not in program.pinned:
                _without(name, stacks.target(other), stacks)
    return S.with_body(fn, stacks.body()) if stacks.gone else fn


def _without(name: str, source: str, stacks: Stacks) -> None:
    """Do without a list, whose values `source` has where they are popped."""
    for place in (stacks.made, stacks.pushed):
        key, at = place[name]
        stacks.gone.add(stacks.bodies[key][at])
    key, at = stacks.popped[name]
    pop = stacks.bodies[key][at]
    stacks.bodies[key][at] = S.Assign(E.var(stacks.target(name)), E.var(source), pop.loc)


class _Walk:
    """`known` are the variables that hold the values of expressions here, `by_name` and `by_token` the expressions that a
    variable or memory has a part in."""

    def __init__(self, fn: S.Function, program: Program) -> None:
        self.program = program
        self.claims = program.claims
        self.memory = program.memory
        self.known: dict[Expr, str] = {}
        self.value: dict[str, Expr] = {}
        self.by_name: dict[str, list[Expr]] = {}
        self.by_token: dict[int, list[Expr]] = {}
        self.saved = _Saved(fn, program)
        self.uses = program.uses(fn)
        self.divides = False  # is any of what is known a quotient?

    def block(self, body: S.Block) -> S.Block:
        met: list[Expr] = []
        out = tuple([self._statement(s, met) for s in body])
        for e in met:
            self._drop(e)
        return S.block_of(out, body)

    def _statement(self, s: S.Stmt, met: list[Expr]) -> S.Stmt:
        if isinstance(s, (S.For, S.While)):  # what an iteration changes has changed when the next one begins
            for inner in S.walk_stmts((s,)):
                self._forget(inner)
        if self.known and not isinstance(s, _ELSEWHERE) and self._is_ours(s):
            s = self._put_in(s)
        if type(s) in S.COMPOUND:
            self._forget(s)  # a condition may change something, too
            s = S.map_blocks(self.block, s)
        self._forget(s)
        if isinstance(s, S.Assign) and s.target.head == "var":
            self._learn(s.target.data, s.value, met)
            for name, e in self.saved.popped(s):
                self._learn(name, e, met)
        elif isinstance(s, S.Do):
            self.saved.pushed(s, self.value)
        return s

    def _is_ours(self, s: S.Stmt) -> bool:
        """Is this no statement that the user wrote?"""
        temporary = isinstance(s, S.Assign) and s.target.head == "var" and self.program.is_temporary(s.target.data)
        return temporary or is_adjoint_code(s)

    def _forget(self, s: S.Stmt) -> None:
        for name in S.writes(s):
            self.saved.here.pop(name, None)
            for e in self.by_name.pop(name, ()):
                self._drop(e)
        for token in self.memory.writes(s):
            for e in self.by_token.pop(token, ()):
                self._drop(e)

    def _drop(self, e: Expr) -> None:
        name = self.known.pop(e, None)
        if name is not None:
            self.value.pop(name, None)

    def _learn(self, name: str, e: Expr, met: list[Expr]) -> None:
        if e in self.known or e.head not in ("op", "compare", "call", *_PARTS) or e.heads & _HIDDEN or not e.names \
                or name in e.names or not self._is_settled(name) or not self.memory.is_pure(e) \
                or not self.program.pinned.isdisjoint(e.names):
            return
        self.known[e] = name
        self.value[name] = e
        self.divides = self.divides or e.head == "op" and e.data == "/"
        met.append(e)
        for n in (name, *e.names):
            self.by_name.setdefault(n, []).append(e)
        for token in self.memory.reads(e):
            self.by_token.setdefault(token, []).append(e)

    def _is_settled(self, name: str) -> bool:
        """Does nothing but an assignment change what a variable stands for?"""
        return name not in self.program.pinned and not self.memory.changing(name)

    def _put_in(self, s: S.Stmt) -> S.Stmt:
        if isinstance(s, S.Assign):
            holder = self.known.get(s.value)
            if holder is not None and s.target.head == "var" and self._may_stand_for(holder, s.target.data, s.value):
                return S.with_value(s, E.var(holder))
            return S.with_value(s, self._operands(s.value))
        if isinstance(s, S.Aug):
            value = self._operands(s.value)
            return s if value is s.value else dataclasses.replace(s, value=value)
        if isinstance(s, S.For):
            value = self._operands(s.iter)
            return s if value is s.iter else dataclasses.replace(s, iter=value)
        return S.map_expressions(self._operands, s)

    def _may_stand_for(self, holder: str, name: str, e: Expr) -> bool:
        """May a temporary that gets the value of `e` be another name for the variable that holds it?

        What leaves the function shares no memory that it would not share anyway.
        """
        memory = self.memory
        if not self.program.is_temporary(name) or not self.claims.is_constant(name) or not self._is_settled(name):
            return False
        if e.head not in _PARTS:
            flat = e.head != "call" or _is_elementwise(e) or E.hashable_callee(e) in _NEW
            own = {memory.group(name)} if flat else memory.reachable(name)
            if not memory.escaping.isdisjoint(own):
                return False
        return memory.link(name, E.var(holder))

    def _operands(self, e: Expr) -> Expr:
        """`e` with what is known put in where it is an operand of arithmetic, which makes something new of it."""
        if not e.args or e.heads & _HIDDEN:
            return e
        if self.divides and e.head == "op" and e.data == "*":
            e = self._quotient(e)
        if not [a for a in e.args if a.args]:
            return e
        arithmetic = e.head in ("op", "compare") or e.head == "call" and _is_elementwise(e)
        put_in = self._operand if arithmetic else self._operands
        return E.rebuild(e, tuple([put_in(a) if a.args else a for a in e.args]))

    def _quotient(self, e: Expr) -> Expr:
        """``p / t * z`` and ``p * (z / t)`` as ``p * y`` and ``q * z``, where `y` is ``z / t`` or `q` is ``p / t``."""
        a, b = e.args
        if a.head == "var" and a.data in self.value and is_derivative(a.data) and self.uses.get(a.data) == 1:
            a = self.value[a.data]
        if a.head == "op" and a.data == "/":
            holder = self.known.get(E.op("/", b, a.args[1]))
            if holder is not None:
                return E.op("*", a.args[0], E.var(holder))
        if b.head == "op" and b.data == "/" and b not in self.known:
            holder = self.known.get(E.op("/", a, b.args[1]))
            if holder is not None:
                return E.op("*", E.var(holder), b.args[0])
        return e

    def _operand(self, e: Expr) -> Expr:
        holder = self.known.get(e)
        return self._operands(e) if holder is None else E.var(holder)


class _Saved:
    """What is known of values when a sweep saves them holds when they are popped, of the variables they are popped into.

    In ``t = np.sin(x)`` both `t` and `x` are saved: the sweep that gets them back need not compute the sine again. What is
    read from memory that something changes may be another value by then.
    """

    def __init__(self, fn: S.Function, program: Program) -> None:
        found = program.asked(private_stacks, fn)
        self.stacks = Stacks(fn, program, found)
        self.memory = program.memory
        self.group: dict[str, dict[str, str]] = {}
        self.order: dict[str, int] = {}
        self.facts: dict[str, Expr] = {}
        self.told_by: dict[str, set[str]] = {}  # by list, those whose values are known with what is popped from it
        self.here: dict[str, str] = {}  # by variable, the list whose value it has
        for names in self.stacks.groups() if len(found) > 1 else ():
            holding = {self.stacks.value(n).data: n for n in names if self.stacks.value(n).head == "var"}
            self.group.update(dict.fromkeys(names, holding))
            self.order.update((n, k) for k, n in enumerate(holding.values()))
        repeated = S.of_kinds(fn.body, S.For, S.While) if self.group else []
        self.moving = {n for s in S.walk_stmts(repeated) for n in S.writes(s)}

    def pushed(self, s: S.Do, known: dict[str, Expr]) -> None:
        """Keep what is known of the value that `s` saves."""
        name = stack_call(s.value, "append")
        if name in self.group and s.value.args[1].head == "var":
            e = known.get(s.value.args[1].data)
            if e is not None and not self.memory.reads(e) and all(
                    n not in self.moving or self._is_saved_with(n, str(name)) for n in e.names):
                self.facts[str(name)] = e
                for n in {str(name), *(self.group[name][v] for v in e.names if v in self.moving)} if name in self.order else ():
                    self.told_by.setdefault(n, set()).add(str(name))

    def _is_saved_with(self, variable: str, name: str) -> bool:
        """Is the variable saved in the same state as the value that list `name` gets?"""
        other = self.group[name].get(variable)
        return other is not None and self.stacks.keeps_value(other, self.stacks.pushed[name][1])

    def popped(self, s: S.Assign) -> list[tuple[str, Expr]]:
        """What is known once `s` has run: variables and their values."""
        name = stack_call(s.value, "pop")
        if name not in self.group:
            return []
        self.here[s.target.data] = str(name)
        out = []
        for n in sorted(self.told_by.get(str(name), ()), key=self.order.__getitem__):
            if self._is_here(n):
                others = {v: self.group[n][v] for v in self.facts[n].names if v in self.moving}
                if name in (n, *others.values()) and all(map(self._is_here, others.values())):
                    bindings = {v: E.var(self.stacks.target(o)) for v, o in others.items()}
                    out.append((self.stacks.target(n), E.substitute(self.facts[n], bindings)))
        return out

    def _is_here(self, name: str) -> bool:
        """Has a variable the value that was popped from a list?"""
        return self.here.get(self.stacks.target(name)) == name


def _is_elementwise(e: Expr) -> bool:
    rule = rule_of(e)
    return rule is not None and rule.elementwise
