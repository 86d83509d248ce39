"""Parts of arrays that a derivative puts aside, of arrays that it changes in place.

    div = A[1, m]                               div = A[1, m]
    A[i, m] /= div                              A[i, m] /= div
    div_stack.append(div)          --->         t = copy(div)
                                                div_stack.append(t)

A derivative reads the value that it has put aside, and has seen to it that nothing changes that. One that is differentiated again
takes what a list holds of an array for a view, which has to be one then; a copy of a number is the number.
"""
from __future__ import annotations

from collections import Counter

import numpy as np

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.lower.effects import written_arguments
from s2sgrad.lower.names import Names

_COPY = E.ref("s2sgrad.runtime.copy", runtime.copy, library=True)
#: What asks for the value of its arguments, or for nothing but their shape.
_COMPUTING = frozenset((runtime.unbroadcast, runtime.fitted, runtime.require_apart, runtime.require_number, runtime.copy))


def copied_where_put_aside(fn: S.Function, names: Names) -> S.Function:
    """`fn`, a derivative, with copies of the numbers that it takes from arrays and puts aside."""
    made: dict[str, list[E.Expr]] = {}
    popped: dict[str, set[str]] = {}
    changed: set[str] = set()
    used: Counter[str] = Counter()
    computed: Counter[str] = Counter()
    for s in S.walk_stmts(fn.body):
        if isinstance(s, S.Assign) and s.target.head == "var":
            made.setdefault(s.target.data, []).append(s.value)
        if isinstance(s, S.Assign):
            computed.update(S.writes(s))
            popped.setdefault(_list_of(s.value), set()).update(S.writes(s))
        elif isinstance(s, S.Aug) and s.value.head == "var":
            computed[s.value.data] += 1
        root = S.stored_root(s)
        changed |= root.names if root is not None else S.writes(s) if not isinstance(s, S.Assign) else E.NO_NAMES
        for e in S.expressions(s):
            changed.update(*(E.root(a).names for call in E.calls(e) for a in written_arguments(call) if not _put(call)))
            for part in E.walk(e):
                used[part.data] += part.head == "var"
                computed.update(_computed_with(part))
    values = {name for name in used if name not in changed and used[name] == computed[name]}
    put = {name for name in values & made.keys() if all(map(_is_element, made[name]))
           and any(E.root(e).data in changed for e in made[name])}
    lists = {name for name, taken in popped.items() if taken <= values}
    return S.with_body(fn, _block(fn.body, put, lists, names)) if put and lists else fn


def _list_of(e: E.Expr) -> str:
    """The list that an expression takes something back from."""
    taken = e.head == "call" and e.args[0].head == "attr" and e.args[0].data == "pop" and e.args[0].args[0].head == "var"
    return str(e.args[0].args[0].data) if taken else ""


def _computed_with(e: E.Expr) -> list[str]:
    """The variables that a node of an expression computes with, or puts aside."""
    computing = e.head in ("op", "compare")
    if e.head == "call":
        fn = E.hashable_callee(e)
        computing = fn in _COMPUTING or type(fn) is np.ufunc or getattr(fn, "__module__", None) == "math"
    return [a.data for a in (e.args if computing else _put(e)) if a.head == "var"]


def _put(e: E.Expr) -> tuple[E.Expr, ...]:
    """What ``x_stack.append(x)`` or ``saved.append((x, y))`` puts aside."""
    if e.head != "call" or e.args[0].head != "attr" or e.args[0].data != "append" or len(e.args) != 2:
        return ()
    return e.args[1].args if e.args[1].head == "tuple" else e.args[1:]


def _is_element(e: E.Expr) -> bool:
    """``x[i, j]``, which is a number of a matrix."""
    return e.head == "index" and e.args[0].head == "var" and e.args[1].head != "slice" \
        and not (e.args[1].head == "tuple" and any(k.head == "slice" for k in e.args[1].args))


def _block(body: S.Block, put: set[str], lists: set[str], names: Names) -> S.Block:
    out: list[S.Stmt] = []
    for s in body:
        if S.blocks(s):
            s = S.map_blocks(lambda b: _block(b, put, lists, names), s)
        aside = _put(s.value) if isinstance(s, S.Do) and s.value.args and E.root(s.value.args[0]).data in lists else ()
        copied = {a.data: E.var(names.fresh("t")) for a in aside if a.head == "var" and a.data in put}
        out += [S.Assign(t, E.call(_COPY, E.var(name)), s.loc) for name, t in copied.items()]
        out.append(S.substitute(s, copied) if copied else s)
    return S.block_of(out, body)
