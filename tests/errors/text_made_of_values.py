import json


def f(x):
    text = json.dumps({"x": f"{x * x:.17g}"})
    return float(text[6:-1]) * x  # error: float makes numbers of text
