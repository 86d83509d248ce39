STATE = {"k": 1.0}


def set_k(v):
    STATE["k"] = v


def f(x):
    set_k(2.0)
    y = x * x * STATE["k"]  # error: STATE, an object from outside the function, is changed while it is used
    set_k(5.0)
    return y
