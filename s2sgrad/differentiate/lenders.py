"""Ask for shapes where they are to be had for nothing.

``expand(b, t)`` and ``unbroadcast(b, t)`` read no more of `t` than its shape. Where ``t = h ** 2``, `h` has that shape
as well, and saving `h`, which the adjoint code reads anyway, saves saving `t`.
"""
from __future__ import annotations

from s2sgrad import runtime
from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.differentiate.tree import Node, Step, walk
from s2sgrad.differentiate.uses import Places
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.rules.moduli import makes_reals, near_reals

#: What is like a number of which it is not known whether it is complex: `unbroadcast` keeps imaginary parts.
_ANY_NUMBER = E.const(0j)
_LENT = {runtime.unbroadcast: 2, runtime.expand: 2, runtime.restore_axes: 2}


def borrow_shapes(nodes: list[Node], body: S.Block, facts: Facts) -> None:
    """Let adjoint code ask those variables for shapes whose values it reads."""
    near = near_reals(body) if makes_reals(body) else E.NO_NAMES
    if facts.has_complex or near is None:  # `unbroadcast` also asks whether a value is real
        return
    read: set[str] = set()
    asking = [step for step in _steps(nodes) if _asks(step, read)]
    if not asking:
        return
    lenders = _Lenders(body, facts, read, near)
    for step in asking:
        step.code = [_rewritten(s, step, lenders) for s in step.code]
        step.after = step.after or lenders.asked_results
        lenders.asked_results = False


def _steps(nodes: list[Node]) -> list[Step]:
    return [node for node in walk(nodes) if type(node) is Step]


def _asks(step: Step, read: set[str]) -> bool:
    """Collect the variables whose values the code of a step reads; does it ask for a shape as well?"""
    asked = False
    for s in S.walk_stmts(step.code):
        for e in S.expressions(s):
            if not e.heads & (E.CALL | E.COMP):
                read |= e.names
            else:
                asked = _read(e, read) or asked
    return asked


def _lent(e: Expr) -> int:
    """The position of the argument of a call that only lends its shape, 0 where there is none."""
    fn = E.callee(e) if e.head == "call" else None
    return _LENT.get(fn, 0) if callable(fn) and fn.__hash__ is not None else 0


def _read(e: Expr, read: set[str]) -> bool:
    """Collect the variables whose values `e` reads; does it ask for a shape as well?"""
    if e.head == "var":
        read.add(e.data)
        return False
    if not e.heads & (E.CALL | E.COMP):
        read |= e.names
        return False
    at = _lent(e)
    asked = at > 0 and e.args[at].head == "var"
    for n, a in enumerate(e.args):
        if a.names and not (asked and n == at):
            asked = _read(a, read) or asked
    return asked


def _rewritten(s: S.Stmt, step: Step, lenders: _Lenders) -> S.Stmt:
    def node(e: Expr) -> Expr:
        at = _lent(e)
        if at and e.args[at].head == "var" and not is_derivative(e.args[at].data):
            real = E.callee(e) is runtime.unbroadcast
            return E.rebuild(e, (*e.args[:at], lenders.of(e.args[at].data, step.stmt, real), *e.args[at + 1:]))
        return e

    s = S.map_expressions(lambda e: E.transform(node, e) if e.heads & E.CALL else e, s)
    if type(s) not in S.COMPOUND:
        return s
    return S.map_blocks(lambda b: tuple(_rewritten(t, step, lenders) for t in b), s)


class _Lenders:
    """Variables of the same shape as others, where a statement is reversed."""

    def __init__(self, body: S.Block, facts: Facts, read: set[str], near: frozenset[str]) -> None:
        self.near = near
        self.places = Places(body)
        self.facts = facts
        self.read = read
        self.params = {p.name for p in facts.function.params} - facts.rebound
        self.asked_results = False  # is the result of a statement asked, which the code then has to read after it?

    def of(self, name: str, s: S.Stmt, real: bool = False) -> Expr:
        """What to ask for the shape of `name` in the reverse of `s`: a parameter, or a variable that is read. For that of
        a number, any number does. `real`: it must be real where that is known to be."""
        if name in self.near:
            return E.ZERO if self._is_real(name) and self.facts.type_of_name(name).kind == "number" else E.var(name)
        found: str | None = name
        must_be = real and self._is_real(name)
        while found is not None and not (must_be and not self._is_real(found)):
            if found in self.read or found in self.params:
                return E.var(found)
            if self.facts.type_of_name(found).kind == "number":
                return E.ZERO if self._is_real(found) else _ANY_NUMBER
            found = self._operand(found, s)
        return self._result(name, s, must_be) or E.var(name)

    def _result(self, name: str, s: S.Stmt, real: bool) -> Expr | None:
        """What `s` computes from `name`, where that has the same shape and is read anyway."""
        if not isinstance(s, S.Assign) or s.target.head != "var" or name not in s.value.names \
                or s.value.head not in ("op", "call") or s.target.data not in self.read:
            return None
        own, made = self.facts.types.at(s, name), self.facts.types.result(s, s.target.data)
        same = own.shape is not None and own.shape == made.shape and own.kind in ("array", "numeric") \
            and made.kind in ("array", "numeric") and self.facts.single_definition(s.target.data) is s
        if not same or s.target.data in s.value.names or real and not self._is_real(s.target.data):
            return None
        self.asked_results = True
        return s.target

    def _is_real(self, name: str) -> bool:
        return self.facts.type_of_name(name).dtype in ("float", "int", "bool", "real")

    def _operand(self, name: str, s: S.Stmt) -> str | None:
        """A variable with the shape of `name` that it was computed from, and that is still the same at `s`."""
        facts, places = self.facts, self.places
        made = facts.single_definition(name)
        if not isinstance(made, S.Assign) or made.target.head != "var":
            return None
        if made not in places.where or s not in places.where:
            return None
        shape = facts.types.result(made, name).shape
        if shape is None or made.value.head not in ("op", "call"):
            return None
        (key, start), (block, end) = places.where[made], places.where[s]
        if key != block or start >= end:
            return None
        between = frozenset().union(*(S.writes(t) for t in S.walk_stmts(places.blocks[key][start:end + 1])))
        for operand in sorted(made.value.names - between):
            t = facts.types.at(made, operand)
            if t.kind in ("array", "numeric") and t.shape == shape:
                return operand
        return None
