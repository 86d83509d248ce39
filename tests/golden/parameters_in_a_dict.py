"""The gradient of a dict is a dict."""


def f(p, x):
    return p["w"] * x * p["w"] + p["b"]


# derive: grad(f)
# call: dfdp({"w": 2.0, "b": 1.0}, 3.0)

# ---- generated ----
from s2sgrad.runtime import scalar_seed, unbroadcast, zeros_like


def dfdp(p, x, by=1.0):
    by = scalar_seed(by, p['w'] + x + p['b'])
    bp = zeros_like(p)
    # Grad of: return p["w"] * x * p["w"] + p["b"]
    bp['b'] += unbroadcast(by, p['b'])
    bp['w'] += unbroadcast(2 * by * (p['w'] * x), p['w'])
    return bp


# ---- numbers ----
# dfdp({"w": 2.0, "b": 1.0}, 3.0) = {'w': 12.0, 'b': 1.0}
