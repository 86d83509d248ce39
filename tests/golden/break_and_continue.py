"""What leaves an iteration."""


def f(x, ks):
    y = x
    for k in ks:
        if k < 0:
            continue
        if y > 50.0:
            break
        y = y * k
    return y


# derive: grad(f)
# call: dfdx(2.0, [3.0, -1.0, 10.0, 7.0])

# ---- generated ----
from s2sgrad.runtime import scalar_seed, unbroadcast


def dfdx(x, ks, by=1.0):
    y = x
    cond_stack = []
    count = 0
    for k in ks:
        count += 1
        if not k < 0:
            cond = y > 50.0
            cond_stack.append(cond)
            if cond:
                break
            else:
                y = y * k
    by = scalar_seed(by, y)
    for k in reversed(ks[:count]):
        if not k < 0:
            if not cond_stack.pop():
                # Grad of: y = y * k
                by = by * k
    return unbroadcast(by, x)


# ---- numbers ----
# dfdx(2.0, [3.0, -1.0, 10.0, 7.0]) = 30.0
