"""All that is known about one function in normal form."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np

from s2sgrad.analysis.activity import varied_and_useful
from s2sgrad.analysis.aliasing import Aliasing, aliasing_of
from s2sgrad.analysis.by_turns import ByTurns, apart, by_turns
from s2sgrad.analysis.inference import Types, type_of
from s2sgrad.analysis.links import Links, links, of_one_kind, stored_numbers
from s2sgrad.analysis.markers import refuse_on_changed_memory
from s2sgrad.analysis.outside import Outside, outside
from s2sgrad.analysis.parts import with_bindings_apart, with_keys_kept, with_parts_taken, with_results_apart
from s2sgrad.analysis.roles import Roles, roles
from s2sgrad.analysis.told_lists import with_lists_told
from s2sgrad.frontend.resolve import Resolved
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import Liveness
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.types import ANY, Type, join
from s2sgrad.lower.writing import PASSING
from s2sgrad.rules.moduli import makes_reals


@dataclass(frozen=True, eq=False)
class Facts:
    """The results of the analyses of `function`, for derivatives with respect to `inputs`."""

    function: S.Function
    inputs: tuple[str, ...]
    types: Types
    aliasing: Aliasing
    varied: frozenset[str]
    useful: frozenset[str]
    live: Liveness
    definitions: Mapping[str, tuple[S.Stmt, ...]]
    roles: Roles
    outside: Outside
    resolved: Resolved
    turns: ByTurns

    @cached_property
    def by_turns(self) -> frozenset[str]:
        """The variables whose adjoints are looked up by the memory of what they stand for."""
        return self.turns.variables

    @cached_property
    def active(self) -> frozenset[str]:
        """The variables that depend on the inputs, and on which the result depends."""
        return self.varied & self.useful

    def type_at(self, s: S.Stmt, e: Expr) -> Type:
        """The type of an expression in the state before `s`."""
        return type_of(e, self.types.before.get(s, {}))

    def is_active(self, e: Expr) -> bool:
        return e.head == "var" and e.data in self.active

    @cached_property
    def name_types(self) -> Mapping[str, Type]:
        """For every variable, what is true of all values that it takes."""
        out: dict[str, Type] = dict(self.types.params)
        for name, statements in self.definitions.items():
            for s in statements:
                t = self.types.result(s, name)
                out[name] = t if name not in out else join(out[name], t)
        return out

    def type_of_name(self, name: str) -> Type:
        return self.name_types.get(name, ANY)

    @cached_property
    def taken_apart(self) -> frozenset[str]:
        """The variables of which elements or attributes are asked for."""
        return frozenset(part.args[0].data for s in S.having(self.function.body, E.INDEX | E.ATTR) for e in S.expressions(s)
                         if e.heads & (E.INDEX | E.ATTR) for part in E.walk(e)
                         if part.head in ("index", "attr") and part.args[0].head == "var")

    @cached_property
    def taken_flat(self) -> frozenset[str]:
        """The variables of which elements are asked for as those of ``x.flat``."""
        return frozenset(part.args[0].data for s in S.having(self.function.body, E.ATTR) for e in S.expressions(s)
                         if e.heads & E.ATTR for part in E.walk(e) if part.head == "attr" and part.data == "flat"
                         and part.args[0].head == "var")

    @cached_property
    def links(self) -> Links:
        """What is held in several places and changed in place; raises where that has no adjoint."""
        return links(self.function, self.aliasing, self.roles, self.active, self.by_turns)

    @cached_property
    def rebound(self) -> frozenset[str]:
        """The variables that are bound more than once."""
        several = {n for n, ss in self.definitions.items() if len(ss) > 1}
        return frozenset(several | {p.name for p in self.function.params if p.name in self.definitions})

    def sharing(self, names: Iterable[str], holders: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
        """The groups among some variables, and `holders` of others, that may share memory which is changed in place.

        So do ``bt = unbroadcast(bA, t)`` and `bA`, which roles and the record take for two: what they read, they read at once.
        """
        groups: dict[str, list[str]] = {}
        for name in names:
            for found in frozenset().union(*map(self.aliasing.contents, self._passed_on(holders.get(name, name)))):
                groups.setdefault(found, []).append(name)
        return tuple(tuple(group) for _, group in sorted(groups.items()) if len(group) > 1)

    def _passed_on(self, name: str) -> list[str]:
        """A variable, and those that it may be, since a helper of a derivative gives back what it is given."""
        out = [name]
        for n in out:
            values = [s.value for s in self.definitions.get(n, ()) if isinstance(s, S.Assign) and s.target == E.var(n)]
            out += [a.data for e in values if E.hashable_callee(e) in PASSING for a in e.args[1:2]
                    if a.head == "var" and a.data not in out]
        return out

    @cached_property
    def has_complex(self) -> bool:
        """Does anything in the function bring complex numbers in?"""
        body = self.function.body
        return any(t.dtype == "complex" for t in self.name_types.values()) or bool(S.having(body, E.COMPLEX)) or any(
            _is_complex(part.data.value) for s in S.having(body, E.VALUE) for e in S.expressions(s) for part in E.walk(e)
            if part.head == "ref")

    @cached_property
    def makes_reals(self) -> bool:
        """Are moduli or real parts taken, of what may be complex?"""
        return makes_reals(self.function.body)

    def may_be_complex(self, name: str) -> bool:
        return self.has_complex and self.type_of_name(name).dtype in ("complex", None)

    def single_definition(self, name: str) -> S.Stmt | None:
        """The only statement that binds a variable, None for parameters and where there are several."""
        found = self.definitions.get(name, ())
        return found[0] if len(found) == 1 and all(p.name != name for p in self.function.params) else None


def analyse(fn: S.Function, inputs: Iterable[str], given: Mapping[str, Type] | None = None,
            visible_params: bool = False, guess: bool = True, changed: frozenset[str] = E.NO_NAMES) -> Facts:
    """Run every analysis on a function in normal form; for `visible_params` and `guess` see `Aliasing`, for `changed`
    `aliasing_of`."""
    inputs = tuple(inputs)
    types = Types(fn, given, guess)
    told = with_lists_told(fn, types)
    if told is not fn:
        fn, types = told, Types(told, given, guess)
    aliasing = aliasing_of(fn, types, visible_params, guess, changed)
    parted = with_parts_taken(fn, aliasing)
    if parted is not fn:
        fn, types = parted, Types(parted, given, guess)
        aliasing = aliasing_of(fn, types, visible_params, guess, changed)
    found = roles(fn, aliasing)
    kept = with_results_apart(with_bindings_apart(with_keys_kept(fn, aliasing, found), found.views), aliasing)
    if kept is not fn:
        fn, types = kept, Types(kept, given, guess)
        aliasing = aliasing_of(fn, types, visible_params, guess, changed)
        found = roles(fn, aliasing)
    refuse_on_changed_memory(fn, aliasing)
    varied, useful = varied_and_useful(fn, inputs, aliasing)
    stored = stored_numbers(fn, aliasing, found, varied & useful) if guess else []
    if stored:
        names = frozenset(n for s, e in stored for n in of_one_kind(e, s, aliasing)[1])
        aliasing = aliasing_of(fn, types, visible_params, guess, changed, names)
        aliasing.stored_numbers += stored
        varied, useful = varied_and_useful(fn, inputs, aliasing)
        found = roles(fn, aliasing)
    turning = by_turns(fn, aliasing, found, varied & useful) if guess else ByTurns()
    parted = apart(fn, turning.variables)
    if parted is not fn:
        return analyse(parted, inputs, given, visible_params, guess, changed)
    definitions: dict[str, list[S.Stmt]] = {}
    for s in S.walk_stmts(fn.body):
        for name in S.writes(s) if s not in aliasing.in_place else ():
            definitions.setdefault(name, []).append(s)
    result = fn.body[-1]
    assert isinstance(result, S.Return)
    ends = result.value.names | frozenset(inputs)
    return Facts(fn, inputs, types, aliasing, varied, useful, Liveness(fn.body, E.NO_NAMES | ends),
                 {n: tuple(ss) for n, ss in definitions.items()}, found, outside(fn, varied, useful), types.results.resolved,
                 turning)


def _is_complex(value: object) -> bool:
    """Is what comes from outside complex? Where it is fitted to something, no variable says so."""
    return isinstance(value, complex) or isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind == "c"
