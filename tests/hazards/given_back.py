"""Arrays that methods, tables of functions and containers give back, and that are changed in place: their owners change, too."""
import contextlib

import numpy as np


def itself(m):
    return m


class Solver:
    def __init__(self):
        self.count = 0
        self.function = itself
        self.table = {"itself": itself}

    def project(self, m):
        self.count += 1
        return m

    def sum(self, m):
        """Named like a method of arrays."""
        return m

    def with_a_row(self, m):
        return 1.0, m[0]

    def by_its_function(self, m):
        return self.function(m)


class Network:
    def __init__(self):
        self.inner = Solver()

    def forward(self, m):
        return self.inner.project(m)


FUNCTIONS = {"itself": itself}


@contextlib.contextmanager
def lent(m):
    yield m


def by_a_method(m, v):
    r = Solver().project(m)
    r *= v
    return np.sum(m ** 2)


def by_a_method_of_a_variable(m, v):
    solver = Solver()
    r = solver.project(m)
    r *= v
    return np.sum(m ** 2)


def by_a_method_named_like_one_of_arrays(m, v):
    solver = Solver()
    r = solver.sum(m)
    r *= v
    return np.sum(m ** 2)


def in_a_pair(m, v):
    solver = Solver()
    _, r = solver.with_a_row(m)
    r *= v
    return np.sum(m ** 2)


def helped(solver, m):
    return solver.project(m)


def by_a_function_that_calls_a_method(m, v):
    r = helped(Solver(), m)
    r *= v
    return np.sum(m ** 2)


def by_a_method_of_a_part(m, v):
    network = Network()
    r = network.forward(m)
    r[0] = v
    return np.sum(m ** 2)


def as_an_array(m, v):
    solver = Solver()
    r = np.asarray(solver.project(m))
    r *= v
    return np.sum(m ** 2)


def by_a_method_of_an_argument(m, v, solver):
    r = solver.project(m)
    r *= v
    return np.sum(m ** 2)


def by_a_function_in_an_attribute(m, v):
    r = Solver().by_its_function(m)
    r *= v
    return np.sum(m ** 2)


def by_a_function_of_an_argument(m, v, solver):
    r = solver.function(m)
    r *= v
    return np.sum(m ** 2)


def by_a_table(m, v):
    r = FUNCTIONS["itself"](m)
    r *= v
    return np.sum(m ** 2)


def by_a_table_made_here(m, v):
    functions = {"itself": lambda x: x}
    r = functions["itself"](m)
    r *= v
    return np.sum(m ** 2)


def by_a_table_in_an_attribute(m, v):
    solver = Solver()
    r = solver.table["itself"](m)
    r *= v
    return np.sum(m ** 2)


def by_methods_in_a_comprehension(m, v):
    solver = Solver()
    rows = [solver.sum(x) for x in m]
    for r in rows:
        r *= v
    return np.sum(m ** 2)


def by_functions_in_a_comprehension(m, v):
    rows = [itself(x) for x in m]
    for r in rows:
        r *= v
    return np.sum(m ** 2)


def mapped(m, v):
    rows = list(map(itself, m))
    for r in rows:
        r *= v
    return np.sum(m ** 2)


def put_in_order(m, v):
    r = sorted([m[0], m[1]], key=np.sum)[0]
    r *= v
    return np.sum(m ** 2)


def updated_in_order(m, v):
    rows = sorted([m[0], m[1]], key=np.sum)
    rows[0] *= v
    return np.sum(m ** 2)


def the_larger_one(m, v):
    r = max(m[0], m[1], key=np.sum)
    r *= v
    return np.sum(m ** 2)


def in_a_list_of_a_display(m, v):
    pair = m[0], m[1]
    rows = list(pair)
    r = rows[0]
    r *= v
    return np.sum(m ** 2)


def in_a_tuple_of_a_display(m, v):
    rows = tuple(reversed((m[0], m[1])))
    r = rows[0]
    r[0] = v[1]
    return np.sum(m ** 2)


def unpacked_from_a_generator(m, v):
    first, second = (itself(x) for x in m[:2])
    second *= v
    return np.sum(m ** 2) + first[0]


def updated_in_a_dict(m, v):
    rows = {}
    rows["first"] = m[0]
    rows["first"] *= v
    return np.sum(m ** 2)


def updated_in_a_dict_of_rows(m, v):
    rows = {2 * k: x for k, x in enumerate(m)}
    rows[2] *= v
    return np.sum(m ** 2)


def updated_in_a_dict_of_pairs(m, v):
    rows = dict(zip("abcd", m))
    rows["b"] *= v
    return np.sum(m ** 2)


def updated_in_a_list_that_grew(m, v):
    rows = []
    for x in m:
        rows.append(x)
    rows[0] *= v
    return np.sum(m ** 2)


def given_where_a_key_is_missing(m, v):
    known = {"other": 1.0}
    r = known.get("this", m)
    r *= v
    return np.sum(m ** 2)


def by_a_manager(m, v):
    with lent(m) as r:
        r *= v
    return np.sum(m ** 2)


RIGHT = [by_a_method_of_a_variable, by_a_method_named_like_one_of_arrays, in_a_pair, by_a_function_that_calls_a_method,
         by_a_manager]
OTHERS = [
    by_a_method, by_a_method_of_a_part, as_an_array, by_a_function_in_an_attribute, by_a_table, by_a_table_made_here,
    by_a_table_in_an_attribute, by_methods_in_a_comprehension, by_functions_in_a_comprehension, mapped, put_in_order,
    updated_in_order, the_larger_one, in_a_list_of_a_display, in_a_tuple_of_a_display, unpacked_from_a_generator,
    updated_in_a_dict, updated_in_a_dict_of_rows, updated_in_a_dict_of_pairs, updated_in_a_list_that_grew,
    given_where_a_key_is_missing]
OF_OBJECTS = [by_a_method_of_an_argument, by_a_function_of_an_argument]
