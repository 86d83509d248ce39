"""Stencils on grids: time steps that read neighbours and write in place."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(11)


def kernel_jacobi_1d(TSTEPS, A, B):
    for t in range(1, TSTEPS):
        B[1:-1] = 0.33333 * (A[:-2] + A[1:-1] + A[2:])
        A[1:-1] = 0.33333 * (B[:-2] + B[1:-1] + B[2:])


def jacobi_1d(TSTEPS, A, B):
    kernel_jacobi_1d(TSTEPS, A, B)
    return A


def jacobi_1d_scalar(tsteps, n, A, B):
    for t in range(tsteps):
        for i in range(1, n - 1):
            B[i] = 0.33333 * (A[i - 1] + A[i] + A[i + 1])
        for i in range(1, n - 1):
            A[i] = 0.33333 * (B[i - 1] + B[i] + B[i + 1])
    return A, B


def kernel_jacobi_2d(TSTEPS, A, B):
    for t in range(1, TSTEPS):
        B[1:-1, 1:-1] = 0.2 * (A[1:-1, 1:-1] + A[1:-1, :-2] + A[1:-1, 2:] + A[2:, 1:-1] + A[:-2, 1:-1])
        A[1:-1, 1:-1] = 0.2 * (B[1:-1, 1:-1] + B[1:-1, :-2] + B[1:-1, 2:] + B[2:, 1:-1] + B[:-2, 1:-1])


def jacobi_2d(TSTEPS, A, B):
    kernel_jacobi_2d(TSTEPS, A, B)
    return A, B


def seidel_2d(TSTEPS, N, A):
    for t in range(0, TSTEPS - 1):
        for i in range(1, N - 1):
            A[i, 1:-1] += A[i - 1, :-2] + A[i - 1, 1:-1] + A[i - 1, 2:] + A[i, 2:] + A[i + 1, :-2] + A[i + 1, 1:-1] + A[i + 1, 2:]
            for j in range(1, N - 1):
                A[i, j] += A[i, j - 1]
                A[i, j] /= 9.0
    return A


def heat_3d(TSTEPS, A, B):
    for t in range(1, TSTEPS):
        B[1:-1, 1:-1, 1:-1] = (0.125 * (A[2:, 1:-1, 1:-1] - 2.0 * A[1:-1, 1:-1, 1:-1] + A[:-2, 1:-1, 1:-1])
                               + 0.125 * (A[1:-1, 2:, 1:-1] - 2.0 * A[1:-1, 1:-1, 1:-1] + A[1:-1, :-2, 1:-1])
                               + 0.125 * (A[1:-1, 1:-1, 2:] - 2.0 * A[1:-1, 1:-1, 1:-1] + A[1:-1, 1:-1, :-2])
                               + A[1:-1, 1:-1, 1:-1])
        A[1:-1, 1:-1, 1:-1] = (0.125 * (B[2:, 1:-1, 1:-1] - 2.0 * B[1:-1, 1:-1, 1:-1] + B[:-2, 1:-1, 1:-1])
                               + 0.125 * (B[1:-1, 2:, 1:-1] - 2.0 * B[1:-1, 1:-1, 1:-1] + B[1:-1, :-2, 1:-1])
                               + 0.125 * (B[1:-1, 1:-1, 2:] - 2.0 * B[1:-1, 1:-1, 1:-1] + B[1:-1, 1:-1, :-2])
                               + B[1:-1, 1:-1, 1:-1])
    return A


def heat_1d_source(u, alpha, dt, dx, steps):
    """Explicit Euler for the heat equation with a nonlinear source."""
    r = alpha * dt / dx ** 2
    for _ in range(steps):
        u[1:-1] = u[1:-1] + r * (u[2:] - 2 * u[1:-1] + u[:-2]) + dt * u[1:-1] * (1 - u[1:-1])
    return u


def fdtd_2d(TMAX, ex, ey, hz, _fict_):
    for t in range(TMAX):
        ey[0, :] = _fict_[t]
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
    return ex, ey, hz


def wave_1d(u0, c, dt, dx, nt):
    """Three time levels whose buffers are rotated by name."""
    n = len(u0)
    u_prev = u0.copy()
    u = u0.copy()
    u_next = np.zeros(n)
    for k in range(nt):
        for i in range(1, n - 1):
            u_next[i] = 2 * u[i] - u_prev[i] + (c * dt / dx) ** 2 * (u[i + 1] - 2 * u[i] + u[i - 1])
        u_next[0] = 0.0
        u_next[-1] = 0.0
        u_prev, u, u_next = u, u_next, u_prev
    return u


def horizontal_diffusion(in_field, out_field, coeff):
    I, J, K = out_field.shape
    lap_field = 4.0 * in_field[1:I + 3, 1:J + 3, :] - (in_field[2:I + 4, 1:J + 3, :] + in_field[0:I + 2, 1:J + 3, :]
                                                       + in_field[1:I + 3, 2:J + 4, :] + in_field[1:I + 3, 0:J + 2, :])
    res = lap_field[1:, 1:J + 1, :] - lap_field[:-1, 1:J + 1, :]
    flx_field = np.where((res * (in_field[2:I + 3, 2:J + 2, :] - in_field[1:I + 2, 2:J + 2, :])) > 0, 0, res)
    res = lap_field[1:I + 1, 1:, :] - lap_field[1:I + 1, :-1, :]
    fly_field = np.where((res * (in_field[2:I + 2, 2:J + 3, :] - in_field[2:I + 2, 1:J + 2, :])) > 0, 0, res)
    out_field[:, :, :] = in_field[2:I + 2, 2:J + 2, :] - coeff[:, :, :] * (
        flx_field[1:, :, :] - flx_field[:-1, :, :] + fly_field[:, 1:, :] - fly_field[:, :-1, :])


def hdiff(in_field, out_field, coeff):
    horizontal_diffusion(in_field, out_field, coeff)
    return out_field


def vertical_advection(utens_stage, u_stage, wcon, u_pos, utens, dtr_stage):
    """Implicit vertical advection: a tridiagonal system for each column, swept up and down."""
    I, J, K = utens_stage.shape
    ccol = np.ndarray((I, J, K), dtype=utens_stage.dtype)
    dcol = np.ndarray((I, J, K), dtype=utens_stage.dtype)
    data_col = np.ndarray((I, J), dtype=utens_stage.dtype)
    for k in range(1):
        gcv = 0.25 * (wcon[1:, :, k + 1] + wcon[:-1, :, k + 1])
        cs = gcv * 0.2
        ccol[:, :, k] = gcv * 0.8
        bcol = dtr_stage - ccol[:, :, k]
        correction_term = -cs * (u_stage[:, :, k + 1] - u_stage[:, :, k])
        dcol[:, :, k] = dtr_stage * u_pos[:, :, k] + utens[:, :, k] + utens_stage[:, :, k] + correction_term
        divided = 1.0 / bcol
        ccol[:, :, k] = ccol[:, :, k] * divided
        dcol[:, :, k] = dcol[:, :, k] * divided
    for k in range(1, K - 1):
        gav = -0.25 * (wcon[1:, :, k] + wcon[:-1, :, k])
        gcv = 0.25 * (wcon[1:, :, k + 1] + wcon[:-1, :, k + 1])
        as_ = gav * 0.2
        cs = gcv * 0.2
        acol = gav * 0.8
        ccol[:, :, k] = gcv * 0.8
        bcol = dtr_stage - acol - ccol[:, :, k]
        correction_term = -as_ * (u_stage[:, :, k - 1] - u_stage[:, :, k]) - cs * (u_stage[:, :, k + 1] - u_stage[:, :, k])
        dcol[:, :, k] = dtr_stage * u_pos[:, :, k] + utens[:, :, k] + utens_stage[:, :, k] + correction_term
        divided = 1.0 / (bcol - ccol[:, :, k - 1] * acol)
        ccol[:, :, k] = ccol[:, :, k] * divided
        dcol[:, :, k] = (dcol[:, :, k] - dcol[:, :, k - 1] * acol) * divided
    for k in range(K - 1, K):
        gav = -0.25 * (wcon[1:, :, k] + wcon[:-1, :, k])
        acol = gav * 0.8
        bcol = dtr_stage - acol
        dcol[:, :, k] = dtr_stage * u_pos[:, :, k] + utens[:, :, k] + utens_stage[:, :, k]
        divided = 1.0 / (bcol - ccol[:, :, k - 1] * acol)
        dcol[:, :, k] = (dcol[:, :, k] - dcol[:, :, k - 1] * acol) * divided
    for k in range(K - 1, K - 2, -1):
        datacol = dcol[:, :, k]
        data_col[:] = datacol
        utens_stage[:, :, k] = dtr_stage * (datacol - u_pos[:, :, k])
    for k in range(K - 2, -1, -1):
        datacol = dcol[:, :, k] - ccol[:, :, k] * data_col[:, :]
        data_col[:] = datacol
        utens_stage[:, :, k] = dtr_stage * (datacol - u_pos[:, :, k])


def vadv(utens_stage, u_stage, wcon, u_pos, utens, dtr_stage):
    vertical_advection(utens_stage, u_stage, wcon, u_pos, utens, dtr_stage)
    return utens_stage


def laplace_until_converged(grid, tolerance):
    """Sweeps until the largest change is small; the number of sweeps is data."""
    sweeps = 0
    change = 1.0
    while change > tolerance and sweeps < 50:
        old = grid.copy()
        grid[1:-1, 1:-1] = 0.25 * (old[:-2, 1:-1] + old[2:, 1:-1] + old[1:-1, :-2] + old[1:-1, 2:])
        change = np.max(np.abs(grid - old))
        sweeps += 1
    return grid


def upwind_advection(q, velocity, dt, dx, steps):
    flux = np.zeros(len(q) + 1)
    for _ in range(steps):
        for i in range(1, len(q)):
            if velocity[i] > 0:
                flux[i] = velocity[i] * q[i - 1]
            else:
                flux[i] = velocity[i] * q[i]
        q -= dt / dx * (flux[1:] - flux[:-1])
    return q


def minmod(a, b):
    if a * b <= 0:
        return 0.0
    elif abs(a) < abs(b):
        return a
    return b


def slope_limited_burgers(u, dt, dx, steps):
    """A second-order scheme for Burgers' equation with limited slopes, cell by cell."""
    n = len(u)
    for _ in range(steps):
        slope = [0.0] * n
        for i in range(1, n - 1):
            slope[i] = minmod(u[i] - u[i - 1], u[i + 1] - u[i])
        flux = np.zeros(n - 1)
        for i in range(n - 1):
            left = u[i] + 0.5 * slope[i]
            right = u[i + 1] - 0.5 * slope[i + 1]
            speed = max(abs(left), abs(right))
            flux[i] = 0.5 * (0.5 * left ** 2 + 0.5 * right ** 2) - 0.5 * speed * (right - left)
        u[1:-1] = u[1:-1] - dt / dx * (flux[1:] - flux[:-1])
    return u


def blur_with_padding(image, kernel):
    h, w = image.shape
    kh, kw = kernel.shape
    padded = np.pad(image, ((kh // 2, kh // 2), (kw // 2, kw // 2)))
    out = np.empty_like(image)
    for i in range(h):
        for j in range(w):
            out[i, j] = np.sum(padded[i:i + kh, j:j + kw] * kernel)
    return out


def periodic_rolls(u, nu, steps):
    for _ in range(steps):
        u = u + nu * (np.roll(u, 1, axis=0) + np.roll(u, -1, axis=0) + np.roll(u, 1, 1) + np.roll(u, -1, 1) - 4 * u)
        u = u - 0.01 * u * (np.roll(u, -1, axis=1) - np.roll(u, 1, axis=1))
    return u


def game_of_diffusion(U, V, F, k, steps):
    """Gray-Scott: two species, views of the interior, products in place."""
    u, v = U[1:-1, 1:-1], V[1:-1, 1:-1]
    for _ in range(steps):
        Lu = U[0:-2, 1:-1] + U[1:-1, 0:-2] - 4 * U[1:-1, 1:-1] + U[1:-1, 2:] + U[2:, 1:-1]
        Lv = V[0:-2, 1:-1] + V[1:-1, 0:-2] - 4 * V[1:-1, 1:-1] + V[1:-1, 2:] + V[2:, 1:-1]
        uvv = u * v * v
        u += 0.16 * Lu - uvv + F * (1 - u)
        v += 0.08 * Lv + uvv - (F + k) * v
    return V


def wave_of_three_levels(u, c2, n):
    """Each step makes a new array, and the variables move on."""
    before = u.copy()
    for _ in range(n):
        after = 2 * u - before
        after[1:-1] += c2 * (u[2:] + u[:-2] - 2 * u[1:-1])
        before = u
        u = after
    return u[1:-1] ** 2


def heat_of_two_levels(u, c, n):
    for _ in range(n):
        new = u.copy()
        new[1:-1] = u[1:-1] + c * u[1:-1] * (u[2:] + u[:-2] - 2 * u[1:-1])
        u = new
    return u


def exchanged_levels(u, c2, n):
    before = u.copy()
    for _ in range(n):
        after = np.zeros_like(u)
        after[1:-1] = 2 * u[1:-1] - before[1:-1] + c2 * (u[2:] + u[:-2] - 2 * u[1:-1])
        before, u = u, after
    return u


CASES = [
    Case(wave_of_three_levels, (rng.random(8), 0.2, 3), ("u", "c2")),
    Case(heat_of_two_levels, (rng.random(8), 0.2, 3), ("u", "c")),
    Case(exchanged_levels, (rng.random(8), 0.2, 3), ("u", "c2")),
    Case(jacobi_1d, (4, rng.random(9), rng.random(9)), ("A", "B"), smoke=True),
    Case(jacobi_1d_scalar, (3, 8, rng.random(8), rng.random(8)), ("A", "B")),
    Case(jacobi_2d, (4, rng.random((6, 5)), rng.random((6, 5))), ("A", "B")),
    Case(seidel_2d, (4, 6, rng.random((6, 6))), ("A",), smoke=True),
    Case(heat_3d, (3, rng.random((5, 5, 5)), rng.random((5, 5, 5))), ("A", "B")),
    Case(heat_1d_source, (rng.random(8), 0.4, 0.1, 0.5, 4), ("u", "alpha", "dx")),
    Case(fdtd_2d, (3, rng.random((5, 6)), rng.random((5, 6)), rng.random((5, 6)), rng.random(3)),
         ("ex", "ey", "hz", "_fict_")),
    Case(wave_1d, (np.sin(np.linspace(0, 3, 9)), 1.2, 0.05, 0.1, 5), ("u0", "c"), smoke=True),
    Case(hdiff, (rng.random((7, 8, 2)), np.zeros((3, 4, 2)), rng.random((3, 4, 2))), ("in_field", "coeff")),
    Case(vadv, (rng.random((3, 4, 5)), rng.random((3, 4, 5)), rng.random((4, 4, 5)), rng.random((3, 4, 5)),
                rng.random((3, 4, 5)), 3.0 / 20.0 + 1.0),
         ("utens_stage", "u_stage", "wcon", "u_pos", "utens", "dtr_stage")),
    Case(laplace_until_converged, (rng.random((6, 6)), 0.01), ("grid",)),
    Case(upwind_advection, (rng.random(7), rng.normal(size=7), 0.05, 0.2, 3), ("q", "velocity", "dx")),
    Case(slope_limited_burgers, (np.sin(np.linspace(0.1, 5, 9)) + 0.3, 0.05, 0.3, 3), ("u",)),
    Case(blur_with_padding, (rng.random((4, 5)), rng.random((3, 3))), ("image", "kernel")),
    Case(periodic_rolls, (rng.random((4, 4)), 0.1, 3), ("u", "nu")),
    Case(game_of_diffusion, (1 - 0.1 * rng.random((5, 5)), 0.3 * rng.random((5, 5)), 0.06, 0.062, 4),
         ("U", "V", "F", "k")),
]
