"""What can be known about a value before the program runs: its kind, its shape, its element type.

A `Type` is a claim that holds for every run; `ANY` claims nothing. Shapes are symbolic. The shape of an array
parameter `x` of unknown rank is ``*x``; one subscript of it reveals a leading axis, ``(x.0, *x.1)``; ``x[1:]`` and
``x[:-1]`` both have shape ``(x.0-1, *x.1)``, and that is how their difference is seen to need no broadcasting.
"""
from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from s2sgrad.ir.node import value

Symbol = tuple[Any, ...]


@value
class Dim:
    """The length of an axis: `symbol` (None for a plain number) plus `offset`, clamped at zero."""

    symbol: Symbol | None
    offset: int = 0

    def __repr__(self) -> str:
        name = "" if self.symbol is None else ".".join(map(str, self.symbol))
        return f"{name}{self.offset:+d}" if name and self.offset else name or str(self.offset)


@value
class Shape:
    """Known leading axes, then either nothing (`tail` is None: the rank is known) or an unknown rest."""

    dims: tuple[Dim, ...] = ()
    tail: Symbol | None = None

    @property
    def rank(self) -> int | None:
        return len(self.dims) if self.tail is None else None

    def __repr__(self) -> str:
        rest = [] if self.tail is None else ["*" + ".".join(map(str, self.tail))]
        return f"({', '.join([repr(d) for d in self.dims] + rest)})"


@value
class Broadcast:
    """The shape that several shapes of unknown rank broadcast to."""

    parts: frozenset[Shape]


AnyShape = Shape | Broadcast | None
SCALAR = Shape()


def _is_scalar(shape: AnyShape) -> bool:
    """Is this the shape of a number? It is asked so often that comparing with `SCALAR` takes too long."""
    return type(shape) is Shape and not shape.dims and shape.tail is None


#: What more shapes than this broadcast to is not told apart from the shape of anything else.
_MANY = 12
UNIT = Dim(None, 1)


def dim(n: int) -> Dim:
    return Dim(None, n)


def unknown_integer(*symbol: Any) -> Dim:
    """The value of one particular integer of which nothing is known."""
    return Dim(("int", *symbol))


#: Longer calculations are not told apart from others.
_DEEP = 5


def calculated(operator: str, a: Dim, b: Dim) -> Dim | None:
    """Arithmetic on integers that are known, or stand for what they are: the length of an axis, a variable."""
    if a.symbol is None and operator in ("+", "*"):
        a, b = b, a
    if b.symbol is None and operator in ("+", "-"):
        return Dim(a.symbol, a.offset + (b.offset if operator == "+" else -b.offset))
    if a.symbol is None and b.symbol is None:
        if operator == "*":
            return dim(a.offset * b.offset)
        return dim(a.offset // b.offset) if operator == "//" and b.offset else None
    if operator == "+":
        first, second = sorted((Dim(a.symbol), Dim(b.symbol)), key=repr)
        return _of("+", first, second, a.offset + b.offset)
    if operator == "*" and b.symbol is None:
        return _of("*", Dim(a.symbol), b, a.offset * b.offset)
    return _of(operator, a, b, 0)


def _of(operator: str, a: Dim, b: Dim, offset: int) -> Dim | None:
    depth = 1 + max([0 if d.symbol is None or d.symbol[0] != "op" else d.symbol[1] for d in (a, b)])
    return Dim(("op", depth, operator, a, b), offset) if depth <= _DEEP else None


def opaque_shape(*symbol: Any) -> Shape:
    """The unknown shape of one particular value."""
    return Shape((), (*symbol, 0))


def _tail(symbol: Symbol, by: int) -> Symbol:
    return (*symbol[:-1], symbol[-1] + by)


def with_axes(shape: AnyShape, n: int) -> Shape | None:
    """`shape` with at least `n` leading axes named; None where it cannot have them."""
    if not isinstance(shape, Shape):
        return None
    missing = n - len(shape.dims)
    if missing <= 0:
        return shape
    if shape.tail is None:
        return None
    more = tuple(Dim(("axis", *_tail(shape.tail, k))) for k in range(missing))
    return Shape(shape.dims + more, _tail(shape.tail, missing))


def has_axes(shape: AnyShape) -> bool:
    """Has an array of this shape one axis at least? Of what nothing is known, nothing can be wrong."""
    return shape is None or bool(shape.dims) if not isinstance(shape, Broadcast) else any(part.dims for part in shape.parts)


def of_rank(shape: Shape, n: int) -> Shape:
    """`shape` where it is known to have `n` axes."""
    named = with_axes(shape, n)
    assert named is not None
    return Shape(named.dims)


def normal(shape: Shape) -> Shape:
    """Fold trailing named axes back into the tail that they came from."""
    dims, tail = shape.dims, shape.tail
    if tail is None or not dims:
        return shape
    while tail is not None and dims and tail[-1] > 0 and dims[-1] == Dim(("axis", *_tail(tail, -1))):
        dims, tail = dims[:-1], _tail(tail, -1)
    return Shape(dims, tail)


def reduction(shape: Shape | Broadcast, axis: Any, keepdims: bool) -> Shape:
    """What is left of a shape of unknown rank when a reduction has taken an axis, or made it one."""
    return Shape((), ("reduced", shape, axis, keepdims, 0))


def reduced_from(shape: AnyShape) -> tuple[AnyShape, Any, bool] | None:
    """The shape, the axis and whether it is kept, where `shape` is what a reduction has left."""
    if not isinstance(shape, Shape) or shape.dims or shape.tail is None or shape.tail[0] != "reduced" or shape.tail[-1]:
        return None
    _, whole, axis, keepdims, _ = shape.tail
    return whole, axis, keepdims


def _adds_nothing(p: Shape, parts: Mapping[Shape, None]) -> bool:
    """Is there a shape among `parts` that `p` broadcasts to: one that it is the end of, or is reduced from?"""
    found = reduced_from(p)
    if found is not None:
        shape, axis, keepdims = found
        whole: Iterable[AnyShape] = shape.parts if isinstance(shape, Broadcast) else (shape,)
        return (keepdims or type(axis) is int and axis == 0) and all(q in parts for q in whole)
    stem = None if p.tail is None else p.tail[:-1]
    for q in parts:
        if (q.tail is None if stem is None else q.tail is not None and q.tail[:-1] == stem) and q is not p and _is_end_of(p, q):
            return True
    return False


def aligned(a: Shape, b: Shape) -> tuple[Shape, Shape]:
    """Two shapes with as many axes named that their tails are the same, if they are parts of one."""
    if a.tail is None or b.tail is None or a.tail[:-1] != b.tail[:-1]:
        return a, b
    named = max(a.tail[-1], b.tail[-1])
    more = [with_axes(s, len(s.dims) + named - s.tail[-1]) for s in (a, b)]  # type: ignore[index]
    return more[0] or a, more[1] or b


def _is_end_of(p: Shape, q: Shape) -> bool:
    """Are the lengths of `p` those of the last axes of `q`, or one? Both have a known rank, or are parts of one shape."""
    p, q = aligned(p, q)
    extra = len(q.dims) - len(p.dims)
    return extra >= 0 and p.tail == q.tail and q.dims != p.dims and all(a in (b, UNIT) for a, b in zip(p.dims, q.dims[extra:]))


def axis_put_back(shape: AnyShape, axis: Any) -> Shape | None:
    """What putting `axis` back, with length one, makes of a shape that a reduction over it has left."""
    found = reduced_from(shape)
    if found is None or found[2] or type(axis) is not int or found[1] != axis or not isinstance(found[0], (Shape, Broadcast)):
        return None
    return reduction(found[0], axis, True)


def axis_taken_away(shape: AnyShape, axis: Any) -> Shape | None:
    """What is left of a shape of unknown rank without `axis`, which has length one."""
    found = reduced_from(shape)
    if found is not None and isinstance(found[0], (Shape, Broadcast)):
        return reduction(found[0], axis, False) if found[2] and found[1] == axis else None
    if not isinstance(shape, Shape) or type(axis) is not int or axis < 0:
        return None
    named = with_axes(shape, axis + 1)
    return None if named is None else normal(Shape((*named.dims[:axis], *named.dims[axis + 1:]), named.tail))


def summed_axes(wide: AnyShape, narrow: AnyShape) -> tuple[Any, bool] | None:
    """The axes over which something of shape `wide` is summed to have shape `narrow`, which was broadcast to it.

    With them comes whether they are kept, with length one. None where the shapes do not tell.
    """
    found = reduced_from(narrow)
    if found is not None and found[0] == wide and (found[2] or found[1] == 0) and type(found[1]) is int:
        return found[1], found[2]
    if not isinstance(wide, Shape) or not isinstance(narrow, Shape):
        return None
    wide, narrow = aligned(wide, narrow)
    extra = len(wide.dims) - len(narrow.dims)
    if extra < 0 or wide.tail != narrow.tail:
        return None
    inner = [n for n, (d, k) in enumerate(zip(wide.dims[extra:], narrow.dims)) if d != k]
    if any(narrow.dims[n] != UNIT for n in inner) or inner and extra:
        return None
    if not narrow.dims and narrow.tail is None:
        return None, False
    axes = tuple(inner or range(extra))
    return (axes[0] if len(axes) == 1 else axes), bool(inner)


def broadcast(shapes: Iterable[AnyShape]) -> AnyShape:
    """The shape of an elementwise result; None where it is unknown or the meeting of too many shapes."""
    met: list[Shape | Broadcast] = []
    for s in shapes:
        if s is None:
            return None
        if s is not SCALAR and not (met and s is met[-1]):
            met.append(s)
    if len(met) == 1 and type(met[0]) is Shape:  # mostly; shapes are hashed slowly
        return normal(met[0]) if met[0].dims else SCALAR if met[0].tail is None else met[0]
    parts: dict[Shape, None] = {}
    for s in met:
        if isinstance(s, Broadcast):
            parts.update(dict.fromkeys(s.parts))
        elif s.dims:
            parts[normal(s)] = None
        elif s.tail is not None:
            parts[s] = None
    if not parts:
        return SCALAR
    return next(iter(parts)) if len(parts) == 1 else _meeting(tuple(parts))


@functools.lru_cache(maxsize=2048)
def _meeting(given: tuple[Shape, ...]) -> AnyShape:
    """The shape that different shapes broadcast to."""
    parts = dict.fromkeys(given)
    parts = {p: None for p in given if not _adds_nothing(p, parts)}
    if len(parts) == 1:
        return next(iter(parts))
    if all(p.tail is None for p in parts):
        known = _broadcast_known(list(parts))
        if known is not None:
            return known
    if len(parts) > _MANY:
        return None
    # A shape made of ones alone adds nothing to a shape of the same or a higher rank, which must be known.
    return Broadcast(frozenset(parts))


def _broadcast_known(parts: list[Shape]) -> Shape | None:
    rank = max(len(p.dims) for p in parts)
    out = []
    for axis in range(rank):
        lengths = {p.dims[axis - rank] for p in parts if axis >= rank - len(p.dims)} - {UNIT}
        if len(lengths) > 1:
            return None
        out.append(lengths.pop() if lengths else UNIT)
    return Shape(tuple(out))


# ---- what bounds say --------------------------------------------------------------------------------------------

def nominal(shape: AnyShape) -> AnyShape:
    """The shape where every slice ends inside of its array: then ``x[1:n]`` has as many elements as ``y[:n - 1]``."""
    if isinstance(shape, Broadcast):
        return broadcast(map(nominal, shape.parts))
    return shape and Shape(tuple(map(_nominal_length, shape.dims)), shape.tail)


def _nominal_length(d: Dim) -> Dim:
    if d.symbol is None:
        return d
    found = None
    if d.symbol[0] == "slice":
        _, _, lower, upper, step = d.symbol
        found = _between(lower or Dim(None), upper) if step in (None, 1) else None
    elif d.symbol[0] == "cut":
        _, _, lower, upper = d.symbol
        found = dim(max(upper - lower, 0)) if upper is not None and 0 <= lower and 0 <= upper else None
    return d if found is None else Dim(found.symbol, found.offset + d.offset)


def _between(lower: Any, upper: Any) -> Dim | None:
    """The distance of two bounds."""
    lower, upper = (dim(b) if type(b) is int else b for b in (lower, upper))
    if type(lower) is not Dim or type(upper) is not Dim or upper.symbol is None or lower.symbol is None and lower.offset < 0:
        return None
    form = _linear(upper)
    for symbol, factor in _linear(lower).items():
        form[symbol] = form.get(symbol, 0) - factor
    rest = [symbol for symbol, factor in form.items() if factor and symbol is not None]
    if not rest:
        return dim(form.get(None, 0))
    return Dim(rest[0], form.get(None, 0)) if len(rest) == 1 and form[rest[0]] == 1 else None


def _linear(d: Dim) -> dict[Symbol | None, int]:
    """An integer as a sum of symbols with factors; the constant stands under None."""
    out: dict[Symbol | None, int] = {None: d.offset}
    if d.symbol is None:
        return out
    parts: dict[Symbol | None, int] = {d.symbol: 1}
    if d.symbol[0] == "op" and d.symbol[2] == "*" and d.symbol[4].symbol is None:
        parts = {n: f * d.symbol[4].offset for n, f in _linear(d.symbol[3]).items()}
    elif d.symbol[0] == "op" and d.symbol[2] in ("+", "-"):
        parts = _linear(d.symbol[3])
        for n, f in _linear(d.symbol[4]).items():
            parts[n] = parts.get(n, 0) + (f if d.symbol[2] == "+" else -f)
    for n, f in parts.items():
        out[n] = out.get(n, 0) + f
    return out


# ---- types ----------------------------------------------------------------------------------------------------

@value
class Type:
    """`kind` is one of

    ``any``, ``numeric`` (a number or an array), ``number``, ``array`` (an ndarray), ``tuple``, ``list``, ``dict``,
    ``set``, ``range``, ``str``, ``none``, ``function``, ``module``, ``object``.

    `items` are the types of a tuple's elements where their number is known, `element` the type of the elements of a
    list (or of the values of a dict), `fields` the types of the values of a dict by key, where they are known, `cls`
    the class of an object, `value` an integer where it is known, or stands for what it is, `lengths` the shape that a tuple
    is.
    """

    kind: str = "any"
    shape: AnyShape = None
    dtype: str | None = None
    items: tuple[Type, ...] | None = None
    element: Type | None = None
    fields: tuple[tuple[Any, Type], ...] | None = None
    cls: Any = None
    value: Dim | None = None
    lengths: AnyShape = None

    @property
    def is_number(self) -> bool:
        return self.kind == "number" or self.kind == "numeric" and _is_scalar(self.shape)

    @property
    def is_array(self) -> bool:
        return self.kind == "array"

    @property
    def rank(self) -> int | None:
        return self.shape.rank if isinstance(self.shape, Shape) else None

    @property
    def immutable(self) -> bool:
        """Can no operation change a value of this type in place?"""
        return self.kind in ("number", "str", "none", "function", "module", "range")


ANY = Type()
NUMBER = Type("number", SCALAR)
FLOAT = Type("number", SCALAR, "float")
INT = Type("number", SCALAR, "int")
BOOL = Type("number", SCALAR, "bool")
STR = Type("str")
NONE = Type("none")
NUMERIC = Type("numeric")


def integer(value: Dim | None) -> Type:
    """The type of an integer with this value."""
    return INT if value is None else Type("number", SCALAR, "int", value=value)


def identified(t: Type, *symbol: Any) -> Type:
    """The type of one particular value, which may be an integer."""
    if t.value is not None or t.kind not in ("any", "numeric", "number") or t.dtype not in (None, "int"):
        return t
    return replace(t, value=unknown_integer(*symbol))


def array(shape: AnyShape = None, dtype: str | None = "float") -> Type:
    return Type("array", shape, dtype)


def numeric(shape: AnyShape, dtype: str | None = None, certain_array: bool = False) -> Type:
    """A number or an array, by what its shape says."""
    if _is_scalar(shape):
        return FLOAT if dtype == "float" else Type("number", SCALAR, dtype)
    known = isinstance(shape, Shape) and bool(shape.dims)
    return Type("array" if certain_array or known else "numeric", shape, dtype)


def tuple_of(items: Iterable[Type]) -> Type:
    return Type("tuple", items=tuple(items))


def list_of(element: Type | None) -> Type:
    return Type("list", element=element)


# "real" is what the absolute value of something unknown has: integers or floating-point numbers, not complex ones.
_ORDER = {"bool": 0, "int": 1, "float": 2, "real": 3, "complex": 4}


def without_lengths(t: Type) -> Type:
    """What a type says of values of any shape: symbols stand for what one value has."""
    if t.kind == "number":
        return Type("number", SCALAR, t.dtype)
    items = None if t.items is None else tuple(map(without_lengths, t.items))
    return Type(t.kind, None, t.dtype, items) if t.kind in ("array", "numeric", "tuple") else ANY


def join_dtype(a: str | None, b: str | None) -> str | None:
    if a is None or b is None:
        return "complex" if "complex" in (a, b) else None
    return max(a, b, key=_ORDER.__getitem__)


def join(a: Type, b: Type) -> Type:
    """What is true of both: the claim about a value that comes from either."""
    if a == b:
        return a
    dtype = a.dtype if a.dtype == b.dtype else join_dtype(a.dtype, b.dtype)
    if a.kind == b.kind:
        shape = a.shape if a.shape == b.shape else None
        items = None
        if a.items is not None and b.items is not None and len(a.items) == len(b.items):
            items = tuple(join(x, y) for x, y in zip(a.items, b.items))
        element = None if a.element is None or b.element is None else join(a.element, b.element)
        if a.kind in ("number",):
            shape = SCALAR
        fields = a.fields if a.fields == b.fields else None
        value = a.value if a.value == b.value else None
        return replace(a, value=value, lengths=a.lengths if a.lengths == b.lengths else None, shape=shape, dtype=dtype,
                       items=items, element=element, fields=fields, cls=a.cls if a.cls is b.cls else None)
    numbers = ("number", "array", "numeric")
    if a.kind in numbers and b.kind in numbers:
        return Type("numeric", a.shape if a.shape == b.shape else None, dtype)
    return ANY
