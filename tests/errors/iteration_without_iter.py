class Backwards:
    def __init__(self, xs):
        self.xs = xs

    def __len__(self):
        return len(self.xs)

    def __getitem__(self, i):
        return self.xs[-1 - i]


def f(x):
    total = 0.0
    for v in Backwards([x, x * x]):  # error: iterating over a Backwards, which has no __iter__ in Python
        total = total * 2 + v
    return total
