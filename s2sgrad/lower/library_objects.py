"""Methods of objects that a library makes: ``stats.norm(mu, s).logpdf(x)`` is ``stats.norm.logpdf(x, mu, s)``.

A distribution of `scipy.stats` that is called gives a frozen one; its methods are those of the distribution with the
arguments of that call at the end.
"""
from __future__ import annotations

import types
from typing import Any

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.operands import atom
from s2sgrad.rules.registry import object_made, rule_for


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
    if e.head != "call":
        return None
    fn = e.args[0]
    if fn.head == "ref":
        return object_made(fn.data.value)
    owner = object_class(fn.args[0], cx) if fn.head == "attr" else None
    return None if owner is None else object_made(getattr(owner, fn.data, None))


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
    if owner.head == "call":
        owner = atom(owner, cx) if cx.varied.of(owner) else cx.temporary(owner)
    return E.call_with(E.method(name, method), (("", owner), *E.arguments(e)))


def note_object(name: str, made: Expr, cx: Context) -> None:
    """Remember the class of what a variable that is bound once holds."""
    cls = object_class(made, cx) if name in cx.stable else None
    if cls is not None:
        cx.objects[name] = cls


def note_frozen(name: str, made: Expr, cx: Context) -> bool:
    """Remember which distribution a variable that is bound once holds; is the variable not needed any more?"""
    if name not in cx.stable or not is_distribution(E.callee(made)):
        return False
    kept = [a if a.head in ("const", "ref") or a.head == "var" and a.data in cx.stable else cx.temporary(a)
            for a in made.args[1:]]
    cx.frozen[name] = E.rebuild(made, (made.args[0], *kept))
    return cx.varied.of(made)


def refuse_other_uses(body: S.Block, cx: Context) -> None:
    """A distribution with differentiated parameters may be used for its methods alone."""
    for s in S.walk_stmts(body):
        for name in sorted(cx.frozen.keys() & S.reads(s)):
            if cx.varied.of(cx.frozen[name]):
                cx.loc = s.loc
                raise cx.refuse(f"{name} is a distribution with differentiated parameters; this use of it has no rule",
                                "call the methods that have one: logpdf, pdf, cdf, sf, ppf, ...")


def unfrozen(e: Expr, cx: Context) -> Expr | None:
    """A call of a method of a known object as a call of a function with a rule; None where it is none."""
    method, receiver = e.args[0].data, e.args[0].args[0]
    if receiver.head == "var":
        receiver = cx.frozen.get(receiver.data, receiver)
    if receiver.head == "ref":
        found = getattr(receiver.data.value, method, None)
        if isinstance(found,
                      types.MethodType) and (rule_for(found) is not None or is_distribution(receiver.data.value)):
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
    if not type(frozen).__module__.startswith("scipy.stats.") or not hasattr(frozen, "dist") or not hasattr(frozen,
                                                                                                            "kwds"):
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
