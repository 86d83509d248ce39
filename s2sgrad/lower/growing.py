"""Loops over lists that the body of the loop makes longer or shorter.

    for v in queue:                        k = 0
        ...                    --->        while k < len(queue):
        queue.append(w)                        v = queue[k]
                                               k += 1
                                               ...
"""
from __future__ import annotations

import types
from collections.abc import Callable

from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import effects_of, written_arguments, written_inside
from s2sgrad.lower.methods import methods_of
from s2sgrad.lower.renaming import body_in_place, with_closures

_RESIZING = ("append", "extend", "insert", "pop", "remove", "clear")
_PLACES = ("var", "attr", "index")
_LEN = E.ref("len", len)


def growing(s: S.For, cx: Context) -> S.Block | None:
    """The loop, where it may change what it iterates over: the next element is looked up when its turn comes."""
    back = E.callee(s.iter) is reversed
    found = _sequences(s.iter.args[1] if back else s.iter)
    varied = [e for e in found[0] if cx.varied.of(e)] if found is not None else []
    if found is None or not varied:
        return None
    executed = _executed(s.body, cx)
    if not any(_may_resize(e, executed, cx) for e in varied):
        return None
    sequences, element = found
    bound = frozenset().union(S.bound(s.target), *(S.writes(t) for t in executed if not isinstance(t, S.Aug)))
    kept = {e: E.var(cx.names.fresh("items")) if bound & e.names or _may_be_set(e, executed, cx) else e for e in sequences}
    at = E.var(cx.names.fresh("k"))
    start = [S.Assign(t, e, s.loc) for e, t in kept.items() if t is not e]
    sequences = [kept[e] for e in sequences]
    take = S.Assign(s.target, element(at, sequences), s.loc)
    if back:
        start.append(S.Assign(at, E.call(_LEN, sequences[0]), s.loc))
        body = (S.Aug(at, "-", E.const(1), s.loc), take, *s.body)
        return *start, S.While(E.compare(at, (">", E.const(0))), body, (), s.loc)
    start.append(S.Assign(at, E.const(0), s.loc))
    left = [E.compare(at, ("<", E.call(_LEN, e))) for e in sequences]
    test = left[0] if len(left) == 1 else E.boolean("and", *left)
    return *start, S.While(test, (take, S.Aug(at, "+", E.const(1), s.loc), *s.body), (), s.loc)


def _sequences(e: Expr) -> tuple[list[Expr], Callable[[Expr, list[Expr]], Expr]] | None:
    """The lists that a loop goes along, and what it gives at a position, of these or of other names of them."""
    if e.head in _PLACES:
        return [e], lambda k, lists: E.index(lists[0], k)
    fn, given = E.hashable_callee(e), E.arguments(e) if e.head == "call" else ()
    if fn is zip and given and all(mark == "" and a.head in _PLACES for mark, a in given):
        return [a for _, a in given], lambda k, lists: E.tuple_(*(E.index(a, k) for a in lists))
    if fn is enumerate and given[0][1].head in _PLACES:
        start = given[1][1] if len(given) > 1 else None
        return [given[0][1]], lambda k, lists: E.tuple_(k if start is None else E.op("+", k, start), E.index(lists[0], k))
    return None


def _executed(body: S.Block, cx: Context) -> list[S.Stmt]:
    """The statements of the body of a loop, and those of the nested functions that it calls."""
    found, seen = [*with_closures(body)], set[str]()
    for s in found:
        called = {str(call.args[0].data) for x in S.expressions(s) for call in E.calls(x) if call.args[0].head == "var"}
        for name in sorted(called):
            made = cx.callables.get(name)
            if name not in seen and made is not None and made.head == "function":
                found += with_closures(body_in_place(made))
            seen.add(name)
    return found


def _may_resize(e: Expr, executed: list[S.Stmt], cx: Context) -> bool:
    """May the body of a loop add elements to what it iterates over, or take some out?"""
    same = _other_names(e, cx)
    for s in executed:
        if isinstance(s, S.Delete) and any(t.head == "index" and t.args[0] in same for t in s.targets):
            return True
        if isinstance(s, S.Aug) and s.symbol == "+" and s.target in same:  # an array keeps its length, which does no harm
            return True
        for x in S.expressions(s):
            if any(_resizes(call, e, same, cx) for call in E.calls(x)):
                return True
    return False


def _resizes(call: Expr, e: Expr, same: list[Expr], cx: Context) -> bool:
    fn = call.args[0]
    if fn.head == "attr" and fn.args[0] in same:
        return fn.data in _RESIZING
    called = python_function(E.callee(call))
    if called is not None and any(a in same for a in written_arguments(call)):
        return True
    holders = _holders(e)
    if e.head == "index" and called is not None and any(a in holders for a in written_inside(call)):
        return True
    if e.head == "attr" and called is not None and e.args[0] in call.args[1:] and e.data in effects_of(called).fields:
        return True
    if fn.head != "attr" or fn.args[0] not in holders:
        return False
    methods = methods_of(cx.visible, str(fn.data)).values()  # of the object that holds the list
    return any(e.data in effects_of(f).fields if e.head == "attr" else 0 in effects_of(f).inside for f in methods)


def _holders(e: Expr) -> list[Expr]:
    """What a place is in, and what that is in."""
    found = []
    while e.head in ("index", "attr"):
        e = e.args[0]
        found.append(e)
    return found


def _may_be_set(e: Expr, executed: list[S.Stmt], cx: Context) -> bool:
    """May the body of a loop let the attribute, or entry, that it iterates over hold something else?

    The loop goes on over what it began with. What changes the object that holds it may do so.
    """
    if e.head == "var":
        return False
    for s in executed:
        if isinstance(s, (S.Assign, S.For)) and any(
                t.head == e.head and (e.head == "index" or t.data == e.data) for t in S.parts(s.target)):
            return True
        if any(effects_of(f).written for x in S.expressions(s) for call in E.calls(x) for f in _called(call, cx)):
            return True
    return False


def _called(call: Expr, cx: Context) -> list[types.FunctionType]:
    """The functions in Python that a call may be."""
    f = python_function(E.callee(call))
    if f is not None:
        return [f]
    fn = call.args[0]
    return [*methods_of(cx.visible, str(fn.data)).values()] if fn.head == "attr" else []


def _other_names(e: Expr, cx: Context) -> list[Expr]:
    """A list, and the variables and attributes that it is assigned to, or taken from."""
    found = [e]
    for known in found:
        for both in cx.renamed:
            found += [other for other in both if known in both and other not in found]
    return found
