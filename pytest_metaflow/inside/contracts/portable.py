"""Whether artifacts load in an interpreter that has nothing but Python's standard library."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from pytest_metaflow.inside.protocol import SANDBOX, record, recorded

READER = Path(__file__).with_name("reader.py")

ALWAYS = frozenset(f"<class '{name}'>" for name in ("NoneType", "bool", "bytes", "float", "int", "str"))
"""The types of which every object can be loaded."""


def look(store: Any) -> None:
    """Report the artifacts of this run that cannot be loaded; `store` is the datastore's `ca_store`.

    Each content is loaded once, however many tasks have it.
    """
    found: dict[str, str] = {}
    pickled = []
    for key, encoding in _stored().items():
        if "pickle" in encoding:
            pickled.append(key)
        else:
            found[key] = f"it is stored as {encoding}, which only an extension of Metaflow reads"
    if pickled:
        for key, why in loaded(store.load_blobs(pickled)):
            if why:
                found[key] = why
    record("portable", {"unreadable": found})


def _stored() -> Mapping[str, str]:
    """The key and encoding of each artifact that the tasks reported."""
    tasks = [r for r in recorded(Path(os.environ[SANDBOX])) if r["kind"] == "artifacts"]
    artifacts = [artifact for task in tasks for artifact in task["artifacts"].values()]
    return {a["key"]: a["encoding"] for a in artifacts if a["type"] not in ALWAYS}


def loaded(blobs: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, str]]:
    """Each key with why its content cannot be loaded, or an empty text."""
    pending = iter(blobs)
    while True:
        with _reader() as (send, receive):
            for key, blob in pending:
                why = _ask(send, receive, blob)
                yield key, "it ends the interpreter" if why is None else why
                if why is None:
                    break
            else:
                return


def _ask(send: IO[bytes], receive: IO[bytes], blob: bytes) -> str | None:
    """Why the content cannot be loaded, None where the interpreter ended over it."""
    try:
        send.write(len(blob).to_bytes(8, "big") + blob)
        send.flush()
    except BrokenPipeError:
        return None
    line = receive.readline()
    return line.decode().strip() if line.endswith(b"\n") else None


@contextmanager
def _reader() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """An isolated interpreter that loads what it is sent; it ends when the pipe is closed."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(READER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdin, process.stdout
    finally:
        process.stdout.close()
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()
