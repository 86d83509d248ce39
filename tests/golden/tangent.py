"""Forward mode: statements of the tangent beside those of the primal."""
import math


def f(x, n):
    for _ in range(n):
        x = math.sin(x) * x
    return x


# derive: jvp(f)
# call: tfdx(1.2, 3, 1.0)

# ---- generated ----
import math


def tfdx(x, n, dx=1.0):
    for _ in range(n):
        t = math.sin(x)
        dx = dx * math.cos(x) * x + dx * t
        x = t * x
    return dx


# ---- numbers ----
# tfdx(1.2, 3, 1.0) = 2.62463460157
