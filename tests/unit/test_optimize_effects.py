"""What the optimizer believes about the helpers of generated code."""
from __future__ import annotations

import ast
import inspect
import textwrap
import types

from s2sgrad import runtime
from s2sgrad.optimize.effects import CHANGING


def returns_nothing(f: types.FunctionType) -> bool:
    tree = ast.parse(textwrap.dedent(inspect.getsource(f)))
    return not any(isinstance(n, ast.Return) and n.value is not None for n in ast.walk(tree))


def test_every_helper_that_returns_nothing_changes_something_or_checks_something() -> None:
    helpers = {n: f for n in runtime.__all__ if isinstance(f := getattr(runtime, n), types.FunctionType)}
    silent = {n for n, f in helpers.items() if returns_nothing(f)}
    assert silent, "the test looks at nothing"
    checks = {n for n in silent if n.startswith(("require_", "register_"))}
    assert {n for n in silent - checks if helpers[n] not in CHANGING} == set()
