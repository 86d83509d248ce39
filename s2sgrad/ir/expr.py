"""Expressions of the core language: small immutable trees, compared by structure.

An `Expr` has a `head` (its kind), `args` (its subexpressions, in order of evaluation) and `data` (whatever is
not an expression). One class serves all kinds, so a pass that does not care about kinds is one line of recursion:

    ========= ======================= ============================ =====================
    head      args                    data                         Python
    ========= ======================= ============================ =====================
    var                               name                         ``x``
    const                             value                        ``1.0``, ``None``, ``...``
    ref                               `Ref`                        ``np.sin``, ``len``, ``SCALE``
    op        operands                operator                     ``x + y``, ``-x``, ``not x``
    compare   operands                operators                    ``0 < x <= 1``
    bool      operands                ``"and"`` or ``"or"``        ``x and y``
    call      function, arguments     `CallShape`                  ``f(x, *y, k=z)``
    attr      object                  name                         ``x.T``
    index     object, key                                          ``x[i]``
    slice     lower, upper, step                                   ``i:j``
    tuple     items                                                ``(x, y)``
    list      items                                                ``[x, y]``
    set       items                                                ``{x, y}``
    dict      key, value, key, ...                                 ``{k: v}``
    star      iterable                                             ``*xs`` (in a display or a target)
    ifexp     test, body, orelse                                   ``x if t else y``
    walrus    variable, value                                      ``(y := x)``
    function  captured variables,     `Closure`                    ``lambda v: v * x``
              defaults
    comp      see `Comprehension`     `Comprehension`              ``[v * v for v in x]``
    fstring   constants and formats                                ``f"{x:.3f}"``
    format    value, specification    conversion                   ``{x!r:>8}`` of an f-string
    ========= ======================= ============================ =====================

Every node knows the variables it reads (`names`), which is what liveness, ordering and substitution ask for all
day long, and which of the rarer kinds of nodes it contains (`heads`), so that nobody walks expressions in vain; hashes
are computed once. Structural equality makes common subexpressions a dictionary lookup.
"""
from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from s2sgrad.ir.node import dataclass
from s2sgrad.ir.remember import interned

if TYPE_CHECKING:
    from s2sgrad.ir.stmt import Function

NO_NAMES: frozenset[str] = frozenset()

#: What the variables of a derivative begin with: its adjoints and its tangents (see `differentiate.naming`).
ADJOINT, TANGENT = MARKS = "~", "^"

#: Kinds of nodes as the bits of `Expr.heads`; does it read variables of a derivative, refer to what is no function, are there
#: complex constants, and are variables mentioned more than once?
CALL, FUNCTION, COMP, WALRUS, ATTR, INDEX, REF, DICT, DERIVATIVE, VALUE, COMPLEX, REPEATED = (1 << n for n in range(12))
_BITS = {"call": CALL, "function": FUNCTION, "comp": COMP | REPEATED, "walrus": WALRUS, "attr": ATTR, "index": INDEX, "ref": REF,
         "dict": DICT}


class Expr:
    """One node; build it with the constructors below, never change it.

    `heads` are the kinds of nodes that it is and contains, as far as they have bits, and what else bits tell.
    """

    __slots__ = ("head", "args", "data", "names", "heads", "called", "function", "_key", "_hash", "_calls", "_size", "_nodes")

    head: str
    args: tuple[Expr, ...]
    data: Any
    names: frozenset[str]
    heads: int
    #: Of a call with a resolved function the object that it calls, and that again if it can be looked up in a table.
    called: Any
    function: Any
    _calls: tuple[Expr, ...]
    _size: int
    _nodes: tuple[Expr, ...]

    def __init__(self, head: str, args: tuple[Expr, ...] = (), data: Any = None, key: Any = None) -> None:
        self.head = head
        self.args = args
        self.data = data
        self._key = data if key is None else key
        self.called = self.function = None
        bits = 0
        if head == "var":
            self._hash = hash((head, self._key))
            self.names = frozenset((data,))
            self.heads = DERIVATIVE if data.startswith(MARKS) else 0
            return
        if head != "op":  # as most of them are
            bits = _BITS.get(head, 0)
            if head == "call" and args[0].head == "ref":
                self.called = args[0].data.value
                self.function = args[0].data.function
            elif head == "ref" and not callable(data.value) or head == "attr" and args[0].head == "ref":  # f.calls
                bits |= VALUE
        if len(args) == 2:  # half of all nodes
            left, right = args
            self._hash = hash((head, self._key, left._hash, right._hash))
            bits |= left.heads | right.heads
            names, more = left.names, right.names
            if not names or not more:
                self.names = names or more
            else:
                self.names = both = names if more is names else names | more
                if len(both) < len(names) + len(more):
                    bits |= REPEATED
            self.heads = bits
            if head == "comp":
                self._without(data.bound)
            return
        names = NO_NAMES
        for arg in args:
            bits |= arg.heads
            more = arg.names
            if more and names:
                both = names if more is names else names | more
                if len(both) < len(names) + len(more):
                    bits |= REPEATED
                names = both
            elif more:
                names = more
        self._hash = hash((head, self._key, *[arg._hash for arg in args]))
        self.heads = bits
        self.names = names
        if head == "comp":
            self._without(data.bound)

    def _without(self, bound: frozenset[str]) -> None:
        """What is read outside, of all that is read in a scope that binds some of it."""
        self.names -= bound
        if not any(n.startswith(MARKS) for n in self.names):
            self.heads &= ~DERIVATIVE

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (type(other) is Expr and self._hash == other._hash and self.head == other.head
                and self._key == other._key and self.args == other.args)

    def __repr__(self) -> str:
        parts = [repr(self.data)] if self.data is not None else []
        return f"{self.head}({', '.join(parts + [repr(a) for a in self.args])})"


class Member(str):
    """The name of an attribute of an object whose class is the user's.

    It is no name of an attribute or method of arrays and containers, however it is spelled.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(other) is Member and str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(("member", str(self)))


@dataclass(frozen=True)
class Import:
    """``import module [as alias]``, or ``from module import name [as alias]``."""

    module: str
    name: str | None
    alias: str | None


@dataclass(frozen=True, eq=False)
class Ref:
    """A name from outside the function, bound to an object when the function was compiled.

    `text` is how it is written; `library` marks a dotted path that s2sgrad adds (``numpy.cos``), which the
    emitter prints under the name that the user's module has for it. Two references to one function or module are
    equal however they are written; other objects that have one name in several modules are told apart. `origin` is the
    import inside the function that binds the name, if one does. A `method` is a function of a class that is called with
    an object first, and printed as a method of that object.
    """

    text: str
    value: Any
    library: bool = False
    origin: Import | None = None
    method: bool = False
    key: Any = field(init=False, repr=False)
    #: The value, if it can be looked up in a table.
    function: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "function", self.value if is_hashable(self.value) else None)
        if isinstance(self.value, types.MethodType):  # is made anew whenever it is asked for
            object.__setattr__(self, "key", (id(self.value.__self__), id(self.value.__func__)))
            return
        shared = callable(self.value) or type(self.value).__name__ == "module"
        object.__setattr__(self, "key", id(self.value) if shared else (self.text, id(self.value)))


@dataclass(frozen=True)
class CallShape:
    """How the arguments of a call are passed: one marker each.

    ``""`` is positional, ``"*"`` and ``"**"`` unpack, and anything else is a keyword's name.
    """

    marks: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Closure:
    """A lambda or a nested function as a value.

    `captured` names the variables of the enclosing function that the body reads; the expression's first arguments
    are what stands for them where the function is used, the others the defaults of its parameters. `names` is the
    namespace in which its free names were looked up.
    """

    function: Function
    captured: tuple[str, ...]
    names: Any = None


@dataclass(frozen=True)
class Comprehension:
    """The shape of a comprehension: ``kind`` is ``"list"``, ``"set"``, ``"dict"`` or ``"generator"``.

    The arguments of the expression are the element (for a dict: key and value), then for each clause its iterable
    and its conditions; `clauses` holds each clause's target and number of conditions. The variables that targets
    bind have names of their own in the whole function, so nothing can be captured by accident.
    """

    kind: str
    clauses: tuple[tuple[Expr, int], ...]

    @property
    def bound(self) -> frozenset[str]:
        return frozenset().union(*(target.names for target, _ in self.clauses))

    def elements(self, e: Expr) -> tuple[Expr, ...]:
        """What the comprehension `e`, of this shape, evaluates for each element."""
        return e.args[:2] if self.kind == "dict" else e.args[:1]

    def loops(self, e: Expr) -> list[tuple[Expr, Expr]]:
        """The targets and iterables of the comprehension `e`, of this shape."""
        out, n = [], len(self.elements(e))
        for target, tests in self.clauses:
            out.append((target, e.args[n]))
            n += 1 + tests
        return out


# ---- constructors -----------------------------------------------------------------------------------------

@interned
def var(name: str) -> Expr:
    return Expr("var", (), name)


def const(value: Any) -> Expr:
    # 1, 1.0 and True are equal in Python, and 0.0 equals -0.0; as constants of a program they differ.
    kind = type(value).__name__
    made = Expr("const", (), value, (kind, repr(value)))
    if kind.startswith("complex"):
        made.heads |= COMPLEX
    return made


def ref(text: str, value: Any, library: bool = False) -> Expr:
    reference = Ref(text, value, library)
    return Expr("ref", (), reference, reference.key)


def method(name: str, fn: Any) -> Expr:
    """A reference to the function behind a method; the first argument of its calls is the object."""
    reference = Ref(name, fn, library=True, method=True)
    return Expr("ref", (), reference, reference.key)


def op(symbol: str, *operands: Expr) -> Expr:
    return Expr("op", operands, symbol)


def compare(left: Expr, *rest: tuple[str, Expr]) -> Expr:
    return Expr("compare", (left, *(e for _, e in rest)), tuple(s for s, _ in rest))


def boolean(symbol: str, *operands: Expr) -> Expr:
    return Expr("bool", operands, symbol)


def call(fn: Expr, *positional: Expr, **keywords: Expr) -> Expr:
    marks = ("",) * len(positional) + tuple(keywords)
    return Expr("call", (fn, *positional, *keywords.values()), CallShape(marks))


def call_with(fn: Expr, arguments: tuple[tuple[str, Expr], ...]) -> Expr:
    """A call with explicit markers: see `CallShape`."""
    return Expr("call", (fn, *(a for _, a in arguments)), CallShape(tuple(m for m, _ in arguments)))


def attr(obj: Expr, name: str) -> Expr:
    return Expr("attr", (obj,), name)


def index(obj: Expr, key: Expr) -> Expr:
    return Expr("index", (obj, key))


def slice_(lower: Expr | None = None, upper: Expr | None = None, step: Expr | None = None) -> Expr:
    return Expr("slice", tuple(NONE if e is None else e for e in (lower, upper, step)))


def tuple_(*items: Expr) -> Expr:
    return Expr("tuple", items)


def list_(*items: Expr) -> Expr:
    return Expr("list", items)


def dict_(pairs: tuple[tuple[Expr, Expr], ...] = ()) -> Expr:
    return Expr("dict", tuple(e for pair in pairs for e in pair))


def star(items: Expr) -> Expr:
    return Expr("star", (items,))


def ifexp(test: Expr, body: Expr, orelse: Expr) -> Expr:
    return Expr("ifexp", (test, body, orelse))


def closure(function: Function, captured: tuple[str, ...], defaults: tuple[Expr, ...] = (), names: Any = None) -> Expr:
    args = (*map(var, captured), *defaults)
    return Expr("function", args, Closure(function, captured, names), id(function))


NONE = const(None)
ZERO = const(0.0)
ONE = const(1.0)
ELLIPSIS = const(...)


# ---- questions and traversals -------------------------------------------------------------------------------

_GIVEN = object()


def is_const(e: Expr, value: Any = _GIVEN) -> bool:
    """Is `e` a constant (equal to `value`, where one is given)?"""
    return e.head == "const" and (value is _GIVEN or (type(e.data) is type(value) and e.data == value))


def is_text(e: Expr) -> bool:
    """Is `e` a string, as the keys of dicts are?"""
    return e.head == "const" and isinstance(e.data, str)


def is_atom(e: Expr) -> bool:
    return e.head in ("var", "const", "ref")


#: The object that a call with a resolved function calls, else None.
callee: Callable[[Expr], Any] = attrgetter("called")
#: The object that a call calls, where it is known and can be looked up in a table.
hashable_callee: Callable[[Expr], Any] = attrgetter("function")


def is_hashable(value: Any) -> bool:
    """Can a value be looked up in a table?"""
    try:
        hash(value)
    except TypeError:
        return False
    return True


def arguments(e: Expr) -> tuple[tuple[str, Expr], ...]:
    """The arguments of a call with their markers."""
    return tuple(zip(e.data.marks, e.args[1:]))


def items(e: Expr) -> tuple[tuple[Expr, Expr], ...]:
    """The pairs of a dict display."""
    return tuple(zip(e.args[::2], e.args[1::2]))


def rebuild(e: Expr, args: tuple[Expr, ...]) -> Expr:
    """`e` with other subexpressions; `e` itself when they are the same objects."""
    for old, new in zip(e.args, args):
        if old is not new:
            return Expr(e.head, args, e.data, e._key)
    return e


def map_args(fn: Callable[[Expr], Expr], e: Expr) -> Expr:
    return rebuild(e, tuple([fn(a) for a in e.args])) if e.args else e


def transform(fn: Callable[[Expr], Expr], e: Expr) -> Expr:
    """Apply `fn` to every node, the innermost first."""
    return fn(rebuild(e, tuple([transform(fn, a) if a.args else fn(a) for a in e.args]))) if e.args else fn(e)


def walk(e: Expr) -> Iterable[Expr]:
    """Every node of `e`, the outermost first."""
    if not e.args:
        return (e,)
    try:
        return (e, *e._nodes)
    except AttributeError:  # asked for the first time
        nodes, todo = [], [*e.args[::-1]]
        while todo:
            nodes.append(todo.pop())
            todo.extend(nodes[-1].args[::-1])
        e._nodes = tuple(nodes)  # without itself, which the collector would have to find
        return (e, *nodes)


def calls(e: Expr) -> Iterable[Expr]:
    """Every call in `e`, the outermost first."""
    if not e.heads & CALL:
        return ()
    try:
        inside = e._calls
    except AttributeError:  # asked for the first time
        inside = e._calls = tuple([call for a in e.args if a.heads & CALL for call in calls(a)])
    return (e, *inside) if e.head == "call" else inside


def substitute(e: Expr, bindings: Mapping[str, Expr]) -> Expr:
    """Replace variables by expressions."""
    for name in e.names:  # few, where there may be thousands of bindings
        if name in bindings:
            break
    else:
        return e
    if e.head == "var":
        return bindings[e.data]
    args = tuple([substitute(a, bindings) if a.names else a for a in e.args])
    for old, new in zip(e.args, args):  # `rebuild`
        if old is not new:
            return Expr(e.head, args, e.data, e._key)
    return e


def is_new_object(e: Expr) -> bool:
    """Is this ``C.__new__(C)``, an object that has no attributes yet?"""
    return e.head == "call" and e.args[0].head == "attr" and e.args[0].data == "__new__"


def count(e: Expr, name: str) -> int:
    """How often `e` mentions a variable."""
    if name not in e.names:
        return 0
    return 1 if e.head == "var" else sum([count(a, name) for a in e.args])


def size(e: Expr) -> int:
    """Number of nodes: a measure of how much there is to read."""
    if not e.args:
        return 1
    try:
        return e._size
    except AttributeError:  # asked for the first time
        e._size = 1 + sum(map(size, e.args))
        return e._size


def root(e: Expr) -> Expr:
    """The object at the bottom of a chain of subscripts and attributes."""
    while e.head in ("index", "attr"):
        e = e.args[0]
    return e


def substitute_root(e: Expr, base: Expr) -> Expr:
    """The same chain of subscripts and attributes on another object."""
    if e.head not in ("index", "attr"):
        return base
    return rebuild(e, (substitute_root(e.args[0], base), *e.args[1:]))
