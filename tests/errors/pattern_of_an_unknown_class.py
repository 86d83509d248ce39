def f(x, cls=float):
    match x:
        case cls(v):  # error: a positional pattern of a class that is not known at compile time
            return v * v
    return x
