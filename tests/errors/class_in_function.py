def f(x):
    class Local:  # error: a class defined inside a function that reads a variable of it, x, cannot be differentiated
        value = x
    return Local.value
