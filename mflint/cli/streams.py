"""Standard output and standard error."""

from __future__ import annotations

import io
import os
import sys


def prepare_streams() -> None:
    """Let characters that the terminal cannot encode be printed as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write(text: str) -> None:
    """Print `text` to standard output; who reads it may have gone."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """Print one line to standard error."""
    print(f"mflint: {text}", file=sys.stderr)
