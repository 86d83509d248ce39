class Inner:
    def __init__(self, w):
        self.w = w


class Proxy:
    def __init__(self, inner):
        self._inner = inner

    def __getattr__(self, name):
        return getattr(self._inner, name)


def f(x):
    proxy = Proxy(Inner(2.0 * x))
    proxy.w = x  # error: w is set of a Proxy, which has a __getattr__ and sets no such attribute itself
    return proxy.w * x
