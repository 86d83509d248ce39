"""Functions with the values that derivatives need at the edge of a domain."""
from __future__ import annotations

import math
from typing import Any

import numpy as np


def log_where_positive(x: Any) -> Any:
    """log(x), and 0 where x is 0, so that ``0 ** y`` has derivative 0 with respect to `y`."""
    if type(x) is float and x > 0.0:
        return math.log(x)
    return np.log(np.where(np.asarray(x) == 0, 1.0, x))
