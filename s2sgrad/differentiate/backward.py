"""Build the tree of the backward sweep: the reverse of every statement, by its kind."""
from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from s2sgrad.analysis.arguments import Given
from s2sgrad.analysis.facts import Facts
from s2sgrad.analysis.list_copies import holds_elements
from s2sgrad.differentiate import attempts, containers, helpers, linking, storage, turning
from s2sgrad.differentiate.calls import Calls
from s2sgrad.differentiate.contributions import Contributions
from s2sgrad.differentiate.guards import guarded
from s2sgrad.differentiate.insertion import is_insertion, reverse_insertion
from s2sgrad.differentiate.naming import LOCAL, adjoint, adjoint_var
from s2sgrad.differentiate.reached import Reached
from s2sgrad.differentiate.tree import Branch, Loop, Node, Region, Step
from s2sgrad.errors import unsupported
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import Names


class Backward:
    """The reverse of one function; `forward` says which statements the forward sweep runs in place of the primal's."""

    def __init__(self, facts: Facts, names: Names, calls: Calls) -> None:
        self.facts = facts
        self.names = names
        self.rules = Contributions(facts, names)
        self.calls = calls
        self.forward: dict[S.Stmt, S.Block] = {}
        #: By function, what the calls of it ask for (see `calls`).
        self.asked: dict[Any, list[tuple[tuple[str, ...], Given]]] = {}

    @cached_property
    def reached(self) -> Reached:
        return Reached(self.facts)

    @cached_property
    def calls_of(self) -> dict[Any, list[tuple[S.Stmt, Expr]]]:
        """By function in Python, the statements that are calls of it, or assign what one gives."""
        out: dict[Any, list[tuple[S.Stmt, Expr]]] = {}
        for s in S.walk_stmts(self.facts.function.body):
            for e in S.expressions(s):
                function = python_function(e.args[0].data.value) if e.head == "call" and e.args[0].head == "ref" else None
                if function is not None:
                    out.setdefault(function, []).append((s, e))
        return out

    def fresh(self, base: str) -> str:
        return LOCAL + self.names.fresh(base)

    def block(self, body: S.Block) -> list[Node]:
        """The reverse of a block, in order of execution."""
        return [node for s in reversed(body) for node in self.statement(s) or self._silent(s)]

    def _silent(self, s: S.Stmt) -> list[Node]:
        """What nothing is left of, where it binds what adjoints are looked up by: they are looked up again before it."""
        writes = S.writes(s)
        found = writes and not (writes.isdisjoint(self.facts.by_turns) and writes.isdisjoint(self.facts.links.variables))
        return [Step(s, [])] if found else []

    def statement(self, s: S.Stmt) -> list[Node]:
        if isinstance(s, S.Assign):
            return self._assign(s)
        if isinstance(s, S.If):
            return [Branch(s, self.block(s.body), self.block(s.orelse))]
        if isinstance(s, (S.For, S.While)):
            return [Loop(s, self.block(s.body))]
        if isinstance(s, S.With):
            return [Region(s, [self.block(s.body)])]
        if isinstance(s, S.Try):
            attempts.check(s, self.facts)
            return [Region(s, [self.block(s.final), *(self.block(h.body) for h in s.handlers), self.block(s.orelse),
                               self.block(s.body)])]
        if isinstance(s, S.Aug):
            return self._augmented(s)
        if isinstance(s, S.Do):
            return self._effect(s)
        if isinstance(s, S.Delete):
            return containers.delete(s, self)
        return []

    # ---- assignments ----------------------------------------------------------------------------------------

    def _assign(self, s: S.Assign) -> list[Node]:
        target = s.target
        if target.head in ("index", "attr"):
            return storage.store(s, self)
        if s in self.facts.aliasing.guards:
            self.forward[s] = guarded(s, self.facts)
        if target.head == "var" and turning.moves_nothing(s, target.data, s.value, self.facts):
            return []
        called = self._called(s) if s.value.head == "call" else None
        if called is not None:
            return called
        if target.head == "tuple":
            return self._several(s)
        name = target.data
        if name not in self.facts.active or name in self.facts.roles.views and not self._is_made_new(s):
            return []
        linked = linking.bound(s, self)
        if linked is not None:
            return linked
        if name in s.value.names:
            return [self._self_update(s, s.value)]
        code = self.rules.of(s, s.value, target, adjoint_var(name))
        return [Step(s, [*code, S.Clear(adjoint(name), s.loc)], _reads_any(code, (name,)))]

    def _is_made_new(self, s: S.Assign) -> bool:
        """Is this a container, object or array of its own, whatever else its variable stands for elsewhere? Its adjoint is
        found by what it is."""
        return s.target.data in self.facts.by_turns or s.target.data in self.facts.links.variables and (
            s.value.head in ("op", "list", "tuple", "dict") or self.facts.aliasing.value(s.value, s) is None
            or linking.takes_slice(s.value) or linking.copies(s.value) or holds_elements(s.value, s, self.facts.aliasing))

    def _called(self, s: S.Assign) -> list[Node] | None:
        """The reverse of the assignment of what a call gives; None where the rule of a primitive tells."""
        taken = self._taken_out(s)
        if taken is not None:
            return self._bound_anew(s, taken)
        return self.calls.assign(s, self) if self.calls.handles(s, self) else None

    def _taken_out(self, s: S.Assign) -> list[Node] | None:
        """The reverse of what takes something out of a container, or reads it there for a derivative; None for other calls."""
        if storage.is_taking(s.value) and s.target.head == "var":
            return storage.taking(s, self)
        helped = helpers.assign(s, self)
        if helped is None and containers.changes(s.value) and s.target.head == "var":
            return containers.assign(s, self)
        return helped

    def _bound_anew(self, s: S.Assign, found: list[Node]) -> list[Node]:
        """The reverse of taking something out of a container; what was in one that is not active does not vary."""
        name = s.target.data if s.target.head == "var" else ""
        facts = self.facts
        if found or name not in facts.active or name in facts.roles.views or name in facts.links.variables:
            return found
        return [Step(s, [S.Clear(adjoint(name), s.loc)])]

    def _self_update(self, s: S.Assign | S.Aug, e: Expr) -> Step:
        """``x = f(x)``: the adjoint of the new value is put aside before that of the old one comes in its place."""
        target = s.target
        name = target.data
        seed = E.var(self.fresh("b" + name))
        output = E.var(name + "'")
        code = self.rules.of(s, e, output, seed)
        reads = frozenset().union(*(t.value.names for t in code if isinstance(t, (S.Assign, S.Accumulate))))
        after = output.data in reads
        if after and name in reads:  # both values are asked for: the new one is computed again from the old
            code = self.rules.of(s, e, e, seed)
            after = False
        elif after:
            code = tuple(S.map_expressions(lambda x: E.substitute(x, {output.data: target}), t) for t in code)
        start: list[S.Stmt] = [S.Assign(seed, adjoint_var(name), s.loc), S.Clear(adjoint(name), s.loc)]
        return Step(s, [*start, *code], after)

    def _several(self, s: S.Assign) -> list[Node]:
        """``a, b = x, y`` moves values in parallel; ``a, b = f(x)`` takes a primitive with several results."""
        targets = s.target.args
        active = [t for t in targets if t.head == "var" and t.data in self.facts.active]
        if not active:
            return []
        if s.value.head == "tuple" and len(s.value.args) == len(targets):
            return [self._parallel(s, [(t, x) for t, x in zip(targets, s.value.args) if t in active])]
        if any(t.head != "var" for t in targets):
            raise unsupported(s.loc, "this unpacking cannot be differentiated", "assign to plain variables first")
        seeds = E.tuple_(*(adjoint_var(t.data) if t in active else E.ZERO for t in targets))
        code = self.rules.of(s, s.value, s.target, seeds)
        after = _reads_any(code, [t.data for t in targets])
        return [Step(s, [*code, *(S.Clear(adjoint(t.data), s.loc) for t in active)], after)]

    def _parallel(self, s: S.Assign, pairs: list[tuple[Expr, Expr]]) -> Step:
        pairs = [(t, x) for n, (t, x) in enumerate(pairs) if t not in [u for u, _ in pairs[n + 1:]]]
        held = self.facts.links.variables
        pairs = [(t, x) for t, x in pairs if not turning.moves_nothing(s, t.data, x, self.facts)
                 and (t.data in self.facts.by_turns or t.data not in self.facts.roles.views and t.data not in held)]
        seeds = [E.var(self.fresh("b" + t.data)) for t, _ in pairs]
        code: list[S.Stmt] = [S.Assign(b, adjoint_var(t.data), s.loc) for b, (t, _) in zip(seeds, pairs)]
        code += [S.Clear(adjoint(t.data), s.loc) for t, _ in pairs]
        for b, (t, x) in zip(seeds, pairs):
            code += self.rules.of(s, x, t, b)
        return Step(s, code)

    def _augmented(self, s: S.Aug) -> list[Node]:
        if s in self.facts.aliasing.guards:
            self.forward[s] = guarded(s, self.facts)
        if s.target.head != "var":
            return storage.update(s, self)
        name = s.target.data
        if name not in self.facts.active:
            return []
        if s in self.facts.aliasing.in_place:
            return storage.update(s, self)
        return [self._self_update(s, E.op(s.symbol, s.target, s.value))]

    def _effect(self, s: S.Do) -> list[Node]:
        if turning.is_carried(s, self.facts):
            return []
        if is_insertion(s):
            return reverse_insertion(s, self)
        if containers.changes(s.value):
            return containers.effect(s, self)
        if storage.is_write_call(s.value):
            return storage.write_call(s, self)
        if self.calls.handles(s, self):
            return self.calls.assign(s, self)
        return helpers.effect(s, self)


def _reads_any(code: Iterable[S.Stmt], names: Iterable[str]) -> bool:
    """Does adjoint code read a result of the statement that it reverses?"""
    wanted = frozenset(names)
    for s in S.walk_stmts(code):
        for e in (s.value,) if type(s) is S.Accumulate else S.expressions(s):
            if not wanted.isdisjoint(e.names):
                return True
    return False
