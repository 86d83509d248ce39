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


def dfdw(w, x, by=1.0):
    t = 1.0 / (1.0 + math.exp(-(w * x)))
    # Grad of: return sigmoid(w * x) * w
    return by * t + by * w * t * (1.0 - t) * x


# ---- numbers ----
# dfdw(0.5, 2.0) = 0.927670511871
