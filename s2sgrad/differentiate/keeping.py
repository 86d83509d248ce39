"""What is kept although it could be computed again, because it takes no further statement.

    for y in ys:                                      for y in ys:
        p = p + q                                         p = p + q
        s = p + r                                         s = p + r
        saved.append((p, e))                              saved.append((p, s, e))
        ...                               --->            ...
    for y in reversed(ys):                            for y in reversed(ys):
        p, e = saved.pop()                                p, s, e = saved.pop()
        s = p + r                                         ...

Where an iteration saves something anyway, a variable that the forward sweep computes for itself is saved as well, if it
has a name or more than one reader there. What is broadcast along a new axis, of which an element takes the room of an
array, is not, nor are parts of arrays, which a reader sees where they are from.
"""
from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from s2sgrad.differentiate.uses import BlockKey
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import is_temporary

if TYPE_CHECKING:
    from s2sgrad.differentiate.record import Recorder

_DEEP = 6


def as_well(recorder: Recorder) -> Iterator[str]:
    """The variables that are to be computed again and had better be kept, in the order of their names."""
    again = [s for made in recorder.plan.recompute.values() for s in made]
    if not again:
        return
    saving = set(recorder.plan.kept) | _overwriting(recorder)
    read = _reads(recorder)
    for s in sorted(again, key=lambda t: t.target.data):
        name = s.target.data
        if recorder.home[name] in saving and name in recorder.uses.values and s.value.head in ("op", "call") \
                and recorder.demand.is_read(name, frozenset()) and (not is_temporary(name) or read.get(name, 0) > 1) \
                and not recorder.facts.aliasing.contents(name) and name not in recorder.facts.links.variables \
                and not _is_spread(s.value, recorder, _DEEP):
            yield name


def is_from_changed(recorder: Recorder, name: str, made: S.Assign, home: BlockKey) -> bool:
    """Is this a new array from memory that a loop changes, of which the reverse of the loop needs nothing else?

        for _ in range(n):                                for _ in range(n):
            u_stack.append(u[1:-1].copy())                    t = u[2:] - u[:-2]
            u[1:-1] += c * (u[2:] - u[:-2])   --->            t_stack.append(t)
        ...                                                   u[1:-1] += c * t

    It is kept as it is. To be computed again it would take a copy of the memory, which has to be put back.
    """
    if made.value.head != "op" or not recorder.facts.type_of_name(name).is_array or name not in recorder.uses.values:
        return False
    loop = recorder.places.loop_around(home)
    met: set[str] = set()
    todo = [name]
    while todo:
        n = todo.pop()
        inside = any(loop in [k[0] for k in recorder.places.chain(at)] for at, _, _ in recorder.used_at.get(n, ()))
        if n in met or n != name and n in recorder.needed and inside:
            continue
        met.add(n)
        defined = recorder.definitions.get(n, ())
        if n.startswith("@") and any(loop in [k[0] for k in recorder.places.chain(at)] for at, _ in defined):
            return True
        if len(defined) == 1 and defined[0][0] == home and isinstance(defined[0][1], S.Assign):
            todo += recorder.uses.of(defined[0][1].value)
    return False


def _reads(recorder: Recorder) -> dict[str, int]:
    """How many statements read a variable in the forward sweep, those that read another name for it included."""
    out: dict[str, int] = {}
    for s in reversed(list(S.walk_stmts(recorder.body))):
        for t in recorder.forward.get(s, (s,)):
            copies = out.get(t.target.data, 1) if isinstance(t, S.Assign) and t.value.head == t.target.head == "var" else 1
            for name in S.reads(t):
                out[name] = out.get(name, 0) + copies
    return out


def _overwriting(recorder: Recorder) -> set[BlockKey]:
    """The blocks with statements that overwrite variables whose values are needed for what is in the same loop."""
    out: set[BlockKey] = set()
    for name in recorder.needed:
        home = recorder.home.get(name)
        read_in = {k[0] for at in {at for at, _, _ in recorder.used_at[name]} for k in recorder.places.chain(at)} \
            if home is not None else set()
        for key, s in recorder.definitions.get(name, ()) if home is not None else ():
            loop = recorder.places.loop_around(key)
            if key != home and loop is not None and not S.blocks(s) and loop in read_in:
                out.add(key)
    return out


def _is_spread(e: Expr, recorder: Recorder, deep: int) -> bool:
    """Is `e` computed from something with a new axis, ``x[:, None] - x[None, :]``, or too far from what is there to tell?"""
    for part in E.walk(e):
        if part.head == "index" and any(E.is_const(a, None) for k in part.args[1:] for a in (k, *k.args)
                                        if k.head != "slice"):
            return True
        if part.head == "var" and is_temporary(part.data):
            defined = recorder.definitions.get(part.data, ())
            made = defined[0][1] if len(defined) == 1 else None
            if deep == 0 or isinstance(made, S.Assign) and _is_spread(made.value, recorder, deep - 1):
                return True
    return False
