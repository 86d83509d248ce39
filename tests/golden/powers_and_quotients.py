"""Powers with constant exponents, quotients, signs."""


def f(x, y):
    return x ** 3 / y - y ** 0.5 * -x


# derive: grad(f, wrt=("x", "y"))
# call: dfdxy(2.0, 4.0)

# ---- generated ----
from s2sgrad.runtime import quotient, scalar_seed, unbroadcast


def dfdxy(x, y, by=1.0):
    t = x ** 3 / y
    by = scalar_seed(by, t)
    # Grad of: return x ** 3 / y - y ** 0.5 * -x
    bt = -by
    by2 = quotient(0.5 * unbroadcast(-(bt * x), y), y ** 0.5)
    by2 = by2 + unbroadcast(-(by * (t / y)), y)
    bx = unbroadcast(by / y, x) * 3 * x ** 2 - unbroadcast(bt * y ** 0.5, x)
    return bx, by2


# ---- numbers ----
# dfdxy(2.0, 4.0) = (5.0, 0.0)
