"""Which expressions of generated code have effects, and which memory they read and write.

Unification in the manner of Steensgaard (1996), as in the analysis of the primal but of the generated function: the
variables that may share memory form a group, and a group has one group for its elements. Only groups that something
changes in place matter: a read of any other memory gives the same value wherever it stands. A read or a write names
groups by tokens.
"""
from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.differentiate.access import FRESH
from s2sgrad.differentiate.library import SHAPE_ONLY
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.types import Type
from s2sgrad.lower.writing import PASSING, is_ufunc_at
from s2sgrad.optimize.claims import Claims, declared_by
from s2sgrad.optimize.effects import COLLECTS, changed, is_known, leaves_alone
from s2sgrad.optimize.groups import NOTHING, Groups, Tokens
from s2sgrad.rules.bind import gives_parts
from s2sgrad.rules.families import library
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.registry import rule_for

#: Stands in a set of written tokens for everything that code outside may change.
OUTSIDE = -1

#: What an expression contains that may have an effect.
MAY_ACT = E.CALL | E.FUNCTION | E.COMP | E.WALRUS
#: What may contain something of which not all is read, or variables of its own.
_NOT_ALL = E.CALL | E.ATTR | E.COMP
_SIZES = frozenset(("shape", "ndim", "size", "dtype", "itemsize", "nbytes"))
#: Operators of numbers and arrays alone: what they give is new. What repeats a list, or joins two, holds the same elements.
_COMPUTES = frozenset(("-", "/", "//", "**", "%", "@"))
#: They give what belongs to the memory of their argument.
_BY_MEMORY = (runtime.mirror, runtime.mirror_array)
_TAKES_ELEMENT = frozenset(("pop", "popleft", "popitem", "get", "setdefault"))
_PUTS_ELEMENTS = frozenset(("extend", "extendleft", "update"))
_PUTS = _PUTS_ELEMENTS | frozenset(("append", "appendleft", "insert", "add", "setdefault"))


def changes_nothing(fn: S.Function, types: Mapping[str, Type] | Callable[[str], Type]) -> bool:
    """Does a generated function leave all memory as it is that others see?"""
    memory = Memory(fn, Claims(fn, declared_by(types), {}))
    seen = memory.escaping | {OUTSIDE}
    return all(memory.writes(s).isdisjoint(seen) for s in S.walk_stmts(fn.body))


class Memory(Groups):
    """The groups of variables of `fn` that may share memory, and which of them are changed."""

    def __init__(self, fn: S.Function, claims: Claims, sharing: Iterable[tuple[str, ...]] = ()) -> None:
        super().__init__()
        self.claims = claims
        self._pure: dict[int, tuple[Expr, bool]] = {}  # by the identity of what is asked about, which is held
        self._known: dict[Any, bool] = {}
        self._read: dict[Expr, Tokens] = {}
        self._writes: dict[S.Stmt, Tokens] = {}
        self._outside = [self.node(p.name) for p in fn.params if p.name not in claims.numbers]
        for group in sharing:  # what the forward function hands over: arrays, and views of them
            self._mixed(E.tuple_(*map(E.var, group)))
        statements = list(S.walk_stmts(fn.body))
        for s in statements:
            if type(s) is S.Assign and s.value.head == "op" and s.value.data in _COMPUTES and s.target.head == "var" \
                    and not s.heads & E.CALL:  # most of them
                claims.sharing_nothing.add(s)
                if s.target.data not in claims.numbers:
                    self.node(s.target.data)
            else:
                self._statement(s)
        self._escaping = self._written = NOTHING
        self._base = len(self._parent)
        self._escaping = self._reach(self._outside)
        writers = [s for s in statements if type(s) is not S.Assign or s.value.heads & E.CALL or s.target.head != "var"]
        self._written = frozenset().union(*map(self.writes, writers)) - {OUTSIDE}

    # ---- answers ------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Asking for the memory behind an expression may merge groups, which outdates earlier answers."""
        if self._outdated:
            self._outdated = False
            for known in (self._read, self._tokens, self._still, self._writes):
                known.clear()
            self._escaping = self._reach(self._outside)
            self._written = frozenset(map(self._find, self._written))

    @property
    def escaping(self) -> Tokens:
        """The memory that others see."""
        self._settle()
        return self._escaping

    @property
    def written(self) -> Tokens:
        """The memory that something changes."""
        self._settle()
        return self._written

    def is_pure(self, e: Expr) -> bool:
        """Can `e` be evaluated earlier, later, twice or not at all, if only the memory that it reads is the same?"""
        if not e.heads & MAY_ACT:
            return True
        known = self._pure.get(id(e))
        if known is None:
            acting = [a for a in e.args if a.heads & MAY_ACT]
            found = e.head not in ("walrus", "function", "comp") and all(map(self.is_pure, acting)) \
                and (e.head != "call" or self.is_known(e) and not changed(e))
            known = self._pure[id(e)] = e, found
        return known[1]

    def is_known(self, e: Expr) -> bool:
        """`effects.is_known`, asked once for each function."""
        fn = e.args[0]
        if fn.head == "attr":
            return is_known(e)
        key = fn._key if fn.head == "ref" else fn
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = is_known(e)
        return found

    def reads(self, e: Expr) -> Tokens:
        """The changing memory on which the value of `e` depends, or will when it is looked into."""
        if self._outdated:
            self._settle()
        if not self._written or self._still.issuperset(e.names) and not e.heads & E.COMP:
            return NOTHING
        tokens = NOTHING
        for name in e.names:
            own = self._tokens.get(name)
            if own is None:
                own = self.changing(name)
            if own:
                tokens = tokens | own
            else:
                self._still.add(name)
        if not e.heads & _NOT_ALL or not tokens and not e.heads & E.COMP:
            return tokens
        found = self._read.get(e)
        if found is None:
            out: set[int] = set()
            self._reads(e, out)
            found = self._read[e] = frozenset(out)
        return found

    def changing(self, name: str) -> Tokens:
        """The memory that can be reached through a variable and that something changes."""
        self._settle()
        found = self._tokens.get(name)
        if found is None:
            found = self._tokens[name] = self.reachable(name) & self._written
        return found

    def touches(self, e: Expr) -> Tokens:
        """`reads`, whether or not anything changes that memory."""
        return self._reach(self._node[n] for n in e.names if n in self._node)

    def writes(self, s: S.Stmt) -> Tokens:
        """The memory that a statement itself changes."""
        if type(s) is S.Assign and s.target.head == "var" and not s.value.heads & E.CALL:
            return NOTHING
        if self._outdated:
            self._settle()
        found = self._writes.get(s)
        if found is None:
            found = self._written_by(s)
            if self._outdated:
                self._settle()
                found = self._written_by(s)
            self._writes[s] = found
        return found

    def _written_by(self, s: S.Stmt) -> Tokens:
        out: set[int] = set()
        if type(s) is S.Do or type(s) is S.Assign and s.target.head == "var":  # most of those that are asked about
            pass
        elif isinstance(s, S.Assign) and s.target.head == "tuple":
            for t in S.parts(s.target):
                out |= self._place(t.args[0]) if t.head in ("index", "attr") else NOTHING
        elif isinstance(s, (S.Assign, S.Aug)) and s.target.head in ("index", "attr"):
            out |= self._place(s.target.args[0])
            if isinstance(s, S.Aug):
                out |= self._reach(self._find(self._element[n]) for n in list(out) if n in self._element)
        elif isinstance(s, S.Aug) and s.target.data not in self.claims.numbers:
            out |= self._place(s.target)
        elif isinstance(s, S.Delete):
            for t in s.targets:
                if t.head in ("index", "attr"):
                    out |= self._place(t.args[0])
        elif isinstance(s, S.With):  # managers may change themselves when they are entered and left
            for manager, name in s.items:
                names = manager.names | (E.NO_NAMES if name is None else S.bound(name))
                out |= self._reach(self._node[n] for n in names if n in self._node)
        for e in S.expressions(s):
            if e.heads & E.CALL:
                self._call_writes(e, out)
        return frozenset(out)

    def group(self, name: str) -> int | None:
        """The token of the memory that a variable stands for; None for numbers."""
        return self._find(self._node[name]) if name in self._node else None

    def reachable(self, name: str) -> Tokens:
        """The tokens of all memory that can be reached through a variable."""
        return self._reach((self._node[name],)) if name in self._node else NOTHING

    def link(self, name: str, e: Expr) -> bool:
        """Note that a pass is about to bind `name`, whose memory nothing changes, to the value of `e`.

        The tokens that were given out keep their meaning. Where two of them would become one, it is not done: what holds
        itself, as far as is known, cannot be what holds something else.
        """
        node = self.value(e)
        if node is None or name not in self._node:
            return True
        self._settle()
        if not self._keeps_tokens(node, self._node[name]):
            return False
        self._join(node, self._node[name])
        for known in (self._read, self._tokens, self._still):
            known.clear()
        self._escaping = self._reach(self._outside) if self.reachable(name) & self._escaping else self._escaping
        return True

    def _keeps_tokens(self, a: int, b: int) -> bool:
        """Are no two groups that can be reached from `a` made one by adding `b` to it?"""
        theirs, joined = self._reach((a,)), {}
        a, b = self._find(a), self._find(b)
        while a != b and b not in theirs:
            joined[b] = a
            inner = self._element.get(b)
            if inner is None:
                return True
            a, b = (self._find(n) for n in (self._element.get(a, inner), inner))
            while a in joined:
                a = joined[a]
            while b in joined:
                b = joined[b]
        return a == b

    def _place(self, e: Expr) -> Tokens:
        """The group of the object that a store changes; what it holds, too, where its kind is not known."""
        node = self.value(e)
        return NOTHING if node is None else frozenset((self._find(node),))

    # ---- statements ---------------------------------------------------------------------------------------------

    def _statement(self, s: S.Stmt) -> None:
        if type(s) is S.Assign and s.target.head == "var":  # most of them
            node = None if s in self.claims.sharing_nothing else self.value(s.value)
            if node is None:
                self.claims.sharing_nothing.add(s)
            if s.target.data not in self.claims.numbers:
                own = self.node(s.target.data)
                if node is not None:
                    self._merge(own, node)
            if s.value.heads & E.CALL:
                self._retained(s.value)
            return
        if isinstance(s, S.Assign):
            self._assign(s.target, s.value)
        elif isinstance(s, S.Aug):
            self._augment(s)
        elif isinstance(s, S.For):
            self._bind(s.target, self._part(s.iter))
        elif isinstance(s, S.With):
            for e, t in s.items:
                if t is not None:
                    self._bind(t, self.value(e))
        elif isinstance(s, S.Define):
            self._bind(E.var(s.name), self.value(s.value))
        elif isinstance(s, S.Raise):
            self._outside += [self.node(n) for e in S.expressions(s) for n in e.names]
        for e in S.expressions(s):
            if e.heads & E.CALL:
                self._retained(e)

    def _assign(self, target: Expr, e: Expr) -> None:
        if target.head in ("tuple", "list") and e.head in ("tuple", "list") and len(target.args) == len(e.args) \
                and all(a.head != "star" for a in (*target.args, *e.args)):
            for t, a in zip(target.args, e.args):
                self._assign(t, a)
        elif target.head in ("index", "attr"):
            owner, stored = self.value(target.args[0]), self.value(e)
            if owner is not None and stored is not None and not self._is_array(target.args[0]):
                self._merge(self._inside(owner), stored)
        else:
            self._bind(target, self.value(e))

    def _bind(self, target: Expr, node: int | None) -> None:
        if target.head == "var":
            if target.data not in self.claims.numbers:
                own = self.node(target.data)
                if node is not None:
                    self._merge(own, node)
        elif target.head in ("tuple", "list"):
            for t in target.args:
                self._bind(t.args[0] if t.head == "star" else t, None if node is None else self._inside(node))
        elif node is not None:
            owner = self.value(target.args[0])
            if owner is not None:
                self._merge(self._inside(owner), node)

    def _augment(self, s: S.Aug) -> None:
        if self.claims.is_inexact(s.value) or self.claims.is_number(s.value):
            return
        owner, added = self.value(s.target), self.value(s.value)
        if owner is not None and added is not None and s.symbol == "+" and not self._is_array(s.target):
            self._merge(self._inside(owner), self._inside(added))

    def _retained(self, e: Expr) -> None:
        """Elements put into containers, and arguments of calls about which nothing is known."""
        if e.head == "call":
            fn = e.args[0]
            if fn.head == "attr" and fn.data in _PUTS:
                owner = self.value(fn.args[0])
                for a in e.args[1:]:
                    stored = self.value(a)
                    if owner is not None and stored is not None:
                        self._merge(self._inside(owner), self._inside(stored) if fn.data in _PUTS_ELEMENTS else stored)
            elif not self.is_known(e):
                kept = self.value(e)
                if kept is not None:
                    self._outside.append(kept)
        for a in e.args:
            if a.heads & E.CALL:
                self._retained(a)

    def _call_writes(self, e: Expr, out: set[int]) -> None:
        if e.head == "call":
            if self.is_known(e):
                for a in changed(e):
                    place = self._place(a)
                    out |= place if e.args[0].head == "attr" or is_ufunc_at(E.callee(e)) else self._reach(place)
            elif not leaves_alone(e):
                out.add(OUTSIDE)
                out |= self.escaping | self.touches(e)
        for a in e.args:
            if a.heads & E.CALL:
                self._call_writes(a, out)

    def _reads(self, e: Expr, out: set[int]) -> None:
        if e.head == "var":
            if e.data in self._node:
                out |= self._reach((self._node[e.data],)) & self._written
            return
        if not e.names or e.head == "attr" and e.data in _SIZES:
            return
        skipped = SHAPE_ONLY.get(E.hashable_callee(e), ()) if e.head == "call" else ()
        for n, a in enumerate(e.args):
            if n - 1 not in skipped or not self._has_shape(a):
                self._reads(a, out)

    def _has_shape(self, e: Expr) -> bool:
        """Is `e` a number or an array? Of a list or a dict, stores change what corresponds to the shape."""
        return self.claims.is_number(e) or self.claims.of(e).kind in ("number", "array", "numeric")

    # ---- the memory behind an expression --------------------------------------------------------------------------

    def _is_array(self, e: Expr) -> bool:
        return e.head == "var" and self.claims.declared(self.claims.base(e.data).lstrip("~^")).is_array

    def _is_container(self, e: Expr) -> bool:
        return e.head == "var" and self.claims.declared(self.claims.base(e.data).lstrip("~^")).kind in (
            "list", "tuple", "dict", "set")

    def _has_container(self, es: Iterable[Expr]) -> bool:
        for e in es:
            if e.head == "list" or e.head == "tuple" or e.head == "var" and self._is_container(e):
                return True
        return False

    def _has_sequence(self, es: Iterable[Expr]) -> bool:
        for e in es:
            if e.head != "const" and not e.heads & E.CALL and self.claims.of(e).kind in ("list", "tuple"):
                return True
        return self._has_container(es)

    def value(self, e: Expr) -> int | None:
        """The memory that the value of `e` may share; None where it is new or cannot change."""
        head = e.head
        if head == "var":
            return None if e.data in self.claims.numbers else self.node(e.data)
        if head == "op" and (e.data in _COMPUTES or e.data == "*" and (
                self.claims.is_inexact(e) or not self._has_sequence(e.args))):
            return None
        if head in ("const", "compare", "fstring") or not e.args and head != "ref" or self.claims.is_number(e):
            return self._new() if head in ("list", "dict", "set") else None
        if head == "ref":
            return self._reference(e)
        if head == "index":
            return None if e.args[1].head in ("list", "compare") else self._part(e.args[0])  # these copy
        if head == "attr":
            return None if e.data in _SIZES else self._part(e.args[0])
        if head == "op":
            if e.data == "+" and self._has_container(e.args):
                return self._new_holding(e.args, self._inside)
            calculated = self.claims.is_inexact(e) or self.claims.of(e).kind in ("array", "numeric")
            return None if calculated else self._new_holding(e.args, self._inside)
        if head in ("tuple", "list", "dict", "set"):
            return self._new_holding(e.args)
        if head == "call":
            return self._call(e)
        if head in ("ifexp", "bool"):
            return self._any_of(e.args[1:] if head == "ifexp" else e.args)
        if head == "star":
            return self._part(e.args[0])
        return self._mixed(e)

    def _reference(self, e: Expr) -> int | None:
        if isinstance(e.data.value, (int, float, complex, str, type(None))) or callable(e.data.value):
            return None
        name = "ref:" + e.data.text
        if name not in self._node:
            self._outside.append(self.node(name))
            self._outdated = True  # of what others see there is more
        return self.node(name)

    def _part(self, e: Expr) -> int | None:
        """The memory of a part of `e`: a view of an array, an element of a container, either where it is not known."""
        node = self.value(e)
        if node is None:
            return None
        if self._is_array(e):
            return node
        if self._is_container(e):
            return self._inside(node)
        return self._merge(node, self._inside(node))

    def _new_holding(self, es: Iterable[Expr], part: object = None) -> int | None:
        """Something new whose elements are `es` (or the elements of `es`)."""
        made = self._new()
        for a in es:
            node = self.value(a.args[0] if a.head == "star" else a)
            if node is not None:
                self._merge(self._inside(made), self._inside(node) if part is not None or a.head == "star" else node)
        return made

    def _any_of(self, es: Iterable[Expr]) -> int | None:
        out: int | None = None
        for a in es:
            node = self.value(a)
            if node is not None:
                out = node if out is None else self._merge(out, node)
        return out

    def _mixed(self, e: Expr) -> int | None:
        """All that `e` mentions, and what that holds, may be part of its value."""
        made = self._new()
        for name in sorted(e.names):
            if name not in self.claims.numbers:
                made = self._merge(made, self.node(name))
        return self._merge(made, self._inside(made))

    def _call(self, e: Expr) -> int | None:
        fn = e.args[0]
        if fn.head == "attr" and fn.data in _TAKES_ELEMENT:
            owner = self.value(fn.args[0])
            return None if owner is None else self._inside(owner)
        if not self.is_known(e):
            return self._mixed(e)
        target = E.hashable_callee(e)
        if target in FRESH or target in SHAPE_ONLY and target is np.zeros_like:
            return None
        if target in PASSING:
            return self.value(e.args[1])
        if target in COLLECTS:
            made = self._new()
            for a in e.args[1:]:
                part = self._part(a)
                if part is not None:
                    self._merge(self._inside(made), part)
            return made
        made_of = canonical(e)
        rule = None if library(target) == "s2sgrad" and target is not None else rule_for(E.hashable_callee(made_of))
        if rule is not None and not rule.view and not gives_parts(e):
            return None
        if target in SHAPE_ONLY and target not in _BY_MEMORY:
            return self._of_arguments(e, SHAPE_ONLY[target])
        return self._mixed(e)

    def _of_arguments(self, e: Expr, but: Container[int]) -> int:
        """The memory of the arguments of a helper, and what they hold, may be part of its value, `but` of some."""
        made = self._new()
        for n, a in enumerate(e.args[1:]):
            node = None if n in but else self.value(a)
            if node is not None:
                made = self._merge(made, node)
        return self._merge(made, self._inside(made))
