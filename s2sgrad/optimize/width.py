"""How much room code takes on a line, without printing it."""
from __future__ import annotations

from s2sgrad.differentiate.naming import preferred
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr

#: The longest line of adjoint code that nesting may make.
LINE = 120
#: The longest of several gradients that the end of a function computes, each on a line of its own.
PART = 110


def width(e: Expr) -> int:
    """About how many characters an expression takes; of more than a line has room for, no more than that is told."""
    head = e.head
    if head == "var":
        return len(preferred(e.data))
    if head == "const":
        return len(repr(e.data))
    if head == "ref":
        text = e.data.text
        own = text.startswith(("s2sgrad.", "builtins."))
        return len(text.rpartition(".")[2] if own else text.replace("numpy.", "np."))
    if head == "slice":
        given = [a for a in e.args if a.head != "const" or a.data is not None]
        return sum(map(width, given)) + (1 if e.args[2] not in given else 2)
    inner = 0
    for a in e.args:
        if inner > LINE:
            return inner
        inner += len(preferred(a.data)) if a.head == "var" else width(a)
        if head == "op" and a.head == "op" and a.data in ("+", "-"):
            inner += 2
    if head == "op":
        return inner + (3 if len(e.args) == 2 else 1)
    if head == "attr":
        return inner + 1 + len(e.data)
    if head == "index":
        return inner + 2
    if head == "call":
        return inner + max(2, 2 * len(e.args) - 2) + sum(len(m) + 1 for m in e.data.marks if m)
    return inner + 2 * len(e.args)


def statement_width(s: S.Stmt, depth: int) -> int:
    """About how many characters the first line of a statement takes in a block `depth` levels deep."""
    return 4 * (depth + 1) + sum(map(width, S.expressions(s))) + 3
