"""A rule is written once and printed where it is used."""
from s2sgrad import adjoint, d


def soft(x):
    return x / (1.0 + abs(x))


@adjoint(soft)
def soft_adjoint(y, x):
    d[x] = d[y] / (1.0 + abs(x)) ** 2


def f(x):
    return soft(x * x)


# derive: grad(f)
# call: dfdx(1.5)

# ---- generated ----
from golden_rule_of_the_user import soft
from s2sgrad.runtime import scalar_seed


def dfdx(x, by=1.0):
    t = x * x
    y = soft(t)
    # Grad of: return soft(x * x)
    return 2 * (scalar_seed(by, y) / (1.0 + abs(t)) ** 2) * x


# ---- numbers ----
# dfdx(1.5) = 0.284023668639
