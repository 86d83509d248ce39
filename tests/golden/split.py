"""The two sweeps as two functions."""


def f(x, y):
    z = x * y
    return z * z


# derive: autodiff(f, wrt=("x", "y"), motion="split")
# call: f_backward(f_forward(2.0, 3.0)[1], 1.0)

# ---- generated ----
from s2sgrad.runtime import unbroadcast


def f_forward(x, y):
    z = x * y
    return z * z, (x, y, z)


def f_backward(saved, by):
    x, y, z = saved
    # Grad of: return z * z
    bz = 2 * by * z
    # Grad of: z = x * y
    return unbroadcast(bz * y, x), unbroadcast(bz * x, y)


# ---- numbers ----
# f_backward(f_forward(2.0, 3.0)[1], 1.0) = (36.0, 24.0)
