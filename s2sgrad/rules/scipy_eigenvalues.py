"""`scipy.linalg`: eigenvalues and singular values. See `s2sgrad.runtime.linalg` for conventions."""
from __future__ import annotations

from scipy import linalg

from s2sgrad.ir import types as T
from s2sgrad.rules.linalg import _eig as eig_type
from s2sgrad.rules.linalg import _eigh as eigh_type
from s2sgrad.rules.linalg import _eigvals as eigvals_type
from s2sgrad.rules.linalg import _real_values as real_values_type
from s2sgrad.rules.linalg import _singular as singular_type
from s2sgrad.rules.linalg import _svd as svd_type
from s2sgrad.rules.registry import adjoint, d, tangent, unsupported
from s2sgrad.rules.typing import Operands
from s2sgrad.runtime import (
    eig_adjoint,
    eig_tangent,
    eigh_adjoint,
    eigh_tangent,
    from_triangle,
    on_triangle,
    svd_adjoint,
    svd_tangent,
    svdvals_adjoint,
    svdvals_tangent,
)
from s2sgrad.runtime.scipy_linalg import tridiagonal_adjoint, tridiagonal_tangent
from s2sgrad.runtime.scipy_pencils import (
    pair_adjoint,
    pair_tangent,
    pencil_adjoint,
    pencil_tangent,
    subset_adjoint,
    subset_tangent,
)


def _some(operands: Operands) -> bool:
    """Are there fewer eigenvalues than rows?"""
    return any(operands[name].value is not None for name in ("subset_by_index", "subset_by_value"))


def _eigh(operands: Operands) -> T.Type:
    value = operands["eigvals_only"].value
    if _some(operands):
        return T.ANY
    return real_values_type(operands) if value is True else eigh_type(operands) if value is False else T.ANY


@adjoint(linalg.eigh, type=_eigh)
def eigh(y, a, b=None, *, lower=True, eigvals_only=False, overwrite_a: None = False, overwrite_b: None = False,
         type: None = 1, check_finite=True, subset_by_index=None, subset_by_value=None, driver=None):
    if subset_by_index is not None or subset_by_value is not None:
        parts = subset_adjoint(d[y], a, b, y, lower, eigvals_only)
        d[a] = parts[0]
        d[b] = parts[1]
    elif b is not None:
        parts = pencil_adjoint(d[y], a, b, y, lower, eigvals_only)
        d[a] = parts[0]
        d[b] = parts[1]
    elif eigvals_only:
        d[a] = on_triangle(eigh_adjoint(d[y], 0.0, y, linalg.eigh(a, lower=lower)[1]), not lower)
    else:
        d[a] = on_triangle(eigh_adjoint(d[y][0], d[y][1], y[0], y[1]), not lower)


@tangent(linalg.eigh)
def eigh_tangent_(y, a, b=None, *, lower=True, eigvals_only=False, overwrite_a: None = False,
                  overwrite_b: None = False, type: None = 1, check_finite=True, subset_by_index=None,
                  subset_by_value=None, driver=None):
    if subset_by_index is not None or subset_by_value is not None:
        d[y] = subset_tangent(d[a], d[b], a, b, y, lower, eigvals_only)
    elif b is not None:
        d[y] = pencil_tangent(d[a], d[b], a, b, y, lower, eigvals_only)
    elif eigvals_only:
        d[y] = eigh_tangent(from_triangle(d[a], not lower), y, linalg.eigh(a, lower=lower)[1])[0]
    else:
        d[y] = eigh_tangent(from_triangle(d[a], not lower), y[0], y[1])


def _eigvalsh(operands: Operands) -> T.Type:
    return T.array(None, "float") if _some(operands) else real_values_type(operands)


@adjoint(linalg.eigvalsh, type=_eigvalsh)
def eigvalsh(y, a, b=None, *, lower=True, overwrite_a: None = False, overwrite_b: None = False, type: None = 1,
             check_finite=True, subset_by_index=None, subset_by_value=None, driver=None):
    if subset_by_index is not None or subset_by_value is not None:
        parts = subset_adjoint(d[y], a, b, y, lower, True)
        d[a] = parts[0]
        d[b] = parts[1]
    elif b is not None:
        parts = pencil_adjoint(d[y], a, b, y, lower, True)
        d[a] = parts[0]
        d[b] = parts[1]
    else:
        d[a] = on_triangle(eigh_adjoint(d[y], 0.0, y, linalg.eigh(a, lower=lower)[1]), not lower)


@tangent(linalg.eigvalsh)
def eigvalsh_tangent(y, a, b=None, *, lower=True, overwrite_a: None = False, overwrite_b: None = False,
                     type: None = 1, check_finite=True, subset_by_index=None, subset_by_value=None,
                     driver=None):
    if subset_by_index is not None or subset_by_value is not None:
        d[y] = subset_tangent(d[a], d[b], a, b, y, lower, True)
    elif b is not None:
        d[y] = pencil_tangent(d[a], d[b], a, b, y, lower, True)
    else:
        d[y] = eigh_tangent(from_triangle(d[a], not lower), y, linalg.eigh(a, lower=lower)[1])[0]


@adjoint(linalg.eig, type=eig_type)
def eig(y, a, b=None, left: None = False, right=True, overwrite_a: None = False, overwrite_b: None = False,
        check_finite=True, homogeneous_eigvals: None = False):
    if b is not None:
        parts = pair_adjoint(d[y], a, b, y, not right)
        d[a] = parts[0]
        d[b] = parts[1]
    elif right:
        d[a] = eig_adjoint(d[y][0], d[y][1], y[0], y[1], a)
    else:
        d[a] = eig_adjoint(d[y], 0.0, y, linalg.eig(a)[1], a)


@tangent(linalg.eig)
def eig_tangent_(y, a, b=None, left: None = False, right=True, overwrite_a: None = False,
                 overwrite_b: None = False, check_finite=True, homogeneous_eigvals: None = False):
    if b is not None:
        d[y] = pair_tangent(d[a], d[b], a, b, y, not right)
    elif right:
        d[y] = eig_tangent(d[a], y[0], y[1])
    else:
        d[y] = eig_tangent(d[a], y, linalg.eig(a)[1])[0]


@adjoint(linalg.eigvals, type=eigvals_type)
def eigvals(y, a, b=None, overwrite_a: None = False, check_finite=True, homogeneous_eigvals: None = False):
    if b is not None:
        parts = pair_adjoint(d[y], a, b, y, True)
        d[a] = parts[0]
        d[b] = parts[1]
    else:
        parts = linalg.eig(a)
        d[a] = eig_adjoint(d[y], 0.0, parts[0], parts[1], a)


@tangent(linalg.eigvals)
def eigvals_tangent(y, a, b=None, overwrite_a: None = False, check_finite=True,
                    homogeneous_eigvals: None = False):
    if b is not None:
        d[y] = pair_tangent(d[a], d[b], a, b, y, True)
    else:
        parts = linalg.eig(a)
        d[y] = eig_tangent(d[a], parts[0], parts[1])[0]


@adjoint(linalg.eigh_tridiagonal)
def eigh_tridiagonal(y, diagonal, e, eigvals_only=False, select: None = "a", select_range: None = None,
                     check_finite=True, tol=0.0, lapack_driver="auto"):
    if eigvals_only:
        parts = tridiagonal_adjoint(d[y], 0.0, y, linalg.eigh_tridiagonal(diagonal, e)[1])
    else:
        parts = tridiagonal_adjoint(d[y][0], d[y][1], y[0], y[1])
    d[diagonal] = parts[0]
    d[e] = parts[1]


@tangent(linalg.eigh_tridiagonal)
def eigh_tridiagonal_tangent(y, diagonal, e, eigvals_only=False, select: None = "a", select_range: None = None,
                             check_finite=True, tol=0.0, lapack_driver="auto"):
    if eigvals_only:
        d[y] = tridiagonal_tangent(d[diagonal], d[e], y, linalg.eigh_tridiagonal(diagonal, e)[1])[0]
    else:
        d[y] = tridiagonal_tangent(d[diagonal], d[e], y[0], y[1])


@adjoint(linalg.eigvalsh_tridiagonal)
def eigvalsh_tridiagonal(y, diagonal, e, select: None = "a", select_range: None = None, check_finite=True, tol=0.0,
                         lapack_driver="auto"):
    parts = tridiagonal_adjoint(d[y], 0.0, y, linalg.eigh_tridiagonal(diagonal, e)[1])
    d[diagonal] = parts[0]
    d[e] = parts[1]


@tangent(linalg.eigvalsh_tridiagonal)
def eigvalsh_tridiagonal_tangent(y, diagonal, e, select: None = "a", select_range: None = None, check_finite=True,
                                 tol=0.0, lapack_driver="auto"):
    d[y] = tridiagonal_tangent(d[diagonal], d[e], y, linalg.eigh_tridiagonal(diagonal, e)[1])[0]


@adjoint(linalg.svd, type=svd_type)
def svd(y, a, full_matrices=True, compute_uv=True, overwrite_a: None = False, check_finite=True, lapack_driver="gesdd"):
    if compute_uv:
        d[a] = svd_adjoint(d[y][0], d[y][1], d[y][2], y[0], y[1], y[2])
    else:
        d[a] = svdvals_adjoint(d[y], a)


@tangent(linalg.svd)
def svd_tangent_(y, a, full_matrices=True, compute_uv=True, overwrite_a: None = False, check_finite=True,
                 lapack_driver="gesdd"):
    if compute_uv:
        d[y] = svd_tangent(d[a], y[0], y[1], y[2])
    else:
        d[y] = svdvals_tangent(d[a], a)


@adjoint(linalg.svdvals, type=singular_type)
def svdvals(y, a, overwrite_a: None = False, check_finite=True):
    d[a] = svdvals_adjoint(d[y], a)


@tangent(linalg.svdvals)
def svdvals_tangent_(y, a, overwrite_a: None = False, check_finite=True):
    d[y] = svdvals_tangent(d[a], a)


for _fn in (linalg.orth, linalg.null_space):
    unsupported(_fn, "the basis that it gives is not determined by its argument")
for _fn in (linalg.schur, linalg.rsf2csf, linalg.hessenberg, linalg.qz, linalg.ordqz, linalg.cdf2rdf, linalg.ldl):
    unsupported(_fn, "its result does not depend on its argument smoothly; use eigh, qr, lu or cholesky")
