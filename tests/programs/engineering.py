"""Models of engineers: options by name, tables of coefficients, classes that configure a computation."""
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(13)


# ---- state vectors in the rows of an array, updated where there is something to do -----------------------------------

def corrected(q, rate, gain, dt=0.1):
    if rate is None or not np.linalg.norm(rate) > 0:
        return q
    q = q + dt * np.roll(q, 1) * rate
    q /= np.linalg.norm(q)
    q -= gain * q * q
    return q


def attitudes(start, rates, gain):
    states = np.zeros((len(rates), 3))
    states[0] = start
    for t in range(1, len(rates)):
        states[t] = corrected(states[t - 1], rates[t], gain)
    return states


def alternating_rows(x, gain):
    rows = np.zeros((2, 3))
    rows[0] = x
    for t in range(5):
        row = rows[t % 2]
        if t != 2:
            row = np.sin(row) * gain
            row += 0.3 * x
        rows[(t + 1) % 2] = row
    return np.sum(rows * rows, axis=1)


# ---- finance --------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Bond:
    face: float
    coupon: float
    years: int
    frequency: int = 2

    @property
    def flows(self):
        c = self.face * self.coupon / self.frequency
        n = self.years * self.frequency
        return [(k / self.frequency, c + (self.face if k == n else 0.0)) for k in range(1, n + 1)]

    def price(self, y):
        return sum(flow / (1 + y / self.frequency) ** (self.frequency * t) for t, flow in self.flows)


def two_bonds(face, coupon, y):
    bond = Bond(face, coupon, 2)
    other = replace(bond, coupon=coupon * 1.5, frequency=1)
    return bond.price(y) - other.price(y) * 0.5 + replace(bond, face=y).price(coupon)


def early_exercise(spot, strike, years, rate, sigma, n=5, kind="put"):
    dt = years / n
    up = np.exp(sigma * np.sqrt(dt))
    p = (np.exp(rate * dt) - 1 / up) / (up - 1 / up)
    sign = {"put": -1.0, "call": 1.0}[kind]
    values = np.maximum(sign * (spot * up ** np.arange(n, -n - 1, -2) - strike), 0.0)
    for i in range(n - 1, -1, -1):
        prices = spot * up ** np.arange(i, -i - 1, -2)
        values = np.maximum(np.exp(-rate * dt) * (p * values[:-1] + (1 - p) * values[1:]), sign * (prices - strike))
    return values[0]


# ---- aerodynamics ---------------------------------------------------------------------------------------------------

class Wing(ABC):
    def __init__(self, area):
        self.area = area

    @abstractmethod
    def coefficient(self, alpha):
        ...

    def lift(self, alpha, v, rho=1.225):
        return 0.5 * rho * v ** 2 * self.area * self.coefficient(alpha)


class ThinWing(Wing):
    def __init__(self, area, aspect):
        super().__init__(area)
        self.aspect = aspect

    def coefficient(self, alpha):
        return 2 * math.pi * alpha / (1 + 2 / self.aspect)


class StalledWing(ThinWing):
    stall = 0.25

    def coefficient(self, alpha):
        base = super().coefficient(alpha)
        if alpha > self.stall:
            base -= 5.0 * (alpha - self.stall) ** 2
        return base


def lift_of_wings(area, aspect, alpha, v):
    wings = [ThinWing(area, aspect), StalledWing(area * 0.5, aspect + 1)]
    return sum(w.lift(alpha, v) for w in wings)


# ---- hidden Markov models -------------------------------------------------------------------------------------------

def reestimated(start, moves, emissions, observed):
    n, steps = len(start), len(observed)
    alpha, beta, scale = np.zeros((steps, n)), np.ones((steps, n)), np.zeros(steps)
    alpha[0] = start * emissions[:, observed[0]]
    for t in range(steps):
        if t > 0:
            alpha[t] = (alpha[t - 1] @ moves) * emissions[:, observed[t]]
        scale[t] = alpha[t].sum()
        alpha[t] /= scale[t]
    for t in range(steps - 2, -1, -1):
        beta[t] = moves @ (emissions[:, observed[t + 1]] * beta[t + 1]) / scale[t + 1]
    gamma = alpha * beta
    counts = np.zeros_like(emissions)
    for t, o in enumerate(observed):
        counts[:, o] += gamma[t]
    return np.log(scale).sum(), counts / gamma.sum(axis=0)[:, None]


CASES = [
    Case(attitudes, (np.array([0.6, 0.5, 0.7]), rng.normal(size=(4, 3)), 0.1), ("start", "rates", "gain"), smoke=True),
    Case(alternating_rows, (rng.random(3), 1.3), ("x", "gain")),
    Case(two_bonds, (100.0, 0.05, 0.04), ("face", "coupon", "y")),
    Case(early_exercise, (100.0, 105.0, 1.0, 0.05, 0.3), ("spot", "strike", "years", "rate", "sigma")),
    Case(lift_of_wings, (1.2, 7.0, 0.3, 3.0), ("area", "aspect", "alpha", "v")),
    Case(reestimated, (np.array([0.6, 0.4]), np.array([[0.7, 0.3], [0.2, 0.8]]), np.array([[0.5, 0.5], [0.1, 0.9]]),
                       [0, 1, 1, 0]), ("start", "moves", "emissions")),
]
