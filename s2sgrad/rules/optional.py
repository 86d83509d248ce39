"""Functions that only some versions of a library have."""
from __future__ import annotations

import operator
from typing import Any

import numpy as np


def functions(*paths: str, library: Any = np) -> tuple[Any, ...]:
    """The functions among `paths` (below ``numpy``, or another library) that the installed version has."""
    found = []
    for path in paths:
        try:
            found.append(operator.attrgetter(path)(library))
        except AttributeError:
            continue
    return tuple(found)
