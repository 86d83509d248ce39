"""What rotations of `scipy.spatial.transform` are while they are differentiated: unit quaternions, scalar last."""
from __future__ import annotations

from typing import Any

import numpy as np


def _quadratic() -> np.ndarray:
    """The matrix of a rotation is a quadratic form of its quaternion: its coefficients."""
    out = np.zeros((4, 4, 3, 3))
    out[3, 3] = np.eye(3)
    for i in range(3):
        out[i, i] -= np.eye(3)
        for j in range(3):
            out[i, j, i, j] += 2.0
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        out[3, i, k, j] += 2.0
        out[3, i, j, k] -= 2.0
    return out


QUADRATIC = _quadratic()


class Turn:
    """One rotation or a stack of them, with the methods of `scipy.spatial.transform.Rotation` that have derivatives."""

    def __init__(self, quat: Any) -> None:
        self.quat = quat

    def as_quat(self) -> Any:
        return self.quat

    def as_matrix(self) -> Any:
        return np.einsum("ijkl,...i,...j->...kl", QUADRATIC, self.quat, self.quat)

    def as_rotvec(self) -> Any:
        q = np.where(self.quat[..., 3:] < 0.0, -self.quat, self.quat)
        length = np.sqrt(np.sum(q[..., :3] ** 2, axis=-1, keepdims=True))
        turned = length > 1e-9
        scale = 2.0 * np.arctan2(length, q[..., 3:]) / np.where(turned, length, 1.0)
        return np.where(turned, scale, 2.0) * q[..., :3]

    def magnitude(self) -> Any:
        return 2.0 * np.arctan2(np.sqrt(np.sum(self.quat[..., :3] ** 2, axis=-1)), np.abs(self.quat[..., 3]))

    def inv(self) -> Any:
        return Turn(self.quat * np.array([-1.0, -1.0, -1.0, 1.0]))

    def apply(self, vectors: Any, inverse: bool = False) -> Any:
        if inverse:
            return np.einsum("...kj,...k->...j", self.as_matrix(), vectors)
        return np.einsum("...jk,...k->...j", self.as_matrix(), vectors)

    def __mul__(self, other: Any) -> Any:
        return Turn(product(self.quat, other.as_quat()))

    def __rmul__(self, other: Any) -> Any:
        return Turn(product(other.as_quat(), self.quat))


def product(p: Any, q: Any) -> Any:
    """The quaternion of the rotation by `q` and then by `p`."""
    vectors = p[..., 3:] * q[..., :3] + q[..., 3:] * p[..., :3] + np.cross(p[..., :3], q[..., :3])
    scalars = p[..., 3:] * q[..., 3:] - np.sum(p[..., :3] * q[..., :3], axis=-1, keepdims=True)
    return np.concatenate([vectors, scalars], axis=-1)


def of_rotvec(rotvec: Any) -> Any:
    """The quaternions of rotation vectors."""
    angle = np.sqrt(np.sum(rotvec * rotvec, axis=-1, keepdims=True))
    return np.concatenate([0.5 * np.sinc(angle / (2.0 * np.pi)) * rotvec, np.cos(0.5 * angle)], axis=-1)


def of_euler(seq: str, angles: Any, degrees: bool) -> Any:
    """The quaternions of rotations about axes one after the other, those of the body where `seq` is in capitals."""
    turns = np.deg2rad(angles) if degrees else np.asarray(angles)
    turns = np.expand_dims(turns, -1) if len(seq) == 1 else turns
    q = np.array([0.0, 0.0, 0.0, 1.0])
    for n in range(len(seq)):
        then = about(seq[n], turns[..., n])
        q = product(q, then) if seq.isupper() else product(then, q)
    return q


def about(axis: str, angle: Any) -> Any:
    """The quaternion of a rotation about an axis."""
    half = 0.5 * np.expand_dims(angle, -1)
    return np.concatenate([np.sin(half) * np.eye(3)["xyz".index(axis.lower())], np.cos(half)], axis=-1)
