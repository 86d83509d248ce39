"""Samples of `scipy.linalg`."""
from __future__ import annotations

from typing import Any

import numpy as np
import scipy
from scipy import linalg

from rules.harness import Sample, sample
from s2sgrad.rules.optional import functions

A = np.array([[2.3, -0.4, 0.7], [0.5, 1.9, -0.3], [-0.6, 0.2, 2.8]])
B = np.array([[0.3, 1.1], [-0.7, 0.4], [0.9, -1.2]])
C = np.array([[0.3, 1.1, 0.2], [-0.7, 0.4, 0.6], [0.9, -1.2, 0.1]])
V = np.array([0.8, -0.5, 1.7])
Z = A + 0.3j * C
WIDE, TALL = A[:2], A[:, :2]
BANDS = np.array([[0.0, 0.4, -0.3], [2.1, 1.8, 2.6], [0.5, -0.2, 0.0]])
STACK = np.stack([A, C])
#: Do functions of vectors take stacks of them?
STACKS = tuple(map(int, scipy.__version__.split(".")[:2])) >= (1, 17)
P = "p = x @ x.T + 2.0 * np.eye(3)\n"


def one(fn: Any, code: str, tol: float = 1e-6, order: int = 2, wrt: tuple[str, ...] | None = None,
        **args: Any) -> Sample:
    return sample(fn, code, wrt=wrt, tol=tol, order=order, names={"linalg": linalg}, **args)


EQUATIONS = [
    one(linalg.solve, "linalg.solve(a, b)", a=A, b=B),
    one(linalg.solve, "linalg.solve(a, b)", a=A, b=V),
    one(linalg.solve, "linalg.solve(a, b)", a=Z, b=V),
    one(linalg.solve, "linalg.solve(a, b, transposed=True)", a=A, b=B),
    one(linalg.solve, P + "linalg.solve(p, b, assume_a='pos')", x=A, b=B),
    one(linalg.solve, P + "linalg.solve(p, b, assume_a='sym')", x=A, b=V),
    one(linalg.solve, P + "linalg.solve(p, b, assume_a='pos', lower=True)", x=A, b=V),
    one(linalg.solve, "linalg.solve(a, b, assume_a='lower triangular')", a=A, b=B),
    one(linalg.solve, "linalg.solve(a, b, assume_a='upper triangular', transposed=True)", a=A, b=V),
    one(linalg.solve, "linalg.solve(a, b, assume_a='tridiagonal')", a=A, b=V),
    one(linalg.solve_triangular, "linalg.solve_triangular(a, b)", a=A, b=B),
    one(linalg.solve_triangular, "linalg.solve_triangular(a, b, lower=True)", a=A, b=V),
    one(linalg.solve_triangular, "linalg.solve_triangular(a, b, trans='T', lower=True)", a=A, b=V),
    one(linalg.solve_triangular, "linalg.solve_triangular(a, b, 1, unit_diagonal=True)", a=A, b=B),
    one(linalg.solve_triangular, "linalg.solve_triangular(a, b, trans=2)", a=Z, b=V),
    one(linalg.cho_solve, P + "linalg.cho_solve(linalg.cho_factor(p), b)", x=A, b=B),
    one((linalg.cho_solve, linalg.cho_factor),
        P + "c, low = linalg.cho_factor(p, lower=True)\nlinalg.cho_solve((c, low), b)",
        x=A, b=V),
    one(linalg.cho_solve, "linalg.cho_solve((c, True), b)", c=A, b=V),
    one(linalg.cho_solve, "linalg.cho_solve((c, False), b)", c=Z, b=B + 0.2j),
    one((linalg.lu_factor, linalg.lu_solve), "linalg.lu_solve(linalg.lu_factor(a), b)", a=A[[1, 0, 2]], b=B),
    one(linalg.lu_solve, "linalg.lu_solve(linalg.lu_factor(a), b, trans=1)", a=C, b=V),
    one(linalg.solve_banded, "linalg.solve_banded((1, 1), ab, b)", ab=BANDS, b=V),
    one(linalg.solve_banded, "linalg.solve_banded((1, 0), ab, b)", ab=BANDS[1:], b=B),
    one(linalg.solveh_banded, "linalg.solveh_banded(ab, b)", ab=BANDS[:2], b=V),
    one(linalg.solveh_banded, "linalg.solveh_banded(ab, b, lower=True)", ab=BANDS[1:], b=B),
    one(linalg.solve_toeplitz, "linalg.solve_toeplitz(c, b)", c=np.array([2.4, 0.3, -0.5]), b=V),
    one(linalg.solve_toeplitz, "linalg.solve_toeplitz((c, r), b)", c=np.array([2.4, 0.3, -0.5]), r=V, b=B),
    one(linalg.solve_toeplitz, "linalg.solve_toeplitz(c, b)", c=Z[0] + [2.4, 0.0, 0.0], b=Z[1]),
    one(linalg.matmul_toeplitz, "linalg.matmul_toeplitz(c, x)", c=V, x=B),
    one(linalg.matmul_toeplitz, "linalg.matmul_toeplitz((c, r), x)", c=V, r=B[:, 0], x=B[:, 1]),
    one(linalg.signm, "linalg.signm(a)", a=C),
    one(linalg.inv, "linalg.inv(a)", a=A),
    one(linalg.inv, "linalg.inv(a)", a=Z),
    one(linalg.det, "linalg.det(a)", a=A),
    one(linalg.pinv, "linalg.pinv(a)", a=TALL),
    one(linalg.lstsq, "linalg.lstsq(a, b)[0]", a=TALL, b=V),
    one(linalg.norm, "linalg.norm(a)", a=A),
    one(linalg.norm, "linalg.norm(a, 2, axis=0)", a=A),
]

#: What is real beside complex numbers has a real adjoint.
MIXED = [one(fn, f"linalg.{code}", a=a, b=b, order=1) for a, b in ((A, V + 0.3j), (Z, V)) for fn, code in (
    (linalg.solve, "solve(a, b)"),
    (linalg.solve_triangular, "solve_triangular(a, b, trans='C')"),
    (linalg.cho_solve, "cho_solve((a, True), b)"),
    (linalg.lu_solve, "lu_solve(linalg.lu_factor(a), b)"),
    (linalg.solve_toeplitz, "solve_toeplitz(a[0] + np.array([4.0, 0.0, 0.0]), b)"),
    (linalg.solve_toeplitz, "solve_toeplitz((b + np.array([4.0, 0.0, 0.0]), a[0]), b)"),
    (linalg.matmul_toeplitz, "matmul_toeplitz(a[0], b)"),
    (linalg.matmul_toeplitz, "matmul_toeplitz((b, a[:2, 0]), a[:2])"),
    (linalg.solve_sylvester, "solve_sylvester(a @ a.T, a @ a.T, np.outer(b, b))"),
    (linalg.expm_frechet, "expm_frechet(a, np.outer(b, b))[1]"),
    (linalg.khatri_rao, "khatri_rao(a, np.outer(b, b))"),
    (linalg.block_diag, "block_diag(a, b)"),
    (linalg.toeplitz, "toeplitz(a[0], b)"),
    (linalg.hankel, "hankel(a[0], b)"),
    (linalg.solve_continuous_lyapunov, "solve_continuous_lyapunov(np.tril(a), np.outer(b, b))"),
    (linalg.solve_discrete_lyapunov, "solve_discrete_lyapunov(0.1 * np.tril(a), np.outer(b, b))"),
    (linalg.solve_banded, "solve_banded((1, 1), a[[2, 1, 0]] + np.array([[0.0], [3.0], [0.0]]), b)"),
    (linalg.solveh_banded, "solveh_banded(a[:2] + np.array([[9.0], [0.0]]), b, lower=True)"),
)]

FUNCTIONS = [
    *(one(linalg.funm, f"linalg.funm(a, {f})", a=a) for a in (A, Z, A @ A.T) for f in ("np.exp", "lambda t: t * np.sin(t)")),
    *(one(linalg.fiedler_companion, "linalg.fiedler_companion(c)", c=c) for c in (np.array([1.3, 0.4, -0.7, 2.1]), V[:2])),
    one(linalg.expm, "linalg.expm(a)", a=A),
    one(linalg.expm, "linalg.expm(a)", a=Z),
    one(linalg.expm, "linalg.expm(a)", a=STACK),
    one(linalg.expm_frechet, "linalg.expm_frechet(a, e)", a=A, e=C),
    one(linalg.expm_frechet, "linalg.expm_frechet(a, e, compute_expm=False)", a=A, e=C),
    one(linalg.sqrtm, "linalg.sqrtm(a)", a=A),
    one(linalg.logm, "linalg.logm(a)", a=A),
    one(linalg.cosm, "linalg.cosm(a)", a=A),
    one(linalg.sinm, "linalg.sinm(a)", a=A),
    one(linalg.tanm, "linalg.tanm(a)", a=0.3 * A),
    one(linalg.coshm, "linalg.coshm(a)", a=A),
    one(linalg.sinhm, "linalg.sinhm(a)", a=A),
    one(linalg.tanhm, "linalg.tanhm(a)", a=0.3 * A),
    one(linalg.fractional_matrix_power, "linalg.fractional_matrix_power(a, t)", a=A, t=0.4),
    one(linalg.solve_sylvester, "linalg.solve_sylvester(a, b, q)", a=A, b=A.T @ A, q=C),
    one(linalg.solve_continuous_lyapunov, "linalg.solve_continuous_lyapunov(a, q)", a=A, q=C),
    one(linalg.solve_discrete_lyapunov, "linalg.solve_discrete_lyapunov(a, q)", a=0.3 * A, q=C),
    one(linalg.solve_continuous_are, P + "linalg.solve_continuous_are(a, b, p, np.eye(2) * s)", x=C, a=A, b=B, s=1.4),
    one(linalg.solve_discrete_are, P + "linalg.solve_discrete_are(a, b, p, np.eye(2) * s)", x=C, a=0.4 * A, b=B, s=1.4),
]

FACTORIZATIONS = [
    one(linalg.cholesky, P + "linalg.cholesky(p)", x=A),
    one(linalg.cholesky, P + "linalg.cholesky(p, lower=True)", x=A),
    *(one(linalg.lu, f"p, l, u = linalg.lu(a)\n{part}", a=m) for m in (C, WIDE, TALL) for part in ("l", "u",
                                                                                                   "l @ u * u[0]")),
    one(linalg.lu, "l, u = linalg.lu(a, permute_l=True)\n(l, u)", a=C),
    one(linalg.lu, "linalg.lu(a, p_indices=True)[2]", a=C),
    one(linalg.lu_factor, "linalg.lu_factor(a)[0]", a=C),
    one(linalg.qr, "q, r = linalg.qr(a)\n(q, r)", a=A),
    one(linalg.qr, "q, r = linalg.qr(a, mode='economic')\nq * r[0]", a=TALL),
    one(linalg.qr, "linalg.qr(a, mode='r')[0] ** 2", order=1, a=TALL),
    one(linalg.qr, "q, r, p = linalg.qr(a, mode='economic', pivoting=True)\n(q, r)", a=C),
    *(one(linalg.rq, f"r, q = linalg.rq(a, mode='{mode}')\n(r, q)", a=m) for m, mode in ((A, "full"), (WIDE, "economic"),
                                                                                      (TALL, "economic"))),
    *(one(linalg.rq, "linalg.rq(a, mode='r')", a=m) for m in (A, TALL, WIDE)),
    one(linalg.rq, "r, q = linalg.rq(a + 0.3j * a.T)\n(r, q)", a=A),
    one(linalg.subspace_angles, "linalg.subspace_angles(a, b)", a=TALL, b=TALL[:, :1] ** 2),
    one(linalg.subspace_angles, "linalg.subspace_angles(a[:, :1], b)", a=TALL, b=TALL ** 2 + 1.0),
    one(linalg.qr_multiply, "p, r = linalg.qr_multiply(a, c)\n(p, r)", a=A, c=C),
    one(linalg.polar, "u, p = linalg.polar(a)\n(u, p)", a=A),
    one(linalg.polar, "linalg.polar(a)[1]", a=TALL),
    one(linalg.polar, "linalg.polar(a)", a=WIDE, order=1),
    one(linalg.polar, "linalg.polar(a, side='left')[1]", a=A),
    one(linalg.polar, "linalg.polar(a)", a=Z[:2], order=1),
    one(linalg.polar, "linalg.polar(a, side='left')", a=TALL, order=1),
    one(linalg.polar, "linalg.polar(a, side='left')", a=A),
    one(linalg.eigh, "w, v = linalg.eigh(x + x.T)\n(w, v * v)", x=A),
    one(linalg.eigh, "linalg.eigh(x + x.T, eigvals_only=True)", x=A),
    one(linalg.eigh, P + "w, v = linalg.eigh(y + y.T, p)\n(w, v * v)", x=A, y=C),
    one(linalg.eigh, "linalg.eigh(x + x.T, x @ x.T, lower=False, eigvals_only=True)", x=A),
    one(linalg.eigvalsh, P + "linalg.eigvalsh(y + y.T, p)", x=A, y=C),
    one(linalg.eigvalsh, "linalg.eigvalsh(x + x.T)", x=A),
    one(linalg.eigh, "w, v = linalg.eigh(x + x.T, subset_by_index=[0, 1])\n(w, v)", x=A),
    one(linalg.eigh, "w, v = linalg.eigh(x + x.T, x @ x.T, lower=False, subset_by_index=(1, 2))\n(w, v * v)", x=A),
    one(linalg.eigh, "linalg.eigh(x + x.T, eigvals_only=True, subset_by_value=[0.0, np.inf])", x=A),
    one(linalg.eigvalsh, P + "linalg.eigvalsh(y + y.T, p, subset_by_index=[1, 1])", x=A, y=C),
    one(linalg.eig, "np.abs(linalg.eig(a)[0])", a=A),
    one(linalg.eig, P + "w, v = linalg.eig(y, p)\n(np.abs(w), np.abs(v))", x=A, y=C),
    one(linalg.eig, "np.imag(linalg.eig(a, b, right=False) ** 2)", a=A, b=C),
    one(linalg.eigvals, "w = linalg.eigvals(a, b)\nnp.abs(w) + np.real(w)", a=A, b=C),
    one(linalg.eigvals, "np.abs(linalg.eigvals(a))", a=A),
    one(linalg.eigh_tridiagonal, "w, v = linalg.eigh_tridiagonal(x, y)\n(w, v * v)", x=V, y=V[:2]),
    one(linalg.eigvalsh_tridiagonal, "linalg.eigvalsh_tridiagonal(x, y)", x=V, y=V[:2]),
    one(linalg.svd, "u, s, vh = linalg.svd(a, full_matrices=False)\n(u * s) @ (vh * vh)", a=TALL, order=1),
    one(linalg.svd, "linalg.svd(a, compute_uv=False)", a=TALL),
    one(linalg.svdvals, "linalg.svdvals(a)", a=TALL),
]

PARTS = [
    one(linalg.block_diag, "linalg.block_diag(x, y, z)", x=WIDE, y=V, z=B),
    one(linalg.toeplitz, "linalg.toeplitz(c)", c=V),
    one(linalg.toeplitz, "linalg.toeplitz(c)", c=V + 0.3j),
    one(linalg.toeplitz, "linalg.toeplitz(c, r)", c=V, r=np.array([9.0, 0.4])),
    one(linalg.hankel, "linalg.hankel(c)", c=V),
    one(linalg.hankel, "linalg.hankel(c, r)", c=V, r=np.array([9.0, 0.4])),
    *(one(linalg.cho_factor, P + f"linalg.cho_factor(p + q{options})[0]", x=x, q=0.1 * x.real)  # one triangle is that of `p`
      for x in (A, Z) for options in ("", ", lower=True")),
    one(linalg.circulant, "linalg.circulant(c)", c=V),
    one(linalg.convolution_matrix, "linalg.convolution_matrix(c, 4)", c=V),
    one(linalg.convolution_matrix, "linalg.convolution_matrix(c, 4, mode='same')", c=V),
    one(linalg.leslie, "linalg.leslie(f, s)", f=V, s=V[:2]),
    one(linalg.companion, "linalg.companion(c)", c=V),
    one(linalg.fiedler, "linalg.fiedler(c)", c=V),
    one(linalg.fiedler, "linalg.fiedler(c)", c=V + np.array([0.3j, -0.2j, 0.5j])),
    *(one(f, f"linalg.{f.__name__}(c)", c=np.stack((V, 2.0 * V + 1.0)))  # stacks, which some versions of SciPy take
      for f in (linalg.fiedler, linalg.companion, linalg.toeplitz) if STACKS),
    *([one(linalg.rq, f"r, q = linalg.rq(a, mode='{mode}')\n(r, q)", a=np.stack((A, A.T))) for mode in ("full", "economic")]
      + [one(linalg.rq, "linalg.rq(a, mode='r')", a=np.stack((A, A.T))),
         one(linalg.solve_toeplitz, "linalg.solve_toeplitz(c, b)", c=np.array([[2.4, 0.3, -0.5], [1.9, -0.4, 0.2]]), b=V),
         one(linalg.solve_toeplitz, "linalg.solve_toeplitz(c, b)", c=np.array([[2.4, 0.3, -0.5], [1.9, -0.4, 0.2]]), b=B)]
      if STACKS else []),
    *([one(linalg.leslie, "linalg.leslie(f, s)", f=np.stack((V, V + 1.0)), s=V[:2])] if STACKS else []),
    *(one(fn, "linalg.kron(a, b)", a=TALL, b=B) for fn in functions("kron", library=linalg)),
    one(linalg.khatri_rao, "linalg.khatri_rao(a, b)", a=TALL, b=B),
]

SHORT = [
    *(one(linalg.pinvh, f"linalg.pinvh(a{options})", a=Z) for options in ("", ", lower=False")),
    *(one(linalg.pinvh, f"linalg.pinvh(a + np.conj(a.T){options})", a=a) for a in (A, Z) for options in ("", ", lower=False")),
    one(linalg.solve_circulant, "linalg.solve_circulant(c, b)", c=V, b=B),
    one(linalg.orthogonal_procrustes, "linalg.orthogonal_procrustes(a, c)", a=A, c=C),
]

SAMPLES: list[Sample] = [*SHORT, *EQUATIONS, *MIXED, *FUNCTIONS, *FACTORIZATIONS, *PARTS]
