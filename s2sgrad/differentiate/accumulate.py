"""Decide for every adjoint when it is zero, and so where it is created, assigned and added to.

The reverse of a statement says "add this to the adjoint of x" and "from here on the adjoint of y is zero". This pass
walks the backward sweep in the order of execution and knows for each adjoint whether it is still zero. The first
contribution becomes an assignment; a value that is zero is passed on to nobody; an adjoint that must exist before a
loop or a branch is created there; and an array is added to in place only where it belongs to its adjoint alone.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from s2sgrad import runtime
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate import linking
from s2sgrad.differentiate.access import (
    Backward,
    Ends,
    Names,
    adds,
    after_code,
    brought_in,
    changed_adjoints,
    code_access,
    is_fresh,
    is_taken,
    is_zero,
    names_in,
    reached_by,
    reads_any,
    scalar_zeros,
    set_at_end,
    statements_of,
    takes_out,
)
from s2sgrad.differentiate.naming import derivatives, is_adjoint, is_derivative, primal_of
from s2sgrad.differentiate.tree import Branch, Init, Loop, Node, Region, Step, children
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.markers import insert_grad_of

#: An adjoint belongs to itself alone, shares its array, or is the zero that it was created as.
OWNED, SHARED, UNTOUCHED = "owned", "shared", "untouched"
State = dict[str, str]


class Accumulation:
    """One run of the pass over the backward tree of a function."""

    def __init__(self, zero: Callable[[str], Expr], kind: Callable[[str], str], storage: Names,
                 linked: Names, points: Names, has_parts: Callable[[str], bool], is_list: Callable[[str], bool]) -> None:
        self.zero = zero
        self.kind = kind
        self.has_parts = has_parts
        self.is_list = is_list  # of another length at one time than at another
        self.storage = storage | linked | points
        self.points = points
        self.own_points = points - storage - linked  # a seed is one
        self.linked = linked
        self._exposed: dict[int, tuple[Names, Names, Names]] = {}
        self._occur: dict[int, Names] = {}
        self._ends: Ends = {}

    def run(self, nodes: list[Node], state: State, results: Names) -> State:
        """Rewrite `nodes` in place. `state` tells which adjoints are set at the start; the result, at the end."""
        self.lax, self._flows = scalar_zeros(statements_of(nodes))
        self._made_scalar: set[str] = set()
        self._inside = 0
        self._alone = True  # what stands in no block knows of the adjoints that occur in it, of all that there are
        end = self._nodes(nodes, dict(state), results)
        self.loose = reached_by(self._made_scalar, self._flows)
        return end

    def _nodes(self, nodes: list[Node], state: State, later: Names) -> State:
        after = self._read_later(nodes, later)
        for node in nodes:
            if isinstance(node, (Step, Init)):
                node.code = self._code(node.code, state)
                continue
            if node.before:  # mirrors of views
                node.before = self._code(node.before, state)
            rest = after[id(node)]
            if self._alone:
                self._alone = False
                own = {n: state.pop(n) for n in self._occurring(node) if n in state}
                state.update(self._control(node, own, rest))
                self._alone = True
            else:
                state = self._control(node, state, rest)
        return state

    def _control(self, node: Branch | Loop | Region, state: State, later: Names) -> State:
        if isinstance(node, Branch):
            return self._branch(node, state, later)
        return self._loop(node, state, later) if isinstance(node, Loop) else self._region(node, state, later)

    def _read_later(self, nodes: list[Node], later: Names) -> dict[int, Names]:
        """What is read after the nodes that have blocks, of which nobody asks about others; sets of it may be large."""
        out: dict[int, Names] = {}
        first = next((n for n, node in enumerate(nodes) if not isinstance(node, (Step, Init))), len(nodes))
        live = set(later)
        for node in reversed(nodes[first:]):
            if not isinstance(node, (Step, Init)):
                out[id(node)] = self._occurring(node).intersection(live) if self._alone else frozenset(live)
            exposed, killed, _ = self._access(node)
            live -= killed
            live |= exposed
        return out

    def _occurring(self, node: Node) -> Names:
        """The variables that occur in a node that stands in no block."""
        found = self._occur.get(id(node))
        if found is None:
            found = self._occur[id(node)] = names_in([node])
        return found

    # ---- control ------------------------------------------------------------------------------------------------

    def _create(self, names: Iterable[str], state: State, out: list[S.Stmt]) -> None:
        zeros = {name: self._zero(name) for name in sorted(names)}
        for name in sorted(zeros, key=lambda n: zeros[n] != E.ZERO):  # numbers start together
            out.append(S.Assign(E.var(name), zeros[name]))
            state[name] = OWNED

    def _zero(self, name: str) -> Expr:
        if name in self.lax and name not in self.storage and self.kind(primal_of(name)) != "array":
            if self.kind(primal_of(name)) != "number":
                self._made_scalar.add(name)
            return E.ZERO
        return self.zero(primal_of(name))

    def _nothing(self, name: str) -> Expr:
        """What goes into a container for an adjoint that is zero: a number does, unless its parts are asked for."""
        return self.zero(primal_of(name)) if is_adjoint(name) and self.has_parts(primal_of(name)) else E.ZERO

    def _branch(self, node: Branch, state: State, later: Names) -> State:
        sides = (node.body, node.orelse)
        ends_set = [set_at_end(side, self._ends) for side in sides]
        for name in sorted((ends_set[0] ^ ends_set[1]) & later):
            if name not in state:
                self._create((name,), state, node.before)
                if self.is_list(primal_of(name)):
                    state[name] = UNTOUCHED
        ends = [self._nodes(side, dict(state), later) for side in sides]
        return self._meet(node, sides, ends, later)

    def _meet(self, node: Branch | Region, sides: Iterable[list[Node]], ends: list[State], later: Names) -> State:
        """What holds after either side; an adjoint that only one of them set is created in the others."""
        out: State = {}
        for name in sorted(frozenset().union(*ends)):
            if all(name in end for end in ends):
                out[name] = _after(end[name] for end in ends)
            elif name in later:
                for side, end in zip(sides, ends):
                    if name not in end:
                        code: list[S.Stmt] = []
                        self._create((name,), end, code)
                        side.append(Init(node.stmt, code))
                out[name] = _after(end[name] for end in ends)
        return out

    def _loop(self, node: Loop, state: State, later: Names) -> State:
        exposed, _, sets = self._body_access(node.body)
        around = exposed | later
        self._create([n for n in set_at_end(node.body, self._ends) & around if n not in state], state, node.before)
        changed = {n for s in statements_of(node.body) for n in changed_adjoints(s)}
        for name in sorted(changed):  # copied once, not in every iteration
            if state.get(name) == SHARED and name not in self.storage and self._stays_owned(name, node.body):
                node.before.append(self._copied(name))
                state[name] = OWNED
        head = {n: OWNED if how == UNTOUCHED and n in exposed | sets else how for n, how in state.items()}
        for name in sets:  # an iteration may leave an adjoint shared, whatever it was before the loop
            if head.get(name) == OWNED and not self._stays_owned(name, node.body):
                head[name] = SHARED
        self._inside += 1
        end = self._nodes(node.body, dict(head), around)
        self._inside -= 1
        self._create([n for n in around if n in head and n not in end], end, node.closing)
        return {name: head[name] if head[name] == end[name] else SHARED for name in head if name in end}

    def _stays_owned(self, name: str, body: list[Node]) -> bool:
        """Is no other name ever given the adjoint's own array, nor the adjoint somebody else's, in a loop?"""
        if self.kind(primal_of(name)) == "number" or name in self.storage:
            return True
        for s in statements_of(body):
            if isinstance(s, S.Clear) and s.name == name:
                return False
            if isinstance(s, (S.Accumulate, S.Assign)) and name in s.value.names and not is_fresh(s.value) \
                    and not takes_out(s.value) and not is_taken(s) and not (
                        isinstance(E.callee(s.value), Backward) and name in changed_adjoints(s)):  # which adds to it
                return False
        return True

    def _region(self, node: Region, state: State, later: Names) -> State:
        if isinstance(node.stmt, S.With):
            return self._nodes(node.parts[0], state, later)
        final, *alternatives, orelse, body = node.parts
        state = {n: OWNED if how == UNTOUCHED else how for n, how in state.items()}
        sets = [set_at_end(part, self._ends) for part in (*alternatives, [*orelse, *body])]
        before = frozenset().union(*(self._body_access(part)[0] for part in (*alternatives, orelse, body)))
        state = self._nodes(final, state, later | before | frozenset().union(*sets))
        ends = [self._nodes(part, dict(state), later) for part in alternatives]
        through = self._nodes(orelse, dict(state), later | frozenset().union(*(self._access(n)[0] for n in body)))
        ends.append(self._nodes(body, through, later))
        return self._meet(node, [*alternatives, body], ends, later)

    # ---- what a piece of code does to adjoints ------------------------------------------------------------------

    def _access(self, node: Node) -> tuple[Names, Names, Names]:
        """Adjoints that a node uses before it kills them, that it kills, and that it may set."""
        found = self._exposed.get(id(node))
        if found is None:
            if isinstance(node, (Step, Init)):
                found = code_access(node.code)
            elif isinstance(node, Branch):
                a, b = (self._body_access(side) for side in children(node))
                found = after_code(node.before, (a[0] | b[0], a[1] & b[1], a[2] | b[2]))
            elif isinstance(node, Loop):
                exposed, _, sets = self._body_access(node.body)
                found = after_code(node.before, (exposed, E.NO_NAMES, sets))
            else:
                parts = [self._body_access(part) for part in children(node)]
                found = after_code(node.before, (frozenset().union(*(p[0] for p in parts)), E.NO_NAMES,
                                                  frozenset().union(*(p[2] for p in parts))))
            self._exposed[id(node)] = found
        return found

    def _body_access(self, nodes: list[Node]) -> tuple[Names, Names, Names]:
        exposed: set[str] = set()
        killed: set[str] = set()
        sets: set[str] = set()
        for node in nodes:
            e, k, s = self._access(node)
            exposed |= e - killed
            killed |= k
            sets |= s
        return frozenset(exposed), frozenset(killed), frozenset(sets)

    # ---- straight-line code -------------------------------------------------------------------------------------

    def _code(self, code: list[S.Stmt], state: State) -> list[S.Stmt]:
        out: list[S.Stmt] = []
        links: dict[str, tuple[str, str]] = {}
        for n, s in enumerate(code):
            if type(s) is S.Clear:
                state.pop(s.name, None)
                for name, (source, before) in links.items():
                    if source == s.name and before == OWNED and name in state:
                        state[name] = OWNED
            elif type(s) is S.Accumulate:
                moved = linking.droppable(s.name, s.value, self.linked) if s.name in self.linked else False
                if isinstance(moved, bool):
                    if s.name in self.linked and not s.structured:
                        s = dataclasses.replace(s, structured=True)
                    self._add(s, code[n + 1:], state, links, out)
                elif moved is not None:
                    self._touch(moved, state, out)
            elif isinstance(s, S.Assign) and s.target.head == "var":
                self._assign(s, state, links, out)
            else:
                self._touch(s, state, out)
        return out

    def _value(self, e: Expr, state: State) -> Expr | None:
        """`e` with unset adjoints replaced by zeros; None where all that it is linear in is zero."""
        if not e.heads & E.DERIVATIVE:
            return e
        used = derivatives(e.names)
        missing = [n for n in used if n not in state]
        if not missing:
            return e
        if len(missing) == len(used):
            return None
        return E.substitute(e, {n: self._zero(n) if is_adjoint(n) else E.ZERO for n in missing})

    def _assign(self, s: S.Assign, state: State, links: dict[str, tuple[str, str]], out: list[S.Stmt]) -> None:
        name = s.target.data
        if isinstance(E.callee(s.value), Backward):  # it may change adjoints that are zero before
            self._other(s, changed_adjoints(s), state, out)
            return
        for used in changed_adjoints(s):
            if used in state:
                self._own(used, state, out)
        if is_taken(s) and s.value.names.intersection(state):
            state[name] = SHARED
            out.append(s)
            return
        if name in self.storage:  # the mirror of a view: what it views must be there
            self._create((n for n in s.value.names if is_adjoint(n) and n not in state), state, out)
            state[name] = OWNED
            out.append(s)
            return
        if E.callee(s.value) is insert_grad_of:  # the user's own code asks for it, zero or not
            s = dataclasses.replace(s, value=s.value.args[1])
            self._create((n for n in s.value.names if is_adjoint(n) and n not in state), state, out)
        value = self._value(s.value, state)
        if value is None:
            state.pop(name, None)
            return
        self._bind(name, value, state, links)
        out.append(S.with_value(s, value))

    def _bind(self, name: str, value: Expr, state: State, links: dict[str, tuple[str, str]]) -> None:
        if is_fresh(value):
            state[name] = OWNED
            return
        before = OWNED
        if takes_out(value):
            state[name] = SHARED
            return
        for other, (source, _) in links.items():  # a second name stays when the first one is given up
            if source in value.names or other in value.names:
                links[other] = source, SHARED
        for source in value.names:
            if source in state:
                if state[source] == SHARED:
                    before = SHARED
                elif self.kind(primal_of(source)) != "number":
                    state[source] = SHARED
        if value.head == "var" and value.data in state:
            links[name] = (value.data, before)
        state[name] = SHARED

    def _add(self, s: S.Accumulate, rest: list[S.Stmt], state: State, links: dict[str, tuple[str, str]],
             out: list[S.Stmt]) -> None:
        value = self._value(s.value, state)
        if value is None:
            return
        for used in changed_adjoints(s):
            self._own(used, state, out)
        target, name = E.var(s.name), s.name
        if name in state and not s.structured and value.head == "call" and E.callee(value) is runtime.expand \
                and self._is_full(name) and self.kind(primal_of(name)) != "any":  # it may be a list
            value = value.args[1]  # adding broadcasts it anyway
        number = self.kind(primal_of(name)) == "number"
        if name not in state:
            if name in self.storage and not (value.head == "var" and any(
                    isinstance(t, S.Clear) and t.name == value.data for t in rest)):
                self._create((name,), state, out)
                out.append(self._added_in_place(s, target, value))
                return
            if name in self.storage and value.head == "var":  # handed over to what is changed in place
                self._own(value.data, state, out)
            self._bind(name, value, state, links)
            if value.head == "var" and not is_adjoint(value.data) and not reads_any(rest, value.data):
                state[name] = OWNED if links[name][1] == OWNED or state.get(value.data) == OWNED else SHARED
            out.append(S.Assign(target, value, s.loc))
        elif name in self.storage:
            out.append(self._added_in_place(s, target, value))
        elif s.structured and state[name] == UNTOUCHED:  # the list had another length where the zero was made: it was moved
            self._bind(name, value, state, links)
            out.append(S.Assign(target, value, s.loc))
        elif s.structured:
            out.append(S.Assign(target, E.call(lib.support("add"), target, value), s.loc))
            state[name] = OWNED
        elif number or state[name] == OWNED or name in self.storage:
            out.append(S.Aug(target, "+", value, s.loc))
        else:
            out.append(S.Assign(target, E.op("+", target, value), s.loc))
            state[name] = OWNED

    def _added_in_place(self, s: S.Accumulate, target: Expr, value: Expr) -> S.Stmt:
        if s.structured or s.name not in self.points and self.kind(primal_of(s.name)) == "any":  # it may be a list
            return S.Do(E.call(lib.support("add_to"), target, value), s.loc)
        return S.Aug(E.index(target, E.const(...)) if s.name in self.points else target, "+", value, s.loc)

    def _is_full(self, name: str) -> bool:
        """Has an adjoint that is set the shape of its primal, and is no plain zero?

        What an iteration of a loop leaves to the next one is known when the whole loop has been seen.
        """
        return name not in reached_by(set(self.lax) if self._inside else self._made_scalar, self._flows)

    def _copied(self, name: str) -> S.Stmt:
        """Make an adjoint one that may be changed in place; those of tuples may be tuples until then."""
        if name in self.own_points:  # what is given may be a number
            return S.Assign(E.var(name), E.call(lib.numpy("array"), E.var(name)))
        flat = self.kind(primal_of(name)) in ("number", "array", "numeric")
        return S.Assign(E.var(name), E.call(lib.COPY if flat else lib.support("own_copy"), E.var(name)))

    def _own(self, name: str, state: State, out: list[S.Stmt]) -> None:
        """Make sure that an adjoint that is about to be changed in place belongs to itself alone."""
        if state.get(name) == SHARED and (name not in self.storage or name in self.own_points):
            out.append(self._copied(name))
            state[name] = OWNED
        if state.get(name) == UNTOUCHED:
            state[name] = OWNED

    def _touch(self, s: S.Stmt, state: State, out: list[S.Stmt]) -> None:
        """A statement that changes an adjoint in place, or any other that a rule has written."""
        touched = changed_adjoints(s)
        if len(touched) != 1 or not isinstance(s, (S.Assign, S.Aug, S.Do)) or S.bound(getattr(s, "target", E.NONE)):
            self._other(s, touched, state, out)
            return
        (name,) = touched
        zero = E.NO_NAMES
        values = brought_in(s, name)
        if all(self._value(v, state) is None or is_zero(v) for v in values) and values:
            if name not in state or adds(s):
                return
            zero = frozenset().union(*(v.names for v in values))
        if name not in state:
            self._create((name,), state, out)
        self._own(name, state, out)
        s = self._put_copies(s, state)
        missing = {n: self._nothing(n) for n in zero if is_derivative(n) and n not in state}
        out.append(S.map_expressions(lambda e: E.substitute(e, missing), s) if missing else s)

    def _put_copies(self, s: S.Stmt, state: State) -> S.Stmt:
        """What is put back into a container is changed there, and must not be anybody else's."""
        if not isinstance(s, S.Do) or s.value.args[0].head != "attr":
            return s
        shared = {a.data: E.call(lib.COPY, a) for a in s.value.args[1:] if a.head == "var" and state.get(a.data) == SHARED
                  and self.kind(primal_of(a.data)) != "number"}
        return S.map_expressions(lambda e: E.substitute(e, shared), s) if shared else s

    def _other(self, s: S.Stmt, touched: tuple[str, ...], state: State, out: list[S.Stmt]) -> None:
        """A call that gives several results or changes several adjoints, or what else a rule has written."""
        used = frozenset().union(*(e.names for e in S.expressions(s))) - S.writes(s)
        adjoints = {n for n in used if is_derivative(n)}
        if adjoints and not any(n in state for n in adjoints):
            for name in S.writes(s):
                state.pop(name, None)
            return
        self._create([n for n in touched if n not in state], state, out)
        for name in touched:
            self._own(name, state, out)
        out.append(S.map_expressions(lambda e: self._value(e, state) or e, s))
        for name in S.writes(s):
            state[name] = SHARED


def _after(ends: Iterable[str]) -> str:
    """What an adjoint is where paths meet."""
    found = set(ends)
    return found.pop() if len(found) == 1 else SHARED if SHARED in found else OWNED
