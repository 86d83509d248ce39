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
from s2sgrad.runtime import einsum_adjoint, unbroadcast
from s2sgrad.runtime.einsum import axes_as_letters, explicit_subscripts

TypeOf = Callable[[Expr], Type]


def _signature(subscripts: Any, *operands: Any, optimize: Any = False) -> None:
    """The parameters of `np.einsum` that have a meaning for derivatives."""


def _call(items: list[Expr], optimize: Expr) -> Expr:
    options = {} if E.is_const(optimize, False) else {"optimize": optimize}
    return E.call(E.ref("numpy.einsum", np.einsum, library=True), *items, **options)


def _subscripts(found: Application) -> tuple[Expr, list[Expr]]:
    """The subscripts as a string and the operands; None and all that is passed where it is not known which is which."""
    items = [found.bound["subscripts"], *found.bound["operands"].args]
    given = (items[0].data.value,) if items[0].head == "ref" else constant(items[0])
    if given is not None and isinstance(given[0], str):
        return items[0], items[1:]
    axes = [_axes(e) for e in items[1::2]] + ([_axes(items[-1])] if len(items) % 2 else [])
    if len(items) < 2 or any(s is None for s in axes):
        return E.NONE, items
    known = [s for s in axes if s is not None]
    few = all(k is ... or k < 26 for s in known for k in s)
    lists = ["".join("..." if k is ... else chr(97 + k) for k in s) if few else axes_as_letters(s) for s in known]
    count = len(items) // 2
    return E.const(",".join(lists[:count]) + "".join("->" + s for s in lists[count:])), items[0:2 * count:2]


def _axes(e: Expr) -> tuple[Any, ...] | None:
    """The axes that a list or tuple of numbers names."""
    if e.head not in ("list", "tuple") or any(a.head != "const" for a in e.args):
        return None
    return tuple(a.data for a in e.args)


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


@macro_adjoint(np.einsum, signature=_signature, type=_result_type, multilinear=True)
def einsum(found: Application, result: Expr, seed: Expr, type_of: TypeOf) -> Iterator[tuple[Expr, Expr]]:
    spec, operands = _subscripts(found)
    optimize = found.bound["optimize"]
    for n, operand in enumerate(operands):
        plain = _transposed(spec.data, n) if spec.head == "const" and isinstance(spec.data, str) else None
        if plain is None:
            helper = _support("einsum_adjoint", einsum_adjoint)
            yield operand, E.call(helper, spec, seed, E.tuple_(*operands), E.const(n))
            continue
        others = operands[:n] + operands[n + 1:]
        value = _call([E.const(plain), seed, *others], optimize)
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
    spec, operands = _subscripts(found)
    terms = []
    for n, operand in enumerate(operands):
        t = tangent(operand)
        if t is not None:
            items = [*operands[:n], t, *operands[n + 1:]]
            terms.append(_call(items if spec is E.NONE else [spec, *items], found.bound["optimize"]))
    total = terms[0]
    for term in terms[1:]:
        total = E.op("+", total, term)
    return total
