"""Leave un-broadcasting to whoever needs it.

    s = s + e      bs2 = bs                           bs2 = bs
                   bs = unbroadcast(bs2, s)    --->   be = unbroadcast(bs2, e)
                   be = unbroadcast(bs2, e)

Un-broadcasting is linear, and doing it in two steps is the same as doing it in one. An adjoint that is only ever passed
on, to be brought to another shape there, may keep the larger shape; above all, the primal value need not be kept for
the sake of its shape, in every iteration of a loop that sums something up.

The same holds where the adjoint is multiplied on the way by what took part in the broadcasting. That is more arithmetic
where something was really broadcast, so it is done for unnamed values that are computed for the sake of their shape alone.

Where all values have one element (see `analysis.single`), un-broadcasting does no more than to change the number of
axes, so any arithmetic may come before it.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterator

from s2sgrad.analysis.facts import Facts
from s2sgrad.analysis.single import Single, broadcast_names, is_elementwise, numbers
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import ADJOINT, LOCAL, adjoint, derivatives, is_adjoint, is_derivative, primal_of
from s2sgrad.differentiate.tree import Branch, Init, Loop, Node, Step, children
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import is_temporary

_UNBROADCAST = lib.UNBROADCAST.data.value
_ADD_AT = lib.ADD_AT.data.value
#: Helpers that bring their first argument to the right shape themselves.
_FITTING = frozenset((_UNBROADCAST, *(lib.support(n).data.value for n in (
    "matmul_adjoint_left", "matmul_adjoint_right", "dot_adjoint_left", "dot_adjoint_right", "outer_adjoint_left",
    "outer_adjoint_right"))))


def relax(nodes: list[Node], facts: Facts, kept: frozenset[str], alone: Single, started: frozenset[str]) -> frozenset[str]:
    """Drop un-broadcasting that is done again later; `kept` are adjoints that must have the shape of their primal, `started`
    those that the seeds of the result go to.

    `alone` tells the statements whose operands and results have one element. What is returned are the adjoints there
    that may have more axes than their primal: where one has, the value that it belongs to has one element, so that what is
    known where the body of a loop is executed is needed for what is dropped in that loop alone.
    """
    single, dropped_in = alone.statements | alone.entered, alone.statements | alone.inside
    steps = list(_steps(nodes))
    if not any(_unbroadcasts(s) for step in steps for s in step.code):
        return E.NO_NAMES
    fitting = _additions(steps, facts)
    read = frozenset().union(*(e.names for step in steps if step.stmt in single
                               for s in step.code for e in S.expressions(s)))
    # What was really broadcast is passed on to what waits for it, and never meets what merely has more axes.
    apart = _candidates(steps, facts) - kept - read - frozenset(adjoint(n) for n in facts.inputs)
    apart -= frozenset(_meeting(nodes, started)) if apart else E.NO_NAMES
    if apart:
        apart -= _bad(steps, apart, E.NO_NAMES, frozenset(), _shapes_alone(steps, apart, facts), fitting)
    folded = _in_single(steps, facts, single) - kept
    if folded:
        folded -= _bad(steps, apart, folded, single, _shapes_alone(steps, apart, facts), fitting)
    changed: set[str] = set()
    everywhere = apart | folded
    for step in steps:
        loose = everywhere if step.stmt in dropped_in else apart
        before, step.code = step.code, [_relaxed(s, loose) for s in step.code]
        changed.update(n for s, old in zip(step.code, before) if s is not old and not _of_number(step.stmt, old, facts)
                       for n in S.writes(s))
    reached = _reached(changed, steps)
    for step in steps if fitting else ():
        step.code = [_fitted(s, reached) if s in fitting else s for s in step.code]
    return reached & folded


def relax_as_shown(nodes: list[Node], facts: Facts, kept: frozenset[str], alone: Single,
                   more: Single, started: frozenset[str]) -> tuple[frozenset[str], bool]:
    """`relax`, by what `more` tells where that drops more than `alone` does, and whether it does: it is to be checked then."""
    if more == alone:
        return relax(nodes, facts, kept, alone, started), False
    steps = list(_steps(nodes))
    tight = [step.code for step in steps]
    found = relax(nodes, facts, kept, alone, started)
    loose, left = [step.code for step in steps], _number_left(steps)
    _set_code(steps, tight)
    looser = relax(nodes, facts, kept, more, started)
    if _number_left(steps) < left:
        return looser, True
    _set_code(steps, loose)
    return found, False


def drop_for_numbers(nodes: list[Node], facts: Facts, wide: frozenset[str]) -> None:
    """Drop un-broadcasting in the reverse of statements that calculate with numbers alone: there is nothing to sum.

    Not of the adjoints in `wide`, which may have more axes than what they belong to; and not where the adjoint of a real
    number may be complex.
    """
    known = numbers(facts.function, facts.types) if facts.aliasing.changed else E.NO_NAMES
    for step in _steps(nodes) if known else ():
        if step.stmt in known:
            step.code = [_without_unbroadcast(s) if _unbroadcasts(s) and wide.isdisjoint(_operand(s).names)
                         and (not facts.has_complex or facts.type_at(step.stmt, _like(s)).dtype == "complex") else s
                         for s in step.code]


def of_seed(seeds: tuple[str, ...], nodes: list[Node], like: Expr | None, wider: bool) -> frozenset[str]:
    """The adjoints that have the shape of a seed that may have more axes than the result: where several parameters give
    it its shape, one of them may take no part; and where `like` is `wider` than the result."""
    return _reached(set(seeds), list(_steps(nodes))) if like is not None and (wider or like.head == "op") else E.NO_NAMES


def _set_code(steps: list[Step | Init], codes: list[list[S.Stmt]]) -> None:
    for step, code in zip(steps, codes):
        step.code = code


def _number_left(steps: list[Step | Init]) -> int:
    return sum(_unbroadcasts(s) for step in steps for s in step.code)


def _unbroadcasts(s: S.Stmt) -> bool:
    return (type(s) is S.Accumulate or type(s) is S.Assign) and s.value.head == "call" and E.callee(s.value) is _UNBROADCAST


def _operand(s: S.Stmt) -> Expr:
    """What is un-broadcast."""
    assert isinstance(s, (S.Accumulate, S.Assign))
    return s.value.args[1]


def _like(s: S.Stmt) -> Expr:
    """What it is un-broadcast to."""
    assert isinstance(s, (S.Accumulate, S.Assign))
    return s.value.args[2]


def _of_number(stmt: S.Stmt, s: S.Stmt, facts: Facts) -> bool:
    """Is this un-broadcasting for a number of the adjoint of another number? Only that of other shapes does something."""
    assert isinstance(s, (S.Accumulate, S.Assign))
    return all(facts.types.result(stmt, n).kind == "number" for n in S.writes(stmt)) \
        and facts.type_at(stmt, _like(s)).kind == "number"


def _additions(steps: list[Step | Init], facts: Facts) -> frozenset[S.Stmt]:
    """The additions to the adjoint of an array, or of a parameter: of these, the parts have their shapes from the start."""
    out = []
    for step in steps:
        for s in step.code:
            if isinstance(s, S.Do) and E.callee(s.value) is _ADD_AT and s.value.args[1].head == "var":
                name = primal_of(s.value.args[1].data)
                steady = name not in facts.definitions and not facts.aliasing.contents(name)
                if facts.type_of_name(name).is_array or steady and name in facts.types.params:
                    out.append(s)
    return frozenset(out)


def _shapes_alone(steps: list[Step | Init], loose: frozenset[str], facts: Facts) -> frozenset[str]:
    """The adjoints of `loose` whose primal is an unnamed value of unknown shape, and read for nothing but that shape."""
    found = {n for n in loose if is_adjoint(n) and is_temporary(primal_of(n)) and _has_unknown_shape(primal_of(n), facts)}
    for step in steps if found else ():
        for s in step.code:
            fits = isinstance(s, S.Accumulate) and E.callee(s.value) is _UNBROADCAST \
                and s.value.args[2] == E.var(primal_of(s.name))
            for e in S.expressions(s):
                for n in (e.args[1] if fits else e).names:
                    found.discard(ADJOINT + n)
    return frozenset(found)


def _has_unknown_shape(name: str, facts: Facts) -> bool:
    t = facts.type_of_name(name)
    return t.kind in ("numeric", "array") and (not isinstance(t.shape, T.Shape) or t.shape.tail is not None)


def _bad(steps: list[Step | Init], spread: frozenset[str], folded: frozenset[str], single: frozenset[S.Stmt],
         scaled: frozenset[str], fitting: frozenset[S.Stmt]) -> set[str]:
    """The adjoints of `spread` and `folded` that must have the shape of their primal, if need be for the sake of another.

    Those of `folded` may get several contributions, so what is passed on to them has one element, in statements of `single`.
    Those of `scaled` may be multiplied before they are brought to a shape, which statements of `fitting` do.
    """
    by_sink: dict[str, list[tuple[S.Stmt, bool, frozenset[str]]]] = {}
    bad: set[str] = set()
    everywhere = spread | folded
    for step in steps:
        reads = scaled and not scaled.isdisjoint(n for s in step.code if isinstance(s, S.Accumulate) for n in s.value.names)
        operands = _broadcast(step.stmt) if reads else frozenset()
        for s in step.code:
            loose = everywhere if step.stmt in single or folded and _names_again(step, s, folded) else spread
            if s in fitting:
                bad |= S.reads(s) - _linear(s.value.args[3])  # type: ignore[union-attr]
                continue
            entry = s, step.stmt in single, _multiplied(s, operands) & scaled if reads else E.NO_NAMES
            for name in S.writes(s) & loose:
                by_sink.setdefault(name, []).append(entry)
            bad |= _needed(*entry, loose)
    todo = list(bad)
    while todo:
        for entry in by_sink.get(todo.pop(), ()):
            new = _needed(*entry, E.NO_NAMES) - bad
            bad |= new
            todo += new
    return bad


def _reached(changed: set[str], steps: list[Step | Init]) -> frozenset[str]:
    """The adjoints that have another shape because those of `changed` have."""
    if not changed:
        return E.NO_NAMES
    readers: dict[str, list[S.Stmt]] = {}
    for step in steps:
        for s in step.code:
            if isinstance(s, (S.Accumulate, S.Assign)) and E.hashable_callee(s.value) not in _FITTING:
                for name in s.value.names:
                    readers.setdefault(name, []).append(s)
    todo = list(changed)
    while todo:
        for s in readers.get(todo.pop(), ()):
            new = S.writes(s) - changed
            changed |= new
            todo += new
    return frozenset(changed)


def _steps(nodes: list[Node]) -> Iterator[Step | Init]:
    for node in nodes:
        if isinstance(node, (Step, Init)):
            yield node
        for inner in children(node):
            yield from _steps(inner)


def _candidates(steps: list[Step | Init], facts: Facts) -> frozenset[str]:
    """Adjoints of numbers and arrays that get one contribution, so that shapes never meet in one of them."""
    count: dict[str, int] = {}
    for step in steps:
        for s in step.code:
            if isinstance(s, S.Accumulate):
                count[s.name] = count.get(s.name, 0) + 1 + s.structured
            elif isinstance(s, S.Assign) and s.target.head == "var" and s.target.data.startswith(LOCAL):
                count.setdefault(s.target.data, 1)
    return frozenset(n for n, k in count.items() if k == 1 and (not is_adjoint(n) or _may_spread(primal_of(n), facts)))


def _meeting(nodes: list[Node], started: frozenset[str], ended: frozenset[str] = E.NO_NAMES,
             repeated: bool = False) -> Iterator[str]:
    """The adjoints of which a contribution may meet another one, or a seed, whose shape may be another one.

    What a variable gets in a loop it gets in every iteration, unless a statement that is executed in each binds the variable:
    between two contributions to its adjoint that adjoint is `ended` then.
    """
    ended |= frozenset(_always_ended(nodes))
    for node in nodes:
        cleared: set[str] = set()
        for s in node.code if isinstance(node, (Step, Init)) else node.before:
            if isinstance(s, S.Clear):
                cleared.add(s.name)
            elif isinstance(s, S.Accumulate) and s.name not in cleared and (
                    s.name in started or repeated and s.name not in ended):
                yield s.name
        if isinstance(node, Loop):
            closed = frozenset(s.name for s in node.closing if isinstance(s, S.Clear))
            yield from _meeting(node.body, started, closed, True)
            yield from (n for s in node.closing if isinstance(s, S.Accumulate) for n in S.writes(s))
        else:
            for inner in children(node):
                yield from _meeting(inner, started, ended, repeated)


def _always_ended(nodes: list[Node]) -> Iterator[str]:
    """The adjoints that are made zero, in any case, where `nodes` are executed."""
    for node in nodes:
        yield from (s.name for s in (node.code if isinstance(node, (Step, Init)) else node.before) if isinstance(s, S.Clear))
        if isinstance(node, Branch):
            yield from sorted(frozenset(_always_ended(node.body)) & frozenset(_always_ended(node.orelse)))


def _may_spread(name: str, facts: Facts) -> bool:
    kind = facts.type_of_name(name).kind
    return kind in ("number", "numeric", "any") or kind == "array" and is_temporary(name)


def _in_single(steps: list[Step | Init], facts: Facts, single: frozenset[S.Stmt]) -> frozenset[str]:
    """Adjoints to which the reverse of statements contributes whose values have one element.

    Adjoints of arrays may be changed in place, so they keep their shapes.
    """
    found = set().union(*(S.writes(s) for step in steps if step.stmt in single for s in step.code
                          if isinstance(s, (S.Accumulate, S.Assign)) and len(S.writes(s)) == 1))
    for step in steps:  # and those of what is only another name
        found.update(s.name for s in step.code if _names_again(step, s, found) and isinstance(s, S.Accumulate))
    return frozenset(n for n in found if n.startswith(LOCAL) or is_adjoint(n) and (
        facts.type_of_name(primal_of(n)).kind in ("number", "numeric", "any")))


def _names_again(step: Step | Init, s: S.Stmt, adjoints: Container[str]) -> bool:
    """Does the adjoint of what is only another name, one of `adjoints`, go to that of the variable?"""
    return isinstance(s, S.Accumulate) and s.value.head == "var" and s.value.data in adjoints \
        and isinstance(step.stmt, S.Assign) and step.stmt.value.head == "var"


def _needed(s: S.Stmt, single: bool, multiplied: frozenset[str], loose: frozenset[str]) -> frozenset[str]:
    """The adjoints whose shape a statement depends on; it may depend on that of those `multiplied` where it likes."""
    if isinstance(s, S.Clear):
        return E.NO_NAMES
    if isinstance(s, S.Accumulate):
        sink, e = s.name, s.value
    elif isinstance(s, S.Assign) and s.target.head == "var":
        sink, e = s.target.data, s.value
    else:
        return frozenset([n for e in S.expressions(s) if e.heads & E.DERIVATIVE for n in derivatives(e.names)])
    if not e.heads & E.DERIVATIVE:
        return E.NO_NAMES
    used = frozenset(derivatives(e.names))
    if E.hashable_callee(e) in _FITTING:
        return used - (broadcast_names(e.args[1]) if single else _linear(e.args[1]) | multiplied)
    if single and sink in loose:
        return used - broadcast_names(e)
    return used - _linear(e) - multiplied if sink in loose else used


def _linear(e: Expr) -> frozenset[str]:
    """The adjoints that `e` is a multiple of, by numbers; none where it is anything else."""
    if e.head == "var":
        return e.names if is_derivative(e.data) else E.NO_NAMES
    if e.head == "op" and e.data in ("+", "-"):
        parts = [_linear(a) for a in e.args]
        return frozenset().union(*parts) if all(parts) else E.NO_NAMES
    if e.head == "op" and e.data == "*":
        left, right = e.args
        if E.is_const(right):
            return _linear(left)
        return _linear(right) if E.is_const(left) else E.NO_NAMES
    return E.NO_NAMES


def _broadcast(s: S.Stmt) -> frozenset[Expr]:
    """The variable that a statement binds, and the expressions whose shapes broadcast to its shape."""
    if not isinstance(s, S.Assign) or s.target.head != "var" or s.value.head == "var" or not is_elementwise(s.value):
        return frozenset()
    out, todo = {s.target}, [s.value]
    while todo:
        e = todo.pop()
        out.add(e)
        todo += (e.args[1:] if e.head == "call" else e.args) if e.head != "var" and is_elementwise(e) else ()
    return frozenset(out)


def _multiplied(s: S.Stmt, operands: frozenset[Expr]) -> frozenset[str]:
    """The adjoint that a contribution is a multiple of, element by element, by values that broadcast to the same shape."""
    if not operands or not isinstance(s, S.Accumulate):
        return E.NO_NAMES
    e = s.value.args[1] if E.callee(s.value) is _UNBROADCAST else s.value
    while e.head != "var":
        if e.head != "op" or e.data not in ("*", "/", "-"):
            return E.NO_NAMES
        left, right = e.args[0], e.args[-1]
        if e.data == "*" and not left.heads & E.DERIVATIVE:
            left, right = right, left
        if e.data == "-" and len(e.args) > 1 or len(e.args) > 1 and not _spreads_over(right, operands):
            return E.NO_NAMES
        e = left
    return e.names if is_derivative(e.data) else E.NO_NAMES


def _spreads_over(e: Expr, operands: frozenset[Expr]) -> bool:
    """Does the shape of `e` broadcast to the shape that the `operands` have together?"""
    parts = e.args[1:] if e.head == "call" else e.args
    return e.head == "const" or e in operands or e.head != "var" and is_elementwise(e) \
        and all(_spreads_over(a, operands) for a in parts)


def _fitted(s: S.Stmt, changed: frozenset[str]) -> S.Stmt:
    """An addition to a part that brings to the right shape what it adds, where that may have another one."""
    assert isinstance(s, S.Do)
    if changed.isdisjoint(s.value.args[3].names):
        return s
    return dataclasses.replace(s, value=E.rebuild(s.value, (lib.ADD_FITTED, *s.value.args[1:])))


def _relaxed(s: S.Stmt, loose: frozenset[str]) -> S.Stmt:
    if not isinstance(s, (S.Accumulate, S.Assign)):
        return s
    if not _unbroadcasts(s):
        return s
    sink = s.name if isinstance(s, S.Accumulate) else s.target.data if s.target.head == "var" else ""
    return _without_unbroadcast(s) if sink in loose else s


def _without_unbroadcast(s: S.Stmt) -> S.Stmt:
    assert isinstance(s, (S.Accumulate, S.Assign))
    value = s.value.args[1]
    return S.with_value(s, value) if isinstance(s, S.Assign) else S.Accumulate(s.name, value, s.loc, s.structured)
