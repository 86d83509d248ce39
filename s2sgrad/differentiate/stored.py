"""Values that need no saving, since the program stores them in an array itself.

    for i in range(n):                            for i in range(n):
        t = np.sqrt(s[i])                             y[i] = np.sqrt(s[i])
        t_stack.append(t)          --->           ...
        y[i] = t                                  for i in reversed(range(n)):
    ...                                               t = y[i]
    for i in reversed(range(n)):                      ...
        t = t_stack.pop()
        ...
"""
from __future__ import annotations

from typing import TYPE_CHECKING

from s2sgrad.differentiate.uses import BlockKey
from s2sgrad.ir import stmt as S
from s2sgrad.ir.expr import Expr

if TYPE_CHECKING:
    from s2sgrad.differentiate.record import Recorder


def stored_at(recorder: Recorder, name: str, home: BlockKey) -> tuple[Expr, S.Stmt, S.Stmt] | None:
    """Where a value is stored, the statement that does it, and the one before whose reverse it is taken from there."""
    defined = recorder.definitions.get(name, ())
    if len(defined) != 1 or defined[0][0] != home or defined[0][1] is home[0] or name not in recorder.uses.values:
        return None  # what a loop binds is bound by its reverse as well
    facts, block = recorder.facts, recorder.places.blocks[home]
    store = recorder.places.stores(home).get(name)
    if store is None or not _holds_numbers(store, recorder):
        return None
    at = recorder.places.at(store, home)
    last = max((recorder.places.at(t, home) for _, t, _ in recorder.used_at[name]), default=at)
    tokens, keys = facts.aliasing.contents(store.target.args[0].data), recorder.uses.of(store.target.args[1])
    if at < recorder.places.at(defined[0][1], home) or not tokens or recorder.are_written(tokens | keys, home, at + 1, last + 1):
        return None
    loop = recorder.places.loop_around(home)
    if not all(recorder.is_at_hand(n, home, loop) and not _is_bound_in(home, n, recorder) for n in keys):
        return None
    return store.target, store, block[max(at, last)]


def _is_bound_in(home: BlockKey, name: str, recorder: Recorder) -> bool:
    """Does a statement of the block bind a variable? It has its value again only after what is stored has been read."""
    return any(key == home and s is not home[0] for key, s in recorder.definitions.get(name, ()))


def _holds_numbers(store: S.Assign, recorder: Recorder) -> bool:
    """Does an array of floating-point numbers take one, so that it is the same number again?"""
    facts, array = recorder.facts, store.target.args[0]
    if array.head != "var" or len(facts.definitions.get(array.data, ())) > 1:
        return False
    t = facts.type_at(store, array)
    if not (t.is_array and t.dtype == "float" or t.kind == "list"):
        return False
    value = facts.type_at(store, store.value)
    if value.dtype == "complex":
        return False
    return value.kind == "number" if t.kind == "list" else facts.type_at(store, store.target).kind == "number"
