"""A loop whose values are saved."""


def f(a, n):
    x = a
    for _ in range(n):
        x = 0.5 * (x + a / x)
    return x


# derive: grad(f)
# call: dfda(2.0, 5)

# ---- generated ----
from s2sgrad.runtime import scalar_seed, unbroadcast


def dfda(a, n, bx=1.0):
    x = a
    x_stack = []
    for _ in range(n):
        x_stack.append(x)
        x = 0.5 * (x + a / x)
    bx, ba = scalar_seed(bx, x), 0.0
    for _ in range(n):
        x = x_stack.pop()
        # Grad of: x = 0.5 * (x + a / x)
        bx = bx * 0.5
        ba += bx / x
        bx = bx - bx * (a / x / x)
    # Grad of: x = a
    return unbroadcast(ba + bx, a)


# ---- numbers ----
# dfda(2.0, 5) = 0.353553390593
