"""Calls of functions that are chosen when the program runs, among functions that are known when it is compiled.

    if linear:                            which = 0                 if which == 0:
        def f(v): return a * v   --->     ...             f(x)          t = a * x
    else:                                 which = 1       --->      else:
        def f(v): return v ** a                                         t = x ** a

What the functions capture would be lost to a call that is resolved at run time. Those that capture nothing that
varies are left to it.
"""
from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Container

from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import effects_of
from s2sgrad.lower.inline import is_function_value
from s2sgrad.lower.names import is_temporary
from s2sgrad.lower.operands import atom, operands, plain
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.rules.methods_table import ARRAY_METHODS

_PARTIAL = functools.partial


def is_callable_display(e: Expr, cx: Context) -> bool:
    """Is this a display of functions, some of which capture what varies?"""
    if e.head not in ("list", "tuple", "dict") or any(a.head == "star" for a in e.args):
        return False
    parts = e.args[1::2] if e.head == "dict" else e.args
    return any(is_known_function(a, cx) and cx.varied.of(a) or is_callable_display(a, cx) for a in parts)


def is_known_function(e: Expr, cx: Context) -> bool:
    """Is it known which function the value of `e` is?"""
    return is_function_value(e, cx) or is_bound_method(e, cx) \
        or E.callee(e) is _PARTIAL and is_known_function(e.args[1], cx)


def is_bound_method(e: Expr, cx: Context) -> bool:
    """Is this a method that is not called where it stands?"""
    if e.head != "attr" or e.args[0].head != "var":
        return False
    cls = cx.class_of(e.args[0])
    if cls is None:
        return e.data in ARRAY_METHODS or e.data in MUTATORS
    return inspect.isfunction(inspect.getattr_static(cls, e.data, None))


def changes_its_object(e: Expr, cx: Context) -> bool:
    """Is this a method, not called where it stands, that changes what it belongs to?"""
    if not is_bound_method(e, cx):
        return False
    cls = cx.class_of(e.args[0])
    method = None if cls is None else python_function(inspect.getattr_static(cls, e.data))
    return e.data in MUTATORS if method is None else effects_of(method).of_object


def frozen(e: Expr, cx: Context) -> Expr:
    """A display of functions whose other parts, and the arguments of partial applications, are evaluated now."""
    if e.head == "var" and e.data in cx.callables:
        return cx.callables[e.data]
    if is_function_value(e, cx):
        return e
    if is_bound_method(e, cx):
        return frozen_method(e, cx)
    if E.callee(e) is _PARTIAL:
        return E.rebuild(e, (e.args[0], frozen(e.args[1], cx), *operands(e.args[2:], cx, held)))
    if is_callable_display(e, cx):
        return E.rebuild(e, tuple(operands(e.args, cx, frozen)))
    return _argument(e, cx)


def current(e: Expr, cx: Context) -> Expr:
    """A function that is given or assigned: with its defaults as they are now, and that which the variable of a loop over
    functions stands for now."""
    if e.head == "var" and e.data in cx.callables and e.data in cx.taken:
        return cx.callables[e.data]
    return with_defaults(e, cx) if e.head == "function" else e


def with_defaults(e: Expr, cx: Context) -> Expr:
    """A nested function, whose defaults are evaluated where it is made."""
    count = len(e.data.captured)
    return E.rebuild(e, (*e.args[:count], *operands(e.args[count:], cx, held))) if len(e.args) > count else e


def _argument(e: Expr, cx: Context) -> Expr:
    if is_function_value(e, cx):
        return current(e, cx)
    e = atom(e, cx)
    return e if E.is_atom(e) else cx.temporary(e)


def held(e: Expr, cx: Context) -> Expr:
    """An argument of a partial application: what its variable holds now, whatever it is bound to later."""
    e = _argument(e, cx)
    if e.head != "var" or e.data in cx.steady or e.data in cx.callables or is_temporary(e.data):
        return e
    kept = cx.temporary(e)
    cx.steady |= kept.names
    return kept


def is_method(e: Expr) -> bool:
    """Is this an attribute of what a variable holds, which is a method if it is only called?"""
    return e.head == "attr" and E.root(e).head == "var"


def frozen_method(e: Expr, cx: Context) -> Expr:
    """The method of the object that the variable holds now."""
    owner = E.root(e)
    return e if owner.data in cx.stable & cx.steady else E.substitute_root(e, cx.temporary(owner))


def refuse_kept_methods(body: S.Block, cx: Context) -> None:
    """A method that changes its object may be called, or passed to what calls it: nobody knows when one that is stored is."""
    bound = {s.target.data: s.value for s in body if type(s) is S.Assign and s.value.head == "attr" and s.target.head == "var"
             and s.value.data in MUTATORS and is_method(s.value)}
    kept = {n: e for n, e in (cx.callables | bound).items() if cx.varied.of(e) and changes_its_object(e, cx)}
    for s in S.walk_stmts(body) if kept else ():
        for name in sorted(kept.keys() & S.reads(s)):
            cx.loc = s.loc
            raise cx.refuse(f"{kept[name].data}, a method that changes its object, is stored, or passed to a function that calls "
                            "itself, which cannot be differentiated", "store the object and call its method")


# ---- variables that stand for one of several functions ------------------------------------------------------------

def note_choice(name: str, e: Expr, cx: Context) -> None:
    """Remember, in the program as well, which function a variable stands for from here on."""
    which, known = cx.choices.setdefault(name, (E.var(cx.names.fresh("which")), []))
    cx.emit(S.Assign(which, E.const(len(known)), cx.loc))
    known.append(e)


# ---- calls ----------------------------------------------------------------------------------------------------------

def alternatives(fn: Expr, cx: Context) -> list[tuple[Expr, Expr]] | None:
    """The functions that `fn` may stand for, each with the condition under which it does."""
    found: list[tuple[Expr, Expr]] = []
    if fn.head == "var" and fn.data in cx.choices:
        which, known = cx.choices[fn.data]
        found = [(E.compare(which, ("==", E.const(n))), e) for n, e in enumerate(known)]
    elif fn.head == "index":
        found = _parts(fn, cx)
        return found or None
    return found if any(cx.varied.of(e) for _, e in found) else None


def _parts(e: Expr, cx: Context) -> list[tuple[Expr, Expr]]:
    """The parts of a display of functions that a subscript may give."""
    obj, key = e.args
    shown = cx.display(obj) if obj.head == "var" else obj
    if shown is None or shown.head == "dict" and any(k.head != "const" for k, _ in E.items(shown)):
        return []
    if not is_callable_display(shown, cx):
        pairs = list(E.items(shown)) if shown.head == "dict" else []
        return [(E.const(True), v) for k, v in pairs if k == key and v.head == "function"]
    if shown.head == "dict":
        pairs = list(E.items(shown))
    else:
        pairs = [(E.const(n), v) for n, v in enumerate(shown.args)]
        if key.head == "const" and isinstance(key.data, int) and -len(pairs) <= key.data < 0:
            key = E.const(key.data + len(pairs))
    if not all(is_known_function(v, cx) for _, v in pairs):
        return []
    if key.head == "const":
        return [(E.const(True), v) for k, v in pairs if k == key]
    key = _once(key, cx)
    if shown.head == "dict":
        return [(E.compare(key, ("==", k)), v) for k, v in pairs]
    return [(E.compare(key, ("in", E.tuple_(k, E.const(k.data - len(pairs))))), v) for k, v in pairs]


def _once(e: Expr, cx: Context) -> Expr:
    e = plain(e, cx)
    return e if E.is_atom(e) else cx.temporary(e, "key")


def call_chosen(e: Expr, choices: list[tuple[Expr, Expr]], cx: Context) -> Expr:
    """A call of one of several functions as a chain of branches."""
    if len(choices) == 1:
        from s2sgrad.lower.calls import call
        return call(E.rebuild(e, (choices[0][1], *e.args[1:])), cx)
    given = [(mark, a if is_function_value(a, cx) else _argument(a, cx)) for mark, a in E.arguments(e)]
    result = E.var(cx.names.fresh("t"))
    cx.varied.add(result.data)
    no_match = S.Raise(E.call(E.ref("builtins.LookupError", LookupError, library=True),
                              E.const("none of the functions was chosen")), None, cx.loc)
    chain: S.Block = (no_match,)
    for test, fn in reversed(choices):
        chain = (S.If(test, (S.Assign(result, E.call_with(fn, tuple(given)), cx.loc),), chain, cx.loc),)
    cx.statements(chain)
    return result


# ---- loops ----------------------------------------------------------------------------------------------------------

def unrolled(target: Expr, iterable: Expr, body: Callable[[], None], cx: Context) -> bool:
    """A loop over a display of functions as one copy of its body for each; False where it is no such loop."""
    parts = _elements(iterable, cx)
    if parts is None:
        return False
    for part in parts:
        _take(target, part, cx)
        body()
    return True


def _elements(e: Expr, cx: Context) -> list[Expr] | None:
    """The elements of a display of functions, as far as constants cut it."""
    if e.head == "index" and e.args[1].head == "slice" and all(a.head == "const" for a in e.args[1].args):
        parts = _elements(e.args[0], cx)
        return None if parts is None else parts[slice(*(a.data for a in e.args[1].args))]
    if e.head == "call" and e.args[0].head == "attr" and e.args[0].data in ("items", "values") and len(e.args) == 1:
        shown = cx.display(e.args[0].args[0]) if e.args[0].args[0].head == "var" else e.args[0].args[0]
        if shown is None or shown.head != "dict" or not is_callable_display(shown, cx):
            return None
        return [E.tuple_(k, v) if e.args[0].data == "items" else v for k, v in E.items(shown)]
    if E.callee(e) is enumerate and len(e.args) == 2:
        parts = _elements(e.args[1], cx)
        return None if parts is None else [E.tuple_(E.const(n), v) for n, v in enumerate(parts)]
    if E.callee(e) is zip and all(mark == "" for mark, _ in E.arguments(e)):
        return _zipped(e, cx)
    if E.callee(e) is reversed:
        parts = _elements(e.args[1], cx)
        return None if parts is None else parts[::-1]
    shown = cx.display(e) if e.head == "var" else e
    if shown is None or shown.head not in ("list", "tuple") or not is_callable_display(shown, cx):
        return None
    return list(shown.args)


def _zipped(e: Expr, cx: Context) -> list[Expr] | None:
    columns = [_elements(a, cx) for a in e.args[1:]]
    known = [len(c) for c in columns if c is not None]
    if not known:
        return None
    count = min(known)
    for n, a in enumerate(e.args[1:]):
        if columns[n] is None:
            shown = cx.display(a) if a.head == "var" else a
            if shown is None or shown.head not in ("list", "tuple") or any(x.head == "star" for x in shown.args):
                raise cx.refuse("functions that capture differentiated variables are paired with a container whose length "
                                "is not known", "write the pairs out")
            columns[n] = list(shown.args)
            count = min(count, len(shown.args))
    return [E.tuple_(*(c[k] for c in columns if c is not None)) for k in range(count)]


def _take(target: Expr, part: Expr, cx: Context) -> None:
    if target.head == "tuple" and part.head in ("tuple", "list") and len(target.args) == len(part.args):
        for t, x in zip(target.args, part.args):
            _take(t, x, cx)
    elif target.head == "var" and is_known_function(part, cx):
        cx.callables[target.data] = part
        cx.taken.add(target.data)
        cx.emit(S.Assign(target, part, cx.loc))
    else:
        cx.callables.pop(target.data, None)
        cx.statements((S.Assign(target, part, cx.loc),))


# ---- what is left of functions ------------------------------------------------------------------------------------

def under_their_names(body: S.Block) -> S.Block:
    """Functions with statements, where a choice of them is left, as the variables that they were defined with."""
    names: dict[int, str] = {id(s.value.data.function): s.name for s in S.of_kinds(body, S.Define)}
    if not names:
        return body

    def named(e: Expr) -> Expr:
        if not e.heads & E.FUNCTION:
            return e
        if e.head == "function" and id(e.data.function) in names:
            return E.var(names[id(e.data.function)])
        return E.rebuild(e, tuple(map(named, e.args)))

    def statement(s: S.Stmt) -> S.Stmt:
        made = s if isinstance(s, S.Define) else S.map_expressions(named, s)
        return S.map_blocks(lambda b: tuple(map(statement, b)), made)

    return tuple(map(statement, body))


def without_unused(body: S.Block) -> S.Block:
    """Drop functions, and displays of functions, that nothing but other such functions reads."""
    made: dict[str, list[S.Stmt]] = {}
    found = -1
    while found < len(made):  # in a loop a variable may stand for a function that is made further down
        found = len(made)
        for s in S.walk_stmts(body):
            for name in _makes_functions(s, made):
                made.setdefault(name, [])
    if not made:
        return body
    for s in S.walk_stmts(body):
        for name in _makes_functions(s, made):
            made[name].append(s)
    needed: set[str] = set()
    for s in S.walk_stmts(body):
        if not _makes_functions(s, made):
            needed |= S.reads(s)
    todo = [n for n in made if n in needed]
    while todo:
        for name in frozenset().union(*map(S.reads, made[todo.pop()])):
            if name in made and name not in needed:
                needed.add(name)
                todo.append(name)

    def kept(block: S.Block) -> S.Block:
        out = []
        for s in block:
            names = _makes_functions(s, made)
            if not names or not needed.isdisjoint(names):
                out.append(S.map_blocks(kept, s))
        return tuple(out)

    return kept(body)


def _makes_functions(s: S.Stmt, made: Container[str]) -> tuple[str, ...]:
    """The variables that a statement binds to functions, to displays that hold some, or to what is known to be one."""
    if isinstance(s, S.Define):
        return (s.name,)
    if not isinstance(s, S.Assign):
        return ()
    if s.target.head == "tuple" and s.value.head == "tuple":
        names = tuple(t.data for t in s.target.args if t.head == "var")
        return names if len(names) == len(s.value.args) and all(_is_made(v, made) for v in s.value.args) else ()
    return (s.target.data,) if s.target.head == "var" and _is_made(s.value, made) else ()


def _is_made(e: Expr, made: Container[str]) -> bool:
    if e.head == "function" or e.head == "call" and (E.callee(e) is _PARTIAL or getattr(
            E.callee(e), "__module__", None) == "s2sgrad.api"):
        return True
    if e.head == "var":
        return e.data in made
    return e.head in ("list", "tuple", "dict") and any(_is_made(a, made) for a in e.args)
