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
    if a > 1.0:
        y = x * x
    elif a > 0.0:
        y = x * a
    else:
        y = -x
    by = scalar_seed(by, y + x)
    # Grad of: return y + x
    by2 = unbroadcast(by, y)
    bx = unbroadcast(by, x)
    if a > 1.0:
        # Grad of: y = x * x
        bx = bx + 2 * by2 * x
    elif a > 0.0:
        # Grad of: y = x * a
        bx = bx + unbroadcast(by2 * a, x)
    else:
        # Grad of: y = -x
        bx = bx - by2
    return bx


# ---- numbers ----
# dfdx(3.0, 2.0) = 7.0
# dfdx(3.0, 0.5) = 1.5
# dfdx(3.0, -1.0) = 0.0
