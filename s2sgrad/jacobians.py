"""Derivatives made of several products: Jacobians, Hessians, and derivatives of derivatives.

Every function here takes what `grad` takes (functions, primitives, bound methods, partial applications, derivatives
made earlier; `wrt` by position or name), and gives a function of the same arguments. What runs inside is generated
code; its text is the ``source`` of the function.
"""
from __future__ import annotations

import functools
import inspect
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad import runtime, trees
from s2sgrad.api import derivative as derivative_of
from s2sgrad.api import entry, grad, jvp, pullback, vjp
from s2sgrad.arity import is_open, opened
from s2sgrad.targets import Target, Wrt, added_parameters, function_of, signature, target_of, wrt_names

Function = Callable[..., Any]


def elementwise_grad(f: Any = None, wrt: Wrt = 0, optimized: bool = True, verbose: int = 0) -> Any:
    """The gradient of the sum of all elements of the result, shaped like the argument.

    For a function that works element by element, this is its derivative at every element. The seed, by default 1, is
    broadcast to the shape of the result.

    >>> elementwise_grad(np.tanh)(np.zeros(3))
    array([1., 1., 1.])
    """
    again = functools.partial(elementwise_grad, wrt=wrt, optimized=optimized, verbose=verbose)
    return entry(f, again, wrt, verbose, seed="each", optimized=optimized)


def jacobian(f: Any = None, wrt: Wrt = 0, mode: str = "reverse") -> Any:
    """The Jacobian of a function of arrays: an array of shape ``result.shape + argument.shape``.

    Of a structured result or argument (a list, dict, object), the Jacobian has the structure of the result, with that
    of the argument in the place of each of its leaves; several of `wrt` count as a tuple of arguments. `mode` says
    whether a row is computed at a time ("reverse": one backward sweep for each element of the result) or a column
    ("forward": one run for each element of the argument, whose structure is then outside).

    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    if mode not in ("reverse", "forward"):
        raise ValueError(f'mode must be "reverse" or "forward", not {mode!r}')
    if f is None:
        return functools.partial(jacobian, wrt=wrt, mode=mode)
    if is_open(f, wrt):
        return opened(f, functools.partial(jacobian, wrt=wrt, mode=mode))
    return _by_rows(f, wrt) if mode == "reverse" else _by_columns(f, wrt)


def hessian(f: Any = None, wrt: Wrt = 0) -> Any:
    """The matrix of second derivatives of a scalar function, an array of shape ``argument.shape * 2``.

    Several of `wrt` give a tuple of tuples, structured arguments a structure of structures: see `jacobian`.

    >>> hessian(lambda x: x[0] * x[1] ** 2)(np.array([1.0, 2.0]))
    array([[0., 4.],
           [4., 2.]])
    """
    if f is None:
        return functools.partial(hessian, wrt=wrt)
    if is_open(f, wrt):
        return opened(f, functools.partial(hessian, wrt=wrt))
    names = wrt_names(target_of(f), wrt)
    return _named(jacobian(grad(f, names), names), f, "hessian")


def hvp(f: Any = None, wrt: Wrt = 0, mode: str = "forward") -> Any:
    """The product of the Hessian of a scalar function with a vector: ``hvp(f)(*args, v)``.

    It costs a small multiple of the function, whatever the size of the Hessian. `v` has the structure and shape of the
    argument; several of `wrt` take several vectors and give a tuple. `mode` "forward" takes the tangent of the
    gradient (Pearlmutter 1994), "reverse" the gradient of its product with `v`.

    >>> hvp(lambda x: x[0] * x[1] ** 2)(np.array([1.0, 2.0]), np.array([1.0, 0.0]))
    array([0., 4.])
    """
    if mode not in ("reverse", "forward"):
        raise ValueError(f'mode must be "reverse" or "forward", not {mode!r}')
    if f is None:
        return functools.partial(hvp, wrt=wrt, mode=mode)
    if is_open(f, wrt):
        asked = 1 if isinstance(wrt, (str, int)) else len(wrt)
        return opened(f, functools.partial(hvp, wrt=wrt, mode=mode), asked)
    names = wrt_names(target_of(f), wrt)
    gradient = grad(f, names)
    product = vjp(gradient, names) if mode == "reverse" else jvp(gradient, names)
    seeds = added_parameters(product, gradient)

    def run(*args: Any, **options: Any) -> Any:
        if len(args) < len(names):
            raise TypeError(f"hvp takes the arguments of the function and {_count(len(names), 'vector')} after them")
        args, vectors = args[:-len(names)], args[-len(names):]
        given = (vectors if len(names) > 1 else vectors[0],) if mode == "reverse" else vectors
        return product(*args, **dict(zip(seeds, given)), **options)

    run.source = product.source  # type: ignore[attr-defined]
    _named(run, f, "hvp", names)
    del run.__signature__  # type: ignore[attr-defined]  # it takes vectors as well
    return run


def derivative(f: Any, n: int = 1, wrt: int | str = 0) -> Any:
    """The `n`-th derivative of a scalar function by one argument, a generated function for every order.

    >>> derivative(lambda x: x ** 4, 3)(2.0)
    48.0
    """
    if n < 0 or int(n) != n:
        raise ValueError(f"the order of a derivative must be a whole number that is not negative, not {n!r}")
    if is_open(f, wrt):
        return opened(f, functools.partial(derivative, n=n, wrt=wrt))
    names = wrt_names(target_of(f), wrt)
    if len(names) != 1:
        raise ValueError("derivative takes one parameter; use hessian or jacobian for several")
    made = f
    for _ in range(n):
        made = grad(made, names)
    return made


# ---- how they run ---------------------------------------------------------------------------------------------------

def _by_rows(f: Any, wrt: Wrt) -> Function:
    names = wrt_names(target_of(f), wrt)
    run_forward = pullback(f, names)

    def run(*args: Any, **options: Any) -> Any:
        value, pull = run_forward(*args, **options)
        if value is None or isinstance(value, str):
            raise TypeError(f"jacobian needs a function that returns numbers, and this one returns {value!r}")
        value = float(value) if isinstance(value, (bool, np.bool_)) else value  # which does not vary, as rounded numbers
        zero = trees.rebuild(_zero, value)

        def rows(number: int, leaf: Any) -> Any:
            """The derivatives of one leaf of the result."""
            shape = np.shape(leaf)
            found = [pull(_with_one(zero, number, at)) for at in range(math.prod(shape))]
            if not found:
                return _one_or_tuple([trees.rebuild(lambda a: np.zeros(shape + np.shape(a)), v)
                                      for v in _values(f, names, args, options)])
            if not shape:
                return found[0]
            return trees.rebuild(lambda *parts: np.array(parts).reshape(shape + np.shape(parts[0])), *found)

        numbers = itertools.count()
        return trees.rebuild(lambda leaf: rows(next(numbers), leaf), value)

    run.source = run_forward.source  # type: ignore[attr-defined]
    run.__target__ = lambda: _written_out(f, names)  # type: ignore[attr-defined]
    return _named(run, f, "jacobian", names)


def _written_out(f: Any, names: tuple[str, ...]) -> Target:
    """The Jacobian of a function of arrays as a function that can be differentiated again.

    ``def jacobian_f(x): y = f(x); rows = [product(x, seed) for seed in unit_seeds(y)]; return np.reshape(rows, ...)``
    """
    target = target_of(f)
    product = derivative_of(target, names, seed="like").functions[-1]
    (seed,) = added_parameters(product, target.function)
    given = inspect.signature(target.function, follow_wrapped=False).parameters.values()
    marks: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    passed = ", ".join(f"{p.name}={p.name}" if p.kind is p.KEYWORD_ONLY else marks.get(p.kind, "") + p.name for p in given)
    product_args = ", ".join([passed, f"{seed}=one_"]) if passed else f"{seed}=one_"
    bare = inspect.Signature([p.replace(annotation=p.empty, default=p.empty if p.default is p.empty else None)
                              for p in given])
    rows = [f"np_.reshape(np_.array([row_{f'[{k}]' * (len(names) > 1)} for row_ in rows_]), np_.shape(y_) + np_.shape({n}))"
            for k, n in enumerate(names)]
    text = (f"def jacobian{bare}:\n    y_ = primal_({passed})\n"
            f"    rows_ = [product_({product_args}) for one_ in unit_seeds_(y_)]\n    return {', '.join(rows)}\n")
    made = function_of(text, "jacobian", {"np_": np, "primal_": target.function, "product_": product,
                                          "unit_seeds_": runtime.unit_seeds})
    made.__defaults__ = target.function.__defaults__
    made.__kwdefaults__ = target.function.__kwdefaults__
    return Target(made, target.first, target.named)


def _by_columns(f: Any, wrt: Wrt) -> Function:
    names = wrt_names(target_of(f), wrt)
    tangent = jvp(f, names)
    seeds = added_parameters(tangent, f)

    def run(*args: Any, **options: Any) -> Any:
        values = _values(f, names, args, options)
        zeros = [trees.rebuild(_zero, v) for v in values]

        def columns(which: int, number: int, leaf: Any) -> Any:
            """The derivatives by one leaf of an argument."""
            shape = np.shape(leaf)
            found = []
            for at in range(math.prod(shape)):
                given = [_with_one(z, number, at) if k == which else z for k, z in enumerate(zeros)]
                found.append(tangent(*args, **dict(zip(seeds, given)), **options))
            if not found:
                return trees.rebuild(lambda y: np.zeros(np.shape(y) + shape), f(*args, **options))
            if not shape:
                return found[0]
            return trees.rebuild(lambda *parts: np.stack(parts, -1).reshape(np.shape(parts[0]) + shape), *found)

        def of_argument(which: int) -> Any:
            numbers = itertools.count()
            return trees.rebuild(lambda leaf: columns(which, next(numbers), leaf), values[which])

        return _one_or_tuple([of_argument(which) for which in range(len(values))])

    run.source = tangent.source  # type: ignore[attr-defined]
    run.__target__ = lambda: _written_out(f, names)  # type: ignore[attr-defined]
    return _named(run, f, "jacobian", names)


def _values(f: Any, names: tuple[str, ...], args: tuple[Any, ...], options: dict[str, Any]) -> list[Any]:
    """The arguments of a call that have some names."""
    bound = signature(target_of(f)).bind(*args, **options)
    bound.apply_defaults()
    return [bound.arguments[n] for n in names]


def _one_or_tuple(parts: list[Any]) -> Any:
    return parts[0] if len(parts) == 1 else tuple(parts)


def _zero(leaf: Any) -> Any:
    return np.zeros(np.shape(leaf), np.result_type(leaf, np.float32)) if isinstance(leaf, np.ndarray) else 0.0


def _with_one(zero: Any, number: int, at: int) -> Any:
    """`zero` with a 1 at one position of one of its leaves."""
    count = iter(range(number + 1))

    def put(leaf: Any) -> Any:
        if next(count, -1) != number:
            return leaf
        if not isinstance(leaf, np.ndarray):
            return 1.0
        one = leaf.copy()
        one.flat[at] = 1.0
        return one

    return trees.rebuild(put, zero)


def _named(run: Any, f: Any, what: str, names: tuple[str, ...] | None = None) -> Function:
    """Dress a function that this module makes like the generated ones."""
    target = target_of(f)
    run.__name__ = run.__qualname__ = f"{what}_{target.function.__name__}"
    run.__module__ = target.function.__module__
    run.__signature__ = signature(target)
    run.primal = target.function
    if names is not None:
        run.wrt = names
    return run


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'s' * (n != 1)}"
