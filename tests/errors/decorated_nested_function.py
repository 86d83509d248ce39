import functools


def f(x):
    @functools.lru_cache
    def g(n):  # error: the cache of the nested function g, which calls itself or changes something
        return x if n < 2 else x * g(n - 1) + g(n - 2)
    return g(5)
