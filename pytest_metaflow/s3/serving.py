"""The process that serves S3, and what else of AWS moto simulates, to the flows of one pytest process.

It takes the listening socket from that process, and orders on standard input: one JSON list a line, each
answered by a line. It ends when standard input does, as it does when pytest is killed.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

from werkzeug.serving import WSGIRequestHandler, make_server

from pytest_metaflow.s3 import confinement, contents
from pytest_metaflow.s3.complaints import complain

GRACE = 5.0
"""Seconds that a request may take which is still being answered when the contents are to be renewed."""

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Door:
    """The way to moto's application: it knows if somebody went in, and is closed while contents change."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.used = False
        self._inside = 0
        self._changed = threading.Condition()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request, to its last byte."""
        with self._changed:
            self.used = True
            self._inside += 1
        try:
            return self._answer(environ, start_response)
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            body = self.application(environ, start_response)
        except Exception as error:
            return complain(error, environ, start_response)
        try:
            return [b"".join(body)]
        finally:
            if hasattr(body, "close"):
                body.close()

    def closed(self, change: Callable[[], None]) -> None:
        """Make a change while nobody is inside: what a run asked for last is done before, not after it."""
        with self._changed:
            self._changed.wait_for(lambda: not self._inside, GRACE)
            change()


class Orders:
    """What pytest's process can ask for: `renew`, `save FILE` and `load FILE`."""

    def __init__(self, door: Door, seed: Path | None) -> None:
        self.door = door
        self.seed = seed

    def renew(self) -> None:
        """Back to the seed; nothing to do where no request came since the last time."""
        if self.door.used:
            self.door.closed(self._sow_anew)

    def save(self, file: str) -> None:
        """Write all objects to a file."""
        self.door.closed(lambda: contents.save(Path(file)))

    def load(self, file: str) -> None:
        """Add the objects of a file that `save` wrote."""
        self.door.used = True
        self.door.closed(lambda: contents.load(Path(file)))

    def obey(self, orders: IO[str], answers: IO[str]) -> None:
        """Follow the orders to the last; each is answered by an empty line, or by what went wrong."""
        for line in orders:
            order, *words = json.loads(line)
            try:
                getattr(self, order)(*words)
                answer = ""
            except Exception as error:
                answer = f"{type(error).__name__}: {error}".replace("\n", " ")
            print(answer, file=answers, flush=True)

    def _sow_anew(self) -> None:
        contents.clear(self.door.application)
        self.door.used = False
        if self.seed:
            contents.sow(self.seed)


def main(descriptor: int, seed: str) -> None:
    """Serve on the listening socket `descriptor`; `seed` is a folder of `bucket/key…` files, or empty."""
    answers = _own_stdout()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    confinement.stay_on_this_machine()
    from moto.core.config import default_user_config
    from moto.moto_server import werkzeug_app as moto

    for service in ("lambda", "batch"):
        default_user_config[service] = {"use_docker": False}
    contents.make_buckets_on_demand()
    folder = Path(seed) if seed else None
    if folder:
        contents.sow(folder)
    door = Door(moto.DomainDispatcherApplication(moto.create_backend_app))
    handler = getattr(moto, "MotoRequestHandler", WSGIRequestHandler)
    server = make_server("127.0.0.1", 0, door, threaded=True, request_handler=handler, fd=descriptor)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Orders(door, folder).obey(sys.stdin, answers)
    os._exit(0)


def _own_stdout() -> IO[str]:
    """Standard output for answers alone: what moto prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers
