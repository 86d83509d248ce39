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
    if len(names) > 1:
        _delay_changes(names, stacks)
    best: list[str] = []
    where = (0, 0)
    for first in names:
        up = stacks.pushed[first][1]
        movable = [n for n in names if stacks.keeps_value(n, up)]
        for last in movable:
            down = stacks.popped[last][1]
            together = [n for n in movable if stacks.is_untouched(n, down)]
            if len(together) > len(best) and first in together and last in together:  # theirs are the places that are written
                best, where = together, (up, down)
    if len(best) < len(names) and _put_aside(names, 3 * (len(names) - max(1, len(best))), stacks):
        best, where = names, (max(stacks.pushed[n][1] for n in names), min(stacks.popped[n][1] for n in names))
    places = list(map(stacks.place, best)) if len(best) > 1 else []
    bound = {p.data for p in places if p.head == "var"}
    if len(set(places)) < max(2, len(best)) or any(p.head != "var" and not bound.isdisjoint(p.names) for p in places):
        return False
    # Places first: what their subscripts read may have the name of a variable that is bound with them.
    _write(sorted(best, key=lambda n: stacks.place(n).head == "var"), *where, stacks)
    return True


def _put_aside(names: list[str], worth: int, stacks: Stacks) -> bool:
    """Keep what is saved too early, and what is popped too early, in variables of their own, if these are fewer than `worth`."""
    if worth <= 0:
        return False
    up, down = max(stacks.pushed[n][1] for n in names), min(stacks.popped[n][1] for n in names)
    first, last = min(stacks.pushed[n][1] for n in names), max(stacks.popped[n][1] for n in names)
    pushes, pops = stacks.bodies[stacks.pushed[names[0]][0]], stacks.bodies[stacks.popped[names[0]][0]]
    there = [n for n in names if not stacks.keeps_value(n, up)]
    back = [n for n in names if not stacks.is_untouched(n, down)]
    places = {stacks.place(n) for n in names}
    if len(there) + len(back) >= worth or len(places) < len(names) or any(p.head != "var" for p in places) or any(
            isinstance(s, S.LEAVING) for body in (pushes[first:up], pops[down:last]) for s in S.walk_stmts(body)):
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
    for n in reversed(changes):
        if not _may_wait(body[n], [t for k, t in enumerate(body[n + 1:last + 1], n + 1) if k not in changes], stacks):
            return
    for n in reversed(changes):
        stacks.move_down(key, n, last)
        last -= 1


def _may_wait(s: S.Stmt, others: list[S.Stmt], stacks: Stacks) -> bool:
    """Is `s`, an assignment, the same after some statements, which do not ask for what it assigns?"""
    memory = stacks.program.memory
    if not isinstance(s, S.Assign) or s.target.head != "var" or not memory.is_pure(s.value) \
            or s.target.data in stacks.program.pinned:
        return False
    for t in S.walk_stmts(others):
        if isinstance(t, S.LEAVING) or s.target.data in S.reads(t) or not S.writes(t).isdisjoint(s.value.names | s.target.names) \
                or not memory.writes(t).isdisjoint(memory.reads(s.value)):
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
