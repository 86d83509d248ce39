def f(x):
    steps = []
    for k in [x, 2 * x]:
        steps.append(lambda v: v * k)  # error: a function that uses the differentiated variable k is kept for later
    for step in steps:
        x = step(x)
    return x
