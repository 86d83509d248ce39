"""A condition that can be evaluated again is not recorded."""


def f(x, a):
    if a > 1.0:
        y = x * x
    elif a > 0.0:
        y = x * a
    else:
        y = -x
    return y + x


# derive: grad(f)
# call: dfdx(3.0, 2.0)
# call: dfdx(3.0, 0.5)
# call: dfdx(3.0, -1.0)

# ---- generated ----
from s2sgrad.runtime import scalar_seed, unbroadcast


def dfdx(x, a, by=1.0):
    by = scalar_seed(by, x + a)
    if a > 1.0:
        # Grad of: y = x * x
        bx = by + 2 * by * x
    elif a > 0.0:
        # Grad of: y = x * a
        bx = by + by * a
    else:
        # Grad of: y = -x
        bx = by - by
    return unbroadcast(bx, x)


# ---- numbers ----
# dfdx(3.0, 2.0) = 7.0
# dfdx(3.0, 0.5) = 1.5
# dfdx(3.0, -1.0) = 0.0
