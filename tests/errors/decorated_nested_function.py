import functools
def f(x):
    @functools.lru_cache
    def g(v):  # error: has a decorator, which cannot be differentiated
        return v * v
    return g(x)
