"""Iterators that have a name and are asked for one element after the other, as positions in what they run over.

    it = iter(xs)                 at = 0
    first = next(it)              first = xs[at]; at += 1
    for v in it:        --->      while at < len(xs):
        ...                           v = xs[at]; at += 1
                                      ...

An iterator over a list sees the list as it is when an element is asked for, and so does this.
"""
from __future__ import annotations

import dataclasses
import itertools
from collections import Counter

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import captured_names
from s2sgrad.ir.mentions import mentions as mentioned_in
from s2sgrad.ir.node import dataclass
from s2sgrad.lower.context import Context

_LEN = E.ref("len", len)
_REQUIRE_SEQUENCE = E.ref("s2sgrad.runtime.require_sequence", runtime.require_sequence, library=True)


@dataclass(frozen=True)
class _Walk:
    """What an iterator runs over, the variable for the position, and whether it starts again at the end."""

    sequence: Expr
    at: Expr
    again: bool

    def element(self, n: int) -> Expr:
        """What comes `n` elements after the next one."""
        k = self.at if n == 0 else E.op("+", self.at, E.const(n))
        return E.index(self.sequence, E.op("%", k, E.call(_LEN, self.sequence)) if self.again else k)

    def has(self, n: int) -> Expr:
        k = self.at if n == 0 else E.op("+", self.at, E.const(n))
        return E.compare(k, ("<", E.call(_LEN, self.sequence)))


def with_positions(body: S.Block, cx: Context) -> S.Block:
    """The statements with positions in the place of iterators over what varies that nothing else is done with."""
    made = [s for s in S.walk_stmts(body) if type(s) is S.Assign and s.value.head == "call"
            and s.target.head == "var" and _iterated(s.value) is not None]
    if not made or S.of_kinds(body, S.Try):  # where the end may be waited for
        return body
    bound = Counter(n for s in S.walk_stmts(body) for n in S.writes(s))
    mentions = Counter(n for s in S.walk_stmts(body) for e in S.expressions(s) for n in mentioned_in(e))
    captured = captured_names(body)
    walks: dict[str, _Walk] = {}
    for s in made:
        name, xs = s.target.data, _iterated(s.value)
        assert xs is not None
        if not cx.varied.of(xs) or bound[name] != 1 or name in captured or xs.head == "var" and bound[xs.data] > _given(xs, body):
            continue
        again = E.callee(s.value) is itertools.cycle
        if 1 + sum(_uses(t, name, again) for t in S.walk_stmts(body)) == mentions[name]:
            walks[name] = _Walk(xs if xs.head == "var" else E.var(name), E.var(cx.names.fresh("at")), again)
    return _walked(body, walks, cx) if walks else body


def _iterated(e: Expr) -> Expr | None:
    """What ``iter(xs)`` or ``itertools.cycle(xs)`` runs over, where that has positions as it seems."""
    if E.callee(e) not in (iter, itertools.cycle) or len(e.args) != 2 or any(e.data.marks):
        return None
    return e.args[1] if e.args[1].head in ("var", "attr", "index", "list", "tuple") else None


def _given(xs: Expr, body: S.Block) -> int:
    """How often a variable may be bound and have one value: a local one once, a parameter never."""
    return 1 if any(isinstance(s, S.Assign) and s.target == xs for s in body) else 0


def _uses(s: S.Stmt, name: str, again: bool) -> int:
    """How often a statement asks an iterator for its next elements, in a way that is understood."""
    if isinstance(s, S.For):
        return int(s.iter == E.var(name) and not again)
    return _asked(s.value, name) if isinstance(s, (S.Assign, S.Aug, S.Do, S.Return)) else 0


def _asked(e: Expr, name: str) -> int:
    if _is_next(e, name):
        return 1
    if e.head in ("ifexp", "bool", "comp", "function", "walrus", "compare"):  # what may not be evaluated, or several times
        return 0
    return sum(_asked(a, name) for a in e.args)


def _is_next(e: Expr, name: str) -> bool:
    return E.callee(e) is next and e.args[1:2] == (E.var(name),) and not any(e.data.marks) and (
        len(e.args) == 2 or len(e.args) == 3 and E.is_atom(e.args[2]))


def _walked(body: S.Block, walks: dict[str, _Walk], cx: Context) -> S.Block:
    out: list[S.Stmt] = []
    for s in body:
        if isinstance(s, S.Assign) and s.target.head == "var" and s.target.data in walks:
            w, xs = walks[s.target.data], _iterated(s.value)
            assert xs is not None
            out += [S.Assign(w.sequence, xs, s.loc)] if w.sequence != xs else []
            if xs.head not in ("list", "tuple"):
                out.append(S.Do(E.call(_REQUIRE_SEQUENCE, w.sequence, E.const(s.target.data)), s.loc))
            out.append(S.Assign(w.at, E.const(0), s.loc))
            continue
        s = S.map_blocks(lambda b: _walked(b, walks, cx), s)
        if isinstance(s, S.For) and s.iter.head == "var" and s.iter.data in walks:
            w = walks[s.iter.data]
            take = (S.Assign(s.target, w.element(0), s.loc), S.Aug(w.at, "+", E.const(1), s.loc))
            out.append(S.While(w.has(0), (*take, *s.body), s.orelse, s.loc))
            continue
        taken: Counter[str] = Counter()
        if isinstance(s, (S.Assign, S.Aug, S.Do, S.Return)):
            s = dataclasses.replace(s, value=_replaced(s.value, walks, taken))
        out.append(s)
        if not isinstance(s, S.Return):
            out += [S.Aug(walks[n].at, "+", E.const(k), s.loc) for n, k in taken.items()]
    return tuple(out)


def _replaced(e: Expr, walks: dict[str, _Walk], taken: Counter[str]) -> Expr:
    """An expression with elements in the place of ``next(it)``, in the order in which they are asked for."""
    if not e.heads & E.CALL:
        return e
    name = next((n for n in walks if _is_next(e, n)), None)
    if name is None:
        return E.map_args(lambda a: _replaced(a, walks, taken), e)
    n, w = taken[name], walks[name]
    taken[name] += 1
    return E.ifexp(w.has(n), w.element(n), e.args[2]) if len(e.args) == 3 else w.element(n)
