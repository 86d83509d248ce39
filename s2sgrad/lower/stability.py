"""Variables that are bound once and whose object nothing changes: what they hold is known wherever they are read."""
from __future__ import annotations

import copy
import functools
from collections import Counter
from collections.abc import Mapping

from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import effects_of, written_arguments
from s2sgrad.lower.names import Names
from s2sgrad.lower.renaming import with_closures
from s2sgrad.lower.webs import split_webs
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.registry import rule_for


def stable_names(body: S.Block) -> frozenset[str]:
    """The variables that `body` binds exactly once and never writes into.

    A function is not changed where it is handed to one that would change an object in its place when it calls that.
    """
    bindings: Counter[str] = Counter()
    written: set[str] = set()
    called: set[str] = set()
    functions: set[str] = set()
    for s in with_closures(body):
        bindings.update(() if isinstance(s, S.Delete) else S.writes(s))  # ``del`` ends a binding, it makes none
        written.update(place.data for place in S.stored_roots(s) if place.head == "var")
        written |= _shortened(s)
        for e in S.expressions(s):
            for part in E.walk(e) if e.heads & E.WALRUS else E.calls(e):
                for a in written_arguments(part):
                    base = E.root(a)
                    if base.head == "var":
                        (called if a is base else written).add(base.data)
                if part.head == "walrus":
                    bindings.update(part.args[0].names)
        if isinstance(s, S.Define) or isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "function":
            functions |= S.writes(s)
    written |= called - functions
    return frozenset(n for n, times in bindings.items() if times == 1 and n not in written)


def bound_once(body: S.Block) -> frozenset[str]:
    """The variables that `body` binds exactly once, whatever becomes of their objects."""
    bindings: Counter[str] = Counter()
    for s in with_closures(body):
        bindings.update(S.writes(s))
        for e in S.expressions(s):
            for part in E.walk(e) if e.heads & E.WALRUS else ():
                if part.head == "walrus":
                    bindings.update(part.args[0].names)
    return frozenset(n for n, times in bindings.items() if times == 1)


def steady_names(body: S.Block) -> frozenset[str]:
    """The variables that `body` binds exactly once, and not in a loop: each of their values is the only one."""
    repeated: set[str] = set()
    for s in S.walk_stmts(body):
        if isinstance(s, (S.For, S.While)):
            repeated |= S.bound_by((s,))
    return bound_once(body) - repeated


def settled_for_functions(body: S.Block) -> frozenset[str]:
    """The variables that functions which are made here capture, and that nothing binds again from then on."""
    captured: set[str] = set()
    again = {n for s in S.having(body, E.WALRUS) for e in S.expressions(s) for part in E.walk(e) if part.head == "walrus"
             for n in part.args[0].names}
    _follow_captured(body, captured, again)
    return frozenset(captured - again)


def _follow_captured(body: S.Block, captured: set[str], again: set[str]) -> None:
    """Add the variables that functions capture, and those that are bound when a function has captured them."""
    for s in body:
        if isinstance(s, S.Define):  # a function may see itself
            again |= captured & S.writes(s)
        for e in S.expressions(s):
            for part in E.walk(e) if e.heads & E.FUNCTION else ():
                if part.head == "function":
                    captured |= part.names
                    again |= part.data.function.nonlocals
        if not isinstance(s, S.Define):
            again |= captured & S.writes(s)
        for _ in range(2 if isinstance(s, (S.For, S.While)) else 1):
            for block in S.blocks(s):
                _follow_captured(block, captured, again)
            again |= captured & S.writes(s) if isinstance(s, S.For) else set()


def shared_names(body: S.Block) -> frozenset[str]:
    """The variables whose object something else may hold as well, and change."""
    out: set[str] = set()
    for s in with_closures(body):
        if isinstance(s, (S.Assign, S.Aug)):
            out |= _held(s.value)
        elif isinstance(s, S.With):
            out |= frozenset().union(*(_held(e) for e, _ in s.items))
        for e in S.expressions(s):
            for call in E.calls(e):
                out |= _passed_on(call)
    return frozenset(out)


def _held(e: Expr) -> frozenset[str]:
    """The variables whose objects the value of an expression is or contains."""
    if e.head == "var":
        return e.names
    if e.head in ("tuple", "list", "dict", "set", "ifexp", "bool", "walrus"):
        return frozenset().union(*map(_held, e.args))
    return E.NO_NAMES


def fixed_lengths(body: S.Block) -> dict[str, int]:
    """The variables that only ever hold sequences of one known length: elements are exchanged, none come or go."""
    bound: dict[str, list[Expr]] = {}
    left_out: set[str] = set()
    statements = list(with_closures(body))
    if not [s for s in statements if type(s) is S.Assign and s.value.head in ("tuple", "list")]:
        return {}
    for s in statements:
        value = s.value if isinstance(s, S.Assign) and s.target.head == "var" else E.NONE
        for name in S.writes(s):
            bound.setdefault(name, []).append(value)
        if isinstance(s, (S.Assign, S.Aug)):
            left_out |= _held(s.value)
        elif isinstance(s, S.With):
            left_out = left_out.union(*(_held(e) for e, _ in s.items))
        left_out |= _shortened(s)
        for e in S.expressions(s):
            for part in E.walk(e) if e.heads & (E.INDEX | E.WALRUS) else E.calls(e):
                left_out |= _changes_length(part)
    out: dict[str, int] = {}
    for name in [n for n in bound if n not in left_out] * 2:  # twice: what a variable is made of may be bound below
        found = {_length(e, out) for e in bound[name] if not (_is_copy(e) and e.args[1] == E.var(name))}
        if len(found) == 1 and None not in found:
            out[name] = found.pop() or 0
    return out


def _shortened(s: S.Stmt) -> frozenset[str]:
    """The variables from whose objects a ``del`` statement takes parts."""
    taken = (t for t in s.targets if t.head in ("index", "attr")) if isinstance(s, S.Delete) else ()
    return frozenset().union(*(E.root(t).names for t in taken))


def _is_copy(e: Expr) -> bool:
    return (E.callee(e) is list or E.callee(e) is tuple) and len(e.args) == 2 and e.args[1].head == "var"


def _length(e: Expr, known: dict[str, int]) -> int | None:
    if e.head in ("tuple", "list"):
        return len(e.args) if all(a.head != "star" for a in e.args) else None
    return known.get(e.args[1].data) if _is_copy(e) else None


def _changes_length(e: Expr) -> frozenset[str]:
    """The variables whose object a part of an expression may make longer or shorter, or may be another one."""
    if e.head == "walrus":
        return e.args[0].names | _held(e.args[1])
    if e.head == "index" and e.args[1].head == "slice" and e.args[0].head == "var":
        return e.args[0].names
    if e.head != "call" or _is_copy(e):
        return E.NO_NAMES
    return _passed_on(e) | frozenset().union(*(E.root(a).names for a in written_arguments(e)))


_LOOKING = (len, print, isinstance, zip, enumerate, range, reversed)


def _passed_on(e: Expr) -> frozenset[str]:
    """The variables that a call may keep somewhere or return."""
    held = frozenset().union(*(_held(a) for mark, a in E.arguments(e) if mark not in ("*", "**")))
    fn = canonical(e).args[0] if e.args[0].head == "ref" else e.args[0]
    if not held or fn.head != "ref":
        return held
    rule = rule_for(fn.data.value)
    if rule is not None:
        return held if rule.view else E.NO_NAMES
    function = python_function(fn.data.value)
    if function is None:
        return E.NO_NAMES if any(fn.data.value is f for f in _LOOKING) else held
    effects = effects_of(function)
    return held if effects.returned or effects.stored else E.NO_NAMES


def chosen_names(body: S.Block) -> frozenset[str]:
    """The variables that are bound several times, always to a function that is written there."""
    bound: dict[str, list[Expr]] = {}
    for s in S.walk_stmts(body):
        if isinstance(s, S.Define):
            bound.setdefault(s.name, []).append(s.value)
        elif isinstance(s, S.Assign) and s.target.head == "var":
            bound.setdefault(s.target.data, []).append(s.value)
        else:
            for name in S.writes(s):
                bound.setdefault(name, []).append(E.NONE)

    candidates = {n: values for n, values in bound.items() if len(values) > 1 or values[0].head == "ifexp"}
    called = called_names(body) if any(_mentions_attributes(e) for values in candidates.values() for e in values) else frozenset()
    return frozenset([n for n, values in candidates.items() if any(v.head != "ref" for v in values)
                      and all(_is_written_out(e, bound, n in called) for e in values)])


def _mentions_attributes(e: Expr) -> bool:
    return e.head == "attr" or e.head == "ifexp" and any(map(_mentions_attributes, e.args[1:]))


def _is_written_out(e: Expr, bound: Mapping[str, list[Expr]], called: bool) -> bool:
    """Is the value of `e` a function that is written in the program? What is only `called` may be the method of a variable."""
    if e.head == "ifexp":
        return all(_is_written_out(a, bound, called) for a in e.args[1:])
    if e.head == "attr":
        return called and e.args[0].head == "var"
    if e.head == "var":
        return all(v.head == "function" for v in bound.get(e.data, (E.NONE,)))
    return e.head == "function" or e.head == "ref" and callable(e.data.value) \
        or E.callee(e) is functools.partial and _is_written_out(e.args[1], bound, called)


def called_names(body: S.Block) -> frozenset[str]:
    """The variables that are read where they are called, and nowhere else."""
    called: set[str] = set()
    others: set[str] = set()
    for s in with_closures(body):
        for e in S.expressions(s) if not isinstance(s, S.Define) else ():
            bound = e.head in ("var", "tuple") and isinstance(s, (S.Assign, S.For)) and e is s.target
            for part in (e,) if not bound else (a for a in e.args if a.head != "var"):
                _split_reads(part, called, others)
    return frozenset(called - others)


def _calls_what_it_is_given(e: Expr) -> bool:
    """Is this a call of a solver, ``integrate.quad(f, ...)``, which calls its first argument?"""
    fn = E.hashable_callee(e)
    if not (getattr(fn, "__module__", None) or "").startswith("scipy"):
        return False
    rule = rule_for(fn)
    return rule is not None and rule.with_captured is not None


def _split_reads(e: Expr, called: set[str], others: set[str]) -> None:
    if e.head == "var":
        others.add(e.data)
    elif e.head == "call" and e.args[0].head == "var":
        called.add(e.args[0].data)
        for a in e.args[1:]:
            _split_reads(a, called, others)
    elif len(e.args) > 1 and e.head == "call" and e.args[1].head == "var" and _calls_what_it_is_given(e):
        called.add(e.args[1].data)
        for a in e.args[2:]:
            _split_reads(a, called, others)
    elif e.head != "function":
        for a in e.args:
            _split_reads(a, called, others)


def counters(body: S.Block) -> frozenset[Expr]:
    """Variables and attributes for what `collections.Counter` made, which ``update`` adds to."""
    return frozenset(s.target for s in S.walk_stmts(body) if isinstance(s, S.Assign) and s.target.head in ("var", "attr")
                     and E.callee(s.value) is Counter)


def used_as_dicts(body: S.Block) -> frozenset[Expr]:
    """Variables, attributes and elements that are asked for items, or the elements of which are keys."""
    found: set[Expr] = set()
    loops: list[tuple[Expr, Expr, tuple[Expr, ...]]] = []
    for s in S.walk_stmts(body):
        for e in S.expressions(s):
            for part in E.walk(e) if e.heads & (E.CALL | E.INDEX | E.COMP) else ():
                if part.head == "call" and part.args[0].head == "attr" and part.args[0].data in ("items", "keys", "values") \
                        and len(part.args) == 1:
                    found.add(part.args[0].args[0])
                elif part.head == "index" and E.is_const(part.args[1]) and isinstance(part.args[1].data, str):
                    found.add(part.args[0])
                elif part.head == "comp":
                    made = (E.index(E.NONE, part.args[0]),) if part.data.kind == "dict" else ()
                    loops += [(*pair, (*part.args, *made)) for loop in part.data.loops(part) for pair in _pairs(*loop)]
        if isinstance(s, S.For):
            within = tuple(e for t in S.walk_stmts(s.body) for e in S.expressions(t))
            loops += [(*pair, within) for pair in _pairs(s.target, s.iter)]
    of_containers = {e.args[0] for e in (*found, *(iterable for _, iterable, _ in loops))
                     if e.head == "index" and e.args[1].head != "slice"}  # a part of a list says nothing of its elements
    same, with_keys, like = _bound_to_one_another(body)
    for target, iterable, within in loops:
        others = same.get(iterable, _NONE) | with_keys.get(iterable, _NONE)
        found.add(_keyed(target, iterable, within, iterable in of_containers, others))
    for one in dict.fromkeys(like.values()):
        found |= one if not one.isdisjoint(found) else _NONE
    return frozenset(e for e in found if e.head in ("var", "attr", "index"))


def used_as_lists(body: S.Block) -> frozenset[Expr]:
    """What is put in order, or gets a slice assigned, and gets elements as well, which arrays do not."""
    called = [call.args[0] for s in S.having(body, E.CALL) for e in S.expressions(s) if e.heads & E.CALL for call in E.calls(e)
              if call.args[0].head == "attr"]
    ordered = {fn.args[0] for fn in called if fn.data == "sort"}
    targets = [s.target for s in S.of_kinds(body, S.Assign) if s.target.head == "index"]
    ordered |= {t.args[0] for t in targets if t.args[1].head == "slice"}
    return frozenset(fn.args[0] for fn in called if fn.args[0] in ordered and fn.data in _OF_LISTS) if ordered else _NONE


#: Methods of lists that arrays do not have.
_OF_LISTS = ("append", "extend", "insert", "pop", "remove", "reverse", "index", "count", "clear")


def with_dicts_apart(fn: S.Function, names: Names) -> S.Function:
    """`fn` with names of their own for dicts in variables that stand for something else as well, before or after."""
    told = frozenset(e.data for e in used_as_dicts(fn.body) if e.head == "var") - fn.nonlocals
    return split_webs(fn, names, told) if told else fn


_NONE: frozenset[Expr] = frozenset()


def _bound_to_one_another(body: S.Block) -> tuple[dict[Expr, frozenset[Expr]], ...]:
    """For each variable those that hold the same object, the dicts with its elements for keys, ``dict(x)``, and those that
    hold the same object or a copy of it."""
    same: dict[Expr, frozenset[Expr]] = {}
    with_keys: dict[Expr, frozenset[Expr]] = {}
    like: dict[Expr, frozenset[Expr]] = {}
    for s in S.walk_stmts(body):
        if type(s) is not S.Assign or s.value.head not in ("var", "attr", "call") or s.target.head != "var":
            continue
        e = s.value
        if e.head != "call":
            _join(same, e, s.target)
            _join(like, e, s.target)
        elif e.args[0].head == "attr" and e.args[0].data == "copy" and len(e.args) == 1:
            _join(like, e.args[0].args[0], s.target)
        elif E.callee(e) is dict and len(e.args) == 2:
            with_keys[e.args[1]] = with_keys.get(e.args[1], _NONE) | {s.target}
        elif len(e.args) == 2 and any(E.callee(e) is f for f in (copy.copy, copy.deepcopy)):
            _join(like, e.args[1], s.target)
    return same, with_keys, like


def _join(classes: dict[Expr, frozenset[Expr]], a: Expr, b: Expr) -> None:
    one = classes.get(a, frozenset((a,))) | classes.get(b, frozenset((b,)))
    classes.update(dict.fromkeys(one, one))


def no_dicts(test: Expr) -> tuple[frozenset[Expr], frozenset[Expr]]:
    """What is no dict where a test holds, and where it does not: ``isinstance(t, (list, tuple))``, ``isinstance(t, dict)``."""
    if test.head == "op" and test.data == "not":
        return no_dicts(test.args[0])[::-1]
    if test.head == "bool":
        sides = [no_dicts(a)[test.data == "or"] for a in test.args]
        found = frozenset().union(*sides)
        return (found, frozenset()) if test.data == "and" else (frozenset(), found)
    if E.callee(test) is not isinstance or len(test.args) != 3:
        return frozenset(), frozenset()
    shown = test.args[2].args if test.args[2].head == "tuple" else (test.args[2],)
    classes = [a.data.value for a in shown if a.head == "ref"]
    mappings = [isinstance(cls, type) and issubclass(cls, Mapping) for cls in classes]
    what = frozenset((test.args[1],))
    if len(classes) < len(shown) or any(mappings) and not all(mappings):
        return frozenset(), frozenset()
    return (frozenset(), what if any(cls in (dict, Mapping) for cls in classes) else frozenset()) if all(mappings) else (
        what, frozenset())


def _pairs(target: Expr, iterable: Expr) -> list[tuple[Expr, Expr]]:
    """The variables of a loop, and what each of them runs over."""
    fn = E.callee(iterable)
    if target.head != "tuple" or fn not in (zip, enumerate):
        return [(target, iterable)]
    found = zip(target.args, iterable.args[1:]) if fn is zip else zip(target.args[1:], iterable.args[1:2])
    return [pair for inner in found for pair in _pairs(*inner)]


def _keyed(target: Expr, iterable: Expr, within: tuple[Expr, ...], of_containers: bool, others: frozenset[Expr]) -> Expr:
    """What a loop runs over, if the variable for its elements is a key of it, or of `others`, which have its keys.

    It is one as well if it is a key of anything and the elements are walked along, which are no keys then.
    """
    if target.head != "var" or iterable.head not in ("var", "attr", "index"):
        return E.NONE
    return iterable if any(part.head == "index" and part.args[1] == target and (
        of_containers or part.args[0] == iterable or part.args[0] in others) for e in within for part in E.walk(e)) else E.NONE
