"""The shape of the code base: sizes, layers, and words that do not belong in it."""
from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "s2sgrad"
MODULES = sorted(p for p in PACKAGE.rglob("*.py"))
FOLDERS = ("s2sgrad", "tests", "examples", "docs", "benchmarks")
TEXTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "pyproject.toml",
         *(p for folder in FOLDERS for p in sorted((ROOT / folder).rglob("*")) if p.suffix in (".py", ".md", ".toml"))]

MODULE_LINES = 500
FUNCTION_LINES = 60

# From the bottom up: what generated code imports, the values that flow, then the stages in the order of the data.
# A module imports from its own layer and those below.
LAYERS = (
    ("runtime",),
    ("ir", "errors", "depth", "markers", "trees", "specialize", "written_types"),
    ("frontend",),
    ("rules",),
    ("lower",),
    ("analysis",),
    ("differentiate",),
    ("optimize",),
    ("emit",),
    ("targets", "pullbacks", "pushforwards", "arity"),
    ("pipeline", "verify"),
    ("jit",),
    ("api",),
    ("jacobians", "check", "run_time"),
    ("cli", "__main__", "__init__"),
)


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))


def layer_of(module: str) -> int:
    """The layer with the longest name that `module` is in."""
    found = [(len(prefix), level) for level, names in enumerate(LAYERS) for prefix in names
             if module == prefix or module.startswith(prefix + ".")]
    assert found, f"s2sgrad.{module} is in no layer"
    return max(found)[1]


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules of the package that a module imports when it is imported."""
    for node in tree.body if isinstance(tree, ast.Module) else ():
        for inner in [node, *(node.body if isinstance(node, (ast.If, ast.Try)) else ())]:
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                continue
            if isinstance(inner, ast.ImportFrom) and (inner.module or "").split(".")[0] == "s2sgrad":
                base = (inner.module or "").partition(".")[2]
                for a in inner.names:
                    inside = f"{base}.{a.name}".lstrip(".")
                    path = PACKAGE / Path(*inside.split("."))
                    yield inside if path.is_dir() or path.with_suffix(".py").exists() else base or "__init__"
            elif isinstance(inner, ast.Import):
                yield from (a.name.partition(".")[2] for a in inner.names if a.name.startswith("s2sgrad."))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MODULE_LINES
    lengths = [(f.name, (f.end_lineno or 0) - f.lineno + 1) for f in functions(ast.parse(text))]
    assert not [(name, n) for name, n in lengths if n > FUNCTION_LINES]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_imports_from_a_later_stage(path: Path) -> None:
    module = name_of(path)
    level = layer_of(module)
    above = [m for m in imports(ast.parse(path.read_text(encoding="utf-8"))) if layer_of(m) > level]
    assert not above, f"s2sgrad.{module} imports {above}"


@pytest.mark.parametrize("path", [p for p in MODULES if p.parent.name == "runtime"], ids=name_of)
def test_the_runtime_imports_numpy_and_the_standard_library_alone(path: Path) -> None:
    """And SciPy in the helpers that only derivatives of programs with SciPy need, or that do without it where it is not there."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else \
            [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            top = name.split(".")[0]
            allowed = top in sys.stdlib_module_names or top == "numpy" or name.startswith("s2sgrad.runtime")
            allowed |= top == "scipy" and (path.stem.startswith("scipy_") or path.stem in ("sparse", "triangular"))
            # The way back: a saved derivative that calls functions known only when it runs needs the compiler.
            assert allowed or (name == "s2sgrad" and node.col_offset > 0), name


def test_no_cycle_of_imports() -> None:
    graph = {name_of(p): set(imports(ast.parse(p.read_text(encoding="utf-8")))) for p in MODULES}
    graph = {m.removesuffix(".__init__"): {n.removesuffix(".__init__") for n in ns} - {m.removesuffix(".__init__")}
             for m, ns in graph.items()}
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path[path.index(module):], module))
        if module not in done:
            for other in sorted(graph.get(module, ())):
                visit(other, (*path, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


def test_every_module_can_be_imported() -> None:
    """The last one first, in a fresh interpreter: since there is no cycle, the order makes no difference."""
    names = [f"s2sgrad.{name_of(p)}".removesuffix(".__init__") for p in reversed(MODULES) if p.stem != "__main__"]
    names = [n for n in names if not n.startswith("s2sgrad.jit") or importlib.util.find_spec("numba")]
    program = f"import importlib\nfor name in {names}: importlib.import_module(name)"
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]


def test_importing_the_package_is_light() -> None:
    """Rules are parsed on first use; nothing optional is imported."""
    program = "import sys, s2sgrad\nprint(*sorted({m.split('.')[0] for m in sys.modules}))"
    command = [sys.executable, "-c", program]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    optional = {"scipy", "numba", "matplotlib", "pygments", "jax", "torch", "autograd", "pytest"}
    assert not optional & set(loaded.stdout.split())


def test_only_the_printer_knows_astor() -> None:
    users = [name_of(p) for p in MODULES if re.search(r"^\s*(import|from) astor", p.read_text(encoding="utf-8"), re.M)]
    assert users == ["emit.printer"]


def test_the_project_speaks_of_itself_alone() -> None:
    """No absolute path of somebody's machine, no leftovers, no name of a tool that wrote something."""
    words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "/wo" + "rk/", "/tm" + "p/", "/ro" + "ot/", "/ho" + "me/"]
    pattern = re.compile("|".join([*map(re.escape, words), "as an a" + "i", "language mod" + "el"]))
    found = [f"{p.relative_to(ROOT)}:{n}: {line.strip()[:80]}" for p in TEXTS
             for n, line in enumerate(p.read_text(encoding="utf-8").splitlines(), 1) if pattern.search(line)]
    assert not found


def test_the_layers_catch_an_import_from_a_later_stage() -> None:
    """The test of the layers can fail."""
    assert layer_of("rules.elementwise") > layer_of("ir.expr")
    assert layer_of("frontend.source") < layer_of("rules.registry") < layer_of("emit.module")
    assert list(imports(ast.parse("from s2sgrad.ir import expr as E\nfrom s2sgrad import api"))) == ["ir.expr", "api"]
