"""Samples of products, contractions, convolutions and polynomials."""
from __future__ import annotations

import operator

import numpy as np

from rules.harness import Sample, sample
from s2sgrad.rules.optional import functions

RNG = np.random.default_rng(1)
V2, V3, W3, V4 = RNG.normal(size=2), RNG.normal(size=3), RNG.normal(size=3), RNG.normal(size=4)
M23, M34, M43, M33 = (RNG.normal(size=shape) for shape in ((2, 3), (3, 4), (4, 3), (3, 3)))
T234, T243, T534 = (RNG.normal(size=shape) for shape in ((2, 3, 4), (2, 4, 3), (5, 3, 4)))
C3, D3 = V3 + 1j * W3, W3 - 0.5j * V3
C23 = M23 + 1j * RNG.normal(size=(2, 3))

_MATMUL = ((V3, W3), (M23, V3), (V2, M23), (M23, M34), (T234, V4), (V3, T234), (T234, T243), (M23, T534), (T234, M43),
           (T234[:1], T243), (C23, M34), (C3, M34))
_DOT = ((V3, W3), (M23, V3), (V2, M23), (M23, M34), (0.7, M23), (M23, 0.7), (0.3, 0.7), (T234, V4), (V3, T234),
        (T234, T243), (M23, T534), (T234, M43), (C3, D3))
_INNER = ((V3, W3), (M23, V3), (V3, M23), (M23, M43), (0.7, M23), (T234, V4), (T234, T534), (C3, D3))

MATRIX_PRODUCTS: list[Sample] = [
    *[sample((np.matmul, operator.matmul), "x @ y", x=x, y=y) for x, y in _MATMUL],
    *[sample(np.matmul, "np.matmul(x, y)", x=x, y=y) for x, y in _MATMUL[:4]],
    sample(np.matmul, "x.reshape(2, 3) @ y.reshape(3)", x=M23, y=V3),
    sample(np.matmul, "x.reshape(2, 3) @ y.reshape(3, 4)", x=M23, y=M34),
    sample(np.matmul, "y.reshape(2) @ x.reshape(2, 3)", x=M23, y=V2),
    sample(np.matmul, "x.reshape(3) @ y.reshape(3)", x=V3, y=W3),
    sample(np.matmul, "x @ x", x=M33),
    sample(functions("linalg.matmul"), "np.linalg.matmul(x, y)", x=T234, y=T243),
    *[sample(np.dot, "np.dot(x, y)", x=x, y=y) for x, y in _DOT],
    sample(np.dot, "x.dot(y)", x=M23, y=V3),
    sample(np.dot, "np.dot(x, y, out=None) * np.array(y[0], like=y)", x=M23, y=V3),
    sample(np.dot, "np.dot(x.reshape(2, 3), y.reshape(3))", x=M23, y=V3),
    sample(np.dot, "np.dot([x, 2.0], y)", x=0.5, y=V2),
    *[sample(np.inner, "np.inner(x, y)", x=x, y=y) for x, y in _INNER],
    sample(np.inner, "np.inner(x.reshape(2, 3), y.reshape(4, 3))", x=M23, y=M43),
    sample(np.outer, "np.outer(x, y)", x=V2, y=V3),
    sample(np.outer, "np.outer(x, y)", x=M23, y=V3),
    sample(np.outer, "np.outer(x.reshape(2), y.reshape(3))", x=V2, y=C3),
    sample(functions("linalg.outer"), "np.linalg.outer(x, y)", x=V2, y=V3),
    sample(np.vdot, "np.vdot(x, y)", x=M23, y=M23 + 1),
    sample(np.vdot, "np.vdot(x, y)", x=C3, y=D3),
    sample(np.vdot, "np.vdot(x, y)", x=V3, y=D3),
    sample(np.vdot, "np.vdot(y, x)", x=V3, y=D3),
    *[sample(functions("vecdot"), "np.vecdot(x, y)", x=x, y=y) for x, y in ((V3, W3), (M23, V3), (C3, D3), (C23, V3))],
    sample(functions("vecdot"), "np.vecdot(x, y, axis=0)", x=M23, y=M23 * 2),
    sample(functions("linalg.vecdot"), "np.linalg.vecdot(x, y, axis=0)", x=M23, y=V3 * M23),
    *[sample(functions("matvec"), "np.matvec(x, y)", x=x, y=y)
      for x, y in ((M23, V3), (T234, V4), (M23, RNG.normal(size=(5, 3))), (C23, C3))],
    *[sample(functions("vecmat"), "np.vecmat(x, y)", x=x, y=y)
      for x, y in ((V2, M23), (V3, T234), (RNG.normal(size=(5, 2)), M23), (C3, M33 + 1j))],
    sample(np.linalg.multi_dot, "np.linalg.multi_dot([x, y, z])", x=M23, y=M34, z=M43),
    sample(np.linalg.multi_dot, "np.linalg.multi_dot([x, y])", x=M23, y=M34),
    sample(np.linalg.multi_dot, "np.linalg.multi_dot((v, x, y, w))", v=V2, x=M23, y=M34, w=V4),
    sample(np.linalg.multi_dot, "np.linalg.multi_dot([x, np.ones((3, 2)), z])", x=M23, z=M23),
    sample(np.linalg.multi_dot, "np.linalg.multi_dot(xs)", xs=[M23, M34, M43, M33]),
    *[sample(np.linalg.multi_dot, "np.linalg.multi_dot([x, y])", x=x, y=y)
      for x, y in ((np.array(1.3), V3), (V3, 0.7), (np.array(1.3), np.array(0.4)))],
]

CONTRACTIONS: list[Sample] = [
    sample(np.tensordot, "np.tensordot(x, y)", x=T234, y=RNG.normal(size=(3, 4, 2))),
    sample(np.tensordot, "np.tensordot(x, y, 1)", x=T234, y=M43),
    sample(np.tensordot, "np.tensordot(x, y, axes=0)", x=V2, y=M34),
    sample(np.tensordot, "np.tensordot(x, y, axes=((1, 2), (2, 1)))", x=T234, y=T243),
    sample(np.tensordot, "np.tensordot(x, y, axes=([0, -1], [0, 1]))", x=T234, y=T243),
    sample(np.tensordot, "np.tensordot(x, y, (1, 0))", x=M23, y=M34),
    sample(functions("linalg.tensordot"), "np.linalg.tensordot(x, y, axes=1)", x=T234, y=M43),
    sample(np.kron, "np.kron(x, y)", x=M23, y=M43),
    sample(np.kron, "np.kron(x, y)", x=V2, y=M23),
    sample(np.kron, "np.kron(x, y)", x=T234, y=V2),
    sample(np.kron, "np.kron(x, y)", x=0.5, y=V2),
    sample(np.cross, "np.cross(x, y)", x=V3, y=W3),
    sample(np.cross, "np.cross(x, y)", x=M23, y=V3),
    sample(np.cross, "np.cross(x, y, axis=0)", x=M33, y=M34[:, :3]),
    sample(np.cross, "np.cross(x, y, 0, 1, -1)", x=M33, y=M33 * 2),
    sample(functions("linalg.cross"), "np.linalg.cross(x, y)", x=V3, y=W3),
    sample(functions("linalg.cross"), "np.linalg.cross(x, y, axis=0)", x=M33, y=M34[:, :3]),
    sample(np.trace, "np.trace(x)", x=M33),
    sample(np.trace, "np.trace(x.reshape(3, 3))", x=M33),
    sample(np.trace, "np.trace(x, 1)", x=M34),
    sample(np.trace, "np.trace(x, offset=-1, axis1=2, axis2=0)", x=T234),
    sample(np.trace, "x.trace()", x=M23),
    sample(np.trace, "np.trace(x, 1, dtype=complex) * 1j + np.linalg.trace(x, dtype=float)", x=M34),
    sample(functions("linalg.trace"), "np.linalg.trace(x, offset=1)", x=T234),
    sample(functions("linalg.trace"), "np.linalg.trace(x.reshape(3, 3))", x=M33),
    sample(np.einsum, "np.einsum('ij,jk->ik', x, y)", x=M23, y=M34),
    sample(np.einsum, "np.einsum('ij,jk', x, y)", x=M23, y=M34),
    sample(np.einsum, "np.einsum('ij,jk->ik', *xs)", xs=[M23, M34]),
    sample(np.einsum, "np.einsum('ij,jk,k', x, *xs)", x=M23, xs=(M34, np.arange(1.0, 5.0))),
    sample(np.einsum, "np.einsum('i,i', x, y)", x=V3, y=W3),
    sample(np.einsum, "np.einsum('i,j', x, z)", x=V3, z=V3 * (1.0 + 0.3j)),
    sample(np.einsum, "np.einsum('ij,jk->ik', z, x.reshape(3, 1))", x=V3, z=M23 * (1.0 + 0.3j)),
    sample(np.outer, "np.outer(x.reshape(3), z.reshape(6))", x=V3, z=M23 * (1.0 + 0.3j)),
    sample(np.matmul, "z.reshape(2, 3) @ x.reshape(3)", x=V3, z=M23 * (1.0 + 0.3j)),
    sample(np.einsum, "np.einsum('ij->ji', x)", x=M23),
    sample(np.einsum, "np.einsum('ij->', x)", x=M23),
    sample(np.einsum, "np.einsum('ii->i', x)", x=M33),
    sample(np.einsum, "np.einsum('ii', x)", x=M33),
    sample(np.einsum, "np.einsum('ij->i', x)", x=M23),
    sample(np.einsum, "np.einsum('ij,ik->k', x, y)", x=M23, y=M23 * 2),
    sample(np.einsum, "np.einsum('...ij,...jk->...ik', x, y)", x=T234, y=T243),
    sample(np.einsum, "np.einsum('...ij,jk', x, y)", x=T234, y=M43),
    sample(np.einsum, "np.einsum('i...,i', x, y)", x=T234, y=V2),
    sample(np.einsum, "np.einsum('ij,j->ij', x, y)", x=M23, y=np.array([0.7])),
    sample(np.einsum, "np.einsum('ij,ji->j', x, y)", x=M23[:, :1], y=M34[:, :2]),
    sample(np.einsum, "np.einsum('ij,jk,kl->il', x, y, z, optimize=True)", x=M23, y=M34, z=M43),
    sample(np.einsum, "np.einsum('bi,ij,bj->b', x, a, x)", x=M43, a=M33),
    sample(np.einsum, "np.einsum(x, [0, 1], y, [1, 2], [0, 2])", x=M23, y=M34),
    sample(np.einsum, "np.einsum(x, [0, 1], y, [1, 2])", x=M23, y=M34),
    sample(np.einsum, "np.einsum(spec, x, y)", wrt=("x", "y"), spec="ij,jk->ik", x=M23, y=M34),
    sample(np.einsum, "np.einsum(x, (1, 0))", x=M23),
    sample(np.convolve, "np.convolve(x, y, 0)", x=M23[0], y=V2),
    sample(np.convolve, "np.convolve(x, y, 1)", x=M23[0], y=V2),
    sample(np.convolve, "np.convolve(x, y)", x=M23[0], y=0.7),
    sample(np.correlate, "np.correlate(x, y, 2)", x=M23[0], y=V2),
    sample(np.einsum, "np.einsum(x, s, y, t, [0, 2])", wrt=("x", "y"), x=M23, s=[0, 1], y=M34, t=(1, 2)),
    sample(np.einsum, "np.einsum(x, s, y, t)", wrt=("y",), x=M23, s=(40, 1), y=M34, t=(1, 2)),
    sample(np.einsum, "np.einsum(x, [..., 30], y, [..., 1], [..., 30, 1])", x=M23, y=M23 * 2),
    sample(np.einsum, "np.einsum('ij,j->i', x, y)", x=M23, y=C3),
    sample(np.einsum, "np.einsum('i,i->', x, x)", x=V3),
    sample(np.einsum, "np.einsum('ij,jk->ik', x.reshape(2, 3), y.reshape(3, 4))", x=M23, y=M34),
    sample(np.einsum, "np.einsum('ij,kl->', x, y)", x=M23, y=M34),
]

CONVOLUTIONS: list[Sample] = [
    *[sample(fn, f"np.{fn.__name__}(x, y, '{mode}')", x=x, y=y)
      for fn in (np.convolve, np.correlate) for mode in ("full", "same", "valid")
      for x, y in ((V4, V2), (V2, V4), (V3, W3), (C3, D3))],
    sample(np.convolve, "np.convolve(x, y)", x=V4, y=C3),
    sample(np.correlate, "np.correlate(x, y)", x=V4, y=V3),
]

POLYNOMIALS: list[Sample] = [
    sample(np.polyval, "np.polyval(p, x)", p=V4, x=0.7),
    sample(np.polyval, "np.polyval(p, x)", p=V4, x=M23),
    sample(np.polyval, "np.polyval([p, 1.0, 2 * p], x)", p=0.5, x=V3),
    sample(np.polyval, "np.polyval(p, x)", p=V3, x=C3),
    sample(np.polyder, "np.polyder(p)", p=V4),
    sample(np.polyder, "np.polyder(p, m=2)", p=V4),
    sample(np.polyint, "np.polyint(p)", p=V4),
    sample(np.polyint, "np.polyint(p, 2)", p=V4),
    sample(np.polyint, "np.polyint(p, 2, k=[c, 2.0])", p=V4, c=0.5),
    sample(np.polyint, "np.polyint(p, m=2, k=c)", p=V4, c=V2),
    sample(np.polyint, "np.polyint(p, k=c)", p=V4, c=0.5),
    sample(np.polyadd, "np.polyadd(p, q)", p=V4, q=V2),
    sample(np.polyadd, "np.polyadd(p, q)", p=V2, q=V4),
    sample(np.polysub, "np.polysub(p, q)", p=V4, q=V2),
    sample(np.polymul, "np.polymul(p, q)", p=V4, q=V2),
    sample(np.polydiv, "np.polydiv(u, v)", u=V4, v=V2),
    sample(np.polydiv, "q, r = np.polydiv(u, v)\nq", u=V4, v=V3),
    sample(np.polydiv, "np.polydiv(u, v)[1]", u=V4, v=V3),
    sample(np.polyfit, "np.polyfit([0.1, 0.5, 0.9], y, 1, full=False, cov=False)", y=RNG.normal(size=3), tol=1e-5),
    sample(np.polyfit, "np.polyfit(x, y, 2)", x=np.array([0.1, 0.5, 0.9, 1.4, 2.0]), y=RNG.normal(size=5), tol=1e-5),
    sample(np.polyfit, "np.polyfit(x, y, 1, w=w)", x=np.array([0.1, 0.5, 0.9, 1.4]), y=RNG.normal(size=4),
           w=np.array([1.0, 2.0, 0.5, 1.5]), tol=1e-5),
    sample(np.polyfit, "np.polyfit([0.1, 0.5, 0.9], y, 1, w=[1.0, 2.0, 0.5])", y=RNG.normal(size=(3, 2)), tol=1e-5),
    *(sample(np.polyfit, f"np.polyfit(x, y, 2, {options})", x=np.array([0.1, 0.5, 0.9, 1.4, 2.0, 2.3]), y=y, tol=1e-4)
      for y in (RNG.normal(size=6), RNG.normal(size=(6, 2))) for options in ("cov=True", "cov='unscaled'", "full=True")),
    *(sample(np.polyfit, f"np.polyfit(x, y, 1, None, {full}, w, {cov})[{part}]", x=np.array([0.1, 0.5, 0.9, 1.4]),
             y=RNG.normal(size=4), w=np.array([1.0, 2.0, 0.5, 1.5]), tol=1e-4)
      for full, cov, part in ((False, True, 1), (True, False, 1), (True, False, 3))),
    sample(np.polyfit, "np.polyfit(x, y, 1)", x=np.array([0.1, 0.5, 0.9]), y=RNG.normal(size=(3, 2)), tol=1e-5),
    sample(np.roots, "np.roots(p)", p=np.array([1.0, -6.0, 11.0, -6.5]), tol=1e-5),
    sample(np.roots, "np.roots(np.append(p, [0.0, 0.0]))[:2]", p=np.array([1.0, -3.0, 2.0]), tol=1e-5),
    sample(np.roots, "np.abs(np.roots(p))", p=np.array([1.0, 0.5, 2.0]), tol=1e-5),
    sample(np.poly, "np.poly(z)", z=V3), sample(np.poly, "np.poly(z)", z=V3[:1], order=1),
]

# Functions that the installed NumPy lacks leave samples that cover nothing.
SAMPLES: list[Sample] = [s for s in MATRIX_PRODUCTS + CONTRACTIONS + CONVOLUTIONS + POLYNOMIALS if s.covers]
