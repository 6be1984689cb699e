"""A person at a terminal: a command on a pseudo-terminal of its own, what it shows and what is typed."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.pytest_metaflow.projects import environment

PATIENCE = 60.0
"""Seconds that anything may take."""

LEAD = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Makes standard input the terminal of its session, and becomes the command."""

CTRL_C = "\x03"
CTRL_Z = "\x1a"


class Terminal:
    """A terminal that a command leads."""

    def __init__(self, command: list[str], cwd: Path, env: Mapping[str, str]) -> None:
        self.master, self.slave = pty.openpty()
        self.shown = ""
        """What the screen has shown."""
        self.seen = 0
        """The number of characters that `expect` has passed."""
        self.modes = termios.tcgetattr(self.slave)
        kept = {name: value for name, value in environment().items() if name not in ("CI", "BUILD_NUMBER")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", LEAD, *command],
            cwd=cwd,
            env={**kept, "TERM": "dumb", **env},
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
        )

    def type(self, line: str) -> None:
        """Type a line and Enter."""
        self.press(line + "\n")

    def press(self, keys: str) -> None:
        """Type keys."""
        os.write(self.master, keys.encode())

    def expect(self, text: str) -> str:
        """Wait until `text` is shown, and give what was shown before it and has not been asked for."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.shown[self.seen :]:
            assert self._read(deadline), f"no {text!r} in:\n{self.shown}"
        before, _, _ = self.shown[self.seen :].partition(text)
        self.seen += len(before) + len(text)
        return before

    def insist(self, keys: str, text: str) -> None:
        """Type keys, and again after a second, until `text` is shown.

        Python's readline module passes over an interrupt that comes after the prompt and before it waits.
        """
        deadline = time.monotonic() + PATIENCE
        while text not in self.shown[self.seen :]:
            assert time.monotonic() < deadline, f"no {text!r} in:\n{self.shown}"
            self.press(keys)
            while text not in self.shown[self.seen :] and select.select([self.master], [], [], 1.0)[0]:
                self._read(deadline)
        self.expect(text)

    def answer(self, line: str) -> str:
        """Type a line at a prompt and give what is shown until the next one."""
        self.type(line)
        self.expect(line)
        return self.expect("(Pdb) ").strip()

    def finish(self) -> int:
        """Wait for the command's end, and give its exit code."""
        os.close(self.slave)
        self.slave = -1
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        return self.process.wait(PATIENCE)

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self.slave)
        os.close(self.master)
        self.slave = self.master = -1

    @property
    def foreground(self) -> int:
        """The process group that has the terminal."""
        return os.tcgetpgrp(self.master)

    @property
    def is_as_before(self) -> bool:
        """Whether the command's own group has the terminal, in the modes that it found."""
        now: list[Any] = termios.tcgetattr(self.slave)
        return self.foreground == self.process.pid and now == self.modes

    def _read(self, deadline: float) -> bool:
        """Take what is shown; nothing comes any more where that is False."""
        if not select.select([self.master], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise AssertionError(f"nothing happens after:\n{self.shown}")
        try:
            data = os.read(self.master, 65536)
        except OSError:  # Linux's way to say that nobody has it open
            return False
        self.shown += data.decode().replace("\r\n", "\n")
        return bool(data)

    def close(self) -> None:
        """Leave nothing behind."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.process.wait()
        for descriptor in (self.master, self.slave):
            if descriptor >= 0:
                os.close(descriptor)


@contextmanager
def at_terminal(command: list[str], cwd: Path, **env: str) -> Iterator[Terminal]:
    """Run a command on a terminal."""
    terminal = Terminal(command, cwd, env)
    try:
        yield terminal
    finally:
        terminal.close()
