"""Loads pickles from standard input, each behind its length in 8 bytes; answers each with a line.

The line is empty for a good one, else it says what is missing. This is run as a script by `python -I -S`.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from typing import Any


class StandIn(dict[Any, Any]):
    """Any object of Metaflow's own: where artifacts are read with the Client, Metaflow is there."""

    def __new__(cls, *_args: object, **_kwargs: object) -> StandIn:
        """Whatever it is made with."""
        return super().__new__(cls)

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        super().__init__()

    def __setstate__(self, _state: object) -> None:
        """Forget it."""


class Reader(pickle.Unpickler):
    """An unpickler for which `__main__` is not this script."""

    def find_class(self, module: str, name: str) -> Any:
        """The class, from the standard library."""
        if module == "__main__":
            raise ImportError(f"{name} of the flow's file")
        if module.partition(".")[0] == "metaflow":
            return StandIn
        return super().find_class(module, name)


def problem(blob: bytes) -> str:
    """What is missing to load it, in one line; empty where nothing is."""
    try:
        Reader(io.BytesIO(blob)).load()
    except ModuleNotFoundError as error:
        return f"it needs the module {error.name}"
    except ImportError as error:
        return f"it needs {error}"
    except BaseException as error:
        return " ".join(f"{type(error).__name__}: {error}".split())
    return ""


def main() -> None:
    """Answer until the input ends; what an object prints while it is loaded goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    source = sys.stdin.buffer
    while len(head := source.read(8)) == 8:
        blob = source.read(int.from_bytes(head, "big"))
        answers.write(problem(blob).encode("utf-8", "replace") + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
