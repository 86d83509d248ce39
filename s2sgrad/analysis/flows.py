"""Through which operands the value of an expression varies differentiably."""
from __future__ import annotations

from collections.abc import Iterable

from s2sgrad.errors import InternalError
from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.remember import remembered
from s2sgrad.ir.targets import makes_text, repeated
from s2sgrad.rules.bind import INACTIVE_ATTRIBUTES, BindError, application, parts_of_call
from s2sgrad.rules.methods_table import INACTIVE_METHODS, canonical
from s2sgrad.rules.registry import Rule
from s2sgrad.rules.template import template


def sources(e: Expr) -> frozenset[str]:
    """The variables through which `e` depends on its inputs with a derivative that is not known to be zero."""
    head = e.head
    if head == "var":
        return e.names
    if not e.names or head in ("compare", "fstring", "slice"):
        return E.NO_NAMES
    if head == "index":
        return sources(e.args[0])
    if head == "attr":
        return E.NO_NAMES if e.data in INACTIVE_ATTRIBUTES else sources(e.args[0])
    if head == "op" and makes_text(e):
        return E.NO_NAMES
    shown = repeated(e) if head == "op" and e.data == "*" else None
    if shown is not None:
        return sources(shown)
    if head in ("op", "call"):
        return _applied(e)
    if head in ("ifexp",):
        return sources(e.args[1]) | sources(e.args[2])
    if head == "dict":
        return _union(k.args[0] if k.head == "star" else v for k, v in E.items(e))
    if head == "comp":
        return _of_comprehension(e)
    if head == "function":
        return e.names
    return _union(e.args)


def _of_comprehension(e: Expr) -> frozenset[str]:
    """An element depends on what it names, and through a target on what that runs over."""
    first = 2 if e.data.kind == "dict" else 1
    names = _union(e.args[first - 1:first])  # keys have no derivative
    rest, iterables = list(e.args[first:]), []
    for target, conditions in e.data.clauses:
        iterables.append((target.names, rest[0]))
        rest = rest[1 + conditions:]
    for targets, iterable in reversed(iterables):
        if not targets.isdisjoint(names):
            names |= sources(iterable)
    return names - e.data.bound


def _union(es: Iterable[Expr]) -> frozenset[str]:
    found = E.NO_NAMES
    for a in es:
        if a.names:
            found |= a.names if a.head == "var" else sources(a)
    return found


@remembered
def _applied(e: Expr) -> frozenset[str]:
    if e.head == "call" and e.args[0].head == "attr" and e.args[0].data in INACTIVE_METHODS:
        return E.NO_NAMES
    e = canonical(e)
    try:
        found = application(e)
    except BindError:
        return _union(parts_of_call(e))
    if found is None:
        return _union(parts_of_call(e))
    if found.rule.zero:
        return E.NO_NAMES
    active = differentiable_in(found.rule)
    if E.callee(e) in (sorted, max, min):
        return _union(parts_of_call(e))
    if active is None and not found.bound:  # a rule that knows no parameters: one that says why there is none
        return _union(parts_of_call(e))
    return _union([a for name, a in found.bound.items() if active is None or name in active])


def differentiable_in(rule: Rule) -> frozenset[str] | None:
    """The parameters that a rule has derivatives for; None where it does not say."""
    if rule.partials is not None:
        return template(rule.partials).inputs
    if rule.linear is not None:
        return frozenset((rule.first,))
    if rule.adjoint is not None:
        return template(rule.adjoint).stated
    if rule.macro_adjoint is not None or rule.expansion is not None:
        return None
    if rule.tangent is not None:  # a change in place, whose reverse is written by the differentiator
        return template(rule.tangent).moved
    if rule.reason is not None:
        return None
    raise InternalError(f"the rule of {rule.names} says nothing")
