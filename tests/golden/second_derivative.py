"""The derivative of a derivative is a function like any other."""


def f(x):
    return x ** 3


# derive: grad(grad(f))
# call: ddfdxdx(2.0)

# ---- generated ----
from s2sgrad.runtime import scalar_seed


def ddfdxdx(x, by=1.0, by2=1.0):
    # Grad of: return scalar_seed(by, x) * 3 * x ** 2
    return scalar_seed(by2, x) * scalar_seed(by, x) * 6 * x


# ---- numbers ----
# ddfdxdx(2.0) = 12.0
