"""Reads of elements accumulate in one array."""


def f(x):
    total = 0.0
    for i in range(len(x) - 1):
        total += x[i] * x[i + 1]
    return total


# derive: grad(f)
# call: dfdx(np.array([1.0, 2.0, 3.0]))

# ---- generated ----
from s2sgrad.runtime import element, scalar_seed, structured_like, unbroadcast, zeros_like


def dfdx(x, btotal=1.0):
    btotal = scalar_seed(btotal, element(x))
    bx = zeros_like(x)
    for i in reversed(range(len(x) - 1)):
        # Grad of: total += x[i] * x[i + 1]
        bt = unbroadcast(btotal, x[i])
        bx[i + 1] += bt * x[i]
        bx[i] += bt * x[i + 1]
    return structured_like(bx, x)


# ---- numbers ----
# dfdx(np.array([1.0, 2.0, 3.0])) = [2.0, 4.0, 2.0]
