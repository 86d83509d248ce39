"""What lowering knows and produces while it walks over one function."""
from __future__ import annotations

import collections
import functools
import types
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from s2sgrad import runtime
from s2sgrad.errors import UnsupportedSyntaxError, unsupported
from s2sgrad.frontend.resolve import Resolved
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.source import Location
from s2sgrad.ir.targets import pairs
from s2sgrad.lower.held_classes import HeldClasses
from s2sgrad.lower.held_containers import is_bounded_deque
from s2sgrad.lower.likely import Likely
from s2sgrad.lower.names import Names
from s2sgrad.lower.one_class import class_of_value
from s2sgrad.lower.varied import Varied
from s2sgrad.rules.records import record_fields

MAPPINGS = (dict, collections.OrderedDict, collections.defaultdict)


_NO_OBJECTS = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, functools.partial, np.ufunc)


#: Methods that put something into a container.
_PUTTING = frozenset(("append", "appendleft", "insert", "extend", "extendleft", "update", "setdefault"))
#: The kinds of what NumPy or arithmetic gives.
_CALCULATED = {"calculated"}
#: Methods that arrays have and lists do not.
_OF_ARRAYS = frozenset(("astype", "flatten", "ravel", "reshape", "squeeze", "transpose"))


class Context:
    """State of the walk: the statements made so far, and the facts that decide what has to be taken apart."""

    #: What the function assigns as it is, under another name: ``ys = self.xs``.
    renamed: Sequence[tuple[Expr, Expr]] = ()
    #: Parameters that are None by default, and of which the function asks nowhere whether they are.
    optional: frozenset[str] = frozenset()
    #: Variables that functions capture, and that nothing binds again in the call that made the function.
    settled: frozenset[str] = frozenset()

    def __init__(self, varied: Varied, names: Names, resolved: Resolved) -> None:
        self.varied = varied
        self.names = names
        self.resolved = resolved
        self.out: list[S.Stmt] = []
        self.loc: Location | None = None
        #: Variables that are bound once, to something that can be called: a closure, a partial, a known function; those of them
        #: that a loop over functions, which is written out, binds to one after the other.
        self.callables, self.taken = dict[str, Expr](), set[str]()
        #: The variables of functions that were put in the place of their calls, and those that are bound once to a text.
        self.of_calls, self.texts = frozenset[str](), dict[str, Expr]()
        #: Variables that stand for one of several known functions: the variable that tells which, and the functions.
        self.choices: dict[str, tuple[Expr, list[Expr]]] = {}
        self.chosen: frozenset[str] = frozenset()
        #: Will the derivative be reversed? Variables that are only called.
        self.reverse, self.called = False, frozenset[str]()
        #: Nested functions that call themselves, as partial applications of functions of their own, and functions of the
        #: program that became nested functions, by the identity of these, with what stands for some parameters.
        self.lifted, self.originals = dict[str, Expr](), dict[int, tuple[types.FunctionType, dict[str, Expr]]]()
        #: Variables known to hold an object of a known class, and those of which all bindings say so.
        self.classes, self.of_one_class = dict[str, type](), dict[str, type]()
        self.held = HeldClasses()
        #: Variables bound once whose object nothing changes, those among them that hold a display, variables whose
        #: object something else may hold and change, and those that only ever hold sequences of one known length.
        self.stable, self.shared, self.once = frozenset[str](), frozenset[str](), frozenset[str]()
        #: Variables bound once that have one value only, whenever they are read: no loop binds them again.
        self.steady: frozenset[str] = frozenset()
        self.displays, self.lengths = dict[str, Expr](), dict[str, int]()
        #: Variables bound once to an object of a library whose methods have rules.
        self.objects: dict[str, type] = {}
        #: Variables bound once to a frozen distribution, with the call that made it.
        self.frozen: dict[str, Expr] = {}
        #: Places that hold a deque of bounded length.
        self.bounded: set[Expr] = set()
        #: The kinds of containers that variables have been bound to so far, and those that hold lists alone, as far as what was
        #: put into them tells; places used as only dicts, or lists, are.
        self.kinds, self.of_lists = dict[str, set[str]](), set[str]()
        self.mappings, self.counters, self.lists = set[Expr](), varied.counters, set[Expr]()
        #: Code objects of the functions that are being put in place, the outermost first; of all so far, the last one first.
        self.inlining: list[types.CodeType] = []
        self.inlined: list[types.CodeType] = []
        #: The functions themselves, those that one decorator made have the same code, each with the class of its object if known.
        self.entered: list[tuple[tuple[object, ...], type | None]] = []
        #: Is the iterator that a method of an object gives consumed where it is made?
        self.iterating = False
        #: The classes of the program, and the variables that seem to hold objects of some of them.
        self.visible: tuple[type, ...] = ()
        self.object_like = varied.objects
        #: What of the program likely holds objects with operators; None where no class in sight has any.
        self.likely: Likely | None = None
        #: Is the function a derivative, of which a derivative is made in its turn?
        self.generated = False
        #: Does the program change containers, arrays or objects?
        self.writes_parts = False
        #: Variables of which only attributes are read that arrays and classes of the program have, and which.
        self.ambiguous: dict[str, tuple[str, ...]] = {}
        #: Variables that hold an exception, which are gone after their handler.
        self.exceptions: set[str] = set()
        self._lower: Callable[[Sequence[S.Stmt], Context], None] = lambda body, cx: None

    def lowered_by(self, lower: Callable[[Sequence[S.Stmt], Context], None]) -> None:
        """`lower` is how statements are lowered, which the module knows that comes after this one."""
        self._lower = lower

    def statements(self, body: Sequence[S.Stmt]) -> None:
        """Lower statements into `out`."""
        self._lower(body, self)

    def emit(self, s: S.Stmt) -> None:
        self.out.append(s)
        if self.of_lists:
            self._note_elements(s)
        self.held.note(s, self.class_of)
        if isinstance(s, S.Assign):
            if s.value.head != "op":
                self._note_bounds(s.target, s.value)
        if isinstance(s, S.Assign) and s.target.head == "var":
            self._note_class(s.target.data, self.class_of_made(s.value))
            if self.likely is not None and self.likely.note(s.target.data, s.value):
                self.object_like.add(s.target.data)
        elif isinstance(s, S.Assign) and s.target.head == s.value.head == "tuple":
            pairs = list(zip(s.target.args, [self.class_of_made(e) for e in s.value.args]))
            self.forget_classes(S.writes(s))
            for t, cls in pairs if len(pairs) == len(s.target.args) == len(s.value.args) else ():
                if t.head == "var":
                    self._note_class(t.data, cls)
        elif not S.blocks(s):
            self.forget_classes(S.writes(s))
        if isinstance(s, S.Assign) and self.ambiguous:
            self.guard(sorted(S.bound(s.target)))

    def guard(self, names: Iterable[str]) -> None:
        """Where all that is read of a variable may be that of an array or of an object, it is taken for an array."""
        helper = E.ref("s2sgrad.runtime.require_no_object", runtime.require_no_object, library=True)
        for name in names:
            if name in self.ambiguous and name in self.classes:
                self.object_like.add(name)
            elif name in self.ambiguous:
                read = map(E.const, self.ambiguous[name])
                self.out.append(S.Do(E.call(helper, E.var(name), *read), self.loc))

    def guard_element(self, obj: Expr, name: str) -> None:
        """An element that lowering has named is taken for an array where it is asked for what arrays have as well."""
        if self.varied.is_element(E.attr(obj, name)):
            self.ambiguous.setdefault(obj.data, (str(name),))
            self.guard((obj.data,))

    def _note_bounds(self, target: Expr, e: Expr) -> None:
        for t, x in pairs(target, e) if target.head == "tuple" else ((target, e),):
            if x.head != "op" and (is_bounded_deque(x) or x in self.bounded):
                self.bounded.add(t)
            elif self.bounded and x.head in ("var", "attr"):  # another name for an object that holds some
                self.bounded |= {place for held in self.bounded if (place := _moved(held, x, t)) is not None}

    def _note_class(self, name: str, cls: type | None) -> None:
        if cls is None:
            self.classes.pop(name, None)
        else:
            self.classes[name] = cls

    def forget_classes(self, names: Iterable[str]) -> None:
        """The variables are bound to something else, or may have been."""
        for name in names:
            self.classes.pop(name, None)

    def meet_classes(self, sides: Sequence[dict[str, type]]) -> None:
        """What is known of classes after one of several ways through the program."""
        out: dict[str, type] = {}
        for name in frozenset().union(*sides):
            found = {side.get(name) for side in sides}
            kinds = found - {type(NotImplemented)} or found  # of one handler alone nothing else may be known
            if len(kinds) == 1 and None not in kinds:
                out[name] = kinds.pop()  # type: ignore[assignment]
        self.classes = out

    def temporary(self, value: Expr, base: str = "t", varied: bool | None = None) -> Expr:
        """A new variable that holds `value`; `varied` is whether that varies, where it is known."""
        name = self.names.fresh(base) if base == "t" else self.names.unnamed(base)
        if self.varied.of(value) if varied is None else varied:
            self.varied.add(name)
        self.note_kind(name, value)
        made = E.var(name)
        self.emit(S.Assign(made, value, self.loc))
        return made

    def refuse(self, message: str, help: str = "") -> UnsupportedSyntaxError:
        return unsupported(self.loc, message, help)

    def note_kind(self, name: str, e: Expr) -> None:
        """Remember what kind of container a variable is bound to."""
        kind, fn = {"list": "list", "dict": "dict"}.get(e.head, ""), E.callee(e)
        if e.head in ("list", "dict", "call") and name not in self.kinds and self._holds_lists(e, fn):
            self.of_lists.add(name)
        elif name in self.of_lists:
            self.of_lists.remove(name)
        if e.head == "comp":
            kind = e.data.kind
        elif fn is list or fn is sorted or e.head in ("op", "index", "call") and self.gives_list(e):
            kind = "list"
        elif e.head == "call" and type(fn) is type and fn in MAPPINGS:
            kind = "dict"
        elif fn is iter:
            kind = "iterator"
        elif e.head == "var":
            self.kinds.setdefault(name, set()).update(self.kinds.get(e.data, ("",)))
            return
        elif self._is_calculated(e, fn):
            kind = "calculated"
        self.kinds.setdefault(name, set()).add(kind)

    def display(self, e: Expr) -> Expr | None:
        """The display that the variable `e` surely holds an object of, unchanged."""
        made = self.displays.get(e.data) if e.head == "var" else None
        return made if made is not None and (made.head == "tuple" or e.data not in self.shared) else None

    def is_dict(self, e: Expr) -> bool:
        if e.head != "var":
            return e in self.mappings
        kinds = self.kinds.get(e.data, set())
        return kinds == {"dict"} or e in self.mappings and kinds <= {"", "dict"}

    def gives_list(self, e: Expr) -> bool:
        """Is this a list, or a part, a copy or a sum of such?"""
        if e.head == "op":
            return e.data == "+" and self.gives_list(e.args[0]) and self.gives_list(e.args[-1])
        if e.head == "index" and e.args[1].head == "slice":
            return self.gives_list(e.args[0])
        if e.head == "call" and e.args[0].head == "attr":
            return e.args[0].data == "copy" and len(e.args) == 1 and self.gives_list(e.args[0].args[0])
        return e.head == "list" or e.head == "comp" and e.data.kind == "list" or self.is_list(e)

    def is_list(self, e: Expr) -> bool:
        if e.head == "index" and e.args[0].head == "var" and e.args[0].data in self.of_lists:
            return e.args[1].head != "slice"
        return e.head == "var" and self.kinds.get(e.data) == {"list"}

    def is_calculated(self, e: Expr) -> bool:
        """Is this variable bound to what NumPy or arithmetic gives, which is no list?"""
        return e.head == "var" and self.kinds.get(e.data) == _CALCULATED

    def _is_calculated(self, e: Expr, fn: object) -> bool:
        """Does arithmetic or NumPy give this? A sum or a multiple may be that of a list."""
        if e.head == "op":
            if e.data not in ("+", "*"):
                return True
            for a in e.args:
                if type(a.data) is float or a.head == "var" and self.kinds.get(a.data) == _CALCULATED:
                    return True
            return False
        if e.head == "call" and e.args[0].head == "attr":
            return e.args[0].data in _OF_ARRAYS or e.args[0].data == "copy" and self.is_calculated(e.args[0].args[0])
        if e.head == "index":
            return e.args[1].head == "slice" and self.is_calculated(e.args[0])
        return e.head == "call" and (isinstance(fn, np.ufunc) or str(getattr(fn, "__module__", None)).startswith("numpy"))

    def _holds_lists(self, e: Expr, fn: object) -> bool:
        """Is this a display of lists, or a deque of one?"""
        if fn is collections.deque and len(e.args) > 1:
            e = e.args[1]
        values = [v for _, v in E.items(e)] if e.head == "dict" else e.args if e.head == "list" else ()
        return bool(values) and all(map(self.gives_list, values))

    def _note_elements(self, s: S.Stmt) -> None:
        """Forget that the elements of a container are lists where something else is put into it."""
        if isinstance(s, S.Assign):
            place, put = s.target, [s.value]
        elif isinstance(s, S.Do) and s.value.head == "call" and s.value.args[0].head == "attr":
            place, put = s.value.args[0], list(s.value.args[1:])
            put = put if place.data in _PUTTING else []
        else:
            return
        if place.head in ("index", "attr") and place.args[0].head == "var" and not all(map(self.gives_list, put)):
            self.of_lists.discard(place.args[0].data)

    def class_of(self, e: Expr) -> type | None:
        """The class of the object that `e` gives, where it is known."""
        if e.head == "op":
            return None
        if e.head == "ref" and hasattr(e.data.value, "__dict__") and not isinstance(e.data.value, _NO_OBJECTS):
            return type(e.data.value)
        if e.head == "ref" and e.data.value is NotImplemented:
            return type(NotImplemented)
        if E.callee(e) is object.__new__ and len(e.args) == 2 and e.args[1].head == "ref":
            return e.args[1].data.value
        if e.head == "call" and record_fields(E.callee(e)) is not None:
            return E.callee(e)
        return self.classes.get(e.data) if e.head == "var" else None

    def class_of_made(self, e: Expr) -> type | None:
        """The class of the object that `e` gives, also where an operator or a call makes it."""
        found = self.class_of(e)
        if found is None and self.visible and e.head in ("call", "op", "index"):
            cls = class_of_value(e, lambda name: self.class_of(E.var(name)))
            found = cls if cls in self.visible else None
        return found

    def keeps(self, s: S.Stmt) -> bool:
        """Does nothing varied happen in a statement, so that it stays as it is?

        Assignments that store into several places, and expressions that assign, are always taken apart: later stages look
        for one place, and for statements.
        """
        return not self.varied.happens_in(s) and not any(
            isinstance(t, S.Assign) and t.target.head in ("tuple", "list") and S.stored_roots(t)
            or any(map(assigns, S.expressions(t))) for t in S.walk_stmts((s,)))

    def nested(self) -> Captured:
        """Collect the statements made inside a ``with`` block instead of emitting them."""
        return Captured(self)

    def extend(self, statements: Sequence[S.Stmt]) -> None:
        self.out.extend(statements)


def _moved(place: Expr, x: Expr, t: Expr) -> Expr | None:
    """The place ``t.a.b`` for ``x.a.b``; None for one that is not in `x`."""
    if place == x:
        return t
    inner = _moved(place.args[0], x, t) if place.head == "attr" else None
    return None if inner is None else E.attr(inner, place.data)


def assigns(e: Expr) -> bool:
    """Does an expression assign a variable outside comprehensions?"""
    return e.heads & E.WALRUS != 0 and e.head not in ("comp", "function") and (e.head == "walrus" or any(map(assigns, e.args)))


class Captured:
    def __init__(self, context: Context) -> None:
        self._context = context
        self.body: S.Block = ()

    def __enter__(self) -> Captured:
        self._outer = self._context.out
        self._context.out = []
        return self

    def __exit__(self, *exc: object) -> None:
        self.body = tuple(self._context.out)
        self._context.out = self._outer
