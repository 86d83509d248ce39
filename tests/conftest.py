"""Options of the whole suite."""
from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate", action="store_true", help="write the generated parts of tests/golden anew")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Names of functions for identifiers, since addresses differ between the processes that share the work."""
    return getattr(val, "__name__", argname) if callable(val) else None
