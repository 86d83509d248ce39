"""Calls with ``*args`` and ``**options``: which parameter gets which part.

Where the container is a display that is known, its parts are the arguments. Where only the callee is known, its
parameters tell what is taken out of the container:

    def f(a, b=1.0, *rest): ...       f(xs[0], xs[1] if len(xs) > 1 else 1.0, *xs[2:])
    f(*xs)                    --->
"""
from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.operands import atom, plain
from s2sgrad.rules.registry import Rule

Arguments = list[tuple[str, Expr]]
_OF_SEQUENCE = E.ref("s2sgrad.runtime.of_sequence", runtime.of_sequence, library=True)
_STATELESS = E.ref("s2sgrad.runtime.require_stateless", runtime.require_stateless, library=True)
_LEN, _LIST, _TUPLE = E.ref("len", len), E.ref("list", list), E.ref("tuple", tuple)


def written_out(e: Expr, cx: Context) -> Arguments:
    """The arguments of a call with ``*args`` and ``**options`` written out where their length and keys are known."""
    out: Arguments = []
    for mark, a in E.arguments(e):
        shown = cx.display(a) if a.head == "var" else a
        cut = _cut(a, cx) if mark == "*" else None
        if cut is not None:
            out += [("", x) for x in cut]
        elif mark == "*" and shown is not None and shown.head in ("tuple", "list") \
                and all(x.head != "star" for x in shown.args):
            out += [("", E.index(a, E.const(n)) if a.head == "var" and not _is_fixed(x) else x) for n, x in enumerate(shown.args)]
        elif mark == "*" and a.head == "var" and a.data in cx.lengths:
            out += [("", E.index(a, E.const(n))) for n in range(cx.lengths[a.data])]
        elif mark == "**" and shown is not None and shown.head == "dict" \
                and all(k.head == "const" for k, _ in E.items(shown)):
            out += [(k.data, E.index(a, k) if a.head == "var" and v.head != "const" else v) for k, v in E.items(shown)]
        else:
            out.append((mark, _again(a) if mark == "*" else a))
    return out


def _is_fixed(e: Expr) -> bool:
    """Is this a constant or a function, which is the same wherever it is written?"""
    return e.head == "const" or e.head == "ref" and python_function(e.data.value) is not None


def _again(e: Expr) -> Expr:
    """What is unpacked, such that it may be unpacked again: an iterator gives its elements once."""
    once = e.head == "comp" or e.head == "call" and E.hashable_callee(e) in _ITERATORS
    return E.call(_TUPLE, e) if once else e


_ITERATORS = (map, filter, reversed, zip, enumerate, iter)


def _cut(e: Expr, cx: Context) -> list[Expr] | None:
    """The elements of ``xs[1:]``, where `xs` holds a display."""
    if e.head != "index" or e.args[0].head != "var" or e.args[1].head != "slice" or any(
            a.head != "const" for a in e.args[1].args):
        return None
    shown = cx.display(e.args[0])
    if shown is None or shown.head not in ("tuple", "list") or any(x.head == "star" for x in shown.args):
        return None
    kept = range(len(shown.args))[slice(*(a.data for a in e.args[1].args))]
    return [E.index(e.args[0], E.const(n)) for n in kept]


def is_open(given: Arguments) -> bool:
    """Is something left that is unpacked when the call is made?"""
    return any(mark in ("*", "**") for mark, _ in given)


def refuse_open(given: Arguments, cx: Context) -> None:
    """Raise where something that varies is unpacked into a call whose parameters are not known."""
    if any(mark in ("*", "**") and cx.varied.of(a) for mark, a in given):
        raise cx.refuse("arguments unpacked from a container whose length is not known cannot be differentiated here",
                        "pass the arguments one by one, or the container itself")


def by_parameter(given: Arguments, params: Sequence[S.Param], defaults: Mapping[str, Expr], cx: Context) -> Arguments:
    """The arguments with every parameter given by name or position; a ``"*"`` or ``"**"`` left is for a star parameter."""
    keywords = {mark: a for mark, a in given if mark not in ("", "*", "**")}
    table = _options(given, cx)
    ordered = [p for p in params if p.kind in ("positional", "plain")]
    first, rest = _sequence(given, cx)
    out: Arguments = [("", a) for a in first]
    left = ordered[len(first):]
    met: list[S.Param] = []
    if rest is not None:  # it ends before the first parameter that is given by its name
        named_at = next((n for n, p in enumerate(left) if p.name in keywords), len(left))
        met, left = left[:named_at], left[named_at:]
        for k, p in enumerate(met):
            otherwise = defaults.get(p.name)
            if table is not None and p.kind != "positional":
                otherwise = _of_table(p.name, table, otherwise)
            out.append(("", _or_default(E.compare(E.call(_LEN, rest), (">", E.const(k))), E.index(rest, E.const(k)),
                                        otherwise)))
        if any(p.kind == "*" for p in params):
            out.append(("*", E.index(rest, E.slice_(E.const(len(met)))) if met else rest))
    behind = _named_behind(given, params) if table is not None else set()  # of ``**table, r=x`` `r` comes last
    out += ((name, a) for name, a in keywords.items() if name not in behind)
    if table is not None:
        named = [p for p in (*left, *(p for p in params if p.kind == "keyword"))
                 if p.kind != "positional" and p.name not in keywords]
        out += [(p.name, _of_table(p.name, table, defaults.get(p.name))) for p in named]
        if any(p.kind == "**" for p in params):
            out.append(("**", _without(table, [p.name for p in (*met, *named) if p.kind != "positional"], cx)))
    out += ((name, a) for name, a in keywords.items() if name in behind)
    return out


def _named_behind(given: Arguments, params: Sequence[S.Param]) -> set[str]:
    """The names of options that are given after a table, which is where they are among all options."""
    own = {p.name for p in params if p.kind not in ("*", "**")}
    marks = [mark for mark, _ in given]
    return {mark for mark in marks[marks.index("**"):] if mark not in ("", "*", "**")} - own


def _of_table(name: str, table: Expr, default: Expr | None) -> Expr:
    """What a mapping that is unpacked holds for a parameter."""
    key = E.const(name)
    return _or_default(E.compare(key, ("in", table)), E.index(table, key), default)


def _or_default(test: Expr, e: Expr, default: Expr | None) -> Expr:
    return e if default is None else E.ifexp(test, e, default)


def _sequence(given: Arguments, cx: Context) -> tuple[list[Expr], Expr | None]:
    """The positional arguments up to the first that is unpacked, and a sequence of all from there on."""
    positional = [(mark, a) for mark, a in given if mark in ("", "*")]
    at = next((n for n, (mark, _) in enumerate(positional) if mark == "*"), None)
    if at is None:
        return [a for _, a in positional], None
    rest = positional[at:]
    sequence = E.call(_LIST, rest[0][1]) if len(rest) == 1 else E.list_(*(E.star(a) if mark else a for mark, a in rest))
    if len(rest) == 1 and rest[0][1].head == "var":
        return [a for _, a in positional[:at]], rest[0][1]
    made = atom(sequence, cx)
    return [a for _, a in positional[:at]], made if E.is_atom(made) else cx.temporary(made, "args")


def _options(given: Arguments, cx: Context) -> Expr | None:
    """The mapping that is unpacked into a call."""
    tables = [a for mark, a in given if mark == "**"]
    if not tables:
        return None
    if len(tables) > 1:
        return atom(E.dict_(tuple((E.star(t), E.NONE) for t in tables)), cx)
    made = atom(tables[0], cx)
    return made if E.is_atom(made) else cx.temporary(made, "options")


def _without(table: Expr, names: list[str], cx: Context) -> Expr:
    """``{k: v for k, v in table.items() if k not in names}``."""
    key, value = E.var(cx.names.fresh("key")), E.var(cx.names.fresh("value"))
    tests = (E.compare(key, ("not in", E.tuple_(*map(E.const, names)))),) if names else ()
    how = E.Comprehension("dict", ((E.tuple_(key, value), len(tests)),))
    return Expr("comp", (key, value, E.call(E.attr(table, "items")), *tests), how)


def of_primitive(given: Arguments, fn: Any, signature: inspect.Signature | None, cx: Context) -> Arguments:
    """The arguments of a primitive that takes exactly as many as are unpacked."""
    if not any(mark in ("*", "**") and cx.varied.of(a) for mark, a in given):
        return [(mark, plain(a, cx) if mark in ("*", "**") else a) for mark, a in given]
    first, rest = _sequence(given, cx)
    count = fn.nin if isinstance(fn, np.ufunc) else _terms(first) if fn is np.einsum else _arity(signature)
    if rest is None or count is None or any(mark == "**" for mark, _ in given):
        refuse_open(given, cx)
        return given
    parts = [("", E.index(rest, E.const(k))) for k in range(count - len(first))]
    return [*(("", a) for a in first), *parts, *((mark, a) for mark, a in given if mark not in ("", "*"))]


def _terms(first: list[Expr]) -> int | None:
    """How many arguments `np.einsum` takes, as its subscripts say."""
    subscripts = first[0].data if first and first[0].head == "const" else None
    return subscripts.partition("->")[0].count(",") + 2 if isinstance(subscripts, str) else None


def as_sequence(e: Expr, rule: Rule, cx: Context) -> Expr | None:
    """A call of a primitive into which a sequence that varies is unpacked, as one of a function of that sequence.

    ``np.interp(x, *table)`` is ``of_sequence(np.interp, 1, len(table))(x, table)``: how many arguments there are only the
    run shows. None where the primitive takes one number of them, is given options, or gives what may be a view of them.
    """
    given = written_out(e, cx)
    if not any(mark == "*" and cx.varied.of(a) for mark, a in given) or any(mark == "**" for mark, _ in given) \
            or isinstance(E.callee(e), np.ufunc) or _arity(rule.signature) is not None or not rule.differentiable \
            or rule.macro_adjoint is not None or rule.view or rule.expansion is not None and not rule.new:
        return None
    return _of_sequence(e.args[0], given, cx)


def _of_sequence(fn: Expr, given: Arguments, cx: Context) -> Expr:
    first, rest = _sequence(given, cx)
    table = _options(given, cx)
    rest = E.tuple_() if rest is None else rest
    named = [(mark, a) for mark, a in given if mark not in ("", "*", "**")]
    names = (E.tuple_(*(E.const(name) for name, _ in named)),) if named or table is not None else ()
    keys = () if table is None else (E.call(_TUPLE, E.call(E.attr(table, "keys"))),)
    count = E.const(0) if rest.head == "tuple" else E.call(_LEN, rest)
    made = cx.temporary(E.call(_OF_SEQUENCE, fn, E.const(len(first)), count, *names, *keys), "fn")
    cx.varied.names.discard(made.data)
    containers = (("", rest), *([("", table)] if table is not None else []))
    return E.call_with(made, (*(("", a) for a in first), *containers, *named))


def of_unknown(e: Expr, fn: Expr, cx: Context) -> Expr | None:
    """A call of a function that is known only when it runs, as one of the containers that are unpacked into it:
    ``TABLE[name](*args, **options)``. That it holds nothing that varies is checked then."""
    given = written_out(e, cx)
    if not any(mark in ("*", "**") and cx.varied.of(a) for mark, a in given):
        return None
    if cx.varied.of(fn):
        fn = fn if fn.head == "var" else cx.temporary(fn, "fn")
        cx.emit(S.Do(E.call(_STATELESS, fn), cx.loc))
    return _of_sequence(fn, given, cx)


def _arity(signature: inspect.Signature | None) -> int | None:
    """How many positional arguments a function takes, if that is one number."""
    params = () if signature is None else tuple(signature.parameters.values())
    fixed = [p for p in params if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    open_ = any(p.kind == p.VAR_POSITIONAL for p in params) or any(p.default is not p.empty for p in fixed)
    return None if open_ or not fixed else len(fixed)
