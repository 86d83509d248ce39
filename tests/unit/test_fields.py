"""Real parts are taken where what is differentiated may be real or complex, and nowhere else."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sgrad import check_grads, grad

RNG = np.random.default_rng(3)
REAL, COMPLEX = RNG.normal(size=4), RNG.normal(size=4) + 1j * RNG.normal(size=4)


def power_spectrum(x: Any) -> Any:
    return np.sum(np.abs(np.fft.rfft(x)) ** 2)


def low_pass(u: Any, n: int) -> Any:
    u_hat = np.fft.fft(u)
    for _ in range(n):
        u_hat = u_hat * np.exp(-0.1 * np.arange(u.size) ** 2)
    return np.sum(np.fft.ifft(u_hat).real ** 2)


def wave_packet(x: Any, k: Any) -> Any:
    psi = np.exp(1j * k * x) * np.exp(-x ** 2)
    return np.sum(np.abs(psi) ** 2 * np.real(x * k))


def mixed(x: Any, k: Any) -> Any:
    u = np.sin(x) * k
    v = np.exp(u * 2) / u
    return np.abs(np.sum(v * v * x)) + np.sum(np.abs(u) * np.abs(v))


def in_a_loop(x: Any, k: Any) -> Any:
    t, s = x * x, 0.0
    for _ in range(3):
        t = t * np.cos(x) + k
        s = s + np.sum(np.abs(t) ** 2) * np.abs(k)
    return s


def joined(x: Any, k: Any) -> Any:
    a = np.conj(x) * k
    b = np.concatenate([a, np.exp(x)])
    return np.sum(np.abs(b[1:]) ** 3) + np.abs(np.mean(b[:3] * k))


@pytest.mark.parametrize("f", [wave_packet, mixed, in_a_loop, joined])
@pytest.mark.parametrize("args", [(REAL, 0.7), (COMPLEX, 0.7), (REAL, 0.7 - 0.4j), (COMPLEX, 0.3 + 0.2j)],
                         ids=["real", "array", "number", "complex"])
def test_whichever_argument_is_complex(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    check_grads(f, args, wrt=(0, 1), modes=("reverse",), order=2)


@pytest.mark.parametrize("f, args", [(power_spectrum, (REAL,)), (low_pass, (REAL, 3))], ids=["power spectrum", "low pass"])
def test_what_is_real_has_no_part(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    check_grads(f, args, order=2)
    assert "like(" not in grad(f).specialize(*args).source


def test_a_modulus_times_a_sign_is_the_conjugate() -> None:
    source = grad(power_spectrum).source
    assert "by * 2 * np.conj(np.fft.rfft(x))" in source and "sign(" not in source.split("# Grad of")[1]


def test_a_holomorphic_chain_takes_one_part() -> None:
    assert grad(wave_packet).source.count("like(-(unbroadcast(") == 1
