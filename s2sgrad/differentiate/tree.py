"""The backward sweep before it is a program: adjoint code, each piece tied to the statement that it reverses.

Nodes stand in the order of execution. The values that a piece of code reads are those that the primal had right
before its statement (or right after, for the statement's own results); what has to be saved so that they are there
again is decided later, from this tree.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from s2sgrad.ir import stmt as S
from s2sgrad.ir.node import dataclass


@dataclass(eq=False)
class Step:
    """Code that reverses one simple statement.

    `after`: it reads the statement's results, not what they replaced. `reads` are variables whose values it uses
    without naming them (a callee kept references to them).
    """

    stmt: S.Stmt
    code: list[S.Stmt]
    after: bool = False
    reads: frozenset[str] = frozenset()


@dataclass(eq=False)
class Branch:
    """The reverse of an ``if``; `before` runs first, in either case."""

    stmt: S.If
    body: list[Node]
    orelse: list[Node]
    before: list[S.Stmt] = field(default_factory=list)


@dataclass(eq=False)
class Loop:
    """The reverse of a loop; `before` runs once, ahead of it, `closing` at the end of every reversed iteration."""

    stmt: S.For | S.While
    body: list[Node]
    before: list[S.Stmt] = field(default_factory=list)
    closing: list[S.Stmt] = field(default_factory=list)


@dataclass(eq=False)
class Region:
    """The reverse of a ``with`` block or of a ``try`` statement: `parts` reverse its blocks, in order of execution."""

    stmt: S.With | S.Try
    parts: list[list[Node]]
    before: list[S.Stmt] = field(default_factory=list)


@dataclass(eq=False)
class Init:
    """Adjoints created at the end of the reverse of a block of `stmt`, because another block of it sets them."""

    stmt: S.Stmt
    code: list[S.Stmt]


Node = Step | Init | Branch | Loop | Region


def children(node: Node) -> tuple[list[Node], ...]:
    if type(node) is Step:  # most of them are
        return ()
    if isinstance(node, Branch):
        return (node.body, node.orelse)
    if isinstance(node, Loop):
        return (node.body,)
    return tuple(node.parts) if isinstance(node, Region) else ()


def paths(node: Node) -> tuple[list[Node], ...]:
    """The ways through a node with blocks, each as one block."""
    if not isinstance(node, Region) or isinstance(node.stmt, S.With):
        return children(node)
    final, *handlers, orelse, body = node.parts
    return tuple([*final, *path] for path in (*handlers, [*orelse, *body]))


def walk(nodes: list[Node]) -> Iterator[Node]:
    """Every node, those inside of others after them."""
    todo = nodes[::-1]
    while todo:
        node = todo.pop()
        yield node
        for inner in reversed(children(node)):
            todo += reversed(inner)


def is_empty(nodes: list[Node]) -> bool:
    """Does a list of nodes do nothing?"""
    for node in nodes:
        if isinstance(node, (Step, Init)):
            if node.code:
                return False
        elif node.before or not all(map(is_empty, children(node))) or (isinstance(node, Loop) and node.closing):
            return False
    return True
