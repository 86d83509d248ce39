"""`scipy.sparse`: products, linear systems, and matrices made from entries that vary.

The adjoint of a sparse matrix is sparse: it has the entries that the matrix stores. Products by ``@`` have their rule
beside that of dense matrices.
"""
from __future__ import annotations

import inspect

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from s2sgrad.rules.optional import functions
from s2sgrad.rules.registry import adjoint, bilinear, d, linear, makes_object, nondifferentiable, tangent, unsupported
from s2sgrad.runtime.scipy_sparse import (
    count_along,
    dense_adjoint,
    diags_adjoint,
    entries_product,
    parts_adjoint,
    parts_tangent,
    solve_adjoint_matrix,
    stored_as,
    sum_adjoint,
    sum_of_entries,
)
from s2sgrad.runtime.sparse import product_adjoint_left, product_adjoint_right

# ---- made from parts ------------------------------------------------------------------------------------------------

_FORMATS = tuple(getattr(sparse, f"{f}_{kind}") for f in ("csr", "csc", "coo") for kind in ("matrix", "array"))


@adjoint(*_FORMATS)
def entries(y, arg1, shape=None, dtype=None, copy=False):
    d[arg1] = parts_adjoint(d[y], arg1, y)


@tangent(*_FORMATS)
def entries_tangent(y, arg1, shape=None, dtype=None, copy=False):
    d[y] = parts_tangent(d[arg1], arg1, y)


@adjoint(sparse.diags, *functions("diags_array", library=sparse))
def diags(y, diagonals, offsets=0, shape=None, format=None, dtype=None):
    d[diagonals] = diags_adjoint(d[y], diagonals, offsets)


@tangent(sparse.diags, *functions("diags_array", library=sparse))
def diags_tangent(y, diagonals, offsets=0, shape=None, format=None, dtype=None):
    d[y] = sparse.diags(d[diagonals], offsets, shape=y.shape, format="csr")


for _format in _FORMATS:
    makes_object(_format)
makes_object(sparse.dia_matrix, sparse.diags)
if hasattr(sparse, "diags_array"):
    makes_object(sparse.dia_array, sparse.diags_array)

# ---- their methods ------------------------------------------------------------------------------------------------


def _methods(name: str) -> tuple[object, ...]:
    """The functions behind a method of all formats."""
    found = [getattr(f, name) for f in (*_FORMATS, sparse.dia_matrix, *functions("dia_array", library=sparse))]
    return tuple(dict.fromkeys(found))


@adjoint(*_methods("toarray"), *_methods("todense"))
def toarray(y, self, order=None, out: None = None):
    d[self] = dense_adjoint(d[y], self)


@tangent(*_methods("toarray"), *_methods("todense"))
def toarray_tangent(y, self, order=None, out: None = None):
    d[y] = d[self].toarray()


@adjoint(*_methods("dot"))
def dot(y, self, other):
    d[self] = product_adjoint_left(d[y], self, other)
    d[other] = product_adjoint_right(d[y], self, other)


bilinear(*_methods("dot"), wrt=("self", "other"))


@adjoint(*_methods("sum"))
def total(y, self, axis=None, dtype: None = None, out: None = None):
    d[self] = sum_adjoint(d[y], self, axis)


@tangent(*_methods("sum"))
def total_tangent(y, self, axis=None, dtype: None = None, out: None = None):
    d[y] = np.reshape(d[self].sum(axis), np.shape(y))


@adjoint(*_methods("mean"))
def mean(y, self, axis=None, dtype: None = None, out: None = None):
    d[self] = sum_adjoint(d[y] / count_along(self, axis), self, axis)


@tangent(*_methods("mean"))
def mean_tangent(y, self, axis=None, dtype: None = None, out: None = None):
    d[y] = np.reshape(d[self].mean(axis), np.shape(y))


@adjoint(*_methods("multiply"))
def multiplied(y, self, other):
    d[self] = entries_product(d[y], other, self)
    d[other] = entries_product(self, d[y], other)


bilinear(*_methods("multiply"), wrt=("self", "other"))


@adjoint(*_methods("power"))
def powers(y, self, n, dtype: None = None):
    d[self] = entries_product(d[y], n * self.power(n - 1), self)


@tangent(*_methods("power"))
def powers_tangent(y, self, n, dtype: None = None):
    d[y] = d[self].multiply(n * self.power(n - 1))


@adjoint(*_methods("tocsr"), *_methods("tocsc"), *_methods("tocoo"))
def converted(y, self, copy=False):
    d[self] = d[y]


@tangent(*_methods("tocsr"), *_methods("tocsc"), *_methods("tocoo"))
def converted_tangent(y, self, copy=False):
    d[y] = d[self]


# ---- derivatives of these derivatives -------------------------------------------------------------------------------

nondifferentiable(count_along)
unsupported(entries_product, "the second derivative of a product of entries; use products of matrices")


@linear(parts_adjoint)
def parts_adjoint_again(by, b, parts, a):
    return stored_as(parts_tangent(by, parts, a), b)


@linear(parts_tangent)
def parts_tangent_again(by, dparts, parts, a):
    return parts_adjoint(by, parts, a)


@linear(dense_adjoint)
def dense_adjoint_again(by, b, a):
    return stored_as(by, b)


@linear(sum_adjoint)
def sum_adjoint_again(by, b, a, axis):
    return sum_of_entries(by, axis, b)


# ---- linear systems -------------------------------------------------------------------------------------------------

@adjoint(linalg.spsolve)
def spsolve(x, A, b, permc_spec=None, use_umfpack=True):
    t = linalg.spsolve(A.T.tocsc(), d[x], permc_spec, use_umfpack)
    d[b] = np.reshape(t, np.shape(b))
    d[A] = solve_adjoint_matrix(t, x, A)


@tangent(linalg.spsolve)
def spsolve_tangent(x, A, b, permc_spec=None, use_umfpack=True):
    d[x] = linalg.spsolve(A, d[b] - d[A] @ x, permc_spec, use_umfpack)


def _iterative(solver):
    def backward(y, A, b, x0=None, *, rtol=1e-5, atol=0.0, maxiter=None, M: None = None, callback: None = None,
                 restart=None):
        t = solver(A.T, d[y][0], rtol=rtol, atol=atol, maxiter=maxiter)[0]
        d[b] = t
        d[A] = solve_adjoint_matrix(t, y[0], A)

    def forward(y, A, b, x0=None, *, rtol=1e-5, atol=0.0, maxiter=None, M: None = None, callback: None = None,
                restart=None):
        d[y] = solver(A, d[b] - d[A] @ y[0], rtol=rtol, atol=atol, maxiter=maxiter)[0], 0.0

    adjoint(solver)(backward)
    tangent(solver)(forward)


for _solver in (linalg.cg, linalg.cgs, linalg.gmres, linalg.bicgstab, linalg.bicg):
    if "rtol" in inspect.signature(_solver).parameters:
        _iterative(_solver)
    else:
        unsupported(_solver, "its derivative needs SciPy 1.12")

makes_object(linalg.SuperLU, linalg.splu, linalg.spilu)


@adjoint(linalg.SuperLU.solve)
def superlu_solve(x, self, rhs, trans="N"):
    """a factorized matrix is a constant; use spsolve"""
    if trans == "H":
        raise NotImplementedError("the conjugate transpose; use trans='T'")
    d[self] = None
    d[rhs] = self.solve(d[x], "T" if trans == "N" else "N")


@tangent(linalg.SuperLU.solve)
def superlu_solve_tangent(x, self, rhs, trans="N"):
    d[x] = self.solve(d[rhs], trans)


nondifferentiable(sparse.issparse, sparse.eye, sparse.identity, *functions("eye_array", library=sparse))
for _fn in (linalg.eigs, linalg.eigsh, linalg.svds, linalg.expm, linalg.expm_multiply, linalg.inv, linalg.splu,
            linalg.spilu):
    unsupported(_fn, "use spsolve for linear systems, or a dense matrix")
