"""References to what generated code uses beside the user's own names."""
from __future__ import annotations

import builtins
import functools
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.rules.registry import Rule
from s2sgrad.rules.template import Template, adjoint_of


@functools.cache
def support(name: str) -> Expr:
    """A function of `s2sgrad.runtime`."""
    return E.ref(f"s2sgrad.runtime.{name}", getattr(runtime, name), library=True)


@functools.cache
def numpy(name: str) -> Expr:
    return E.ref(f"numpy.{name}", getattr(np, name), library=True)


@functools.cache
def builtin(name: str) -> Expr:
    return E.ref(f"builtins.{name}", getattr(builtins, name), library=True)


def subscript(key: Expr) -> Expr:
    """The key of a subscript as the argument of a call: ``np.s_[:, i]``."""
    parts = key.args if key.head == "tuple" else (key,)
    return E.index(numpy("s_"), key) if any(p.head == "slice" for p in parts) else key


def summed(b: Expr, axes: Any, keep: bool) -> Expr:
    """The sum of `b` over an axis or several (None for all), which it keeps or not."""
    if axes is None and not keep:
        return E.call(numpy("sum"), b)
    axis = E.tuple_(*map(E.const, axes)) if isinstance(axes, tuple) else E.const(axes)
    options = (("axis", axis), *((("keepdims", E.const(True)),) if keep else ()))
    return E.call_with(numpy("sum"), (("", b), *options))


ADD_AT = support("add_at")
ADD_FITTED = support("add_fitted")
COPY = support("copy")
UNBROADCAST = support("unbroadcast")
ZEROS_LIKE = support("zeros_like")
PULLBACK = support("pullback")

#: Functions that say what an operator or attribute of an object calls; what they give captures nothing.
LOOK_UPS = (runtime.operation_of, runtime.getter_of, runtime.of_sequence, runtime.dispatched_method)

#: The adjoints of what is held in several places, by object: see `analysis.links`.
MIRRORS = E.var("~:mirrors")


def mirror(x: Expr) -> Expr:
    """The adjoint of a container or object that is held in several places."""
    return E.call(support("mirror"), x, MIRRORS)


def mirror_array(x: Expr) -> Expr:
    """The adjoint of the memory of an array that variables stand for by turns."""
    return E.call(support("mirror_array"), x, MIRRORS)


#: Functions whose results are real: what a rule takes the real part of is as it is to be.
REAL = frozenset((np.real,))

#: By position, the arguments of which run-time helpers read no more than the shape.
SHAPE_ONLY = {
    runtime.unbroadcast: (1,), runtime.fitted: (1,), runtime.zeros_like: (0,), runtime.mirror: (0,),
    runtime.mirror_array: (0,), np.zeros_like: (0,),
    runtime.expand: (1,), runtime.sum_adjoint: (1,), np.shape: (0,),
    np.ndim: (0,), np.size: (0,), runtime.matmul_adjoint_left: (1,), runtime.matmul_adjoint_right: (2,),
    runtime.dot_adjoint_left: (1,), runtime.dot_adjoint_right: (2,), runtime.inner_adjoint_left: (1,),
    runtime.inner_adjoint_right: (2,), runtime.outer_adjoint_left: (1,), runtime.outer_adjoint_right: (2,),
    runtime.tensordot_adjoint_left: (1,), runtime.tensordot_adjoint_right: (2,),
    runtime.kron_adjoint_left: (1,), runtime.kron_adjoint_right: (2,), runtime.convolve_adjoint: (1,),
    runtime.scatter: (2,), runtime.positions: (0,), runtime.untake_along_axis: (2,), runtime.untile: (1,),
    runtime.unrepeat: (1,), runtime.undiag: (1,), runtime.undiagonal: (1,), runtime.undiff: (1,),
    runtime.untrace: (1,), runtime.fit_to: (1,), runtime.minus_outer: (2,), runtime.other_fields: (2,),
    runtime.irfft_adjoint: (1,), runtime.hfft_adjoint: (1,), runtime.rfftn_adjoint: (1,), runtime.irfftn_adjoint: (1,),
    runtime.polyder_adjoint: (1,), runtime.polyint_adjoint: (1,), runtime.polyadd_adjoint: (1,),
}


def seed_of(rule: Rule, t: Template, seed: Expr, result: Expr) -> Expr:
    """What ``d[y]`` stands for in an adjoint rule. One that a user wrote for several results finds zeros in the shapes of those
    that nothing depends on; ours say so themselves where a number does not do."""
    if not rule.of_user:
        return seed
    name = E.var(adjoint_of(t.params[0]))
    apart = any(part.head == "index" and part.args[0] == name and E.is_const(part.args[1]) and type(part.args[1].data) is int
                for s in S.walk_stmts(t.body) for e in S.expressions(s) for part in E.walk(e))
    return E.call(support("filled"), seed, result) if apart else seed
