"""Where the backward sweep reads which values of the primal, and where statements stand."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import field

from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate.library import SHAPE_ONLY
from s2sgrad.differentiate.tree import Branch, Init, Loop, Node, Region, Step, children, is_empty
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.lower.effects import owner_of, written_arguments

Names = frozenset[str]
BlockKey = tuple[S.Stmt | None, int]


@dataclass(eq=False)
class Instruments:
    """Statements and headers that make the forward sweep reversible: conditions kept, iterations counted."""

    pre: dict[S.Stmt, list[S.Stmt]] = field(default_factory=dict)
    body_pre: dict[S.Stmt, list[S.Stmt]] = field(default_factory=dict)
    test: dict[S.Stmt, Expr] = field(default_factory=dict)
    iterate: dict[S.Stmt, Expr] = field(default_factory=dict)
    back_test: dict[S.Stmt, Expr] = field(default_factory=dict)
    back_iter: dict[S.Stmt, tuple[Expr, Expr]] = field(default_factory=dict)


@dataclass(eq=False)
class Plan:
    """What to save where. `saves`, `recompute` and `taken` are keyed by statement, `kept` by block.

    What is computed again is there before the reverse of a statement, what is taken back from an array that it was stored
    in even before anything is put back.
    """

    saves: dict[S.Stmt, list[str]] = field(default_factory=dict)
    kept: dict[BlockKey, list[str]] = field(default_factory=dict)
    recompute: dict[S.Stmt, list[S.Assign]] = field(default_factory=dict)
    taken: dict[S.Stmt, list[S.Assign]] = field(default_factory=dict)

#: What an expression contains of which not all is read, or that binds variables of its own.
_SELECTIVE = E.CALL | E.ATTR | E.COMP


class Uses:
    """Where the backward sweep reads which primal values: before or after which statement."""

    def __init__(self, nodes: list[Node], facts: Facts, instruments: Instruments) -> None:
        self.facts = facts
        self.before: dict[S.Stmt, set[str]] = {}
        self.after: dict[S.Stmt, set[str]] = {}
        self.head: dict[S.Stmt, set[str]] = {}
        #: The variables of which more than the shape is read somewhere.
        self.values: set[str] = set()
        self._collect(nodes, instruments)

    def _collect(self, nodes: list[Node], instruments: Instruments) -> None:
        for node in nodes:
            s = node.stmt
            if isinstance(node, Init):
                self.before.setdefault(s, set()).update(self.of_code(node.code))
                continue
            if isinstance(node, Step):
                table = self.after if node.after else self.before
                table.setdefault(s, set()).update(self.of_code(node.code))
                self.values |= node.reads
                for name in node.reads:
                    table[s] |= {name} | self.facts.aliasing.contents(name)
                continue
            self.after.setdefault(s, set()).update(self.of_code(node.before))
            if isinstance(node, Branch) and s in instruments.back_test:
                self.after[s] |= self.read(instruments.back_test[s])
            if isinstance(node, Region) and isinstance(s, S.Try) and s.handlers and not is_empty([node]):
                self.after[s] |= S.writes(s.orelse[0])
            if isinstance(node, Loop) and not is_empty([node]):
                self.after[s] |= self.read(instruments.back_iter[s][1])
                self.head.setdefault(s, set()).update(self.of_code(node.closing))
            for inner in children(node):
                self._collect(inner, instruments)

    def of_code(self, code: Iterable[S.Stmt]) -> set[str]:
        out: set[str] = set()
        for s in code:
            for e in S.expressions(s):
                if e.head == "var" and e.heads & E.DERIVATIVE:  # an adjoint
                    self.values |= e.names
                else:
                    out |= self.read(e)
            for inner in S.blocks(s):
                out |= self.of_code(inner)
        return out

    def read(self, e: Expr) -> set[str]:
        """What reading `e` needs, which the backward sweep does."""
        if not e.heads & _SELECTIVE:
            self.values |= e.names
            return self._with_contents(e, set(e.names), e.names)
        names: set[str] = set()
        values: set[str] = set()
        _reads(e, names, values)
        self.values |= values
        return self._with_contents(e, names, values)

    def shape_of(self, e: Expr) -> set[str]:
        """What the shape of `e`, an array, needs: the shapes of its operands, and the positions in its subscripts.

        Arrays in a list have those that they have there at that time.
        """
        if e.head == "var":
            return self._with_contents(e, {e.data}, set())
        if e.head == "op":
            return set().union(*map(self.shape_of, e.args))
        return self.shape_of(e.args[0]) | self.read(e.args[1]) if e.head == "index" else self.read(e)

    def of(self, e: Expr) -> set[str]:
        """The variables and the contents that reading `e` needs."""
        if not e.heads & _SELECTIVE:
            return self._with_contents(e, set(e.names), e.names)
        names: set[str] = set()
        values: set[str] = set()
        _reads(e, names, values)
        return self._with_contents(e, names, values)

    def _with_contents(self, e: Expr, names: set[str], values: Set[str]) -> set[str]:
        out = names
        if e.heads & E.DERIVATIVE:
            out = {n for n in names if n[0] not in E.MARKS}
        if not self.facts.aliasing.changed:
            return out
        for n in tuple(out):
            if n in values or self.facts.aliasing.may_be_resized(n):
                out |= self.facts.aliasing.contents(n)
        return out


def by_contents(names: Iterable[str], facts: Facts) -> dict[str, list[str]]:
    """By token of memory that is changed in place, those of some variables that stand for it."""
    out: dict[str, list[str]] = {}
    for n in names:
        for token in () if n.startswith("@") else facts.aliasing.contents(n):
            out.setdefault(token, []).append(n)
    return out


def changed_by(s: S.Stmt, facts: Facts, forward: Mapping[S.Stmt, S.Block]) -> Names:
    """Variables that a statement binds and contents that it changes, in the form the forward sweep has."""
    if type(s) is S.Assign and s.target.head == "var" and not s.value.heads & E.CALL and s not in forward:
        return S.writes(s)
    out: set[str] = set()
    for t in forward.get(s, (s,)):
        out |= S.writes(t) if t not in facts.aliasing.in_place else E.NO_NAMES
        place = S.stored_root(t)
        if place is not None and place.head == "var":
            node = facts.aliasing.place(t.target.args[0], s)  # type: ignore[union-attr]
            if node is not None:
                out |= facts.aliasing.tokens_of(node)
        if t in facts.aliasing.in_place:
            target: Expr = t.target  # type: ignore[union-attr]
            changed = facts.aliasing.place(target, s)
            out |= facts.aliasing.tokens_of(changed) if changed is not None else E.NO_NAMES
        for e in (*S.expressions(t), *(S.expressions(s) if t is not s else ())):
            for call in E.calls(e) if e.heads & E.CALL else ():
                for a in written_arguments(call):
                    base = owner_of(a)
                    if base.head == "var":
                        out |= facts.aliasing.contents(base.data)
        for place in t.targets if isinstance(t, S.Delete) else ():
            if place.head == "index" and E.root(place).head == "var":
                out |= facts.aliasing.contents(E.root(place).data)
    return frozenset(out)


def _reads(e: Expr, names: set[str], values: set[str]) -> None:
    """Collect the variables in `e`, and apart from them those of which more than the shape is read."""
    if e.head == "var":
        names.add(e.data)
        values.add(e.data)
        return
    if not e.names:
        return
    if not e.heads & _SELECTIVE:
        names |= e.names
        values |= e.names
        return
    if e.head == "attr" and e.data in ("shape", "ndim", "size", "dtype"):
        names |= e.names
        return
    shape_only = _shape_only(e)
    for n, a in enumerate(e.args):
        if n in shape_only:
            _reads_shape(a, names, values)
        else:
            _reads(a, names, values)


def _reads_shape(e: Expr, names: set[str], values: set[str]) -> None:
    """The same for what only the shape is asked of, which depends on the values of subscripts."""
    if e.head == "index":
        _reads_shape(e.args[0], names, values)
        _reads(e.args[1], names, values)
    elif e.head == "op":
        for a in e.args:
            _reads_shape(a, names, values)
    else:
        names |= e.names


def _shape_only(e: Expr) -> tuple[int, ...]:
    if e.head != "call":
        return ()
    fn = E.callee(e)
    try:
        return tuple(n + 1 for n in SHAPE_ONLY.get(fn, ()))
    except TypeError:
        return ()


class Places:
    """Where statements stand: the block and position of each, and the statement around each block."""

    def __init__(self, body: S.Block) -> None:
        self.where: dict[S.Stmt, tuple[BlockKey, int]] = {}
        self.blocks: dict[BlockKey, S.Block] = {}
        self._stores: dict[BlockKey, dict[str, S.Assign]] = {}
        self._positions: dict[BlockKey, dict[str, list[int]]] = {}
        self._chains: dict[BlockKey, list[BlockKey]] = {}
        self._add(body, (None, 0))

    def _add(self, body: S.Block, key: BlockKey) -> None:
        self.blocks[key] = body
        for n, s in enumerate(body):
            self.where[s] = (key, n)
            for k, inner in enumerate(S.blocks(s)):
                self._add(inner, (s, k))

    def stores(self, key: BlockKey) -> dict[str, S.Assign]:
        """By variable, the first statement of a block that stores its value in an element, ``y[i] = t``."""
        found = self._stores.get(key)
        if found is None:
            found = self._stores[key] = {}
            for s in self.blocks[key]:
                if type(s) is S.Assign and s.value.head == "var" and s.target.head == "index":
                    found.setdefault(s.value.data, s)
        return found

    def positions(self, key: BlockKey, writes: Callable[[S.Stmt], Names]) -> dict[str, list[int]]:
        """By variable, the positions of the statements of a block that write it; `writes` tells what a statement writes."""
        found = self._positions.get(key)
        if found is None:
            found = self._positions[key] = {}
            for n, s in enumerate(self.blocks[key]):
                for name in writes(s):
                    found.setdefault(name, []).append(n)
        return found

    def chain(self, key: BlockKey) -> list[BlockKey]:
        """A block and the blocks around it, the innermost first; what follows the body of a ``try`` is around it."""
        found = self._chains.get(key)
        if found is None:
            found = self._chains[key] = [key]
            s, n = key
            if isinstance(s, S.Try) and s.handlers and n == 0:
                found.append((s, len(s.handlers) + 1))
            if s is not None:
                found += self.chain(self.where[s][0])
        return found

    def common(self, keys: Iterable[BlockKey]) -> BlockKey:
        """The innermost block that contains all the given ones."""
        shared: list[BlockKey] | None = None
        for key in keys:
            chain = self.chain(key)
            shared = chain if shared is None or shared is chain else [k for k in shared if k in chain]
        return (None, 0) if not shared else shared[0]

    def loop_around(self, key: BlockKey) -> S.Stmt | None:
        """The innermost loop whose body contains a block."""
        for k in self.chain(key):
            if isinstance(k[0], (S.For, S.While)):
                return k[0]
        return None

    def at(self, s: S.Stmt, key: BlockKey) -> int:
        """The position in block `key` of the statement that is or contains `s`."""
        while self.where[s][0] != key:
            around = self.where[s][0][0]
            assert around is not None
            s = around
        return self.where[s][1]
