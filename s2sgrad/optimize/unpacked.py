"""What the user takes apart at once is taken apart at once, and put together at once.

    a = theta[0]                             a, b = theta
    b = theta[1]
    ...                                      ...
    btheta = zeros_like(theta)    --->       btheta = structured_like((ba, bb), theta)
    btheta[1] += bb
    btheta[0] += ba

The user's statement, ``a, b = theta``, says that there are no other elements.
"""
from __future__ import annotations

import ast
import functools
import itertools
from collections.abc import Sequence

from s2sgrad import runtime
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import base, is_temporary
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.width import LINE, statement_width


def take_apart_at_once(fn: S.Function, program: Program) -> S.Function:
    """Join the assignments that an unpacking of the user's became, and the additions that became its reverse."""
    program.turn_to(fn)
    joining = _Joining(fn, program)
    body = joining.block(fn.body, 0)
    return S.with_body(fn, body)


class _Joining:
    def __init__(self, fn: S.Function, program: Program) -> None:
        self.program = program
        self.uses = program.uses(fn)
        self.made = {s.target.data: s for s in S.walk_stmts(fn.body) if isinstance(s, S.Assign) and s.target.head == "var"}

    def block(self, body: S.Block, depth: int) -> S.Block:
        out: list[S.Stmt] = []
        for s in body:
            out.append(S.map_blocks(lambda b: self.block(b, depth + 1), s) if type(s) in S.COMPOUND else s)
        at = 0
        while at < len(out):
            self._assignments(out, at)
            self._displays(out, at)
            self._additions(out, at, depth)
            at += 1
        return S.block_of(out, body)

    # ---- a, b = x -----------------------------------------------------------------------------------------------------

    def _assignments(self, body: list[S.Stmt], at: int) -> None:
        """Join the assignments from one position of a block on."""
        first = body[at]
        owner = _element(first)
        if owner is None or not isinstance(first, S.Assign):
            return
        group = [first]
        for s in body[at + 1:]:
            if not isinstance(s, S.Assign) or _element(s) != owner or s.loc != first.loc \
                    or not owner.names.isdisjoint(S.writes(group[-1])):
                break
            group.append(s)
        targets = {s.value.args[1].data: s.target for s in group}
        if owner.head == "var" and not self._is_whole(group, list(targets), owner) or owner.head != "var" and not (
                first.loc is not None and len(group) > 1 and len(targets) == len(group)
                and _targets(first.loc.text) == tuple(self._shown(s) for s in sorted(group, key=_position))):
            return
        if len({t.data for t in targets.values()}) == len(group):
            unpacked = E.tuple_(*(targets[k] for k in range(len(group))))
            body[at:at + len(group)] = [S.Assign(unpacked, owner, first.loc)]

    def _displays(self, body: list[S.Stmt], at: int) -> None:
        """Join ``a = x`` and ``b = y`` where the user has written ``a, b = x, y``."""
        first = body[at]
        if first.loc is None or not isinstance(first, S.Assign) or first.target.head != "var":
            return
        names = _display(first.loc.text) if at + 1 < len(body) and body[at + 1].loc == first.loc else ()
        if not names:
            return
        group = list(itertools.takewhile(lambda s: s.loc == first.loc and self._shown(s) in names, body[at:]))
        places = [names.index(self._shown(s) or "") for s in group]  # a variable that nothing reads is left out
        if len(group) < 2 or any(a >= b for a, b in itertools.pairwise(places)):
            return
        targets, values = zip(*((s.target, s.value) for s in group if isinstance(s, S.Assign)))
        alone = not any(t.data in v.names for n, t in enumerate(targets) for v in values[n + 1:])
        if alone and len({t.data for t in targets}) == len(group) and all(map(self.program.memory.is_pure, values)):
            body[at:at + len(group)] = [S.Assign(E.tuple_(*targets), E.tuple_(*values), first.loc)]

    def _shown(self, s: S.Stmt) -> str | None:
        """The name that the user knows of what a statement assigns."""
        if not isinstance(s, S.Assign) or s.target.head != "var" or is_derivative(s.target.data):
            return None
        return base(self.program.names.origin.get(s.target.data, s.target.data))

    def _is_whole(self, group: Sequence[S.Stmt], keys: list[int], owner: Expr) -> bool:
        """Are the elements of `owner` at some positions all that the user takes it apart into?"""
        if len(group) < 2 or sorted(keys) != list(range(len(group))):
            return False
        loc = group[0].loc
        if loc is None or any(s.loc != loc for s in group):
            return False
        count, name = _unpacking(loc.text)
        if count != len(group) or owner.head != "var":
            return False
        if name is not None:
            return self.program.names.origin.get(owner.data, owner.data) == name
        made = self.made.get(owner.data)
        return is_temporary(self.program.names.origin.get(owner.data, owner.data)) and made is not None and made.loc == loc

    # ---- bx = zeros_like(x); bx[1] += b; bx[0] += a -------------------------------------------------------------------

    def _additions(self, body: list[S.Stmt], at: int, depth: int) -> None:
        """Replace zeros that are made at one position of a block, and the additions to all their elements."""
        zeros = body[at]
        if not isinstance(zeros, S.Assign) or zeros.target.head != "var" or not _is_zeros(zeros.value):
            return
        owner, own = zeros.value.args[1], zeros.target
        group: list[S.Aug] = []
        places = []
        for n in range(at + 1, len(body)):
            s = body[n]
            if isinstance(s, S.Aug) and _element(s) == own and own.data not in s.value.names:
                if s.loc is None or (s.loc != group[0].loc if group else not _unpacking(s.loc.text)[0]) \
                        or not all(self._may_pass(t, s) for t in group):
                    return  # the user takes the owner apart in one statement
                group.append(s)
                places.append(n)
            elif isinstance(s, S.Comment):
                continue
            elif own.data in S.reads(s) or owner.data in S.writes(s) or not all(self._may_pass(t, s) for t in group):
                break
        if not self._is_whole([*group], [s.target.args[1].data for s in group], owner):
            return
        values = {s.target.args[1].data: s.value if s.symbol == "+" else self.program.algebra.negative(s.value) for s in group}
        shared = [v.data for v in values.values() if v.head == "var"]
        if len(set(shared)) < len(shared) or self.uses.get(own.data, 0) < len(group):
            return
        parts = E.tuple_(*(values[k] for k in range(len(group))))
        made = S.Assign(own, E.call(lib.support("structured_like"), parts, owner), group[-1].loc)
        if statement_width(made, depth) > LINE:
            return
        body[places[-1]] = made
        for n in (*reversed(places[:-1]), at):
            del body[n]

    def _may_pass(self, s: S.Aug, t: S.Stmt) -> bool:
        """Has what `s` adds the same value after `t`?"""
        memory = self.program.memory
        return memory.is_pure(s.value) and S.writes(t).isdisjoint(s.value.names) \
            and memory.writes(t).isdisjoint(memory.reads(s.value))


def _element(s: S.Stmt) -> Expr | None:
    """Of ``v = x[2]`` and ``x[2] += v`` the variable `x`, or an element of one."""
    place = s.value if isinstance(s, S.Assign) and s.target.head == "var" else s.target if isinstance(s, S.Aug) \
        and s.symbol in ("+", "-") else None
    if place is None or place.head != "index" or not _is_element(place.args[0]):
        return None
    key = place.args[1]
    return place.args[0] if key.head == "const" and type(key.data) is int and key.data >= 0 else None


def _is_element(e: Expr) -> bool:
    """Is this a variable, or an element at a position that a variable or a constant tells?"""
    return e.head == "var" or e.head == "index" and e.args[1].head in ("var", "const") and _is_element(e.args[0])


def _position(s: S.Assign) -> int:
    position: int = s.value.args[1].data
    return position


def _is_zeros(e: Expr) -> bool:
    return E.hashable_callee(e) is runtime.zeros_like and len(e.args) == 2 and e.args[1].head == "var"


@functools.lru_cache(maxsize=512)
def _display(text: str) -> tuple[str, ...]:
    """The variables that a statement assigns element by element, ``a, b = x, y``."""
    s = _assignment(text)
    if s is None or not isinstance(s.value, (ast.Tuple, ast.List)):
        return ()
    assert isinstance(s.targets[0], (ast.Tuple, ast.List))
    targets, values = s.targets[0].elts, s.value.elts
    if len(targets) != len(values) or not all(isinstance(t, ast.Name) for t in targets):
        return ()
    return tuple(t.id for t in targets if isinstance(t, ast.Name))


def _assignment(text: str) -> ast.Assign | None:
    """A statement that assigns to a display."""
    if "," not in text:
        return None
    try:
        (s,) = ast.parse(text).body
    except (SyntaxError, ValueError):
        return None
    assigns = isinstance(s, ast.Assign) and len(s.targets) == 1 and isinstance(s.targets[0], (ast.Tuple, ast.List))
    return s if assigns and isinstance(s, ast.Assign) else None


@functools.lru_cache(maxsize=512)
def _targets(text: str) -> tuple[str, ...]:
    """The variables that an assignment or a loop takes an element apart into, ``a, b = x`` and ``for a, b in xs``."""
    s: ast.stmt | None = _assignment(text)
    if s is None and text.startswith("for "):
        try:
            (s,) = ast.parse(f"{text.rstrip(':')}: pass").body
        except (SyntaxError, ValueError):
            return ()
    target = s.targets[0] if isinstance(s, ast.Assign) else s.target if isinstance(s, ast.For) else None
    if not isinstance(target, (ast.Tuple, ast.List)) or isinstance(s, ast.Assign) and isinstance(s.value, (ast.Tuple, ast.List)):
        return ()
    return tuple(t.id if isinstance(t, ast.Name) else "" for t in target.elts)


@functools.lru_cache(maxsize=512)
def _unpacking(text: str) -> tuple[int, str | None]:
    """The number of elements that a statement takes something apart into, and the variable that it takes apart, if it is one.

    The number is 0 where the statement is anything else, or assigns element by element.
    """
    s = _assignment(text)
    if s is None or isinstance(s.value, (ast.Tuple, ast.List)):
        return 0, None
    assert isinstance(s.targets[0], (ast.Tuple, ast.List))
    targets = s.targets[0].elts
    if not all(isinstance(t, ast.Name) for t in targets):
        return 0, None
    return len(targets), s.value.id if isinstance(s.value, ast.Name) else None
