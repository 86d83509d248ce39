"""What the optimizer knows of memory, while a function changes under its hands."""
from __future__ import annotations

from s2sgrad.ir import stmt as S
from s2sgrad.optimize.claims import Claims, declared_by
from s2sgrad.optimize.dead_code import remove_dead_code
from s2sgrad.optimize.memory import Memory
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.webs import FreshNames
from unit.optimizing import generated

VIEWS = """
def f(a, b, c):
    u = a[1:]
    v = b[1:]
    w = c[1:]
    u[0] = 1.0
    return w
"""


def of(text: str) -> Memory:
    fn = generated(text)
    return Memory(fn, Claims(fn, declared_by({}), {}))


def test_a_variable_that_gets_the_name_of_another_shares_what_either_shared() -> None:
    renamed, anew = of(VIEWS), of(VIEWS.replace("v", "u"))
    assert not renamed.changing("b") and not renamed.changing("w")
    renamed.rename({"v": "u"})
    assert renamed.group("v") is None
    for memory in (renamed, anew):
        assert memory.group("a") == memory.group("b") == memory.group("u") != memory.group("w")
        assert memory.changing("b") == memory.changing("u") and not memory.changing("w")


def test_memory_is_looked_at_again_where_stores_go_and_not_where_saved_numbers_go() -> None:
    def kept(pushed: str) -> bool:
        fn = generated(f"""
            def f(x, n):
                t1 = []
                for i in range(n):
                    t1.append({pushed})
                return x
            """)
        program = Program(fn, declared_by({}), FreshNames(fn), frozenset())
        before = program.memory
        made = remove_dead_code(fn, program)
        program.turn_to(made)
        assert S.count(made.body) < S.count(fn.body)
        return program.memory is before

    assert kept("i * 2") is False  # nothing tells that it is a number
    assert kept("len(x)") and not kept("x")
