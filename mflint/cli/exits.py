"""The exit codes. Where several apply, wrong usage goes before a failure, and a failure before findings."""

from __future__ import annotations

CLEAN = 0
FINDINGS = 1
WRONG_USAGE = 2
FAILED = 3
INTERRUPTED = 130
