"""What an operation adds to the adjoints of its operands: its rule, applied."""
from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from s2sgrad.analysis.facts import Facts
from s2sgrad.analysis.flows import sources
from s2sgrad.analysis.inference import type_of
from s2sgrad.analysis.list_copies import holds_elements
from s2sgrad.analysis.subscripts import is_reversal
from s2sgrad.differentiate import joined
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.composed import Composed, log_shares
from s2sgrad.differentiate.held import places_of
from s2sgrad.differentiate.linear_forms import weighted
from s2sgrad.differentiate.naming import LOCAL, adjoint, adjoint_var
from s2sgrad.differentiate.reached import may_be_one
from s2sgrad.errors import NoDerivativeError, no_derivative, unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import Names
from s2sgrad.rules.bind import Application, BindError, application
from s2sgrad.rules.fold import fold
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.records import is_named_tuple, record_fields
from s2sgrad.rules.registry import Refused, Rule, rule_for, without_captured
from s2sgrad.rules.template import Template, adjoint_of, instantiate, library_reference, returned, template

#: Run-time helpers whose results have the structure of a sequence or an object, where that is what they are given.
STRUCTURED = frozenset(lib.support(n).data.value for n in (
    "restructure", "listed_part", "stored_part", "split_like", "from_elements", "fold_repeats", "times_adjoint", "repeated_like",
    "times_like", "spread", "own_copy", "copy", "structured_like", "entries_like", "entries_of", "other_fields", "check_seed",
    "fields_of", "replaced", "unjoin_blocks", "multi_dot_adjoint", "choose_adjoint", "select_adjoint", "placed",
    "attribute_alone", "from_parts"))

_OF_OWN_FIELD = frozenset(lib.support(n).data.value for n in (
    "like", "unbroadcast", "fitted", "sum_adjoint", "fit_to", "cast_like", "real_like", "restructure", "split_like",
    "structured_like", "einsum_adjoint", *(f"{name}_adjoint_{side}" for side in ("left", "right") for name in (
        "cross", "dot", "inner", "kron", "matmul", "outer", "tensordot")))) | lib.REAL
_NUMBER, _SEQUENCES = frozenset(("number",)), frozenset(("list", "tuple"))


class Contributions:
    """Adjoint statements for the operations of one function."""

    def __init__(self, facts: Facts, names: Names) -> None:
        self.facts = facts
        self.names = names
        self.composed = Composed(facts)

    def fresh(self, base: str) -> str:
        return LOCAL + self.names.fresh(base)

    def of(self, s: S.Stmt, e: Expr, result: Expr, seed: Expr) -> S.Block:
        """The statements that pass the adjoint `seed` of ``result = e`` on to the operands of `e`."""
        made = self._of(s, e, result, seed)  # some are statements of rules, which have places of their own
        return tuple([c if c.loc is s.loc else dataclasses.replace(c, loc=s.loc) for c in made])

    def _of(self, s: S.Stmt, e: Expr, result: Expr, seed: Expr) -> Iterator[S.Stmt]:
        active = self.facts.active
        if e.names.isdisjoint(active) or sources(e).isdisjoint(active):
            return  # nothing in it varies, whatever it calls
        if e.head == "var":
            if self.facts.is_active(e):
                yield self.add(s, e, self._of_own_field(e, seed) if result is e else seed)
        elif e.head in ("tuple", "list"):
            for n, a in enumerate(e.args):
                part = fold(E.index(seed, E.const(n)))
                real = a.head == "var" and type_of(a, self.env(s)).dtype == "real" and not self._are_real(s, e.args)
                yield from self._of(s, a, a, E.call(lib.support("like"), part, a) if real else part)
        elif e.head == "dict":
            for k, a in E.items(e):
                yield from self._of(s, a, a, E.index(seed, k))
        elif e.head in ("index", "attr") and canonical(e) is e:
            yield from self._part(s, e, seed)
        elif e.head == "call" and record_fields(E.callee(e)) is not None:
            for n, (mark, a) in enumerate(E.arguments(e)):
                name = mark or (record_fields(E.callee(e)) or ())[n]
                part = E.index(seed, E.const(n)) if not mark and is_named_tuple(E.callee(e)) else E.attr(seed, name)
                yield from self._of(s, a, a, part)
        elif E.is_new_object(e):
            return
        elif e.head == "op" and e.data in ("+", "*") and (how := joined.how(e, self._types(s, e.args), result, self.facts)):
            yield from self._sequence(s, e, seed) if how == "surely" else self._maybe_sequence(s, e, seed)
        elif e.head in ("op", "call", "attr"):
            u, inner = self.composed.logistic_argument(s, e, result), self.composed.log_of(s, e, result)
            if u is not None:
                yield self._add_result(s, u, E.op("-", E.op("*", seed, E.op("*", result, E.op("-", E.ONE, result)))))
            elif inner is not None:
                for a, share in log_shares(inner.value, seed, self.facts):
                    own, *others = (type_of(v, self.env(inner)) for v in (a, *(v for v in inner.value.args if v is not a)))
                    yield self._add_result(s, a, self.fit(inner, share, a, own, others, inner.target))
            else:
                yield from self._primitive(s, canonical(e), result, seed)

    def _maybe_sequence(self, s: S.Stmt, e: Expr, seed: Expr) -> Iterator[S.Stmt]:
        """``a + b`` of arrays or lists, and ``a * n`` of an array or a list."""
        if e.data == "+":
            for a, helper in zip(e.args, ("left_part", "right_part")):
                if self.facts.is_active(a):
                    yield S.Accumulate(adjoint(a.data), E.call(lib.support(helper), seed, *e.args), s.loc, True)
            return
        xs, n = e.args if self.facts.is_active(e.args[0]) else e.args[::-1]
        yield self.add(s, xs, E.call(lib.support("times_adjoint"), seed, xs, n))

    def _sequence(self, s: S.Stmt, e: Expr, seed: Expr) -> Iterator[S.Stmt]:
        """``a + b`` and ``a * n`` of lists and tuples: each part of the result goes back to where it came from."""
        left, right = e.args
        if e.data == "+":
            count = E.call(lib.builtin("len"), left)
            yield from self._of(s, left, left, E.index(seed, E.slice_(E.NONE, count)))
            yield from self._of(s, right, right, E.index(seed, E.slice_(count)))
            return
        xs, n = (left, right) if type_of(left, self.env(s)).kind in ("list", "tuple") else (right, left)
        if type_of(n, self.env(s)).kind == "number":
            yield from self._of(s, xs, xs, E.call(lib.support("fold_repeats"), seed, E.call(lib.builtin("len"), xs)))
        else:
            yield from self._of(s, xs, xs, E.call(lib.support("times_adjoint"), seed, xs, n))

    def add(self, s: S.Stmt, e: Expr, value: Expr) -> S.Stmt:
        """Add `value`, which may be structured as the variable `e` is, to the adjoint of `e`."""
        kind = self.facts.type_of_name(e.data).kind
        return S.Accumulate(adjoint(e.data), value, s.loc, kind not in ("number", "array", "numeric"))

    # ---- parts of structures and arrays -----------------------------------------------------------------------

    def _part(self, s: S.Stmt, e: Expr, seed: Expr) -> Iterator[S.Stmt]:
        base = E.root(e)
        if not self.facts.is_active(base):
            return
        direct = e.head == "index" and e.args[0] is base
        back = self._without_new_axes(e) if direct else None
        if direct and self._shows_all_of_number(e):
            whole = e.args[1] == E.tuple_()
            yield S.Accumulate(adjoint(base.data), seed if whole else E.call(lib.numpy("reshape"), seed, E.call(
                lib.numpy("shape"), base)), s.loc)
        elif direct and is_reversal(e.args[1]) and self.facts.type_of_name(base.data).kind in ("array", "numeric"):
            yield self.add(s, base, E.index(seed, e.args[1]))
        elif direct and e.args[1] in (E.ELLIPSIS, E.tuple_()):  # all of it
            yield S.Accumulate(adjoint(base.data), seed, s.loc)
        elif back is None:
            yield self.add_at(s, e, seed)
        else:
            yield S.Accumulate(adjoint(base.data), E.index(seed, back), s.loc)

    def _shows_all_of_number(self, e: Expr) -> bool:
        """Does a subscript of what may be a number show all of it: ``x[()]``, ``x[None]``?"""
        key = e.args[1]
        parts = key.args if key.head == "tuple" else (key,)
        return self.facts.type_of_name(e.args[0].data).kind in ("number", "numeric") and key != E.ELLIPSIS and all(
            E.is_const(p, None) or E.is_const(p, ...) for p in parts)

    def _without_new_axes(self, e: Expr) -> Expr | None:
        """The key that undoes a subscript which only adds axes: 0 for ``x[None, :]``; None for any other subscript.

        What takes such a key is an array: it is all there, so nothing has to be added to zeros.
        """
        key = e.args[1]
        parts = key.args if key.head == "tuple" else (key,)
        whole = [p for p in parts if p == E.slice_() or E.is_const(p, ...)]
        added = [p for p in parts if E.is_const(p, None)]
        if not added or len(whole) + len(added) < len(parts):
            return None
        if not whole and not self.facts.type_of_name(e.args[0].data).is_array:
            return None
        back = [E.const(0) if E.is_const(p, None) else p for p in parts]
        while back[-1] == E.slice_() and E.ELLIPSIS not in parts:  # what follows an ellipsis counts from the end
            back.pop()
        return back[0] if len(back) == 1 else E.tuple_(*back)

    def add_at(self, s: S.Stmt, place: Expr, value: Expr) -> S.Stmt:
        """Add `value` to the part of an adjoint that mirrors `place`."""
        base = E.root(place)
        mirrored = E.substitute_root(place, adjoint_var(base.data))
        several = place.head == "index" and not self.names_positions_once(s, place.args[1])
        if (several or self._may_be_structure(s, place)) and self._is_seen(s, place):  # the part belongs to others as well
            if place.head == "attr":
                return S.Do(E.call(lib.support("add_field"), mirrored.args[0], E.const(str(place.data)), value), s.loc)
            return S.Do(E.call(lib.support("add_part"), mirrored.args[0], lib.subscript(place.args[1]), value), s.loc)
        if several:
            return S.Do(E.call(lib.ADD_AT, mirrored.args[0], lib.subscript(place.args[1]), value), s.loc)
        if self._may_be_structure(s, place):
            return S.Assign(mirrored, E.call(lib.support("add"), mirrored, value), s.loc)
        return S.Aug(mirrored, "+", value, s.loc)

    def _is_seen(self, s: S.Stmt, place: Expr) -> bool:
        """May another adjoint be (a view of) that of the part of a container?"""
        if place.head == "index" and E.root(place).data in self.facts.roles.views \
                or E.root(place).data in self.facts.links.variables:
            return True
        if any(may_be_one(s, place, made, other, self.facts) for _, made, other in self._held):
            return True
        aliasing = self.facts.aliasing
        part = aliasing.value(place, s) if self._copies else None
        return part is not None and any(aliasing.element(aliasing.node(n)) is part.find() for n in self._copies)

    @cached_property
    def _copies(self) -> list[str]:
        """The active variables that share their elements with other containers, ``ys = list(xs)``."""
        aliasing = self.facts.aliasing
        return [n for n, (made, _) in self.facts.roles.views.items() if n in self.facts.active
                and holds_elements(made.value, made, aliasing)]

    @cached_property
    def _held(self) -> list[tuple[str, S.Assign, Expr]]:
        return places_of({n: v for n, v in self.facts.roles.views.items() if n in self.facts.active}, self.facts)

    def _may_be_structure(self, s: S.Stmt, place: Expr) -> bool:
        """May the part of an object that `s` reads be a container, which ``+=`` would extend?"""
        if isinstance(s, S.Assign) and s.target.head == "var":
            t = self.facts.types.result(s, s.target.data)
        else:
            t = type_of(place, self.env(s))
        return t.kind not in ("number", "array", "numeric")

    def names_positions_once(self, s: S.Stmt, key: Expr) -> bool:
        """Can no position of an array be selected twice by `key`? Then ``b[key] += v`` adds everything."""
        env = self.env(s)
        for part in key.args if key.head == "tuple" else (key,):
            if part.head == "slice" or part.head == "compare" or part.head == "const":
                continue
            t = type_of(part, env)
            if t.kind not in ("number", "str", "none") and not (t.is_array and t.dtype == "bool"):
                return False
        return True

    # ---- primitives -------------------------------------------------------------------------------------------

    def _primitive(self, s: S.Stmt, e: Expr, result: Expr, seed: Expr) -> Iterable[S.Stmt]:
        found = self.application(s, e)
        try:
            return self._apply(s, found, result, seed)
        except Refused as error:
            raise unsupported(s.loc, f"this call of {_name(e)} cannot be differentiated: {error}",
                              "write the call another way, or register a rule for it") from None

    def _apply(self, s: S.Stmt, found: Application, result: Expr, seed: Expr) -> Iterable[S.Stmt]:
        rule = found.rule
        if rule.zero:
            return ()
        if found.where is not None and rule.partials is None:
            raise Refused("where= is not supported")
        if rule.partials is not None:
            return self._partials(s, found, result, seed)
        if rule.linear is not None:
            return list(self._linear(s, found, seed))
        if rule.adjoint is not None:
            return list(self._adjoint(s, found, result, seed))
        if rule.macro_adjoint is not None:
            parts = rule.macro_adjoint(found, result, seed, lambda a: type_of(a, self.env(s)))
            return [made for operand, value in parts
                    for made in self._give(s, operand, self._of_real(s, value, operand, found))]
        raise self.missing(s, found)

    def env(self, s: S.Stmt) -> Mapping[str, T.Type]:
        return self.facts.types.before.get(s, {})

    def _types(self, s: S.Stmt, operands: Iterable[Expr]) -> list[T.Type]:
        env = self.facts.types.before.get(s, {})
        return [env.get(a.data, T.ANY) if a.head == "var" else type_of(a, env) for a in operands]

    def application(self, s: S.Stmt, e: Expr) -> Application:
        """The primitive that `e` applies; the error says what is missing where there is none."""
        try:
            found = application(e)
        except BindError as error:
            fn = E.callee(e)
            rule = rule_for(fn)
            if rule is not None and rule.zero:
                return Application(fn, rule, {})
            raise unsupported(s.loc, f"this call of {_name(e)} cannot be differentiated: {error}",
                              "write the call another way, or register a rule for it") from fn and None
        if found is None:
            raise self.unknown(s, e)
        stated = found.rule.partials or found.rule.adjoint
        t = None if stated is None else template(stated)
        for p in () if t is None or not t.refused else sorted(t.refused):
            if not found.bound[p].names.isdisjoint(self.facts.active):
                why = f": {t.doc}" if t and t.doc else ", no derivative is known"
                raise no_derivative(s.loc, f"{_name(e)} cannot be differentiated with respect to {p}{why}",
                                    f"pass {p} as a constant, or register a rule of your own")
        return found

    def unknown(self, s: S.Stmt, e: Expr) -> NoDerivativeError:
        from s2sgrad.rules.suggest import without_rule
        return no_derivative(s.loc, *without_rule(_name(e), E.callee(e), e))

    def missing(self, s: S.Stmt, found: Application, mode: str = "reverse") -> NoDerivativeError:
        from s2sgrad.rules.suggest import suggestion
        name = found.rule.names[0]
        if found.rule.reason:
            return no_derivative(s.loc, f"{name} cannot be differentiated: {found.rule.reason}")
        return no_derivative(s.loc, f"{name} has no {mode}-mode rule", suggestion(found.fn, None, mode))

    def _partials(self, s: S.Stmt, found: Application, result: Expr, seed: Expr) -> list[S.Stmt]:
        t = template(found.rule.partials)
        given = operands = tuple(found.bound.values())
        types = self._types(s, given)
        if not _SEQUENCES.isdisjoint([k.kind for k in types] + [a.head for a in given]):
            operands = tuple([E.call(lib.numpy("array"), a) if _is_display(a) or k.kind in ("list", "tuple") else a
                              for a, k in zip(given, types)])
        bindings = dict(zip(t.params, unmasked(found, result, operands)))
        if t.questions:
            bindings.update(self.ranks(s, t, bindings))
        before, values = returned(t, bindings, self.fresh)
        out: list[S.Stmt] = list(before)
        partials = values.args if values.head == "tuple" else (values,)
        if len(partials) < len(operands):
            for name, operand in list(found.bound.items())[len(partials):]:
                if self.facts.is_active(operand):
                    raise Refused(f"there is no derivative by {name}")
        if operands is not given:
            types = self._types(s, operands)
        masks = () if found.where is None else (found.where,)
        types += self._types(s, masks)
        active = self.facts.active
        for a, operand, own, partial in zip(given, operands, types, partials):
            if (a.data in active if a.head == "var" else _is_display(a)) and not E.is_const(partial, 0.0):
                value = partial.head != "const" and weighted(seed, partial) or E.op("*", seed, partial)
                if found.where is not None:  # a product would make NaN of what the primal did not compute
                    value = E.call(lib.numpy("where"), found.where, value, E.ZERO)
                others = [k for o, k in zip(operands + masks, types)
                          if o is not operand and (o.head != operand.head or o != operand)]
                value = self.fit(s, value, operand, own, others, result)
                out += [self._add_result(s, a, value)] if a.head == "var" else self._give(s, a, value)
        return out

    def is_sequence(self, s: S.Stmt, e: Expr) -> bool:
        """Is an argument of an elementwise function a list, which NumPy makes an array of?"""
        return _is_display(e) or type_of(e, self.env(s)).kind in ("list", "tuple")

    def _linear(self, s: S.Stmt, found: Application, seed: Expr) -> Iterator[S.Stmt]:
        rule = found.rule
        operand = found.bound[rule.first]
        if not self.facts.is_active(operand) and not _is_display(operand):
            return
        before, value = transposed(rule, found.bound, seed, self.fresh, lambda a: type_of(a, self.env(s)))
        yield from before
        yield from self._give(s, operand, value)

    def _give(self, s: S.Stmt, operand: Expr, value: Expr) -> list[S.Stmt]:
        """Pass `value` on to an operand; to the parts of one that is displayed, ``np.stack([x, y])``."""
        if operand.head == "var":
            return [self._add_result(s, operand, value)] if operand.data in self.facts.active else []
        out: list[S.Stmt] = []
        if _is_display(operand) and any(map(self._leads_to_active, operand.args)):
            whole = value
            if value.head not in ("var", "tuple", "list"):
                whole = E.var(self.fresh("bt"))
                out.append(S.Assign(whole, value, s.loc))
            out += self._of(s, operand, operand, whole)
        return out

    def _add_result(self, s: S.Stmt, operand: Expr, value: Expr) -> S.Stmt:
        """Add what a rule computed. Of an operand that nothing is known about it is an array or a number, unless
        the rule takes sequences."""
        kind = self.facts.type_of_name(operand.data).kind
        if kind in ("list", "tuple") and value.head in ("op", "call", "attr") and E.hashable_callee(value) not in STRUCTURED:
            value = E.call(lib.support("restructure"), value, operand)
        structured = kind not in ("number", "array", "numeric", "any") or kind == "any" and (
            value.head in ("var", "tuple", "list", "index") or E.hashable_callee(value) in STRUCTURED)
        return S.Accumulate(adjoint(operand.data), value if structured else self._of_own_field(operand, value), s.loc,
                            structured)

    def _of_real(self, s: S.Stmt, value: Expr, operand: Expr, found: Application) -> Expr:
        """What a rule computed for an operand; that of an absolute value, beside what may be complex, is real, and so
        is that of a factor which may be real."""
        if operand.head != "var" or E.hashable_callee(value) in _OF_OWN_FIELD:
            return value
        own = type_of(operand, self.env(s)).dtype
        others = found.others(operand)
        real = own == "real" or own is None and found.rule.is_product
        return E.call(lib.support("like"), value, operand) if real and not self._are_real(s, others) else value

    def _are_real(self, s: S.Stmt, operands: Iterable[Expr]) -> bool:
        """Is none of these variables, nor of those that displays among them hold, complex as far as is known?"""
        return all(self._are_real(s, a.args) if _is_display(a) else a.head != "var"
                   or type_of(a, self.env(s)).dtype not in (None, "complex") for a in operands)

    def _of_own_field(self, operand: Expr, value: Expr) -> Expr:
        """`value`, which may be complex, as an adjoint of an operand that may be real."""
        if not self.facts.has_complex or self.facts.type_of_name(operand.data).dtype == "complex" \
                or E.hashable_callee(value) in _OF_OWN_FIELD:
            return value
        return E.call(lib.support("like"), value, operand)

    def _leads_to_active(self, e: Expr) -> bool:
        return self.facts.is_active(e) or any(map(self._leads_to_active, e.args))

    def ranks(self, s: S.Stmt, t: Template, bound: Mapping[str, Expr]) -> dict[str, Expr]:
        """The numbers of axes that a template asks about."""
        return t.ranks(bound, lambda e: type_of(e, self.env(s)))

    def _adjoint(self, s: S.Stmt, found: Application, result: Expr, seed: Expr) -> Iterator[S.Stmt]:
        t = template(found.rule.adjoint)
        output, *params = t.params
        bindings: dict[str, Expr] = {output: result, adjoint_of(output): lib.seed_of(found.rule, t, seed, result)}
        made: list[tuple[Expr, Expr]] = []
        for p in params:
            operand = found.bound[p]
            bindings[p] = operand
            bindings[adjoint_of(p)] = E.var(self.fresh("b" + _base(operand, p)))
            made.append((operand, bindings[adjoint_of(p)]))
        bindings.update(self.ranks(s, t, bindings))
        wanted = {b.data: operand for operand, b in made if self.facts.is_active(operand) or _is_display(operand)}
        assigned: set[str] = set()
        for statement in instantiate(t, bindings, self.fresh):
            written = S.writes(statement)
            if isinstance(statement, S.Assign) and len(written) == 1:
                (name,) = written
                if any(name == b.data for _, b in made):
                    if name not in wanted or E.is_const(statement.value, 0.0):
                        continue
                    assigned.add(name)
                    if self.facts.is_active(wanted[name]):
                        yield self._add_result(s, wanted[name], self._of_real(s, statement.value, wanted[name], found))
                        continue
            yield statement
        for operand, b in made:
            if b.data in assigned and _is_display(operand):
                yield from self._of(s, operand, operand, b)

    def fit(self, s: S.Stmt, value: Expr, operand: Expr, own: T.Type, others: list[T.Type], result: Expr = E.NONE) -> Expr:
        """`value` has the shape of the result of an elementwise operation; give it that of one operand.

        `own` is the type of that operand, `others` are those of the other ones.
        """
        dtypes = [t.dtype for t in others]
        real = own.dtype != "complex" and "complex" in dtypes or own.dtype == "real" and None in dtypes \
            or own.dtype != "complex" and result.head == "var" and self.facts.types.result(s, result.data).dtype == "complex"
        unfitted = E.call(lib.UNBROADCAST, value, operand) if real else value
        if {t.kind for t in others} <= _NUMBER:
            return unfitted
        shape = T.SCALAR if own.kind == "number" else own.shape
        if shape is None:
            return E.call(lib.UNBROADCAST, value, operand)
        whole = T.broadcast([shape, *[T.SCALAR if t.kind == "number" else t.shape for t in others]])
        if shape is not None and whole == T.broadcast([shape]):
            return unfitted
        if shape == T.SCALAR and own.dtype in ("float", "int") and "complex" not in dtypes and None not in dtypes:
            return E.call(lib.numpy("sum"), value)
        along = None if real or shape == T.SCALAR else T.summed_axes(whole, shape)
        return lib.summed(value, *along) if along is not None else E.call(lib.UNBROADCAST, value, operand)


def unmasked(found: Application, result: Expr, operands: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The result and the operands of an elementwise function, 1 where a mask keeps the function from looking at them."""
    if found.where is None:
        return (result, *operands)
    return tuple(E.call(lib.numpy("where"), found.where, a, E.ONE) for a in (result, *operands))


def transposed(rule: Rule, bound: Mapping[str, Expr], seed: Expr, fresh: Callable[[str], str],
               typed: Callable[[Expr], T.Type]) -> tuple[S.Block, Expr]:
    """The transpose of a linear function applied to `seed`."""
    fn = rule.linear
    rest = {n: a for n, a in bound.items() if n != rule.first}
    if rule.skip == 0:  # the transpose is a function that takes the same further arguments
        given = tuple((n, a) for n, a in rest.items() if not _is_default(rule, n, a))
        return (), E.call_with(library_reference(E.ref(_path(fn), fn)), (("", seed), *given))
    t = template(fn)
    return returned(t, {t.params[0]: seed, **bound, **t.ranks(bound, typed)}, fresh)


def _path(fn: object) -> str:
    return f"{getattr(fn, '__module__', None) or 'numpy'}.{getattr(fn, '__name__', fn)}"


def _is_default(rule: Rule, name: str, a: Expr) -> bool:
    assert rule.signature is not None
    default = rule.signature.parameters[name].default
    return a.head == "const" and type(a.data) is type(default) and a.data == default


def _is_display(e: Expr) -> bool:
    return e.head in ("tuple", "list")


def _base(operand: Expr, parameter: str) -> str:
    name = operand.data if operand.head == "var" else parameter
    return str(name).lstrip("~^:").partition(".")[0]


def _name(e: Expr) -> str:
    from s2sgrad.emit.printer import show
    plain = without_captured(E.callee(e))
    if plain is not E.callee(e):
        return str(plain.__name__)
    return show(e.args[0]) if e.head == "call" else f"the operator {e.data}"
