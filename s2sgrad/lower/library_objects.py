"""Methods of objects that a library makes: ``stats.norm(mu, s).logpdf(x)`` is ``stats.norm.logpdf(x, mu, s)``.

A distribution of `scipy.stats` that is called gives a frozen one; its methods are those of the distribution with the
arguments of that call at the end. An interpolant of values that vary is a function of these as well.
"""
from __future__ import annotations

import inspect
import types
from typing import Any

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.names import base
from s2sgrad.lower.operands import atom
from s2sgrad.rules.registry import called_with_data, object_made, rule_for


def is_distribution(value: Any) -> bool:
    """Is this a distribution of `scipy.stats`, which can be frozen by a call?"""
    return type(value).__module__.startswith("scipy.stats.") and hasattr(type(value), "rvs") and callable(value)


def object_class(e: Expr, cx: Context) -> type | None:
    """The class of the object of a library that an expression gives, where its methods have rules."""
    if e.head == "var":
        return cx.objects.get(e.data)
    if e.head == "ref":
        cls = type(e.data.value)
        return cls if cls.__module__.startswith("scipy.") or object_made(cls) is not None else None
    if e.head == "op":
        return _of_matrices(e, cx)
    if e.head != "call":
        return None
    fn = e.args[0]
    if fn.head == "ref":
        return object_made(fn.data.value)
    owner = object_class(fn.args[0], cx) if fn.head == "attr" else None
    return None if owner is None else object_made(getattr(owner, fn.data, None))


def _of_matrices(e: Expr, cx: Context) -> type | None:
    """The class of sums and products of sparse matrices in one of the two formats that these keep, and of multiples."""
    classes = {object_class(a, cx) for a in e.args if a.head != "const" or e.data not in ("*", "/")}
    cls = classes.pop() if len(classes) == 1 else None
    kept = hasattr(cls, "tocsr") and cls.__name__[:4] in ("csr_", "csc_")  # type: ignore[union-attr]
    return cls if kept and e.data in ("+", "-", "*", "/", "@") else None


def is_sparse_matrix(e: Expr, cx: Context) -> bool:
    """Is this surely a `scipy.sparse.spmatrix`, whose operators are those of matrices, not of arrays?"""
    cls = object_class(e, cx)
    return cls is not None and any(c.__name__ == "spmatrix" for c in cls.__mro__)


def of_object(e: Expr, cx: Context) -> Expr | None:
    """``spline(x)`` and ``spline.integrate(a, b)`` as calls of the functions behind them, with the object first."""
    fn = e.args[0]
    owner, name = (fn.args[0], fn.data) if fn.head == "attr" else (fn, "__call__")
    if owner.head not in ("var", "ref", "call"):
        return None
    cls = object_class(owner, cx)
    method = None if cls is None else getattr(cls, name, None)
    if method is None or rule_for(method) is None:
        return None
    made = cx.frozen.get(owner.data) if owner.head == "var" else owner
    if made is not None and made.head == "call" and cx.varied.of(made) and not hasattr(cls, "tocsr"):
        return _of_varied_data(e, made, name, cx)
    if owner.head == "call":
        owner = atom(owner, cx) if cx.varied.of(owner) else cx.temporary(owner)
    return E.call_with(E.method(name, method), (("", owner), *E.arguments(e)))


def _of_varied_data(e: Expr, made: Expr, name: str, cx: Context) -> Expr | None:
    """``CubicSpline(points, values)(x)`` as a function of the values as well."""
    order, made = _differentiated(made, cx)
    maker = E.callee(made)
    called = called_with_data(maker)
    if called is None or name != "__call__" or order and len(e.args) != 2:
        return None
    try:
        given = inspect.signature(maker).bind(*(a for mark, a in E.arguments(made) if mark == ""),
                                              **{mark: a for mark, a in E.arguments(made) if mark != ""})
    except TypeError:
        return None
    (_, points), (_, values), *options = given.arguments.items()
    if any(cx.varied.of(a) for a in (points, *(a for _, a in options))):
        raise cx.refuse(f"{made.args[0].data.text} is differentiated by its values, not by its points and options",
                        "make the points of constants")
    stated = E.dict_(tuple((E.const(k), a) for k, a in options))
    target = E.ref(f"{called.__module__}.{called.__name__}", called, library=True)
    return E.call_with(target, (("", made.args[0]), ("", points), ("", values), ("", stated), *E.arguments(e),
                                *((("", E.const(order)),) if order else ())))


def _differentiated(made: Expr, cx: Context) -> tuple[int, Expr]:
    """How often an interpolant is differentiated, ``CubicSpline(points, values).derivative(2)``, and the interpolant."""
    order = 0
    while made.head == "call" and made.args[0].head == "attr" and made.args[0].data == "derivative" \
            and len(made.args) <= 2 and all(a.head == "const" for a in made.args[1:]):
        order += made.args[1].data if len(made.args) == 2 else 1
        owner = made.args[0].args[0]
        made = cx.frozen.get(owner.data, owner) if owner.head == "var" else owner
    return order, made


def note_object(name: str, made: Expr, cx: Context, written: Expr = E.NONE) -> bool:
    """Remember the class of what a variable that is bound once holds, which was `written` before it was taken apart; is the
    variable not needed any more?"""
    cls = object_class(made, cx) if name in cx.stable else None
    if cls is None and written.head == "op" and written.heads & E.CALL and name in cx.stable:  # ``csr_array(...) + a``
        cls = object_class(written, cx)
    if cls is None:
        return False
    cx.objects[name] = cls
    if made.head != "call" or not cx.varied.of(made) or called_with_data(E.callee(made)) is None:
        return False
    cx.frozen[name] = _kept(made, cx)
    return True


def _kept(made: Expr, cx: Context) -> Expr:
    """A call with arguments that nothing changes later."""
    kept = [a if a.head in ("const", "ref") or a.head == "var" and a.data in cx.stable else cx.temporary(a)
            for a in made.args[1:]]
    return E.rebuild(made, (made.args[0], *kept))


def note_frozen(name: str, made: Expr, cx: Context) -> bool:
    """Remember which distribution a variable that is bound once holds; is the variable not needed any more?"""
    if name not in cx.stable or not is_distribution(E.callee(made)):
        return False
    cx.frozen[name] = _kept(made, cx)
    return cx.varied.of(made)


def refuse_other_uses(body: S.Block, cx: Context) -> None:
    """What is made of differentiated values, a distribution or a spline, may be used for its methods alone."""
    for s in S.walk_stmts(body):
        for name in sorted(cx.frozen.keys() & S.reads(s)):
            if cx.varied.of(cx.frozen[name]):
                cx.loc = s.loc
                raise cx.refuse(f"{base(name)} is a distribution with differentiated parameters, or an interpolant of "
                                "differentiated values; this use of it has no rule",
                                "call a distribution's logpdf, pdf, cdf, sf or ppf; call an interpolant at points")


def unfrozen(e: Expr, cx: Context) -> Expr | None:
    """A call of a method of a known object as a call of a function with a rule; None where it is none."""
    method, receiver = e.args[0].data, e.args[0].args[0]
    if receiver.head == "var":
        receiver = cx.frozen.get(receiver.data, receiver)
    if receiver.head == "ref":
        found = getattr(receiver.data.value, method, None)
        ruled = isinstance(found, types.MethodType) and rule_for(found) is not None
        if ruled or isinstance(found, types.MethodType) and is_distribution(receiver.data.value):
            return E.rebuild(e, (E.ref(f"{receiver.data.text}.{method}", found), *e.args[1:]))
        return _of_frozen(e, receiver, method)
    distribution = E.callee(receiver)
    if not is_distribution(distribution) or receiver.args[0].head != "ref":
        return None
    found = getattr(distribution, method, None)
    if found is None:
        return None
    fn = E.ref(f"{receiver.args[0].data.text}.{method}", found, receiver.args[0].data.library)
    return _with(fn, E.arguments(e), E.arguments(receiver))


def _of_frozen(e: Expr, receiver: Expr, method: str) -> Expr | None:
    """A method of a frozen distribution from outside the function."""
    frozen = receiver.data.value
    if not type(frozen).__module__.startswith("scipy.stats.") or not hasattr(frozen, "kwds"):
        return None
    from scipy import stats
    found = getattr(getattr(stats, frozen.dist.name, None), method, None)
    if found is None or rule_for(found) is None:
        return None
    given = [("", E.index(E.attr(receiver, "args"), E.const(n))) for n in range(len(frozen.args))]
    given += [(k, E.index(E.attr(receiver, "kwds"), E.const(k))) for k in frozen.kwds]
    return _with(E.ref(f"scipy.stats.{frozen.dist.name}.{method}", found, library=True), E.arguments(e), tuple(given))


def _with(fn: Expr, first: tuple[tuple[str, Expr], ...], last: tuple[tuple[str, Expr], ...]) -> Expr:
    """A call with two lists of arguments."""
    given = (*first, *last)
    return E.call_with(fn, (*(a for a in given if a[0] == ""), *(a for a in given if a[0] != "")))
