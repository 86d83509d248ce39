"""The adjoint of `np.einsum` for any subscripts: repeated ones, ellipses, axes of length one that are stretched."""
from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from s2sgrad.runtime.precision import inexact, real_like
from s2sgrad.runtime.shapes import unbroadcast


def spelled(items: Sequence[Any]) -> tuple[str, list[int]]:
    """The subscripts that ``np.einsum(*items)`` is given, as a string or in lists of axes, and where its operands are."""
    if isinstance(items[0], str):
        return items[0], list(range(1, len(items)))
    count = len(items) // 2
    arrow = "->" if len(items) % 2 else ""
    lists = [axes_as_letters(axes) for axes in (*items[1:2 * count:2], *(items[2 * count:]))]
    return ",".join(lists[:count]) + arrow + "".join(lists[count:]), list(range(0, 2 * count, 2))


def axes_as_letters(axes: Any) -> str:
    """The letters that NumPy has for axes that are given as numbers."""
    return "".join("..." if k is ... else f"{chr(65 + k) if k < 26 else chr(71 + k)}" for k in axes)


def einsum_adjoint(subscripts: str | None, by: Any, operands: Sequence[Any], n: int) -> Any:
    """The adjoint of operand `n` of ``np.einsum(subscripts, *operands)``, from the adjoint `by` of the result.

    Without `subscripts`, they are among the operands: ``np.einsum(*operands)``.
    """
    if subscripts is None:
        given, places = spelled(operands)
        if n not in places:
            return operands[n] if isinstance(operands[n], str) else [0.0] * len(operands[n])
        return einsum_adjoint(given, by, [operands[m] for m in places], places.index(n))
    inputs, output = explicit_subscripts(subscripts, [np.ndim(a) for a in operands])
    own = "".join(dict.fromkeys(inputs[n]))
    others = [(s, a) for m, (s, a) in enumerate(zip(inputs, operands)) if m != n]
    known = output + "".join(s for s, _ in others)
    kept = "".join(k for k in own if k in known)
    spec = ",".join([output, *(s for s, _ in others)]) + "->" + kept
    b = np.einsum(spec, by, *(a for _, a in others))
    b = np.expand_dims(b, tuple(m for m, k in enumerate(own) if k not in kept))
    lengths = dict(zip(inputs[n], np.shape(operands[n])))
    shape = tuple(lengths[k] for k in own)
    b = unbroadcast(b, np.broadcast_to(0.0, shape)) if any(k < size for k, size in zip(shape, np.shape(b))) else b
    if own == inputs[n]:
        return real_like(np.broadcast_to(b, shape), operands[n])
    b = real_like(b, operands[n])
    out = np.zeros(np.shape(operands[n]), dtype=inexact(b))
    np.einsum(f"{inputs[n]}->{own}", out)[...] = b
    return out


def explicit_subscripts(subscripts: str, ranks: Sequence[int]) -> tuple[list[str], str]:
    """The subscripts of each operand and of the result, one letter an axis, the ellipses and the result spelled out."""
    left, arrow, output = subscripts.replace(" ", "").partition("->")
    inputs = left.split(",")
    if not arrow:
        letters = left.replace(",", "").replace(".", "")
        output = ("..." if "." in left else "") + "".join(sorted(k for k in set(letters) if letters.count(k) == 1))
    free = [k for k in string.ascii_letters if k not in subscripts]
    widths = [rank - len(s.replace("...", "")) if "..." in s else 0 for s, rank in zip(inputs, ranks)]
    stretched = "".join(free[:max(widths, default=0)])
    spelled = [s.replace("...", stretched[len(stretched) - w:]) for s, w in zip(inputs, widths)]
    return spelled, output.replace("...", stretched)


def with_item(items: Sequence[Any], n: int, value: Any) -> tuple[Any, ...]:
    """A tuple of `items` with another value at position `n`."""
    return (*items[:n], value, *items[n + 1:])


def einsum_adjoint_adjoint(subscripts: str | None, by: Any, operands: Sequence[Any], n: int, b: Any) -> list[Any]:
    """The adjoints of all operands of ``einsum_adjoint(subscripts, by, operands, n)``, given that of its result."""
    moved = with_item(operands, n, b)
    places = range(len(operands)) if subscripts is not None else spelled(operands)[1]
    return [np.zeros(np.shape(a)) if m == n and m in places else einsum_adjoint(subscripts, by, moved, m)
            for m, a in enumerate(operands)]


def einsum_adjoint_tangent(subscripts: str | None, by: Any, operands: Sequence[Any], tangents: Sequence[Any], n: int) -> Any:
    """The tangent of ``einsum_adjoint(subscripts, by, operands, n)`` along those of the operands."""
    places = range(len(operands)) if subscripts is not None else spelled(operands)[1]
    terms = [einsum_adjoint(subscripts, by, with_item(operands, m, t), n) for m, t in enumerate(tangents)
             if m in places and m != n and np.ndim(t) == np.ndim(operands[m])]
    return sum(terms[1:], terms[0]) if terms else np.zeros(np.shape(operands[n]))
