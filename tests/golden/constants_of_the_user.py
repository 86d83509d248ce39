"""`stop_gradient`."""
from s2sgrad import stop_gradient


def f(x):
    target = stop_gradient(x * x)
    return (x - target) * x


# derive: grad(f)
# call: dfdx(3.0)

# ---- generated ----
from s2sgrad import stop_gradient
from s2sgrad.runtime import scalar_seed


def dfdx(x, by=1.0):
    target = stop_gradient(x * x)
    by = scalar_seed(by, x)
    # Grad of: return (x - target) * x
    return by * (x - target) + by * x


# ---- numbers ----
# dfdx(3.0) = -3.0
