"""Adjoints and tangents of `numpy.linalg`, for stacks of matrices and for complex numbers.

Adjoints pair with directions as ``Re(sum(b * dx))``, without conjugation, so a formula that the literature states
for the inner product ``Re(sum(conj(g) * dx))`` is used with ``g = conj(b)``. Sources: Giles, "An extended collection
of matrix derivative results for forward and reverse mode automatic differentiation" (2008); Golub and Pereyra,
"The differentiation of pseudo-inverses" (1973); Murray, "Differentiation of the Cholesky decomposition" (2016);
Townsend, "Differentiating the singular value decomposition" (2016); Boeddeker et al., "On the computation of
complex-valued gradients" (2017); Roberts and Roberts, "QR and LQ decomposition matrix backpropagation" (2020).

`np.linalg.eigh` and `np.linalg.cholesky` read one triangle of their argument. The derivatives here treat it as what
it stands for, a symmetric (Hermitian) matrix, and spread what belongs to a pair of entries evenly over both.
"""
from __future__ import annotations

import functools
from typing import Any

import numpy as np

from s2sgrad.runtime.precision import real_like
from s2sgrad.runtime.shapes import unbroadcast
from s2sgrad.runtime.triangular import between_inverses, solved, triangular_inverse


def transposed(a: Any) -> Any:
    """The transposes of a stack of matrices."""
    return np.swapaxes(a, -1, -2)


def hermitian(a: Any) -> Any:
    """The conjugate transposes of a stack of matrices."""
    return np.conj(np.swapaxes(a, -1, -2))


def _conjugate(a: Any) -> Any:
    """The complex conjugate; real numbers are their own, and no copy of them is made."""
    return np.conj(a) if np.iscomplexobj(a) else a


def diagonals(a: Any) -> Any:
    return np.diagonal(a, 0, -2, -1).copy()  # which may be changed, as eigenvalues may


@functools.lru_cache(maxsize=32)
def _weights(n: int, lower: bool, inside: float, dtype: Any) -> Any:
    """1 on the diagonal of a matrix, `inside` in one of its triangles, 0 in the other."""
    triangle = np.tri(n, k=-1) if lower else np.tri(n, k=-1).T
    out = (np.eye(n) + inside * triangle).astype(dtype)
    out.flags.writeable = False
    return out


def on_diagonal(x: Any) -> Any:
    """A stack of diagonal matrices."""
    return np.expand_dims(x, -1) * np.eye(np.shape(x)[-1], dtype=bool)


def _symmetric(a: Any) -> Any:
    """Half the sum of a matrix and its conjugate transpose."""
    return 0.5 * (a + hermitian(a))


def reciprocal_differences(x: Any, y: Any) -> Any:
    """``1 / (x[j] - y[i])`` for all pairs, and 0 where the difference is zero.

    Equal eigenvalues have no derivative of their vectors; a function that does not depend on how these are chosen
    has a zero factor at that place, and so the right derivative.
    """
    gaps = np.expand_dims(x, -2) - np.expand_dims(y, -1)
    equal = gaps == 0
    return np.where(equal, 0.0, 1.0 / np.where(equal, 1.0, gaps))


# ---- equations, inverses and determinants -----------------------------------------------------------------------

def _is_vector(a: Any, b: Any) -> bool:
    """Does `np.linalg.solve` take `b` for a vector?"""
    return np.ndim(b) == 1 or np.ndim(b) == np.ndim(a) - 1 and np.__version__ < "2"


def solve_transposed(a: Any, bx: Any) -> Any:
    """The solution of the transposed equations for the adjoint `bx` of ``np.linalg.solve(a, b)``."""
    if np.ndim(a) == 2:
        return solved(np.transpose(a), bx)
    if np.ndim(bx) == np.ndim(a) - 1:  # vectors
        return np.linalg.solve(transposed(a), np.expand_dims(bx, -1))[..., 0]
    return np.linalg.solve(transposed(a), bx)


def on_matrices(b: Any) -> Any:
    """What belongs to each matrix of a stack as a factor of these."""
    return b if type(b) is float or type(b) is np.float64 else np.expand_dims(b, (-1, -2))


def each_matrix(a: Any) -> Any:
    """Something of the shape of ``np.linalg.det(a)``."""
    return a[..., 0, 0] if np.size(a) else np.zeros(np.shape(a)[:-2])


def times_transposed(inverse: Any, bx: Any) -> Any:
    """``solve_transposed(a, bx)``, of a matrix `a` whose inverse is there."""
    if 1 < np.ndim(bx) == np.ndim(inverse) - 1:  # vectors
        return (transposed(inverse) @ np.expand_dims(bx, -1))[..., 0]
    return transposed(inverse) @ bx


def minus_outer(t: Any, x: Any, a: Any) -> Any:
    """The adjoint of `a` in ``x = np.linalg.solve(a, b)``, from that of `b`, which is `t`."""
    if np.ndim(x) == np.ndim(a) - 1:
        if np.ndim(x) == np.ndim(t) == 1:
            return unbroadcast(-t[:, None] * x, a)
        return unbroadcast(-np.expand_dims(t, -1) * np.expand_dims(x, -2), a)
    return unbroadcast(-t @ transposed(x), a)


def solve_tangent(da: Any, db: Any, a: Any, b: Any, x: Any) -> Any:
    """The tangent of ``x = np.linalg.solve(a, b)``."""
    if _is_vector(a, b):
        return np.linalg.solve(a, np.expand_dims(db, -1) - da @ np.expand_dims(x, -1))[..., 0]
    return np.linalg.solve(a, db - da @ x)


def cofactors(a: Any, det: Any = None) -> Any:
    """The derivative of ``np.linalg.det(a)``, which may be given, with respect to `a`, of singular matrices, too."""
    if det is None:
        det = np.linalg.det(a)
    if np.ndim(a) == 2 and det:
        return det * np.linalg.inv(a).T
    if np.all(det != 0):
        return det[..., None, None] * transposed(np.linalg.inv(a))
    u, s, vh = np.linalg.svd(a)
    n = np.shape(s)[-1]
    others = np.stack([np.prod(np.delete(s, k, axis=-1), axis=-1) for k in range(n)], axis=-1)
    return np.expand_dims(np.linalg.det(u) * np.linalg.det(vh), (-1, -2)) * (np.conj(u * np.expand_dims(others, -2))
                                                                            @ np.conj(vh))


def cofactors_adjoint(b: Any, a: Any) -> Any:
    """The adjoint of `a` in ``cofactors(a)``; `a` must be regular."""
    c = cofactors(a)
    inverse = transposed(np.linalg.inv(a))
    total = np.sum(b * c, axis=(-1, -2), keepdims=True)
    return total * inverse - inverse @ transposed(b) @ c


def cofactors_tangent(da: Any, a: Any) -> Any:
    """The tangent of ``cofactors(a)``."""
    c = cofactors(a)
    inverse = transposed(np.linalg.inv(a))
    return np.sum(da * inverse, axis=(-1, -2), keepdims=True) * c - inverse @ transposed(da) @ c


def slogdet_adjoint(bsign: Any, blogdet: Any, sign: Any, a: Any) -> Any:
    """The adjoint of `a` in ``sign, logdet = np.linalg.slogdet(a)``; the sign of a real determinant is constant."""
    b = blogdet
    if np.iscomplexobj(a):
        b = b + 1j * np.imag(bsign * sign)
    return real_like(np.expand_dims(b, (-1, -2)) * transposed(np.linalg.inv(a)), a)


def slogdet_tangent(da: Any, sign: Any, a: Any) -> tuple[Any, Any]:
    """The tangents of ``sign, logdet = np.linalg.slogdet(a)``."""
    rate = np.trace(np.linalg.solve(a, da), axis1=-2, axis2=-1)
    return (1j * sign * np.imag(rate) if np.iscomplexobj(a) else np.zeros_like(sign)), np.real(rate)


def pinv_adjoint(b: Any, p: Any, a: Any) -> Any:
    """The adjoint of `a` in ``p = np.linalg.pinv(a)`` (Golub and Pereyra 1973)."""
    bt = transposed(b)
    beside = bt @ p @ hermitian(p)
    above = hermitian(p) @ p @ bt
    return (np.conj(beside - a @ p @ beside + above - above @ p @ a)) - transposed(p @ bt @ p)


def pinv_tangent(da: Any, p: Any, a: Any) -> Any:
    """The tangent of ``p = np.linalg.pinv(a)``."""
    dh = hermitian(da)
    beside = p @ hermitian(p) @ dh
    above = dh @ hermitian(p) @ p
    return beside - beside @ a @ p + above - p @ a @ above - p @ da @ p


def matrix_power_adjoint(b: Any, a: Any, n: int) -> Any:
    """The adjoint of `a` in ``np.linalg.matrix_power(a, n)``."""
    if n == 0:
        return np.zeros_like(a)
    if n < 0:
        inverse = transposed(np.linalg.inv(a))
        return -inverse @ matrix_power_adjoint(b, transposed(inverse), -n) @ inverse
    at = transposed(a)
    out = b
    right = b
    for _ in range(n - 1):
        right = right @ at
        out = at @ out + right
    return out


def matrix_power_tangent(da: Any, a: Any, n: int) -> Any:
    """The tangent of ``np.linalg.matrix_power(a, n)``."""
    return transposed(matrix_power_adjoint(transposed(da), a, n))


def tensorinv_adjoint(b: Any, y: Any, a: Any) -> Any:
    """The adjoint of `a` in ``y = np.linalg.tensorinv(a, ind)``."""
    n = round(np.size(a) ** 0.5)
    inverse = np.reshape(y, (n, n)).T
    return np.reshape(-inverse @ np.reshape(b, (n, n)) @ inverse, np.shape(a))


def tensorinv_tangent(da: Any, y: Any) -> Any:
    """The tangent of ``y = np.linalg.tensorinv(a, ind)``."""
    n = round(np.size(y) ** 0.5)
    inverse = np.reshape(y, (n, n))
    return np.reshape(-inverse @ np.reshape(da, (n, n)) @ inverse, np.shape(y))


def tensor_order(a: Any, axes: Any) -> list[int]:
    """The order of axes in which `np.linalg.tensorsolve` reads `a`."""
    moved = [] if axes is None else [k % np.ndim(a) for k in axes]
    return [k for k in range(np.ndim(a)) if k not in moved] + moved


def tensorsolve_adjoint_right(bx: Any, a: Any, b: Any, axes: Any) -> Any:
    """The adjoint of `b` in ``np.linalg.tensorsolve(a, b, axes)``."""
    n = np.size(b)
    matrix = np.reshape(np.transpose(a, tensor_order(a, axes)), (n, n))
    return np.reshape(np.linalg.solve(matrix.T, np.ravel(bx)), np.shape(b))


def tensorsolve_adjoint_left(bb: Any, x: Any, a: Any, axes: Any) -> Any:
    """The adjoint of `a`, from that of `b`."""
    order = tensor_order(a, axes)
    product = np.tensordot(-bb, x, 0)
    return np.transpose(np.reshape(product, [np.shape(a)[k] for k in order]), np.argsort(order))


def tensorsolve_tangent(da: Any, db: Any, a: Any, b: Any, x: Any, axes: Any) -> Any:
    """The tangent of ``x = np.linalg.tensorsolve(a, b, axes)``."""
    n = np.size(b)
    order = tensor_order(a, axes)
    matrix = np.reshape(np.transpose(a, order), (n, n))
    moved = np.reshape(np.transpose(np.broadcast_to(da, np.shape(a)), order), (n, n))
    rhs = np.ravel(np.broadcast_to(db, np.shape(b))) - moved @ np.ravel(x)
    return np.reshape(np.linalg.solve(matrix, rhs), np.shape(x))


def lstsq_adjoint(bx: Any, bresiduals: Any, bs: Any, a: Any, b: Any, x: Any) -> tuple[Any, Any]:
    """The adjoints of `a` and `b` in ``x, residuals, rank, s = np.linalg.lstsq(a, b)``; `a` must have full rank."""
    a, b = np.asarray(a), np.asarray(b)
    if a.ndim != 2:
        raise ValueError("derivatives of lstsq are for single matrices; use numpy.linalg.pinv for stacks")
    if np.ndim(b) == 1:
        ba, bb = lstsq_adjoint(np.broadcast_to(bx, np.shape(x))[:, None], bresiduals, bs, a, b[:, None], x[:, None])
        return ba, bb[:, 0]
    p = np.linalg.pinv(a)
    g = np.conj(bx) + np.zeros_like(x)
    r = b - a @ x
    hp = hermitian(p)
    bb = hp @ g
    ba = -bb @ hermitian(x) + (r @ hermitian(g)) @ p @ hp + hp @ x @ (hermitian(g) - hermitian(g) @ p @ a)
    if np.size(bresiduals) and np.any(bresiduals != 0):
        bb = bb + 2.0 * r * bresiduals
        ba = ba - 2.0 * (r * bresiduals) @ hermitian(x)
    if np.any(bs != 0):
        u, _, vh = np.linalg.svd(a, full_matrices=False)
        ba = ba + (u * bs) @ vh
    return real_like(np.conj(ba), a), real_like(np.conj(bb), b)


def lstsq_tangent(da: Any, db: Any, a: Any, b: Any, x: Any) -> Any:
    """The tangent of the solution `x` of ``np.linalg.lstsq(a, b)``."""
    p = np.linalg.pinv(a)
    dh = hermitian(np.broadcast_to(da, np.shape(a)))
    r = b - a @ x
    hx = hermitian(p) @ x
    return p @ (db - da @ x) + p @ hermitian(p) @ (dh @ r) + dh @ hx - p @ a @ (dh @ hx)


def lstsq_results_tangent(da: Any, db: Any, a: Any, b: Any, x: Any, residuals: Any) -> tuple[Any, Any, Any, Any]:
    """The tangents of all results of ``np.linalg.lstsq(a, b)``."""
    dx = lstsq_tangent(da, db, a, b, x)
    r = b - a @ x
    moved = np.sum(2.0 * np.real(np.conj(r) * (db - da @ x)), axis=0) if np.size(residuals) else np.zeros(0)
    return dx, np.reshape(moved, np.shape(residuals)), 0, svdvals_tangent(np.broadcast_to(da, np.shape(a)), a)


# ---- factorizations ---------------------------------------------------------------------------------------------

def _lower(a: Any) -> Any:
    """The lower triangle with half the diagonal."""
    return 0.5 * a * _weights(np.shape(a)[-1], True, 2.0, a.dtype)


def cholesky_adjoint(b: Any, c: Any) -> Any:
    """The adjoint of `a` in ``c = np.linalg.cholesky(a)`` (Murray 2016).

    That of a determinant, ``np.sum(np.log(np.diag(c)))``, is a diagonal matrix, and so is what stands in the middle.
    """
    diagonal = diagonals(b)
    is_diagonal = np.count_nonzero(b) == np.count_nonzero(diagonal)
    if not is_diagonal and not np.iscomplexobj(b) and not np.iscomplexobj(c):
        return _symmetric(between_inverses(_lower(transposed(c) @ np.tril(b)), c))
    right = triangular_inverse(c)
    left = _conjugate(transposed(right))
    if is_diagonal:
        whole = (left * np.expand_dims(0.5 * diagonals(c) * _conjugate(diagonal), -2)) @ right
        return whole if not np.iscomplexobj(whole) else np.conj(_symmetric(whole))
    inner = _lower(_conjugate(transposed(c)) @ _conjugate(np.tril(b)))
    return _conjugate(_symmetric(left @ inner @ right))


def cholesky_tangent(da: Any, c: Any) -> Any:
    """The tangent of ``c = np.linalg.cholesky(a)``."""
    left = triangular_inverse(c)
    return c @ _lower(left @ _symmetric(da) @ hermitian(left))


def require_small(error: Any, scale: Any, message: str) -> None:
    """Complain of a result that has no derivative."""
    if error > 1e-6 * scale + 1e-12:
        raise ValueError(message)


def require_same_phase(turns: Any) -> None:
    """Complain of a function that depends on the phases of complex eigenvectors, which are arbitrary."""
    error, scale = np.max(np.abs(np.imag(turns)), initial=0.0), np.max(np.abs(turns), initial=0.0)
    rounding = 1e3 if turns.dtype == np.complex64 else 1.0  # in single precision
    require_small(error, rounding * max(1.0, scale), "the result depends on the phase of complex eigenvectors or singular "
                                                     "vectors, which is arbitrary, so it has no derivative")


def on_triangle(g: Any, upper: Any) -> Any:
    """The adjoint of a matrix of which only a triangle is read, from that of the Hermitian matrix it stands for."""
    lower = upper not in ("U", "u", True)
    if not np.iscomplexobj(g):
        return g * _weights(np.shape(g)[-1], lower, 2.0, g.dtype)
    half = np.tril(g, -1) if lower else np.triu(g, 1)
    return 2 * half + on_diagonal(np.real(diagonals(g)))


def from_triangle(a: Any, upper: Any) -> Any:
    """The Hermitian matrix that a triangle stands for."""
    half = np.triu(a, 1) if upper in ("U", "u", True) else np.tril(a, -1)
    return half + hermitian(half) + on_diagonal(np.real(diagonals(a)))


def eigh_adjoint(bw: Any, bv: Any, w: Any, v: Any) -> Any:
    """The adjoint of `a` in ``w, v = np.linalg.eigh(a)`` (Giles 2008, section 3.1)."""
    inner = hermitian(v) @ np.conj(bv) if np.ndim(bv) else np.zeros_like(v)
    if np.iscomplexobj(inner):
        require_same_phase(diagonals(inner))
    whole = v @ (on_diagonal(bw + np.zeros_like(w)) + reciprocal_differences(w, w) * inner) @ hermitian(v)
    return np.conj(_symmetric(whole))


def eigh_tangent(da: Any, w: Any, v: Any) -> tuple[Any, Any]:
    """The tangents of ``w, v = np.linalg.eigh(a)``."""
    inner = hermitian(v) @ _symmetric(da) @ v
    return np.real(diagonals(inner)), v @ (reciprocal_differences(w, w) * inner)


def eig_adjoint(bw: Any, bv: Any, w: Any, v: Any, a: Any) -> Any:
    """The adjoint of `a` in ``w, v = np.linalg.eig(a)`` (Boeddeker et al. 2017); vectors have length one."""
    vt = transposed(v)
    middle = on_diagonal(bw + np.zeros_like(w))
    if np.ndim(bv):
        inner = vt @ bv
        if np.iscomplexobj(v):
            require_same_phase(diagonals(inner))
        along = vt @ np.conj(v) * np.expand_dims(np.real(diagonals(inner)), -2)
        middle = middle + reciprocal_differences(w, w) * (inner - along)
    return real_like(np.linalg.solve(vt, middle @ vt), a)


def eig_tangent(da: Any, w: Any, v: Any) -> tuple[Any, Any]:
    """The tangents of ``w, v = np.linalg.eig(a)``, with vectors that keep their length and phase."""
    inner = np.linalg.solve(v, da @ v)
    dv = v @ (reciprocal_differences(w, w) * inner)
    return diagonals(inner), dv - v * np.expand_dims(np.real(diagonals(hermitian(v) @ dv)), -2)


def svdvals_adjoint(bs: Any, a: Any) -> Any:
    """The adjoint of `a` in its singular values alone."""
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return real_like(np.conj((u * np.expand_dims(bs, -2)) @ vh), a)


def svdvals_tangent(da: Any, a: Any) -> Any:
    """The tangent of the singular values of `a`."""
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return np.real(diagonals(hermitian(u) @ da @ hermitian(vh)))
