"""What is put into a container, or gets a second name, and is only read from then on as long as both are in use.

    new = np.sin(x)
    new[0] = 0.0
    states.append(new)      # the next `new` is another array
    x = new

Such a thing may as well have been copied there: the adjoint of what the container or the second name stands for and that
of the first name are two, which are added up at that place.
"""
from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from s2sgrad.analysis.aliasing import Aliasing
from s2sgrad.analysis.memory import Node, within
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import captured_names
from s2sgrad.ir.targets import assigned
from s2sgrad.lower.effects import written_arguments
from s2sgrad.lower.writing import MUTATORS

Names = frozenset[str]

#: Stands for a second container that the thing is in: from there on it is always reached in another way.
_ELSEWHERE = "*"


def is_settled(put: S.Stmt, e: Expr, once: bool, fn: S.Function, aliasing: Aliasing) -> bool:
    """Is `e`, which `put` puts into a container or binds a variable to, left unchanged while variables stand for it? If it
    is not put there only `once`, it must not be changed any more at all."""
    node = aliasing.value(e, put)
    if node is None or S.of_kinds(fn.body, S.Try):
        return False
    region = list(within(node))
    captured = captured_names(fn.body)
    if any(_is_one_of(within(aliasing.node(n)), region) for n in captured if n in aliasing.nodes):
        return False
    names = aliasing.live_after[put].intersection(n for part in region for n in part.names) | E.root(e).names
    found = _Following(put, names if once else names | {_ELSEWHERE}, region, aliasing)
    found.block(fn.body, E.NO_NAMES)
    return not found.changed


def changed_places(s: S.Stmt, region: Collection[Node], aliasing: Aliasing) -> Iterator[Expr]:
    """What a statement may change in place that is one of `region`, or holds one where that cannot be told."""
    if isinstance(s, (S.Assign, S.Aug, S.For, S.Delete)):
        for t in s.targets if isinstance(s, S.Delete) else (s.target,):
            yield from (p.args[0] for p in S.parts(t) if p.head in ("index", "attr") and _is_in(p.args[0], s, region, aliasing))
    if isinstance(s, S.Aug) and (s.target.head != "var" or s in aliasing.in_place) and _is_in(s.target, s, region, aliasing):
        yield s.target
    for e in S.expressions(s):
        for call in E.calls(e):
            alone = call.args[0].head == "attr" and call.args[0].data in MUTATORS
            yield from (a for a in written_arguments(call) if _is_in(a, s, region, aliasing, not alone))


def _is_in(place: Expr, s: S.Stmt, region: Collection[Node], aliasing: Aliasing, deep: bool = False) -> bool:
    """Is writing into `place`, or into what it holds, writing into one of `region`?"""
    node = aliasing.place(place, s)
    return node is None or _is_one_of(within(node) if deep else (node.find(),), region)


def _is_one_of(nodes: Iterable[Node], region: Collection[Node]) -> bool:
    """Is one of some nodes in a region? Those of the region may have been merged since with others."""
    found = [r.find() for r in region]
    return any(n in found for n in nodes)


class _Following:
    """Which variables may stand for the thing, or for part of it, at each statement: a walk along the flow of control."""

    def __init__(self, put: S.Stmt, names: Names, region: Collection[Node], aliasing: Aliasing) -> None:
        self.put = put
        self.names = names
        self.region = region
        self.aliasing = aliasing
        self.changed = False
        #: What leaves the loops that are being followed, by ``break`` and ``continue``.
        self._left: list[Names] = []

    def block(self, body: S.Block, held: Names) -> Names:
        """The variables after a block, of those before."""
        for s in body:
            if isinstance(s, (S.Break, S.Continue)):
                self._left[-1] |= held
                return E.NO_NAMES
            if isinstance(s, (S.Return, S.Raise)):
                self._changes(s, held)
                return E.NO_NAMES
            held = self._statement(s, held)
        return held

    def _statement(self, s: S.Stmt, held: Names) -> Names:
        self._changes(s, held)
        if isinstance(s, S.If):
            return self.block(s.body, held) | self.block(s.orelse, held)
        if isinstance(s, (S.For, S.While)):
            return self._loop(s, held)
        if isinstance(s, S.With):
            return self.block(s.body, self._bound(held, S.writes(s), (e for e, _ in s.items), s))
        if held and self._puts(s, held):
            held |= {_ELSEWHERE}
        if s is self.put:
            held |= self.names
        if isinstance(s, S.Assign):
            after = held - S.writes(s)
            for t, e in assigned(s):
                if (names := S.bound(t)) and not self._bound(held, names, (e,), s).isdisjoint(names):
                    after |= names
            return after
        return held if isinstance(s, S.Aug) and s in self.aliasing.in_place else held - S.writes(s)

    def _loop(self, s: S.For | S.While, held: Names) -> Names:
        before = None
        self._left.append(E.NO_NAMES)
        while held != before:
            before = held
            inside = self._bound(held, S.bound(s.target), (s.iter,), s) if isinstance(s, S.For) else held
            held |= self.block(s.body, inside) | self._left[-1]
        self._left.pop()
        return self.block(s.orelse, held)

    def _bound(self, held: Names, names: Names, values: Iterable[Expr], s: S.Stmt) -> Names:
        """The variables after `names` are bound to something of `values`."""
        stands = any(self._gives(e, held, s) for e in values)
        return held | names if stands and names else held - names

    def _gives(self, e: Expr, held: Names, s: S.Stmt) -> bool:
        """May the value of an expression be the thing, share memory with it, or hold it?"""
        return any(n in held or self._holds(n) for n in e.names) and self.aliasing.value(e, s) is not None

    def _holds(self, name: str) -> bool:
        """Does a variable stand for something that the thing may be put into?"""
        node = self.aliasing.nodes.get(name)
        return node is not None and not _is_one_of((node.find(),), self.region) and _is_one_of(within(node), self.region)

    def _puts(self, s: S.Stmt, held: Names) -> bool:
        """Does a statement put the thing into a container, once more?"""
        if isinstance(s, S.Assign):
            into = s.value.head in ("tuple", "list", "dict") and s.target.head != "tuple" or s.target.head in ("index", "attr")
            if into and not held.isdisjoint(s.value.names) and self.aliasing.value(s.value, s) is not None:
                return True
        return any(not held.isdisjoint(call.names) and any(map(self._holds, E.root(a).names))
                   for e in S.expressions(s) for call in E.calls(e) for a in written_arguments(call))

    def _changes(self, s: S.Stmt, held: Names) -> None:
        """Note whether a statement may change the thing while anything but the container stands for it."""
        live = not held.isdisjoint(self.aliasing.live_after.get(s, E.NO_NAMES) | {_ELSEWHERE})
        for place in changed_places(s, self.region, self.aliasing):
            names = E.root(place).names
            if not held.isdisjoint(names) or live and any(map(self._holds, names)):
                self.changed = True
