"""Why a flow is not run."""

from __future__ import annotations


class CannotRun(Exception):
    """The flow is not run, and its test fails; the message says what to do about it."""

    __module__ = "pytest_metaflow"


class NotWanted(Exception):
    """The flow is not run, and its test is skipped; the message is the reason."""
