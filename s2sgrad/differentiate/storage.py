"""The reverse of writes into arrays and structures.

    A[s] = e        read bA[s], set it to zero, pass what was read on to e
    A[s] += e       read bA[s], pass it on to e
    A[s] *= e       pass bA[s] * A[s] on to e, multiply bA[s] by e
"""
from __future__ import annotations

from typing import TYPE_CHECKING

from s2sgrad.analysis.inference import type_of
from s2sgrad.analysis.likely_uses import is_elementwise
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate import linking
from s2sgrad.differentiate.naming import adjoint, adjoint_var
from s2sgrad.differentiate.tree import Node, Step
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.writing import is_ufunc_at
from s2sgrad.rules.bind import OPERATORS
from s2sgrad.rules.fold import fold
from s2sgrad.rules.registry import rule_for
from s2sgrad.rules.template import returned, template

if TYPE_CHECKING:
    from s2sgrad.differentiate.backward import Backward

_ARRAYS = ("array", "numeric", "number")
_MAYBE_ARRAYS = ("array", "numeric", "any")


def mirrored(place: Expr) -> Expr:
    """The part of the adjoint that belongs to a place in the primal."""
    return E.substitute_root(place, adjoint_var(E.root(place).data))


def _mirrored_target(s: S.Assign | S.Aug, b: Backward) -> Expr:
    """The part of the adjoint that a statement writes; of an array without axes it is taken as a number, not as a view."""
    place = mirrored(s.target)
    if place.head == "index" and E.is_const(place.args[1], ...) and b.facts.type_at(s, s.target.args[0]).rank == 0:
        return E.index(place.args[0], E.tuple_())
    return place


def store(s: S.Assign, b: Backward) -> list[Node]:
    """The reverse of ``place = value``."""
    base = E.root(s.target)
    if base.head != "var" or base.data not in b.facts.active:  # of an object from outside: see `analysis.outside`
        return []
    if s.target.head == "attr" and s.target.data == "shape" and b.facts.type_at(s, s.target.args[0]).kind in _ARRAYS:
        raise unsupported(s.loc, "an array that is given another shape in place cannot be differentiated",
                          f"write {base.data} = {base.data}.reshape(...)")
    place = _mirrored_target(s, b)
    if b.facts.links.holds(s.target, s) and (s.value.head != "var" or s.value.data in b.facts.links.variables
                                             or not b.facts.is_active(s.value)):
        return [Step(s, [S.Assign(place, linking.held_in(s, s.target), s.loc)])]
    new = _is_new(s, base.data, b)
    if not b.facts.is_active(s.value):
        return [] if new else [Step(s, [S.Assign(place, _zero(s, s.target, place, b), s.loc)])]
    taken = E.var(b.fresh("b" + s.value.data))
    code: list[S.Stmt] = [S.Assign(taken, place, s.loc)] if new else _take(s, s.target, place, taken, b)
    code.append(b.rules.add(s, s.value, _fit(s, taken, s.target, s.value, b)))
    return [Step(s, code)]


def _is_new(s: S.Assign, name: str, b: Backward) -> bool:
    """Is this the first store into an attribute of a new object, before which nobody asked for its adjoint?"""
    return s in b.facts.aliasing.shown.first_stores and not b.facts.aliasing.contents(name) \
        and name not in b.facts.roles.views and name not in b.facts.links.variables


def _take(s: S.Stmt, target: Expr, place: Expr, taken: Expr, b: Backward) -> list[S.Stmt]:
    """Read the adjoint of a place into `taken` and set it to zero."""
    in_list = target.head == "index" and b.facts.type_at(s, target.args[0]).kind in ("list", "dict")
    if target.head == "index" and not in_list and not b.rules.names_positions_once(s, target.args[1]):
        return [S.Assign(taken, E.call(lib.support("take_at"), place.args[0], lib.subscript(target.args[1])), s.loc)]
    return [S.Assign(taken, _snapshot(s, target, place, b), s.loc), S.Assign(place, _zero(s, target, place, b), s.loc)]


def _zero(s: S.Stmt, target: Expr, place: Expr, b: Backward) -> Expr:
    """What is left in the adjoint of a place that was written."""
    if isinstance(s, S.Assign) and (b.facts.links.holds(target, s) or linking.puts_adjoint(s, b.facts)):
        return linking.held_in(s, target)
    owner = b.facts.type_at(s, target.args[0])
    if target.head == "index" and target.args[1].head == "slice" and owner.kind in ("any", "list") and isinstance(
            s, S.Assign) and b.facts.type_at(s, s.value).kind != "number":
        return E.call(lib.ZEROS_LIKE, place)  # a part of a list takes as many elements as it has
    return b.reached.zero_for(s, target)


def _snapshot(s: S.Stmt, target: Expr, place: Expr, b: Backward) -> Expr:
    """The value of the adjoint of a place, safe from later changes of the adjoint."""
    t = type_of(target, b.rules.env(s))
    if t.kind == "number" or target.head == "attr" or target.head == "index" and E.is_const(target.args[1]) \
            and isinstance(target.args[1].data, str):
        return place
    return E.call(lib.COPY, place)


def _fit(s: S.Stmt, value: Expr, target: Expr, operand: Expr, b: Backward) -> Expr:
    """The adjoint of a place in the shape of what was written there."""
    key = target.args[1] if target.head == "index" else E.NONE
    if isinstance(s, S.Assign) and (target.head == "attr" or E.is_text(key) or target.head == "index" and key.head != "slice"
                                    and b.facts.type_at(s, target.args[0]).kind in ("list", "dict")):
        return held(s, value, operand, b)
    env = b.rules.env(s)
    own, there = type_of(operand, env), type_of(target, env)
    if own.kind in ("list", "tuple") and target.head == "index" and b.facts.type_at(s, target.args[0]).kind in _MAYBE_ARRAYS:
        return E.call(lib.support("listed_part"), value, operand)
    if own.kind in ("list", "dict", "tuple", "object", "set"):
        return value
    if _adds_to(target, operand, b):
        return value
    real = own.dtype != "complex" and there.dtype == "complex" or own.dtype == "real" and there.dtype is None
    if not real and (there.kind == "number" or own.kind != "any" and own.shape is not None and fills(own.shape, there.shape)):
        return value
    return E.call(lib.UNBROADCAST, value, operand)


def held(s: S.Stmt, value: Expr, operand: Expr, b: Backward) -> Expr:
    """The adjoint of what an attribute or an element of a list was bound to: nothing was broadcast, but it may be the number
    zero, which the rule of what made an array may take parts of."""
    made = b.facts.single_definition(operand.data) if operand.head == "var" else None
    while isinstance(made, S.Assign) and made.value.head == "var":  # another name for it
        made = b.facts.single_definition(made.value.data)
    value_of = made.value if isinstance(made, S.Assign) else operand
    takes_parts = value_of.head == "call" and not is_elementwise(value_of) or value_of.head == "attr" and value_of.data == "T"
    if takes_parts and b.facts.type_at(s, operand).is_array and not _is_only_store(s, b):
        return E.call(lib.support("expand"), value, operand)
    return value


def _is_only_store(s: S.Stmt, b: Backward) -> bool:
    """Does a new object get an attribute here, which nothing else is assigned to?"""
    return isinstance(s, S.Assign) and s in b.facts.aliasing.shown.first_stores and not any(
        isinstance(t, S.Assign) and t is not s and t.target.head == "attr" and t.target.data == s.target.data
        for t in S.walk_stmts(b.facts.function.body))


def _adds_to(place: Expr, value: Expr, b: Backward) -> bool:
    """Is a value that was stored in a place the sum of what the place held and something else?"""
    made = b.facts.single_definition(value.data) if value.head == "var" else None
    if not isinstance(made, S.Assign) or E.callee(made.value) is not lib.support("add").data.value:
        return False
    first = made.value.args[1]
    held = b.facts.single_definition(first.data) if first.head == "var" else None
    return first == place or isinstance(held, S.Assign) and held.value == place


def fills(value: T.AnyShape, place: T.AnyShape) -> bool:
    """Does a value that was stored in a place have the shape of the place itself?

    It cannot be larger; where the shape of the place is among those that it broadcasts from, or its first axes are those of
    the place, it is no smaller.
    """
    if isinstance(value, T.Shape) and isinstance(place, T.Shape) and place.tail is None and value.tail is not None:
        named = T.with_axes(value, len(place.dims))
        return bool(place.dims) and named is not None and named.dims == place.dims
    return value == place or isinstance(value, T.Broadcast) and place in value.parts


def update(s: S.Aug, b: Backward) -> list[Node]:
    """The reverse of ``place op= value``; the place may be a whole array that other names see."""
    base = E.root(s.target)
    if base.head != "var" or base.data not in b.facts.active:  # of an object from outside: see `analysis.outside`
        return []
    target = s.target
    place = _mirrored_target(s, b)
    if target.head == "index" and not b.rules.names_positions_once(s, target.args[1]):
        return _update_by_parts(s, place, b)
    if s.value.head == "var" and (b.facts.aliasing.same_group(s.value.data, base.data)
                                  or b.facts.by_turns >= {s.value.data, base.data}
                                  or s.value.data in b.facts.aliasing.inside(base.data)):
        return _update_by_itself(s, place, b)
    p_old, p_value = _partials(s.symbol, target, s.value, b)
    code: list[S.Stmt] = []
    if b.facts.is_active(s.value):
        contribution = fold(E.op("*", place, p_value))
        if contribution == place:  # which may change while the contribution is in use
            contribution = _snapshot(s, target, place, b)
        contribution = _fit(s, contribution, target, s.value, b)
        code.append(S.Accumulate(adjoint(s.value.data), contribution, s.loc))
    if not E.is_const(p_old, 1.0):
        if s in b.facts.aliasing.in_place and target.head != "var" and not b.facts.type_at(s, target.args[0]).is_array:
            code.append(S.Aug(place, "*", p_old, s.loc))  # whether the element is a number or an array that others see
        else:
            whole = place if place.head != "var" else E.index(place, E.ELLIPSIS)
            code.append(S.Assign(whole, E.op("*", place, p_old), s.loc))
    return [Step(s, code)]


def _partials(symbol: str, x: Expr, y: Expr, b: Backward) -> tuple[Expr, Expr]:
    rule = rule_for(OPERATORS[symbol, 2])
    if rule is None or rule.partials is None:
        raise unsupported(None, f"{symbol}= on part of an array cannot be differentiated",
                          f"write the result of {symbol} to the place")
    t = template(rule.partials)
    _, values = returned(t, dict(zip(t.params, (E.op(symbol, x, y), x, y))), b.fresh)
    return values.args[0], values.args[1]


def _update_by_parts(s: S.Aug, place: Expr, b: Backward) -> list[Node]:
    """``x[i] op= v`` where `i` may name a position twice is ``x[i] = x[i] op v``: the last one stays."""
    taken = E.var(b.fresh("bt"))
    code = _take(s, s.target, place, taken, b)
    p_old, p_value = _partials(s.symbol, s.target, s.value, b)
    if b.facts.is_active(s.value):
        contribution = E.call(lib.UNBROADCAST, _times(taken, p_value), s.value)
        code.append(S.Accumulate(adjoint(s.value.data), contribution, s.loc))
    code.append(S.Do(E.call(lib.ADD_AT, place.args[0], lib.subscript(s.target.args[1]), _times(taken, p_old)), s.loc))
    return [Step(s, code)]


def _times(b: Expr, factor: Expr) -> Expr:
    return b if E.is_const(factor, 1.0) else fold(E.op("*", b, factor))


def _update_by_itself(s: S.Aug, place: Expr, b: Backward) -> list[Node]:
    """``x *= y``, where `y` is `x` or a part of it, is ``x[...] = x * y``."""
    taken = E.var(b.fresh("b" + str(E.root(s.target).data)))
    p_old, p_value = _partials(s.symbol, s.target, s.value, b)
    code: list[S.Stmt] = [S.Assign(taken, E.call(lib.COPY, place), s.loc)]
    if not E.is_const(p_old, 1.0):
        if place.head == "var" or place.head == "index" and b.facts.type_at(s, s.target.args[0]).is_array:
            whole = place if place.head != "var" else E.index(place, E.ELLIPSIS)
            code.append(S.Assign(whole, E.op("*", taken, p_old), s.loc))
        else:  # others may see the array that is held there
            code.append(S.Aug(place, "*", p_old, s.loc))
    contribution = E.call(lib.UNBROADCAST, _times(taken, p_value), s.value)
    code.append(S.Aug(adjoint_var(s.value.data), "+", contribution, s.loc))
    return [Step(s, code)]


def is_taking(e: Expr) -> bool:
    """Is this a read of a place that leaves zero behind, ``take_at(x, key)``?"""
    return E.callee(e) is lib.support("take_at").data.value


def taking(s: S.Assign, b: Backward) -> list[Node]:
    """The reverse of ``v = take_at(x, key)``: ``bx[key] = bv``, which forgets what came of the zero left behind."""
    x, key = s.value.args[1:]
    name = s.target.data
    if E.root(x).data not in b.facts.active:
        return []
    place = E.index(mirrored(x), key)
    if name not in b.facts.active:
        return [Step(s, [S.Assign(place, _zero(s, E.index(x, key), place, b), s.loc)])]
    return [Step(s, [S.Assign(place, adjoint_var(name), s.loc), S.Clear(adjoint(name), s.loc)])]


# ---- functions that write their arguments -----------------------------------------------------------------------

_ADDING = (lib.ADD_AT.data.value, lib.ADD_FITTED.data.value)


def is_write_call(e: Expr) -> bool:
    """Is this ``np.add.at`` or its like, the functions among them that are not assignments in other words?"""
    return is_ufunc_at(E.callee(e)) or E.hashable_callee(e) in _ADDING


def write_call(s: S.Do, b: Backward) -> list[Node]:
    """``np.add.at(x, i, v)`` adds every element of `v`, also where `i` repeats a position."""
    fn = E.callee(s.value)
    x, key, *rest = s.value.args[1:]
    name = fn.__self__.__name__ if is_ufunc_at(fn) else "add"
    if name not in ("add", "subtract") or E.root(x).head != "var":
        raise unsupported(s.loc, f"np.{name}.at cannot be differentiated here", "use a loop")
    if E.root(x).data not in b.facts.active or not b.facts.is_active(rest[0]):
        return []
    value: Expr = E.index(mirrored(x), key)
    value = value if name == "add" else E.op("-", value)
    contribution = E.call(lib.UNBROADCAST, value, rest[0])
    structured = not is_ufunc_at(fn) and b.facts.type_at(s, rest[0]).kind not in ("number", "numeric", "array")
    return [Step(s, [S.Accumulate(adjoint(rest[0].data), contribution, s.loc, structured)])]


