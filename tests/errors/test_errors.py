"""Every refused construct: one file each, with ``# error: message`` on the line that the error must point at."""
from __future__ import annotations

import importlib.util
import re
import sys
import traceback
from pathlib import Path
from types import ModuleType

import pytest

from s2sgrad import DerivativeError, grad, jvp

FILES = sorted(p for p in Path(__file__).parent.glob("*.py") if p.name != Path(__file__).name)
_EXPECTED = re.compile(r"# error: (?P<message>.*)$")
_VERSION = re.compile(r"#: needs Python 3\.(\d+)")


def expected(path: Path) -> tuple[int, str]:
    """The line that an error must point at, and what it must say."""
    found = [(n, m["message"]) for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
             if (m := _EXPECTED.search(line))]
    assert len(found) == 1, f"{path.name} must expect one error"
    return found[0]


def load(path: Path) -> ModuleType:
    needed = _VERSION.search(path.read_text(encoding="utf-8"))
    if needed and sys.version_info < (3, int(needed[1])):
        pytest.skip("syntax of a later Python")
    spec = importlib.util.spec_from_file_location(f"errors_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
@pytest.mark.parametrize("derive", [grad, jvp])
def test_the_error_points_at_the_line(path: Path, derive: object) -> None:
    line, message = expected(path)
    module = load(path)
    if (path.stem, derive) == ("global_that_changes", jvp):  # forward mode reads each value when it is there
        assert jvp(module.f)(3.0, 1.0) == 12.0
        return
    if (path.stem, derive) == ("class_variable_that_is_read", jvp):
        assert jvp(module.f)(3.0, 1.0) > 0.0
        return
    with pytest.raises(DerivativeError) as caught:
        derive(module.f)  # type: ignore[operator]
    error = caught.value
    assert message in str(error)
    if isinstance(error, SyntaxError):
        assert (error.filename, error.lineno) == (str(path), line)
        shown = "".join(traceback.format_exception_only(type(error), error))
    else:
        assert f"{path}:{line}:" in str(error)
        shown = str(error)
    assert path.read_text(encoding="utf-8").splitlines()[line - 1].strip() in shown
    assert "^" in shown
    assert any(way_out in shown for way_out in ("= help: ", "differentiated: ", "does not give", "gives more"))
