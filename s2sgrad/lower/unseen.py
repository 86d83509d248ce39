"""What changes and does not show it where it does: by nested functions, methods, functions in variables, under other names.

    def step():                  put = xs.append              for relax in (jacobi, seidel):          for row in rows:
        nonlocal n               put(x)                           relax(grid)                             row *= 0.5
        n = 0.5 * n
    step()

Whatever may change like this is found without asking where that happens: it may at any time. It is taken apart like what varies,
so that the backward sweep, which reads what was there before, finds it.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable

from s2sgrad import runtime
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.remember import remembered
from s2sgrad.ir.targets import assigned
from s2sgrad.lower.effects import (
    changed_by_methods,
    effects_of,
    may_change,
    owner_of,
    written_arguments,
    written_places,
)
from s2sgrad.lower.implicit import changing
from s2sgrad.lower.may_share import shares
from s2sgrad.lower.names import is_pull
from s2sgrad.lower.own_names import new_containers
from s2sgrad.lower.renaming import prefix_of
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.rules.registry import rule_for


def inside_closures(body: S.Block, statements: Iterable[S.Stmt]) -> list[S.Stmt]:
    """Those of the `statements` of a block (see `with_closures`) that stand in functions which are made in it."""
    own = set(map(id, S.walk_stmts(body)))
    return [s for s in statements if id(s) not in own]


def changed_unseen(statements: list[S.Stmt], inside: list[S.Stmt], classes: tuple[type, ...],
                   made_of: Callable[[str], set[str]]) -> tuple[set[str], set[str]]:
    """The variables of which calls that do not show it may change the object, and those among them that functions in variables
    are given which change it.

    `inside` are those of the statements in functions; `made_of` gives a variable, and those whose parts it may be.
    """
    values = {v: None for s in statements for e in S.expressions(s) for v in _function_values(e)}
    if not values:
        return set(), set()
    closures = [v for v in values if v.head == "function"]
    places = [place for s in inside for place in written_places(s)]
    new = new_containers(tuple(statements), ()) if places else E.NO_NAMES
    itself = {place for place, deep in places if not deep and place.head == "var" and place.data in new}
    changed = {n for place, deep in places if deep or place not in itself for n in E.root(place).names}
    changed |= {owner_of(place).data for s in inside for place, _ in changed_by_methods(s, classes)
                if owner_of(place).head == "var"}
    changed |= {n for v in values if v.head == "attr" and (v.data in MUTATORS or may_change(str(v.data), classes))
                for n in owner_of(v).names}
    changed = {place.data for place in itself}.union(*map(made_of, changed))  # what a new container gets stays as it is
    changing = {v for v in values if _changes_arguments(v)} | {
        c for c in closures if any(prefix_of(c) + p.name in changed for p in c.data.function.params)}
    given = _given_to(changing, statements, made_of) if changing else set()
    return {n for n in changed | given if not n.startswith(":")}, given


def bound_unseen(inside: Iterable[S.Stmt]) -> frozenset[str]:
    """The variables that functions bind of which these are the statements, so that calling one binds them anew (``nonlocal``)."""
    return frozenset(n for s in inside for n in S.writes(s) if not n.startswith(":"))


def writes_parts(body: S.Block, classes: tuple[type, ...]) -> bool:
    """Does a function change containers, arrays or objects that it did not make itself, as far as it shows?"""
    made = {s.target.data for s in S.walk_stmts(body) if isinstance(s, S.Assign) and s.target.head == "var"
            and s.value.head in ("list", "dict", "comp")}
    places = [place for s in S.walk_stmts(body) for place, _ in (*written_places(s), *changed_by_methods(s, classes))
              if not isinstance(s, S.Aug) or s.target.head != "var"]
    return any(place.head != "var" or place.data not in made for place in places)


def changed_aside(statements: list[S.Stmt], classes: tuple[type, ...], made_of: Callable[[str], set[str]]) -> set[str]:
    """The variables whose object statements change under another name, or in a way that only what varies is taken apart for:
    rows of a list in a loop over it, ``del xs[0][0]``, ``xs[1:1] = ys``, ``np.exp(x, out=rows[0])``, methods of objects."""
    made = [pair for s in statements for pair in assigned(s)]
    lists = {t.data for t, e in made if t.head == "var" and _is_new_list(e)}
    shown = _shown(statements)
    changed: set[str] = set()
    by_calls = not changing(classes)  # or by properties, subscripts and operators, too
    for s in statements:
        if type(s) is S.Assign and s.target.head == "var" and by_calls and not s.value.heads & E.CALL:
            continue
        places = list(S.stored_roots(s))
        if isinstance(s, (S.Assign, S.Aug)) and s.target.head == "index" and s.target.args[1].head == "slice":
            changed |= lists & s.target.args[0].names  # it may be longer afterwards
        if isinstance(s, S.Aug) and s.target.head == "var":
            places.append(s.target)
        elif isinstance(s, S.Delete):
            changed |= {n for t in s.targets if t.head != "var" for name in owner_of(t).names for n in made_of(name)}
        for e in S.expressions(s):
            for call in E.calls(e):
                written = written_arguments(call)
                places += written
                changed |= {n for a in written if a.head != "var" and call.args[0].head == "ref" for n in owner_of(a).names}
        changed |= {n for place, _ in changed_by_methods(s, classes) for name in owner_of(place).names for n in made_of(name)}
        changed |= {n for place in places for name in owner_of(place).names & shown for n in made_of(name)}
    return changed


def _shown(statements: list[S.Stmt]) -> set[str]:
    """The variables that stand for what others do, or for a part of it."""
    bound = {n for s in statements if isinstance(s, S.For) for n in S.bound(s.target)}
    return bound | {s.target.data for s in statements if isinstance(s, S.Assign) and s.target.head == "var"
                    and s.value.head in ("var", "index", "attr", "ifexp", "call") and shares(s.value)}


def _is_new_list(e: Expr) -> bool:
    return e.head == "list" or e.head == "comp" and e.data.kind == "list" or E.callee(e) is list


@remembered
def _function_values(e: Expr) -> tuple[Expr, ...]:
    """The functions in an expression that are not called where they stand, and all that are made there."""
    if not e.heads & (E.FUNCTION | E.ATTR | E.REF):
        return ()
    found: list[Expr] = [e] if e.head in ("function", "attr") or e.head == "ref" and _is_followed(e.data.value) else []
    args = e.args
    if e.head == "call" and args[0].head in ("ref", "attr"):
        args = (*args[0].args, *args[1:])
    for a in args:
        found += _function_values(a)
    return tuple(found)


def _is_followed(value: object) -> bool:
    return not isinstance(value, type) and python_function(value) is not None and rule_for(value) is None


def _changes_arguments(v: Expr) -> bool:
    return v.head == "ref" and bool(effects_of(python_function(v.data.value)).written)  # type: ignore[arg-type]


def _given_to(changing: set[Expr], statements: list[S.Stmt], made_of: Callable[[str], set[str]]) -> set[str]:
    """The variables that may be arguments of functions in variables which change what they are given."""
    calls = [c for s in statements for e in S.expressions(s) for c in E.calls(e) if not _is_pull(c.args[0])]
    holders: set[str] = set()
    before = -1
    while before != len(holders):
        before = len(holders)
        for s in statements:
            if any(_may_be(e, changing, holders) for e in S.expressions(s)):
                holders |= S.writes(s).union(*(owner_of(place).names for place in S.stored_roots(s)))
        passing = [c for c in calls if _passes(c, changing, holders)]
        holders |= {n for c in passing if c.args[0].head == "attr" for n in shares(c.args[0])}  # ``self.hooks.append(f)``
    given = [a for c in passing for a in (*c.args[0].args, *c.args[1:])]  # the receiver of a method among them
    return set().union(*(made_of(n) for a in given for n in shares(a)))


def _may_be(e: Expr, functions: set[Expr], holders: set[str]) -> bool:
    """May the value of an expression be, or hold, one of some functions, or what a variable holds?"""
    if e.head == "var":
        return e.data in holders
    if e.head == "call":
        return _passes(e, functions, holders) and e.args[0].head not in ("var", "index")
    return e in functions or any(_may_be(a, functions, holders) for a in e.args)


def _passes(call: Expr, functions: set[Expr], holders: set[str]) -> bool:
    """Does a call call one of some functions that it does not name, or pass it on?"""
    fn, *args = call.args
    return fn.head != "ref" and _may_be(fn, functions, holders) or any(_may_be(a, functions, holders) for a in args)


def _is_pull(fn: Expr) -> bool:
    """Is what is called a pullback? Of functions that change their arguments there is none."""
    return fn.head == "var" and is_pull(fn.data) or E.callee(fn) is runtime.pullback
