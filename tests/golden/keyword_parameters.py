"""The primal's parameters, defaults and markers are unchanged."""


def f(x, /, y=2.0, *, scale=1.0):
    return scale * x ** y


# derive: grad(f, wrt=("x", "scale"))
# call: dfdxscale(3.0)
# call: dfdxscale(3.0, 3.0, scale=2.0)

# ---- generated ----
from s2sgrad.runtime import power_slope, scalar_seed, unbroadcast


def dfdxscale(x, /, y=2.0, by=1.0, *, scale=1.0):
    t = x ** y
    by = scalar_seed(by, scale * t)
    # Grad of: return scale * x ** y
    return unbroadcast(by * scale * power_slope(x, y), x), unbroadcast(by * t, scale)


# ---- numbers ----
# dfdxscale(3.0) = (6.0, 9.0)
# dfdxscale(3.0, 3.0, scale=2.0) = (54.0, 27.0)
