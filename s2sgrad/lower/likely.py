"""What likely holds objects whose operators are methods, as one function that is being lowered sees it (see `lower.places`).

The operators of what is likely an object are looked up when the derivative runs, whatever it is then.
"""
from __future__ import annotations

import copy
import functools
import types
from collections.abc import Mapping

from s2sgrad import runtime
from s2sgrad.frontend.unit import python_function
from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.places import ALL, Place, has_items, has_operators, key_of
from s2sgrad.lower.program import Program


def likely(visible: tuple[type, ...], root: types.FunctionType) -> Likely | None:
    """What of a program likely holds objects; None where no class in sight says what an operator does."""
    if not any(map(has_operators, visible)):
        return None
    known = tuple(f for f in root.__globals__.values() if isinstance(f, types.FunctionType) and f.__globals__ is root.__globals__)
    program = _program(visible, known)
    if root not in program.scanned:
        program = _program(visible, (*known, root))
    return Likely(program, root)


@functools.lru_cache(maxsize=16)
def _program(visible: tuple[type, ...], functions: tuple[types.FunctionType, ...]) -> Program:
    while True:
        made = Program(visible, functions)
        if len(made.seen) == len(visible):
            return made
        visible = made.seen


class Likely:
    """A program, and the variables of a function under the names that they have while it is lowered."""

    def __init__(self, program: Program, root: types.FunctionType) -> None:
        self._program = program
        self._root = root
        self._names: dict[str, Place] = {}
        self.adopt(root, {})

    @property
    def visible(self) -> tuple[type, ...]:
        """The classes of the program."""
        return self._program.visible

    def adopt(self, f: types.FunctionType | None, renaming: Mapping[str, Expr]) -> frozenset[str]:
        """The variables of `f` are put in the place of a call, under new names: those that likely hold objects.

        A nested function, for which there is None, shares the variables of the function around it.
        """
        out = set()
        f = self._root if f is None else f
        for name, place in self._program.variables(f).items():
            new = renaming.get(name, E.var(name))
            if new.head == "var":
                self._names.setdefault(new.data, place)
            if new.head == "var" and place.object:
                out.add(new.data)
        return frozenset(out)

    def objects(self) -> frozenset[str]:
        """The variables that likely hold objects."""
        return frozenset(n for n, p in self._names.items() if p.now().object)

    def holds(self, e: Expr) -> bool:
        """Does `e` likely give an object?"""
        found = self._known(e)
        return found is not None and found.object

    def note(self, name: str, e: Expr) -> bool:
        """A variable is bound to `e`; one of the compiler's likely holds an object if that gives one."""
        found = self._known(e) if name not in self._names else None
        if found is not None:
            self._names[name] = found
        return found is not None and found.object

    def holds_elements(self, e: Expr) -> bool:
        """Are the elements of what `e` gives likely objects?"""
        if e.head in ("list", "tuple"):
            return any(map(self.holds, e.args))
        found = self._known(e)
        return found is not None and not found.object and any(p.now().object for p in found.parts.values())

    def note_element(self, name: str, e: Expr) -> None:
        """A variable of the compiler's is bound to an element of what `e` gives."""
        if e.head in ("list", "tuple"):
            shown = next((p for p in map(self._known, e.args) if p is not None and p.object), None)
            self._names.update({} if shown is None else {name: shown})
            return
        found = self._known(e)
        if found is not None:
            self._names[name] = next((p.now() for p in found.parts.values() if p.now().object), found)

    def _known(self, e: Expr) -> Place | None:
        if e.head == "var":
            found = self._names.get(e.data)
        elif e.head == "ref":
            found = self._program.instance(type(e.data.value))
        elif e.head == "attr":
            return self._member(e, "attr")
        elif e.head == "index":
            owner = self._known(e.args[0])
            if owner is not None and has_items(owner.of):
                return owner.part(("call", "__getitem__"))
            if owner is None or e.args[1].head == "slice":
                return owner
            found = owner.parts.get(key_of(e.args[1])) or owner.parts.get(ALL)
        elif e.head == "call" and e.args[0].head == "attr":
            return self._member(e.args[0], "call")
        elif e.head == "call" and e.args[0].head == "ref":
            fn = E.callee(e)
            function = python_function(fn)
            if function is not None:
                found = self._program.find("result", function)
            elif isinstance(fn, type) and self._program.instance(fn) is not None:
                return self._program.instance(fn)
            elif fn is max or fn is min:
                return self._chosen([a for mark, a in E.arguments(e) if not mark])
            elif any(fn is c for c in (list, tuple, sorted, copy.copy, copy.deepcopy)) and len(e.args) > 1:
                return self._known(e.args[1])
            else:
                return None
        elif e.head == "call" and E.callee(e.args[0]) is runtime.operation_of and E.is_const(e.args[0].args[1], "[]"):
            return self._known(E.index(*e.args[1:]))
        elif e.head == "op" and e.data in ("+", "-"):
            known = [p for p in map(self._known, e.args) if p is not None]
            return next((p for p in known if p.object), known[0] if known else None)
        else:
            return None
        return None if found is None else found.now()

    def _chosen(self, given: list[Expr]) -> Place | None:
        """What is one of some values, or of the elements of one."""
        if len(given) == 1:
            shown = given[0].args if given[0].head in ("list", "tuple") else (E.index(given[0], E.var("")),)
            return self._chosen([*shown, E.NONE]) if shown else None
        known = [p for p in map(self._known, given) if p is not None]
        return next((p for p in known if p.object), known[0] if known else None)

    def _member(self, e: Expr, kind: str) -> Place | None:
        """What an object has for an attribute, or gives when its method is called."""
        owner, key = self._known(e.args[0]), (kind, str(e.data))
        if owner is None:
            return None
        if key in owner.parts:
            return owner.parts[key].now()
        of = [self._program.instance(cls) for cls in self._program.kinds_of(owner)]
        known = [p.parts[key].now() for p in of if p is not None and key in p.parts]
        return next((p for p in known if p.object), known[0] if known else None)
