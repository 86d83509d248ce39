"""Reductions along an axis."""
import numpy as np


def f(z, labels):
    z = z - np.max(z, axis=1, keepdims=True)
    logp = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(logp[np.arange(len(labels)), labels])


# derive: grad(f)
# call: dfdz(np.array([[1.0, 2.0, 0.5], [0.1, -1.0, 3.0]]), np.array([0, 2]))

# ---- generated ----
import numpy as np
from s2sgrad.runtime import placed


def dfdz(z, labels, by=1.0):
    z = z - np.max(z, axis=1, keepdims=True)
    t = np.exp(z)
    t2 = np.sum(t, axis=1, keepdims=True)
    logp = z - np.log(t2)
    # Grad of: return -np.mean(logp[np.arange(len(labels)), labels])
    blogp = placed(-(by / np.size(logp[np.arange(len(labels)), labels])), (np.arange(len(labels)), labels), logp)
    # Grad of: logp = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return blogp - np.sum(blogp, axis=1, keepdims=True) / t2 * t


# ---- numbers ----
# dfdz(np.array([[1.0, 2.0, 0.5], [0.1, -1.0, 3.0]]), np.array([0, 2])) = [[-0.384388051189, 0.314265859606, 0.070122191583], [0.0256318028542, 0.0085320859932, -0.0341638888474]]
