"""Reverse mode: from a function in normal form to its adjoint function."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from s2sgrad.analysis.facts import Facts
from s2sgrad.analysis.single import Single, singles
from s2sgrad.differentiate import closures, linking, turning
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.accumulate import OWNED, SHARED, Accumulation, State
from s2sgrad.differentiate.backward import Backward
from s2sgrad.differentiate.calls import Calls
from s2sgrad.differentiate.control import instrument
from s2sgrad.differentiate.entry import checked_first, own_copies
from s2sgrad.differentiate.guards import changeable, check_lengths, check_parts
from s2sgrad.differentiate.lenders import borrow_shapes
from s2sgrad.differentiate.naming import LOCAL, adjoint, adjoint_var
from s2sgrad.differentiate.overwritten import Sweep, Unread, overwritten, without
from s2sgrad.differentiate.record import Recorder
from s2sgrad.differentiate.relax import drop_for_numbers, of_seed, relax_as_shown
from s2sgrad.differentiate.restoring import pass_by
from s2sgrad.differentiate.result_shape import likes, shown_by
from s2sgrad.differentiate.sweeps import Sweeps
from s2sgrad.differentiate.tree import Node, Step
from s2sgrad.differentiate.uses import Instruments, Uses
from s2sgrad.differentiate.views import bind_views
from s2sgrad.differentiate.zeros import zero_of
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.lower.names import Names, base
from s2sgrad.rules.methods_table import canonical


@dataclass(frozen=True, eq=False)
class Reversed:
    """The two sweeps of a function, and what enters and leaves them.

    `seeds` are the variables of the result's adjoint: one, or one for each part of a displayed result, empty where the
    part is inactive. `gradients` are the expressions of the inputs' adjoints, in the order of the inputs; the adjoints of
    the inputs in `changed` live in the caller, whose arrays the function changes or takes elements of, and are changed in
    place. `restored` tells the memory that the backward sweep brings back to an earlier state, `storage` the adjoints whose
    arrays other variables see, `saved` the variables whose values are put aside before they are overwritten, `holders` what
    is put aside by the list or variable that holds it, `relaxed` the adjoints that may have another number of axes than their
    primal, `single` the variables that have one element, `like` an expression of the shape of the result, where nothing has
    to be computed for it.
    """

    forward: S.Block
    result: Expr
    seeds: tuple[str, ...]
    backward: S.Block
    gradients: tuple[Expr, ...]
    changed: tuple[str, ...] = ()
    restored: frozenset[str] = frozenset()
    storage: frozenset[str] = frozenset()
    saved: frozenset[str] = frozenset()
    relaxed: frozenset[str] = frozenset()
    single: frozenset[str] = frozenset()
    #: What has the shape of the result; to be checked where `shown`, since the sweeps rely on what it shows.
    like: Expr | None = None
    shown: bool = False
    holders: Mapping[str, str] = field(default_factory=dict)


def reverse(facts: Facts, names: Names, calls: Calls, subroutine: bool = False, scalar: bool = False,
            value: bool = True, added_to: Callable[[list[Node]], frozenset[str]] | None = None) -> Reversed:
    """The forward and backward sweep of the function that `facts` speak of.

    Those of a `subroutine` change the caller's arrays as the function does, and take one seed for each part of a
    displayed result; `added_to` tells the inputs whose adjoints are the caller's, beside those that the function changes.
    `scalar`: the result is checked to have one element. `value`: it is asked for beside the derivative.
    """
    fn = facts.function
    *statements, last = fn.body
    body = tuple(statements)
    assert isinstance(last, S.Return)
    closures.check(facts)
    turning.check(facts)
    linked, turned = facts.links.variables, facts.by_turns
    backward = Backward(facts, names, calls)
    nodes = backward.block(body)
    linking.check(facts, backward.forward)
    check_parts(facts, backward.forward)
    check_lengths(facts, backward.forward)
    seeds, start = _seeds(last, facts, names, subroutine)
    changed = tuple(n for n in facts.inputs if subroutine and facts.aliasing.contents(n))
    added = added_to(nodes) if added_to is not None else E.NO_NAMES
    views = bind_views([start, *nodes], body, facts)
    lent = {n: LOCAL + names.fresh("b" + n) for n in changed if n in turned}
    if linked or turned:
        start.code[:0] = [*linking.start(changed, facts), *turning.borrowed(lent)]
    theirs = tuple(n for n in facts.inputs if n in changed or n in added)
    owners = frozenset(map(adjoint, theirs))
    of_one = singles(fn, facts.types) if scalar else None
    alone = Single() if of_one is None else of_one(E.NO_NAMES, E.NO_NAMES)
    like, wider, last_values = likes(last.value, facts, alone.names) if scalar and not value else (None, None, None)
    more = alone if (like or wider) is None or of_one is None else of_one(*shown_by(like or wider))
    drop_for_numbers([start, *nodes], facts, of_seed(seeds, [start, *nodes], like or wider or last_values, like is None))
    relaxed, shown = relax_as_shown(nodes, facts, views | owners, alone, more, _started(seeds, start))
    exact, like, alone = like is not None, like or (wider if shown else last_values), more if shown else alone
    relaxed |= of_seed(seeds, [start, *nodes], like, not exact)
    state: State = {s: OWNED if facts.type_of_name(s[1:]).kind == "number" and like is None else SHARED for s in seeds if s}
    state.update(dict.fromkeys(owners, OWNED))
    results = frozenset(adjoint(n) for n in facts.inputs)
    passes = Accumulation(lambda n: zero_of(n, facts), lambda n: "numeric" if adjoint(n) in relaxed else
                          facts.type_of_name(n).kind, views | owners, frozenset(map(adjoint, linked)), _points(facts),
                          lambda n: n in backward.reached.taken_out or _has_parts(n, facts), facts.aliasing.may_be_resized)
    end = passes.run([start, *nodes], state, results)
    borrow_shapes(nodes, body, facts)
    instruments, uses = _instrumented(nodes, facts, names, backward.forward)
    gradients = tuple(_gradient(n, end, passes.loose | relaxed, n in calls.added_to, facts) for n in facts.inputs)
    if not body:
        return Reversed((), last.value, seeds, tuple(start.code), gradients, theirs, storage=views | owners, relaxed=relaxed,
                        single=alone.names)
    shaped = like is not None or scalar and not value and facts.type_at(last, last.value).kind == "number"
    recorder = Recorder(facts, body, backward.forward, uses, instruments, gradients, () if shaped else last.value.names)
    sweeps = Sweeps(facts, names, recorder.plan, instruments, backward.forward, recorder.places, recorder.needed)
    back = (*start.code, *sweeps.backward(nodes, (None, 0)))
    back = (*_without_unread(back, gradients, sweeps, subroutine, views | owners), *turning.given_back(lent))
    forward = sweeps.forward(body, (None, 0))
    copies = changeable(changed, facts) if subroutine else own_copies(facts)
    return Reversed(checked_first(copies, forward), last.value, seeds, back, gradients, theirs, sweeps.restored,
                    views | owners, frozenset(n for names in recorder.plan.saves.values() for n in names), relaxed,
                    alone.names, like, shown, sweeps.referring)


def _instrumented(nodes: list[Node], facts: Facts, names: Names,
                  forward: Mapping[S.Stmt, S.Block]) -> tuple[Instruments, Uses]:
    """What loops and branches are told of in the forward sweep, and what the backward sweep reads."""
    while True:
        instruments = instrument(nodes, facts, names, None)
        uses = Uses(nodes, facts, instruments)
        if not pass_by(nodes, facts, forward, uses):
            return instruments, uses


def _points(facts: Facts) -> frozenset[str]:
    """The adjoints of arrays without axes that are changed in place: what is computed with them are numbers, which are not."""
    kinds = {n: facts.type_of_name(n) for n in facts.active}
    return frozenset(adjoint(n) for n, t in kinds.items() if t.kind == "array" and t.rank == 0 and facts.aliasing.contents(n))


def _without_unread(code: S.Block, gradients: tuple[Expr, ...], sweeps: Sweeps, subroutine: bool,
                    storage: frozenset[str]) -> S.Block:
    """A backward sweep without what it puts back, or makes zero, for nobody; nothing is saved for that either."""
    facts = sweeps.facts
    back = Sweep(code, gradients, sweeps.implicit, facts)
    dropped: frozenset[S.Stmt] = frozenset()
    owners = (owner for _, owner in facts.roles.views.values())
    shared = storage | {adjoint(n) for n in (*facts.links.variables, *facts.by_turns, *owners)}
    own = _own_memory(facts, subroutine) if sweeps.places_restored else E.NO_NAMES
    unread = Unread(back, sweeps.places_restored, own, shared)
    if sweeps.places_restored:
        forgotten = overwritten(sweeps.restored_for, unread.never_read())
        dropped = frozenset(r for r, s in sweeps.restored_for.items() if s in forgotten)
        sweeps.forget(forgotten)
    dropped |= unread.never_added_to()
    return without(code, dropped) if dropped else code


def _own_memory(facts: Facts, subroutine: bool) -> frozenset[str]:
    """The variables of memory that nobody else sees: a derivative changes copies of its arguments, a part of one does not."""
    params = frozenset(p.name for p in facts.function.params)
    seen = frozenset().union(*(facts.aliasing.contents(n) for n in params)) if subroutine else frozenset()
    return frozenset(n for n in params.union(facts.definitions) if seen.isdisjoint(facts.aliasing.contents(n)))


def _has_parts(name: str, facts: Facts) -> bool:
    """May the variable stand for a tuple, a list or an object, whose parts are asked for?"""
    kind = facts.type_of_name(name).kind
    return kind in ("tuple", "list", "dict", "object") or kind == "any" and name in facts.taken_apart


def _started(seeds: tuple[str, ...], start: Step) -> frozenset[str]:
    """The adjoints that are a seed, or get one."""
    return frozenset(seeds).union(*map(S.writes, start.code))


def _seeds(last: S.Return, facts: Facts, names: Names, split: bool) -> tuple[tuple[str, ...], Step]:
    """The variables of the seed, and the code that hands it to what is returned."""
    value = last.value
    if value.head == "var" and not _is_storage(value.data, facts):
        return (adjoint(value.data),), Step(last, [])
    code: list[S.Stmt] = []

    def hand_over(e: Expr, part: Expr) -> None:
        if e.head in ("tuple", "list"):
            for n, a in enumerate(e.args):
                hand_over(a, E.index(part, E.const(n)))
        elif facts.is_active(e):
            kind = facts.type_of_name(e.data).kind
            if e.data in facts.links.variables:
                code.append(linking.seeded(e.data, part))
            else:
                code.append(S.Accumulate(adjoint(e.data), part, None, kind not in ("number", "array", "numeric")))

    if split and value.head == "tuple":
        seeds = tuple(LOCAL + names.fresh("b" + (base(a.data) if a.head == "var" else "y")) if takes_seed(a, facts) else ""
                      for a in value.args)
        for a, seed in zip(value.args, seeds):
            if seed:
                hand_over(a, E.var(seed))
        return seeds, Step(last, code)
    if split and value.head == "const":
        return (), Step(last, code)
    seed = adjoint(names.fresh(base(value.data) if value.head == "var" else "y"))
    hand_over(value, E.var(seed))
    return (seed,), Step(last, code)


def _is_storage(name: str, facts: Facts) -> bool:
    """Is the adjoint of a variable an array that others are views of, or such a view itself?

    The seed is added to it then; elsewhere the seed itself is where the adjoint starts.
    """
    return name in facts.roles.views or name in facts.links.variables or name in facts.by_turns or any(
        name in facts.roles.sources(view) for view in facts.roles.views)


def takes_seed(e: Expr, facts: Facts) -> bool:
    """Does a part of the result depend on the inputs?"""
    return any(n in facts.active for n in e.names)


def _gradient(name: str, end: State, loose: frozenset[str], added_to: bool, facts: Facts) -> Expr:
    """The gradient of an input: its adjoint, in its own shape; subroutines may have `added_to` its parts."""
    if name in facts.by_turns:
        return lib.mirror_array(E.var(name))
    if adjoint(name) not in end:
        return zero_of(name, facts)
    if adjoint(name) in loose:
        return E.call(lib.UNBROADCAST, adjoint_var(name), E.var(name))
    if facts.type_of_name(name).kind in _STRUCTURES and (added_to or _has_positions(facts)):
        return E.call(lib.support("structured_like"), adjoint_var(name), E.var(name))
    return adjoint_var(name)


_STRUCTURES = ("any", "list", "tuple", "dict", "object")


def _has_positions(facts: Facts) -> bool:
    """Does the function take parts of structures by position or by attribute, as it would of tuples, or replace entries?

    Adjoints of tuples are lists until they are complete, so that they can be added to. That of an entry that was replaced is
    the number zero, also where it is an array.
    """
    for s in S.walk_stmts(facts.function.body):
        if isinstance(s, S.Assign) and s.target.head == "index" and E.root(s.target).data in facts.active \
                and facts.type_at(s, s.target.args[0]).kind in _STRUCTURES and facts.type_at(s, s.value).kind != "number":
            return True
        for e in S.expressions(s):
            for part in E.walk(e):
                base = E.root(part)
                if part.head in ("index", "attr") and base.head == "var" and base.data in facts.active \
                        and canonical(part) is part and facts.type_at(s, part.args[0]).kind in _STRUCTURES \
                        and not (part.head == "index" and E.is_const(part.args[1]) and isinstance(part.args[1].data, str)):
                    return True
    return False
