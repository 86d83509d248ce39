"""The passes over a generated function, in the order in which they run."""
from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping

from s2sgrad.ir import stmt as S
from s2sgrad.ir.types import Type
from s2sgrad.optimize.alike import join_alike
from s2sgrad.optimize.broadcasts import ask_for_shapes
from s2sgrad.optimize.bundle import bundle
from s2sgrad.optimize.checked import check_where_read
from s2sgrad.optimize.claims import declared_by, is_stated_number
from s2sgrad.optimize.coalesce import coalesce
from s2sgrad.optimize.comments import comment
from s2sgrad.optimize.copies import spare_copies
from s2sgrad.optimize.dead_code import remove_dead_code
from s2sgrad.optimize.delay import delay
from s2sgrad.optimize.duplicate import duplicate
from s2sgrad.optimize.entries import display_entries
from s2sgrad.optimize.gather import gather
from s2sgrad.optimize.inverses import share_inverses
from s2sgrad.optimize.lend import lend_shapes
from s2sgrad.optimize.lengths import trust_bounds
from s2sgrad.optimize.loops import improve_loops
from s2sgrad.optimize.nest import nest
from s2sgrad.optimize.nested_parts import add_where_it_belongs
from s2sgrad.optimize.placing import place
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.propagate import propagate
from s2sgrad.optimize.results import give_back
from s2sgrad.optimize.reuse import reuse, save_once
from s2sgrad.optimize.share import share
from s2sgrad.optimize.signs import move_signs
from s2sgrad.optimize.simplify import simplify
from s2sgrad.optimize.spelling import name_totals, spell
from s2sgrad.optimize.spread import name_numbers
from s2sgrad.optimize.unpacked import take_apart_at_once
from s2sgrad.optimize.updates import update_in_place
from s2sgrad.optimize.webs import FreshNames, by_value, separate

Pass = Callable[[S.Function, Program], S.Function]

#: Run until none of them changes anything.
PASSES: tuple[Pass, ...] = (simplify, propagate, remove_dead_code, duplicate, nest, name_numbers)
#: Run once when they have, which they do again where one of these changes something.
SHARING: tuple[Pass, ...] = (trust_bounds, share_inverses, reuse, save_once, move_signs, spare_copies, ask_for_shapes)
#: Run once, afterwards.
FINISHING: tuple[Pass, ...] = (gather, share, delay, update_in_place, coalesce, lend_shapes, add_where_it_belongs,
                               bundle, take_apart_at_once, improve_loops, spell, comment, display_entries, place,
                               check_where_read, give_back, join_alike, name_totals)
_ROUNDS = 6


def optimize(fn: S.Function, types: Mapping[str, Type] | Callable[[str], Type],
             storage: Container[str] = frozenset(), sharing: Iterable[tuple[str, ...]] = (),
             relaxed: Container[str] = frozenset(), single: Container[str] = frozenset(),
             reals: Callable[[], bool] = lambda: False) -> S.Function:
    """`fn`, a generated function, as an expert would have written it.

    `types` tells what is known about the variables of the primal, `storage` which adjoints and tangents are arrays
    that other variables see: those stay where they are. `sharing` are groups of parameters that may share memory,
    `relaxed` adjoints that may have more axes than what they are the adjoints of, `single` variables that have one
    element; `reals` tells whether the primal takes moduli or real parts of what may be complex. The result
    computes the same values up to the association of floating-point operations.
    """
    declared = declared_by(types)
    names = FreshNames(fn)
    fn, updated = by_value(fn, lambda name: is_stated_number(name, declared, relaxed), storage)
    fn = separate(fn, names)
    lent = frozenset(p.name for p in fn.params if p.name in storage)
    program = Program(fn, declared, names, updated, sharing, relaxed, single, reals, lent)
    fn = _settled(fn, program)
    for run in SHARING:
        before, fn = fn, run(fn, program)
        fn = fn if fn is before else _settled(fn, program)
    for run in FINISHING:
        fn = run(fn, program)
    return fn


def _settled(fn: S.Function, program: Program) -> S.Function:
    """`fn` after rounds of the passes that make room for each other."""
    unchanged = 0
    for n in range(_ROUNDS * len(PASSES)):
        if n % len(PASSES) == 0:
            program.turn_to(fn)
        before = fn
        fn = PASSES[n % len(PASSES)](fn, program)
        unchanged = unchanged + 1 if fn is before else 0
        if unchanged == len(PASSES):
            break
    return fn
