"""A variable for a negated value goes without its sign where the sums that it is added to can take that.

    bt = -bk                              bb -= bk * x * y
    bb += bt * x * y         --->         bx = bk * a - bk * b * y
    bx = bk * a + bt * b * y
"""
from __future__ import annotations

import dataclasses

from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.algebra import LINEAR
from s2sgrad.optimize.factors import is_negation
from s2sgrad.optimize.program import Program

#: A value that more statements read than this keeps its sign.
_MANY = 8


def move_signs(fn: S.Function, program: Program) -> S.Function:
    """Drop the sign of a negated value where that leaves fewer negations in the statements that read the value."""
    program.turn_to(fn)
    if not any(isinstance(s, S.Assign) and is_negation(s.value) for s in S.walk_stmts(fn.body)):
        return fn
    candidates = {s.target.data: s for s in S.walk_stmts(fn.body) if isinstance(s, S.Assign) and _is_candidate(s, program)}
    readers: dict[str, list[S.Stmt]] = {n: [] for n in candidates}
    for s in S.walk_stmts(fn.body):
        for name in S.reads(s) & readers.keys():
            readers[name].append(s)
    new: dict[S.Stmt, S.Assign | S.Aug] = {}
    for name, s in candidates.items():  # in the order of the text: a sign may move on from one to the next
        if 0 < len(readers[name]) <= _MANY:
            _flip(name, s, readers[name], new, program)
    return S.with_body(fn, _replaced(fn.body, new)) if new else fn


def _is_candidate(s: S.Assign, program: Program) -> bool:
    if s.target.head != "var" or s.value.head not in ("op", "call"):
        return False
    name = s.target.data
    return is_derivative(name) and program.claims.is_constant(name) and name not in program.pinned \
        and program.memory.reachable(name).isdisjoint(program.memory.written)


def _flip(name: str, s: S.Assign, readers: list[S.Stmt], new: dict[S.Stmt, S.Assign | S.Aug],
          program: Program) -> None:
    """Enter into `new` what becomes of the definition of a variable and of its readers."""
    definition = new.get(s, s)
    if not is_negation(definition.value) or not _may_be(name, definition.value.args[0], program):
        return  # it went with another sign, or others change the array that it would be
    opposite = {name: E.op("-", E.var(name))}
    made: dict[S.Stmt, S.Assign | S.Aug] = {}
    left = -1
    for r in readers:
        old = new.get(r, r)
        if not isinstance(old, (S.Assign, S.Aug)) or name in old.target.names or not _is_linear(old.value, name) \
                or isinstance(old, S.Assign) and old.target.head != "var":
            return
        made[r] = found = _simplified(dataclasses.replace(old, value=E.substitute(old.value, opposite)), program)
        if isinstance(found, S.Assign) and not _may_be(str(found.target.data), found.value, program):
            return
        left += _negations(found) - _negations(old)
    if left < (1 if definition.value.args[0].head == "var" else 0):  # it goes, or moves on and the variable goes
        new.update(made)
        new[s] = made[s] = dataclasses.replace(definition, value=definition.value.args[0])
        for t in made.values():
            if isinstance(t, S.Assign) and program.memory.value(t.value) is not None:
                program.memory.link(str(t.target.data), t.value)


def _may_be(name: str, e: Expr, program: Program) -> bool:
    """Can the variable hold `e` itself, which may be an array that others hold as well?"""
    memory = program.memory
    return memory.value(e) is None or memory.touches(e).isdisjoint(memory.written) \
        and memory.reachable(name).isdisjoint(memory.written)


def _simplified(s: S.Assign | S.Aug, program: Program) -> S.Assign | S.Aug:
    value = program.algebra.simplify(s.value)
    if isinstance(s, S.Aug) and s.symbol in ("+", "-") and is_negation(value):
        return dataclasses.replace(s, value=value.args[0], symbol="-" if s.symbol == "+" else "+")
    return dataclasses.replace(s, value=value)


def _is_linear(e: Expr, name: str) -> bool:
    """Is every use of the variable one whose sign can be drawn out of `e`?"""
    if name not in e.names or e.head == "var":
        return True
    if e.head == "op" and e.data in ("+", "-", "*"):
        return all(_is_linear(a, name) for a in e.args)
    if e.head == "op" and e.data == "/":
        return name not in e.args[1].names and _is_linear(e.args[0], name)
    return e.head == "call" and len(e.args) > 1 and all(name not in a.names for a in e.args[2:]) \
        and E.hashable_callee(e) in LINEAR and _is_linear(e.args[1], name)


def _negations(s: S.Assign | S.Aug) -> int:
    return sum(map(is_negation, E.walk(s.value)))


def _replaced(body: S.Block, new: dict[S.Stmt, S.Assign | S.Aug]) -> S.Block:
    return tuple([S.map_blocks(lambda b: _replaced(b, new), s) if type(s) in S.COMPOUND else new.get(s, s) for s in body])
