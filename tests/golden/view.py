"""A view has a view of the adjoint."""
import numpy as np


def f(a):
    a = a * 2.0
    row = a[0]
    row *= a[1]
    return np.sum(a * a)


# derive: grad(f)
# call: dfda(np.array([[1.0, 2.0], [3.0, 4.0]]))

# ---- generated ----
from s2sgrad.runtime import copy, require_array, require_part, restore_contents, zeros_like


def dfda(a, by=1.0):
    a = a * 2.0
    row = a[0]
    require_part(row, a, 'row')
    t = a[1]
    row_old = copy(row)
    require_array(row, 'row')
    row *= t
    ba = zeros_like(a)
    # Grad of: return np.sum(a * a)
    ba += by * a
    ba += by * a
    restore_contents(row, row_old)
    # Grad of: row = a[0]
    brow = ba[0]
    # Grad of: row *= a[1]
    bt = brow * row
    brow[...] = brow * t
    ba[1] += bt
    # Grad of: a = a * 2.0
    return ba * 2.0


# ---- numbers ----
# dfda(np.array([[1.0, 2.0], [3.0, 4.0]])) = [[288.0, 1024.0], [120.0, 544.0]]
