"""Numbers that are read from text or bytes which differentiated values were written to: what they have to do with them is lost.

    float(f"{x:.6f}")    np.frombuffer(x.tobytes())    json.loads(json.dumps(x))

Text itself does not vary: it may be printed, compared, measured, or be a key. Whole numbers that are read from it do not
vary, either.
"""
from __future__ import annotations

import ast
import json
import pickle
import struct
from collections.abc import Iterator

import numpy as np

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.markers import stop_gradient

_MAKERS = frozenset((str, repr, ascii, format, bytes, bytearray, memoryview, json.dumps, pickle.dumps, struct.pack,
                     np.array2string, np.array_str, np.array_repr, np.format_float_positional, np.format_float_scientific))
_MAKING_METHODS = frozenset(("tobytes", "hex", "format", "__str__", "__repr__", "__format__", "dumps"))
_FRACTIONS = ("as_integer_ratio",)
#: What writes to a file or the like.
_WRITERS = frozenset((np.save, np.savez, np.savez_compressed, np.savetxt, json.dump, pickle.dump))
_WRITING_METHODS = frozenset(("write", "writelines", "tofile", "dump"))
_READERS = frozenset((float, complex, np.float64, np.float32, np.complex128, np.frombuffer, np.fromstring,
                      np.load, np.loadtxt, np.genfromtxt, np.fromfile, float.fromhex, json.loads, json.load, pickle.loads,
                      pickle.load, ast.literal_eval, struct.unpack))
#: Functions that make numbers of text where they are told to by a further argument, ``np.array(words, dtype=float)``.
_TOLD = frozenset((np.array, np.asarray, np.fromiter))
#: What only asks what text is like.
_MEASURES = (len, isinstance, type, id, hash, print)
_SHAPES = ("shape", "ndim", "size", "dtype")


def refuse_numbers_of_text(body: S.Block, calls: list[tuple[S.Stmt, Expr]], cx: Context) -> None:
    """Raise where text that was made of what varies is made into numbers; `calls` are those of the `body`."""
    readers = [(s, e) for s, e in calls if e.args[0].head in ("ref", "attr") and _reads(e)]
    texts = _texts(list(S.walk_stmts(body)), cx) if readers else E.NO_NAMES
    for s, e in readers:
        fn = e.args[0]
        inner = texts | _of_comprehensions(s, texts, cx)
        digits = fn.head == "attr" and fn.data in _FRACTIONS
        if _varies(fn, cx) if digits else any(_is_text(a, inner, cx) for a in e.args):
            cx.loc = s.loc
            raise cx.refuse(f"{fn.data if fn.head == 'attr' else fn.data.text} makes numbers of text, bytes or digits that "
                            "differentiated values were written as, which cannot be differentiated",
                            "use the values themselves, or stop_gradient of them")


def _reads(e: Expr) -> bool:
    """May a call make numbers of text?"""
    fn = e.args[0]
    if fn.head == "attr":
        return fn.data == "astype" or fn.data in _FRACTIONS
    made = fn.data.value if E.is_hashable(fn.data.value) else None
    return made in _READERS or made in _TOLD and len(e.args) > 2


def _texts(statements: list[S.Stmt], cx: Context) -> frozenset[str]:
    """The variables for text that was made of what varies, and for what holds some."""
    found: frozenset[str] = E.NO_NAMES
    before = -1
    while before != len(found):
        before = len(found)
        for s in statements:
            if isinstance(s, S.For):
                made = S.bound(s.target) if _is_text(s.iter, found, cx) else E.NO_NAMES
            else:
                inner = found | _of_comprehensions(s, found, cx)
                values = [e for e in S.expressions(s) if _is_text(e, inner, cx)]
                made = S.writes(s) | frozenset(r.data for r in S.stored_roots(s) if r.head == "var") if values else E.NO_NAMES
                made |= frozenset().union(*(_filled(e, inner, cx) for e in _calls(s)))
            found |= made - cx.varied.names
    return found


def _of_comprehensions(s: S.Stmt, texts: frozenset[str], cx: Context) -> frozenset[str]:
    """The variables of comprehensions over text."""
    return frozenset(n for e in S.expressions(s) for part in E.walk(e) if part.head == "comp"
                     for target, iterable in part.data.loops(part) if _is_text(iterable, texts, cx) for n in S.bound(target))


def _is_text(e: Expr, texts: frozenset[str], cx: Context) -> bool:
    """Is this, or does it hold, text that is made of what varies?"""
    if e.head in ("const", "ref", "compare"):
        return False
    if e.head == "var":
        return e.data in texts
    made = e.head == "fstring" or e.head == "op" and e.data == "%" and _is_const_text(e.args[0])
    if e.head == "call":
        fn = E.hashable_callee(e)
        if fn in _MEASURES:
            return False
        made = fn in _MAKERS or e.args[0].head == "attr" and e.args[0].data in _MAKING_METHODS
    return made and _varies(e, cx) or any(_is_text(a, texts, cx) for a in e.args)


def _varies(e: Expr, cx: Context) -> bool:
    """Does anything varied appear in `e`, but for lengths, shapes and what is stopped?"""
    if e.head == "compare" or e.head == "attr" and e.data in _SHAPES \
            or e.head == "call" and (E.hashable_callee(e) is stop_gradient or E.hashable_callee(e) in _MEASURES):
        return False
    return e.data in cx.varied.names if e.head == "var" else any(_varies(a, cx) for a in e.args)


def _is_const_text(e: Expr) -> bool:
    return e.head == "const" and isinstance(e.data, (str, bytes))


def _filled(e: Expr, texts: frozenset[str], cx: Context) -> frozenset[str]:
    """The variables for what a call puts text into: lists, files."""
    fn = e.args[0]
    given = e.args[1:]
    if E.hashable_callee(e) in _WRITERS:
        return e.names if any(_varies(a, cx) for a in given) else E.NO_NAMES
    if fn.head != "attr" or E.root(fn).head != "var":
        return E.NO_NAMES
    written = fn.data in _WRITING_METHODS and _varies(e, cx)
    return frozenset((E.root(fn).data, *(n for a in given for n in a.names if written))) \
        if written or any(_is_text(a, texts, cx) for a in given) else E.NO_NAMES


def _calls(s: S.Stmt) -> Iterator[Expr]:
    for e in S.expressions(s):
        if e.heads & E.CALL:
            yield from E.calls(e)
