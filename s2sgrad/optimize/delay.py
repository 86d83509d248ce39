"""A variable gets its next value when nobody needs the one before any more, so that this need not be put aside.

    bt = by
    bc[i] += by                    bc[i] += by
    by = by * x           --->     bx += by * y
    bx += bt * y                   by = by * x
"""
from __future__ import annotations

from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.optimize.program import Program

#: Uses are looked for among this many statements after a copy.
_NEAR = 50


def delay(fn: S.Function, program: Program) -> S.Function:
    """Move assignments down past the uses of copies of what they overwrite, and drop the copies."""
    program.turn_to(fn)
    return S.with_body(fn, _block(fn.body, program.uses(fn), program))


def _block(body: S.Block, uses: dict[str, int], program: Program) -> S.Block:
    out = [S.map_blocks(lambda b: _block(b, uses, program), s) if type(s) in S.COMPOUND else s for s in body]
    for s in list(out):
        if isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "var" \
                and is_derivative(s.target.data) and program.claims.is_constant(s.target.data) \
                and s.target.data not in program.pinned and s.value.data not in program.pinned:
            _without_copy(out, out.index(s), uses.get(s.target.data, 0), program)
    return S.block_of(out, body)


def _without_copy(body: list[S.Stmt], at: int, uses: int, program: Program) -> None:
    """Drop the copy at one position of a block, where what overwrites the original can come after all uses of it."""
    copy = body[at]
    assert isinstance(copy, S.Assign)
    name, source = copy.target.data, copy.value.data
    end = min(len(body), at + _NEAR)
    readers = [n for n in range(at + 1, end) if any(name in S.reads(t) for t in S.walk_stmts((body[n],)))]
    writers = [n for n in range(at + 1, end) if any(source in S.writes(t) for t in S.walk_stmts((body[n],)))]
    if not readers or not writers or writers[0] > readers[-1] or len(writers) > 1 and writers[1] <= readers[-1]:
        return
    inside = [t for n in readers for t in S.walk_stmts((body[n],))]
    if sum(E.count(e, name) for t in inside for e in S.expressions(t)) != uses:
        return  # it is used elsewhere as well
    moved, passed = body[writers[0]], body[writers[0] + 1:readers[-1] + 1]
    if not isinstance(moved, S.Assign) or moved.target.head != "var" or name in moved.value.names \
            or not _commutes(moved, passed, program):
        return
    original = {name: copy.value}
    body[writers[0]:readers[-1] + 1] = [*passed, moved]
    for n in range(at + 1, readers[-1] + 1):
        body[n] = S.substitute(body[n], original)
    del body[at]


def _commutes(moved: S.Assign, passed: list[S.Stmt], program: Program) -> bool:
    """Can an assignment be made after some statements instead of before them?"""
    memory = program.memory
    if not memory.is_pure(moved.value):
        return False
    read = memory.reads(moved.value)
    for s in S.walk_stmts(passed):
        if isinstance(s, S.LEAVING) or moved.target.data in S.reads(s) or moved.target.data in S.writes(s) \
                or not S.writes(s).isdisjoint(moved.value.names) or not memory.writes(s).isdisjoint(read):
            return False
    return True
