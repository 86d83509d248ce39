"""`append` is reversed by `pop`."""


def f(x, n):
    xs = [x]
    for _ in range(n):
        xs.append(xs[-1] * x)
    return sum(xs)


# derive: grad(f)
# call: dfdx(2.0, 3)

# ---- generated ----
from s2sgrad.runtime import own_copy, scalar_seed, spread, unbroadcast


def dfdx(x, n, by=1.0):
    xs = [x]
    for _ in range(n):
        xs.append(xs[-1] * x)
    # Grad of: return sum(xs)
    bx = 0.0
    bxs = own_copy(spread(scalar_seed(by, sum(xs)), xs))
    for _ in range(n):
        # Grad of: xs.append(xs[-1] * x)
        bt = bxs.pop()
        xs.pop()
        t = xs[-1]
        bx += unbroadcast(bt * t, x)
        bxs[-1] += unbroadcast(bt * x, t)
    # Grad of: xs = [x]
    return unbroadcast(bx + bxs[0], x)


# ---- numbers ----
# dfdx(2.0, 3) = 49.0
