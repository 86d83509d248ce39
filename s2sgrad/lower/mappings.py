"""Methods of dicts and lists in terms of subscripts, membership tests and deletions."""
from __future__ import annotations

from collections.abc import Callable

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.operands import atom, plain, reference


def _key(e: Expr, cx: Context) -> Expr:
    key = plain(e, cx)
    return key if E.is_atom(key) else cx.temporary(key, "key")


def _get(e: Expr, cx: Context) -> Expr:
    """``d.get(k, default)`` is ``d[k] if k in d else default``."""
    table = reference(e.args[0].args[0], cx)
    key, *default = [plain(e.args[1], cx), *e.args[2:]]
    key = _key(key, cx)
    found = E.ifexp(E.compare(key, ("in", table)), E.index(table, key), default[0] if default else E.NONE)
    return atom(found, cx)


def _setdefault(e: Expr, cx: Context) -> Expr:
    table = reference(e.args[0].args[0], cx)
    key = _key(e.args[1], cx)
    default = e.args[2] if len(e.args) > 2 else E.NONE
    missing = E.compare(key, ("not in", table))
    store = S.Assign(E.index(table, key), default, cx.loc)
    cx.statements((S.If(missing, (store,), (), cx.loc),))
    return E.index(table, key)


def _update(e: Expr, cx: Context) -> Expr:
    """``d.update(other, k=v)`` stores one entry after the other."""
    table = reference(e.args[0].args[0], cx)
    for mark, a in E.arguments(e):
        if mark == "":
            shown = a if a.head == "dict" else cx.display(a)
            if a.head == "dict" and all(k.head != "star" for k, _ in E.items(a)):
                for k, v in E.items(a):
                    cx.statements((S.Assign(E.index(table, k), v, cx.loc),))
                continue
            if shown is None and a.head not in ("var", "index", "attr"):
                raise cx.refuse("update with something other than a dict cannot be differentiated",
                                "assign the entries one by one")
            other = atom(a, cx)
            key = E.var(cx.names.fresh("key"))
            body = S.Assign(E.index(table, key), E.index(other, key), cx.loc)
            cx.statements((S.For(key, E.call(E.ref("list", list), E.call(E.attr(other, "keys"))), (body,), (), cx.loc),))
        elif mark in ("*", "**"):
            raise cx.refuse("update with unpacked arguments cannot be differentiated", "assign the entries one by one")
        else:
            cx.statements((S.Assign(E.index(table, E.const(mark)), a, cx.loc),))
    return E.NONE


def _pop_entry(e: Expr, cx: Context) -> Expr | None:
    """``d.pop(k)`` of a dict reads an entry and removes it; lists keep their method."""
    table = reference(e.args[0].args[0], cx)
    if not e.args[1:] or not cx.is_dict(table) and not (E.is_const(e.args[1]) and isinstance(e.args[1].data, str)):
        return None
    key = _key(e.args[1], cx)
    if len(e.args) > 2:
        found = E.var(cx.names.fresh("t"))
        cx.varied.add(found.data)
        taken = (S.Assign(found, E.index(table, key), cx.loc), S.Delete((E.index(table, key),), cx.loc))
        cx.statements((S.If(E.compare(key, ("in", table)), taken, (S.Assign(found, e.args[2], cx.loc),), cx.loc),))
        return found
    value = cx.temporary(E.index(table, key))
    cx.statements((S.Delete((E.index(table, key),), cx.loc),))
    return value


def _replace(e: Expr, cx: Context) -> Expr:
    """``p._replace(x=v)`` of a named tuple."""
    helper = E.ref("s2sgrad.runtime.replaced", _replaced(), library=True)
    given = [(m, atom(a, cx)) for m, a in E.arguments(e)]
    names = E.tuple_(*(E.const(m) for m, _ in given))
    return E.call(helper, reference(e.args[0].args[0], cx), names, E.tuple_(*(a for _, a in given)))


def _replaced() -> object:
    from s2sgrad import runtime
    return runtime.replaced


METHODS: dict[str, Callable[[Expr, Context], Expr | None]] = {
    "get": _get, "setdefault": _setdefault, "update": _update, "pop": _pop_entry, "_replace": _replace,
}
