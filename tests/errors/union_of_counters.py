from collections import Counter


def f(x):
    first = Counter(a=x, b=2.0)
    both = first & Counter(a=2.0, b=x)  # error: the operator & of a Counter cannot be differentiated
    return both["a"] * both["b"]
