"""`python -m mflint`."""

from __future__ import annotations

import sys

from mflint.cli import main

if __name__ == "__main__":
    sys.exit(main())
