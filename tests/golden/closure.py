"""A nested function that captures."""


def f(x, n):
    scale = x * x

    def step(v):
        return v * scale + x

    for _ in range(n):
        x = step(x)
    return x


# derive: grad(f)
# call: dfdx(0.7, 2)

# ---- generated ----
from s2sgrad.runtime import scalar_seed, unbroadcast


def dfdx(x, n, bx=1.0):
    scale = x * x
    x_stack = []
    for _ in range(n):
        x_stack.append(x)
        x = x * scale + x
    bx, bscale = scalar_seed(bx, x), 0.0
    for _ in range(n):
        x = x_stack.pop()
        # Grad of: return v * scale + x
        bscale += bx * x
        bx = bx + bx * scale
    # Grad of: scale = x * x
    bx = bx + 2 * bscale * x
    return unbroadcast(bx, x)


# ---- numbers ----
# dfdx(0.7, 2) = 5.1405
