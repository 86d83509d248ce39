def f(x):
    pairs = zip([x], [x * x])  # error: an iterator made by zip and kept cannot be differentiated
    return sum(a * b for a, b in pairs)
