"""The reverse of calls of functions that are marked with `checkpoint`.

The forward sweep calls the function as it is. The backward sweep calls the forward function of its pair, which saves,
and right after it the backward function, which uses that up: what is alive at any time is what one call saves.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.backward_calls import backward_call
from s2sgrad.differentiate.naming import adjoint, adjoint_var
from s2sgrad.differentiate.tree import Node, Step
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr

if TYPE_CHECKING:
    from s2sgrad.differentiate.backward import Backward
    from s2sgrad.differentiate.calls import Pair


def reverse_marked(s: S.Stmt, e: Expr, bound: dict[str, Expr], pair: Pair, b: Backward) -> list[Node]:
    """The reverse of ``target = f(...)`` with `f` marked; `bound` are the arguments by parameter."""
    target: Expr = s.target if isinstance(s, S.Assign) else E.var(b.names.fresh("_"))
    code: list[S.Stmt] = []
    count = 1 if pair.parts is None else pair.parts
    again = [E.var(b.fresh(_name(target, n))) for n in range(count)]
    saved = [E.var(b.fresh(f"{e.args[0].data.text.rpartition('.')[2]}_saved"))] if pair.saves else []
    results = [*again, *saved] if any(pair.seeded) else saved
    if results:
        forward = E.rebuild(e, (E.ref(pair.forward, pair), *e.args[1:]))
        code.append(S.Assign(E.tuple_(*results) if len(results) > 1 else results[0], forward, s.loc))
    call, *added = backward_call(s, pair, bound, saved, _seeds(target, again, pair, b), False, b)
    cleared = [S.Clear(adjoint(t.data), s.loc) for t in _variables(target) if b.facts.is_active(t)]
    return [Step(s, [*code, call, *cleared, *added])]


def _seeds(target: Expr, again: list[Expr], pair: Pair, b: Backward) -> list[Expr]:
    """The adjoints of the results; of one that nothing depends on, zeros."""
    if pair.parts is None:
        return [_seed(target, again[0], b)] if any(pair.seeded) else []
    wanted = [n for n, seeded in enumerate(pair.seeded) if seeded]
    if target.head == "tuple":
        return [_seed(target.args[n], again[n], b) for n in wanted]
    return [E.index(_seed(target, E.tuple_(*again), b), E.const(n)) for n in wanted]


def _seed(t: Expr, value: Expr, b: Backward) -> Expr:
    return adjoint_var(t.data) if b.facts.is_active(t) else E.call(lib.ZEROS_LIKE, value)


def _variables(target: Expr) -> list[Any]:
    return [target] if target.head == "var" else list(target.args)


def _name(target: Expr, n: int) -> str:
    t = target.args[n] if target.head == "tuple" and n < len(target.args) else target
    return str(t.data).partition(".")[0] if t.head == "var" else "y"
