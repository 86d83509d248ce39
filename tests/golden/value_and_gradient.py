"""The value beside the gradient, which the backward sweep does not disturb."""


def f(x):
    y = x * x + 1.0
    y = y * y
    return y


# derive: value_and_grad(f)
# call: dfdx(2.0)

# ---- generated ----
from s2sgrad.runtime import scalar_seed


def dfdx(x, by=1.0):
    y = x * x + 1.0
    y2 = y * y
    # Grad of: y = y * y
    # Grad of: y = x * x + 1.0
    return y2, 2 * (2 * scalar_seed(by, x) * y) * x


# ---- numbers ----
# dfdx(2.0) = (25.0, 40.0)
