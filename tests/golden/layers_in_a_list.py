"""What belongs to an element of an element is added there; loops take apart what they run over."""
import numpy as np


def f(params, x):
    for w, b in params[:-1]:
        x = np.tanh(x @ w + b)
    w, b = params[-1]
    return np.sum(x @ w + b)


# derive: grad(f)
# call: dfdparams([(np.ones((2, 2)), np.zeros(2)), (np.array([[0.5], [1.0]]), np.zeros(1))], np.array([[0.1, 0.2]]))

# ---- generated ----
import numpy as np
from s2sgrad.runtime import expand, matmul_adjoint_left, matmul_adjoint_right, structured_like, unbroadcast, zeros_like


def dfdparams(params, x, by=1.0):
    t = params[:-1]
    x_stack = []
    for w, b in t:
        x_stack.append(x)
        x = np.tanh(x @ w + b)
    w, b = params[-1]
    # Grad of: return np.sum(x @ w + b)
    bt = expand(by, x @ w + b)
    bx = matmul_adjoint_left(bt, x, w)
    bparams = zeros_like(params)
    # Grad of: w, b = params[-1]
    bparams[-1][1] += unbroadcast(bt, b)
    bparams[-1][0] += matmul_adjoint_right(bt, x, w)
    for i in reversed(range(len(t))):
        # Grad of: x = np.tanh(x @ w + b)
        bt = bx * (1.0 - x * x)
        x = x_stack.pop()
        t2 = t[i]
        w = t2[0]
        bx = matmul_adjoint_left(bt, x, w)
        # Grad of: for w, b in params[:-1]:
        bparams[i][1] += unbroadcast(bt, t2[1])
        bparams[i][0] += matmul_adjoint_right(bt, x, w)
    return structured_like(bparams, params)


# ---- numbers ----
# dfdparams([(np.ones((2, 2)), np.zeros(2)), (np.array([[0.5], [1.0]]), np.zeros(1))], np.array([[0.1, 0.2]])) = [([[0.0457568480913, 0.0915136961827], [0.0915136961827, 0.183027392365]], [0.457568480913, 0.915136961827]), ([[0.291312612452], [0.291312612452]], [1.0])]
