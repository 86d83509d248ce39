"""Which variables the value of an expression may be, or be a part of: what is changed in it is changed there."""
from __future__ import annotations

import collections
from collections.abc import Iterable, Iterator

import numpy as np

from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.targets import pairs
from s2sgrad.lower.methods import calls_of_methods, methods_of
from s2sgrad.lower.writing import NUMBERS, PASSING, is_member, says_what_it_views
from s2sgrad.rules.bind import gives_parts
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.registry import rule_for

Classes = tuple[type, ...]
#: Methods of dicts that give their second argument where there is nothing else to give.
_GIVING_INSTEAD = frozenset(("get", "pop", "setdefault"))
#: Methods whose results are none of their arguments.
_OF_THE_LIBRARY = frozenset().union(*map(dir, (list, dict, set, str, collections.deque, np.ndarray, np.random.Generator,
                                               np.random.RandomState))) - _GIVING_INSTEAD


def made(s: S.Stmt, classes: Classes = ()) -> Iterator[tuple[str, set[str]]]:
    """The variables that a statement binds, each with those that it may be (a part of)."""
    for e in S.expressions(s):
        for part in E.walk(e) if e.heads & (E.COMP | E.WALRUS) else ():
            if part.head == "walrus":
                yield part.args[0].data, shares(part.args[1], classes)
            for target, iterable in part.data.loops(part) if part.head == "comp" else ():
                sources = shares(iterable, classes) | {a.data for a in iterable.args if a.head == "var"}
                yield from ((t, sources) for t in S.bound(target))
    if isinstance(s, S.Assign) and s.target.head == "tuple" and s.value.head == "tuple":
        for target, value in pairs(s.target, s.value):  # total is no part of xs in ``total, x = 0.0, xs[0]``
            sources = shares(value, classes)
            yield from ((t, sources) for t in S.bound(target))
        return
    if isinstance(s, S.Assign):
        sources = shares(s.value, classes)
    elif isinstance(s, S.For):
        sources = shares(s.iter, classes) | {a.data for a in s.iter.args if a.head == "var"}
    elif isinstance(s, S.With):
        yield from ((n, shares(e, classes)) for e, t in s.items if t is not None for n in S.bound(t))
        return
    else:
        return
    for t in S.bound(s.target):
        yield t, sources


def viewed(names: Iterable[str], body: S.Block) -> set[str]:
    """The variables of which some may be views, or views of views, whoever changes what they stand for."""
    sources: dict[str, set[str]] = {}
    for s in S.walk_stmts(body):
        for target, shared in made(s):
            sources.setdefault(target, set()).update(shared)
    found: set[str] = set()
    todo = list(names)
    while todo:
        new = sources.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found


def shares(e: Expr, classes: Classes = ()) -> set[str]:
    """The variables that the value of an expression may share memory with.

    Methods give parts of their objects; those of the `classes` of a program may give back what they are given, too.
    """
    if e.head == "var":
        return {e.data}
    if e.head in ("index", "attr"):
        return shares(e.args[0], classes)
    if e.head in ("tuple", "list", "star", "dict", "ifexp", "bool", "walrus"):
        return set().union(*(shares(a, classes) for a in e.args))
    if e.head == "op" and e.data == "+" and any(a.head in ("list", "comp") for a in e.args):  # of lists the elements are shared
        return set().union(*(shares(a, classes) for a in e.args))
    if e.head == "comp":
        return _shares_of_elements(e, classes)
    if e.head == "call":
        return _shares_of_call(e, classes)
    return set(e.names) if e.head == "function" else set()


def _shares_of_call(e: Expr, classes: Classes) -> set[str]:
    from s2sgrad.lower.effects import may_return
    methods = calls_of_methods(e, classes) if e.args[0].head == "attr" else ()
    given = set[str]().union(*(shares(meant, classes) for meant in methods))
    e = canonical(e)  # x.copy() shares nothing
    fn = e.args[0]
    if fn.head == "attr":
        return given | shares(fn.args[0], classes)
    if fn.head == "ref" and is_member(fn.data.value, NUMBERS):
        return given
    rule = rule_for(fn.data.value) if fn.head == "ref" and not gives_parts(e) else None
    if rule is not None and rule.reason is None and not rule.view and (not rule.zero or says_what_it_views(fn.data.value)):
        return given
    if fn.head == "ref" and is_member(fn.data.value, PASSING):
        return shares(e.args[1], classes)
    if fn.head == "ref" and python_function(fn.data.value) is not None:
        return given.union(*(shares(a, classes) for a in may_return(e)))
    captured = {fn.data} if fn.head == "var" else set()  # a function made here may return what it captures
    return captured.union(given, *(shares(a, classes) for a in e.args[1:]))


def _shares_of_elements(e: Expr, classes: Classes) -> set[str]:
    """The variables whose parts a comprehension collects, or that its elements may be."""
    found = set().union(*(shares(a, classes) for a in e.data.elements(e)))
    for target, iterable in reversed(e.data.loops(e)):
        if not found.isdisjoint(S.bound(target)):
            found |= shares(iterable, classes) | {a.data for a in iterable.args if a.head == "var"}
    return found - e.data.bound


def given_unseen_back(e: Expr, classes: Classes) -> set[str]:
    """What methods of objects of unknown class are given in an expression, which they may give back: ``solver.project(u)``."""
    out: set[str] = set()
    for call in E.calls(e) if e.heads & E.CALL else ():
        fn = call.args[0]
        if fn.head == "attr" and fn.data not in _OF_THE_LIBRARY and canonical(call) is call \
                and not methods_of(classes, str(fn.data)):
            keys = 1 if fn.data in _GIVING_INSTEAD else 0
            out.update(*(shares(a, classes) for a in call.args[1 + keys:]))
    return out
