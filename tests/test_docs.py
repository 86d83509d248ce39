"""All prose with code in it is run: the README, the documents, the docstrings, the examples."""
from __future__ import annotations

import contextlib
import copy
import doctest
import importlib
import importlib.util
import io
import math
import os
import re
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import s2sgrad
from s2sgrad.rules import registry

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
MODULES = [p for p in sorted((ROOT / "s2sgrad").rglob("*.py")) if ">>> " in p.read_text(encoding="utf-8")]
BLOCK = re.compile(r"^(?P<output><!-- output -->\n)?```python\n(?P<code>.*?)^```", re.M | re.S)


@pytest.fixture(autouse=True)
def rules_of_documents() -> Iterator[None]:
    """A rule that a document restates is none for the tests that follow."""
    registry.rule_for(np.tanh)  # the family is loaded when it is asked for
    before = {fn: copy.copy(rule) for fn, rule in registry._RULES.items()}
    yield
    registry._RULES.update({fn: rule for fn, rule in before.items() if registry._RULES[fn] != rule})


def run_document(text: str, path: Path) -> None:
    """Run the blocks of a document one after another; a block marked as output must be what the one before printed."""
    names: dict[str, object] = {}
    printed = ""
    module = sys.modules["document"] = types.ModuleType("document")  # where dataclasses look for their module
    for n, block in enumerate(BLOCK.finditer(text)):
        if block["output"]:
            assert printed.strip() == block["code"].strip(), f"printed instead:\n{printed}"
            continue
        file = path / f"block_{n}.py"
        file.write_text(block["code"], encoding="utf-8")
        out = io.StringIO()
        module.__dict__.update(names, __file__=str(file))
        with contextlib.redirect_stdout(out):
            exec(compile(block["code"], str(file), "exec"), module.__dict__)
        printed = out.getvalue()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.name)
def test_the_code_in_documents_runs(document: Path, tmp_path: Path) -> None:
    run_document(document.read_text(encoding="utf-8"), tmp_path)


@pytest.mark.smoke
def test_the_readme_shows_a_derivative_near_the_top() -> None:
    blocks = list(BLOCK.finditer((ROOT / "README.md").read_text(encoding="utf-8")))
    assert blocks[1]["output"] and "# Grad of:" in blocks[1]["code"] and "def dfdx(" in blocks[1]["code"]
    assert blocks[1].start() < 3000


def test_a_wrong_output_in_a_document_is_caught(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="printed instead"):
        run_document("```python\nprint(1)\n```\n<!-- output -->\n```python\n2\n```\n", tmp_path)


@pytest.mark.parametrize("command", ["python -m pip install -e . && s2sgrad examples/quickstart.py",
                                     "python -m pip install -e '.[test]' && pytest"])
def test_the_readme_has_the_two_commands(command: str) -> None:
    assert f"\n{command}\n" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_docstrings(path: Path) -> None:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    public = {n: getattr(s2sgrad, n) for n in s2sgrad.__all__}
    failed, attempted = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE,
                                        extraglobs={"np": np, "math": math, **public})
    assert attempted and not failed


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_examples_run(example: Path, tmp_path: Path) -> None:
    """With a few steps where an example takes a number of them, in a folder of its own, warnings as errors."""
    few = {"two_moons_floats": ["20"], "two_moons_numpy": ["60"], "textbook": [str(tmp_path / "plots")]}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MPLCONFIGDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-W", "error", str(example), *few.get(example.stem, [])], cwd=tmp_path,
                          env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip()
    losses = [float(v) for v in re.findall(r"loss (\d\.\d+)", done.stdout)]
    if example.stem.startswith("two_moons"):
        assert losses[-1] < 0.5 * losses[0]
    if example.stem == "textbook" and importlib.util.find_spec("matplotlib"):
        assert len(list((tmp_path / "plots").glob("*.png"))) == 3
