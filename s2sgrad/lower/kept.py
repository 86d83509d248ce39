"""Functions that are kept for later, in containers and objects, with what they capture as values beside them.

    steps.append(lambda v: v + shift)    --->    captured = shift,
                                                 steps.append(Bound(function, captured))

This is closure conversion (Reynolds 1972). A call of the object is resolved when the derivative runs, and what it gives
has a derivative by what was captured. A variable that may be bound again after the function was made is no value yet:
functions that capture such variables stay as they are.
"""
from __future__ import annotations

import functools
from collections.abc import Iterator

from s2sgrad.errors import UnsupportedSyntaxError
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.choosing import without_unused
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import effects_of, followed, may_return
from s2sgrad.lower.function_arguments import taken_apart
from s2sgrad.lower.lifting import evaluated_defaults
from s2sgrad.lower.names import is_temporary
from s2sgrad.lower.operands import operands
from s2sgrad.lower.stability import steady_names
from s2sgrad.runtime.bound import Bound

_BOUND = E.ref("s2sgrad.runtime.Bound", Bound, library=True)


def with_values(fn: S.Function, cx: Context) -> S.Function:
    """`fn` with objects in the place of the functions in it that capture what varies and are kept."""
    if not any(_functions(s) for s in S.walk_stmts(fn.body)):
        return fn
    made = _Conversion(cx, fn.body)
    body = made.block(fn.body, {p.name for p in fn.params})
    return S.with_body(fn, without_unused(body)) if made.found else fn


def _is_made(e: Expr) -> bool:
    return e.head == "function" or E.callee(e) is functools.partial


def _only_calls(e: Expr) -> bool:
    """Is this a call of a primitive, which calls the functions that it is given and is done with them?

    A function with source that is still called by now calls itself: what it is given, it gives to itself.
    """
    return e.head == "call" and e.args[0].head == "ref" and not isinstance(e.args[0].data.value, type) and followed(e) is None


def _functions(s: S.Stmt) -> list[Expr]:
    """The functions that a statement makes."""
    return [part for e in S.expressions(s) if e.heads & (E.FUNCTION | E.CALL) for part in _outermost(e)]


def _outermost(e: Expr) -> Iterator[Expr]:
    if _is_made(e):
        yield e
    elif not _only_calls(e):
        for a in e.args:
            yield from _outermost(a)


def _read(body: S.Block) -> frozenset[str]:
    """The variables that are read for more than a decision, and not by functions alone."""
    out: set[str] = set()
    for s in S.walk_stmts(body):
        if isinstance(s, S.Define) or isinstance(s, S.Assign) and s.target.head == "var" and _is_made(s.value) \
                or isinstance(s, (S.If, S.While, S.Assert, S.Raise)):
            continue
        for e in S.expressions(s):
            out |= _names_outside(e)
    return frozenset(out)


def _names_outside(e: Expr) -> frozenset[str]:
    if e.head == "var":
        return e.names
    return E.NO_NAMES if _is_made(e) or _only_calls(e) else frozenset().union(*map(_names_outside, e.args))


class _Conversion:
    """The walk over a body; `kept` are the variables whose functions are kept."""

    def __init__(self, cx: Context, body: S.Block) -> None:
        self.cx = cx
        self.body = body
        self.kept = _read(body)
        self.found = False

    def block(self, body: S.Block, known: set[str]) -> S.Block:
        """The statements with objects for functions; `known` are the variables that are bound by then."""
        out: list[S.Stmt] = []
        for s in body:
            out += self._statement(s, known)
            known |= S.writes(s)
            if S.blocks(s):
                out[-1] = S.map_blocks(functools.partial(self.block, known=known), out[-1])
        return tuple(out)

    def _statement(self, s: S.Stmt, known: set[str]) -> list[S.Stmt]:
        self.cx.loc = s.loc or self.cx.loc
        if isinstance(s, S.Define) or isinstance(s, S.Assign) and s.target.head == "var" and _is_made(s.value):
            name = s.name if isinstance(s, S.Define) else s.target.data
            if is_temporary(name):
                self.cx.callables.setdefault(name, s.value)
            made = self._object(s.value, known, name) if name in self.kept else None
            return [s] if made is None else [*made[0], S.Assign(E.var(name), made[1], s.loc)]
        if not isinstance(s, (S.Assign, S.Aug, S.Do)):
            return [s]
        before: list[S.Stmt] = []
        objects: dict[Expr, Expr] = {}
        for part in _functions(s):
            made = self._object(part, known, "") if part not in objects else None
            if made is not None:
                objects[part] = E.var(self._fresh("function"))
                before += [*made[0], S.Assign(objects[part], made[1], s.loc)]
        return [*before, S.map_expressions(lambda e: _replaced(e, objects), s) if objects else s]

    def _is_lent(self, name: str) -> bool:
        """Is a function handed, at once, to functions alone that neither keep it nor give it back, while nothing that they call
        rebinds variables?"""
        if not is_temporary(name) or any(f.head == "function" and f.data.function.nonlocals for f in self.cx.callables.values()):
            return False
        f = E.var(name)
        uses = [e for s in S.walk_stmts(self.body) for e in S.expressions(s) if name in e.names and (
            not isinstance(s, S.Assign) or e is not s.target)]
        for e in uses:
            calls = [call for call in E.calls(e) if f in call.args[1:]]
            if sum(part == f for part in E.walk(e)) != len(calls):
                return False
            for call in calls:
                function = followed(call)
                if function is None or f in may_return(call) or effects_of(function).stored:
                    return False
        return True

    def _object(self, e: Expr, known: set[str], name: str) -> tuple[S.Block, Expr] | None:
        """The object for a function, and the statements that make it; None where it stays as it is."""
        cx = self.cx
        again = self._made_again(e)
        if not cx.varied.of(e) and not again:
            return None
        named: tuple[tuple[str, Expr], ...] = ()
        inner = e
        if E.callee(e) is functools.partial:
            named = tuple((mark, a) for mark, a in E.arguments(e) if mark)
            inner = E.call(e.args[0], *(a for mark, a in E.arguments(e) if not mark))
        try:
            found = taken_apart(cx.lifted.get(name, inner), cx)
        except UnsupportedSyntaxError:
            return None
        if found is None or any(mark in ("*", "**") for mark, _ in named):
            return None
        function, captured = found
        if not self._last(inner, captured, known, self._is_lent(name)):
            if again:
                name = again[0].partition(".")[0]
                raise cx.refuse(f"a function made in a loop, which uses {name} of the call that makes it, is kept and cannot be "
                                "differentiated", "make it with functools.partial")
            return None
        self.found = True
        with cx.nested() as evaluated:
            values = operands((*captured, *(a for _, a in named)), cx)
        held = E.var(self._fresh("captured"))
        names = (E.tuple_(*(E.const(n) for n, _ in named)),) if named else ()
        return (*evaluated.body, S.Assign(held, E.tuple_(*values), cx.loc)), E.call(_BOUND, function, held, *names)

    def _made_again(self, e: Expr) -> list[str]:
        """The variables of functions that were put in place, which a function captures and a loop binds again.

        Each call of such a function has variables of its own, and they are one here.
        """
        own = e.names & self.cx.of_calls
        return sorted(own - steady_names(self.body)) if own else []

    def _last(self, e: Expr, values: tuple[Expr, ...], known: set[str], lent: bool) -> bool:
        """Are the variables that a function captures bound by now, and for as long as it is in use?"""
        given = 0
        while E.callee(e) is functools.partial or e.head == "var":  # its own arguments are values already
            given += len(e.args[2:])
            e = e.args[1] if e.args else self.cx.callables[e.data]
        if e.head == "function":
            given += len(evaluated_defaults(e))
        names = frozenset().union(*(a.names for a in values[:len(values) - given]))
        return names <= known and (lent or names <= self.cx.steady | self.cx.settled)

    def _fresh(self, base: str) -> str:
        name = self.cx.names.unnamed(base)
        self.cx.varied.add(name)
        return name


def _replaced(e: Expr, objects: dict[Expr, Expr]) -> Expr:
    if e in objects:
        return objects[e]
    return e if _is_made(e) else E.rebuild(e, tuple([_replaced(a, objects) for a in e.args])) if e.args else e
