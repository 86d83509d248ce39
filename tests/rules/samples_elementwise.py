"""Samples of elementwise functions."""
from __future__ import annotations

import numpy as np
from rules.harness import Sample, sample

VECTOR = np.array([0.3, -1.2, 2.1, 0.7])

SAMPLES: list[Sample] = [
    sample(np.sin, "np.sin(x)", x=VECTOR),
]
