"""Which values have exactly one element, because the result has.

`grad` differentiates functions that give one number and checks at run time that they do. Broadcasting never loses
elements, so if ``y = r * x`` has one element, `r` and `x` have one each, and so on backwards: in a loop of plain
arithmetic all values are numbers, or arrays of one element, although nothing says so of the parameters. That the
operands of a condition have one element is known as well, since others have no truth value, and that what is put into an
element of an array has.

What is known of a variable is always this: *if* it is a number or an array, it has one element. Of sums and products of
lists nothing follows, and nothing is needed.

What only an iteration uses is known where there is one:

    v = a / (1 - b)
    for r in xs:                   once the body runs, the first logarithm shows that `v`, and so `a` and `b`, have one
        y += math.log(v)           element; that the last `v` has one follows from those of `a`, `b`, `r` and the `v`
        v = a + b * r * v          before it, although nothing uses it
"""
from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Set
from typing import Any

from s2sgrad.analysis.inference import Types, type_of
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.remember import remembered
from s2sgrad.ir.targets import given
from s2sgrad.rules.bind import BindError, application
from s2sgrad.rules.families import library

Names = frozenset[str]
#: Sequences all of whose elements have one element, and elements of others that have.
Filled = frozenset[str | Expr]
_ELEMENTWISE = frozenset(("+", "-", "*", "/", "**", "%"))
#: What no list or string takes part in.
_NUMERIC = frozenset(("-", "/", "**"))
_KINDS = frozenset(("number", "numeric", "array"))
_OF_SEQUENCES = frozenset((math.fsum, math.prod, math.dist))
#: Of so many loops it is asked what follows where they are entered: programs may be thousands of statements long.
_LOOPS = 3
_ORDERED = frozenset(("<", ">", "<=", ">="))


@dataclass(frozen=True)
class Single:
    """The elementwise assignments whose operands and results have one element each, and the variables that never have
    more, if they are numbers or arrays.

    Of the assignments `entered` that is so wherever the body of one loop is executed at all, and those `inside` are in it.
    """

    statements: frozenset[S.Stmt] = frozenset()
    names: Names = E.NO_NAMES
    entered: frozenset[S.Stmt] = frozenset()
    inside: frozenset[S.Stmt] = frozenset()


def single(fn: S.Function, types: Types) -> Single:
    """What has one element in `fn`, if its result has."""
    return singles(fn, types)(E.NO_NAMES, E.NO_NAMES)


def singles(fn: S.Function, types: Types) -> Callable[[Names, Filled], Single]:
    """What has one element in `fn`, if its result has, by what is known otherwise: that the parameters `shown` have one
    each, and so all elements of those that are `filled`, or single ones."""
    last = fn.body[-1]
    if not isinstance(last, S.Return) or last.value.head != "var":
        return lambda shown, filled: Single()
    found = _Single(types)
    entry = found.block(fn.body[:-1], last.value.names, E.NO_NAMES)
    told: dict[Filled, Values] = {}

    def of(shown: Names, filled: Filled) -> Single:
        if filled not in told:
            told[filled] = _elementwise(fn, types, filled)
        values, found.entry = told[filled], entry | shown
        statements, names = _with_what_follows(fn, types, values, found.statements, found.entry)
        return _of_entered_loop(fn, found, values, Single(statements, names))

    return of


def numbers(fn: S.Function, types: Types) -> Set[S.Stmt]:
    """The elementwise assignments whose operands and results have no axes: what they lead to becomes an element of an array.

    NumPy makes no number of an array that has axes, not even of one element (older versions warn of it).
    """
    found = _Single(types, only_numbers=True)
    if any(isinstance(s, (S.Assign, S.Aug)) and s.target.head == "index" and _is_element(s, types)
           for s in S.walk_stmts(fn.body)):
        found.block(fn.body[:-1], E.NO_NAMES, E.NO_NAMES)
    return found.statements


#: What assignments to variables compute, by the statement; of ``u, v = a, b`` by the statement and the variable.
Values = Mapping[Any, Expr]


def _elementwise(fn: S.Function, types: Types, filled: Filled) -> Values:
    """The assignments to variables that combine variables, and what has one element, by broadcasting; what they compute."""
    found: list[tuple[Any, S.Stmt, Expr]] = []
    for s in S.walk_stmts(fn.body):
        value = _value(s)
        if value is not None:
            found.append((s, s, value))
        elif isinstance(s, S.Assign) and s.target.head == "tuple":
            found += [((s, t.data), s, e) for t, e in given(s) if t.head == "var"]
    return {key: value for key, s, value in found
            if is_elementwise(value) and _is_of_variables(value, s, types, filled)
            or value.head == "const" or _is_element_of(value, s, types, filled)}


def _with_what_follows(fn: S.Function, types: Types, values: Values, statements: set[S.Stmt],
                       entry: Names) -> tuple[frozenset[S.Stmt], Names]:
    """Assignments and variables of one element; `statements` are such, and `entry` are when the function is entered."""
    names = _always(fn, types, statements, entry, values)
    more = {s for s in values if type(s) is not tuple and s.target.data in names and types.result(s, s.target.data).kind in _KINDS
            and _operands(s, s.target.data, values, types) <= names} if names else set()
    return frozenset(statements | more), names


def _is_open(loop: S.Stmt, types: Types, values: Values, known: Single) -> bool:
    """Is there an elementwise assignment in a loop that may have to do with arrays of more elements than one?"""
    return any(s in values and s not in known.statements and types.result(s, s.target.data).kind != "number"
               for s in S.walk_stmts((loop,)) if isinstance(s, (S.Assign, S.Aug)))


def _of_entered_loop(fn: S.Function, found: _Single, values: Values, known: Single) -> Single:
    """`known`, with what follows where the body of a loop is executed: of the loop that most follows of."""
    best = known
    loops = [(n, s) for n, s in enumerate(fn.body) if s in found.heads and _is_open(s, found.types, values, known)]
    for n, loop in loops[:_LOOPS]:
        before = _Single(found.types)
        entry = before.block(fn.body[:n], found.heads[loop], E.NO_NAMES)
        if entry <= found.entry and before.statements <= found.statements:
            continue
        entered, _ = _with_what_follows(fn, found.types, values, found.statements | before.statements, entry)
        inside = entered.intersection(S.walk_stmts((loop,)))
        if not inside <= known.statements and len(inside) > len(best.inside):
            best = Single(known.statements, known.names, entered, inside)
    return best


def _value(s: S.Stmt) -> Expr | None:
    """What an assignment to a variable computes."""
    if not isinstance(s, (S.Assign, S.Aug)) or s.target.head != "var":
        return None
    return s.value if isinstance(s, S.Assign) else E.op(s.symbol, s.target, s.value)


def _is_of_variables(e: Expr, s: S.Stmt, types: Types, filled: Filled) -> bool:
    """Does broadcasting combine nothing in `e` but variables and what is known to have one element?"""
    for a in e.args[1:] if e.head == "call" else e.args:
        if a.head == "var" or a.head == "const":
            continue
        if is_elementwise(a):
            known = _is_of_variables(a, s, types, filled)
        else:
            known = type_of(a, {n: types.at(s, n) for n in a.names}).kind == "number" or _is_element_of(a, s, types, filled)
        if not known:
            return False
    return True


def _is_element_of(e: Expr, s: S.Stmt, types: Types, filled: Filled) -> bool:
    """Is this one element of a sequence all of whose elements have one, or one that is known to have?"""
    if e in filled:
        return True
    if e.head != "index" or e.args[0].head != "var" or e.args[0].data not in filled:
        return False
    key = type_of(e.args[1], {n: types.at(s, n) for n in e.args[1].names})
    return key.kind == "number" and key.dtype == "int"


def _operands(s: S.Stmt, name: str, values: Values, types: Types) -> Names:
    """The variables that broadcasting combines where `s` binds a variable, but for numbers."""
    value = values.get(s) or values.get((s, name))
    return E.NO_NAMES if value is None else frozenset([n for n in broadcast_names(value) if types.at(s, n).kind != "number"])


def _binds_number(s: S.Stmt, name: str, types: Types) -> bool:
    return isinstance(s, (S.Assign, S.Aug)) and types.result(s, name).kind == "number"


def _always(fn: S.Function, types: Types, statements: set[S.Stmt], entry: Names, values: Values) -> Names:
    """The variables that have one element wherever they are bound.

    Such is what a statement of `statements` reads, where it follows the only binding in the same block; and what is
    computed from such variables alone, in loops as well.
    """
    if S.of_kinds(fn.body, S.Break, S.Continue, S.Try):
        return E.NO_NAMES
    bound: dict[str, list[S.Stmt]] = {}
    for s in S.walk_stmts(fn.body):
        for name in S.writes(s):
            bound.setdefault(name, []).append(s)
    params = frozenset(p.name for p in fn.params)
    known = {n for n in params & entry if n not in bound}
    _read_after_binding(fn.body, E.NO_NAMES, bound, params, {s: v for s in statements if (v := _value(s)) is not None}, known)
    rest = {n for n, ss in bound.items() if n not in known and (n not in params or n in entry)
            and all(s in values or (s, n) in values or _binds_number(s, n, types) for s in ss)}
    operands = {n: frozenset().union(*(_operands(s, n, values, types) for s in bound[n] if not _binds_number(s, n, types)))
                for n in rest}
    users: dict[str, list[str]] = {}
    for n, names in operands.items():
        for operand in names:
            users.setdefault(operand, []).append(n)
    wrong = [n for n in rest if any(o not in known and o not in rest for o in operands[n])]
    while wrong:  # what is computed from them is wrong as well
        n = wrong.pop()
        if n in rest:
            rest.remove(n)
            wrong += users.get(n, ())
    return frozenset(known | rest)


def _read_after_binding(body: S.Block, before: Names, bound: dict[str, list[S.Stmt]], params: Names,
                        values: Values, known: set[str]) -> None:
    """Enter into `known` what the statements with `values`, which have one element, read after its only binding."""
    here = set(before)
    for s in body:
        value = values.get(s)
        if value is not None:
            known |= here & broadcast_names(value)
        if type(s) not in S.COMPOUND:
            here.update([n for n in S.writes(s) if len(bound[n]) == 1 and n not in params])
            continue
        for inner in S.blocks(s):
            targets = S.bound(s.target) if isinstance(s, S.For) else E.NO_NAMES
            _read_after_binding(inner, frozenset(n for n in targets if len(bound[n]) == 1 and n not in params), bound,
                                params, values, known)


def is_elementwise(e: Expr) -> bool:
    """Is the value of `e` a variable, or combined from its operands element by element, by broadcasting?"""
    head = e.head
    return head == "var" or head == "op" and e.data in _ELEMENTWISE or head == "call" and _calls_elementwise(e)


def broadcast_names(e: Expr) -> Names:
    """The variables that broadcasting combines in `e`; what else it combines is left aside."""
    return e.names if e.head == "var" else _broadcast_names(e)


@remembered
def _broadcast_names(e: Expr) -> Names:
    if not is_elementwise(e):
        return E.NO_NAMES
    for a in e.args:
        if a.args:
            return frozenset().union(*map(broadcast_names, e.args))
    return e.names


def _calls_elementwise(e: Expr) -> bool:
    if e.head != "call" or any(mark for mark, _ in E.arguments(e)):
        return False
    try:
        found = application(e)
    except BindError:
        return False
    return found is not None and found.rule.elementwise and found.where is None


def _both(names: Names) -> Names:
    return names | {"#" + n for n in names}


def _numeric_operands(e: Expr) -> Names:
    """The variables, under ``#x``, with which `e` computes what only numbers and arrays compute."""
    inside = [_numeric_operands(a) for a in e.args if a.args]
    if e.head == "call" and _calls_elementwise(e) or e.head == "op" and e.data in _NUMERIC:
        return frozenset(["#" + a.data for a in e.args if a.head == "var"]).union(*inside)
    return frozenset().union(*inside) if e.head in ("op", "compare") else E.NO_NAMES


def _taken_for_numbers(e: Expr) -> Names:
    """The variables that `e` hands to functions of `math`: arrays with more elements would have raised an error."""
    if not e.heads & E.CALL:
        return E.NO_NAMES
    if e.head == "call":
        fn = E.hashable_callee(e)
        own = frozenset().union(*map(broadcast_names, e.args[1:])) if fn is not None and (library(fn) == "math" or fn is float) \
            and fn not in _OF_SEQUENCES and not any(mark for mark, _ in E.arguments(e)) else E.NO_NAMES
        return _both(own).union(*map(_taken_for_numbers, e.args[1:]))
    return frozenset().union(*map(_taken_for_numbers, e.args)) if e.head == "op" else E.NO_NAMES


def _is_element(s: S.Assign | S.Aug, types: Types) -> bool:
    """Is an element of an array of numbers assigned to, which takes one number?"""
    array = s.target.args[0]
    if s.target.head != "index" or array.head != "var":
        return False
    t = types.at(s, array.data)
    if not t.is_array or t.rank is None or t.dtype is None:
        return False
    key = s.target.args[1]
    parts = key.args if key.head == "tuple" else (key,)
    env = {n: types.at(s, n) for n in key.names}
    return len(parts) == t.rank and all(p.kind == "number" and p.dtype == "int" for p in (type_of(a, env) for a in parts))


class _Single:
    """A walk against the order of execution, with the variables whose values have one element wherever control goes
    from here on, and under the name ``#x`` those that are used as numbers and arrays are. Loops start from the
    assumption that all that they mention is so, and drop what does not hold."""

    def __init__(self, types: Types, only_numbers: bool = False) -> None:
        self.types = types
        #: Is it asked for what has no axes, which a condition does not show?
        self.only_numbers = only_numbers
        self.statements: set[S.Stmt] = set()
        #: What has one element when the function is entered.
        self.entry = E.NO_NAMES
        #: What has one element before a loop whose body is executed, where that is more than if it is not.
        self.heads: dict[S.Stmt, Names] = {}

    def block(self, body: S.Block, after: Names, exits: Names) -> Names:
        for s in reversed(body):
            after = self._statement(s, after, exits)
        return after

    def _statement(self, s: S.Stmt, after: Names, exits: Names) -> Names:
        if isinstance(s, (S.Assign, S.Aug)):
            return self._assign(s, after)
        if isinstance(s, S.If):
            meet = self.block(s.body, after, exits) & self.block(s.orelse, after, exits)
            return meet | self._compared(s.test)
        if isinstance(s, (S.For, S.While)):
            return self._loop(s, after)
        if isinstance(s, S.Break):
            return exits
        if isinstance(s, (S.Comment, S.Pass, S.Assert)) or isinstance(s, S.Do) and E.callee(s.value) is print:
            return after
        return self._forget(s)

    def _assign(self, s: S.Assign | S.Aug, after: Names) -> Names:
        if s.target.head != "var":
            after = after - _both(S.writes(s)) | self._told_by(s.value)
            return after | _both(broadcast_names(s.value)) if _is_element(s, self.types) else after
        name = s.target.data
        value = s.value if isinstance(s, S.Assign) else E.op(s.symbol, s.target, s.value)
        known = name in after and is_elementwise(value)
        numeric = "#" + name in after or self.types.result(s, name).kind in _KINDS
        self.statements.add(s) if known and numeric else self.statements.discard(s)
        after = after - {name, "#" + name} | _numeric_operands(value)
        after |= self._told_by(value) if value.heads & E.CALL else E.NO_NAMES
        return after | broadcast_names(value) if known else after

    def _compared(self, test: Expr) -> Names:
        return E.NO_NAMES if self.only_numbers else _compared(test)

    def _told_by(self, value: Expr) -> Names:
        """The variables of which the functions that `value` calls take one element each."""
        out = _taken_for_numbers(value)
        if not self.only_numbers and value.head == "call" and E.hashable_callee(value) in (max, min) and len(value.args) > 2 \
                and not any(value.data.marks):
            out |= frozenset().union(*map(broadcast_names, value.args[1:]))  # which it compares
        return out

    def _loop(self, s: S.For | S.While, after: Names) -> Names:
        if s.orelse:
            return self._forget(s)
        bound = S.bound_by((s,))
        head = after | _both(bound.union(*(S.reads(t) for t in S.walk_stmts((s,)))))
        while True:
            before = self.block(s.body, head, after) - (_both(S.bound(s.target)) if isinstance(s, S.For) else E.NO_NAMES)
            found = before & after
            if isinstance(s, S.While):
                found |= self._compared(s.test)
            if found >= head:
                if before > head:
                    self.heads[s] = before | found
                return head
            head &= found

    def _forget(self, s: S.Stmt) -> Names:
        """A statement that may do anything: nothing is known before it, nor inside it."""
        self.statements.difference_update(S.walk_stmts((s,)))
        return E.NO_NAMES


def _compared(test: Expr) -> Names:
    """The operands of a condition; a comparison of arrays with more elements would have raised an error."""
    while test.head == "bool" or test.head == "op" and test.data == "not":
        test = test.args[0]  # the only part that is evaluated in any case
    if test.head != "compare" or len(test.args) != 2 or not _ORDERED.issuperset(test.data):
        return E.NO_NAMES
    return frozenset().union(*map(broadcast_names, test.args))
