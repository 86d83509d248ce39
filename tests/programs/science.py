"""Models and scripts of many trades: statistics, geometry, imaging, control, populations, graphics."""
import math
from collections import namedtuple

import numpy as np
import numpy.random as npr
from numpy.linalg import cholesky, slogdet, solve

from programs.harness import Case

rng = np.random.default_rng(21)


# ---- statistics -----------------------------------------------------------------------------------------------------

def rbf_covariance(kernel_params, x, xp):
    output_scale = np.exp(kernel_params[0])
    lengthscales = np.exp(kernel_params[1:])
    diffs = np.expand_dims(x / lengthscales, 1) - np.expand_dims(xp / lengthscales, 0)
    return output_scale * np.exp(-0.5 * np.sum(diffs ** 2, axis=2))


def unpack_kernel_params(params):
    mean = params[0]
    cov_params = params[2:]
    noise_scale = np.exp(params[1]) + 0.0001
    return mean, cov_params, noise_scale


def gp_log_marginal_likelihood(params, x, y):
    mean, cov_params, noise_scale = unpack_kernel_params(params)
    cov_y_y = rbf_covariance(cov_params, x, x) + noise_scale * np.eye(len(y))
    L = cholesky(cov_y_y)
    alpha = solve(L.T, solve(L, y - mean))
    return -0.5 * (y - mean) @ alpha - np.sum(np.log(np.diag(L))) - 0.5 * len(y) * np.log(2 * np.pi)


def gp_predict(params, x, y, xstar):
    mean, cov_params, noise_scale = unpack_kernel_params(params)
    cov_f_f = rbf_covariance(cov_params, xstar, xstar)
    cov_y_f = rbf_covariance(cov_params, x, xstar)
    cov_y_y = rbf_covariance(cov_params, x, x) + noise_scale * np.eye(len(y))
    pred_mean = mean + np.dot(solve(cov_y_y, cov_y_f).T, y - mean)
    pred_cov = cov_f_f - np.dot(solve(cov_y_y, cov_y_f).T, cov_y_f)
    return pred_mean, pred_cov


def logsumexp(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


def gaussian_mixture(params, data):
    normalized_log_proportions = params["log proportions"] - logsumexp(params["log proportions"])
    total = 0.0
    for x in data:
        terms = []
        for k in range(len(params["means"])):
            L = params["lower triangles"][k]
            z = solve(L, x - params["means"][k])
            _, logdet = slogdet(L @ L.T)
            terms.append(normalized_log_proportions[k] - 0.5 * z @ z - 0.5 * logdet)
        total += logsumexp(np.array(terms))
    return total


def expectation_maximization(x, means, steps):
    variances = np.ones_like(means)
    weights = np.full(len(means), 1.0 / len(means))
    for _ in range(steps):
        log_p = -0.5 * (x[:, None] - means) ** 2 / variances - 0.5 * np.log(variances) + np.log(weights)
        r = np.exp(log_p - log_p.max(axis=1, keepdims=True))
        r /= r.sum(axis=1, keepdims=True)
        n = r.sum(axis=0)
        weights = n / len(x)
        means = (r * x[:, None]).sum(axis=0) / n
        variances = (r * (x[:, None] - means) ** 2).sum(axis=0) / n + 1e-3
    return means, variances


def black_box_variational(params, t):
    """The evidence lower bound, with the random numbers of a fixed seed."""
    mean, log_std = params[:2], params[2:]
    rs = npr.RandomState(t)
    samples = rs.randn(5, 2) * np.exp(log_std) + mean
    entropy = np.sum(log_std) + 1.0 + np.log(2 * np.pi)

    def log_density(x):
        mu, log_sigma = x[:, 0], x[:, 1]
        return -0.5 * log_sigma ** 2 - 0.5 * mu ** 2 / np.exp(log_sigma) ** 2

    return entropy + np.mean(log_density(samples))


def cox_partial_likelihood(beta, covariates, times, events):
    order = np.argsort(-times)
    scores = covariates[order] @ beta
    log_risk = np.log(np.cumsum(np.exp(scores)))
    return np.sum((scores - log_risk)[events[order]])


def poisson_regression(w, X, counts):
    rate = np.exp(X @ w)
    return np.sum(rate - counts * np.log(rate))


def principal_components(X, k):
    Xc = X - X.mean(axis=0)
    values, vectors = np.linalg.eigh(Xc.T @ Xc / (len(X) - 1))
    explained = values[::-1][:k]
    projector = vectors[:, -k:] @ vectors[:, -k:].T
    return explained.sum() / values.sum(), projector


def elo_ratings(games, ratings, k):
    for winner, loser in games:
        expected = 1 / (1 + 10 ** ((ratings[loser] - ratings[winner]) / 400))
        change = k * (1 - expected)
        ratings[winner] += change
        ratings[loser] -= change
    return ratings


def weighted_histogram(radius, data, npt):
    histu = np.histogram(radius, npt)[0]
    histw = np.histogram(radius, npt, weights=data)[0]
    return histw / np.maximum(histu, 1)


# ---- geometry and graphics ------------------------------------------------------------------------------------------

def rodrigues(r):
    theta = np.sqrt(r @ r)
    k = r / theta
    K = np.array([[0.0, -k[2], k[1]], [k[2], 0.0, -k[0]], [-k[1], k[0], 0.0]])
    return np.eye(3) + np.sin(theta) * K + (1 - np.cos(theta)) * K @ K


def reprojection(camera, points, observed):
    """Camera: rotation vector, translation, focal length, two radial distortions."""
    R = rodrigues(camera[:3])
    errors = []
    for X, uv in zip(points, observed):
        P = R @ X + camera[3:6]
        p = -P[:2] / P[2]
        n2 = p @ p
        distortion = 1.0 + camera[7] * n2 + camera[8] * n2 ** 2
        errors.append(camera[6] * distortion * p - uv)
    return np.concatenate(errors)


def quaternion_product(p, q):
    a, b, c, d = p
    e, f, g, h = q
    return np.array([a * e - b * f - c * g - d * h, a * f + b * e + c * h - d * g,
                     a * g - b * h + c * e + d * f, a * h + b * g - c * f + d * e])


def integrate_attitude(q, rates, dt):
    for w in rates:
        q = q + 0.5 * dt * quaternion_product(q, np.concatenate(([0.0], w)))
        q /= np.linalg.norm(q)
    return q


def forward_kinematics(angles, lengths, target):
    position = np.zeros(2)
    total = 0.0
    for angle, length in zip(angles, lengths):
        total += angle
        position += length * np.array([np.cos(total), np.sin(total)])
    return np.sum((position - target) ** 2), position


Sphere = namedtuple("Sphere", "center radius color")


def trace(origin, direction, spheres, light):
    """One ray, the nearest sphere, Lambert's law."""
    nearest, hit = float("inf"), None
    for sphere in spheres:
        oc = origin - sphere.center
        b = oc @ direction
        disc = b * b - (oc @ oc - sphere.radius ** 2)
        if disc > 0:
            t = -b - math.sqrt(disc)
            if 0 < t < nearest:
                nearest, hit = t, sphere
    if hit is None:
        return np.zeros(3)
    point = origin + nearest * direction
    normal = (point - hit.center) / hit.radius
    to_light = light - point
    to_light = to_light / np.linalg.norm(to_light)
    return hit.color * max(0.0, float(normal @ to_light))


def render(camera, spheres, light, n):
    image = np.zeros((n, n, 3))
    for i in range(n):
        for j in range(n):
            d = np.array([(j - n / 2 + 0.5) / n, (i - n / 2 + 0.5) / n, 1.0])
            image[i, j] = trace(camera, d / np.sqrt((d ** 2).sum()), spheres, light)
    return image


def polygon_area_and_centroid(vertices):
    area = cx = cy = 0.0
    for (x0, y0), (x1, y1) in zip(vertices, vertices[1:] + vertices[:1]):
        cross = x0 * y1 - x1 * y0
        area += cross
        cx += (x0 + x1) * cross
        cy += (y0 + y1) * cross
    area *= 0.5
    return area, (cx / (6 * area), cy / (6 * area))


# ---- fluids, waves, imaging -----------------------------------------------------------------------------------------

def project(vx, vy):
    """Gauss-Seidel-like projection on the divergence-free part, periodic."""
    p = np.zeros(vx.shape)
    h = 1.0 / vx.shape[0]
    div = -0.5 * h * (np.roll(vx, -1, axis=0) - np.roll(vx, 1, axis=0)
                      + np.roll(vy, -1, axis=1) - np.roll(vy, 1, axis=1))
    for k in range(4):
        p = (div + np.roll(p, 1, axis=0) + np.roll(p, -1, axis=0) + np.roll(p, 1, axis=1) + np.roll(p, -1, axis=1)) / 4.0
    vx -= 0.5 * (np.roll(p, -1, axis=0) - np.roll(p, 1, axis=0)) / h
    vy -= 0.5 * (np.roll(p, -1, axis=1) - np.roll(p, 1, axis=1)) / h
    return vx, vy


def advect(f, vx, vy):
    """Moves field f according to the velocities, with linear interpolation between cells."""
    rows, cols = f.shape
    cell_ys, cell_xs = np.meshgrid(np.arange(rows), np.arange(cols))
    center_xs = (cell_xs - vx).ravel()
    center_ys = (cell_ys - vy).ravel()
    left_ix = np.floor(center_xs).astype(int)
    top_ix = np.floor(center_ys).astype(int)
    rw = center_xs - left_ix
    bw = center_ys - top_ix
    left_ix = np.mod(left_ix, rows)
    right_ix = np.mod(left_ix + 1, rows)
    top_ix = np.mod(top_ix, cols)
    bot_ix = np.mod(top_ix + 1, cols)
    flat_f = ((1 - rw) * ((1 - bw) * f[left_ix, top_ix] + bw * f[left_ix, bot_ix])
              + rw * ((1 - bw) * f[right_ix, top_ix] + bw * f[right_ix, bot_ix]))
    return np.reshape(flat_f, (rows, cols))


def fluid_simulation(vx, vy, smoke, steps):
    for t in range(steps):
        vx_updated = advect(vx, vx, vy)
        vy_updated = advect(vy, vx, vy)
        vx, vy = project(vx_updated, vy_updated)
        smoke = advect(smoke, vx, vy)
    return np.mean(smoke ** 2)


def spectral_burgers(u, nu, dt, steps):
    n = len(u)
    k = np.fft.fftfreq(n, d=1.0 / n)
    for _ in range(steps):
        u_hat = np.fft.fft(u)
        du = np.real(np.fft.ifft(1j * k * u_hat))
        d2u = np.real(np.fft.ifft(-k ** 2 * u_hat))
        u = u + dt * (-u * du + nu * d2u)
    return u


def tomography(image, angles):
    """Sums along lines of nearest pixels; the pixels met do not depend on the values."""
    n = image.shape[0]
    sinogram = np.zeros((len(angles), n))
    c = (n - 1) / 2
    for a, angle in enumerate(angles):
        for s in range(n):
            for t in range(n):
                x = int(round(c + (s - c) * math.cos(angle) - (t - c) * math.sin(angle)))
                y = int(round(c + (s - c) * math.sin(angle) + (t - c) * math.cos(angle)))
                if 0 <= x < n and 0 <= y < n:
                    sinogram[a, s] += image[y, x]
    return sinogram


def total_variation_denoising(noisy, weight, step, iterations):
    u = noisy.copy()
    for _ in range(iterations):
        dx = np.diff(u, axis=1, append=u[:, -1:])
        dy = np.diff(u, axis=0, append=u[-1:, :])
        norm = np.sqrt(dx ** 2 + dy ** 2 + 1e-2)
        px, py = dx / norm, dy / norm
        div = px.copy()
        div[:, 1:] -= px[:, :-1]
        div += py
        div[1:, :] -= py[:-1, :]
        u += step * (weight * div - (u - noisy))
    return u


# ---- populations, control, orbits -----------------------------------------------------------------------------------

def sir_epidemic(beta, gamma, s0, i0, days):
    s, i, r = s0, i0, 0.0
    history = {"s": [s], "i": [i], "r": [r]}
    for day in range(days):
        infections = beta * s * i
        if day > 2:
            infections *= 0.7
        recoveries = gamma * i
        s -= infections
        i += infections - recoveries
        r += recoveries
        for name, value in (("s", s), ("i", i), ("r", r)):
            history[name].append(value)
    return max(history["i"]), history["r"][-1]


def leslie_matrix(fertility, survival, population, years):
    n = len(population)
    L = np.zeros((n, n))
    L[0, :] = fertility
    for k in range(n - 1):
        L[k + 1, k] = survival[k]
    totals = []
    for _ in range(years):
        population = L @ population
        totals.append(population.sum())
    return np.array(totals) / totals[0]


def riccati_gain(A, B, Q, R, horizon):
    P = Q
    gains = []
    for _ in range(horizon):
        K = np.linalg.solve(R + B.T @ P @ B, B.T @ P @ A)
        P = Q + A.T @ P @ (A - B @ K)
        gains.insert(0, K)
    return gains[0], P


def pid_controller(kp, ki, kd, setpoint, steps):
    value, integral, previous = 0.0, 0.0, None
    cost = 0.0
    for _ in range(steps):
        error = setpoint - value
        integral += error
        derivative = 0.0 if previous is None else error - previous
        previous = error
        control = max(-1.0, min(1.0, kp * error + ki * integral + kd * derivative))
        value += 0.3 * control - 0.05 * value
        cost += error ** 2
    return cost


def kepler_orbit(mean_anomaly, eccentricity, a):
    E = mean_anomaly
    while True:
        delta = (E - eccentricity * math.sin(E) - mean_anomaly) / (1 - eccentricity * math.cos(E))
        E -= delta
        if abs(delta) < 1e-8:
            break
    return a * (math.cos(E) - eccentricity), a * math.sqrt(1 - eccentricity ** 2) * math.sin(E)


def transfer_matrix_ising(coupling, field, n):
    T = np.exp(np.array([[coupling + field, -coupling], [-coupling, coupling - field]]))
    Z = np.trace(np.linalg.matrix_power(T, n))
    return np.log(Z) / n


def hamiltonian_step(q, p, eps, steps):
    def potential_gradient(q):
        return np.array([q[0] ** 3 - q[1], q[1] - q[0]])

    p = p - eps / 2 * potential_gradient(q)
    for i in range(steps):
        q = q + eps * p
        p = p - (eps if i < steps - 1 else eps / 2) * potential_gradient(q)
    return q, -p


def alternating_least_squares(ratings, mask, U, V, lam, sweeps):
    k = U.shape[1]
    for _ in range(sweeps):
        for i in range(len(U)):
            seen = mask[i]
            Vi = V[seen]
            U[i] = np.linalg.solve(Vi.T @ Vi + lam * np.eye(k), Vi.T @ ratings[i, seen])
        for j in range(len(V)):
            seen = mask[:, j]
            Uj = U[seen]
            V[j] = np.linalg.solve(Uj.T @ Uj + lam * np.eye(k), Uj.T @ ratings[seen, j])
    return np.sum((ratings - U @ V.T)[mask] ** 2)


def N(*shape):
    return rng.normal(size=shape)


CASES = [
    Case(gp_log_marginal_likelihood, (0.3 * N(4), N(5, 2), N(5)), ("params", "x", "y"), smoke=True),
    Case(gp_predict, (0.3 * N(4), N(5, 2), N(5), N(3, 2)), ("params", "x", "y", "xstar")),
    Case(gaussian_mixture, ({"log proportions": N(2), "means": N(2, 2),
                             "lower triangles": [np.eye(2) + 0.1 * N(2, 2), np.eye(2)]}, N(4, 2)), ("params", "data")),
    Case(expectation_maximization, (N(8), np.array([-0.5, 0.7]), 3), ("x", "means")),
    Case(black_box_variational, (0.3 * N(4), 3), ("params",)),
    Case(cox_partial_likelihood, (N(2), N(6, 2), rng.random(6), np.array([1, 0, 1, 1, 0, 1], dtype=bool)),
         ("beta", "covariates")),
    Case(poisson_regression, (0.3 * N(2), N(5, 2), np.array([1, 0, 2, 1, 3])), ("w", "X")),
    Case(principal_components, (N(6, 3), 2), ("X",)),
    Case(elo_ratings, ([("a", "b"), ("b", "c"), ("a", "c")], {"a": 1500.0, "b": 1450.0, "c": 1400.0}, 32.0),
         ("ratings", "k")),
    Case(weighted_histogram, (rng.random(20), rng.random(20), 4), ("data",)),
    Case(reprojection, (np.array([0.1, -0.2, 0.3, 0.1, 0.2, -4.0, 1.5, 0.1, -0.05]), N(3, 3), N(3, 2)),
         ("camera", "points", "observed"), smoke=True),
    Case(integrate_attitude, (np.array([1.0, 0.1, -0.2, 0.3]), N(3, 3), 0.1), ("q", "rates", "dt")),
    Case(forward_kinematics, ([0.3, 0.5, -0.4], [1.0, 0.8, 0.5], np.array([1.2, 0.7])), ("angles", "lengths", "target")),
    Case(render, (np.zeros(3), [Sphere(np.array([0.1, 0.0, 3.0]), 1.0, np.array([1.0, 0.5, 0.2])),
                                Sphere(np.array([-0.6, 0.2, 4.0]), 1.2, np.array([0.1, 0.9, 0.4]))],
                  np.array([2.0, -3.0, 0.0]), 3), ("camera", "spheres", "light")),
    Case(polygon_area_and_centroid, ([(0.0, 0.1), (2.0, 0.3), (2.2, 1.5), (0.4, 1.9)],), ("vertices",)),
    Case(fluid_simulation, (0.3 * N(4, 4), 0.3 * N(4, 4), rng.random((4, 4)), 2), ("vx", "vy", "smoke")),
    Case(spectral_burgers, (N(8), 0.1, 0.02, 3), ("u", "nu")),
    Case(tomography, (rng.random((5, 5)), [0.0, 0.4, 1.1]), ("image",)),
    Case(total_variation_denoising, (rng.random((4, 5)), 0.3, 0.1, 3), ("noisy", "weight", "step")),
    Case(sir_epidemic, (0.5, 0.2, 0.95, 0.05, 6), ("beta", "gamma", "s0", "i0")),
    Case(leslie_matrix, (np.array([0.1, 1.2, 0.9]), np.array([0.6, 0.5]), np.array([10.0, 5.0, 2.0]), 4),
         ("fertility", "survival", "population")),
    Case(riccati_gain, (np.eye(2) + 0.1 * N(2, 2), N(2, 1), np.eye(2), 0.5 * np.eye(1), 4), ("A", "B", "Q", "R")),
    Case(pid_controller, (0.9, 0.05, 0.2, 1.3, 6), ("kp", "ki", "kd", "setpoint")),
    Case(kepler_orbit, (0.8, 0.3, 1.5), ("mean_anomaly", "eccentricity", "a")),
    Case(transfer_matrix_ising, (0.4, 0.1, 6), ("coupling", "field")),
    Case(hamiltonian_step, (N(2), N(2), 0.1, 4), ("q", "p", "eps")),
    Case(alternating_least_squares, (N(4, 3), rng.random((4, 3)) < 0.8, N(4, 2), N(3, 2), 0.3, 2),
         ("ratings", "U", "V", "lam")),
]
