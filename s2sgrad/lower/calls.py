"""Calls with varied arguments: what is called, and how it enters the core language.

A call of a primitive, of a function that gets a derivative of its own, or of something known only at run time stays
a call with atoms for arguments. Closures, constructors, methods of objects whose class is known, and functions
whose result may be one of their arguments are put in place.
"""
from __future__ import annotations

import dataclasses
import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad import runtime
from s2sgrad.errors import calling
from s2sgrad.frontend.unit import identity, load, python_function
from s2sgrad.frontend.yields import gives, refused
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower import applying, getters, inplace, mappings, sequences, undoing
from s2sgrad.lower.choosing import alternatives, call_chosen, changes_its_object, current, frozen, is_callable_display
from s2sgrad.lower.chosen_receivers import apply_partial
from s2sgrad.lower.collected import calls_itself, collected, is_entered_anew
from s2sgrad.lower.context import Context
from s2sgrad.lower.conversions import as_array, conversion
from s2sgrad.lower.descriptors import delegated
from s2sgrad.lower.dispatch import by_class, called, check_given, not_callable
from s2sgrad.lower.function_arguments import is_method_given, method_given, with_function
from s2sgrad.lower.inline import bind_arguments, defaults_of, inline, is_function_value
from s2sgrad.lower.iterators import POSITIONS
from s2sgrad.lower.left_out import without_refused
from s2sgrad.lower.library_objects import of_object, unfrozen
from s2sgrad.lower.lifting import is_recursive, lifted
from s2sgrad.lower.members import check_member
from s2sgrad.lower.nested import check_called, with_captured
from s2sgrad.lower.operands import atom, operands, plain, reference, value
from s2sgrad.lower.operators import key_as_value, member
from s2sgrad.lower.recompute import check_marked, marked, unmarked
from s2sgrad.lower.renaming import rename
from s2sgrad.lower.spreading import for_call
from s2sgrad.lower.type_dispatch import by_type, method_by_type
from s2sgrad.lower.unpacking import as_sequence, by_parameter, is_open, of_primitive, of_unknown, written_out
from s2sgrad.lower.with_functions_given import specialized
from s2sgrad.lower.worth_inlining import wants_inlining
from s2sgrad.markers import Checkpoint, checkpoint
from s2sgrad.rules.bind import bind
from s2sgrad.rules.families import library
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.out_arguments import given_out, keeps_operands
from s2sgrad.rules.registry import Refused, Rule, object_made, rule_for
from s2sgrad.rules.template import returned, template
from s2sgrad.runtime.bound import Bound
from s2sgrad.runtime.objects import written_method

#: Functions that write, as assignments and methods.
_WRITING = {**applying.FUNCTIONS, **inplace.FUNCTIONS, **undoing.FUNCTIONS}
_ONE_BY_ONE = {np.vectorize: applying.function_of_vectorize, np.frompyfunc: applying.function_of_frompyfunc}
_RUN_TIME = (runtime.pullback, runtime.pushforward)  # of what they are given they make the derivative when it runs


def call(e: Expr, cx: Context) -> Expr:
    """The core form of a call that varies."""
    if (method := of_object(e, cx)) is not None:
        return _known(method, E.callee(method), cx)
    fn = e.args[0]
    if fn.head == "var" and fn.data in cx.callables:
        if is_recursive(fn.data, cx):
            return call(E.rebuild(e, (lifted(fn.data, cx), *e.args[1:])), cx)
        return call(E.rebuild(e, (cx.callables[fn.data], *e.args[1:])), cx)
    if fn.head == "function":
        return closure(e, cx)
    if fn.head == "const":
        return not_callable(fn, cx)
    if fn.head == "attr" and fn.data == "__class__":
        return call(E.rebuild(e, (E.call(E.ref("type", type), fn.args[0]), *e.args[1:])), cx)
    if (taken := getters.applied(e, cx)) is not None:
        return taken
    if (choices := alternatives(fn, cx)) is not None:
        return call_chosen(e, choices, cx)
    table = E.root(fn)
    if fn.head == "index" and table.head in ("dict", "list", "tuple") and cx.varied.of(table):
        name = cx.names.fresh("table")  # what its functions capture is seen where it is bound
        cx.varied.add(name)
        cx.statements((S.Assign(E.var(name), table, cx.loc),))
        return call(E.rebuild(e, (E.substitute_root(fn, E.var(name)), *e.args[1:])), cx)
    if fn.head == "call" and E.callee(fn) is functools.partial:
        return call(apply_partial(fn, e), cx)
    if E.callee(fn) is type and len(fn.args) == 2 and (cls := cx.class_of(fn.args[1])) is not None:
        return call(E.rebuild(e, (E.ref(f"{cls.__module__}.{cls.__qualname__}", cls, library=True), *e.args[1:])), cx)
    if (one_by_one := _ONE_BY_ONE.get(E.hashable_callee(fn))) is not None:
        return applying.vectorized(one_by_one(fn, cx), e, cx)
    if fn.head in ("call", "op") and (polynomial := applying.coefficients_of(fn, cx)) is not None:
        return applying.evaluated(polynomial, e, cx)
    nested = with_captured(e, cx) if fn.head == "call" else None
    if nested is not None:
        return call(nested, cx)
    if fn.head == "call" and E.callee(fn) is checkpoint:
        return call(E.rebuild(e, (marked(fn, cx), *e.args[1:])), cx)
    if fn.head == "ref":
        return _known(e, fn.data.value, cx)
    if cx.class_of(fn) is None and cx.varied.of(fn):
        decided = called(e, cx)
        if decided is not None:
            return decided
    if fn.head == "attr":
        return _method(e, cx)
    if cx.class_of(fn) is Bound:
        return _arguments(e, cx, fn)
    if cx.class_of(fn) is not None:
        return _method(E.rebuild(e, (E.attr(fn, "__call__"), *e.args[1:])), cx)
    if E.hashable_callee(fn) in _RUN_TIME:
        return _arguments(e, cx, fn)
    if fn.head == "call" and not cx.varied.of(fn) and _makes_callable(fn, cx):
        return _method(E.rebuild(e, (E.attr(fn, "__call__"), *e.args[1:])), cx)
    if fn.head != "index" and cx.varied.of(fn):
        return _made_function(e, cx)
    return _unknown(e, cx, plain(fn, cx))


def _made_function(e: Expr, cx: Context) -> Expr:
    """A call of what an expression gives, which may be a function made here."""
    made = value(e.args[0], cx)
    if is_function_value(made, cx) or alternatives(made, cx) is not None:
        return call(E.rebuild(e, (made, *e.args[1:])), cx)
    if cx.class_of(made) is not None:
        return _method(E.rebuild(e, (E.attr(made, "__call__"), *e.args[1:])), cx)
    return _unknown(e, cx, made if E.is_atom(made) else cx.temporary(made, "fn"))


def _makes_callable(e: Expr, cx: Context) -> bool:
    """Is this an object of a class of the program, which is called where it is made: ``Dense(w)(x)``?"""
    cls = E.hashable_callee(e)
    return cls in cx.visible and written_method(cls, "__call__") is not None


def _unknown(e: Expr, cx: Context, fn: Expr) -> Expr:
    """A call of a function that is known only when it runs."""
    check_given(e, cx)
    spread = of_unknown(e, fn, cx)
    return _arguments(e, cx, fn) if spread is None else _arguments(spread, cx, spread.args[0])


def _arguments(e: Expr, cx: Context, fn: Expr, how: Callable[[Expr, Context], Expr] = atom) -> Expr:
    """The call with its arguments taken apart."""
    given = written_out(e, cx)
    if is_open(given):
        rule = rule_for(fn.data.value) if fn.head == "ref" else None
        given = of_primitive(given, E.callee(e), rule.signature if rule else None, cx)
    last = max((n for n, (mark, a) in enumerate(given) if not mark and cx.varied.of(a)), default=0)
    measured = [a for mark, a in given[:last] if mark == "*"]

    def operand(a: Expr, cx: Context) -> Expr:
        made = how(a, cx)  # the position of what follows ``*q`` is known by its length, which needs a variable
        return cx.temporary(made, "args") if a in measured and made.head != "var" else made

    values = operands([a for _, a in given], cx, operand if measured else how)
    return E.call_with(fn, tuple((mark, a) for (mark, _), a in zip(given, values)))


def _known(e: Expr, fn: Any, cx: Context) -> Expr:
    """A call of an object that is known when the derivative is made."""
    from s2sgrad.lower.higher_order import REWRITES
    check_called(e, cx)
    rewrite = REWRITES.get(fn) if isinstance(fn, (type, types.BuiltinFunctionType, types.FunctionType)) else None
    if rewrite is not None:
        changed = rewrite(e, cx)
        if changed is not None:
            return changed
    e = keeps_operands(e)
    stored = inplace.with_out(e, cx)
    if stored is not None:
        return stored
    write = _WRITING.get(fn) if E.is_hashable(fn) else None
    if write is not None:
        return write(e, cx)
    if isinstance(fn, np.vectorize):
        return applying.vectorized(applying.function_of_object(fn, e.args[0].data.text, cx), e, cx)
    if isinstance(fn, np.poly1d):
        return applying.evaluated(E.attr(e.args[0], "coeffs"), e, cx)
    if isinstance(fn, np.ufunc) and rule_for(fn) is None:
        made = applying.function_of_ufunc(fn, e.args[0].data.text)
        if made is not None:
            return applying.vectorized(made, e, cx)
    converted = conversion(e, cx)
    if converted is not None:
        return converted
    rule = rule_for(fn)
    if rule is not None:
        return _of_rule(e, rule, cx)
    if isinstance(fn, functools.partial):
        given = (*(("", E.ref(f"{e.args[0].data.text}.args[{n}]", a)) for n, a in enumerate(fn.args)),)
        if not any(cx.varied.of(a) for _, a in given):
            return _arguments(e, cx, e.args[0])
    if isinstance(fn, Checkpoint):
        again = check_marked(fn, cx)
        return _arguments(e, cx, e.args[0]) if again else call(E.rebuild(e, (unmarked(e.args[0]), *e.args[1:])), cx)
    if object_made(fn) is not None:
        return _arguments(e, cx, e.args[0], _displayed)
    if isinstance(fn, type):
        from s2sgrad.lower.objects import construct
        return construct(e, fn, cx)
    if isinstance(fn, types.MethodType) and isinstance(fn.__func__, types.FunctionType) and python_function(fn.__func__):
        owner = E.ref(e.args[0].data.text.rpartition(".")[0] or "self", fn.__self__, e.args[0].data.library)
        return user_function(e, fn.__func__, cx, owner)
    if isinstance(getattr(fn, "registry", None), types.MappingProxyType) and hasattr(fn, "dispatch") and len(e.args) > 1:
        return by_type(e, fn, cx)
    function = python_function(fn)
    if function is not None:
        return user_function(e, function, cx)
    called = python_function(inspect.getattr_static(type(fn), "__call__", None))
    if called is not None and called.__code__.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS):
        return user_function(e, called, cx, e.args[0])  # what it takes is known here, and not from its signature
    return _arguments(e, cx, e.args[0])


def _of_rule(e: Expr, rule: Rule, cx: Context) -> Expr:
    """A call of a primitive."""
    if library(E.callee(e)) == "numpy" and any(written_method(cls, "__array__") for cls in cx.visible):
        e = E.rebuild(e, (e.args[0], *(as_array(a, cx) for a in e.args[1:])))
    spread = as_sequence(e, rule, cx)
    if spread is not None:
        return _arguments(spread, cx, spread.args[0])
    if rule.with_captured is not None:
        e = with_function(e, rule, cx)
        rule = rule_for(E.callee(e)) or rule
    if rule.expansion is not None:
        missing = next((a for _, a in E.arguments(e) if a.head == "var" and a.data in cx.optional), None)
        return _expanded(e, rule, cx) if missing is None else _with_and_without(e, missing, cx)
    return _arguments(e, cx, e.args[0], _displayed)


def _with_and_without(e: Expr, missing: Expr, cx: Context) -> Expr:
    """A call of which a parameter of the function, which is None by default, decides what it is short for."""
    cx.optional -= {missing.data}
    try:
        return value(E.ifexp(E.compare(missing, ("is", E.NONE)), E.substitute(e, {missing.data: E.NONE}), e), cx)
    finally:
        cx.optional |= {missing.data}


def _expanded(e: Expr, rule: Rule, cx: Context) -> Expr:
    """What a call of a function that is short for others stands for."""
    given = of_primitive(written_out(e, cx), E.callee(e), rule.signature, cx)
    if is_open(given):
        return _arguments(e, cx, e.args[0])
    values = operands([a for _, a in given], cx, _for_expansion)
    kept = [a if E.is_atom(a) or a.head in ("tuple", "list", "function") else cx.temporary(a) for a in values]
    try:
        bound = bind(rule, E.call_with(e.args[0], tuple((mark, a) for (mark, _), a in zip(given, kept))))
        assert rule.expansion is not None
        statements, result = returned(template(rule.expansion), bound, cx.names.fresh)
    except Refused as error:
        raise cx.refuse(f"this call of {rule.names[0]} cannot be differentiated: {error}",
                        "write the call another way") from None
    cx.varied.settle(statements)
    cx.statements(statements)
    return value(result, cx)


def _for_expansion(e: Expr, cx: Context) -> Expr:
    if e.head == "function":
        return e
    if is_method_given(e, cx):
        return method_given(e, cx)
    return _displayed(e, cx) if e.head in ("tuple", "list") else atom(e, cx)


def _displayed(e: Expr, cx: Context) -> Expr:
    """An argument of a primitive: what is passed as a display, ``np.stack([x, y])``, stays one."""
    if e.head in ("tuple", "list") and e.args and all(a.head != "star" for a in e.args):
        return E.rebuild(e, tuple(operands(e.args, cx, _displayed))) if cx.varied.of(e) else plain(e, cx)
    if E.hashable_callee(e) in POSITIONS and cx.varied.of(e):  # an iterator, of which the primitive takes all elements
        e = E.call(E.ref("list", list), e)
    return atom(e, cx)


def closure(e: Expr, cx: Context, consume: Callable[[S.Function], S.Function] | None = None) -> Expr:
    """A call of a lambda or a nested function of the function being lowered; `consume` makes it of a generator function."""
    made: E.Closure = e.args[0].data
    error = refused(made.function.body) if consume is None else None
    if error is not None:
        raise error
    captured = dict(zip(made.captured, e.args[0].args))
    defaults = e.args[0].args[len(made.captured):]
    with_default = [p.name for p in made.function.params if p.default is not None]
    given, by_default = written_out(e, cx), dict(zip(with_default, defaults))
    if is_open(given):
        given = by_parameter(given, made.function.params, by_default, cx)
    bound = bind_arguments(made.function.params, by_default, e, cx, given)
    marker: Any = made.function
    if marker in cx.inlining:
        raise cx.refuse(f"the nested function {made.function.name} calls itself, which cannot be differentiated",
                        "define it at the top level of the module and pass what it captures as arguments")
    values = operands(bound.values(), cx, _argument)
    cx.inlining.append(marker)
    try:
        fn = _captured(made.function, captured)
        if consume is not None:
            fn = consume(fn)
        return inline(fn, dict(zip((p.name for p in fn.params), values)), cx)
    finally:
        cx.inlining.pop()


def _captured(fn: S.Function, captured: dict[str, Expr]) -> S.Function:
    moved = {n: x for n, x in captured.items() if x != E.var(n)}
    if not moved:
        return fn
    nonlocals = frozenset(str(moved[n].data) if n in moved else n for n in fn.nonlocals)
    return dataclasses.replace(fn, body=tuple(rename(s, moved) for s in fn.body), nonlocals=nonlocals)


def _argument(e: Expr, cx: Context) -> Expr:
    """An argument of a function that is put in place; displays of arguments (for ``*args``) stay displays."""
    if is_function_value(e, cx):
        return current(e, cx)
    if is_callable_display(e, cx) or cx.varied.of(e) and changes_its_object(e, cx):
        return frozen(e, cx)
    if e.head in ("tuple", "dict") and e.args and all(a.head != "star" for a in e.args):
        return E.rebuild(e, tuple(operands(e.args, cx)))
    if E.hashable_callee(e) in (zip, enumerate) and cx.varied.of(e):  # as `map`, all at once
        e = E.call(E.ref("list", list), e)
    return atom(e, cx)


def user_function(e: Expr, function: types.FunctionType, cx: Context, self_: Expr | None = None,
                  consume: Callable[[S.Function], S.Function] | None = None) -> Expr:
    """A call of a function with source; `consume` makes one of a generator function."""
    if consume is None and gives(function) and (
            cx.iterating or calls_itself(function) or not cx.generated and not is_entered_anew(function, cx)):
        with calling(cx.loc):
            function = collected(function)
        e = e if self_ is not None else E.rebuild(e, (E.ref(function.__name__, function, library=True), *e.args[1:]))
    with calling(cx.loc):
        unit = load(function, consume is not None and is_entered_anew(function, cx))
    cx.resolved.extend(unit.resolved)
    cx.visible = tuple(dict.fromkeys((*cx.visible, *unit.names.classes())))
    given = ([("", self_)] if self_ is not None else []) + written_out(e, cx)
    if is_open(given):
        given = by_parameter(given, unit.function.params, defaults_of(unit.function, function), cx)
    own = None if self_ is None else cx.class_of(self_)
    if self_ is None and consume is None and not cx.generated:
        nested = specialized(function, unit, given, cx)
        if nested is not None:
            cx.inlined.insert(0, function.__code__)
            return call(nested, cx)
    recursive = is_entered(function, own, cx)
    if consume is not None or not recursive and (wants_inlining(unit.function, function, given, self_, cx)):
        defaults = defaults_of(unit.function, function)
        bound = bind_arguments(unit.function.params, defaults, e, cx, given)
        values = operands(bound.values(), cx, _argument)
        cx.inlining.append(function.__code__)
        cx.inlined.insert(0, function.__code__)
        cx.entered.append((identity(function), own))
        try:
            with calling(cx.loc):
                fn = without_refused(unit.function) if cx.varied.names else unit.function
                fn = fn if consume is None else consume(fn)
                return inline(fn, dict(zip((p.name for p in fn.params), values)), cx, function)
        finally:
            cx.inlining.pop()
            cx.entered.pop()
    if any(p.kind in ("*", "**") for p in unit.function.params) and any(cx.varied.of(a) for _, a in given):
        if any(mark in ("*", "**") for mark, _ in given):
            raise cx.refuse(f"{function.__name__} calls itself with any number of arguments, which cannot be differentiated",
                            "name its parameters, or pass a list or dict")
        function = for_call(function, given)
        e = E.rebuild(e, (E.ref(function.__name__, function), *e.args[1:]))
    values = operands([key_as_value(a) for _, a in given], cx)
    arguments = tuple((mark, a) for (mark, _), a in zip(given, values))
    if self_ is not None:
        name = f"{function.__module__}.{function.__qualname__}"
        return E.call_with(E.ref(name, function, library=True), arguments)
    return E.call_with(e.args[0], arguments)


def is_entered(function: types.FunctionType, own: type | None, cx: Context) -> bool:
    """Is the function put in place already around this call? A method may call itself of an object of another class."""
    return any(entered == identity(function) and (None in (own, cls) or own is cls) for entered, cls in cx.entered)


_PLACED = ("insert", "pop", "rotate")  # what they are told is asked again when they are undone


def _position(e: Expr, cx: Context) -> Expr:
    e = atom(e, cx)
    return e if E.is_atom(e) else cx.temporary(e, "k")


def _starts_with_class(e: Expr, cx: Context) -> bool:
    """Is this a call of a class of the program, or a chain of calls of methods that starts with one?"""
    while e.head == "call" and e.args[0].head == "attr":
        e = e.args[0].args[0]
    return E.callee(e) in cx.visible


def _made_here(e: Expr, cx: Context) -> Expr:
    """What such a chain gives, where it is a container of the program's own class that takes differentiated values later."""
    if E.callee(e) in cx.visible:
        made = cx.temporary(plain(e, cx))
        cx.varied.add(made.data)
        cx.classes[made.data] = E.callee(e)
        return made
    owner = _made_here(e.args[0].args[0], cx)
    made = call(E.rebuild(e, (E.attr(owner, e.args[0].data), *e.args[1:])), cx)
    return made if E.is_atom(made) else cx.temporary(made)


def _with_receiver(e: Expr, cx: Context) -> Expr:
    """A call of a method of what an expression gives, as one of the variable for that; an object that takes differentiated
    values is built where its parts can be seen."""
    from s2sgrad.lower.objects import new_object, starts_with_object
    receiver = e.args[0].args[0]
    if not cx.varied.of(receiver) and starts_with_object(receiver) and any(map(cx.varied.of, e.args[1:])):
        receiver = new_object(receiver, cx)
    elif not cx.varied.of(receiver) and _starts_with_class(receiver, cx) and any(map(cx.varied.of, e.args[1:])):
        receiver = _made_here(receiver, cx)
    elif receiver.head in ("call", "op", "ifexp") and cx.varied.of(receiver):
        receiver = reference(receiver, cx)
    else:
        return e
    return E.rebuild(e, (E.attr(receiver, e.args[0].data), *e.args[1:]))


def _method(e: Expr, cx: Context) -> Expr:
    """A call of a method: of an object whose class is known, of a container or array, or of something else."""
    fn = e.args[0]
    receiver = fn.args[0]
    from s2sgrad.lower.objects import super_method
    if E.callee(receiver) is super:
        return super_method(e, cx)
    if (plain_call := unfrozen(e, cx)) is not None:
        return call(plain_call, cx)
    e = _with_receiver(e, cx)
    fn, receiver = e.args[0], e.args[0].args[0]
    if (typed := method_by_type(e, cx)) is not None:
        return typed
    cls = cx.class_of(receiver)
    if (inner := delegated(receiver, str(fn.data), cx)) is not None:
        return call(E.rebuild(e, (E.attr(inner, str(fn.data)), *e.args[1:])), cx)
    if cls is not None and not (fn.data in mappings.METHODS and issubclass(cls, tuple)):  # those of named tuples
        found = inspect.getattr_static(cls, str(fn.data), None)
        if isinstance(found, classmethod) and python_function(found.__func__) is not None:
            made = python_function(found.__func__)
            assert made is not None
            return user_function(e, made, cx, E.ref(cls.__name__, cls))
        if isinstance(found, staticmethod) and rule_for(found.__func__) is not None:
            return call(E.rebuild(e, (E.ref(f"{cls.__name__}.{fn.data}", found.__func__), *e.args[1:])), cx)
        function = python_function(found)
        if receiver.head == "ref" and rule_for(found) is not None:  # of a logger, for example
            method = E.method(str(fn.data), found)
            return _arguments(E.call_with(method, (("", receiver), *E.arguments(e))), cx, method)
        if function is not None:
            bound = None if isinstance(found, staticmethod) else reference(receiver, cx)
            return user_function(e, function, cx, bound)
    if cls is None:
        if (decided := by_class(e, cx)) is not None:
            return decided
        cx.guard_element(receiver, fn.data)
    own = member(receiver, fn.data, cx)
    if isinstance(own, E.Member):
        given, receiver = receiver, reference(receiver, cx)
        check_member(given, receiver, own, cx)
        return _arguments(e, cx, E.attr(receiver, own))
    if receiver.head == "ref":
        function = python_function(inspect.getattr_static(type(receiver.data.value), fn.data, None))
        if function is not None:
            return user_function(e, function, cx, receiver)
    for table in (inplace.METHODS, mappings.METHODS, sequences.METHODS):
        changed = table[fn.data](e, cx) if fn.data in table and cx.varied.of(receiver) else None
        if changed is not None:
            return value(changed, cx)
    if fn.data in ("reshape", "transpose") and e.data.marks == ("*",) and e.args[1].head in ("var", "attr", "index"):
        e = E.call(fn, e.args[1])  # ``x.reshape(*shape)`` of an array is ``x.reshape(shape)``
    if canonical(e) is not e and cx.varied.of(e) and given_out(e) is not None:
        return call(canonical(e), cx)
    owner = atom(receiver, cx) if canonical(e) is not e else reference(receiver, cx)
    spread = of_unknown(e, E.attr(owner, fn.data), cx) if canonical(e) is e else None
    if spread is not None:
        return _arguments(spread, cx, spread.args[0])
    return _arguments(e, cx, E.attr(owner, fn.data), _position if fn.data in _PLACED else atom)
