"""Forward mode: from a function in normal form to one that computes its result and the tangent of the result.

Every statement that binds or changes something active gets a statement for the tangent in front of it, since the
tangent of ``x = x * x`` needs the `x` that is about to be overwritten. Control flow is copied. The tangent of a
container, an array or an object is another one of the same structure (`mirror`), to which the same things are done;
variables that share memory have tangents that share memory.

A variable that is active has a tangent wherever it has a value: where it is bound to something that does not vary,
its tangent is bound to zero. What nothing reads is removed at the end.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Callable

from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate import closures, mirror
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.assemble import has_optional, with_seeds
from s2sgrad.differentiate.entry import by_value, changed_through, checked_first, may_change_argument, own_copies
from s2sgrad.differentiate.evaluated_once import evaluated_once
from s2sgrad.differentiate.guards import guarded
from s2sgrad.differentiate.insertion import is_insertion
from s2sgrad.differentiate.naming import TANGENT, tangent, tangent_var
from s2sgrad.differentiate.tangent_calls import TangentCalls
from s2sgrad.differentiate.tangents import BROADCAST, Tangents, all_reads
from s2sgrad.differentiate.unneeded import without_unneeded
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.lower.names import Names
from s2sgrad.rules.bind import INACTIVE_ATTRIBUTES
from s2sgrad.rules.methods_table import canonical

RESULT = "'result"  # stands for the value of a statement until it is known where that is read from


@dataclass(frozen=True, eq=False)
class Forwarded:
    """The statements of a tangent function, and what enters and leaves them.

    `seeds` are the variables of the inputs' tangents, in the order of the inputs; `result` and `tangent` what the
    function returns and its tangent; `objects` are the inputs whose attributes the function reads or writes, so that
    their tangents have to be namespaces (`runtime.check_tangent`).
    """

    body: S.Block
    result: Expr
    seeds: tuple[str, ...]
    tangent: Expr
    objects: tuple[str, ...] = ()


def forward(facts: Facts, names: Names, calls: TangentCalls, subroutine: bool = False) -> Forwarded:
    """The tangent program of the function that `facts` speak of.

    That of a `subroutine` changes the caller's arrays as the function does, and their tangents likewise.
    """
    fn = facts.function
    *statements, last = fn.body
    assert isinstance(last, S.Return)
    closures.check(facts)
    f = Forward(facts, names, calls, subroutine)
    body = f.block(tuple(statements))
    code: list[S.Stmt] = []
    result = f.tangents.filled(last, last.value, code)
    entry = () if subroutine else (*own_copies(facts), *_own_tangents(facts))
    whole = (*checked_first((*entry, *f.initial()), body), *code, S.Return(E.tuple_(last.value, result)))
    *kept, end = without_unneeded(whole)
    assert isinstance(end, S.Return)
    return Forwarded(tuple(kept), last.value, tuple(map(tangent, facts.inputs)), end.value.args[1], f.objects())


def _own_tangents(facts: Facts) -> S.Block:
    """Copies of the tangents of parameters that are changed in place, since the tangents are changed with them."""
    changed = changed_through(facts)
    return tuple(S.Assign(tangent_var(n), E.call(lib.COPY, tangent_var(n))) for n in facts.inputs if changed(n))


def alone(name: str, parts: Forwarded, facts: Facts, value: bool, check: bool, spread: bool = False) -> S.Function:
    """The function that a user calls: the primal's parameters, then a tangent for each input.

    It returns the tangent of the result, after the result where `value` is asked for. A tangent is 1 unless it is
    given where there is one input that may be a number. With `check`, what is given is held against its primal; with
    `spread`, a number may be given for an array.
    """
    fn = facts.function
    entry: list[S.Stmt] = []
    for name_, seed in zip(facts.inputs, parts.seeds):
        if name_ in parts.objects or has_optional(fn.params) or check and facts.type_of_name(name_).kind != "number":
            array = facts.type_of_name(name_).kind in ("array", "numeric") and name_ not in parts.objects
            helper = "spread_tangent" if spread else "array_tangent" if array else "check_tangent"
            entry.append(S.Assign(E.var(seed), E.call(lib.support(helper), E.var(seed), E.var(name_))))
    one = len(facts.inputs) == 1 and facts.type_of_name(facts.inputs[0]).kind in ("number", "numeric", "any") \
        and not has_optional(fn.params)
    end = S.Return(E.tuple_(parts.result, parts.tangent) if value else parts.tangent)
    return S.Function(name, with_seeds(fn.params, parts.seeds, one), (*entry, *parts.body, end), None, fn.loc)


class Forward:
    """Writes the tangent statements of one function."""

    def __init__(self, facts: Facts, names: Names, calls: TangentCalls, subroutine: bool = False) -> None:
        self.facts = facts
        self.subroutine = subroutine
        self.names = names
        self.calls = calls
        self.tangents = Tangents(facts, names)
        #: Inside a block that an exception may leave halfway: a variable and its tangent change together.
        self.guarded = False

    def initial(self) -> S.Block:
        """Zero tangents of the parameters that become active in the function."""
        return tuple(S.Assign(tangent_var(p.name), self.tangents.zero(self.facts.function.body[0], E.var(p.name),
                                                                      E.var(p.name)))
                     for p in self.facts.function.params
                     if p.name in self.facts.active and p.name not in self.facts.inputs)

    def objects(self) -> tuple[str, ...]:
        """The inputs of which attributes are read or written, here or in a subroutine."""
        found = set(self.calls.objects)
        for s in S.walk_stmts(self.facts.function.body):
            for e in S.expressions(s):
                for part in E.walk(e):
                    if part.head == "attr" and part.data not in INACTIVE_ATTRIBUTES and canonical(part) is part:
                        found |= E.root(part).names
        return tuple(n for n in self.facts.inputs if n in found)

    def block(self, body: S.Block) -> S.Block:
        return tuple(t for s in body for t in self.statement(s))

    def statement(self, s: S.Stmt) -> S.Block:
        rule = _STATEMENTS.get(type(s))
        if is_insertion(s):  # what happens to adjoints is no concern of tangents
            return ()
        if rule is None:
            return (s,)
        code = tuple(evaluated_once(s, rule(self, s), self.names))
        return tuple(c for t in guarded(s, self.facts) for c in (code if t is s else (t,)))

    # ---- control ----------------------------------------------------------------------------------------------

    def branch(self, s: S.If) -> S.Block:
        return (dataclasses.replace(s, body=self.block(s.body), orelse=self.block(s.orelse)),)

    def loop(self, s: S.For | S.While) -> S.Block:
        start = self.zeros_of(s, s.target) if isinstance(s, S.For) else ()
        return (dataclasses.replace(s, body=(*start, *self.block(s.body)), orelse=self.block(s.orelse)),)

    def context(self, s: S.With) -> S.Block:
        start = tuple(z for _, t in s.items if t is not None for z in self.zeros_of(s, t))
        outer, self.guarded = self.guarded, self.guarded or not all(_lets_pass(e) for e, _ in s.items)
        body = self.block(s.body)
        self.guarded = outer
        return (dataclasses.replace(s, body=(*start, *body)),)

    def attempt(self, s: S.Try) -> S.Block:
        outer, self.guarded = self.guarded, self.guarded or bool(s.handlers)
        body = self.block(s.body)
        self.guarded = outer
        handlers = tuple(dataclasses.replace(h, body=self.block(h.body)) for h in s.handlers)
        return (dataclasses.replace(s, body=body, handlers=handlers, orelse=self.block(s.orelse),
                                    final=self.block(s.final)),)

    def zeros_of(self, s: S.Stmt, target: Expr) -> S.Block:
        """Zero tangents of what a statement binds to something that does not vary."""
        return tuple(S.Assign(tangent_var(n), E.call(lib.support("zero_tangent"), E.var(n)), s.loc)
                     for n in sorted(S.bound(target)) if n in self.facts.active)

    # ---- assignments ------------------------------------------------------------------------------------------

    def assign(self, s: S.Assign) -> S.Block:
        target = s.target
        if target.head in ("index", "attr"):
            return mirror.store(s, self)
        if self.calls.handles(s, self):
            return self.calls.call(s, self)
        if mirror.changes(s.value):
            return mirror.taken(s, self)
        if target.head == "tuple":
            return self._several(s)
        if target.head != "var":
            return (s, *self.zeros_of(s, target))
        if target.data not in self.facts.active:
            return mirror.write_beside(s, self)
        return self.bind(s, target.data, s.value)

    def bind(self, s: S.Assign | S.Aug, name: str, e: Expr) -> S.Block:
        """``name = e`` and the tangent of `name`."""
        if e.head == "function":  # as one that is defined: what it captures has tangents of its own
            return (s, S.Assign(tangent_var(name), E.NONE))
        result = E.var(RESULT)
        code: list[S.Stmt] = []
        value = self.tangents.of(s, e, result, code)
        if value is None:
            value = self.tangents.zero(s, e, result)
        else:
            value = self._own(name, e, value, result)
        code.append(S.Assign(tangent_var(name), value, s.loc))
        return self.in_order(s, e, code)

    def _own(self, name: str, e: Expr, value: Expr, result: Expr) -> Expr:
        """The tangent of a fresh result, as an array that may be changed in place as the result is changed.

        It must not be another variable's tangent, and must be able to hold complex numbers where the result is.
        """
        if e.head not in ("op", "call") or self.facts.type_of_name(name).kind == "number":
            return value
        changed = self.facts.aliasing.contents
        if changed(name) and self.facts.may_be_complex(name) and E.callee(value) is not BROADCAST.data.value:
            value = E.call(BROADCAST, value, result)
        shared = value.args[1] if E.callee(value) is BROADCAST.data.value else value
        if shared.head == "var" and shared.data.startswith(TANGENT) and (changed(name) or changed(shared.data[1:])):
            return E.call(lib.COPY, value)
        return value

    def _several(self, s: S.Assign) -> S.Block:
        """``a, b = x, y`` moves values in parallel; ``a, b = f(x)`` takes a primitive with several results."""
        targets = s.target.args
        if not any(self._is_mirrored(t) for t in targets):
            return (s,)
        code: list[S.Stmt] = []
        if s.value.head == "tuple" and len(s.value.args) == len(targets) and all(t.head != "star" for t in targets):
            pairs = [(t, x) for t, x in zip(targets, s.value.args) if self._is_mirrored(t)]
            values = [self.tangents.filled(s, x, code) for _, x in pairs]
            goals = [self._goal(t) for t, _ in pairs]
            made = S.Assign(goals[0], values[0], s.loc) if len(goals) == 1 \
                else S.Assign(E.tuple_(*goals), E.tuple_(*values), s.loc)
            return (*code, made, s)
        plain = all(t.head == "var" for t in targets)
        result = E.tuple_(*(E.var(f"{RESULT}{n}") for n in range(len(targets)))) if plain else E.var(RESULT)
        value = self.tangents.of(s, s.value, result, code)
        if value is None or not plain:
            if not all(t.head in ("var", "star") for t in targets) or value is not None:
                raise unsupported(s.loc, "this unpacking cannot be differentiated", "assign to plain variables first")
            return (s, *self.zeros_of(s, s.target))
        code.append(S.Assign(E.tuple_(*map(self._goal, targets)), value, s.loc))
        return self.in_order(s, s.value, code)

    def _is_mirrored(self, target: Expr) -> bool:
        """Has something that an assignment binds or changes a tangent?"""
        if target.head in ("tuple", "list", "star"):
            return any(map(self._is_mirrored, target.args))
        return self.facts.is_active(E.root(target))

    def _goal(self, target: Expr) -> Expr:
        """The target that takes the tangent."""
        if target.head in ("tuple", "list"):
            return E.rebuild(target, tuple(map(self._goal, target.args)))
        return self.tangents.mirrored(target) if self._is_mirrored(target) else E.var(self.tangents.fresh("_"))

    def in_order(self, s: S.Assign | S.Aug, e: Expr, code: list[S.Stmt]) -> S.Block:
        """Tangent code and the statement ``target = e`` that it belongs to, so that each reads what it means.

        `RESULT` in the code stands for the value of `e`.
        """
        targets = s.target.args if s.target.head == "tuple" else (s.target,)
        stands = {f"{RESULT}{n}" if s.target.head == "tuple" else RESULT: t for n, t in enumerate(targets)}
        read = all_reads(code)
        wants_result = not read.isdisjoint(stands)
        wants_old = not read.isdisjoint(S.bound(s.target))
        if wants_result and (wants_old or self.guarded):
            kept = {n: E.var(self.names.fresh(t.data)) for n, t in stands.items()}
            held = tuple(kept.values())
            first = S.Assign(held[0] if s.target.head == "var" else E.tuple_(*held), e, s.loc)
            last = S.Assign(s.target, first.target, s.loc)
            return (first, *self._together(tuple(S.substitute(c, kept) for c in code), last))
        if wants_result:
            return (s, *(S.substitute(c, stands) for c in code))
        return self._together(tuple(code), s)

    def _together(self, code: S.Block, s: S.Assign | S.Aug) -> S.Block:
        """Tangent code, then the primal's statement. Where an exception in `s` is caught, neither has happened."""
        if not self.guarded:
            return (*code, s)
        *rest, last = code
        assert isinstance(last, S.Assign)
        if last.value.head in ("const", "var"):
            return (*rest, s, last) if s.value.head != "var" else (*rest, last, s)
        aside = E.var(self.tangents.fresh("dt"))
        return (*rest, S.Assign(aside, last.value, last.loc), s, S.Assign(last.target, aside, last.loc))

    def augmented(self, s: S.Aug) -> S.Block:
        if s.target.head != "var":
            return mirror.update(s, self)
        name = s.target.data
        own = by_value(s) if not self.subroutine and may_change_argument(s, self.facts) else s
        if name not in self.facts.active:
            return (own,)
        kind = self.facts.type_at(s, s.target).kind
        if s in self.facts.aliasing.in_place and kind != "number":
            return mirror.update(s, self)
        return tuple(own if t is s else t for t in self.bind(s, name, E.op(s.symbol, s.target, s.value)))

    # ---- effects ----------------------------------------------------------------------------------------------

    def effect(self, s: S.Do) -> S.Block:
        if self.calls.handles(s, self):
            return self.calls.call(s, self)
        return mirror.effect(s, self)

    def delete(self, s: S.Delete) -> S.Block:
        """``del xs[i]`` removes the tangent of the element, and so for keys and attributes."""
        places = tuple(self.tangents.mirrored(t) for t in s.targets
                       if t.head != "var" and self.facts.is_active(E.root(t)))
        return (S.Delete(places, s.loc), s) if places else (s,)

    def define(self, s: S.Define) -> S.Block:
        return (s, *(S.Assign(tangent_var(s.name), E.NONE) for _ in range(s.name in self.facts.active)))


def _lets_pass(manager: Expr) -> bool:
    """Does a context manager surely not swallow exceptions?"""
    return getattr(E.callee(manager), "__name__", "") in ("errstate", "open", "printoptions", "nullcontext", "Lock")


_STATEMENTS: dict[type, Callable[..., S.Block]] = {
    S.Assign: Forward.assign, S.Aug: Forward.augmented, S.Do: Forward.effect, S.If: Forward.branch,
    S.For: Forward.loop, S.While: Forward.loop, S.With: Forward.context, S.Try: Forward.attempt,
    S.Delete: Forward.delete, S.Define: Forward.define,
}
