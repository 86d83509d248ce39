"""Iterations are counted."""


def f(x):
    y = x
    while y < 100.0:
        y = y * y + x
    return y


# derive: grad(f)
# call: dfdx(1.5)

# ---- generated ----
from s2sgrad.runtime import scalar_seed, unbroadcast


def dfdx(x, by=1.0):
    y = x
    y_stack = []
    count = 0
    while y < 100.0:
        count += 1
        y_stack.append(y)
        y = y * y + x
    by, bx = scalar_seed(by, y), 0.0
    for _ in range(count):
        y = y_stack.pop()
        # Grad of: y = y * y + x
        bx += by
        by = 2 * by * y
    # Grad of: y = x
    return unbroadcast(bx + by, x)


# ---- numbers ----
# dfdx(1.5) = 965.875
