"""The whole compiler: from a request to a derivative that runs. The file to read first.

A request goes through the stages in order; each is a plain function from one value to the next. What a subroutine
needs is derived on the way, by the same stages up to `differentiate`.
"""
from __future__ import annotations

import dataclasses
import types
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import field
from typing import Any

from s2sgrad.analysis.arguments import NOTHING, Given, unit_for
from s2sgrad.analysis.facts import Facts, analyse
from s2sgrad.analysis.outside import Outside
from s2sgrad.depth import nested
from s2sgrad.differentiate.access import calls_restore, finds_by_object
from s2sgrad.differentiate.added_to import added_in_place, added_where_it_calls_itself
from s2sgrad.differentiate.assemble import joint, split
from s2sgrad.differentiate.calls import Calls, Pair
from s2sgrad.differentiate.forward import alone, forward
from s2sgrad.differentiate.naming import tangent
from s2sgrad.differentiate.reverse import Reversed, reverse, takes_seed
from s2sgrad.differentiate.tangent_calls import TangentCalls, TangentFunction, returns_value, subroutine
from s2sgrad.differentiate.unwinding import unwound
from s2sgrad.emit.load import filename_for, register
from s2sgrad.emit.module import Generated, Text, render
from s2sgrad.emit.printer import show_function
from s2sgrad.errors import DerivativeError, calling
from s2sgrad.frontend.resolve import Resolved
from s2sgrad.frontend.unit import Unit, is_checked, python_function
from s2sgrad.frontend.unit import load as load_unit
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.types import Type
from s2sgrad.lower import effects
from s2sgrad.lower.left_out import attempts
from s2sgrad.lower.may_share import viewed
from s2sgrad.lower.names import Names
from s2sgrad.lower.normalize import Lowered, normalize
from s2sgrad.lower.renaming import bound_again, held_by_others
from s2sgrad.optimize.handed_over import once
from s2sgrad.optimize.memory import changes_nothing
from s2sgrad.optimize.pipeline import optimize
from s2sgrad.rules.registry import rule_for


@dataclass(frozen=True)
class Request:
    """What is asked for; the key of the cache.

    `types` are those of the arguments, where the derivative is made for these alone. `seed` is "scalar" (the result
    must be one number; the seed is 1 unless given) or "like" (a seed shaped like the result must be given). `value` asks
    for the result beside the derivative, `motion` "split" for a pair of functions.
    """

    function: types.FunctionType
    wrt: tuple[str, ...]
    mode: str = "reverse"
    motion: str = "joint"
    value: bool = False
    seed: str = "scalar"
    check: bool = True
    optimized: bool = True
    types: tuple[tuple[str, Type], ...] = ()


@dataclass(frozen=True, eq=False)
class Derivative:
    """A derivative that runs: `functions` in the order of the text, the one asked for (or the pair) last.

    `restores`: the backward function of a pair changes what it is given, or finds adjoints by the objects in it.
    """

    request: Request
    functions: tuple[types.FunctionType, ...]
    source: str
    filename: str
    resolved: Resolved = field(repr=False)
    restores: bool = False


#: A function, and what is differentiated of its parameters.
Called = tuple[types.FunctionType, tuple[str, ...]]


# ---- the values between the stages --------------------------------------------------------------------------------

@dataclass(frozen=True, eq=False)
class Read:
    request: Request
    unit: Unit


@dataclass(frozen=True, eq=False)
class Normal:
    request: Request
    unit: Unit
    lowered: Lowered


@dataclass(frozen=True, eq=False)
class Analysed:
    request: Request
    unit: Unit
    lowered: Lowered
    facts: Facts


@dataclass(frozen=True, eq=False)
class Program:
    """Generated functions, callees first, and all that was resolved while they were made."""

    request: Request
    generated: tuple[Generated, ...]
    resolved: Resolved
    restores: bool = False


@dataclass(frozen=True, eq=False)
class Printed:
    request: Request
    program: Program
    text: Text


# ---- the stages -----------------------------------------------------------------------------------------------------

def read(request: Request) -> Read:
    return Read(request, load_unit(request.function))


def lower(v: Read) -> Normal:
    return Normal(v.request, v.unit, normalize(v.unit, v.request.wrt, v.request.mode == "reverse"))


def analysis(v: Normal) -> Analysed:
    guess = v.request.mode == "reverse"  # tangents mirror memory whatever it turns out to be
    return Analysed(v.request, v.unit, v.lowered, analyse(v.lowered.function, v.request.wrt,
                                                              dict(v.request.types), guess=guess))


def differentiate(v: Analysed) -> Program:
    session = Session(v.request)
    session.resolved.extend((*v.lowered.resolved, *v.facts.resolved))
    session.outside.add(v.facts.outside)
    session.main(v)
    session.outside.refuse(v.request.mode == "reverse")
    return Program(v.request, tuple(session.generated), session.resolved, session.restores)


def print_text(v: Program) -> Printed:
    return Printed(v.request, v, render(v.generated))


def make(v: Printed) -> Derivative:
    last = v.program.generated[-1].function.name
    request = v.program.request
    filename = filename_for(last, request.mode == "forward" and not is_checked(request.function.__code__.co_filename))
    register(filename, v.text.module)
    functions = v.text.load(filename, v.text.scopes)
    return Derivative(v.request, tuple(functions.values()), v.text.module, filename, v.program.resolved, v.program.restores)


STAGES: tuple[Callable[[Any], Any], ...] = (read, lower, analysis, differentiate, print_text, make)


def derive(request: Request, observe: Callable[[Callable[[Any], Any], Any], None] = lambda stage, value: None) -> Derivative:
    """Make the derivative that a request asks for; `observe` is shown what each stage gives."""
    with attempts() as branches:
        while True:
            effects.forget()
            value: Any = request
            try:
                with nested(request.function):
                    for stage in STAGES:
                        value = stage(value)
                        observe(stage, value)
                return value
            except DerivativeError as error:
                if not branches.leave_out(error):
                    raise


def stages(request: Request) -> str:
    """What the compiler makes of a function on the way, for readers of the compiler."""
    shown: list[str] = []

    def observe(stage: Callable[[Any], Any], value: Any) -> None:
        if isinstance(value, Normal):
            shown.append(f"# {stage.__name__}\n{show_function(value.lowered.function)}")
        elif isinstance(value, Program):
            shown.extend(f"# {stage.__name__}\n{show_function(g.function)}" for g in value.generated)

    derive(request, observe)
    return "\n".join(shown)


# ---- subroutines ----------------------------------------------------------------------------------------------------

class Session:
    """The functions generated for one request."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.generated: list[Generated] = []
        self.resolved: Resolved = []
        self.outside = Outside()
        self.restores = False
        self._tangents: dict[tuple[types.FunctionType, tuple[str, ...], Given], TangentFunction] = {}
        self._deriving: list[types.FunctionType] = []
        self._pairs: defaultdict[Called, dict[Given, Pair]] = defaultdict(dict)
        self._unfinished: defaultdict[Called, dict[Given, bool]] = defaultdict(dict)
        self._taken: set[str] = set()
        self._made: defaultdict[Called, list[tuple[Pair, Generated, Generated]]] = defaultdict(list)

    def main(self, v: Analysed) -> None:
        """Generate what the request asks for itself."""
        request, name = self.request, v.lowered.function.name
        self._taken |= globals_of(v.unit)
        if request.mode == "forward":
            self._forward(v)
            return
        calls = Calls(self.pair)
        if request.motion == "split":
            parts = reverse(v.facts, v.lowered.names, calls, subroutine=False)
            there, back = self._name(f"{name}_forward"), self._name(f"{name}_backward")
            forward, backward, _ = split(there, back, parts, v.facts, v.lowered.names,
                                         self._improve(v.facts, parts.storage, holders=parts.holders), always=True)
            self.restores |= bool(parts.restored) or finds_by_object(parts.backward)
            self._add(v.unit, _unwound(self._improve(v.facts)(forward), v.facts), defaults_of(request.function))
            self._add(v.unit, backward, partner=there)
            return
        parts = reverse(v.facts, v.lowered.names, calls, scalar=request.seed == "scalar" and request.check,
                        value=request.value)
        made = joint(self._name(f"d{name}d{''.join(request.wrt)}"), parts, v.facts, v.lowered.names, request.value,
                     request.seed, request.check)
        self._add(v.unit, _unwound(self._improve(v.facts, parts.storage, parts.relaxed, parts.single)(made), v.facts),
                  _with_seeds(request.function, made))

    def _forward(self, v: Analysed) -> None:
        request, fn = self.request, v.lowered.function
        if request.motion == "split":  # called by other generated code: a subroutine
            self.tangent(request.function, request.wrt, fn.loc)
            return
        parts = forward(v.facts, v.lowered.names, TangentCalls(self.tangent))
        made = alone(self._name(f"t{fn.name}d{''.join(request.wrt)}"), parts, v.facts, request.value, request.check,
                     request.seed == "any")
        self._add(v.unit, self._improve(v.facts, tangent_storage(v.facts))(made), _with_seeds(request.function, made))

    def tangent(self, function: types.FunctionType, wanted: tuple[str, ...], loc: Any,
                given: Given = NOTHING) -> TangentFunction:
        """The tangent function of a subroutine, derived at the first call that is met; for `given` see `pair`."""
        if function.__name__ in function.__code__.co_names or function in self._deriving:
            given = NOTHING
        with calling(loc):
            return self._tangent(function, wanted, given)

    def _tangent(self, function: types.FunctionType, wanted: tuple[str, ...], given: Given) -> TangentFunction:
        key = (function, wanted, given)
        if key not in self._tangents:
            self._deriving.append(function)
            unit = unit_for(function, given)
            self._taken |= globals_of(unit)
            lowered = normalize(unit, wanted)
            facts = analyse(lowered.function, wanted, dict(given.types), visible_params=True, guess=False, changed=_changed(unit))
            self.resolved.extend((*lowered.resolved, *facts.resolved))
            self.outside.add(facts.outside)
            made = TangentFunction(self._name(f"{unit.function.name}_tangent"), facts.inputs,
                                   returns_value(unit.function.body))
            self._tangents[key] = made
            calls = TangentCalls(self.tangent)
            parts = forward(facts, lowered.names, calls, subroutine=True)
            self._tangents[key] = made = dataclasses.replace(made, objects=parts.objects)
            self._deriving.remove(function)
            text = self._improve(facts, tangent_storage(facts))(subroutine(made, parts, facts, function))
            self._add(unit, text, defaults_of(unit.object))
        return self._tangents[key]

    def pair(self, function: types.FunctionType, wanted: tuple[str, ...], loc: Any,
             given: Given = NOTHING) -> Pair:
        """The forward and backward function of a subroutine, derived at the first call that is met.

        `given` are the types of the arguments; those of recursive calls may differ, so nothing is taken for granted.
        """
        unfinished = self._unfinished[function, wanted]
        if function.__name__ in function.__code__.co_names or any(other != given for other in unfinished):
            given = NOTHING
        for less in self._pairs[function, wanted]:  # what was made for arguments of which less is known serves here as well
            if less.covers(given) and less not in unfinished:
                given = less
                break
        with calling(loc):
            return self._pair(function, wanted, given)

    def _pair(self, function: types.FunctionType, wanted: tuple[str, ...], given: Given) -> Pair:
        pairs, unfinished = self._pairs[function, wanted], self._unfinished[function, wanted]
        if given in unfinished:
            unfinished[given] = True
        if given not in pairs:
            unit = unit_for(function, given)
            self._taken |= globals_of(unit)
            lowered, facts = _analysed(unit, wanted, given)
            self.outside.add(facts.outside)
            self.resolved.extend((*lowered.resolved, *facts.resolved))
            forward, backward = self._name(f"{unit.function.name}_forward"), self._name(f"{unit.function.name}_backward")
            guess = added_where_it_calls_itself(facts, function)
            pairs[given] = _provisional(forward, backward, facts, function, guess)
            unfinished[given] = False
            parts = reverse(facts, lowered.names, Calls(self.pair), subroutine=True,
                            added_to=lambda nodes: guess if unfinished[given] else added_in_place(nodes, facts))
            self.restores |= bool(parts.restored) or finds_by_object(parts.backward)
            recursive = unfinished.pop(given)
            made = self._split(pairs[given], parts, facts, unit, lowered.names, recursive)
            pairs[given] = made if recursive else self._as_before(made, function, wanted)
        return pairs[given]

    def _as_before(self, pair: Pair, function: types.FunctionType, wanted: tuple[str, ...]) -> Pair:
        """`pair`, made just now, or the one that a call with other arguments was given where the two are the same."""
        there, back = self.generated[-2:]
        others = self._made[function, wanted]
        for known, first, second in others:
            if _text(there) == _text(first) and _text(back) == _text(second):
                del self.generated[-2:]
                self._taken -= {pair.forward, pair.backward}
                return known
        others.append((pair, there, back))
        return pair

    def _split(self, pair: Pair, parts: Reversed, facts: Facts, unit: Unit, names: Names, recursive: bool) -> Pair:
        forward, backward, saved = split(pair.forward, pair.backward, parts, facts, names,
                                         self._improve(facts, parts.storage, holders=parts.holders), recursive)
        forward = self._improve(facts)(forward)
        if self.request.optimized:
            forward, backward = once(forward, backward)
        quiet = self.request.optimized and changes_nothing(forward, facts.type_of_name)
        self._add(unit, _unwound(forward, facts), defaults_of(unit.object))
        self._add(unit, backward, partner=pair.forward)
        active = tuple(n for n in facts.inputs if n not in parts.changed)
        return dataclasses.replace(pair, active=active, changed=parts.changed, only_added=_only_added(parts.changed, facts),
                                   saves=bool(saved) or recursive, kept=_kept(saved, parts, facts),
                                   keeps_result=bool(parts.result.names.intersection(saved)),
                                   restores=bool(parts.restored) or calls_restore(parts.backward), quiet=quiet)

    def _name(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}{number}", number + 1
        self._taken.add(name)
        return name

    def _improve(self, facts: Facts, storage: Set[str] = frozenset(),
                 relaxed: Set[str] = frozenset(), single: Set[str] = frozenset(),
                 holders: Mapping[str, str] = types.MappingProxyType({})) -> Callable[[S.Function], S.Function]:
        """The optimizer for functions generated from what `facts` speak of, and what `holders` are given of it."""
        if not self.request.optimized:
            return lambda fn: fn
        return lambda fn: optimize(fn, facts.type_of_name, storage, _sharing(fn, facts, holders), relaxed, single,
                                   lambda: facts.makes_reals)

    def _add(self, unit: Unit, fn: S.Function, defaults: Any = (None, None), partner: str | None = None) -> None:
        self.generated.append(Generated(fn, unit.names, defaults, partner))


def _analysed(unit: Unit, wanted: tuple[str, ...], given: Given) -> tuple[Lowered, Facts]:
    """A subroutine in normal form, and what is known of it.

    The adjoint of a parameter whose contents are changed belongs to what the caller passed: where the name comes to stand
    for something else (``if out is None: out = []``), that gets a variable of its own.
    """
    lowered = normalize(unit, wanted, reverse=True)
    changed = _changed(unit)
    facts = analyse(lowered.function, wanted, dict(given.types), visible_params=True, changed=changed)
    again = sorted(n for n in bound_again(lowered.function) if n in facts.inputs and facts.aliasing.contents(n))
    if again:
        lowered = dataclasses.replace(lowered, function=held_by_others(lowered.function, again, lowered.names.fresh))
        facts = analyse(lowered.function, wanted, dict(given.types), visible_params=True, changed=changed)
    return lowered, facts


def _changed(unit: Unit) -> frozenset[str]:
    """The parameters of a subroutine in which it may change arrays or containers; of others it sets attributes at most."""
    params = [p.name for p in unit.function.params]
    found = effects.effects_of(unit.object)
    return frozenset(params if found.fields else (params[n] for n in found.contents))


def _unwound(fn: S.Function, facts: Facts) -> S.Function:
    return unwound(fn, S.all_names(facts.function.body) | {p.name for p in facts.function.params})


def _text(g: Generated) -> str:
    """What a generated function does, whatever it is called."""
    return show_function(dataclasses.replace(g.function, name="f"))


def _sharing(fn: S.Function, facts: Facts, holders: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """The groups of parameters of a generated function that may share memory: what subroutines have saved may be anything."""
    names = tuple(p.name for p in fn.params)
    found = facts.sharing(names, holders)
    return (*found, names) if calls_restore(fn.body) else found


def tangent_storage(facts: Facts) -> frozenset[str]:
    """The tangents that mirror memory which is changed in place."""
    return frozenset(tangent(n) for n in facts.name_types if facts.aliasing.written(n))


def globals_of(unit: Unit) -> set[str]:
    """The free names of a function, which generated functions beside it must not take."""
    return {n for n, r in unit.names._seen.items() if r is not None}


def _provisional(forward: str, backward: str, facts: Facts, function: types.FunctionType, added: frozenset[str]) -> Pair:
    """What a recursive call may assume about a pair that is not finished."""
    params = tuple(p.name for p in facts.function.params)
    last = facts.function.body[-1]
    assert isinstance(last, S.Return)
    result = last.value
    changed = tuple(n for n in facts.inputs if facts.aliasing.contents(n) or n in added)
    active = tuple(n for n in facts.inputs if n not in changed)
    parts = len(result.args) if result.head == "tuple" and len(result.args) > 1 else None
    seeded = tuple(takes_seed(a, facts) for a in result.args) if parts else \
        () if E.is_const(result, None) else (result.head != "const" and (result.head != "tuple" or bool(result.args)),)
    others = any(python_function(fn) not in (None, function) and rule_for(fn) is None
                 for s in S.walk_stmts(facts.function.body) for e in S.expressions(s) for fn in map(E.callee, E.calls(e)))
    restores = others or any(map(facts.aliasing.written, facts.name_types))
    return Pair(forward, backward, params, parts, seeded, active, changed, _only_added(changed, facts), True, frozenset(params),
                True, restores)


def _only_added(changed: tuple[str, ...], facts: Facts) -> frozenset[str]:
    """The parameters to whose adjoints a backward function adds, while the function itself changes nothing of them."""
    return frozenset(n for n in changed if not facts.aliasing.contents(n))


def _kept(saved: Iterable[str], parts: Reversed, facts: Facts) -> frozenset[str]:
    """The parameters whose memory a backward function reads: those that are saved, and those of which a view is.

    Of memory that the function itself changes, lists hold copies.
    """
    aliasing = facts.aliasing
    views = {n for n in parts.holders.values() if n in facts.name_types and not aliasing.contents(n)}.union(saved)
    views |= viewed([n for n in views if not facts.type_of_name(n).is_number], facts.function.body)
    return frozenset(p.name for p in facts.function.params if p.name in views
                     or not views.isdisjoint((*aliasing.group(p.name), *aliasing.inside(p.name))))


def defaults_of(f: types.FunctionType) -> tuple[tuple[Any, ...] | None, dict[str, Any] | None]:
    return f.__defaults__, f.__kwdefaults__


def _with_seeds(f: types.FunctionType, made: S.Function) -> tuple[tuple[Any, ...] | None, dict[str, Any] | None]:
    """The default values of a derivative: those of the primal, and those of the seeds that have one."""
    positional, named = defaults_of(f)
    for p in made.params:
        if p.name.startswith(("~", "^")) and p.default is not None:
            if p.kind == "keyword":
                named = {**(named or {}), p.name: p.default.data}  # under the internal name; printing knows the other
            else:
                positional = (*(positional or ()), p.default.data)
    return positional, named
