"""A formula."""


def f(x):
    return x * x


# derive: grad(f)
# call: dfdx(3.0)
# call: dfdx(3.0, 10.0)

# ---- generated ----
from s2sgrad.runtime import scalar_seed


def dfdx(x, by=1.0):
    # Grad of: return x * x
    return 2 * scalar_seed(by, x) * x


# ---- numbers ----
# dfdx(3.0) = 6.0
# dfdx(3.0, 10.0) = 60.0
