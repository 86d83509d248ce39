"""``python -m s2sgrad``: the command line."""
from __future__ import annotations

import sys

from s2sgrad.cli import main

if __name__ == "__main__":
    sys.exit(main())
