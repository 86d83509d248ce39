"""Keys of dicts: they do not vary, and what does must not be read from them.

    d = {p: 2.0 for p in points}          require_plain_key(p)  # where it is stored: TypeError for objects and fractions
    return sum(w * p.x for p, w in d.items())

That is checked where a dict gets a key that may vary in a function that gives keys out again, for more than to look
something up with them. A dict that anything else can reach may be read there.
"""
from __future__ import annotations

import collections
from collections.abc import Iterator

from s2sgrad import runtime
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context

_CHECK = E.ref("s2sgrad.runtime.require_plain_key", runtime.require_plain_key, library=True)
_CHECK_ALL = E.ref("s2sgrad.runtime.require_plain_keys", runtime.require_plain_keys, library=True)
_PASSING = frozenset((list, tuple, sorted, reversed, iter, set))
_MEASURES = frozenset((len, print, isinstance, type, id, hash, str, repr))
_MAKING = ("dict", "tuple", "list")
_LOOK_UPS = ("get", "pop", "setdefault", "move_to_end", "index", "count", "startswith", "endswith")


def with_checked_keys(fn: S.Function, cx: Context) -> S.Function:
    """`fn` with checks of the keys that may vary, if some are read."""
    if cx.generated:
        return fn
    statements = list(S.walk_stmts(fn.body))
    others = [s for s in statements if type(s) is not S.Assign or s.target.head != "var" or s.value.head in _MAKING
              or s.value.heads & (E.CALL | E.COMP | E.INDEX)]  # than arithmetic on variables
    stores = [(s, table, key) for s in others for table, key in _stores(s, cx) if cx.varied.of(key)
              or not key.names.isdisjoint(cx.varied.keys) or isinstance(s, S.Assign) and _counts(s.value)]
    if not stores and not any(_gives_keys(e) for s in others for e in S.expressions(s) if e.heads & E.ATTR):
        return fn
    keys = Keys(statements, cx)
    keys.refuse_changes(statements)
    reach = frozenset(p.name for p in fn.params) | _passed_on(statements)
    checks: dict[S.Stmt, list[Expr]] = {}
    for s, table, key in stores:
        if not key.names <= keys.names and (keys.read or not reach.isdisjoint(E.root(table).names)):
            if table == E.NONE:
                cx.loc = s.loc
                raise cx.refuse("differentiated values that are keys of a dict, and are read there, cannot be differentiated",
                                "use names or numbers for the keys, and keep the values among those of the dict")
            checks.setdefault(s, []).append(key)
    return S.with_body(fn, _placed(fn.body, checks)) if checks else fn


def _placed(body: S.Block, checks: dict[S.Stmt, list[Expr]]) -> S.Block:
    out: list[S.Stmt] = []
    for s in body:
        found = dict.fromkeys(checks.get(s, ()))
        whole = found and isinstance(s, S.Assign) and s.target.head == "var" and s.value.head != "index"
        out += (S.Do(E.call(_CHECK, key), s.loc) for key in found if not whole)
        out.append(S.map_blocks(lambda b: _placed(b, checks), s))
        if whole:
            out.append(S.Do(E.call(_CHECK_ALL, s.target), s.loc))  # type: ignore[union-attr]
    return tuple(out)


def _stores(s: S.Stmt, cx: Context) -> Iterator[tuple[Expr, Expr]]:
    """The dicts that a statement gives keys, None for those without a name yet, each with a key, or what keys come from."""
    for part in _subscripts(s, cx):
        obj, key = part.args
        if not cx.is_list(obj) and key.head not in ("const", "slice") and not (key.head == "op" and key.data in ("+", "-")) \
                and all(k.head != "slice" for k in key.args):
            yield obj, key
    if isinstance(s, S.Return):
        return
    for e in S.expressions(s):
        for part in E.walk(e) if e.heads & (E.DICT | E.COMP | E.CALL) else ():
            table = s.target if isinstance(s, S.Assign) and s.value is part and s.target.head == "var" else E.NONE
            if part.head == "dict":
                yield from ((table, k) for k, _ in E.items(part) if k.head not in ("const", "star"))
            elif part.head == "comp" and part.data.kind == "dict":
                yield table, part.args[0]
            elif _counts(part):
                yield from ((table, a) for a in part.args[1:])


def _counts(e: Expr) -> bool:
    return e.head == "call" and E.hashable_callee(e) is collections.Counter


def _subscripts(s: S.Stmt, cx: Context) -> Iterator[Expr]:
    """The subscripts that a statement writes, and those that it reads: a ``defaultdict`` gets the keys that it is asked for."""
    if isinstance(s, (S.Assign, S.Aug)) and s.target.head == "index":
        yield s.target
    for e in S.expressions(s):
        if e.heads & E.INDEX:
            yield from (part for part in E.walk(e) if part.head == "index" and cx.is_dict(part.args[0]))


def _gives_keys(e: Expr) -> bool:
    """Does an expression ask for the keys of a dict?"""
    return bool(e.heads & E.CALL) and any(part.head == "attr" and part.data in ("keys", "items") for part in E.walk(e))


def _passed_on(statements: list[S.Stmt]) -> frozenset[str]:
    """The variables that functions get which are not put in place of their calls."""
    out: set[str] = set()
    for s in statements:
        for e in S.expressions(s):
            for call in E.calls(e) if e.heads & E.CALL else ():
                fn = call.args[0]
                if fn.head != "ref" and fn.head != "attr" or E.callee(call) is not None and python_function(E.callee(call)):
                    out.update(n for a in call.args[1:] for n in a.names)
    return frozenset(out)


class Keys:
    """The variables for keys of dicts, and whether anything `read`s what they stand for."""

    def __init__(self, statements: list[S.Stmt], cx: Context) -> None:
        self._cx = cx
        self.names: set[str] = set()
        self._lists: set[str] = set()
        self.read = False
        before = -1
        while before != len(self.names) + len(self._lists):
            before = len(self.names) + len(self._lists)
            for s in statements:
                self._bind_all(s)
        self.read = any(self._reads(s) for s in statements)

    def refuse_changes(self, statements: list[S.Stmt]) -> None:
        """Raise where a key is changed, which other names of the object would not know of."""
        for s in statements:
            root = E.root(s.target) if isinstance(s, (S.Assign, S.Aug)) and s.target.head in ("attr", "index") else E.NONE
            if root.head == "var" and root.data in self.names:
                self._cx.loc = s.loc
                raise self._cx.refuse("an object that is taken from the keys of a dict is changed, which cannot be "
                                      "differentiated", "use a name or a number for the key, and keep the object as a value")

    def _bind_all(self, s: S.Stmt) -> None:
        if isinstance(s, S.For):
            self._bind(s.target, s.iter)
        elif isinstance(s, S.Assign) and s.target.head == "var":
            e = s.value
            if self._gives(e) and not self._is_dict(e):
                self._lists.add(s.target.data)
            elif e.head == "var" and e.data in self.names or self._is_one(e):
                self.names.add(s.target.data)
        elif isinstance(s, S.Assign) and s.target.head in ("tuple", "list") and self._gives(s.value):
            self.names |= s.target.names
        for e in S.expressions(s):
            if e.heads & E.COMP:
                for part in E.walk(e):
                    for target, iterable in part.data.loops(part) if part.head == "comp" else ():
                        self._bind(target, iterable)

    def _bind(self, target: Expr, iterable: Expr) -> bool:
        """Note the variables that a loop binds to keys; False where it binds a variable for pairs."""
        if _is_method(iterable, "items"):
            if target.head != "tuple":
                return False
            self.names |= target.args[0].names
        elif self._gives(iterable):
            self.names |= target.names
        elif iterable.head == "call" and E.hashable_callee(iterable) in (enumerate, zip, *_PASSING) and target.head == "tuple":
            counted = (E.NONE,) if E.hashable_callee(iterable) is enumerate else ()
            if len(target.args) == len(given := (*counted, *iterable.args[1:])):
                return min((self._bind(t, a) for t, a in zip(target.args, given)), default=True)
            return self._bind(target, iterable.args[1])
        return True

    def _gives(self, e: Expr) -> bool:
        """Is this the keys of a dict, or a list of them?"""
        if e.head == "var" and e.data in self._lists or _is_method(e, "keys") or self._is_dict(e):
            return True
        fn = E.hashable_callee(e) if e.head == "call" else None
        return fn in _PASSING and len(e.args) > 1 and self._gives(e.args[1])

    def _is_one(self, e: Expr) -> bool:
        """Is this taken from a list of keys?"""
        return e.head == "index" and self._gives(e.args[0]) and not self._is_dict(e.args[0])

    def _is_dict(self, e: Expr) -> bool:
        return e.head in ("var", "attr", "index") and self._cx.is_dict(e)

    def _reads(self, s: S.Stmt) -> bool:
        if isinstance(s, S.For):
            known = self._gives(s.iter) or _is_method(s.iter, "items")
            return not self._bind(s.target, s.iter) or not known and self._value(s.iter)
        if isinstance(s, S.Assign) and s.target.head == "var":
            e = s.value
            if self._gives(e) or self._is_one(e):
                return False
        return any(self._value(e) for e in S.expressions(s))

    def _value(self, e: Expr) -> bool:
        """Is a key used in `e` for more than to look something up?"""
        if e.head == "var":
            return e.data in self.names or e.data in self._lists
        if e.head in ("compare", "fstring", "const", "ref") or e.head == "call" and E.hashable_callee(e) in _MEASURES:
            return False
        if e.head == "index":
            return self._value(e.args[0]) or e.args[1].head not in ("var", "tuple") and self._value(e.args[1])
        if e.head == "dict":
            return any(self._value(v) for _, v in E.items(e))
        if e.head == "comp":
            loops = e.data.loops(e)
            plain = [i for t, i in loops if self._gives(i) or _is_method(i, "items") and self._bind(t, i)]
            rest = e.args[1:] if e.data.kind == "dict" else e.args
            return any(self._value(a) for a in rest if not any(a is i for i in plain))
        if e.head == "call":
            fn = e.args[0]
            given = e.args[2:] if fn.head == "attr" and fn.data in _LOOK_UPS else e.args[1:]
            if _is_method(e, "items") or _is_method(e, "keys") or _is_method(e, "most_common") or _is_method(e, "elements"):
                return True
            shown = fn.head != "attr" and any(self._gives(a) for a in given)
            return shown or any(self._value(a) for a in (*fn.args, *given))
        return any(self._value(a) for a in e.args)


def _is_method(e: Expr, name: str) -> bool:
    return e.head == "call" and e.args[0].head == "attr" and e.args[0].data == name
