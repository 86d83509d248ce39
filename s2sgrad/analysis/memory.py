"""Places in memory: which may be one, which lies in which, and which are changed in place.

Unification in the manner of Steensgaard (1996): every variable has a node, nodes of things that may share memory are
merged, and a container's node points to one node for all its elements (an object's, to one for each attribute).
A tuple or dict that is written out has a node for each position or key, until it meets something of which less is known.
"""
from __future__ import annotations

from collections.abc import Iterator

from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr

#: What the elements of a container are called, and how deep containers are looked for in others.
_ITEM = "item"
_DEEP = 3


class Node:
    """A set of places in memory; `parent` links merged nodes. `told_apart`: are the elements, by position? `given`: does it
    come from outside, so that it may be anything?"""

    __slots__ = ("given", "parent", "element", "fields", "positions", "told_apart", "names", "written", "holders", "label",
                 "container")

    def __init__(self, label: str = "", told_apart: bool = False) -> None:
        self.label = label
        self.parent: Node | None = None
        self.element: Node | None = None
        self.fields: dict[str, Node] = {}
        self.positions: dict[int | str, Node] = {}
        self.told_apart = told_apart
        self.names: list[str] = []
        self.written = False
        self.given = False
        self.container = False
        self.holders: list[Node] = []

    def find(self) -> Node:
        node = self
        while node.parent is not None:
            if node.parent.parent is not None:
                node.parent = node.parent.parent
            node = node.parent
        return node

    def is_empty(self) -> bool:
        """Has nothing been said of it yet?"""
        return self.element is None and not self.positions and not self.fields and not self.given

    def parts(self) -> Iterator[Node]:
        """What a container or an object holds."""
        if self.element is not None:
            yield self.element
        yield from self.positions.values()
        yield from self.fields.values()


def is_place_known(key: Expr) -> bool:
    """Is this the position of an element of a tuple, or a name for one of a dict?"""
    return key.head == "const" and (type(key.data) is int and key.data >= 0 or isinstance(key.data, str))


def within(node: Node) -> Iterator[Node]:
    """A node and those of all that it holds."""
    todo, seen = [node.find()], set()
    for n in todo:
        if id(n) not in seen:
            seen.add(id(n))
            yield n
            todo += [p.find() for p in n.parts()]


class Memory:
    """The nodes of a function's variables, and of what they hold."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.told_apart: frozenset[str] = frozenset()  # variables that stand for tuples that are written out
        #: Tables of adjoints, each with an object and the adjoint that it has there.
        self.mirrored: list[tuple[Node, Node, Node]] = []
        #: Is anything changed in place?
        self.changed = False
        self._made = 0
        self._merges = 0

    def node(self, name: str) -> Node:
        node = self.nodes.get(name)
        if node is None:
            node = self.nodes[name] = Node(name, name in self.told_apart)
            node.names.append(name)
        return node.find()

    def _new(self, told_apart: bool = False) -> Node:
        """Memory that no variable stands for itself."""
        self._made += 1
        return Node(f"value.{self._made}", told_apart)

    def position(self, node: Node, n: int | str) -> Node:
        """An element of a tuple or dict; any element where they are not told apart."""
        node = node.find()
        if not node.told_apart:
            return self.element(node)
        if n not in node.positions:
            node.positions[n] = Node(f"{node.label}.{n}")
            node.positions[n].holders.append(node)
        return node.positions[n].find()

    def _blur(self, node: Node) -> None:
        """From here on, the elements of a tuple are not told apart."""
        node.told_apart = False
        while node.positions:
            part = node.positions.popitem()[1]
            node.element = part.find() if node.element is None else self.merge(node.element, part)
            node = node.find()

    def element(self, node: Node) -> Node:
        node = node.find()
        self._blur(node)
        node = node.find()
        if node.element is None:
            node.element = Node(f"{node.label}.{_ITEM}")
            node.element.holders.append(node)
        return node.element.find()

    def field(self, node: Node, name: str) -> Node:
        node = node.find()
        if name not in node.fields:
            node.fields[name] = Node(f"{node.label}.{name}")
            node.fields[name].holders.append(node)
        return node.fields[name].find()

    def merge(self, a: Node, b: Node) -> Node:
        a, b = a.find(), b.find()
        if a is b:
            return a
        self._merges += 1
        told_apart = a.told_apart and (b.told_apart or b.is_empty()) or b.told_apart and a.is_empty()
        b.parent = a
        a.names += b.names
        a.written = a.written or b.written
        a.given = a.given or b.given
        a.container = a.container or b.container
        a.holders += b.holders
        inner, fields = b.element, b.fields
        if inner is not None:
            a.element = inner if a.element is None else self.merge(a.element, inner)
        for name, node in fields.items():
            found = a.find().fields.get(name)
            a.find().fields[name] = node if found is None else self.merge(found, node)
        a = a.find()
        for n, node in b.positions.items():
            known = a.find().positions.get(n)
            a.find().positions[n] = node if known is None else self.merge(known, node)
        a = a.find()
        a.told_apart = told_apart and a.element is None
        if not a.told_apart:
            self._blur(a)
        return a.find()

    def containers(self) -> frozenset[str]:
        """The variables that stand for containers, and the labels of what others hold that are containers, ``d.line``."""
        found = {name for name, node in self.nodes.items() if node.find().container}
        holding = [(name, node.find()) for name, node in self.nodes.items()]
        for _ in range(_DEEP):
            inner = [(f"{label}.{field}", part.find()) for label, node in holding for field, part in (
                *node.fields.items(), *((_ITEM, n) for n in (node.element,) if n is not None))]
            found |= {label for label, node in inner if node.container}
            holding = [(label, node) for label, node in inner if node.fields or node.element is not None]
        return frozenset(found)

    def settle_mirrors(self) -> None:
        """Merge the adjoints of what is one; they hold each other as that does."""
        known: dict[tuple[int, int], Node] = {}
        before = -1
        while before != self._merges:
            before = self._merges
            known.clear()
            todo, seen = list(self.mirrored), set()
            while todo:
                table, x, b = (n.find() for n in todo.pop())
                b = self.merge(known.setdefault((id(table), id(x)), b), b)
                if (id(table), id(x), id(b)) in seen:
                    continue
                seen.add((id(table), id(x), id(b)))
                if b.is_empty():
                    b.told_apart = x.told_apart
                if x.element is not None:
                    todo.append((table, x.element, self.element(b)))
                todo += [(table, part, self.field(b, name)) for name, part in x.fields.items()]
                todo += [(table, part, self.position(b, n)) for n, part in x.positions.items()]

    def written(self, name: str) -> bool:
        """Does something change, in place, memory that the variable may stand for?"""
        node = self.nodes.get(name)
        return node is not None and node.find().written

    def same_group(self, a: str, b: str) -> bool:
        return self.node(a) is self.node(b)

    def group(self, name: str) -> tuple[str, ...]:
        """The variables that may share memory with one, itself included."""
        return tuple(self.node(name).names)

    def holders(self, name: str) -> tuple[str, ...]:
        """The variables of containers and objects that may hold what `name` stands for."""
        return self._holders(self.node(name))

    def _holders(self, node: Node) -> tuple[str, ...]:
        return tuple(n for holder in self._holding(node) for n in holder.names)

    def _holding(self, node: Node) -> list[Node]:
        out: list[Node] = []
        todo, seen = [node], set()
        while todo:
            for holder in todo.pop().holders:
                holder = holder.find()
                if id(holder) not in seen:
                    seen.add(id(holder))
                    out.append(holder)
                    todo.append(holder)
        return out

    def tables(self, name: str) -> frozenset[str]:
        """The tables of adjoints in which what `name` stands for may be found, or what holds that."""
        if not self.mirrored:
            return E.NO_NAMES
        node = self.node(name)
        holding = {id(n) for n in (node, *self._holding(node))}
        return frozenset(n for table, _, b in self.mirrored if id(b.find()) in holding for n in table.find().names)

    def inside(self, name: str) -> tuple[str, ...]:
        """The variables for what `name` holds, in containers and objects, that is changed in place."""
        return tuple(n for node in self._written_in(name) for n in node.names)

    def around(self, name: str) -> frozenset[str]:
        """Those, and the variables of whatever else holds it."""
        nodes = self._written_in(name)
        return frozenset(n for node in nodes for n in (*node.names, *self._holders(node)))

    def keepers(self, node: Node) -> frozenset[str]:
        """The variables from which some memory is reached, through attributes as well."""
        return frozenset(n for n, start in self.nodes.items() if any(part is node.find() for part in within(start)))

    def sharing_elements(self, name: str) -> frozenset[str]:
        """The variables of other containers that hold something which `name` holds, too, and which is changed in place."""
        own = self.node(name)
        held = [n for n in self._written_in(name) if n is not own or any(p.find() is own for p in own.parts())]
        return frozenset(n for node in held for n in self._holders(node)) - set(own.names)

    def _written_in(self, name: str) -> list[Node]:
        return [node for node in within(self.node(name)) if node.written]

    def reach(self, name: str) -> frozenset[str]:
        """The variables that a write through `name` may concern: those in its group, its holders and what it holds."""
        found = {name, *self.group(name), *self.holders(name)}
        todo, seen = [self.node(name)], set()
        while todo:
            node = todo.pop().find()
            if id(node) not in seen:
                seen.add(id(node))
                found.update(node.names)
                todo += node.parts()
        return frozenset(found)

    def tokens_of(self, node: Node) -> frozenset[str]:
        node = node.find()
        return frozenset((token(node),)) if node.written else frozenset()


def token(node: Node) -> str:
    """A name for the contents of a group, in the namespace of variables so that one analysis serves both."""
    node = node.find()
    return "@" + (node.names[0] if node.names else node.label)
