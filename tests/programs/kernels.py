"""Kernels as benchmark collections and lecture notes write them: sweeps, recurrences and tables, mostly with loops."""
import math

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(33)


# ---- equations of motion and of flow --------------------------------------------------------------------------------

def crank_nicolson(u, alpha, dx, dt, steps):
    """Heat in a rod; the tridiagonal system of each step is solved where it stands."""
    n = len(u)
    r = alpha * dt / (2 * dx ** 2)
    a = np.full(n, -r)
    b = np.full(n, 1 + 2 * r)
    c = np.full(n, -r)
    b[0] = b[-1] = 1.0
    c[0] = a[-1] = 0.0
    for _ in range(steps):
        d = np.zeros(n)
        d[0], d[-1] = u[0], u[-1]
        for i in range(1, n - 1):
            d[i] = r * u[i - 1] + (1 - 2 * r) * u[i] + r * u[i + 1]
        cp = np.zeros(n)
        dp = np.zeros(n)
        cp[0] = c[0] / b[0]
        dp[0] = d[0] / b[0]
        for i in range(1, n):
            m = b[i] - a[i] * cp[i - 1]
            cp[i] = c[i] / m
            dp[i] = (d[i] - a[i] * dp[i - 1]) / m
        u[-1] = dp[-1]
        for i in range(n - 2, -1, -1):
            u[i] = dp[i] - cp[i] * u[i + 1]
    return u


def solve_tridiagonal(lower, main, upper, rhs):
    n = rhs.shape[0]
    w = np.empty(n)
    x = np.empty(n)
    beta = main
    x[0] = rhs[0] / beta
    for j in range(1, n):
        w[j] = upper / beta
        beta = main - lower * w[j]
        x[j] = (rhs[j] - lower * x[j - 1]) / beta
    for j in reversed(range(n - 1)):
        x[j] -= w[j + 1] * x[j + 1]
    return x


def peaceman_rachford(T, sx, sy, steps):
    """Alternating directions: implicit along the rows first, along the columns second."""
    for _ in range(steps):
        half = T.copy()
        for i in range(1, T.shape[0] - 1):
            rhs = sy * T[i - 1, 1:-1] + (1 - 2 * sy) * T[i, 1:-1] + sy * T[i + 1, 1:-1]
            rhs[0] += sx * T[i, 0]
            rhs[-1] += sx * T[i, -1]
            half[i, 1:-1] = solve_tridiagonal(-sx, 1 + 2 * sx, -sx, rhs)
        for j in range(1, T.shape[1] - 1):
            rhs = sx * half[1:-1, j - 1] + (1 - 2 * sx) * half[1:-1, j] + sx * half[1:-1, j + 1]
            rhs[0] += sy * half[0, j]
            rhs[-1] += sy * half[-1, j]
            T[1:-1, j] = solve_tridiagonal(-sy, 1 + 2 * sy, -sy, rhs)
    return T


def vorticity_stream_function(omega, psi, nu, h, dt, steps, sweeps):
    ny, nx = omega.shape
    for _ in range(steps):
        for _ in range(sweeps):
            for i in range(1, ny - 1):
                for j in range(1, nx - 1):
                    r = (psi[i + 1, j] + psi[i - 1, j] + psi[i, j + 1] + psi[i, j - 1] + h * h * omega[i, j]) / 4 - psi[i, j]
                    psi[i, j] += 1.3 * r
        omega[0, 1:-1] = -2.0 * psi[1, 1:-1] / h ** 2
        omega[-1, 1:-1] = -2.0 * (psi[-2, 1:-1] + h) / h ** 2
        omega[1:-1, 0] = -2.0 * psi[1:-1, 1] / h ** 2
        omega[1:-1, -1] = -2.0 * psi[1:-1, -2] / h ** 2
        u = (psi[2:, 1:-1] - psi[:-2, 1:-1]) / (2 * h)
        v = -(psi[1:-1, 2:] - psi[1:-1, :-2]) / (2 * h)
        wx = (omega[1:-1, 2:] - omega[1:-1, :-2]) / (2 * h)
        wy = (omega[2:, 1:-1] - omega[:-2, 1:-1]) / (2 * h)
        lap = (omega[2:, 1:-1] + omega[:-2, 1:-1] + omega[1:-1, 2:] + omega[1:-1, :-2] - 4 * omega[1:-1, 1:-1]) / h ** 2
        omega[1:-1, 1:-1] += dt * (nu * lap - u * wx - v * wy)
    return psi, omega


def lattice_boltzmann(rho, ux, tau, force, steps):
    """D2Q9 with bounce back from the bottom and the top."""
    cxs = np.array([0, 0, 1, 1, 1, 0, -1, -1, -1])
    cys = np.array([0, 1, 1, 0, -1, -1, -1, 0, 1])
    weights = np.array([4 / 9, 1 / 9, 1 / 36, 1 / 9, 1 / 36, 1 / 9, 1 / 36, 1 / 9, 1 / 36])
    opposite = [0, 5, 6, 7, 8, 1, 2, 3, 4]
    walls = np.zeros(rho.shape, dtype=bool)
    walls[0, :] = walls[-1, :] = True
    F = np.zeros(rho.shape + (9,))
    for i, w in enumerate(weights):
        F[:, :, i] = rho * w * (1 + 3 * cxs[i] * ux)
    for _ in range(steps):
        for i, (cx, cy) in enumerate(zip(cxs, cys)):
            F[:, :, i] = np.roll(F[:, :, i], cx, axis=1)
            F[:, :, i] = np.roll(F[:, :, i], cy, axis=0)
        bounced = F[walls, :]
        bounced = bounced[:, opposite]
        density = np.sum(F, 2)
        u = np.sum(F * cxs, 2) / density + force
        v = np.sum(F * cys, 2) / density
        Feq = np.zeros(F.shape)
        for i, cx, cy, w in zip(range(9), cxs, cys, weights):
            cu = cx * u + cy * v
            Feq[:, :, i] = density * w * (1 + 3 * cu + 9 * cu ** 2 / 2 - 3 * (u ** 2 + v ** 2) / 2)
        F += -(1.0 / tau) * (F - Feq)
        F[walls, :] = bounced
    return np.sum(F, 2), np.sum(F * cxs, 2)


def euler_hll(rho, u, p, gamma, dx, dt, steps):
    """Gas in a tube: conserved variables, a flux function with several results, an approximate Riemann solver."""
    def flux(U):
        density, momentum, energy = U
        velocity = momentum / density
        pressure = (gamma - 1) * (energy - 0.5 * density * velocity ** 2)
        return np.array([momentum, momentum * velocity + pressure, (energy + pressure) * velocity]), velocity, pressure

    U = np.array([rho, rho * u, p / (gamma - 1) + 0.5 * rho * u ** 2])
    for _ in range(steps):
        F, vel, pres = flux(U)
        c = np.sqrt(gamma * pres / U[0])
        sl = np.minimum(vel[:-1] - c[:-1], vel[1:] - c[1:])
        sr = np.maximum(vel[:-1] + c[:-1], vel[1:] + c[1:])
        middle = (sr * F[:, :-1] - sl * F[:, 1:] + sl * sr * (U[:, 1:] - U[:, :-1])) / (sr - sl)
        face = np.where(sl > 0, F[:, :-1], np.where(sr < 0, F[:, 1:], middle))
        U[:, 1:-1] -= dt / dx * (face[:, 1:] - face[:, :-1])
    return U


C = [[], [1 / 5], [3 / 40, 9 / 40], [44 / 45, -56 / 15, 32 / 9],
     [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
     [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
     [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84]]
E5 = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]


def dormand_prince(y, mu, t_end, rtol):
    """Van der Pol's oscillator, with steps accepted and rejected by the embedded error."""
    def f(y):
        return np.array([y[1], mu * (1 - y[0] ** 2) * y[1] - y[0]])

    t, h = 0.0, 0.1
    while t < t_end:
        h = min(h, t_end - t)
        k = []
        for row in C:
            dy = np.zeros_like(y)
            for a, ki in zip(row, k):
                dy += a * ki
            k.append(f(y + h * dy))
        err = h * np.linalg.norm(sum(e * ki for e, ki in zip(E5, k)))
        if float(err) <= rtol:
            t += h
            y = y + h * sum(a * ki for a, ki in zip(C[6], k))
            h = h * 1.5
        else:
            h = h / 2
    return y


# ---- matrices -------------------------------------------------------------------------------------------------------

def banachiewicz_log_density(A, x):
    """Row by row, with dot products of slices; then the density of a normal distribution."""
    n = A.shape[0]
    L = np.zeros_like(A)
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j] - L[i, :j] @ L[j, :j]
            L[i, j] = math.sqrt(s) if i == j else s / L[j, j]
    z = x.copy()
    for i in range(n):
        z[i] = (z[i] - L[i, :i] @ z[:i]) / L[i, i]
    return -0.5 * z.dot(z) - np.log(L.diagonal()).sum() - n / 2 * np.log(2 * np.pi)


def householder_least_squares(A, b):
    A, b = A.copy(), b.copy()
    m, n = A.shape
    for k in range(n):
        v = A[k:, k].copy()
        v[0] += np.copysign(np.linalg.norm(v), v[0])
        v /= np.linalg.norm(v)
        A[k:, k:] -= 2.0 * np.outer(v, v @ A[k:, k:])
        b[k:] -= 2.0 * v * (v @ b[k:])
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - np.sum(A[i, i + 1:n] * x[i + 1:])) / A[i, i]
    return x, np.sum(b[n:] ** 2)


def jacobi_eigenvalues(A, sweeps):
    """Cyclic rotations of rows and columns in place; the eigenvectors are rotated along."""
    A = np.array(A)
    n = A.shape[0]
    V = np.eye(n)
    for _ in range(sweeps):
        for p in range(n - 1):
            for q in range(p + 1, n):
                if abs(A[p, q]) < 1e-12:
                    continue
                theta = (A[q, q] - A[p, p]) / (2.0 * A[p, q])
                t = np.sign(theta) / (abs(theta) + np.sqrt(theta ** 2 + 1))
                c = 1.0 / np.sqrt(t * t + 1)
                s = t * c
                for k in range(n):
                    akp, akq = A[k, p], A[k, q]
                    A[k, p], A[k, q] = c * akp - s * akq, s * akp + c * akq
                for k in range(n):
                    apk, aqk = A[p, k], A[q, k]
                    A[p, k], A[q, k] = c * apk - s * aqk, s * apk + c * aqk
                    V[k, p], V[k, q] = c * V[k, p] - s * V[k, q], s * V[k, p] + c * V[k, q]
    return np.diag(A), V[0] ** 2


def csr_matvec(indptr, indices, data, x):
    y = np.zeros(len(indptr) - 1)
    for i in range(len(y)):
        acc = 0.0
        for jj in range(indptr[i], indptr[i + 1]):
            acc += data[jj] * x[indices[jj]]
        y[i] = acc
    return y


def csr_conjugate_gradient(indptr, indices, data, b, iterations):
    x = np.zeros_like(b)
    r = b - csr_matvec(indptr, indices, data, x)
    p = r.copy()
    rs = np.dot(r, r)
    for _ in range(iterations):
        Ap = csr_matvec(indptr, indices, data, p)
        step = rs / np.dot(p, Ap)
        x += step * p
        r -= step * Ap
        rs_new = np.dot(r, r)
        if np.sqrt(rs_new) < 1e-10:
            break
        p *= rs_new / rs
        p += r
        rs = rs_new
    return x


def levinson_durbin(r, order):
    a = np.zeros(order + 1)
    a[0] = 1.0
    e = r[0]
    reflections = []
    for m in range(1, order + 1):
        k = -(r[m] + sum(a[j] * r[m - j] for j in range(1, m))) / e
        reflections.append(k)
        old = a.copy()
        for j in range(1, m):
            a[j] = old[j] + k * old[m - j]
        a[m] = k
        e *= 1 - k * k
    return a, e, reflections


def correlation_polybench(data, eps):
    """PolyBench's correlation, one number at a time."""
    n, m = data.shape
    mean = np.zeros(m)
    stddev = np.zeros(m)
    corr = np.zeros((m, m))
    for j in range(m):
        for i in range(n):
            mean[j] += data[i, j]
        mean[j] /= float(n)
    for j in range(m):
        for i in range(n):
            stddev[j] += (data[i, j] - mean[j]) * (data[i, j] - mean[j])
        stddev[j] = math.sqrt(stddev[j] / float(n))
        stddev[j] = 1.0 if stddev[j] <= eps else stddev[j]
    for i in range(n):
        for j in range(m):
            data[i, j] -= mean[j]
            data[i, j] /= math.sqrt(n) * stddev[j]
    for i in range(m - 1):
        corr[i, i] = 1.0
        for j in range(i + 1, m):
            for k in range(n):
                corr[i, j] += data[k, i] * data[k, j]
            corr[j, i] = corr[i, j]
    corr[m - 1, m - 1] = 1.0
    return corr


# ---- transforms and tables ------------------------------------------------------------------------------------------

def bit_reversal_fft(x):
    """Cooley and Tukey, iterative and in place."""
    n = len(x)
    levels = n.bit_length() - 1
    a = np.array([x[int(format(i, f"0{levels}b")[::-1], 2)] for i in range(n)], dtype=complex)
    size = 2
    while size <= n:
        half = size // 2
        w_m = np.exp(-2j * np.pi / size)
        for start in range(0, n, size):
            w = 1.0 + 0j
            for k in range(start, start + half):
                t = w * a[k + half]
                u = a[k]
                a[k] = u + t
                a[k + half] = u - t
                w *= w_m
        size *= 2
    return np.abs(a) ** 2


def haar_wavelet(x, threshold):
    """The transform in place, soft thresholding of the details, and back."""
    n = len(x)
    while n > 1:
        half = n // 2
        a = (x[0:n:2] + x[1:n:2]) / np.sqrt(2)
        d = (x[0:n:2] - x[1:n:2]) / np.sqrt(2)
        x[:half], x[half:n] = a, d
        n = half
    x[1:] = np.sign(x[1:]) * np.maximum(np.abs(x[1:]) - threshold, 0)
    while n < len(x):
        a, d = x[:n].copy(), x[n:2 * n].copy()
        x[0:2 * n:2] = (a + d) / np.sqrt(2)
        x[1:2 * n:2] = (a - d) / np.sqrt(2)
        n *= 2
    return x


def gotoh(scores, gap_open, gap_extend):
    """Local alignment with affine gaps: three tables, of which only the last rows are kept."""
    m, n = scores.shape
    H = [0.0] * (n + 1)
    F = [-1e3] * (n + 1)
    best = 0.0
    for i in range(1, m + 1):
        diagonal, E = 0.0, -1e3
        for j in range(1, n + 1):
            E = max(E - gap_extend, H[j - 1] - gap_open)
            F[j] = max(F[j] - gap_extend, H[j] - gap_open)
            h = max(0.0, diagonal + scores[i - 1][j - 1], E, F[j])
            diagonal, H[j] = H[j], h
            best = max(best, h)
    return best


def banded_dtw(s, t, window):
    n, m = len(s), len(t)
    w = max(window, abs(n - m))
    D = np.full((n + 1, m + 1), np.inf)
    D[0, 0] = 0
    for i in range(1, n + 1):
        for j in range(max(1, i - w), min(m, i + w) + 1):
            cost = (s[i - 1] - t[j - 1]) ** 2
            D[i, j] = cost + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
    i, j, length = n, m, 0
    while (i, j) != (0, 0):
        i, j = min([(i - 1, j), (i, j - 1), (i - 1, j - 1)], key=lambda at: D[at])
        length += 1
    return np.sqrt(D[n, m]) / length


def soft_floyd_warshall(weights, temperature):
    """Shortest paths with a smooth minimum."""
    dist = weights.copy()
    n = dist.shape[0]
    for k in range(n):
        for i in range(n):
            for j in range(n):
                a, b = dist[i, j], dist[i, k] + dist[k, j]
                low = min(a, b)
                dist[i, j] = low - temperature * np.log(np.exp((low - a) / temperature) + np.exp((low - b) / temperature))
    return dist


def azimuthal_histogram(data, radius, npt):
    """The mean of the data in rings of a picture."""
    histu = np.histogram(radius, npt)[0]
    histw = np.histogram(radius, npt, weights=data)[0]
    return histw / histu


# ---- filters and networks -------------------------------------------------------------------------------------------

def rauch_tung_striebel(zs, F, Q, H, R, m0, P0):
    """A Kalman filter that keeps its history, and a smoother that runs back over it."""
    ms, Ps, mps, Pps = [], [], [], []
    m, P = m0, P0
    for z in zs:
        mp, Pp = F @ m, F @ P @ F.T + Q
        S = H @ Pp @ H.T + R
        K = np.linalg.solve(S, H @ Pp).T
        m, P = mp + K @ (z - H @ mp), Pp - K @ S @ K.T
        for history, new in zip((ms, Ps, mps, Pps), (m, P, mp, Pp)):
            history.append(new)
    for k in range(len(zs) - 2, -1, -1):
        G = Ps[k] @ F.T @ np.linalg.inv(Pps[k + 1])
        ms[k] = ms[k] + G @ (ms[k + 1] - mps[k + 1])
        Ps[k] = Ps[k] + G @ (Ps[k + 1] - Pps[k + 1]) @ G.T
    return np.stack(ms), np.stack(Ps)


def conv_layer(x, w, b, stride=1, pad=0):
    """Channels, height, width; a window at a time."""
    C_in, H, W = x.shape
    C_out, _, KH, KW = w.shape
    xp = np.zeros((C_in, H + 2 * pad, W + 2 * pad))
    xp[:, pad:pad + H, pad:pad + W] = x
    out = np.empty((C_out, (H + 2 * pad - KH) // stride + 1, (W + 2 * pad - KW) // stride + 1))
    for c in range(C_out):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                window = xp[:, i * stride:i * stride + KH, j * stride:j * stride + KW]
                out[c, i, j] = (window * w[c]).sum() + b[c]
    return out


def max_pool(x, size):
    out = np.empty((x.shape[0], x.shape[1] // size, x.shape[2] // size))
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            out[:, i, j] = x[:, i * size:(i + 1) * size, j * size:(j + 1) * size].max(axis=(1, 2))
    return out


def residual_bottleneck(x, p):
    out = np.maximum(conv_layer(x, p["w1"], p["b1"]), 0)
    out = np.maximum(conv_layer(out, p["w2"], p["b2"], stride=2, pad=1), 0)
    shortcut = conv_layer(x, p["ws"], p["bs"], stride=2)
    out += shortcut
    pooled = max_pool(np.maximum(out, 0), 2)
    logits = p["fc"] @ pooled.ravel()
    return logits - np.log(np.exp(logits).sum())


def peephole_lstm(xs, params, reverse=False):
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    n = params["b"].size // 4
    h, c = np.zeros(n), np.zeros(n)
    outputs = [None] * len(xs)
    order = range(len(xs) - 1, -1, -1) if reverse else range(len(xs))
    for t in order:
        z = params["W"] @ np.concatenate([xs[t], h]) + params["b"]
        i = sigmoid(z[:n] + params["p"][0] * c)
        f = sigmoid(z[n:2 * n] + params["p"][1] * c)
        c = f * c + i * np.tanh(z[2 * n:3 * n])
        h = sigmoid(z[3 * n:] + params["p"][2] * c) * np.tanh(c)
        outputs[t] = h
    return outputs


def bidirectional(xs, forward, backward):
    there = peephole_lstm(xs, forward)
    back = peephole_lstm(xs, backward, reverse=True)
    return np.array([np.concatenate(pair) for pair in zip(there, back)])


R = rng.random


def positive_definite(n):
    a = R((n, n))
    return a @ a.T + n * np.eye(n)


INDPTR, INDICES = [0, 2, 5, 8, 10], [0, 1, 0, 1, 2, 1, 2, 3, 2, 3]
CSR = np.array([4.0, -1.0, -1.0, 4.2, -1.0, -1.0, 3.9, -1.2, -1.2, 4.1])
BOTTLENECK = {"w1": R((2, 2, 1, 1)) - 0.3, "b1": R(2), "w2": R((2, 2, 3, 3)) - 0.4, "b2": R(2), "ws": R((2, 2, 1, 1)),
              "bs": R(2), "fc": R((3, 2))}


def cell():
    return {"W": R((8, 4)) - 0.5, "b": R(8), "p": R((3, 2))}


CASES = [
    Case(crank_nicolson, (R(6), 0.4, 0.2, 0.05, 3), ("u", "alpha", "dx")),
    Case(peaceman_rachford, (R((5, 6)), 0.3, 0.4, 2), ("T", "sx", "sy")),
    Case(vorticity_stream_function, (R((5, 5)), 0.1 * R((5, 5)), 0.1, 0.25, 0.01, 2, 2), ("omega", "psi", "nu", "h")),
    Case(lattice_boltzmann, (1 + 0.1 * R((4, 5)), 0.1 * R((4, 5)), 0.8, 0.01, 2), ("rho", "ux", "tau", "force")),
    Case(euler_hll, (1 + R(7), 0.3 * R(7), 1 + R(7), 1.4, 0.1, 0.01, 2), ("rho", "u", "p", "gamma")),
    Case(dormand_prince, (np.array([1.3, 0.4]), 1.1, 0.7, 1e-4), ("y", "mu")),
    Case(banachiewicz_log_density, (positive_definite(4), R(4)), ("A", "x")),
    Case(householder_least_squares, (R((5, 3)), R(5)), ("A", "b")),
    Case(jacobi_eigenvalues, (positive_definite(3), 2), ("A",)),
    Case(csr_conjugate_gradient, (INDPTR, INDICES, CSR, R(4), 3), ("data", "b")),
    Case(levinson_durbin, (np.array([2.0, 0.9, 0.4, 0.3, 0.1]), 4), ("r",)),
    Case(correlation_polybench, (R((5, 3)), 0.1), ("data",)),
    Case(bit_reversal_fft, (R(8),), ("x",)),
    Case(haar_wavelet, (R(8), 0.05), ("x", "threshold")),
    Case(gotoh, (R((5, 4)) - 0.4, 0.3, 0.1), ("scores", "gap_open", "gap_extend")),
    Case(banded_dtw, (R(6), R(5), 2), ("s", "t")),
    Case(soft_floyd_warshall, (0.2 + R((4, 4)), 0.2), ("weights", "temperature")),
    Case(azimuthal_histogram, (R(12), np.sqrt(np.arange(12.0)), 3), ("data",)),
    Case(rauch_tung_striebel, (R((4, 1)), np.array([[1.0, 0.1], [0.0, 0.9]]), 0.1 * np.eye(2), np.array([[1.0, 0.2]]),
                               np.array([[0.3]]), R(2), np.eye(2)), ("zs", "F", "Q", "H", "R", "m0", "P0")),
    Case(residual_bottleneck, (R((2, 4, 4)), BOTTLENECK), ("x", "p")),
    Case(bidirectional, (R((3, 2)), cell(), cell()), ("xs", "forward", "backward")),
]
