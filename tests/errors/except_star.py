#: needs Python 3.11


def f(x):
    try:  # error: 'except*' cannot be differentiated
        x = x * x
    except* ValueError:
        x = 0.0
    return x
