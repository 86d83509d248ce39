"""Copies of parts of adjoints that nothing changes while they are in use.

    bt = by[:, j].copy()                     bt = by[:, j]
    bx[:, j] += bt * w             --->      bx[:, j] += bt * w
    bw += bt @ x[:, j]                       bw += bt @ x[:, j]

A copy is taken where the place is made zero afterwards; where nobody asks for the place any more, it is not. Nor is it where
the only use of the copy, in arithmetic, can come first:

    bt = by[1:].copy()                       bd = by[1:] * dt
    by[1:] = 0.0                   --->      by[1:] = 0.0
    bd = bt * dt

An adjoint that nothing changes in place needs no memory of its own: ``by = copy(by)`` goes.
"""
from __future__ import annotations

import dataclasses
from typing import TypeGuard

from s2sgrad import runtime
from s2sgrad.differentiate.naming import is_adjoint_code, is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.program import Program


def spare_copies(fn: S.Function, program: Program) -> S.Function:
    """Let variables stand for parts of arrays, without a copy, where none of these changes before the variable is done with."""
    if not any(_copies(s) or _is_of_itself(s) for s in S.walk_stmts(fn.body)):
        return fn
    program.turn_to(fn)
    uses = program.uses(fn)
    return S.with_body(fn, _block(_without_idle_copies(fn.body, program), uses, program))


def _without_idle_copies(body: S.Block, program: Program) -> S.Block:
    """The statements without ``by = copy(by)`` where from there on nothing is written to what `by` was or is."""
    memory, found = program.memory, {s for s in S.walk_stmts(body) if _is_of_itself(s)}
    idle = set[S.Stmt]()
    for s in found:
        start = next(n for n, t in enumerate(body) if s in S.walk_stmts((t,)))
        own = memory.reachable(s.target.data)
        if all(own.isdisjoint(memory.writes(t)) for t in S.walk_stmts(body[start:])):
            idle.add(s)
    if not idle:
        return body

    def kept(block: S.Block) -> S.Block:
        return tuple(S.map_blocks(kept, s) for s in block if s not in idle)

    return kept(body)


def _block(body: S.Block, uses: dict[str, int], program: Program) -> S.Block:
    out: list[S.Stmt] = []
    gone: set[S.Stmt] = set()
    for n, s in enumerate(body):
        if s in gone:
            continue
        if type(s) in S.COMPOUND:
            s = S.map_blocks(lambda b: _block(b, uses, program), s)
        elif _is_copy(s) and (user := _only_user(s, body[n + 1:], uses, program)) is not None:
            gone.add(user)
            s = dataclasses.replace(user, value=E.substitute(user.value, {s.target.data: s.value.args[1]}))
        elif _is_copy(s) and _is_spare(s, body[n + 1:], uses, program):
            s = dataclasses.replace(s, value=s.value.args[1])
        elif _copies(s) and s.value.head == "op" and program.memory.is_pure(s.value):  # arithmetic makes something new of it
            s = dataclasses.replace(s, value=E.transform(_without_copy, s.value))
        out.append(s)
    return S.block_of(out, body)


def _copies(s: S.Stmt) -> TypeGuard[S.Assign | S.Aug]:
    return isinstance(s, (S.Assign, S.Aug)) and is_adjoint_code(s) and any(_without_copy(e) is not e for e in E.calls(s.value))


def _without_copy(e: Expr) -> Expr:
    is_copy = e.head == "call" and E.hashable_callee(e) is runtime.copy and e.args[1].head == "index"
    return e.args[1] if is_copy else e


def _is_of_itself(s: S.Stmt) -> TypeGuard[S.Assign]:
    return type(s) is S.Assign and s.value.head == "call" and s.target.head == "var" \
        and E.hashable_callee(s.value) is runtime.copy and s.value.args[1] == s.target


def _is_copy(s: S.Stmt) -> TypeGuard[S.Assign]:
    return isinstance(s, S.Assign) and s.target.head == "var" and is_derivative(s.target.data) \
        and _without_copy(s.value) is not s.value


def _is_spare(s: S.Assign, rest: S.Block, uses: dict[str, int], program: Program) -> bool:
    name, part, memory = s.target.data, s.value.args[1], program.memory
    if not program.claims.is_constant(name) or name in program.pinned:
        return False
    if memory.reachable(name) & (memory.written | memory.escaping):
        return False
    read, missing = memory.reads(part), uses.get(name, 0)
    for t in rest:
        if not missing:
            break
        missing -= S.count_uses((t,)).get(name, 0)
        for inner in S.walk_stmts((t,)):
            if not S.writes(inner).isdisjoint(part.names) or not memory.writes(inner).isdisjoint(read) \
                    or name in S.reads(inner) and _may_keep(inner, program):
                return False
    return not missing and memory.link(name, part)


def _only_user(s: S.Assign, rest: S.Block, uses: dict[str, int], program: Program) -> S.Assign | None:
    """The statement that computes something new from a copy, which nothing else reads, and that can stand in its place."""
    name, memory = s.target.data, program.memory
    if uses.get(name) != 1 or not program.claims.is_constant(name) or name in program.pinned:
        return None
    passed: list[S.Stmt] = []
    for t in rest:
        if name in S.all_names((t,)):
            break
        if type(t) in S.COMPOUND or isinstance(t, S.LEAVING):
            return None
        passed.append(t)
    else:
        return None
    if not isinstance(t, S.Assign) or t.target.head != "var" or not program.claims.is_constant(t.target.data) \
            or not memory.is_pure(t.value) or not any(e.head == "op" and E.var(name) in e.args for e in E.walk(t.value)):
        return None
    read = memory.reads(t.value)
    ahead = all(S.writes(p).isdisjoint(t.value.names) and memory.writes(p).isdisjoint(read) for p in passed)
    return t if ahead else None


def _may_keep(s: S.Stmt, program: Program) -> bool:
    """May something stand for what a statement reads when the statement is done?"""
    if isinstance(s, S.Assign) and s.target.head == "var":
        return program.memory.value(s.value) is not None
    return not (isinstance(s, (S.Assign, S.Aug)) and s.target.head == "index" and program.claims.of(s.target.args[0]).is_array
                or isinstance(s, S.Aug) and s.target.head == "var")
