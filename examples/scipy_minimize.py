"""`scipy.optimize` driven by derivatives: ``value_and_grad`` is what ``minimize`` calls ``jac=True``.

1. Rosenbrock's valley with BFGS.
2. Maximum likelihood of a logistic regression.
3. A least-squares fit of a decaying oscillation, through a loop that writes into an array.
"""
import numpy as np

from s2sgrad import value_and_grad


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def negative_log_likelihood(w, x, y):
    z = x @ w
    return np.mean(np.logaddexp(0.0, z) - y * z) + 1e-3 * w @ w


def oscillator(p, n, dt):
    """Semi-implicit Euler for a damped spring; p holds the stiffness and the damping."""
    positions = np.zeros(n)
    position, velocity = 1.0, 0.0
    for i in range(n):
        velocity = velocity - dt * (p[0] * position + p[1] * velocity)
        position = position + dt * velocity
        positions[i] = position
    return positions


def misfit(p, data, dt):
    r = oscillator(p, len(data), dt) - data
    return 0.5 * np.sum(r ** 2)


def main():
    try:
        from scipy.optimize import minimize
    except ImportError:
        print("SciPy is not installed (python -m pip install scipy)")
        return
    found = minimize(value_and_grad(rosenbrock), np.array([1.3, 0.7, 0.8, 1.9]), jac=True, method="BFGS")
    print(f"Rosenbrock: {found.x} after {found.nit} steps")
    assert np.allclose(found.x, 1.0, atol=1e-4)

    rng = np.random.default_rng(3)
    x = rng.normal(size=(400, 3))
    truth = np.array([1.5, -2.0, 0.5])
    y = (rng.random(400) < 1 / (1 + np.exp(-x @ truth))).astype(float)
    found = minimize(value_and_grad(negative_log_likelihood), np.zeros(3), args=(x, y), jac=True, method="L-BFGS-B")
    print(f"logistic regression: {found.x}, the data were drawn with {truth}")
    assert np.linalg.norm(found.x - truth) < 0.8

    truth = np.array([9.0, 0.4])
    data = oscillator(truth, 80, 0.05) + 0.01 * rng.normal(size=80)
    found = minimize(value_and_grad(misfit), np.array([7.0, 0.1]), args=(data, 0.05), jac=True, method="BFGS")
    print(f"oscillator: {found.x}, the data were made with {truth}")
    assert np.allclose(found.x, truth, atol=0.1)


if __name__ == "__main__":
    main()
