"""State that objects hold in attributes and change in place, as authors of filters and models write it."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(5)


class KalmanFilter:
    """A filter with everything in attributes; what is not given is taken from there."""

    def __init__(self, dim_x, dim_z):
        self.dim_x = dim_x
        self.dim_z = dim_z
        self.x = np.zeros((dim_x, 1))
        self.P = np.eye(dim_x)
        self.Q = np.eye(dim_x)
        self.B = None
        self.F = np.eye(dim_x)
        self.H = np.zeros((dim_z, dim_x))
        self.R = np.eye(dim_z)
        self.z = np.array([[None] * self.dim_z]).T
        self.log_likelihood = 0.0
        self._I = np.eye(dim_x)

    def predict(self, u=None, B=None, F=None, Q=None):
        if B is None:
            B = self.B
        if F is None:
            F = self.F
        if Q is None:
            Q = self.Q
        elif np.isscalar(Q):
            Q = np.eye(self.dim_x) * Q
        if B is not None and u is not None:
            self.x = np.dot(F, self.x) + np.dot(B, u)
        else:
            self.x = np.dot(F, self.x)
        self.P = np.dot(np.dot(F, self.P), F.T) + Q
        self.x_prior = self.x.copy()

    def update(self, z, R=None, H=None):
        if z is None:
            self.z = np.array([[None] * self.dim_z]).T
            return
        if R is None:
            R = self.R
        if H is None:
            H = self.H
        self.y = z - np.dot(H, self.x)
        PHT = np.dot(self.P, H.T)
        self.S = np.dot(H, PHT) + R
        self.SI = np.linalg.inv(self.S)
        self.K = np.dot(PHT, self.SI)
        self.x = self.x + np.dot(self.K, self.y)
        I_KH = self._I - np.dot(self.K, H)
        self.P = np.dot(np.dot(I_KH, self.P), I_KH.T) + np.dot(np.dot(self.K, R), self.K.T)
        self.log_likelihood += -0.5 * (np.dot(self.y.T, np.dot(self.SI, self.y))[0, 0] + np.log(np.linalg.det(self.S)))


def track(q, r, zs, dt):
    kf = KalmanFilter(dim_x=2, dim_z=1)
    kf.F = np.array([[1.0, dt], [0.0, 1.0]])
    kf.H = np.array([[1.0, 0.0]])
    kf.P *= 10.0
    kf.R *= r
    kf.Q = q * np.array([[dt ** 4 / 4, dt ** 3 / 2], [dt ** 3 / 2, dt ** 2]])
    for z in zs:
        kf.predict()
        kf.update(z)
    return -kf.log_likelihood + kf.x[0, 0]


class Momentum:
    """An optimizer with a dict of states that it changes in place."""

    def __init__(self, rate, decay):
        self.rate = rate
        self.decay = decay
        self.state = {}

    def step(self, params, grads):
        for name in params:
            if name not in self.state:
                self.state[name] = np.zeros_like(params[name])
            self.state[name] *= self.decay
            self.state[name] += grads[name]
            params[name] -= self.rate * self.state[name]


def unrolled_training(w, b, rate, X, y):
    params = {"w": w.copy(), "b": b.copy()}
    optimizer = Momentum(rate, 0.9)
    for _ in range(3):
        r = X @ params["w"] + params["b"] - y
        optimizer.step(params, {"w": 2 * X.T @ r / len(r), "b": np.array([2 * r.mean()])})
    return np.mean((X @ params["w"] + params["b"] - y) ** 2)


class Reservoir:
    """A state that decays, takes in what drives it, and is squashed where it is."""

    def __init__(self, W):
        self.W = W
        self.h = np.zeros(3)

    def forward(self, x):
        self.h *= 0.5
        self.h += self.W @ x
        self.h *= self.h
        np.tanh(self.h, out=self.h)
        return self.h.copy()


def reservoir(W, x):
    model = Reservoir(W)
    out = [model.forward(x * i) for i in range(3)]
    model.W -= 0.1 * model.W ** 2
    out.append(model.forward(x))
    return np.array(out)


class GrayScott:
    def __init__(self, F, k, Du=0.16, Dv=0.08):
        self.F, self.k, self.Du, self.Dv = F, k, Du, Dv

    @staticmethod
    def laplacian(Z):
        return (-4 * Z + np.roll(Z, (0, -1), (0, 1)) + np.roll(Z, (0, 1), (0, 1)) + np.roll(Z, (-1, 0), (0, 1))
                + np.roll(Z, (1, 0), (0, 1)))

    def update(self, U, V):
        uvv = U * V * V
        U += self.Du * self.laplacian(U) - uvv + self.F * (1 - U)
        V += self.Dv * self.laplacian(V) + uvv - (self.F + self.k) * V


def gray_scott(F, k, U, V, n):
    model = GrayScott(F, k)
    for _ in range(n):
        model.update(U, V)
    return V.sum()


def scaled_weights(r, v):
    filter_ = KalmanFilter(3, 2)
    filter_.H += 1.0
    filter_.H *= r
    filter_.H += v
    filter_.H[0] *= r
    return filter_.H * 2


CASES = [
    Case(track, (0.3, 1.2, [0.1, 1.2, 1.8, 3.3], 1.0), ("q", "r", "dt")),
    Case(unrolled_training, (rng.random(3), rng.random(1), 0.05, rng.random((6, 3)), rng.random(6)), ("w", "b", "rate")),
    Case(reservoir, (rng.random((3, 2)), rng.random(2)), ("W", "x")),
    Case(gray_scott, (0.04, 0.06, 0.5 + 0.5 * rng.random((5, 5)), 0.5 * rng.random((5, 5)), 3), ("F", "k", "U", "V")),
    Case(scaled_weights, (2.1, rng.random(3)), ("r", "v")),
]
