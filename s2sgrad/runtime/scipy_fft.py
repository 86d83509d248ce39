"""Transposes of the discrete cosine and sine transforms of `scipy.fft`.

Without scaling, the transforms of type 2 and 3 are transposes of each other but for a factor of 2 at one frequency, and
types 1 and 4 are symmetric but for the weights of the ends of type 1 of the cosine; with orthonormal scaling the
transpose is the inverse (Rao and Yip, "Discrete Cosine Transform", 1990).
"""
from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from scipy import fft

from s2sgrad.runtime.spectra import fit_to

_TRANSFORMS: dict[str, Any] = {"dct": fft.dct, "idct": fft.idct, "dst": fft.dst, "idst": fft.idst}
_INVERSE = {1: 1, 2: 3, 3: 2, 4: 4}


def _along(weights: Any, ndim: int, axis: int) -> Any:
    return np.reshape(weights, [-1 if k == axis % ndim else 1 for k in range(ndim)])


def _ends(kind: str, n: int, value: float) -> Any:
    """Ones, but for the frequency that is scaled differently: the first of a cosine, the last of a sine transform."""
    weights = np.ones(n, np.float32)  # which leave double precision as it is, and single precision as well
    weights[0 if kind == "dct" else -1] = value
    return weights


def _plain(kind: str, b: Any, type: int, axis: int) -> Any:
    """The transpose of the transform without scaling."""
    n, rank = np.shape(b)[axis], np.ndim(b)
    transform = _TRANSFORMS[kind]
    if type == 4 or (kind, type) == ("dst", 1):
        return transform(b, type=type, axis=axis)
    if type == 1:
        w = np.full(n, 2.0, np.float32)
        w[0] = w[-1] = 1.0
        w = _along(w, rank, axis)
        return w * transform(b / w, type=1, axis=axis)
    if type == 2:
        return transform(b * _along(_ends(kind, n, 2.0), rank, axis), type=3, axis=axis)
    return transform(b, type=2, axis=axis) * _along(_ends(kind, n, 0.5), rank, axis)


def is_orthonormal() -> bool:
    """Are sine transforms orthonormal where they should be? Before SciPy 1.12 a wrong sample was scaled."""
    matrix = fft.dst(np.eye(3), norm="ortho", axis=0)
    return bool(np.allclose(matrix @ matrix.T, np.eye(3)))


def cosine_adjoint(name: str, by: Any, x: Any, type: int, n: Any, axis: int, norm: Any, orthogonalize: Any) -> Any:
    """The adjoint of `x` in ``scipy.fft.dct(x, type, n, axis, norm)`` and the like; `name` is that of the transform."""
    kind, back = name.lstrip("i"), name.startswith("i")
    size = np.shape(by)[axis]
    if norm == "ortho":
        if orthogonalize is False or kind == "dst" and type in (2, 3) and not is_orthonormal():
            raise NotImplementedError("a transform with norm='ortho' that is not orthonormal has no derivative here")
        transposed = _TRANSFORMS[kind if back else "i" + kind](by, type=type, axis=axis, norm="ortho")
        return fit_to(transposed, x)
    if orthogonalize:
        raise NotImplementedError("orthogonalize=True without norm='ortho' has no derivative here")
    whole = 2.0 * (size - 1 if (kind, type) == ("dct", 1) else size + 1 if (kind, type) == ("dst", 1) else size)
    scaled = norm == "forward" if not back else norm in (None, "backward")
    b = by / whole if scaled else by
    return fit_to(_plain(kind, b, _INVERSE[type] if back else type, axis), x)


def cosines_adjoint(name: str, by: Any, x: Any, type: int, s: Any, axes: Any, norm: Any, orthogonalize: Any) -> Any:
    """The adjoint of `x` in ``scipy.fft.dctn(x, type, s, axes, norm)`` and the like."""
    first = 0 if s is None else np.ndim(x) - np.size(s)
    for axis in range(first, np.ndim(x)) if axes is None else itertools.chain(np.atleast_1d(axes)):
        by = cosine_adjoint(name, by, by, type, None, int(axis), norm, orthogonalize)
    return fit_to(by, x)
