"""Signal processing, sparse matrices, dynamic programming, finance and other small kernels."""
import math

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(16)


def mgrid(xn, yn):
    Xi = np.empty((xn, yn), dtype=np.int64)
    Yi = np.empty((xn, yn), dtype=np.int64)
    for i in range(xn):
        Xi[i, :] = i
    for j in range(yn):
        Yi[:, j] = j
    return Xi, Yi


def stockham_fft(N, R, K, x, y):
    dft_mat = np.empty((R, R), dtype=np.complex128)
    dft_i, dft_j = mgrid(R, R)
    dft_mat[:] = np.exp(-2.0j * np.pi * dft_i * dft_j / R)
    y[:] = x[:]
    ii_coord, jj_coord = mgrid(R, R ** K)
    for i in range(K):
        yv = np.reshape(y, (R ** i, R, R ** (K - i - 1)))
        tmp_perm = np.transpose(yv, axes=(1, 0, 2))
        D = np.empty((R, R ** i, R ** (K - i - 1)), dtype=np.complex128)
        tmp = np.exp(-2.0j * np.pi * ii_coord[:, :R ** i] * jj_coord[:, :R ** i] / R ** (i + 1))
        D[:] = np.repeat(np.reshape(tmp, (R, R ** i, 1)), R ** (K - i - 1), axis=2)
        tmp_twid = np.reshape(tmp_perm, (R, R ** (K - 1))) * np.reshape(D, (R, R ** (K - 1)))
        y[:] = np.reshape(dft_mat @ tmp_twid, (N,))


def run_stockham_fft(N, R, K, x, y):
    stockham_fft(N, R, K, x, y)
    return y


def recursive_fft(x):
    n = len(x)
    if n == 1:
        return x
    even = recursive_fft(x[::2])
    odd = recursive_fft(x[1::2])
    twiddled = np.exp(-2j * np.pi * np.arange(n // 2) / n) * odd
    return np.concatenate([even + twiddled, even - twiddled])


def power_spectrum(signal, rate):
    X = recursive_fft(signal * np.hanning(len(signal)) + 0j)
    return np.abs(X[: len(X) // 2]) ** 2 / rate


def naive_dft(x):
    n = len(x)
    re, im = np.zeros(n), np.zeros(n)
    for k in range(n):
        for t in range(n):
            angle = 2 * math.pi * t * k / n
            re[k] += x[t] * math.cos(angle)
            im[k] -= x[t] * math.sin(angle)
    return re, im


def spmv(A_row, A_col, A_val, x):
    y = np.empty(A_row.size - 1, A_val.dtype)
    for i in range(A_row.size - 1):
        cols = A_col[A_row[i]:A_row[i + 1]]
        vals = A_val[A_row[i]:A_row[i + 1]]
        y[i] = vals @ x[cols]
    return y


def spmv_scalar(indptr, indices, data, x):
    y = np.zeros(len(indptr) - 1)
    for i in range(len(y)):
        for k in range(indptr[i], indptr[i + 1]):
            y[i] += data[k] * x[indices[k]]
    return y


def coo_page_rank(rows, cols, weights, damping, n, steps):
    out = np.zeros(n)
    np.add.at(out, cols, weights)
    rank = np.full(n, 1.0 / n)
    for _ in range(steps):
        new = np.zeros(n)
        np.add.at(new, rows, weights / out[cols] * rank[cols])
        rank = (1 - damping) / n + damping * new
    return rank


def dtw(s, t):
    n, m = len(s), len(t)
    D = np.full((n + 1, m + 1), np.inf)
    D[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (s[i - 1] - t[j - 1]) ** 2
            D[i, j] = cost + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
    return D[n, m]


def dtw_rows(s, t):
    """Two rows only, as lists that swap."""
    previous = [0.0] + [math.inf] * len(t)
    for a in s:
        current = [math.inf]
        for j, b in enumerate(t):
            current.append(abs(a - b) + min(previous[j], previous[j + 1], current[j]))
        previous = current
    return previous[-1]


def soft_dtw(x, y, gamma):
    def softmin(a, b, c):
        m = min(a, b, c)
        z = math.exp(-(a - m) / gamma) + math.exp(-(b - m) / gamma) + math.exp(-(c - m) / gamma)
        return m - gamma * math.log(z)

    R = {(0, 0): 0.0}
    for i in range(1, len(x) + 1):
        R[i, 0] = 1e3
    for j in range(1, len(y) + 1):
        R[0, j] = 1e3
    for i in range(1, len(x) + 1):
        for j in range(1, len(y) + 1):
            R[i, j] = (x[i - 1] - y[j - 1]) ** 2 + softmin(R[i - 1, j], R[i, j - 1], R[i - 1, j - 1])
    return R[len(x), len(y)]


def kernel_floyd_warshall(path):
    for k in range(path.shape[0]):
        path[:] = np.minimum(path[:], np.add.outer(path[:, k], path[k, :]))


def floyd_warshall(path):
    kernel_floyd_warshall(path)
    return path


def floyd_warshall_loops(path):
    n = path.shape[0]
    for k in range(n):
        for i in range(n):
            for j in range(n):
                if path[i, k] + path[k, j] < path[i, j]:
                    path[i, j] = path[i, k] + path[k, j]
    return path


def bellman_ford(edges, weights, source, n):
    dist = [float("inf")] * n
    dist[source] = 0.0
    for _ in range(n - 1):
        changed = False
        for (u, v), w in zip(edges, weights):
            if dist[u] + w < dist[v]:
                dist[v] = dist[u] + w
                changed = True
        if not changed:
            break
    return dist


def match_score(b1, b2):
    if b1 + b2 == 3:
        return 1
    else:
        return 0


def nussinov_like(N, seq, bonus):
    """Secondary structure with a weight for each pair; the sequence is integers."""
    table = np.zeros((N, N))
    for i in range(N - 1, -1, -1):
        for j in range(i + 1, N):
            if j - 1 >= 0:
                table[i, j] = max(table[i, j], table[i, j - 1])
            if i + 1 < N:
                table[i, j] = max(table[i, j], table[i + 1, j])
            if j - 1 >= 0 and i + 1 < N:
                if i < j - 1:
                    table[i, j] = max(table[i, j], table[i + 1, j - 1] + bonus[i] * match_score(seq[i], seq[j]))
                else:
                    table[i, j] = max(table[i, j], table[i + 1, j - 1])
            for k in range(i + 1, j):
                table[i, j] = max(table[i, j], table[i, k] + table[k + 1, j])
    return table[0, N - 1]


def viterbi(log_pi, log_A, log_B, obs):
    T, n = len(obs), len(log_pi)
    score = np.zeros((T, n))
    back = np.zeros((T, n), dtype=int)
    score[0] = log_pi + log_B[:, obs[0]]
    for t in range(1, T):
        for j in range(n):
            options = score[t - 1] + log_A[:, j]
            back[t, j] = np.argmax(options)
            score[t, j] = options[back[t, j]] + log_B[j, obs[t]]
    path = [int(np.argmax(score[-1]))]
    for t in range(T - 1, 0, -1):
        path.insert(0, int(back[t, path[0]]))
    return score[-1, path[-1]]


def smith_waterman(a, b, match, mismatch, gap):
    rows, cols = len(a) + 1, len(b) + 1
    H = [[0.0] * cols for _ in range(rows)]
    best = 0.0
    for i in range(1, rows):
        for j in range(1, cols):
            s = match if a[i - 1] == b[j - 1] else -mismatch
            H[i][j] = max(0.0, H[i - 1][j - 1] + s, H[i - 1][j] - gap, H[i][j - 1] - gap)
            if H[i][j] > best:
                best = H[i][j]
    return best


def knapsack(values, weights, capacity):
    best = [0.0] * (capacity + 1)
    for v, w in zip(values, weights):
        for c in range(capacity, w - 1, -1):
            best[c] = max(best[c], best[c - w] + v)
    return best[capacity]


def cnd(d):
    k = 1.0 / (1.0 + 0.2316419 * abs(d))
    poly = k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))))
    value = 1.0 / math.sqrt(2 * math.pi) * math.exp(-0.5 * d * d) * poly
    if d > 0:
        value = 1.0 - value
    return value


def black_scholes(S, K, T, r, sigma):
    d1 = (math.log(S / K) + (r + 0.5 * sigma ** 2) * T) / (sigma * math.sqrt(T))
    d2 = d1 - sigma * math.sqrt(T)
    call = S * cnd(d1) - K * math.exp(-r * T) * cnd(d2)
    put = K * math.exp(-r * T) * cnd(-d2) - S * cnd(-d1)
    return call, put


def binomial_american_put(S, K, T, r, sigma, n):
    dt = T / n
    u = np.exp(sigma * np.sqrt(dt))
    d = 1 / u
    p = (np.exp(r * dt) - d) / (u - d)
    values = np.array([max(K - S * u ** j * d ** (n - j), 0.0) for j in range(n + 1)])
    for i in range(n - 1, -1, -1):
        for j in range(i + 1):
            hold = np.exp(-r * dt) * (p * values[j + 1] + (1 - p) * values[j])
            values[j] = max(hold, K - S * u ** j * d ** (i - j))
    return values[0]


def asian_option(S0, r, sigma, T, normals, strike):
    steps = normals.shape[1]
    dt = T / steps
    paths = np.empty((normals.shape[0], steps + 1))
    paths[:, 0] = S0
    for t in range(steps):
        paths[:, t + 1] = paths[:, t] * np.exp((r - 0.5 * sigma ** 2) * dt + sigma * np.sqrt(dt) * normals[:, t])
    payoff = np.maximum(paths[:, 1:].mean(axis=1) - strike, 0)
    return np.exp(-r * T) * payoff.mean()


def deriche(W, H, alpha, imgIn):
    y1 = np.empty_like(imgIn)
    k = (1.0 - np.exp(-alpha)) ** 2 / (1.0 + 2.0 * alpha * np.exp(-alpha) - np.exp(2.0 * alpha))
    a1 = k
    a2 = k * np.exp(-alpha) * (alpha - 1.0)
    b1 = 2.0 ** (-alpha)
    b2 = -np.exp(-2.0 * alpha)
    y1[:, 0] = a1 * imgIn[:, 0]
    y1[:, 1] = a1 * imgIn[:, 1] + a2 * imgIn[:, 0] + b1 * y1[:, 0]
    for j in range(2, H):
        y1[:, j] = a1 * imgIn[:, j] + a2 * imgIn[:, j - 1] + b1 * y1[:, j - 1] + b2 * y1[:, j - 2]
    y2 = np.empty_like(imgIn)
    y2[:, -1] = 0.0
    y2[:, -2] = a1 * imgIn[:, -1]
    for j in range(H - 3, -1, -1):
        y2[:, j] = a1 * imgIn[:, j + 1] + a2 * imgIn[:, j + 2] + b1 * y2[:, j + 1] + b2 * y2[:, j + 2]
    return y1 + y2


def iir_filter(b, a, x):
    """Direct form II transposed; the delay line is updated in place."""
    z = np.zeros(max(len(a), len(b)) - 1)
    y = np.zeros_like(x)
    for n in range(len(x)):
        y[n] = b[0] * x[n] + z[0]
        for i in range(1, len(z)):
            z[i - 1] = b[i] * x[n] + z[i] - a[i] * y[n]
        z[-1] = b[-1] * x[n] - a[-1] * y[n]
    return y


def moving_average(x, window):
    total = sum(x[:window])
    out = [total / window]
    for i in range(window, len(x)):
        total += x[i] - x[i - window]
        out.append(total / window)
    return out


def exponential_smoothing(series, alpha, beta):
    level, trend = series[0], series[1] - series[0]
    fitted = [level]
    for value in series[1:]:
        last = level
        level = alpha * value + (1 - alpha) * (level + trend)
        trend = beta * (level - last) + (1 - beta) * trend
        fitted.append(level + trend)
    return sum((f - s) ** 2 for f, s in zip(fitted, series))


def azimint_naive(data, radius, npt):
    rmax = radius.max()
    res = np.zeros(npt, dtype=np.float64)
    for i in range(npt):
        r1 = rmax * i / npt
        r2 = rmax * (i + 1) / npt
        mask_r12 = np.logical_and((r1 <= radius), (radius < r2))
        values_r12 = data[mask_r12]
        res[i] = values_r12.mean()
    return res


def histogram_fill(data, weights, edges):
    counts = np.zeros(len(edges) - 1)
    for value, w in zip(data, weights):
        k = int(np.searchsorted(edges, value)) - 1
        if 0 <= k < len(counts):
            counts[k] += w
    return counts


def go_fast(a):
    trace = 0.0
    for i in range(a.shape[0]):
        trace += np.tanh(a[i, i])
    return a + trace


def arc_distance(theta_1, phi_1, theta_2, phi_2):
    temp = np.sin((theta_2 - theta_1) / 2) ** 2 + np.cos(theta_1) * np.cos(theta_2) * np.sin((phi_2 - phi_1) / 2) ** 2
    distance_matrix = 2 * (np.arctan2(np.sqrt(temp), np.sqrt(1 - temp)))
    return distance_matrix


def compute(array_1, array_2, a, b, c):
    return np.clip(array_1, 2, 10) * a + array_2 * b + c


def crc16(data, poly=0x8408):
    crc = 0xFFFF
    for b in data:
        cur_byte = 0xFF & b
        for _ in range(0, 8):
            if (crc & 0x0001) ^ (cur_byte & 0x0001):
                crc = (crc >> 1) ^ poly
            else:
                crc >>= 1
            cur_byte >>= 1
    crc = ~crc & 0xFFFF
    crc = (crc << 8) | ((crc >> 8) & 0xFF)
    return crc & 0xFFFF


def weighted_by_checksum(x, data):
    return x ** 2 * (crc16(data) / 0xFFFF) + crc16(data[:2]) % 7


def kmeans(points, centers, iterations):
    for _ in range(iterations):
        distances = ((points[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2)
        labels = distances.argmin(axis=1)
        for k in range(len(centers)):
            members = points[labels == k]
            if len(members) > 0:
                centers[k] = members.mean(axis=0)
    return centers


def pairwise_distances(X):
    n = X.shape[0]
    D = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            d = 0.0
            for k in range(X.shape[1]):
                tmp = X[i, k] - X[j, k]
                d += tmp * tmp
            D[i, j] = np.sqrt(d + 1e-3)
    return D


def rbf_kernel_predict(X, alpha, beta, theta):
    out = np.zeros(len(X))
    for i, x in enumerate(X):
        for a, center in zip(alpha, X):
            out[i] += a * math.exp(-theta * sum((p - q) ** 2 for p, q in zip(x, center)))
        out[i] *= beta
    return out


def bilinear_interpolation(grid, xs, ys):
    total = np.zeros_like(xs)
    for k in range(len(xs)):
        i, j = int(xs[k]), int(ys[k])
        fx, fy = xs[k] - i, ys[k] - j
        total[k] = ((1 - fx) * (1 - fy) * grid[i, j] + fx * (1 - fy) * grid[i + 1, j]
                    + (1 - fx) * fy * grid[i, j + 1] + fx * fy * grid[i + 1, j + 1])
    return total


def horner_and_de_casteljau(coefficients, points, t):
    value = 0.0
    for c in reversed(coefficients):
        value = value * t + c
    work = [p for p in points]
    for level in range(len(work) - 1, 0, -1):
        for i in range(level):
            work[i] = (1 - t) * work[i] + t * work[i + 1]
    return value * work[0]


def C(*shape):
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


GRAPH = 1 + 9 * rng.random((5, 5))

def stockham_by_elements(x):
    n = len(x)
    X = x.astype(complex)
    Y = np.zeros(n, dtype=complex)
    half, m = n // 2, 1
    while half >= 1:
        for j in range(half):
            w = np.exp(-2j * np.pi * j / (2 * half))
            for k in range(m):
                c0 = X[k + j * m]
                c1 = X[k + j * m + half * m]
                Y[k + 2 * j * m] = c0 + c1
                Y[k + 2 * j * m + m] = w * (c0 - c1)
        X, Y = Y, X
        half //= 2
        m *= 2
    return np.abs(X[1]) ** 2 + X[2].real


def cooley_tukey_in_place(x):
    n = len(x)
    a = x.astype(complex)
    j = 0
    for i in range(1, n):
        bit = n >> 1
        while j & bit:
            j ^= bit
            bit >>= 1
        j ^= bit
        if i < j:
            a[i], a[j] = a[j], a[i]
    size = 2
    while size <= n:
        w = np.exp(-2j * np.pi / size)
        for start in range(0, n, size):
            wk = 1
            for k in range(size // 2):
                t = wk * a[start + k + size // 2]
                u = a[start + k]
                a[start + k] = u + t
                a[start + k + size // 2] = u - t
                wk *= w
        size *= 2
    return np.abs(a[1]) ** 2 + a[3].imag


CASES = [
    Case(run_stockham_fft, (8, 2, 3, C(8), np.zeros(8, dtype=np.complex128)), ("x",), smoke=True),
    Case(recursive_fft, (C(8),), ("x",)),
    Case(power_spectrum, (rng.random(8), 2.0), ("signal", "rate")),
    Case(naive_dft, (rng.random(5),), ("x",)),
    Case(spmv, (np.array([0, 2, 3, 5]), np.array([0, 2, 1, 0, 3]), rng.random(5), rng.random(4)), ("A_val", "x"),
         smoke=True),
    Case(spmv_scalar, ([0, 2, 3, 5], [0, 2, 1, 0, 3], rng.random(5), rng.random(4)), ("data", "x")),
    Case(coo_page_rank, (np.array([0, 1, 2, 0, 1]), np.array([1, 2, 0, 2, 0]), 0.5 + rng.random(5), 0.85, 3, 3),
         ("weights", "damping")),
    Case(dtw, (rng.random(5), rng.random(4)), ("s", "t"), smoke=True),
    Case(dtw_rows, (rng.random(4).tolist(), rng.random(5).tolist()), ("s", "t")),
    Case(soft_dtw, (rng.random(3).tolist(), rng.random(4).tolist(), 0.5), ("x", "y", "gamma")),
    Case(floyd_warshall, (GRAPH,), ("path",)),
    Case(floyd_warshall_loops, (GRAPH,), ("path",)),
    Case(bellman_ford, ([(0, 1), (1, 2), (0, 2), (2, 3), (1, 3)], [1.0, 2.5, 4.0, 0.5, 3.7], 0, 4), ("weights",)),
    Case(nussinov_like, (7, [0, 3, 1, 2, 0, 3, 2], 0.5 + rng.random(7)), ("bonus",)),
    Case(viterbi, (np.log([0.6, 0.4]), np.log([[0.7, 0.3], [0.2, 0.8]]), np.log([[0.5, 0.4, 0.1], [0.1, 0.3, 0.6]]),
                   [0, 2, 1]), ("log_pi", "log_A", "log_B")),
    Case(smith_waterman, ("GATTACA", "GCATGC", 2.1, 0.9, 1.3), ("match", "mismatch", "gap")),
    Case(knapsack, ([1.5, 2.7, 3.1, 0.9], [2, 3, 4, 1], 6), ("values",)),
    Case(black_scholes, (100.0, 95.0, 0.7, 0.03, 0.25), ("S", "K", "T", "r", "sigma"), smoke=True),
    Case(binomial_american_put, (10.0, 11.0, 0.5, 0.04, 0.3, 5), ("S", "K", "r", "sigma")),
    Case(asian_option, (10.0, 0.03, 0.3, 1.0, rng.normal(size=(4, 3)), 9.7), ("S0", "r", "sigma", "strike")),
    Case(deriche, (4, 6, 0.25, rng.random((4, 6))), ("alpha", "imgIn")),
    Case(iir_filter, (rng.random(3), np.array([1.0, 0.2, -0.3]), rng.random(6)), ("b", "a", "x")),
    Case(moving_average, (rng.random(6).tolist(), 3), ("x",)),
    Case(exponential_smoothing, (rng.random(6).tolist(), 0.4, 0.2), ("series", "alpha", "beta")),
    Case(azimint_naive, (rng.random(30), rng.random(30), 4), ("data",)),
    Case(histogram_fill, (rng.random(8), rng.random(8), np.linspace(0, 1, 5)), ("weights",)),
    Case(go_fast, (rng.random((4, 4)),), ("a",)),
    Case(arc_distance, (rng.random(4), rng.random(4), 2 + rng.random(4), 1 + rng.random(4)),
         ("theta_1", "phi_1", "theta_2", "phi_2")),
    Case(compute, (12 * rng.random((3, 4)), rng.random((3, 4)), 4.0, 3.0, 9.0), ("array_1", "array_2", "a", "b", "c")),
    Case(weighted_by_checksum, (1.3, b"checksum"), ("x",)),
    Case(kmeans, (rng.random((7, 2)), rng.random((2, 2)), 3), ("points", "centers")),
    Case(pairwise_distances, (rng.random((3, 2)),), ("X",)),
    Case(rbf_kernel_predict, (rng.random((4, 2)), rng.random(4), 0.8, 1.3), ("X", "alpha", "beta", "theta")),
    Case(bilinear_interpolation, (rng.random((4, 4)), np.array([0.3, 1.7, 2.2]), np.array([1.4, 0.6, 2.9])),
         ("grid", "xs", "ys")),
    Case(horner_and_de_casteljau, ([1.0, -2.0, 0.5], [0.3, 1.2, -0.7, 0.9], 0.4), ("coefficients", "points", "t")),
    Case(stockham_by_elements, (np.cos(np.arange(8.0) ** 2),), ("x",)),
    Case(cooley_tukey_in_place, (np.cos(np.arange(8.0) ** 2),), ("x",)),
]
