"""One of several results of a function: ``np.linalg.slogdet(a)[1]`` is ``_, t = np.linalg.slogdet(a)``.

A rule then sees which results are used, and no structure is built for their adjoints.
"""
from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad.errors import DerivativeError
from s2sgrad.frontend.unit import load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.control import falls_through
from s2sgrad.rules.bind import BindError, application
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.registry import rule_for
from s2sgrad.rules.template import adjoint_of, template
from s2sgrad.rules.typing import Operand

#: The names of the results of functions that name them.
_FIELDS: dict[Any, tuple[str, ...]] = {
    np.linalg.slogdet: ("sign", "logabsdet"), np.linalg.eig: ("eigenvalues", "eigenvectors"),
    np.linalg.eigh: ("eigenvalues", "eigenvectors"), np.linalg.svd: ("U", "S", "Vh"), np.linalg.qr: ("Q", "R"),
}


def position(e: Expr) -> int | None:
    """Which result of a call with a known number of them `e` takes, None where it is something else."""
    if e.head not in ("index", "attr") or e.args[0].head != "call":
        return None
    fn = E.callee(e.args[0])
    if e.head == "attr":
        names = next((names for f, names in _FIELDS.items() if f is fn), ())
        return names.index(e.data) if e.data in names else None
    key = e.args[1]
    count = count_of_results(e.args[0]) if key.head == "const" and type(key.data) is int else 0
    return key.data % count if count and -count <= key.data < count else None


def is_one(e: Expr) -> bool:
    """Is the result of a call one array, list or number, as far as the rule of what is called tells?

    ``a, b = np.exp(x)`` takes it apart by its elements; of ``a, b = np.modf(x)`` each result has an adjoint.
    """
    try:
        found = application(canonical(e))
    except BindError:
        return False
    if found is None:
        return False
    rule = found.rule
    if rule.type is not None:
        made = rule.type({n: _operand(a) for n, a in found.bound.items()})
        if made.kind != "any":
            return made.kind != "tuple"
    if rule.partials is not None or rule.linear is not None:
        return True
    return rule.adjoint is not None and not _names_results(rule.adjoint)


def _names_results(rule: Callable[..., Any]) -> bool:
    """Does a rule speak of the adjoints of several results, as in ``d[y][0]``?"""
    parsed = template(rule)
    seed = E.var(adjoint_of(parsed.params[0]))
    return any(x.head == "index" and x.args[0] == seed
               for s in S.walk_stmts(parsed.body) for e in S.expressions(s) for x in E.walk(e))


def count_of_results(e: Expr) -> int:
    """The number of results of a call, 0 where that is not known."""
    function = python_function(E.callee(e)) if E.callee(e) is not None and rule_for(E.callee(e)) is None else None
    if function is not None:
        return _returned(function)
    try:
        found = application(canonical(e))
    except BindError:
        return 0
    if found is None or found.rule.type is None or found.rule.adjoint is None or found.rule.view:
        return 0
    made = found.rule.type({n: _operand(a) for n, a in found.bound.items()})
    return len(made.items) if made.kind == "tuple" and made.items is not None else 0


def _returned(function: types.FunctionType) -> int:
    """How many results a function with source returns, on all paths; 0 where it does not write them out."""
    try:
        return _written_out(load(function).function)
    except DerivativeError:
        return 0


@functools.lru_cache(maxsize=1024)
def _written_out(function: S.Function) -> int:
    body = function.body
    given = [s.value for s in S.of_kinds(body, S.Return)]
    counts = {len(e.args) if e.head == "tuple" and all(a.head != "star" for a in e.args) else 0 for e in given}
    return counts.pop() if len(counts) == 1 and not falls_through(body) else 0


def _operand(e: Expr) -> Operand:
    return Operand(e, T.ANY, tuple(_operand(a) for a in e.args) if e.head in ("tuple", "list") else ())


def taken(e: Expr, at: int, call: Expr, cx: Context, name: str = "t") -> Expr:
    """A variable for the result that `e` takes; `call` is the call with its arguments taken apart."""
    count = len(_FIELDS[E.callee(call)]) if e.head == "attr" else count_of_results(call)
    other = "_" if rule_for(E.callee(call)) is not None else "t"  # whose adjoint, zero, is handed to the reverse of a function
    names = [cx.names.fresh(name if n == at else other) for n in range(count)]
    for name in names:
        cx.varied.add(name)
    cx.emit(S.Assign(E.tuple_(*map(E.var, names)), call, cx.loc))
    return E.var(names[at])
