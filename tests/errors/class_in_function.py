def f(x):
    class Local:  # error: a class defined inside a function cannot be differentiated
        value = x
    return Local.value
