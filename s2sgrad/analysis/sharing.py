"""What shares memory with what: every statement merges places in memory (see `analysis.memory`).

What is merged stays merged, whatever the order of the statements, which is safe and fast.

Two refinements keep ordinary programs apart. A value that surely is a number shares nothing. And a part ``t = x[i]``
that is only computed with, before anything is written again, might as well be a copy; such reads are called
transient and do not connect `t` to `x`.
"""
from __future__ import annotations

import collections
from collections.abc import Iterable

from s2sgrad import runtime
from s2sgrad.analysis.apart import containers as shown_containers
from s2sgrad.analysis.borrowing import Apart, Shown, is_generated, makes_array, transient_reads
from s2sgrad.analysis.computing import KEEPING, is_operation
from s2sgrad.analysis.guesses import Guesses
from s2sgrad.analysis.inference import Types, type_of
from s2sgrad.analysis.memory import Node, is_place_known, within
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import Liveness
from s2sgrad.lower.effects import changed_contents, may_return, stored_arguments, written_arguments, written_inside
from s2sgrad.lower.writing import EXCHANGE_ATTRIBUTES
from s2sgrad.markers import Checkpoint
from s2sgrad.rules.bind import BindError, application, gives_new, gives_parts
from s2sgrad.rules.methods_table import ARRAY_ATTRIBUTES, INACTIVE_METHODS, canonical
from s2sgrad.rules.records import record_fields


class Sharing(Guesses):
    """The memory of a function's variables after all of its statements.

    Without `guess`, whatever may be an array is taken for one; `containers` are the variables, and the labels of
    places in others, that are known to stand for containers, None while they are being looked for.
    """

    def __init__(self, fn: S.Function, types: Types, guess: bool, containers: frozenset[str] | None,
                 live: Liveness, first: Sharing | None = None,
                 numbers: frozenset[str] = E.NO_NAMES, but: frozenset[str] = E.NO_NAMES) -> None:
        super().__init__(fn, types, guess)
        self.shown = Shown(fn, but) if first is None else first.shown
        self.told_apart = self.shown.tuples
        self._containers = containers
        apart = Apart(self._is_other_part)
        self.transient = transient_reads(fn.body, live, self.shown.unshared, self.shown.frozen,
                                         None if first is None else first.reach, self._copies_into,
                                         apart if guess and first is not None else None, self._joins)
        self.apart = apart.writes  # by the statements that write beside parts that are read afterwards: these parts
        self.assumed |= {*numbers, *self.shown.checked}
        if first is not None:
            self.kept_changed = first.changed_where_kept()
        for p in fn.params:
            self.node(p.name).given = True
        for name in shown_containers(fn):
            self.node(name).container = True
        for s in S.walk_stmts(fn.body):
            self._statement(s)
        self._settle_changes()
        self.settle_mirrors()

    # ---- statements -----------------------------------------------------------------------------------------

    def _statement(self, s: S.Stmt) -> None:
        if isinstance(s, S.Assign):
            self._assign(s, s.target, s.value)
        elif isinstance(s, S.Aug):
            self._augmented(s)
        elif isinstance(s, S.For):
            self._loop(s)
        elif isinstance(s, S.With):
            for e, t in s.items:
                if t is not None and t.head == "var":
                    self._share(t.data, self.value(e, s))
        elif isinstance(s, S.Delete):
            for t in (t for t in s.targets if t.head != "var" and E.root(t).head == "var"):
                self._write(self.place(t.args[0], s))
        for e in S.expressions(s):
            if e.heads & E.CALL:
                self._effects(e, s)

    def _assign(self, s: S.Stmt, target: Expr, e: Expr) -> None:
        if target.head == "var":
            if e.head == "var" and e.data in self.assumed:
                self._name_anew(e.data, target.data)
            elif s not in self.transient and not self._is_copied_at_once(s, target) and not self._is_element(s, target, e):
                self._share(target.data, self.value(e, s))
        elif target.head in ("tuple", "list"):
            if e.head == "tuple" and len(e.args) == len(target.args):
                for t, x in zip(target.args, e.args):
                    self._assign(s, t, x)
                return
            node = self.value(e, s)
            starred = any(t.head == "star" for t in target.args)
            for n, t in enumerate(target.args):
                inner = t.args[0] if t.head == "star" else t
                if inner.head == "var" and node is not None:
                    self._share(inner.data, self.element(node) if starred else self.position(node, n))
        else:
            owner = self.place(target.args[0], s)
            if owner is None:
                return
            if s not in self.shown.first_stores:
                self._write(owner)
            stored = self.value(e, s)
            if self.type_of(target.args[0], s).kind in ("array", "numeric"):
                return
            if stored is None and E.hashable_callee(e) in _MAKERS:  # ``self.queue = deque()``
                stored = self._new()
                stored.container = True
            attribute = target.data if target.head == "attr" else ""
            if stored is not None and target.head == "index" and target.args[1].head == "slice":  # a list gets its elements
                self.merge(self.element(owner), self._part(stored, self.type_of(e, s)))
            elif stored is not None:
                self.merge(self.field(owner, attribute) if attribute else self._entry(owner, target.args[1]), stored)
            elif not (target.head == "index" and is_generated(s)):  # a derivative puts back what it copied
                self._keep(e, owner, attribute)

    def _augmented(self, s: S.Aug) -> None:
        if s.target.head == "var":
            t = self.types.at(s, s.target.data)
            if t.kind != "number":
                self._updates.append(s)
            if t.kind in ("list", "any") and s.symbol == "+":
                node, added = self.node(s.target.data), self.value(s.value, s)
                if added is not None and (added.element or added.positions):
                    self.merge(self.element(node), self.element(added))
            return
        owner = self.place(s.target.args[0], s)
        if owner is not None:
            self._write(owner)
            if s.target.head == "attr":
                self.inner_updates.append((s, owner, self.field(owner, s.target.data)))
            elif not self.type_of(s.target.args[0], s).is_array and (owner.element is not None or owner.positions):
                self.inner_updates.append((s, owner, self._entry(owner, s.target.args[1])))

    def _loop(self, s: S.For) -> None:
        node = self.value(s.iter, s)
        if node is None:
            return
        for name in sorted(S.bound(s.target)):
            if not self.types.result(s, name).immutable:
                self._share(name, self._part(node, self.type_of(s.iter, s)))

    def _share(self, name: str, node: Node | None) -> None:
        if node is not None:
            self.merge(self.node(name), node)

    def _effects(self, e: Expr, s: S.Stmt) -> None:
        """Calls that write their arguments, and methods that put an argument into their receiver."""
        if e.head == "call":
            whole, fields = changed_contents(e)
            for a in written_arguments(e):
                node = self.place(a, s) if self.type_of(a, s).kind != "number" else None
                if a in whole:
                    self._write(node)
                elif node is not None:
                    self._set.append((node, None, s, e))
            for holder, a, where in stored_arguments(e):
                owner, stored = self.place(holder, s), self.value(a, s)
                if a.head == "var" and a.data in self.assumed:
                    self.values.append((s, a))
                if owner is not None and stored is not None and not self.type_of(holder, s).is_array:
                    self._stored.append((owner, stored, where))
            self._helper(e, s)
            for a in written_inside(e):
                node = self.place(a, s)
                if node is not None and self.type_of(a, s).kind not in ("number", "array"):
                    if a in whole:
                        self._write_reachable(node)
                    else:
                        self._set.append((node, fields, s, e))
            fn = e.args[0]
            if fn.head == "attr" and fn.data == EXCHANGE_ATTRIBUTES and (owner := self.place(fn.args[0], s)) is not None:
                for k in e.args[2:]:
                    self.merge(self.field(owner, e.args[1].data), self.field(owner, k.data))
            if fn.head == "attr" and fn.data in ("append", "appendleft", "insert", "add", "extend", "extendleft",
                                                 "update", "setdefault"):
                owner = self.place(fn.args[0], s)
                if owner is not None:
                    owner.find().container = True
                for a in e.args[1:]:
                    stored = self.value(a, s)
                    self._keep(a, owner)
                    if stored is not None and owner is not None:
                        part = self.element(stored) if fn.data in ("extend", "extendleft", "update") else stored
                        self.merge(self.element(owner), part)
        for a in e.args:
            if a.heads & E.CALL and a.head in ("call", "index", "attr", "op", "tuple", "list", "dict", "ifexp", "star"):
                self._effects(a, s)

    def _helper(self, e: Expr, s: S.Stmt) -> None:
        """Run-time helpers that put something into a place, ``restore(x, key, value)``."""
        fn = E.callee(e)
        if fn is runtime.link:
            self._mirrored(e.args[1], self.value(e.args[2], s), s, self.value(e.args[3], s))
        elif fn in (runtime.restore, runtime.restore_attribute, runtime.put_back):
            owner, stored = self.place(e.args[1], s), self.value(e.args[3], s)
            if owner is not None and stored is not None:
                key = e.args[2]
                self.merge(self.field(owner, key.data) if fn is runtime.restore_attribute else self._entry(owner, key), stored)

    # ---- what an expression stands for ----------------------------------------------------------------------

    def _copies_into(self, s: S.Stmt) -> bool:
        """Does a store copy its value into an array?"""
        return isinstance(s, S.Assign) and s.target.head == "index" and self.type_of(s.target.args[0], s).is_array

    def _joins(self, s: S.Stmt) -> bool:
        """Does a statement make a list or tuple of the elements of others?"""
        return isinstance(s, (S.Assign, S.Aug)) and s.value.head == "op" and s.value.data in ("+", "*") \
            and self._has_sequence(s.value.args, s)

    def place(self, e: Expr, s: S.Stmt) -> Node | None:
        """The storage that writing into `e` changes."""
        if e.head == "var":
            return self.node(e.data)
        return self.value(e, s)

    def value(self, e: Expr, s: S.Stmt) -> Node | None:
        """The storage that the value of `e` may share; None where it is fresh or cannot be changed."""
        head = e.head
        if head == "op":  # most expressions: their types need not be known
            joins = e.data in ("+", "*") and self._has_sequence(e.args, s)
            return self._joined(e, s) if joins and not self.type_of(e, s).immutable else None
        if head in ("const", "compare") or self.type_of(e, s).immutable or head == "var" and e.data in self.assumed:
            return None
        if head == "var":
            return self.node(e.data)
        if head == "ref":
            outside = self.node("ref:" + e.data.text)
            outside.given = True
            return outside
        if head == "index":
            return self._index(e, s)
        if head == "attr":
            return self._attribute(e, s)
        if head == "call":
            return self._call(e, s)
        if head in ("tuple", "list", "dict", "set"):
            if head == "tuple" and all(a.head != "star" for a in e.args):
                return self._told_apart(enumerate(e.args), s)
            if head == "dict" and e.args and all(isinstance(k.data, str) and k.head == "const" for k, _ in E.items(e)):
                return self._told_apart(((k.data, a) for k, a in E.items(e)), s)
            return self._display(E.items(e) if head == "dict" else tuple((E.NONE, a) for a in e.args), s)
        if head == "comp" and e.data.kind != "generator":
            return self._comprehension(e, s)
        if head in ("ifexp", "bool"):
            return self._any_of(e.args[1:] if head == "ifexp" else e.args, s)
        if head == "star":
            inner = self.value(e.args[0], s)
            return None if inner is None else self.element(inner)
        return None

    def _has_sequence(self, es: Iterable[Expr], s: S.Stmt) -> bool:
        before = self.types.before.get(s, {})
        for e in es:
            if e.head == "var":
                if before.get(e.data, T.ANY).kind in _SEQUENCES:
                    return True
            elif (e.args or type(e.data) is not float) and type_of(e, before).kind in _SEQUENCES:
                return True
        return False

    def _index(self, e: Expr, s: S.Stmt) -> Node | None:
        obj = self.value(e.args[0], s)
        if obj is None or self._is_copy(e, s):
            return None
        owner = self.type_of(e.args[0], s)
        is_list = owner.kind in ("list", "tuple") or owner.kind == "any" and self._is_container(obj)
        if e.args[1].head == "slice" and (is_list or self._copies_list(s, e, owner)):
            made = self._new()
            self.merge(self.element(made), self.element(obj))
            return made
        if obj.find().told_apart and is_place_known(e.args[1]):
            return self.position(obj, e.args[1].data)
        return self._part(obj, owner)

    def _entry(self, owner: Node, key: Expr) -> Node:
        """What a container holds in a place that is written."""
        told_apart = owner.find().told_apart and is_place_known(key)
        return self.position(owner, key.data) if told_apart else self.element(owner)

    def _part(self, obj: Node, owner: T.Type) -> Node:
        """A part of `obj`: a view of an array, an element of a container, and either where the kind is not known."""
        if owner.is_array or owner.kind == "numeric":
            return obj
        if owner.kind in ("list", "tuple", "dict", "set"):
            return self.element(obj)
        if self._containers is None or self._is_container(obj):
            return self.element(obj)
        return self.merge(obj, self.element(obj))

    def _is_container(self, obj: Node) -> bool:
        found = obj.find()
        return self._containers is not None and (
            found.container or found.label in self._containers or not self._containers.isdisjoint(found.names))

    def _attribute(self, e: Expr, s: S.Stmt) -> Node | None:
        obj = self.value(e.args[0], s)
        if obj is None:
            return None
        if e.data in ARRAY_ATTRIBUTES or e.data == "flat":
            return obj
        return self.field(obj, e.data)

    def _joined(self, e: Expr, s: S.Stmt) -> Node:
        """``xs + ys`` and ``xs * n``: a new container of the same elements."""
        made = self._new()
        made.container = True
        for a in e.args:
            kind = self.type_of(a, s).kind
            node = self.value(a, s) if kind in ("list", "tuple") or kind == "any" and e.data == "+" else None
            if node is not None:
                self.merge(self.element(made), self.element(node))
        return made

    def _display(self, pairs: Iterable[tuple[Expr, Expr]], s: S.Stmt) -> Node:
        made = self._new()
        made.container = True
        inner = self.element(made)
        for _, a in pairs:
            stored = self.value(a, s)
            self._keep(a, made)
            if stored is not None:
                inner = self.merge(inner, stored)
        return made

    def _told_apart(self, places: Iterable[tuple[int | str, Expr]], s: S.Stmt) -> Node:
        """A tuple or dict that is written out, the elements of which stay apart for as long as it is known for one."""
        made = self._new(told_apart=True)
        made.container = True
        for n, a in places:
            stored = self.value(a, s)
            self._keep(a, made)
            if stored is not None:
                self.merge(stored, self.position(made, n))
        return made

    def _comprehension(self, e: Expr, s: S.Stmt) -> Node:
        """A new container; its variables stand for the elements of what is walked along."""
        for target, iterable in e.data.loops(e):
            node = self.value(iterable, s)
            if node is not None:
                for name in sorted(S.bound(target)):
                    self._share(name, self._part(node, self.type_of(iterable, s)))
        compared = isinstance(s, S.Assign) and s.value == e and s.target.head == "var" and s.target.data in self.shown.compared
        values = e.data.elements(e)[-1:]  # the keys of a dict are no arrays
        return self._display([] if compared else [(E.NONE, element) for element in values], s)

    def _any_of(self, es: Iterable[Expr], s: S.Stmt) -> Node | None:
        out: Node | None = None
        for a in es:
            node = self.value(a, s)
            if node is not None:
                out = node if out is None else self.merge(out, node)
        return out

    def _call(self, e: Expr, s: S.Stmt) -> Node | None:
        if e.args[0].head == "attr" and e.args[0].data in INACTIVE_METHODS:
            return None
        if e.args[0].head == "attr" and e.args[0].data in ("pop", "popleft", "popitem", "get", "setdefault"):
            owner = self.value(e.args[0].args[0], s)
            return None if owner is None else self.element(owner)
        if e.args[0].head == "attr" and e.args[0].data == "copy" \
                and self.type_of(e.args[0].args[0], s).kind in ("list", "dict", "set", "object"):  # the elements are shared
            owner = self.value(e.args[0].args[0], s)
            return None if owner is None else self._shallow_copy(owner)
        fn = E.callee(e)
        if (fields := record_fields(fn)) is not None:
            return self._record(e, fields, s)
        if fn is runtime.mirror_array:  # the table holds the adjoints of all arrays that are looked up in it
            table = self.place(e.args[2], s)
            return self._new() if table is None else self.field(table, "arrays")
        if fn in KEEPING:
            held = self._of_part(e, s)
            return self._mirrored(e.args[-1], held, s) if fn in _MIRRORS else held
        if fn is collections.defaultdict or (fn is max or fn is min or fn is sum) and gives_parts(e):
            return self._of_builtin(e, s)
        self._note_copy(e, s)
        e = canonical(e)
        try:
            found = application(e)
        except BindError:
            found = None
        if found is None:
            return None if gives_new(e) else self._unknown_call(e, s)
        if found.rule.reason is not None or fn is runtime.replaced:  # what it keeps is the object's as well
            return self._any_of(e.args[1:], s)
        if not found.rule.view or self._is_matrix_made(found.fn, e, s):
            return None
        first = next(iter(found.bound), "")
        made: Node | None = None
        for name in found.rule.view:
            inner, _, part = (name or first).partition(".")
            operand = found.bound[inner or first]
            node = None if makes_array(found.fn, part, operand, lambda a: self.type_of(a, s)) else self.value(operand, s)
            if node is not None and part == "any":  # the result is an element of the arguments, or holds some
                single = operand.head == "tuple" and len(operand.args) == 1
                node = self.element(node) if single else self.merge(node, self.element(node))
            elif node is not None and part:  # the result is new, its elements are those of the argument
                fresh = self._new()
                holds = found.fn.__module__ != "numpy" and self._takes_elements(s, operand)  # `np.split` gives parts of arrays
                self.merge(self.element(fresh), self.element(node) if holds else self._part(node, self.type_of(operand, s)))
                node = fresh
            if node is not None:
                made = node if made is None else self.merge(made, node)
        return made

    def _of_builtin(self, e: Expr, s: S.Stmt) -> Node | None:
        """The largest of several, which is one of them; a sum of lists, which holds what they hold; a dict that makes entries."""
        fn, arguments = E.callee(e), E.arguments(e)
        if fn is collections.defaultdict:  # of what its function captures
            nodes = [n for _, a in arguments[:1] if (made := self.value(a, s)) is not None for n in within(made)]
        elif fn is sum:
            nodes = [self.element(n) for n in (self.value(a, s) for _, a in arguments) if n is not None]
            nodes = [*map(self.element, nodes[:1]), *nodes[1:]]
        else:
            given = [a for mark, a in arguments if mark in ("", "*")]
            whole = self._any_of(given, s)
            return self._part(whole, self.type_of(given[0], s)) if whole is not None and len(given) == 1 else whole
        out = self._new()
        out.container = fn is not max and fn is not min
        for node in nodes:
            self.merge(self.element(out), node)
        if fn is collections.defaultdict and any(
                a.head == "ref" and E.hashable_callee(E.call(a)) in _MAKERS for _, a in arguments[:1]):
            self.element(out).container = True
        return out

    def _record(self, e: Expr, fields: tuple[str, ...], s: S.Stmt) -> Node:
        """A new named tuple or frozen dataclass, which has its fields by name and by position."""
        given = [(fields.index(mark) if mark in fields else n, a) for n, (mark, a) in enumerate(E.arguments(e))]
        made = self._told_apart(given, s)
        for n, name in enumerate(fields):
            self.merge(self.field(made, name), self.position(made, n))
        return made

    def _of_part(self, e: Expr, s: S.Stmt) -> Node | None:
        """What a run-time helper takes from a place, ``saved(x, key)``, or ``mirror(x, mirrors)`` finds the adjoint of."""
        owner = self.value(e.args[1], s)
        if owner is None or E.callee(e) is runtime.mirror:
            return owner
        if E.callee(e) in (runtime.mirror_field, runtime.held_attribute):
            return self.field(owner, e.args[2].data)
        return self._part(owner, self.type_of(e.args[1], s))

    def _mirrored(self, mirrors: Expr, x: Node | None, s: S.Stmt, b: Node | None = None) -> Node | None:
        """The adjoint of `x` in a table of adjoints, which holds those of others as `x` holds the others."""
        table = self.place(mirrors, s)
        b = self._new() if b is None else b
        if x is not None and table is not None:
            b.find().container = b.find().container or x.find().container
            self.mirrored.append((table, x, b))
        return b

    def _shallow_copy(self, owner: Node) -> Node:
        made = self._new()
        self.merge(self.element(made), self.element(owner))
        return made

    def _unknown_call(self, e: Expr, s: S.Stmt) -> Node | None:
        """A function of the user's gives something new (see `lower.shared_results`); of the rest nothing is known."""
        from s2sgrad.frontend.unit import python_function
        fn = E.callee(e)
        if isinstance(fn, Checkpoint):
            return self._any_of(may_return(e), s)
        if isinstance(fn, type):
            return self._display(((E.NONE, a) for a in e.args[1:]), s)
        if fn is not None and python_function(fn) is not None or is_operation(e.args[0]):
            return None
        given = [E.index(a, E.NONE) if mark == "**" else a for mark, a in E.arguments(e)]  # of a dict it gets what that holds
        # ``itemgetter(i)(xs)`` gives a part; of a pullback, what was found out at run time has been checked there.
        if e.args[0].head == "call" and E.callee(e.args[0]) is not runtime.pullback:
            given += [E.index(a, E.NONE) for a in given]
        elif e.args[0].head == "function":  # or what it captures
            given += map(E.var, sorted(e.args[0].names))
        return self._any_of((e.args[0].args[0], *given) if e.args[0].head == "attr" else given, s)


_MIRRORS = (runtime.mirror, runtime.mirror_field, runtime.mirror_part)
_MAKERS = frozenset((list, dict, collections.deque, collections.OrderedDict, collections.Counter))
_SEQUENCES = frozenset(("list", "tuple"))
