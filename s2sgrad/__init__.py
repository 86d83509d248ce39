"""A source-to-source differentiating compiler for plain Python and NumPy."""
from __future__ import annotations

from s2sgrad.api import autodiff, grad, jvp, pullback, pushforward, value_and_grad, vjp
from s2sgrad.errors import DerivativeError, NoDerivativeError, SourceNotFoundError, UnsupportedSyntaxError

__all__ = [
    "DerivativeError", "NoDerivativeError", "SourceNotFoundError", "UnsupportedSyntaxError", "autodiff", "grad", "jvp",
    "pullback", "pushforward", "value_and_grad", "vjp",
]
