class Box:
    pass


def f(x):
    box = Box()
    box.__dict__["v"] = x * x  # error: attributes looked up by a string (__dict__) cannot be differentiated
    return box.v
