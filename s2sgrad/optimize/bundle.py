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

import dataclasses

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
    stacks = Stacks(fn, program, found)
    # What containers hold would be taken for what the tuples hold when the derivative is differentiated in its turn.
    containers = {s.target.data for s in S.walk_stmts(fn.body) if isinstance(s, S.Assign)
                  and s.target.head == "var" and _is_container(s.value)}
    joined = [_join([n for n in names if stacks.value(n).names.isdisjoint(containers)], stacks)
              for names in stacks.groups()]
    return dataclasses.replace(fn, body=stacks.body()) if any(joined) else fn


def _join(names: list[str], stacks: Stacks) -> bool:
    """Join those of `names`, lists used in the same three blocks, that can be; are there any?"""
    best: list[str] = []
    where = (0, 0)
    for _, up in (stacks.pushed[n] for n in names):
        movable = [n for n in names if stacks.keeps_value(n, up)]
        for _, down in (stacks.popped[n] for n in movable):
            together = [n for n in movable if stacks.is_untouched(n, down)]
            if len(together) > len(best):
                best, where = together, (up, down)
    if len(best) < 2 or len(set(map(stacks.target, best))) < len(best):
        return False
    _write(best, *where, stacks)
    return True


def _write(names: list[str], up: int, down: int, stacks: Stacks) -> None:
    """Replace the lists by one, of tuples."""
    saved = E.var(stacks.program.names.fresh("saved"))
    made, pushes, pops = (stacks.bodies[p[names[0]][0]] for p in (stacks.made, stacks.pushed, stacks.popped))
    values = E.tuple_(*map(stacks.value, names))
    targets = E.tuple_(*(E.var(stacks.target(n)) for n in names))
    start = min(stacks.made[n][1] for n in names)
    for body, places in ((made, stacks.made), (pushes, stacks.pushed), (pops, stacks.popped)):
        stacks.gone.update(body[places[n][1]] for n in names)
    made[start] = S.Assign(saved, E.list_(), made[start].loc)
    pushes[up] = S.Do(E.call(E.attr(saved, "append"), values), pushes[up].loc)
    pops[down] = S.Assign(targets, E.call(E.attr(saved, "pop")), pops[down].loc)


def _is_container(e: Expr) -> bool:
    return e.head in ("list", "dict", "set", "comp") or E.callee(e) in (list, dict, set, sorted)
