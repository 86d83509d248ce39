"""The command line, run as a user runs it."""
from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import s2sgrad
from s2sgrad import cli
from s2sgrad.written_types import examples

ROOT = Path(__file__).parents[1]

MODEL = '''\
"""A model with a bit of everything."""
import numpy as np
from s2sgrad import grad

SCALE = 1.5
TABLE = np.array([1.0, 2.0, 3.0])

def helper(v, k):
    if v > 0:
        v = v * k
    return v + 1.0

def loss(w, b=0.5):
    return np.sum(w * TABLE) * helper(b, SCALE)

@grad(wrt="y")
def product(x, y):
    return x * y * y

def refused(x):
    global STATE
    STATE = x
    return x

square = lambda x: x * x

def without_parameters():
    return 1.0

if __name__ == "__main__":
    raise SystemExit("not to be run")
print("imported")
'''


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.py"
    path.write_text(MODEL, encoding="utf-8")
    return path


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-W", "error", "-m", "s2sgrad", *map(str, arguments)], capture_output=True,
                          text=True, timeout=120, env={**os.environ, "PYTHONPATH": str(ROOT), **environment})


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def importable(model: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(model.parent))
    monkeypatch.delitem(sys.modules, "model", raising=False)
    return model


@pytest.mark.smoke
def test_every_function_is_printed_and_the_refused_one_reported(model: Path) -> None:
    done = run(model)
    assert done.returncode == 1
    for name in ("dlossdw", "dhelperdv", "dproductdy"):
        assert f"def {name}(" in done.stdout
    assert "# Grad of:" in done.stdout
    assert "without_parameters" not in done.stdout + done.stderr
    assert "refused cannot be differentiated" in done.stderr
    line = MODEL.splitlines().index("    global STATE") + 1
    assert f'{model.name}", line {line}' in done.stderr and "global STATE" in done.stderr and "^" in done.stderr
    assert "Traceback" not in done.stderr
    assert "imported" not in done.stdout and "imported" in done.stderr


def test_the_functions_that_are_named(model: Path) -> None:
    for arguments in ((model, "loss"), (f"{model}:loss",)):
        done = run(*arguments)
        assert done.returncode == 0 and done.stderr == "imported\n"
        assert "def dlossdw(" in done.stdout and "helperdv" not in done.stdout


def test_an_unknown_function_is_wrong_usage(model: Path) -> None:
    done = run(model, "los")
    assert done.returncode == 2 and done.stdout == ""
    assert "no function los" in done.stderr and "did you mean loss?" in done.stderr


@pytest.mark.parametrize("arguments", [["nowhere.py"], [], ["--order", "0", "x.py"], ["--mode", "sideways", "x.py"]])
def test_wrong_usage(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2 and done.stdout == "" and done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_cannot_be_imported(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("def f(x):\n    return x\n\n1 / 0\n", encoding="utf-8")
    done = run(broken)
    assert done.returncode == 2 and "cannot be imported" in done.stderr and "line 4" in done.stderr
    assert "cli.py" not in done.stderr
    broken.write_text("def f(x:\n", encoding="utf-8")
    done = run(broken)
    assert done.returncode == 2 and "SyntaxError" in done.stderr


def test_with_respect_to(model: Path) -> None:
    assert "def dlossdwb(" in run(model, "loss", "--wrt", "w,b").stdout
    assert "def dlossdb(" in run(model, "loss", "--wrt", "-1").stdout
    assert "def dproductdx(" in run(model, "product", "--wrt", "x").stdout
    done = run(model, "--wrt", "b")
    assert done.returncode == 0 and "def dlossdb(" in done.stdout and "def dhelperd" not in done.stdout
    done = run(model, "loss", "--wrt", "nothing")
    assert done.returncode == 2 and "nothing" in done.stderr and "loss(w, b=0.5)" in done.stderr


def test_types_of_the_arguments(model: Path, importable: Path, tmp_path: Path) -> None:
    plain, special = (run(model, "loss", *types).stdout for types in ((), ("--types", "w: float[n], b: float")))
    assert "scalar_seed" in plain and "scalar_seed" not in special
    run(model, "loss", "--order", 2, "--types", "w: float[3], b: float", "-o", tmp_path / "second.py")
    wide = run(model, "loss", "--mode", "forward", "--types", "w: float[n, 3]")
    assert wide.returncode == 0 and "def tlossdw(" in wide.stdout
    second = load(tmp_path / "second.py").ddlossdwdw
    np.testing.assert_array_equal(second(np.ones(3), 0.5), np.zeros(3))


@pytest.mark.parametrize("types, message", [
    ("w: flot", "flot is not a type"), ("w: float[n + 1]", "not the length of an axis"), ("w float", "types are written like"),
    ("w", "nothing is not a type"), ("other: float", "does not fit loss(w, b=0.5)")])
def test_types_that_are_none(model: Path, types: str, message: str) -> None:
    done = run(model, "loss", "--types", types)
    assert done.returncode == 2 and done.stdout == "" and message in done.stderr and "Traceback" not in done.stderr


def test_arguments_of_written_types() -> None:
    made = examples("x: float[n, 3], y: complex[n], k: int, o: None, p: {'w': float[:], 'b': bool}, q: list[float], "
                    "r: tuple[str, int[:]]")
    assert made["x"].shape == (made["y"].size, 3) and made["y"].dtype == complex and made["o"] is None
    assert type(made["k"]) is int and made["p"]["b"] is True and made["q"] == [1.0] and made["r"][0] == ""
    assert len({made["x"].shape[0], made["p"]["w"].size, made["r"][1].size}) == 3


def test_list(model: Path) -> None:
    done = run(model, "--list")
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["helper(v, k)", "loss(w, b=0.5)", "product(x, y)", "refused(x)", "square(x)"]


def test_a_file_that_cannot_be_written(model: Path, tmp_path: Path) -> None:
    done = run(model, "square", "-o", tmp_path / "nowhere" / "out.py")
    assert done.returncode == 2 and "cannot be written" in done.stderr and "Traceback" not in done.stderr


def test_forward_mode(model: Path) -> None:
    done = run(model, "loss", "--mode", "forward")
    assert done.returncode == 0 and "def tlossdw(" in done.stdout and "dw" in done.stdout


def test_the_order_of_a_derivative(model: Path, importable: Path, tmp_path: Path) -> None:
    out = tmp_path / "second.py"
    assert run(model, "square", "product", "--order", "2", "-o", out).returncode == 0
    functions = [f for f in vars(load(out)).values() if callable(f)]
    second = [f for f in functions if f.__name__.startswith("dd")]
    assert sorted(f(*[3.0] * n) for f, n in zip(second, (1, 2))) == [2.0, 6.0]


def test_without_the_optimizer(model: Path, importable: Path, tmp_path: Path) -> None:
    def statements(*options: str) -> int:
        return sum(not line.strip().startswith("#") for line in run(model, "loss", *options).stdout.splitlines())

    assert statements("--no-optimize") > statements()


@pytest.mark.smoke
def test_a_saved_module_gives_the_same_numbers(importable: Path, tmp_path: Path) -> None:
    out = tmp_path / "grads.py"
    done = run(importable, "helper", "loss", "product", "-o", out)
    assert done.returncode == 0 and done.stdout == ""
    saved, source = load(out), load(importable)
    w = np.array([0.3, -0.2, 0.9])
    np.testing.assert_array_equal(saved.dlossdw(w), s2sgrad.grad(source.loss)(w))
    np.testing.assert_array_equal(saved.dlossdw(w, 0.2, 3.0), s2sgrad.grad(source.loss)(w, 0.2, 3.0))
    assert saved.dhelperdv(0.7, 2.0) == s2sgrad.grad(source.helper)(0.7, 2.0) == 2.0
    assert saved.dproductdy(2.0, 3.0) == source.product(2.0, 3.0) == 12.0


def test_the_functions_of_the_others_are_saved_too(model: Path, importable: Path, tmp_path: Path) -> None:
    out = tmp_path / "grads.py"
    done = run(model, "-o", out)
    assert done.returncode == 1 and "refused" in done.stderr
    assert load(out).dhelperdv(-0.7, 2.0) == 1.0


def test_a_name_with_two_values_is_not_saved_in_one_module(tmp_path: Path) -> None:
    closures = tmp_path / "closures.py"
    closures.write_text("def make(k):\n    def scaled(x):\n        return x * k\n    return scaled\n\n"
                        "three = make(3.0)\nfour = make(4.0)\n", encoding="utf-8")
    out = tmp_path / "out.py"
    done = run(closures, "three", "four", "-o", out)
    assert done.returncode == 1 and "k stands for another value" in done.stderr
    assert load(out).dscaleddx(1.0) == 3.0
    done = run(closures, "three", "four")
    assert done.returncode == 0 and done.stdout.count("def dscaleddx") == 2 and "another module" in done.stdout


def test_a_file_in_a_package(tmp_path: Path) -> None:
    package = tmp_path / "pack"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "base.py").write_text("def twice(x):\n    return 2.0 * x\n", encoding="utf-8")
    (package / "model.py").write_text("from .base import twice\n\ndef f(x):\n    return twice(x) * x\n", "utf-8")
    done = run(package / "model.py")
    assert done.returncode == 0 and "def dfdx(" in done.stdout and "def dtwicedx(" not in done.stdout


class Terminal:
    """Standard output that says it is a terminal."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("variables", "colour"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_on_a_terminal(model: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str],
                              colour: bool) -> None:
    pytest.importorskip("pygments")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert cli.main([str(model), "helper"]) == 0
    assert ("\x1b[" in terminal.text) == colour


def test_no_colour_in_a_pipe(model: Path) -> None:
    assert "\x1b[" not in run(model, "helper").stdout


def test_a_reader_that_closes_the_pipe(model: Path) -> None:
    command = f"'{sys.executable}' -m s2sgrad '{model}' helper loss | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert "Traceback" not in done.stderr and done.stdout.splitlines()[-1] == "0"


def test_the_table_of_rules() -> None:
    done = run("rules", "math")
    assert done.returncode == 0 and "math.sin " in done.stdout and "math.floor " in done.stdout
    assert run("rules", "math", "--missing").stdout == ""
    done = run("rules", "no_such_library")
    assert done.returncode == 2 and "no_such_library" in done.stderr and "numpy.linalg" in done.stderr
