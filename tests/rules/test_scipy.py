"""What holds for the rules of SciPy together: none without a sample, arguments as SciPy takes them, errors that
help."""
from __future__ import annotations

import importlib
import inspect
import linecache
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from scipy import integrate, interpolate, linalg, ndimage, optimize, signal, sparse, special, stats

import s2sgrad
from rules.harness import define
from s2sgrad.rules import families, scipy_distributions, scipy_rare_distributions
from s2sgrad.rules.registry import Rule, all_rules, rule_for
from s2sgrad.rules.scipy_stats import declare_all
from s2sgrad.rules.table import table
from s2sgrad.runtime.scipy_incomplete import betainc_a, betainc_b, gammainc_a

TABLES = ("bessel", "fft", "hypergeometric", "linalg", "objects", "rotation", "signal", "solvers", "spatial", "special", "stats")
PARTS = tuple(f for f in families.FAMILIES if f.startswith("scipy."))


def _ruled() -> dict[Any, Rule]:
    """The rules of SciPy's own functions."""
    for part in PARTS:
        families.load(part)
    declare_all()
    return {fn: rule for fn, rule in all_rules().items() if families.library(fn) in PARTS
            and not str(getattr(fn, "__module__", "")).startswith("s2sgrad")}


def _name(fn: Any) -> str:
    owner = getattr(fn, "__self__", None)
    return f"{owner.name}.{fn.__name__}" if hasattr(owner, "name") else str(getattr(fn, "__qualname__", fn))


STACK = np.random.default_rng(0).normal(size=(3, 3, 3)) + 3.0 * np.eye(3)


@pytest.mark.parametrize("code", ["polar(x)[0]", "lu(x)[2]", "lu_factor(x)[0]", "cho_factor(x @ np.swapaxes(x, 1, 2))[0]",
                                  "lstsq(x, B)[0]", "pinvh(x)", "inv(x)", "expm(x)", "solve(B, x)", "solve(x, B)"])
def test_stacks_of_matrices_are_right_or_refused(code: str) -> None:
    f = define(f"def f(x):\n    return linalg.{code}\n", {"B": STACK + 1.0, "linalg": linalg})
    try:
        f(STACK)
    except ValueError:
        pytest.skip("this version of SciPy takes single matrices only")
    for mode in ("reverse", "forward"):
        try:
            s2sgrad.check_grads(f, (STACK,), modes=(mode,), rtol=1e-4, atol=1e-4)
        except ValueError as error:
            assert "matrices" in str(error)


def test_scipy_is_imported_by_nobody() -> None:
    code = ("import sys, s2sgrad, numpy as np\n"
            "def f(x):\n    return np.sum(np.sin(x))\n"
            "from s2sgrad.rules.families import load\n"
            "load('numpy'), load('python')\n"
            "assert not [m for m in sys.modules if m.partition('.')[0] == 'scipy']")
    subprocess.run([sys.executable, "-c", code], check=True)


def test_integrals_over_several_variables_are_in_the_table() -> None:
    rows = {r.name: r.status for r in table("scipy.integrate")}
    assert [rows[f"scipy.integrate.{f}"] for f in ("quad", "dblquad", "tplquad", "nquad")] == ["rule"] * 4


def test_every_rule_has_a_sample() -> None:
    samples = [s for t in TABLES for s in importlib.import_module(f"rules.samples_scipy_{t}").SAMPLES]
    kinds = ("partials", "linear", "adjoint", "expansion")
    covered = [rule for fn in (f for s in samples for f in s.covers) if (rule := rule_for(fn)) is not None]
    tested = {id(t) for rule in covered for kind in kinds if (t := getattr(rule, kind)) is not None}
    listed = (*scipy_distributions.TABLE, *scipy_rare_distributions.TABLE)
    tabulated = [getattr(getattr(stats, t.name), m) for t in listed if hasattr(stats, t.name)
                 for m in ("pdf", "sf", "logcdf", "logsf", "isf")]
    written_alike = ("median", "interval", "support", "stats")
    without = [_name(fn) for fn, rule in _ruled().items() if rule.differentiable or rule.expansion is not None
               if fn not in tabulated and getattr(fn, "__name__", "") not in written_alike
               and not any(id(getattr(rule, kind)) in tested for kind in kinds)]
    assert not without, f"rules without a sample: {', '.join(sorted(without))}"


def test_rules_take_arguments_as_scipy_does() -> None:
    """Parameters that can be given by position stand in SciPy's order, or calls would bind to others."""
    wrong = []
    called_otherwise = {"d": "diagonal"}  # the name of an adjoint in rules
    for fn, rule in _ruled().items():
        if isinstance(fn, np.ufunc) or rule.signature is None:
            continue
        try:
            theirs = inspect.signature(fn).parameters.values()
        except (TypeError, ValueError):
            continue
        if any(p.kind is p.VAR_POSITIONAL for p in theirs):
            continue
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        own = [p.name for p in rule.signature.parameters.values() if p.kind in kinds]
        order = [called_otherwise.get(p.name, p.name) if "tridiagonal" in _name(fn) else p.name
                 for p in theirs if p.kind in kinds]
        if any(a != b for a, b in zip(own, order)):
            wrong.append(f"{_name(fn)}: {own}, SciPy has {order}")
    assert not wrong, "\n".join(wrong)


#: What autograd.scipy and jax.scipy differentiate.
PEERS = {
    special: """beta betainc betaln boxcox boxcox1p comb dawsn digamma entr erf erfc erfcinv erfcx erfinv exp1 expi
    expit
        expn factorial fresnel gamma gammainc gammaincc gammaln hyp1f1 hyp2f1 i0 i0e i1 i1e iv ive j0 j1 jn kl_div
        log_ndtr log_softmax loggamma logit logsumexp multigammaln ndtr ndtri owens_t poch polygamma psi rel_entr rgamma
        sici softmax spence wofz xlog1py xlogy y0 y1 yn zeta""",
    linalg: """block_diag cho_factor cho_solve cholesky circulant companion convolution_matrix det eigh eigh_tridiagonal
        expm expm_frechet fiedler hankel inv leslie lu lu_factor lu_solve polar qr qr_multiply solve solve_banded
        solve_sylvester solve_triangular sqrtm svd toeplitz""",
    signal: "convolve convolve2d correlate correlate2d csd detrend fftconvolve istft stft welch",
    ndimage: "map_coordinates",
    integrate: "odeint trapezoid",
    optimize: "minimize",
}
LOG_DENSITIES = """beta cauchy chi2 expon gamma gennorm gumbel_l gumbel_r laplace logistic norm pareto t truncnorm
uniform
    vonmises wrapcauchy multivariate_normal dirichlet""".split()
LOG_PROBABILITIES = "bernoulli betabinom binom geom multinomial nbinom poisson".split()


def test_whatever_others_differentiate_has_a_rule() -> None:
    wanted = [getattr(module, name) for module, names in PEERS.items() for name in names.split()]
    wanted += [getattr(stats, name).logpdf for name in LOG_DENSITIES]
    wanted += [getattr(stats, name).logpmf for name in LOG_PROBABILITIES]
    wanted += [interpolate.RegularGridInterpolator.__call__, stats.gaussian_kde.logpdf]
    if "rtol" in inspect.signature(sparse.linalg.cg).parameters:
        wanted += [sparse.linalg.cg, sparse.linalg.gmres, sparse.linalg.bicgstab]
    rules = {fn: rule_for(fn) for fn in wanted}
    without = [_name(fn) for fn, rule in rules.items()
               if rule is None or not (rule.differentiable or rule.expansion is not None)]
    assert not without


# ---- derivatives by parameters, which SciPy has no functions for --------------------------------------------------

def _difference(f: Any, t: float, h: float) -> float:
    def central(step: float) -> float:
        return float((f(t + step) - f(t - step)) / (2 * step))
    return (64 * central(h / 4) - 20 * central(h / 2) + central(h)) / 45


@pytest.mark.parametrize("a", [0.3, 1.0, 2.5, 30.0, 400.0])
def test_the_incomplete_gamma_function_by_its_parameter(a: float) -> None:
    h = min(0.01 * a, 0.3)
    for x in (1e-3, 0.5, 2.0, 29.0, 35.0, 380.0, 460.0):
        expected = _difference(lambda t, x=x: special.gammainc(t, x), a, h)
        assert gammainc_a(a, x) == pytest.approx(expected, rel=1e-8, abs=1e-10)


@pytest.mark.parametrize("a", [0.3, 1.0, 2.5, 30.0])
@pytest.mark.parametrize("b", [0.4, 1.0, 7.0, 150.0])
def test_the_incomplete_beta_function_by_its_parameters(a: float, b: float) -> None:
    for x in (1e-3, 0.2, 0.5, 0.7, 0.97):
        by_a = _difference(lambda t, x=x: special.betainc(t, b, x), a, 0.01 * a)
        by_b = _difference(lambda t, x=x: special.betainc(a, t, x), b, min(0.01 * b, 0.3))
        assert betainc_a(a, b, x) == pytest.approx(by_a, rel=1e-7, abs=1e-9)
        assert betainc_b(a, b, x) == pytest.approx(by_b, rel=1e-7, abs=1e-9)


def test_outside_the_domain_there_is_no_number() -> None:
    assert np.isnan(gammainc_a(-1.0, 2.0)) and np.isnan(betainc_a(1.0, 2.0, 1.5))
    assert gammainc_a(2.0, 0.0) == 0.0 and betainc_b(1.0, 2.0, 1.0) == 0.0


# ---- degenerate points -----------------------------------------------------------------------------------------------

@pytest.mark.filterwarnings("ignore:divide by zero")  # the other of two results has no derivative there
@pytest.mark.parametrize(("code", "x", "expected"), [
    ("special.xlogy(0.0, x)", 0.0, 0.0),
    ("special.xlog1py(0.0, x)", -1.0, 0.0),
    ("special.i0e(x)", 0.0, 0.0),
    ("special.huber(1.0, x)", 1.0, 1.0),
    ("special.ellipk(x)", 0.0, np.pi / 8),
    ("special.sici(x)[0]", 0.0, 1.0),
    ("special.spence(x)", 1.0, -1.0),
    ("special.exprel(x)", 0.0, 0.5),
    ("special.lambertw(x)", 0.0, 1.0),
    ("special.boxcox(2.0, x)", 0.0, 0.5 * np.log(2.0) ** 2),
    ("special.j1(x)", 0.0, 0.5),
    ("stats.expon.logpdf(x)", -1.0, 0.0),
    ("stats.uniform.pdf(x)", 2.0, 0.0),
    ("special.gammainc(1.0, x)", 0.0, 1.0),
])
def test_degenerate_points(code: str, x: float, expected: float) -> None:
    f = define(f"def f(x):\n    return np.real({code})\n", {"special": special, "stats": stats})
    assert s2sgrad.grad(f)(x) == pytest.approx(expected)
    assert s2sgrad.jvp(f)(x, 1.0) == pytest.approx(expected)


# ---- refusals -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("code", "words"), [
    ("special.jv(x, 2.0)", "respect to v: no closed form"),
    ("stats.norm.rvs(x)", "stats.norm.rvs has no derivative rule"),
    ("stats.vonmises.cdf(0.3, x)", "respect to kappa"),
    ("stats.poisson.logpmf(x, 2.0)", "respect to k"),
    ("linalg.schur(np.eye(2) * x)", "does not depend on its argument smoothly"),
    ("ndimage.gaussian_filter(np.ones(3), x)", "sigma"),
    ("ndimage.geometric_transform(np.eye(3) * x, lambda p: p)", "use ndimage.map_coordinates"),
    ("interpolate.interpn((x * np.arange(3.0),), np.ones(3), [0.5])", "the grid is a constant"),
    ("sparse.csr_matrix(np.eye(2)) * (x * np.eye(2))", r"write @"),
    ("optimize.minimize(lambda z: (z[0] - 1) ** 2, [0.0], bounds=[(0, x)]).x[0]", "bounds are constants"),
    ("optimize.minimize(lambda z: (z[0] - x) ** 2, [0.0], constraints=()).x[0]", "constraints"),
])
def test_refusals(code: str, words: str) -> None:
    names = {"special": special, "stats": stats, "linalg": linalg, "integrate": integrate, "ndimage": ndimage,
             "interpolate": interpolate, "optimize": optimize, "sparse": sparse}
    f = define(f"def f(x):\n    return np.sum({code})\n", names)
    with pytest.raises(s2sgrad.DerivativeError, match=words):
        s2sgrad.grad(f)(0.7)


def test_permissions_to_overwrite_are_not_taken() -> None:
    code = "b = np.ones(2) * x\n    return np.sum(linalg.solve(2 * np.eye(2), b, overwrite_b=True)) + b[0] ** 2"
    f = define(f"def f(x):\n    {code}\n", {"linalg": linalg})
    assert s2sgrad.grad(f)(0.7) == pytest.approx(1.0 + 2 * 0.7)


def test_a_distribution_with_differentiated_parameters_is_used_by_its_methods() -> None:
    f = define("def f(x):\n    rv = stats.norm(x)\n    return rv\n", {"stats": stats})
    with pytest.raises(s2sgrad.DerivativeError, match="is a distribution with differentiated parameters"):
        s2sgrad.grad(f)


def test_a_sparse_matrix_made_from_a_dense_one_with_zeros() -> None:
    f = define("def f(x):\n    return np.sum(sparse.csr_array(x) @ np.ones(2))\n", {"sparse": sparse})
    assert np.array_equal(s2sgrad.grad(f)(np.ones((2, 2))), np.ones((2, 2)))
    with pytest.raises(ValueError, match="does not store its zeros"):
        s2sgrad.grad(f)(np.eye(2))


# ---- objects that are known only at run time, and saved derivatives -----------------------------------------------

def test_interpolants_that_are_arguments() -> None:
    f = define("def f(x, s):\n    return np.sum(s(x))\n")
    spline = interpolate.CubicSpline(np.arange(5.0), np.arange(5.0) ** 3)
    x = np.array([0.3, 2.2])
    assert s2sgrad.grad(f)(x, spline) == pytest.approx(3.0 * x ** 2)
    assert s2sgrad.grad(spline)(1.5) == pytest.approx(3.0 * 1.5 ** 2)


def test_methods_of_interpolants_are_printed_as_methods() -> None:
    f = define("def f(x):\n    return np.sum(SPLINE(x))\n",
               {"SPLINE": interpolate.CubicSpline(np.arange(4.0), np.arange(4.0))})
    assert "SPLINE(x, 1)" in s2sgrad.grad(f).source


def test_sparse_matrices_that_are_arguments() -> None:
    f = define("def f(x, a):\n    return np.sum(a.dot(x) * (a @ x))\n")
    a = sparse.csr_array(np.array([[2.0, 0.0], [1.0, 3.0]]))
    x = np.array([0.5, -1.0])
    assert s2sgrad.grad(f)(x, a) == pytest.approx(2.0 * a.T @ (a @ x))
    assert s2sgrad.jvp(f)(x, a, np.ones(2)) == pytest.approx(np.sum(2.0 * a.T @ (a @ x)))


def test_lambdas_on_one_line_are_told_apart() -> None:
    f = define("def f(k):\n    return integrate.quad(lambda t: k * t, 0, 1)[0] + "
               "integrate.quad(lambda t: k * k * t, 0, 1)[0]\n", {"integrate": integrate})
    if sys.version_info < (3, 11):
        with pytest.raises(s2sgrad.DerivativeError, match="define it at the top level"):
            s2sgrad.grad(f)
    else:
        assert s2sgrad.grad(f)(0.7) == pytest.approx(0.5 + 0.7)


@pytest.mark.parametrize("code", [
    "integrate.quad(lambda t: np.exp(-x * t), 0.0, 1.0)[0]",
    "stats.norm(x, scale=2.0).logpdf(0.3) + special.gammainc(x, 0.4)",
    "optimize.brentq(lambda z: z ** 3 - x, 0.0, 2.0)",
    "linalg.expm(x * np.eye(2))[0, 0]",
])
def test_saved_derivatives_run(code: str) -> None:
    names = {"integrate": integrate, "stats": stats, "special": special, "optimize": optimize, "linalg": linalg}
    f = define(f"def f(x):\n    return {code}\n", names)
    df = s2sgrad.grad(f)
    filename = "<saved derivative>"
    linecache.cache[filename] = (len(df.source), None, df.source.splitlines(keepends=True), filename)
    module: dict[str, Any] = {"__name__": "saved"}
    exec(compile(df.source, filename, "exec"), module)
    assert module["dfdx"](0.7) == pytest.approx(df(0.7))


def test_a_nan_leaves_the_series_of_other_elements_alone() -> None:
    f = define("def f(a, x):\n    return np.sum(special.hyp1f1(a, 1.2, x))\n", {"special": special})
    alone = s2sgrad.grad(f)(np.array([0.7]), np.array([0.4]))
    beside = s2sgrad.grad(f)(np.array([0.7, 0.7]), np.array([0.4, np.nan]))
    assert np.allclose(beside[0], alone) and np.isnan(beside[1])


@pytest.mark.parametrize("rv", [stats.t, stats.pareto], ids=lambda rv: rv.name)
@pytest.mark.parametrize("method", ["mean", "var", "std"])
def test_moments_that_are_infinite(rv: Any, method: str) -> None:
    shapes = np.array([0.7, 1.7, 2.7])
    moment = getattr(rv, method)
    value, pull = s2sgrad.pullback(lambda x: moment(x, 0.3, 1.2))(shapes)
    np.testing.assert_allclose(value, moment(shapes, 0.3, 1.2))
    h = 1e-5
    expected = (moment(2.7 + h, 0.3, 1.2) - moment(2.7 - h, 0.3, 1.2)) / (2 * h)
    assert np.isclose(pull(np.array([0.0, 0.0, 1.0]))[2], expected, atol=1e-8)


@pytest.mark.parametrize("code", ["expon.logcdf(x)", "gamma.logcdf(x, 1.5)", "beta.logcdf(x, 1.5, 2.0)", "uniform.logcdf(x)",
                                  "beta.logsf(1.0 - x, 1.5, 2.0)", "truncnorm.logsf(-x, -0.5, 0.0)"])
def test_logarithms_of_distribution_functions_outside_the_support(code: str) -> None:
    gradient = s2sgrad.vjp(define(f"def f(x):\n    return stats.{code}\n", {"stats": stats}))(np.array([-0.3, 0.4]), np.ones(2))
    assert gradient[0] == 0.0 and np.isfinite(gradient[1]) and gradient[1]


def test_refused_functions_that_are_given_functions_say_why() -> None:
    f = define("def f(x, limits):\n    return integrate.nquad(lambda a, b: a * b * x, limits)[0]\n", {"integrate": integrate})
    with pytest.raises(s2sgrad.UnsupportedSyntaxError, match="write the ranges"):
        s2sgrad.grad(f)
