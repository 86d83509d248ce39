def f(x):
    return eval("x * x")  # error: code that is made at run time (eval) cannot be differentiated
