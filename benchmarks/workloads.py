"""The programs: in plain Python and NumPy, by hand, and as each of the other tools wants them written."""
from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from benchmarks import tools


class Workload(NamedTuple):
    """`f` is the primal, `expert` its adjoint by hand; the others are the primal as a tool wants it.

    `inputs` makes the arguments for a size, `wrt` are the positions that are differentiated.
    """

    name: str
    f: Callable[..., Any]
    expert: Callable[..., Any]
    portable: Callable[..., Any] | None
    jax: Callable[..., Any] | None
    inputs: Callable[[int], tuple[Any, ...]]
    sizes: tuple[int, ...]
    wrt: tuple[int, ...] = (0,)
    static: tuple[int, ...] = ()
    unit: str = "size"
    torch: bool = True

    def gradient(self, tool: str) -> Callable[..., Any] | None:
        """The gradient by a tool, None where it cannot take the program."""
        wrt: Any = self.wrt if len(self.wrt) > 1 else self.wrt[0]
        if tool == "expert":
            return self.expert
        if tool == "s2sgrad":
            return tools.own(self.f, wrt)
        if tool == "s2sgrad + numba":
            return tools.compiled(self.f, wrt)
        if tool == "tangent":
            return tools.with_tangent(self.f, wrt)
        if tool == "jax":
            return None if self.jax is None else tools.with_jax(self.jax, wrt, self.static)
        if self.portable is None or tool == "torch" and not self.torch:
            return None
        return tools.with_autograd(self.portable, wrt) if tool == "autograd" else tools.with_torch(self.portable, wrt)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def jnp() -> Any:
    return importlib.import_module("jax.numpy")


def scan(step: Any, start: Any, xs: Any, length: int | None = None) -> Any:
    return importlib.import_module("jax.lax").scan(step, start, xs, length=length)[0]


# ---- a scalar formula -----------------------------------------------------------------------------------------------

def formula(x):
    return math.sin(x) * math.exp(-x * x) + x ** 3 - 1 / x


def formula_by_hand(x):
    e = math.exp(-x * x)
    return e * (math.cos(x) - 2 * x * math.sin(x)) + 3 * x * x + 1 / (x * x)


def formula_portable(xp, x):
    return xp.sin(x) * xp.exp(-x * x) + x ** 3 - 1 / x


# ---- a scalar recurrence --------------------------------------------------------------------------------------------

def logistic(x, r, steps):
    for _ in range(steps):
        x = r * x * (1 - x)
    return x


def logistic_by_hand(x, r, steps):
    stack = []
    for _ in range(steps):
        stack.append(x)
        x = r * x * (1 - x)
    bx, br = 1.0, 0.0
    for _ in range(steps):
        x = stack.pop()
        br += bx * x * (1 - x)
        bx = bx * r * (1 - 2 * x)
    return bx, br


def logistic_portable(xp, x, r, steps):
    return logistic(x, r, steps)


def logistic_jax(x, r, steps):
    return scan(lambda x, _: (r * x * (1 - x), None), x, None, steps)


# ---- a network ------------------------------------------------------------------------------------------------------

def network(params, x, y):
    h = np.tanh(x @ params["w1"] + params["b1"])
    h = np.tanh(h @ params["w2"] + params["b2"])
    r = h @ params["w3"] - y
    return np.mean(r ** 2)


def network_by_hand(params, x, y):
    h1 = np.tanh(x @ params["w1"] + params["b1"])
    h2 = np.tanh(h1 @ params["w2"] + params["b2"])
    br = (h2 @ params["w3"] - y) * (2 / y.size)
    ba2 = (br @ params["w3"].T) * (1 - h2 ** 2)
    ba1 = (ba2 @ params["w2"].T) * (1 - h1 ** 2)
    return {"w1": x.T @ ba1, "b1": ba1.sum(axis=0), "w2": h1.T @ ba2, "b2": ba2.sum(axis=0), "w3": h2.T @ br}


def network_portable(xp, params, x, y):
    h = xp.tanh(x @ params["w1"] + params["b1"])
    h = xp.tanh(h @ params["w2"] + params["b2"])
    r = h @ params["w3"] - y
    return xp.mean(r ** 2)


def network_jax(params, x, y):
    return network_portable(jnp(), params, x, y)


def network_inputs(width):
    r = rng()
    scale = width ** -0.5
    return ({"w1": scale * r.normal(size=(width, width)), "b1": r.normal(size=width),
             "w2": scale * r.normal(size=(width, width)), "b2": r.normal(size=width),
             "w3": scale * r.normal(size=(width, 1))}, r.normal(size=(64, width)), r.normal(size=(64, 1)))


# ---- elements of an array in a loop ---------------------------------------------------------------------------------

def elements(x):
    total = 0.0
    for i in range(1, len(x)):
        total += x[i] * x[i - 1] ** 2
    return total


def elements_by_hand(x):
    bx = np.zeros_like(x)
    for i in range(1, len(x)):
        bx[i] += x[i - 1] ** 2
        bx[i - 1] += 2 * x[i] * x[i - 1]
    return bx


def elements_portable(xp, x):
    return elements(x)


def elements_jax(x):
    lax = importlib.import_module("jax.lax")
    return lax.scan(lambda t, i: (t + x[i] * x[i - 1] ** 2, None), 0.0, jnp().arange(1, len(x)))[0]


# ---- a stencil in place ---------------------------------------------------------------------------------------------

def heat(u, alpha, steps):
    for _ in range(steps):
        u[1:-1] += alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u ** 2)


def heat_by_hand(u, alpha, steps):
    u = u.copy()
    for _ in range(steps):
        u[1:-1] += alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
    bu = 2 * u
    for _ in range(steps):
        bd = alpha * bu[1:-1]
        bu[1:-1] -= 2 * bd
        bu[2:] += bd
        bu[:-2] += bd
    return bu


def heat_portable(xp, u, alpha, steps):
    """Without writing in place, which the other tools refuse."""
    join = xp.cat if hasattr(xp, "cat") else xp.concatenate
    for _ in range(steps):
        u = join([u[:1], u[1:-1] + alpha * (u[2:] - 2 * u[1:-1] + u[:-2]), u[-1:]])
    return xp.sum(u ** 2)


def heat_jax(u, alpha, steps):
    u = scan(lambda u, _: (u.at[1:-1].add(alpha * (u[2:] - 2 * u[1:-1] + u[:-2])), None), u, None, steps)
    return jnp().sum(u ** 2)


# ---- a recurrent network --------------------------------------------------------------------------------------------

def recurrent(w, u, xs):
    h = np.zeros(w.shape[0])
    for x in xs:
        h = np.tanh(w @ h + u @ x)
    return h @ h


def recurrent_by_hand(w, u, xs):
    h = np.zeros(w.shape[0])
    hs = []
    for x in xs:
        hs.append(h)
        h = np.tanh(w @ h + u @ x)
    bh, bw, bu = 2 * h, np.zeros_like(w), np.zeros_like(u)
    for x in xs[::-1]:
        ba = bh * (1 - h ** 2)
        h = hs.pop()
        bw += np.outer(ba, h)
        bu += np.outer(ba, x)
        bh = w.T @ ba
    return bw, bu


def recurrent_portable(xp, w, u, xs):
    h = xp.zeros(w.shape[0], dtype=xp.float64)
    for k in range(len(xs)):
        h = xp.tanh(w @ h + u @ xs[k])
    return h @ h


def recurrent_jax(w, u, xs):
    h = scan(lambda h, x: (jnp().tanh(w @ h + u @ x), None), jnp().zeros(w.shape[0]), xs)
    return h @ h


def recurrent_inputs(steps):
    r = rng()
    return 0.1 * r.normal(size=(32, 32)), 0.1 * r.normal(size=(32, 8)), r.normal(size=(steps, 8))


WORKLOADS = (
    Workload("scalar formula", formula, formula_by_hand, formula_portable, lambda x: formula_portable(jnp(), x),
             lambda n: (1.3,), (1,)),
    Workload("scalar loop", logistic, logistic_by_hand, logistic_portable, logistic_jax, lambda n: (0.3, 2.9, n),
             (10, 100, 1_000, 10_000), (0, 1), (2,), "steps"),
    Workload("network", network, network_by_hand, network_portable, network_jax, network_inputs, (8, 32, 128, 512),
             unit="width"),
    Workload("recurrent network", recurrent, recurrent_by_hand, recurrent_portable, recurrent_jax, recurrent_inputs,
             (10, 100, 1_000), (0, 1), unit="steps"),
    Workload("indexing in a loop", elements, elements_by_hand, elements_portable, elements_jax,
             lambda n: (rng().normal(size=n),), (100, 10_000, 1_000_000), unit="elements"),
    Workload("stencil in place", heat, heat_by_hand, heat_portable, heat_jax,
             lambda n: (rng().normal(size=n), 0.2, 100), (100, 1_000, 10_000), static=(2,), unit="cells"),
)
