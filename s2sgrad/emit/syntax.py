"""Core functions -> Python's own syntax trees."""
from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable
from typing import Any

import gast

from s2sgrad.differentiate.naming import is_derivative
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.writing import EXCHANGE, EXCHANGE_ATTRIBUTES

COMMENT = "\N{NUMBER SIGN}:"  # a string statement that starts so is printed as a comment

BINARY: dict[str, Callable[[], ast.operator]] = {
    "+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "//": ast.FloorDiv, "%": ast.Mod, "**": ast.Pow,
    "@": ast.MatMult, "&": ast.BitAnd, "|": ast.BitOr, "^": ast.BitXor, "<<": ast.LShift, ">>": ast.RShift,
}
UNARY: dict[str, Callable[[], ast.unaryop]] = {"+": ast.UAdd, "-": ast.USub, "not": ast.Not, "~": ast.Invert}
COMPARISON: dict[str, Callable[[], ast.cmpop]] = {
    "==": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE, "is": ast.Is,
    "is not": ast.IsNot, "in": ast.In, "not in": ast.NotIn,
}


class Spelling:
    """How variables and references are written in the output."""

    def __init__(self, variable: Callable[[str], str], reference: Callable[[E.Ref], str]) -> None:
        self.variable = variable
        self.reference = reference


PLAIN = Spelling(lambda name: name, lambda reference: reference.text)


class Whole(ast.expr):
    """All of an expression that stands in a statement, as it is: most need no tree to be printed."""

    def __init__(self, core: Expr, to: Spelling) -> None:
        super().__init__()
        self.core = core
        self.to = to


# ---- expressions ----------------------------------------------------------------------------------------------

def expression(e: Expr, to: Spelling, ctx: type = ast.Load) -> Any:
    return _EXPRESSIONS[e.head](e, to, ctx)


def _many(es: Iterable[Expr], to: Spelling, ctx: type = ast.Load) -> list[Any]:
    return [expression(e, to, ctx) for e in es]


def _var(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    return ast.Name(to.variable(e.data), ctx())


def _const(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    if isinstance(e.data, (int, float)) and str(e.data)[0] == "-":  # as Python reads it, so that (-1) ** n has its brackets
        return ast.UnaryOp(ast.USub(), ast.Constant(-e.data))
    return ast.Constant(e.data)


def _ref(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    first, *rest = to.reference(e.data).split(".")
    out: ast.expr = ast.Name(first, ast.Load())
    for name in rest:
        out = ast.Attribute(out, name, ast.Load())
    return out


def _op(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    if len(e.args) == 1:
        return ast.UnaryOp(UNARY[e.data](), expression(e.args[0], to))
    left, right = e.args
    return ast.BinOp(expression(left, to), BINARY[e.data](), expression(right, to))


def _compare(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    left, *rest = _many(e.args, to)
    return ast.Compare(left, [COMPARISON[s]() for s in e.data], rest)


def _bool(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    return ast.BoolOp(ast.And() if e.data == "and" else ast.Or(), _many(e.args, to))


def _call(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    args: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    for mark, a in E.arguments(e):
        value = expression(a, to)
        if mark == "":
            args.append(value)
        elif mark == "*":
            args.append(ast.Starred(value, ast.Load()))
        else:
            keywords.append(ast.keyword(None if mark == "**" else mark, value))
    if e.args[0].head == "ref" and e.args[0].data.method:  # of the first argument
        owner, *args = args
        called = owner if e.args[0].data.text == "__call__" else ast.Attribute(owner, e.args[0].data.text, ast.Load())
        return ast.Call(called, args, keywords)
    return ast.Call(expression(e.args[0], to), args, keywords)


def _attr(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    return ast.Attribute(expression(e.args[0], to), str(e.data), ctx())


def _index(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    return ast.Subscript(expression(e.args[0], to), expression(e.args[1], to), ctx())


def _slice(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    parts = [None if E.is_const(a, None) else expression(a, to) for a in e.args]
    return ast.Slice(*parts)


def _sequence(kind: Any) -> Callable[[Expr, Spelling, type], ast.expr]:
    return lambda e, to, ctx: kind(_many(e.args, to, ctx), ctx())


def _set(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    return ast.Set(_many(e.args, to))


def _dict(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    keys, values = [], []
    for k, v in E.items(e):
        unpacked = k.head == "star"
        keys.append(None if unpacked else expression(k, to))
        values.append(expression(k.args[0] if unpacked else v, to))
    return ast.Dict(keys, values)


def _star(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    return ast.Starred(expression(e.args[0], to, ctx), ctx())


def _ifexp(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    return ast.IfExp(*_many(e.args, to))


def _walrus(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    return ast.NamedExpr(expression(e.args[0], to, ast.Store), expression(e.args[1], to))


def _function(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    f: S.Function = e.data.function
    (returned,) = f.body
    assert isinstance(returned, S.Return) and f.name == "<lambda>", "only a lambda is an expression"
    inner = closure_spelling(e, to)
    return ast.Lambda(parameters(f.params, _defaults(e), inner, to), expression(returned.value, inner))


def _comp(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    how: E.Comprehension = e.data
    first = 2 if how.kind == "dict" else 1
    rest = list(e.args[first:])
    generators = []
    for target, conditions in how.clauses:
        iterable, tests, rest = rest[0], rest[1:1 + conditions], rest[1 + conditions:]
        generators.append(ast.comprehension(expression(target, to, ast.Store), expression(iterable, to),
                                            _many(tests, to), 0))
    elements = _many(e.args[:first], to)
    if how.kind == "dict":
        return ast.DictComp(elements[0], elements[1], generators)
    kind: Any = {"list": ast.ListComp, "set": ast.SetComp, "generator": ast.GeneratorExp}[how.kind]
    return kind(elements[0], generators)


def _fstring(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    return ast.JoinedStr(_many(e.args, to))


def _format(e: Expr, to: Spelling, ctx: type) -> ast.expr:
    value, *spec = _many(e.args, to)
    return ast.FormattedValue(value, e.data, spec[0] if spec else None)


_EXPRESSIONS: dict[str, Callable[[Expr, Spelling, type], Any]] = {
    "var": _var, "const": _const, "ref": _ref, "op": _op, "compare": _compare, "bool": _bool, "call": _call,
    "attr": _attr, "index": _index, "slice": _slice, "tuple": _sequence(ast.Tuple), "list": _sequence(ast.List),
    "set": _set, "dict": _dict, "star": _star, "ifexp": _ifexp, "walrus": _walrus, "function": _function,
    "comp": _comp, "fstring": _fstring, "format": _format,
}


# ---- functions ------------------------------------------------------------------------------------------------

def closure_spelling(e: Expr, to: Spelling) -> Spelling:
    """How names are written inside a closure: its captured variables as where it stands, its own as they are. A lambda that
    was put in the place of a captured function is written out."""
    captured = {inner: to.variable(outer.data) if outer.head == "var" else f"({ast.unparse(expression(outer, to))})"
                for inner, outer in zip(e.data.captured, e.args)}
    return Spelling(lambda n: captured[n] if n in captured else n.partition(".")[0], to.reference)


def _defaults(e: Expr) -> tuple[Expr, ...]:
    return e.args[len(e.data.captured):]


def parameters(params: tuple[S.Param, ...], defaults: tuple[Expr, ...], inner: Spelling, outer: Spelling) -> ast.arguments:
    out = ast.arguments(posonlyargs=[], args=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[])
    values = iter(defaults)
    for p in params:
        note = None if p.annotation is None else gast.gast_to_ast(p.annotation)
        argument = ast.arg(inner.variable(p.name), note)
        default = None if p.default is None else expression(next(values), outer)
        if p.kind == "*":
            out.vararg = argument
        elif p.kind == "**":
            out.kwarg = argument
        elif p.kind == "keyword":
            out.kwonlyargs.append(argument)
            out.kw_defaults.append(default)
        else:
            (out.posonlyargs if p.kind == "positional" else out.args).append(argument)
            if default is not None:
                out.defaults.append(default)
    return out


def function(f: S.Function, to: Spelling, doc: bool = True) -> ast.FunctionDef:
    defaults = tuple(p.default for p in f.params if p.default is not None)
    return _definition(f, defaults, to, to, doc)


def _definition(f: S.Function, defaults: tuple[Expr, ...], inner: Spelling, outer: Spelling, doc: bool) -> ast.FunctionDef:
    body = block(f.body, inner)
    if f.nonlocals:
        body.insert(0, ast.Nonlocal([inner.variable(n) for n in sorted(f.nonlocals)]))
    if f.doc and doc:
        body.insert(0, ast.Expr(ast.Constant(f.doc)))
    extra: dict[str, Any] = {"type_params": []} if sys.version_info >= (3, 12) else {}
    return ast.FunctionDef(name=f.name, args=parameters(f.params, defaults, inner, outer), body=body, decorator_list=[],
                           returns=None, type_comment=None, **extra)


# ---- statements -----------------------------------------------------------------------------------------------

def block(body: S.Block, to: Spelling) -> list[ast.stmt]:
    out: list[ast.stmt] = []
    for before, s in zip((None, *body), body):
        made = statement(s, to)
        last = out[-1] if out else None
        if before is not None and isinstance(last, ast.Assign) and isinstance(made, ast.Assign) and _starts_alike(before, s) \
                and sum(len(t.id) + 3 for t in last.targets if isinstance(t, ast.Name)) < _WIDE:
            last.targets += made.targets
        else:
            out.append(made)
    return out if any(not _is_comment(n) for n in out) else [*out, ast.Pass()]


def _starts_alike(a: S.Stmt, b: S.Stmt) -> bool:
    """Do two adjoints start as the same number? Then one line will do: ``bx = by = 0.0``. So it does where the user has one."""
    if not (isinstance(a, S.Assign) and isinstance(b, S.Assign) and a.value == b.value and a.value.head == "const"):
        return False
    if a.loc is not None and a.loc == b.loc and a.target.head == b.target.head == "var" and a.target != b.target:
        return True
    started = all(s.target.head == "var" and is_derivative(str(s.target.data)) for s in (a, b))
    return a.value == E.ZERO and started and a.target != b.target


#: More than this is not started on one line.
_WIDE = 80


def _is_comment(n: ast.stmt) -> bool:
    return (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant) and isinstance(n.value.value, str)
            and n.value.value.startswith(COMMENT))


def statement(s: S.Stmt, to: Spelling) -> ast.stmt:
    out = _STATEMENTS[type(s)](s, to)
    out.lineno = 1
    return out


def _optional(e: Expr | None, to: Spelling) -> Any:
    return None if e is None else expression(e, to)


def _whole(e: Expr, to: Spelling) -> ast.expr:
    return Whole(e, to) if e.head in _IN_ONE else expression(e, to)


#: What is printed without a tree, unless it contains what is not.
_IN_ONE = frozenset(("op", "call", "index", "attr", "compare"))


def _target(e: Expr, to: Spelling) -> Any:
    return ast.Name(to.variable(e.data), ast.Store()) if e.head == "var" else Whole(e, to) if e.head in _IN_ONE \
        else expression(e, to, ast.Store)


def _assign(s: S.Assign, to: Spelling) -> ast.stmt:
    return ast.Assign([_target(s.target, to)], _whole(s.value, to), None)


def _aug(s: S.Aug, to: Spelling) -> ast.stmt:
    return ast.AugAssign(_target(s.target, to), BINARY[s.symbol](), _whole(s.value, to))


def _do(s: S.Do, to: Spelling) -> ast.stmt:
    called = s.value.args[0] if s.value.head == "call" else s.value
    if called.head == "attr" and called.data in (EXCHANGE, EXCHANGE_ATTRIBUTES):
        owner, keys = called.args[0], s.value.args[1:]
        places = [E.index(owner, k) if called.data == EXCHANGE else E.attr(owner, k.data) for k in keys]
        return _assign(S.Assign(E.tuple_(*places), E.tuple_(*places[1:], places[0])), to)
    return ast.Expr(expression(s.value, to))


def _if(s: S.If, to: Spelling) -> ast.stmt:
    return ast.If(expression(s.test, to), block(s.body, to), block(s.orelse, to) if s.orelse else [])


def _for(s: S.For, to: Spelling) -> ast.stmt:
    return ast.For(expression(s.target, to, ast.Store), expression(s.iter, to), block(s.body, to),
                   block(s.orelse, to) if s.orelse else [], None)


def _while(s: S.While, to: Spelling) -> ast.stmt:
    return ast.While(expression(s.test, to), block(s.body, to), block(s.orelse, to) if s.orelse else [])


def _with(s: S.With, to: Spelling) -> ast.stmt:
    managers = [ast.withitem(expression(e, to), None if t is None else expression(t, to, ast.Store)) for e, t in s.items]
    return ast.With(managers, block(s.body, to), None)


def _try(s: S.Try, to: Spelling) -> ast.stmt:
    handlers = [ast.ExceptHandler(_optional(h.type, to), h.name and to.variable(h.name), block(h.body, to))
                for h in s.handlers]
    final = block(s.final, to) if s.final or not handlers else []  # a block without statements prints as `pass`
    return ast.Try(block(s.body, to), handlers, block(s.orelse, to) if s.orelse and handlers else [], final)


def _define(s: S.Define, to: Spelling) -> ast.stmt:
    f = s.value.data.function
    out = _definition(f, _defaults(s.value), closure_spelling(s.value, to), to, True)
    out.name = to.variable(s.name)
    return out


def _import(s: S.Import, to: Spelling) -> ast.stmt:
    how: E.Import = s.what
    if how.name is None:
        return ast.Import([ast.alias(how.module, how.alias)])
    return ast.ImportFrom(how.module, [ast.alias(how.name, how.alias)], 0)


_STATEMENTS: dict[type, Callable[[Any, Spelling], Any]] = {
    S.Assign: _assign, S.Aug: _aug, S.If: _if, S.For: _for, S.While: _while, S.With: _with, S.Try: _try,
    S.Define: _define, S.Import: _import,
    S.Do: _do,
    S.Return: lambda s, to: ast.Return(Whole(s.value, to) if s.value.head == "op" else expression(s.value, to)),
    S.Raise: lambda s, to: ast.Raise(_optional(s.value, to), _optional(s.cause, to)),
    S.Assert: lambda s, to: ast.Assert(expression(s.test, to), _optional(s.message, to)),
    S.Delete: lambda s, to: ast.Delete(_many(s.targets, to, ast.Del)),
    S.Break: lambda s, to: ast.Break(),
    S.Continue: lambda s, to: ast.Continue(),
    S.Pass: lambda s, to: ast.Pass(),
    S.Comment: lambda s, to: ast.Expr(ast.Constant(COMMENT + s.text)),
    S.Accumulate: lambda s, to: ast.AugAssign(ast.Name(to.variable(s.name), ast.Store()), ast.Add(), expression(s.value, to)),
    S.Clear: lambda s, to: ast.Assign([ast.Name(to.variable(s.name), ast.Store())], ast.Constant(0), None),
}
