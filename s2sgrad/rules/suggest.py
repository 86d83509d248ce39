"""What to say when a function has no rule: the names closest to it that have one, and the template to fill in."""
from __future__ import annotations

import difflib
import inspect
from typing import Any

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.rules.registry import all_rules


def suggestion(fn: Any, e: Expr | None) -> str:
    """The help of a missing rule's error."""
    name = getattr(fn, "__name__", None) or "f"
    close = difflib.get_close_matches(name, sorted({n for r in all_rules().values() for n in r.names}), 3)
    near = f"; close to {', '.join(close)}" if close else ""
    params = parameters(fn, e)
    target = ".".join(filter(None, (getattr(fn, "__module__", None), name)))
    adjoints = "\n".join(f"          d[{p}] = d[y] * ..." for p in params)
    return (f"mark it @s2sgrad.nondifferentiable, or register a rule{near}\n"
            f"      @s2sgrad.adjoint({target})\n      def {name}(y, {', '.join(params)}):\n{adjoints}")


def parameters(fn: Any, e: Expr | None) -> list[str]:
    """Names for the parameters of a function, as far as they can be found out."""
    try:
        return [p.name for p in inspect.signature(fn).parameters.values()
                if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty] or ["x"]
    except (TypeError, ValueError):
        count = 1 if e is None else sum(mark == "" for mark, _ in E.arguments(e))
        return ["x", "y_", "z"][:count] if count <= 3 else [f"x{n}" for n in range(count)]
