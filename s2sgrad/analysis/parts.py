"""Unpacking an array: the variables are views of its rows.

    a, b = np.split(x, 2)        t = np.split(x, 2); a = t[0]; b = t[1]
    a, b = x                     a = x[0]; b = x[1]

A function is written like this only where such a variable stands for memory that something changes in place.

The adjoint of a view is taken where the view is used last. What its key is computed from is kept until then:

    row = x[i]                   k = i; row = x[k]
    i = i + 1                    i = i + 1
    row *= 2.0                   row *= 2.0

So is what is made of a view of what the variable stood for that is bound to it: the two have adjoints of their own.

    left = x[1:]                 left = x[1:]
    left[0] = p                  left[0] = p
    x = np.sin(left)             new = np.sin(left); x = new

And so is a result that its own adjoint reads beside the operand it takes the name of, which would have to be computed again:

    u = np.linalg.solve(A, u)    new = np.linalg.solve(A, u); u = new
"""
from __future__ import annotations

from collections.abc import Mapping

from s2sgrad.analysis.aliasing import Aliasing
from s2sgrad.analysis.borrowing import viewed
from s2sgrad.analysis.roles import Roles
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.following import Following
from s2sgrad.ir.targets import given
from s2sgrad.rules.bind import BindError, application
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.registry import rule_for
from s2sgrad.rules.template import template


def with_parts_taken(fn: S.Function, aliasing: Aliasing) -> S.Function:
    """`fn` with the views that it unpacks, and changes, taken one by one; `fn` itself where there are none."""
    changed = {s for s in S.walk_stmts(fn.body) if _unpacks_views(s) and any(
        t.head == "var" and aliasing.written(t.data) for t in s.target.args)}  # type: ignore[union-attr]
    return S.with_body(fn, _block(fn.body, changed)) if changed else fn


def _unpacks_views(s: S.Stmt) -> bool:
    return isinstance(s, S.Assign) and s.target.head == "tuple" and all(t.head == "var" for t in s.target.args) \
        and (s.value.head in ("var", "index") or gives_views(s.value))


def gives_views(e: Expr) -> bool:
    """May the results of a call share memory with its arguments?"""
    rule = rule_for(E.callee(canonical(e)))
    return rule is not None and bool(rule.view)


def _block(body: S.Block, changed: set[S.Stmt]) -> S.Block:
    out: list[S.Stmt] = []
    for s in body:
        if s in changed:
            assert isinstance(s, S.Assign)
            whole = s.value
            if whole.head != "var":
                whole = E.var(s.target.args[0].data + ".parts")
                out.append(S.Assign(whole, s.value, s.loc))
            out += [S.Assign(t, E.index(whole, E.const(n)), s.loc) for n, t in enumerate(s.target.args)]
        else:
            out.append(S.map_blocks(lambda b: _block(b, changed), s))
    return tuple(out)


def with_keys_kept(fn: S.Function, aliasing: Aliasing, roles: Roles) -> S.Function:
    """`fn` with keys of views, which are about to change while the view is in use, under names of their own."""
    changing: dict[S.Assign, list[str]] = {}
    following = Following(fn.body)
    for name, (made, _) in roles.views.items():
        keys = frozenset().union(*(k.names for k in keys_of(assigned_to(made, name))))
        if following.may_bind(keys, made) and _changes(keys, made, roles.users[name], fn, aliasing):
            changing.setdefault(made, []).append(name)
    return S.with_body(fn, _keeping(fn.body, changing)) if changing else fn


def _changes(keys: frozenset[str], made: S.Assign, users: frozenset[str], fn: S.Function, aliasing: Aliasing) -> bool:
    """May a key of a view be another one while the view, or one that is taken from it, is in use?"""
    return any(not keys.isdisjoint(S.writes(s)) and not users.isdisjoint(aliasing.live_once_bound(s))
               for s in (made, *S.walk_after(fn.body, made)))


def assigned_to(s: S.Assign, name: str) -> Expr:
    """What a statement, which may assign several variables, assigns to one."""
    return dict(given(s))[E.var(name)]


def with_bindings_apart(fn: S.Function, views: Mapping[str, tuple[S.Assign, str]]) -> S.Function:
    """`fn` with variables that are bound to what is made of views of what they stood for bound in statements of their own."""
    apart: dict[S.Assign, tuple[int, frozenset[str]]] = {}
    for s in S.walk_stmts(fn.body) if views else ():
        if isinstance(s, S.Assign) and s.target.head in ("var", "tuple"):
            own = {n for n in S.writes(s) & s.value.names if n in views and views[n][0] is s}  # ``x = x[::-1]``
            found = _viewed_by(s.value.names & views.keys() - S.writes(s), views) & S.writes(s) | own
            if found:
                apart[s] = len(apart), found
    return S.with_body(fn, _apart(fn.body, apart)) if apart else fn


def with_results_apart(fn: S.Function, aliasing: Aliasing) -> S.Function:
    """`fn` with results whose adjoints read them, and what they replace, bound in statements of their own.

    A variable whose memory something changes keeps its statement: the result would have two names while that happens.
    """
    apart = {s: (n, S.writes(s)) for n, s in enumerate(S.walk_stmts(fn.body)) if isinstance(s, S.Assign)
             and s.target.head == "var" and s.value.head == "call" and s.target.data in s.value.names
             and not aliasing.contents(s.target.data) and _needs_both(s)}
    return S.with_body(fn, _apart(fn.body, apart)) if apart else fn


def _needs_both(s: S.Assign) -> bool:
    """Does the adjoint of ``x = f(x)`` read the result as well as the operand?"""
    try:
        found = application(canonical(s.value))
    except BindError:
        return False
    rule = None if found is None else found.rule.adjoint or found.rule.partials
    if found is None or rule is None:
        return False
    t = template(rule)
    read = frozenset().union(*(e.names for part in S.walk_stmts(t.body) for e in S.expressions(part)))
    return t.params[0] in read and any(s.target.data in e.names for p, e in found.bound.items() if p in read)


def _viewed_by(names: frozenset[str], views: Mapping[str, tuple[S.Assign, str]]) -> frozenset[str]:
    """What some views are taken from, directly or through others."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name in views and (source := views[name][1]) not in found:
            found.add(source)
            todo.append(source)
    return frozenset(found)


def _apart(body: S.Block, apart: Mapping[S.Assign, tuple[int, frozenset[str]]]) -> S.Block:
    out: list[S.Stmt] = []
    for s in body:
        if isinstance(s, S.Assign) and s in apart:
            number, names = apart[s]
            parts = {n: E.var(f"{n}.part.{number}") for n in names & s.value.names}  # views of what the name stood for
            new = {n: E.var(f"{n}.new.{number}") for n in names}
            out.append(S.Assign(E.substitute(s.target, {**new, **parts}), s.value, s.loc))
            out += [S.Assign(new[n], parts[n], s.loc) for n in sorted(parts)]
            out += [S.Assign(E.var(n), new[n], s.loc) for n in sorted(new)]
        else:
            out.append(S.map_blocks(lambda b: _apart(b, apart), s))
    return tuple(out)


def keys_of(e: Expr) -> list[Expr]:
    """What is computed beside the array that a part is taken from: parts of subscripts, arguments of calls that give views."""
    out: list[Expr] = []
    while (inner := _taken_from(e)) is not None:
        if e.head != "attr":
            out += [k for a in e.args[1:] if a is not inner for k in _computed(a)]
        e = inner
    return out


def _taken_from(e: Expr) -> Expr | None:
    """What the last step of a chain of subscripts, attributes and calls that give views is taken from."""
    if e.head in ("index", "attr"):
        return e.args[0]
    if e.head != "call" or not gives_views(e):
        return None
    if e.args[0].head == "attr":
        return e.args[0].args[0]
    try:
        found = application(e)
    except BindError:
        return None
    inner = None if found is None or not found.rule.view else viewed(found)
    return inner if any(a is inner for a in e.args[1:]) else None


def _computed(key: Expr) -> list[Expr]:
    if key.head in ("tuple", "slice"):
        return [part for a in key.args for part in _computed(a)]
    return [key] if key.names else []


def _keeping(body: S.Block, changing: Mapping[S.Assign, list[str]]) -> S.Block:
    out: list[S.Stmt] = []
    for s in body:
        if isinstance(s, S.Assign) and s in changing:
            value = s.value
            for name in changing[s]:
                kept: dict[Expr, Expr] = {}
                part = assigned_to(s, name)
                for key in keys_of(part):
                    if key not in kept:
                        kept[key] = E.var(f"{key.data if key.head == 'var' else 'k'}.of.{name}.{len(kept)}")
                        out.append(S.Assign(kept[key], key, s.loc))
                new = _with_keys(part, kept)
                value = new if part is value else E.rebuild(value, tuple(new if a is part else a for a in value.args))
            out.append(S.Assign(s.target, value, s.loc))
        else:
            out.append(S.map_blocks(lambda b: _keeping(b, changing), s))
    return tuple(out)


def _with_keys(e: Expr, kept: Mapping[Expr, Expr]) -> Expr:
    inner = _taken_from(e)
    if inner is None:
        return e
    new = _with_keys(inner, kept)
    if e.head == "call" and e.args[0].head == "attr":
        return E.rebuild(e, (E.rebuild(e.args[0], (new,)), *(_replaced(a, kept) for a in e.args[1:])))
    return E.rebuild(e, tuple(new if a is inner else a if a is e.args[0] else _replaced(a, kept) for a in e.args))


def _replaced(key: Expr, kept: Mapping[Expr, Expr]) -> Expr:
    if key.head in ("tuple", "slice"):
        return E.rebuild(key, tuple(_replaced(a, kept) for a in key.args))
    return kept.get(key, key)
