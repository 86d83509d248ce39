def f(x):
    return type("T", (), {"v": x}).v  # error: a class that is made at run time cannot be differentiated
