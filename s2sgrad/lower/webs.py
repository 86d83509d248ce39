"""Give every independent use of a variable a name of its own.

A variable that a program uses for several unrelated values (``t = a + b`` ... ``t = c * d``) becomes several variables,
so that the analyses that follow may ask about variables instead of definitions. Definitions that can reach a common
use keep a common name: they form a web (Briggs 1992). The emitter gives the user's name back wherever no two webs
of it are needed at the same time.
"""
from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.liveness import Liveness, captured_names
from s2sgrad.lower.names import Names

Env = dict[str, int]
_NOTHING: Env = {}


def split_webs(fn: S.Function, names: Names, only: frozenset[str] | None = None) -> S.Function:
    """`fn` with its variables, or `only` some, renamed, web by web; the first web of a name keeps it, and parameters do."""
    numbering = _Numbering(fn, only)
    if not numbering.several:
        return fn
    renaming = _Renaming(numbering, names)
    for n in range(len(fn.params)):
        renaming.variable(n)
    return S.with_body(fn, renaming.block(fn.body))


def with_own_counters(fn: S.Function, names: Names) -> S.Function:
    """`fn` with loops that bind a variable of their own where the body of the loop binds theirs as well.

    ``for k in xs: for k in ys: ...`` is ``for k.1 in xs: k = k.1; for k in ys: ...``: the loop of the backward sweep runs
    over `xs` again, and what `k` was at the end of an iteration is a value like others.
    """
    body = _counted(fn.body, names)
    return S.with_body(fn, body)


def _counted(block: S.Block, names: Names) -> S.Block:
    out: list[S.Stmt] = []
    for s in block:
        s = S.map_blocks(lambda b: _counted(b, names), s)
        if isinstance(s, S.For):
            again = S.bound(s.target) & S.bound_by(s.body)
            own = {name: E.var(names.again(name)) for name in sorted(again)}
            if own:
                taken = tuple(S.Assign(E.var(name), x, s.loc) for name, x in own.items())
                s = dataclasses.replace(s, target=E.substitute(s.target, own), body=(*taken, *s.body))
        out.append(s)
    return S.block_of(out, block)


class _Numbering:
    """Numbers definitions, and merges the numbers of definitions that reach a common use.

    A variable that is bound once is one web whatever is read where: only the others, `several`, are followed.
    """

    def __init__(self, fn: S.Function, only: frozenset[str] | None = None) -> None:
        self.body = fn.body
        self.parent: list[int] = []
        self.names: list[str] = []
        self.defined: dict[tuple[S.Stmt, str], int] = {}
        self.reached: dict[S.Stmt, Env] = {}
        self.pinned: dict[str, int] = {}
        self.several = _bound_several_times(fn) if only is None else _bound_several_times(fn) & only
        self._live: Liveness | None = None
        self._inside = False
        if not self.several:
            return
        env: Env = {}
        for p in fn.params:
            env[p.name] = self.new(p.name)
        for name in sorted(captured_names(fn.body, at_once=False) | {n for n in self.several if n.startswith("path.")}):
            self.pinned[name] = env.get(name, -1) if name in env else self.new(name)
            env[name] = self.pinned[name]
        self.block(fn.body, {n: i for n, i in env.items() if n in self.several or n in self.pinned}, [])

    @property
    def live(self) -> Liveness:
        """What is read later, which matters where paths meet."""
        if self._live is None:
            self._live = Liveness(self.body)
        return self._live

    def after(self, s: S.Stmt) -> frozenset[str]:
        """Those of `several` that `s` binds and that are read after it."""
        return self._of_bound(s, self.live.after.masks[s])

    def head(self, s: S.Stmt) -> frozenset[str]:
        """Those of `several` that a loop binds and that are read from the start of an iteration on."""
        return self._of_bound(s, self.live.head.masks[s])

    def _of_bound(self, s: S.Stmt, read: int) -> frozenset[str]:
        return frozenset([n for n in self.bound_in(s) if self.live.mask((n,)) & read])

    def bound_in(self, s: S.Stmt) -> frozenset[str]:
        """Those of `several` that `s` and the statements in it bind."""
        return S.bound_by((s,)) & self.several

    def new(self, name: str) -> int:
        self.parent.append(len(self.parent))
        self.names.append(name)
        return len(self.parent) - 1

    def find(self, n: int) -> int:
        while self.parent[n] != n:
            self.parent[n] = self.parent[self.parent[n]]
            n = self.parent[n]
        return n

    def merge(self, a: int, b: int) -> None:
        a, b = self.find(a), self.find(b)
        if a != b:
            self.parent[max(a, b)] = min(a, b)

    def join(self, s: S.Stmt, target: Env, other: Env, live: frozenset[str]) -> Env:
        """The definitions after two paths through (parts of) `s` meet; those of live variables become one web."""
        out = dict(target)
        for name in self.bound_in(s) & other.keys():
            n = other[name]
            if name not in out:
                out[name] = n
            elif out[name] != n and name in live:
                self.merge(out[name], n)
        return out

    def define(self, s: S.Stmt, name: str, env: Env) -> None:
        n = self.pinned.get(name)
        if n is None:
            n = self.defined.get((s, name))  # two handlers of one statement may bind one name
        if n is None:
            n = self.new(name)
        self.defined[s, name] = n
        env[name] = n

    def bind(self, s: S.Stmt, env: Env) -> None:
        bound = S.writes(s) & self.several
        for name in sorted(bound) if len(bound) > 1 else bound:
            self.define(s, name, env)

    def block(self, body: S.Block, env: Env, exits: list[Env]) -> Env:
        several = self.several
        for s in body:
            if type(s) is not S.Assign or not several.isdisjoint(s.read) or not several.isdisjoint(s.written):
                env = self.statement(s, env, exits)
        return env

    def statement(self, s: S.Stmt, env: Env, exits: list[Env]) -> Env:
        read = S.reads(s)
        if not self.several.isdisjoint(read):
            self.reached[s] = {n: env[n] for n in read if n in env}
        if type(s) is S.Assign:
            self.bind(s, env)
            return env
        if type(s) is S.Comment:
            return env
        if isinstance(s, S.Break):
            exits.append(dict(env))
            return env
        if type(s) in S.COMPOUND and not self._inside:
            return self.alone(s, env)
        if isinstance(s, S.If):
            after = self.after(s)
            body, orelse = self.block(s.body, dict(env), exits), self.block(s.orelse, dict(env), exits)
            return self.join(s, body, orelse, after)
        if isinstance(s, (S.For, S.While)):
            return self.loop(s, env)
        if isinstance(s, S.Try):
            return self.attempt(s, env, exits)
        updated = s.target.data if isinstance(s, S.Aug) and s.target.head == "var" else None
        old = env.get(updated) if updated in self.several else None
        self.bind(s, env)
        if old is not None:  # an update in place is the same variable before and after
            (name,) = S.writes(s)
            self.merge(old, self.defined[s, name])
        for inner in S.blocks(s):
            env = self.block(inner, env, exits)
        return env

    def alone(self, s: S.Stmt, env: Env) -> Env:
        """A statement with blocks that is in no other: of all variables, its paths know of those that occur in it."""
        own = {n: env[n] for n in self.several & S.all_names((s,)) if n in env}
        self._inside = True
        env.update(self.statement(s, own, []))
        self._inside = False
        return env

    def loop(self, s: S.For | S.While, env: Env) -> Env:
        """What an iteration leaves is what the next one finds: at the head of the loop both are one web."""
        head = self.head(s)
        exits: list[Env] = []
        start = dict(env)
        for name in sorted(head - start.keys()):
            start[name] = self.new(name)
        inside = dict(start)
        self.bind(s, inside)
        end = self.block(s.body, inside, exits)
        for name in head:
            if name in end and end[name] != start[name]:
                self.merge(start[name], end[name])
        after = self.after(s)
        out = self.join(s, start, end, after)
        for exit_ in exits:
            out = self.join(s, out, exit_, after)
        return out

    def attempt(self, s: S.Try, env: Env, exits: list[Env]) -> Env:
        """An exception may come after any statement: definitions in the body share the web of what they replace."""
        caught = frozenset().union(*(S.all_names(h.body) for h in s.handlers), S.all_names(s.final),
                                   self.after(s))
        before = dict(env)
        body = self.block(s.body, dict(env), exits)
        for t in S.walk_stmts(s.body):
            for name in S.writes(t):
                if name in caught and (t, name) in self.defined:
                    if name in before:
                        self.merge(before[name], self.defined[t, name])
                    elif name in body:
                        self.merge(body[name], self.defined[t, name])
        live = self.after(s) | S.all_names(s.final)
        out = self.block(s.orelse, dict(body), exits)
        for h in s.handlers:
            inside = self.join(s, dict(before), body, caught)
            if h.name in self.several:
                self.define(s, h.name, inside)
            out = self.join(s, out, self.block(h.body, inside, exits), live)
        return self.block(s.final, out, exits)


class _Renaming:
    """Chooses a name for every web and writes it in."""

    def __init__(self, numbering: _Numbering, names: Names) -> None:
        self.numbering = numbering
        self.fresh = names
        self.chosen: dict[int, E.Expr] = {}
        self.taken: set[str] = set()

    def variable(self, n: int) -> E.Expr:
        n = self.numbering.find(n)
        found = self.chosen.get(n)
        if found is None:
            name = self.numbering.names[n]
            found = self.chosen[n] = E.var(name if name not in self.taken else self.fresh.again(name))
            self.taken.add(name)
        return found

    def block(self, body: S.Block) -> S.Block:
        several = self.numbering.several
        return tuple([s if type(s) is S.Assign and several.isdisjoint(s.read) and several.isdisjoint(s.written)
                      else self.statement(s) for s in body])

    def statement(self, s: S.Stmt) -> S.Stmt:
        numbering = self.numbering
        reads: dict[str, E.Expr] = {}
        writes: dict[str, E.Expr] = {}
        for name, i in numbering.reached.get(s, _NOTHING).items():
            new = self.variable(i)
            if new.data != name:
                reads[name] = new
        if not numbering.several.isdisjoint(S.writes(s)):
            for name in sorted(S.writes(s) & numbering.several):
                if (s, name) in numbering.defined and (new := self.variable(numbering.defined[s, name])).data != name:
                    writes[name] = new
        if reads or writes:
            s = _renamed(s, reads, writes)
        return S.map_blocks(self.block, s) if type(s) in S.COMPOUND else s


def _bound_several_times(fn: S.Function) -> frozenset[str]:
    """The variables that more than one statement binds, parameters at the start of the function among them."""
    bound = [name for s in S.walk_stmts(fn.body) for name in s.written]
    return frozenset([name for name, times in Counter([p.name for p in fn.params] + bound).items() if times > 1])


def _renamed(s: S.Stmt, reads: Mapping[str, E.Expr], writes: Mapping[str, E.Expr]) -> S.Stmt:
    """`s` with what it reads and what it binds renamed, each by its own map."""
    if type(s) is S.Assign:
        return S.Assign(_target(s.target, reads, writes), E.substitute(s.value, reads) if reads else s.value, s.loc)

    def target(t: E.Expr) -> E.Expr:
        return _target(t, reads, writes)

    def value(e: E.Expr) -> E.Expr:
        return E.substitute(e, reads)

    def named(name: str) -> str:
        return writes[name].data if name in writes else name

    if isinstance(s, S.Aug):
        return S.Aug(target(s.target), s.symbol, value(s.value), s.loc)
    if isinstance(s, S.For):
        return S.For(target(s.target), value(s.iter), s.body, s.orelse, s.loc)
    if isinstance(s, S.With):
        return dataclasses.replace(s, items=tuple((value(e), t and target(t)) for e, t in s.items))
    if isinstance(s, S.Define):
        return dataclasses.replace(s, name=named(s.name), value=value(s.value))
    if isinstance(s, S.Try):
        handlers = tuple(dataclasses.replace(h, name=h.name and named(h.name), type=h.type and value(h.type))
                         for h in s.handlers)
        return dataclasses.replace(s, handlers=handlers)
    return S.map_expressions(value, s)


def _target(t: E.Expr, reads: Mapping[str, E.Expr], writes: Mapping[str, E.Expr]) -> E.Expr:
    if t.head == "var":
        return writes.get(t.data, t)
    if t.head in ("tuple", "list", "star"):
        return E.rebuild(t, tuple([_target(a, reads, writes) for a in t.args]))
    return E.substitute(t, reads)
