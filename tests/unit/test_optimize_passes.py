"""Each pass of the optimizer: a function before, and after."""
from __future__ import annotations

import textwrap

import pytest

from s2sgrad.ir import types as T
from s2sgrad.optimize.dead_code import remove_dead_code
from s2sgrad.optimize.duplicate import duplicate
from s2sgrad.optimize.nest import nest
from s2sgrad.optimize.propagate import propagate
from s2sgrad.optimize.share import share
from s2sgrad.optimize.simplify import simplify
from s2sgrad.optimize.updates import update_in_place
from unit.optimizing import Types, run_pass

VECTOR = T.array(T.Shape((T.Dim(("n",)),)))
NUMBERS: Types = {**dict.fromkeys("xyzpq", T.FLOAT), "n": T.INT}
ARRAYS: Types = {**dict.fromkeys("xyzAB", VECTOR), "p": T.FLOAT, "n": T.INT, "i": T.INT}


def text(source: str) -> str:
    return textwrap.dedent(source).strip()


def unchanged(run: object, source: str, types: Types) -> None:
    """A pass leaves a function as it is; names are written as they come out."""
    assert run_pass(run, source, types) == text(source).replace("b_", "b").replace("t1", "t")  # type: ignore[arg-type]


# ---- copy propagation -----------------------------------------------------------------------------------------------

def test_a_copy_of_an_adjoint_goes() -> None:
    assert run_pass(propagate, """
        def f(x, b_y):
            l_t = b_y
            b_x = l_t * x
            return b_x
    """, NUMBERS) == text("""
        def f(x, by):
            bx = by * x
            return bx
    """)


def test_of_two_names_the_users_stays() -> None:
    assert run_pass(propagate, """
        def f(x, y):
            t1 = x * y
            z = t1
            return z * t1
    """, NUMBERS) == text("""
        def f(x, y):
            z = x * y
            return z * z
    """)


def test_a_copy_ends_where_the_original_is_bound_again() -> None:
    assert run_pass(propagate, """
        def f(x, b_x, n):
            for i in range(n):
                l_b = b_x
                b_x = l_b * x
                b_x = b_x + l_b
            return b_x
    """, NUMBERS) == text("""
        def f(x, bx, n):
            for i in range(n):
                b = bx
                bx2 = bx * x
                bx = bx2 + bx
            return bx
    """)


def test_a_copy_made_before_a_loop_that_changes_the_original_stays() -> None:
    unchanged(propagate, """
        def f(x, y, n):
            t1 = x
            for i in range(n):
                x = x * t1
            return x
    """, NUMBERS)


def test_copies_hold_after_a_branch_only_if_they_hold_in_both() -> None:
    assert run_pass(propagate, """
        def f(x, y, n):
            while x > y:
                t1 = x
                if x > n:
                    x = y - x
                else:
                    n = t1
                x = t1 * x
            return x
    """, NUMBERS) == text("""
        def f(x, y, n):
            while x > y:
                t = x
                if x > n:
                    x = y - x
                else:
                    n = x
                x = t * x
            return x
    """)


# ---- dead code ------------------------------------------------------------------------------------------------------

def test_what_nothing_reads_goes() -> None:
    assert run_pass(remove_dead_code, """
        def f(x):
            t1 = x * 2
            t2 = t1 + 1
            y = x + 1
            return y
    """, NUMBERS) == text("""
        def f(x):
            y = x + 1
            return y
    """)


def test_a_sum_that_only_feeds_itself_goes() -> None:
    assert run_pass(remove_dead_code, """
        def f(x, n):
            b_p = 0.0
            b_x = 0.0
            for i in range(n):
                b_p = b_p + x
                b_x = b_x + 2 * x
            return b_x
    """, NUMBERS) == text("""
        def f(x, n):
            bx = 0.0
            for i in range(n):
                bx = bx + 2 * x
            return bx
    """)


def test_stacks_go_with_what_was_saved_on_them() -> None:
    assert run_pass(remove_dead_code, """
        def f(x, n):
            x_stack = []
            y_stack = []
            for i in range(n):
                x_stack.append(x)
                y_stack.append(x + 1)
                x = x * x
            b_x = 1.0
            for i in reversed(range(n)):
                t1 = y_stack.pop()
                x = x_stack.pop()
                b_x = b_x * x
            return b_x
    """, NUMBERS) == text("""
        def f(x, n):
            x_stack = []
            for i in range(n):
                x_stack.append(x)
                x = x * x
            bx = 1.0
            for i in reversed(range(n)):
                x = x_stack.pop()
                bx = bx * x
            return bx
    """)


def test_a_stack_that_one_branch_needs_is_popped_in_both() -> None:
    unchanged(remove_dead_code, """
        def f(x, n):
            x_stack = []
            for i in range(n):
                x_stack.append(x)
                x = x * x
            bx = 1.0
            for i in reversed(range(n)):
                if i > 2:
                    x = x_stack.pop()
                    bx = bx * x
                else:
                    x = x_stack.pop()
            return bx
    """, NUMBERS)


def test_a_condition_without_branches_goes_with_its_stack() -> None:
    assert run_pass(remove_dead_code, """
        def f(x, n):
            cond_stack = []
            for i in range(n):
                cond_stack.append(x > i)
            b_x = x
            for i in reversed(range(n)):
                if cond_stack.pop():
                    t1 = x * i
            return b_x
    """, NUMBERS) == text("""
        def f(x, n):
            bx = x
            return bx
    """)


def test_an_empty_branch_is_turned_round() -> None:
    assert run_pass(remove_dead_code, """
        def f(x, y):
            b_x = y
            if x > y:
                t1 = x
            else:
                b_x = 2 * y
            return b_x
    """, NUMBERS) == text("""
        def f(x, y):
            bx = y
            if not x > y:
                bx = 2 * y
            return bx
    """)


def test_stores_into_memory_that_nobody_reads_go() -> None:
    assert run_pass(remove_dead_code, """
        def f(x, n):
            y = np.zeros(n)
            z = np.zeros(n)
            for i in range(n):
                y[i] = x[i]
                z[i] = x[i] * 2
            return np.sum(y)
    """, ARRAYS) == text("""
        def f(x, n):
            y = np.zeros(n)
            for i in range(n):
                y[i] = x[i]
            return np.sum(y)
    """)


def test_a_store_through_a_view_counts() -> None:
    unchanged(remove_dead_code, """
        def f(x, n):
            y = np.zeros(n)
            z = y[1:]
            z[0] = x[0]
            return np.sum(y)
    """, ARRAYS)


def test_a_store_into_an_argument_counts() -> None:
    unchanged(remove_dead_code, """
        def f(x, n):
            x[0] = 1.0
            return n
    """, ARRAYS)


def test_restoring_memory_after_its_last_use_goes() -> None:
    assert run_pass(remove_dead_code, """
        def f(x, n):
            x = copy(x)
            x_stack = []
            for i in range(n):
                x_stack.append(copy(x[i]))
                x[i] = x[i] * 2
            b_x = x * 2
            for i in reversed(range(n)):
                x[i] = x_stack.pop()
                b_x[i] = b_x[i] * 2
            return b_x
    """, ARRAYS) == text("""
        def f(x, n):
            x = copy(x)
            for i in range(n):
                x[i] = x[i] * 2
            bx = x * 2
            for i in reversed(range(n)):
                bx[i] = bx[i] * 2
            return bx
    """)


def test_calls_of_unknown_functions_stay() -> None:
    unchanged(remove_dead_code, """
        def f(x, g):
            t = g(x)
            print(x)
            x.update(g)
            return 1.0
    """, {})


def test_a_loop_that_may_not_end_early_goes_with_its_body() -> None:
    assert run_pass(remove_dead_code, """
        def f(x, n):
            y = x
            while y < n:
                y = y * 2
            return x
    """, NUMBERS) == text("""
        def f(x, n):
            return x
    """)


# ---- nesting --------------------------------------------------------------------------------------------------------

def test_temporaries_go_back_into_the_users_expression() -> None:
    assert run_pass(nest, """
        def f(x, y):
            t1 = x * y
            t2 = math.sin(t1)
            z = t2 + 1
            return z
    """, NUMBERS) == text("""
        def f(x, y):
            z = math.sin(x * y) + 1
            return z
    """)


@pytest.mark.parametrize("source", [
    # the operand is bound again
    """
    def f(x, y, n):
        for i in range(n):
            t1 = x * y
            x = y
            y = t1 + x
        return x
    """,
    # the memory that is read is changed, here through a view
    """
    def f(A, n):
        y = A[1:]
        t1 = A[1] * 2
        y[0] = n
        return t1
    """,
    # it is read in a loop
    """
    def f(x, n):
        t1 = math.sin(x)
        for i in range(n):
            x = x * t1
        return x
    """,
    # it is read twice
    """
    def f(x, y):
        t1 = x * y
        z = t1 * t1
        return z
    """,
    # a condition is evaluated again and again
    """
    def f(x, n):
        t1 = math.sin(x)
        while x < t1:
            x = x + n
        return x
    """,
    # a user's name is a user's line
    """
    def f(x, y):
        z = x * y
        return z + 1
    """,
    # calls happen in their order
    """
    def f(x, g, h):
        t1 = g(x)
        y = h(x)
        return t1 + y
    """,
    """
    def f(x, g, A):
        t1 = A[0]
        y = g(A)
        return y + t1
    """,
])
def test_what_cannot_move_stays(source: str) -> None:
    types = {**ARRAYS, "x": T.FLOAT, "y": T.FLOAT}
    del types["y"]
    unchanged(nest, source, types)


def test_calls_that_follow_each_other_nest_in_their_order() -> None:
    assert run_pass(nest, """
        def f(x, g, h):
            t1 = g(x)
            t2 = h(x)
            y = t1 + t2
            return y
    """) == text("""
        def f(x, g, h):
            y = g(x) + h(x)
            return y
    """)
    assert run_pass(nest, """
        def f(x, g, h):
            t1 = g(x)
            t2 = h(x)
            y = t2 + t1
            return y
    """) == text("""
        def f(x, g, h):
            t = g(x)
            t2 = h(x)
            y = t2 + t
            return y
    """)


def test_a_call_is_not_made_conditional() -> None:
    unchanged(nest, """
        def f(x, g):
            t1 = g(x)
            y = t1 if x > 0 else 1.0
            return y
    """, {"x": T.FLOAT})


def test_contributions_to_one_adjoint_become_a_sum() -> None:
    assert run_pass(nest, """
        def f(x, b_y):
            b_x = b_y * x
            b_x = b_x + b_y * 3
            return b_x
    """, NUMBERS) == text("""
        def f(x, by):
            bx = by * x + by * 3
            return bx
    """)


def test_no_line_of_adjoint_code_becomes_too_long() -> None:
    lines = "\n".join(f"            b_x = b_x + b_y * math.sin(x * {n}) * math.cos(x * {n})" for n in range(6))
    made = run_pass(nest, f"""
        def f(x, b_y):
            b_x = b_y * x
{lines}
            return b_x
    """, NUMBERS)
    assert 3 <= made.count("\n") < 8
    assert max(map(len, made.splitlines())) <= 100


# ---- cheap values ---------------------------------------------------------------------------------------------------

def test_parts_are_written_where_they_are_used() -> None:
    assert run_pass(duplicate, """
        def f(p, x):
            t1 = p["w"]
            y = x @ t1
            return y @ t1.T
    """) == text("""
        def f(p, x):
            y = x @ p['w']
            return y @ p['w'].T
    """)


def test_parts_that_change_are_not() -> None:
    unchanged(duplicate, """
        def f(A, x):
            t1 = A[1:]
            y = x @ t1
            A[0] = 1.0
            return y @ t1
    """, ARRAYS)


# ---- freshness and updates ------------------------------------------------------------------------------------------

def test_a_product_with_one_that_made_a_copy_stays_a_copy_where_it_matters() -> None:
    assert run_pass(simplify, """
        def f(x, b_y):
            b_x = b_y * 1.0
            b_x[0] = b_x[0] + 2.0
            return b_x, b_y
    """, ARRAYS) == text("""
        def f(x, by):
            bx = copy(by)
            bx[0] = bx[0] + 2.0
            return bx, by
    """)
    assert run_pass(simplify, """
        def f(x, b_y):
            b_x = b_y * 1.0
            return b_x, b_y
    """, ARRAYS) == text("""
        def f(x, by):
            bx = by
            return bx, by
    """)


def test_additions_in_place_come_back() -> None:
    source = """
        def f(x, xs, b_y):
            b_x = np.zeros_like(x)
            for z in xs:
                b_x += b_y * z
            return b_x
    """
    assert run_pass(update_in_place, source, ARRAYS) == text(source).replace("b_", "b")


def test_an_array_that_is_kept_elsewhere_is_not_added_to_in_place() -> None:
    assert run_pass(update_in_place, """
        def f(x, xs, b_y):
            b_x = np.zeros_like(x)
            kept = []
            for z in xs:
                kept.append(b_x)
                b_x += b_y * z
            return b_x, kept
    """, ARRAYS) == text("""
        def f(x, xs, by):
            bx = np.zeros_like(x)
            kept = []
            for z in xs:
                kept.append(bx)
                bx = bx + by * z
            return bx, kept
    """)


def test_storage_is_always_added_to_in_place() -> None:
    source = """
        def f(x, b_y):
            b_A = np.zeros_like(x)
            b_z = b_A[1:]
            b_z += b_y
            return b_A
    """
    assert run_pass(update_in_place, source, ARRAYS, frozenset(("~A", "~z"))) == text(source).replace("b_", "b")


def test_differences_and_longer_sums() -> None:
    assert run_pass(update_in_place, """
        def f(x, y, n):
            b_x = 0.0
            for i in range(n):
                b_x = b_x - x - y
                b_x = b_x - x + y
            return b_x
    """, NUMBERS) == text("""
        def f(x, y, n):
            bx = 0.0
            for i in range(n):
                bx -= x + y
                bx += y - x
            return bx
    """)


def test_the_zero_of_a_dict_has_its_keys() -> None:
    """Of an array only the shape matters, which stores do not change; of a dict they do."""
    unchanged(remove_dead_code, """
        def f(x, out):
            out = dict(out)
            out['all'] = x
            bout = zeros_like(out)
            return bout
    """, {"x": VECTOR, "out": T.Type("dict")})
    assert run_pass(remove_dead_code, """
        def f(x, out):
            out = out.copy()
            out[0] = x[0]
            b_out = zeros_like(out)
            return b_out
    """, {"x": VECTOR, "out": VECTOR}) == text("""
        def f(x, out):
            out = out.copy()
            bout = zeros_like(out)
            return bout
    """)


# ---- sharing --------------------------------------------------------------------------------------------------------

def test_a_call_that_occurs_twice_is_made_once() -> None:
    assert run_pass(share, """
        def f(x, n, b_y):
            y = x * np.eye(n)
            b_x = b_y * np.eye(n)
            return y, b_x
    """, ARRAYS) == text("""
        def f(x, n, by):
            t = np.eye(n)
            y = x * t
            bx = by * t
            return y, bx
    """)


def test_a_call_that_no_iteration_changes_is_made_before_the_loop() -> None:
    assert run_pass(share, """
        def f(x, n, b_y):
            b_x = 0.0
            for i in range(n):
                for j in range(i):
                    b_x = b_x + b_y * np.cos(x) * j
            return b_x
    """, ARRAYS) == text("""
        def f(x, n, by):
            bx = 0.0
            t = np.cos(x)
            for i in range(n):
                for j in range(i):
                    bx = bx + by * t * j
            return bx
    """)


@pytest.mark.parametrize("source", [
    # the loop changes it
    """
    def f(x, n, by):
        bx = 0.0
        for i in range(n):
            bx = bx + by * np.cos(i)
        return bx
    """,
    # it may raise, and the loop may not run
    """
    def f(x, n, by):
        bx = 0.0
        for i in range(n):
            bx = bx + by * math.sqrt(x)
        return bx
    """,
    # it is needed in one case or the other
    """
    def f(x, n, by):
        if n > 1:
            bx = by * math.cos(x)
        else:
            bx = by + math.cos(x) * 2
        return bx
    """,
    # what it reads changes
    """
    def f(A, n):
        y = np.sum(A) * 2
        A[0] = n
        return y + np.sum(A) * 2
    """,
    # a buffer is not shared
    """
    def f(x, n):
        y = np.zeros(n)
        z = np.zeros(n)
        y[0] = x[0]
        return y, z
    """,
])
def test_what_is_not_shared(source: str) -> None:
    unchanged(share, source, {**ARRAYS, "x": T.FLOAT})


def test_a_tuple_that_is_only_taken_apart_goes() -> None:
    assert run_pass(duplicate, """
        def f(x, y):
            t1 = x[1:]
            t2 = (t1, y)
            t3 = t2[0]
            z = t3 * t2[-1]
            return z * t3
    """) == text("""
        def f(x, y):
            z = x[1:] * y
            return z * x[1:]
    """)
    unchanged(duplicate, """
        def f(x, y, n):
            t1 = x, y
            z = t1[0] * t1[n]
            return z
    """, {})
