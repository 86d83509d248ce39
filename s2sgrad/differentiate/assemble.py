"""Put the two sweeps into functions: one that does both, or a pair."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.analysis.facts import Facts
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.differentiate.reverse import Reversed
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import Liveness
from s2sgrad.lower.names import Names, base


def joint(name: str, parts: Reversed, facts: Facts, names: Names, value: bool, seed: str, check: bool) -> S.Function:
    """The function that runs both sweeps and returns the gradient, after the value where that is asked for.

    `seed` is "scalar" where the result must be one number, "each" where all its elements are seeded alike (in both
    cases the seed is 1 unless another is given), or "like" where a seed of the shape of the result must be given.
    """
    if check and seed == "scalar" and parts.result.head == "const" and (parts.result.data is None
                                                                        or isinstance(parts.result.data, str)):
        raise TypeError(f"grad needs a function that returns one number, and {facts.function.name} returns "
                        f"{parts.result.data!r}")
    (by,) = parts.seeds
    params = with_seeds(facts.function.params, (by,), seed in ("scalar", "each"))
    body = list(parts.forward)
    result = _kept_value(parts, facts, names, body) if value else parts.result
    missing = any(p.name == by and E.is_const(p.default or E.ONE, None) for p in params)
    if missing or (seed == "each" or check) and (parts.shown or not _is_number(parts.result, facts)):
        helper = lib.support({"scalar": "scalar_seed", "each": "each_seed"}.get(seed, "check_seed"))
        like = parts.like if seed == "scalar" and (parts.shown or not _is_read_later(parts)) else None
        body.append(S.Assign(E.var(by), E.call(helper, E.var(by), like or parts.result)))
    gradients = parts.gradients[0] if len(parts.gradients) == 1 else E.tuple_(*parts.gradients)
    end = S.Return(E.tuple_(result, gradients) if value else gradients)
    asked = parts.saved.union(_started_from(parts.backward), _checked(parts.forward))
    whole = _defined(params, (*body, *parts.backward, end), asked)
    return S.Function(name, params, whole, None, facts.function.loc)


def _is_read_later(parts: Reversed) -> bool:
    """Does the backward sweep read the result, or the gradient?"""
    return any(not parts.result.names.isdisjoint(e.names) for e in parts.gradients) \
        or any(not parts.result.names.isdisjoint(S.reads(s)) for s in S.walk_stmts(parts.backward))


def with_seeds(params: tuple[S.Param, ...], seeds: tuple[str, ...], one: bool) -> tuple[S.Param, ...]:
    """The primal's parameters and the seeds, which come before what is passed by keyword only.

    A seed that must be given and follows parameters that need not be has None for a default: what was meant for the
    seed and went to one of those is found out when the derivative runs.
    """
    default = E.ONE if one else E.NONE if has_optional(params) else None
    kind = "keyword" if any(p.kind == "*" for p in params) else "plain"
    made = tuple(S.Param(s, kind, default) for s in seeds)
    at = next((n for n, p in enumerate(params) if p.kind == "**" or p.kind == "keyword" != kind), len(params))
    return (*params[:at], *made, *params[at:])


def has_optional(params: tuple[S.Param, ...]) -> bool:
    """May positional arguments be left out?"""
    return any(p.default is not None and p.kind != "keyword" for p in params)


def _is_number(result: Expr, facts: Facts) -> bool:
    found = facts.type_of_name(result.data) if result.head == "var" else None
    return found is not None and found.kind == "number" and found.dtype != "complex" \
        or result.head == "const" and result.data is not None


def _kept_value(parts: Reversed, facts: Facts, names: Names, body: list[S.Stmt]) -> Expr:
    """The result, safe from what the backward sweep does to variables and memory."""
    result = parts.result
    contents = frozenset().union(*(facts.aliasing.contents(n) for n in result.names))
    if contents & parts.restored:
        value: Expr = E.call(lib.COPY, result)
    elif result.names & frozenset().union(*(S.writes(s) for s in S.walk_stmts(parts.backward))):
        value = result
    else:
        return result
    kept = E.var(names.fresh(base(result.data) if result.head == "var" else "y"))
    body.append(S.Assign(kept, value))
    return kept


def split(forward: str, backward: str, parts: Reversed, facts: Facts, names: Names,
          improve: Callable[[S.Function], S.Function], always: bool = False) -> tuple[S.Function, S.Function, tuple[str, ...]]:
    """A forward function, which returns the result and what it saved, and a backward function, which takes that.

    The last value names what is saved. `improve` optimizes the backward function, before it is asked what it needs.
    Adjoints of parameters that the function changes in place are parameters of the backward function. `always`: the
    pair hands something over even where there is nothing to save.
    """
    fn = facts.function
    gradients = tuple(g for n, g in zip(facts.inputs, parts.gradients) if n not in parts.changed)
    body = (*parts.backward, S.Return(_one_or_tuple(gradients)))
    seeds = tuple(S.Param(p) for p in (*(s for s in parts.seeds if s), *("~" + n for n in parts.changed)))
    primal = sorted(n for n in Liveness(body).entry if not is_derivative(n))
    parts_again = _parts_of_parameters(primal, facts)
    if parts_again:
        body = (*parts_again, *body)
        primal = sorted(n for n in Liveness(body).entry if not is_derivative(n))
    body = improve(S.Function(backward, (*map(S.Param, primal), *seeds), body)).body
    body, lengths = _without_arrays(body, _certain_arrays(parts.forward, facts), facts, names)
    free = [n for n in sorted(Liveness(body).entry, key=_natural) if not is_derivative(n)]
    saved = E.var(names.fresh("saved"))
    unpack = (S.Assign(E.tuple_(*map(E.var, free)), saved),) if len(free) > 1 else \
        tuple(S.Assign(E.var(n), saved) for n in free)
    params = [saved.data] * (bool(free) or always) + [s for s in parts.seeds if s] + ["~" + n for n in parts.changed]
    body = body if gradients or len(body) == 1 else body[:-1]  # nobody asks for ``()``
    there = S.Function(backward, tuple(S.Param(p) for p in params), (*unpack, *body), None, fn.loc)
    holder = (_one_or_tuple(tuple(lengths.get(n, E.var(n)) for n in free)),) if free or always else ()
    results: tuple[Expr, ...] = (parts.result,)
    if parts.result.head == "tuple" and len(parts.seeds) > 1:
        results = parts.result.args
    elif E.is_const(parts.result, None) and not parts.seeds:
        results = ()
    back = S.Return(_one_or_tuple((*results, *holder)))
    here = S.Function(forward, fn.params, _defined(fn.params, (*parts.forward, back)), None, fn.loc)
    return here, there, tuple(free)


def _parts_of_parameters(names: list[str], facts: Facts) -> S.Block:
    """The definitions of those of `names` that are parts of parameters which nobody changes: they are taken again."""
    here = set(facts.function.body)
    found = [facts.single_definition(n) for n in names]
    return tuple(s for s in found if isinstance(s, S.Assign) and s in here and s.target.head == "var"
                 and _is_part_of_parameter(s.value, facts) and not facts.aliasing.contents(s.target.data))


def _is_part_of_parameter(e: Expr, facts: Facts) -> bool:
    """Is `e` an element or a slice, at a fixed place, of what nobody changes? Attributes may be other objects' as well."""
    while e.head == "index" and e.args[1].head in ("const", "slice") and not e.args[1].names:
        e = e.args[0]
        if e.head == "var":
            return e.data in facts.types.params and e.data not in facts.definitions \
                and e.data not in facts.links.variables and not facts.aliasing.contents(e.data)
    return False


def _certain_arrays(forward: S.Block, facts: Facts) -> frozenset[str]:
    """The variables that are bound to arrays on every path through a forward sweep."""
    bound = frozenset().union(*(S.writes(s) for s in forward if type(s) not in S.COMPOUND))
    return frozenset(n for n in bound if facts.single_definition(n) is not None and facts.type_of_name(n).kind == "array")


def _without_arrays(body: S.Block, arrays: frozenset[str], facts: Facts, names: Names) -> tuple[S.Block, dict[str, Expr]]:
    """A backward sweep with the shape handed over of what it asks for nothing else, and these shapes by variable.

    What may be a number, or None where a path has not bound it, is only asked what can be asked of those as well.
    """
    bound = frozenset().union(*(S.writes(s) for s in S.walk_stmts(body)))
    asked: dict[Expr, str] = {}
    needed: set[str] = set(bound)
    for s in S.walk_stmts(body):
        for e in S.expressions(s):
            _sort_reads(e, asked, needed)
    made = {e: names.fresh(f"{base(n)}_{_QUESTIONS[_question(e)]}") for e, n in asked.items()
            if n not in needed and (n in arrays or _question(e) in _HARMLESS and facts.type_of_name(n).kind in _NUMERIC)}
    if not made:
        return body, {}

    def put(block: S.Block) -> S.Block:
        return tuple(S.map_blocks(put, S.map_expressions(replaced, s)) for s in block)

    def replaced(e: Expr) -> Expr:
        return E.transform(lambda part: E.var(made[part]) if part in made else part, e)

    return put(body), {name: e for e, name in made.items()}


def _sort_reads(e: Expr, asked: dict[Expr, str], needed: set[str]) -> None:
    """Enter the variables of which `e` asks for the shape alone into `asked`, by the question, all others into `needed`."""
    if e.head == "var":
        needed.add(e.data)
    elif _question(e) and e.args[-1].head == "var" and not is_derivative(e.args[-1].data):
        asked[e] = e.args[-1].data
    elif e.head == "comp":  # its own variables have other values each time
        needed |= e.names | e.data.bound
    else:
        for a in e.args:
            if a.names:
                _sort_reads(a, asked, needed)


def _question(e: Expr) -> Any:
    """What `e` asks an array for, where that is its shape, or something that follows from it."""
    found = e.data if e.head == "attr" else E.hashable_callee(e) if e.head == "call" and len(e.args) == 2 else None
    return found if found in _QUESTIONS else None


#: Questions that the shape of an array answers, with what the answers are called.
_QUESTIONS: dict[Any, str] = {"shape": "shape", "ndim": "ndim", "size": "size", len: "length", np.shape: "shape", np.size: "size",
                              np.ndim: "ndim"}


_HARMLESS = (np.shape, np.size, np.ndim)
_NUMERIC = ("number", "array", "numeric")


def _defined(params: tuple[S.Param, ...], body: S.Block, among: frozenset[str] | None = None) -> S.Block:
    """`body`, with variables that it puts aside without having set them on every path set to None first."""
    if S.COMPOUND.isdisjoint(map(type, body)):
        return body  # there is one path
    missing = Liveness(body).entry - {p.name for p in params}
    missing = missing if among is None else missing & among
    return (*(S.Assign(E.var(n), E.NONE) for n in sorted(missing, key=_natural)), *body)


def _checked(body: S.Block) -> Iterator[str]:
    """The variables that the forward sweep asks where they lie, whether or not it has bound them."""
    for s in S.walk_stmts(body):
        if isinstance(s, S.Do) and E.callee(s.value) in (runtime.require_apart, runtime.require_in_place):
            yield from s.value.args[1].names


def _started_from(body: S.Block) -> Iterator[str]:
    """The variables that adjoints get their shape from, on whatever path the forward sweep went."""
    for s in body:
        if isinstance(s, S.Assign) and s.target.head == "var" and E.hashable_callee(s.value) in _ZEROS:
            yield from S.reads(s)
        elif isinstance(s, (S.For, S.While)):
            yield from _started_from(s.body)


_ZEROS = (runtime.zeros_like, runtime.mirror, runtime.mirror_array, np.zeros_like)


def _natural(name: str) -> tuple[str, int, str]:
    stem, _, number = name.partition(".")
    return stem, int(number) if number.isdigit() else 0, name


def _one_or_tuple(parts: tuple[Expr, ...]) -> Expr:
    return parts[0] if len(parts) == 1 else E.tuple_(*parts)
