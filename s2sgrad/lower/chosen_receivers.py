"""What is changed where an expression gives it: one of several objects, or what a function returns.

    (a if k else b).append(v)          if k: a.append(v)
                               --->    else: b.append(v)

    (k and a or b).append(v)           t = k and a or b
                               --->    t.append(v)

    widest(a, b)[0] += v               t = widest(a, b)
                               --->    t[0] += v
"""
from __future__ import annotations

import dataclasses
import functools

from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import Names
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.rules.methods_table import INACTIVE_METHODS, canonical
from s2sgrad.rules.registry import rule_for


def apart(body: S.Block, names: Names) -> S.Block:
    """The statements with such calls taken apart where they are what is evaluated first."""
    out: list[S.Stmt] = []
    for s in body:
        s = S.map_blocks(lambda b: apart(b, names), s) if S.blocks(s) else s
        if type(s) is not S.Assign or s.value.heads & E.CALL:
            s = S.map_expressions(_applied, s)
        if isinstance(s, (S.Assign, S.Aug)) and s.target.head in ("index", "attr") and E.root(s.target).head in _GIVING:
            out += _stored(s, names)
            continue
        chosen = _chosen(s.value) if isinstance(s, (S.Do, S.Assign)) and s.value.heads & E.CALL else None
        if chosen is None or not isinstance(s, (S.Do, S.Assign)):
            out.append(s)
        elif chosen.head == "ifexp" and isinstance(s, S.Do):
            test, *sides = chosen.args
            first, second = (apart((_with(s, chosen, side),), names) for side in sides)
            out.append(S.If(test, first, second, s.loc))
        else:
            taken = E.var(names.fresh("t"))
            out += (S.Assign(taken, chosen, s.loc), _with(s, chosen, taken))
    return tuple(out)


def apply_partial(fn: Expr, e: Expr) -> Expr:
    """``partial(f, *a, **k)(*b, **l)`` is ``f(*a, *b, **k, **l)``."""
    (_, inner), *fixed = E.arguments(fn)
    later = dict(a for a in E.arguments(e) if a[0] not in ("", "*", "**"))
    first = [a for a in fixed if a[0] in ("", "*")] + [a for a in E.arguments(e) if a[0] in ("", "*")]
    named = [a for a in fixed if a[0] not in ("", "*") and a[0] not in later]
    return E.call_with(inner, (*first, *named, *(a for a in E.arguments(e) if a[0] not in ("", "*"))))


def _applied(e: Expr) -> Expr:
    """``partial(f, a)(b)``, which is called where it is made, is ``f(a, b)``."""
    if not e.heads & E.CALL or all(E.callee(c.args[0]) is not functools.partial for c in E.calls(e) if c.args[0].head == "call"):
        return e
    return E.transform(lambda c: apply_partial(c.args[0], c) if c.head == "call" and c.args[0].head == "call"
                       and E.callee(c.args[0]) is functools.partial and len(c.args[0].args) > 1 else c, e)


_GIVING = ("ifexp", "call")


def _stored(s: S.Assign | S.Aug, names: Names) -> S.Block:
    """A store into what an expression gives, which Python evaluates after the value of an assignment."""
    root = E.root(s.target)
    if root.head == "call" and not _is_of_user(root):
        return (s,)
    first: S.Block = ()
    if isinstance(s, S.Assign) and s.value.head != "const":
        v = E.var(names.fresh("t"))
        first, s = (S.Assign(v, s.value, s.loc),), dataclasses.replace(s, value=v)
    if root.head == "call":
        taken = E.var(names.fresh("t"))
        return (*first, S.Assign(taken, root, s.loc), _into(s, root, taken))
    test, *sides = root.args
    inner = [_into(s, root, side) for side in sides]
    yes, no = (_stored(t, names) if E.root(t.target).head in _GIVING else (t,) for t in inner)
    return (*first, S.If(test, yes, no, s.loc))


def _into(s: S.Assign | S.Aug, old: Expr, new: Expr) -> S.Assign | S.Aug:
    return dataclasses.replace(s, target=_replaced(s.target, old, new))


def _is_of_user(e: Expr) -> bool:
    """Is this the call of a function that is no primitive, so that only its body tells what it returns?"""
    fn = e.args[0]
    if fn.head == "ref":
        return rule_for(fn.data.value) is None and python_function(fn.data.value) is not None
    if fn.head == "attr":
        return canonical(e) is e and fn.data not in MUTATORS and fn.data not in INACTIVE_METHODS
    return fn.head in ("var", "function")


def _chosen(e: Expr) -> Expr | None:
    """The choice that a chain of calls, attributes and subscripts starts with, where something of it is called; or the call of a
    function where what it returns is changed by a method."""
    called, change = False, e.head == "call" and e.args[0].head == "attr" and e.args[0].data in MUTATORS
    while e.head in ("call", "attr", "index") and e.args:
        if change and called and e.head == "call" and _is_of_user(e):
            return e
        called |= e.head == "call"
        e = e.args[0]
    return e if called and e.head in ("ifexp", "bool") else None


def _with(s: S.Do | S.Assign, old: Expr, new: Expr) -> S.Do | S.Assign:
    return dataclasses.replace(s, value=_replaced(s.value, old, new))


def _replaced(e: Expr, old: Expr, new: Expr) -> Expr:
    return new if e is old else E.rebuild(e, (_replaced(e.args[0], old, new), *e.args[1:]))
