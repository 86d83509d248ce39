def f(x):
    exec("x = x * x")  # error: code that is made at run time (exec) cannot be differentiated
    return x
