"""Simulations and data assimilation: bodies, flows, filters, quantum transport."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(14)


def get_acc(pos, mass, G, softening):
    x = pos[:, 0:1]
    y = pos[:, 1:2]
    z = pos[:, 2:3]
    dx = x.T - x
    dy = y.T - y
    dz = z.T - z
    inv_r3 = dx ** 2 + dy ** 2 + dz ** 2 + softening ** 2
    I = inv_r3 > 0
    inv_r3[I] = inv_r3[I] ** (-1.5)
    ax = G * (dx * inv_r3) @ mass
    ay = G * (dy * inv_r3) @ mass
    az = G * (dz * inv_r3) @ mass
    return np.hstack((ax, ay, az))


def get_energy(pos, vel, mass, G):
    KE = 0.5 * np.sum(mass * vel ** 2)
    x = pos[:, 0:1]
    y = pos[:, 1:2]
    z = pos[:, 2:3]
    dx = x.T - x
    dy = y.T - y
    dz = z.T - z
    inv_r = np.sqrt(dx ** 2 + dy ** 2 + dz ** 2)
    I = inv_r > 0
    inv_r[I] = 1.0 / inv_r[I]
    tmp = -(mass * mass.T) * inv_r
    PE = 0.0
    for j in range(tmp.shape[1]):
        for k in range(tmp.shape[0]):
            if k > j:
                PE += tmp[k, j]
    PE *= G
    return KE, PE


def nbody(mass, pos, vel, N, Nt, dt, G, softening):
    vel -= np.mean(mass * vel, axis=0) / np.mean(mass)
    acc = get_acc(pos, mass, G, softening)
    KE = np.ndarray(Nt + 1, dtype=np.float64)
    PE = np.ndarray(Nt + 1, dtype=np.float64)
    KE[0], PE[0] = get_energy(pos, vel, mass, G)
    t = 0.0
    for i in range(Nt):
        vel += acc * dt / 2.0
        pos += vel * dt
        acc[:] = get_acc(pos, mass, G, softening)
        vel += acc * dt / 2.0
        t += dt
        KE[i + 1], PE[i + 1] = get_energy(pos, vel, mass, G)
    return KE, PE


def solar_system(bodies, dt, n):
    """Bodies, each a list of position, velocity and mass, advanced in place."""
    pairs = [(i, j) for i in range(len(bodies)) for j in range(i + 1, len(bodies))]
    for _ in range(n):
        for i, j in pairs:
            one, two = bodies[i], bodies[j]
            dx = one[0] - two[0]
            dy = one[1] - two[1]
            mag = dt * (dx * dx + dy * dy) ** (-1.5)
            one[2] -= dx * two[4] * mag
            one[3] -= dy * two[4] * mag
            two[2] += dx * one[4] * mag
            two[3] += dy * one[4] * mag
        for body in bodies:
            body[0] += dt * body[2]
            body[1] += dt * body[3]
    return bodies


def build_up_b(b, rho, dt, u, v, dx, dy):
    b[1:-1, 1:-1] = (rho * (1 / dt * ((u[1:-1, 2:] - u[1:-1, 0:-2]) / (2 * dx) + (v[2:, 1:-1] - v[0:-2, 1:-1]) / (2 * dy))
                            - ((u[1:-1, 2:] - u[1:-1, 0:-2]) / (2 * dx)) ** 2
                            - 2 * ((u[2:, 1:-1] - u[0:-2, 1:-1]) / (2 * dy) * (v[1:-1, 2:] - v[1:-1, 0:-2]) / (2 * dx))
                            - ((v[2:, 1:-1] - v[0:-2, 1:-1]) / (2 * dy)) ** 2))


def pressure_poisson(nit, p, dx, dy, b):
    pn = np.empty_like(p)
    pn = p.copy()
    for q in range(nit):
        pn = p.copy()
        p[1:-1, 1:-1] = (((pn[1:-1, 2:] + pn[1:-1, 0:-2]) * dy ** 2 + (pn[2:, 1:-1] + pn[0:-2, 1:-1]) * dx ** 2)
                         / (2 * (dx ** 2 + dy ** 2)) - dx ** 2 * dy ** 2 / (2 * (dx ** 2 + dy ** 2)) * b[1:-1, 1:-1])
        p[:, -1] = p[:, -2]
        p[0, :] = p[1, :]
        p[:, 0] = p[:, 1]
        p[-1, :] = 0


def cavity_flow(nx, ny, nt, nit, u, v, dt, dx, dy, p, rho, nu):
    un = np.empty_like(u)
    vn = np.empty_like(v)
    b = np.zeros((ny, nx))
    for n in range(nt):
        un = u.copy()
        vn = v.copy()
        build_up_b(b, rho, dt, u, v, dx, dy)
        pressure_poisson(nit, p, dx, dy, b)
        u[1:-1, 1:-1] = (un[1:-1, 1:-1] - un[1:-1, 1:-1] * dt / dx * (un[1:-1, 1:-1] - un[1:-1, 0:-2])
                         - vn[1:-1, 1:-1] * dt / dy * (un[1:-1, 1:-1] - un[0:-2, 1:-1])
                         - dt / (2 * rho * dx) * (p[1:-1, 2:] - p[1:-1, 0:-2])
                         + nu * (dt / dx ** 2 * (un[1:-1, 2:] - 2 * un[1:-1, 1:-1] + un[1:-1, 0:-2])
                                 + dt / dy ** 2 * (un[2:, 1:-1] - 2 * un[1:-1, 1:-1] + un[0:-2, 1:-1])))
        v[1:-1, 1:-1] = (vn[1:-1, 1:-1] - un[1:-1, 1:-1] * dt / dx * (vn[1:-1, 1:-1] - vn[1:-1, 0:-2])
                         - vn[1:-1, 1:-1] * dt / dy * (vn[1:-1, 1:-1] - vn[0:-2, 1:-1])
                         - dt / (2 * rho * dy) * (p[2:, 1:-1] - p[0:-2, 1:-1])
                         + nu * (dt / dx ** 2 * (vn[1:-1, 2:] - 2 * vn[1:-1, 1:-1] + vn[1:-1, 0:-2])
                                 + dt / dy ** 2 * (vn[2:, 1:-1] - 2 * vn[1:-1, 1:-1] + vn[0:-2, 1:-1])))
        u[0, :] = 0
        u[:, 0] = 0
        u[:, -1] = 0
        u[-1, :] = 1
        v[0, :] = 0
        v[-1, :] = 0
        v[:, 0] = 0
        v[:, -1] = 0


def run_cavity_flow(nx, ny, nt, nit, u, v, dt, dx, dy, p, rho, nu):
    cavity_flow(nx, ny, nt, nit, u, v, dt, dx, dy, p, rho, nu)
    return u, v, p


def periodic_x(p, pn, dx, dy, b, cols, left, right):
    p[1:-1, cols] = (((pn[1:-1, right] + pn[1:-1, left]) * dy ** 2 + (pn[2:, cols] + pn[0:-2, cols]) * dx ** 2)
                     / (2 * (dx ** 2 + dy ** 2)) - dx ** 2 * dy ** 2 / (2 * (dx ** 2 + dy ** 2)) * b[1:-1, cols])


def pressure_poisson_periodic(nit, p, dx, dy, b):
    pn = np.empty_like(p)
    for q in range(nit):
        pn[:] = p.copy()
        p[1:-1, 1:-1] = (((pn[1:-1, 2:] + pn[1:-1, 0:-2]) * dy ** 2 + (pn[2:, 1:-1] + pn[0:-2, 1:-1]) * dx ** 2)
                         / (2 * (dx ** 2 + dy ** 2)) - dx ** 2 * dy ** 2 / (2 * (dx ** 2 + dy ** 2)) * b[1:-1, 1:-1])
        periodic_x(p, pn, dx, dy, b, -1, -2, 0)
        periodic_x(p, pn, dx, dy, b, 0, -1, 1)
        p[-1, :] = p[-2, :]
        p[0, :] = p[1, :]


def channel_flow(nit, u, v, dt, dx, dy, p, b, rho, nu, F):
    """Runs until the flow is steady, but counts the steps itself."""
    udiff = 1.0
    stepcount = 0
    while udiff > .001 and stepcount < 3:
        un = u.copy()
        vn = v.copy()
        build_up_b(b, rho, dt, u, v, dx, dy)
        pressure_poisson_periodic(nit, p, dx, dy, b)
        u[1:-1, 1:-1] = (un[1:-1, 1:-1] - un[1:-1, 1:-1] * dt / dx * (un[1:-1, 1:-1] - un[1:-1, 0:-2])
                         - dt / (2 * rho * dx) * (p[1:-1, 2:] - p[1:-1, 0:-2])
                         + nu * dt / dx ** 2 * (un[1:-1, 2:] - 2 * un[1:-1, 1:-1] + un[1:-1, 0:-2]) + F * dt)
        v[1:-1, 1:-1] = (vn[1:-1, 1:-1] - vn[1:-1, 1:-1] * dt / dy * (vn[1:-1, 1:-1] - vn[0:-2, 1:-1])
                         - dt / (2 * rho * dy) * (p[2:, 1:-1] - p[0:-2, 1:-1])
                         + nu * dt / dy ** 2 * (vn[2:, 1:-1] - 2 * vn[1:-1, 1:-1] + vn[0:-2, 1:-1]))
        u[1:-1, -1] = un[1:-1, -1] + F * dt
        u[1:-1, 0] = un[1:-1, 0] + F * dt
        u[0, :], u[-1, :] = 0, 0
        v[0, :] = v[-1, :] = 0
        udiff = (np.sum(u) - np.sum(un)) / np.sum(u)
        stepcount += 1
    return u, v, stepcount


def lennard_jones(positions, epsilon, sigma, box):
    n = len(positions)
    energy = 0.0
    forces = np.zeros_like(positions)
    for i in range(n):
        for j in range(i + 1, n):
            rij = positions[i] - positions[j]
            rij -= box * np.round(rij / box)
            r2 = np.dot(rij, rij)
            if r2 < 9.0:
                sr6 = (sigma ** 2 / r2) ** 3
                energy += 4 * epsilon * (sr6 ** 2 - sr6)
                f = 24 * epsilon * (2 * sr6 ** 2 - sr6) / r2 * rij
                forces[i] += f
                forces[j] -= f
    return energy, forces


def velocity_verlet(x, v, m, k, dt, steps):
    """A chain of springs; trajectories are kept in a preallocated array."""
    def spring_force(x):
        stretched = np.diff(x)
        f = np.zeros_like(x)
        f[:-1] += k * stretched
        f[1:] -= k * stretched
        return f

    history = np.zeros((steps + 1, len(x)))
    history[0] = x
    a = spring_force(x) / m
    for s in range(steps):
        x += v * dt + 0.5 * a * dt ** 2
        a_new = spring_force(x) / m
        v += 0.5 * (a + a_new) * dt
        a = a_new
        history[s + 1] = x
    return history


def kalman_filter(zs, F, H, Q, R, x, P):
    loglik = 0.0
    estimates = []
    for z in zs:
        x = F @ x
        P = F @ P @ F.T + Q
        y = z - H @ x
        S = H @ P @ H.T + R
        K = P @ H.T @ np.linalg.inv(S)
        x = x + K @ y
        P = (np.eye(len(x)) - K @ H) @ P
        loglik -= 0.5 * (y @ np.linalg.solve(S, y) + np.log(np.linalg.det(2 * np.pi * S)))
        estimates.append(x)
    return loglik, np.array(estimates)


def scalar_kalman(measurements, q, r):
    x, p = 0.0, 1.0
    out = []
    for z in measurements:
        p = p + q
        k = p / (p + r)
        x = x + k * (z - x)
        p = (1 - k) * p
        out.append((x, p))
    return [x for x, _ in out], out[-1][1]


def hmm_forward(pi, A, B, observations):
    """The scaled forward algorithm; observations are indices."""
    alpha = pi * B[:, observations[0]]
    c = 1.0 / alpha.sum()
    alpha *= c
    logp = -np.log(c)
    for o in observations[1:]:
        alpha = (alpha @ A) * B[:, o]
        c = 1.0 / alpha.sum()
        alpha *= c
        logp -= np.log(c)
    return logp


def contour_integral(NR, NM, slab_per_bc, Ham, int_pts, Y):
    P0 = np.zeros((NR, NM), dtype=np.complex128)
    P1 = np.zeros((NR, NM), dtype=np.complex128)
    for z in int_pts:
        Tz = np.zeros((NR, NR), dtype=np.complex128)
        for n in range(slab_per_bc + 1):
            zz = np.power(z, slab_per_bc / 2 - n)
            Tz += zz * Ham[n]
        if NR == NM:
            X = np.linalg.inv(Tz)
        else:
            X = np.linalg.solve(Tz, Y)
        if abs(z) < 1.0:
            X = -X
        P0 += X
        P1 += z * X
    return P0, P1


def scattering_self_energies(neigh_idx, dH, G, D, Sigma):
    for k in range(G.shape[0]):
        for E in range(G.shape[1]):
            for q in range(D.shape[0]):
                for w in range(D.shape[1]):
                    for i in range(D.shape[-2]):
                        for j in range(D.shape[-1]):
                            for a in range(neigh_idx.shape[0]):
                                for b in range(neigh_idx.shape[1]):
                                    if E - w >= 0:
                                        dHG = G[k, E - w, neigh_idx[a, b]] @ dH[a, b, i]
                                        dHD = dH[a, b, j] * D[q, w, a, b, i, j]
                                        Sigma[k, E, a] += dHG @ dHD
    return Sigma


def mandelbrot(xmin, xmax, ymin, ymax, xn, yn, maxiter, horizon, weight):
    """Iteration counts do not vary with the window; the weight they are multiplied by does."""
    X = np.linspace(xmin, xmax, xn, dtype=np.float64)
    Y = np.linspace(ymin, ymax, yn, dtype=np.float64)
    C = X + Y[:, None] * 1j
    N = np.zeros(C.shape, dtype=np.int64)
    Z = np.zeros(C.shape, dtype=np.complex128)
    for n in range(maxiter):
        I = np.less(abs(Z), horizon)
        N[I] = n
        Z[I] = Z[I] ** 2 + C[I]
    N[N == maxiter - 1] = 0
    return N * weight


def mandelbrot_final_values(cx, cy, maxiter):
    z = 0j
    c = complex(cx, cy)
    for _ in range(maxiter):
        z = z * z + c
        if abs(z) > 2:
            break
    return abs(z) ** 2


def shallow_water(h, u, g, dt, dx, steps):
    """Lax-Friedrichs on a stacked state with a flux that unpacks its rows."""
    def flux(q):
        h, hu = q
        return np.stack([hu, hu ** 2 / h + 0.5 * g * h ** 2])

    q = np.vstack((h, h * u))
    for _ in range(steps):
        f = flux(q)
        new = q.copy()
        new[:, 1:-1] = 0.5 * (q[:, 2:] + q[:, :-2]) - dt / (2 * dx) * (f[:, 2:] - f[:, :-2])
        new[:, 0] = new[:, 1]
        new[:, -1] = new[:, -2]
        new[1, [0, -1]] *= -1.0
        q = new
    return q


def double_pendulum(theta1, theta2, l1, l2, steps, dt):
    w1 = w2 = 0.0
    g, m1, m2 = 9.81, 1.0, 1.3
    for _ in range(steps):
        delta = theta2 - theta1
        den = (m1 + m2) * l1 - m2 * l1 * np.cos(delta) ** 2
        a1 = (m2 * l1 * w1 ** 2 * np.sin(delta) * np.cos(delta) + m2 * g * np.sin(theta2) * np.cos(delta)
              + m2 * l2 * w2 ** 2 * np.sin(delta) - (m1 + m2) * g * np.sin(theta1)) / den
        a2 = (-m2 * l2 * w2 ** 2 * np.sin(delta) * np.cos(delta) + (m1 + m2) * (g * np.sin(theta1) * np.cos(delta)
              - l1 * w1 ** 2 * np.sin(delta) - g * np.sin(theta2))) / (l2 / l1 * den)
        w1 += dt * a1
        w2 += dt * a2
        theta1 += dt * w1
        theta2 += dt * w2
    return theta1, theta2


def finite_elements(nodes, elements, stiffness, load):
    """Assembly of bars into a global matrix through an index table, then a solve on the free nodes."""
    n = len(nodes)
    K = np.zeros((n, n))
    f = np.zeros(n)
    for e, (i, j) in enumerate(elements):
        length = nodes[j] - nodes[i]
        k = stiffness[e] / length
        ke = k * np.array([[1.0, -1.0], [-1.0, 1.0]])
        K[np.ix_([i, j], [i, j])] += ke
        f[[i, j]] += load * length / 2
    free = np.arange(1, n)
    u = np.zeros(n)
    u[free] = np.linalg.solve(K[np.ix_(free, free)], f[free])
    return u


def complex_random(*shape):
    return rng.random(shape) + 1j * rng.random(shape)


CASES = [
    Case(nbody, (1 + rng.random((3, 1)), rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), 3, 3, 0.05, 1.0, 0.1),
         ("mass", "pos", "vel", "G", "softening"), smoke=True),
    Case(solar_system, ([[0.0, 0.0, 0.1, 0.0, 1.5], [1.0, 0.2, 0.0, 0.9, 0.1], [-1.5, 0.3, 0.2, -0.8, 0.2]], 0.05, 3),
         ("bodies", "dt")),
    Case(run_cavity_flow, (5, 6, 3, 3, 0.1 * rng.random((6, 5)), 0.1 * rng.random((6, 5)), 0.05, 0.5, 0.4,
                           0.1 * rng.random((6, 5)), 1.0, 0.1), ("u", "v", "p", "rho", "nu"), smoke=True),
    Case(channel_flow, (2, 0.3 * rng.random((5, 6)), 0.3 * rng.random((5, 6)), 0.05, 0.5, 0.4, rng.random((5, 6)),
                        np.zeros((5, 6)), 1.0, 0.1, 1.0), ("u", "v", "p", "nu", "F")),
    Case(lennard_jones, (1.4 * np.eye(4, 3) + 0.2 * rng.random((4, 3)), 0.9, 1.1, 5.0), ("positions", "epsilon", "sigma")),
    Case(velocity_verlet, (rng.random(4), rng.random(4), 1 + rng.random(4), 1.7, 0.1, 4), ("x", "v", "m", "k", "dt")),
    Case(kalman_filter, (rng.random((4, 2)), np.array([[1.0, 0.1], [0.0, 0.9]]), np.eye(2) + 0.1, 0.1 * np.eye(2),
                         0.5 * np.eye(2), rng.random(2), np.eye(2)), ("zs", "F", "H", "Q", "R", "x", "P")),
    Case(scalar_kalman, ([0.3, 0.5, 0.2, 0.9], 0.1, 0.4), ("measurements", "q", "r")),
    Case(hmm_forward, (np.array([0.6, 0.4]), np.array([[0.7, 0.3], [0.2, 0.8]]),
                       np.array([[0.5, 0.4, 0.1], [0.1, 0.3, 0.6]]), [0, 2, 1, 1]), ("pi", "A", "B")),
    Case(contour_integral, (3, 2, 2, complex_random(3, 3, 3), complex_random(3) * 1.3, complex_random(3, 2)),
         ("Ham", "Y")),
    Case(scattering_self_energies, (np.array([[0, 1], [1, 0]]), complex_random(2, 2, 2, 2, 2),
                                    complex_random(1, 2, 2, 2, 2), complex_random(1, 2, 2, 2, 2, 2),
                                    np.zeros((1, 2, 2, 2, 2), dtype=np.complex128)), ("dH", "G", "D", "Sigma")),
    Case(mandelbrot, (-2.03, 0.51, -1.27, 1.22, 5, 4, 6, 2.0, 0.7), ("xmin", "weight")),
    Case(mandelbrot_final_values, (0.31, 0.52, 9), ("cx", "cy")),
    Case(shallow_water, (1 + 0.2 * rng.random(6), 0.1 * rng.random(6), 9.81, 0.01, 0.1, 3), ("h", "u", "g")),
    Case(double_pendulum, (0.7, -0.3, 1.0, 0.8, 4, 0.05), ("theta1", "theta2", "l1", "l2")),
    Case(finite_elements, (np.array([0.0, 0.8, 1.7, 2.4]), [(0, 1), (1, 2), (2, 3)], np.array([2.0, 1.5, 1.1]), 0.6),
         ("nodes", "stiffness", "load")),
]
