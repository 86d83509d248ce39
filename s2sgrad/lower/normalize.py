"""The statements of a function in normal form; the front door of lowering."""
from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from s2sgrad.frontend.functions import annotated_class
from s2sgrad.frontend.resolve import Resolved
from s2sgrad.frontend.unit import Unit, defining_code, identity, is_generated
from s2sgrad.frontend.yields import HELP, MESSAGE, is_given, refused
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import Liveness
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.targets import with_places
from s2sgrad.lower import assignments, object_names, operators
from s2sgrad.lower.attempts import split_attempts
from s2sgrad.lower.caught import as_jumps
from s2sgrad.lower.choosing import (
    note_choice,
    refuse_kept_methods,
    under_their_names,
    unrolled,
    without_unused,
)
from s2sgrad.lower.chosen_receivers import apart
from s2sgrad.lower.collected import as_written, refuse_changed_generators
from s2sgrad.lower.comprehensions import iterate
from s2sgrad.lower.context import Context
from s2sgrad.lower.control import cannot_raise, falls_through, single_exit
from s2sgrad.lower.copies import one_by_one
from s2sgrad.lower.entered import in_place
from s2sgrad.lower.exchanges import attributes_in_one, in_one
from s2sgrad.lower.filling import put_when_filled
from s2sgrad.lower.flat_iterators import without_iterators
from s2sgrad.lower.generators import consumed
from s2sgrad.lower.given_functions import with_checks_of_given, with_checks_of_state
from s2sgrad.lower.growing import growing
from s2sgrad.lower.held_classes import turning
from s2sgrad.lower.hoisting import hoisted
from s2sgrad.lower.iteration import loop
from s2sgrad.lower.kept import with_values
from s2sgrad.lower.kept_generators import consumed_where_named
from s2sgrad.lower.kept_iterators import refuse_changed_iterators
from s2sgrad.lower.keys import with_checked_keys
from s2sgrad.lower.left_out import without_refused
from s2sgrad.lower.library_objects import refuse_other_uses
from s2sgrad.lower.likely import likely
from s2sgrad.lower.managers import lets_exceptions_pass
from s2sgrad.lower.matrices import guards
from s2sgrad.lower.members import with_members, with_own_members
from s2sgrad.lower.missing_out import unasked, with_outs
from s2sgrad.lower.named_slices import with_slices
from s2sgrad.lower.names import Names
from s2sgrad.lower.nested import refuse_kept
from s2sgrad.lower.one_class import names_of_one_class
from s2sgrad.lower.operands import atom, operands, plain, value
from s2sgrad.lower.overwriting import refuse_overwriting
from s2sgrad.lower.passed_on import copied_where_changed
from s2sgrad.lower.put_aside_parts import copied_where_put_aside
from s2sgrad.lower.raising import with_raising_in_place
from s2sgrad.lower.records import records
from s2sgrad.lower.renaming import copied, with_closures
from s2sgrad.lower.same_names import functions_apart
from s2sgrad.lower.scalars import scalars
from s2sgrad.lower.sequences import knows_deques
from s2sgrad.lower.shared_results import with_checks
from s2sgrad.lower.spelled_out import spelled_out
from s2sgrad.lower.stability import (
    bound_once,
    called_names,
    chosen_names,
    counters,
    fixed_lengths,
    no_dicts,
    settled_for_functions,
    shared_names,
    stable_names,
    steady_names,
    used_as_dicts,
    used_as_lists,
    with_dicts_apart,
)
from s2sgrad.lower.texts import refuse_numbers_of_text
from s2sgrad.lower.turns import taking_turns
from s2sgrad.lower.unresolved import refuse_unresolved
from s2sgrad.lower.unseen import writes_parts
from s2sgrad.lower.varied import Varied
from s2sgrad.lower.walked_by_hand import with_positions
from s2sgrad.lower.webs import split_webs, with_own_counters
from s2sgrad.lower.written_out import written_out
from s2sgrad.rules.registry import rule_for


@dataclass(frozen=True)
class Lowered:
    """A function in normal form: `function.body` ends in its only ``return``."""

    function: S.Function
    names: Names
    resolved: Resolved
    varied: frozenset[str]


def _polynomials(body: S.Block) -> list[type]:
    """The classes of NumPy's polynomials that a function mentions; they define operators, like classes of the user's."""
    found = {part.data.value: None for s in S.having(body, E.REF) for e in S.expressions(s) if e.heads & E.REF
             for part in E.walk(e) if part.head == "ref" and isinstance(part.data.value, type)}
    return [cls for cls in found if cls.__module__.startswith("numpy.polynomial.")]


_MAPPINGS = frozenset(("dict", "Dict", "defaultdict", "OrderedDict", "Counter", "Mapping", "MutableMapping"))


def normalize(unit: Unit, active: Iterable[str], reverse: bool = False) -> Lowered:
    """The normal form of a function of which the parameters `active` are differentiated, in `reverse` mode or not."""
    names = Names()
    varied = Varied(active, (*unit.names.classes(), *_polynomials(unit.function.body)), (p.name for p in unit.function.params))
    cx = Context(varied, names, list(unit.resolved))
    cx.visible = unit.names.classes()
    cx.reverse = reverse
    unit = _prepared(dataclasses.replace(unit, function=without_refused(unit.function)) if varied.names else unit, cx)
    unit = dataclasses.replace(unit, function=with_dicts_apart(unit.function, names))
    cx.renamed = [(s.target, s.value) for s in S.walk_stmts(unit.function.body) if isinstance(s, S.Assign)
                  and s.target.head in ("var", "attr") and s.value.head in ("var", "attr")]
    cx.lowered_by(_statements)
    entered = (*(S.Assign(E.var(p.name), E.NONE) for p in unit.function.params), *unit.function.body)
    cx.stable = stable_names(entered)
    cx.once = bound_once(entered)
    cx.steady = steady_names(entered)
    cx.settled = settled_for_functions(entered)
    cx.shared = shared_names(unit.function.body)
    cx.lengths = fixed_lengths(entered)
    cx.chosen = chosen_names(unit.function.body)
    cx.object_like |= object_names.objects_in(unit.function.body, unit.function.params, as_written(unit.object), cx)
    cx.called = called_names(unit.function.body)
    cx.lists |= used_as_lists(unit.function.body)
    cx.mappings |= used_as_dicts(unit.function.body) | {
        E.var(p.name) for p in unit.function.params if annotated_class(p.annotation) in _MAPPINGS}
    cx.of_one_class = names_of_one_class(unit.function.body, [p.name for p in unit.function.params])
    cx.inlining += dict.fromkeys((unit.object.__code__, defining_code(unit.object)))
    cx.entered.append((identity(unit.object), None))
    cx.held.turning = turning(unit.function.body)
    for p in unit.function.params:
        cx.guard((p.name,))
        kind = annotated_class(p.annotation)
        if kind in ("list", "List", "ndarray", "tuple", "Tuple", "Sequence"):  # nothing else is looked for
            cx.kinds[p.name] = {"list" if kind in ("list", "List") else ""}
    flat = single_exit(unit.function, cx.keeps, names)
    varied.settle(flat.body)
    flat = split_attempts(flat, cx)
    *body, last = flat.body
    assert isinstance(last, S.Return)
    cx.statements(tuple(guards(unit, varied)))
    _statements(body, cx)
    cx.loc = last.loc
    result = _result(last.value, cx)
    made = S.with_body(flat, without_unused(under_their_names((*cx.out, S.Return(result, last.loc)))))
    _refuse(made.body, cx)
    made = with_checks(with_values(_with_passed_on(with_checked_keys(made, cx), cx), cx), cx)
    made = records(scalars(dataclasses.replace(made, body=one_by_one(made.body)), names), names)
    made = attributes_in_one(with_own_counters(split_webs(taking_turns(made), names), names))
    made = copied_where_put_aside(copied_where_changed(made, names), names) if cx.reverse and cx.generated else made
    return Lowered(put_when_filled(made) if cx.reverse else made, names, cx.resolved, frozenset(varied.names))


def _refuse(body: S.Block, cx: Context) -> None:
    """Raise for what has a normal form and no derivative."""
    refuse_other_uses(body, cx)
    refuse_kept_methods(body, cx)
    calls = [(s, e) for s in S.having(body, E.CALL) for whole in ((s.value,) if type(s) is S.Assign else S.expressions(s))
             if whole.heads & E.CALL for e in E.calls(whole)]
    refuse_kept(calls, cx)
    if not cx.generated:
        refuse_unresolved(body, calls, cx)
    refuse_numbers_of_text(body, calls, cx)
    refuse_overwriting(body, calls, cx)
    error = next(filter(None, (refused((s,)) for s in with_closures(body))), None)
    if error is not None:
        raise error


def _with_passed_on(fn: S.Function, cx: Context) -> S.Function:
    """`fn` where what a nested function that calls itself captures is None until it is bound: it is passed to it on every path.

    In reverse mode the sweeps see to that.
    """
    passed = frozenset().union(*(a.names for e in cx.lifted.values() for a in e.args[2:])) - {p.name for p in fn.params}
    if cx.reverse or not passed:
        return fn
    missing = Liveness(fn.body).entry & passed
    return S.with_body(fn, (*(S.Assign(E.var(n), E.NONE) for n in sorted(missing)), *fn.body))


def _prepared(unit: Unit, cx: Context) -> Unit:
    """The function as it was written, but for what is told apart before anything is taken apart."""
    varied = cx.varied
    cx.generated = is_generated(unit.object)
    varied.knows_deques = cx.reverse and not cx.generated and knows_deques(unit.names.source.module)
    cx.bounded |= {E.var(p.name) for p in unit.function.params if varied.knows_deques
                   and annotated_class(p.annotation) in ("deque", "Deque")}
    cx.counters |= counters(unit.function.body) | {
        E.var(p.name) for p in unit.function.params if annotated_class(p.annotation) == "Counter"}
    cx.likely = likely(cx.visible, as_written(unit.object))
    if cx.likely is not None:
        cx.visible = cx.likely.visible
        cx.writes_parts = writes_parts(unit.function.body, cx.visible)
        cx.object_like |= cx.likely.objects()
    unit = dataclasses.replace(unit, function=with_slices(functions_apart(unit.function, cx.names)))
    if not cx.generated:
        cx.optional = unasked(unit.function)
        own = with_own_members(with_outs(unit.function), unit.object, cx.visible)
        unit = _with_methods_spelled_out(dataclasses.replace(unit, function=own), cx)
    refuse_changed_iterators(unit.function.body)
    unit = dataclasses.replace(unit, function=dataclasses.replace(
        unit.function, body=with_raising_in_place(consumed_where_named(unit.function.body, cx.names), {}, cx)))
    if not cx.generated:
        refuse_changed_generators(unit.function.body, cx.visible)
    body = apart(without_iterators(unit.function, cx), cx.names)
    unit = dataclasses.replace(unit, function=dataclasses.replace(
        unit.function, body=with_members(in_one(written_out(in_place(body, cx), cx)), cx)))
    varied.settle(unit.function.body)
    body = hoisted(as_jumps(with_positions(unit.function.body, cx), cx), cx)
    unit = dataclasses.replace(unit, function=S.with_body(unit.function, body))
    varied.settle(unit.function.body)
    if not cx.generated:
        checked = with_checks_of_state(with_checks_of_given(unit.function, varied, cx.visible), varied)
        unit = dataclasses.replace(unit, function=checked)
    return unit


def _with_methods_spelled_out(unit: Unit, cx: Context) -> Unit:
    fn = unit.function

    def is_object(e: Expr) -> bool:
        return operators.looks_like_object(e, cx) or e.head == "var" and e.data in objects()

    @functools.cache
    def objects() -> frozenset[str]:
        return object_names.objects_in(fn.body, fn.params, as_written(unit.object), cx)

    return dataclasses.replace(unit, function=S.with_body(fn, spelled_out(fn.body, cx.visible, is_object)))


def _result(e: Expr, cx: Context) -> Expr:
    """What the function returns: a variable, or a display of variables."""
    if e.head in ("tuple", "list") and cx.varied.of(e) and all(a.head != "star" for a in e.args):
        return E.rebuild(e, tuple(operands(e.args, cx, _result)))
    if cx.varied.of(e) and e.head != "var":
        e = value(e, cx, "y")
        return e if e.head == "var" else cx.temporary(e, "y")
    return atom(e, cx)


def _statements(body: Sequence[S.Stmt], cx: Context) -> None:
    outer = cx.loc
    for s in body:
        cx.loc = s.loc or outer
        if S.blocks(s) and cx.keeps(s) and not isinstance(s, (S.With, S.Try)):
            cx.forget_classes(_rebound((s,), cx))
            cx.emit(S.map_expressions(lambda e: plain(e, cx), s))
            for inner in itertools.chain.from_iterable(map(S.walk_stmts, S.blocks(s))):
                cx.held.note(inner, cx.class_of)
        else:
            _STATEMENTS[type(s)](s, cx)
    cx.loc = outer


def _block(body: S.Block, cx: Context) -> S.Block:
    with cx.nested() as inner:
        _statements(body, cx)
    return inner.body


def _do(s: S.Do, cx: Context) -> None:
    e = s.value
    if is_given(s):
        raise cx.refuse(MESSAGE, HELP)
    if e.head == "ifexp":  # a conditional expression for its effect
        _statements((S.If(e.args[0], (S.Do(e.args[1], s.loc),), (S.Do(e.args[2], s.loc),), s.loc),), cx)
    elif e.head == "bool" and e.heads & E.CALL:  # ``a or f(x)``, likewise
        rest = e.args[1] if len(e.args) == 2 else E.boolean(e.data, *e.args[1:])
        test = E.op("not", e.args[0]) if e.data == "or" else e.args[0]
        _statements((S.If(test, (S.Do(rest, s.loc),), (), s.loc),), cx)
    elif e.head == "const" or e.head == "var":
        return
    elif e.head in _PARTS and e.heads & E.CALL:  # ``f(x)[0]``: what the call does is done, whatever is taken of its result
        assignments.bind(E.var(cx.names.fresh("t")), e, cx)
    elif e.head == "call" and e.args[0].head == "attr" and e.args[0].data in ("pop", "popleft") and cx.varied.of(e):
        assignments.bind(E.var(cx.names.fresh("t")), e, cx)  # what is taken out is needed to put it back
    elif e.head == "comp" and e.data.kind in ("list", "dict") and any(map(cx.varied.of_any, e.args)):
        iterate(e, lambda *elements: _statements([S.Do(x, s.loc) for x in elements], cx), cx)  # what is collected is dropped
    elif any(map(cx.varied.of, e.args)) or e.head == "call" and cx.varied.of(e):
        made = _effect(e, cx)
        if made.head not in ("var", "const"):
            cx.emit(S.Do(made, cx.loc))
    else:
        cx.emit(S.Do(plain(e, cx), cx.loc))


_PARTS = frozenset(("index", "attr", "op", "compare", "tuple", "list"))


def _effect(e: Expr, cx: Context) -> Expr:
    if e.head == "call" and cx.varied.of(e):
        rule = rule_for(e.args[0].data.value) if e.args[0].head == "ref" else None
        if rule is not None and rule.of_user and rule.adjoint is not None:
            raise cx.refuse("what this function gives is dropped, and its rule tells of nothing else that it does",
                            "let it return what it computes, in place of changing an argument; if it changes nothing, use "
                            "s2sgrad.nondifferentiable")
        return value(e, cx)
    return plain(e, cx)


def _if(s: S.If, cx: Context) -> None:
    test = plain(s.test, cx)
    body, orelse = _sides((s.body, s.orelse), cx, no_dicts(s.test))
    cx.emit(S.If(test, body, orelse, s.loc))


def _sides(blocks: Sequence[S.Block], cx: Context, no_dicts: Sequence[frozenset[Expr]] = ()) -> list[S.Block]:
    """Blocks of which one is run; of each, what is no dict there."""
    start, mappings = cx.classes, cx.mappings
    out, ends = [], []
    for n, b in enumerate(blocks):
        cx.classes = dict(start)
        cx.mappings = mappings - no_dicts[n] if no_dicts else mappings
        out.append(_block(b, cx))
        if falls_through(b):
            ends.append(cx.classes)
    cx.mappings = mappings
    cx.meet_classes(ends or [start])
    return out


def _repeated(body: S.Block, cx: Context) -> None:
    """The statements of a block that is run any number of times."""
    cx.forget_classes(_rebound(body, cx))
    _statements(body, cx)
    cx.forget_classes(_rebound(body, cx))


def _rebound(body: S.Block, cx: Context) -> frozenset[str]:
    """The variables that may hold an object of another class after a block than before it."""
    bound = frozenset().union(*(S.writes(t) for t in S.walk_stmts(body)))
    return frozenset(n for n in bound if n not in cx.of_one_class)


def _while(s: S.While, cx: Context) -> None:
    with cx.nested() as before:
        test = plain(s.test, cx)
    with cx.nested() as repeated:
        _repeated(s.body, cx)
    body = repeated.body
    if before.body:
        stop = S.If(E.op("not", test), (S.Break(),), body, s.loc)
        cx.emit(S.While(E.const(True), (*before.body, stop), (), s.loc))
    else:
        cx.emit(S.While(test, body, (), s.loc))


def _for(s: S.For, cx: Context) -> None:
    s = _with_places_stored(s, cx)
    if consumed(s, cx):
        return
    walked = growing(s, cx)
    if walked is not None:
        _statements(walked, cx)
        return
    if s.iter.head == "var" and cx.kinds.get(s.iter.data) == {"iterator"} and not _leaves_loop(s.body) \
            and not any(s.iter.data in S.reads(t) for t in S.walk_stmts(s.body)):
        s = dataclasses.replace(s, iter=E.call(E.ref("list", list), s.iter))  # what is left, which is gone afterwards
    if not _leaves_loop(s.body) and unrolled(s.target, s.iter, lambda: _statements(copied(s.body), cx), cx):
        return
    loop(s.target, s.iter, lambda: _repeated(s.body, cx), cx)


def _with_places_stored(s: S.For, cx: Context) -> S.For:
    """``for x[i] in values: ...`` as a loop that begins with an assignment to ``x[i]``."""
    places = [t for t in S.parts(s.target) if t.head != "var"]
    if not places:
        return s
    new = {t: E.var(cx.names.fresh("v")) for t in places}
    stored = tuple(S.Assign(t, v, s.loc) for t, v in new.items())
    cx.varied.settle((S.For(E.tuple_(*new.values()), s.iter, (), (), s.loc),))
    return dataclasses.replace(s, target=with_places(s.target, lambda t: new.get(t, t)), body=(*stored, *s.body))


def _leaves_loop(body: S.Block) -> bool:
    return any(isinstance(s, S.Break) or not isinstance(s, (S.For, S.While)) and any(map(_leaves_loop, S.blocks(s)))
               for s in body)


def _with(s: S.With, cx: Context) -> None:
    if any(cx.varied.of(part) for e, _ in s.items for part in (e, *E.walk(e))):
        cx.loc = s.loc
        raise cx.refuse("a context manager that is made of differentiated values, and that may suppress an exception or "
                        "whose class is not known, cannot be differentiated",
                        "let __exit__ return None or False, or write what it does before and after the block")
    items = tuple((plain(e, cx), t) for e, t in s.items)
    body = _block(s.body, cx)
    if cx.keeps(s) or all(lets_exceptions_pass(e) for e, _ in s.items):
        cx.emit(S.With(items, body, s.loc))
        return
    done = E.var(cx.names.fresh("completed"))
    error = E.call(E.ref("builtins.RuntimeError", RuntimeError, library=True), E.const(
        "the context manager suppressed an exception; what was done before it cannot be differentiated"))
    cx.emit(S.Assign(done, E.list_(), s.loc))
    cx.emit(S.With(items, (*body, S.Do(E.call(E.attr(done, "append"), E.const(True)), s.loc)), s.loc))
    cx.emit(S.If(E.op("not", done), (S.Raise(error, None, s.loc),), (), s.loc))


def _try(s: S.Try, cx: Context) -> None:
    """Which handler ran is kept in a variable, which the backward sweep follows."""
    path = E.var(cx.names.fresh("path"))

    def marked(body: S.Block, number: int) -> S.Block:
        return (S.Assign(path, E.const(number), s.loc), *body) if s.handlers else body

    cx.exceptions |= {h.name for h in s.handlers if h.name is not None}
    start = dict(cx.classes)
    body = _block(s.body, cx)
    orelse = marked(_block(s.orelse, cx), 0)
    through, cx.classes = cx.classes, start
    cx.forget_classes(_rebound(s.body, cx))
    blocks = _sides([h.body for h in s.handlers], cx)
    handlers = tuple(dataclasses.replace(h, body=marked(b, n + 1)) for n, (h, b) in enumerate(zip(s.handlers, blocks)))
    cx.meet_classes([through, cx.classes] if s.handlers else [through])
    while body and cannot_raise(body[0], s.handlers):  # what it binds is there whatever the rest raises
        cx.emit(body[0])
        body = body[1:]
    cx.emit(S.Try(body, handlers, orelse, _block(s.final, cx), s.loc))


def _define(s: S.Define, cx: Context) -> None:
    if s.name in cx.stable:
        cx.callables[s.name] = s.value
    elif s.name in cx.chosen:
        note_choice(s.name, s.value, cx)
    cx.emit(s)


def _as_is(s: Any, cx: Context) -> None:
    cx.emit(S.map_expressions(lambda e: plain(e, cx), s))



_STATEMENTS: dict[type, Callable[[Any, Context], None]] = {
    S.Assign: assignments.assign, S.Aug: assignments.update, S.Do: _do, S.If: _if, S.While: _while, S.For: _for,
    S.With: _with, S.Try: _try, S.Define: _define, S.Delete: assignments.delete, S.Assert: _as_is, S.Raise: _as_is,
    S.Break: _as_is, S.Continue: _as_is, S.Pass: lambda s, cx: None,
}
