"""`checkpoint`: the backward sweep runs the function again."""
import numpy as np

from s2sgrad import checkpoint


def layer(h, w):
    for _ in range(2):
        h = np.tanh(w * h)
    return h


def f(h, w):
    for _ in range(3):
        h = checkpoint(layer)(h, w)
    return np.sum(h)


# derive: grad(f)
# call: dfdh(np.array([0.1, 0.2]), 1.5)

# ---- generated ----
import numpy as np
from golden_recomputation import layer
from s2sgrad.runtime import expand, unbroadcast


def layer_forward(h, w):
    h_stack = []
    for _ in range(2):
        h_stack.append(h)
        h = np.tanh(w * h)
    return h, (h, h_stack, w)


def layer_backward(saved, bh):
    h, h_stack, w = saved
    for _ in range(2):
        # Grad of: h = np.tanh(w * h)
        bt = bh * (1.0 - h * h)
        h = h_stack.pop()
        bh = unbroadcast(bt * w, h)
    return bh


def dfdh(h, w, by=1.0):
    h_stack = []
    for _ in range(3):
        h_stack.append(h)
        h = layer(h, w)
    # Grad of: return np.sum(h)
    bh = expand(by, h)
    for _ in range(3):
        h = h_stack.pop()
        # Grad of: h = checkpoint(layer)(h, w)
        h, layer_saved = layer_forward(h, w)
        bh = layer_backward(layer_saved, bh)
    return bh


# ---- numbers ----
# dfdh(np.array([0.1, 0.2]), 1.5) = [2.55644804683, 0.444481355538]
