import operator


def f(x):
    values = [x]
    operator.setitem(values, 0, x * x)  # error: setitem of differentiated values cannot be differentiated
    return values[0]
