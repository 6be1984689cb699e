"""The commands and options of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from mflint import __version__

_PROFILES = ("correctness", "recommended", "strict")
_FAIL_ON = ("warning", "error", "never")
_FORMATS = ("full", "concise", "json")
_EXIT_CODES = """\
exit codes:
  0  nothing found at or above --fail-on, or nothing left after --fix
  1  findings; with --diff, a diff
  2  wrong usage or settings
  3  a file could not be read, parsed or written, or mflint itself failed"""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options given. Exits with code 2 and a suggestion where one is unknown, with 0 for --help."""
    parser = _parser()
    commands = _commands(parser)
    first = next(iter(arguments), "")
    if first and not first.startswith("-") and first not in commands:
        parser.error(f"unknown command `{first}`{_hint(first, commands)}")
    options, unknown = parser.parse_known_args(arguments)
    command = commands[options.command]
    if unknown:
        known = [name for action in command._actions for name in action.option_strings]
        given = unknown[0].partition("=")[0]
        command.error(f"unknown option `{given}`{_hint(given, known)}")
    return options


def _hint(word: str, choices: Sequence[str] | dict[str, _Parser]) -> str:
    import difflib

    near = difflib.get_close_matches(word, list(choices), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with a pointer to --help instead of the whole usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"mflint: error: {message}\nTry `{self.prog} --help`.\n")


def _commands(parser: _Parser) -> dict[str, _Parser]:
    found = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    return dict(found.choices)


def _parser() -> _Parser:
    parser = _Parser(prog="mflint", description="A linter for Metaflow flows.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"mflint {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, text: str, epilog: str | None = None) -> _Parser:
        return commands.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    _add_check(command("check", "check flows", _EXIT_CODES))
    _add_rules(command("rules", "list all rules"))
    _add_explain(command("explain", "print the page of a rule"))
    _add_flows(command("flows", "list the flows found"))
    _add_config(command("config", "print the settings in force and where each comes from"))
    return parser


def _add_check(parser: _Parser) -> None:
    _add_paths(parser, "files and folders to check; `-` reads standard input (default: .)")
    _add_selection(parser)
    _add_fixing(parser)
    add = parser.add_argument
    add("--output-format", choices=_FORMATS, default="full", help="default: %(default)s")
    add("--statistics", action="store_true", help="count the findings of each rule")
    add("--show-suppressed", action="store_true", help="show the findings that comments silence, too")
    add("--exit-zero", action="store_true", help="exit with 0 where findings alone would give 1")
    add("--stdin-filename", type=Path, metavar="PATH", help="check standard input as the content of PATH")
    add("--force-exclude", action="store_true", help="leave out excluded files even when they are named")
    add(
        "--no-cache",
        action="store_true",
        help="results are not cached between runs; accepted so that scripts need not change",
    )
    add("-v", "--verbose", action="store_true", help="say where rules kept silent, and show tracebacks")


def _add_selection(parser: _Parser) -> None:
    add = parser.add_argument_group(
        "rules (CODE is a code, a name, the first part of a code, or ALL)"
    ).add_argument
    add("--profile", choices=_PROFILES, help="the set of rules to start from")
    add("--select", type=_codes, action="extend", default=[], metavar="CODE,…", help="only these rules")
    add("--ignore", type=_codes, action="extend", default=[], metavar="CODE,…", help="not these rules")
    add(
        "--extend-select", type=_codes, action="extend", default=[], metavar="CODE,…", help="these rules, too"
    )
    add("--fixable", type=_codes, action="extend", default=[], metavar="CODE,…", help="fix only these")
    add("--unfixable", type=_codes, action="extend", default=[], metavar="CODE,…", help="do not fix these")
    add("--fail-on", choices=_FAIL_ON, help="the mildest severity that gives exit code 1")


def _add_fixing(parser: _Parser) -> None:
    add = parser.add_argument_group("fixes").add_argument
    add("--fix", action=argparse.BooleanOptionalAction, help="fix what can be fixed safely")
    add(
        "--unsafe-fixes",
        action="store_true",
        default=None,
        help="count fixes that may change what a flow does, too; with --fix, make them",
    )
    add("--diff", action="store_true", help="print what --fix would change as a diff, and write nothing")
    add("--show-fixes", action="store_true", help="list what has been fixed")
    add("--exit-non-zero-on-fix", action="store_true", help="exit with 1 where anything was fixed")


def _codes(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _add_rules(parser: _Parser) -> None:
    parser.add_argument(
        "--output-format", choices=("text", "json"), default="text", help="default: %(default)s"
    )


def _add_explain(parser: _Parser) -> None:
    parser.add_argument("rule", metavar="CODE|NAME", help="such as MF201 or missing-project")


def _add_flows(parser: _Parser) -> None:
    _add_paths(parser, "files and folders to look in (default: .)")
    parser.add_argument(
        "--output-format", choices=("text", "json"), default="text", help="default: %(default)s"
    )
    parser.add_argument(
        "--requirements",
        action="store_true",
        help="print the packages that the flows' decorators declare, as a requirements file",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="show tracebacks")


def _add_config(parser: _Parser) -> None:
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        default=Path(),
        metavar="PATH",
        help="the file or folder to show the settings for (default: .)",
    )
    _add_selection(parser)


def _add_paths(parser: _Parser, text: str) -> None:
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=text)
