"""When the optimizer looks at memory again."""
from __future__ import annotations

from s2sgrad.ir import stmt as S
from s2sgrad.optimize.claims import declared_by
from s2sgrad.optimize.dead_code import remove_dead_code
from s2sgrad.optimize.program import Program
from s2sgrad.optimize.webs import FreshNames
from unit.optimizing import generated


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
