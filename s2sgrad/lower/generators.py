"""Generators that are consumed where they are called: the body of the loop takes the place of each ``yield``.

    def pairs(xs):                              for i in range(1, len(xs)):
        for i in range(1, len(xs)):                 a, b = xs[i - 1], xs[i]
            yield xs[i - 1], xs[i]     --->         s += a * b

    for a, b in pairs(xs):
        s += a * b

So everything happens in the order that it has in Python. ``break`` ends both, and what collects the elements, ``list(...)``,
``sum(...)`` and comprehensions, is written out as a loop.
"""
from __future__ import annotations

import dataclasses
import itertools
import types
from collections.abc import Callable

from s2sgrad.frontend import yields
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.collected import calls_itself, is_entered_anew
from s2sgrad.lower.context import Context
from s2sgrad.lower.renaming import copied, own_names, rename
from s2sgrad.runtime.objects import written_method

_LIST, _RANGE, _LEN = E.ref("list", list), E.ref("range", range), E.ref("len", len)
_PUT_INTO = (list, tuple, sorted, max, min, dict, set)


# ---- loops ----------------------------------------------------------------------------------------------------------

def consumed(s: S.For, cx: Context) -> bool:
    """Lower a loop over what a generator gives. Is it one?"""
    once = E.callee(s.iter) is yields.managed
    made = s.iter.args[1] if once else _source(s.iter, cx)
    called = python_function(E.callee(s.iter))
    if made is None and yields.gives(called) and not calls_itself(called) and any(isinstance(t, S.Break) for t in _own(s.body)):
        made = s.iter  # it may have no end
    if made is not None:
        _consume(s, made, cx, once)
        return True
    fn = E.hashable_callee(s.iter)
    given = [a for mark, a in E.arguments(s.iter) if mark in ("", "start")] if s.iter.head == "call" else []
    rewritten = _BESIDE[fn](s, given, cx) if fn in _BESIDE and any(_is_generator(a, cx) for a in given) else None
    if rewritten is None:
        return False
    cx.statements(rewritten)
    return True


def _enumerated(s: S.For, given: list[Expr], cx: Context) -> S.Block:
    k, v = E.var(cx.names.fresh("k")), E.var(cx.names.fresh("v"))
    cx.varied.add(v.data)
    body = (S.Assign(s.target, E.tuple_(k, v), s.loc), S.Aug(k, "+", E.const(1), s.loc), *s.body)
    return S.Assign(k, given[1] if len(given) > 1 else E.const(0), s.loc), S.For(v, given[0], body, (), s.loc)


def _zipped(s: S.For, given: list[Expr], cx: Context) -> S.Block | None:
    """One generator, which is asked for an element where all before it have one."""
    at = [n for n, a in enumerate(given) if _is_generator(a, cx)]
    if len(at) > 1 or len(given) < len(s.iter.args) - 1:
        return None
    k, v = E.var(cx.names.fresh("k")), E.var(cx.names.fresh("v"))
    cx.varied.add(v.data)
    start: list[S.Stmt] = [S.Assign(k, E.const(0), s.loc)]
    others = {n: E.var(cx.names.fresh("items")) for n in range(len(given)) if n != at[0]}
    for n, items in others.items():
        if cx.varied.of(given[n]):
            cx.varied.add(items.data)
        start.append(S.Assign(items, E.call(_LIST, given[n]), s.loc))
    parts = [v if n == at[0] else E.index(others[n], k) for n in range(len(given))]
    take = (S.Assign(s.target, E.tuple_(*parts), s.loc), S.Aug(k, "+", E.const(1), s.loc))

    def ended(items: list[Expr]) -> Expr:
        tests = [E.compare(k, (">=", E.call(_LEN, x))) for x in items]
        return E.const(False) if not tests else tests[0] if len(tests) == 1 else E.boolean("or", *tests)

    before, after = ended([x for n, x in others.items() if n < at[0]]), ended([x for n, x in others.items() if n > at[0]])
    stop = () if after == E.const(False) else (S.If(after, (S.Break(s.loc),), (), s.loc),)
    loop = S.For(v, given[at[0]], (*stop, *take, *s.body), (), s.loc)
    return (*start, *_until(loop, before, cx))


def _sliced(s: S.For, given: list[Expr], cx: Context) -> S.Block | None:
    """``islice(values, n)``: no more is asked for than that."""
    if len(given) != 2:
        return None
    k, n = E.var(cx.names.fresh("k")), E.var(cx.names.fresh("n"))
    body = (S.Aug(k, "+", E.const(1), s.loc), *s.body)
    loop = S.For(s.target, given[0], body, (), s.loc)
    return S.Assign(k, E.const(0), s.loc), S.Assign(n, given[1], s.loc), *_until(loop, E.compare(k, (">=", n)), cx)


def _until(s: S.For, ended: Expr, cx: Context) -> S.Block:
    """A loop that is not begun, and asks for no other element, where that holds."""
    if ended == E.const(False):
        return (s,)
    body = (*_once(s.body, cx), S.If(ended, (S.Break(s.loc),), (), s.loc))
    return (S.If(E.op("not", ended), (dataclasses.replace(s, body=body),), (), s.loc),)


def _once(body: S.Block, cx: Context) -> S.Block:
    """The body of a loop as statements that others may follow: ``continue`` goes on with these."""
    if not any(isinstance(s, (S.Break, S.Continue)) for s in _own(body)):
        return body
    stop = E.var(cx.names.fresh("stop"))
    inner = _leaving(body, stop, again=True)
    loop = S.For(E.var(cx.names.fresh("_")), E.call(_RANGE, E.const(1)), inner, ())
    return S.Assign(stop, E.const(False)), loop, S.If(stop, (S.Break(),), ())


def _own(body: S.Block) -> list[S.Stmt]:
    """The statements of a loop's body that are not those of a loop inside."""
    return [t for s in body for t in (s, *([] if isinstance(s, (S.For, S.While)) else [
        x for block in S.blocks(s) for x in _own(block)]))]


def _leaving(body: S.Block, stop: Expr, again: bool) -> S.Block:
    """The body where ``break`` sets a variable, and, if it does not run `again` by itself, ``continue`` is ``break``."""
    out: list[S.Stmt] = []
    for s in body:
        if isinstance(s, S.Break):
            out += (S.Assign(stop, E.const(True), s.loc), s)
        elif isinstance(s, S.Continue) and again:
            out.append(S.Break(s.loc))
        elif isinstance(s, (S.For, S.While)):
            out.append(s)
        else:
            out.append(S.map_blocks(lambda b: _leaving(b, stop, again), s))
    return tuple(out)


_BESIDE: dict[object, Callable[[S.For, list[Expr], Context], S.Block | None]] = {
    enumerate: _enumerated, zip: _zipped, itertools.islice: _sliced}


# ---- what is a generator --------------------------------------------------------------------------------------------

def _is_generator(e: Expr, cx: Context) -> bool:
    return _source(e, cx) is not None


def _source(e: Expr, cx: Context) -> Expr | None:
    """The call of a generator function that `e` is, or that iterating over `e` is; None for anything else."""
    if E.callee(e) is iter and len(e.args) == 2:
        return _source(e.args[1], cx)
    if e.head == "call" and e.args[0].head == "var":
        fn = cx.callables.get(e.args[0].data)
        return e if fn is not None and fn.head == "function" and yields.yields(fn.data.function.body) else None
    if not cx.varied.of(e):
        return None
    if e.head == "var" or isinstance(E.callee(e), type):
        cls = cx.class_of(e) if e.head == "var" else E.callee(e)
        gives = isinstance(cls, type) and _consumed_there(written_method(cls, "__iter__"), cx)
        return E.call(E.attr(e, "__iter__")) if gives else None
    if e.head == "call" and e.args[0].head == "attr":
        cls = cx.class_of(e.args[0].args[0])
        return e if cls is not None and _consumed_there(written_method(cls, str(e.args[0].data)), cx) else None
    return e if e.head == "call" and _consumed_there(python_function(E.callee(e)), cx) else None


def _consumed_there(function: types.FunctionType | None, cx: Context) -> bool:
    """Is this a generator function, of which the elements need not be collected in a list?"""
    return function is not None and yields.gives(function) and not calls_itself(function) and is_entered_anew(function, cx)


# ---- in the place of yield ------------------------------------------------------------------------------------------

def _consume(s: S.For, made: Expr, cx: Context, once: bool) -> None:
    from s2sgrad.lower.calls import closure, user_function
    rebound = frozenset().union(S.bound(s.target), *map(S.writes, S.walk_stmts(s.body))).difference(cx.of_one_class)
    cx.forget_classes(rebound)
    around = (list(cx.inlining), list(cx.entered))
    put = _Put(s, cx, once)
    fn = made.args[0]
    if fn.head == "var":
        closure(E.rebuild(made, (cx.callables[fn.data], *made.args[1:])), cx, put)
    elif fn.head == "ref":
        function = python_function(fn.data.value)
        assert function is not None
        user_function(made, function, cx, None, put)
    else:
        obj = fn.args[0]
        if obj.head != "var":
            name = E.var(cx.names.fresh("obj"))
            cx.varied.add(name.data)
            cx.statements((S.Assign(name, obj, cx.loc),))
            obj = name
        cls = cx.class_of(obj)
        method = written_method(cls, str(fn.data)) if cls is not None else None
        if method is None:
            raise cx.refuse(yields.MESSAGE, yields.HELP)
        user_function(E.rebuild(made, (E.attr(obj, fn.data), *made.args[1:])), method, cx, obj, put)
    assert around == (cx.inlining, cx.entered)
    cx.forget_classes(rebound)


class _Put:
    """Puts the body of a loop in the place of each ``yield`` of a generator function."""

    def __init__(self, loop: S.For, cx: Context, once: bool) -> None:
        self.loop = loop
        self.cx = cx
        self.once = once  # for a context manager, which sees what is raised
        self.leaves = [s for s in _own(loop.body) if isinstance(s, (S.Break, S.Continue))]
        self.stop = E.var(cx.names.fresh("stop"))

    def __call__(self, fn: S.Function) -> S.Function:
        loop, cx = self.loop, self.cx
        for s in S.walk_stmts(fn.body):
            if not self.once and isinstance(s, (S.Try, S.With)) and any(yields.yields(b) for b in S.blocks(s)):
                raise cx.refuse("a generator that gives something inside 'try' or 'with' cannot be differentiated",
                                "collect what it gives in a list")
        bound = frozenset().union(S.bound(loop.target), *map(S.writes, S.walk_stmts(loop.body)))
        if len(yields.yields(fn.body)) > 1:  # what is bound here is bound in several places
            cx.stable, cx.once, cx.steady = cx.stable - bound, cx.once - bound, cx.steady - bound
        apart = {n: E.var(cx.names.again(n)) for n in sorted(own_names(fn))}
        body = yields.replaced(tuple(rename(s, apart) for s in fn.body), self._given)
        if self.leaves:
            body = (S.Assign(self.stop, E.const(False), loop.loc), *body)
        outer = S.all_names(loop.body) | loop.target.names | {self.stop.data} | bound
        nonlocals = frozenset(apart[n].data if n in apart else n for n in fn.nonlocals) | outer
        params = tuple(dataclasses.replace(p, name=apart[p.name].data) for p in fn.params)
        self.names = {p.name: apart[p.name].data for p in fn.params}
        return dataclasses.replace(fn, params=params, body=body, nonlocals=nonlocals)

    def _given(self, s: S.Do) -> S.Block:
        value, body = s.value.args[1], copied(self.loop.body)
        each = E.callee(s.value) is yields.given_each
        if self.leaves:
            body = _leaving(body, self.stop, again=not each)
        end = (S.If(self.stop, (S.Return(E.NONE, s.loc),), (), s.loc),) if self.leaves else ()
        if each:
            return S.For(self.loop.target, value, body, (), s.loc), *end
        take = S.Assign(self.loop.target, value, s.loc)
        if not self.leaves:
            return take, *body
        once = S.For(E.var(self.cx.names.fresh("_")), E.call(_RANGE, E.const(1)), body, (), self.loop.loc)
        return take, once, *end


# ---- what collects the elements -------------------------------------------------------------------------------------

def collected(e: Expr, cx: Context) -> Expr | None:
    """``list(values())``, ``sum(v * v for v in values())`` and the like, written out as loops; None for other calls."""
    fn = E.hashable_callee(e)
    extends = e.head == "call" and e.args[0].head == "attr" and e.args[0].data == "extend"
    if e.head != "call" or len(e.args) < 2 or e.data.marks[0] != "" or not extends and fn is not sum and fn not in _PUT_INTO:
        return None
    iterable, more = e.args[1], E.arguments(e)[1:]
    of_generator = iterable.head == "comp" and iterable.data.kind in ("generator", "list") and over_generator(iterable, cx)
    if not of_generator and not _is_generator(iterable, cx):
        return None
    if fn is not sum:
        made = comprehension(iterable, cx) if of_generator else _listed(iterable, cx)
        return made if fn is list else E.call_with(e.args[0], (("", made), *more))
    total, v = E.var(cx.names.fresh("total")), E.var(cx.names.fresh("v"))
    cx.varied.names |= {total.data, v.data}
    cx.statements((S.Assign(total, more[0][1] if more else E.const(0), cx.loc),))
    if of_generator:
        _loops(iterable, lambda x: (S.Assign(total, E.op("+", total, x), cx.loc),), cx)
    else:
        cx.statements((S.For(v, iterable, (S.Assign(total, E.op("+", total, v), cx.loc),), (), cx.loc),))
    return total


def unpacked(e: Expr, cx: Context) -> Expr:
    """``a, b = values()``: a list of what a generator gives, or of what iterating over an object gives by one; anything else as
    it is."""
    return _listed(e, cx) if _is_generator(e, cx) else e


def _listed(iterable: Expr, cx: Context) -> Expr:
    out, v = E.var(cx.names.fresh("values")), E.var(cx.names.fresh("v"))
    cx.varied.names |= {out.data, v.data}
    append = S.Do(E.call(E.attr(out, "append"), v), cx.loc)
    cx.statements((S.Assign(out, E.list_(), cx.loc), S.For(v, iterable, (append,), (), cx.loc)))
    return out


def over_generator(e: Expr, cx: Context) -> bool:
    """Does a comprehension go over what a generator gives?"""
    def runs_over(iterable: Expr) -> bool:
        given = [a for _, a in E.arguments(iterable)] if E.hashable_callee(iterable) in _BESIDE else []
        return any(_is_generator(a, cx) for a in (iterable, *given))

    return any(runs_over(iterable) for _, iterable in e.data.loops(e))


def comprehension(e: Expr, cx: Context) -> Expr:
    """A comprehension over what a generator gives, as loops of statements."""
    out = E.var(cx.names.fresh("values"))
    cx.varied.add(out.data)
    if e.data.kind == "dict":
        cx.statements((S.Assign(out, E.dict_(), cx.loc),))
        _loops(e, lambda k, v: (S.Assign(E.index(out, k), v, cx.loc),), cx)
    else:
        cx.statements((S.Assign(out, E.list_(), cx.loc),))
        _loops(e, lambda v: (S.Do(E.call(E.attr(out, "append"), v), cx.loc),), cx)
    return out


def _loops(e: Expr, element: Callable[..., S.Block], cx: Context) -> None:
    first = len(e.data.elements(e))
    elements, rest = e.args[:first], e.args[first:]

    def clause(n: int, rest: tuple[Expr, ...]) -> S.Block:
        if n == len(e.data.clauses):
            return element(*elements)
        target, conditions = e.data.clauses[n]
        tests, inner = rest[1:1 + conditions], clause(n + 1, rest[1 + conditions:])
        for test in reversed(tests):
            inner = (S.If(test, inner, (), cx.loc),)
        return (S.For(target, rest[0], inner, (), cx.loc),)

    cx.varied.of(e)  # what its variables stand for
    cx.statements(clause(0, rest))
