"""What a container or an object may hold in two of its places: ``rows = [s, s]``, ``self.start = self.x``.

    rows = [s] * 2
    rows[0] += v        if `s` is an array, ``rows[1]`` has changed, too
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.targets import pairs
from s2sgrad.lower.effects import stored_arguments

#: The loops around a statement, from the outside in.
Loops = tuple[S.Stmt, ...]
_PUTTING = ("append", "appendleft", "insert", "add", "setdefault")


class Stores:
    """The stores of a function: what it puts into places of containers and objects, and the loops around that."""

    def __init__(self, body: S.Block) -> None:
        self.found: list[tuple[Expr, S.Stmt, Loops]] = []
        self.bound: dict[str, list[tuple[Expr | None, S.Stmt, Loops]]] = defaultdict(list)
        self._walk(body, ())

    def twice(self, is_held: Callable[[Expr, S.Stmt], bool]) -> bool:
        """May one of the values for which `is_held` is true be stored more than once?"""
        seen: set[object] = set()
        for e, s, loops in self.found:
            if not is_held(e, s):
                continue
            if e.head != "var":
                return True  # it is a part of something already
            for made, inside in self._origins(e.data, set()):
                if made is None or made in seen or loops[:len(inside)] != inside or len(loops) > len(inside):
                    return True
                seen.add(made)
        return False

    def _walk(self, body: S.Block, loops: Loops) -> None:
        for s in body:
            inside = (*loops, s) if isinstance(s, (S.For, S.While)) else loops
            if isinstance(s, S.Assign):
                self._bind(s.target, s.value, s, loops)
            elif isinstance(s, S.For):
                for name in S.bound(s.target):
                    self.bound[name].append((None, s, inside))
            self.found += [(e, s, loops) for e in (*_stored(s), *self._repeated(s))]
            for b in S.blocks(s):
                self._walk(b, inside)

    def _repeated(self, s: S.Stmt) -> Iterator[Expr]:
        """What ``[s] * n`` and ``xs * n`` hold once more, where `xs` is a list that is displayed."""
        if isinstance(s, S.Assign) and s.value.head == "op" and s.value.data == "*":
            for factor in s.value.args:
                lists = [e for e, *_ in self.bound.get(factor.data, ())] if factor.head == "var" else [factor]
                yield from (a for e in lists if e is not None and e.head == "list" for a in e.args if a.head == "var")

    def _bind(self, target: Expr, e: Expr, s: S.Stmt, loops: Loops) -> None:
        for t, a in pairs(target, e):
            for name in S.bound(t) if t.head in ("var", "tuple", "list", "star") else ():
                self.bound[name].append((a if t.head == "var" else None, s, loops))

    def _origins(self, name: str, seen: set[str]) -> Iterator[tuple[object, Loops]]:
        """Where what a variable stands for was made, and the loops around that; None where it is a part of something."""
        seen.add(name)
        if name not in self.bound:
            yield name, ()  # a parameter
        for e, s, loops in self.bound[name]:
            sources = () if e is None else e.args[1:] if e.head == "ifexp" else (e,)
            for source in sources:
                if source.head == "var":
                    if source.data not in seen:
                        yield from self._origins(source.data, seen)
                elif source.head in ("index", "attr"):
                    yield None, loops
                else:
                    yield (s, name), loops
            if e is None:  # an element, or one of several results
                yield (s, name), loops


def _stored(s: S.Stmt) -> Iterator[Expr]:
    """The variables, and parts of what they stand for, that a statement stores."""
    if isinstance(s, S.Assign) and s.target.head in ("index", "attr") and s.value.head in ("var", "index", "attr"):
        yield s.value
    for e in S.expressions(s):
        parallel = isinstance(s, S.Assign) and e.head == s.target.head == "tuple"
        yield from _in_displays(e, isinstance(s, S.Return) or parallel)


def _in_displays(e: Expr, apart: bool) -> Iterator[Expr]:
    """What an expression stores; the elements of a display that is taken `apart` at once are in no container."""
    if e.head in ("list", "tuple", "dict") and not apart:
        values = [v for _, v in E.items(e)] if e.head == "dict" else e.args
        yield from (a for a in values if a.head in ("var", "index", "attr"))
    if e.head == "call":
        fn = e.args[0]
        if fn.head == "attr" and fn.data in _PUTTING or E.callee(e) is dict:
            yield from (a for a in e.args[1:] if a.head in ("var", "index", "attr"))
        yield from (a for _, a, _ in stored_arguments(e))
    for a in e.args:
        yield from _in_displays(a, False)
