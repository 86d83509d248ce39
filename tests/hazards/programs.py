"""Small programs at which a derivative may go wrong without a word: state, scoping, sharing, order of evaluation."""
import collections
import contextlib
import copy
import functools
import itertools
import math
import operator
import random

import numpy as np

K = 2.0
CACHE = {}
LOG = []
HIST = []
COUNT = [0]
STATE = {"k": 1.0}
ARR = np.ones(3)
RNG = np.random.RandomState(0)


class Box:
    pass


class Counting:
    def __init__(self):
        self.n = 0

    def following(self):
        self.n += 1
        return self.n


class Model:
    def __init__(self):
        self.w = 2.0

    def forward(self, x):
        self.h = self.w * x
        return self.h * x


class Private:
    def __init__(self, w):
        self.__w = w

    def value(self, x):
        self.__t = x * self.__w
        return self.__t * x

    def __helper(self, x):
        return x * x

    def use(self, x):
        return self.__helper(x) * 2


BOX = Box()
MODEL = Model()
PRIVATE = Private(2.0)


def keep(v):
    LOG.append(v)


def bump():
    COUNT[0] += 1
    return COUNT[0]


def set_k(v):
    STATE["k"] = v


def last():
    return HIST[-1]


def even(n, x):
    return 1.0 if n == 0 else odd(n - 1, x) * x


def odd(n, x):
    return x if n == 0 else even(n - 1, x) + x


def start_anew():
    """The state of this module as it was at first."""
    np.random.seed(0)
    random.seed(0)
    RNG.seed(0)
    CACHE.clear()
    LOG.clear()
    HIST.clear()
    COUNT[0] = 0
    STATE.clear()
    STATE["k"] = 1.0
    ARR[:] = 1.0


def global_dict_read_back(x):
    CACHE['v'] = x * x
    return CACHE['v'] * x


def global_list_read_back(x):
    LOG.append(x * x)
    return LOG[-1] * x


def global_object_read_back(x):
    BOX.v = x * x
    return BOX.v * x


def global_array_read_back(x):
    ARR[0] = x * x
    return ARR[0] * x


def variable_from_locals(x):
    return locals()['x'] ** 2


def variable_from_eval(x):
    return eval('x*x')


def attribute_of_the_function_itself(x):
    attribute_of_the_function_itself.v = x * x
    return attribute_of_the_function_itself.v


def default_that_is_changed(x, memo={}):
    memo['a'] = x * x
    return memo['a'] * x


def default_of_a_nested_function_that_is_changed(x):

    def g(v, acc=[]):
        acc.append(v)
        return acc[-1]
    return g(x * x)


def variable_from_vars(x):
    d = vars()
    return d['x'] * 2


def callee_keeps_it_in_a_global(x):
    keep(x * x)
    return LOG[-1] * x


def iterator_advanced_by_hand(x):
    it = iter([x, x * x])
    a = next(it)
    return a * next(it)


def generator_that_is_kept(x):
    g = (v * v for v in [x, 2 * x])
    return sum(g)


def sum_of_a_set(x):
    s = {x, 2 * x}
    return sum(s)


def setattr_of_a_global(x):
    setattr(BOX, 'w', x * x)
    return getattr(BOX, 'w') * x


def setattr_and_getattr(x):
    b = Box()
    setattr(b, 'w', x * x)
    return getattr(b, 'w') * x


def through_the_dict_of_an_object(x):
    b = Box()
    b.__dict__['w'] = x * x
    return b.w * x


def tolist(x):
    return float(np.array([x, x]).tolist()[0]) * x


def memory_view(x):
    a = np.array([x, 2 * x])
    m = memoryview(a)
    return m[0] * x


def setitem_by_function(x):
    l = [x]
    operator.setitem(l, 0, x * x)
    return l[0]


def list_with_two_names(x):
    l = [x, 2 * x]
    l2 = l
    l2[0] = x * x
    return l[0] * l[1]


def dict_with_two_names(x):
    d = dict(a=x)
    e = d
    e.update(a=x * x)
    return d['a']


def value_in_an_exception(x):
    try:
        y = x * x
        raise ValueError(y)
    except ValueError as e:
        return e.args[0] * x


def cached_lambda(x):
    f = functools.lru_cache(lambda v: v * v)
    return f(x) * x


def reduce_with_lambda(x):
    return functools.reduce(lambda a, b: a * b, [x, x, x])


def product_of_iterables(x):
    t = 0.0
    for a, b in itertools.product([x, 2 * x], [x]):
        t += a * b
    return t


def extremum_by_a_key(x):
    return max([x, 2 * x, -x], key=lambda v: -v)


def deep_copy(x):
    return copy.deepcopy([x])[0] * x


def imaginary_part(x):
    return complex(x, x * x).imag


def divmod_of_a_square(x):
    return divmod(x * x, 1.5)[1] * x


def method_of_a_float(x):
    return x.__mul__(x)


def item_of_a_numpy_number(x):
    return np.float64(x * x).item() * x


def fsum(x):
    return math.fsum([x, x * x])


def sum_with_a_start(x):
    return sum([x, x * x], start=x)


def tolist_of_a_scalar_array(x):
    return np.asarray(x * x).tolist() * x


def lambda_with_star_parameters(x):
    return (lambda *a, **k: a[0] * k['z'])(x, z=x)


def starred_unpacking(x):
    a, *b, c = (x, 2 * x, 3 * x, x * x)
    return a * b[1] * c


def suppressed_exception(x):
    with contextlib.suppress(ValueError):
        x = x * x
        raise ValueError
    return x * x


def slice_of_a_list(x):
    l = [1.0] * 3
    l[1:] = [x, x * x]
    return sum(l)


def setdefault_then_append(x):
    d = {}
    d.setdefault('a', []).append(x * x)
    return d['a'][0] * x


def deleted_and_bound_again(x):
    z = x
    del z
    z = x * x
    return z


def closure_in_a_loop(x):
    for i in range(3):

        def g(v):
            return v * i * x
        x = g(x)
    return x


def list_of_functions(x):
    return [f(x) for f in (lambda v: v * v, math.sin)][0]


def sorted_in_place_both_ways(x):
    a = np.array([x, 2 * x, 3 * x])
    a.sort()
    a[::-1].sort()
    return a[0] * a[1]


def where_and_item(x):
    return np.where(x > 0, x * x, -x).item()


def array_from_an_iterator(x):
    return np.fromiter((v * v for v in [x]), float)[0] * x


def sorted_in_reverse(x):
    return sorted([x * x, x], reverse=True)[0] * x


def dict_of_a_zip(x):
    return dict(zip('ab', [x, x * x]))['b']


def starred_map(x):
    return [*map(lambda v: v * v, [x])][0]


def item_getter(x):
    return operator.itemgetter(0)([x * x]) * x


def augmented_attribute(x):
    o = Box()
    o.v = x
    o.v += x * x
    return o.v


def walrus_in_a_condition(x):
    if (y := (x * x)) > 0:
        return y * x
    return x


def boolean_operators_on_values(x):
    return (x if x > 0 else -x) * (x and 2 * x) * (0 or x)


def global_that_changes(x):
    STATE['k'] = 2.0
    y = x * x * STATE['k']
    STATE['k'] = 5.0
    return y


def random_number(x):
    return x * x * RNG.random()


def callee_that_counts(x):
    COUNT[0] = 0
    y = x * x * bump()
    y = y * bump()
    return y


def global_array_that_changes(x):
    ARR[:] = 2.0
    y = np.sum(x * x * ARR)
    ARR[:] = 5.0
    return y


def method_that_counts(x):
    m = Counting()
    y = x * x * m.following()
    y = y * x * m.following()
    return y


def iterator_of_constants(x):
    it = iter([2.0, 3.0])
    y = x * x * next(it)
    return y * x * next(it)


def stack_of_constants(x):
    q = [2.0, 3.0]
    y = x * x * q.pop()
    return y * x * q.pop()


def constant_element_that_changes(x):
    k = [2.0]
    y = x * x * k[0]
    k[0] = 7.0
    return y * k[0]


def constant_entry_that_changes(x):
    d = {'a': 2.0}
    y = x * x * d['a']
    d['a'] += 7.0
    return y * d['a']


def global_changed_by_a_callee(x):
    set_k(2.0)
    y = x * x * STATE['k']
    set_k(5.0)
    return y


def log_of_values(x):
    for i in range(3):
        x = x * x
        HIST.append(x)
    return x


def global_read_by_a_callee(x):
    HIST.append(x * x)
    return last() * x


def global_that_is_only_written(x):
    y = x * x
    STATE['loss'] = y
    return y


def global_counter(x):
    STATE['n'] = STATE.get('n', 0) + 1
    return x * x


def size_of_a_log(x):
    n = len(HIST)
    HIST.append(x)
    print(HIST[-1])
    return x * x * (n + 1) / (n + 1)


def list_of_a_closure(x):
    l = [x]

    def g(v):
        l.append(v * v)
        return l[-1]
    return g(x) * l[0]


def attribute_of_a_global_object(x):
    return MODEL.forward(x) * 1.0


def random_numbers(x):
    np.random.seed(0)
    return x * x * np.random.rand() * random.random()


def random_branch(x):
    y = 0.0
    for i in range(3):
        if np.random.rand() > 0.5:
            y = y + x * x
        else:
            y = y + x
    return y


def random_element(x):
    xs = [x, 2 * x, 3 * x]
    return xs[np.random.randint(3)] * x


def random_place(x):
    a = np.zeros(3)
    a[np.random.randint(3)] = x * x
    return np.sum(a * a)


def random_order(x):
    a = np.arange(3) * x
    t = 0.0
    for i in np.random.permutation(3):
        t += a[i] * i * t + x
    return t


def private_attribute(x):
    return Private(x).value(2.0)


def private_method(x):
    return Private(3.0).use(x)


def private_attribute_of_a_global(x):
    return PRIVATE.value(x)


def lambdas_with_defaults(x):
    fs = []
    for i in range(3):
        fs.append(lambda v, i=i: v * i)
    return sum((f(x) for f in fs))


def lambdas_that_share_a_loop_variable(x):
    fs = [lambda v: v * i for i in range(3)]
    return sum((f(x) for f in fs))


def annotated_rebinding(x):
    x: float = x * x
    return x


def repeated_list(x):
    a = [x] * 3
    a[0] = x * x
    return a[0] * a[1]


def repeated_list_of_one_list(x):
    a = [[x]] * 2
    a[0][0] = x * x
    return a[1][0]


def closure_reads_late(x):

    def g():
        return x * x
    x = 3.0 * x
    return g()


def nonlocal_variable(x):
    y = x

    def g():
        nonlocal y
        y = y * x
    g()
    g()
    return y


def loop_over_itself(x):
    for x in [x, 2 * x]:
        pass
    return x * x


def finally_rebinds(x):
    try:
        pass
    finally:
        x = x * x
    return x


def nested_functions_that_call_each_other(x):

    def h(n):
        return x if n == 0 else k(n - 1) * x

    def k(n):
        return h(n) * 2
    return h(2)


def functions_that_call_each_other(x):
    return even(4, x)


def exit_stack(x):
    with contextlib.ExitStack() as st:
        st.enter_context(contextlib.nullcontext())
        y = x * x
    return y


def alias_then_new_array(x):
    a = np.array([x, 2.0])
    b = a
    b = b * 2
    b[0] = 1.0
    return np.sum(a * b)


def alias_then_in_place(x):
    a = np.array([x, 2.0])
    b = a
    b *= 2
    return np.sum(a)


def copy_of_a_list(x):
    l = [x, 2 * x]
    m = l[:]
    m[0] = 5.0
    return l[0] * m[1]


def loop_else_after_break(x):
    s = 0.0
    i = 0
    while True:
        i += 1
        if i > 3:
            break
        s += x * i
    else:
        s = 0.0
    return s


def sum_and_max_of_generators(x):
    return sum((x * v for v in range(4) if v % 2)) + max((v * x for v in range(3)))


def subscript_by_a_boolean(x):
    return [x, x * x][True]


def last_of_a_tuple(x):
    return (x, x * x)[-1]


def text_and_value(x):
    return 'ab' and x * x


def value_or_zero(x):
    return x if x else 0


def power_of_a_boolean(x):
    return x ** True * 3


def chained_unpacking(x):
    y = x
    y, z = z_ = (y * x, y)
    return y * z * z_[0]


def subscript_assigned_together_with_its_key(x):
    i = 0
    a = [0.0, 0.0]
    i, a[i] = (1, x * x)
    return a[1] * a[0] + a[1]


def elements_exchanged(x):
    a = [1.0, 2.0]
    a[0], a[1] = (a[1], x)
    return a[0] * a[1]


def reduce_with_operator(x):
    return functools.reduce(operator.mul, [x] * 3)


def dict_counts(x):
    d = {}
    for k in 'aba':
        d[k] = d.get(k, 0.0) + x * x
    return d['a'] * d['b']


def default_dict(x):
    d = collections.defaultdict(float)
    d['q'] += x * x
    return d['q']


def counter(x):
    c = collections.Counter()
    c['a'] += x
    return c['a'] * x


def math_prod(x):
    return math.prod([x, x, 2.0])


def math_dist(x):
    return math.dist([x, 0.0], [1.0, 1.0])


def conversions(x):
    return int(x) * x + float(x) * x + complex(x).real


def round_times_value(x):
    return round(x) * x


def enumerate_from_one(x):
    t = 0.0
    for i, v in enumerate([x] * 3, start=1):
        t += i * v
    return t


def starred_range(x):
    return [*range(3)][1] * x


def dict_of_a_dict(x):
    return {**{'a': x}, 'b': 1}['a'] * x


def slices_exchanged(x):
    a = np.arange(4) * x
    a[1:], a[:-1] = (a[:-1].copy(), a[1:].copy())
    return a[0] * a[3] + a[1]


def overlapping_slices(x):
    a = np.arange(4) * x
    a[1:] = a[:-1]
    return np.sum(a * a)


def writes_of_every_kind(x):
    a = np.zeros((2, 2))
    a[0] = x
    a[:, 1] += x * x
    a[[0, 0], [0, 1]] *= x
    return np.sum(a * a)


def write_through_a_reversed_view(x):
    a = np.full(3, x)
    b = a[::-1]
    b[0] = 1.0
    a[0] *= x
    return np.sum(a * b)


def bound_on_one_path(x):
    if x > 1:
        K2 = x * x
    return K2 * K


def parameter_shadows(x):

    def g(x):
        return x * 2
    return g(x * x) + x


def comprehension_shadows(x):
    x2 = [x for x in [x, 2 * x]]
    return x2[1] * x


def variable_after_its_loop(x):
    for i in range(3):
        y = x * i
    return y * i * x


def default_evaluated_where_it_is_made(x):

    def g(a, b=x * x):
        return a * b
    x = 5.0 * x
    return g(x)


def functions_made_in_a_loop(x):
    r = []
    for i in range(3):

        def g(v, i=i):
            return v * i * x
        r.append(g)
    return sum((g(x) for g in r))


def function_of_a_function(x):

    def outer(a):

        def inner(b):
            return a * b * x
        return inner
    return outer(x)(2.0) + outer(3.0)(x)


def composition(x):
    compose = lambda f, g: lambda v: f(g(v))
    return compose(math.sin, lambda v: v * x)(x)


def continue_in_while(x):
    a = 1.0
    while a < 10:
        a = a * x
        if a > 5:
            continue
        a = a + x
    return a


def loop_else_in_a_loop(x):
    for i in range(3):
        for j in range(3):
            if j == i:
                break
            x = x * 1.1 + j
        else:
            x = x + 1
    return x


def deleted_function(x):

    def f():
        return x * x
    y = f()
    del f
    return y * x


def exception_out_of_a_loop(x):
    try:
        for i in range(5):
            if i == 2:
                raise StopIteration
            x = x * x
    except StopIteration:
        x = x + 1
    return x


def return_in_try_finally(x):

    def g(v):
        try:
            return v * v
        finally:
            pass
    return g(x)


def return_in_try_in_a_loop(x):

    def g(v):
        for i in range(3):
            try:
                if i == 1:
                    return v * v * i
            finally:
                v = v * 2
        return v
    return g(x)


def return_in_with(x):
    with np.errstate(all='ignore'):
        if x > 1:
            return x * x
    return x


def lambda_called_where_it_is_made(x):
    return (lambda: x * x)()


def lambda_that_calls_itself(x):
    f = lambda n: 1.0 if n == 0 else x * f(n - 1)
    return f(3)


def nonlocal_total(x):
    total = 0.0

    def add(v):
        nonlocal total
        total += v * x
    for i in range(3):
        add(x + i)
    return total


def state_in_a_dict_of_a_closure(x):
    state = {'n': 0.0}

    def step(v):
        state['n'] += v
        return state['n']
    return step(x) * step(x * x)


def list_made_by_a_closure(x):

    def gen():
        return [x * i for i in range(3)]
    return sum(gen()) * x


def augmented_list_with_two_names(x):
    a = [x]
    b = a
    b += [x * x]
    return a[1] * a[0]


def augmented_tuple(x):
    t = (x,)
    t += (x * x,)
    return t[1]


def augmented_integer(x):
    n = 3
    n -= 1
    return x ** n


def augmented_array(x):
    a = np.array([1.0, 2.0])
    a = a * x
    a += a
    a *= a
    return a.sum()


def alias_of_an_array_that_is_rebound(x):
    a = np.ones(2)
    a = a * x
    c = a
    a = a + 1
    c[0] = 3.0
    return np.sum(a * c)


def elements_replaced_in_their_loop(x):
    xs = [x, 2 * x, 3 * x]
    for i, v in enumerate(xs):
        xs[i] = v * v
    return sum(xs)


def list_that_grows_in_a_loop_over_a_copy(x):
    xs = [x, 2 * x]
    for v in list(xs):
        xs.append(v * x)
    return xs[3] * xs[2]


def values_replaced_in_a_loop_over_keys(x):
    d = {'a': x, 'b': 2 * x}
    for k in d:
        d[k] = d[k] * x
    return d['a'] + d['b']


def work_list(x):
    q = [x]
    while q:
        v = q.pop()
        if v < 20:
            q.append(v * v)
    return v


def chain_of_unpackings(x):
    a, b = b_, a_ = (x, x * x)
    return a * b_


def nested_unpacking(x):
    (a, b), c = ((x, 2 * x), x * x)
    [d, e] = [c, a]
    return a * b * c * d * e


def star_first(x):
    *a, b = [x, x * x, 3.0]
    return a[0] * a[1] * b


def signs(x):
    return -x ** 2 + +x - -x


def conditional_chain(x):
    return x if x < 1 else x * x if x < 2 else x * 3


def not_or(x):
    return not x or x * x


def comparison_as_a_number(x):
    return (x > 1) * x * x


def table_by_a_condition(x):
    return {True: x * x, False: x}[x > 1]


def subscript_by_a_condition(x):
    return [x, x * x][int(x > 1)]


def mask_by_an_array(x):
    return np.array([x, x * x])[np.array([True, False])].sum()


def max_and_min(x):
    return max(x, x * x) * min([x, 2.0])


def filled_element_by_element(x):
    m = np.zeros((2, 2))
    for i in range(2):
        for j in range(2):
            m[i, j] = x * i + j
    return np.linalg.det(m + np.eye(2) * x)


def partial_of_a_lambda(x):
    return functools.partial(lambda a, b, c=1.0: a * b * c, x)(x, c=x)


def accumulate(x):
    return list(itertools.accumulate([x, x, x]))[-1]


def combinations(x):
    return sum((a * b for a, b in itertools.combinations([x, 2.0, 3.0], 2)))


def sorted_items(x):
    return [v for k, v in sorted({'b': x, 'a': x * x}.items())][0]


def sorted_by_a_lambda(x):
    return sorted([3.0, x, x * x], key=lambda v: -v)[0] * x


def dict_comprehension_of_a_zip(x):
    return dict(a=x)['a'] * {k: v for k, v in zip('ab', (x, x * x))}['b']


def type_of_the_value(x):
    return type(x)(2.0) * x


def real_and_conjugate(x):
    return x.real * x.conjugate()


def class_of_the_value(x):
    return x.__class__(3) * x


def operators_as_functions(x):
    return operator.add(x, x) * operator.pow(x, 2) * operator.truediv(1.0, x)


def _exchange(a, i, j):
    a[i], a[j] = a[j], a[i]


def elements_exchanged_by_a_callee(x):
    y = x * np.array([1.0, 2.0, 3.0])
    z = y
    _exchange(y, 0, 2)
    return np.sum(z * np.array([1.0, 10.0, 100.0]) * x)


def _fill_row(rows, k, v):
    row = rows[k]
    row[0] = v


def row_filled_by_a_callee(x):
    rows = [np.zeros(2), np.zeros(2)]
    first = rows[0]
    _fill_row(rows, 0, x * x)
    second = rows[1]
    _fill_row(rows, 1, x)
    return first[0] * second[0]


def second_name_of_a_list_of_rows(x):
    rows = [np.zeros(2), np.zeros(2)]
    first = rows[0]
    same = rows
    same[0][0] = x * x
    same[1][0] = x
    return first[0] * rows[1][0]


def row_of_nested_lists(x):
    table = [[np.zeros(2), np.zeros(2)], [np.zeros(2)]]
    rows = table[0]
    first = rows[0]
    rows[0][1] = x * x
    return first[1] * table[0][0][1] + x


def _push(xs, v):
    xs.append(v)


def put_into_a_list_by_a_callee(x):
    xs = []
    a = np.array([x, x])
    _push(xs, a)
    a *= 2
    return xs[0][1] * x


def list_twice_in_a_list(x):
    inner = [x, x]
    outer = [inner, inner]
    outer[0][0] = x * x
    alias = outer[1]
    alias.append(alias[0] * 2)
    return sum(inner) + len(outer) * alias[2]


def copy_of_a_list_of_rows(x):
    rows = [np.array([x, x])]
    others = list(rows)
    others[0] *= x
    return rows[0][1]


PROGRAMS = [
    global_dict_read_back,
    global_list_read_back,
    global_object_read_back,
    global_array_read_back,
    variable_from_locals,
    variable_from_eval,
    attribute_of_the_function_itself,
    default_that_is_changed,
    default_of_a_nested_function_that_is_changed,
    variable_from_vars,
    callee_keeps_it_in_a_global,
    iterator_advanced_by_hand,
    generator_that_is_kept,
    sum_of_a_set,
    setattr_of_a_global,
    setattr_and_getattr,
    through_the_dict_of_an_object,
    tolist,
    memory_view,
    setitem_by_function,
    list_with_two_names,
    dict_with_two_names,
    value_in_an_exception,
    cached_lambda,
    reduce_with_lambda,
    product_of_iterables,
    extremum_by_a_key,
    deep_copy,
    imaginary_part,
    divmod_of_a_square,
    method_of_a_float,
    item_of_a_numpy_number,
    fsum,
    sum_with_a_start,
    tolist_of_a_scalar_array,
    lambda_with_star_parameters,
    starred_unpacking,
    suppressed_exception,
    slice_of_a_list,
    setdefault_then_append,
    deleted_and_bound_again,
    closure_in_a_loop,
    list_of_functions,
    sorted_in_place_both_ways,
    where_and_item,
    array_from_an_iterator,
    sorted_in_reverse,
    dict_of_a_zip,
    starred_map,
    item_getter,
    augmented_attribute,
    walrus_in_a_condition,
    boolean_operators_on_values,
    private_attribute,
    private_method,
    private_attribute_of_a_global,
    lambdas_with_defaults,
    lambdas_that_share_a_loop_variable,
    annotated_rebinding,
    repeated_list,
    repeated_list_of_one_list,
    closure_reads_late,
    nonlocal_variable,
    loop_over_itself,
    finally_rebinds,
    nested_functions_that_call_each_other,
    functions_that_call_each_other,
    exit_stack,
    alias_then_new_array,
    alias_then_in_place,
    copy_of_a_list,
    loop_else_after_break,
    sum_and_max_of_generators,
    subscript_by_a_boolean,
    last_of_a_tuple,
    text_and_value,
    value_or_zero,
    power_of_a_boolean,
    chained_unpacking,
    subscript_assigned_together_with_its_key,
    elements_exchanged,
    reduce_with_operator,
    dict_counts,
    default_dict,
    counter,
    math_prod,
    math_dist,
    conversions,
    round_times_value,
    enumerate_from_one,
    starred_range,
    dict_of_a_dict,
    slices_exchanged,
    overlapping_slices,
    writes_of_every_kind,
    write_through_a_reversed_view,
    bound_on_one_path,
    parameter_shadows,
    comprehension_shadows,
    variable_after_its_loop,
    default_evaluated_where_it_is_made,
    functions_made_in_a_loop,
    function_of_a_function,
    composition,
    continue_in_while,
    loop_else_in_a_loop,
    deleted_function,
    exception_out_of_a_loop,
    return_in_try_finally,
    return_in_try_in_a_loop,
    return_in_with,
    lambda_called_where_it_is_made,
    lambda_that_calls_itself,
    nonlocal_total,
    state_in_a_dict_of_a_closure,
    list_made_by_a_closure,
    augmented_list_with_two_names,
    augmented_tuple,
    augmented_integer,
    augmented_array,
    alias_of_an_array_that_is_rebound,
    elements_replaced_in_their_loop,
    list_that_grows_in_a_loop_over_a_copy,
    values_replaced_in_a_loop_over_keys,
    work_list,
    chain_of_unpackings,
    nested_unpacking,
    star_first,
    signs,
    conditional_chain,
    not_or,
    comparison_as_a_number,
    table_by_a_condition,
    subscript_by_a_condition,
    mask_by_an_array,
    max_and_min,
    filled_element_by_element,
    partial_of_a_lambda,
    accumulate,
    combinations,
    sorted_items,
    sorted_by_a_lambda,
    dict_comprehension_of_a_zip,
    type_of_the_value,
    real_and_conjugate,
    class_of_the_value,
    operators_as_functions,
    global_that_changes,
    random_number,
    callee_that_counts,
    global_array_that_changes,
    method_that_counts,
    iterator_of_constants,
    stack_of_constants,
    constant_element_that_changes,
    constant_entry_that_changes,
    global_changed_by_a_callee,
    log_of_values,
    global_read_by_a_callee,
    global_that_is_only_written,
    global_counter,
    size_of_a_log,
    list_of_a_closure,
    attribute_of_a_global_object,
    random_numbers,
    random_branch,
    random_element,
    random_place,
    random_order,
    elements_exchanged_by_a_callee,
    row_filled_by_a_callee,
    second_name_of_a_list_of_rows,
    row_of_nested_lists,
    put_into_a_list_by_a_callee,
    list_twice_in_a_list,
    copy_of_a_list_of_rows,
]
