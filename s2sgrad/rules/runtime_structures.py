"""Rules of the run-time helpers for structures: sums, changes in place, and adjoints that are found by their object."""
from __future__ import annotations

from s2sgrad import runtime as rt
from s2sgrad.ir import types as T
from s2sgrad.rules.registry import adjoint, d, linear, nondifferentiable, tangent
from s2sgrad.rules.runtime import _of_first
from s2sgrad.rules.typing import Operands, like_first
from s2sgrad.runtime.scipy_functions import result_tangent

# ---- structures -----------------------------------------------------------------------------------------------------

def _of_second(operands: Operands) -> T.Type:
    return list(operands.values())[1].type


@adjoint(rt.add, type=_of_first)
def add(y, a, b):
    d[a] = d[y]
    d[b] = d[y]


@tangent(rt.add)
def add_tangent(y, a, b):
    d[y] = rt.add(d[a], d[b])


@linear(rt.structured_like, view=True, type=_of_second)
def structured_like(by, b, x):
    return rt.structured_like(by, b)


@linear(rt.entries_like, type=_of_second)
def entries_like(by, b, x):
    return rt.entries_of(by, b)


@linear(rt.entries_of, type=_of_second)
def entries_of(bz, by, b):
    return rt.entries_like(bz, by)


def _of_third(operands: Operands) -> T.Type:
    return list(operands.values())[2].type


@linear(rt.placed, type=_of_third)
def placed(by, b, key, x):
    return rt.fitted(by[key], b)


@linear(rt.fold_repeats)
def fold_repeats(by, b, count):
    return rt.repeated_like(by, b)


@linear(rt.repeated_like)
def repeated_like(by, b, like):
    return rt.fold_repeats(by, len(b))


@linear(rt.times_adjoint)
def times_adjoint(by, b, xs, n):
    return rt.times_like(by, b, n)


@linear(rt.times_like)
def times_like(by, b, like, n):
    return rt.times_adjoint(by, b, n)


@adjoint(rt.from_elements, view=("b.elements",))
def from_elements(y, b, x):
    d[b] = rt.from_elements(rt.listed_tangent(d[y], x), b)


@tangent(rt.from_elements)
def from_elements_tangent(y, b, x):
    d[y] = rt.from_elements(d[b], x)


@adjoint(rt.replaced)
def replaced(y, p, names, values):
    d[p] = rt.other_fields(d[y], names, p)
    d[values] = rt.fields_of(d[y], names)


@linear(result_tangent, wrt="values")
def result_of_solver(by, result, names, values):
    return rt.fields_of(by, names)


@linear(rt.other_fields)
def other_fields(by, b, names, p):
    return rt.other_fields(by, names, p)


@linear(rt.fields_of)
def fields_of(by, b, names):
    return rt.replaced(rt.zeros_like(b), names, by)


@tangent(rt.replaced)
def replaced_tangent(y, p, names, values):
    d[y] = rt.replaced(d[p], names, d[values])


nondifferentiable(rt.require_part, rt.require_structure, rt.require_structures, rt.require_value, rt.require_number,
                  rt.require_array, rt.require_copy, rt.require_numbers, rt.require_elements, rt.require_parts,
                  rt.require_deep_copy,
                  rt.require_list, rt.require_sequence, rt.require_class, rt.require_object, rt.require_key,
                  rt.require_plain_key, rt.require_plain_keys, rt.require_apart,
                  rt.require_in_place, rt.require_changeable, rt.require_exchangeable, rt.require_slice, rt.require_stored,
                  rt.require_other, rt.require_view, rt.require_new, rt.require_unchanging)
nondifferentiable(rt.along_axis, rt.method_of, rt.function_in, rt.numbers_in, rt.zero_tangent, rt.runs, rt.shortest,
                  rt.keys_from_last, rt.require_plain, rt.require_dense, rt.holds, rt.require_no_object,
                  rt.require_attribute, rt.require_unbounded, rt.of_sequence, rt.require_stateless, rt.dispatched_method,
                  rt.require_apart_state, rt.require_unshared, rt.require_out, rt.require_no_out, rt.require_ordered,
                   rt.require_places, rt.require_joined, rt.is_list, rt.thawed)


# ---- changes in place: what is done to an adjoint or tangent is done to its tangent ----------------------------------

@tangent(rt.add_at)
def add_at_tangent(y, b, key, value):
    rt.add_at(d[b], key, d[value])


@tangent(rt.add_fitted)
def add_fitted_tangent(y, b, key, value):
    rt.add_fitted(d[b], key, d[value])


@tangent(rt.restore_contents)
def restore_contents_tangent(y, x, value):
    rt.restore_contents(d[x], d[value])


@tangent(rt.members)
def members_tangent(y, x):
    d[y] = rt.members(d[x])


@tangent(rt.restore_members)
def restore_members_tangent(y, x, value):
    rt.restore_members(d[x], d[value])


@tangent(rt.restore_part)
def restore_part_tangent(y, x, key, value):
    rt.restore_part(d[x], key, d[value])


@tangent(rt.restore_field)
def restore_field_tangent(y, x, name, value):
    rt.restore_field(d[x], name, d[value])


@tangent(rt.take_field)
def take_field_tangent(y, b, name):
    d[y] = rt.take_field(d[b], name)


@tangent(rt.add_part)
def add_part_tangent(y, b, key, value):
    rt.add_part(d[b], key, d[value])


@tangent(rt.add_to)
def add_to_tangent(y, a, b):
    rt.add_to(d[a], d[b])


@tangent(rt.take_at)
def take_at_tangent(y, b, key):
    d[y] = rt.take_at(d[b], key)


@tangent(rt.split_tail)
def split_tail_tangent(y, b, count):
    d[y] = rt.split_tail(d[b], count)


@tangent(rt.take_out)
def take_out_tangent(y, b, position):
    d[y] = rt.take_out(d[b], position)


@tangent(rt.put_back)
def put_back_tangent(y, b, position, value):
    rt.put_back(d[b], position, d[value])


@tangent(rt.saved)
def saved_tangent(y, table, key):
    d[y] = rt.saved(d[table], key)


@tangent(rt.saved_attribute)
def saved_attribute(y, x, name):
    d[y] = rt.saved_attribute(d[x], name)


@tangent(rt.restore_attribute)
def restore_attribute(y, x, name, value):
    rt.restore_attribute(d[x], name, d[value])


@tangent(rt.restore)
def restore_tangent(y, table, key, value):
    rt.restore(d[table], key, d[value])


@tangent(rt.add_field)
def add_field_tangent(y, b, name, value):
    rt.add_field(d[b], name, d[value])


@tangent(rt.add_saved)
def add_saved_tangent(y, b, key, value):
    rt.add_saved(d[b], key, d[value])


@tangent(rt.take_part)
def take_part_tangent(y, b, key):
    d[y] = rt.take_part(d[b], key)


@tangent(rt.take_contents)
def take_contents_tangent(y, b):
    d[y] = rt.take_contents(d[b])


@tangent(rt.sort_tangent)
def sort_tangent_tangent(y, dxs, xs, axis=-1, kind=None, order=None, stable=None, key=None, reverse=False):
    rt.sort_tangent(d[dxs], xs, axis, kind, key=key, reverse=reverse)


@tangent(rt.partition_tangent)
def partition_tangent_tangent(y, dxs, xs, kth, axis=-1, kind="introselect"):
    rt.partition_tangent(d[dxs], xs, kth, axis, kind)


@tangent(rt.remove_tangent)
def remove_tangent_tangent(y, dxs, xs, x):
    rt.remove_tangent(d[dxs], xs, x)


# ---- what is held in several places -----------------------------------------------------------------------------------

@tangent(rt.entry)
def entry_tangent(y, b, key):
    d[y] = rt.entry(d[b], key)


@tangent(rt.held_attribute)
def held_attribute_tangent(y, x, name):
    d[y] = rt.held_attribute(d[x], name)


@tangent(rt.mirror, type=like_first)
def mirror_tangent(y, x, mirrors):
    d[y] = rt.mirror(x, d[mirrors])


@tangent(rt.mirror_array, type=like_first)
def mirror_array_tangent(y, x, mirrors):
    d[y] = rt.mirror_array(x, d[mirrors])


@tangent(rt.mirror_field)
def mirror_field_tangent(y, x, name, mirrors):
    d[y] = rt.mirror_field(x, name, d[mirrors])


@tangent(rt.mirror_part)
def mirror_part_tangent(y, x, key, mirrors):
    d[y] = rt.mirror_part(x, key, d[mirrors])


@tangent(rt.link_array)
def link_array_tangent(y, mirrors, x, b):
    rt.link_array(d[mirrors], x, d[b])


@tangent(rt.link)
def link_tangent(y, mirrors, x, b):
    rt.link(d[mirrors], x, d[b])
