"""What programs tell their users while they run."""
from __future__ import annotations

import logging
import warnings

from s2sgrad.rules.registry import nondifferentiable

_NAMES = ("debug", "info", "warning", "error", "exception", "critical", "log")

for _name in _NAMES:
    nondifferentiable(getattr(logging, _name), getattr(logging.Logger, _name))
nondifferentiable(logging.Logger.isEnabledFor, logging.Logger.getEffectiveLevel, logging.Logger.setLevel, logging.getLogger)
nondifferentiable(warnings.warn, warnings.warn_explicit, warnings.simplefilter, warnings.filterwarnings, warnings.resetwarnings)
