"""Iterative and direct solvers: sweeps over unknowns, line solves, Krylov methods, time integrators."""
import math

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(13)


def thomas(a, b, c, d):
    """A tridiagonal system; the coefficients are overwritten on the way down."""
    n = len(d)
    for i in range(1, n):
        w = a[i - 1] / b[i - 1]
        b[i] -= w * c[i - 1]
        d[i] -= w * d[i - 1]
    x = np.zeros(n)
    x[-1] = d[-1] / b[-1]
    for i in range(n - 2, -1, -1):
        x[i] = (d[i] - c[i] * x[i + 1]) / b[i]
    return x


def thomas_lists(lower, diag, upper, rhs):
    n = len(rhs)
    cp = [upper[0] / diag[0]]
    dp = [rhs[0] / diag[0]]
    for i in range(1, n):
        denom = diag[i] - lower[i - 1] * cp[i - 1]
        if i < n - 1:
            cp.append(upper[i] / denom)
        dp.append((rhs[i] - lower[i - 1] * dp[i - 1]) / denom)
    x = [dp[-1]]
    for i in range(n - 2, -1, -1):
        x.insert(0, dp[i] - cp[i] * x[0])
    return x


def kernel_adi(TSTEPS, N, u):
    v = np.empty(u.shape, dtype=u.dtype)
    p = np.empty(u.shape, dtype=u.dtype)
    q = np.empty(u.shape, dtype=u.dtype)
    DX = 1.0 / N
    DY = 1.0 / N
    DT = 1.0 / TSTEPS
    B1 = 2.0
    B2 = 1.0
    mul1 = B1 * DT / (DX * DX)
    mul2 = B2 * DT / (DY * DY)
    a = -mul1 / 2.0
    b = 1.0 + mul2
    c = a
    d = -mul2 / 2.0
    e = 1.0 + mul2
    f = d
    for t in range(1, TSTEPS + 1):
        v[0, 1:N - 1] = 1.0
        p[1:N - 1, 0] = 0.0
        q[1:N - 1, 0] = v[0, 1:N - 1]
        for j in range(1, N - 1):
            p[1:N - 1, j] = -c / (a * p[1:N - 1, j - 1] + b)
            q[1:N - 1, j] = (-d * u[j, 0:N - 2] + (1.0 + 2.0 * d) * u[j, 1:N - 1] - f * u[j, 2:N]
                             - a * q[1:N - 1, j - 1]) / (a * p[1:N - 1, j - 1] + b)
        v[N - 1, 1:N - 1] = 1.0
        for j in range(N - 2, 0, -1):
            v[j, 1:N - 1] = p[1:N - 1, j] * v[j + 1, 1:N - 1] + q[1:N - 1, j]
        u[1:N - 1, 0] = 1.0
        p[1:N - 1, 0] = 0.0
        q[1:N - 1, 0] = u[1:N - 1, 0]
        for j in range(1, N - 1):
            p[1:N - 1, j] = -f / (d * p[1:N - 1, j - 1] + e)
            q[1:N - 1, j] = (-a * v[0:N - 2, j] + (1.0 + 2.0 * a) * v[1:N - 1, j] - c * v[2:N, j]
                             - d * q[1:N - 1, j - 1]) / (d * p[1:N - 1, j - 1] + e)
        u[1:N - 1, N - 1] = 1.0
        for j in range(N - 2, 0, -1):
            u[1:N - 1, j] = p[1:N - 1, j] * u[1:N - 1, j + 1] + q[1:N - 1, j]


def adi(TSTEPS, N, u):
    kernel_adi(TSTEPS, N, u)
    return u


def jacobi_sweeps(A, b, sweeps):
    D = np.diag(A)
    R = A - np.diagflat(D)
    x = np.zeros_like(b)
    for _ in range(sweeps):
        x = (b - R @ x) / D
    return x


def gauss_seidel(A, b, sweeps):
    n = len(b)
    x = np.zeros(n)
    for _ in range(sweeps):
        for i in range(n):
            x[i] = (b[i] - A[i, :i] @ x[:i] - A[i, i + 1:] @ x[i + 1:]) / A[i, i]
    return x


def sor(A, b, omega, sweeps):
    n = len(b)
    x = [0.0 for _ in range(n)]
    for sweep in range(sweeps):
        residual = 0.0
        for i in range(n):
            sigma = 0.0
            for j in range(n):
                if j != i:
                    sigma += A[i][j] * x[j]
            new = (1 - omega) * x[i] + omega / A[i][i] * (b[i] - sigma)
            residual = max(residual, abs(new - x[i]))
            x[i] = new
        if residual < 1e-12:
            break
    return x


def red_black(phi, rhs, h, sweeps):
    for s in range(sweeps):
        for parity in (0, 1):
            for i in range(1, phi.shape[0] - 1):
                for j in range(1 + (i + parity) % 2, phi.shape[1] - 1, 2):
                    phi[i, j] = 0.25 * (phi[i - 1, j] + phi[i + 1, j] + phi[i, j - 1] + phi[i, j + 1]
                                        - h * h * rhs[i, j])
    return phi


def conjugate_gradient(A, b, iterations, tolerance=1e-10):
    x = np.zeros_like(b)
    r = b - A @ x
    p = r.copy()
    rs_old = r @ r
    for i in range(iterations):
        Ap = A @ p
        alpha = rs_old / (p @ Ap)
        x += alpha * p
        r -= alpha * Ap
        rs_new = r @ r
        if np.sqrt(rs_new) < tolerance:
            break
        p = r + (rs_new / rs_old) * p
        rs_old = rs_new
    return x


def power_iteration(A, v, steps):
    for _ in range(steps):
        v = A @ v
        v = v / np.linalg.norm(v)
    return v @ A @ v, v


def newton_system(x, mu, iterations):
    """Newton's method for two equations with the Jacobian written by hand."""
    for _ in range(iterations):
        F = np.array([x[0] ** 2 + mu * x[1] - 2.0, np.exp(x[0]) - x[1] * mu])
        J = np.array([[2 * x[0], mu], [np.exp(x[0]), -mu]])
        x = x - np.linalg.solve(J, F)
    return x


def secant(a, x0, x1):
    f = lambda x: x ** 3 - a * x - 1
    count = 0
    while abs(x1 - x0) > 1e-3 and count < 20:
        x0, x1 = x1, x1 - f(x1) * (x1 - x0) / (f(x1) - f(x0))
        count += 1
    return x1


def smooth(v, f, h, nu):
    for _ in range(nu):
        v[1:-1] += 0.5 * (0.5 * (v[:-2] + v[2:] + h * h * f[1:-1]) - v[1:-1]) * 1.3


def residual(v, f, h):
    r = np.zeros_like(v)
    r[1:-1] = f[1:-1] - (2 * v[1:-1] - v[:-2] - v[2:]) / h ** 2
    return r


def v_cycle(v, f, h):
    """One multigrid cycle, relaxing the given vector in place, coarser by coarser."""
    if len(v) <= 3:
        v[1] = 0.5 * (v[0] + v[2] + h * h * f[1])
        return
    smooth(v, f, h, 2)
    r = residual(v, f, h)
    coarse = r[::2].copy()
    coarse[1:-1] = 0.25 * (r[1:-2:2] + 2 * r[2:-1:2] + r[3::2])
    error = np.zeros_like(coarse)
    v_cycle(error, coarse, 2 * h)
    v[::2] += error
    v[1::2] += 0.5 * (error[:-1] + error[1:])
    smooth(v, f, h, 2)


def multigrid(f, left, right, cycles):
    n = len(f)
    v = np.zeros(n)
    v[0], v[-1] = left, right
    for _ in range(cycles):
        v_cycle(v, f, 1.0 / (n - 1))
    return v


def runge_kutta_4(y0, params, t_end, n):
    def rhs(t, y):
        a, b, c, d = params
        prey, predator = y
        return np.array([a * prey - b * prey * predator, -c * predator + d * prey * predator])

    h = t_end / n
    y = y0
    trajectory = [y0]
    for i in range(n):
        t = i * h
        k1 = rhs(t, y)
        k2 = rhs(t + h / 2, y + h / 2 * k1)
        k3 = rhs(t + h / 2, y + h / 2 * k2)
        k4 = rhs(t + h, y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        trajectory.append(y)
    return np.array(trajectory)


BUTCHER = {"a": [[], [1 / 2], [0.0, 3 / 4]], "b": [2 / 9, 1 / 3, 4 / 9], "c": [0.0, 1 / 2, 3 / 4]}


def tableau_integrator(x, v, stiffness, dt, steps):
    """A Runge-Kutta method read off its tableau, on plain lists."""
    def acceleration(state, t):
        return [state[1], -stiffness * state[0] + math.sin(t)]

    state = [x, v]
    t = 0.0
    for _ in range(steps):
        ks = []
        for row, c in zip(BUTCHER["a"], BUTCHER["c"]):
            shifted = list(state)
            for weight, k in zip(row, ks):
                shifted = [s + dt * weight * ki for s, ki in zip(shifted, k)]
            ks.append(acceleration(shifted, t + c * dt))
        for i in range(2):
            state[i] += dt * sum(b * k[i] for b, k in zip(BUTCHER["b"], ks))
        t += dt
    return state


def adaptive_euler(y, rate, tolerance):
    """The step is halved until the error estimate is small; the number of steps is data."""
    t, h = 0.0, 0.5
    rejected = 0
    while t < 1.0:
        h = min(h, 1.0 - t)
        full = y + h * (-rate * y + t)
        half = y + h / 2 * (-rate * y + t)
        twice = half + h / 2 * (-rate * half + t + h / 2)
        if abs(float(full - twice)) > tolerance:
            h = h / 2
            rejected += 1
            continue
        y = 2 * twice - full
        t += h
    return y


def leapfrog(q, p, steps, dt):
    def force(q):
        return -q / np.sum(q ** 2) ** 1.5

    p = p + 0.5 * dt * force(q)
    for i in range(steps):
        q = q + dt * p
        if i != steps - 1:
            p = p + dt * force(q)
    p += 0.5 * dt * force(q)
    return q, p


def simpson(a, b, n):
    def integrand(x):
        return x ** 2 * np.exp(-b * x)

    h = (b - a) / n
    total = integrand(a) + integrand(b)
    for i in range(1, n):
        total += (4 if i % 2 else 2) * integrand(a + i * h)
    return total * h / 3


def romberg(f, a, b, levels):
    R = np.zeros((levels, levels))
    R[0, 0] = 0.5 * (b - a) * (f(a) + f(b))
    for i in range(1, levels):
        h = (b - a) / 2 ** i
        R[i, 0] = 0.5 * R[i - 1, 0] + h * sum(f(a + (2 * k - 1) * h) for k in range(1, 2 ** (i - 1) + 1))
        for j in range(1, i + 1):
            R[i, j] = R[i, j - 1] + (R[i, j - 1] - R[i - 1, j - 1]) / (4 ** j - 1)
    return R[levels - 1, levels - 1]


def spline_second_derivatives(x, y):
    """Natural cubic spline: a tridiagonal sweep as in the textbooks, then one evaluation between knots."""
    n = len(x)
    y2 = np.zeros(n)
    u = np.zeros(n)
    for i in range(1, n - 1):
        sig = (x[i] - x[i - 1]) / (x[i + 1] - x[i - 1])
        p = sig * y2[i - 1] + 2.0
        y2[i] = (sig - 1.0) / p
        u[i] = (y[i + 1] - y[i]) / (x[i + 1] - x[i]) - (y[i] - y[i - 1]) / (x[i] - x[i - 1])
        u[i] = (6.0 * u[i] / (x[i + 1] - x[i - 1]) - sig * u[i - 1]) / p
    for k in range(n - 2, -1, -1):
        y2[k] = y2[k] * y2[k + 1] + u[k]
    return y2


def spd(n):
    a = rng.random((n, n))
    return a @ a.T + n * np.eye(n)


CASES = [
    Case(thomas, (rng.random(4), 3 + rng.random(5), rng.random(4), rng.random(5)), ("a", "b", "c", "d"), smoke=True),
    Case(thomas_lists, (rng.random(4).tolist(), (3 + rng.random(5)).tolist(), rng.random(4).tolist(),
                        rng.random(5).tolist()), ("lower", "diag", "upper", "rhs")),
    Case(adi, (3, 6, rng.random((6, 6))), ("u",)),
    Case(jacobi_sweeps, (spd(4), rng.random(4), 5), ("A", "b")),
    Case(gauss_seidel, (spd(4), rng.random(4), 4), ("A", "b"), smoke=True),
    Case(sor, (spd(3).tolist(), rng.random(3).tolist(), 1.1, 4), ("A", "b", "omega")),
    Case(red_black, (rng.random((5, 6)), rng.random((5, 6)), 0.2, 3), ("phi", "rhs", "h")),
    Case(conjugate_gradient, (spd(4), rng.random(4), 3), ("A", "b"), smoke=True),
    Case(power_iteration, (spd(4), rng.random(4), 4), ("A", "v")),
    Case(newton_system, (np.array([1.0, 1.0]), 0.8, 3), ("x", "mu")),
    Case(secant, (1.5, 1.0, 2.0), ("a", "x0", "x1")),
    Case(multigrid, (rng.random(9), 0.3, 0.7, 2), ("f", "left", "right")),
    Case(runge_kutta_4, (np.array([1.0, 0.5]), (0.7, 0.9, 0.6, 0.8), 2.0, 6), ("y0", "params", "t_end")),
    Case(tableau_integrator, (0.3, 0.1, 1.7, 0.2, 4), ("x", "v", "stiffness", "dt")),
    Case(adaptive_euler, (1.3, 2.1, 1e-2), ("y", "rate")),
    Case(leapfrog, (np.array([1.0, 0.2]), np.array([0.1, 0.9]), 5, 0.1), ("q", "p", "dt")),
    Case(simpson, (0.2, 1.7, 8), ("a", "b")),
    Case(romberg, (lambda x: math.exp(-x * x) * x, 0.1, 1.4, 4), ("a", "b")),
    Case(spline_second_derivatives, (np.array([0.0, 0.7, 1.1, 1.9, 2.5]), rng.random(5)), ("x", "y")),
]
