"""A new array is kept as it is; the memory that it is from, which the loop changes, need not be put back."""
import numpy as np


def f(u, c, t, n):
    for _ in range(n):
        u[1:-1] += t * c * (u[:-2] - 2.0 * u[1:-1] + u[2:])
        t = t + 0.1
    return np.sum(u * u)


# derive: grad(f, wrt=("u", "c"))
# call: dfduc(np.array([1.0, 2.0, 0.5, 3.0]), 0.1, 1.0, 3)

# ---- generated ----
from s2sgrad.runtime import unbroadcast


def dfduc(u, c, t, n, by=1.0):
    u = u.copy()
    saved = []
    for _ in range(n):
        t2 = u[:-2] - 2.0 * u[1:-1] + u[2:]
        saved.append((t2, t))
        u[1:-1] += t * c * t2
        t = t + 0.1
    # Grad of: return np.sum(u * u)
    bu, bc = 2 * by * u, 0.0
    for _ in range(n):
        t2, t = saved.pop()
        # Grad of: u[1:-1] += t * c * (u[:-2] - 2.0 * u[1:-1] + u[2:])
        bt = bu[1:-1]
        t3 = t * c
        bt, bt2 = unbroadcast(bt * t2, t3), unbroadcast(bt * t3, t2)
        bu[2:] += bt2
        bu[1:-1] -= bt2 * 2.0
        bu[:-2] += bt2
        bc += unbroadcast(bt * t, c)
    return bu, unbroadcast(bc, c)


# ---- numbers ----
# dfduc(np.array([1.0, 2.0, 0.5, 3.0]), 0.1, 1.0, 3) = ([2.864636592, 2.0693376672, 2.0791348896, 6.8722508512], 11.702775864)
