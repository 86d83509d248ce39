"""A function that is passed in is asked for its pullback."""


def f(g, x):
    return g(x) * x


# derive: grad(f, wrt="x")
# call: dfdx(square, 3.0)

# ---- generated ----
from s2sgrad.runtime import pullback, scalar_seed, unbroadcast


def dfdx(g, x, by=1.0):
    t, t_pullback = pullback(g, (0,))(x)
    # Grad of: return g(x) * x
    bx = scalar_seed(by, t * x) * t + t_pullback(unbroadcast(by * x, t))
    return unbroadcast(bx, x)


# ---- numbers ----
# dfdx(square, 3.0) = 27.0
