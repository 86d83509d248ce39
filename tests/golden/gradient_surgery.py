"""`insert_grad_of`: statements of the user in the backward sweep."""
import numpy as np

from s2sgrad import insert_grad_of


def f(x):
    y = np.sin(x)
    with insert_grad_of(y) as dy:
        dy = np.clip(dy, -1.0, 1.0)
    return np.sum(5.0 * y)


# derive: grad(f)
# call: dfdx(np.array([0.5, 2.0]))

# ---- generated ----
import numpy as np
from s2sgrad.runtime import copy, expand


def dfdx(x, by=1.0):
    # Grad of: return np.sum(5.0 * y)
    # Grad of: with insert_grad_of(y) as dy:
    # Grad of: y = np.sin(x)
    return copy(np.clip(copy(expand(by, x) * 5.0), -1.0, 1.0)) * np.cos(x)


# ---- numbers ----
# dfdx(np.array([0.5, 2.0])) = [0.87758256189, -0.416146836547]
