"""One list for what one place of a loop saves.

    x_stack.append(x)                             saved.append((x, y))
    y_stack.append(y)
    ...                              --->         ...
    y = y_stack.pop()                             x, y = saved.pop()
    x = x_stack.pop()

Lists that are pushed to in one block and popped from in one block have the same number of elements at any time, so the
elements may as well be kept together. What is pushed must be the same value at the place where all of it is pushed,
and nothing may ask, between the pops, for what they give.
"""
from __future__ import annotations

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.dead_code import private_stacks
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.spans import Traffic, covered, covering
from s2sgrad.optimize.stacks import Stacks


def bundle(fn: S.Function, program: Program) -> S.Function:
    """Join lists of saved values that are always used together."""
    found = program.asked(private_stacks, fn)
    if len(found) < 2:
        return fn
    program.turn_to(fn)
    stacks = Stacks(fn, program, found, places=True)
    # What containers hold would be taken for what the tuples hold when the derivative is differentiated in its turn.
    containers = {s.target.data for s in S.walk_stmts(fn.body) if isinstance(s, S.Assign)
                  and s.target.head == "var" and _is_container(s.value)}
    joined = [_join([n for n in names if stacks.value(n).names.isdisjoint(containers)], stacks)
              for names in stacks.groups()]
    return S.with_body(fn, stacks.body()) if any(joined) else fn


def _join(names: list[str], stacks: Stacks) -> bool:
    """Join those of `names`, lists used in the same three blocks, that can be; are there any?"""
    if len(names) < 2:
        return False
    _delay_changes(names, stacks)
    spans = _Spans(names, stacks)
    best, where = spans.together()
    if len(best) < len(names) and _put_aside(names, 3 * (len(names) - max(1, len(best))), spans, stacks):
        best, where = names, (spans.up, spans.down)
    places = list(map(stacks.place, best)) if len(best) > 1 else []
    bound = {p.data for p in places if p.head == "var"}
    if len(set(places)) < max(2, len(best)) or any(p.head != "var" and not bound.isdisjoint(p.names) for p in places):
        return False
    # Places first: what their subscripts read may have the name of a variable that is bound with them.
    _write(sorted(best, key=lambda n: stacks.place(n).head == "var"), *where, stacks)
    return True


class _Spans:
    """Where `names`, lists used in the same three blocks, may be pushed to and popped from.

    `up` is the last position where one is pushed to, `down` the first where one is popped from.
    """

    def __init__(self, names: list[str], stacks: Stacks) -> None:
        self.names = names
        self._pushed = [stacks.pushed[n][1] for n in names]
        self._popped = [stacks.popped[n][1] for n in names]
        self.up, self.down = max(self._pushed), min(self._popped)
        memory, pinned = stacks.program.memory, stacks.program.pinned
        pushes = Traffic(stacks.bodies[stacks.pushed[names[0]][0]], memory)
        pops = Traffic(stacks.bodies[stacks.popped[names[0]][0]], memory)
        self._there = covering([pushes.of_push(stacks.value(n), at) for n, at in zip(names, self._pushed)], self._pushed)
        back = [pops.of_pop(stacks.place(n), at, pinned) for n, at in zip(names, self._popped)]
        self._back, self._near = covering(back, self._popped), covered(back, self._popped)

    def together(self) -> tuple[list[str], tuple[int, int]]:
        """Most of the lists that may be used together, and the places where one is pushed to and one popped from.

        Of places where as many may, the first ones in the order of the lists.
        """
        best, size, where = 0, 0, (0, 0)
        there = [self._there[at] for at in self._pushed]
        for n in sorted(range(len(there)), key=lambda n: -there[n].bit_count()):
            most = there[n].bit_count()
            if most < size:
                break
            left = there[n] & self._near[n] if there[n] >> n & 1 else 0
            while left:
                k = (left & -left).bit_length() - 1
                left &= left - 1
                found = there[n] & self._back[self._popped[k]]
                count = found.bit_count() if found >> k & 1 else 0
                if count > size or count == size and (n, k) < where:
                    best, size, where = found, count, (n, k)
                if count == most:
                    break
        return [name for n, name in enumerate(self.names) if best >> n & 1], (self._pushed[where[0]], self._popped[where[1]])

    def stuck(self) -> tuple[list[str], list[str]]:
        """The lists that may not be pushed to where the last one is, and those that may not be popped from where the first is."""
        there, back = self._there[self.up], self._back[self.down]
        return [name for n, name in enumerate(self.names) if not there >> n & 1], \
            [name for n, name in enumerate(self.names) if not back >> n & 1]


def _put_aside(names: list[str], worth: int, spans: _Spans, stacks: Stacks) -> bool:
    """Keep what is saved too early, and what is popped too early, in variables of their own, if these are fewer than `worth`."""
    if worth <= 0:
        return False
    first, last = min(stacks.pushed[n][1] for n in names), max(stacks.popped[n][1] for n in names)
    pushes, pops = stacks.bodies[stacks.pushed[names[0]][0]], stacks.bodies[stacks.popped[names[0]][0]]
    there, back = spans.stuck()
    places = {stacks.place(n) for n in names}
    if len(there) + len(back) >= worth or len(places) < len(names) or any(p.head != "var" for p in places) or any(
            isinstance(s, S.LEAVING) for body in (pushes[first:spans.up], pops[spans.down:last]) for s in S.walk_stmts(body)):
        return False
    if any(stacks.place(n).data in stacks.program.pinned for n in names):
        return False
    for n in there:
        stacks.keep_aside(n)
    for n in back:
        stacks.take_aside(n)
    return True


def _delay_changes(names: list[str], stacks: Stacks) -> None:
    """Move what changes a variable that was saved after the last place that saves, if all that is in the way can move."""
    key = stacks.pushed[names[0]][0]
    body, last = stacks.bodies[key], max(stacks.pushed[n][1] for n in names)
    saved = {stacks.value(n).data: stacks.pushed[n][1] for n in names if stacks.value(n).head == "var"}
    changes = [n for n in range(last) if any(saved.get(v, last) < n for v in S.writes(body[n]))]
    if changes and _may_wait(changes, body[:last + 1], stacks):
        stacks.move_down(key, changes, last)


def _may_wait(changes: list[int], body: list[S.Stmt], stacks: Stacks) -> bool:
    """Are statements of a block, assignments, the same at its end, and do the others not ask for what they assign?"""
    memory, pinned = stacks.program.memory, stacks.program.pinned
    moved = set(changes)
    for t in S.walk_stmts(body[changes[0]:]):
        memory.writes(t)  # which may find out that two groups are one, so it comes before groups are compared
    read: set[str] = set()
    bound: set[str] = set()
    written: set[int] = set()
    for n in range(len(body) - 1, changes[0] - 1, -1):
        s = body[n]
        if n not in moved:
            for t in S.walk_stmts((s,)):
                if isinstance(t, S.LEAVING):
                    return False
                read |= S.reads(t)
                bound |= S.writes(t)
                written |= memory.writes(t)
        elif not isinstance(s, S.Assign) or s.target.head != "var" or not memory.is_pure(s.value) \
                or s.target.data in pinned or s.target.data in read or s.target.data in bound \
                or not bound.isdisjoint(s.value.names) or not written.isdisjoint(memory.reads(s.value)):
            return False
    return True


def _write(names: list[str], up: int, down: int, stacks: Stacks) -> None:
    """Replace the lists by one, of tuples."""
    saved = E.var(stacks.program.names.fresh("saved"))
    made, pushes, pops = (stacks.bodies[p[names[0]][0]] for p in (stacks.made, stacks.pushed, stacks.popped))
    values = E.tuple_(*map(stacks.value, names))
    targets = E.tuple_(*map(stacks.place, names))
    start = min(stacks.made[n][1] for n in names)
    for body, places, aside in ((made, stacks.made, {}), (pushes, stacks.pushed, stacks.kept),
                                (pops, stacks.popped, stacks.taken)):
        stacks.gone.update(body[places[n][1]] for n in names if n not in aside)
    made[start] = S.Assign(saved, E.list_(), made[start].loc)
    pushes[up] = S.Do(E.call(E.attr(saved, "append"), values), pushes[up].loc)
    pops[down] = S.Assign(targets, E.call(E.attr(saved, "pop")), pops[down].loc)


def _is_container(e: Expr) -> bool:
    return e.head in ("list", "dict", "set", "comp") or E.callee(e) in (list, dict, set, sorted)
