"""Write the two sweeps: the primal with its saves, and the backward tree with its restores."""
from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Set
from functools import cached_property

from s2sgrad import runtime
from s2sgrad.analysis.borrowing import is_generated
from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate import attempts, containers, linking
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.entry import by_value, lent, may_change_argument
from s2sgrad.differentiate.tree import Branch, Init, Loop, Node, Region, Step, is_empty
from s2sgrad.differentiate.uses import BlockKey, Instruments, Places, Plan
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import owner_of, written_arguments
from s2sgrad.lower.may_share import viewed
from s2sgrad.lower.names import Names, base
from s2sgrad.lower.writing import is_ufunc_at


class Sweeps:
    """Assembles both sweeps of one function from its plan."""

    def __init__(self, facts: Facts, names: Names, plan: Plan, instruments: Instruments,
                 forward: dict[S.Stmt, S.Block], places: Places, needed: Set[str]) -> None:
        self.facts = facts
        self.names = names
        self.plan = plan
        self.instruments = instruments
        self.replaced = forward
        self.places = places
        self.holders: dict[tuple[S.Stmt | BlockKey, str], Expr] = {}
        self.stacks: dict[S.Stmt, list[Expr]] = {}
        #: The statements that put something back: where, and the statements that overwrote it.
        self.places_restored: dict[S.Stmt, Expr] = {}
        self.restored_for: dict[S.Stmt, S.Stmt] = {}
        self._changed: dict[S.Stmt, list[Expr]] = {}
        #: What statements of the backward sweep read without naming it.
        self.implicit: dict[S.Stmt, frozenset[str]] = {}
        self._open: list[tuple[dict[str, None], BlockKey]] = []
        self.lent = lent(facts, needed)
        self._plan_holders()
        #: The variables that lists and other variables hold, by these; of memory that changes, they hold copies.
        self.referring = {holder.data: n for (_, n), holder in self.holders.items() if not n.startswith("@")}
        self.needed = needed

    @cached_property
    def _referenced(self) -> frozenset[str]:
        """The variables whose arrays are kept for the backward sweep, if only by a view."""
        referenced = frozenset(self.referring.values())
        kept = [n for n in referenced.union(self.needed) if not self.facts.type_of_name(n).is_number]
        return referenced | viewed(kept, self.facts.function.body)

    # ---- where saved values live ------------------------------------------------------------------------------

    def _plan_holders(self) -> None:
        """Name a list for every place in a loop that saves, a variable for every other; lists are made before loops."""
        for key, saved in [*self.plan.saves.items(), *self.plan.kept.items()]:
            for name in saved:
                block = key if isinstance(key, tuple) else self.places.where[key][0]
                loop = self._outermost_loop(block)
                shown = self._shown(name)
                holder = E.var(self.names.fresh(f"{shown}_stack" if loop is not None else f"{shown}_old"))
                self.holders[key, name] = holder
                if loop is not None:
                    self.stacks.setdefault(loop, []).append(holder)

    def _shown(self, name: str) -> str:
        if name.startswith("@"):
            return base(name[1:])
        return base(name).lstrip("_") or "saved"

    def _outermost_loop(self, key: BlockKey) -> S.Stmt | None:
        found = None
        for k in self.places.chain(key):
            if isinstance(k[0], (S.For, S.While)):
                found = k[0]
        return found

    def forget(self, overwriting: Iterable[S.Stmt]) -> None:
        """Save nothing of the memory that some statements overwrite."""
        for s in overwriting:
            tokens = [n for n in self.plan.saves[s] if n.startswith("@")]
            self.plan.saves[s] = [n for n in self.plan.saves[s] if n not in tokens]
            loop = self._outermost_loop(self.places.where[s][0])
            holders = [self.holders.pop((s, n)) for n in tokens]
            if loop is not None:
                self.stacks[loop] = [h for h in self.stacks[loop] if h not in holders]

    @property
    def restored(self) -> frozenset[str]:
        """The memory that the backward sweep puts back as it was."""
        return frozenset(n for names in self.plan.saves.values() for n in names if n.startswith("@"))

    def _put(self, holder: Expr, value: Expr, key: BlockKey) -> S.Stmt:
        if self._outermost_loop(key) is not None:
            return S.Do(E.call(E.attr(holder, "append"), value))
        return S.Assign(holder, value)

    def _get(self, holder: Expr, key: BlockKey) -> Expr:
        return E.call(E.attr(holder, "pop")) if self._outermost_loop(key) is not None else holder

    # ---- forward ------------------------------------------------------------------------------------------------

    def forward(self, body: S.Block, key: BlockKey) -> S.Block:
        out: list[S.Stmt] = []
        kept = dict.fromkeys(self.plan.kept.get(key, ()))
        around = self._open
        self._open = [] if isinstance(key[0], (S.For, S.While)) else list(around)
        self._open.append((kept, key))
        for s in body:
            if isinstance(s, S.Break):  # leaves all blocks up to that of the loop
                for pending, where in reversed(self._open):
                    self._push_kept(pending, where, out)
                kept = {}
            for stack in self.stacks.get(s, ()):
                out.append(S.Assign(stack, E.list_()))
            out += self.instruments.pre.get(s, ())
            self._push_defined(kept, s, key, out, self.instruments.pre.get(s, ()))
            out += self._saves(s, key)
            out += self._statement(s)
            self._push_defined(kept, s, key, out, self.replaced.get(s, (s,)))
        self._push_kept(kept, key, out)
        self._open = around
        return tuple(out)

    def _push_defined(self, kept: dict[str, None], s: S.Stmt, key: BlockKey, out: list[S.Stmt],
                      statements: tuple[S.Stmt, ...] | list[S.Stmt]) -> None:
        """A value that has one definition is pushed right after it; what is changed in place then, at the end."""
        if not kept:
            return
        written = frozenset().union(*(S.writes(t) for t in statements if not S.blocks(t)))
        written -= frozenset().union(*(S.writes(t) for t in self.instruments.body_pre.get(s, ())))  # counts go on
        met = kept.keys() & written
        ready = [n for n in (kept if len(met) > 1 else met)
                 if n in met and len(self.facts.definitions.get(n, (s,))) == 1 and not self._is_own(n)]
        self._push_kept(ready, key, out)
        for name in ready:
            del kept[name]

    def _is_own(self, name: str) -> bool:
        """Is this memory that is changed in place, and no view of any other?"""
        return bool(self.facts.aliasing.contents(name)) and name not in self.facts.roles.views

    def _push_kept(self, kept: Iterable[str], key: BlockKey, out: list[S.Stmt]) -> None:
        out += [self._put(self.holders[key, n], E.var(n), key) for n in kept]

    def _statement(self, s: S.Stmt) -> S.Block:
        if isinstance(s, S.If):
            test = self.instruments.test.get(s, s.test)
            return (dataclasses.replace(s, test=test, body=self.forward(s.body, (s, 0)),
                                        orelse=self.forward(s.orelse, (s, 1))),)
        if isinstance(s, (S.For, S.While)):
            body = (*self.instruments.body_pre.get(s, ()), *self.forward(s.body, (s, 0)))
            if isinstance(s, S.For):
                return (dataclasses.replace(s, iter=self.instruments.iterate.get(s, s.iter), body=body),)
            return (dataclasses.replace(s, body=body),)
        if S.blocks(s):
            done = {id(b): self.forward(b, (s, n)) for n, b in enumerate(S.blocks(s))}
            return (S.map_blocks(lambda b: done[id(b)] if b else b, s),)
        return tuple(map(self._rebinding, self.replaced.get(s, (s,))))

    def _rebinding(self, s: S.Stmt) -> S.Stmt:
        """``y += e`` by value, of what may be an array that somebody else refers to: a saved copy, the caller."""
        if s in self.lent and any(map(self.facts.aliasing.written, self.lent[s])):
            return dataclasses.replace(s, value=E.call(lib.COPY, s.value))
        if not isinstance(s, S.Aug) or s in self.facts.aliasing.in_place:
            return s
        if s.target.head != "var":
            if not self._may_be_shared(s):
                return s
            return by_value(s)
        name = s.target.data
        if self.facts.type_of_name(name).kind == "number" or not (
                name in self._referenced or len(self.facts.aliasing.group(name)) > 1 or self._is_param(name)
                or any(name in names for names in self.lent.values())
                or may_change_argument(s, self.facts)):
            return s
        return by_value(s)

    def _may_be_shared(self, s: S.Aug) -> bool:
        """May an array that is an element of a container be a variable as well?"""
        owner = self.facts.type_at(s, s.target.args[0])
        return s.target.head == "attr" and self.facts.type_at(s, s.target).kind != "number" or owner.kind in ("list", "dict")

    def _is_param(self, name: str) -> bool:
        return any(p.name == name for p in self.facts.function.params)

    def _saves(self, s: S.Stmt, key: BlockKey) -> list[S.Stmt]:
        out = []
        for name in self.plan.saves.get(s, ()):
            value = E.var(name) if not name.startswith("@") else self._overwritten(s, name)
            if value is not None and not self._is_saved_twice(s, name):
                out.append(self._put(self.holders[s, name], value, key))
        return out

    def _is_saved_twice(self, s: S.Stmt, token: str) -> bool:
        """Is what a statement overwrites, which is memory of several kinds, saved for another of them already?"""
        place = self._changed_place(s, token) if token.startswith("@") else None
        earlier = itertools.takewhile(lambda n: n != token, self.plan.saves[s])
        return place is not None and any(n.startswith("@") and self._changed_place(s, n) == place for n in earlier)

    def _overwritten(self, s: S.Stmt, token: str) -> Expr | None:
        """A copy of the contents that a statement is about to change; None where it can be undone without."""
        place = self._changed_place(s, token)
        if place is None:
            return None
        container = self._changed_container(s, token)
        if container is not None:
            return E.call(lib.support("members") if container[1] else lib.COPY, place)
        t = self.facts.type_at(s, place)
        if t.kind == "number":
            return place
        if place.head == "attr" and (self.facts.links.holds(place, s) or isinstance(s, S.Assign)
                                     and self._is_changed_under_names(s, place) or self._is_put_back(s, place)):
            # it has to be the same object again
            return E.call(lib.support("held_attribute"), place.args[0], E.const(str(place.data)))
        if place.head == "index" and not isinstance(s, S.Aug) and (
                linking.put_by_helper(s) is not None or self._may_be_entry(s, place) or self._is_held(s, place)):
            return E.call(lib.support("saved"), place.args[0], lib.subscript(place.args[1]))
        if place.head == "attr" and (linking.put_by_helper(s) is not None or isinstance(s, S.Assign)
                                     and not self._has_been_set(s, place)):
            return E.call(lib.support("saved_attribute"), place.args[0], E.const(place.data))
        return E.call(lib.COPY, place)

    def _has_been_set(self, s: S.Stmt, place: Expr) -> bool:
        """Does a statement before this one, on the way to it, set or read the attribute?

        One of the same name will do, where the object was not made here, of what may be the same object.
        """
        def may_be(part: Expr) -> bool:
            a, b = E.root(part), E.root(place)
            return a.head != "var" or b.head != "var" or self.facts.aliasing.same_group(a.data, b.data)

        made = self.facts.single_definition(place.args[0].data) if place.args[0].head == "var" else None
        new = made is not None and _makes_object(made)
        where = self.places.where
        around = {block: self.places.at(s, block) for block in self.places.chain(where[s][0])}
        return any(where[t][1] < around.get(where[t][0], 0) and (part == place or not new and may_be(part))
                   for t, part in self._attributes.get(place.data, ()))

    @cached_property
    def _attributes(self) -> dict[str, list[tuple[S.Stmt, Expr]]]:
        """Where attributes of each name are set or read."""
        found: dict[str, list[tuple[S.Stmt, Expr]]] = {}
        for s in self.places.where:
            for part in (part for e in S.expressions(s) if e.heads & E.ATTR for part in E.walk(e) if part.head == "attr"):
                found.setdefault(part.data, []).append((s, part))
        return found

    def _is_changed_under_names(self, s: S.Stmt, place: Expr) -> bool:
        """Does a variable stand for what an attribute held, and is that changed in place?"""
        node = self.facts.aliasing.value(place, s)
        return node is not None and node.find().written and any(
            isinstance(t, S.Assign) and t.target.head == "var" and t.value.head == "attr" and t.value.data == place.data
            for t in S.walk_stmts(self.facts.function.body))

    def _is_put_back(self, s: S.Stmt, place: Expr) -> bool:
        """Does a derivative put back, ``restore_attribute(x, "xs", old)``, what is changed in place?

        It has put the object that was there aside elsewhere, too, and takes it up again.
        """
        node = self.facts.aliasing.value(place, s)
        return isinstance(s, S.Do) and is_generated(s) and node is not None and node.find().written

    def _may_be_entry(self, s: S.Stmt, place: Expr) -> bool:
        """May a place be an entry of a dict, which may not be there yet? That of an adjoint may be made zero before it is."""
        kind = self.facts.type_at(s, place.args[0]).kind
        key = place.args[1]
        if kind == "dict" or kind == "any" and E.is_const(key) and isinstance(key.data, str):
            return True
        if kind == "any" and key.head in ("var", "op", "tuple") and self.facts.type_at(s, key).kind in ("any", "str"):
            return True
        if kind != "any" or isinstance(s, S.Assign) and E.callee(s.value) is runtime.zero_part:
            return kind == "any"
        owner = E.root(place)
        return owner.head == "var" and any(self.facts.aliasing.same_group(owner.data, n) for n in self._searched)

    @cached_property
    def _searched(self) -> frozenset[str]:
        """The variables of what is asked for what it holds, ``k in table``."""
        return frozenset(n for s in S.walk_stmts(self.facts.function.body) for e in S.expressions(s) for part in E.walk(e)
                         if part.head == "compare" and {"in", "not in"}.intersection(part.data)
                         for a in part.args[1:] for n in E.root(a).names)

    def _is_held(self, s: S.Stmt, place: Expr) -> bool:
        """May a place be an element of a list that is changed in place itself? It has to be the same object again."""
        owner = self.facts.type_at(s, place.args[0])
        if owner.kind not in ("any", "list"):
            return False
        if place.args[1].head == "slice":
            return self.facts.links.holds(place, s)
        if owner.kind == "any" and not self.facts.types.changes_parts(place.args[0]):
            return False
        held = self.facts.aliasing.value(place, s)
        return held is not None and held.find().written

    def _changed_place(self, s: S.Stmt, token: str) -> Expr | None:
        """The part of memory that a statement changes, as an expression; None where what a method did is undone."""
        container = self._changed_container(s, token)
        if container is not None:
            return container[0]
        if isinstance(s, (S.Assign, S.Aug)) and s.target.head in ("index", "attr"):
            return self._stable_place(s.target, token)
        if isinstance(s, S.Aug):
            return s.target
        put = linking.put_by_helper(s)
        if put is not None:
            return put
        for e in S.expressions(s):
            if containers.changes(e):
                return None
            if is_ufunc_at(E.callee(e)):
                return E.index(e.args[1], e.args[2])
            for a in written_arguments(e):
                if token in self.facts.aliasing.contents(E.root(a).data if E.root(a).head == "var" else ""):
                    return a
        raise unsupported(s.loc, "the memory that this statement changes cannot be saved", "assign to a copy")

    def _stable_place(self, place: Expr, token: str) -> Expr:
        """`place`, or all of the array where the subscript is computed from what is about to change."""
        key = place.args[1] if place.head == "index" else E.NONE
        parts = key.args if key.head == "tuple" else (key,)
        computed = [p for p in parts if not E.is_atom(p) and p.head != "slice"]
        if any(token in self.facts.aliasing.contents(n) for p in computed for n in p.names):
            return place.args[0]
        return place

    def _changed_container(self, s: S.Stmt, token: str) -> tuple[Expr, bool] | None:
        """The container in which methods change what it holds, in ways that are not undone one by one, and whether it alone is
        changed, or others that it holds are as well."""
        changed = [(a, owner) for a in self._changed_by_methods(s) if (owner := owner_of(a)).head == "var"
                   and token in self.facts.aliasing.contents(owner.data)]
        if not changed:
            return None
        place, owner = changed[0]
        stored = S.stored_root(s)
        if any(x != owner for _, x in changed) or stored is not None and stored != owner and (
                stored.head != "var" or token in self.facts.aliasing.contents(stored.data)):
            raise unsupported(s.loc, "what this statement changes is needed again and cannot be recovered",
                              "assign what a method takes out of a container to a variable first")
        alone = len(changed) == 1 and E.root(place) == owner and (stored is None or s.target.args[0] == place)  # type: ignore[union-attr]
        return (place, True) if alone else (owner, False)

    def _changed_by_methods(self, s: S.Stmt) -> list[Expr]:
        """The containers of which a statement changes what they hold in ways that cannot be undone one by one."""
        if s not in self._changed:
            called = [call for e in S.expressions(s) for call in E.calls(e) if containers.changes(call)]
            removed = [t.args[0] for t in s.targets if t.head == "index"] if isinstance(s, S.Delete) else []
            self._changed[s] = removed if not called or containers.is_undone(s, self.facts) else list(
                dict.fromkeys(a for call in called for a in written_arguments(call)))
        return self._changed[s]

    # ---- backward -----------------------------------------------------------------------------------------------

    def backward(self, nodes: list[Node], key: BlockKey) -> S.Block:
        out: list[S.Stmt] = []
        for name in reversed(self.plan.kept.get(key, ())):
            out.append(S.Assign(E.var(name), self._get(self.holders[key, name], key)))
        done: set[S.Stmt] = set()
        where, plan = self.places.where, self.plan
        pending = [s for s in self.places.blocks[key] if plan.saves.get(s) or s in plan.recompute or s in plan.taken]
        for node in nodes:  # the last statement comes first
            if isinstance(node, Init):
                continue
            while pending and where[pending[-1]][1] > where[node.stmt][1]:
                self._reverse_silent(pending.pop(), key, out)
            if pending and pending[-1] is node.stmt:
                pending.pop()
            self._node(node, key, out, node.stmt in done)
            done.add(node.stmt)
        for s in reversed(pending):
            self._reverse_silent(s, key, out)
        for node in nodes:
            if isinstance(node, Init):
                out += node.code
        return tuple(out)

    def _reverse_silent(self, s: S.Stmt, key: BlockKey, out: list[S.Stmt]) -> None:
        """A statement without adjoint code may have overwritten something all the same, and what is computed again for its
        sake is read by those before it, too."""
        restores = self._restores(s, key)
        first, then = _needed_for(restores, [dataclasses.replace(t) for t in reversed(self.plan.recompute.get(s, ()))])
        out += [*self.plan.taken.get(s, ()), *first, *restores, *then]

    def _node(self, node: Step | Branch | Loop | Region, key: BlockKey, out: list[S.Stmt], again: bool) -> None:
        s = node.stmt
        # Statements of their own: facts go by identity.
        computed = [dataclasses.replace(t) for t in reversed(self.plan.recompute.get(s, ()))] if not again else []
        restores = self._restores(s, key) if not again and self.plan.saves.get(s) else []
        first, then = _needed_for(restores, computed)
        if not again:
            out += self.plan.taken.get(s, ())
        if isinstance(node, Step):
            code = [t for t in node.code if not isinstance(t, S.Pass)]
            if node.reads:
                self.implicit.update(dict.fromkeys(S.walk_stmts(code), node.reads))
            out += [*computed, *code, *restores] if node.after else [*first, *restores, *then, *code]
            return
        out += computed
        out += node.before
        if not is_empty([node]):
            if isinstance(node, Branch):
                body, orelse = self.backward(node.body, (s, 0)), self.backward(node.orelse, (s, 1))
                out += _branch(self.instruments.back_test[s], body, orelse, s)
            elif isinstance(node, Loop):
                target, iterable = self.instruments.back_iter[s]
                body = (*self.backward(node.body, (s, 0)), *node.closing)
                out.append(S.For(target, iterable, body))
            else:
                out += self._region(node)
        out += restores

    def _region(self, node: Region) -> S.Block:
        s = node.stmt
        if isinstance(s, S.With):
            return self.backward(node.parts[0], (s, 0))
        final, *handlers, orelse, body = node.parts
        out = self.backward(final, (s, len(S.blocks(s)) - 1))
        through = (*self.backward(orelse, (s, len(handlers) + 1)), *self.backward(body, (s, 0)))
        path = attempts.path_of(s)
        for n, handler in reversed(list(enumerate(handlers, 1))):
            assert path is not None
            code = self.backward(handler, (s, n))
            if code or through:
                through = tuple(_branch(E.compare(path, ("==", E.const(n))), code, through, s))
        return (*out, *through)

    def _restores(self, s: S.Stmt, key: BlockKey) -> list[S.Stmt]:
        out: list[S.Stmt] = []
        undone = False
        takes_out = isinstance(s, S.Assign) and containers.changes(s.value)  # what it took goes back before it is forgotten
        for name in sorted(self.plan.saves.get(s, ()), key=lambda n: n.startswith("@") != takes_out):
            holder = self.holders[s, name]
            if not name.startswith("@"):
                out.append(S.Assign(E.var(name), self._get(holder, key)))
                continue
            if self._is_saved_twice(s, name):
                continue
            place = self._changed_place(s, name)
            saved = E.NONE if place is None else self._overwritten(s, name) or E.NONE
            if place is None:
                out += () if undone else containers.undo(s)  # once, however many kinds of memory it changes
                undone = True
            elif E.callee(saved) is runtime.members:
                out.append(S.Do(E.call(lib.support("restore_members"), place, self._get(holder, key))))
            elif place.head == "var" and self.facts.type_at(s, place).is_array:
                out.append(S.Assign(E.index(place, E.ELLIPSIS), self._get(holder, key)))
            elif E.callee(saved) is runtime.saved:
                at = lib.subscript(place.args[1])
                out.append(S.Do(E.call(lib.support("restore"), place.args[0], at, self._get(holder, key))))
            elif E.callee(saved) in (runtime.saved_attribute, runtime.held_attribute):
                at = E.const(place.data)
                out.append(S.Do(E.call(lib.support("restore_attribute"), place.args[0], at, self._get(holder, key))))
            elif place.head == "var" or not isinstance(s, (S.Assign, S.Aug)) and not any(
                    is_ufunc_at(E.callee(e)) for e in S.expressions(s)):  # all that an argument of a call holds
                out.append(S.Do(E.call(lib.support("restore_contents"), place, self._get(holder, key))))
            elif isinstance(s, S.Aug) and self._rebinding(s) is s and not self.facts.type_at(s, place.args[0]).is_array \
                    and place.head == "index" and place.args[1].head != "slice":  # the part itself was changed
                at = lib.subscript(place.args[1])
                out.append(S.Do(E.call(lib.support("restore_part"), place.args[0], at, self._get(holder, key))))
            elif isinstance(s, S.Aug) and self._rebinding(s) is s and place.head == "attr" \
                    and self.facts.type_at(s, place).kind != "number":  # the array itself was changed
                at = E.const(place.data)
                out.append(S.Do(E.call(lib.support("restore_field"), place.args[0], at, self._get(holder, key))))
            else:
                out.append(S.Assign(place, self._get(holder, key)))
            if place is not None:
                self.places_restored[out[-1]], self.restored_for[out[-1]] = place, s
        return out


def _makes_object(s: S.Stmt) -> bool:
    """Is this ``obj = C.__new__(C)``?"""
    return isinstance(s, S.Assign) and (E.is_new_object(s.value) or E.callee(s.value) in (object.__new__, runtime.zero_tangent))


def _needed_for(restores: list[S.Stmt], computed: list[S.Assign]) -> tuple[list[S.Assign], list[S.Assign]]:
    """Values that are computed again: those that say where something is put back, and the others."""
    wanted = set().union(*(S.reads(s) for s in restores)) if computed else set()
    first: list[S.Assign] = []
    for s in reversed(computed):
        if not S.writes(s).isdisjoint(wanted):
            first.insert(0, s)
            wanted |= S.reads(s)
    return first, [s for s in computed if s not in first]


def _branch(test: Expr, body: S.Block, orelse: S.Block, s: S.Stmt) -> list[S.Stmt]:
    if not body and not orelse:
        return []
    if not body:
        return [S.If(E.op("not", test), orelse)]
    return [S.If(test, body, orelse)]
