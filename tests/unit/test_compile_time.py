"""The compiler asks about each statement a number of times that does not depend on how many others there are."""
from __future__ import annotations

import dataclasses
import gc
import linecache
import math
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2sgrad
from s2sgrad import api
from s2sgrad.analysis import proofs
from s2sgrad.ir import expr as E
from s2sgrad.ir import following as F
from s2sgrad.ir import stmt as S
from s2sgrad.ir import types as T
from s2sgrad.ir.mentions import mentions
from s2sgrad.ir.remember import lately, remembering


def made(lines: list[str], salt: str) -> Callable[..., Any]:
    return defined("\n".join(["def made(x, n):", *(f"    {line}" for line in lines), ""]), salt)


def defined(text: str, salt: str) -> Callable[..., Any]:
    filename = f"<compile time {salt}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    scope: dict[str, Any] = {"np": np, "mixed": mixed}
    exec(compile(text, filename, "exec"), scope)
    return scope["made"]  # type: ignore[no-any-return]


def straight(n: int) -> list[str]:
    lines = ["a0 = x", "a1 = x * x", "a2 = x + 1.0"]
    return [*lines, *(f"a{k} = 0.5 * a{k - 1} * np.sin(a{k - 2}) + a{k - 3}" for k in range(3, n)), f"return a{n - 1}"]


def loops(n: int) -> list[str]:
    lines = ["s = 0.0", "y = np.zeros(n)", "t = 1.0"]
    for k in range(n // 6):
        lines += ["for i in range(1, n):", f"    y[i] = y[i - 1] * x[i] + {k}.0 * t", "    s += y[i] * np.sin(s)",
                  f"if s > {k}.0:", "    t = t * s", "y = y * t"]
    return [*lines, "return s + t"]


def arrays(n: int) -> list[str]:
    lines = ["A = np.outer(x, x)", "v = x * 2.0"]
    for k in range(n // 4):
        lines += [f"v = np.tanh(A @ v + {k}.0)", f"u{k} = v[1:] * v[:-1]", f"A[{k % 3}] = v * np.sum(u{k})",
                  f"v = np.concatenate([u{k}, v[:1]])"]
    return [*lines, "return np.sum(v) + np.sum(A)"]


def user_functions(n: int) -> list[str]:
    return ["a = x", *(f"a = mixed(a, {k}.0) * a" for k in range(n)), "return a"]


def one_loop(n: int) -> list[str]:
    """What a program that simulates has: all of it in one loop."""
    lines = ["s = x", "for i in range(n):"]
    for k in range(n // 2):
        lines += [f"    s = s * x + {k}.0", "    s = np.sin(s)"]
    return [*lines, "return s"]


def loop_with_branches(n: int) -> list[str]:
    lines = ["s = x", "for i in range(n):"]
    for k in range(n // 3):
        lines += [f"    if s > {k}.0:", "        s = s * x", "    s = np.tanh(s)"]
    return [*lines, "return s"]


def loop_over_arrays(n: int) -> list[str]:
    lines = ["v = x.copy()", "u = x * 2.0", "for i in range(n):"]
    for k in range(n // 3):
        lines += [f"    w{k} = np.tanh(v * {k}.0) + u", f"    u[1:-1] = 0.5 * (v[2:] + w{k}[:-2])", f"    v = v + w{k} * x"]
    return [*lines, "return np.sum(v)"]


def while_loop(n: int) -> list[str]:
    lines = ["s = x", "i = 0", "while i < n:", "    i += 1"]
    for k in range(n // 2):
        lines += [f"    u{k} = s * x", f"    s = np.exp(-u{k}) + s"]
    return [*lines, "return s"]


def swaps_in_a_loop(n: int) -> list[str]:
    return ["a, b = x, x", "for i in range(n):", *(f"    a, b = b * x, a + {k}.0" for k in range(n)), "return a"]


def many_branches(n: int) -> list[str]:
    """One inside the other, as they are read."""
    lines = [line for k in range(n // 2) for line in (f"elif n == {k}:", f"    y = x * {k}.0 + np.sin(x)")]
    return ["if n < 0:", "    y = x", *lines, "else:", "    y = x * x", "return y"]


def calls_in_a_loop(n: int) -> list[str]:
    return ["a = x", "for i in range(n):", *(f"    a = mixed(a, {k}.0) * a" for k in range(n)), "return a"]


def elements(n: int) -> list[str]:
    return ["y = np.zeros(5)", *(f"y[{k % 5}] = x[{k % 3}] * y[{(k + 1) % 5}] + np.sin(x[{(k + 1) % 3}])" for k in range(n)),
            "return np.sum(y)"]


def rows(n: int) -> list[str]:
    lines = ["A = x * 1.0"]
    for k in range(n // 2):
        lines += [f"row{k} = A[{k % 3}]", f"row{k} += A[{(k + 1) % 3}] * {k}.0"]
    return [*lines, "return np.sum(A)"]


def comprehensions(n: int) -> list[str]:
    lines = ["s = 0.0"]
    for k in range(n // 2):
        lines += [f"t{k} = [v * {k}.0 for v in x]", f"s = s + sum(t{k})"]
    return [*lines, "return s"]


def unknown_functions(n: int) -> list[str]:
    return ["s = x", *(["s = n(s) * x"] * n), "return s"]


def mixed(a: float, b: float) -> float:
    return a * b + a


def calls(f: Callable[..., Any], derive: Callable[..., Any] = s2sgrad.grad, of: str = "call") -> int:
    """How many calls of Python functions making a derivative takes, or of those that are built in, ``"c_call"``."""
    counted = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal counted
        counted += event == of

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        derive(f)
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("kind, limit", [(straight, 3535), (loops, 3815), (arrays, 4740), (user_functions, 3080)])
def test_calls_grow_with_the_number_of_statements(kind: Callable[[int], list[str]], limit: int) -> None:
    calls(made(kind(12), f"{kind.__name__} at first"))  # rules are read when they are first met
    few, many = (calls(made(kind(n), f"{kind.__name__} {n}")) for n in (18, 72))
    assert many < 4.5 * few
    assert many < 72 * limit, many / 72


@pytest.mark.parametrize("kind", [one_loop, loop_with_branches, loop_over_arrays, while_loop, swaps_in_a_loop, calls_in_a_loop,
                                  many_branches, elements, rows, comprehensions, unknown_functions])
def test_calls_grow_with_the_number_of_statements_of_every_kind(kind: Callable[[int], list[str]]) -> None:
    calls(made(kind(12), f"{kind.__name__} at first"), s2sgrad.vjp)
    few, many = (calls(made(kind(n), f"{kind.__name__} {n}"), s2sgrad.vjp) for n in (30, 240))
    assert many < 9 * few


def test_calls_of_functions_that_are_built_in_grow_with_the_number_of_loops() -> None:
    """What each loop asks of all variables of the program shows in these calls alone."""
    calls(made(loops(12), "loops at first"))
    few, many = (calls(made(loops(n), f"loops {n} built in"), of="c_call") for n in (96, 960))
    assert many < 10.5 * few


def test_lines_that_are_executed_grow_with_the_number_of_loops() -> None:
    """What is searched for in all statements for each variable shows in these alone."""
    def executed(f: Callable[..., Any]) -> int:
        counted = 0

        def count(frame: Any, event: str, argument: Any) -> Any:
            nonlocal counted
            counted += event == "line"
            return count

        before = sys.gettrace()
        sys.settrace(count)
        try:
            s2sgrad.vjp(f)
        finally:
            sys.settrace(before)
        return counted

    calls(made(loops(12), "loops at first"), s2sgrad.vjp)
    few, many = (executed(made(loops(n), f"loops {n} by line")) for n in (30, 300))
    assert many < 10 * few


@pytest.mark.parametrize("kind", [swaps_in_a_loop, rows])
def test_calls_of_functions_that_are_built_in_grow_with_the_number_of_statements(kind: Callable[[int], list[str]]) -> None:
    """What is looked for before or after every statement shows in these calls alone."""
    calls(made(kind(12), f"{kind.__name__} built in"), s2sgrad.vjp)
    few, many = (calls(made(kind(n), f"{kind.__name__} {n} built in"), s2sgrad.vjp, "c_call") for n in (48, 480))
    assert many < 10.5 * few


def test_what_is_computed_of_what_in_a_long_chain_is_followed() -> None:
    chain = [S.Assign(E.var(f"a{k}"), E.op("+", E.var(f"a{k - 1}"), E.ONE)) for k in range(1, 5000)]
    first = S.Assign(E.var("a0"), E.call(E.ref("math.sin", math.sin), E.var("x")))
    found = proofs.Proofs((first, S.Assign(E.var("a0"), E.var("x")), *chain, S.Return(E.var("a4999"))))
    assert found.prove("a0", first, counts=True)


def test_sums_of_hundreds_of_terms_stay_several_lines() -> None:
    """What nests thousands of operations, Python could not compile, nor could a pass walk it."""
    text = s2sgrad.vjp(made(comprehensions(700), "a long sum")).source
    assert max(map(len, text.splitlines())) < 1600


def test_variables_that_are_bound_again_later() -> None:
    def bind(name: str, value: str = "x") -> S.Assign:
        return S.Assign(E.var(name), E.var(value))

    a, b, c, d, e = bind("a"), bind("b"), bind("c", "a"), bind("d", "c"), bind("e", "d")
    loop = S.For(E.var("i"), E.var("n"), (S.If(E.var("x"), (a,), (b,)), c))
    following = F.Following((loop, d, e))
    assert following.may_bind({"a"}, c)  # in the next iteration
    assert following.may_bind({"c"}, a) and following.may_bind({"d"}, a) and following.may_bind({"e"}, d)
    assert not following.may_bind({"a", "c", "x"}, d) and not following.may_bind({"d"}, e)
    for s in (loop, a, b, c, d, e):
        assert all(following.may_bind({name}, s) for t in S.walk_after((loop, d, e), s) for name in S.writes(t))


@pytest.mark.parametrize("calling_each_other", [False, True])
def test_calls_grow_with_the_number_of_functions(calling_each_other: bool) -> None:
    def program(n: int) -> Callable[..., Any]:
        inner = [f"g{k - 1}(v, w)" if calling_each_other and k else f"v * w + {k}.0" for k in range(n)]
        text = "".join(f"def g{k}(v, w):\n    t = {inner[k]}\n    return t * w + np.sin(v)\n\n" for k in range(n))
        used = [n - 1] if calling_each_other else range(n)
        body = "".join(f"    x = g{k}(x, x)\n" for k in used)
        return defined(f"{text}def made(x):\n{body}    return x\n", f"{n} functions {calling_each_other}")

    calls(program(4), s2sgrad.vjp)
    few, many = (calls(program(n), s2sgrad.vjp) for n in (15, 90))
    assert many < 6.2 * few


def test_functions_that_call_each_other_several_times_are_typed_once() -> None:
    """What is found of one while another is open holds for all of its calls there."""
    def program(times: int) -> Callable[..., Any]:
        inner = [" + ".join(f"g{j}(v * {t}.0, n - 1)" for j in range(4) if j != k for t in range(times)) for k in range(4)]
        text = "".join(f"def g{k}(v, n):\n    if n < 1:\n        return v * v\n    return {inner[k]}\n\n" for k in range(4))
        return defined(f"{text}def made(x):\n    return g0(x, 2)\n", f"four functions, {times} times")

    once, twice = (calls(program(times), s2sgrad.vjp) for times in (1, 2))
    assert twice < 3 * once


def test_calls_for_second_derivatives_grow_with_the_number_of_statements() -> None:
    calls(made(arrays(12), "hessian at first"), s2sgrad.hessian)
    few, many = (calls(made(arrays(n), f"hessian {n}"), s2sgrad.hessian) for n in (16, 64))
    assert many < 4.5 * few


@pytest.mark.parametrize("kind", [straight, user_functions])
def test_calls_for_derivatives_of_derivatives_grow_with_the_number_of_statements(kind: Callable[[int], list[str]]) -> None:
    """What has its shape from what was computed before it, and so on back, is followed back once."""
    def derive(f: Callable[..., Any]) -> Any:
        return api.derivative(api.target_of(f), 0, check=False, seed="any").functions[-1]

    first = [derive(made(kind(n), f"{kind.__name__} {n} once")) for n in (12, 40, 160)]
    calls(first[0], derive)
    few, many = (calls(f, derive) for f in first[1:])
    assert many < 4.5 * few


@pytest.mark.parametrize("kind", [straight, loops, arrays, user_functions])
def test_a_compilation_leaves_nothing_to_the_collector(kind: Callable[[int], list[str]]) -> None:
    """What refers to itself would be kept until the collector finds it, for which it looks at all that was made."""
    s2sgrad.grad(made(kind(9), f"{kind.__name__} before"))  # rules are read when they are first met
    f = made(kind(12), f"{kind.__name__} with garbage")
    gc.collect()
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        s2sgrad.grad(f)
        assert gc.collect() < 20
    finally:
        if was_enabled:
            gc.enable()


def test_mentions_are_counted_with_those_that_comprehensions_bind() -> None:
    x, y = E.var("x"), E.var("y")
    shown = E.op("+", E.op("*", x, x), y)
    assert sorted(mentions(shown)) == ["x", "x", "y"]
    comprehension = E.Expr("comp", (E.op("*", y, x), E.var("xs")), E.Comprehension("list", ((x, 0),)))
    assert Counter(mentions(comprehension)) == {"x": 1, "y": 1, "xs": 1}
    body = (S.Assign(y, shown), S.Aug(E.index(x, E.ZERO), "+", y), S.For(y, x, (S.Do(shown),)))
    assert S.count_uses(body) == {"x": 2 + 1 + 1 + 2, "y": 1 + 1 + 1}


def test_a_changed_type_has_a_hash_of_its_own() -> None:
    one = T.array(T.Shape((T.dim(3),)))
    hash(one)
    other = dataclasses.replace(one, dtype="int")
    assert hash(other) == hash(T.array(T.Shape((T.dim(3),)), "int")) != hash(one)


@pytest.mark.parametrize("copies", [1, 12])
def test_what_is_in_a_block_is_found_whatever_its_size(copies: int) -> None:
    """Blocks that passes ask about again and again are looked at once."""
    x, y = E.var("x"), E.var("y")
    call = E.call(E.ref("math.sin", math.sin), x)
    inner = (S.Assign(y, call), S.If(call, (S.Aug(E.index(x, E.ZERO), "+", y),)))
    block: S.Block = tuple(s for _ in range(copies) for s in (S.Assign(y, E.op("+", x, y)), S.For(x, y, inner), S.Return(y)))
    every = [s for outer in block for s in (outer, *outer.inside)]
    with remembering():
        for _ in range(2):
            assert list(S.walk_stmts(block)) == every
            for heads in (E.CALL, E.INDEX, E.CALL | E.INDEX, E.FUNCTION):
                assert list(S.having(block, heads)) == [s for s in every if any(e.heads & heads for e in S.expressions(s))]
            for kinds in ((S.Aug,), (S.If, S.Return), (S.Try,)):
                assert list(S.of_kinds(block, *kinds)) == [s for s in every if isinstance(s, kinds)]


def test_only_what_was_asked_lately_is_remembered() -> None:
    asked: list[object] = []
    find = lately(asked.append)
    things = [object() for _ in range(40)]
    with remembering():
        for thing in things:
            find(thing)
            find(thing)
        assert asked == things
        find(things[0])
        assert asked == [*things, things[0]]


def test_complex_constants_are_told_apart() -> None:
    assert E.const(2j).heads & E.COMPLEX and E.op("*", E.var("x"), E.const(1j)).heads & E.COMPLEX
    assert not E.const(2.0).heads & E.COMPLEX
