"""The options of the command line and the ini values of the same names: what they take and mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pytest_metaflow.planning.references import reference
from pytest_metaflow.sandbox.network import checked_host
from pytest_metaflow.sandbox.variables import checked_pattern
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


def count(text: str) -> int:
    """A whole number of at least 1. Raises ValueError."""
    if not text.isdecimal() or not int(text):
        raise ValueError(f"must be a whole number of at least 1, not {text!r}")
    return int(text)


def percent(text: str) -> float:
    """A number above 0, up to 100. Raises ValueError."""
    try:
        value = float(text.strip().removesuffix("%"))
    except ValueError:
        value = 0.0
    if not 0 < value <= 100:
        raise ValueError(f"must be a percentage above 0, up to 100, not {text!r}")
    return value


def _unchanged(word: Any) -> Any:
    return word


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
    word: Callable[[Any], Any] = _unchanged
    """The same for each word of a list."""
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
        if self.kind == "bool":
            return given
        try:
            return self.read(given) if self.kind == "string" else tuple(map(self.word, given))
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
    Option(
        "max_foreach",
        "how many items a foreach keeps: the first N-1 and the last one (default: all)",
        default=None,
        metavar="N",
        read=count,
    ),
    Option(
        "test_mode_value",
        "value of test-mode parameters that are no bools",
        ini_only=True,
    ),
    Option(
        "step_coverage",
        "percent of the steps of all flows that must run, or the session fails (default: no demand)",
        default=None,
        read=percent,
        ini_only=True,
    ),
    Option(
        "task_setup",
        "module:function that each task calls before its step, with flow=, step= and task=",
        read=reference,
        ini_only=True,
    ),
    Option(
        "pass_env",
        "variables of the outside, as patterns, that runs see although they would be dropped",
        default=(),
        kind="args",
        word=checked_pattern,
        ini_only=True,
    ),
    Option(
        "allow_network",
        "hosts, as HOST or HOST:PORT or patterns, that runs may reach besides loopback",
        default=(),
        kind="args",
        word=checked_host,
        ini_only=True,
    ),
    Option(
        "network",
        "how runs are kept from the network: guard (in Python), namespace (Linux), or auto (default): a "
        "namespace where it works and no host is allowed",
        default="auto",
        choices=("auto", "guard", "namespace"),
    ),
    Option(
        "datastore",
        "where runs keep their artifacts: local (default) or s3, which is moto's server on this machine",
        default="local",
        choices=("local", "s3"),
    ),
    Option(
        "s3_seed",
        "folder of bucket/key… files that lie in S3 when a run starts",
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
        help="value of a parameter or Config of a flow, or of a case: Flow[case].name=value (repeatable)",
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
    """The values of `--metaflow-param` by flow, or by flow and case. Raises OptionError."""
    found: dict[str, dict[str, str]] = {}
    for text in given:
        match = _PARAMETER.fullmatch(text)
        if not match:
            raise OptionError(f"--metaflow-param must look like Flow.name=value, not {text!r}")
        found.setdefault(match["flow"], {})[match["name"]] = match["value"]
    return found


_PARAMETER = re.compile(r"(?P<flow>[^.=\[]+(\[[^\]]+\])?)\.(?P<name>[^=]+)=(?P<value>.*)", re.DOTALL)
"""`TrainFlow.rows=1`, or `TrainFlow[small].rows=1` for a case."""


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
