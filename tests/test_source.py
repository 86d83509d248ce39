"""The text of a derivative: it can be read, stepped through, saved to a file, and run there."""
from __future__ import annotations

import importlib.util
import inspect
import io
import linecache
import os
import pdb
import re
import subprocess
import sys
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as anp
import pytest
from numpy import tanh

from s2sgrad import autodiff, checkpoint, grad, hvp, jacobian, jvp, pullback, stop_gradient, value_and_grad
from s2sgrad.targets import added_parameters

SCALE = 3.0
TABLE = [1.0, 2.0]
WEIGHTS = anp.array([[1.0, anp.nan], [3.0, 4.0]], anp.float32)
NESTED = {"a": (1, 2.5), "b": [None, "text", float("inf")]}
total = sum


def dfdx(x):  # a user may have this name already
    return x + 1.0


def helper(x):
    for _ in range(2):
        x = x * SCALE + dfdx(1.0)
    return x


class Settings:
    rate = 2.0


def saved(source: str, name: str) -> Any:
    """A function of a module that was saved, in a namespace of its own."""
    scope: dict[str, Any] = {"__name__": "saved"}
    exec(compile(source, "saved.py", "exec"), scope)
    return scope[name]


def simple(x):
    return x * x


def constants(x):
    return SCALE * x * TABLE[1] * NESTED["a"][1] * total([1, 2])


def arrays(x, w=WEIGHTS):
    return anp.sum(x * w[1]) + WEIGHTS[1, 0] * x[0] * x[1]


def imported_names(x):
    return tanh(x) * anp.exp(x)


def local_imports(x):
    import math as m

    from numpy import cos as c
    return m.sin(x) * c(x)


def subroutines(x):
    return helper(x) * helper(2.0 * x) + len(TABLE)


def classes(x):
    return x * Settings.rate


def taken_names(bx, by=2.0):
    dy = bx * by
    dfdx_ = dfdx(by)
    return dy * dy * dfdx_


def keywords(x, /, y=2.0, *rest, key=SCALE, **options):
    return x * y * key * len(rest) * options.get("z", 1.0)


def marked(x):
    return checkpoint(helper)(x) * stop_gradient(x)


def loops(x, n=3):
    xs = []
    for i in range(n):
        if x > i:
            x = x * 1.5
        xs.append(x)
    return xs[0] * xs[-1]


PROGRAMS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (simple, (2.0,)), (constants, (2.0,)), (arrays, (anp.array([1.0, 2.0]),)), (imported_names, (0.5,)),
    (local_imports, (0.5,)), (subroutines, (0.5,)), (classes, (2.0,)), (taken_names, (3.0,)),
    (keywords, (2.0, 3.0, 4.0)), (marked, (2.0,)), (loops, (1.0,))]


@pytest.mark.parametrize(("f", "args"), PROGRAMS, ids=lambda v: getattr(v, "__name__", ""))
@pytest.mark.parametrize("derive", [grad, value_and_grad, lambda f: grad(f, optimized=False), lambda f: grad(grad(f))],
                         ids=["grad", "value_and_grad", "plain", "second"])
def test_a_saved_module_runs(f: Callable[..., Any], args: tuple[Any, ...], derive: Callable[..., Any]) -> None:
    if f is arrays and derive(simple).__name__.startswith("dd"):
        pytest.skip("its gradient is an array")
    made = derive(f)
    again = saved(made.source, made.__name__)
    anp.testing.assert_equal(again(*args), made(*args))


@pytest.mark.parametrize(("f", "args"), PROGRAMS, ids=lambda v: getattr(v, "__name__", ""))
def test_a_saved_tangent_runs(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    made = autodiff(f, mode="forward")
    seeds = dict.fromkeys(added_parameters(made, f), anp.ones_like(args[0])[()])
    again = saved(made.source, made.__name__)
    anp.testing.assert_equal(again(*args, **seeds), made(*args, **seeds))


def make(s: float, fn: Callable[..., Any]) -> Callable[..., Any]:
    def inner(x, p=WEIGHTS):
        y = x * s
        for _ in range(2):
            y = y + fn(3)
        return y * p.shape[0]
    return inner


left, right = make(2.0, dfdx), make(3.0, lambda q: q - 1)


def two_closures(x):
    return left(x) * right(x)


def test_closures() -> None:
    for f in (left, right, two_closures):
        made = grad(f)
        assert saved(made.source, made.__name__)(2.0) == made(2.0)
    assert grad(two_closures)(2.0) == 4 * (2.0 * (3.0 * 2.0 + 4.0) + 3.0 * (2.0 * 2.0 + 8.0))


def test_closures_read_their_variables_live() -> None:
    k = 2.0

    def f(x):
        return k * x

    made = grad(f)
    k = 5.0
    assert made(1.0) == 5.0


def module_with(text: str, name: str, folder: Path) -> types.ModuleType:
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


OTHER = """
import numpy as onp
SCALE = 7.0
def inactive(n):
    return n + SCALE
def damped(x, n=2):
    for _ in range(n):
        x = onp.sin(x) * SCALE
    return x * inactive(n)
"""


def test_functions_of_two_modules(tmp_path: Path) -> None:
    """One name that stands for two things, and one thing that has two names."""
    other = module_with(OTHER, "other_of_test_source", tmp_path)
    try:
        def both(x):
            return other.damped(x) * SCALE * helper(x)

        for f in (both, other.damped):
            made = grad(f)
            assert saved(made.source, made.__name__)(0.3) == made(0.3)
        step = 1e-6
        assert grad(both)(0.3) == pytest.approx((both(0.3 + step) - both(0.3 - step)) / (2 * step))
    finally:
        del sys.modules[other.__name__]


def test_a_file_of_its_own(tmp_path: Path) -> None:
    """Saved by a script, and run by another process that does not have the script."""
    script = tmp_path / "script.py"
    script.write_text("from s2sgrad import grad\nimport numpy as np\nK = np.arange(3.0)\n"
                      "def g(x):\n    return x * 2\n"
                      "def f(x):\n    for k in range(3):\n        x = x * K[k] + g(2.0)\n    return x\n"
                      "open('saved_grad.py', 'w').write(grad(f).source)\nprint(grad(f)(0.5))\n", encoding="utf-8")
    out = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    script.unlink()
    again = subprocess.run([sys.executable, "-c", "import saved_grad; print(saved_grad.dfdx(0.5))"], cwd=tmp_path,
                           capture_output=True, text=True, check=True)
    assert again.stdout == out.stdout


# ---- what shows the text ---------------------------------------------------------------------------------------------

def test_the_name_of_a_user_is_not_taken() -> None:
    def f(x):
        return dfdx(x) * x

    made = grad(f)
    assert made.__name__ == "dfdx2"
    assert made(2.0) == 5.0
    assert dfdx(1.0) == 2.0
    assert set(globals()) >= {"dfdx"} and "scalar_seed" not in globals()


def test_inspect_shows_the_function() -> None:
    made = grad(loops)
    text = inspect.getsource(made)
    assert text.startswith("def dloopsdx(x, n=3, by=1.0):\n")
    assert "return" in text.splitlines()[-1] and text.rstrip() in made.source
    assert inspect.getsource(made) == text


def test_attributes() -> None:
    made = grad(loops, wrt=("x",))
    assert (made.primal, made.wrt, made.mode, made.__module__) == (loops, ("x",), "reverse", loops.__module__)
    assert made.__qualname__ == made.__name__ == "dloopsdx"
    for other in (pullback(loops), jacobian(loops), hvp(loops), jvp(loops), autodiff(loops, motion="split")[0]):
        assert "loops" in other.source and other.primal is loops
    assert jvp(loops).mode == "forward"


def fails(x):
    y = x * 2.0
    return y / (x - x)


def test_tracebacks_show_generated_lines() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        grad(fails)(1.0)
    text = "".join(traceback.format_exception(caught.value))
    assert "in dfailsdx" in text
    assert re.search(r"\n    \w+ = .* / ", text)
    linecache.checkcache()
    assert "".join(traceback.format_exception(caught.value)) == text


def test_pdb_steps_through_it() -> None:
    output = io.StringIO()
    commands = io.StringIO("step\nnext\nnext\np x\nlist\ncontinue\n")
    debugger = pdb.Pdb(stdin=commands, stdout=output, nosigint=True, readrc=False)
    debugger.use_rawinput = False
    debugger.runcall(grad(loops), 2.0)
    text = output.getvalue()
    assert "dloopsdx" in text
    assert "2.0" in text
    assert "->" in text and "for i in range(n)" in text


def test_the_text_is_the_same_every_time() -> None:
    """To the byte, in a process with other hashes."""
    code = ("from test_source import PROGRAMS; from s2sgrad import grad\n"
            "for f, _ in PROGRAMS: print(grad(f).source)")
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                           env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths}).stdout for seed in "12"]
    assert runs[0] == runs[1] and len(runs[0]) > 1000


def test_a_constant_cannot_be_mistaken() -> None:
    """Not-a-number, infinity, dtypes and shapes come back as they were."""
    from s2sgrad.emit.outside import literal
    values = [anp.array([[1.0, anp.nan], [anp.inf, 4.0]], anp.float32), anp.zeros((0, 3)), anp.array(5), anp.int8(3),
              anp.array([True, False]), anp.array(["a", "b"]), 1e-300, -0.0, 3 + 4j, complex(anp.nan, 1), b"bytes",
              {1: (2,)}, {1, 2}, frozenset((1,)), [[], ()], "it's", ..., None, True]
    for value in values:
        text = literal(value)
        assert text is not None
        again = eval(text, {"numpy": anp})
        anp.testing.assert_equal(again, value)
        assert type(again) is type(value)
        if isinstance(value, anp.ndarray):
            assert (again.dtype, again.shape) == (value.dtype, value.shape)
    assert literal(object()) is None and literal([object()]) is None and literal(anp.zeros(10 ** 5)) is None


def test_callees_in_a_namespace_without_a_name() -> None:
    """Functions made by `exec` may say of no module that they are from it."""
    text = "def half(x):\n    y = x * x\n    return y * 0.5\n\ndef f(x):\n    return half(x) + x\n"
    filename = "<a namespace without a name>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    scope: dict[str, Any] = {}
    exec(compile(text, filename, "exec"), scope)
    assert grad(scope["f"])(3.0) == 4.0


# ---- where a function comes from -----------------------------------------------------------------------------------------

def run_python(*arguments: str, **options: Any) -> str:
    paths = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONPATH": paths}, **options)
    return done.stdout.strip()


def test_functions_of_a_command() -> None:
    """``python -c`` keeps no text where Python looks for it; what `exec` runs there is no part of the command."""
    code = ("from s2sgrad import grad, SourceNotFoundError\n"
            "def f(x):\n    def g(y):\n        return y * x\n    return g(x)\n"
            "print(grad(f)(3.0), grad(lambda x: x ** 3)(2.0))\n"
            "exec('def other(x): return x')\n"
            "try:\n    grad(other)\nexcept SourceNotFoundError as error:\n    print('exec' in str(error))")
    assert run_python("-c", code) == "6.0 12.0\nTrue"


def test_functions_that_are_piped_in() -> None:
    code = ("from s2sgrad import grad, SourceNotFoundError\ndef f(x): return x\n"
            "try: print(grad(f)(2.0))\nexcept SourceNotFoundError as error: print('IPython' in str(error))")
    assert run_python("-", input=code) in ("True", "1.0")


def test_without_the_names_of_site(tmp_path: Path) -> None:
    """A notebook, and a frozen program, have no `exit` and `quit` among the built-in functions."""
    script = tmp_path / "cell.py"
    script.write_text("import builtins\ndel builtins.exit, builtins.quit, builtins.help\nfrom s2sgrad import grad\n"
                      "def f(x): return abs(x) * len([x])\nprint(grad(f)(-2.0))", encoding="utf-8")
    assert run_python(str(script)) == "-1.0"
