"""What is saved for its shape alone is not saved where another array of that shape is there anyway, or is saved as well.

    un_stack = []                                  for n in range(steps):
    for n in range(steps):                             un = u.copy()
        un = u.copy()                                  ...
        un_stack.append(un)                        for n in range(steps):
        ...                              --->          bt = unbroadcast(bt, u[1:])
    for n in range(steps):
        un = un_stack.pop()
        bt = unbroadcast(bt, un[1:])

Nor is an argument copied for that: ``u2 = u.copy(); n, m = u2.shape`` is ``n, m = u.shape``.
"""
from __future__ import annotations

from s2sgrad import runtime
from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.dead_code import private_stacks
from s2sgrad.optimize.likes import LENDING
from s2sgrad.optimize.nest import nest
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.stacks import Stacks

#: Zeros of an array are those of another one of its shape.
_LENDING = {**LENDING, runtime.zeros_like: 1}


def lend_shapes(fn: S.Function, program: Program) -> S.Function:
    """Ask arrays that are there from the start for the shapes of what is popped from lists, or copied, for nothing else."""
    fn = _without_copies(fn, program)
    found = program.asked(private_stacks, fn)
    if not found:
        return fn
    program.turn_to(fn)
    stacks = Stacks(fn, program, found)
    lenders: dict[str, Expr] = {}
    lending: set[str] = set()
    for names in stacks.groups():
        for from_start in (True, False):
            for name in names:
                target = stacks.target(name)
                if target in lenders or target in lending or not _only_lends(target, fn, program):
                    continue
                lender = _lender(target, fn, program) if from_start else _lender_beside(
                    name, [other for other in names if stacks.target(other) not in lenders], stacks, program)
                if lender is not None:
                    lenders[target] = lender
                    lending |= lender.names
                    stacks.gone |= {stacks.bodies[key][at] for key, at in (p[name] for p in (
                        stacks.made, stacks.pushed, stacks.popped))}
    if not lenders:
        return fn
    fn = S.with_body(fn, tuple(S.substitute(s, lenders) for s in stacks.body()))
    program.turn_to(fn)
    return nest(fn, program)  # what was saved may now be written where it is read


def _without_copies(fn: S.Function, program: Program) -> S.Function:
    """`fn` without the copies of parameters, which nothing changes, of which no more than the shape is read."""
    params = {p.name for p in fn.params}
    copied = {s.target.data: s.value.args[1] for s in fn.body if type(s) is S.Assign and s.value.head == "call"
              and E.hashable_callee(s.value) is runtime.copy and s.value.args[1].head == "var" and s.value.args[1].data in params
              and s.target.head == "var"}
    lenders = {name: x for name, x in copied.items() if name not in program.pinned and program.claims.of(x).is_array
               and all(map(program.claims.is_constant, (name, x.data))) and _only_lends(name, fn, program)}
    if not lenders:
        return fn
    body = tuple(S.substitute(s, lenders) for s in fn.body
                 if not (isinstance(s, S.Assign) and s.target.head == "var" and s.target.data in lenders))
    return S.with_body(fn, body)


def _lender(name: str, fn: S.Function, program: Program) -> Expr | None:
    """A variable of the user's with the shape of `name` that is bound once, before all loops and branches; a copy of an
    argument comes before the argument, which need not have a name of its own then."""
    claims = program.claims
    v, own = E.var(name), claims.of(E.var(name))
    if not own.is_array or own.shape is None or not claims.is_constant(name) or name in program.pinned or not claims.is_real(v):
        return None
    first = next((n for n, s in enumerate(fn.body) if type(s) in S.COMPOUND), 0)
    for other in (*(n for s in reversed(fn.body[:first]) if _binds(s) for n in S.writes(s)), *(p.name for p in fn.params)):
        u = E.var(other)
        if claims.is_constant(other) and not is_derivative(other) and claims.of(u).is_array \
                and claims.same_shape(u, v) and claims.is_real(u):
            return u
    return None


def _lender_beside(name: str, beside: list[str], stacks: Stacks, program: Program) -> Expr | None:
    """A variable with the shape of what is popped from a list, which is popped from another one before that is asked for."""
    target = stacks.target(name)
    if not _may_be_lent(target, program):
        return None
    key, at = stacks.popped[name]
    for other in beside:
        v = E.var(stacks.target(other))
        until = stacks.popped[other][1]
        if other != name and _may_be_lent(v.data, program) and program.claims.same_shape(v, E.var(target)) \
                and all(target not in S.reads(s) for s in S.walk_stmts(stacks.bodies[key][at:until])):
            return v
    return None


def _may_be_lent(name: str, program: Program) -> bool:
    """Is this a number or an array that is real, bound once, and itself?"""
    claims, v = program.claims, E.var(name)
    return claims.of(v).kind in ("array", "numeric") and claims.is_constant(name) and name not in program.pinned \
        and claims.is_real(v)


def _binds(s: S.Stmt) -> bool:
    return isinstance(s, S.Assign) and s.target.head == "var"


def _only_lends(name: str, fn: S.Function, program: Program) -> bool:
    """Is nothing but its shape asked of a variable, or that of parts of it?"""
    return all(_lends(e, name) for s in program.asked(_mentioning, fn).get(name, ()) for e in S.expressions(s) if name in e.names
               and not (isinstance(s, S.Assign) and e is s.target and e.head == "var"))


def _mentioning(body: S.Block) -> dict[str, list[S.Stmt]]:
    """The statements that mention each variable."""
    out: dict[str, list[S.Stmt]] = {}
    for s in S.walk_stmts(body):
        for name in S.reads(s) | S.writes(s):
            out.setdefault(name, []).append(s)
    return out


def _lends(e: Expr, name: str) -> bool:
    if e.head == "var":
        return e.data != name
    if e.head == "attr" and e.data in ("shape", "ndim", "size") and _is_part(e.args[0], name):
        return True
    lent = _LENDING.get(E.hashable_callee(e), 0) if e.head == "call" else 0
    return all(_is_part(a, name) if lent and n == lent else _lends(a, name) for n, a in enumerate(e.args) if name in a.names)


def _is_part(e: Expr, name: str) -> bool:
    """Is `e` the variable, or a part of a part of it in which no position depends on it?"""
    while e.head == "index":
        if name in e.args[1].names:
            return False
        e = e.args[0]
    return e == E.var(name)
