"""Put the body of a function in the place of a call to it."""
from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping, Sequence

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.remember import remembered
from s2sgrad.lower.attempts import split_attempts
from s2sgrad.lower.caught import as_jumps
from s2sgrad.lower.chosen_receivers import apart
from s2sgrad.lower.collected import refuse_changed_generators
from s2sgrad.lower.context import Context
from s2sgrad.lower.control import single_exit
from s2sgrad.lower.deciding import decided
from s2sgrad.lower.entered import in_place
from s2sgrad.lower.exchanges import in_one
from s2sgrad.lower.hoisting import hoisted
from s2sgrad.lower.kept_generators import consumed_where_named
from s2sgrad.lower.kept_iterators import refuse_changed_iterators
from s2sgrad.lower.members import with_members
from s2sgrad.lower.names import is_temporary
from s2sgrad.lower.object_names import objects_in
from s2sgrad.lower.one_class import names_of_one_class
from s2sgrad.lower.operands import has_slice_part, value
from s2sgrad.lower.operators import key_as_value
from s2sgrad.lower.options import with_options_apart
from s2sgrad.lower.raising import with_raising_in_place
from s2sgrad.lower.renaming import own_names, placed, rename, with_closures
from s2sgrad.lower.same_names import functions_apart
from s2sgrad.lower.stability import (
    bound_once,
    called_names,
    chosen_names,
    counters,
    fixed_lengths,
    settled_for_functions,
    shared_names,
    stable_names,
    steady_names,
    used_as_dicts,
    used_as_lists,
    with_dicts_apart,
)
from s2sgrad.lower.unseen import writes_parts
from s2sgrad.lower.walked_by_hand import with_positions
from s2sgrad.lower.written_out import written_out
from s2sgrad.rules.fold import fold


def inline(fn: S.Function, arguments: Mapping[str, Expr], cx: Context, function: types.FunctionType | None = None) -> Expr:
    """Emit the statements of `fn` with its parameters bound; return the expression of its result.

    `arguments` binds every parameter (see `bind_arguments`); `function` is the object that `fn` was read from, if any.
    Variables of `fn` get new names; those that it captures belong to the function around it, which is the one being
    lowered, and keep theirs.
    """
    fn, arguments = with_options_apart(fn, arguments, cx.names)
    if _is_arithmetic(fn) and cx.likely is None and not cx.visible and all(
            a.head == "const" or _stands_for(n, a, fn, cx) for n, a in arguments.items()):
        return _arithmetic(fn, arguments, cx)
    return _statements(fn, arguments, cx, function)


def _statements(fn: S.Function, arguments: Mapping[str, Expr], cx: Context, function: types.FunctionType | None) -> Expr:
    refuse_changed_iterators(fn.body)
    rebound = frozenset().union(*(S.writes(s) for s in S.walk_stmts(fn.body)))
    kinds = {n: type(a.data) if a.head == "const" else cx.class_of(a) for n, a in arguments.items() if n not in rebound}
    fn = S.with_body(fn, with_raising_in_place(consumed_where_named(fn.body, cx.names), kinds, cx))
    if not cx.generated:
        refuse_changed_generators(fn.body, cx.visible)
    fn = with_dicts_apart(_apart(functions_apart(fn, cx.names), cx), cx.names)
    fn = S.with_body(fn, decided(fn.body, {n: k for n, k in kinds.items() if k is not None}))
    own = own_names(fn)
    assigned = frozenset().union(*(S.writes(s) for s in S.walk_stmts(fn.body)))
    unnamed = {n for n, a in arguments.items() if n not in assigned and a.head == "var" and is_temporary(a.data)}
    renaming: dict[str, Expr] = {n: E.var(cx.names.unnamed(n) if n in unnamed else cx.names.again(n)) for n in sorted(own)}
    bindings: list[S.Stmt] = []
    for name, argument in arguments.items():
        if name not in assigned and (is_function_value(argument, cx) or argument.head == "const"
                                     or _stands_for(name, argument, fn, cx) or _only_passed_on(name, argument, fn)
                                     or _is_subscript(name, argument, fn)):
            renaming[name] = argument
        else:
            bindings.append(S.Assign(renaming[name], key_as_value(argument), cx.loc))
    body = _decided(tuple(placed(rename(s, renaming), cx.loc) for s in fn.body))
    body = _without_flags(body, frozenset(e.data for e in renaming.values() if e.head == "var"))
    if cx.likely is not None:
        cx.object_like |= cx.likely.adopt(function, renaming)
        cx.writes_parts |= fn.name != "__init__" and writes_parts(body, cx.visible)
    body = with_members(in_one(written_out(in_place(apart(body, cx.names), cx), cx)), cx)
    cx.varied.settle((*bindings, *body))
    body = hoisted(as_jumps(with_positions(body, cx), cx), cx, tuple(bindings))
    cx.varied.settle((*bindings, *body))
    own_now = frozenset(e.data for e in renaming.values() if e.head == "var")
    cx.stable |= stable_names((*bindings, *body)) & own_now
    cx.once |= bound_once((*bindings, *body)) & own_now
    cx.steady |= steady_names((*bindings, *body)) & own_now
    cx.settled |= settled_for_functions((*bindings, *body)) & own_now
    cx.of_calls |= own_now
    cx.shared |= shared_names((*bindings, *body))
    cx.lengths.update((n, k) for n, k in fixed_lengths((*bindings, *body)).items() if n in own_now)
    cx.chosen |= chosen_names((*bindings, *body)) & own_now
    given = [dataclasses.replace(p, name=renaming[p.name].data) for p in fn.params if renaming[p.name].head == "var"]
    known = frozenset(cx.ambiguous)
    cx.object_like |= objects_in(body, given, function, cx)
    cx.guard(p.name for p in given if p.name not in known and E.var(p.name) in arguments.values())
    cx.called |= called_names((*bindings, *body)) & own_now
    cx.mappings |= used_as_dicts(body)
    cx.counters |= counters(body)
    cx.lists |= used_as_lists(body)
    cx.of_one_class.update((n, c) for n, c in names_of_one_class((*bindings, *body), (), cx.classes.get).items() if n in own_now)
    flat = single_exit(S.with_body(fn, body), cx.keeps, cx.names)
    cx.varied.settle(flat.body)
    flat = split_attempts(flat, cx)
    *statements, last = flat.body
    assert isinstance(last, S.Return)
    cx.chosen |= chosen_names(flat.body) & last.value.names
    cx.statements((*bindings, *statements))
    outer, cx.loc = cx.loc, last.loc or cx.loc
    result = last.value if is_function_value(last.value, cx) and last.value.head == "call" else value(last.value, cx)
    cx.loc = outer
    return result


@remembered
def _is_arithmetic(fn: S.Function) -> bool:
    """Does a function only return what operators and ufuncs make of its parameters and of constants?"""
    return len(fn.body) == 1 and isinstance(fn.body[0], S.Return) and not fn.nonlocals and _calculates(fn.body[0].value)


def _calculates(e: Expr) -> bool:
    if e.head == "call":
        return type(e.called) is np.ufunc and len(e.args) == e.called.nin + 1 and not any(e.data.marks) \
            and all(map(_calculates, e.args[1:]))
    return e.head in ("var", "const") or e.head == "op" and e.data in _ARITHMETIC and all(map(_calculates, e.args))


_ARITHMETIC = frozenset(("+", "-", "*", "/", "**"))


def _arithmetic(fn: S.Function, arguments: Mapping[str, Expr], cx: Context) -> Expr:
    """What a call of such a function computes from variables and constants: nothing in it says anything else of them."""
    for name in sorted(own_names(fn)):
        cx.names.again(name)
    last = placed(rename(fn.body[0], arguments), cx.loc)
    assert isinstance(last, S.Return)
    cx.varied.settle((last,))
    outer, cx.loc = cx.loc, last.loc or cx.loc
    result = value(last.value, cx)
    cx.loc = outer
    return result


def _apart(fn: S.Function, cx: Context) -> S.Function:
    """`fn` where ``other = self.lift(other)`` makes another variable, so that what is known of the argument holds for it."""
    statements = list(with_closures(fn.body))
    if any(isinstance(s, S.Define) or any(part.head in _BINDING for e in S.expressions(s) for part in E.walk(e))
           for s in statements):
        return fn
    body = list(fn.body)
    left = {p.name for p in fn.params} - fn.nonlocals
    for n, s in enumerate(body):
        if isinstance(s, S.Assign) and s.target.head == "var" and s.target.data in left:
            new = {s.target.data: E.var(cx.names.fresh(s.target.data))}
            left.remove(s.target.data)
            body[n] = dataclasses.replace(s, target=new[s.target.data])
            body[n + 1:] = [rename(t, new) for t in body[n + 1:]]
    return S.with_body(fn, tuple(body))


_BINDING = frozenset(("function", "comp", "walrus"))


def _stands_for(name: str, argument: Expr, fn: S.Function, cx: Context) -> bool:
    """Can a variable of the caller's take the place of the parameter `name` of `fn`, which `fn` does not bind anew?

    Not where the variable may be bound anew before the parameter is done with: by a closure that the call runs, or after the
    call, which closures outlive.
    """
    if argument.head != "var" or is_temporary(argument.data) or argument.data in cx.varied.rebound | fn.nonlocals:
        return False
    for s in with_closures(fn.body):
        if isinstance(s, S.Define) or any(e.heads & E.FUNCTION for e in S.expressions(s)):
            return False
        if isinstance(s, S.Return) and name in s.value.names and s.value.head not in ("op", "call") and not (
                s.value.head == "index" and argument.data in cx.stable):  # an element of what nobody writes into
            return False
    return True


def _only_passed_on(name: str, argument: Expr, fn: S.Function) -> bool:
    """Is `argument`, what a star parameter gets, only written out again in calls: ``return f(*args, **kwargs)``?"""
    if argument.head not in ("tuple", "dict") or not all(a.head in ("var", "const") for a in argument.args):
        return False
    for s in with_closures(fn.body):
        if isinstance(s, S.Define):
            return False
        for e in S.expressions(s):
            if any(part.head == "function" for part in E.walk(e)):
                return False
            passed = sum(mark in ("*", "**") and a == E.var(name) for c in E.calls(e) for mark, a in E.arguments(c))
            if passed != sum(part == E.var(name) for part in E.walk(e)):
                return False
    return True


def _is_subscript(name: str, argument: Expr, fn: S.Function) -> bool:
    """Is `argument`, the key that a method like ``__getitem__`` gets, one with slices, and used for nothing but subscripts?"""
    if not has_slice_part(argument):
        return False
    for s in with_closures(fn.body):
        if isinstance(s, S.Define):
            return False
        for e in (*S.expressions(s), *((s.target,) if isinstance(s, (S.Assign, S.Aug)) else ())):
            if any(part.head in ("function", "comp") for part in E.walk(e)):
                return False
            keys = sum(part.head == "index" and part.args[1] == E.var(name) for part in E.walk(e))
            if keys != sum(part == E.var(name) for part in E.walk(e)):
                return False
    return True


def with_constants(fn: S.Function, constants: Mapping[str, Expr]) -> S.Function:
    """`fn` for calls that give these constants to some parameters, which it does not bind anew."""
    if not constants:
        return fn
    return S.with_body(fn, _decided(tuple(rename(s, constants) for s in fn.body)))


def _decided(body: S.Block) -> S.Block:
    """Statements with what constant arguments decide decided: ``if n is None`` of an `n` that was not given."""
    out: list[S.Stmt] = []
    for s in body:
        s = S.map_expressions(fold, s)
        if isinstance(s, S.If) and s.test.head == "const":
            out += _decided(s.body if s.test.data else s.orelse)
        else:
            out.append(S.map_blocks(_decided, s))
    return tuple(out)


def _without_flags(body: S.Block, own: frozenset[str]) -> S.Block:
    """`body` without those of its `own` variables that stand for what constant arguments decide: ``full = mode == "all"``."""
    while True:
        once = bound_once(body)
        flags = {s.target.data: s for s in body if isinstance(s, S.Assign) and s.target.head == "var"
                 and s.target.data in own & once and s.value.head == "const" and isinstance(s.value.data, bool)}
        if not flags:
            return body
        values = {n: s.value for n, s in flags.items()}
        body = _decided(tuple(rename(s, values) for s in body if s not in flags.values()))


def defaults_of(fn: S.Function, function: types.FunctionType) -> dict[str, Expr]:
    """The default values of a function, which are objects by now: numbers and the like become constants."""
    out: dict[str, Expr] = {}
    plain_params = [p for p in fn.params if p.kind in ("positional", "plain")]
    values = function.__defaults__ or ()
    named = list(zip(plain_params[len(plain_params) - len(values):], values)) if values else []
    named += [(p, (function.__kwdefaults__ or {})[p.name]) for p in fn.params
              if p.kind == "keyword" and p.name in (function.__kwdefaults__ or {})]
    for p, default in named:
        if default is None or isinstance(default, (bool, int, float, complex, str)):
            out[p.name] = E.const(default)
        else:
            out[p.name] = E.ref(f"{function.__name__}_{p.name}", default)
    return out


def is_function_value(e: Expr, cx: Context) -> bool:
    """Is `e` something to call whose identity is known now?"""
    if e.head == "function":
        return True
    if e.head == "ref":
        return callable(e.data.value)
    if e.head == "call":
        from s2sgrad.lower.nested import is_derivative
        return is_derivative(e, cx)
    return e.head == "var" and e.data in cx.callables


def bind_arguments(params: Sequence[S.Param], defaults: Mapping[str, Expr], e: Expr, cx: Context,
                   given: Sequence[tuple[str, Expr]]) -> dict[str, Expr]:
    """The arguments of a call by parameter; star parameters get a tuple or dict of what is left.

    `given` are the arguments with their markers, unpacking already resolved.
    """
    positional = [a for mark, a in given if mark == ""]
    keywords = {mark: a for mark, a in given if mark not in ("", "*", "**")}
    others = {mark: a for mark, a in given if mark in ("*", "**")}
    out: dict[str, Expr] = {}
    name = e.args[0].data.text if e.args[0].head == "ref" else "the function"
    for p in params:
        if p.kind == "*":
            rest = others.get("*")
            out[p.name] = E.tuple_(*positional) if rest is None else E.tuple_(*positional, E.star(rest)) if positional \
                else E.call(E.ref("tuple", tuple), rest)
            positional = []
        elif p.kind == "**":
            out[p.name] = E.dict_(tuple((E.star(a), E.NONE) if mark == "**" else (E.const(mark), a) for mark, a in given
                                        if mark == "**" or mark in keywords))
            keywords = {}
        elif p.kind != "keyword" and positional:
            out[p.name] = positional.pop(0)
        elif p.name in keywords and p.kind != "positional":
            out[p.name] = keywords.pop(p.name)
        elif p.name in defaults:
            out[p.name] = defaults[p.name]
        else:
            raise cx.refuse(f"the call of {name} does not give the argument {p.name!r}")
    if positional or keywords:
        raise cx.refuse(f"the call of {name} gives more arguments than it takes")
    return out


