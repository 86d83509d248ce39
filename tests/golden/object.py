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
from golden_object import Spring
from s2sgrad.runtime import copy, scalar_seed, structured_like, unbroadcast, zeros_like


def dfdk(k, by=1.0):
    spring = Spring.__new__(Spring)
    spring.k = k
    spring.x = 0.0
    t = spring.x
    t2 = spring.k
    t3 = 1.0 / t2
    self_old = copy(spring.x)
    spring.x = t + t3
    spring.x
    t4 = spring.x
    t5 = spring.k
    t6 = 2.0 / t5
    self_old2 = copy(spring.x)
    spring.x = t4 + t6
    t7 = spring.x
    t8 = spring.k
    t9 = t8 ** 2
    by = scalar_seed(by, t7 * t9)
    bspring = zeros_like(spring)
    # Grad of: return spring.pull(2.0) * spring.k ** 2
    bspring.k += unbroadcast(by * t7, t8) * 2 * t8
    bspring.x += unbroadcast(by * t9, t7)
    spring.x = self_old2
    # Grad of: self.x = self.x + f / self.k
    bt = bspring.x
    bspring.x = 0.0
    bt2 = copy(unbroadcast(bt, t4))
    bspring.k -= unbroadcast(bt, t5) * (t6 / t5)
    bspring.x += bt2
    spring.x = self_old
    # Grad of: self.x = self.x + f / self.k
    bt = bspring.x
    bspring.x = 0.0
    bt2 = copy(unbroadcast(bt, t))
    bspring.k -= unbroadcast(bt, t2) * (t3 * t3)
    bspring.x += bt2
    # Grad of: self.x = 0.0
    bspring.x = 0.0
    # Grad of: self.k = k
    bk = bspring.k
    bspring.k = 0.0
    return structured_like(bk, k)


# ---- numbers ----
# dfdk(2.0) = 3.0
