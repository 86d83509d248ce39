"""Results of calls, given arguments that share memory with them: right, or refused."""
from __future__ import annotations

import numpy as np
import pytest

from hazards import results
from programs import harness
from programs.harness import Case
from s2sgrad import DerivativeError

RIGHT = [results.pairs_of_what_changes, results.collected_in_another_list, results.rows_of_numbers_that_change]
CHANGED = [Case(results.links_of_the_argument, (results.Link(1.0, results.Link(2.0, results.Link(3.0))), 0.7), ("chain", "x")),
           Case(results.link_in_use_while_its_owner_changes, (results.Link(1.0, results.Link(2.0)), 0.7), ("chain", "x")),
           *(Case(f, ([np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([0.5, 0.7])], 0.7), ("rows", "x"))
             for f in (results.row_in_use_while_a_call_changes_it, results.row_in_use_while_a_loop_changes_it)),
           Case(results.row_of_the_argument, (results.Grid(np.array([[1.0, 2.0], [3.0, 4.0]])),), ("grid",)),
           Case(results.maybe_a_number, (np.array([1.0, 2.0]), False), ("v",))]


@pytest.mark.parametrize("f", RIGHT, ids=lambda f: f.__name__)
def test_what_functions_put_into_lists_keeps_its_derivative(f) -> None:
    case = Case(f, (0.7,), ("x",))
    harness.check_reverse(case)
    harness.check_forward(case)


@pytest.mark.parametrize("case", CHANGED, ids=lambda case: case.name)
@pytest.mark.parametrize("check", [harness.check_reverse, harness.check_forward])
def test_right_or_refused(case, check) -> None:
    try:
        check(case)
    except (DerivativeError, TypeError) as error:
        assert "the derivative was made" in str(error) or "= help: " in str(error)


