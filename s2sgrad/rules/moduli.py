"""Where complex numbers may be at work, though no type tells: where real numbers are made of what may be complex."""
from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S

_FUNCTIONS = frozenset((abs, np.abs, np.real, np.imag, np.angle, np.conj, np.vdot, np.linalg.norm, runtime.sign))
_ATTRIBUTES = frozenset(("real", "imag", "conj", "conjugate"))


def makes_reals(body: Iterable[S.Stmt]) -> bool:
    """Is a modulus taken, or a real part? Results are real, so that functions of complex numbers have one."""
    for s in S.walk_stmts(body):
        for e in S.expressions(s):
            for part in E.walk(e) if e.heads & (E.CALL | E.ATTR) else ():
                if part.head == "attr" and part.data in _ATTRIBUTES \
                        or part.head == "call" and E.hashable_callee(part) in _FUNCTIONS:
                    return True
    return False
