"""Functions made inside the function that is differentiated and kept for later."""
from __future__ import annotations

from collections.abc import Iterable

from s2sgrad.analysis.facts import Facts
from s2sgrad.analysis.flows import sources
from s2sgrad.differentiate.insertion import is_insertion
from s2sgrad.errors import no_derivative, unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.rules.registry import rule_for


def check(facts: Facts) -> None:
    """Raise where a function that captures a differentiated variable is kept, and its results matter.

    Lowering leaves those that may see the variable bound again (see `lower.kept`): calls of them that are resolved at
    run time would not know of the variable.
    """
    made = _made(facts.function.body)
    if not made and not S.having(facts.function.body, E.FUNCTION):
        return
    for s in S.walk_stmts(facts.function.body):
        if s in made or is_insertion(s):
            continue
        for name in sorted(S.reads(s)):  # a function that has a name of its own is read where it is not put in place
            if not isinstance(s, (S.If, S.While, S.Assert, S.Raise)) and not _only_decides(s, name):
                _refuse_captured(s, _captured_by(name, made) - {n for n, _ in made.values()}, facts)
        if isinstance(s, (S.Assign, S.Aug, S.Do)) and not _reaches(s).isdisjoint(facts.active):
            for part in E.walk(s.value) if s.value.heads & E.FUNCTION else ():
                if part.head == "function":
                    _refuse_captured(s, part.names, facts)


def _only_decides(s: S.Stmt, name: str) -> bool:
    """Is what a statement binds without a derivative with respect to what a function gives, as a condition is?"""
    return isinstance(s, (S.Assign, S.Aug)) and name not in sources(s.value) and name not in s.target.names


def _refuse_captured(s: S.Stmt, names: Iterable[str], facts: Facts) -> None:
    captured = sorted(n for n in names if n in facts.active)
    if captured:
        for call in E.calls(s.value) if isinstance(s, (S.Assign, S.Aug, S.Do)) else ():
            rule = rule_for(E.callee(call)) if call.args[0].head == "ref" else None
            if rule is not None and rule.reason is not None and not rule.differentiable:
                raise no_derivative(s.loc, f"{rule.names[0]} cannot be differentiated: {rule.reason}")
        name = captured[0].partition(".")[0]
        raise unsupported(s.loc, f"a function that uses the differentiated variable {name} is kept for later",
                          f"fix the value where the function is made, as a default ({name}={name}) or with functools.partial, "
                          "or call it by its name there")


def _made(body: S.Block) -> dict[S.Stmt, tuple[str, Expr]]:
    """The statements that give a function a name, with the name and the function."""
    out: dict[S.Stmt, tuple[str, Expr]] = {}
    for s in S.walk_stmts(body):
        if isinstance(s, S.Define):
            out[s] = s.name, s.value
        elif isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "function":
            out[s] = s.target.data, s.value
    return out


def _captured_by(name: str, made: dict[S.Stmt, tuple[str, Expr]]) -> set[str]:
    """What the functions with a name capture, and the functions that these capture."""
    out: set[str] = set()
    todo = [name]
    while todo:
        wanted = todo.pop()
        for named, value in made.values():
            if named == wanted:
                todo += [n for n in value.names if n not in out]
                out |= value.names
    return out


def _reaches(s: S.Assign | S.Aug | S.Do) -> frozenset[str]:
    """The variables that a statement puts something into."""
    if isinstance(s, S.Do):
        return s.value.names
    return S.bound(s.target) | E.root(s.target).names
