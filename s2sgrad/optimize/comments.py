"""``# Grad of: <the user's line>`` over the adjoint code of each statement of the user's."""
from __future__ import annotations

from s2sgrad.differentiate.naming import is_adjoint, is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.source import Location
from s2sgrad.optimize.program import Program

_LONGEST = 100


def comment(fn: S.Function, program: Program) -> S.Function:
    """Put a comment over every run of statements that reverse the same line; a tangent stands by its line anyway."""
    if not any(map(is_adjoint, (*(p.name for p in fn.params), *program.asked(S.all_names, fn)))):
        return fn
    return S.with_body(fn, _block(fn.body))


def _block(body: S.Block) -> S.Block:
    out: list[S.Stmt] = []
    above: Location | None = None
    for s in body:
        if type(s) in S.COMPOUND:
            out.append(S.map_blocks(_block, s))
            above = None
            continue
        loc = s.loc
        if loc is not None and _is_adjoint(s):
            if loc != above:
                text = line_of(loc)
                if text:
                    out.append(S.Comment(f"Grad of: {text}", loc))
            above = loc
        out.append(s)
    return tuple(out)


def _is_adjoint(s: S.Stmt) -> bool:
    """Does the statement compute an adjoint?"""
    if isinstance(s, S.Do):
        return bool(s.value.heads & E.DERIVATIVE)
    place = S.stored_root(s)
    names = place.names if place is not None else S.writes(s)
    return any(map(is_derivative, names))


def line_of(loc: Location) -> str:
    """The user's statement on one line: of a compound statement its header, of a long one the start."""
    first = loc.source.line(loc.line)[loc.column if loc.line != loc.end_line else 0:].strip()
    text = first if first.endswith(":") and first.startswith(loc.text) else loc.text
    return text if len(text) <= _LONGEST else text[:_LONGEST - 4].rstrip() + " ..."
