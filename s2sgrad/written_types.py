"""Types of arguments as one writes them: ``x: float[n, 3], steps: int``.

    float, int, bool, complex, str, None      one of these
    float[n, m], complex[3], int[:]           an array; axes of one name have one length, a colon is like no other
    list[float[n]], tuple[float, int]         what lists and tuples hold
    {"w": float[n, m], "b": float[m]}         a dict of these
"""
from __future__ import annotations

import ast
from typing import Any

import numpy as np

_PLAIN: dict[str, Any] = {"float": 1.0, "int": 1, "bool": True, "complex": 1j, "str": ""}
_DTYPES = {"float": float, "int": int, "bool": bool, "complex": complex}
#: The first length of an axis of which a name is given; lengths that are written are mostly shorter.
_FIRST = 101


def examples(text: str) -> dict[str, Any]:
    """An argument of the type that is written for each parameter, for `specialize`, which only looks at types.

    Raises `ValueError` where the text is not in the notation.
    """
    try:
        written = ast.parse(f"def f({text}): pass").body[0]
    except SyntaxError:
        raise ValueError(f"types are written like 'x: float[n, 3], steps: int', not {text!r}") from None
    assert isinstance(written, ast.FunctionDef)
    lengths: dict[str, int] = {}
    return {p.arg: _example(p.annotation, lengths) for p in written.args.args}


def _example(written: ast.expr | None, lengths: dict[str, int]) -> Any:
    if isinstance(written, ast.Name) and written.id in _PLAIN:
        return _PLAIN[written.id]
    if isinstance(written, ast.Constant) and written.value is None:
        return None
    if isinstance(written, ast.Dict) and all(isinstance(k, ast.Constant) for k in written.keys):
        return {ast.literal_eval(k): _example(v, lengths) for k, v in zip(written.keys, written.values) if k is not None}
    if isinstance(written, ast.Subscript) and isinstance(written.value, ast.Name):
        parts = written.slice.elts if isinstance(written.slice, ast.Tuple) else [written.slice]
        if written.value.id in _DTYPES:
            one: Any = np.ones((), _DTYPES[written.value.id])  # only the shape matters: no memory for the elements
            return np.broadcast_to(one, [_length(p, lengths) for p in parts])
        if written.value.id == "tuple":
            return tuple(_example(p, lengths) for p in parts)
        if written.value.id == "list" and len(parts) == 1:
            return [_example(parts[0], lengths)]
    found = "nothing" if written is None else ast.unparse(written)
    raise ValueError(f"{found} is not a type: types are float, int, bool, complex, str, "
                     "None, arrays like float[n, 3] or int[:], list[...], tuple[..., ...], {'key': ...}")


def _length(written: ast.expr, lengths: dict[str, int]) -> int:
    if isinstance(written, ast.Constant) and type(written.value) is int and written.value >= 0:
        return written.value
    colon = isinstance(written, ast.Slice) and written.lower is written.upper is written.step is None
    if not colon and not isinstance(written, ast.Name):
        raise ValueError(f"{ast.unparse(written)} is not the length of an axis: write a number, a name or a colon")
    return lengths.setdefault(written.id if isinstance(written, ast.Name) else f":{len(lengths)}", _FIRST + len(lengths))
