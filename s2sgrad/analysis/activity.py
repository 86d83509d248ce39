"""Which variables need a derivative: those that depend on an input and influence the result.

Flow-insensitive over the variables of the normal form, which are webs; storage that is changed in place is one unit,
with everything that may share it.
"""
from __future__ import annotations

from collections.abc import Iterable

from s2sgrad import runtime
from s2sgrad.analysis.aliasing import Aliasing
from s2sgrad.analysis.borrowing import shared_root
from s2sgrad.analysis.flows import sources
from s2sgrad.analysis.shifts import shifts
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import written_arguments
from s2sgrad.lower.names import is_pull
from s2sgrad.rules.registry import rule_for

_MIRRORS = (runtime.mirror, runtime.mirror_array, runtime.mirror_field, runtime.mirror_part)
Flow = tuple[frozenset[str], frozenset[str]]


def varied_and_useful(fn: S.Function, inputs: Iterable[str],
                      aliasing: Aliasing) -> tuple[frozenset[str], frozenset[str]]:
    """The variables that depend on an input, and those that influence the result."""
    constant = shifts(fn, aliasing)
    flows: list[Flow] = []
    for s in S.walk_stmts(fn.body):
        if s in constant:
            continue
        if type(s) is S.Assign and s.target.head == "var" and not s.value.heads & E.CALL \
                and not (aliasing.changed and aliasing.written(s.target.data)):
            flows.append((sources(s.value), s.target.names))  # most of them
        else:
            flows += _flows(s, aliasing)
    varied = _close(frozenset(inputs) | _partners(inputs, aliasing), flows)
    result = fn.body[-1]
    assert isinstance(result, S.Return)
    outputs = set(sources(result.value)) | {p.name for p in fn.params if aliasing.contents(p.name)} | _called(fn)
    useful = _close(frozenset(outputs) | _partners(outputs, aliasing), [(b, a) for a, b in reversed(flows)])
    return varied, useful


def _called(fn: S.Function) -> set[str]:
    """The functions in variables that are called. They may change what they capture, or their objects, which is seen when their
    pullbacks are made, whether or not anybody reads what they return."""
    calls = [c for s in S.having(fn.body, E.CALL) for e in S.expressions(s) if e.heads & E.CALL for c in E.calls(e)]
    return {c.args[0].data for c in calls if c.args[0].head == "var" and not is_pull(c.args[0].data)}


def _close(start: frozenset[str], flows: list[Flow]) -> frozenset[str]:
    reached = set(start)
    while True:
        before = len(reached)
        for source, target in flows:
            if not target <= reached and not source.isdisjoint(reached):
                reached |= target
        if len(reached) == before:
            return frozenset(reached)


def _partners(names: Iterable[str], aliasing: Aliasing) -> frozenset[str]:
    """Whatever shares storage that is changed in place is active together."""
    out: set[str] = set()
    for n in names:
        if n not in out and aliasing.written(n):
            out.update(aliasing.group(n))
    return frozenset(out)


def _flows(s: S.Stmt, aliasing: Aliasing) -> Iterable[Flow]:
    """Pairs (variables that something comes from, variables that it goes to)."""
    if isinstance(s, (S.Assign, S.Aug)):
        yield from _assignment(s, aliasing)
    elif isinstance(s, S.For):
        yield sources(s.iter), S.bound(s.target)
    elif isinstance(s, S.With):
        for e, t in s.items:
            if t is not None:
                yield sources(e), S.bound(t)
    elif isinstance(s, S.Define):
        yield sources(s.value), S.writes(s)
    for e in S.expressions(s):
        for call in E.calls(e) if e.heads & E.CALL else ():
            yield from _call_effects(call, aliasing)


def _assignment(s: S.Assign | S.Aug, aliasing: Aliasing) -> Iterable[Flow]:
    target = s.target
    if target.head == "index" and _truncates(target.args[0], s, aliasing):
        return
    if target.head in ("tuple", "list") and s.value.head == "tuple" and len(s.value.args) == len(target.args):
        for t, e in zip(target.args, s.value.args):
            yield sources(e), _touched(t, aliasing)
        return
    goal = _touched(target, aliasing)
    if isinstance(s, S.Aug) and target.head != "var" and s in aliasing.in_place:  # the array in the place changes
        goal |= aliasing.sharers(target, s)
    yield sources(s.value), goal
    if isinstance(s, S.Aug):
        yield S.bound(target), goal
    if target.head in ("index", "attr"):  # the way to what is changed
        yield E.root(target).names, goal
    if target.head == "var" and s.value.head in ("index", "attr", "var", "call") and aliasing.written(target.data):
        yield goal, goal | _partners(goal, aliasing)


def _truncates(e: Expr, s: S.Stmt, aliasing: Aliasing) -> bool:
    """Is this an array of integers? Of what is stored there a derivative is zero, as of what is rounded."""
    t = aliasing.type_of(e, s)
    return t.is_array and t.dtype in ("int", "bool")


def _touched(target: Expr, aliasing: Aliasing) -> frozenset[str]:
    """The variables whose value an assignment to `target` changes."""
    if target.head in ("tuple", "list", "star"):
        return frozenset().union(*(_touched(t, aliasing) for t in target.args))
    base = E.root(target)
    if base.head != "var":
        return E.NO_NAMES
    names = {base.data}
    if target.head != "var" or aliasing.written(base.data):
        names.update(aliasing.group(base.data))
        names.update(aliasing.holders(base.data))
        names.update(aliasing.tables(base.data))
    if target.head != "var" and target.args[0].head in ("index", "attr"):
        names.update(aliasing.around(base.data))
    return frozenset(names)


def _call_effects(e: Expr, aliasing: Aliasing) -> Iterable[Flow]:
    if E.hashable_callee(e) in _MIRRORS:  # the table of adjoints holds what varies with the object
        yield frozenset().union(*(sources(x) for x in e.args[1:-1])), e.args[-1].names
    for a in written_arguments(e):
        owner = shared_root(a)  # of ``add_to(list(xs), v)`` the elements are changed
        if owner is not None:
            into = frozenset(aliasing.group(owner)).union(aliasing.holders(owner), aliasing.around(owner), aliasing.tables(owner))
            yield _going_in(e) | {owner}, into


def _going_in(e: Expr) -> frozenset[str]:
    """The variables that vary what a call changes in place.

    The rule of a helper that writes says of which arguments it reads tangents: of the value, and not of the key.
    """
    rule = rule_for(E.callee(e))
    if rule is not None and rule.tangent is not None and not any((rule.partials, rule.linear, rule.adjoint, rule.macro_adjoint)):
        return sources(e)
    return frozenset().union(*(sources(x) for x in e.args[1:]))
