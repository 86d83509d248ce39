"""Generators that call themselves, as functions that return a list of what they give.

    def walk(node):                             def walk(node):
        if node is not None:                        values = []
            yield from walk(node.left)  --->        if node is not None:
            yield node.value                            values.extend(walk(node.left))
            yield from walk(node.right)                 values.append(node.value)
                                                        values.extend(walk(node.right))
                                                    return values

A generator runs while its elements are used. So it must do nothing but compute, and what it reads must not be changed by those
who use its elements.
"""
from __future__ import annotations

import itertools
import types
import weakref
from collections.abc import Iterator, Set

from s2sgrad.errors import DerivativeError, unsupported
from s2sgrad.frontend import yields
from s2sgrad.frontend.unit import Unit, adopt, identity, load, python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import effects_of, written_arguments
from s2sgrad.lower.kept_iterators import names_alike
from s2sgrad.lower.methods import methods_of
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.runtime.objects import written_method

_USING = frozenset((list, tuple, sorted, max, min, set, sum, enumerate, zip, any, all))
_DEPTH = 4  # of loops over what one generator function gives
_made: weakref.WeakKeyDictionary[types.FunctionType, types.FunctionType] = weakref.WeakKeyDictionary()
_generators: weakref.WeakKeyDictionary[types.FunctionType, types.FunctionType] = weakref.WeakKeyDictionary()
_serial = itertools.count(1)


def collected(generator: types.FunctionType) -> types.FunctionType:
    """The function that returns a list of what a generator function gives."""
    found = _made.get(generator)
    unit = load(generator, consumed=True)
    if found is None or load(found).source is not unit.source:
        found = _made[generator] = _collecting(generator, unit)
    return found


def calls_itself(generator: types.FunctionType | None) -> bool:
    """Is this a generator function that calls itself, or a method of its name?"""
    if generator is None or not yields.gives(generator):
        return False
    body = _body(generator)
    return any(python_function(E.callee(c)) is generator or c.args[0].head == "attr" and c.args[0].data == generator.__name__
               for s in S.walk_stmts(body) for e in S.expressions(s) for c in E.calls(e)) or any(
        _may_be_its_like(s.value.args[1], body) for s in yields.yields(body)
        if generator.__name__ == "__iter__" and E.callee(s.value) is yields.given_each)


def _may_be_its_like(e: Expr, body: S.Block) -> bool:
    """May ``yield from e`` in an ``__iter__`` be of an object of the same class: an element, or an attribute that may be None?"""
    return e.head == "var" or e.head == "attr" and any(isinstance(s, S.If) and any(
        part == e for part in (s.test, *s.test.args)) for s in S.walk_stmts(body))


def _owner(generator: types.FunctionType) -> type | None:
    """The class of which a function is a method, where its module has a name for that."""
    found = generator.__globals__.get(generator.__qualname__.rpartition(".")[0])
    return found if isinstance(found, type) and written_method(found, generator.__name__) is generator else None


def is_entered_anew(function: types.FunctionType, cx: Context) -> bool:
    """Is this not the call of a generator by itself? The body of a loop over what it gives stands inside it, too."""
    by_itself = cx.loc is not None and function.__code__.co_filename == cx.loc.source.filename \
        and function.__code__.co_firstlineno == cx.loc.source.first_line
    times = sum(entered == identity(function) for entered, _ in cx.entered)
    return not times or not by_itself and times < _DEPTH


def _body(generator: types.FunctionType) -> S.Block:
    try:
        return load(generator, consumed=True).function.body
    except DerivativeError:
        return ()


def _collecting(generator: types.FunctionType, unit: Unit) -> types.FunctionType:
    fn = unit.function
    for s in S.walk_stmts(fn.body):
        if _does_more(s):
            raise unsupported(s.loc, "a generator that calls itself, and does more than to compute, cannot be differentiated",
                              "collect what it gives in a list, and return that")
    taken = S.all_names(fn.body) | {p.name for p in fn.params}
    values, each = E.var(_unused("values", taken)), E.var(_unused("v", taken))

    def put(s: S.Do) -> S.Block:
        given = s.value.args[1]
        append = E.call(E.attr(values, "append"), given if E.callee(s.value) is yields.given else each)
        if E.callee(s.value) is yields.given:
            return (S.Do(append, s.loc),)
        if given.head == "call" and python_function(E.callee(given)) is generator:
            return (S.Do(E.call(E.attr(values, "extend"), given), s.loc),)
        loop: S.Block = (S.For(each, given, (S.Do(append, s.loc),), (), s.loc),)
        if owner is None or not _may_be_its_like(given, fn.body):
            return loop
        inner = E.call(E.ref(generator.__qualname__, generator, library=True), given)
        same = E.compare(E.call(E.ref("type", type), given), ("is", E.ref(owner.__name__, owner)))
        return (S.If(same, (S.Do(E.call(E.attr(values, "extend"), inner), s.loc),), loop, s.loc),)

    owner = _owner(generator) if generator.__name__ == "__iter__" else None
    body = _returning(yields.replaced(fn.body, put), values)
    made = _object(generator, fn)
    new = S.Function(fn.name, fn.params, (S.Assign(values, E.list_(), fn.loc), *body, S.Return(values, fn.loc)), None, fn.loc)
    adopt(Unit(made, unit.source, new, unit.names), generator.__code__)
    return made


def _unused(name: str, taken: Set[str]) -> str:
    return next(n for n in itertools.chain((name,), (f"{name}{k}" for k in itertools.count(2))) if n not in taken)


def _returning(body: S.Block, values: Expr) -> S.Block:
    return tuple(S.Return(values, s.loc) if isinstance(s, S.Return) else S.map_blocks(lambda b: _returning(b, values), s)
                 for s in body)


def _object(generator: types.FunctionType, fn: S.Function) -> types.FunctionType:
    """A function with the signature of the generator that runs it to its end."""
    shown, passed = [], []
    for n, p in enumerate(fn.params):
        if p.kind == "keyword" and not any(q.kind in ("*", "keyword") for q in fn.params[:n]):
            shown.append("*")
        mark = p.kind if p.kind in ("*", "**") else ""
        shown.append(mark + p.name + ("=None" if p.default is not None else ""))
        if p.kind == "positional" and (n + 1 == len(fn.params) or fn.params[n + 1].kind != "positional"):
            shown.append("/")
        passed.append(mark + p.name if p.kind != "keyword" else f"{p.name}={p.name}")
    scope = {"_generator": generator, "__name__": generator.__module__}
    text = f"    'collected {next(_serial)}'\n    return list(_generator({', '.join(passed)}))\n"
    exec(f"def {fn.name}({', '.join(shown)}):\n{text}", scope)
    made: types.FunctionType = scope[fn.name]  # type: ignore[assignment]
    made.__defaults__, made.__kwdefaults__ = generator.__defaults__, generator.__kwdefaults__
    _generators[made] = generator
    return made


def as_written(function: types.FunctionType) -> types.FunctionType:
    """The generator function that a function collects the elements of; other functions as they are."""
    return _generators.get(function, function)


def _does_more(s: S.Stmt) -> bool:
    """Does a statement of a generator change something, or may it?"""
    if S.stored_roots(s) or isinstance(s, (S.Delete, S.Try, S.With, S.Define, S.Import)):
        return True
    if isinstance(s, S.Aug) and s.value.head != "const":
        return True
    return any(True for e in S.expressions(s) for c in E.calls(e) if not yields.is_given(S.Do(c)) and _changes(c))


def _changes(e: Expr) -> bool:
    function = python_function(E.callee(e))
    if function is not None and not yields.gives(function):
        effects = effects_of(function)
        return bool(effects.written or effects.inside or effects.stored)
    return e.args[0].head == "attr" and e.args[0].data in MUTATORS or bool(list(written_arguments(e)))


# ---- those who use the elements -------------------------------------------------------------------------------------

def refuse_changed_generators(body: S.Block, classes: tuple[type, ...]) -> None:
    """Raise where a loop over what such a generator gives changes what the generator reads."""
    same = None
    for s in S.walk_stmts(body):
        for e in S.expressions(s):
            _refuse_kept(e, s, isinstance(s, S.For) and e is s.iter or yields.is_given(s), classes)
        generators = list(_walked(s.iter, classes)) if isinstance(s, S.For) else []
        if not generators:
            continue
        assert isinstance(s, S.For)
        same = names_alike(body) if same is None else same
        groups = {same.find(n) for n in s.iter.names | S.bound(s.target)}
        read = frozenset().union(*(_attributes(g) for g in generators))
        for t in S.walk_stmts(s.body):
            for place in _changed(t):
                root = E.root(place)
                held = place.head == "attr" and place.data not in read or place.head == "var" and s.iter.head != "call"
                if root.head == "var" and same.find(root.data) in groups and not held:
                    raise unsupported(t.loc, "what a generator that calls itself reads may be changed here, while its elements "
                                      "are used, which cannot be differentiated", "make a list of the elements first")


def _refuse_kept(e: Expr, s: S.Stmt, used: bool, classes: tuple[type, ...]) -> None:
    """Raise where such a generator is not used up where it is called."""
    if not e.heads & E.CALL:
        return
    if e.head == "call" and not used and any(map(calls_itself, _called(e, classes))):
        raise unsupported(s.loc, yields.MESSAGE, yields.HELP)
    taken = e.head == "call" and (E.hashable_callee(e) in _USING or used and yields.is_given(s)
                                  or e.args[0].head == "attr" and e.args[0].data in ("extend", "join"))
    for n, a in enumerate(e.args):
        iterated = e.head == "comp" and any(a is iterable for _, iterable in e.data.loops(e)) or e.head == "star"
        _refuse_kept(a, s, taken and n > 0 or iterated, classes)


def _called(e: Expr, classes: tuple[type, ...]) -> list[types.FunctionType | None]:
    fn = e.args[0]
    if fn.head == "attr":
        return list(methods_of(classes, str(fn.data)).values())
    return [python_function(E.callee(e))]


def _walked(iterable: Expr, classes: tuple[type, ...]) -> Iterator[types.FunctionType]:
    """The generators that call themselves of which a loop may use the elements."""
    for e in (iterable, *(iterable.args[1:] if E.callee(iterable) in (enumerate, zip) else ())):
        if e.head == "call":
            yield from (f for f in _called(e, classes) if f is not None and calls_itself(f))
        elif e.head in ("var", "attr", "index"):
            yield from (f for cls in classes if yields.gives(f := written_method(cls, "__iter__")) and f is not None and any(
                E.callee(s.value) is yields.given_each for s in yields.yields(_body(f))))


def _attributes(generator: types.FunctionType) -> frozenset[str]:
    return frozenset(str(part.data) for s in S.walk_stmts(_body(generator)) for e in S.expressions(s) for part in E.walk(e)
                     if part.head == "attr")


def _changed(s: S.Stmt) -> Iterator[Expr]:
    """The places that a statement changes."""
    if isinstance(s, (S.Assign, S.Aug)):
        counts = isinstance(s, S.Aug) and s.value.head == "const" and isinstance(s.value.data, int)
        yield from (t for t in S.parts(s.target) if t.head in ("attr", "index") or isinstance(s, S.Aug) and not counts)
    for e in S.expressions(s):
        for c in E.calls(e):
            yield from written_arguments(c)
            function = python_function(E.callee(c))
            if function is not None:
                effects = effects_of(function)
                yield from (a for n, a in enumerate(c.args[1:]) if n in effects.written | effects.inside)
            elif c.args[0].head == "attr" and (c.args[0].data in MUTATORS):
                yield c.args[0].args[0]
