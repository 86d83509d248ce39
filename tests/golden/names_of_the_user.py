"""Names that are taken stay the user's."""
import numpy


def dfdbx(v):
    return v + 1.0


def f(bx, by):
    np = bx * by
    return numpy.sin(np) * dfdbx(by)


# derive: grad(f)
# call: dfdbx2(0.5, 2.0)

# ---- generated ----
import numpy
from golden_names_of_the_user import dfdbx
from s2sgrad.runtime import scalar_seed, unbroadcast


def dfdbx2(bx, by, by2=1.0):
    np = bx * by
    t = dfdbx(by)
    # Grad of: return numpy.sin(np) * dfdbx(by)
    # Grad of: np = bx * by
    return unbroadcast(scalar_seed(by2, np) * t * numpy.cos(np) * by, bx)


# ---- numbers ----
# dfdbx2(0.5, 2.0) = 3.24181383521
