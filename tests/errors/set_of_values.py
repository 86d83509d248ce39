def f(x):
    return sum({x, 2.0 * x})  # error: a set of differentiated values has no order and cannot be differentiated
