"""Options of which the names are known where a function is put in place of its call are parameters of their own.

    def __init__(self, **kwargs):                        def __init__(self, colour):
        self.colour = kwargs.get("colour", (1, 1, 1))        self.colour = colour
        self.gloss = kwargs.get("gloss", 0.2)    --->        self.gloss = 0.2

    Surface(colour=(0, 1, x))

A dict that is used for anything else stays what it is.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.names import Names


def with_options_apart(fn: S.Function, arguments: Mapping[str, Expr], names: Names) -> tuple[S.Function, Mapping[str, Expr]]:
    """A function, and the arguments of a call of it, where options that are only looked up by their names are parameters."""
    found = next((p for p in fn.params if p.kind == "**"), None)
    given = arguments.get(found.name) if found is not None else None
    if found is None or given is None or given.head != "dict" or not all(E.is_text(k) for k, _ in E.items(given)):
        return fn, arguments
    known = S.all_names(fn.body) | {p.name for p in fn.params}
    own = {str(k.data): str(k.data) if k.data not in known else names.fresh(str(k.data)) for k, _ in E.items(given)}
    options = E.var(found.name)

    def looked_up(e: Expr) -> Expr:
        if e.head == "call" and E.attr(options, "get") == e.args[0] and set(e.data.marks) == {""} and len(e.args) <= 3:
            key, default = e.args[1], e.args[2] if len(e.args) == 3 else E.NONE
            if E.is_text(key) and (key.data not in own or not default.heads & E.CALL):
                return E.var(own[key.data]) if key.data in own else default
        elif e.head == "index" and e.args[0] == options and E.is_text(e.args[1]) and e.args[1].data in own:
            return E.var(own[e.args[1].data])
        elif e.head == "compare" and e.data in (("in",), ("not in",)) and e.args[1] == options and E.is_text(e.args[0]):
            return E.const((e.args[0].data in own) == (e.data == ("in",)))
        return e

    def replaced(e: Expr) -> Expr:
        return E.transform(looked_up, e) if found.name in e.names else e

    body = S.map_stmts(lambda s: S.map_expressions(replaced, s), fn.body)
    if any(found.name in S.reads(s) | S.writes(s) for s in S.walk_stmts(body)):
        return fn, arguments
    params = tuple(q for p in fn.params for q in (
        [S.Param(n, "keyword") for n in own.values()] if p is found else [p]))
    values = {own[str(k.data)]: v for k, v in E.items(given)}
    return dataclasses.replace(fn, params=params, body=body), {
        n: a for name, e in arguments.items() for n, a in (values.items() if name == found.name else [(name, e)])}
