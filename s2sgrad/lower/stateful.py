"""Objects and captured variables that do not vary and change all the same: clocks, counters, schedules, queues.

    clock = Clock()
    for k in range(n):
        x += h * clock.rate * x
        clock.tick()

The backward sweep reads ``clock.rate`` as it was. What a method of an object or a nested function changes is seen where that is
put in place of its call, which happens to what varies; so such variables are treated as if they did.
"""
from __future__ import annotations

from collections.abc import Iterator

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import effects_of, may_change, owner_of, written_arguments
from s2sgrad.lower.methods import may_be_object, methods_of
from s2sgrad.lower.names import base
from s2sgrad.lower.renaming import with_closures
from s2sgrad.lower.writing import MUTATORS


def stateful_names(body: S.Block, classes: tuple[type, ...]) -> frozenset[str]:
    """The variables whose objects methods of `classes`, or nested functions, change, and that are read elsewhere."""
    own = frozenset(S.walk_stmts(body))
    changed: set[str] = set()
    read: set[str] = set()
    for s in with_closures(body):
        for e in S.expressions(s):
            for call in E.calls(e) if e.heads & E.CALL else ():
                fn = call.args[0]
                if fn.head == "attr":
                    effects = [effects_of(f) for f in methods_of(classes, str(fn.data)).values()]
                    if any(x.of_object for x in effects):
                        changed |= owner_of(fn.args[0]).names
                    if any((x.written | x.inside) - {0} for x in effects):
                        changed.update(*(owner_of(a).names for a in call.args[1:]))
                if (fn.head != "attr" or base(str(E.root(fn).data)) == "self") and may_be_object(fn, classes) \
                        and may_change("__call__", classes):
                    changed |= owner_of(fn).names
            changed |= _given_away(e)
            read.update(_read(e, classes))
        if s not in own:
            changed |= S.writes(s).union(*(p.names for p in S.stored_roots(s)), *(
                owner_of(a).names for e in S.expressions(s) for call in E.calls(e) for a in written_arguments(call)))
    return frozenset(changed & read)


def _given_away(e: Expr) -> set[str]:
    """The containers of which a method that changes them is kept: ``push = xs.append``."""
    if not e.heads & E.ATTR or e.head == "function":
        return set()
    found = set(owner_of(e).names) if e.head == "attr" and e.data in MUTATORS else set()
    called = e.head == "call" and e.args[0].head == "attr"
    return found.union(*map(_given_away, (*e.args[0].args, *e.args[1:]) if called else e.args))


def _read(e: Expr, classes: tuple[type, ...]) -> Iterator[str]:
    """The variables in an expression but for those that methods are called of which change their objects."""
    if e.head == "var":
        yield e.data
        return
    for n, a in enumerate(() if e.head == "function" else e.args):  # what functions read stands among the statements
        if n == 0 and e.head == "call" and a.head == "attr" and E.root(a).head == "var" and may_change(str(a.data), classes):
            continue
        yield from _read(a, classes)
