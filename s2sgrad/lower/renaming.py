"""Variables of statements under other names: what a function binds is its own, whatever it is called elsewhere."""
from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.remember import remembered
from s2sgrad.ir.source import Location


def own_names(fn: S.Function) -> frozenset[str]:
    """The variables of a function: what it binds, comprehension targets included, and its parameters."""
    names = {p.name for p in fn.params}
    for s in S.walk_stmts(fn.body):
        names |= S.writes(s)
        for e in S.expressions(s):
            for part in E.walk(e):
                if part.head == "comp":
                    names |= part.data.bound
                elif part.head == "walrus":
                    names |= part.args[0].names
    return frozenset(names - fn.nonlocals)


def rename(s: S.Stmt, names: Mapping[str, Expr]) -> S.Stmt:
    """`s` with its variables replaced, bound ones included."""
    s = S.map_expressions(lambda e: rename_expression(e, names), s)
    if isinstance(s, S.Define) and s.name in names:
        s = dataclasses.replace(s, name=names[s.name].data)
    if isinstance(s, S.Try):
        handlers = tuple(dataclasses.replace(h, name=names[h.name].data) if h.name and h.name in names else h
                         for h in s.handlers)
        s = dataclasses.replace(s, handlers=handlers)
    return S.map_blocks(lambda b: tuple(rename(t, names) for t in b), s)


def placed(s: S.Stmt, caller: Location | None) -> S.Stmt:
    """`s` with the call in whose place it stands as part of its location."""
    s = S.map_blocks(lambda block: tuple(placed(t, caller) for t in block), s)
    if s.loc is None or caller is None or s.loc.source is caller.source:
        return s
    return dataclasses.replace(s, loc=dataclasses.replace(s.loc, caller=caller))


def rename_expression(e: Expr, names: Mapping[str, Expr]) -> Expr:
    """`E.substitute` that renames the variables bound by comprehensions as well."""
    if e.head == "var":
        return names.get(e.data, e)
    if not e.args:
        return e
    args = tuple([rename_expression(a, names) for a in e.args])
    if e.head == "comp" and not e.data.bound.isdisjoint(names):
        clauses = tuple((E.substitute(t, {n: names[n] for n in t.names if n in names}), k) for t, k in e.data.clauses)
        return Expr("comp", args, E.Comprehension(e.data.kind, clauses))
    return E.rebuild(e, args)


def prefix_of(closure: Expr) -> str:
    """What the variables of a nested function begin with where they stand among those of the function around it."""
    return f":{id(closure.data.function)}:"


def copied(body: S.Block) -> S.Block:
    """The same statements as new objects: facts about statements go by identity."""
    return tuple(S.map_blocks(copied, dataclasses.replace(s)) for s in body)


def body_in_place(closure: Expr) -> S.Block:
    """The body of a nested function as if it stood where the function does."""
    fn: S.Function = closure.data.function
    captured = dict(zip(closure.data.captured, closure.args))
    own: dict[str, Expr] = {n: E.var(prefix_of(closure) + n) for n in own_names(fn)}
    return tuple(rename(s, {**captured, **own}) for s in fn.body)


def with_closures(body: S.Block) -> Iterator[S.Stmt]:
    """Every statement of a block, those of the functions that are made in it included."""
    if not S.having(body, E.FUNCTION):
        return S.walk_stmts(body)
    out: list[S.Stmt] = []
    for s in S.walk_stmts(body):
        out.append(s)
        for e in S.expressions(s):
            if e.heads & E.FUNCTION:
                for part in E.walk(e):
                    if part.head == "function":
                        out += _all_in_place(part)
    return iter(out)


@remembered
def _all_in_place(closure: Expr) -> S.Block:
    return tuple(with_closures(body_in_place(closure)))


def held_by_others(fn: S.Function, wanted: Iterable[str], fresh: Callable[[str], str]) -> S.Function:
    """`fn` with another variable in the place of each of the parameters `wanted`, which keep what they were given."""
    new = {n: E.var(fresh(n)) for n in wanted}
    start = tuple(S.Assign(v, E.var(n), fn.loc) for n, v in new.items())
    return S.with_body(fn, (*start, *(rename(s, new) for s in fn.body)))


def bound_again(fn: S.Function) -> frozenset[str]:
    """The parameters that are bound to something else; updates in place leave a parameter what it is."""
    bound = frozenset().union(*(S.writes(s) for s in S.walk_stmts(fn.body) if not isinstance(s, S.Aug)))
    return bound & {p.name for p in fn.params}
