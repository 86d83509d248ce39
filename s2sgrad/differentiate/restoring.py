"""Statements that are not reversed but change memory that the backward sweep reads: it has to pass by them all the same."""
from __future__ import annotations

from collections.abc import Mapping

from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate.tree import Node, Region, Step, children, is_empty
from s2sgrad.differentiate.uses import Uses, changed_by
from s2sgrad.ir import stmt as S


def pass_by(nodes: list[Node], facts: Facts, forward: Mapping[S.Stmt, S.Block], uses: Uses) -> bool:
    """Put a mark for every such statement into branches and loops without adjoint code. Were there any?

    What a branch or loop that the backward sweep steps over has changed could not be undone.
    """
    read = {n for table in (uses.before, uses.after, uses.head) for names in table.values() for n in names
            if n.startswith("@")}
    return bool(read) and _mark(nodes, facts, forward, read)


def _mark(nodes: list[Node], facts: Facts, forward: Mapping[S.Stmt, S.Block], read: set[str]) -> bool:
    found = False
    for node in nodes:
        for block, inner in zip(_blocks(node), children(node)):
            if is_empty([node]):
                found |= _mark_block(block, inner, facts, forward, read)
            found |= _mark(inner, facts, forward, read)
    return found


def _blocks(node: Node) -> tuple[S.Block, ...]:
    """The blocks that the children of a node reverse, in their order."""
    blocks = S.blocks(node.stmt) if children(node) else ()
    if isinstance(node, Region) and isinstance(node.stmt, S.Try):
        body, *handlers, orelse, final = blocks
        return (final, *handlers, orelse, body)
    return blocks


def _mark_block(block: S.Block, nodes: list[Node], facts: Facts, forward: Mapping[S.Stmt, S.Block],
                read: set[str]) -> bool:
    at = {s: n for n, s in enumerate(block)}
    found = False
    for s in block:
        if S.blocks(s) or changed_by(s, facts, forward).isdisjoint(read):
            continue
        place = next((n for n, node in enumerate(nodes) if at[node.stmt] <= at[s]), len(nodes))
        nodes.insert(place, Step(s, [S.Pass(s.loc)]))
        found = True
    return found
