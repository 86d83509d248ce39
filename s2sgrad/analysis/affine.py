"""Can two subscripts in loops select the same element? Affine forms of loop variables decide.

An access is a subscript with the loops around it. Of two accesses one comes later: in a later iteration of a loop around
both, or further down in the same iteration. `never_meet` proves, axis by axis, that the intervals that they select are
disjoint whatever the iterations are: the distance of their ends is an affine form in the loop variables and in the number
of iterations between the accesses, and its minimum over the loops is positive (the test of Banerjee 1988 for one axis).

What is not understood is taken for the whole axis; so no proof is made of it.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass

#: A sum of variables with integer factors; the constant stands under "".
Form = Mapping[str, int]
#: The first index that is selected and the one after the last; None where there is no end.
Interval = tuple[Form, Form | None]

ZERO: Form = {}
_APART = "#"
_BETWEEN = "iterations between"


@dataclass(frozen=True, eq=False)
class Loop:
    """A loop that a variable of its own counts: from `first` to `last` at most, one way or the other by `step`.

    `name` is empty where the loop does not run over a range; nothing is known of its iterations then.
    """

    name: str = ""
    first: Form | None = None
    last: Form | None = None
    step: int = 0


@dataclass(frozen=True, eq=False)
class Access:
    """A part of memory that is read or written: the intervals on the leading axes, the loops around, from outside in."""

    key: tuple[Interval, ...]
    loops: tuple[Loop, ...]
    place: int


def plus(a: Form, b: Form, factor: int = 1) -> Form:
    """``a + factor * b``"""
    out = dict(a)
    for name, n in b.items():
        out[name] = out.get(name, 0) + factor * n
    return {name: n for name, n in out.items() if n}


def constant(n: int) -> Form:
    return {"": n} if n else ZERO


def form(e: Expr, is_integer: Callable[[str], bool]) -> Form | None:
    """`e` as an affine form of variables that are integers; None for anything else."""
    if e.head == "const":
        return constant(e.data) if type(e.data) is int else None
    if e.head == "var":
        return {e.data: 1} if is_integer(e.data) else None
    if e.head != "op" or e.data not in ("+", "-", "*"):
        return None
    parts = [form(a, is_integer) for a in e.args]
    if len(parts) == 1:
        return plus(ZERO, parts[0], -1) if parts[0] is not None and e.data == "-" else None
    a, b = parts
    if a is None or b is None:
        return None
    if e.data == "*":
        number, other = (a, b) if a.keys() <= {""} else (b, a)
        return plus(ZERO, other, number.get("", 0)) if number.keys() <= {""} else None
    return plus(a, b, 1 if e.data == "+" else -1)


def intervals(key: Expr, loops: tuple[Loop, ...], is_integer: Callable[[str], bool]) -> tuple[Interval, ...]:
    """What a subscript selects on the leading axes, as far as each part of it takes one axis for certain."""
    out: list[Interval] = []
    for part in key.args if key.head == "tuple" else (key,):
        if part.head == "slice":
            out.append(_slice(part, loops, is_integer))
            continue
        at = form(part, is_integer)
        if at is None:
            break
        out.append((at, plus(at, constant(1))) if _is_positive(at, loops) else (ZERO, None))
    return tuple(out)


def _slice(part: Expr, loops: tuple[Loop, ...], is_integer: Callable[[str], bool]) -> Interval:
    lower, upper, step = part.args
    if not (E.is_const(step, None) or step.head == "const" and type(step.data) is int and step.data > 0):
        return ZERO, None
    ends = [form(a, is_integer) for a in (lower, upper)]
    first, last = (f if f is not None and _is_positive(f, loops) else None for f in ends)
    return first or ZERO, last


def _is_positive(at: Form, loops: tuple[Loop, ...]) -> bool:
    """Is an index never negative? A negative one counts from the end."""
    least = _minimum(at, loops)
    return least is not None and least >= 0


def _minimum(value: Form, loops: tuple[Loop, ...]) -> int | None:
    """The least that a form can be in the loops, of which inner ones come last; None where nothing is known."""
    for loop in reversed(loops):
        factor = value.get(loop.name, 0) if loop.name else 0
        if factor:
            end = loop.first if factor > 0 else loop.last
            if end is None:
                return None
            value = plus({n: k for n, k in value.items() if n != loop.name}, end, factor)
    between = value.get(_BETWEEN, 0)
    if between < 0 or value.keys() - {"", _BETWEEN}:
        return None
    return value.get("", 0) + between  # it is one at least


def common(a: Access, b: Access) -> int:
    """How many loops are around both."""
    n = 0
    for x, y in zip(a.loops, b.loops):
        if x is not y:
            break
        n += 1
    return n


def never_meet(a: Access, b: Access, own: int, is_fixed: Callable[[str, int, bool], bool]) -> bool:
    """Do `a` and what `b` selects later never have an element in common?

    The outermost `own` loops have memory of their own in each iteration. ``is_fixed(name, n, same)``: has a variable that
    is none of the loops' the same value at both accesses, `n` loops around which are in the same iteration, or the last of
    which is in a later one?
    """
    shared = common(a, b)
    for n in range(own, shared):
        if not _apart(a, b, n, True, lambda name, n=n: is_fixed(name, n + 1, False)):  # type: ignore[misc]
            return False
    return b.place < a.place or _apart(a, b, shared, False, lambda name: is_fixed(name, shared, True))


def _apart(a: Access, b: Access, n: int, later: bool, is_fixed: Callable[[str], bool]) -> bool:
    """Are the accesses disjoint where `n` loops are in the same iteration, and, if `later`, the next one further on?"""
    other: dict[str, Form] = {}
    inner = n
    if later:
        loop = a.loops[n]
        if loop.name and loop.step:
            other[loop.name] = {loop.name: 1, _BETWEEN: loop.step}
            inner = n + 1
    loops = list(a.loops)
    for loop in b.loops[inner:]:
        if loop.name:
            other[loop.name] = {loop.name + _APART: 1}
        loops.append(dataclasses.replace(loop, name=loop.name and loop.name + _APART, first=_moved(loop.first, other),
                                         last=_moved(loop.last, other)))
    around = tuple(loops)
    counted = {loop.name for loop in around} | {"", _BETWEEN}
    for (first, last), (start, stop) in zip(a.key, b.key):
        start, stop = _moved(start, other) or ZERO, _moved(stop, other)
        for low, high in ((first, stop), (start, last)):
            if high is None:
                continue
            distance = plus(low, high, -1)
            if all(name in counted or is_fixed(name) for name in (*low, *high)):
                least = _minimum(distance, around)
                if least is not None and least >= 0:
                    return True
    return False


def _moved(value: Form | None, other: Mapping[str, Form]) -> Form | None:
    """A form in the variables of one iteration, in those of another."""
    if value is None:
        return None
    out: Form = ZERO
    for name, n in value.items():
        out = plus(out, other.get(name, {name: 1}), n)
    return out
