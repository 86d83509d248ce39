def f(x):
    try:  # error: leaving a 'finally' block by return, break or continue
        y = x * x
    finally:
        return x
