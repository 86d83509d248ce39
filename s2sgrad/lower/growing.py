"""Loops over lists that the body of the loop makes longer or shorter.

    for v in queue:                        k = 0
        ...                    --->        while k < len(queue):
        queue.append(w)                        v = queue[k]
                                               k += 1
                                               ...
"""
from __future__ import annotations

from collections.abc import Callable

from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import effects_of, written_arguments
from s2sgrad.lower.methods import methods_of

_RESIZING = ("append", "extend", "insert", "pop", "remove", "clear")
_PLACES = ("var", "attr", "index")
_LEN = E.ref("len", len)


def growing(s: S.For, cx: Context) -> S.Block | None:
    """The loop, where it may change what it iterates over: the next element is looked up when its turn comes."""
    back = E.callee(s.iter) is reversed
    found = _sequences(s.iter.args[1] if back else s.iter)
    if found is None or not any(cx.varied.of(e) and _may_resize(e, s.body, cx) for e in found[0]):
        return None
    sequences, element = found
    bound = frozenset().union(S.bound(s.target), *(S.writes(t) for t in S.walk_stmts(s.body) if not isinstance(t, S.Aug)))
    kept = {e: e if bound.isdisjoint(e.names) else E.var(cx.names.fresh("items")) for e in sequences}
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


def _may_resize(e: Expr, body: S.Block, cx: Context) -> bool:
    """May the body of a loop add elements to what it iterates over, or take some out?"""
    same = _other_names(e, cx)
    for s in S.walk_stmts(body):
        if isinstance(s, S.Delete) and any(t.head == "index" and t.args[0] in same for t in s.targets):
            return True
        for x in S.expressions(s):
            if any(_resizes(call, e, same, cx) for call in E.calls(x)):
                return True
    return False


def _resizes(call: Expr, e: Expr, same: list[Expr], cx: Context) -> bool:
    fn = call.args[0]
    if fn.head == "attr" and fn.args[0] in same:
        return fn.data in _RESIZING
    if python_function(E.callee(call)) is not None and any(a in same for a in written_arguments(call)):
        return True
    if e.head != "attr":
        return False
    if fn.head == "attr" and fn.args[0] == e.args[0]:  # another method of the object that holds the list
        return any(e.data in effects_of(f).fields for f in methods_of(cx.visible, str(fn.data)).values())
    called = python_function(E.callee(call)) if e.args[0] in call.args[1:] else None
    return called is not None and e.data in effects_of(called).fields


def _other_names(e: Expr, cx: Context) -> list[Expr]:
    """A list, and the variables and attributes that it is assigned to, or taken from."""
    found = [e]
    for known in found:
        for both in cx.renamed:
            found += [other for other in both if known in both and other not in found]
    return found
