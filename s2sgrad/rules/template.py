"""From the source of a rule to core statements with the arguments of a call in place.

A template is parsed once, when its rule is first used. ``d[x]`` becomes the variable named ``d[x]``, which
instantiation binds like any parameter.
"""
from __future__ import annotations

import functools
import linecache
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import gast
import numpy as np

from s2sgrad.errors import InternalError
from s2sgrad.frontend.functions import function
from s2sgrad.frontend.resolve import Namespace
from s2sgrad.frontend.source import closure_values, read
from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr, Ref
from s2sgrad.ir.node import dataclass
from s2sgrad.ir.source import Source
from s2sgrad.ir.types import ANY, Type
from s2sgrad.rules.fold import fold, fold_node
from s2sgrad.rules.registry import Refused, absent, d, is_complex, is_real, known, rank
from s2sgrad.runtime import zeros_like

SEED = "d[{}]"
#: Of a template with more different constants the body is not kept.
_MANY = 64


def adjoint_of(name: str) -> str:
    """The variable that stands for ``d[name]`` in a template."""
    return SEED.format(name)


@dataclass(frozen=True, eq=False)
class Template:
    """A parsed rule; `refused` are the parameters that it states no derivative for (None), `doc` says why."""

    params: tuple[str, ...]
    body: S.Block
    temporaries: frozenset[str]
    questions: tuple[tuple[str, str], ...] = ()
    refused: frozenset[str] = frozenset()
    doc: str | None = None

    def without(self, zero: frozenset[str]) -> Template:
        """The template where it is known that some placeholders are zero: what it does if they are ``absent``."""
        if not self.asks_absent or not zero:
            return self
        return replace(self, body=tuple(_with_absent(s, zero) for s in self.body))

    def decided(self, constants: Mapping[str, Expr]) -> S.Block:
        """The body with the conditions decided that the constants among the arguments decide; most calls have the same ones."""
        if not constants:
            return self.body
        key = frozenset([(n, e._key) for n, e in constants.items()])
        found = self._decided.get(key)
        if found is None:
            found = tuple(_decided_by(self.body, constants))
            if len(self._decided) < _MANY:
                self._decided[key] = found
        return found

    @functools.cached_property
    def _decided(self) -> dict[frozenset[tuple[str, Any]], S.Block]:
        return {}

    @functools.cached_property
    def asks_absent(self) -> bool:
        return any(_asked(e) for s in S.walk_stmts(self.body) for e in S.expressions(s))

    @functools.cached_property
    def plain(self) -> Expr | None:
        """What the template returns, where that is all there is to it."""
        first = self.body[0] if self.body else None
        return first.value if isinstance(first, S.Return) and not self.questions else None

    @functools.cached_property
    def inputs(self) -> frozenset[str]:
        """The parameters after the first, which is the result."""
        return frozenset(self.params[1:])

    @functools.cached_property
    def stated(self) -> frozenset[str]:
        """The parameters whose adjoints are assigned.

        Raises `ValueError` where the adjoint of an argument is read: the rule is meant for a function that changes the argument,
        of which nothing else is told.
        """
        assigned: frozenset[str] = frozenset()
        for s in S.walk_stmts(self.body):
            read = frozenset().union(*(e.names for e in ((s.value,) if isinstance(s, S.Assign) else S.expressions(s))))
            for p in sorted(self.inputs):
                if adjoint_of(p) in read - assigned:
                    raise ValueError(f"an adjoint rule reads d[{p}], and {p} is an argument: what is known is the adjoint of "
                                     f"the result, d[{self.params[0]}]. Let a function that changes {p} return it instead, or "
                                     "write it in Python without a rule")
            assigned |= S.writes(s)
        return frozenset(p for p in self.params if adjoint_of(p) in assigned)

    @functools.cached_property
    def moved(self) -> frozenset[str]:
        """The parameters whose tangents are read, or changed in place."""
        names = frozenset().union(*(e.names for s in S.walk_stmts(self.body) for e in S.expressions(s)))
        return frozenset(p for p in self.params[1:] if adjoint_of(p) in names)

    def ranks(self, bound: Mapping[str, Expr], type_of: Callable[[Expr], Type]) -> dict[str, Expr]:
        """What ``rank(x)``, ``is_real(x)`` and the like in the template stand for."""
        if not self.questions:
            return {}
        return {f"{q}({n})": E.const(_ANSWERS[q](bound[n], type_of)) for q, n in self.questions if n in bound}


def _rank(e: Expr, type_of: Callable[[Expr], Type]) -> int | None:
    t = type_of(e)
    return 0 if t.kind == "number" else t.rank


def _known(e: Expr, type_of: Callable[[Expr], Type]) -> bool:
    inner = e.args[0] if e.head == "op" and e.data == "-" and len(e.args) == 1 else e
    return inner.head == "const" or inner.head == "tuple" and all(_known(a, type_of) for a in inner.args)


_ANSWERS: dict[str, Callable[[Expr, Callable[[Expr], Type]], Any]] = {
    "rank": _rank, "known": _known,
    "is_real": lambda e, type_of: type_of(e).dtype in ("float", "int", "bool", "real"),
    "is_complex": lambda e, type_of: type_of(e).dtype == "complex",
}
_QUESTIONS = {rank: "rank", known: "known", is_real: "is_real", is_complex: "is_complex"}


@functools.cache
def template(fn: Callable[..., Any]) -> Template:
    """The template that a rule's source spells."""
    source, tree = _read(fn)
    parsed = function(tree, Namespace(source, []))
    scope = {**fn.__globals__, **dict(zip(fn.__code__.co_freevars, (c.cell_contents for c in fn.__closure__ or ())))}
    body = tuple(_with_adjoints(s, scope) for s in parsed.body)
    params = tuple(p.name for p in parsed.params)
    bound = frozenset().union(*(S.writes(s) for s in S.walk_stmts(body)))
    names = frozenset().union(*(e.names for s in S.walk_stmts(body) for e in S.expressions(s)))
    _check_placeholders(fn, params, names | bound)
    questions = tuple((q, p) for q in _ANSWERS for p in params if f"{q}({p})" in names)
    temporaries = frozenset(n for n in bound if not n.startswith("d["))
    if not temporaries.isdisjoint(params):
        raise InternalError(f"the rule {fn.__name__} assigns its parameters {sorted(temporaries.intersection(params))}")
    return Template(params, body, temporaries, questions, _refused(params, body), parsed.doc)


def _asked(e: Expr) -> bool:
    return E.callee(e) is absent or any(map(_asked, e.args))


def _with_absent(s: S.Stmt, names: frozenset[str]) -> S.Stmt:
    def answer(e: Expr) -> Expr:
        return E.const(True) if E.callee(e) is absent and e.args[1].head == "var" and e.args[1].data in names else e

    s = S.map_expressions(lambda e: E.transform(answer, e), s)
    return S.map_blocks(lambda b: tuple(_with_absent(x, names) for x in b), s)


def _check_placeholders(fn: Callable[..., Any], params: tuple[str, ...], names: Iterable[str]) -> None:
    for name in sorted(names):
        if name.startswith("d[") and name[2:-1] not in params:
            code = fn.__code__
            raise ValueError(f"{name} in the rule {fn.__name__} ({code.co_filename}:{code.co_firstlineno}) names none of its "
                             f"parameters, which are {', '.join(params)}")


def _refused(params: tuple[str, ...], body: S.Block) -> frozenset[str]:
    """The parameters whose derivative is given as None: a partial derivative, or ``d[x] = None``."""
    out: set[str] = set()
    for s in S.walk_stmts(body):
        if isinstance(s, S.Assign) and E.is_const(s.value, None) and s.target.head == "var":
            out |= {p for p in params if s.target.data == adjoint_of(p)}
        elif isinstance(s, S.Return):
            parts = s.value.args if s.value.head == "tuple" else (s.value,)
            out |= {p for p, part in zip(params[1:], parts) if E.is_const(part, None)}
    return frozenset(out)


def _read(fn: Any) -> tuple[Source, gast.FunctionDef]:
    """The source of a rule; rules at the top level of a file, as most of ours are, need no tokenizer."""
    code = fn.__code__
    if fn.__name__ == "<lambda>" or "<locals>" in fn.__qualname__:
        return read(fn)
    lines = linecache.getlines(code.co_filename, fn.__globals__)
    start = code.co_firstlineno - 1
    while not lines[start].lstrip().startswith("def "):
        start += 1
    if lines[start][:1] == " ":
        return read(fn)
    end = start + 1
    while end < len(lines) and (lines[end][:1] in " )\n"):
        end += 1
    text = "".join(lines[start:end])
    source = Source(fn.__name__, text, code.co_filename, start + 1, fn.__globals__, closure_values(fn))
    return source, gast.parse(text).body[0]


def _with_adjoints(s: S.Stmt, scope: Mapping[str, Any]) -> S.Stmt:
    s = S.map_expressions(lambda e: E.transform(lambda x: _placeholder(x, scope), e), s)
    return S.map_blocks(lambda b: tuple(_with_adjoints(x, scope) for x in b), s)


def _placeholder(e: Expr, scope: Mapping[str, Any]) -> Expr:
    if e.head == "index" and e.args[0].head == "ref" and e.args[0].data.value is d:
        if e.args[1].head != "var":
            raise InternalError(f"d[...] takes the name of a parameter, not {e.args[1]}")
        return E.var(adjoint_of(e.args[1].data))
    question = next((q for fn, q in _QUESTIONS.items() if E.callee(e) is fn), None)
    if question is not None:
        if len(e.args) != 2 or e.args[1].head != "var":
            raise InternalError(f"{question}(...) takes the name of a parameter")
        return E.var(f"{question}({e.args[1].data})")
    if e.head == "ref":
        return library_reference(e, scope)
    if e.head == "attr" and e.args[0].head == "ref" and e.args[0].data.library:  # a method of an object of a library
        owner: Ref = e.args[0].data
        return E.ref(f"{owner.text}.{e.data}", getattr(owner.value, e.data), library=True)
    return e


def library_reference(e: Expr, scope: Mapping[str, Any] | None = None) -> Expr:
    """References in a rule are spelled by where the object lives, since the rule's own names mean nothing outside.

    `scope` holds the rule's names: what it reaches through a module (``special.erf``) is spelled by that path.
    """
    value = e.data.value
    if isinstance(value, types.ModuleType):
        return E.ref(value.__name__, value, library=True)
    head, dot, rest = e.data.text.partition(".")
    owner = (scope or {}).get(head)
    if dot and isinstance(owner, types.ModuleType):
        return E.ref(f"{owner.__name__}.{rest}", value, library=True)
    if isinstance(value, np.ufunc):
        name = value.__name__
        if getattr(np, name, None) is value:
            return E.ref(f"numpy.{name}", value, library=True)
    if isinstance(value, (bool, int, float, complex, str)) or value is None:
        return E.const(value)
    module = getattr(value, "__module__", None)
    if isinstance(value, (types.FunctionType, type)) and module and not module.startswith("numpy"):
        if module.partition(".")[0] not in ("s2sgrad", "scipy", "builtins"):  # the rule of a user, who knows the name
            return E.ref(value.__name__, value)
        return E.ref(f"{module}.{value.__qualname__}", value, library=True)
    if not callable(value):
        return E.ref(e.data.text, value)
    return E.ref(_dotted(e.data.text, value), value, library=True)


def _dotted(text: str, value: Any) -> str:
    """The full path of a reference such as ``np.linalg.inv`` or ``math.cos``."""
    head, dot, rest = text.partition(".")
    module = {"np": "numpy"}.get(head, head)
    if dot:
        return f"{module}.{rest}"
    owner = getattr(value, "__module__", None) or "builtins"
    name = getattr(value, "__name__", text)  # a rule for several functions has a name of its own for each
    return f"{owner}.{name if getattr(sys.modules.get(owner), name, None) is value else text}"


def instantiate(t: Template, bindings: Mapping[str, Expr], fresh: Callable[[str], str]) -> S.Block:
    """The statements of a template with its parameters bound.

    `bindings` maps parameters and placeholders to expressions; temporaries get names from `fresh`. Conditions
    that the constants among the bindings decide are decided here. Raises `Refused` where that leaves a ``raise``,
    with its message.
    """
    names = {n: E.var(fresh(n)) for n in sorted(t.temporaries)}
    unknown = t.ranks(bindings, lambda e: ANY)
    decided = {n: e for n, e in {**unknown, **bindings}.items() if e.head == "const"}
    body = tuple(_instantiate(t.decided(decided), {**unknown, **bindings, **names}))
    for s in body:
        if isinstance(s, S.Return):
            break
        if isinstance(s, S.Raise) and s.value is not None:
            raise Refused(str(s.value.args[1].data))
    return body


def _instantiate(body: S.Block, bindings: Mapping[str, Expr]) -> Iterator[S.Stmt]:
    for written in body:
        s = S.map_expressions(lambda e: _filled(e, bindings), written)
        if isinstance(s, S.If):
            if s.test.head == "const":
                yield from _instantiate(s.body if s.test.data else s.orelse, bindings)
                continue
            if any(S.writes(t) for t in S.walk_stmts((written,))):
                yield from _undecided(s, bindings)
                continue
        yield S.map_blocks(lambda b: tuple(_instantiate(b, bindings)), s)


def _decided_by(body: S.Block, constants: Mapping[str, Expr]) -> Iterator[S.Stmt]:
    """A body with the conditions decided that constants in place of some parameters decide, whatever the other arguments are;
    what is ``absent`` depends on these."""
    for s in body:
        test = _filled(s.test, constants) if isinstance(s, S.If) and not _asked(s.test) else E.NONE
        if isinstance(s, S.If) and test.head == "const" and test is not E.NONE:
            yield from _decided_by(s.body if test.data else s.orelse, constants)
        else:
            yield S.map_blocks(lambda b: tuple(_decided_by(b, constants)), s)


def _filled(e: Expr, bindings: Mapping[str, Expr]) -> Expr:
    """``fold(E.substitute(e, bindings))`` in one walk."""
    if e.head in ("comp", "function"):
        return fold(E.substitute(e, bindings))
    if e.args:
        made = E.rebuild(e, tuple([_filled(a, bindings) if a.args or a.head == "var" else a for a in e.args]))
        return made if made.head == "op" and made.data != "not" else fold_node(made)
    found = bindings.get(e.data, e) if e.head == "var" else e
    return fold(found) if found.args else found


def _undecided(s: S.If, bindings: Mapping[str, Expr]) -> Iterator[S.Stmt]:
    """A condition that the program decides, as conditional expressions: what it assigns is passed on unconditionally."""
    sides = [_inlined(tuple(_instantiate(branch, bindings))) for branch in (s.body, s.orelse)]
    owners = {bound.data: bindings[n[2:-1]] for n, bound in bindings.items() if n.startswith("d[") and bound.head == "var"
              and n[2:-1] in bindings}
    for name in dict.fromkeys((*sides[0], *sides[1])):
        otherwise = _zero(owners[name]) if name in owners else E.NONE
        yield S.Assign(E.var(name), E.ifexp(s.test, *(side.get(name, otherwise) for side in sides)), s.loc)


def _inlined(body: S.Block) -> dict[str, Expr]:
    """What straight-line statements assign, each value in terms of what was there before them."""
    out: dict[str, Expr] = {}
    for s in body:
        if not isinstance(s, S.Assign) or s.target.head != "var":
            raise Refused("an argument that decides how it is differentiated is not a constant")
        out[s.target.data] = E.substitute(s.value, out)
    return out


def _zero(like: Expr) -> Expr:
    return E.call(E.ref("s2sgrad.runtime.zeros_like", zeros_like, library=True), like)


def returned(t: Template, bindings: Mapping[str, Expr], fresh: Callable[[str], str]) -> tuple[S.Block, Expr]:
    """The statements before the ``return`` that the bindings select, and what it returns."""
    if t.plain is not None:
        return (), _filled(t.plain, bindings)
    out: list[S.Stmt] = []
    for s in _early(instantiate(t, bindings, fresh)):
        if isinstance(s, S.Return):
            return tuple(out), s.value
        out.append(s)
    raise InternalError("the rule returns nothing for these arguments")


def _early(body: S.Block) -> Iterator[S.Stmt]:
    """Turn ``if c: return a`` followed by ``return b`` into one conditional expression."""
    for n, s in enumerate(body):
        if isinstance(s, S.If) and len(s.body) == 1 and isinstance(s.body[0], S.Return) and not s.orelse:
            last = next(iter(_early(body[n + 1:])))  # what follows a condition that is decided is not reached
            if not isinstance(last, S.Return):
                raise Refused("an argument that decides how it is differentiated is not a constant")
            yield S.Return(E.ifexp(s.test, s.body[0].value, last.value))
            return
        yield s
