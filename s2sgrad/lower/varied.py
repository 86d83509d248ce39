"""Which variables may depend on an input that is differentiated: a quick, flow-insensitive answer.

Lowering takes apart only what this analysis calls varied and leaves everything else as the user wrote it. The
exact question (`analysis.activity`) is asked later, of the normal form.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.targets import makes_text, repeated
from s2sgrad.lower.effects import may_change, owner_of, some_method_may_change, stored_arguments, written_arguments
from s2sgrad.lower.flags import is_integer
from s2sgrad.lower.may_share import given_unseen_back, made, shares
from s2sgrad.lower.methods import calls_of_methods, may_be_object
from s2sgrad.lower.own_names import new_containers
from s2sgrad.lower.renaming import prefix_of, with_closures
from s2sgrad.lower.unseen import bound_unseen, changed_aside, changed_unseen, inside_closures
from s2sgrad.rules.bind import INACTIVE_ATTRIBUTES, function_of, parts_of_call
from s2sgrad.rules.methods_table import INACTIVE_METHODS, is_concatenation
from s2sgrad.rules.out_arguments import given_out
from s2sgrad.rules.registry import rule_for
from s2sgrad.runtime.objects import BINARY, UNARY, written_method

#: What an expression contains that may bind or change something.
_ACTING = E.CALL | E.COMP | E.WALRUS


class Varied:
    """The set of varied variables; grows as lowering introduces statements."""

    def __init__(self, names: Iterable[str], classes: tuple[type, ...] = (), given: Iterable[str] = ()) -> None:
        self.names = set(names)
        #: Those that the derivative is by.
        self.asked = frozenset(self.names)
        #: The parameters of the function.
        self.given = frozenset(given)
        #: The classes of the program, whose methods may change their objects.
        self._classes = classes
        #: Variables that hold objects of the user's classes.
        self.objects: set[str] = set()
        #: Places that hold what `collections.Counter` makes, whose operators are those of no numbers.
        self.counters: set[Expr] = set()
        #: May deques be among the arguments?
        self.knows_deques = False
        #: The variables that vary themselves: others are among `names` because they change and are read.
        self.by_value: frozenset[str] = E.NO_NAMES
        #: Those that are taken for varied since something out of sight may change what they stand for.
        self.by_chance: set[str] = set()
        #: Variables that functions in variables are given which change their arguments.
        self.given_unseen: set[str] = set()
        #: Variables that calls of nested functions may bind anew.
        self.rebound: set[str] = set()
        #: Variables for keys of dicts that are taken for constant, and may stand for what varies.
        self.keys: set[str] = set()
        #: Variables of comprehensions.
        self.elements: set[str] = set()
        self._sources: dict[str, set[str]] = {}
        #: Of the functions that were met, by identity, whether their results never vary.
        self._zeros: dict[int, tuple[Any, bool]] = {}
        #: The parameters of nested functions, under names of their own, by the variables that hold the functions.
        self._parameters: dict[str, list[str]] = {}
        self._prefixes: dict[str, str] = {}
        #: Those of lambdas, by the variables that hold these somewhere.
        self._held_parameters: dict[str, set[str]] = {}
        #: Variables of containers that are made here, which are no part of anything else.
        self._new: frozenset[str] = frozenset()
        #: The statements that the set is closed under, and how much was known then.
        self._settled: tuple[S.Block, int, int] = ((), 0, 0)

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def add(self, name: str) -> None:
        self.names.add(name)

    def set_aside(self, name: str) -> None:
        """Take a variable for a key, which does not vary."""
        if name in self.names:
            self.keys.add(name)
        self.names.discard(name)

    def of(self, e: Expr) -> bool:
        """May the value of `e` vary (and with a derivative that is not zero everywhere)?"""
        head = e.head
        if head == "var":
            return e.data in self.names
        if not e.args or head in ("compare", "fstring", "slice"):
            return False
        if head == "op":
            if not self._any_of(e.args if e.heads & E.COMP else e.args[::-1]):  # chains are long on the left
                return False
            shown = repeated(e) if e.data == "*" else None
            if shown is not None:
                return self.of(shown)
            zero = (e.data != "|" or any(map(is_integer, e.args))) and self._is_zero(function_of(e)) and not self._is_defined(e)
            return not zero and not makes_text(e)
        if head == "call":
            return self._call(e)
        if head == "attr":
            return (e.data not in INACTIVE_ATTRIBUTES or self._is_object(e)) and self.of(e.args[0])
        if head == "index":
            return self.of(e.args[0]) or is_concatenation(e) and self.of(e.args[1])
        if head == "ifexp":
            return self.of(e.args[1]) or self.of(e.args[2])
        if head == "walrus":
            return self.of(e.args[1])
        if head == "comp":
            self._comprehension(e)
            elements = e.args[:2] if e.data.kind == "dict" else e.args[:1]
            return any(map(self.of, elements))
        if head == "dict":
            return any(self.of(v) or self.of(k.args[0] if k.head == "star" else k) for k, v in E.items(e))
        return any(map(self.of, e.args))

    def _is_object(self, e: Expr) -> bool:
        """Is this attribute that of an object of the user's, as far as the program shows?"""
        return e.args[0].head == "var" and e.args[0].data in self.objects or self.is_element(e)

    def is_element(self, e: Expr) -> bool:
        """Is this an attribute of an element in a comprehension that objects of the user's have, and maybe arrays, too?"""
        from s2sgrad.lower.object_names import SPECIAL, members_of
        obj = e.args[0]
        return obj.head == "var" and obj.data in self.elements and e.data in SPECIAL and any(
            e.data in members_of(c) for c in self._classes)

    def _call(self, e: Expr) -> bool:
        fn = e.args[0]
        if fn.head == "attr" and fn.data in INACTIVE_METHODS and not self._is_object(fn):
            return False
        if fn.head == "ref" and self._is_zero(fn.data.value):
            return any(map(self.of, written_arguments(e)))
        return self._any_of(parts_of_call(e))

    def _any_of(self, es: Iterable[Expr]) -> bool:
        names = self.names
        for a in es:
            if a.data in names if a.head == "var" else a.args and self.of(a):
                return True
        return False

    def _is_defined(self, e: Expr) -> bool:
        """Does a class in sight define an operator whose results have no derivative where they are numbers?"""
        names = UNARY[e.data][:1] if len(e.args) == 1 and e.data in UNARY else BINARY.get(e.data, ("", ""))[:2]
        return any(written_method(cls, n) is not None for cls in self._classes for n in names if n) \
            or any(a in self.counters or E.callee(a) is Counter for a in e.args)

    def _is_zero(self, fn: Any) -> bool:
        """Does the result of a function never vary?"""
        found = self._zeros.get(id(fn))
        if found is None:
            rule = rule_for(fn)
            found = self._zeros[id(fn)] = fn, rule is not None and rule.zero
        return found[1]

    def _comprehension(self, e: Expr) -> None:
        rest = e.args[2 if e.data.kind == "dict" else 1:]
        for target, conditions in e.data.clauses:
            self.elements |= S.bound(target)
            self.bind(target, rest[0])
            rest = rest[1 + conditions:]

    def made_of(self, name: str) -> set[str]:
        """A variable, and those that it was made of parts of."""
        found, todo = {name}, [name]
        while todo:
            new = self._sources.get(todo.pop(), set()) - found
            found |= new
            todo += new
        return found

    def surely(self) -> set[str]:
        """The variables that are varied, and not only made of what something out of sight may change."""
        chance = self.by_chance - self.by_value
        return {n for n in self.names if self.made_of(n).isdisjoint(chance) or not self.made_of(n).isdisjoint(self.by_value)} \
            if chance else self.names

    # ---- statements ---------------------------------------------------------------------------------------

    def bind(self, target: Expr, iterable: Expr) -> None:
        """The targets of a loop over `iterable`."""
        if not self.of(iterable):
            return
        fn = E.callee(iterable)
        pairs = target.args if target.head == "tuple" else ()
        if fn is enumerate and len(pairs) == 2:
            self.bind(pairs[1], iterable.args[1])
        elif fn is zip and len(pairs) == len(iterable.args) - 1:
            for t, source in zip(pairs, iterable.args[1:]):
                self.bind(t, source)
        elif iterable.head == "call" and iterable.args[0].head == "attr" and iterable.args[0].data == "items" \
                and len(pairs) == 2:
            self._assign(pairs[1])
        elif iterable.head == "call" and iterable.args[0].head == "attr" and iterable.args[0].data == "keys":
            return
        else:
            self._assign(target)

    def _assign(self, target: Expr) -> None:
        if target.head in ("tuple", "list", "star"):
            for a in target.args:
                self._assign(a)
        else:
            self._touch(target)

    def _touch(self, place: Expr) -> None:
        """Something varied is put into `place`: what it belongs to, and what that was made from, vary too."""
        base = owner_of(place)
        if base.head != "var":  # np.ravel(a)[0] = v
            self.names.update(*map(self.made_of, shares(base)))
            return
        if place.head == "var" or place.head == "index" and place.args[0] is base and base.data in self._new:
            todo = [] if base.data in self.names else [base.data]  # what elements of a new container were made of stays as it is
        else:
            todo = list(self.made_of(base.data))
        self.names.update(todo)

    def of_any(self, e: Expr) -> bool:
        """Does anything varied appear in `e`, also where only its sign or shape matters?"""
        return not self.names.isdisjoint(e.names)

    def settle(self, body: S.Block) -> Varied:
        """Close the set under the statements of `body`."""
        known, *sizes = self._settled
        if sizes == [len(self.names), len(self.objects)] and len(known) == len(body) and all(
                a is b for a, b in zip(known, body)):
            return self
        statements = list(with_closures(body))
        self._new = new_containers(statements, ())
        closures = [s for s in statements if any(e.heads & E.FUNCTION for e in S.expressions(s))]
        for s in statements:
            self._record_sources(s)
        self._close(statements, closures)
        self.by_value = self.by_value or frozenset(self.names)
        inside = inside_closures(body, statements)
        changed, given = changed_unseen(statements, inside, self._classes, self.made_of)
        self.given_unseen |= given
        self.rebound |= bound_unseen(inside)
        changed |= self.rebound | changed_aside(statements, self._classes, self.made_of)
        changed |= self._maybe_bounded(statements) if self.knows_deques else set()
        while more := self._used(changed - self.names, statements):
            self.names |= more
            self.by_chance |= more
            self._close(statements, closures)
        self._settled = body, len(self.names), len(self.objects)
        return self

    def _maybe_bounded(self, statements: list[S.Stmt]) -> set[str]:
        """The variables for what is given and grows: it may be a deque that drops elements."""
        grown = {owner_of(call.args[0]) for s in statements if isinstance(s, S.Do) for call in E.calls(s.value)
                 if call.args[0].head == "attr" and call.args[0].data in _GROWING}
        return {v.data for v in grown if v.head == "var" and not self.made_of(v.data).isdisjoint(self.given)}

    def _close(self, statements: list[S.Stmt], closures: list[S.Stmt]) -> None:
        before = -1
        while before != len(self.names):
            before = len(self.names)
            for s in closures:
                self._record_closures(s)
            for s in statements:
                self._step(s)

    def matters(self, name: str, body: S.Block) -> bool:
        """Is a variable, or a part of it, used where something varied happens, or is it the caller's?"""
        return bool(self._used({name}, list(with_closures(body))))

    def _used(self, names: set[str], statements: list[S.Stmt]) -> set[str]:
        """Those of some variables of which (a part) is used where something varied happens, and those of the caller's."""
        if not names:
            return names
        read = {n for s in statements if self.happens_in(s) for e in S.expressions(s) for n in e.names}
        used = set().union(*map(self.made_of, read))
        return {n for n in names if n in used or not self.made_of(n).isdisjoint(self.given)}

    def happens_in(self, s: S.Stmt) -> bool:
        """Does a statement, or one inside it, bind or change something varied?"""
        for t in S.walk_stmts((s,)):
            if not self.names.isdisjoint(S.writes(t)):
                return True
            if any(map(self.of_any, S.stored_roots(t))):  # what a call gives may be a part of its arguments
                return True
            if isinstance(t, S.Do) and any(map(self.of, t.value.args)):
                return True
            if any(e.heads & E.WALRUS and any(p.head == "walrus" and p.args[0].data in self.names for p in E.walk(e))
                   for e in S.expressions(t)):
                return True
        return False

    def _record_closures(self, s: S.Stmt) -> None:
        """What nested functions do, they do wherever they are called; their parameters are what they are called with."""
        if isinstance(s, S.Define):
            self._prefixes[s.name] = prefix_of(s.value)
            self._parameters[s.name] = [prefix_of(s.value) + p.name for p in s.value.data.function.params]
            return
        for e in S.expressions(s):
            for part in E.walk(e):
                if part.head == "function":
                    params = [prefix_of(part) + p.name for p in part.data.function.params]
                    if isinstance(s, S.Assign) and s.target.head == "var" and part is s.value:
                        self._prefixes[s.target.data] = prefix_of(part)
                        self._parameters[s.target.data] = params
                    else:
                        for holder in {*S.writes(s), *(E.root(c.args[0]).data for c in E.calls(e) if c.args[0].head == "attr")}:
                            self._held_parameters.setdefault(holder, set()).update(params)
                        if any(map(self.of, e.args)):
                            self.names.update(params)

    def _record_sources(self, s: S.Stmt) -> None:
        """A variable made from part of another may be a view of it: writing the one changes the other."""
        for e in S.expressions(s):
            for call in E.calls(e) if e.heads & E.CALL else ():
                if call.args[0].head == "attr" and call.args[0].data in _PUTTING and owner_of(call.args[0]).head == "var":
                    self._holds(owner_of(call.args[0]).data, set().union(*map(shares, call.args[1:])))
                for meant in (call, *calls_of_methods(call, self._classes)):
                    for holder, a, _ in stored_arguments(meant):
                        if owner_of(holder).head == "var":
                            self._holds(owner_of(holder).data, shares(a))
        if isinstance(s, S.Define):
            self._holds(s.name, shares(s.value))
        if isinstance(s, S.Assign) and s.target.head in ("index", "attr") and owner_of(s.target).head == "var":
            self._holds(owner_of(s.target).data, shares(s.value))
        unseen = set().union(*(given_unseen_back(e, self._classes) for e in S.expressions(s)))
        for name, sources in made(s, self._classes):
            sources = sources | unseen
            self._holds(name, sources - _constant_of_pullback(s.value) if isinstance(s, S.Assign) else sources)
        if isinstance(s, S.Assign) and s.value.head == "call" and s.value.args[0].head == "attr" \
                and s.value.args[0].data == "copy":  # of a list the elements are those of the copy as well
            for name in S.bound(s.target):
                self._holds(name, shares(s.value.args[0].args[0]))

    def _holds(self, name: str, sources: set[str]) -> None:
        """What is changed through a container or an object may be what was put into it."""
        if sources - {name}:
            self._sources.setdefault(name, set()).update(sources - {name})

    def _step(self, s: S.Stmt) -> None:
        if type(s) is S.Assign and s.target.head == "var" and s.target.data in self.names and not s.value.heads & _ACTING:
            return
        for e in S.expressions(s):
            self._effects(e)
        if isinstance(s, (S.Assign, S.Aug)):
            if self.of(s.value):
                self._assign(s.target)
                owner = owner_of(s.target)
                if isinstance(s, S.Aug) and owner.head == "var":  # of an array, all that share its memory change
                    self.names |= self.made_of(owner.data)
        elif isinstance(s, S.For):
            self.bind(s.target, s.iter)
        elif isinstance(s, S.With):
            for e, t in s.items:
                if t is not None and self.of(e):
                    self._assign(t)
        elif isinstance(s, S.Define) and self.of(s.value):
            self.names.add(s.name)

    def _effects(self, e: Expr) -> None:
        """Calls put varied arguments into their receivers and into the arguments that they change."""
        if not e.heads & _ACTING:
            return
        for a in e.args:
            if a.heads & _ACTING:
                self._effects(a)
        if e.head == "walrus" and self.of(e.args[1]):
            self._touch(e.args[0])
        elif e.head == "comp":
            self._comprehension(e)
        elif e.head == "call":
            fn = e.args[0]
            for a in e.args if any(map(self.of, e.args)) else ():
                self.names.update(self._parameters.get(a.data, ()) if a.head == "var" else ())
            table = E.root(fn) if fn.head == "index" else fn
            if table.head == "var" and table.data not in self._parameters and any(map(self.of, e.args[1:])):
                self._called(table.data)
            if fn.head == "attr" and owner_of(fn).head == "var" and (
                    any(map(self.of, e.args[1:])) or self.of(fn.args[0]) and self._may_change(fn.data)):
                self._touch(fn)
            if E.callee(fn) is getattr and any(map(self.of, e.args[1:])) and some_method_may_change(self._classes):
                self._touch(E.attr(fn.args[1], "__call__"))
            for call in calls_of_methods(e, self._classes) if fn.head != "var" or fn.data not in self._parameters else ():
                self._written_arguments(call)
            if fn.head in ("ref", "var") or given_out(e) is not None:
                self._written_arguments(e)
            if any(map(self.of, e.args)) and may_be_object(fn, self._classes) \
                    and not (fn.head == "var" and fn.data in self._parameters) and self._may_change("__call__"):
                self._touch(E.attr(fn, "__call__"))

    def _called(self, name: str) -> None:
        """A function in a variable, ``f = xs.append``, may change what it was made of; so may nested ones that others made."""
        found = self.made_of(name)
        self.names.update(*(self._held_parameters.get(n, ()) for n in found))
        sources = found - {name}
        self.names |= sources - self._parameters.keys()
        functions = list(sources & self._parameters.keys())
        while functions:
            n = functions.pop()
            self.names.update(self._parameters[n])
            functions += [f for f in self._parameters if f.startswith(self._prefixes[n])]

    def _may_change(self, name: str) -> bool:
        return bool(self._classes) and may_change(str(name), self._classes)

    def _written_arguments(self, e: Expr) -> None:
        written = written_arguments(e)
        if written and any(map(self.of, e.args)):
            for a in written:
                owner = E.root(a)
                while owner.head == "call" and owner.args[0].head == "ref" and len(owner.args) > 1:
                    owner = E.root(owner.args[1])  # ``list(xs)`` has the elements of `xs`
                self._touch(E.index(owner if owner.head == "var" else a, E.NONE))


_GROWING = ("append", "appendleft", "extend", "extendleft")
_PUTTING = ("append", "appendleft", "insert", "extend", "extendleft", "add", "update", "setdefault")


def _constant_of_pullback(e: Expr) -> set[str]:
    """What is passed to ``pullback(f, wrt)`` and not differentiated: functions that change an argument have no pullback."""
    maker = e.args[0] if e.head == "call" else e
    if E.callee(maker) is not runtime.pullback or len(maker.args) != 3 or maker.args[2].head != "tuple":
        return set()
    wrt = [k.data for k in maker.args[2].args if k.head == "const"]
    given = E.arguments(e)
    marks = [mark for mark, _ in given]
    kept = [a for n, (mark, a) in enumerate(given) if n in wrt or mark in wrt or not mark and "*" in marks[:n]]
    return set().union(*(shares(a) for _, a in given)) - set().union(shares(maker.args[1]), *map(shares, kept))
