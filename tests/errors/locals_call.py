def f(x):
    return locals()["x"] ** 2  # error: variables looked up by a string (locals) cannot be differentiated
