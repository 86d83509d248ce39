"""A linear update in place saves nothing."""


def f(u, k, n):
    for _ in range(n):
        u[1:-1] += k * (u[:-2] - 2.0 * u[1:-1] + u[2:])
    return u[1] * u[2]


# derive: grad(f)
# call: dfdu(np.array([1.0, 2.0, 0.5, 3.0]), 0.1, 3)

# ---- generated ----
from s2sgrad.runtime import placed, scalar_seed, unbroadcast


def dfdu(u, k, n, by=1.0):
    u = u.copy()
    for _ in range(n):
        u[1:-1] += k * (u[:-2] - 2.0 * u[1:-1] + u[2:])
    t = u[1]
    by = scalar_seed(by, t)
    # Grad of: return u[1] * u[2]
    bu = placed(by * t, 2, u)
    bu[1] += by * u[2]
    for _ in range(n):
        # Grad of: u[1:-1] += k * (u[:-2] - 2.0 * u[1:-1] + u[2:])
        bt = unbroadcast(bu[1:-1] * k, u[:-2])
        bu[2:] += bt
        bu[1:-1] -= bt * 2.0
        bu[:-2] += bt
    return bu


# ---- numbers ----
# dfdu(np.array([1.0, 2.0, 0.5, 3.0]), 0.1, 3) = [0.385454, 1.0462995, 1.072539, 0.4022075]
