"""What is calculated alike, or is brief, is calculated on one line.

    t = np.exp(-pos)
    t2 = np.exp(neg)                  --->          t, t2 = np.exp(-pos), np.exp(neg)
    t3 = sigma ** 2
    t4 = math.sqrt(T)                 --->          t3, t4 = sigma ** 2, math.sqrt(T)

Two expressions are alike where they differ in nothing but variables and numerals. The statements of the user stay as they are.
"""
from __future__ import annotations

from collections.abc import Callable

from s2sgrad import runtime
from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import is_temporary
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.width import statement_width, width
from s2sgrad.rules.families import library

#: The longest line that this makes: what stands side by side is to be seen at a glance.
_GLANCE = 100
#: The same for what is not alike, and for each part of it.
_BRIEF, _BRIEF_PART = 76, 26
_KINDS = frozenset(("op", "call", "index"))
_BRIEF_KINDS = frozenset(("op", "call", "const"))
_JOINED = _KINDS | {"const"}
#: Helpers that give numbers and arrays, or what they are given.
_GIVING_NUMBERS = frozenset((runtime.zeros_like, runtime.scalar_seed, runtime.unbroadcast, runtime.fitted, runtime.total,
                             runtime.expand, runtime.element, runtime.array_tangent))


def join_alike(fn: S.Function, program: Program) -> S.Function:
    """Write assignments of values without names that are alike, and follow one after the other, on one line."""
    return S.with_body(fn, _Joining(program).block(fn.body, 0))


class _Joining:
    def __init__(self, program: Program) -> None:
        self.pinned = program.pinned
        self.origin = program.names.origin

    def block(self, body: S.Block, depth: int) -> S.Block:
        out: list[S.Stmt] = []
        unnamed: set[S.Stmt] = set()
        last: S.Assign | None = None
        for s in body:
            s = S.map_blocks(lambda b: self.block(b, depth + 1), s) if type(s) in S.COMPOUND else s
            here = s if type(s) is S.Assign and s.value.head in _JOINED and s.target.head == "var" else None
            if here and last and self._is_unnamed(here.target.data) and self._is_unnamed(last.target.data):
                unnamed |= {last, here}
            last = here
            out.append(s)
        if unnamed:
            for kind, line in ((_are_alike, _GLANCE), (_are_brief, _BRIEF)):
                out = _joined(out, unnamed, kind, line - 4 * depth)
        return S.block_of(tuple(out), body)

    def _is_unnamed(self, name: str) -> bool:
        """Is this a variable that the user does not know?"""
        return name not in self.pinned and (is_derivative(name) or is_temporary(self.origin.get(name, name)))


def _joined(body: list[S.Stmt], unnamed: set[S.Stmt], kind: Callable[[tuple[Expr, ...]], bool], line: int) -> list[S.Stmt]:
    """`body` with the assignments of one kind that follow one after the other in one; they become some of those `unnamed`."""
    out: list[S.Stmt] = []
    last = None
    for n, s in enumerate(body):
        if s not in unnamed:
            last = None
        else:
            made = None if last is None or _are_equal(s, body[n + 1:n + 2]) else _together(last, s)
            if made is not None and kind(made.value.args) and statement_width(made, 0) <= line:
                unnamed.add(made)
                out[-1] = last = made
                continue
            last = s
        out.append(s)
    return out


def _together(first: S.Assign, then: S.Assign) -> S.Assign | None:
    """One assignment for two, each of which may be one for several; adjoints stand with adjoints."""
    if not first.target.names.isdisjoint(then.value.names | then.target.names) or _are_equal(first, [then]):
        return None
    (before, values), (targets, others) = _parts(first), _parts(then)
    if is_derivative(before[0].data) != is_derivative(targets[0].data):
        return None
    return S.Assign(E.tuple_(*before, *targets), E.tuple_(*values, *others), first.loc)


def _parts(s: S.Assign) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """The variables that a statement assigns to, and their values."""
    several = s.target.head == s.value.head == "tuple" and bool(s.value.args)
    return (s.target.args, s.value.args) if several else ((s.target,), (s.value,))


def _are_equal(s: S.Stmt, after: list[S.Stmt]) -> bool:
    """Is a variable bound to a constant, and so is the next one? That is written ``a = b = 0.0``."""
    return type(s) is S.Assign and s.value.head == "const" and any(type(t) is S.Assign and t.value == s.value for t in after)


def _are_alike(values: tuple[Expr, ...]) -> bool:
    """Are values calculated alike?"""
    return all(_alike(values[0], e) for e in values[1:])


def _are_brief(values: tuple[Expr, ...]) -> bool:
    """Are values calculated by formulas that are short enough to stand side by side?"""
    return all(e.head in _BRIEF_KINDS and width(e) <= _BRIEF_PART and all(map(_gives_numbers, E.calls(e))) for e in values)


def _gives_numbers(e: Expr) -> bool:
    """Does a call give a number or an array, and no object, whatever it is given?"""
    fn = E.hashable_callee(e)
    return fn is not None and (fn in _GIVING_NUMBERS or library(fn) in ("numpy", "math", "scipy"))


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
