"""The command line. Each command is a module here, imported when it is called for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from mflint.cli.arguments import parse
from mflint.cli.exits import FAILED, INTERRUPTED, WRONG_USAGE
from mflint.cli.streams import prepare_streams, say, write


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; raises SystemExit where argparse does."""
    prepare_streams()
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        command = import_module(f"mflint.cli.{options.command}")
        code = int(command.run(options))
        write("")
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except Exception as error:
        return _failed(error, verbose=getattr(options, "verbose", False))
    return code


def _failed(error: Exception, *, verbose: bool) -> int:
    from mflint.settings import SettingsError

    if isinstance(error, SettingsError):
        say(f"error: {error}")
        return WRONG_USAGE
    if verbose:
        import traceback

        traceback.print_exception(error)
    more = "" if verbose else " (-v shows the traceback)"
    say(f"error: {_place(error)}: {type(error).__name__}: {_one_line(error)}; this is a bug in mflint{more}")
    return FAILED


def _place(error: Exception) -> str:
    """The line of code that raised."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "mflint"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
