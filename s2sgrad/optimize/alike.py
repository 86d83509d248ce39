"""What is calculated alike is calculated on one line.

    t = np.exp(-pos)
    t2 = np.exp(neg)                  --->          t, t2 = np.exp(-pos), np.exp(neg)
    bx = zeros_like(x)
    by = zeros_like(y)                --->          bx, by = zeros_like(x), zeros_like(y)

Two expressions are alike where they differ in nothing but variables and numerals. The statements of the user stay as they are.
"""
from __future__ import annotations

from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import is_temporary
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.width import statement_width

#: The longest line that this makes: what stands side by side is to be seen at a glance.
_GLANCE = 100
_KINDS = frozenset(("op", "call", "index"))


def join_alike(fn: S.Function, program: Program) -> S.Function:
    """Write assignments of values without names that are alike, and follow one after the other, on one line."""
    return S.with_body(fn, _Joining(program).block(fn.body, 0))


class _Joining:
    def __init__(self, program: Program) -> None:
        self.pinned = program.pinned
        self.origin = program.names.origin

    def block(self, body: S.Block, depth: int) -> S.Block:
        out: list[S.Stmt] = []
        for s in body:
            s = S.map_blocks(lambda b: self.block(b, depth + 1), s) if type(s) in S.COMPOUND else s
            made = self._together(out[-1], s) if out and type(s) is S.Assign and s.value.head in _KINDS else None
            if made is None or statement_width(made, depth) > _GLANCE:
                out.append(s)
            else:
                out[-1] = made
        return S.block_of(out, body)

    def _together(self, first: S.Stmt, then: S.Assign) -> S.Stmt | None:
        """One assignment for two, the first of which may be one for several; adjoints stand with adjoints."""
        if type(first) is not S.Assign or not self._is_unnamed(then.target):
            return None
        several = first.target.head == first.value.head == "tuple" and bool(first.value.args)
        targets, values = ((e.args if several else (e,)) for e in (first.target, first.value))
        if not all(map(self._is_unnamed, targets)) or len({is_derivative(t.data) for t in (*targets, then.target)}) > 1 \
                or not _alike(values[0], then.value) or not first.target.names.isdisjoint(then.value.names | then.target.names):
            return None
        return S.Assign(E.tuple_(*targets, then.target), E.tuple_(*values, then.value), first.loc)

    def _is_unnamed(self, target: Expr) -> bool:
        """Is this a variable that the user does not know?"""
        if target.head != "var" or target.data in self.pinned:
            return False
        name = target.data
        return is_derivative(name) or is_temporary(self.origin.get(name, name))


def _alike(a: Expr, b: Expr) -> bool:
    """Are two values, neither of them a variable or a constant, the same but for variables and numerals?"""
    if a.head != b.head or len(a.args) != len(b.args) or a.head not in _KINDS or a.data != b.data:
        return False
    if a.head == "call" and (a.args[0].head != "ref" or a.args[0] != b.args[0]):
        return False
    return all(map(_corresponds, a.args, b.args))


def _corresponds(a: Expr, b: Expr) -> bool:
    if a.head != b.head or len(a.args) != len(b.args):
        return False
    if not a.args:
        return a.head == "var" or a.head == "const" and _is_numeral(a) == _is_numeral(b) and (_is_numeral(a) or a == b) or a == b
    return a.data == b.data and all(map(_corresponds, a.args, b.args))


def _is_numeral(e: Expr) -> bool:
    return isinstance(e.data, (int, float))
