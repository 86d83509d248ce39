"""Samples of `scipy.spatial.transform`."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from rules.harness import Sample, sample

V = np.array([0.3, -0.7, 1.1])
W = np.array([-0.2, 0.9, 0.4])
P = np.array([[0.3, -1.1, 0.2], [0.7, 2.0, -0.5]])
Q = np.array([0.3, -0.4, 0.7, 1.1])
NAMES = {"Rotation": Rotation, "R": Rotation.from_rotvec(W)}


def one(fn: Any, code: str, **args: Any) -> Sample:
    return sample(fn, code, names=NAMES, **args)


SAMPLES: list[Sample] = [
    *(one(Rotation.from_rotvec, f"Rotation.from_rotvec(v).{m}", v=v) for m in ("as_matrix()", "as_quat()", "as_rotvec()")
      for v in (V, np.stack([V, W]))),
    one(Rotation.from_rotvec, "Rotation.from_rotvec(v).apply(p)", v=V, p=P),
    one(Rotation.from_rotvec, "Rotation.from_rotvec(v).apply(p, inverse=True)", v=V, p=W),
    one(Rotation.from_rotvec, "Rotation.from_rotvec(v).apply(p)", order=1, v=np.zeros(3), p=P),
    one(Rotation.from_rotvec, "Rotation.from_rotvec(v).magnitude()", order=1, v=V),
    one(Rotation.from_rotvec, "r = Rotation.from_rotvec(v)\ns = Rotation.from_rotvec(w)\n(r * s.inv()).apply(p)", v=V, w=W, p=P),
    one(Rotation.from_rotvec, "s = Rotation.from_rotvec(v)\n(s * R).as_rotvec()", v=V),
    one(Rotation.from_quat, "Rotation.from_quat(q).as_matrix()", q=Q),
    *(one(Rotation.from_euler, f"Rotation.from_euler('{s}', v).as_matrix()", order=1, v=V) for s in ("xyz", "ZYX")),
    one(Rotation.from_euler, "Rotation.from_euler('zx', v, degrees=True).apply(p)", order=1, v=V[:2] * 50.0, p=P),
    one(Rotation.from_euler, "Rotation.from_euler('z', a).apply(p)", order=1, a=0.4, p=W),
    *(one(Rotation.from_rotvec, f"Rotation.from_rotvec(v).as_euler('{s}')", order=1, v=V) for s in ("xyz", "ZYX", "zxz", "YZY")),
    one(Rotation.from_rotvec, "Rotation.from_rotvec(v, degrees=True).as_rotvec(degrees=True)", order=1, v=V),
    one(Rotation.from_rotvec, "(Rotation.from_rotvec(v) ** a).as_matrix()", order=1, v=V, a=0.4),
    one(Rotation.from_rotvec, "Rotation.from_rotvec(p).mean().as_matrix()", order=1, p=P),
    one(Rotation.from_rotvec, "Rotation.from_rotvec(p)[:1].as_mrp()", order=1, p=P),
    one(Rotation.from_matrix, "Rotation.from_matrix(Rotation.from_rotvec(p).as_matrix()).as_rotvec()", order=1, p=2.0 * P),
    one(Rotation.from_mrp, "Rotation.from_mrp(v).as_matrix()", v=V),
    one(Rotation.from_quat, "Rotation.from_quat(q, scalar_first=True).as_quat(canonical=True, scalar_first=True)", q=Q),
    one(Rotation.apply, "R.apply(p)", p=P),
    one(Rotation.apply, "R.apply(p, inverse=True)", p=W),
]
