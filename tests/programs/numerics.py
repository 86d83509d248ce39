"""Simulations, filters, layers and tables in other people's styles than those of `kernels`."""
import math
from collections import namedtuple

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(5)
R = rng.random


def accelerations(pos, mass, G, soft):
    n = pos.shape[0]
    a = np.zeros((n, 3))
    for i in range(n):
        for j in range(n):
            if i == j:
                continue
            d = pos[j] - pos[i]
            r = np.linalg.norm(d) + soft
            a[i] += G * mass[j] * d / r ** 3
    return a


def nbody_loops(pos, vel, mass, G, soft, dt, steps):
    traj = [pos.copy()]
    energies = []
    for _ in range(steps):
        acc = accelerations(pos, mass, G, soft)
        vel = vel + 0.5 * dt * acc
        pos = pos + dt * vel
        vel += 0.5 * dt * accelerations(pos, mass, G, soft)
        traj.append(pos.copy())
        diffs = pos[:, np.newaxis, :] - pos[np.newaxis, :, :]
        dist = np.sqrt((diffs ** 2).sum(-1))
        with np.errstate(divide="ignore"):
            inv = 1.0 / (dist + np.eye(len(mass)))
        np.fill_diagonal(inv, 0.0)
        energies.append(0.5 * np.sum(mass * np.sum(vel ** 2, axis=1)) - 0.5 * G * mass @ inv @ mass)
    return np.array(traj), np.array(energies)


def conv2d_npbench(input, weights, bias):
    K = weights.shape[0]
    N, H_out, W_out, C_out = input.shape[0], input.shape[1] - K + 1, input.shape[2] - K + 1, weights.shape[3]
    output = np.empty((N, H_out, W_out, C_out), dtype=np.float64)
    for i in range(H_out):
        for j in range(W_out):
            output[:, i, j, :] = np.sum(input[:, i:i + K, j:j + K, :, np.newaxis] * weights[np.newaxis, :, :, :], axis=(1, 2, 3))
    return np.maximum(output + bias, 0)


def spmv_slices(A_row, A_col, A_val, x):
    y = np.empty(A_row.size - 1, A_val.dtype)
    for i in range(A_row.size - 1):
        cols = A_col[A_row[i]:A_row[i + 1]]
        vals = A_val[A_row[i]:A_row[i + 1]]
        y[i] = vals @ x[cols]
    return y


State = namedtuple("State", "mean cov")


def ekf(zs, q, r, dt):
    def f(m):
        return np.array([m[0] + dt * m[1], m[1] - dt * 9.81 * np.sin(m[0])])
    def jac(m):
        return np.array([[1.0, dt], [-dt * 9.81 * np.cos(m[0]), 1.0]])
    s = State(np.array([0.5, 0.0]), np.eye(2))
    Q = q * np.array([[dt ** 3 / 3, dt ** 2 / 2], [dt ** 2 / 2, dt]])
    nll = 0.0
    for z in zs:
        F = jac(s.mean)
        s = s._replace(mean=f(s.mean), cov=F @ s.cov @ F.T + Q)
        H = np.array([[np.cos(s.mean[0]), 0.0]])
        S = H @ s.cov @ H.T + r
        v = z - np.sin(s.mean[0])
        K = s.cov @ H.T / S
        s = State(s.mean + K[:, 0] * v, s.cov - K @ H @ s.cov)
        nll += 0.5 * (v ** 2 / S[0, 0] + math.log(S[0, 0]))
    return nll


def mgs_with_reorthogonalisation(A):
    m, n = A.shape
    Q, Rm = np.zeros((m, n)), np.zeros((n, n))
    for k in range(n):
        v = A[:, k].copy()
        for _ in range(2):
            for j in range(k):
                s = Q[:, j] @ v
                Rm[j, k] += s
                v -= s * Q[:, j]
        Rm[k, k] = np.sqrt(v @ v)
        Q[:, k] = v / Rm[k, k]
    return Q, Rm


def smith_waterman_pairs(a, b, sub, gap):
    H = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    best, at = 0.0, (0, 0)
    for i, p in enumerate(a, 1):
        for j, q in enumerate(b, 1):
            H[i][j] = max(0.0, H[i - 1][j - 1] + sub[(p, q)], H[i - 1][j] - gap, H[i][j - 1] - gap)
            if H[i][j] > best:
                best, at = H[i][j], (i, j)
    i, j = at
    total = 0.0
    while H[i][j] > 0:
        total += H[i][j]
        i, j = i - 1, j - 1
    return best, total


def gauss_seidel_residual(A, b, tol):
    x = np.zeros_like(b)
    history = []
    while True:
        for i in range(len(b)):
            sigma = 0.0
            for j in range(len(b)):
                if j != i:
                    sigma += A[i, j] * x[j]
            x[i] = (b[i] - sigma) / A[i, i]
        history.append(np.linalg.norm(A @ x - b))
        if history[-1] < tol or len(history) > 4:
            break
    return x, history


def resnet_stage(x, blocks):
    for block in blocks:
        skip = x
        for w, b in block["layers"]:
            padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
            x = np.zeros((w.shape[0],) + x.shape[1:])
            for di in range(3):
                for dj in range(3):
                    x += np.tensordot(w[:, :, di, dj], padded[:, di:di + x.shape[1], dj:dj + x.shape[2]], axes=1)
            x += b[:, None, None]
            mu, var = x.mean((1, 2), keepdims=True), x.var((1, 2), keepdims=True)
            x = np.maximum((x - mu) / np.sqrt(var + 1e-3), 0)
        if skip.shape == x.shape:
            x = x + block.get("scale", 1.0) * skip
    return x.mean(axis=(1, 2))


def dtw_numpy_diag(x, y, gamma):
    D = np.abs(np.subtract.outer(x, y)) ** 2
    n, m = D.shape
    acc = np.full((n + 1, m + 1), 1e6)
    acc[0, 0] = 0.0
    for k in range(2, n + m + 1):
        for i in range(max(1, k - m), min(n, k - 1) + 1):
            j = k - i
            z = -np.array([acc[i - 1, j - 1], acc[i - 1, j], acc[i, j - 1]]) / gamma
            zmax = z.max()
            acc[i, j] = D[i - 1, j - 1] - gamma * (np.log(np.exp(z - zmax).sum()) + zmax)
    return acc[n, m]


def covariance_npbench(M, float_n, data):
    mean = np.mean(data, axis=0)
    data -= mean
    cov = np.zeros((M, M), dtype=data.dtype)
    for i in range(M):
        cov[i:M, i] = cov[i, i:M] = data[:, i] @ data[:, i:M] / (float_n - 1.0)
    return cov


def nussinov_max(seq, bonus):
    n = len(seq)
    table = np.zeros((n, n))
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            table[i, j] = max(table[i, j], table[i, j - 1])
            if i + 1 < n:
                table[i, j] = max(table[i, j], table[i + 1, j])
            if j - 1 >= 0 and i + 1 < n:
                pair = bonus[seq[i], seq[j]] if i < j - 1 else 0.0
                table[i, j] = max(table[i, j], table[i + 1, j - 1] + pair)
            for k in range(i + 1, j):
                table[i, j] = max(table[i, j], table[i, k] + table[k + 1, j])
    return table


def spd(n):
    a = R((n, n))
    return a @ a.T + n * np.eye(n)


CASES = [
    Case(nbody_loops, (R((3, 3)), R((3, 3)), 1 + R(3), 1.1, 0.1, 0.05, 2), ("pos", "vel", "mass", "G", "soft")),
    Case(conv2d_npbench, (R((2, 4, 4, 2)), R((2, 2, 2, 3)) - 0.4, R(3)), ("input", "weights", "bias")),
    Case(spmv_slices, (np.array([0, 2, 3, 5]), np.array([0, 2, 1, 0, 2]), R(5), R(3)), ("A_val", "x")),
    Case(ekf, ([0.4, 0.5, 0.2], 0.3, 0.2, 0.1), ("zs", "q", "r")),
    Case(mgs_with_reorthogonalisation, (R((4, 3)),), ("A",)),
    Case(smith_waterman_pairs, ("abba", "aba", {("a", "a"): 1.1, ("a", "b"): -0.4, ("b", "a"): -0.5, ("b", "b"): 1.3}, 0.35), ("sub", "gap")),
    Case(gauss_seidel_residual, (spd(3), R(3), 1e-3), ("A", "b")),
    Case(resnet_stage, (R((2, 3, 4)), [{"layers": [(R((2, 2, 3, 3)) - .5, R(2)), (R((2, 2, 3, 3)) - .5, R(2))]}]), ("x", "blocks")),
    Case(dtw_numpy_diag, (R(4), R(3), 0.3), ("x", "y", "gamma")),
    Case(covariance_npbench, (3, 5.0, R((5, 3))), ("data",)),
    Case(nussinov_max, ([0, 3, 1, 2, 0, 3], R((4, 4))), ("bonus",)),
]
