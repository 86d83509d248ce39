"""One small expression is put in place of its call."""
import math


def sigmoid(z):
    return 1.0 / (1.0 + math.exp(-z))


def f(w, x):
    return sigmoid(w * x) * w


# derive: grad(f)
# call: dfdw(0.5, 2.0)

# ---- generated ----
import math
from s2sgrad.runtime import scalar_seed, unbroadcast


def dfdw(w, x, by=1.0):
    t = 1.0 / (1.0 + math.exp(-(w * x)))
    by = scalar_seed(by, w)
    # Grad of: return sigmoid(w * x) * w
    return unbroadcast(by * t + by * w * t * (1.0 - t) * x, w)


# ---- numbers ----
# dfdw(0.5, 2.0) = 0.927670511871
