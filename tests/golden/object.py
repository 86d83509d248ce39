"""Attributes and methods."""


class Spring:
    def __init__(self, k):
        self.k = k
        self.x = 0.0

    def pull(self, f):
        self.x = self.x + f / self.k
        return self.x


def f(k):
    spring = Spring(k)
    spring.pull(1.0)
    return spring.pull(2.0) * spring.k ** 2


# derive: grad(f)
# call: dfdk(2.0)

# ---- generated ----
from s2sgrad.runtime import scalar_seed


def dfdk(k, by=1.0):
    t, t2 = 1.0 / k, 2.0 / k
    spring_x = 0.0 + t + t2
    by = scalar_seed(by, k)
    # Grad of: return spring.pull(2.0) * spring.k ** 2
    bspring_x = by * k ** 2
    # Grad of: self.x = self.x + f / self.k
    return by * spring_x * 2 * k - bspring_x * (t2 / k) - bspring_x * (t * t)


# ---- numbers ----
# dfdk(2.0) = 3.0
