"""Several generated modules as one: imports once at the top, helpers that they share once, nothing captured."""
from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass, field


class Conflict(Exception):
    """A name stands for different values in two modules, so they cannot be one."""


@dataclass
class Merged:
    """A module that grows: what its names are bound to, and the text of its functions in order."""

    plain: dict[str, str] = field(default_factory=dict)              # alias -> import line
    members: dict[str, tuple[str, str]] = field(default_factory=dict)  # alias -> module, name
    constants: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)

    def add(self, source: str) -> None:
        """Take in a generated module; a helper of the same name but another text gets a number.

        Raises `Conflict` where an import or a constant would change its meaning. Then nothing has been taken in.
        """
        new = _parse(source)
        for mine, theirs in ((self.plain, new.plain), (self.members, new.members), (self.constants, new.constants)):
            for name, value in theirs.items():
                if mine.get(name, value) != value or name in self._names() - set(mine):
                    raise Conflict(name)
        renamed = self._renamed(new)
        for name, text in new.functions.items():
            for old, other in renamed.items():
                text = _rename(text, old, other)
            self.functions[renamed.get(name, name)] = text
        self.plain.update(new.plain)
        self.members.update(new.members)
        self.constants.update(new.constants)

    def _names(self) -> set[str]:
        return {*self.plain, *self.members, *self.constants, *self.functions}

    def _renamed(self, new: Merged) -> dict[str, str]:
        """New names for the functions of `new` whose names are taken by something else here."""
        same = all(self.functions.get(name, text) == text for name, text in new.functions.items())
        out: dict[str, str] = {}
        taken = self._names() | new._names()
        for name, text in new.functions.items():
            # A helper calls others of its module: either all that are shared agree, or each gets a name of its own.
            if name in self._names() and not (same and self.functions.get(name) == text):
                number = 2
                while f"{name}{number}" in taken:
                    number += 1
                out[name] = f"{name}{number}"
                taken.add(out[name])
        return out

    @property
    def text(self) -> str:
        groups: dict[str, list[str]] = {}
        for alias, (module, name) in self.members.items():
            groups.setdefault(module, []).append(name if alias == name else f"{name} as {alias}")
        lines = [*sorted(set(self.plain.values())),
                 *(f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(groups.items())),
                 *(f"{name} = {value}" for name, value in self.constants.items())]
        header = "\n".join(lines) + "\n\n\n" if lines else ""
        return header + "\n\n\n".join(text.strip("\n") for text in self.functions.values()) + "\n"


def merge(sources: Iterable[str]) -> str:
    """One module with the functions of all.

    >>> print(merge(["import math\\ndef f(x):\\n    return math.sin(x)", "import math\\ndef g(x):\\n    return x"]))
    import math
    <BLANKLINE>
    <BLANKLINE>
    def f(x):
        return math.sin(x)
    <BLANKLINE>
    <BLANKLINE>
    def g(x):
        return x
    <BLANKLINE>
    """
    out = Merged()
    for source in sources:
        out.add(source)
    return out.text


def _parse(source: str) -> Merged:
    """The parts of one generated module."""
    out = Merged()
    lines = source.splitlines()
    for node in ast.parse(source).body:
        assert node.end_lineno is not None
        if isinstance(node, ast.Import):
            for a in node.names:
                alias = a.asname or a.name.partition(".")[0]
                line = f"import {a.name} as {a.asname}" if a.asname else f"import {a.name}"
                out.plain[a.asname or a.name] = line
                if alias != (a.asname or a.name):
                    out.plain[alias] = f"import {alias}"
        elif isinstance(node, ast.ImportFrom):
            for a in node.names:
                out.members[a.asname or a.name] = (node.module or "", a.name)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            out.constants[node.targets[0].id] = ast.unparse(node.value)
        else:
            assert isinstance(node, ast.FunctionDef), ast.dump(node)[:80]
            out.functions[node.name] = "\n".join(lines[node.lineno - 1:node.end_lineno])
    return out


def _rename(text: str, old: str, new: str) -> str:
    """`text` with the variable `old` called `new`; attributes and keywords of that name stay."""
    lines = text.splitlines(keepends=True)
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    for n, token in reversed(list(enumerate(tokens))):
        if token.type == tokenize.NAME and token.string == old and (n == 0 or tokens[n - 1].string != "."):
            row, column = token.start
            line = lines[row - 1]
            lines[row - 1] = line[:column] + new + line[column + len(old):]
    return "".join(lines)
