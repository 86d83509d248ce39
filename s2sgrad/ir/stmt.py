"""Statements and functions of the core language, and the questions that every pass asks of them.

Statements are frozen and compared by identity: analyses keep their facts in mappings keyed by statement, and a
transformation returns new statements. Bodies are tuples.
"""
from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, get_args

from s2sgrad.ir.expr import NO_NAMES, REPEATED, Expr, root
from s2sgrad.ir.expr import substitute as substitute_in
from s2sgrad.ir.knowing import COMPOUND as COMPOUND
from s2sgrad.ir.knowing import FEW, TOLD, Compound, Simple, flat, heads_of, overview
from s2sgrad.ir.knowing import all_blocks as all_blocks
from s2sgrad.ir.knowing import bound_by as bound_by
from s2sgrad.ir.knowing import having as having
from s2sgrad.ir.knowing import kinds_inside as kinds_inside
from s2sgrad.ir.knowing import of_kinds as of_kinds
from s2sgrad.ir.mentions import all_mentions, mentions
from s2sgrad.ir.node import node

if TYPE_CHECKING:
    from s2sgrad.ir.source import Location

Block = tuple["Stmt", ...]


@node
class Assign(Simple):
    """``target = value``; the target is a variable, a subscript, an attribute or a (nested) tuple of them."""

    target: Expr
    value: Expr
    loc: Location | None = None

    if not TYPE_CHECKING:
        def __init__(self, target, value, loc=None):
            self.target = target
            self.value = value
            self.loc = loc
            self.own = (value, target)
            self.heads = value.heads | target.heads
            if target.head == "var":  # most of them are
                self.written = target.names
                self.read = value.names
            else:
                self.written = NO_NAMES if target.head in ("index", "attr") else bound(target)
                self.read = value.names | target_reads(target)


@node
class Aug(Simple):
    """``target symbol= value``."""

    target: Expr
    symbol: str
    value: Expr
    loc: Location | None = None


@node
class Do(Simple):
    """An expression evaluated for its effect."""

    value: Expr
    loc: Location | None = None


@node
class If(Compound):
    test: Expr
    body: Block
    orelse: Block = ()
    loc: Location | None = None


@node
class For(Compound):
    target: Expr
    iter: Expr
    body: Block
    orelse: Block = ()
    loc: Location | None = None


@node
class While(Compound):
    test: Expr
    body: Block
    orelse: Block = ()
    loc: Location | None = None


@node
class With(Compound):
    items: tuple[tuple[Expr, Expr | None], ...]
    body: Block
    loc: Location | None = None


@node
class Handler:
    type: Expr | None
    name: str | None
    body: Block
    loc: Location | None = None


@node
class Try(Compound):
    body: Block
    handlers: tuple[Handler, ...]
    orelse: Block
    final: Block
    loc: Location | None = None


@node
class Return(Simple):
    value: Expr
    loc: Location | None = None


@node
class Raise(Simple):
    value: Expr | None
    cause: Expr | None = None
    loc: Location | None = None


@node
class Assert(Simple):
    test: Expr
    message: Expr | None = None
    loc: Location | None = None


@node
class Delete(Simple):
    targets: tuple[Expr, ...]
    loc: Location | None = None


@node
class Break(Simple):
    loc: Location | None = None


@node
class Continue(Simple):
    loc: Location | None = None


@node
class Pass(Simple):
    loc: Location | None = None


@node
class Define(Simple):
    """A nested ``def``: `value` is the function as an expression (see `expr.Closure`)."""

    name: str
    value: Expr
    loc: Location | None = None


@node
class Import(Simple):
    """An import inside the function; references carry it (`expr.Import`), the emitter writes it."""

    what: Any
    loc: Location | None = None


@node
class Comment(Simple):
    text: str
    loc: Location | None = None


@node
class Accumulate(Simple):
    """Add `value` to the adjoint held in the variable `name` (lowered by `differentiate.accumulate`).

    `structured`: the adjoint may be a list, dict or object, for which ``+`` means something else.
    """

    name: str
    value: Expr
    loc: Location | None = None
    structured: bool = False

    if not TYPE_CHECKING:
        def __init__(self, name, value, loc=None, structured=False):
            self.name = name
            self.value = value
            self.loc = loc
            self.structured = structured
            self.own = (value,)
            self.heads = value.heads
            self.written = frozenset((name,))
            self.read = value.names | self.written


@node
class Clear(Simple):
    """The adjoint held in `name` is zero from here on (lowered by `differentiate.accumulate`)."""

    name: str
    loc: Location | None = None


Stmt = (Assign | Aug | Do | If | For | While | With | Try | Return | Raise | Assert | Delete | Break | Continue | Pass | Define
        | Import | Comment | Accumulate | Clear)


@node
class Param:
    """`kind` is one of ``"positional"`` (before ``/``), ``"plain"``, ``"*"``, ``"keyword"``, ``"**"``."""

    name: str
    kind: str = "plain"
    default: Expr | None = None
    annotation: Any = None


@node
class Function:
    name: str
    params: tuple[Param, ...]
    body: Block
    doc: str | None = None
    loc: Location | None = None
    nonlocals: frozenset[str] = frozenset()


# ---- nested blocks ------------------------------------------------------------------------------------------

_BLOCKS: dict[type, Callable[[Any], tuple[Block, ...]]] = {
    If: attrgetter("body", "orelse"), For: attrgetter("body", "orelse"), While: attrgetter("body", "orelse"),
    With: lambda s: (s.body,), Try: lambda s: (s.body, *[h.body for h in s.handlers], s.orelse, s.final),
}

#: Those after which the next statement of the block is not reached.
LEAVING = (Break, Continue, Return, Raise)


#: The blocks directly inside a statement.
blocks: Callable[[Stmt], tuple[Block, ...]] = attrgetter("nested")


def map_blocks(fn: Callable[[Block], Block], s: Stmt) -> Stmt:
    """`s` with `fn` applied to the blocks directly inside it."""
    if type(s) not in COMPOUND:
        return s
    if isinstance(s, (If, For, While)):
        body, orelse = fn(s.body), fn(s.orelse)
        if body is s.body and orelse is s.orelse:
            return s
        return For(s.target, s.iter, body, orelse, s.loc) if isinstance(s, For) else type(s)(s.test, body, orelse, s.loc)
    if isinstance(s, With):
        return _changed(s, {"body": fn(s.body)})
    if isinstance(s, Try):
        body = fn(s.body)  # in the order of `blocks`
        handlers = tuple(_changed(h, {"body": fn(h.body)}) for h in s.handlers)
        if all(new is old for new, old in zip(handlers, s.handlers)):
            handlers = s.handlers
        return _changed(s, {"body": body, "handlers": handlers, "orelse": fn(s.orelse), "final": fn(s.final)})
    return s


def block_of(statements: Iterable[Stmt], before: Block) -> Block:
    """A block of statements; the block as it was `before` where they are the same."""
    made = tuple(statements)
    return before if made == before else made  # nodes are compared by identity


def with_body(fn: Function, body: Block) -> Function:
    """`fn` with another body; `fn` itself where it is the same."""
    return fn if body is fn.body else Function(fn.name, fn.params, body, fn.doc, fn.loc, fn.nonlocals)


def map_stmts(fn: Callable[[Stmt], Stmt], block: Block) -> Block:
    """A block with `fn` applied to every statement, to those of its blocks before it; the same block where nothing changes."""
    return block_of([fn(s if type(s) not in COMPOUND else map_blocks(lambda b: map_stmts(fn, b), s)) for s in block], block)


def _changed(s: Any, fields: dict[str, Any]) -> Any:
    return dataclasses.replace(s, **fields) if any(getattr(s, f) is not v for f, v in fields.items()) else s


def walk_stmts(block: Iterable[Stmt]) -> Iterator[Stmt]:
    """Every statement of a block in the order of the text, the nested ones included."""
    block = tuple(block)
    if len(block) > FEW:
        return iter(overview(block).statements)
    return iter(block if COMPOUND.isdisjoint(map(type, block)) else flat((block,)))


def walk_after(block: Block, s: Stmt) -> Iterator[Stmt]:
    """Every statement that may be executed after `s`: those after it in the text, and those of the loops that it is in."""
    for n, t in enumerate(block):
        if t is s:
            return walk_stmts(block[n + 1:])
        if type(t) in COMPOUND and s in t.inside:
            if not isinstance(t, (If, With)):
                return walk_stmts(block[n:])
            inside = next(b for b in t.nested if s in walk_stmts(b))
            return chain(walk_after(inside, s), walk_stmts(block[n + 1:]))
    return iter(())


def count(block: Block) -> int:
    return sum(1 for _ in walk_stmts(block))


# ---- expressions in a statement -------------------------------------------------------------------------------

def _given(*fields: str) -> Callable[[Any], tuple[Expr, ...]]:
    return lambda s: tuple([e for e in [getattr(s, f) for f in fields] if e is not None])


_EXPRESSIONS: dict[type, Callable[[Any], tuple[Expr, ...]]] = {
    Aug: attrgetter("value", "target"), For: attrgetter("iter", "target"),
    Do: lambda s: (s.value,), Return: lambda s: (s.value,), Define: lambda s: (s.value,),
    If: lambda s: (s.test,), While: lambda s: (s.test,), Raise: _given("value", "cause"), Assert: _given("test", "message"),
    With: lambda s: tuple([e for pair in s.items for e in pair if e is not None]),
    Try: lambda s: tuple([h.type for h in s.handlers if h.type is not None]), Delete: lambda s: s.targets,
}

#: The expressions of a statement itself (not of its blocks), in order of evaluation, targets included.
expressions: Callable[[Stmt], tuple[Expr, ...]] = attrgetter("own")


def with_value(s: Assign, value: Expr) -> Assign:
    """`s` with another value; `dataclasses.replace` takes its time."""
    return s if value is s.value else Assign(s.target, value, s.loc)


#: Where other statements have expressions that are rewritten.
_FIELDS: dict[type, tuple[str, ...]] = {
    If: ("test",), While: ("test",), For: ("iter", "target"), Raise: ("value", "cause"), Assert: ("test", "message"),
    Define: ("value",),
}


def map_expressions(fn: Callable[[Expr], Expr], s: Stmt) -> Stmt:
    """`s` with `fn` applied to its own expressions, targets included."""
    if type(s) is Assign:
        value, target = fn(s.value), fn(s.target)
        return s if value is s.value and target is s.target else Assign(target, value, s.loc)
    if type(s) is Return or type(s) is Do:
        value = fn(s.value)
        return s if value is s.value else type(s)(value, s.loc)
    if type(s) is Accumulate:
        value = fn(s.value)
        return s if value is s.value else Accumulate(s.name, value, s.loc, s.structured)
    if type(s) is Aug:
        value, target = fn(s.value), fn(s.target)
        return s if value is s.value and target is s.target else Aug(target, s.symbol, value, s.loc)
    if type(s) is Comment or type(s) is Clear:
        return s
    fields = _FIELDS.get(type(s))
    if fields is not None:
        return _changed(s, {f: fn(e) for f in fields if (e := getattr(s, f)) is not None})
    if isinstance(s, With):
        return dataclasses.replace(s, items=tuple((fn(e), t and fn(t)) for e, t in s.items))
    if isinstance(s, Try):
        return dataclasses.replace(s, handlers=tuple(
            h if h.type is None else dataclasses.replace(h, type=fn(h.type)) for h in s.handlers))
    if isinstance(s, Delete):
        return dataclasses.replace(s, targets=tuple(map(fn, s.targets)))
    return s


def substitute(s: Stmt, bindings: Mapping[str, Expr]) -> Stmt:
    """Replace variables by expressions in a statement and its blocks, targets included."""
    if type(s) in COMPOUND:
        s = map_blocks(lambda b: tuple([substitute(t, bindings) for t in b]), s)
    return map_expressions(lambda e: substitute_in(e, bindings), s)


# ---- variables ----------------------------------------------------------------------------------------------

def bound(target: Expr) -> frozenset[str]:
    """The variables that assigning to `target` binds (a subscript or an attribute binds none)."""
    if target.head == "var":
        return target.names
    if target.head in ("tuple", "list", "star"):
        return frozenset().union(*(bound(a) for a in target.args))
    return NO_NAMES


def parts(target: Expr) -> Iterator[Expr]:
    """The variables, elements and attributes that an assignment to `target` binds or writes."""
    if target.head in ("tuple", "list", "star"):
        for t in target.args:
            yield from parts(t)
    else:
        yield target


def target_reads(target: Expr) -> frozenset[str]:
    """The variables that assigning to `target` reads: those of a subscript's object and key."""
    if target.head == "var":
        return NO_NAMES
    if target.head in ("tuple", "list", "star"):
        return frozenset().union(*(target_reads(a) for a in target.args))
    return target.names


def _united(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return NO_NAMES.union(*sets)


def _bound_by(s: Any) -> frozenset[str]:
    head = s.target.head
    return NO_NAMES if head == "index" or head == "attr" else bound(s.target)


_WRITES: dict[type, Callable[[Any], frozenset[str]]] = {
    Aug: _bound_by, For: _bound_by,
    Clear: lambda s: frozenset((s.name,)), Define: lambda s: frozenset((s.name,)),
    With: lambda s: _united([bound(t) for _, t in s.items if t is not None]),
    Delete: lambda s: _united(map(bound, s.targets)),
    Try: lambda s: frozenset([h.name for h in s.handlers if h.name]),
}

_READS: dict[type, Callable[[Any], frozenset[str]]] = {
    Aug: lambda s: s.value.names | s.target.names,
    For: lambda s: s.iter.names | target_reads(s.target),
    Do: attrgetter("value.names"), Return: attrgetter("value.names"), Define: attrgetter("value.names"),
    If: attrgetter("test.names"), While: attrgetter("test.names"),
    With: lambda s: _united([e.names if t is None else e.names | target_reads(t) for e, t in s.items]),
    Delete: lambda s: _united(map(target_reads, s.targets)),
    Raise: lambda s: _united([e.names for e in expressions(s)]), Assert: lambda s: _united([e.names for e in expressions(s)]),
    Try: lambda s: _united([e.names for e in expressions(s)]),
}

TOLD.update((kind, []) for kind in get_args(Stmt))
_HEADS = dict.fromkeys(_EXPRESSIONS, heads_of)
for name, known in (("own", _EXPRESSIONS), ("heads", _HEADS), ("read", _READS), ("written", _WRITES), ("nested", _BLOCKS)):
    for kind in TOLD:
        if kind in known:
            TOLD[kind].append((name, known[kind]))
        elif kind not in (Assign, Accumulate) and name != "nested":
            setattr(kind, name, () if name == "own" else 0 if name == "heads" else NO_NAMES)

#: The variables that the statement itself binds.
writes: Callable[[Stmt], frozenset[str]] = attrgetter("written")
#: The variables that the statement itself reads; those of its blocks are asked of the blocks.
reads: Callable[[Stmt], frozenset[str]] = attrgetter("read")


def count_uses(body: Iterable[Stmt]) -> dict[str, int]:
    """How often the text reads each variable."""
    out: list[str] = []
    for s in walk_stmts(body):
        if type(s) is Assign and s.target.head == "var":
            out += mentions(s.value) if s.heads & REPEATED else s.read
        elif type(s) is For and s.target.head == "var":
            out += mentions(s.iter)
        else:
            out += all_mentions(s.own)
    return Counter(out)


def stored_root(s: Stmt) -> Expr | None:
    """The object at the bottom of the subscript or attribute that the statement writes, if it writes one."""
    if isinstance(s, (Assign, Aug)) and s.target.head in ("index", "attr"):
        return root(s.target)
    return None


def stored_roots(s: Stmt) -> tuple[Expr, ...]:
    """`stored_root`, of a statement as the user wrote it: one for each place that ``a[i], a[j] = ...`` writes."""
    if not isinstance(s, (Assign, Aug, For)) or s.target.head == "var":
        return ()
    return tuple(root(t) for t in parts(s.target) if t.head in ("index", "attr"))


def all_names(block: Iterable[Stmt]) -> frozenset[str]:
    """Every variable that a block mentions."""
    statements = tuple(walk_stmts(block))
    return NO_NAMES.union(*map(reads, statements), *map(writes, statements))
