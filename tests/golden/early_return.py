"""A return inside a loop."""


def f(x, n):
    for i in range(n):
        x = x * x
        if x > 10.0:
            return x * i
    return -x


# derive: grad(f)
# call: dfdx(1.5, 2)
# call: dfdx(1.5, 9)

# ---- generated ----
from s2sgrad.runtime import scalar_seed, unbroadcast


def dfdx(x, n, by=1.0):
    returned = False
    x_stack = []
    count = 0
    for i in range(n):
        count += 1
        x_stack.append(x)
        x = x * x
        if x > 10.0:
            y = x * i
            returned = True
            break
    if not returned:
        y = -x
    by, bx = scalar_seed(by, y), 0.0
    if not returned:
        # Grad of: return -x
        bx -= by
        by = 0.0
    for i in reversed(range(count)):
        if x > 10.0:
            # Grad of: return x * i
            bx += by * i
            by = 0.0
        x = x_stack.pop()
        # Grad of: x = x * x
        bx = 2 * bx * x
    return unbroadcast(bx, x)


# ---- numbers ----
# dfdx(1.5, 2) = -13.5
# dfdx(1.5, 9) = 273.375
