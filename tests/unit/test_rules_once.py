"""A rule that is declared again takes the place of the first, unseen: each is declared once."""
import subprocess
import sys

LOADS_ALL = """
from s2sgrad.rules import families, registry

declare, seen, twice = registry._declare, {}, []


def watched(fns, by=None, skip=1, **facts):
    for fn in fns:
        for kind, value in facts.items():
            if value is not None and kind in registry._KINDS:
                first = seen.setdefault((registry._key(fn), kind), value)
                if first is not value and first != value:
                    twice.append(f"{fn}: {kind}")
    return declare(fns, by, skip, **facts)


registry._declare = watched
for family in families.FAMILIES:
    families.load(family)
assert not twice, twice
"""


def test_no_rule_is_declared_twice():
    done = subprocess.run([sys.executable, "-c", LOADS_ALL], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
