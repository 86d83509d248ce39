"""A seed is checked where it is read first, if whatever reads it brings what it computes to a shape of its own.

    by = scalar_seed(by, lam)
    bt = total(by) / n                            --->     bt = total(scalar_seed(by, lam)) / n
    ...                                                    ...
    return total(by * lam) * 2 * w                         return total(by * lam) * 2 * w

The check raises an error unless the result has one element, or the seed the shape of the result; of one element, the seed
that is checked has another number of axes than the one that was given, and no other value.
"""
from __future__ import annotations

import dataclasses

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.effects import looks_outside
from s2sgrad.optimize.entries import is_in_company
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.width import LINE, statement_width

#: What may be computed, or may not.
_HIDDEN = E.FUNCTION | E.COMP | E.WALRUS
_CHOICES = ("ifexp", "bool", "compare")
#: Helpers whose result has the shape of another argument, however many axes of length one the first one has.
_FITTING = frozenset((runtime.unbroadcast, runtime.fitted, runtime.matmul_adjoint_left, runtime.matmul_adjoint_right,
                      runtime.matmul_adjoint_both, runtime.dot_adjoint_both))


def check_where_read(fn: S.Function, program: Program) -> S.Function:
    """Put the check of the seed into the statement that reads it first."""
    at, check = 0, None
    for n, s in enumerate(fn.body):
        if type(s) is S.Assign and s.value.function is runtime.scalar_seed:
            at, check = n, s
            break
    if check is None or check.target.head != "var" or check.value.args[1].head != "var":
        return fn
    then = _reader(fn.body, at, program)
    if then is None or not _is_bound_once(check, fn, program):
        return fn
    reader = _with_check(fn.body[then], check)
    rest = fn.body[then + 1:]
    name, given = check.target.data, check.value.args[1]
    if reader is None or statement_width(reader, 0) > LINE \
            or not all(_is_fitted(e, name) for s in S.walk_stmts(rest) for e in S.expressions(s)):
        return fn
    first = at if is_in_company(list(fn.body), at) else at - 1
    after = rest if name == given.data else tuple([S.substitute(s, {name: given}) for s in rest])
    return S.with_body(fn, (*fn.body[:first], *fn.body[at + 1:then], reader, *after))


def _is_bound_once(check: S.Assign, fn: S.Function, program: Program) -> bool:
    """Is neither the seed that is given bound again nor the one that is checked?"""
    names = check.target.names | check.value.args[1].names
    return names.isdisjoint(program.pinned) and all(s is check or names.isdisjoint(S.writes(s)) for s in S.walk_stmts(fn.body))


def _reader(body: S.Block, at: int, program: Program) -> int | None:
    """The position of the statement that reads the seed first, if the check can be made there as well."""
    check = body[at]
    assert isinstance(check, S.Assign)
    memory, like = program.memory, check.value.args[2]
    if not memory.is_pure(check.value) or looks_outside(like):
        return None
    for n, s in enumerate(body[at + 1:], at + 1):
        if type(s) in S.COMPOUND:
            return None
        if check.target.data in S.reads(s):
            return n if type(s) in (S.Assign, S.Aug, S.Return) else None
        if not isinstance(s, S.Comment) and (not S.writes(s).isdisjoint(like.names)
                                             or not memory.writes(s).isdisjoint(memory.reads(like))):
            return None
    return None


def _is_fitted(e: Expr, name: str) -> bool:
    """Is a variable read in `e` as a factor of what gets a shape of its own alone?"""
    return name not in e.names or _is_factor(e, name, False)


def _is_factor(e: Expr, name: str, fitted: bool) -> bool:
    if e.head == "var":
        return fitted
    passes = fitted and e.head == "op" and e.data in ("*", "/", "-") and (e.data != "-" or len(e.args) == 1)
    fits = e.head == "call" and E.hashable_callee(e) in _FITTING
    return all(_is_factor(a, name, fits and n == 1 or passes and not (n and e.data == "/"))
               for n, a in enumerate(e.args) if name in a.names)


def _with_check(s: S.Stmt, check: S.Assign) -> S.Stmt | None:
    """`s` with the check in one place where it reads the seed, such that all others are fitted; None where there is none."""
    assert isinstance(s, (S.Assign, S.Aug, S.Return))
    name, given = check.target.data, check.value.args[1]
    if s.value.heads & _HIDDEN or not isinstance(s, S.Return) and name in s.target.names \
            or any(e.head in _CHOICES and name in e.names for e in E.walk(s.value)):
        return None
    for n in range(E.count(s.value, name)):
        if _is_fitted(_replaced(s.value, name, E.NONE, [n]), name):
            made = _replaced(s.value, name, E.var(_PLACE), [n])
            return dataclasses.replace(s, value=E.substitute(made, {name: given, _PLACE: check.value}))
    return None


#: Stands for the check until the other reads are those of the seed that is given.
_PLACE = "<check>"


def _replaced(e: Expr, name: str, by: Expr, left: list[int]) -> Expr:
    """`e` with the read of a variable replaced that comes after as many others as `left` says."""
    if e.head == "var":
        left[0] -= 1
        return by if left[0] == -1 else e
    return E.rebuild(e, tuple([_replaced(a, name, by, left) if name in a.names else a for a in e.args]))
