"""`np.einsum`: its derivatives are einsums again, with subscripts computed while the derivative is made."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir import types as T
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.types import Type
from s2sgrad.rules import array_types as A
from s2sgrad.rules.bind import Application
from s2sgrad.rules.fold import constant
from s2sgrad.rules.registry import macro_adjoint, macro_tangent
from s2sgrad.rules.typing import Operand, Operands
from s2sgrad.runtime import einsum_adjoint, subscripts, unbroadcast
from s2sgrad.runtime.einsum import explicit_subscripts

TypeOf = Callable[[Expr], Type]
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _signature(subscripts: Any, *operands: Any, optimize: Any = False) -> None:
    """The parameters of `np.einsum` that have a meaning for derivatives."""


def _call(spec: Expr, operands: list[Expr], optimize: Expr) -> Expr:
    options = {} if E.is_const(optimize, False) else {"optimize": optimize}
    return E.call(E.ref("numpy.einsum", np.einsum, library=True), spec, *operands, **options)


def _subscripts(found: Application) -> tuple[Expr, list[Expr]]:
    """The subscripts as a string and the operands, of both ways to call `np.einsum`."""
    first, rest = found.bound["subscripts"], list(found.bound["operands"].args)
    if constant(first) is not None and isinstance(first.data, str) or not rest or rest[0].head != "list":
        return first, rest
    items = [first, *rest]
    lists = [_sublist(e) for e in items[1::2]] + ([_sublist(items[-1])] if len(items) % 2 else [])
    if any(s is None for s in lists):
        return first, rest
    count = len(items) // 2
    arrow = f"->{lists[-1]}" if len(items) % 2 else ""
    return E.const(",".join(s for s in lists[:count] if s is not None) + arrow), items[0:2 * count:2]


def _checked(spec: Expr, operands: list[Expr]) -> tuple[Expr, list[Expr]]:
    """Subscripts that are not written out must be a string when they are known: the other way to call is not one."""
    return (spec if spec.head == "const" else E.call(_support("subscripts", subscripts), spec)), operands


def _sublist(e: Expr) -> str | None:
    if e.head != "list" or any(a.head != "const" for a in e.args):
        return None
    return "".join("..." if a.data is ... else _LETTERS[a.data] for a in e.args)


def _result_type(operands: Operands) -> Type:
    spec = operands["subscripts"].value
    parts = operands["operands"].parts
    dtype = A.joined_dtype(parts)
    if not isinstance(spec, str) or "." in spec:
        return Type("numeric", None, dtype)
    inputs, output = _explicit(spec)
    if not output:
        return Type("number", T.SCALAR, dtype)
    dims = [_length(k, inputs, parts) for k in output]
    return T.array(T.Shape(tuple(n for n in dims if n is not None)) if None not in dims else None, dtype)


def _length(k: str, inputs: list[str], parts: tuple[Operand, ...]) -> T.Dim | None:
    """The length of an axis, where all operands that have it agree: one of length one is stretched."""
    found: set[T.Dim | None] = set()
    for s, o in zip(inputs, parts):
        if k in s:
            dims = A.known(A.shape_of(o))
            known = dims is not None and len(dims) == len(s)
            found.update(n for n, x in zip(dims or (), s) if x == k) if known else found.add(None)
    return found.pop() if len(found) == 1 else None


def _explicit(spec: str) -> tuple[list[str], str]:
    """The subscripts of the operands and of the result, where there is no ellipsis."""
    count = spec.partition("->")[0].count(",") + 1
    return explicit_subscripts(spec, [0] * count)


@macro_adjoint(np.einsum, signature=_signature, type=_result_type)
def einsum(found: Application, result: Expr, seed: Expr, type_of: TypeOf) -> Iterator[tuple[Expr, Expr]]:
    spec, operands = _checked(*_subscripts(found))
    optimize = found.bound["optimize"]
    for n, operand in enumerate(operands):
        plain = _transposed(spec.data, n) if spec.head == "const" and isinstance(spec.data, str) else None
        if plain is None:
            helper = _support("einsum_adjoint", einsum_adjoint)
            yield operand, E.call(helper, spec, seed, E.tuple_(*operands), E.const(n))
            continue
        others = operands[:n] + operands[n + 1:]
        value = _call(E.const(plain), [seed, *others], optimize)
        if not _same_lengths(spec.data, operands, n, type_of):
            value = E.call(_support("unbroadcast", unbroadcast), value, operand)
        yield operand, value


def _support(name: str, fn: Any) -> Expr:
    return E.ref(f"s2sgrad.runtime.{name}", fn, library=True)


def _transposed(spec: str, n: int) -> str | None:
    """The subscripts of the einsum that gives the adjoint of operand `n`; None where one einsum cannot."""
    if "." in spec:
        return None
    inputs, output = _explicit(spec)
    own, others = inputs[n], inputs[:n] + inputs[n + 1:]
    known = set(output).union(*others)
    if len(set(own)) < len(own) or not set(own) <= known:
        return None
    return ",".join([output, *others]) + "->" + own


def _same_lengths(spec: str, operands: list[Expr], n: int, type_of: TypeOf) -> bool:
    """Is no axis of operand `n` of length one where another operand's is longer?"""
    inputs, _ = _explicit(spec)
    shapes = [type_of(a).shape for a in operands]
    own = A.known(shapes[n])
    for m, (s, shape) in enumerate(zip(inputs, shapes)):
        shared = set(s) & set(inputs[n])
        if m == n or not shared:
            continue
        dims = A.known(shape)
        if own is None or dims is None or any(own[inputs[n].index(k)] != dims[s.index(k)] for k in shared):
            return False
    return True


@macro_tangent(np.einsum)
def einsum_tangent(found: Application, result: Expr, tangent: Callable[[Expr], Expr | None],
                   type_of: TypeOf) -> Expr:
    spec, operands = _checked(*_subscripts(found))
    terms = []
    for n, operand in enumerate(operands):
        t = tangent(operand)
        if t is not None:
            terms.append(_call(spec, [*operands[:n], t, *operands[n + 1:]], found.bound["optimize"]))
    total = terms[0]
    for term in terms[1:]:
        total = E.op("+", total, term)
    return total
