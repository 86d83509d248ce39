"""Kinds of programs that the other themes lack: transformers, shock tubes, sequence losses, options, optimizers."""
import math

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(17)
R, U = rng.normal, rng.uniform


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def softmax(x):
    exp_x = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return exp_x / np.sum(exp_x, axis=-1, keepdims=True)


def layer_norm(x, g, b, eps: float = 1e-5):
    mean = np.mean(x, axis=-1, keepdims=True)
    variance = np.var(x, axis=-1, keepdims=True)
    return g * (x - mean) / np.sqrt(variance + eps) + b


def linear(x, w, b):
    return x @ w + b


def ffn(x, c_fc, c_proj):
    return linear(gelu(linear(x, **c_fc)), **c_proj)


def attention(q, k, v, mask):
    return softmax(q @ k.T / np.sqrt(q.shape[-1]) + mask) @ v


def mha(x, c_attn, c_proj, n_head):
    x = linear(x, **c_attn)
    qkv_heads = list(map(lambda x: np.split(x, n_head, axis=-1), np.split(x, 3, axis=-1)))
    causal_mask = (1 - np.tri(x.shape[0], dtype=x.dtype)) * -1e10
    out_heads = [attention(q, k, v, causal_mask) for q, k, v in zip(*qkv_heads)]
    x = linear(np.hstack(out_heads), **c_proj)
    return x


def transformer_block(x, mlp, attn, ln_1, ln_2, n_head):
    x = x + mha(layer_norm(x, **ln_1), **attn, n_head=n_head)
    x = x + ffn(layer_norm(x, **ln_2), **mlp)
    return x


def decoder(inputs, wte, wpe, blocks, ln_f, n_head):
    x = wte[inputs] + wpe[range(len(inputs))]
    for block in blocks:
        x = transformer_block(x, **block, n_head=n_head)
    return layer_norm(x, **ln_f) @ wte.T


def lm_loss(inputs, params, n_head):
    x, y = inputs[:-1], inputs[1:]
    logits = decoder(x, **params, n_head=n_head)
    probs = softmax(logits)
    loss = np.mean(-np.log(probs[np.arange(len(y)), y]))
    return loss


GAMMA = 1.4


def primitive(U):
    rho = U[0]
    u = U[1] / rho
    p = (GAMMA - 1) * (U[2] - 0.5 * rho * u**2)
    return rho, u, p


def flux(U):
    rho, u, p = primitive(U)
    F = np.zeros_like(U)
    F[0] = rho * u
    F[1] = rho * u**2 + p
    F[2] = u * (U[2] + p)
    return F


def van_leer(r):
    return (r + np.abs(r)) / (1.0 + np.abs(r))


def muscl_rusanov(U, dx, dt, nsteps, limiter=van_leer):
    nx = U.shape[1]
    for step in range(nsteps):
        Ug = np.zeros((3, nx + 4))
        Ug[:, 2:-2] = U
        Ug[:, :2] = U[:, 0:1]
        Ug[:, -2:] = U[:, -1:]
        dU = np.diff(Ug, axis=1)
        r = dU[:, :-1] / (dU[:, 1:] + 1e-3)
        phi = limiter(r)
        UL = Ug[:, 1:-2] + 0.5 * phi[:, :-1] * dU[:, 1:-1]
        UR = Ug[:, 2:-1] - 0.5 * phi[:, 1:] * dU[:, 2:]
        FL, FR = flux(UL), flux(UR)
        rhoL, uL, pL = primitive(UL)
        rhoR, uR, pR = primitive(UR)
        smax = np.maximum(np.abs(uL) + np.sqrt(GAMMA * pL / rhoL), np.abs(uR) + np.sqrt(GAMMA * pR / rhoR))
        F = 0.5 * (FL + FR) - 0.5 * smax * (UR - UL)
        U = U - dt / dx * (F[:, 1:] - F[:, :-1])
    return U


def sod_state(n):
    rho = 1 + 0.3 * U(size=n)
    u = 0.2 * R(size=n)
    p = 1 + 0.3 * U(size=n)
    return np.array([rho, rho * u, p / 0.4 + 0.5 * rho * u * u])


def fdtd_1d(eps, nsteps, src):
    n = len(eps)
    ex = np.zeros(n)
    hy = np.zeros(n)
    bl = [0.0, 0.0]
    bh = [0.0, 0.0]
    out = []
    cb = 0.5 / eps
    for t in range(nsteps):
        for k in range(1, n):
            ex[k] = ex[k] + cb[k] * (hy[k - 1] - hy[k])
        ex[n // 2] += src[t]
        ex[0] = bl.pop(0)
        bl.append(ex[1])
        ex[n - 1] = bh.pop(0)
        bh.append(ex[n - 2])
        for k in range(n - 1):
            hy[k] = hy[k] + 0.5 * (ex[k] - ex[k + 1])
        out.append(ex[1])
    return np.array(out)


def schrodinger(psi, V, dt, steps):
    n = len(psi)
    k = 2 * np.pi * np.fft.fftfreq(n, d=0.2)
    Vhalf = np.exp(-0.5j * V * dt)
    kin = np.exp(-0.5j * k**2 * dt)
    for _ in range(steps):
        psi = psi * Vhalf
        psi = np.fft.ifft(kin * np.fft.fft(psi))
        psi *= Vhalf
    return np.abs(psi) ** 2


def pic(pos, vel, n0, dt, Nt):
    Nx = 8
    boxsize = 4.0
    N = pos.shape[0]
    dx = boxsize / Nx
    e = np.ones(Nx)

    def getAcc(pos):
        j = np.floor(pos / dx).astype(int)
        jp1 = j + 1
        weight_j = (jp1 * dx - pos) / dx
        weight_jp1 = (pos - j * dx) / dx
        jp1 = np.mod(jp1, Nx)
        n = np.bincount(j[:, 0], weights=weight_j[:, 0], minlength=Nx)
        n += np.bincount(jp1[:, 0], weights=weight_jp1[:, 0], minlength=Nx)
        n *= n0 * boxsize / N / dx
        Lmtx = (np.diag(np.ones(Nx - 1), 1) + np.diag(np.ones(Nx - 1), -1) - 2.1 * np.diag(e)) / dx**2
        Gmtx = (np.diag(np.ones(Nx - 1), 1) - np.diag(np.ones(Nx - 1), -1)) / (2 * dx)
        phi_grid = np.linalg.solve(Lmtx, n - n0)
        E_grid = -Gmtx @ phi_grid
        E = weight_j * E_grid[j] + weight_jp1 * E_grid[jp1]
        return -E

    acc = getAcc(pos)
    for i in range(Nt):
        vel += acc * dt / 2.0
        pos += vel * dt
        pos = np.mod(pos, boxsize)
        acc = getAcc(pos)
        vel += acc * dt / 2.0
    return pos, vel


def logsumexp(*args):
    if all(a == -np.inf for a in args):
        return -np.inf
    a_max = max(args)
    lsp = np.log(sum(np.exp(a - a_max) for a in args))
    return a_max + lsp


def ctc_forward(log_probs, labels, blank=0):
    T = log_probs.shape[0]
    ext = [blank]
    for l in labels:
        ext += [l, blank]
    S = len(ext)
    alpha = np.full((T, S), -np.inf)
    alpha[0, 0] = log_probs[0, ext[0]]
    alpha[0, 1] = log_probs[0, ext[1]]
    for t in range(1, T):
        for s in range(S):
            terms = [alpha[t - 1, s]]
            if s > 0:
                terms.append(alpha[t - 1, s - 1])
            if s > 1 and ext[s] != blank and ext[s] != ext[s - 2]:
                terms.append(alpha[t - 1, s - 2])
            alpha[t, s] = logsumexp(*terms) + log_probs[t, ext[s]]
    return -logsumexp(alpha[T - 1, S - 1], alpha[T - 1, S - 2])


def ctc_loss(logits, labels):
    lp = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    return ctc_forward(lp, labels)


def sigma_points(x, P, alpha, beta, kappa):
    n = x.size
    lambda_ = alpha**2 * (n + kappa) - n
    U = np.linalg.cholesky((lambda_ + n) * P).T
    sigmas = np.zeros((2 * n + 1, n))
    sigmas[0] = x
    for k in range(n):
        sigmas[k + 1] = np.subtract(x, -U[k])
        sigmas[n + k + 1] = np.subtract(x, U[k])
    c = 0.5 / (n + lambda_)
    Wc = np.full(2 * n + 1, c)
    Wm = np.full(2 * n + 1, c)
    Wc[0] = lambda_ / (n + lambda_) + (1 - alpha**2 + beta)
    Wm[0] = lambda_ / (n + lambda_)
    return sigmas, Wm, Wc


def unscented_transform(sigmas, Wm, Wc, noise_cov=None):
    kmax, n = sigmas.shape
    x = np.dot(Wm, sigmas)
    y = sigmas - x[np.newaxis, :]
    P = np.dot(y.T, np.dot(np.diag(Wc), y))
    if noise_cov is not None:
        P += noise_cov
    return x, P


def ukf_step(x, P, Q, R, z):
    fx = lambda s: np.array([s[0] + 0.1 * s[1], s[1] - 0.1 * np.sin(s[0])])
    hx = lambda s: np.array([np.hypot(s[0], s[1])])
    sig, Wm, Wc = sigma_points(x, P, 0.5, 2.0, 1.0)
    sf = np.array([fx(s) for s in sig])
    xp, Pp = unscented_transform(sf, Wm, Wc, Q)
    sh = np.array([hx(s) for s in sf])
    zp, Pz = unscented_transform(sh, Wm, Wc, R)
    Pxz = np.zeros((x.size, zp.size))
    for i in range(sf.shape[0]):
        Pxz += Wc[i] * np.outer(sf[i] - xp, sh[i] - zp)
    K = Pxz @ np.linalg.inv(Pz)
    x = xp + K @ (z - zp)
    P = Pp - K @ Pz @ K.T
    return x, P


def crr_american(S0, K, T, r, sigma, N=6, kind="put"):
    dt = T / N
    u = math.exp(sigma * math.sqrt(dt))
    d = 1 / u
    p = (math.exp(r * dt) - d) / (u - d)
    payoff = {"call": lambda s: np.maximum(s - K, 0), "put": lambda s: np.maximum(K - s, 0)}[kind]
    j = np.arange(N + 1)
    S = S0 * u**j * d ** (N - j)
    V = payoff(S)
    for i in range(N - 1, -1, -1):
        V[: i + 1] = np.exp(-r * dt) * (p * V[1 : i + 2] + (1 - p) * V[0 : i + 1])
        S[: i + 1] = S[: i + 1] * u
        V[: i + 1] = np.maximum(V[: i + 1], payoff(S[: i + 1]))
    return V[0]


def longstaff_schwartz(S0, r, sigma, Z, K=1.0, T=1.0):
    N, M = Z.shape
    dt = T / M
    df = np.exp(-r * dt)
    S = S0 * np.exp(np.cumsum((r - 0.5 * sigma**2) * dt + sigma * np.sqrt(dt) * Z, axis=1))
    CF = np.maximum(K - S[:, -1], 0)
    for t in range(M - 2, -1, -1):
        CF *= df
        itm = np.where(S[:, t] < K)[0]
        X = S[itm, t]
        A = np.vstack([np.ones(len(X)), X]).T
        beta = np.linalg.lstsq(A, CF[itm], rcond=None)[0]
        cont = A @ beta
        exercise = np.maximum(K - X, 0)
        ex = exercise > cont
        CF[itm[ex]] = exercise[ex]
    return df * CF.mean()


class LinearChainCRF:
    def __init__(self, trans, start, end):
        self.trans, self.start, self.end = trans, start, end

    def score(self, em, tags):
        s = self.start[tags[0]] + em[0, tags[0]]
        for (prev, cur), e in zip(zip(tags[:-1], tags[1:]), em[1:]):
            s += self.trans[prev, cur] + e[cur]
        return s + self.end[tags[-1]]

    def partition(self, em):
        alphas = self.start + em[0]
        for e in em[1:]:
            t = alphas[:, None] + self.trans + e[None, :]
            mx = t.max(axis=0)
            alphas = mx + np.log(np.exp(t - mx).sum(axis=0))
        alphas = alphas + self.end
        mx = alphas.max()
        return mx + np.log(np.sum(np.exp(alphas - mx)))

    def nll(self, em, tags):
        return self.partition(em) - self.score(em, tags)


def crf_loss(trans, start, end, em, tags):
    return LinearChainCRF(trans, start, end).nll(em, tags)


def lbfgs(x, f_grad, m=3, iters=4, lr=0.5):
    s_list, y_list, rho_list = [], [], []
    g = f_grad(x)
    for k in range(iters):
        q = g.copy()
        alphas = []
        for s, y, rho in zip(reversed(s_list), reversed(y_list), reversed(rho_list)):
            a = rho * s.dot(q)
            q -= a * y
            alphas.append(a)
        gamma = s_list[-1].dot(y_list[-1]) / y_list[-1].dot(y_list[-1]) if s_list else 1.0
        r = gamma * q
        for (s, y, rho), a in zip(zip(s_list, y_list, rho_list), reversed(alphas)):
            b = rho * y.dot(r)
            r += s * (a - b)
        x_new = x - lr * r
        g_new = f_grad(x_new)
        s_list.append(x_new - x)
        y_list.append(g_new - g)
        rho_list.append(1.0 / y_list[-1].dot(s_list[-1]))
        if len(s_list) > m:
            s_list.pop(0)
            y_list.pop(0)
            rho_list.pop(0)
        x, g = x_new, g_new
    return x


def lbfgs_quadratic(A, b, x0):
    return lbfgs(x0, lambda x: A @ x - b + 0.1 * x**3)


def gae(rewards, values, gamma, lam, dones):
    adv = np.zeros_like(rewards)
    last = 0
    for t in reversed(range(len(rewards))):
        next_value = values[t + 1] if t + 1 < len(values) else 0.0
        delta = rewards[t] + gamma * next_value * (1 - dones[t]) - values[t]
        adv[t] = last = delta + gamma * lam * (1 - dones[t]) * last
    return adv, adv + values[: len(rewards)]


def ppo_loss(logits, values, actions, old_logp, rewards, dones, clip=0.2, vf_coef=0.5, ent_coef=0.01):
    adv, returns = gae(rewards, values, 0.99, 0.95, dones)
    adv = (adv - adv.mean()) / (adv.std() + 1e-8)
    logp_all = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
    logp = np.take_along_axis(logp_all, actions[:, None], axis=1).squeeze(1)
    ratio = np.exp(logp - old_logp)
    pg = -np.minimum(ratio * adv, np.clip(ratio, 1 - clip, 1 + clip) * adv).mean()
    vf = ((returns - values[: len(rewards)]) ** 2).mean()
    ent = -(np.exp(logp_all) * logp_all).sum(-1).mean()
    return pg + vf_coef * vf - ent_coef * ent


def sinkhorn(C, a, b, eps=0.5, max_iter=20, tol=1e-9):
    f, g = np.zeros_like(a), np.zeros_like(b)
    it = 0
    err = 1.0
    while err > tol and it < max_iter:
        f_old = f.copy()
        f = eps * (np.log(a) - np.log(np.sum(np.exp((g[None, :] - C) / eps), axis=1)))
        g = eps * (np.log(b) - np.log(np.exp((f[:, None] - C) / eps).sum(axis=0)))
        err = np.abs(f - f_old).max()
        it += 1
    P = np.exp((f[:, None] + g[None, :] - C) / eps)
    return (P * C).sum()


def tmm_reflectance(n_list, d_list, lam):
    M = np.eye(2, dtype=complex)
    for n, d in zip(n_list[1:-1], d_list):
        delta = 2 * np.pi * n * d / lam
        M = M @ np.array([[np.cos(delta), 1j * np.sin(delta) / n], [1j * n * np.sin(delta), np.cos(delta)]])
    n0, ns = n_list[0], n_list[-1]
    (A, B), (C, D) = M
    r = (n0 * A + n0 * ns * B - C - ns * D) / (n0 * A + n0 * ns * B + C + ns * D)
    return abs(r) ** 2


def lanczos(A, v, m):
    n = len(v)
    V = np.zeros((m, n))
    alpha, beta = np.zeros(m), np.zeros(m)
    V[0] = v / np.linalg.norm(v)
    for j in range(m):
        w = A @ V[j]
        alpha[j] = w @ V[j]
        w -= alpha[j] * V[j]
        if j > 0:
            w -= beta[j - 1] * V[j - 1]
        if j + 1 < m:
            beta[j] = np.linalg.norm(w)
            V[j + 1] = w / beta[j]
    T = np.diag(alpha) + np.diag(beta[:-1], 1) + np.diag(beta[:-1], -1)
    return np.linalg.eigvalsh(T)[-1]


def gmres(A, b, m=3):
    n = len(b)
    x0 = np.zeros(n)
    r = b - A @ x0
    beta = np.linalg.norm(r)
    Q = [r / beta]
    H = np.zeros((m + 1, m))
    for k in range(m):
        y = A @ Q[k]
        for j in range(k + 1):
            H[j, k] = Q[j] @ y
            y = y - H[j, k] * Q[j]
        H[k + 1, k] = np.linalg.norm(y)
        Q.append(y / H[k + 1, k])
    e1 = np.zeros(m + 1)
    e1[0] = beta
    y, *_ = np.linalg.lstsq(H, e1, rcond=None)
    return x0 + np.array(Q[:m]).T @ y


def mfcc(signal, nfilt=4, nfft=16, ncep=3):
    sig = np.append(signal[0], signal[1:] - 0.97 * signal[:-1])
    frames = np.array([sig[i : i + nfft] for i in range(0, len(sig) - nfft + 1, 8)])
    frames *= np.hamming(nfft)
    power = np.abs(np.fft.rfft(frames, nfft)) ** 2 / nfft
    bins = np.floor(np.linspace(0, nfft // 2, nfilt + 2)).astype(int)
    fb = np.zeros((nfilt, nfft // 2 + 1))
    for m in range(1, nfilt + 1):
        for k in range(bins[m - 1], bins[m]):
            fb[m - 1, k] = (k - bins[m - 1]) / (bins[m] - bins[m - 1])
        for k in range(bins[m], bins[m + 1]):
            fb[m - 1, k] = (bins[m + 1] - k) / (bins[m + 1] - bins[m])
    feat = np.log(power @ fb.T + 1e-6)
    n = np.arange(nfilt)
    dct = np.cos(np.pi * np.arange(ncep)[:, None] * (2 * n + 1) / (2 * nfilt))
    c = feat @ dct.T
    c -= c.mean(axis=0) + 1e-8
    return c


def skipgram(Win, Wout, pairs, negs, lr=0.1):
    Win, Wout = Win.copy(), Wout.copy()
    loss = 0.0
    for (c, o), ns in zip(pairs, negs):
        idx = [o] + list(ns)
        lab = np.zeros(len(idx))
        lab[0] = 1
        v = Win[c]
        s = 1 / (1 + np.exp(-Wout[idx] @ v))
        loss -= np.log(s[0]) + np.log(1 - s[1:]).sum()
        g = (s - lab)[:, None]
        dv = (g * Wout[idx]).sum(0)
        np.subtract.at(Wout, idx, lr * g * v)
        Win[c] = v - lr * dv
    return loss, Win



def affine(i, o):
    return {"w": R(size=(i, o)) * 0.4, "b": R(size=o) * 0.2}


def normalization(n):
    return {"g": 1 + 0.1 * R(size=n), "b": 0.1 * R(size=n)}


def spread_of_amplitudes(z):
    """Nothing tells that `z` is complex."""
    return np.sum(np.abs(z + np.sum(z)) ** 2)


def moduli_beside_amplitudes(z):
    return np.sum(np.abs(np.abs(z) + np.sum(z)))


def amplitudes_by_their_parts(z):
    s = 0.0
    for i in range(len(z)):
        s = s + z[i].real * z[i] + np.abs(z[i]) * z[i]
    return abs(s)


def wave_in_a_field(z, p):
    return np.abs(np.sum(z * (p * 3.0)) + np.sum(z * z) * z[0])


BLOCKS = {
    "wte": R(size=(6, 4)), "wpe": R(size=(8, 4)), "ln_f": normalization(4),
    "blocks": [{"mlp": {"c_fc": affine(4, 8), "c_proj": affine(8, 4)}, "attn": {"c_attn": affine(4, 12), "c_proj": affine(4, 4)},
                "ln_1": normalization(4), "ln_2": normalization(4)}]}
N = R(size=(4, 4))
SPD = N @ N.T + 4 * np.eye(4)

def complex_number_updated(z, u):
    u += abs(np.sum(z) * 0.2)
    u *= z[0]
    return u.imag + u.real ** 2


def whole_of_a_number_in_an_array(x, b):
    e = np.array(x * 0.5)
    b[0] = e[()] * x
    return e * e + np.sum(b * b)


def real_parts_in_place(z):
    z[...] = z.real
    return np.sum(z ** 2).imag + np.sum(z ** 3).real


def moduli_in_place(z):
    w = z * 0.5
    z[...] = np.abs(w)
    return np.sum(z ** 2).real + np.sum(z * (1 + 2j)).imag


def angles_in_a_complex_array(a, z):
    z[1:] = np.angle(z * 2j)[1:]
    return np.sum(z ** 2 + a * z)


def imaginary_parts_in_a_complex_array(a, z):
    z[:] = np.imag(z * a.astype(complex))
    for c in z:
        pass
    return c.imag + np.sum(a * z).imag + z[0].real


CASES = [
    *(Case(f, (np.array([0.3, -0.4, 0.9]), np.array([0.2 + 0.7j, 1.1 - 0.3j, -0.4 + 0.5j])), ("a", "z"))
      for f in (angles_in_a_complex_array, imaginary_parts_in_a_complex_array)),
    Case(complex_number_updated, (np.array([0.3 + 0.4j, -0.5 + 1.1j]), 0.3 - 0.7j), ("z", "u")),
    Case(whole_of_a_number_in_an_array, (0.7, np.array([0.3, 0.4])), ("x", "b")),
    Case(lm_loss, (np.array([1, 3, 0, 5]), BLOCKS, 2), ("params",)),
    Case(muscl_rusanov, (sod_state(8), 0.125, 0.01, 1), ("U", "dt")),
    Case(schrodinger, (R(size=8) + 1j * R(size=8), R(size=8), 0.05, 2), ("psi", "V")),
    Case(pic, (U(0.1, 3.9, size=(6, 1)), R(size=(6, 1)) * 0.1, 1.0, 0.1, 2), ("pos", "vel", "n0")),
    Case(fdtd_1d, (1 + U(size=7), 5, R(size=5)), ("eps", "src")),
    Case(ctc_loss, (R(size=(5, 4)), [1, 2, 2]), ("logits",)),
    Case(crr_american, (100.0, 102.0, 1.0, 0.05, 0.2), ("S0", "K", "T", "r", "sigma")),
    Case(longstaff_schwartz, (1.0, 0.05, 0.3, R(size=(9, 4))), ("S0", "r", "sigma")),
    Case(ukf_step, (R(size=2), np.array([[1.0, 0.2], [0.2, 0.8]]), 0.1 * np.eye(2), np.array([[0.3]]), np.array([1.1])),
         ("x", "P", "Q", "R", "z")),
    Case(crf_loss, (R(size=(3, 3)), R(size=3), R(size=3), R(size=(4, 3)), [0, 1, 2, 0]), ("trans", "start", "end", "em")),
    Case(lbfgs_quadratic, (SPD, R(size=4), R(size=4)), ("A", "b", "x0")),
    Case(ppo_loss, (R(size=(5, 3)), R(size=6), np.array([0, 2, 1, 1, 0]), -1.1 + 0.1 * R(size=5), R(size=5),
                    np.array([0.0, 0, 1, 0, 0])), ("logits", "values", "rewards")),
    Case(sinkhorn, (U(size=(3, 4)), np.array([0.2, 0.3, 0.5]), np.ones(4) / 4, 0.5, 5), ("C", "a")),
    Case(tmm_reflectance, (np.array([1.0, 1.38, 2.1, 1.52]), np.array([0.1, 0.07]), 0.55), ("n_list", "d_list", "lam")),
    Case(lanczos, (SPD, R(size=4), 3), ("A", "v")),
    Case(gmres, (SPD, R(size=4)), ("A", "b")),
    Case(skipgram, (R(size=(4, 3)), R(size=(5, 3)), [(0, 1), (2, 3)], [(2, 0), (2, 2)]), ("Win", "Wout")),
    Case(mfcc, (R(size=40),), ("signal",)),
    *(Case(f, (R(size=3) + 1j * R(size=3),), ("z",)) for f in (spread_of_amplitudes, moduli_beside_amplitudes,
                                                              amplitudes_by_their_parts)),
    Case(wave_in_a_field, (R(size=3) + 1j * R(size=3), 0.7), ("z",)),
    Case(real_parts_in_place, (np.array([0.3 + 0.4j, -0.5 + 1.1j]),), ("z",)),
    Case(moduli_in_place, (np.array([0.3 + 0.4j, -0.5 + 1.1j]),), ("z",)),
]
