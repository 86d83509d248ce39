"""Calls that change what is differentiated, where only a value is asked for: in conditions, subscripts, text.

    while shrink(state) > 1.0:      --->      while (t := shrink(state)) > 1.0:

Such an expression is not differentiated itself and would be evaluated as it stands, and what the call does to `state`
would have no derivative. An assignment expression is evaluated in a statement of its own.
"""
from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable

from s2sgrad.frontend.unit import python_function
from s2sgrad.frontend.yields import gives, yields
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import changes_class, effects_of, may_change, some_method_may_change, written_arguments
from s2sgrad.lower.methods import methods_of
from s2sgrad.rules.registry import rule_for


def hoisted(body: S.Block, cx: Context, before: S.Block = ()) -> S.Block:
    """The block with such calls as assignment expressions; the statements `before` it bind what it is given."""
    finder = Finder((*before, *body), cx)
    return tuple(finder.statement(s) for s in body)


class Finder:
    def __init__(self, body: S.Block, cx: Context, varied: set[str] | None = None) -> None:
        self.cx = cx
        self.varied = cx.varied.names if varied is None else varied
        self.body = body
        #: What functions in variables may be.
        self.functions: dict[str, list[Expr]] = {n: [e] for n, e in cx.callables.items()}
        #: All functions that are made here: what is called by way of a table may be any of them.
        self.made: list[Expr] = list(cx.callables.values())
        for s in S.walk_stmts(body):
            functions = [p for e in S.expressions(s) if e.heads & E.FUNCTION for p in E.walk(e) if p.head == "function"]
            self.made += functions
            if isinstance(s, (S.Define, S.Assign)) and s.value in functions:
                for name in S.writes(s):
                    self.functions.setdefault(name, []).append(s.value)
        self._asked: dict[int, bool] = {}

    @functools.cached_property
    def methods(self) -> list[Expr]:
        """What variables and tables may hold of methods, and of functions with arguments: ``put = acc.put``."""
        found: dict[Expr, None] = {}
        for s in S.walk_stmts(self.body):
            for e in S.expressions(s):
                called = {id(c.args[0]) for c in E.calls(e)}
                found.update((p, None) for p in E.walk(e) if p.head == "attr" and id(p) not in called or _is_partial(p))
        return list(found)

    def statement(self, s: S.Stmt) -> S.Stmt:
        inert = isinstance(s, (S.If, S.While, S.For, S.Assert, S.Raise))
        if any(e.heads & E.CALL for e in S.expressions(s)):
            s = S.map_expressions(self._dropped if isinstance(s, S.Do) else lambda e: self._wrapped(e, inert), s)
        if isinstance(s, (S.If, S.While)) and self.cx.reverse and s.test.heads & E.CALL and self.cx.varied.happens_in(s):
            s = dataclasses.replace(s, test=self._apart(s.test))
        return S.map_blocks(lambda b: tuple(map(self.statement, b)), s)

    def _dropped(self, e: Expr) -> Expr:
        """`e`, whose value nobody asks for: of conditions in it only the value matters."""
        if e.head == "comp":
            return self._comprehension(e, self._dropped)
        if e.head == "ifexp":
            return E.rebuild(e, (self._wrapped(e.args[0], True), *map(self._dropped, e.args[1:])))
        if e.head == "bool":
            return E.rebuild(e, (*(self._wrapped(a, True) for a in e.args[:-1]), self._dropped(e.args[-1])))
        return self._wrapped(e, False)

    def _wrapped(self, e: Expr, inert: bool) -> Expr:
        """`e`, of which only the value matters if it is `inert`."""
        if not e.heads & E.CALL or e.head == "function":
            return e
        if e.head == "comp":
            return self._comprehension(e, lambda a: self._wrapped(a, inert))
        if e.head == "call":
            of_value = inert or self._is_inert(e)
            args = [self._wrapped(a, of_value) if a.heads & E.CALL else a for a in e.args[1:]]
            made = E.rebuild(e, (self._part(e.args[0], inert), *args))
            if not inert or not self._changes(e) or self._gives(e):
                return made
            name = self.cx.names.fresh("t")
            self.cx.varied.add(name)
            return Expr("walrus", (E.var(name), made))
        if e.head == "index":
            return E.rebuild(e, (self._part(e.args[0], inert), self._wrapped(e.args[1], True)))
        if e.head == "ifexp":
            return E.rebuild(e, (self._wrapped(e.args[0], True), *(self._wrapped(a, inert) for a in e.args[1:])))
        inert = inert or e.head in ("compare", "fstring", "format", "slice") or e.head == "op" and e.data == "not"
        return E.rebuild(e, tuple([self._wrapped(a, inert) if a.heads & E.CALL else a for a in e.args]))

    def _gives(self, e: Expr) -> bool:
        """May this be the call of a generator, which does what it does while it is consumed?"""
        fn = e.args[0]
        if fn.head == "attr":
            return any(map(gives, methods_of(self.cx.visible, str(fn.data)).values()))
        return gives(python_function(E.callee(e))) if fn.head == "ref" else fn.head == "var" and fn.data in self.functions \
            and any(yields(f.data.function.body) for f in self.functions[fn.data])

    def _apart(self, e: Expr) -> Expr:
        """A condition with the calls that change what does not vary as assignment expressions: they are undone by themselves."""
        if not e.heads & E.CALL or e.head in ("comp", "function", "walrus"):
            return e
        made = E.rebuild(e, tuple(map(self._apart, e.args)))
        if any(E.root(a).head == "var" for a in written_arguments(e)):
            return Expr("walrus", (E.var(self.cx.names.fresh("t")), made))
        return made

    def _comprehension(self, e: Expr, how: Callable[[Expr], Expr]) -> Expr:
        first = 2 if e.data.kind == "dict" else 1
        args, rest = list(map(how, e.args[:first])), list(e.args[first:])
        for _, conditions in e.data.clauses:
            args += [how(rest[0]), *(self._wrapped(a, True) for a in rest[1:1 + conditions])]
            rest = rest[1 + conditions:]
        return E.rebuild(e, tuple(args))

    def _part(self, e: Expr, inert: bool) -> Expr:
        """What a method is called of, or a part is taken from."""
        if e.head in ("attr", "index") and e.heads & E.CALL:
            return E.rebuild(e, (self._part(e.args[0], inert), *(self._wrapped(a, True) for a in e.args[1:])))
        return self._wrapped(e, inert)

    @staticmethod
    def _is_inert(e: Expr) -> bool:
        """Is this the call of a function that has no derivative?"""
        rule = rule_for(e.args[0].data.value) if e.args[0].head == "ref" else None
        return rule is not None and rule.zero

    def _changes(self, e: Expr) -> bool:
        """Does a call change something that varies?"""
        varied = self.varied
        if any(not E.root(a).names.isdisjoint(varied) for a in written_arguments(e)):
            return True
        fn = e.args[0]
        if fn.head == "var" and fn.data in self.functions:
            return any(self.changes_as(f, e.args[1:]) for f in self.functions[fn.data])
        if fn.head in ("var", "index") and not fn.names.isdisjoint(varied):
            return any(self.changes_as(f, e.args[1:]) for f in (*self.made, *self.methods))
        if fn.head == "function" or _is_partial(fn):
            return self.changes_as(fn, e.args[1:])
        if E.callee(fn) is getattr and not fn.args[1].names.isdisjoint(varied):
            return some_method_may_change(self.cx.visible)
        if fn.head == "attr" and not e.names.isdisjoint(varied) and changes_class(str(fn.data), self.cx.visible):
            return True
        if fn.head == "attr" and not E.root(fn).names.isdisjoint(varied):
            cls = self.cx.class_of(fn.args[0])
            if cls is None:
                return may_change(str(fn.data), self.cx.visible)
            method = python_function(inspect.getattr_static(cls, str(fn.data), None))
            effects = effects_of(method) if method is not None else None
            return effects is not None and effects.of_object
        return False

    def changes_as(self, fn: Expr, arguments: tuple[Expr, ...]) -> bool:
        """Does a call of a nested function, of a method or of a function with arguments change something that varies?"""
        if fn.head == "function":
            return self._function_changes(fn)
        if _is_partial(fn):
            return self._changes(E.call(*fn.args[1:], *arguments))
        return fn.head == "attr" and self._changes(E.call(fn, *arguments))

    def _function_changes(self, e: Expr) -> bool:
        """Does a nested function change a variable that it captures, or what that holds?"""
        fn: S.Function = e.data.function
        if id(fn) not in self._asked:
            self._asked[id(fn)] = False  # what it does when it calls itself is known from the rest of it
            captured = {n: a.names for n, a in zip(e.data.captured, e.args)}
            places = [p for s in S.walk_stmts(fn.body) for p in (*S.stored_roots(s), *(
                E.root(a) for x in S.expressions(s) for call in E.calls(x) for a in written_arguments(call)))]
            changed = {p.data for p in places if p.head == "var"} | fn.nonlocals
            called = [c for s in S.walk_stmts(fn.body) for x in S.expressions(s) for c in E.calls(x)]
            self._asked[id(fn)] = any(not captured.get(n, frozenset((n,))).isdisjoint(self.varied)
                                      for n in changed if n in captured or n in fn.nonlocals) or any(map(self._changes, called))
        return self._asked[id(fn)]


def _is_partial(e: Expr) -> bool:
    return e.head == "call" and E.callee(e) is functools.partial
