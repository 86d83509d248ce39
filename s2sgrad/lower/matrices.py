"""Sparse matrices of SciPy among the arguments, whose ``*`` is ``@``, and whose mean is that of what they do not store, too.

Nothing shows them in ``A * x``, so where a module has names of `scipy.sparse`, the derivative looks at its factors first.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.frontend.unit import Unit, is_generated
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.remember import remembered
from s2sgrad.lower.varied import Varied

_PLAIN = E.ref("s2sgrad.runtime.require_plain", runtime.require_plain, library=True)
_DENSE = E.ref("s2sgrad.runtime.require_dense", runtime.require_dense, library=True)


def guards(unit: Unit, varied: Varied) -> Iterator[S.Stmt]:
    """Checks of the parameters without annotation that are factors of products which vary."""
    if is_generated(unit.object) or not _has_sparse(unit.names.source.module):
        return
    params = [p.name for p in unit.function.params if p.annotation is None]
    factors = {a.data: None for s in S.walk_stmts(unit.function.body) for e in S.expressions(s) for part in E.walk(e)
               if part.head == "op" and part.data == "*" and len(part.args) == 2 and varied.of(part)
               and not any(a.head == "const" for a in part.args)
               for a in part.args if a.head == "var"}
    means = {a.data for s in S.walk_stmts(unit.function.body) for e in S.expressions(s) for part in E.walk(e)
             if part.head == "call" and varied.of(part) for a in _averaged(part) if a.head == "var"}
    for name in params:
        if name in factors:
            yield S.Do(E.call(_PLAIN, E.var(name), E.const("*")))
        if name in means:
            yield S.Do(E.call(_DENSE, E.var(name), E.const("mean")))


def _averaged(e: E.Expr) -> tuple[E.Expr, ...]:
    """What a call takes the mean of."""
    if e.args[0].head == "attr":
        return e.args[0].args if e.args[0].data == "mean" else ()
    return e.args[1:2] if E.callee(e) is np.mean else ()


@remembered
def _has_sparse(module: Mapping[str, Any]) -> bool:
    return any(map(_is_sparse, module.values()))


def _is_sparse(value: Any) -> bool:
    """Is this something of `scipy.sparse`, or a module of it?"""
    name = getattr(value, "__module__", None) or getattr(value, "__name__", None)
    return isinstance(name, str) and name.startswith("scipy.sparse")
