"""Transposes of the discrete cosine and sine transforms of `scipy.fft`.

With orthonormal scaling the transforms of type 2 and 3 are inverses and transposes of each other. Without it they
differ from those by a factor for each frequency (of type 2) or sample (of type 3); types 1 and 4 are symmetric but for
the weights of the ends of type 1 of the cosine (Rao and Yip, "Discrete Cosine Transform", 1990).
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
    weights = np.ones(n)
    weights[0 if kind == "dct" else -1] = value
    return weights


def _plain(kind: str, b: Any, type: int, axis: int) -> Any:
    """The transpose of the transform without scaling."""
    n, rank = np.shape(b)[axis], np.ndim(b)
    transform = _TRANSFORMS[kind]
    if type == 4 or (kind, type) == ("dst", 1):
        return transform(b, type=type, axis=axis)
    if type == 1:
        w = np.full(n, 2.0)
        w[0] = w[-1] = 1.0
        w = _along(w, rank, axis)
        return w * transform(b / w, type=1, axis=axis)
    weights = _along(_ends(kind, n, np.sqrt(2.0)) * np.sqrt(2.0 * n), rank, axis)
    inverse = _TRANSFORMS["i" + kind]
    if type == 2:
        return inverse(b * weights, type=2, axis=axis, norm="ortho")
    return inverse(b, type=3, axis=axis, norm="ortho") * _along(_ends(kind, n, np.sqrt(0.5)) * np.sqrt(2.0 * n), rank,
                                                                axis)


def cosine_adjoint(name: str, by: Any, x: Any, type: int, n: Any, axis: int, norm: Any, orthogonalize: Any) -> Any:
    """The adjoint of `x` in ``scipy.fft.dct(x, type, n, axis, norm)`` and the like; `name` is that of the transform."""
    kind, back = name.lstrip("i"), name.startswith("i")
    size = np.shape(by)[axis]
    if norm == "ortho":
        if orthogonalize is False:
            raise NotImplementedError("orthogonalize=False has no derivative here")
        transposed = _TRANSFORMS[kind if back else "i" + kind](by, type=type, axis=axis, norm="ortho")
        return fit_to(transposed, x)
    if orthogonalize:
        raise NotImplementedError("orthogonalize=True without norm='ortho' has no derivative here")
    whole = 2.0 * (size - 1 if (kind, type) == ("dct", 1) else size + 1 if (kind, type) == ("dst", 1) else size)
    scaled = norm == "forward" if not back else norm in (None, "backward")
    b = by / whole if scaled else by
    return fit_to(_plain(kind, b, _INVERSE[type] if back else type, axis), x)


def cosines_adjoint(name: str, by: Any, x: Any, type: int, axes: Any, norm: Any, orthogonalize: Any) -> Any:
    """The adjoint of `x` in ``scipy.fft.dctn(x, type, axes=axes, norm=norm)`` and the like."""
    for axis in range(np.ndim(x)) if axes is None else itertools.chain(np.atleast_1d(axes)):
        by = cosine_adjoint(name, by, by, type, None, int(axis), norm, orthogonalize)
    return by
