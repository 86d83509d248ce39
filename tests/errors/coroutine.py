async def f(x):  # error: coroutines cannot be differentiated
    return x * x
