"""Write a cheap value where it is used, and do without a variable for it.

    t = params["w1"]
    a = x @ t              --->     a = x @ params["w1"]
    ...                             ...
    bx = ba @ t.T                   bx = ba @ params["w1"].T

A part of an array, a field of a structure, or one operation on numbers costs no more than a reader's attention to one
more name. What is duplicated reads variables that are bound once, so that it means the same everywhere.
"""
from __future__ import annotations

from s2sgrad import runtime
from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.optimize.helpers import multiple
from s2sgrad.optimize.program import Program
from s2sgrad.rules.fold import fold_node

_PARTS_USES = 3
_ELEMENT_USES = 2
_NUMBERS_USES = 2
_PRODUCTS = (runtime.matmul_adjoint_left, runtime.matmul_adjoint_right)
#: What may go.
_KINDS = frozenset(("index", "attr", "op"))


def duplicate(fn: S.Function, program: Program) -> S.Function:
    """Substitute temporaries that stand for a part of something or for one operation on numbers."""
    uses = program.uses(fn)
    bindings: dict[str, Expr] = {}
    _collect(fn.body, False, uses, program, _taken_apart(fn.body, uses, program), bindings, fn)
    if not bindings:
        return fn
    fn = S.with_body(fn, _substituted(fn.body, bindings))
    program.renamed(fn)
    return fn


def _collect(body: S.Block, in_loop: bool, uses: dict[str, int], program: Program, tuples: set[str],
             bindings: dict[str, Expr], fn: S.Function) -> None:
    """What goes, in the order of the text: each value with those before it put in already."""
    for s in body:
        if type(s) is S.Assign:
            if s.target.head == "var" and (s.target.data in tuples or s.value.head in _KINDS and _goes(
                    s.target.data, s.value, in_loop, uses, program, fn)):
                bindings[s.target.data] = _put_in(s.value, bindings)
        elif type(s) in S.COMPOUND:
            for inner in S.blocks(s):
                _collect(inner, in_loop or isinstance(s, (S.For, S.While)), uses, program, tuples, bindings, fn)


def _taken_apart(body: S.Block, uses: dict[str, int], program: Program) -> set[str]:
    """The tuples of variables of which only elements are read: ``t = (a, b)``, ``t[0]``."""
    made = {s.target.data: s.value for s in S.walk_stmts(body)
            if type(s) is S.Assign and s.value.head == "tuple" and s.target.head == "var"
            and program.is_temporary(s.target.data) and program.claims.is_constant(s.target.data)
            and all(a.head == "const" or a.head == "var" and program.claims.is_constant(a.data) for a in s.value.args)}
    parts: dict[str, int] = {}
    for s in S.walk_stmts(body) if made else ():
        for e in S.expressions(s):
            _count_parts(e, made, parts)
    return {n for n in made if parts.get(n) == uses.get(n)}


def _count_parts(e: Expr, made: dict[str, Expr], parts: dict[str, int]) -> None:
    """How often a constant element is taken from each of the tuples."""
    if e.head == "index" and e.args[0].head == "var" and e.args[0].data in made and fold_node(E.index(
            made[e.args[0].data], e.args[1])).head in ("var", "const"):
        parts[e.args[0].data] = parts.get(e.args[0].data, 0) + 1
    for a in e.args:
        if a.names:
            _count_parts(a, made, parts)


def _read_in_loops(body: S.Block) -> frozenset[str]:
    """The variables that a loop reads in every iteration and does not bind."""
    out: frozenset[str] = frozenset()
    for s in S.of_kinds(body, S.For, S.While):
        inside = list(S.walk_stmts(s.body))
        read = frozenset().union(S.reads(s) if isinstance(s, S.While) else (), *map(S.reads, inside))
        out |= read - frozenset().union(*map(S.writes, inside))
    return out


def _in_products(body: S.Block) -> dict[str, int]:
    """How often variables are operands of a product whose adjoint is computed, of which a number is a factor."""
    out: dict[str, int] = {}
    for s in S.having(body, E.CALL):
        for e in S.expressions(s):
            for call in E.calls(e) if e.heads & E.CALL else ():
                if E.hashable_callee(call) in _PRODUCTS:
                    for a in call.args[2:]:
                        if a.head == "var":
                            out[a.data] = out.get(a.data, 0) + 1
    return out


def _goes(name: str, e: Expr, in_loop: bool, uses: dict[str, int], program: Program, fn: S.Function) -> bool:
    if not program.is_temporary(name):
        return False
    claims = program.claims
    count = uses.get(name, 0)
    factor = e.head == "op" and count > 1 and multiple(e) is not None \
        and count - program.asked(_in_products, fn).get(name, 0) <= 1
    if not factor and (count > _PARTS_USES or e.head == "op" and (
            in_loop and not is_derivative(name) or count > _NUMBERS_USES or e.data not in ("+", "-", "*"))):
        return False
    if not claims.is_constant(name) or name in program.pinned or not all(map(claims.is_constant, e.names)):
        return False
    if factor:  # of the adjoints of the product
        return not program.memory.reads(e)
    if e.head == "op":
        return E.size(e) <= 3 and program.is_small(e) and (claims.is_number(e) or not program.memory.reads(e))
    if e.head == "index" and e.args[1].head == "slice" and name in program.asked(_read_in_loops, fn):
        return False  # a copy, of a list, or a new view, in every iteration
    fixed = _is_part(e, in_loop) or count <= _ELEMENT_USES and _is_element(e)
    return fixed and not program.memory.reads(e)


def _is_part(e: Expr, in_loop: bool) -> bool:
    """Is `e` a fixed part of a variable: ``p["w"]``, ``x[1:]``, ``m.rate``?"""
    if e.head == "attr":
        return _is_part(e.args[0], in_loop)
    if e.head == "index":
        return _is_part(e.args[0], in_loop) and _is_fixed(e.args[1], in_loop)
    return e.head == "var"


def _is_element(e: Expr) -> bool:
    """Is `e` an element of a variable, ``x[i]`` or ``x[i - 1]``, or a row?"""
    return e.head == "index" and e.args[0].head == "var" and _is_position(e.args[1])


def _is_position(key: Expr) -> bool:
    return E.is_atom(key) or key.head == "op" and key.data in ("+", "-") and all(map(E.is_atom, key.args))


def _is_fixed(key: Expr, in_loop: bool) -> bool:
    """Does the key always name the same part, at little cost? In loops elements are worth a name."""
    if key.head == "slice":
        return all(map(_is_bound, key.args))
    if key.head == "tuple" and any(E.is_const(a, None) for a in key.args):
        return all(a == E.slice_() or E.is_const(a, None) for a in key.args)
    if key.head == "const" and isinstance(key.data, str):
        return True
    return not in_loop and _is_bound(key)


def _is_bound(e: Expr) -> bool:
    """Is this a number, perhaps negative, as one of the bounds of a slice?"""
    return e.head == "const" or e.head == "op" and e.data == "-" and len(e.args) == 1 and e.args[0].head == "const"


def _substituted(body: S.Block, bindings: dict[str, Expr]) -> S.Block:
    out: list[S.Stmt] = []
    given = bindings.keys()
    for s in body:
        if type(s) is S.Assign and s.target.head == "var":
            if s.target.data not in bindings:
                kept = given.isdisjoint(s.value.names)
                out.append(s if kept else S.Assign(s.target, _put_in(s.value, bindings), s.loc))
            continue
        if type(s) in S.COMPOUND:
            s = S.map_blocks(lambda b: _substituted(b, bindings), s)
        out.append(S.map_expressions(lambda e: e if given.isdisjoint(e.names) else _put_in(e, bindings), s))
    return tuple(out)


def _put_in(e: Expr, bindings: dict[str, Expr]) -> Expr:
    made = E.substitute(e, bindings)
    if made is e or not made.heads & E.INDEX:
        return made
    return E.transform(lambda x: fold_node(x) if x.head == "index" else x, made)
