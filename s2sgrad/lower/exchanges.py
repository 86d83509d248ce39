"""Two places of a container that exchange what they hold: ``xs[i], xs[j] = xs[j], xs[i]``.

Taken apart into assignments each place would get something else while a variable stands for what it held, and what
it held would have to be saved. Together they are one change, which is undone by itself, as its adjoint is.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from s2sgrad import runtime
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.ir.liveness import captured_names
from s2sgrad.ir.mentions import mentions as mentioned_in
from s2sgrad.lower.context import Context
from s2sgrad.lower.operands import reference, settled
from s2sgrad.lower.purity import repeatable
from s2sgrad.lower.writing import EXCHANGE, EXCHANGE_ATTRIBUTES


def exchange(parts: tuple[Expr, ...], e: Expr, cx: Context) -> bool:
    """Lower ``x[i], x[j] = x[j], x[i]``; false where the assignment is something else."""
    turn = _turn(parts, e.args)
    if len(turn) < 2 or not all(map(_is_element, parts)) or any(p.args[0] != parts[0].args[0] for p in parts):
        return False
    owner = parts[0].args[0]
    known = len(turn) == 2 or all(E.is_const(p.args[1]) for p in parts)  # are they different places?
    if not known or not cx.varied.of(owner) or cx.class_of(owner) is not None:
        return False
    holder = reference(owner, cx)
    keys = [settled(p.args[1], cx) for p in turn]
    cx.emit(S.Do(E.call(E.attr(holder, EXCHANGE), *keys), cx.loc))
    return True


def _turn(targets: Sequence[Expr], values: Sequence[Expr]) -> list[Expr]:
    """The places in the order in which each gets what the next one holds, if all of them take part; else none."""
    gets = dict(zip(targets, values))
    if len(gets) < len(targets) or len(targets) != len(values) or gets.keys() != set(values):
        return []
    turn = list(targets[:1])
    while turn and (follows := gets[turn[-1]]) != targets[0]:
        turn.append(follows)
    return turn if len(turn) == len(targets) else []


def attributes_in_one(fn: S.Function) -> S.Function:
    """`fn` where attributes of an object that exchange what they hold do so in one statement.

        t = o.v; s = o.u; o.u = t; o.v = s        --->        o.u, o.v = o.v, o.u

    What two attributes hold has one owner each before and after; one by one, they would both hold the same for a while.
    """
    if not any(type(s) is S.Assign and s.target.head == "attr" for s in S.walk_stmts(fn.body)):
        return fn
    mentions = Counter(n for s in S.walk_stmts(fn.body) for e in S.expressions(s) for n in mentioned_in(e))
    captured = captured_names(fn.body)
    body = _with_turns(fn.body, lambda n: mentions[n] == 2 and n not in captured)
    return fn if body is fn.body else S.with_body(fn, body)


def _with_turns(body: S.Block, is_aside: Callable[[str], bool]) -> S.Block:
    out: list[S.Stmt] = []
    at = 0
    while at < len(body):
        found = _exchanged(body[at:], is_aside) if _reads_attribute(body[at]) else None
        out += found[0] if found is not None else (S.map_blocks(lambda b: _with_turns(b, is_aside), body[at]),)
        at += found[1] if found is not None else 1
    return S.block_of(out, body)


def _exchanged(rest: S.Block, is_aside: Callable[[str], bool]) -> tuple[S.Block, int] | None:
    """The exchange that a block begins with, which puts attributes aside and then sets them, and its number of statements."""
    aside, gets = dict[str, Expr](), dict[Expr, Expr]()
    checks: list[S.Stmt] = []
    for n, s in enumerate(rest):
        if _is_check(s):
            checks.append(s)
        elif isinstance(s, S.Assign) and _reads_attribute(s) and not gets and is_aside(s.target.data):
            aside[s.target.data] = s.value
        elif isinstance(s, S.Assign) and _sets_attribute(s) and s.value.data in aside:
            gets[s.target] = aside[s.value.data]
            turn = _turn(list(gets), list(gets.values()))
            if len(turn) > 1 and len(turn) == len(aside):
                keys = [E.const(str(p.data)) for p in turn]
                made = S.Do(E.call(E.attr(turn[0].args[0], EXCHANGE_ATTRIBUTES), *keys), s.loc)
                return ((*checks, made), n + 1) if _is_of_one(turn) else None
        else:
            return None
    return None


def _is_of_one(places: Sequence[Expr]) -> bool:
    """Are these attributes of one object, which is found the same way before and after they are set?"""
    owner = places[0].args[0]
    path = {part.data for part in E.walk(owner) if part.head == "attr"}
    return all(p.args[0] == owner and p.data not in path for p in places)


def _reads_attribute(s: S.Stmt) -> bool:
    return isinstance(s, S.Assign) and s.target.head == "var" and _is_plain(s.value) and E.root(s.value).names != s.target.names


def _sets_attribute(s: S.Stmt) -> bool:
    return isinstance(s, S.Assign) and _is_plain(s.target) and s.value.head == "var"


def _is_plain(e: Expr) -> bool:
    """Is this an attribute of a variable, or of what is found in its attributes and elements?"""
    owner = e.args[0] if e.head == "attr" else E.NONE
    while owner.head == "attr" or owner.head == "index" and E.is_atom(owner.args[1]):
        owner = owner.args[0]
    return owner.head == "var"


def _is_check(s: S.Stmt) -> bool:
    return isinstance(s, S.Do) and E.callee(s.value) is runtime.require_attribute


def _is_element(place: Expr) -> bool:
    """Is this a part that is selected by positions or names, as far as can be seen, wherever these are read?"""
    if place.head != "index":
        return False
    owner, key = place.args
    return key.names.isdisjoint(owner.names) and repeatable(key) and all(
        k.head in ("var", "const", "op", "attr", "index") and not E.is_const(k, ...) and not E.is_const(k, None)
        for k in (key.args if key.head == "tuple" else (key,)))


def in_one(body: S.Block) -> S.Block:
    """`body` with ``t = x[i]; x[i] = x[j]; x[j] = t``, or ``t = x; x = y; y = t``, written as one assignment, where `t` is used
    for nothing else."""
    found = Counter(name for block in S.all_blocks(body) for n in range(len(block)) if (name := _aside(block[n:n + 3])))
    if not found:
        return body
    within = [e for s in S.walk_stmts(body) for e in S.expressions(s) if not e.names.isdisjoint(found)]
    used = Counter(part.data for e in within for part in E.walk(e) if part.head == "var")
    captured = captured_names(body)
    only = frozenset(n for n in found if used[n] == 2 * found[n] and n not in captured)
    return _joined(body, only) if only else body


def _aside(three: S.Block) -> str | None:
    """The variable in which three statements that exchange the contents of two places put those of one aside."""
    if len(three) < 3 or not all(isinstance(s, S.Assign) for s in three):
        return None
    (t, a), (b, c), (d, e) = ((s.target, s.value) for s in three if isinstance(s, S.Assign))
    if t.head != "var" or e != t or a != b or c != d or t.data in a.names | c.names:
        return None
    elements = _is_element(a) and _is_element(c) and a.args[0] == c.args[0]
    return str(t.data) if elements or a.head == c.head == "var" and a != c else None


def _joined(body: S.Block, asides: frozenset[str]) -> S.Block:
    out: list[S.Stmt] = []
    for s in body:
        out.append(S.map_blocks(lambda b: _joined(b, asides), s))
        if len(out) > 2 and _aside(tuple(out[-3:])) in asides:
            made = out[-2]
            assert isinstance(made, S.Assign)
            out[-3:] = [S.Assign(E.tuple_(made.target, made.value), E.tuple_(made.value, made.target), made.loc)]
    return tuple(out) if len(out) != len(body) or any(a is not b for a, b in zip(out, body)) else body
