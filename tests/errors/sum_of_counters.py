from collections import Counter


def f(x):
    total = Counter()
    for k in range(2):
        total += Counter(a=x * k)  # error: the operator + of a Counter cannot be differentiated
    return total["a"]
