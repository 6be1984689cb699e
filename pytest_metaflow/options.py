"""The options of the command line and the ini values of the same names: what they take and mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pytest_metaflow.words import did_you_mean

if TYPE_CHECKING:
    import pytest

Kind = Literal["string", "paths", "bool", "args", "linelist"]
"""How pytest reads an ini value (`Parser.addini`)."""


class OptionError(Exception):
    """A value that cannot be used; the message is one line for the user."""


def seconds(text: str) -> float:
    """A positive number of seconds. Raises ValueError."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise ValueError(f"must be a positive number of seconds, not {text!r}")
    return value


@dataclass(frozen=True)
class Option:
    """`--metaflow-NAME` and the ini value `metaflow_NAME`."""

    name: str
    """With underscores; the field of `Session` that takes the value."""
    help: str
    default: Any = ""
    choices: tuple[str, ...] = ()
    metavar: str | None = None
    read: Callable[[str], Any] = str
    """Makes the value of what a user wrote; its ValueError is the complaint."""
    kind: Kind = "string"
    ini_only: bool = False

    @property
    def ini(self) -> str:
        """`metaflow_missing_test_mode`"""
        return f"metaflow_{self.name}"

    @property
    def flag(self) -> str:
        """`--metaflow-missing-test-mode`"""
        return f"--metaflow-{self.name.replace('_', '-')}"

    def value(self, given: Any) -> Any:
        """The value of what a user wrote, or the default. Raises OptionError."""
        if given is None or given == "":
            return self.default
        if self.choices and given not in self.choices:
            raise OptionError(f"{self.ini} must be {' or '.join(self.choices)}, not {given!r}")
        if self.kind != "string":
            return given if self.kind == "bool" else tuple(given)
        try:
            return self.read(given)
        except ValueError as error:
            raise OptionError(f"{self.ini} {error}") from None


OPTIONS = (
    Option(
        "missing_test_mode",
        "flows without a test-mode parameter: fail (default), skip or run",
        default="fail",
        choices=("fail", "skip", "run"),
    ),
    Option(
        "timeout",
        "seconds that the run of a flow may take (default: 300)",
        default=300.0,
        metavar="SECONDS",
        read=seconds,
    ),
    Option(
        "keep",
        "leave the data of runs: failed, all or none (default)",
        default="none",
        choices=("failed", "all", "none"),
    ),
    Option(
        "paths",
        "where to look for flows when no path is given (default: the root directory)",
        default=(),
        kind="paths",
        ini_only=True,
    ),
    Option(
        "cwd",
        "working directory of runs: root or flow (default: root, unless only the flow's "
        "folder holds the files it names)",
        choices=("root", "flow"),
        ini_only=True,
    ),
    Option(
        "missing_packages",
        "flows whose declared packages are not installed: fail (default) or skip",
        default="fail",
        choices=("fail", "skip"),
        ini_only=True,
    ),
    Option("retries", "whether @retry retries (default: false)", default=False, kind="bool", ini_only=True),
)


def add(parser: pytest.Parser) -> None:
    """Declare all of them."""
    group = parser.getgroup("metaflow", "Metaflow flows")
    group.addoption("--metaflow-flows", action="store_true", help="run every flow in test mode")
    for option in OPTIONS:
        if not option.ini_only:
            shape = {"choices": option.choices} if option.choices else {"metavar": option.metavar}
            group.addoption(option.flag, help=option.help, **shape)
        parser.addini(option.ini, option.help, type=option.kind, default=None)
    group.addoption(
        "--metaflow-param",
        action="append",
        default=[],
        metavar="FLOW.NAME=VALUE",
        help="value of a parameter or Config of a flow (repeatable)",
    )


def values(config: pytest.Config) -> dict[str, Any]:
    """The value of each option by name: the command line goes before the ini file. Raises OptionError."""
    _check_ini_names(config)
    return {option.name: option.value(_given(config, option)) for option in OPTIONS}


def _given(config: pytest.Config, option: Option) -> Any:
    named = None if option.ini_only else config.getoption(option.ini, None)
    return config.getini(option.ini) if named is None else named


def as_words(config: pytest.Config) -> Iterator[str]:
    """The options given on this command line, for one that repeats a run."""
    for option in OPTIONS:
        value = None if option.ini_only else config.getoption(option.ini, None)
        if value is not None:
            yield f"{option.flag}={value}"


def parameters(given: list[str]) -> dict[str, dict[str, str]]:
    """The values of `--metaflow-param` by flow. Raises OptionError."""
    found: dict[str, dict[str, str]] = {}
    for text in given:
        target, equals, value = text.partition("=")
        flow, dot, name = target.partition(".")
        if not (equals and dot and flow and name):
            raise OptionError(f"--metaflow-param must look like Flow.name=value, not {text!r}")
        found.setdefault(flow, {})[name] = value
    return found


def _check_ini_names(config: pytest.Config) -> None:
    known = tuple(option.ini for option in OPTIONS)
    for name in _ini_names(config):
        if name.startswith("metaflow_") and name not in known:
            raise OptionError(f"{config.inipath}: unknown key {name}{did_you_mean(name, known)}")


def _ini_names(config: pytest.Config) -> tuple[str, ...]:
    """The keys of the ini file; pytest 9.2 deprecates the attribute and has no other that tells them."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tuple(getattr(config, "inicfg", ()))
