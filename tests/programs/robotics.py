"""Dynamics of a chain of links: twists and wrenches, passed from link to link and kept in the columns of arrays."""
import numpy as np

from programs.harness import Case


def skew(omg):
    return np.array([[0, -omg[2], omg[1]], [omg[2], 0, -omg[0]], [-omg[1], omg[0], 0]])


def bracket(V):
    omgmat = skew([V[0], V[1], V[2]])
    return np.r_[np.c_[omgmat, np.zeros((3, 3))], np.c_[skew([V[3], V[4], V[5]]), omgmat]]


def inverse_dynamics(thetas, dthetas, S):
    n = len(thetas)
    Vi = np.zeros((6, n + 1))
    Vdi = np.zeros((6, n + 1))
    Fi = np.zeros(6)
    tau = np.zeros(n)
    for i in range(n):
        Vi[:, i + 1] = Vi[:, i] * thetas[i] + S[:, i] * dthetas[i]
        Vdi[:, i + 1] = Vdi[:, i] + np.dot(bracket(Vi[:, i + 1]), S[:, i])
    for i in range(n - 1, -1, -1):
        Fi = Fi + Vdi[:, i + 1] - np.dot(np.array(bracket(Vi[:, i + 1])).T, Vi[:, i + 1])
        tau[i] = np.dot(np.array(Fi).T, S[:, i])
    return tau


def inverse_dynamics_of_steps(trajectory, dthetas, S):
    taumat = np.zeros((2, 3))
    for i in range(2):
        taumat[i] = inverse_dynamics(trajectory[i], dthetas, S)
    return taumat


def mass_matrix(thetas, S):
    n = len(thetas)
    M = np.zeros((n, n))
    for i in range(n):
        ddthetas = [0] * n
        ddthetas[i] = 1
        M[i] = inverse_dynamics(thetas, ddthetas, S)
    return M


SCREWS = np.random.default_rng(3).uniform(0.2, 1.0, (6, 3))
ANGLES = np.array([[0.3, 0.8, -0.4], [1.1, 0.2, 0.6]])

CASES = [
    Case(inverse_dynamics_of_steps, (ANGLES, np.array([0.7, -0.2, 0.5]), SCREWS), ("trajectory", "dthetas", "S")),
    Case(inverse_dynamics_of_steps, (ANGLES, np.array([0.7, -0.2, 0.5]), SCREWS), ("trajectory",)),
    Case(mass_matrix, (ANGLES[0], SCREWS), ("thetas", "S")),
]
