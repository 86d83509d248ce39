"""Adjoints of views are views of adjoints: ``row = A[i]`` is mirrored by ``brow = bA[i]``.

The mirror is taken in the backward sweep, in the block that made the view, right before its first use there.
"""
from __future__ import annotations

from collections.abc import Container

import numpy as np

from s2sgrad import runtime
from s2sgrad.analysis.borrowing import viewed
from s2sgrad.analysis.facts import Facts
from s2sgrad.analysis.parts import assigned_to
from s2sgrad.differentiate import held, linking, put_aside
from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import adjoint, adjoint_var
from s2sgrad.differentiate.tree import Init, Node, Step, children
from s2sgrad.differentiate.uses import Places
from s2sgrad.errors import unsupported
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.following import Following
from s2sgrad.rules.bind import application
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.optional import functions


def bind_views(nodes: list[Node], body: S.Block, facts: Facts) -> frozenset[str]:
    """Insert the mirrors into the backward tree; returns the adjoints that must stay the same array throughout."""
    linked, turning = facts.links.variables, facts.by_turns
    views = {n: v for n, v in facts.roles.views.items() if n in facts.active and n not in linked}
    _check(views, facts)
    views = {n: v for n, v in views.items() if n not in turning | facts.turns.carriers}
    if not views and not linked and not turning:
        return E.NO_NAMES
    places = Places(body)
    made: Made = {n: (s, mirror(assigned_to(s, n)), facts.roles.sources(n)) for n, (s, _) in views.items()}
    made.update((n, (s, lib.mirror(E.var(n)), ())) for n in linked if (s := facts.single_definition(n)) is not None)
    made.update((n, (s, lib.mirror_array(E.var(n)), ())) for n in turning if (s := facts.single_definition(n)) is not None)
    storage = set(views).union(linked, turning, *map(facts.roles.sources, views))
    order = sorted(made, key=lambda n: (places.where[made[n][0]][1], n))
    for name in views:
        s, source = views[name]
        if len(facts.definitions[name]) != 1 or any(p.name == name for p in facts.function.params) \
                or source != name and source in S.writes(s):  # ``a, b = b, a[1:]``
            raise unsupported(s.loc, f"{_shown(name)} may stand for different arrays, one of which is changed in place",
                              "copy the array, or use a name of its own for each")
    _check_sources(views, facts)
    put_aside.check(facts)
    held.check(views, facts)
    in_place = frozenset(s for s in facts.aliasing.in_place if isinstance(s, S.Aug) and s.target.names <= turning)
    linking.insert_everywhere(nodes, {adjoint(n): lib.mirror(E.var(n)) for n in linked if n not in made}
                              | {adjoint(n): lib.mirror_array(E.var(n)) for n in turning if n not in made}, in_place)
    left = _insert(nodes, made, order, places, (None, 0), in_place)
    for name in order:
        if adjoint(name) in left:
            taken = f"takes it from {_shown(views[name][1])}" if name in views else "makes it"
            raise unsupported(made[name][0].loc, f"{_shown(name)} is used outside the block that {taken}, which is changed "
                              "in place", "take it again where it is used")
    return frozenset(adjoint(n) for n in storage)


def _check(views: dict[str, tuple[S.Assign, str]], facts: Facts) -> None:
    """Raise where memory is changed in place and a view of it has no counterpart in the adjoint."""
    for name, s in facts.roles.several.items():
        if name in facts.active:
            raise unsupported(s.loc, f"{_shown(name)} may share memory with several arrays, and is changed in place",
                              "copy the arrays, or call the function with one at a time")
    for s in S.walk_stmts(facts.function.body):
        if isinstance(s, S.Assign) and E.callee(s.value) is runtime.replaced \
                and any(map(facts.aliasing.contents, S.bound(s.target))):
            raise unsupported(s.loc, "dataclasses.replace of an object of unknown class keeps parts of it, which are changed in "
                              "place", "call the class, or annotate the object")
        if isinstance(s, S.Assign) and s.target.head == "var" and E.hashable_callee(s.value) in _SPLITTING \
                and s.target.data in facts.links.variables and facts.aliasing.contents(s.target.data):
            raise unsupported(s.loc, "a list of parts of an array is kept in another container while the array is changed "
                              "in place", "take slices of the array, which are parts that are known")
        if isinstance(s, S.Assign) and E.callee(s.value) is runtime.named_attribute \
                and facts.aliasing.contents(s.value.args[1].data):
            raise unsupported(s.loc, "an attribute that is looked up by a name which is computed, of an object of which a part "
                              "is changed in place, cannot be differentiated", "write the attribute itself")
    for name, (made, source) in views.items():
        fn = E.callee(canonical(made.value))
        if fn in (np.broadcast_to, np.broadcast_arrays, np.lib.stride_tricks.sliding_window_view):
            raise unsupported(made.loc, f"{_shown(name)} shows elements of {_shown(source)} more than once, which is "
                                        "changed in place", f"call {fn.__name__} on a copy")
        if isinstance(fn, type) and issubclass(fn, np.generic):
            raise unsupported(made.loc, f"{_shown(name)} may be {_shown(source)} itself, which is changed in place",
                              "convert with np.array(..., dtype=...), which makes a copy")
        if fn is np.ndarray.conj:
            raise unsupported(made.loc, f"{_shown(name)} is {_shown(source)} itself if that is real; one of them is "
                                        "changed in place", "call np.conj, which makes a copy")
        if fn is np.imag:
            raise unsupported(made.loc, f"{_shown(name)} is the imaginary part of {_shown(source)}, which is changed in "
                                        "place", "copy the imaginary part")
        if any(_shows_parts(e, made, facts) for e in E.walk(made.value)):
            raise unsupported(made.loc, f"{_shown(name)} may show real and imaginary parts of {_shown(source)}, which is changed "
                                        "in place, as elements", "use z.real and a copy of z.imag, or view a copy")


#: Functions that give lists of parts of an array, which are views of it.
_SPLITTING = (np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit)


def _shows_parts(e: Expr, s: S.Stmt, facts: Facts) -> bool:
    """Is this ``z.view(float)``, where `z` may be complex? Adjoints of imaginary parts have the sign of no part of an adjoint."""
    fn = E.callee(canonical(e)) if e.head == "call" else None
    if fn is not np.ndarray.view or len(canonical(e).args) < 3:
        return False
    array, to = canonical(e).args[1:3]
    if to.head == "ref" and isinstance(to.data.value, type) and issubclass(to.data.value, np.ndarray):
        return False  # another class of arrays
    return facts.type_at(s, array).dtype != "float" or to.head != "ref" or to.data.value not in (float, np.float64)


def _check_sources(views: dict[str, tuple[S.Assign, str]], facts: Facts) -> None:
    """Raise where a variable is bound to something else while a view of what it stood for is in use.

    The mirror of the view would be taken of the adjoint of the other.
    """
    following = Following(facts.function.body)
    for name, (made, _) in views.items():
        sources, users = frozenset(facts.roles.sources(name)), facts.roles.users[name]
        if not following.may_bind(sources, made):
            continue
        for s in (made, *S.walk_after(facts.function.body, made)):
            if isinstance(s, S.Aug) or sources.isdisjoint(bound := S.writes(s)):
                continue
            live = facts.aliasing.live_once_bound(s)
            if s is made and bound & sources == {name}:  # ``b, a = a, b``: `b` is what `a` was before
                live -= {name}
            if not users.isdisjoint(live) or s is not made and not users.isdisjoint(S.reads(s)):
                raise _other_bound(s, name, min(sources & bound))


def _check_bound_within(node: Node, names: list[str], views: Made) -> None:
    """Raise where a branch or loop uses views, mirrored before its reverse, and binds what one was made of to something else.

    The reverse of that binding is what brings the adjoint back that the mirror should be taken of.
    """
    for step in _steps(node) if names and not isinstance(node, (Step, Init)) else ():
        written = S.writes(step.stmt) if not isinstance(step.stmt, S.Aug) else E.NO_NAMES
        for name in names:
            if not written.isdisjoint(views[name][2]):
                raise _other_bound(step.stmt, name, min(written.intersection(views[name][2])))


def _other_bound(s: S.Stmt, name: str, source: str) -> Exception:
    return unsupported(s.loc, f"{_shown(source)} is bound to another array while {_shown(name)} shares memory with the one "
                       "before, which is changed in place", "use a name of its own for each")


def _shown(name: str) -> str:
    return name.partition(".")[0]


#: For every variable, the statement that binds it, the expression of its adjoint, and what it is a view of.
Made = dict[str, tuple[S.Stmt, Expr, tuple[str, ...]]]


def _insert(nodes: list[Node], views: Made, order: list[str], places: Places,
            key: tuple[S.Stmt | None, int], in_place: frozenset[S.Stmt]) -> frozenset[str]:
    """Bind the views made in one block before the first node of its reverse that mentions them.

    Returns what the block mentions beside them. Statements that change an array `in_place` leave its name to it.
    """
    own = {n: k for k, n in enumerate(order) if _home(views[n][0], places) == key}
    variables = {adjoint(n): n for n in own}
    made = frozenset(variables)
    left: set[str] = set()
    bound: list[str] = []
    for node in nodes:
        used = _mentions(node)
        for k, inner in enumerate(children(node)):
            used |= _insert(inner, views, order, places, (node.stmt, k), in_place)
        left |= used - made
        wanted: list[str] = []
        for name in sorted([n for v in used & made if (n := variables[v]) in own], key=own.__getitem__):
            _want(name, own, views, wanted)
        for name in wanted:
            del own[name]
        _check_bound_within(node, wanted, views)
        _check_put_back(node, bound if isinstance(node, Step) else bound + wanted, views)
        bound += wanted
        code: list[S.Stmt] = [S.Assign(adjoint_var(n), views[n][1], views[n][0].loc) for n in wanted]
        if isinstance(node, Step) and node.stmt not in in_place and any(
                n in views[n][1].names and n in S.writes(node.stmt) for n in wanted):
            node.after = True  # an adjoint that is found by what the variable stands for
        if isinstance(node, (Step, Init)):
            first = _first_mention(node, wanted)
            node.code[first:first] = code
            if isinstance(node, Step) and any(views[n][0] is node.stmt and not views[n][2] for n in wanted):
                node.after = True  # the adjoint is found by what the statement binds
        else:
            node.before[0:0] = code
        left |= frozenset().union(*(S.reads(s) for s in code)) - made
    return frozenset(left)


def _home(s: S.Stmt, places: Places) -> tuple[S.Stmt | None, int]:
    """The block in which a variable has its value: the body of the loop that binds it, the block of its statement."""
    return (s, 0) if isinstance(s, S.For) else places.where[s][0]


def _want(name: str, own: Container[str], views: Made, wanted: list[str]) -> None:
    """A view of a view needs that one first."""
    for source in views[name][2]:
        if source in own:
            _want(source, own, views, wanted)
    if name not in wanted:
        wanted.append(name)


def _mentions(node: Node) -> frozenset[str]:
    """What a node mentions itself, without the blocks in it."""
    out: set[str] = set()
    for s in node.code if isinstance(node, (Step, Init)) else node.before:
        out |= S.reads(s) | S.writes(s)
    return frozenset(out)


def _first_mention(node: Step | Init, wanted: list[str]) -> int:
    """Where the code of a node first needs the adjoints of some views.

    That of ``o.w = t`` first takes the adjoint of the attribute, which gets a new one: `t`, if it was taken from there, is
    mirrored by that.
    """
    if not isinstance(node, Step) or not isinstance(node.stmt, S.Assign) or node.stmt.target.head == "var":
        return 0
    adjoints = {adjoint(n) for n in wanted}
    return next((n for n, s in enumerate(node.code) if not adjoints.isdisjoint(S.reads(s) | S.writes(s))), 0)


def _check_put_back(node: Node, names: list[str], views: Made) -> None:
    """Raise where a view is put back where it was taken from, ``d["w"] = t``, and has its mirror before that is reversed.

    The place has another adjoint from there on, of which the mirror is no part.
    """
    for step in _steps(node) if names else ():
        used = {n for s in step.code for n in S.reads(s) | S.writes(s)}
        replaced = [s.target for s in step.code if isinstance(s, S.Assign) and s.target.head in ("attr", "index")
                    and E.callee(s.value) in (runtime.zero_field, runtime.zero_part)]
        replaced += [E.index(*s.value.args[1:3]) for s in step.code if isinstance(s, S.Assign)
                     and E.callee(s.value) is runtime.take_at]
        for name in names if replaced else ():
            if adjoint(name) in used and any(_may_be_one(p, e) for p in replaced for e in _mirrored(name, views)):
                raise unsupported(step.stmt.loc, f"{_shown(name)}, which is changed in place, is put back where it was taken "
                                  "from and used under its own name, too, or in a branch or loop of its own",
                                  "leave it where it is: it changes there as well; or take a copy")


def _steps(node: Node) -> list[Step]:
    if isinstance(node, Step):
        return [node]
    return [s for inner in children(node) for n in inner for s in _steps(n)]


def _mirrored(name: str, views: Made) -> list[Expr]:
    """The places of adjoints that the mirror of a view is part of."""
    found, names = list[Expr](), [name]
    for n in names:
        if n in views:
            found += [e for e in E.walk(views[n][1]) if e.head in ("attr", "index")]
            names += [m for m in views[n][2] if m not in names]
    return found


def _may_be_one(a: Expr, b: Expr) -> bool:
    """May two places of adjoints be one?"""
    if a.head != b.head or E.root(a) != E.root(b):
        return False
    if a.head == "attr":
        return a.data == b.data
    return a.args[1] == b.args[1] or not (E.is_const(a.args[1]) and E.is_const(b.args[1]))


#: Views that NumPy gives for reading only, and how to get one that is written to.
DIAGONALS = {fn: lib.support(name) for name, path in (("diagonal_view", "diagonal"), ("diag_view", "diag"),
                                                      ("matrix_diagonal_view", "linalg.diagonal"))
             for fn in functions(path)}


def mirror(e: Expr) -> Expr:
    """The expression of a view, of the adjoint of what it views."""
    if e.head == "var":
        return adjoint_var(e.data)
    if e.head == "tuple":
        return E.list_(*map(mirror, e.args))  # a list until it is complete
    if e.head in ("index", "attr") and canonical(e) is e:
        return E.rebuild(e, (mirror(e.args[0]), *e.args[1:]))
    plain = canonical(e)
    if E.hashable_callee(plain) in DIAGONALS:
        return E.call_with(DIAGONALS[E.callee(plain)], (("", mirror(plain.args[1])), *E.arguments(plain)[1:]))
    if e.head == "attr":
        return E.attr(mirror(e.args[0]), e.data)
    if e.head == "call" and e.args[0].head == "attr":
        fn = e.args[0]
        return E.rebuild(e, (E.attr(mirror(fn.args[0]), fn.data), *e.args[1:]))
    if plain is not e:
        return mirror(plain)
    found = application(e)
    assert found is not None and found.rule.view
    source = viewed(found)
    if found.fn is runtime.structured_like:  # tuples again; the adjoint of a tuple is a list
        return mirror(source)
    made = E.rebuild(e, tuple(mirror(a) if a is source else a for a in e.args))
    return E.call(lib.builtin("list"), *made.args[1:]) if found.fn is tuple else made
