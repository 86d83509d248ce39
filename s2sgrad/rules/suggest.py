"""What to say when a function has no rule: the names closest to it that have one, and the template to fill in."""
from __future__ import annotations

import difflib
import inspect
from types import FunctionType
from typing import Any

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.rules.registry import all_rules


def without_rule(name: str, fn: Any, e: Expr | None) -> tuple[str, str]:
    """What to say of a call of a function, shown as `name`, that has no rule, and the help."""
    if isinstance(fn, type) and isinstance(vars(fn).get("__init__"), FunctionType):
        return (f"an object of {name} is made of what does not vary, and may hold what varies later",
                "let what it is made of vary, or return new objects instead of changing it")
    return f"{name} has no derivative rule, and its source cannot be read", suggestion(fn, e)


def suggestion(fn: Any, e: Expr | None, mode: str = "reverse") -> str:
    """The help of a missing rule's error."""
    name = getattr(fn, "__name__", None) or "f"
    known = {n for key, r in all_rules().items() if key is not fn for n in r.names}
    close = difflib.get_close_matches(name, sorted(known), 3)
    near = f"; close to {', '.join(close)}" if close else ""
    params = parameters(fn, e)
    result = next(n for n in ("y", "z", "out", "result") if n not in params)
    module = getattr(fn, "__module__", None)
    target = name if module in (None, "__main__") else f"{module}.{name}"
    kind, body = "adjoint", [f"d[{p}] = d[{result}] * ..." for p in params]
    if mode == "forward":
        kind, body = "tangent", [f"d[{result}] = {' + '.join(f'd[{p}] * ...' for p in params)}"]
    lines = "".join(f"\n          {line}" for line in body)
    return (f"mark it with s2sgrad.nondifferentiable if its derivative is zero, or register a rule{near}\n"
            f"      @s2sgrad.{kind}({target})\n      def {name}({', '.join((result, *params))}):{lines}")


def parameters(fn: Any, e: Expr | None) -> list[str]:
    """Names for the parameters of a function, as far as they can be found out."""
    try:
        return [p.name for p in inspect.signature(fn).parameters.values()
                if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty] or ["x"]
    except (TypeError, ValueError):
        count = 1 if e is None else sum(mark == "" for mark, _ in E.arguments(e))
        return ["x", "a", "b"][:count] if count <= 3 else [f"x{n}" for n in range(count)]
