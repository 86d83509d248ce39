"""A pair that calls itself."""


def power(x, n):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


def f(x):
    return power(x, 4)


# derive: grad(f)
# call: dfdx(1.5)

# ---- generated ----
from s2sgrad.runtime import scalar_seed, unbroadcast


def power_forward(x, n):
    power_saved = None
    t = None
    if n == 0:
        y = 1.0
    else:
        t, power_saved = power_forward(x, n - 1)
        y = x * t
    return y, (n, power_saved, t, x)


def power_backward(saved, by):
    n, power_saved, t, x = saved
    bx = 0.0
    if not n == 0:
        # Grad of: return x * power(x, n - 1)
        bx += unbroadcast(by * t, x) + power_backward(power_saved, unbroadcast(by * x, t))
    return unbroadcast(bx, x)


def dfdx(x, by=1.0):
    y, power_saved = power_forward(x, 4)
    # Grad of: return power(x, 4)
    return power_backward(power_saved, scalar_seed(by, y))


# ---- numbers ----
# dfdx(1.5) = 13.5
