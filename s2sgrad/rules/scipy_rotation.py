"""`scipy.spatial.transform`: rotations, as unit quaternions.

The rotation by no angle has the derivatives of the others near it, but for its magnitude.
"""
from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from s2sgrad.rules.registry import expansion, linear
from s2sgrad.runtime import unbroadcast
from s2sgrad.runtime.scipy_rotation import Turn, of_euler, of_matrix, of_mrp, of_rotvec


@expansion(Rotation.from_rotvec)
def from_rotvec(rotvec, degrees=False):
    return Turn(of_rotvec(np.deg2rad(rotvec) if degrees else np.asarray(rotvec)))


@expansion(Rotation.from_quat)
def from_quat(quat, *, scalar_first=False):
    if scalar_first:
        return Turn(np.roll(quat, -1, axis=-1) / np.sqrt(np.sum(np.square(quat), axis=-1, keepdims=True)))
    return Turn(quat / np.sqrt(np.sum(np.square(quat), axis=-1, keepdims=True)))


@expansion(Rotation.from_matrix)
def from_matrix(matrix, *, assume_valid=False):
    """the matrix is taken for that of a rotation: SciPy takes the nearest one"""
    return Turn(of_matrix(np.asarray(matrix)))


@expansion(Rotation.from_mrp)
def from_mrp(mrp):
    return Turn(of_mrp(np.asarray(mrp)))


@expansion(Rotation.from_euler)
def from_euler(seq, angles, degrees=False):
    return Turn(of_euler(seq, angles, degrees))


@linear(Rotation.apply, wrt="vectors")
def apply(by, self, vectors, inverse=False):
    return unbroadcast(self.apply(by, not inverse), vectors)
