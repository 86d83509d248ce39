UNKNOWN = "".encode


def f(x):
    return x * UNKNOWN(x)  # error: has no derivative rule, and its source cannot be read
