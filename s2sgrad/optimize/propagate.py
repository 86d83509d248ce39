"""Copy propagation: a variable that is another name for a value goes."""
from __future__ import annotations

import dataclasses
from typing import TypeGuard

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.claims import Claims
from s2sgrad.optimize.program import Program
from s2sgrad.rules.fold import fold

Copies = dict[str, Expr]
_ATOMS = "var", "const"


def propagate(fn: S.Function, program: Program) -> S.Function:
    """Replace variables that only copy a constant or another variable by what they copy.

    Of two names for one value the user's stays. Where the copied variable is bound again, only the reads before that
    are replaced.
    """
    claims, pinned = program.claims, program.pinned
    copies, renamed = _everywhere(fn, claims, program, pinned)
    body = _substituted(fn.body, copies, {**copies, **renamed}) if copies or renamed else fn.body
    body = _Walk(claims, program, pinned).start(body)
    if body is fn.body:
        return fn
    fn = S.with_body(fn, body)
    program.renamed(fn)
    return fn


def _is_copy(s: S.Stmt) -> TypeGuard[S.Assign]:
    return type(s) is S.Assign and s.value.head in _ATOMS and s.target.head == "var"


def _everywhere(fn: S.Function, claims: Claims, program: Program, pinned: frozenset[str]) -> tuple[Copies, Copies]:
    """Copies between variables that are bound once: those that become what they copy, and the opposite."""
    copies: Copies = {}
    renamed: Copies = {}
    params = {p.name for p in fn.params}
    for s in S.walk_stmts(fn.body):
        if type(s) is not S.Assign or s.value.head not in _ATOMS or s.target.head != "var":
            continue
        name, value = s.target.data, s.value
        if not claims.is_constant(name) or name in pinned:
            continue
        if value.head == "var":
            value = copies.get(value.data, renamed.get(value.data, value))
        if value.head == "var":
            other = value.data
            if not claims.is_constant(other) or other in pinned or other == name:
                continue
            if program.is_temporary(other) and not program.is_temporary(name) and other not in params:
                if isinstance(claims.definition.get(other), S.Assign):
                    renamed[other] = E.var(name)
                continue
        copies[name] = value
    for table in (copies, renamed):
        for name in table:
            table[name] = _final(table[name], copies, renamed)
    return copies, renamed


def _final(e: Expr, copies: Copies, renamed: Copies) -> Expr:
    while e.head == "var" and (e.data in copies or e.data in renamed):
        e = copies.get(e.data) or renamed[e.data]
    return e


def _put(e: Expr, bindings: Copies) -> Expr:
    """`e` with variables replaced; what a constant then decides is decided (``0 is None`` is no Python)."""
    new = E.substitute(e, bindings)
    if new is not e:
        for n in e.names:
            if n in bindings and bindings[n].head == "const":
                return fold(new)
    return new


def _substituted(body: S.Block, copies: Copies, bindings: Copies) -> S.Block:
    """`body` with `bindings` put in, without the statements that bind `copies`, which are some of these."""
    given = bindings.keys()
    out: list[S.Stmt] = []
    for s in body:
        if type(s) is S.Assign and s.target.head == "var":
            if s.target.data in copies:
                continue
            if given.isdisjoint(s.value.names) and s.target.data not in given:
                out.append(s)
                continue
        if type(s) in S.COMPOUND:
            s = S.map_blocks(lambda b: _substituted(b, copies, bindings), s)
        s = S.map_expressions(lambda e: e if given.isdisjoint(e.names) else _put(e, bindings), s)
        if _is_copy(s) and s.target == s.value:
            continue
        out.append(s)
    return S.block_of(out, body)


class _Walk:
    """Copies of variables that are bound several times, followed through the function."""

    def __init__(self, claims: Claims, program: Program, pinned: frozenset[str]) -> None:
        self.claims = claims
        self.program = program
        self.pinned = pinned

    def start(self, body: S.Block) -> S.Block:
        for s in S.walk_stmts(body):
            if type(s) is S.Assign and s.value.head in _ATOMS and s.target.head == "var":
                return self._block(body, {})
        return body

    def _block(self, body: S.Block, copies: Copies) -> S.Block:
        out: list[S.Stmt] = []
        for s in body:
            made = self._statement(s, copies)
            if made is not None:
                out.append(made)
        return S.block_of(out, body)

    def _statement(self, s: S.Stmt, copies: Copies) -> S.Stmt | None:
        if isinstance(s, (S.For, S.While)):
            bound = S.writes(s) | S.bound_by(s.body)
            if isinstance(s, S.For) and not copies.keys().isdisjoint(s.iter.names):
                s = dataclasses.replace(s, iter=E.substitute(s.iter, copies))
            _forget(bound, copies)
            s = self._read(s, copies)
            s = S.map_blocks(lambda b: self._block(b, dict(copies)), s)
            return s
        s = self._read(s, copies)
        if type(s) in S.COMPOUND:
            if isinstance(s, S.Try):  # its other blocks run after (part of) its body
                _forget(S.bound_by((s,)), copies)
            ends: list[Copies] = []

            def inside(b: S.Block) -> S.Block:
                ends.append(dict(copies))
                return self._block(b, ends[-1])

            made = S.map_blocks(inside, s)
            if isinstance(s, S.If):
                common = {n: e for n, e in ends[0].items() if ends[1].get(n) == e}
                copies.clear()
                copies.update(common)
            else:
                _forget(S.bound_by((s,)), copies)
            return made
        if _is_copy(s):
            if s.target == s.value:
                return None
            name, value = s.target.data, s.value
            _forget(S.writes(s), copies)
            if name not in self.pinned and not value.names & self.pinned and self._goes(name, value):
                copies[name] = value
            return s
        _forget(S.writes(s), copies)
        return s

    def _goes(self, name: str, value: Expr) -> bool:
        """Is `value` the better way to write the variable?"""
        if value.head == "const":
            return self.claims.is_constant(name)
        return self.program.is_temporary(name) or not self.program.is_temporary(value.data)

    @staticmethod
    def _read(s: S.Stmt, copies: Copies) -> S.Stmt:
        """`s` with the variables that it reads replaced; what it binds stays."""
        if not copies or copies.keys().isdisjoint(S.reads(s)):
            return s
        if isinstance(s, (S.Assign, S.Aug)) and s.target.head in ("var", "tuple", "list"):
            value = _put(s.value, copies)
            plain = S.bound(s.target) == s.target.names
            return dataclasses.replace(s, value=value) if plain and value is not s.value else s
        if isinstance(s, (S.For, S.With, S.Try, S.Delete)):
            return s
        return S.map_expressions(lambda e: _put(e, copies), s)


def _forget(bound: frozenset[str], copies: Copies) -> None:
    if copies:
        for name in [n for n, e in copies.items() if n in bound or e.names & bound]:
            del copies[name]
