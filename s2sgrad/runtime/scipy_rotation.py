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

    def as_quat(self, canonical: bool = False, *, scalar_first: bool = False) -> Any:
        q = upper(self.quat) if canonical else self.quat
        return np.roll(q, 1, axis=-1) if scalar_first else q

    def as_matrix(self) -> Any:
        return np.einsum("ijkl,...i,...j->...kl", QUADRATIC, self.quat, self.quat)

    def as_rotvec(self, degrees: bool = False) -> Any:
        q = upper(self.quat)
        length = np.sqrt(np.sum(q[..., :3] ** 2, axis=-1, keepdims=True))
        turned = length > 1e-9
        scale = 2.0 * np.arctan2(length, q[..., 3:]) / np.where(turned, length, 1.0)
        rotvec = np.where(turned, scale, 2.0) * q[..., :3]
        return np.rad2deg(rotvec) if degrees else rotvec

    def as_mrp(self) -> Any:
        q = upper(self.quat)
        return q[..., :3] / (1.0 + q[..., 3:])

    def as_euler(self, seq: str, degrees: bool = False) -> Any:
        axes = ["xyz".index(axis) for axis in seq.lower()]
        angles = euler_angles(self.as_matrix(), axes if seq.isupper() else axes[::-1])
        angles = angles if seq.isupper() else angles[..., ::-1]
        return np.rad2deg(angles) if degrees else angles

    def mean(self, weights: Any = None) -> Any:
        parts = self.quat if weights is None else weights[:, np.newaxis] * self.quat
        return Turn(np.linalg.eigh(self.quat.T @ parts)[1][:, -1])

    def magnitude(self) -> Any:
        return 2.0 * np.arctan2(np.sqrt(np.sum(self.quat[..., :3] ** 2, axis=-1)), np.abs(self.quat[..., 3]))

    def inv(self) -> Any:
        return Turn(self.quat * np.array([-1.0, -1.0, -1.0, 1.0]))

    def apply(self, vectors: Any, inverse: bool = False) -> Any:
        if inverse:
            return np.einsum("...kj,...k->...j", self.as_matrix(), vectors)
        return np.einsum("...jk,...k->...j", self.as_matrix(), vectors)

    def __getitem__(self, key: Any) -> Any:
        return Turn(self.quat[key])

    def __pow__(self, n: Any) -> Any:
        return Turn(of_rotvec(n * self.as_rotvec()))

    def __mul__(self, other: Any) -> Any:
        return Turn(product(self.quat, other.as_quat()))

    def __rmul__(self, other: Any) -> Any:
        return Turn(product(other.as_quat(), self.quat))


def upper(quat: Any) -> Any:
    """Of the two quaternions of each rotation the one whose scalar is not negative."""
    return np.where(quat[..., 3:] < 0.0, -quat, quat)


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


def of_mrp(mrp: Any) -> Any:
    """The quaternions of modified Rodrigues parameters."""
    square = np.sum(mrp * mrp, axis=-1, keepdims=True)
    return np.concatenate([2.0 * mrp, 1.0 - square], axis=-1) / (1.0 + square)


def _multiples() -> np.ndarray:
    """A matrix gives four multiples of its quaternion, by 4 times each of its numbers, but for 1 to be added to that number."""
    out = np.zeros((4, 4, 3, 3))
    out[3, 3] = np.eye(3)
    for i in range(3):
        out[i, i] -= np.eye(3)
        out[i, i, i, i] += 2.0
        for j in range(3):
            if i != j:
                out[i, j, i, j] = out[i, j, j, i] = 1.0
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        out[3, i, k, j] = out[i, 3, k, j] = 1.0
        out[3, i, j, k] = out[i, 3, j, k] = -1.0
    return out


MULTIPLES = _multiples()


def of_matrix(matrix: Any) -> Any:
    """The quaternions of rotation matrices: of the four multiples the one by the largest number."""
    candidates = np.einsum("nmkl,...kl->...nm", MULTIPLES, matrix) + np.eye(4)
    largest = np.argmax(np.einsum("...nn->...n", candidates), axis=-1)
    q = np.sum(np.where(np.expand_dims(np.arange(4) == largest[..., np.newaxis], -1), candidates, 0.0), axis=-2)
    return q / np.sqrt(np.sum(q * q, axis=-1, keepdims=True))


def euler_angles(r: Any, axes: list[int]) -> Any:
    """The angles by which the axes of a body turn one after the other."""
    i, j, k = axes
    if i == k:
        other = 3 - i - j
        sign = 1.0 if (j - i) % 3 == 1 else -1.0
        first, last = np.arctan2(r[..., j, i], -sign * r[..., other, i]), np.arctan2(r[..., i, j], sign * r[..., i, other])
        middle = np.arccos(r[..., i, i])
    else:
        sign = 1.0 if (j - i) % 3 == 1 else -1.0
        first, last = np.arctan2(-sign * r[..., j, k], r[..., k, k]), np.arctan2(-sign * r[..., i, j], r[..., i, i])
        middle = np.arcsin(sign * r[..., i, k])
    return np.stack([first, middle, last], axis=-1)
