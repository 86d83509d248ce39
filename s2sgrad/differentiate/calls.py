"""The reverse of calls of user functions and of functions known only at run time.

A function with source becomes a pair: ``<g>_forward`` returns the result and what it saved, ``<g>_backward`` takes
that and the seed. A function that is not known now is asked for its pullback when the derivative runs.
"""
from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from s2sgrad import runtime
from s2sgrad.analysis.arguments import Given, bind_by_name, given_by
from s2sgrad.analysis.links import kind_of_stored
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.backward_calls import backward_call
from s2sgrad.differentiate.naming import adjoint, adjoint_var
from s2sgrad.differentiate.recompute import reverse_marked
from s2sgrad.differentiate.tree import Node, Step
from s2sgrad.errors import unsupported
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.lower.may_share import shares
from s2sgrad.lower.names import base, pull_of
from s2sgrad.markers import Checkpoint
from s2sgrad.rules.bind import leaves_open
from s2sgrad.rules.methods_table import INACTIVE_METHODS, canonical
from s2sgrad.rules.registry import rule_for

if TYPE_CHECKING:
    from s2sgrad.analysis.facts import Facts
    from s2sgrad.differentiate.backward import Backward


@dataclass(frozen=True, eq=False)
class Pair:
    """A derived subroutine.

    `parts` is the number of results where it returns a tuple display, else None; `seeded` tells for each (or for the one
    result) whether the backward function takes a seed for it, and is empty where there is no result. `active` are the
    parameters whose adjoints the backward function returns, `changed` those whose adjoints it changes in place, of which the
    function takes elements of those in `only_added` and changes nothing; `saves`
    tells whether there is anything to hand over, `kept` which parameters' values (and whether the result) that includes,
    `restores` whether the backward function gives memory that was handed over the contents that it had, `quiet` that the
    forward function changes nothing that others see.
    """

    forward: str
    backward: str
    params: tuple[str, ...]
    parts: int | None
    seeded: tuple[bool, ...]
    active: tuple[str, ...]
    changed: tuple[str, ...]
    only_added: frozenset[str]
    saves: bool
    kept: frozenset[str]
    keeps_result: bool
    restores: bool = True
    quiet: bool = False


MakePair = Callable[[Any, tuple[str, ...], Any, Given], Pair]


class Calls:
    """Reverses calls; `make_pair` derives a subroutine with respect to some of its parameters."""

    def __init__(self, make_pair: MakePair) -> None:
        self.make_pair = make_pair
        self.added_to: set[str] = set()  # variables to whose adjoints backward functions add elements

    def handles(self, s: S.Assign | S.Do, b: Backward) -> bool:
        """Is this a call with active arguments that no rule covers?"""
        e = opened(s.value)
        if e.head != "call":
            return False
        fn = e.args[0]
        if fn.head == "ref":
            rule = rule_for(fn.data.value)
            known = self._has_source(fn.data.value) if rule is None else rule.differentiable and leaves_open(e)
            return known and self._is_active(e, b)
        return fn.head != "attr" and self._is_active(e, b) or fn.head == "attr" and self._is_dynamic_method(e, b)

    @staticmethod
    def _has_source(fn: Any) -> bool:
        return python_function(fn) is not None or not hasattr(fn, "__objclass__") and callable(fn) \
            and type(fn).__module__ not in ("builtins", "numpy")

    @staticmethod
    def _is_active(e: Expr, b: Backward) -> bool:
        function = e.args[0]
        if function.head == "index" or E.hashable_callee(function) in _AT_RUN_TIME:
            function = E.root(owner_of(function))
        return any(a.head == "var" and a.data in b.facts.active for a in (function, *e.args[1:]))

    def _is_dynamic_method(self, e: Expr, b: Backward) -> bool:
        if canonical(e) is not e or e.args[0].data in INACTIVE_METHODS:
            return False
        base = E.root(e.args[0])
        return self._is_active(e, b) or base.head == "var" and base.data in b.facts.active

    def assign(self, s: S.Assign | S.Do, b: Backward) -> list[Node]:
        e = opened(s.value)
        fn = e.args[0]
        function = python_function(fn.data.value) if fn.head == "ref" and rule_for(fn.data.value) is None else None
        if function is not None:
            return self._static(s, e, function, b)
        return self._dynamic(s, e, b)

    # ---- functions with source --------------------------------------------------------------------------------

    def _static(self, s: S.Stmt, e: Expr, function: Any, b: Backward) -> list[Node]:
        bound = bind_by_name(function, e)
        wanted, given = _asked(function, s, e, b)
        pair = self.make_pair(function, wanted, s.loc, self._common(function, wanted, given, b))
        self.added_to.update(bound[n].data for n in pair.only_added)
        numbers = self._check_shared(s, e, bound, pair, b)
        if isinstance(e.args[0].data.value, Checkpoint):
            return reverse_marked(s, e, bound, pair, b)
        target = s.target if isinstance(s, S.Assign) else E.var(b.names.fresh("_"))
        saved = E.var(b.names.fresh(f"{_shown(e)}_saved")) if pair.saves else None
        self._forward(s, e, target, saved, pair, b)
        b.forward[s] = (*numbers, *b.forward.get(s, (s,))) if numbers else b.forward.get(s, (s,))
        seeds = self._seeds(target, pair, b)
        code = backward_call(s, pair, bound, [] if saved is None else [saved], seeds, pair.restores, b)
        code[1:1] = [S.Clear(adjoint(t.data), s.loc) for t in _variables(target) if b.facts.is_active(t)]
        kept = set[str]().union(*(shares(bound[n]) for n in pair.kept if n in bound))
        if pair.keeps_result:
            kept |= {t.data for t in _variables(target)}
        return [Step(s, code, True, frozenset(kept))]

    @staticmethod
    def _common(function: Any, wanted: tuple[str, ...], given: Given, b: Backward) -> Given:
        """`given`, or what another call in the same function says that says less: both can have one pair.

        That an argument is an array is not worth a pair of its own; that it is a number, or what shape it has, is.
        """
        if function not in b.asked:
            b.asked[function] = list(dict.fromkeys([_asked(function, s, e, b) for s, e in b.calls_of.get(function, ())]))
        less = [g for w, g in b.asked[function] if w == wanted and g.covers(given) and all(
            t.kind == "array" and t.shape is None for _, t in set(given.types) - set(g.types))]
        return min(less, key=lambda g: len(g.types), default=given)

    @staticmethod
    def _check_shared(s: S.Stmt, e: Expr, bound: dict[str, Expr], pair: Pair, b: Backward) -> list[S.Stmt]:
        """Raise where two arguments share memory that the function changes, which it does not know of.

        What is put into containers and likely a number is taken for one, which the statements that are returned check.
        """
        aliasing = b.facts.aliasing
        checks: dict[Expr, S.Stmt] = {}
        for n, name in enumerate(pair.changed):
            for other in (*pair.changed[n + 1:], *pair.active) if name not in pair.only_added else ():
                x, y = bound[name], bound[other]
                if aliasing.contents(x.data).isdisjoint(aliasing.contents(y.data)) or x == y:
                    continue
                number = next((a for a in (y, x) if kind_of_stored(a, s, aliasing) == "number"), None)
                if number is None:
                    raise unsupported(s.loc, f"two arguments of {_shown(e)}, {name} and {other}, share memory that it changes",
                                      "pass the one that holds the other, and take the other from it in the function")
                check = E.call(lib.support("require_number"), number, E.const(base(number.data)))
                checks[number] = S.Do(check, s.loc)
        return list(checks.values())

    def _forward(self, s: S.Stmt, e: Expr, target: Expr, saved: Expr | None, pair: Pair, b: Backward) -> None:
        if saved is None:
            return
        call = E.rebuild(e, (E.ref(pair.forward, pair), *e.args[1:]))
        if not pair.seeded:
            b.forward[s] = (S.Assign(saved, call, s.loc), *_none(target, s))
        elif pair.parts is None:
            b.forward[s] = (S.Assign(E.tuple_(target, saved), call, s.loc),)
        elif target.head == "tuple" and len(target.args) == pair.parts:
            b.forward[s] = (S.Assign(E.tuple_(*target.args, saved), call, s.loc),)
        else:
            parts = [E.var(b.names.fresh("t")) for _ in range(pair.parts)]
            b.forward[s] = (S.Assign(E.tuple_(*parts, saved), call, s.loc), S.Assign(target, E.tuple_(*parts), s.loc))

    @staticmethod
    def _seeds(target: Expr, pair: Pair, b: Backward) -> list[Expr]:
        """The adjoints of the results, one argument for each."""
        if pair.parts is None:
            return [_seed(target, b)] if any(pair.seeded) else []
        if target.head == "tuple":
            return [_seed(t, b) for t, wanted in zip(target.args, pair.seeded) if wanted]
        return [E.index(_seed(target, b), E.const(n)) for n, wanted in enumerate(pair.seeded) if wanted]

    # ---- functions known at run time --------------------------------------------------------------------------

    def _dynamic(self, s: S.Stmt, e: Expr, b: Backward) -> list[Node]:
        fn = e.args[0]
        target = s.target if isinstance(s, S.Assign) else E.var(b.names.fresh("_"))
        owner = owner_of(fn)
        base = E.root(owner)
        owned = base.head == "var" and base.data in b.facts.active
        active = [n for n, a in enumerate(e.args[1:]) if b.facts.is_active(a)]
        if any(e.data.marks[n] in ("*", "**") for n in active):
            raise unsupported(s.loc, "what is unpacked here may hold differentiated values, and the function that it is passed "
                              "to is not known yet", "pass the arguments one by one")
        check_result(s, fn, target, b.facts)
        name = _shown_target(target)
        pull = E.var(b.names.fresh(pull_of(name)))
        options = {"owner": owner if is_attribute(fn) else E.const(True)} if owned else {}
        wrt = E.tuple_(*(position(e, n) for n in active))
        made = E.call(lib.PULLBACK, fn, wrt, **options)
        b.forward[s] = (S.Assign(E.tuple_(target, pull), E.rebuild(e, (made, *e.args[1:])), s.loc),)
        places = [owner] * owned + [e.args[1 + n] for n in active]
        taken = [E.var(b.fresh("b" + str(E.root(p).data))) for p in places]
        call = E.call(pull, _seed(target, b))
        code: list[S.Stmt] = [S.Assign(taken[0] if len(taken) == 1 else E.tuple_(*taken), call, s.loc)]
        code += [S.Clear(adjoint(t.data), s.loc) for t in _variables(target) if b.facts.is_active(t)]
        for place, value in zip(places, taken):
            if place.head == "var":
                code.append(b.rules.add(s, place, value))
            else:
                code.append(S.Do(E.call(lib.support("add_to"), E.substitute_root(place, adjoint_var(base.data)), value)))
        reads = frozenset().union(*map(shares, e.args))
        return [Step(s, code, True, reads)]


def opened(e: Expr) -> Expr:
    """``np.sum(x, **options)`` for ``x.sum(**options)``, which only the run binds to parameters."""
    return canonical(e) if leaves_open(e) else e


def check_result(s: S.Stmt, fn: Expr, target: Expr, facts: Facts) -> None:
    """Raise where what a primitive gives, which options are unpacked into, is changed in place and may be a view: its options
    tell, ``np.array(x, **{"copy": False})``."""
    rule = rule_for(fn.data.value) if fn.head == "ref" else None
    if rule is not None and not rule.new and any(facts.aliasing.contents(t.data) for t in _variables(target)):
        raise unsupported(s.loc, f"what {rule.names[0]} gives may be a view of its argument, and is changed in place",
                          "pass the options one by one, or copy the result")


def _asked(function: Any, s: S.Stmt, e: Expr, b: Backward) -> tuple[tuple[str, ...], Given]:
    """The parameters with respect to which a call is differentiated, and what it says about its arguments."""
    bound = bind_by_name(function, e)
    given = given_by(function, bound, lambda a: b.facts.type_at(s, a))
    return tuple(n for n, a in bound.items() if b.facts.is_active(a)), given


def _none(target: Expr, s: S.Stmt) -> S.Block:
    """The result of a function that returns nothing."""
    unused = target.head == "var" and target.data.partition(".")[0] == "_"
    return () if unused else (S.Assign(target, E.NONE, s.loc),)


def _seed(t: Expr, b: Backward) -> Expr:
    if t.head == "tuple":
        return E.tuple_(*(_seed(x, b) for x in t.args))
    return adjoint_var(t.data) if b.facts.is_active(t) else E.call(lib.ZEROS_LIKE, t)


def _variables(target: Expr) -> list[Expr]:
    return [target] if target.head == "var" else [v for t in target.args for v in _variables(t)]


def _shown(e: Expr) -> str:
    return str(e.args[0].data.text.rpartition(".")[2])


def _shown_target(target: Expr) -> str:
    return target.data.partition(".")[0] if target.head == "var" else "results"


def owner_of(fn: Expr) -> Expr:
    """What a function that is called belongs to: an object for its method, a callable object for itself."""
    if fn.head == "attr":
        return fn.args[0]
    return owner_of(fn.args[1]) if E.hashable_callee(fn) in _AT_RUN_TIME else fn


def is_attribute(fn: Expr) -> bool:
    return fn.head == "attr" or E.hashable_callee(fn) in _AT_RUN_TIME and is_attribute(fn.args[1])


_AT_RUN_TIME = (runtime.pullback, runtime.pushforward)


def position(e: Expr, n: int) -> Expr:
    """By which an argument is known when the call runs: a keyword by its name, others by where they come to stand."""
    marks = e.data.marks
    if marks[n]:
        return E.const(marks[n])
    unpacked = [a for mark, a in E.arguments(e)[:n] if mark == "*"]
    fixed = [E.const(n - len(unpacked))] if n > len(unpacked) or not unpacked else []
    return functools.reduce(lambda total, length: E.op("+", total, length),
                            [*fixed, *(E.call(lib.builtin("len"), a) for a in unpacked)])
