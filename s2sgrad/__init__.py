"""A source-to-source differentiating compiler for plain Python and NumPy."""
from __future__ import annotations

from s2sgrad import run_time as run_time  # registers itself with the runtime
from s2sgrad.api import autodiff, grad, jvp, pullback, pushforward, value_and_grad, vjp
from s2sgrad.check import check_grads
from s2sgrad.errors import DerivativeError, NoDerivativeError, SourceNotFoundError, UnsupportedSyntaxError
from s2sgrad.jacobians import derivative, elementwise_grad, hessian, hvp, jacobian
from s2sgrad.markers import checkpoint, insert_grad_of, stop_gradient
from s2sgrad.rules.registry import adjoint, d, linear, nondifferentiable, partials, tangent

__all__ = [
    "DerivativeError", "NoDerivativeError", "SourceNotFoundError", "UnsupportedSyntaxError", "adjoint", "autodiff",
    "check_grads", "checkpoint", "d", "derivative", "elementwise_grad", "grad", "hessian", "hvp", "insert_grad_of",
    "jacobian", "jvp", "linear", "nondifferentiable", "partials", "pullback", "pushforward", "stop_gradient", "tangent",
    "value_and_grad", "vjp",
]
