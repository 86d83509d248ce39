"""Results of calls that are changed in place: they must be new, and no parts of the arguments.

A function that is put in place of its call shows what it returns. What a call returns that stays one, of a function that calls
itself or of one that is known only at run time, is taken for something new. Where it is changed in place, that is checked:

    node = find(tree, key)                node = find(tree, key)
    node.value = node.value * x    --->   require_new(node, (tree,), 'node', False)
                                          node.value = node.value * x
"""
from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import Liveness
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import effects_of, followed, may_return, written_arguments, written_through
from s2sgrad.lower.may_share import made
from s2sgrad.lower.methods import methods_of
from s2sgrad.lower.names import base, is_pull, is_temporary
from s2sgrad.lower.object_names import SPECIAL
from s2sgrad.lower.writing import MUTATORS
from s2sgrad.rules.methods_table import canonical

#: A statement, and the variables through which it writes, each with whether into what these hold.
_Writing = tuple[S.Stmt, list[tuple[str, bool]]]
_NUMBER = E.ref("s2sgrad.runtime.require_number", runtime.require_number, library=True)
_NEW = E.ref("s2sgrad.runtime.require_new", runtime.require_new, library=True)


def with_checks(fn: S.Function, cx: Context) -> S.Function:
    """`fn` with checks behind the calls whose results it changes in place."""
    if cx.generated:
        return fn
    calls = [(s, given) for s in S.walk_stmts(fn.body) if (given := _sources(s, cx))]
    if not calls:
        return fn
    checks: dict[S.Stmt, S.Block] = {}
    writing = [(t, found) for t in S.walk_stmts(fn.body) if (found := list(_writes(t)))]
    for s, given in calls:
        assert isinstance(s, S.Assign)
        if _is_number_if_any(s, given, fn.body, writing, cx):
            number = E.call(_NUMBER, s.target, E.const(base(str(s.target.data))))
            checks[s] = (S.Do(number, s.loc),)
            continue
        for name in sorted(S.bound(s.target)) if writing else ():
            depth = _changed(name, fn.body, writing, all(is_temporary(a.data) for a in given))
            if depth is not None:
                check = E.call(_NEW, E.var(name), E.tuple_(*given), E.const(base(name)), E.const(depth))
                checks[s] = (*checks.get(s, ()), S.Do(check, s.loc))
    return S.with_body(fn, _placed(fn.body, checks)) if checks else fn


def _is_number_if_any(s: S.Assign, given: list[Expr], body: S.Block, writing: list[_Writing], cx: Context) -> bool:
    """Does a function that calls itself, or a method, return a part of what is changed while that is in use, unless it is a
    number, as those are that a table keeps (``if n in known: return known[n]``)? Raise where it is used as numbers are not."""
    called = _may_give_parts(s.value, cx) if cx.reverse else ""
    if not called:
        return False
    names = set().union(*(_parts_of(n, body) for n in S.bound(s.target)))
    lenders = set().union(*(_parts_of(n, body) for n in _made_of({a.data for a in given}, body))) - names
    read = {part.data for t in S.walk_stmts(body) for e in S.expressions(t) for part in E.walk(e)
            if part.head == "attr" and part.args[0].head == "var" and part.args[0].data in names}
    live = Liveness(body).after
    for t, found in writing:
        changed = {root for root, _ in found} & lenders if t is not s else set()
        if changed and not live[t].isdisjoint(names) and (not _sets_attribute(t) or t.target.data in read):
            if cx.likely is None and s.target.head == "var" and names == {s.target.data} and all(
                    _calculates(x, str(s.target.data)) for x in S.walk_stmts(body) if x is not s):
                return True
            cx.loc = t.loc
            raise cx.refuse(f"{called} may return (part of) its argument, which is changed in place "
                            "here while that is in use, and cannot be differentiated", "return a copy, or write it as a loop")
    return False


def _calculates(s: S.Stmt, name: str) -> bool:
    """Does a statement that reads a variable only calculate with it?"""
    if name not in S.reads(s):
        return True
    return isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "op" and name not in s.target.names


def _may_give_parts(e: Expr, cx: Context) -> str:
    """The name of a function that calls itself, or of a method of a class in sight, which may return a part of an argument."""
    function = followed(e)
    if function is not None:
        return "" if "." in function.__qualname__.rpartition("<locals>.")[2] else function.__name__
    name = str(e.args[0].data) if e.args[0].head == "attr" else ""
    return name if any(effects_of(f).returned for f in methods_of(cx.visible, name).values()) else ""


def _sets_attribute(s: S.Stmt) -> TypeGuard[S.Assign | S.Aug]:
    return isinstance(s, (S.Assign, S.Aug)) and s.target.head == "attr"


def _made_of(names: set[str], body: S.Block) -> set[str]:
    """Some variables, and those that they were made of parts of."""
    found, before = set(names), 0
    while before != len(found):
        before = len(found)
        for s in S.walk_stmts(body):
            for t, sources in made(s):
                if t in found:
                    found |= sources
    return found


def _placed(body: S.Block, checks: dict[S.Stmt, S.Block]) -> S.Block:
    out: list[S.Stmt] = []
    for s in body:
        out += (S.map_blocks(lambda b: _placed(b, checks), s), *checks.get(s, ()))
    return tuple(out)


def _sources(s: S.Stmt, cx: Context) -> list[Expr]:
    """The variables that what a call returns may be a part of, or hold."""
    if not isinstance(s, S.Assign) or s.value.head != "call" or S.stored_root(s) is not None:
        return []
    e = s.value
    fn = e.args[0]
    if followed(e) is not None:
        found = may_return(e)
    elif fn.head == "attr" and fn.data not in SPECIAL and fn.data not in MUTATORS and canonical(e) is e:
        found = [fn.args[0], *e.args[1:]]
    elif fn.head == "index" or fn.head == "var" and not is_pull(fn.data):
        found = list(e.args[1:])
    else:
        return []
    roots = [E.root(a) for a in found]
    return list(dict.fromkeys(a for a in roots if a.head == "var" and a.data in cx.varied.names))


def _changed(name: str, body: S.Block, writing: list[_Writing], dead: bool) -> bool | None:
    """Is what a variable stands for changed in place, or, which is the answer, something in it? None where neither is.

    Lists that are `dead` for everybody else may grow and shrink.
    """
    parts = _parts_of(name, body)
    found = None
    for s, written in writing:
        for root, inside in () if dead and _resized(s) == name else written:
            if root == name:
                found = bool(found) or inside
            elif root in parts:
                found = True
    kept = [s.target for s in S.walk_stmts(body) if isinstance(s, S.Assign) and s.target.head in ("attr", "index")
            and s.value.head == "var" and s.value.data in parts]
    if found is None and kept and any(_may_be_one(e, p) for s, _ in writing for e in _written(s) for p in kept):
        return any(_may_be_one(e.args[0], p) for s, _ in writing for e in _written(s) for p in kept)
    return found


def _written(s: S.Stmt) -> Iterator[Expr]:
    """The places that a statement changes what they hold of, and those that these are in: of ``c.u[0] = v`` that is ``c.u``."""
    places: list[Expr] = [a for e in S.expressions(s) for call in E.calls(e) for a in written_arguments(call)]
    if isinstance(s, (S.Assign, S.Aug)) and s.target.head in ("attr", "index"):
        places.append(s.target if isinstance(s, S.Aug) else s.target.args[0])
    for e in places:
        while e.head in ("attr", "index"):
            yield e
            e = e.args[0]


def _may_be_one(a: Expr, b: Expr) -> bool:
    """May two places be one? Attributes of one name are, in whatever objects."""
    if a.head != b.head or a.head not in ("attr", "index"):
        return False
    if a.head == "attr":
        return a.data == b.data
    return E.root(a) == E.root(b) and (a.args[1] == b.args[1] or not (E.is_const(a.args[1]) and E.is_const(b.args[1])))


def _parts_of(name: str, body: S.Block) -> set[str]:
    """The variables that may stand for parts of what a variable stands for."""
    parts: set[str] = {name}
    sums: set[str] = set()  # ``xs + ys`` is new, and what it holds is not
    before = 0
    while before != len(parts) + len(sums):
        before = len(parts) + len(sums)
        for s in S.walk_stmts(body):
            if isinstance(s, S.Assign) and s.value.head in ("var", "index", "attr") or isinstance(s, S.For):
                whole = isinstance(s, S.Assign) and s.value.head == "var"
                for t, sources in made(s):
                    if not parts.isdisjoint(sources) or not whole and not sums.isdisjoint(sources):
                        parts.add(t)
                    elif not sums.isdisjoint(sources):
                        sums.add(t)
            elif isinstance(s, S.Assign) and s.target.head == "var" and s.value.head == "op" and s.value.data == "+" \
                    and any(a.head == "var" and a.data in parts | sums for a in s.value.args):
                sums.add(s.target.data)
    return parts


def _resized(s: S.Stmt) -> str | None:
    """The variable for the list or the dict of which a method that changes it is called."""
    called = isinstance(s, S.Do) or isinstance(s, S.Assign) and s.target.head not in ("index", "attr")
    own = s.value.args[0] if called and s.value.head == "call" else E.NONE  # type: ignore[union-attr]
    return own.args[0].data if own.head == "attr" and own.data in MUTATORS and own.args[0].head == "var" else None


def _writes(s: S.Stmt) -> Iterator[tuple[str, bool]]:
    """The variables through which a statement writes, and whether into what these hold."""
    if isinstance(s, S.Aug) and s.target.head == "var":  # of a number, nobody sees it
        yield s.target.data, False
        return
    if isinstance(s, (S.Assign, S.Aug)) and s.target.head in ("index", "attr"):
        root = E.root(s.target)
        if root.head == "var":
            yield root.data, s.target.args[0] != root
        return
    resized = _resized(s)
    if resized is not None:
        yield resized, False
        return
    yield from ((n, True) for n in written_through(s))
