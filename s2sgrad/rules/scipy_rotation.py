"""`scipy.spatial.transform`: rotations, as unit quaternions.

The rotation by no angle has the derivatives of the others near it, but for its magnitude.
"""
from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from s2sgrad.rules.registry import expansion, linear, unsupported
from s2sgrad.runtime import unbroadcast
from s2sgrad.runtime.scipy_rotation import Turn, of_euler, of_rotvec


@expansion(Rotation.from_rotvec)
def from_rotvec(rotvec, degrees: None = False):
    return Turn(of_rotvec(np.asarray(rotvec)))


@expansion(Rotation.from_quat)
def from_quat(quat, *, scalar_first: None = False):
    return Turn(quat / np.sqrt(np.sum(np.square(quat), axis=-1, keepdims=True)))


@expansion(Rotation.from_euler)
def from_euler(seq, angles, degrees=False):
    return Turn(of_euler(seq, angles, degrees))


@linear(Rotation.apply, wrt="vectors")
def apply(by, self, vectors, inverse=False):
    return unbroadcast(self.apply(by, not inverse), vectors)


for _fn in (Rotation.from_matrix, Rotation.from_mrp):
    unsupported(_fn, "make the rotation of a rotation vector, a quaternion or angles")
