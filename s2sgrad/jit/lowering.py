"""Generated code in terms of what Numba has.

Numba knows most of Python's numeric language and of NumPy, but not all: no ``reversed``, no ``keepdims``, no axes as a
tuple, no products of stacks of matrices, no lists as arguments of `numpy.concatenate`, no keyword-only parameters,
no f-strings in messages. What is missing is rewritten here, statement by statement, or refused with the reason.
"""
from __future__ import annotations

import dataclasses
import functools
import types
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.errors import NoDerivativeError
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.jit import functions, overloads, special
from s2sgrad.rules.families import library


class Refused(NoDerivativeError):
    """Numba cannot compile a derivative; `grad` without ``jit`` gives one that runs."""


def refused(what: str) -> Refused:
    return Refused(f"Numba cannot compile this derivative: {what}\n  = help: leave out jit=\"numba\" for this function")


def for_numba(fn: S.Function) -> S.Function:
    """`fn`, a generated function, with what Numba lacks replaced.

    Raises `Refused` where there is no replacement.
    """
    body = _Lowering(fn).block(fn.body)
    return dataclasses.replace(fn, params=tuple(map(_parameter, fn.params)), body=body)


def _parameter(p: S.Param) -> S.Param:
    if p.kind in ("*", "**"):
        raise refused(f"the parameter {p.kind}{p.name} may be any number of arguments")
    return dataclasses.replace(p, kind="plain", annotation=None)


class _Lowering:
    def __init__(self, fn: S.Function) -> None:
        self._taken = set(S.all_names(fn.body))

    def block(self, body: S.Block) -> S.Block:
        return tuple(out for s in body for out in self._statement(s))

    def _statement(self, s: S.Stmt) -> S.Block:
        if isinstance(s, S.For):
            iterated = _reversed(s.iter)
            if iterated is not None and iterated.head != "var" and E.callee(iterated) is not range:
                items = E.var(self._fresh("items"))
                backwards = dataclasses.replace(s, iter=E.call(_builtin(reversed), items))
                return self.block((S.Assign(items, iterated, s.loc), backwards))
            s = self._loop(s)
        if isinstance(s, (S.Raise, S.Assert)):
            return (_plain_message(s),)
        if isinstance(s, S.With):
            raise refused("it has a with statement")
        if isinstance(s, S.Assign) and s.target.head == s.value.head == "tuple" and any(e == E.list_() for e in s.value.args):
            # what a list holds shows by its name, and not while it is an element of a tuple
            return self.block(tuple([S.Assign(t, e, s.loc) for t, e in zip(s.target.args, s.value.args)]))
        s = S.map_expressions(lambda e: E.transform(expression, e), s)
        if isinstance(s, S.Aug):
            return self._augmented(s)
        return (S.map_blocks(self.block, s),)

    def _augmented(self, s: S.Aug) -> S.Block:
        """Numba adds to parts of arrays element by element, whatever overlaps, and stores the part again.

        So what may be a view of the same memory is copied where it overlaps, and a slice gets a name of its own.
        """
        root = E.root(s.target)
        if s.value.head not in ("op", "const", "compare") and root.head == "var":
            s = dataclasses.replace(s, value=E.call(_helper("apart"), s.value, root))
        if s.target.head != "index" or not any(p.head == "slice" for p in _key(s.target)):
            return (s,)
        part = E.var(self._fresh("part"))
        return (S.Assign(part, s.target, s.loc), dataclasses.replace(s, target=part))

    def _loop(self, s: S.For) -> S.For:
        """Loops backwards count; over arrays, since a reversed array is not contiguous and its rows are slow."""
        iterated = _reversed(s.iter)
        if iterated is None:
            return s
        if E.callee(iterated) is range:
            return dataclasses.replace(s, iter=_range_backwards(iterated))
        k = self._fresh("k")
        count = E.op("-", E.call(_builtin(len), iterated), E.const(1))
        backwards = E.call(_builtin(range), count, E.const(-1), E.const(-1))
        first = S.Assign(s.target, E.index(iterated, E.var(k)), s.loc)
        return dataclasses.replace(s, target=E.var(k), iter=backwards, body=(first, *s.body))

    def _fresh(self, name: str) -> str:
        chosen, number = name, 2
        while chosen in self._taken:
            chosen, number = f"{name}{number}", number + 1
        self._taken.add(chosen)
        return chosen


def _key(e: Expr) -> tuple[Expr, ...]:
    """The parts of a subscript."""
    return e.args[1].args if e.args[1].head == "tuple" else (e.args[1],)


def _builtin(fn: Any) -> Expr:
    return E.ref(f"builtins.{fn.__name__}", fn, library=True)


def _reversed(e: Expr) -> Expr | None:
    """What `e` is the reverse of."""
    if E.callee(e) is reversed and len(e.args) == 2:
        return e.args[1]
    if e.head == "index" and e.args[1] == E.slice_(None, None, E.const(-1)):
        return e.args[0]
    if e.head == "index" and e.args[1] == E.slice_(None, None, E.op("-", E.const(1))):
        return e.args[0]
    return None


def _range_backwards(e: Expr) -> Expr:
    """``reversed(range(...))`` as a range."""
    given = e.args[1:]
    start, stop = (E.const(0), given[0]) if len(given) == 1 else (given[0], given[1])
    step = given[2] if len(given) == 3 else E.const(1)
    if step == E.const(1):
        last = E.op("-", stop, E.const(1))
        before = E.const(-1) if start == E.const(0) else E.op("-", start, E.const(1))
        return E.call(_builtin(range), last, before, E.const(-1))
    return E.call(_helper("reversed_range"), start, stop, step)


def _helper(name: str) -> Expr:
    return E.ref(f"s2sgrad.jit.functions.{name}", getattr(functions, name), library=True)


def _plain_message(s: S.Raise | S.Assert) -> S.Stmt:
    """Errors with messages that are constants."""
    def constant(e: Expr) -> Expr:
        if e.head != "fstring":
            return e
        return E.const("".join(str(a.data) if a.head == "const" else "..." for a in e.args))
    return S.map_expressions(lambda e: E.transform(lambda x: expression(constant(x)), e), s)


# ---- expressions ----------------------------------------------------------------------------------------------------

#: Functions whose first argument (or that at the position given) is a sequence of arrays, a tuple for Numba.
_SEQUENCES: dict[Any, int] = {np.concatenate: 0, np.stack: 0, np.vstack: 0, np.hstack: 0, np.column_stack: 0,
                              np.dstack: 0, runtime.split_like: 1, runtime.join_like: 0, runtime.reshape_each: 1,
                              runtime.unbroadcast_each: 1, runtime.broadcast_each: 1}

_REDUCTIONS: dict[Any, str] = {np.sum: "sum", np.prod: "prod", np.mean: "mean", np.max: "max", np.min: "min",
                               np.amax: "max", np.amin: "min", np.var: "var", np.std: "std"}

#: Functions that have a replacement of the same parameters.
_REPLACED: dict[Any, str] = {np.matmul: "matmul", np.dot: "dot", np.outer: "outer", np.reshape: "reshape",
                             np.ravel: "ravel", np.transpose: "transpose", np.swapaxes: "swapaxes",
                             np.moveaxis: "moveaxis", np.expand_dims: "expand_dims", np.einsum: "einsum",
                             np.linalg.solve: "solve", np.logaddexp: "logaddexp", np.heaviside: "heaviside"}

_METHODS: dict[str, Any] = {"sum": np.sum, "mean": np.mean, "prod": np.prod, "max": np.max, "min": np.min,
                            "var": np.var, "std": np.std, "dot": np.dot, "ravel": np.ravel, "swapaxes": np.swapaxes}


def expression(e: Expr) -> Expr:
    """One node, whose arguments are lowered already."""
    if e.head == "op":
        return _operator(e)
    if e.head == "call":
        return _call(e)
    if e.head == "index" and e.args[1].head == "list":
        return E.index(e.args[0], E.call(E.ref("numpy.array", np.array, library=True), e.args[1]))
    if e.head == "fstring":
        raise refused("it formats text while it runs")
    if e.head == "function":
        raise refused("it has a function inside")
    if e.head == "star":
        raise refused("it unpacks a sequence of unknown length")
    return e


def _operator(e: Expr) -> Expr:
    if e.data == "@":
        return E.call(_helper("matmul"), *e.args)
    if e.data == "**" and len(e.args) == 2 and e.args[1].head == "const" and e.args[1].data == 2:
        base = e.args[0]
        return E.op("*", base, base) if base.head == "var" else E.call(_helper("square"), base)
    return e


def _call(e: Expr) -> Expr:
    if e.args[0].head == "attr":
        return _method(e)
    fn = E.hashable_callee(e)
    if fn is None:
        return e
    if isinstance(fn, np.ufunc) and {"out", "where"} & set(e.data.marks):
        raise refused(f"np.{fn.__name__} writes into an array with out= or where=")
    if isinstance(fn, np.ufunc) and special.is_of_scipy(fn):
        return _special(e, fn)
    if fn is np.linalg.norm:
        return _norm(e)
    if fn in (runtime.pullback, runtime.pushforward):
        raise refused("it calls a function that is known only when it runs")
    if fn in (runtime.add_at, runtime.take_at, np.add.at) and len(e.args) > 2 and e.args[2].head == "list":
        places = E.call(E.ref("numpy.array", np.array, library=True), e.args[2])
        return E.rebuild(e, (*e.args[:2], places, *e.args[3:]))
    if fn is runtime.broadcast:
        return functools.reduce(functools.partial(E.op, "+"), e.args[1:])
    if fn is runtime.entries_like and all(type(k.data) is int for k in e.args[1].args[::2]):
        keys, values = (E.tuple_(*e.args[1].args[n::2]) for n in (0, 1))
        return E.call(_helper("with_entries"), keys, values, e.args[2])
    if fn == np.logaddexp.reduce:
        return _reduction(e, "logaddexp", E.const(0))
    if isinstance(getattr(fn, "__self__", None), np.ufunc):
        raise refused(f"it calls np.{fn.__self__.__name__}.{fn.__name__}")
    if fn in _SEQUENCES:
        return _with_tuple(e, _SEQUENCES[fn])
    if fn in _REDUCTIONS:
        return _reduction(e, _REDUCTIONS[fn])
    if fn in _REPLACED:
        return E.rebuild(e, (_helper(_REPLACED[fn]), *e.args[1:]))
    if fn is np.ndarray.copy or fn is np.copy:
        return E.call(E.attr(e.args[1], "copy"))
    if isinstance(fn, types.FunctionType) and library(fn) == "s2sgrad" and fn not in overloads.KNOWN:
        raise refused(f"it calls s2sgrad.runtime.{fn.__name__}, which is not written for Numba")
    return e


def _special(e: Expr, fn: np.ufunc) -> Expr:
    """A call of a function of `scipy.special`."""
    found = special.replacement(fn)
    if found is None:
        raise refused(f"it calls scipy.special.{fn.__name__}, which is not written for Numba")
    return E.rebuild(e, (E.ref(f"s2sgrad.jit.special.{found.__name__}", found, library=True), *e.args[1:]))


def _norm(e: Expr) -> Expr:
    """Numba has norms of whole vectors and matrices only."""
    given = _given(e, ("x", "ord", "axis", "keepdims"))
    axis, keepdims = given.get("axis", E.NONE), given.get("keepdims", E.const(False))
    if axis == E.NONE and keepdims == E.const(False):
        return e
    if given.get("ord", E.NONE) != E.NONE or axis == E.NONE:
        raise refused("np.linalg.norm with keepdims but without an axis, or with an axis and ord")
    return E.call(E.ref("s2sgrad.jit.special.norm", special.norm, library=True), given["x"], axis, keepdims)


def _given(e: Expr, names: tuple[str, ...]) -> dict[str, Expr]:
    """The arguments of a call by the names of the parameters."""
    given = dict(zip((m or n for m, n in zip(e.data.marks, names)), e.args[1:]))
    return given | {m: a for m, a in E.arguments(e) if m}


def _method(e: Expr) -> Expr:
    receiver, name = e.args[0].args[0], e.args[0].data
    if name == "reshape" and len(e.args) > 1 and receiver.head != "ref":
        shape = e.args[1] if len(e.args) == 2 else E.tuple_(*e.args[1:])
        return E.call(_helper("reshape"), receiver, shape)
    if name in _METHODS and receiver.head != "ref":
        path = E.ref(f"numpy.{name}", _METHODS[name], library=True)
        return _call(E.call_with(path, (("", receiver), *E.arguments(e))))
    return e


def _with_tuple(e: Expr, position: int) -> Expr:
    """A call whose argument at a position is a tuple display instead of a list display, with arrays for displays in it."""
    args = list(e.args)
    if len(args) > position + 1 and args[position + 1].head in ("list", "tuple"):
        args[position + 1] = E.tuple_(*map(_as_array, args[position + 1].args))
    return E.rebuild(e, tuple(args))


def _as_array(e: Expr) -> Expr:
    """The array of a display of numbers, ``[-30.0]``."""
    shown = e.head in ("list", "tuple") and e.args
    return E.call(E.ref("numpy.array", np.array, library=True), E.list_(*e.args)) if shown else e


def _reduction(e: Expr, name: str, default: Expr = E.NONE) -> Expr:
    """Numba reduces over all axes; everything else is written for it. `default` is the axis where none is given."""
    given = _given(e, ("a", "axis", "dtype", "out"))
    axis, keepdims = given.get("axis", default), given.get("keepdims", E.const(False))
    if given.keys() - {"a", "axis", "keepdims"}:
        raise refused(f"np.{name} with {', '.join(sorted(given.keys() - {'a', 'axis', 'keepdims'}))}")
    if axis == E.NONE and keepdims == E.const(False) and name in ("sum", "prod"):
        return E.call(e.args[0], given["a"])
    return E.call(_helper(f"reduce_{name}"), given["a"], axis, keepdims)
