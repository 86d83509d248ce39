"""What a write destroys is saved where it is needed."""
import numpy as np


def f(x):
    y = np.zeros(3)
    for i in range(3):
        y[i] = x * x + i
        y[i] = y[i] * y[i]
    return np.sum(y)


# derive: grad(f)
# call: dfdx(1.5)

# ---- generated ----
import numpy as np
from s2sgrad.runtime import expand, unbroadcast


def dfdx(x, by=1.0):
    y = np.zeros(3)
    y_stack = []
    for i in range(3):
        y[i] = x * x + i
        y_stack.append(y[i])
        y[i] = y[i] * y[i]
    # Grad of: return np.sum(y)
    bx = 0.0
    by = expand(by, y).copy()
    for i in reversed(range(3)):
        y[i] = y_stack.pop()
        # Grad of: y[i] = y[i] * y[i]
        by[i] = 2 * by[i] * y[i]
        # Grad of: y[i] = x * x + i
        bx += 2 * by[i] * x
    return unbroadcast(bx, x)


# ---- numbers ----
# dfdx(1.5) = 58.5
