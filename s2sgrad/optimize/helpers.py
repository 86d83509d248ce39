"""Calls of run-time helpers, by what is known of their arguments: what nothing has to be done for goes."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.differentiate import library as lib
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.summed import spread_factor
from s2sgrad.rules.typing import reduced_shape

if TYPE_CHECKING:
    from s2sgrad.optimize.algebra import Algebra


_FITTED = lib.support("fitted")


def _unbroadcast(to: Algebra, e: Expr) -> Expr:
    _, b, like = e.args
    claims = to.claims
    if E.hashable_callee(b) is runtime.unbroadcast and claims.same_shape(b.args[2], like) \
            and (b.args[2] == like or claims.is_real(b.args[2]) and claims.of_one_field(b.args[2], like)):
        return b
    bare = to.fields.without_parts(b, like) if to.fields.met_part else b
    if bare is not b:
        return _unbroadcast(to, E.rebuild(e, (e.args[0], to.simplify(bare), like)))
    plain = claims.is_real(b) and claims.of_one_field(b, like)
    if plain and claims.same_shape(b, like):
        return b
    if b.head == "op" and b.data == "*":
        divided = _divided_afterwards(to, e)
        if divided is not None:
            return divided
    at_once = _at_once(to, b, like) if b.head == "op" else None
    if at_once is not None:
        return _unbroadcast(to, E.rebuild(e, (e.args[0], at_once, like)))
    if not plain:
        return e
    return _summed(b, claims.of(b).shape, claims.of(like).shape) or _unspread(to, b, like) or e


def _at_once(to: Algebra, b: Expr, like: Expr) -> Expr | None:
    """``unbroadcast(p, x / y) / y`` as ``p / y``, which is to be un-broadcast to `like`, where nobody wants ``x / y``.

    What is summed in two steps may be summed in one, if the factors and `like` have no other axes than what comes between.
    """
    if b.head != "op" or b.data not in ("*", "/"):
        return None
    first, other = b.args
    if E.hashable_callee(first) is runtime.unbroadcast:
        _, p, between = first.args
        whole, inner = to.claims.shape(p), to.claims.shape(between)
        wanted = between.head == "var" and to.likes.is_there(between.data)
        if wanted or whole is None or inner is None or not to.claims.is_real(p) or T.broadcast((whole, inner)) != whole \
                or any(T.broadcast((inner, to.claims.shape(e))) != inner for e in (other, like)):
            return None
        return E.op(b.data, p, other)
    made = _at_once(to, first, like)
    if made is None or T.broadcast((to.claims.shape(first), to.claims.shape(other))) != to.claims.shape(first):
        return None
    return E.op(b.data, made, other)


def _divided_afterwards(to: Algebra, e: Expr) -> Expr | None:
    """``unbroadcast(b * (z / t), t)`` as ``unbroadcast(b * z, t) / t``: what is summed was divided by the same number."""
    _, b, like = e.args
    for sign, product, t in _quotients(to, b):
        if t == like or to.likes.source(t) == like:
            out = E.op("/", _unbroadcast(to, E.rebuild(e, (e.args[0], product, like))), t)
            return out if sign > 0 else to.negative(out)
    return None


def _quotients(to: Algebra, e: Expr) -> Iterator[tuple[int, Expr, Expr]]:
    """The sign, the numerator and the denominator of the product `e`, for each of its factors that is a quotient of variables.

    Where another factor is divided by the same denominator anyway, that is better used.
    """
    sign, factors = to.chain(e)
    for n, f in enumerate(factors):
        if f.head == "op" and f.data == "/" and f.args[0].head == f.args[1].head == "var" \
                and not any(E.op("/", other, f.args[1]) in to.quotients for other in factors):
            product = to.product(factors[:n]) if n else None
            for factor in (f.args[0], *factors[n + 1:]):
                product = factor if product is None else E.op("*", product, factor)
            yield sign, product, f.args[1]  # type: ignore[misc]


def _unspread(to: Algebra, b: Expr, like: Expr) -> Expr | None:
    """``unbroadcast(expand(s, y * z) * y, z)`` as ``fitted(s * y, z)``: `y` and `z` have all the axes."""
    found = spread_factor(to, b)
    if found is None:
        return None
    product, whole = found
    shapes = [to.claims.shape(e) for e in (product, like, whole)]
    if None in shapes or T.broadcast(shapes[:2]) != shapes[2]:
        return None
    product = to.simplify(product)
    helper = lib.UNBROADCAST if to.claims.shape(product) == shapes[2] else _FITTED
    return _unbroadcast(to, E.call(helper, product, like))


def _summed(b: Expr, shape: T.AnyShape, like: T.AnyShape) -> Expr | None:
    """The sum over the axes along which a value of shape `like` was broadcast, where the shapes say which these are."""
    along = T.summed_axes(shape, like)
    return None if along is None else lib.summed(b, *along)


def _expand(to: Algebra, e: Expr) -> Expr:
    _, b, like = e.args
    if to.claims.same_shape(b, like):
        return b
    while E.hashable_callee(b) in (runtime.expand, runtime.restore_axes):
        b = b.args[1]
    return E.rebuild(e, (e.args[0], b, like)) if b is not e.args[1] and to.claims.is_number(b) else e


def _restore_axes(to: Algebra, e: Expr) -> Expr:
    """``b[:, None]`` for the axis that a reduction took away, where it is known which that is."""
    _, b, like, axis, keepdims = e.args
    if E.hashable_callee(b) is runtime.expand or b.head == "var" and to.spread(b.data) is not None:
        return e  # the number that is spread is all that arithmetic needs
    if E.is_const(keepdims, False) and type(axis.data) is int:
        before = _sum_before(to, b, axis.data)
        if before is not None:
            return before
    if _takes_axis(to, e):
        return E.index(b, E.tuple_(*(E.slice_(),) * axis.data, E.NONE) if axis.data else E.NONE)
    rank = to.claims.of(like).rank
    if not E.is_const(keepdims, False) or not E.is_const(axis) or type(axis.data) is not int or rank is None \
            or not -rank <= axis.data < rank or rank < 2 or to.claims.of(b).rank != rank - 1:
        return e
    parts = (E.slice_(),) * (axis.data % rank)
    return E.index(b, E.tuple_(*parts, E.NONE) if parts else E.NONE)


def _sum_before(to: Algebra, b: Expr, axis: int) -> Expr | None:
    """``unbroadcast(b, s)[:, None]`` as ``sum_adjoint(b, x, 1)``, of ``s = np.sum(x, axis=1)``: this asks nothing of the sum.

    So of a multiple of it by a number, and of a mean, which has the same shape.
    """
    if b.head == "op" and b.data in ("*", "/", "-") and (len(b.args) == 1 or b.data != "-" and to.claims.is_number(b.args[1])):
        found = _sum_before(to, b.args[0], axis)
        return None if found is None else E.rebuild(b, (found, *b.args[1:]))
    if E.hashable_callee(b) is not runtime.unbroadcast or b.args[2].head == "var" and to.likes.is_there(b.args[2].data):
        return None
    sum_ = _made(to, b.args[2]) if b.args[2].head == "var" else b.args[2]
    summed = _summed_over(sum_, axis)
    if summed is None or sum(isinstance(s, S.Assign) and s.value == sum_ for s in to.claims.definition.values()) > 1:
        return None  # what is computed twice is given one name first
    if not all(map(to.claims.is_constant, summed.names)):
        return None
    x = to.likes.source(summed)
    return E.call(lib.support("sum_adjoint"), b.args[1], x, E.const(axis)) if x.head == "var" else None


def _summed_over(e: Expr | None, axis: int) -> Expr | None:
    """What is summed in ``np.sum(x, axis=1)`` or ``x.sum(axis=1)``, over an axis that goes, and so of means."""
    if e is None or e.head != "call" or not E.is_const(e.args[-1], axis):
        return None
    if E.hashable_callee(e) in (np.sum, np.mean):
        return e.args[1] if e.data.marks == ("", "axis") else None
    return e.args[0].args[0] if e.args[0].head == "attr" and e.args[0].data in ("sum", "mean") and e.data.marks == ("axis",) \
        else None


def _takes_axis(to: Algebra, e: Expr) -> bool:
    """Has `b` the shape of `like` without the axis, of which no more is known than that?"""
    _, b, like, axis, keepdims = e.args
    if not E.is_const(keepdims, False) or not E.is_const(axis) or type(axis.data) is not int or axis.data < 1:
        return False
    shape = to.claims.of(like).shape
    return isinstance(shape, (T.Shape, T.Broadcast)) and getattr(shape, "rank", None) is None \
        and to.claims.of(b).shape == reduced_shape(shape, axis.data, False)


def without_new_axis(to: Algebra, e: Expr) -> Expr:
    """``unbroadcast(b, x[None, :])[0]`` as ``unbroadcast(b, x)``: axes in front are what broadcasting adds itself.

    ``np.sum(b, axis=1, keepdims=True)[:, 0]`` as ``np.sum(b, axis=1)``: an axis is not kept to be taken away. And
    ``unbroadcast(b, x[:, None])[:, 0][:, None]`` as ``unbroadcast(b, x[:, None])``: it is not taken away to be put back.
    """
    whole, key = e.args
    if key.head == "tuple" and key.args and E.is_const(key.args[-1], None) and all(k == E.slice_() for k in key.args[:-1]):
        return _sum_before(to, whole, len(key.args) - 1) or _without_new_axis(to, e)
    return _without_new_axis(to, e)


def _without_new_axis(to: Algebra, e: Expr) -> Expr:
    whole, key = e.args
    if whole.head == "index" and E.hashable_callee(whole.args[0]) is runtime.unbroadcast:
        return whole.args[0] if _puts_back(to, key, whole.args[1], whole.args[0].args[2]) else e
    if whole.head == "op" and whole.data == "-" and len(whole.args) == 1:
        inner = E.rebuild(e, (whole.args[0], key))
        without = without_new_axis(to, inner)
        return e if without is inner else E.op("-", without)
    if whole.head == "call" and E.hashable_callee(whole) is np.sum:
        return _without_kept_axes(e)
    if not E.is_const(key, 0) or E.hashable_callee(whole) is not runtime.unbroadcast:
        return e
    _, b, like = whole.args
    made = _made(to, like)
    if made is None or made.head != "index" or not all(map(to.claims.is_constant, made.names)):
        return e
    parts = made.args[1].args if made.args[1].head == "tuple" else made.args[1:]
    if not E.is_const(parts[0], None) or any(p != E.slice_() and not E.is_const(p, ...) for p in parts[1:]):
        return e
    return _unbroadcast(to, E.rebuild(whole, (whole.args[0], b, made.args[0])))


def _made(to: Algebra, like: Expr) -> Expr | None:
    return to.claims.value(like.data) if like.head == "var" and to.claims.is_constant(like.data) else like


def _puts_back(to: Algebra, key: Expr, taken: Expr, like: Expr) -> bool:
    """Does `key` add those axes again that the subscript `taken` takes from what has the shape of `like`, where `key` has
    added them, too?"""
    made = _made(to, like)
    if made is None or made.head != "index" or made.args[1] != key or key.head != "tuple" or taken.head != "tuple":
        return False
    return len(key.args) == len(taken.args) and all(
        E.is_const(new, None) and E.is_const(old, 0) or new == old == E.slice_() for new, old in zip(key.args, taken.args))


def _without_kept_axes(e: Expr) -> Expr:
    whole, key = e.args
    if whole.data.marks != ("", "axis", "keepdims") or not E.is_const(whole.args[3], True):
        return e
    axis = whole.args[2]
    axes = tuple(a.data for a in (axis.args if axis.head == "tuple" else (axis,)))
    parts = key.args if key.head == "tuple" else (key,)
    taken = tuple(n for n, part in enumerate(parts) if type(part.data) is int and E.is_const(part, 0))
    if taken != axes or any(part != E.slice_() for n, part in enumerate(parts) if n not in axes):
        return e
    return lib.summed(whole.args[1], axes if axis.head == "tuple" else axis.data, False)


def _sum(to: Algebra, e: Expr) -> Expr:
    """``np.sum(expand(b, x))`` as ``b * np.size(x)``, of a number `b`, and ``np.sum(b * (z / t), axis=1, keepdims=True)`` as
    ``np.sum(b * z, axis=1, keepdims=True) / t``, where `t` has that shape."""
    b = e.args[1]
    for sign, product, t in _quotients(to, b) if b.head == "op" and b.data == "*" else ():
        shapes = to.claims.shape(b), to.claims.shape(t)
        if None not in shapes and to.claims.same_shape(product, b) and _summed(b, *shapes) == e:
            out = E.op("/", E.rebuild(e, (e.args[0], product, *e.args[2:])), t)
            return out if sign > 0 else to.negative(out)
    spread = to.spread(b.data) if b.head == "var" else b
    if len(e.args) != 2 or spread is None or E.hashable_callee(spread) is not runtime.expand \
            or not to.claims.is_number(spread.args[1]):
        return e
    return to.simplify(E.op("*", spread.args[1], E.call(lib.numpy("size"), spread.args[2])))


def _add_at(to: Algebra, e: Expr) -> Expr:
    """``add_at(b, key, expand(v, x[key]))`` as ``add_at(b, key, v)``, of a number `v`."""
    if len(e.args) != 4 or E.hashable_callee(e.args[3]) is not runtime.expand or not to.claims.is_number(e.args[3].args[1]):
        return e
    _, number, like = e.args[3].args
    made = to.claims.value(like.data) if like.head == "var" and to.claims.is_constant(like.data) else like
    fits = made is not None and made.head == "index" and made.args[1] == e.args[2] and to.claims.of(made.args[0]).is_array \
        and all(map(to.claims.is_constant, made.names))
    return E.rebuild(e, (*e.args[:3], number)) if fits else e


def transposed_product(to: Algebra, e: Expr) -> Expr:
    """``(a.T @ b).T`` as ``b.T @ a``, of matrices."""
    product = e.args[0]
    if e.data != "T" or product.head != "op" or product.data != "@":
        return e
    a, b = product.args
    if a.head != "attr" or a.data != "T" or to.claims.of(a.args[0]).rank != 2 or to.claims.of(b).rank != 2:
        return e
    return E.op("@", _transposed(b), a.args[0])


def _quotient(to: Algebra, e: Expr) -> Expr:
    """``quotient(0.5 * expand(v, r), y)`` as ``quotient(0.5 * v, y)``, of a number `v`, where `y` has the shape of `r`."""
    _, x, y = e.args
    found = spread_factor(to, x)
    if found is None or not to.claims.same_shape(found[1], y) and to.likes.bare(found[1]) != to.likes.bare(y):
        return e
    return E.rebuild(e, (e.args[0], to.simplify(found[0]), y))


def _like(to: Algebra, e: Expr) -> Expr:
    """``like(b, x)`` takes the real part for what is real, and makes a complex number of what is not one."""
    _, b, like = e.args
    to.fields.met_part = True
    if like.head == "index" and not to.claims.may_be_complex:  # a part of what was joined
        return e
    field = to.fields.of(like)
    roots = to.fields.roots(like) if field is None else None
    if field is None and roots is None:
        return e
    if field is not None and field == to.fields.of(b) or roots is not None and roots == to.fields.roots(b):
        return b
    bare = to.fields.without_parts(b, like)
    return e if bare is b else _like(to, E.rebuild(e, (e.args[0], to.simplify(bare), like)))


def _sign(to: Algebra, e: Expr) -> Expr:
    to.fields.met_sign = True
    return e


def _transform(to: Algebra, e: Expr) -> Expr:
    """A Fourier transform of whatever it is given is complex."""
    part = to.fields.part(e.args[1])
    return e if part is e.args[1] else E.rebuild(e, (e.args[0], part, *e.args[2:]))


def _copy(to: Algebra, e: Expr) -> Expr:
    return e.args[1] if to.claims.is_number(e.args[1]) or _is_new(to, e.args[1]) else e


def _is_new(to: Algebra, e: Expr) -> bool:
    """Does nothing else refer to the value of `e`, computed here?"""
    if E.hashable_callee(e) is runtime.unbroadcast:  # gives back what it is given, or a sum
        return _is_new(to, e.args[1])
    return e.head == "op" and to.claims.is_inexact(e)


def _add(to: Algebra, e: Expr) -> Expr:
    _, a, b = e.args
    return to.plus(a, b) if is_arithmetic(to, a) and is_arithmetic(to, b) else e


def is_arithmetic(to: Algebra, e: Expr, deep: int = 4) -> bool:
    """Is the value of `e` a number or an array, which no container is computed from?"""
    if e.head == "var" and not to.claims.is_number(e):
        value = to.claims.value(e.data) if deep and to.claims.is_constant(e.data) else None
        return value is not None and is_arithmetic(to, value, deep - 1)
    if e.head == "op" and e.data == "+":
        return any(is_arithmetic(to, a, deep) for a in e.args) or to.claims.is_number(e)
    return to.claims.is_number(e) or e.head == "op" and e.data in ("-", "*", "/", "**") \
        or E.hashable_callee(e) in _ARITHMETIC


#: Helpers that give a number or an array, or raise an error.
_ARITHMETIC = (runtime.unbroadcast, runtime.fitted, runtime.matmul_adjoint_left, runtime.matmul_adjoint_right,
            runtime.matmul_adjoint_both, runtime.dot_adjoint_both, runtime.outer_adjoint_left, runtime.outer_adjoint_right)


def _matmul_left(to: Algebra, e: Expr) -> Expr:
    """The adjoint of `a` in ``a @ b`` for the ranks that a reader knows by heart."""
    return _matmul(to, e, _LEFT, 3, 2)


def _matmul_right(to: Algebra, e: Expr) -> Expr:
    return _matmul(to, e, _RIGHT, 2, 3)


def _matmul(to: Algebra, e: Expr, rules: dict[tuple[int | None, int | None], _Rule], factor: int, other: int) -> Expr:
    """The adjoint of the operand at the place `other`, which is a multiple of that at the place `factor`."""
    _, bc, a, b = e.args
    rule = rules.get(_ranks(to, bc, a, b))
    if rule is not None:
        return rule(to, bc, a, b)
    parts = list(e.args)
    if parts[factor].head != "op" != parts[other].head:
        return e
    whole = multiple(parts[other])
    if whole is not None:  # which has the same shape
        parts[other] = whole[1]
    found = multiple(parts[factor])
    if found is not None:
        parts[factor] = found[1]
        made = E.rebuild(e, tuple(parts))
        return to.negative(made) if found[0] is None else to.times(found[0], made)
    return e if whole is None else E.rebuild(e, tuple(parts))


def multiple(e: Expr) -> tuple[Expr | None, Expr] | None:
    """``0.5 * w`` as a number and what it multiplies, ``-w`` as None and that; of integers lists may be multiples as well."""
    if e.head != "op" or e.args[-1].head != "var":
        return None
    if e.data == "-" and len(e.args) == 1:
        return None, e.args[0]
    numeral = e.data == "*" and e.args[0].head == "const" and type(e.args[0].data) is float
    return e.args if numeral else None  # type: ignore[return-value]


def _ranks(to: Algebra, bc: Expr, a: Expr, b: Expr) -> tuple[int | None, int | None]:
    """The ranks of two arrays; None where one of them is not known, a complex number may be involved, or the adjoint
    of their product may have another shape than that."""
    s, t = to.claims.of(a), to.claims.of(b)
    if not (s.is_array and t.is_array) or to.claims.may_be_complex or not to.claims.same_shape(bc, E.op("@", a, b)):
        return None, None
    return s.rank, t.rank


def _outer(a: Expr, b: Expr) -> Expr:
    return E.call(lib.numpy("outer"), a, b)


def _transposed(a: Expr) -> Expr:
    return a.args[0] if a.head == "attr" and a.data == "T" else E.attr(a, "T")


_Rule = Callable[["Algebra", Expr, Expr, Expr], Expr]
_LEFT: dict[tuple[int | None, int | None], _Rule] = {
    (1, 1): lambda to, bc, a, b: to.times(bc, b),
    (2, 1): lambda to, bc, a, b: _outer(bc, b),
    (1, 2): lambda to, bc, a, b: E.op("@", b, bc),
    (2, 2): lambda to, bc, a, b: E.op("@", bc, _transposed(b)),
}
_RIGHT: dict[tuple[int | None, int | None], _Rule] = {
    (1, 1): lambda to, bc, a, b: to.times(bc, a),
    (2, 1): lambda to, bc, a, b: E.op("@", _transposed(a), bc),
    (1, 2): lambda to, bc, a, b: _outer(a, bc),
    (2, 2): lambda to, bc, a, b: E.op("@", _transposed(a), bc),
}

HELPERS: dict[Any, Callable[[Algebra, Expr], Expr]] = {
    runtime.unbroadcast: _unbroadcast, runtime.fitted: _unbroadcast, runtime.like: _like, runtime.expand: _expand,
    runtime.restore_axes: _restore_axes, runtime.quotient: _quotient, runtime.copy: _copy, runtime.add: _add,
    runtime.matmul_adjoint_left: _matmul_left, runtime.matmul_adjoint_right: _matmul_right, np.sum: _sum, runtime.add_at: _add_at,
    runtime.sign: _sign, np.sign: _sign,
    **dict.fromkeys((np.fft.fft, np.fft.ifft, np.fft.fft2, np.fft.ifft2, np.fft.fftn, np.fft.ifftn), _transform),
}
