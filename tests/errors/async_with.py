async def lock():
    return None


def f(x):
    async def inner(v):  # error: coroutines cannot be differentiated
        async with lock():
            return v
    return inner(x)
