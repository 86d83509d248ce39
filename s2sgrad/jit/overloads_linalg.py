"""Products and linear algebra, for Numba."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.jit import functions
from s2sgrad.jit.codegen import define, element, implement, inexact, is_array, is_complex, is_number, nb, rank, static
from s2sgrad.runtime import linalg, products
from s2sgrad.runtime.einsum import explicit_subscripts


def _as(t: Any, name: str, common: Any) -> str:
    """An array as the routines of BLAS and LAPACK take it: contiguous, of one floating-point type."""
    text = name
    if element(t) != common:
        text = f"{text}.astype(np.{common})"
    elif t.layout == "A":
        text = f"np.ascontiguousarray({text})"
    return text


def _common(*types: Any) -> Any:
    """The floating-point type that products of arrays are computed in."""
    found = [inexact(element(t)) for t in types]
    names = {str(t) for t in found}
    for name in ("complex128", "float64", "complex64", "float32"):
        if name in names:
            wide = name == "float64" and "complex64" in names
            return nb.complex128 if wide else getattr(nb, name)
    return nb.float64


def _product(a: Any, b: Any) -> Any:
    """A product of vectors and matrices through BLAS."""
    common = _common(a, b)
    value = f"np.dot({_as(a, 'a', common)}, {_as(b, 'b', common)})"
    if all(isinstance(element(t), (nb.Integer, nb.Boolean)) for t in (a, b)):
        shape = "" if a.ndim == b.ndim == 1 else ".astype(np.int64)"
        value = f"np.int64(round({value}))" if not shape else f"np.rint({value}){shape}"
    return define(f"def run(a, b):\n    return {value}\n")


@implement(functions.matmul)
def matmul(a: Any, b: Any) -> Any:
    if not (is_array(a) and is_array(b) and a.ndim and b.ndim):
        return None
    if a.ndim <= 2 and b.ndim <= 2:
        return _product(a, b)
    if a.ndim >= 2 and b.ndim >= 2:
        return _stacked(a, b)
    if b.ndim == 1:
        return lambda a, b: functions.matmul(a, b.reshape((-1, 1)))[..., 0]
    return lambda a, b: functions.matmul(a.reshape((1, -1)), b)[..., 0, :]


def _stacked(a: Any, b: Any) -> Any:
    """Products of stacks of matrices."""
    out_rank = max(a.ndim, b.ndim) - 2
    dims = [f"d{k}" for k in range(out_rank)]
    text = "def run(a, b):\n"
    for k in range(out_rank):
        lengths = [f"{n}.shape[{k + t.ndim - 2 - out_rank}]" for n, t in (("a", a), ("b", b))
                   if k + t.ndim - 2 >= out_rank]
        text += f"    d{k} = " + (f"{lengths[0]} if {lengths[0]} != 1 else {lengths[1]}" if len(lengths) > 1
                                  else lengths[0]) + "\n"
    common = _common(a, b)
    text += f"    out = np.empty(({', '.join(dims)}, a.shape[{a.ndim - 2}], b.shape[{b.ndim - 1}]), np.{common})\n"
    pad = 4
    for k in range(out_rank):
        text += f"{' ' * pad}for i{k} in range(d{k}):\n"
        pad += 4

    def place(n: str, t: Any) -> str:
        keys = [f"i{k} if {n}.shape[{k + t.ndim - 2 - out_rank}] != 1 else 0" for k in range(out_rank)
                if k + t.ndim - 2 >= out_rank]
        return f"{n}[{', '.join(keys)}]" if keys else n

    out = ", ".join(f"i{k}" for k in range(out_rank))
    text += f"{' ' * pad}out[{out}] = product({place('a', a)}, {place('b', b)})\n    return out\n"
    return define(text, product=functions.matmul)


@implement(functions.dot)
def dot(a: Any, b: Any) -> Any:
    if not rank(a) or not rank(b):
        return lambda a, b: a * b
    if a.ndim <= 2 and b.ndim <= 2:
        return _product(a, b)
    return (lambda a, b: functions.matmul(a, b)) if b.ndim <= 2 else None


@implement(functions.outer)
def outer(a: Any, b: Any) -> Any:
    if rank(a) == rank(b) == 1:
        common = _common(a, b)

        def vectors(a: Any, b: Any) -> Any:
            out = np.empty((a.size, b.size), dtype)
            for i in range(a.size):
                for j in range(b.size):
                    out[i, j] = a[i] * b[j]
            return out
        dtype = np.dtype(str(common))
        return vectors
    return lambda a, b: np.outer(a, b)


@implement(products.of_product)
def of_product(bc: Any, a: Any, b: Any) -> Any:
    if rank(a) > 2 or rank(b) > 2:  # what a stack was broadcast to is summed up afterwards
        return define("def run(bc, a, b):\n"
                      "    if bc.shape[-2:] != (a.shape[-2], b.shape[-1]):\n"
                      "        raise ValueError('stacks of matrices that were broadcast to others')\n"
                      "    return bc\n") if rank(a) > 1 < rank(b) and rank(bc) > 1 else (lambda bc, a, b: bc)
    if rank(a) == rank(b) == 1:
        return (lambda bc, a, b: bc) if is_number(bc) else (lambda bc, a, b: np.sum(bc))
    shape = f"({'a.shape[0], ' * (rank(a) - 1)}{'b.shape[1], ' * (rank(b) - 1)})"
    if is_number(bc):
        return define(f"def run(bc, a, b):\n    return np.full({shape}, bc)\n")
    same = f"    if bc.shape == {shape}:\n        return bc\n" if rank(bc) == rank(a) + rank(b) - 2 else ""
    return define(f"def run(bc, a, b):\n{same}    return unbroadcast(bc, np.empty({shape}, np.bool_))\n",
                  unbroadcast=runtime.unbroadcast)


@implement(runtime.matmul_adjoint_left)
def matmul_adjoint_left(bc: Any, a: Any, b: Any) -> Any:
    if rank(a) == 1 and rank(b) == 1:
        return lambda bc, a, b: products.of_product(bc, a, b) * b
    if rank(a) == 2 and rank(b) == 1:
        return lambda bc, a, b: functions.outer(products.of_product(bc, a, b), b)
    if rank(a) == 1 and rank(b) == 2:
        return lambda bc, a, b: functions.matmul(b, products.of_product(bc, a, b))
    if rank(a) < 2 or rank(b) < 2:
        return None
    return lambda bc, a, b: runtime.unbroadcast(
        functions.matmul(products.of_product(bc, a, b), runtime.transposed(b)), a)


@implement(runtime.matmul_adjoint_right)
def matmul_adjoint_right(bc: Any, a: Any, b: Any) -> Any:
    if rank(a) == 1 and rank(b) == 1:
        return lambda bc, a, b: products.of_product(bc, a, b) * a
    if rank(a) == 2 and rank(b) == 1:
        return lambda bc, a, b: functions.matmul(a.T, products.of_product(bc, a, b))
    if rank(a) == 1 and rank(b) == 2:
        return lambda bc, a, b: functions.outer(a, products.of_product(bc, a, b))
    if rank(a) < 2 or rank(b) < 2:
        return None
    return lambda bc, a, b: runtime.unbroadcast(
        functions.matmul(runtime.transposed(a), products.of_product(bc, a, b)), b)


@implement(runtime.matmul_adjoint_both)
def matmul_adjoint_both(bc: Any, a: Any) -> Any:
    if rank(a) == 1:
        return lambda bc, a: 2.0 * products.of_product(bc, a, a) * a
    return (lambda bc, a: runtime.matmul_adjoint_left(bc, a, a) + runtime.matmul_adjoint_right(bc, a, a)) if rank(a) == 2 \
        else None


@implement(runtime.dot_adjoint_both)
def dot_adjoint_both(bc: Any, a: Any) -> Any:
    return (lambda bc, a: runtime.dot_adjoint_left(bc, a, a) + runtime.dot_adjoint_right(bc, a, a)) if rank(a) <= 2 else None


@implement(runtime.dot_adjoint_left)
def dot_adjoint_left(bc: Any, a: Any, b: Any) -> Any:
    if not rank(a) or not rank(b):
        return lambda bc, a, b: runtime.unbroadcast(bc * b, a)
    return (lambda bc, a, b: runtime.matmul_adjoint_left(bc, a, b)) if rank(a) <= 2 and rank(b) <= 2 else None


@implement(runtime.dot_adjoint_right)
def dot_adjoint_right(bc: Any, a: Any, b: Any) -> Any:
    if not rank(a) or not rank(b):
        return lambda bc, a, b: runtime.unbroadcast(bc * a, b)
    return (lambda bc, a, b: runtime.matmul_adjoint_right(bc, a, b)) if rank(a) <= 2 and rank(b) <= 2 else None


@implement(runtime.outer_adjoint_left)
def outer_adjoint_left(bc: Any, a: Any, b: Any) -> Any:
    fit, reshape = runtime.unbroadcast, functions.reshape
    if not rank(a) or not rank(b):
        return None
    return lambda bc, a, b: reshape(fit(bc, np.empty((a.size, b.size), a.dtype)) @ b.ravel(), a.shape)


@implement(runtime.outer_adjoint_right)
def outer_adjoint_right(bc: Any, a: Any, b: Any) -> Any:
    fit, reshape = runtime.unbroadcast, functions.reshape
    if not rank(a) or not rank(b):
        return None
    return lambda bc, a, b: reshape(a.ravel() @ fit(bc, np.empty((a.size, b.size), b.dtype)), b.shape)


@implement(runtime.unit)
def unit(x: Any, norm: Any) -> Any:
    if is_complex(x) or rank(norm):
        return None
    return lambda x, norm: x / (norm if norm != 0 else np.inf)


@implement(runtime.cross_adjoint_left)
def cross_adjoint_left(bc: Any, a: Any, b: Any, axisa: Any, axisb: Any, axisc: Any) -> Any:
    if not all(static(n) == -1 for n in (axisa, axisb, axisc)) or not rank(a) or not rank(b):
        return None
    return lambda bc, a, b, axisa, axisb, axisc: runtime.unbroadcast(np.cross(b, bc), a)


@implement(runtime.cross_adjoint_right)
def cross_adjoint_right(bc: Any, a: Any, b: Any, axisa: Any, axisb: Any, axisc: Any) -> Any:
    if not all(static(n) == -1 for n in (axisa, axisb, axisc)) or not rank(a) or not rank(b):
        return None
    return lambda bc, a, b, axisa, axisb, axisc: runtime.unbroadcast(np.cross(bc, a), b)


@implement(linalg.transposed)
def transposed(a: Any) -> Any:
    if rank(a) == 2:
        return lambda a: a.T
    return (lambda a: functions.swapaxes(a, -1, -2)) if rank(a) > 2 else None


@implement(linalg.hermitian)
def hermitian(a: Any) -> Any:
    if not is_complex(a):
        return transposed(a)
    return lambda a: np.conj(runtime.transposed(a))


@implement(functions.solve)
def solve(a: Any, b: Any) -> Any:
    if rank(a) != 2 or rank(b) not in (1, 2):
        return None
    common = _common(a, b)
    return define(f"def run(a, b):\n    return np.linalg.solve({_as(a, 'a', common)}, {_as(b, 'b', common)})\n")


@implement(runtime.solve_transposed)
def solve_transposed(a: Any, bx: Any) -> Any:
    return (lambda a, bx: functions.solve(a.T, bx)) if rank(a) == 2 else None


@implement(runtime.on_matrices)
def on_matrices(b: Any) -> Any:
    return (lambda b: b) if rank(b) == 0 else None


@implement(runtime.each_matrix)
def each_matrix(a: Any) -> Any:
    return (lambda a: 0.0) if rank(a) == 2 else None


@implement(runtime.times_transposed)
def times_transposed(inverse: Any, bx: Any) -> Any:
    return (lambda inverse, bx: functions.matmul(inverse.T, bx)) if rank(inverse) == 2 else None


@implement(runtime.minus_outer)
def minus_outer(t: Any, x: Any, a: Any) -> Any:
    if rank(a) != 2:
        return None
    return (lambda t, x, a: -functions.outer(t, x)) if rank(x) == 1 else lambda t, x, a: -functions.matmul(t, x.T)


@implement(runtime.solve_tangent)
def solve_tangent(da: Any, db: Any, a: Any, b: Any, x: Any) -> Any:
    return (lambda da, db, a, b, x: functions.solve(a, db - functions.matmul(da, x))) if rank(a) == 2 else None


@implement(runtime.cholesky_adjoint)
def cholesky_adjoint(b: Any, c: Any) -> Any:
    if rank(c) != 2 or is_complex(c):
        return None

    def run(b: Any, c: Any) -> Any:
        n = len(c)
        inner = functions.matmul(c.T, np.tril(b))
        inverse = np.eye(n)
        for i in range(n):
            inner[i, i] *= 0.5
            for j in range(i + 1, n):
                inner[i, j] = 0.0
            for k in range(i):
                for j in range(k + 1):
                    inverse[i, j] -= c[i, k] * inverse[k, j]
            for j in range(i + 1):
                inverse[i, j] /= c[i, i]
        whole = np.dot(inverse.T, np.dot(inner, inverse))
        return 0.5 * (whole + whole.T)
    return run


@implement(runtime.on_triangle)
def on_triangle(g: Any, upper: Any) -> Any:
    if rank(g) != 2 or is_complex(g):
        return None

    def run(g: Any, upper: Any) -> Any:
        out = np.zeros(g.shape)
        for i in range(len(g)):
            out[i, i] = g[i, i]
            for j in range(i):
                if upper:
                    out[j, i] = 2.0 * g[j, i]
                else:
                    out[i, j] = 2.0 * g[i, j]
        return out
    return run


@implement(runtime.dotted)
def dotted(a: Any, b: Any) -> Any:
    if is_number(a) or is_number(b):
        return lambda a, b: 0.0
    return (lambda a, b: functions.matmul(a, b)) if rank(a) and rank(b) else None


@implement(runtime.cofactors)
def cofactors(a: Any, det: Any) -> Any:
    if rank(a) != 2 or is_complex(a):
        return None

    def run(a: Any, det: Any) -> Any:
        if det != 0.0:
            return det * np.ascontiguousarray(np.linalg.inv(a).T)
        u, s, vh = np.linalg.svd(a)
        others = np.empty(len(s))
        for k in range(len(s)):
            others[k] = np.prod(s[:k]) * np.prod(s[k + 1:])
        return np.linalg.det(u) * np.linalg.det(vh) * np.dot(u * others, vh)
    return run


@implement(runtime.slogdet_adjoint)
def slogdet_adjoint(bsign: Any, blogdet: Any, sign: Any, a: Any) -> Any:
    if rank(a) != 2 or is_complex(a):
        return None
    return lambda bsign, blogdet, sign, a: blogdet * np.linalg.inv(a).T


@implement(functions.einsum)
def einsum(subscripts: Any, *operands: Any) -> Any:
    text = static(subscripts).replace(" ", "")
    if len(operands) == 1 and isinstance(operands[0], nb.BaseTuple):
        operands = tuple(operands[0])
    if "." in text:
        return None
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    if not arrow:
        right = "".join(sorted(c for c in set(left) - {","} if left.count(c) == 1))
    if len(terms) != len(operands) or any(len(t) != rank(o) for t, o in zip(terms, operands)):
        return None
    lengths: dict[str, str] = {}
    for k, term in enumerate(terms):
        for axis, letter in enumerate(term):
            lengths.setdefault(letter, f"x{k}.shape[{axis}]")
    names = [f"x{k}" for k in range(len(terms))]
    body = f"def run(subscripts, *operands):\n    {', '.join(names)}, = operands\n"
    checks = [f"x{k}.shape[{n}] != {lengths[c]}" for k, t in enumerate(terms) for n, c in enumerate(t)
              if lengths[c] != f"x{k}.shape[{n}]"]
    if checks:
        body += f"    if {' or '.join(checks)}:\n        raise ValueError('operands of einsum do not fit')\n"
    shape = "".join(f"{lengths[c]}, " for c in right)
    out = f"out[{', '.join(f'i_{c}' for c in right)}]" if right else "out"
    body += f"    out = np.zeros(({shape}), np.{_common(*operands)})\n" if right else "    out = 0.0\n"
    pad = 4
    for letter in [*right, *(c for c in lengths if c not in right)]:
        body += f"{' ' * pad}for i_{letter} in range({lengths[letter]}):\n"
        pad += 4
    product = " * ".join(f"x{k}[{', '.join(f'i_{c}' for c in t)}]" if t else f"x{k}" for k, t in enumerate(terms))
    return define(f"{body}{' ' * pad}{out} += {product}\n    return out\n")


@implement(runtime.einsum_adjoint)
def einsum_adjoint(subscripts: Any, by: Any, operands: Any, n: Any) -> Any:
    if "." in (static(subscripts) or ".") or not isinstance(operands, nb.BaseTuple):
        return None
    inputs, output = explicit_subscripts(static(subscripts), [rank(a) for a in operands])
    at = static(n)
    own = inputs[at]
    if len(set(own)) < len(own):
        return None
    others = [k for k in range(len(inputs)) if k != at]
    known = output + "".join(inputs[k] for k in others)
    kept = "".join(c for c in own if c in known)
    spec = ",".join([output, *(inputs[k] for k in others)]) + "->" + kept
    passed = "".join(f", operands[{k}]" for k in others)
    text = f"def run(subscripts, by, operands, n):\n    b = einsum({spec!r}, by{passed})\n"
    if kept != own:
        text += f"    out = np.empty(operands[{at}].shape, operands[{at}].dtype)\n"
        places = ", ".join(":" if c in kept else "None" for c in own)
        text += f"    out[...] = b[{places}]\n    return out\n" if kept else "    out[...] = b\n    return out\n"
    else:
        text += "    return b\n"
    return define(text, einsum=functions.einsum)
