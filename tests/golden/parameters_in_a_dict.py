"""The gradient of a dict is a dict."""


def f(p, x):
    return p["w"] * x * p["w"] + p["b"]


# derive: grad(f)
# call: dfdp({"w": 2.0, "b": 1.0}, 3.0)

# ---- generated ----
from s2sgrad.runtime import entries_like, scalar_seed, unbroadcast


def dfdp(p, x, by=1.0):
    by = scalar_seed(by, p['w'] + x + p['b'])
    # Grad of: return p["w"] * x * p["w"] + p["b"]
    return entries_like({'w': unbroadcast(2 * by * (p['w'] * x), p['w']), 'b': unbroadcast(by, p['b'])}, p)


# ---- numbers ----
# dfdp({"w": 2.0, "b": 1.0}, 3.0) = {'w': 12.0, 'b': 1.0}
