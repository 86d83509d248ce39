"""Objects that the function makes for itself become variables, one for each attribute (scalar replacement of aggregates).

    vec = Vec.__new__(Vec)
    vec.x = a * b                     vec_x = a * b
    vec.y = a            --->         vec_y = a
    p = vec
    t = p.x + p.y                     t = vec_x + vec_y

An object becomes variables if nothing but its attributes is used, by names that all stand for objects made here, each of
which has got all its attributes where it is made (Fink, Knobe and Sarkar 2000 call these unaliased references). If nothing
changes the objects later, to copy a name is to copy the attributes; if something does, there must be one object, and
all names stand for it whenever they are used.
"""
from __future__ import annotations

import types
from collections.abc import Iterator

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import captured_names
from s2sgrad.ir.node import dataclass
from s2sgrad.lower.copies import without_copies
from s2sgrad.lower.names import Names, base, is_temporary

_ACCESS = ("__setattr__", "__delattr__", "__getattribute__")


def scalars(fn: S.Function, names: Names) -> S.Function:
    """`fn` with variables for the objects that nobody else sees, those within others last."""
    rewrite = _Rewrite(names)
    if not any(any(_making(s)) for s in S.walk_stmts(fn.body)):
        return fn
    body = fn.body
    while groups := _Uses(fn, body).groups():
        for g in groups:
            rewrite.enter(g)
        body = rewrite.block(body)
    if not rewrite.of:
        return fn
    fields = frozenset(rewrite.of.values()) - captured_names(body)
    return S.with_body(fn, without_copies(body, fields))


@dataclass
class _Group:
    """Variables that may stand for the same objects, the attributes of those, and whether these are set again."""

    variables: set[str]
    fields: tuple[str, ...]
    changes: bool


@dataclass
class _Place:
    """A definition: the block that it stands in, and the position there."""

    body: S.Block
    at: int


class _Uses:
    """The variables that stand for nothing but objects made here, and how they are used."""

    def __init__(self, fn: S.Function, body: S.Block) -> None:
        self.body = body
        self.places: dict[str, list[_Place]] = {}
        self._uses: dict[str, int] | None = None
        self.made = {name: cls for s in S.walk_stmts(body) for name, cls in _making(s)}
        self.excluded = {p.name for p in fn.params} | captured_names(body) if self.made else set()

    def groups(self) -> list[_Group]:
        """The groups of variables of which all objects become variables."""
        if not self.made:
            return []
        copies: list[tuple[str, str]] = []
        other: set[str] = set(self.excluded)
        self._look(self.body, copies, other)
        groups = {n: {n} for n in (*self.made, *(n for pair in copies for n in pair))}
        for a, b in copies:
            joined = groups[a] | groups[b]
            for n in joined:
                groups[n] = joined
        out, seen = [], set()
        for name in self.made:
            if name not in seen:
                seen |= groups[name]
                found = self._group(groups[name]) if groups[name].isdisjoint(other) else None
                if found is not None:
                    out.append(found)
        return out

    def _look(self, body: S.Block, copies: list[tuple[str, str]], other: set[str]) -> None:
        """Note copies of variables, where variables are bound, and which are used for more than attributes."""
        for n, s in enumerate(body):
            if isinstance(s, S.Assign) and s.target.head == "var":
                self.places.setdefault(s.target.data, []).append(_Place(body, n))
                if s.value.head == "var":
                    copies.append((s.target.data, s.value.data))
                    continue
                if any(_making(s)):
                    continue
                other.add(s.target.data)
            else:
                other |= S.writes(s)
            for e in S.expressions(s):
                if not (isinstance(s, S.Assign) and e is s.target and e.head == "var"):
                    _whole(e, other)
            for inner in S.blocks(s):
                self._look(inner, copies, other)

    def _group(self, variables: set[str]) -> _Group | None:
        made = [n for n in self.made if n in variables]
        if any(len(self.places[n]) > 1 for n in made) or any(n not in self.places for n in variables):
            return None
        ends = {n: self._complete(n) for n in made}
        fields = {f for fs, _ in ends.values() for f in fs}
        if any(set(fs) != fields for fs, _ in ends.values()) or not fields:
            return None
        if any(not _is_plain(self.made[n], f) for n in made for f in fields):
            return None
        first = {(n, id(s)) for n in made for s in self.places[n][0].body[self.places[n][0].at:ends[n][1]]}
        changes = False
        for s in S.walk_stmts(self.body):
            for v, f in _accesses(s):
                if v in variables and f not in fields:
                    return None
            changes = changes or any(n in variables and (n, id(s)) not in first for n in _stored(s))
        if changes and not self._is_one_object(variables, made, ends[made[0]][1]):
            return None
        return _Group(variables, next(iter(ends.values()))[0], changes)

    def _complete(self, name: str) -> tuple[tuple[str, ...], int]:
        """The attributes that an object gets where it is made, and the position in the block where it has them."""
        place = self.places[name][0]
        fields: dict[str, None] = {}
        end = place.at + 1
        for n in range(place.at + 1, len(place.body)):
            s = place.body[n]
            if type(s) in S.COMPOUND or isinstance(s, S.LEAVING):
                break
            if isinstance(s, S.Assign) and s.target.head == "attr" and s.target.args[0] == E.var(name):
                if any(v == name and f not in fields for v, f in _accesses(s, targets=False)):
                    break
                fields[str(s.target.data)] = None
                end = n + 1
            elif any(v == name and f not in fields for v, f in _accesses(s)) or isinstance(s, S.Assign) \
                    and s.value == E.var(name):
                break
        return tuple(fields), end

    def _counted(self) -> dict[str, int]:
        if self._uses is None:
            self._uses = S.count_uses(self.body)
        return self._uses

    def _is_one_object(self, variables: set[str], made: list[str], end: int) -> bool:
        """Is there one object at any time, for which all names stand whenever they are used?"""
        if len(made) > 1 or any(len(self.places[n]) > 1 for n in variables):
            return False
        origin = self.places[made[0]][0]
        uses = self._counted()
        for n in variables - set(made):
            place = self.places[n][0]
            if not any(s is place.body[place.at] for s in S.walk_stmts(origin.body[end:])):
                return False
            if S.count_uses(place.body[place.at + 1:]).get(n, 0) != uses.get(n, 0):
                return False  # where it may stand for the object of an earlier time
        return True


def _making(s: S.Stmt) -> Iterator[tuple[str, type]]:
    """The variable and the class of ``v = C.__new__(C)``."""
    if isinstance(s, S.Assign) and s.target.head == "var" and E.is_new_object(s.value) and s.value.args[0].args[0].head == "ref":
        cls = s.value.args[0].args[0].data.value
        if isinstance(cls, type):
            yield s.target.data, cls


def _stored(s: S.Stmt) -> Iterator[str]:
    """The variables of which a statement itself sets an attribute."""
    if isinstance(s, (S.Assign, S.Aug, S.For)):
        for t in S.parts(s.target):
            if t.head == "attr" and t.args[0].head == "var":
                yield t.args[0].data


def _whole(e: Expr, out: set[str]) -> None:
    """Enter the variables that `e` uses otherwise than for an attribute."""
    if e.head == "var":
        out.add(e.data)
    elif e.head in ("function", "comp"):
        out |= e.names
    elif e.head == "attr" and e.args[0].head == "var":
        return
    elif e.names:
        for n, a in enumerate(e.args):
            if n == 0 and e.head == "call" and a.head == "attr" and a.args[0].head == "var":
                out.add(a.args[0].data)  # a method, or a function that the object holds
            else:
                _whole(a, out)


def _accesses(s: S.Stmt, targets: bool = True) -> Iterator[tuple[str, str]]:
    """The variables and attributes of all ``v.f`` in a statement, which it may write too if `targets`."""
    for e in S.expressions(s):
        if targets or not (isinstance(s, S.Assign) and e is s.target):
            for part in E.walk(e):
                if part.head == "attr" and part.args[0].head == "var":
                    yield part.args[0].data, str(part.data)


def _is_plain(cls: type, field: str) -> bool:
    """Is setting the attribute of an object all that happens, and reading it what was set?"""
    own = [vars(c)[name] for c in cls.__mro__[:-1] for name in (*_ACCESS, "__del__") if name in vars(c)]
    if any(getattr(getattr(f, "__code__", None), "co_filename", "") != "<string>" for f in own):  # but for frozen dataclasses
        return False
    found = next((vars(c)[field] for c in cls.__mro__ if field in vars(c)), None)
    return isinstance(found, types.MemberDescriptorType) or not hasattr(type(found), "__set__")


class _Rewrite:
    """Variables for attributes: `of` by the name of the object and of the attribute."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.of: dict[tuple[str, str], str] = {}
        self.group: dict[str, _Group] = {}

    def enter(self, g: _Group) -> None:
        shown = sorted(g.variables, key=lambda n: ("." in n, is_temporary(n), n))
        for f in g.fields:
            one = self.names.fresh(f"{base(shown[0])}_{f}") if g.changes else None
            for n in shown:
                self.of[n, f] = one or self.names.fresh(f"{base(n)}_{f}")
        self.group.update(dict.fromkeys(g.variables, g))

    def block(self, body: S.Block) -> S.Block:
        out: list[S.Stmt] = []
        for s in body:
            if isinstance(s, S.Assign) and s.target.head == "var" and s.target.data in self.group:
                out += self._copied(s, self.group[s.target.data])
                continue
            if type(s) in S.COMPOUND:
                s = S.map_blocks(self.block, s)
            s = S.map_expressions(lambda e: E.transform(self._variable, e) if e.names else e, s)
            if not (isinstance(s, S.Do) and s.value.head == "var"):
                out.append(s)
        return tuple(out)

    def _copied(self, s: S.Assign, g: _Group) -> list[S.Stmt]:
        if s.value.head != "var" or g.changes or s.value == s.target:
            return []
        return [S.Assign(E.var(self.of[s.target.data, f]), E.var(self.of[s.value.data, f]), s.loc) for f in g.fields]

    def _variable(self, e: Expr) -> Expr:
        if e.head == "attr" and e.args[0].head == "var":
            name = self.of.get((e.args[0].data, str(e.data)))
            return e if name is None else E.var(name)
        return e
