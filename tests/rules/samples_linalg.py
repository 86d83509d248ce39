"""Samples of linear algebra."""
from __future__ import annotations

import numpy as np

from rules.harness import Sample, sample
from s2sgrad.rules.optional import functions

RNG = np.random.default_rng(2)
V3 = RNG.normal(size=3)
A33, B33 = RNG.normal(size=(3, 3)) + 2 * np.eye(3), RNG.normal(size=(3, 3))
A23, A32, A43, A34 = (RNG.normal(size=shape) for shape in ((2, 3), (3, 2), (4, 3), (3, 4)))
S233 = RNG.normal(size=(2, 3, 3)) + 2 * np.eye(3)
S223, S232 = RNG.normal(size=(2, 2, 3)), RNG.normal(size=(2, 3, 2))
C33 = A33 + 1j * RNG.normal(size=(3, 3))
C23, C32 = A23 + 1j * RNG.normal(size=(2, 3)), A32 + 1j * RNG.normal(size=(3, 2))
C3 = V3 + 1j * RNG.normal(size=3)
SINGULAR = np.outer([1.0, 2.0, -1.0], [0.5, 1.0, 3.0]) + np.outer([0.0, 1.0, 1.0], [1.0, -1.0, 0.5])
POSITIVE = "x @ np.swapaxes(x, -1, -2) + np.eye(3)"
HERMITIAN = "x @ np.conj(x.T) + np.eye(3)"

EQUATIONS: list[Sample] = [
    sample(np.linalg.solve, "np.linalg.solve(x, y)", x=A33, y=V3),
    sample(np.linalg.solve, "np.linalg.solve(x, y)", x=A33, y=A32),
    sample(np.linalg.solve, "np.linalg.solve(x, y)", x=S233, y=S232),
    *([sample(np.linalg.solve, "np.linalg.solve(x, y)", x=S233, y=V3)] if np.__version__ >= "2" else []),
    sample(np.linalg.solve, "np.linalg.solve(x, y)", x=A33, y=S232),
    sample(np.linalg.solve, "np.linalg.solve(x, y)", x=C33, y=C3),
    sample(np.linalg.solve, "np.linalg.solve(x, y)", x=A33, y=C3),
    sample(np.linalg.solve, "np.linalg.solve(x, y)", wrt=("y",), x=A33, y=V3),
    sample(np.linalg.solve, "np.linalg.solve(x, y)", wrt=("x",), x=A33, y=V3),
    sample(np.linalg.solve, "np.linalg.solve(x.reshape(3, 3), y.reshape(3))", x=A33, y=V3),
    sample(np.linalg.solve, "np.linalg.solve(x.reshape(3, 3), y.reshape(3, 2))", x=A33, y=A32),
    sample(np.linalg.inv, "np.linalg.inv(x)", x=A33),
    sample(np.linalg.inv, "np.linalg.inv(x.reshape(3, 3))", x=A33),
    sample(np.linalg.inv, "np.linalg.inv(x)", x=S233),
    sample(np.linalg.inv, "np.linalg.inv(x)", x=C33),
    sample(np.linalg.det, "np.linalg.det(x)", x=A33),
    sample(np.linalg.det, "np.linalg.det(x.reshape(3, 3))", x=A33),
    sample(np.linalg.det, "np.linalg.det(x)", x=S233),
    sample(np.linalg.det, "np.linalg.det(x)", x=C33),
    sample(np.linalg.det, "np.linalg.det(x)", x=SINGULAR, order=1),
    sample(np.linalg.slogdet, "np.linalg.slogdet(x)", x=A33),
    sample(np.linalg.slogdet, "_, y = np.linalg.slogdet(x)\ny", x=S233),
    sample(np.linalg.slogdet, "_, y = np.linalg.slogdet(x.reshape(3, 3))\ny", x=A33),
    sample(np.linalg.slogdet, "np.linalg.slogdet(x)[1]", x=-A33),
    sample(np.linalg.slogdet, "np.linalg.slogdet(x).logabsdet", x=A33),
    sample(np.linalg.slogdet, "np.linalg.slogdet(x)", x=C33),
    sample(np.linalg.pinv, "np.linalg.pinv(x)", x=A33),
    sample(np.linalg.pinv, "np.linalg.pinv(x)", x=A23),
    sample(np.linalg.pinv, "np.linalg.pinv(x)", x=A32),
    sample(np.linalg.pinv, "np.linalg.pinv(x)", x=S223),
    sample(np.linalg.pinv, "np.linalg.pinv(x)", x=C23),
    sample(np.linalg.pinv, "np.linalg.pinv(x)", x=C32),
    *([sample(np.linalg.pinv, "np.linalg.pinv(x, rtol=1e-12)", x=A32)] if hasattr(np, "vecdot") else []),
    *[sample(np.linalg.matrix_power, f"np.linalg.matrix_power(x, {n})", x=A33) for n in (0, 1, 2, 3, 5, -1, -2)],
    sample(np.linalg.matrix_power, "np.linalg.matrix_power(x.reshape(3, 3), 2)", x=A33),
    sample(np.linalg.matrix_power, "np.linalg.matrix_power(x, n)", wrt=("x",), x=S233, n=3),
    sample(np.linalg.tensorinv, "np.linalg.tensorinv(x)", x=RNG.normal(size=(2, 3, 3, 2))),
    sample(np.linalg.tensorinv, "np.linalg.tensorinv(x, ind=1)", x=RNG.normal(size=(6, 3, 2))),
    sample(np.linalg.tensorsolve, "np.linalg.tensorsolve(x, y)", x=RNG.normal(size=(2, 3, 6)), y=A23),
    sample(np.linalg.tensorsolve, "np.linalg.tensorsolve(x, y, axes=(0,))", x=RNG.normal(size=(6, 2, 3)), y=A23),
    sample(np.linalg.lstsq, "np.linalg.lstsq(x, y, None)[0]", x=A43, y=RNG.normal(size=4)),
    sample(np.linalg.lstsq, "np.linalg.lstsq(x, y, rcond=None)[0]", x=A43, y=RNG.normal(size=(4, 2))),
    sample(np.linalg.lstsq, "np.linalg.lstsq(x, y, None)[0]", x=A34, y=V3),
    sample(np.linalg.lstsq, "u, r, _, s = np.linalg.lstsq(x, y, None)\n(u, r, s)", x=A43, y=RNG.normal(size=(4, 2))),
    sample(np.linalg.lstsq, "np.linalg.lstsq(x, y, None)[0]", x=C32, y=C3),
    sample(np.linalg.lstsq, "np.linalg.lstsq(((1.0, 2.0), (3.0, 4.0), (5.0, 7.0)), y, None)[0]", y=V3),
    sample(np.linalg.cond, "np.linalg.cond(x)", x=A23[:, :1]),
]

_ORDERS = (None, 1, 2, 3, 1.5, np.inf, -np.inf, -1, -2, 0)

NORMS: list[Sample] = [
    *[sample(np.linalg.norm, f"np.linalg.norm(x, {str(n).replace('inf', 'np.inf')})", x=V3) for n in _ORDERS],
    *[sample(np.linalg.norm, f"np.linalg.norm(x, {n!r})", x=A23) for n in (None, "fro", "nuc", 1, -1, 2, -2)],
    sample(np.linalg.norm, "np.linalg.norm(x, np.inf)", x=A23),
    *[sample(np.linalg.norm, f"np.linalg.norm(x, p{options})", x=x, p=p)
      for x, options in ((V3, ""), (A23, ", axis=0"), (A23 + 0.3j, ", 1, True")) for p in (2.5, 1.3)],
    *[sample(np.linalg.vector_norm, f"np.linalg.vector_norm(x, ord=p{options})", x=A23, p=2.5) for options in ("", ", axis=0")
      if hasattr(np.linalg, "vector_norm")],
    sample(np.linalg.norm, "np.linalg.norm(x, -np.inf)", x=A23),
    *[sample(np.linalg.norm, f"np.linalg.norm(x, {n!r}, axis=(2, 0))", x=S223) for n in ("fro", "nuc", 1, 2, -2)],
    sample(np.linalg.norm, "np.linalg.norm(x)", x=S223),
    sample(np.linalg.norm, "np.linalg.norm(x, axis=1)", x=A23),
    sample(np.linalg.norm, "np.linalg.norm(x, axis=-1, keepdims=True)", x=S223),
    sample(np.linalg.norm, "np.linalg.norm(x, 3, 0)", x=A23),
    sample(np.linalg.norm, "np.linalg.norm(x, axis=(0, 1))", x=S223),
    sample(np.linalg.norm, "np.linalg.norm(x, keepdims=True)", x=A23),
    sample(np.linalg.norm, "np.linalg.norm(x, 1, keepdims=True)", x=A23),
    sample(np.linalg.norm, "np.linalg.norm(x)", x=C3),
    sample(np.linalg.norm, "np.linalg.norm(x, 3)", x=C3),
    sample(np.linalg.norm, "np.linalg.norm(x, 'nuc')", x=C23),
    sample(np.linalg.norm, "np.linalg.norm(x, 1)", x=C23),
    sample(np.linalg.norm, "np.linalg.norm(x)", x=np.zeros(3), order=1),
    sample(functions("linalg.vector_norm"), "np.linalg.vector_norm(x)", x=A23),
    sample(functions("linalg.vector_norm"), "np.linalg.vector_norm(x, axis=0, ord=3)", x=A23),
    sample(functions("linalg.vector_norm"), "np.linalg.vector_norm(x, axis=(0, 2), keepdims=True, ord=1)", x=S223),
    sample(functions("linalg.vector_norm"), "np.linalg.vector_norm(x, ord=np.inf)", x=C3),
    sample(functions("linalg.vector_norm"), "np.linalg.vector_norm(x, axis=0, ord=None)", x=A23),
    sample(functions("linalg.matrix_norm"), "np.linalg.matrix_norm(x)", x=S223),
    sample(functions("linalg.matrix_norm"), "np.linalg.matrix_norm(x, ord='nuc', keepdims=True)", x=S223),
    sample(functions("linalg.matrix_norm"), "np.linalg.matrix_norm(x, ord=1)", x=S223),
    *[sample(np.linalg.cond, f"np.linalg.cond(x, {n!r})", x=A33, tol=1e-5) for n in (None, 2, -2, 1, -1, "fro", "nuc")],
    sample(np.linalg.cond, "np.linalg.cond(x, np.inf)", x=S233, tol=1e-5),
]

FACTORIZATIONS: list[Sample] = [
    sample(np.linalg.cholesky, f"np.linalg.cholesky({POSITIVE})", x=A33),
    sample(np.linalg.cholesky, f"np.linalg.cholesky({POSITIVE})", x=S233),
    sample(np.linalg.cholesky, f"np.linalg.cholesky({HERMITIAN})", x=C33),
    *([sample(np.linalg.cholesky, f"np.linalg.cholesky({HERMITIAN}, upper=True)", x=x) for x in (A33, C33)]
      if np.__version__ >= "2" else []),
    sample(np.linalg.eigh, f"np.linalg.eigh({POSITIVE})", x=A33),
    sample(np.linalg.eigh, f"w, v = np.linalg.eigh({POSITIVE}, 'U')\nv * w[..., None, :]", x=S233),
    sample(np.linalg.eigh, f"np.linalg.eigh({POSITIVE})[0]", x=A33),
    sample(np.linalg.eigh, f"w, v = np.linalg.eigh({HERMITIAN})\n(w, np.abs(v))", x=C33),
    sample(np.linalg.eigh, f"w, v = np.linalg.eigh({HERMITIAN})\nv @ np.diag(np.exp(-w)) @ np.conj(v.T)", x=C33),
    sample(np.linalg.eigh, f"np.linalg.eigh({POSITIVE}).eigenvectors", x=A33),
    sample(np.linalg.eigvalsh, f"np.linalg.eigvalsh({POSITIVE})", x=S233),
    sample(np.linalg.eigvalsh, f"np.linalg.eigvalsh({HERMITIAN}, UPLO='U')", x=C33),
    sample(np.linalg.eig, f"np.linalg.eig({POSITIVE})", x=A33),
    sample(np.linalg.eig, "w, v = np.linalg.eig(x)\n(w, np.abs(v))", x=B33),
    sample(np.linalg.eig, "w, v = np.linalg.eig(x)\n(w, np.abs(v))", x=C33),
    sample(np.linalg.eig, "w, v = np.linalg.eig(x)\n(v * np.exp(w)) @ np.linalg.inv(v)", x=B33),
    sample(np.linalg.eigvals, "np.linalg.eigvals(x)", x=B33),
    sample(np.linalg.eigvals, "np.linalg.eigvals(x)", x=S233),
    sample(np.linalg.eigvals, "np.linalg.eigvals(x)", x=C33),
    *[sample(np.linalg.svd, "np.linalg.svd(x, full_matrices=False)", x=x) for x in (A33, A23, A32, S223, S232)],
    sample(np.linalg.svd, "np.linalg.svd(x, compute_uv=False)", x=A23),
    sample(np.linalg.svd, "np.linalg.svd(x)[1]", x=A32),
    sample(np.linalg.svd, "u, s, vh = np.linalg.svd(x)\n(u[:, :2] * s) @ vh[:2]", x=A23),
    sample(np.linalg.svd, "u, s, vh = np.linalg.svd(x)\nu[:, 2:] @ u[:, 2:].T", x=A32),
    sample(np.linalg.svd, "u, s, vh = np.linalg.svd(x)\nvh[2:].T @ vh[2:]", x=A23),
    sample(np.linalg.svd, "u, s, vh = np.linalg.svd(x, False)\n(u[:, :1] * s[0] ** 2) @ vh[:1]", x=C32),
    sample(np.linalg.svd, "u, s, vh = np.linalg.svd(x, False)\n(np.abs(u), s, np.abs(vh), u[:, :1] * vh[0])", x=C33),
    *[sample(np.linalg.svd, f"np.linalg.svd(x, hermitian=True{rest}", x=x)
      for x in (A33, C33) for rest in (", compute_uv=False)", ")[1]")],
    *[sample(np.linalg.pinv, "np.linalg.pinv(x, hermitian=True)", x=x) for x in (A33, C33)],
    sample(functions("linalg.svdvals"), "np.linalg.svdvals(x)", x=C23),
    *[sample(np.linalg.qr, "np.linalg.qr(x)", x=x) for x in (A33, A32, A23, S233, S232, S223, C33, C32, C23)],
    sample(np.linalg.qr, "np.linalg.qr(x, mode='r')", x=A32),
    sample(np.linalg.qr, "q, r = np.linalg.qr(x, mode='complete')\n(q[:, :2], r)", x=A32),
    sample(np.linalg.qr, "q, r = np.linalg.qr(x, 'complete')\nq[:, 2:] @ q[:, 2:].T", x=A32),
    sample(np.linalg.qr, "np.linalg.qr(x).R", x=A32),
]

# Functions that the installed NumPy lacks leave samples that cover nothing.
SAMPLES: list[Sample] = [s for s in EQUATIONS + NORMS + FACTORIZATIONS if s.covers]
