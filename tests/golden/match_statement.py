"""Patterns become conditions."""


def f(shape, s):
    match shape:
        case ("circle", r):
            return 3.0 * r * r * s
        case ("box", a, b) if a > b:
            return a * b * s
        case _:
            return s


# derive: grad(f, wrt="s")
# call: dfds(("circle", 2.0), 1.0)
# call: dfds(("box", 3.0, 2.0), 1.0)
# call: dfds(("box", 2.0, 3.0), 1.0)

# ---- generated ----
from s2sgrad.runtime import is_sequence, scalar_seed, unbroadcast


def dfds(shape, s, by=1.0):
    cond = is_sequence(shape) and len(shape) == 2 and shape[0] == 'circle'
    if cond:
        r = shape[1]
        y = 3.0 * r * r * s
    else:
        found = is_sequence(shape) and len(shape) == 3 and shape[0] == 'box'
        if found:
            a = shape[1]
            b = shape[2]
            found = a > b
        if found:
            y = a * b * s
        else:
            y = s
    by = scalar_seed(by, y)
    if cond:
        # Grad of: return 3.0 * r * r * s
        bs = by * 3.0 * (r * r)
    elif found:
        # Grad of: return a * b * s
        bs = by * (a * b)
    else:
        # Grad of: return s
        bs = by
    return unbroadcast(bs, s)


# ---- numbers ----
# dfds(("circle", 2.0), 1.0) = 12.0
# dfds(("box", 3.0, 2.0), 1.0) = 6.0
# dfds(("box", 2.0, 3.0), 1.0) = 1.0
