"""Which variables and parts of containers are lists, since they get elements as lists do.

    record["losses"].append(e)      # is a list, in ``np.mean(record["losses"])`` as well
    self.groups[key].extend(xs)     # all elements of the attribute are lists
    path.append(start)              # so is a parameter

NumPy makes arrays of lists. Their adjoints are lists, which the adjoints of arrays are not added to in place.
"""
from __future__ import annotations

from collections.abc import Collection, Iterator, Set

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.effects import written_arguments

#: Methods of lists that arrays and dicts do not have.
_OF_LISTS = frozenset(("append", "extend", "insert"))
_GIVING_LISTS = (list, sorted)


def place(e: Expr) -> Expr | None:
    """A variable or a part of one, whatever the names of the keys; None for any other expression."""
    if e.head == "var":
        return e
    if e.head not in ("index", "attr") or e.args and e.args[0].head not in ("var", "index", "attr"):
        return None
    owner = place(e.args[0])
    if owner is None:
        return None
    if e.head == "attr":
        return E.attr(owner, str(e.data))
    return None if e.args[1].head == "slice" else E.index(owner, e.args[1] if e.args[1].head == "const" else E.ELLIPSIS)


def filled_lists(statements: Collection[S.Stmt], rebound: Set[str]) -> frozenset[Expr]:
    """The places that are lists; variables that are bound again have a type of their own at every place."""
    filled = {p for s in statements if isinstance(s, S.Do) and s.value.head == "call" for p in _filled(s.value)}
    if not filled:
        return frozenset()
    values, stored = _assigned(statements)
    for p in tuple(filled):  # ``t = d[k]; t.append(e)``
        taken = values.get(str(p.data), []) if p.head == "var" else []
        if len(taken) == 1 and taken[0].head in ("index", "attr"):
            filled.add(place(taken[0]) or p)
    found = {p for p in filled if E.root(p).data not in rebound}
    for target, value in stored:
        replaced = place(target)
        if replaced is not None and not _is_list(value, values):
            found -= {q for q in found if _may_be(replaced, q)}
    return frozenset(p for p in found if p.head != "var" or all(_is_list(v, values) for v in values.get(str(p.data), ())))


def is_filled(e: Expr, lists: frozenset[Expr]) -> bool:
    """Is a part of something one of these lists?"""
    found = place(e) if lists else None
    if found is None or found in lists:
        return found is not None
    if found.head != "index":
        return False
    return E.index(found.args[0], E.ELLIPSIS) in lists or found.args[1] == E.ELLIPSIS and holds_lists(e.args[0], lists)


def holds_lists(e: Expr, lists: frozenset[Expr]) -> bool:
    """Is `e` something whose elements are lists, as far as those with numbers that are filled tell?"""
    owner = place(e) if lists else None
    return owner is not None and any(p.head == "index" and p.args[0] == owner and (
        p.args[1] == E.ELLIPSIS or type(p.args[1].data) is int) for p in lists)


def changed_roots(body: S.Block) -> set[str | None]:
    """The variables into which something is stored; None stands for all where it goes through another variable."""
    made = {s.target.data for s in S.walk_stmts(body) if isinstance(s, S.Assign) and s.target.head == "var"
            and s.value.head in ("list", "dict", "comp", "op")}
    out: set[str | None] = set()
    for s in S.walk_stmts(body):
        stored = S.stored_root(s)
        roots = [stored] if stored is not None else []
        roots += [E.root(a) for e in S.expressions(s) if e.heads & E.CALL for call in E.calls(e)
                  for a in written_arguments(call)]
        for root in roots:
            name = root.data if root.head == "var" else None
            out.add(name)
            if name is not None and name not in made:
                out.add(None)
    return out


def _assigned(statements: Collection[S.Stmt]) -> tuple[dict[str, list[Expr]], list[tuple[Expr, Expr]]]:
    """What is bound to each variable, and what is stored where; None for what is unpacked."""
    values: dict[str, list[Expr]] = {}
    stored: list[tuple[Expr, Expr]] = []
    for s in statements:
        if isinstance(s, (S.Assign, S.Aug)):
            for target in s.target.args if s.target.head in ("tuple", "list") else (s.target,):
                value = s.value if target is s.target else E.NONE
                if target.head == "var":
                    values.setdefault(str(target.data), []).append(value)
                else:
                    stored.append((target, value))
    return values, stored


def _filled(call: Expr) -> Iterator[Expr]:
    fn = call.args[0]
    if fn.head == "attr" and (fn.data in _OF_LISTS or fn.data == "pop" and len(call.args) == 1):
        owner = fn.args[0]
        if owner.head == "call" and owner.args[0].head == "attr" and owner.args[0].data == "setdefault" and len(owner.args) == 3:
            owner = E.index(owner.args[0].args[0], owner.args[1])
        found = place(owner)
        if found is not None:
            yield found


def _is_list(value: Expr, values: dict[str, list[Expr]]) -> bool:
    """Is what is stored a list, as far as is seen? A parameter is one where a list is wanted afterwards."""
    if value.head == "var":
        made = values.get(str(value.data), [])
        return not made or len(made) == 1 and made[0].head != "var" and _is_list(made[0], values)
    return value.head == "list" or value.head == "comp" and value.data.kind == "list" \
        or value.head == "call" and E.hashable_callee(value) in _GIVING_LISTS


def _may_be(p: Expr, q: Expr) -> bool:
    """May a store to `p` be one to `q`, or to what holds it?"""
    while q.head != "var":
        if p == q or p.head == q.head == "index" and p.args[0] == q.args[0] and E.ELLIPSIS in (p.args[1], q.args[1]):
            return True
        q = q.args[0]
    return False
