"""The function of the front page."""


def f(x, n):
    for i in range(n):
        if x < 20.0:
            x = x * x
    return x


# derive: grad(f)
# call: dfdx(1.5, 3)
# call: dfdx(2.0, 5)

# ---- generated ----
from s2sgrad.runtime import scalar_seed


def dfdx(x, n, bx=1.0):
    x_stack = []
    cond_stack = []
    for i in range(n):
        cond = x < 20.0
        cond_stack.append(cond)
        if cond:
            x_stack.append(x)
            x = x * x
    bx = scalar_seed(bx, x)
    for i in range(n):
        if cond_stack.pop():
            x = x_stack.pop()
            # Grad of: x = x * x
            bx = 2 * bx * x
    return bx


# ---- numbers ----
# dfdx(1.5, 3) = 136.6875
# dfdx(2.0, 5) = 1024.0
