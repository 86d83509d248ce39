"""Programs of public collections as they are printed there: the sources of benchmarks and of books on numerical methods."""
import math

import numpy as np

from programs.harness import Case

rng = np.random.default_rng(29)


def reverse_bits(N, data):
    n = N // 2
    j = 0
    for i in range(n - 1):
        ii = i << 1
        jj = j << 1
        k = n >> 1
        if i < j:
            tmp_real = data[ii]
            tmp_imag = data[ii + 1]
            data[ii] = data[jj]
            data[ii + 1] = data[jj + 1]
            data[jj] = tmp_real
            data[jj + 1] = tmp_imag
        while k <= j:
            j -= k
            k >>= 1
        j += k


def transform(N, data, direction):
    n = N // 2
    dual = 1
    if n == 1:
        return
    reverse_bits(N, data)
    while dual < n:
        w_real = 1.0
        w_imag = 0.0
        theta = 2.0 * direction * math.pi / (2.0 * float(dual))
        s = math.sin(theta)
        t = math.sin(theta / 2.0)
        s2 = 2.0 * t * t
        for a in range(dual):
            if a:
                tmp_real = w_real - s * w_imag - s2 * w_real
                tmp_imag = w_imag + s * w_real - s2 * w_imag
                w_real = tmp_real
                w_imag = tmp_imag
            for b in range(0, n, 2 * dual):
                i = 2 * (b + a)
                j = 2 * (b + a + dual)
                z1_real = data[j]
                z1_imag = data[j + 1]
                wd_real = w_real * z1_real - w_imag * z1_imag
                wd_imag = w_real * z1_imag + w_imag * z1_real
                data[j] = data[i] - wd_real
                data[j + 1] = data[i + 1] - wd_imag
                data[i] += wd_real
                data[i + 1] += wd_imag
        dual *= 2


def transformed_and_back(data):
    """The rows of an array may not be exchanged like this: what is taken out of `data` is a number."""
    transform(8, data, -1)
    data[3] *= 1.3
    transform(8, data, +1)
    return sum([d * d * (i + 1) for i, d in enumerate(data)])


def substituted(a, n, indx, b):
    ii = -1
    for i in range(n):
        ip = indx[i]
        sum = b[ip]
        b[ip] = b[i]
        if ii >= 0:
            for j in range(ii, i):
                sum -= a[i][j] * b[j]
        elif sum:
            ii = i
        b[i] = sum
    for i in range(n - 1, -1, -1):
        sum = b[i]
        for j in range(i + 1, n):
            sum -= a[i][j] * b[j]
        b[i] = sum / a[i][i]
    return b


CASES = [
    Case(transformed_and_back, (rng.normal(size=8).tolist(),), ("data",)),
    Case(substituted, ((rng.normal(size=(3, 3)) + 2 * np.eye(3)).tolist(), 3, [2, 0, 1], [1.0, 2.0, 3.0]), ("a", "b")),
]
