"""The zero that an adjoint starts from, spelled as an expert would."""
from __future__ import annotations

import numpy as np

from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate import library as lib
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr

_ALLOCATIONS = {np.zeros: "zeros", np.empty: "zeros", np.ones: "zeros", np.full: "zeros"}


def zero_of(name: str, facts: Facts) -> Expr:
    """An expression for the zero adjoint of a variable, wherever the variable has its value."""
    t = facts.type_of_name(name)
    if t.kind == "number" and t.dtype in ("float", "int", "bool", "real"):
        return E.ZERO
    if name in facts.links.variables:
        return lib.mirror(E.var(name))
    if name in facts.by_turns:
        return lib.mirror_array(E.var(name))
    made = facts.single_definition(name)
    if isinstance(made, S.Assign) and made.target.head == "var":
        fn = E.callee(made.value)
        given = dict(E.arguments(made.value)) if made.value.head == "call" else {}
        if _is(fn, _ALLOCATIONS) and "dtype" not in given and len(made.value.args) <= 2 + (fn is np.full) \
                and not made.value.args[1].names & facts.rebound:
            return E.call(lib.numpy("zeros"), made.value.args[1])
    if t.kind == "number" and t.dtype is None and not facts.may_be_complex(name):
        return E.ZERO
    if t.is_array and t.dtype == "float":
        return E.call(lib.numpy("zeros_like"), E.var(name))
    # Numbers of NumPy have a `flat` as well, of a copy: their adjoints are gathered in an array without axes.
    flat = not t.is_array and name in facts.taken_apart and name in facts.taken_flat
    return E.call(lib.ZEROS_LIKE, E.call(lib.numpy("asarray"), E.var(name)) if flat else E.var(name))


def _is(fn: object, table: object) -> bool:
    try:
        return fn in table  # type: ignore[operator]
    except TypeError:
        return False
