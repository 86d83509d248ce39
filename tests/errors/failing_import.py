def f(x):
    import nothing_of_that_name  # error: this import fails
    return nothing_of_that_name.g(x)
