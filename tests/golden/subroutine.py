"""A pair of functions beside the derivative."""


def steps(x, n):
    for _ in range(n):
        x = x * x - 1.0
    return x


def f(x):
    return steps(x, 2) * steps(0.5 * x, 1)


# derive: grad(f)
# call: dfdx(1.3)

# ---- generated ----
from s2sgrad.runtime import scalar_seed


def dfdx(x, by=1.0):
    x2 = x
    x_stack = []
    for _ in range(2):
        x_stack.append(x2)
        x2 = x2 * x2 - 1.0
    x3 = 0.5 * x
    x_stack2 = []
    for _ in range(1):
        x_stack2.append(x3)
        x3 = x3 * x3 - 1.0
    by = scalar_seed(by, x)
    # Grad of: return steps(x, 2) * steps(0.5 * x, 1)
    bx, bx2 = by * x3, by * x2
    for _ in range(1):
        x = x_stack2.pop()
        # Grad of: x = x * x - 1.0
        bx2 = 2 * bx2 * x
    for _ in range(2):
        x = x_stack.pop()
        # Grad of: x = x * x - 1.0
        bx = 2 * bx * x
    # Grad of: return steps(x, 2) * steps(0.5 * x, 1)
    return bx2 * 0.5 + bx


# ---- numbers ----
# dfdx(1.3) = -2.412605
