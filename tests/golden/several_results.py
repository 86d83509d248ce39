"""A structured result takes a structured seed."""


def f(x, y):
    s = x * y
    return s, s * s


# derive: vjp(f, wrt=("x", "y"))
# call: dfdxy(2.0, 3.0, (1.0, 0.5))

# ---- generated ----
from s2sgrad.runtime import check_seed, unbroadcast


def dfdxy(x, y, by):
    s = x * y
    by = check_seed(by, (s, s * s))
    # Grad of: return s, s * s
    bs = by[0] + 2 * by[1] * s
    # Grad of: s = x * y
    return unbroadcast(bs * y, x), unbroadcast(bs * x, y)


# ---- numbers ----
# dfdxy(2.0, 3.0, (1.0, 0.5)) = (21.0, 14.0)
