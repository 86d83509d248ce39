def f(x):
    try:
        raise ValueError(x * x)
    except ValueError as error:  # error: a value that an exception carries cannot be differentiated
        kept = error
    return kept.args[0] * x
