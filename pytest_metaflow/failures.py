"""A failure as pytest shows it, at the user's line."""

from __future__ import annotations

import linecache
import os
import shlex
import sysconfig
from bdb import BdbQuit
from collections.abc import Sequence
from pathlib import Path

import pytest
from _pytest._code.code import (
    ExceptionChainRepr,
    ReprEntry,
    ReprEntryNative,
    ReprFileLocation,
    ReprTraceback,
)

from pytest_metaflow import options
from pytest_metaflow.results.logs import plain
from pytest_metaflow.results.run import Frame, Raised
from pytest_metaflow.results.verdict import Failure

LINKS = {
    "cause": "The above exception was the direct cause of the following exception:",
    "context": "During handling of the above exception, another exception occurred:",
}


class FlowFailed(Exception):
    """The run of a flow is not good."""

    def __init__(
        self,
        failure: Failure,
        facts: Sequence[str],
        repeat: str = "",
        place: tuple[Path, int] | None = None,
    ) -> None:
        super().__init__(failure.summary)
        self.failure = failure
        self.facts = facts
        """Lines about the run, such as its parameters."""
        self.repeat = repeat
        """The command that repeats it; empty where a test has made the run."""
        self.place = place
        """A line of the flow, where a test has made the run."""


class FlowRunFailed(FlowFailed, BdbQuit):
    """The run took place and is not good: what a debugger could show was to be seen in its processes.

    As a BdbQuit it opens none of pytest's own (`check_interactive_exception` of `_pytest/runner.py`).
    """


def representation(
    failed: FlowFailed, flow_place: tuple[Path, int], start: Path, callers: Sequence[Frame] = ()
) -> ExceptionChainRepr:
    """The failure as a real `ExceptionChainRepr`: xdist and JUnit keep the place of no other kind.

    `flow_place` is a line of the flow, for a failure that no line of the user's raised; paths are shown
    relative to `start`. `callers` are the lines of a test that have led to the run.
    """
    failure = failed.failure
    place = _place(failure.chain) or flow_place
    crash = ReprFileLocation(str(place[0]), place[1], plain(failure.summary))
    introduction: list[ReprEntry | ReprEntryNative] = [_entry(frame, [], start) for frame in callers]
    above = [""] if introduction else []
    introduction.append(ReprEntryNative([_block([*above, failure.text, "", *failed.facts])]))
    if failure.chain:
        chain = _chain(failure.chain, introduction, crash, start)
    else:
        location = ReprFileLocation(_shown(place[0], start), place[1], plain(failure.summary))
        entry = ReprEntry([], None, None, location, "short")
        chain = [(ReprTraceback([*introduction, entry], None, "short"), crash, None)]
    shown = ExceptionChainRepr(chain)
    for section in failure.sections:
        if section.lines:
            shown.addsection(section.title, plain("\n".join(section.lines)), "-")
    if failed.repeat:
        shown.addsection("to repeat", plain(failed.repeat), "-")
    return shown


def _chain(
    raised: Sequence[Raised],
    introduction: Sequence[ReprEntry | ReprEntryNative],
    crash: ReprFileLocation,
    start: Path,
) -> list[tuple[ReprTraceback, ReprFileLocation | None, str | None]]:
    shown: list[tuple[ReprTraceback, ReprFileLocation | None, str | None]] = []
    for number, one in enumerate(raised):
        entries: list[ReprEntry | ReprEntryNative] = list(introduction) if number == 0 else []
        entries.extend(_entries(one, start))
        shown.append((ReprTraceback(entries, None, "short"), crash, LINKS.get(one.link)))
    return shown


def _entries(raised: Raised, start: Path) -> list[ReprEntry]:
    """The user's frames, the last with the exception; what lies below it in a library is one line."""
    frames = _shown_frames(raised.frames)
    below = _below(raised.frames)
    errors = [f"E   {line}" for line in plain(raised.message).splitlines()]
    if not frames:
        return [ReprEntry([*below, *errors], None, None, None, "short")]
    entries = [_entry(frame, [], start) for frame in frames[:-1]]
    return [*entries, _entry(frames[-1], [*below, *errors], start)]


def _shown_frames(frames: Sequence[Frame]) -> list[Frame]:
    """The frames from the user's first to the user's last, without Metaflow's; of a recursion one round."""
    users = [index for index, frame in enumerate(frames) if frame.owner == "user"]
    if not users:
        return []
    shown = [frame for frame in frames[users[0] : users[-1] + 1] if frame.owner != "metaflow"]
    return [frame for number, frame in enumerate(shown) if frame not in shown[max(0, number - 3) : number]]


def _below(frames: Sequence[Frame]) -> list[str]:
    if not frames or frames[-1].owner != "library":
        return []
    last = frames[-1]
    return [f"    (raised in {_library_path(last.file)}:{last.line}, in {last.function})"]


def _library_path(file: Path) -> str:
    """`json/decoder.py` or `pandas/core/frame.py`"""
    roots = sorted(set(sysconfig.get_paths().values()), key=len, reverse=True)
    root = next((root for root in roots if file.is_relative_to(root)), None)
    return str(file.relative_to(root) if root else file)


def _entry(frame: Frame, after: Sequence[str], start: Path) -> ReprEntry:
    source = linecache.getline(str(frame.file), frame.line).strip()
    lines = [f"    {plain(source)}", *after] if source else list(after)
    location = ReprFileLocation(_shown(frame.file, start), frame.line, f"in {frame.function}")
    return ReprEntry(lines, None, None, location, "short")


def _place(chain: Sequence[Raised]) -> tuple[Path, int] | None:
    """The user's last line of the newest exception that passed through one."""
    for raised in reversed(chain):
        for frame in reversed(raised.frames):
            if frame.owner == "user":
                return frame.file, frame.line
    return None


def _shown(path: Path, start: Path) -> str:
    try:
        relative = os.path.relpath(path, start)
    except ValueError:
        return str(path)
    return str(path) if relative.startswith(os.path.join("..", "..", "..")) else relative


def _block(lines: Sequence[str]) -> str:
    return plain("\n".join(lines)).rstrip() + "\n\n"


def repeat_command(config: pytest.Config, nodeid: str) -> str:
    """The command that runs this flow alone, with the options that change what is run."""
    path, _, name = nodeid.partition("::")
    place = _shown(config.rootpath / path, config.invocation_params.dir)
    names = (name.partition("[")[0], name)
    words = ["pytest", "--metaflow-flows", *_options(config, names), f"{place}::{name}"]
    return shlex.join(words)


def _options(config: pytest.Config, names: Sequence[str]) -> list[str]:
    words = []
    if config.option.inifilename:
        words += ["-c", str(config.option.inifilename)]
    if config.option.rootdir:
        words.append(f"--rootdir={config.option.rootdir}")
    for override in config.option.override_ini or ():
        words += ["-o", override]
    words += options.as_words(config)
    given = [
        text for text in config.option.metaflow_param if text.startswith(tuple(f"{name}." for name in names))
    ]
    words += [f"--metaflow-param={text}" for text in given]
    return words
