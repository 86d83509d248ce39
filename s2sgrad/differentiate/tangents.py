"""The tangent of an operation from the tangents of its operands: its rule, applied.

Every kind of rule gives a tangent: `tangent` and `macro_tangent` state it, a `linear` function is its own, a
`bilinear` one is applied once for each argument, and `partials` are weights of a sum (Griewank & Walther 2008, ch. 3).
The tangent of an array has the array's shape, so what only other operands have axes for is repeated.
"""
from __future__ import annotations

import collections
import copy
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Facts
from s2sgrad.analysis.flows import sources
from s2sgrad.analysis.inference import type_of
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.contributions import Contributions, unmasked
from s2sgrad.differentiate.linear_forms import Zeros, product, total
from s2sgrad.differentiate.naming import LOCAL, tangent, tangent_var
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.targets import repeated
from s2sgrad.lower.names import Names
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.rules.bind import Application
from s2sgrad.rules.fold import is_zero
from s2sgrad.rules.methods_table import INACTIVE_METHODS, canonical
from s2sgrad.rules.records import record_fields
from s2sgrad.rules.registry import Refused, rule_for
from s2sgrad.rules.template import adjoint_of, instantiate, returned, template

BROADCAST = lib.support("broadcast_tangent")
_SHALLOW = E.ref("copy.copy", copy.copy, library=True)
ZERO_TANGENT = lib.support("zero_tangent")

#: Functions that put their arguments together or take them over: the tangent is made of the tangents likewise.
STRUCTURAL: frozenset[Any] = frozenset((list, tuple, dict, collections.OrderedDict, collections.deque, copy.copy,
                                        copy.deepcopy))
ALLOCATIONS: frozenset[Any] = frozenset((np.zeros, np.empty, np.ones, np.full))
#: Methods of containers that change nothing, by the kind of the receiver; "v" marks an argument with a tangent.
QUERIES: dict[str, dict[str, str]] = {
    "dict": {"get": "kv", "items": "", "values": "", "copy": ""}, "list": {"copy": ""},
}
#: Mutating methods that no container of differentiated values has; objects of the user's may.
_OF_SETS = frozenset(("add", "discard"))
_SEQUENCES = ("list", "tuple", "str", "set")


class Tangents:
    """Tangent expressions for the operations of one function.

    Statements that a rule needs on the way are added to the list `out` of each call.
    """

    def __init__(self, facts: Facts, names: Names) -> None:
        self.facts = facts
        self.names = names
        self.rules = Contributions(facts, names)

    def fresh(self, base: str) -> str:
        return LOCAL + self.names.fresh(base)

    def of(self, s: S.Stmt, e: Expr, result: Expr, out: list[S.Stmt]) -> Expr | None:
        """The tangent of `e`, whose value `result` stands for; None where `e` does not vary."""
        head = e.head
        if head == "var":
            return tangent_var(e.data) if self.facts.is_active(e) else None
        if e.names.isdisjoint(self.facts.active) or sources(e).isdisjoint(self.facts.active):
            return None
        if head in ("tuple", "list", "set", "dict", "star"):
            return self._display(s, e, out)
        if head in ("index", "attr") and canonical(e) is e:
            return self._part(s, e)
        if head == "ifexp":
            sides = [self.filled(s, a, out) for a in e.args[1:]]
            return E.ifexp(e.args[0], *sides)
        if head in ("op", "call", "attr"):
            return self._primitive(s, e, result, out)
        raise unsupported(s.loc, f"this expression ({head}) has no tangent", "assign its parts to variables first")

    def operand(self, s: S.Stmt, e: Expr, out: list[S.Stmt]) -> Expr | None:
        return self.of(s, e, e, out)

    def filled(self, s: S.Stmt, e: Expr, out: list[S.Stmt]) -> Expr:
        """The tangent of `e`, zeros of its structure where it does not vary."""
        found = self.operand(s, e, out)
        return self.zero(s, e, e) if found is None else found

    # ---- zeros ------------------------------------------------------------------------------------------------

    def zero(self, s: S.Stmt, e: Expr, value: Expr) -> Expr:
        """The zero tangent of `e`; `value` is an expression for the value of `e`."""
        if e.head == "const":
            return E.ZERO if isinstance(e.data, (int, float, complex)) else E.NONE
        if e.head in ("list", "tuple") and all(a.head != "star" for a in e.args):
            return E.rebuild(e, tuple(self.zero(s, a, a) for a in e.args))
        if e.head == "dict" and all(k.head != "star" for k, _ in E.items(e)):
            return E.dict_(tuple((k, self.zero(s, v, v)) for k, v in E.items(e)))
        if e.head == "op" and e.data == "*" and e.args[0].head == "list":
            return E.op("*", self.zero(s, e.args[0], e.args[0]), e.args[1])
        t = self.facts.type_at(s, e)
        if t.kind == "number":
            return E.ZERO
        if is_allocation(e) and len(e.args) <= 2 + (E.callee(e) is np.full) and not any(e.data.marks):
            return E.call(lib.numpy("zeros"), e.args[1])
        if t.is_array and t.dtype == "float":
            return E.call(lib.numpy("zeros_like"), value)
        return E.call(ZERO_TANGENT, value)

    # ---- structures -------------------------------------------------------------------------------------------

    def _display(self, s: S.Stmt, e: Expr, out: list[S.Stmt]) -> Expr:
        if e.head == "set":
            raise unsupported(s.loc, "a set of differentiated values has no order and cannot be differentiated",
                              "use a list")
        if e.head == "dict":
            return E.dict_(tuple((k, self.filled(s, v, out)) for k, v in E.items(e)))
        return E.rebuild(e, tuple(self.filled(s, a, out) for a in e.args))

    def _structure(self, s: S.Stmt, e: Expr, out: list[S.Stmt]) -> Expr:
        """A call that puts its arguments together."""
        parts = [self.filled(s, a, out) for a in e.args[1:]]
        if E.callee(e) in (dict, collections.OrderedDict):
            parts = [self.keyed(s, a, d) if mark == "" else d for (mark, a), d in zip(E.arguments(e), parts)]
        if E.callee(e) is collections.deque:  # the second argument is the greatest length
            parts[1:] = e.args[2:]
        return E.rebuild(e, (e.args[0], *parts))

    def is_method(self, s: S.Stmt, e: Expr) -> bool:
        """Is the call of a method one whose tangent is known without knowing more about the receiver?"""
        name, kind = e.args[0].data, self.facts.type_at(s, e.args[0].args[0]).kind
        return canonical(e) is not e or name in MUTATORS and (kind != "any" or name not in _OF_SETS) \
            or name in INACTIVE_METHODS or name in QUERIES.get(kind, {})

    def _method(self, s: S.Stmt, e: Expr, out: list[S.Stmt]) -> Expr | None:
        """A method of a container that changes nothing: the same of its tangent."""
        receiver, name = e.args[0].args[0], e.args[0].data
        if name in INACTIVE_METHODS:
            return None
        roles = QUERIES.get(self.facts.type_at(s, receiver).kind, {}).get(name)
        if roles is None or not self.facts.is_active(E.root(receiver)):
            raise self.rules.unknown(s, e)
        args = [self.filled(s, a, out) if roles[n:n + 1] == "v" else a for n, a in enumerate(e.args[1:])]
        return E.rebuild(e, (E.attr(self.mirrored(receiver), name), *args))

    def keyed(self, s: S.Stmt, e: Expr, d: Expr) -> Expr:
        """The tangent `d` of what a dict takes its keys from."""
        known = self.facts.type_at(s, e).kind == "dict" or e.head == "dict"
        return d if known else E.call(lib.support("keyed_tangent"), d, e)

    def _part(self, s: S.Stmt, e: Expr) -> Expr | None:
        base = E.root(e)
        if base.head != "var" and not base.names.isdisjoint(self.facts.active):
            raise unsupported(s.loc, "this part of an expression has no tangent", "assign the expression to a variable")
        return self.mirrored(e) if self.facts.is_active(base) else None

    def mirrored(self, place: Expr) -> Expr:
        """The part of a tangent that belongs to a place in the primal."""
        return E.substitute_root(place, tangent_var(E.root(place).data))

    # ---- primitives -------------------------------------------------------------------------------------------

    def _primitive(self, s: S.Stmt, e: Expr, result: Expr, out: list[S.Stmt]) -> Expr | None:
        if E.callee(e) is not None and is_structural(E.callee(e)):
            return self._structure(s, e, out)
        plain = canonical(e)
        if plain is e and e.head == "call" and e.args[0].head == "attr":
            return self._method(s, e, out)
        if plain.head == "op" and plain.data in ("+", "*") and self._joins(s, plain):
            return self._joined(s, plain, out)
        if plain.head == "op" and any(E.is_const(a, None) for a in plain.args):
            return None  # arithmetic with None raises
        found = self.rules.application(s, plain)
        try:
            return self._apply(s, e, plain, found, result, out)
        except Refused as error:
            raise unsupported(s.loc, f"this call of {found.rule.names[0]} cannot be differentiated: {error}",
                              "write the call another way, or register a rule for it") from None

    def _apply(self, s: S.Stmt, e: Expr, plain: Expr, found: Application, result: Expr,
               out: list[S.Stmt]) -> Expr | None:
        rule = found.rule
        if rule.zero:
            return None
        if found.where is not None and rule.partials is None and rule.linear is None:
            raise Refused("where= is not supported")
        if rule.tangent is not None:
            return self._stated(s, found, result, out)
        if rule.macro_tangent is not None:
            made: Expr | None = rule.macro_tangent(found, result, lambda a: self.operand(s, a, out),
                                                   lambda a: type_of(a, self.types(s)))
            return made
        if rule.linear is not None:
            moved = self.operand(s, found.bound[rule.first], out)
            return None if moved is None else self._same_function(s, e, plain, found, moved)
        if rule.bilinear_in:
            return self._bilinear(s, e, plain, found, out)
        if rule.partials is not None:
            return self._weighted(s, found, result, out)
        raise self.rules.missing(s, found, "forward")

    def _same_function(self, s: S.Stmt, e: Expr, plain: Expr, found: Application, moved: Expr) -> Expr:
        """A linear function applied to the tangent, as a method where the user calls a method."""
        operand = found.bound[found.rule.first]
        kind = self.facts.type_at(s, operand).kind
        if e is not plain and kind in ("array", "list"):
            if e.head == "attr" and e.args[0] is operand:
                return E.attr(moved, e.data)
            if e.head == "call" and e.args[0].head == "attr" and e.args[0].args[0] is operand:
                return E.rebuild(e, (E.attr(moved, e.args[0].data), *e.args[1:]))
        if e is not plain and found.fn is np.copy and kind == "any":
            return E.call(_SHALLOW, moved)  # of an array, a list or a dict; the tangent of an array may be a number
        if found.fn is np.ndarray.conj:  # numbers have the method under another name
            return E.call(lib.numpy("conj"), moved)
        return with_argument(plain, found, found.rule.first, moved)

    def _bilinear(self, s: S.Stmt, e: Expr, plain: Expr, found: Application, out: list[S.Stmt]) -> Expr | None:
        terms = []
        method = e is not plain and e.head == "call" and e.args[0].head == "attr"  # its receiver may be no array
        for p in found.rule.bilinear_in:
            moved = self.operand(s, found.bound[p], out)
            if moved is not None:
                term = with_argument(plain, found, p, moved)
                terms.append(E.rebuild(e, (E.attr(term.args[1], e.args[0].data), *term.args[2:])) if method else term)
        return total(terms)

    def _joins(self, s: S.Stmt, e: Expr) -> bool:
        """Does ``+`` or ``*`` join or repeat sequences here?"""
        others = [a for a in e.args if self.facts.type_at(s, a).kind not in _SEQUENCES]
        if e.data == "*" and repeated(e) is None and any(not a.names.isdisjoint(self.facts.active) for a in others):
            return False  # how often to repeat does not vary: this is a product with an array
        return len(others) < len(e.args)

    def _joined(self, s: S.Stmt, e: Expr, out: list[S.Stmt]) -> Expr:
        if e.data == "+":
            return E.op("+", *(self.filled(s, a, out) for a in e.args))
        parts = [self.filled(s, a, out) if self.facts.type_at(s, a).kind in _SEQUENCES else a for a in e.args]
        if any(p.head in _SEQUENCES for p in parts):
            return E.op("*", *parts)
        kind = "tuple" if any(self.facts.type_at(s, a).kind == "tuple" for a in e.args) else "list"
        return E.call(lib.builtin(kind), E.op("*", *parts))  # no product, of which factors could change places

    # ---- partial derivatives ----------------------------------------------------------------------------------

    def _weighted(self, s: S.Stmt, found: Application, result: Expr, out: list[S.Stmt]) -> Expr | None:
        assert found.rule.partials is not None
        t = template(found.rule.partials)
        operands = tuple(E.call(lib.numpy("array"), a) if self.rules.is_sequence(s, a) else a for a in found.args())
        bindings = dict(zip(t.params, unmasked(found, result, operands)))
        before, values = returned(t, {**bindings, **self.rules.ranks(s, t, bindings)}, self.fresh)
        partials = values.args if values.head == "tuple" else (values,)
        for name, given in list(found.bound.items())[len(partials):]:
            if self.facts.is_active(given):
                raise Refused(f"there is no derivative by {name}")
        terms = []
        for given, partial in zip(found.args(), partials):
            moved = None if E.is_const(partial, 0.0) else self.operand(s, given, out)
            if moved is not None:
                if E.is_const(partial, None):
                    raise Refused("the derivative by one of its arguments is not known")
                if self.rules.is_sequence(s, given):
                    moved = E.call(lib.numpy("array"), moved)
                terms.append(product(moved, partial))
        value = total(terms)
        if value is None:
            return None
        if found.where is not None:  # a product would make NaN of what the primal did not compute
            value = E.call(lib.numpy("where"), found.where, value, E.ZERO)
            operands = (*operands, found.where)
        before = needed(before, value)
        out.extend(before)
        if found.fn is float and value.head == "var" and self._may_be_text(s, operands[0]):
            value = E.call(lib.support("number_tangent"), value)
        covers = found.rule.scalar or self._covers(s, value, before, operands, result)
        if found.fn is np.add and len(terms) == 2 and found.where is None and all(
                self.facts.type_at(s, a).kind in ("any", "numeric") for a in operands):
            value = E.call(lib.numpy("add"), *terms)  # of lists, ``+`` would join them
        return value if covers else E.call(BROADCAST, value, result)

    def _may_be_text(self, s: S.Stmt, e: Expr) -> bool:
        """Is this an element or attribute of something, and not known to be a number?"""
        taken, seen = e, set[str]()
        while taken.head == "var":
            made = self.facts.single_definition(taken.data)
            if not isinstance(made, S.Assign) or made.target != taken or taken.data in seen:
                return False
            seen.add(taken.data)
            taken = made.value
        is_part = taken.head in ("index", "attr") or taken.head == "call" and (E.callee(taken) is next or (
            taken.args[0].head == "attr" and taken.args[0].data in ("pop", "popleft", "get", "setdefault")))
        return is_part and self.facts.type_at(s, e).kind != "number"

    def _covers(self, s: S.Stmt, value: Expr, before: S.Block, operands: tuple[Expr, ...], result: Expr) -> bool:
        """Does the sum surely have the shape that all operands broadcast to?"""
        if self._mentions_all(s, value, operands):
            return True
        env = dict(self.types(s))
        whole = T.broadcast(_shape(type_of(a, env)) for a in operands)
        if whole is None or whole == T.SCALAR:
            return whole == T.SCALAR
        if result.head == "var":
            env[result.data] = T.numeric(whole)
        for b in before:
            if isinstance(b, S.Assign) and b.target.head == "var":
                env[b.target.data] = type_of(b.value, env)
        return _shape(type_of(value, env)) == whole

    def _mentions_all(self, s: S.Stmt, value: Expr, operands: tuple[Expr, ...]) -> bool:
        """Does elementwise arithmetic in `value` combine every operand, itself or by its tangent?"""
        leaves: set[Expr] = set()
        _leaves(value, leaves)
        return all(a in leaves or a.head == "var" and tangent_var(a.data) in leaves
                   or self.facts.type_at(s, a).kind == "number" for a in operands)

    def types(self, s: S.Stmt) -> Mapping[str, T.Type]:
        """The types of variables before `s`, tangents included: each has the type of its primal."""
        env = self.rules.env(s)
        return {**env, **{tangent(n): t for n, t in env.items()}}

    # ---- stated tangents --------------------------------------------------------------------------------------

    def _stated(self, s: S.Stmt, found: Application, result: Expr, out: list[S.Stmt]) -> Expr | None:
        """A rule's own statements, with what is zero left out."""
        assert found.rule.tangent is not None
        t = template(found.rule.tangent)
        output, *params = t.params
        bindings: dict[str, Expr] = {output: result}
        zeros = Zeros(lambda e: self.zero(s, e, e))
        moved: dict[str, Expr] = {}
        for p in params:
            bindings[p] = found.bound[p]
            value = self.operand(s, found.bound[p], out)
            if value is None or is_zero(value):
                zeros.declare(adjoint_of(p), found.bound[p])
            else:
                moved[adjoint_of(p)] = value
                zeros.alive.add(adjoint_of(p))
        if not moved:
            return None
        bindings.update(self.rules.ranks(s, t, bindings))
        seed = adjoint_of(output)
        like = found.bound.get(params[0], E.ZERO) if params else E.ZERO
        code = zeros.prune(instantiate(t.without(frozenset(zeros.operands)), bindings, self.fresh), like)
        code = tuple(S.substitute(c, moved) for c in code)
        if not any(seed in S.writes(c) for c in S.walk_stmts(code)):
            out.extend(c for c in code if not isinstance(c, S.Assign))
            return None
        *rest, last = code
        if isinstance(last, S.Assign) and last.target == E.var(seed) \
                and not any(seed in S.writes(c) for c in S.walk_stmts(rest)):
            out.extend(needed(tuple(rest), last.value))
            return last.value
        made = E.var(self.fresh("dt"))
        out.extend(S.substitute(c, {seed: made}) for c in code)
        return made


def with_argument(e: Expr, found: Application, parameter: str, value: Expr) -> Expr:
    """The operation `e` with another value for one of its parameters."""
    assert found.rule.signature is not None
    parameters = found.rule.signature.parameters
    at = list(parameters).index(parameter)
    if e.head == "op":
        return E.rebuild(e, (*e.args[:at], value, *e.args[at + 1:]))
    positional = [n for n, (mark, _) in enumerate(E.arguments(e)) if mark == ""]
    args = list(e.args)
    if parameters[parameter].kind.name == "VAR_POSITIONAL":
        for n, v in zip(positional[at:], value.args):
            args[1 + n] = v
    elif at < len(positional):
        args[1 + positional[at]] = value
    else:
        args[1 + e.data.marks.index(parameter)] = value
    return E.rebuild(e, tuple(args))


def needed(code: S.Block, value: Expr) -> S.Block:
    """The statements among `code` that `value` depends on, and those with an effect."""
    wanted = set(value.names)
    out: list[S.Stmt] = []
    for s in reversed(code):
        written = S.writes(s)
        if not written or not wanted.isdisjoint(written) or S.blocks(s):
            out.append(s)
            for t in S.walk_stmts((s,)):
                wanted |= S.reads(t)
    return tuple(reversed(out))


def _leaves(e: Expr, out: set[Expr]) -> None:
    """The operands of the elementwise operations that `e` consists of."""
    out.add(e)
    if e.head == "op" and e.data in ("+", "-", "*", "/", "**"):
        for a in e.args:
            _leaves(a, out)


def _shape(t: T.Type) -> T.AnyShape:
    return T.SCALAR if t.kind == "number" else t.shape


def is_structural(fn: object) -> bool:
    """Does the function only put its arguments together: a container, a copy, a named tuple?"""
    try:
        known = fn in STRUCTURAL
    except TypeError:
        return False
    return (known or record_fields(fn) is not None) and rule_for(fn) is None


def is_allocation(e: Expr) -> bool:
    """Is this ``np.zeros(...)`` or one of its kin, whose result is an array that nobody else has?"""
    fn = E.callee(e)
    try:
        return fn in ALLOCATIONS
    except TypeError:
        return False


def all_reads(code: Iterable[S.Stmt]) -> frozenset[str]:
    return frozenset().union(*(S.reads(t) for t in S.walk_stmts(code)))
