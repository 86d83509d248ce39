def f(x):
    return vars()["x"] ** 2  # error: attributes looked up by a string (vars) cannot be differentiated
