"""What pieces of adjoint code do to adjoints: which they change in place, set, kill, and which values are fresh."""
from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from s2sgrad.differentiate import library as lib
from s2sgrad.differentiate.naming import is_adjoint
from s2sgrad.differentiate.tree import Init, Node, Step, children, paths, walk
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.node import dataclass
from s2sgrad.rules.methods_table import canonical
from s2sgrad.rules.registry import rule_for

Names = frozenset[str]


def changed_adjoints(s: S.Stmt) -> tuple[str, ...]:
    """The adjoints that a statement changes in place."""
    places: tuple[Expr, ...] = ()
    if type(s) is S.Aug or type(s) is S.Assign and s.target.head in ("index", "attr"):
        places = (s.target,)
    elif (type(s) is S.Accumulate or type(s) is S.Assign or type(s) is S.Do) and s.value.head == "call":
        places = changed_by_call(s.value)
    if not places:
        return ()
    roots = [E.root(p) for p in places]
    return tuple(r.data for r in roots if r.head == "var" and is_adjoint(r.data))


def changed_by_call(e: Expr) -> tuple[Expr, ...]:
    """The receiver of a mutating method, or the arguments that a helper or a backward function writes."""
    if e.head != "call":
        return ()
    if e.args[0].head == "attr":
        return (e.args[0].args[0],)
    fn = E.callee(e)
    if isinstance(fn, Backward):
        return tuple(e.args[1 + n] for n in fn.writes)
    return e.args[1:2] if fn in WRITING else ()


def calls_restore(body: S.Block) -> bool:
    """Does a backward function that is called restore the contents of memory that was saved?"""
    return any(isinstance(fn, Backward) and 0 in fn.writes
               for s in S.having(body, E.CALL) for e in S.expressions(s) if e.heads & E.CALL for part in E.calls(e)
               if (fn := E.callee(part)) is not None)


def finds_by_object(body: S.Block) -> bool:
    """Does a backward sweep find adjoints by the objects that were saved, whatever holds them?"""
    return any(isinstance(s, S.Assign) and s.target == lib.MIRRORS for s in body)


def adds(s: S.Stmt) -> bool:
    """Does a change in place add something to what was there?"""
    if isinstance(s, S.Aug):
        return s.symbol in ("+", "-")
    return isinstance(s, S.Assign) and E.callee(s.value) is lib.support("add").data.value and s.value.args[1] == s.target


def brought_in(s: S.Stmt, name: str) -> list[Expr]:
    """The expressions that a change in place brings in."""
    if isinstance(s, S.Assign) and adds(s):
        return [s.value.args[2]]
    if isinstance(s, (S.Assign, S.Aug)):
        return [s.value]
    assert isinstance(s, S.Do), s
    given = [a for a in s.value.args[1:] if name not in a.names]
    return [a for a in given if a.heads & E.DERIVATIVE] or given


#: The adjoints that a node with blocks sets, and those that are zero after it if it does not, by its identity.
Ends = dict[int, tuple[Names, Names]]


def set_at_end(nodes: list[Node], known: Ends) -> Names:
    """The adjoints that may be other than zero after `nodes`, of which those before are zero."""
    return _ends(nodes, known)[0]


def _ends(nodes: list[Node], known: Ends) -> tuple[Names, Names]:
    """The adjoints that may be other than zero after `nodes`, and those of before that are zero there."""
    found: set[str] = set()
    cleared: set[str] = set()
    for node in nodes:
        for s in node.code if isinstance(node, (Step, Init)) else node.before:
            found.update(changed_adjoints(s))
            if isinstance(s, S.Clear):
                found.discard(s.name)
                cleared.add(s.name)
            elif isinstance(s, S.Accumulate) or isinstance(s, S.Assign) and s.target.head == "var" \
                    and is_adjoint(s.target.data):
                found |= S.writes(s)
                if is_mirror(s):
                    found |= {n for n in s.value.names if is_adjoint(n)}
        if children(node):
            inside = known.get(id(node))
            if inside is None:
                ends = [_ends(path, known) for path in paths(node)]
                inside = known[id(node)] = (frozenset().union(*[end for end, _ in ends]),
                                            frozenset.intersection(*[gone for _, gone in ends]))
            found = (found - inside[1]) | inside[0]
            cleared |= inside[1]
    return frozenset(found), frozenset(cleared)


def after_code(code: list[S.Stmt], access: tuple[Names, Names, Names]) -> tuple[Names, Names, Names]:
    """What a piece of straight-line code does to adjoints, followed by something else."""
    exposed, killed, sets = code_access(code)
    return exposed | (access[0] - killed), killed | access[1], sets | access[2]


def is_mirror(s: S.Stmt) -> bool:
    """Does a statement make the adjoint of a view, through which that of what it views is changed?"""
    return isinstance(s, S.Assign) and s.value.head in ("index", "attr", "call", "var", "tuple") and is_adjoint(s.target.data)


def is_zero(e: Expr) -> bool:
    return E.is_const(e, 0.0)


def reads_any(code: list[S.Stmt], name: str) -> bool:
    return any(name in S.reads(s) for s in code)


def statements_of(nodes: list[Node]) -> list[S.Stmt]:
    out: list[S.Stmt] = []
    for node in nodes:
        if isinstance(node, (Step, Init)):
            out += node.code
        else:
            for inner in children(node):
                out += statements_of(inner)
    return out


def names_in(nodes: list[Node]) -> Names:
    """The variables that occur in adjoint code."""
    out: set[str] = set()
    for node in walk(nodes):
        for s in node.code if isinstance(node, (Step, Init)) else node.before:
            out |= S.reads(s)
            out |= S.writes(s)
    return frozenset(out)


def code_access(code: list[S.Stmt]) -> tuple[Names, Names, Names]:
    exposed: set[str] = set()
    killed: set[str] = set()
    sets: set[str] = set()
    for s in code:
        changed = changed_adjoints(s)
        exposed |= {n for n in (*S.reads(s), *changed) if is_adjoint(n)} - killed
        sets.update(changed)
        if isinstance(s, S.Clear):
            killed.add(s.name)
        elif isinstance(s, S.Accumulate):
            sets.add(s.name)
        elif isinstance(s, S.Assign) and s.target.head == "var" and is_adjoint(s.target.data):
            sets.add(s.target.data)
            killed.add(s.target.data)
    return frozenset(exposed), frozenset(killed), frozenset(sets)


def is_fresh(e: Expr) -> bool:
    """Is the value of `e` an object that nothing else refers to (or one that cannot change)?"""
    if e.head in ("op", "const", "compare", "fstring"):
        return True
    if e.head in ("list", "dict", "tuple"):
        return all(map(is_fresh, e.args))
    if e.head == "ifexp":
        return is_fresh(e.args[1]) and is_fresh(e.args[2])
    if e.head == "call":
        fn = E.callee(canonical(e) if e.args[0].head == "ref" else e)
        if fn in FRESH:
            return True
        if fn in PASSING:
            return is_fresh(e.args[1])
        rule = rule_for(fn) if fn is not None and fn not in LENDING else None
        return rule is not None and not rule.view and (rule.differentiable or rule.zero)
    return False


def takes_out(e: Expr) -> bool:
    """Is this an element that leaves its container?"""
    return e.head == "call" and e.args[0].head == "attr" and e.args[0].data in ("pop", "popleft")


def is_taken(s: S.Stmt) -> bool:
    """``bt = b[i]`` of a rule: a number, or what a place in a structure holds before it is set to zero."""
    return isinstance(s, S.Assign) and s.target.head == "var" and not is_adjoint(s.target.data) \
        and s.value.head in ("index", "attr")


Flows = list[tuple[Names, str]]


def scalar_zeros(code: Iterable[S.Stmt]) -> tuple[Names, Flows]:
    """The adjoints whose zero may be plain ``0.0`` whatever their shape: those that only arithmetic reads.

    Broadcasting then gives the right shape; what calls a function or takes a part needs the real one. The flows
    tell from which variables each variable is computed by arithmetic alone.
    """
    strict: set[str] = set()
    flows: Flows = []
    names: set[str] = set()
    for s in code:
        if type(s) is S.Clear:
            names.add(s.name)
            flows.append((E.NO_NAMES, s.name))
            continue
        if type(s) is S.Accumulate and s.value.head != "call":
            if s.structured:
                strict.add(s.name)
        else:
            strict.update(changed_adjoints(s))
            if isinstance(s, S.Accumulate) and s.structured:
                strict.add(s.name)
        loose: set[str] = set()
        for e in S.expressions(s):
            arithmetic_reads(e, loose, strict)
        names |= loose
        for target in S.writes(s):
            names.add(target)
            flows.append((frozenset(loose) - {target}, target))
    into: dict[str, list[Names]] = {}
    for sources, target in flows:
        into.setdefault(target, []).append(sources)
    todo = list(strict)
    while todo:
        for sources in into.get(todo.pop(), ()):
            new = sources - strict
            strict |= new
            todo += new
    return frozenset(n for n in names - strict if is_adjoint(n)), flows


def reached_by(start: set[str], flows: Flows) -> Names:
    """What the values of some variables reach through arithmetic."""
    reached = set(start)
    while reached:
        before = len(reached)
        reached.update(target for sources, target in flows if not sources.isdisjoint(reached))
        if len(reached) == before:
            break
    return frozenset(reached)


def arithmetic_reads(e: Expr, loose: set[str], strict: set[str]) -> None:
    """Sort the variables in `e` by whether arithmetic or something else reads them."""
    if e.head == "var":
        loose.add(e.data)
    elif e.head == "op" and e.data in ("+", "-", "*", "/"):
        for a in e.args:
            if a.head == "var":
                loose.add(a.data)
            else:
                arithmetic_reads(a, loose, strict)
    elif e.head == "call" and E.hashable_callee(e) in PASSING:
        arithmetic_reads(e.args[1], set(), strict)
    else:
        strict |= e.names


def helpers(*names: str) -> frozenset[object]:
    return frozenset(lib.support(n).data.value for n in names)


@dataclass(frozen=True, eq=False)
class Backward:
    """Stands for a generated backward function in a call: by position, the arguments that it changes in place.

    These are adjoints, and what was saved where that holds memory whose contents it restores.
    """

    name: str
    writes: tuple[int, ...]


FRESH = helpers("add", "copy", "own_copy", "zeros_like", "take_at", "matmul_adjoint_left", "matmul_adjoint_right",
                "matmul_adjoint_both", "dot_adjoint_both", "quotient", "power_slope", "entries_like", "placed", "repeated_like",
                "solve_transposed", "times_transposed", "minus_outer", "cofactors", "on_triangle", "exp_difference")
PASSING = helpers("unbroadcast", "fitted", "restore_axes", "sum_adjoint", "like")
#: Their results are read-only arrays, or hold their argument.
LENDING = helpers("expand", "spread", "restructure", "listed_part", "stored_part", "split_like", "from_elements", "fold_repeats",
                  "times_adjoint", "left_part", "right_part") | {np.diag, np.diagonal}
WRITING = helpers("add_at", "add_fitted", "add_part", "add_field", "add_saved", "add_to", "take_at", "take_part", "take_field",
                  "take_contents", "split_tail", "take_out", "put_back")
