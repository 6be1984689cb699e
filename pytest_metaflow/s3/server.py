"""The S3 of this process: a port from the beginning, a server behind it from the first connection on."""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from pytest_metaflow.s3.launching import launch

INSTALL = "pip install 'mflint[s3]'"

NEEDED = ("moto", "flask", "flask_cors", "boto3")
"""What the extra `s3` brings: moto, its server's own needs, and a client."""

ENDING = 2.0
"""Seconds that the server may take to end before it is killed."""


class S3Error(Exception):
    """The server cannot be had; the message is one line for the user."""


def installed() -> bool:
    """Whether moto's server and boto3 are there. Nothing is imported."""
    try:
        return all(find_spec(module) for module in NEEDED)
    except (ImportError, ValueError):
        return False


class Server:
    """Moto's server for the runs of one pytest process. What one borrower wrote, the next does not see."""

    def __init__(self, seed: Path | None = None) -> None:
        self.installed = installed()
        self._seed = seed
        self._listener: socket.socket | None = None
        self._port = 0
        self._process: subprocess.Popen[str] | None = None
        self._errors: IO[bytes] | None = None
        self._borrowers = 0
        self._starting = threading.Lock()
        self._not_started: str | None = None

    def another(self) -> Server:
        """One with the same seed, of which the borrowers of this one see nothing."""
        return Server(self._seed)

    @property
    def url(self) -> str:
        """Where it is, or will be once somebody asks."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def running(self) -> bool:
        """Whether somebody needed it so far."""
        return self._process is not None and self._process.poll() is None

    @property
    def complaint(self) -> str | None:
        """Why there is no server any more, if it ended by itself or could not be started."""
        if self._process is None or self._process.poll() is None:
            return self._not_started
        return f"moto's server ended with exit code {self._process.returncode}: {self._last_error()}"

    @contextmanager
    def lent(self, *, started: bool = False) -> Iterator[str | None]:
        """The url, with the seed and nothing else in it; None where moto is not installed.

        Who borrows it while it is lent already, as a run in a test that looks into S3, shares its contents.
        `started` is for who knows that it will be needed. Raises S3Error.
        """
        if not self.installed:
            yield None
            return
        if not self._borrowers:
            self._renew()
        if started:
            self.start()
        self._borrowers += 1
        try:
            with self._started_on_demand():
                yield self.url
        finally:
            self._borrowers -= 1

    def start(self) -> None:
        """Start the server unless it runs. What goes wrong is a `complaint`, and connections are refused."""
        with self._starting:
            if self._process or not self._listener:
                return
            try:
                self._start(self._listener)
            except OSError as error:
                self._not_started = f"moto's server cannot be started: {error.strerror}"
            self._close_listener()

    def _start(self, listener: socket.socket) -> None:
        self._errors = tempfile.TemporaryFile("a+b")  # noqa: SIM115 # as long as the process
        self._process = launch(listener.fileno(), self._seed, self._errors)

    def save(self, file: Path) -> None:
        """Write all objects to a file, for `load`. Without effect where nobody has used S3."""
        if self._process:
            self._order("save", str(file))

    def load(self, file: Path) -> None:
        """Add the objects that `save` wrote, if it did. Raises S3Error."""
        if file.exists():
            self.start()
            self._order("load", str(file))

    def stop(self) -> None:
        """End the server and give the port back."""
        self._close_listener()
        process, self._process = self._process, None
        if process and process.stdin and process.stdout:
            with suppress(OSError):
                process.stdin.close()
            try:
                process.wait(ENDING)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()
        if self._errors:
            self._errors.close()
        self._errors = self._not_started = None

    def _renew(self) -> None:
        if self.complaint:
            self.stop()
        if self._process:
            self._order("renew")
        elif not self._listener:
            self._listen()

    def _listen(self) -> None:
        try:
            self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        except OSError as error:
            raise S3Error(f"cannot listen on 127.0.0.1: {error.strerror}") from None
        self._port = self._listener.getsockname()[1]

    def _close_listener(self) -> None:
        """The server has the socket alone: if it dies, a connection is refused and does not wait for ever."""
        if self._listener:
            self._listener.close()
            self._listener = None

    @contextmanager
    def _started_on_demand(self) -> Iterator[None]:
        """Start the server when the first connection waits; the thread that sees it ends there, or here."""
        if self._process or self._borrowers > 1 or not self._listener:
            yield
            return
        over, tell = socket.socketpair()
        with over, selectors.DefaultSelector() as events:
            events.register(self._listener, selectors.EVENT_READ, self.start)
            events.register(over, selectors.EVENT_READ)
            watch = threading.Thread(target=_call_first, args=(events,), daemon=True)
            watch.start()
            try:
                yield
            finally:
                tell.close()
                watch.join()

    def _order(self, *words: str) -> None:
        """Have the server do something (`serving.Orders`), and wait for it. Raises S3Error."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return
        try:
            print(json.dumps(words), file=process.stdin, flush=True)
            answer = process.stdout.readline()
        except OSError:
            answer = ""
        if answer != "\n":
            raise S3Error(f"moto's server cannot {words[0]}: {answer.strip() or self._last_error()}")

    def _last_error(self) -> str:
        if not self._errors:
            return "nothing is known"
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "it wrote no error"


def _call_first(events: selectors.BaseSelector) -> None:
    """Wait for the first event, and do what is registered for it."""
    for key, _ in events.select():
        if key.data:
            key.data()
