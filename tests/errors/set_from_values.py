def f(x):
    return sum(set([x, 2.0 * x]))  # error: set cannot be differentiated: its elements have no order
