"""An exception with its whole chain, as JSON that another process can show at the user's line."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path
from traceback import FrameSummary, TracebackException
from typing import Any

from pytest_metaflow.inside.protocol import brief, record

MAX_FRAMES = 60
"""Per exception; a recursion error would record a thousand."""

INSTALLED = (f"{os.sep}site-packages", f"{os.sep}dist-packages")
"""Names of folders that hold installed packages, those of the user and of an outer environment too."""

MAX_MESSAGE = 10_000
"""Characters of an exception's message."""

_reported: list[BaseException] = []


def report(error: BaseException, place: Mapping[str, Any]) -> None:
    """Report an exception once, by the first that sees it: the one that knows its place best."""
    if not any(error is known for known in _reported):
        _reported.append(error)
        record("exception", {**place, "errors": describe(error)})


def describe(error: BaseException) -> list[dict[str, Any]]:
    """The chain from the first cause to `error` itself.

    Each has `type`, `bases` (names, from its class on), `message` (as Python prints it, with notes), `frames`
    (outermost first, each with `file`, `line`, `function` and `owner`: user, metaflow or library) and `link`
    to the next: cause, context or "".
    """
    found: list[dict[str, Any]] = []
    summary: TracebackException | None = TracebackException.from_exception(error)
    one: BaseException | None = error
    owners = Owners()
    link = ""
    while summary is not None and one is not None and len(found) < 10:
        found.append({**_describe_one(summary, owners, link), "bases": _bases(type(one))})
        if summary.__cause__ is not None:
            summary, one, link = summary.__cause__, one.__cause__, "cause"
        elif summary.__context__ is not None and not summary.__suppress_context__:
            summary, one, link = summary.__context__, one.__context__, "context"
        else:
            summary = None
    return found[::-1]


def _bases(kind: type) -> list[str]:
    """The class and its bases, named as in a traceback: without `builtins` and `__main__`."""
    return [
        base.__qualname__
        if base.__module__ in ("builtins", "__main__")
        else f"{base.__module__}.{base.__qualname__}"
        for base in kind.__mro__
    ]


def _describe_one(summary: TracebackException, owners: Owners, link: str) -> dict[str, Any]:
    message = _message(summary)
    frames = [_frame(frame, owners) for frame in summary.stack]
    place = _syntax_error_place(summary)
    if place is not None:
        frames.append({**place, "owner": owners.of(str(place["file"]))})
        message = f"SyntaxError: {summary.msg}"
    return {
        "type": message.partition(":")[0],
        "message": message if len(message) <= MAX_MESSAGE else f"{message[:MAX_MESSAGE]}…",
        "frames": frames[: MAX_FRAMES // 2] + frames[MAX_FRAMES // 2 :][-MAX_FRAMES // 2 :],
        "link": link,
    }


def _message(summary: TracebackException) -> str:
    """As Python prints it, with the members of a group below it, without the stack that `@timeout` adds."""
    message = "".join(summary.format_exception_only()).strip()
    message = message.partition("\nStack when the timeout was raised:")[0]
    return "\n".join([message, *_members(summary)])


def _members(summary: TracebackException) -> Iterator[str]:
    """`+ ValueError: too small (train.py:12)` for each of a group of exceptions, which Python 3.11 has."""
    for member in getattr(summary, "exceptions", None) or ():
        first, *others = _message(member).splitlines()
        last = member.stack[-1] if member.stack else None
        yield f"  + {first}" + (f" ({Path(last.filename).name}:{last.lineno})" if last else "")
        yield from (f"    {line}" for line in others)


def _frame(frame: FrameSummary, owners: Owners) -> dict[str, Any]:
    return {
        "file": frame.filename,
        "line": frame.lineno or 0,
        "function": frame.name,
        "owner": owners.of(frame.filename),
    }


def _syntax_error_place(summary: TracebackException) -> dict[str, Any] | None:
    """The place that a SyntaxError points at, which is no frame of its traceback."""
    filename = getattr(summary, "filename", None)
    line = getattr(summary, "lineno", None)
    if not filename or not line:
        return None
    return {"file": filename, "line": int(line), "function": "<module>"}


class Owners:
    """Tells whose code a file is. The flow's own folder is the user's, wherever it lies."""

    def __init__(self) -> None:
        from importlib.util import find_spec

        paths = sysconfig.get_paths()
        self.libraries = [os.path.realpath(paths[key]) for key in ("stdlib", "purelib", "platlib")]
        found = find_spec("metaflow")
        metaflow = found.submodule_search_locations if found else None
        self.metaflow = [os.path.realpath(path) for path in metaflow or ()]
        self.metaflow.append(str(Path(__file__).resolve().parents[1]))
        self.flow = str(Path(brief()["file"]).resolve().parent)

    def of(self, filename: str) -> str:
        """`user`, `metaflow` or `library` (Python's own code, installed packages, code without a file)."""
        if filename.startswith("<"):
            return "library"
        path = os.path.realpath(filename)
        for owner, roots in (("metaflow", self.metaflow), ("library", self.libraries)):
            if any(_within(path, root) and not self._is_flow_below(path, root) for root in roots):
                return owner
        outer = next((root for root in map(str, Path(path).parents) if root.endswith(INSTALLED)), None)
        return "library" if outer and not self._is_flow_below(path, outer) else "user"

    def _is_flow_below(self, path: str, root: str) -> bool:
        return _within(self.flow, root) and _within(path, self.flow)


def _within(path: str, root: str) -> bool:
    return path == root or path.startswith(root + os.sep)
