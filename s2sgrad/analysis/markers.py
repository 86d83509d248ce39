"""Markers and memory that is changed in place: what they say of a value has to hold for every name of it."""
from __future__ import annotations

from collections.abc import Iterator

from s2sgrad.analysis.aliasing import Aliasing
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import may_return
from s2sgrad.markers import Checkpoint, stop_gradient


def refuse_on_changed_memory(fn: S.Function, aliasing: Aliasing) -> None:
    """Raise where a marked value may share memory with something that is changed in place.

    Of a constant one name would have no derivative, others would; the result of a marked function may be its argument.
    """
    for s in S.walk_stmts(fn.body) if aliasing.changed else ():
        for e in S.expressions(s):
            if not e.heads & E.CALL:
                continue
            for argument in _constants(e):
                if aliasing.value(argument, s) is not None and any(map(aliasing.contents, argument.names)):
                    raise unsupported(s.loc, "stop_gradient of an array that is changed in place cannot be differentiated",
                                      "take a copy: stop_gradient(x.copy())")
            if isinstance(E.callee(e), Checkpoint) and any(aliasing.contents(n) for a in may_return(e) for n in a.names):
                raise unsupported(s.loc, f"{E.callee(e)} may return (part of) its argument, which is changed in place, and "
                                  "cannot be differentiated", "return a copy, or call it without checkpoint")


def _constants(e: Expr) -> Iterator[Expr]:
    """The arguments of `stop_gradient` in an expression whose value may outlive it."""
    if E.callee(e) is stop_gradient:
        yield from e.args[1:]
    for a in e.args:
        if a.heads & E.CALL and (e.head not in ("op", "compare") or E.callee(a) is not stop_gradient):
            yield from _constants(a)
