"""Whether somebody sits at the terminal to answer a debugger: only pytest knows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pytest_metaflow.inside.terminal import DEVICE
from pytest_metaflow.plan import Debugging

DEBUGGER_QUIT = "the debugger was quit"
"""Why a session ends that somebody leaves by `q`, as pytest ends one with `--pdb`."""

CI = ("CI", "BUILD_NUMBER")
"""Variables of a build server; pytest asks for the same two."""


def debugging(config: pytest.Config) -> Debugging | None:
    """None on a worker of xdist, without a terminal, in the background, and unless `--pdb` asks, in CI."""
    asked = bool(config.getoption("usepdb", False))
    if hasattr(config, "workerinput") or not (asked or not any(os.environ.get(name) for name in CI)):
        return None
    with _outer_streams(config):
        if not os.isatty(0) or not _in_foreground():
            return None
    return Debugging(asked, ":".join(config.getoption("usepdb_cls", None) or ()), os.getpgrp())


@contextmanager
def ctrl_c_ends_session(config: pytest.Config) -> Iterator[None]:
    """With `--pdb` pytest would debug the wait for a run that Ctrl-C has ended."""
    try:
        yield
    except KeyboardInterrupt:
        if config.getoption("usepdb", False):
            raise pytest.exit.Exception("Ctrl-C") from None
        raise


@contextmanager
def _outer_streams(config: pytest.Config) -> Iterator[None]:
    """Standard input as it was before pytest captured it.

    While plugins are configured, pytest captures standard input alone (`suspend_global_capture`).
    """
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is None:
        yield
        return
    capture.suspend(in_=True)
    try:
        yield
    finally:
        capture.resume()
        capture.suspend()


def _in_foreground() -> bool:
    try:
        terminal = os.open(DEVICE, os.O_RDWR)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
