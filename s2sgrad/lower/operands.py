"""Take varied expressions apart: every operation gets a statement of its own, with atoms for operands.

What does not vary stays one expression, as the user wrote it.
"""
from __future__ import annotations

import functools
from collections.abc import Callable, Iterable

from s2sgrad.ir import expr as E
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr
from s2sgrad.lower.context import Context
from s2sgrad.lower.effects import written_arguments
from s2sgrad.lower.flags import is_integer
from s2sgrad.lower.own_names import new_containers
from s2sgrad.lower.purity import repeatable
from s2sgrad.lower.results import position, taken
from s2sgrad.lower.writing import GIVE_NONE, MUTATORS
from s2sgrad.rules.methods_table import canonical, is_concatenation


def atom(e: Expr, cx: Context) -> Expr:
    """`e` as a variable or constant, or as it stands where it does not vary."""
    if e.head == "var" or e.head == "const":
        return e
    e = value(e, cx)
    if E.is_atom(e):
        return e
    varied = cx.varied.of(e)
    lasts = not varied and repeatable(e) and e.names.isdisjoint(cx.exceptions)
    return e if lasts else cx.temporary(e, varied=varied)


def settled(key: Expr, cx: Context) -> Expr:
    """A subscript that may be evaluated again: what may not is put aside."""
    key = plain(key, cx)
    if repeatable(key):
        return key
    if key.head in ("tuple", "slice"):
        return E.rebuild(key, tuple(operands(key.args, cx, settled)))
    return cx.temporary(key)


def has_slice_part(key: Expr) -> bool:
    return any(part.head == "slice" for part in (key, *(key.args if key.head == "tuple" else ())))


def reference(e: Expr, cx: Context) -> Expr:
    """`e` as an object that can be read from or written to: a variable or a path of attributes and constant keys."""
    if e.head == "attr" and canonical(e) is e or e.head == "index" and is_path_key(e.args[1]):
        inner = reference(e.args[0], cx)
        return _part(e, inner, cx)
    return atom(e, cx) if cx.varied.of(e) else plain(e, cx)


def _part(e: Expr, obj: Expr, cx: Context) -> Expr:
    if e.head == "attr":
        from s2sgrad.lower import members, operators
        found = operators.attribute(obj, e.data, cx) if cx.class_of(obj) is not None else None
        if found is not None:  # a property
            return _kept(found, cx)
        name = operators.member(obj, e.data, cx)
        if canonical(e) is e:
            members.check_member(e.args[0], obj, name, cx)
        return E.attr(obj, name)
    if cx.class_of(obj) is not None:
        from s2sgrad.lower import operators
        found = operators.item(obj, e.args[1], cx)
        if found is not None:
            return _kept(found, cx)
    return E.rebuild(e, (obj, *(plain(a, cx) for a in e.args[1:])))


def _kept(e: Expr, cx: Context) -> Expr:
    return e if E.root(e).head == "var" else cx.temporary(e)


def is_path_key(key: Expr) -> bool:
    """May a subscript by `key` be part of a path? Only where it surely gives a part itself, never a copy."""
    return key.head == "const" and (isinstance(key.data, (int, str)))


def plain(e: Expr, cx: Context) -> Expr:
    """An expression that is not differentiated; assignments inside it (walrus) are hoisted."""
    if not _has_walrus(e):
        return e
    if e.head == "walrus":
        target, inner = e.args
        cx.emit(S.Assign(target, value(inner, cx), cx.loc))
        return target
    if e.head in ("bool", "ifexp") and any(map(_has_walrus, e.args[1:])):
        return value_of_branches(e, cx)
    if e.head == "function":
        raise cx.refuse("an assignment expression inside a lambda cannot be differentiated",
                        "write the lambda as a function with statements")
    if e.head == "comp":
        from s2sgrad.lower.comprehensions import not_differentiated
        return not_differentiated(e, cx)
    if E.callee(e) in (any, all) and e.args[1].head == "comp" and e.args[1].data.kind == "generator":
        from s2sgrad.lower.comprehensions import decided
        return decided(e.args[1], E.callee(e) is all, cx)
    if e.head == "call" and e.args[0].head == "attr":  # a method is looked up where it is called
        obj, *args = operands((e.args[0].args[0], *e.args[1:]), cx, plain)
        return E.rebuild(e, (E.rebuild(e.args[0], (obj,)), *args))
    if e.head == "compare" and any(map(_has_walrus, e.args[2:])):
        return _chain(e, cx)
    return E.rebuild(e, tuple(operands(e.args, cx, plain)))


def _chain(e: Expr, cx: Context) -> Expr:
    """``a < b < c``, of which `c` is evaluated where ``a < b`` holds, is ``a < b and b < c``."""
    first, second = operands(e.args[:2], cx, plain)
    second = _put_aside(second, cx)
    tests = E.boolean("and", E.compare(first, (e.data[0], second)), E.compare(second, *zip(e.data[1:], e.args[2:])))
    return value_of_branches(tests, cx)


def _has_walrus(e: Expr) -> bool:
    return e.heads & E.WALRUS != 0


def operands(es: Iterable[Expr], cx: Context, how: Callable[[Expr, Context], Expr] = atom) -> list[Expr]:
    """Evaluate operands from left to right.

    An operand that is only a name is read when the operation runs; if taking a later operand apart changes that
    variable in between, its value is put aside first. So is what is not only a name, where something is changed in place.
    """
    done: list[tuple[int, Expr]] = []
    for e in es:
        start = len(cx.out)
        result = how(e, cx)
        if not done or len(cx.out) == start:
            done.append((len(cx.out), result))
            continue
        statements = tuple(cx.out[start:])
        changed = S.bound_by(statements)
        reads_anew = any(_reads_contents(earlier) for _, earlier in done) and _change_something(statements)
        for n, (_, earlier) in enumerate(done):
            if not earlier.names.isdisjoint(changed) or reads_anew and _reads_contents(earlier):
                with cx.nested() as aside:
                    kept = _put_aside(earlier, cx)
                cx.out[done[n][0]:done[n][0]] = aside.body
                done = [(at + len(aside.body) * (m >= n), x) for m, (at, x) in enumerate(done)]
                done[n] = (done[n][0], kept)
        done.append((len(cx.out), result))
    return [x for _, x in done]


def _change_something(statements: S.Block) -> bool:
    """May statements change what expressions before them are read from: objects, arrays and containers?"""
    new = new_containers(S.walk_stmts(statements), (), objects=True)
    for s in S.walk_stmts(statements):
        calls = [call for e in S.expressions(s) for call in E.calls(e)]
        changed = [t.args[0] for t in S.parts(s.target) if t.head in ("index", "attr")] if isinstance(
            s, (S.Assign, S.Aug, S.For)) else []
        changed += [a for call in calls for a in written_arguments(call)]
        if any(e.head != "var" or e.data not in new for e in changed) or any(map(_is_unknown, calls)):
            return True
    return False


def _reads_contents(e: Expr) -> bool:
    """Does the value of `e` depend on what its variables hold when it is evaluated, and not only on what they stand for?"""
    if e.head in ("tuple", "list", "dict", "slice", "star") or E.callee(e) is functools.partial:
        return any(map(_reads_contents, e.args))
    return bool(e.names) and e.head not in ("var", "function")


def _is_unknown(call: Expr) -> bool:
    """Is what is called neither known nor a method that changes nothing, or says what it changes?"""
    fn = call.args[0]
    return fn.head != "ref" and (fn.head != "attr" or fn.data not in MUTATORS and canonical(call) is call)


def _put_aside(e: Expr, cx: Context) -> Expr:
    """`e` with what it reads in temporaries."""
    if not e.names:
        return e
    if e.head in ("slice", "star", "format"):
        return E.rebuild(e, tuple(_put_aside(a, cx) for a in e.args))
    return cx.temporary(e)


def value(e: Expr, cx: Context, name: str = "t") -> Expr:
    """`e` with its operands taken apart, itself a single operation; `name` is for one of the results of a call."""
    if not cx.varied.of(e):
        return plain(e, cx)
    at = position(e)
    if at is not None:
        made = value(e.args[0], cx)
        if made.head == "call":
            return taken(e, at, made, cx, name)
        return E.rebuild(e, (made if E.is_atom(made) else cx.temporary(made), *e.args[1:]))
    rule = _VALUES.get(e.head)
    if rule is None:
        raise cx.refuse(f"this expression ({e.head}) cannot be differentiated")
    return rule(e, cx)


def _identity(e: Expr, cx: Context) -> Expr:
    return e


def _operation(e: Expr, cx: Context) -> Expr:
    from s2sgrad.lower import operators  # a method may be put in place
    if e.data == "|" and not any(map(is_integer, e.args)) and operators.is_union(e.args, cx):  # of what varies: dicts
        from s2sgrad.lower.mappings import merge
        return merge(e.args[0], e.args[1], cx)
    given = e.args
    made = tuple(operands(given, cx))
    e = E.rebuild(e, operators.with_classes(given, made, cx) if cx.visible else made)
    return operators.operation(e, cx) or e


def _index(e: Expr, cx: Context) -> Expr:
    if is_concatenation(e):
        from s2sgrad.lower.concatenators import concatenation
        return value(concatenation(e, cx), cx)
    from s2sgrad.lower import applying, operators
    of_polynomial = applying.attribute_of_polynomial(e.args[0], cx) if e.args[0].head == "attr" else None
    if of_polynomial is not None:
        e = E.index(of_polynomial, e.args[1])
    obj, key = operands(e.args, cx, lambda a, c: reference(a, c) if a is e.args[0] else settled(a, c))
    return operators.item(obj, key, cx) or E.index(obj, key)


def _attr(e: Expr, cx: Context) -> Expr:
    if e.data == "flat":  # as a value; ``x.flat[i]`` is a place
        return value(E.call(E.attr(e.args[0], "reshape"), E.const(-1)), cx)
    from s2sgrad.lower import applying, members, operators
    of_polynomial = applying.attribute_of_polynomial(e, cx)
    if of_polynomial is not None:
        return of_polynomial
    own = isinstance(operators.member(e.args[0], e.data, cx), E.Member)
    obj = (reference if own or canonical(e) is e else atom)(e.args[0], cx)
    found = operators.attribute(obj, e.data, cx)
    if found is not None:
        return found
    name = operators.member(obj, e.data, cx)
    members.check_member(e.args[0], obj, name, cx)
    return E.attr(obj, name)


def value_of_branches(e: Expr, cx: Context) -> Expr:
    """``a if t else b``, ``a and b``, ``a or b`` as a statement that assigns a variable."""
    name = E.var(cx.names.fresh("t"))
    if cx.varied.of(e):
        cx.varied.add(name.data)
    _branch(e, name, cx)
    return name


def _branch(e: Expr, name: Expr, cx: Context) -> None:
    if e.head == "ifexp":
        test = plain(e.args[0], cx)
        bodies = []
        start, ends = cx.classes, []
        for part in e.args[1:]:
            cx.classes = dict(start)
            with cx.nested() as inner:
                _branch(part, name, cx)
            bodies.append(inner.body)
            ends.append(cx.classes)
        cx.meet_classes(ends)
        cx.emit(S.If(test, bodies[0], bodies[1], cx.loc))
    elif e.head == "bool" and (cx.varied.of(e) or _has_walrus(e)):
        first, *rest = e.args
        remaining = rest[0] if len(rest) == 1 else E.boolean(e.data, *rest)
        with cx.nested() as inner:
            _branch(remaining, name, cx)
        cx.forget_classes((name.data,))
        if cx.varied.of(first) or not _is_test(first):
            _branch(first, name, cx)
            test = name
        else:  # a condition decides: it is the value only where it stops the evaluation
            test = plain(first, cx)
            stop = (S.Assign(name, E.const(e.data == "or"), cx.loc),)
            body, orelse = (inner.body, stop) if e.data == "and" else (stop, inner.body)
            cx.emit(S.If(test, body, orelse, cx.loc))
            return
        cx.emit(S.If(test if e.data == "and" else E.op("not", test), inner.body, (), cx.loc))
    else:
        cx.emit(S.Assign(name, value(e, cx), cx.loc))


def _is_test(e: Expr) -> bool:
    """Is the value of `e` True or False (of one element, where it is a comparison of arrays)?"""
    return e.head == "compare" or (e.head == "op" and e.data == "not")


def _display(e: Expr, cx: Context) -> Expr:
    if any(a.head == "star" for a in e.args):
        return _unpacked_display(e, cx)
    return E.rebuild(e, tuple(operands(e.args, cx, _element)))


def _element(e: Expr, cx: Context) -> Expr:
    """An element of a display of what varies; an object beside others, which may hold what varies later, is built here."""
    if e.head == "call" and not cx.varied.of(e) and E.hashable_callee(e) in cx.visible:
        from s2sgrad.lower.objects import makes_object, new_object
        return new_object(e, cx) if makes_object(e) else atom(e, cx)
    return atom(e, cx)


def _set(e: Expr, cx: Context) -> Expr:
    raise cx.refuse("a set of differentiated values has no order and cannot be differentiated", "use a list")


def _unpacked_display(e: Expr, cx: Context) -> Expr:
    """``[*a, b]`` is ``list(a) + [b]``."""
    parts: list[Expr] = []
    for a in e.args:
        if a.head == "star":
            inner = a.args[0]
            known = cx.display(inner)
            if known is not None and known.head in ("tuple", "list"):
                parts.append(Expr(e.head, tuple(E.index(inner, E.const(n)) for n in range(len(known.args)))))
            else:
                parts.append(E.call(E.ref(e.head, {"list": list, "tuple": tuple}[e.head], library=False), inner))
        elif parts and parts[-1].head == e.head:
            parts[-1] = Expr(e.head, (*parts[-1].args, a))
        else:
            parts.append(Expr(e.head, (a,)))
    total = parts[0]
    for part in parts[1:]:
        total = Expr(e.head, total.args + part.args) if total.head == part.head == e.head else E.op("+", total, part)
    return value(total, cx)


def _dict(e: Expr, cx: Context) -> Expr:
    if any(k.head == "star" for k, _ in E.items(e)):
        made = E.var(cx.names.fresh("t"))
        cx.varied.add(made.data)
        cx.emit(S.Assign(made, E.dict_(), cx.loc))
        for k, v in E.items(e):
            if k.head == "star":
                cx.statements((S.Do(E.call(E.attr(made, "update"), atom(k.args[0], cx)), cx.loc),))
            else:
                cx.emit(S.Assign(E.index(made, plain(k, cx)), atom(v, cx), cx.loc))
        return made
    return E.rebuild(e, tuple(operands(e.args, cx)))


def _walrus(e: Expr, cx: Context) -> Expr:
    target, inner = e.args
    cx.emit(S.Assign(target, value(inner, cx), cx.loc))
    cx.varied.add(target.data)
    return target


def _call(e: Expr, cx: Context) -> Expr:
    from s2sgrad.lower.calls import call  # a call may bring in whole functions
    from s2sgrad.lower.generators import collected
    made = collected(e, cx)
    if made is not None:
        return value(made, cx)
    made = call(e, cx)
    if made.head == "call" and made.args[0].head == "attr" and made.args[0].data in GIVE_NONE:
        cx.emit(S.Do(made, cx.loc))
        return E.NONE
    return made


def _comprehension(e: Expr, cx: Context) -> Expr:
    from s2sgrad.lower.comprehensions import comprehension
    return comprehension(e, cx)


_VALUES: dict[str, Callable[[Expr, Context], Expr]] = {
    "var": _identity, "op": _operation, "index": _index, "attr": _attr, "ifexp": value_of_branches,
    "bool": value_of_branches, "tuple": _display, "list": _display, "set": _set, "dict": _dict, "walrus": _walrus,
    "call": _call, "comp": _comprehension, "function": _identity,
}
