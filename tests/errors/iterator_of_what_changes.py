def f(x):
    values = [x, x * x]
    squares = (v * v for v in values)
    values[0] = 2.0  # error: what the iterator squares reads is changed here
    return sum(squares)
