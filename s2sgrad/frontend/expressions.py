"""gast expressions -> core expressions, one to one."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Protocol

import gast

from s2sgrad.frontend import fence
from s2sgrad.frontend.scope import Scope, refuse
from s2sgrad.ir import expr as E
from s2sgrad.ir.expr import Expr

BINARY = {
    gast.Add: "+", gast.Sub: "-", gast.Mult: "*", gast.Div: "/", gast.FloorDiv: "//", gast.Mod: "%", gast.Pow: "**",
    gast.MatMult: "@", gast.BitAnd: "&", gast.BitOr: "|", gast.BitXor: "^", gast.LShift: "<<", gast.RShift: ">>",
}
UNARY = {gast.UAdd: "+", gast.USub: "-", gast.Not: "not", gast.Invert: "~"}
COMPARISON = {
    gast.Eq: "==", gast.NotEq: "!=", gast.Lt: "<", gast.LtE: "<=", gast.Gt: ">", gast.GtE: ">=", gast.Is: "is",
    gast.IsNot: "is not", gast.In: "in", gast.NotIn: "not in",
}


def expression(node: gast.AST, scope: Scope) -> Expr:
    """The core expression of a gast expression."""
    rule = _RULES.get(type(node))
    if rule is None:
        raise refuse(scope, node, f"{type(node).__name__} expressions cannot be differentiated")
    return rule(node, scope)


def optional(node: gast.AST | None, scope: Scope) -> Expr | None:
    return None if node is None else expression(node, scope)


def target(node: gast.AST, scope: Scope) -> Expr:
    """The core form of what an assignment assigns to."""
    if isinstance(node, gast.Name):
        found = scope.find(node.id)
        return found if found.head == "var" else E.var(node.id)
    if isinstance(node, (gast.Tuple, gast.List)):
        return E.tuple_(*(target(n, scope) for n in node.elts))
    if isinstance(node, gast.Starred):
        return E.star(target(node.value, scope))
    found = expression(node, scope)
    if found.head == "ref" and isinstance(node, gast.Attribute):  # of a class or a module, not what it is now
        return E.attr(expression(node.value, scope), node.attr)
    return found


def _name(node: gast.Name, scope: Scope) -> Expr:
    return scope.find(node.id)


def _constant(node: gast.Constant, scope: Scope) -> Expr:
    return E.const(node.value)


def _binary(node: gast.BinOp, scope: Scope) -> Expr:
    return E.op(BINARY[type(node.op)], expression(node.left, scope), expression(node.right, scope))


def _unary(node: gast.UnaryOp, scope: Scope) -> Expr:
    operand = expression(node.operand, scope)
    if isinstance(node.op, gast.USub) and operand.head == "const" and isinstance(operand.data, (int, float)):
        return E.const(-operand.data)
    return E.op(UNARY[type(node.op)], operand)


def _boolean(node: gast.BoolOp, scope: Scope) -> Expr:
    symbol = "and" if isinstance(node.op, gast.And) else "or"
    return E.boolean(symbol, *(expression(v, scope) for v in node.values))


def _compare(node: gast.Compare, scope: Scope) -> Expr:
    rest = [(COMPARISON[type(o)], expression(c, scope)) for o, c in zip(node.ops, node.comparators)]
    return E.compare(expression(node.left, scope), *rest)


def _call(node: gast.Call, scope: Scope) -> Expr:
    arguments = [("*", expression(a.value, scope)) if isinstance(a, gast.Starred) else ("", expression(a, scope))
                 for a in node.args]
    arguments += [("**" if k.arg is None else k.arg, expression(k.value, scope)) for k in node.keywords]
    return fence.call(E.call_with(expression(node.func, scope), tuple(arguments)), node, scope)


def _attribute(node: gast.Attribute, scope: Scope) -> Expr:
    owner = expression(node.value, scope)
    fence.attribute(node.attr, node, scope)
    if node.attr == "__class__" and isinstance(node.ctx, gast.Load):
        return E.call(E.ref("builtins.type", type, library=True), owner)
    if owner.head == "ref" and isinstance(node.ctx, gast.Load):
        member = scope.names.member(owner.data, node.attr)
        if member is not None:
            return E.Expr("ref", (), member, member.key)
    return E.attr(owner, node.attr)


def _subscript(node: gast.Subscript, scope: Scope) -> Expr:
    key = expression(node.slice, scope)
    key = E.rebuild(key, tuple(map(_axis, key.args))) if key.head == "tuple" else _axis(key)
    whole = expression(node.value, scope)
    return whole if whole.head == "ref" and _is_generic(whole.data.value) else E.index(whole, key)


def _is_generic(value: Any) -> bool:
    """Is this a class with parameters for types, so that ``Box[float](x)`` makes a Box?"""
    if not isinstance(value, type) or not issubclass(value, Generic):
        return False
    return next(c for c in value.__mro__ if "__class_getitem__" in vars(c)) in (Generic, Protocol)


def _axis(e: Expr) -> Expr:
    """None for ``np.newaxis``, which is nothing else."""
    return E.NONE if e.head == "ref" and e.data.value is None and e.data.text.rpartition(".")[2] == "newaxis" else e


def _slice(node: gast.Slice, scope: Scope) -> Expr:
    return E.slice_(*(optional(p, scope) for p in (node.lower, node.upper, node.step)))


def _display(head: str) -> Callable[[Any, Scope], Expr]:
    def rule(node: Any, scope: Scope) -> Expr:
        return Expr(head, tuple(expression(n, scope) for n in node.elts))
    return rule


def _starred(node: gast.Starred, scope: Scope) -> Expr:
    return E.star(expression(node.value, scope))


def _dict(node: gast.Dict, scope: Scope) -> Expr:
    if any(k is None for k in node.keys):  # {**a, "b": c}: unpacking is a key of its own
        pairs = [(E.star(expression(v, scope)), E.NONE) if k is None else (expression(k, scope), expression(v, scope))
                 for k, v in zip(node.keys, node.values)]
    else:
        pairs = [(expression(k, scope), expression(v, scope)) for k, v in zip(node.keys, node.values)]
    return E.dict_(tuple(pairs))


def _ifexp(node: gast.IfExp, scope: Scope) -> Expr:
    return E.ifexp(*(expression(n, scope) for n in (node.test, node.body, node.orelse)))


def _walrus(node: gast.NamedExpr, scope: Scope) -> Expr:
    return Expr("walrus", (target(node.target, scope), expression(node.value, scope)))


def _joined(node: gast.JoinedStr, scope: Scope) -> Expr:
    return Expr("fstring", tuple(expression(v, scope) for v in node.values))


def _formatted(node: gast.FormattedValue, scope: Scope) -> Expr:
    spec = (expression(node.format_spec, scope),) if node.format_spec is not None else ()
    return Expr("format", (expression(node.value, scope), *spec), node.conversion)


def _comprehension(kind: str) -> Callable[[Any, Scope], Expr]:
    def rule(node: Any, scope: Scope) -> Expr:
        bound: dict[str, None] = {}
        for clause in node.generators:
            if clause.is_async:
                raise refuse(scope, node, "asynchronous comprehensions cannot be differentiated")
            bound.update((n.id, None) for n in gast.walk(clause.target) if isinstance(n, gast.Name))
        inner = scope.inner(tuple(bound))
        args: list[Expr] = []
        clauses: list[tuple[Expr, int]] = []
        for n, clause in enumerate(node.generators):
            args.append(expression(clause.iter, inner if n else scope))
            args += [expression(test, inner) for test in clause.ifs]
            clauses.append((target(clause.target, inner), len(clause.ifs)))
        element = (node.key, node.value) if kind == "dict" else (node.elt,)
        elements = [expression(e, inner) for e in element]
        return Expr("comp", (*elements, *args), E.Comprehension(kind, tuple(clauses)))
    return rule


def _lambda(node: gast.Lambda, scope: Scope) -> Expr:
    from s2sgrad.frontend.functions import nested_function  # a function's body holds expressions, and so on
    return nested_function(node, scope)


def _forbidden(what: str, help: str) -> Callable[[Any, Scope], Expr]:
    def rule(node: Any, scope: Scope) -> Expr:
        raise refuse(scope, node, what, help)
    return rule


_RULES: dict[type, Callable[[Any, Scope], Expr]] = {
    gast.Name: _name, gast.Constant: _constant, gast.BinOp: _binary, gast.UnaryOp: _unary, gast.BoolOp: _boolean,
    gast.Compare: _compare, gast.Call: _call, gast.Attribute: _attribute, gast.Subscript: _subscript,
    gast.Slice: _slice, gast.Tuple: _display("tuple"), gast.List: _display("list"), gast.Set: _display("set"),
    gast.Starred: _starred, gast.Dict: _dict, gast.IfExp: _ifexp, gast.NamedExpr: _walrus, gast.JoinedStr: _joined,
    gast.FormattedValue: _formatted, gast.ListComp: _comprehension("list"), gast.SetComp: _comprehension("set"),
    gast.DictComp: _comprehension("dict"), gast.GeneratorExp: _comprehension("generator"), gast.Lambda: _lambda,
    gast.Yield: _forbidden("what is sent to a generator cannot be differentiated", "pass it as an argument"),
    gast.YieldFrom: _forbidden("what a generator returns to another cannot be differentiated", "use an ordinary function"),
    gast.Await: _forbidden("coroutines cannot be differentiated", "compute the value in an ordinary function"),
}
