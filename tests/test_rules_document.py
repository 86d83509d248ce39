"""`docs/rules.md` is made from the rules."""
from __future__ import annotations

from pathlib import Path

import pytest

from s2sgrad.cli import main
from s2sgrad.rules.document import document

FILE = Path(__file__).parents[1] / "docs" / "rules.md"


def parts(text: str) -> tuple[list[str], dict[str, set[str]]]:
    """The lines that are not rows of a table, and for every rule the functions that it is for."""
    prose, rules = [], {}
    for line in text.splitlines():
        if line.startswith("| `"):
            names, _, rule = line[2:].partition(" | ")
            rules.setdefault(rule, set()).update(names.split(", "))
        else:
            prose.append(line)
    return prose, rules


def test_the_document_is_up_to_date() -> None:
    """An older NumPy lacks some of the functions."""
    prose, rules = parts(FILE.read_text(encoding="utf-8"))
    found_prose, found = parts(document())
    assert found_prose == prose, "write it again: s2sgrad rules --document > docs/rules.md"
    assert {rule: names - rules.get(rule, set()) for rule, names in found.items() if not names <= rules.get(rule, set())} == {}
    assert sum(map(len, found.values())) > 250


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--document"]) == 0
    assert capsys.readouterr().out == document()
