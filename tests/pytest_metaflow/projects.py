"""Small projects in a temporary directory, and the real command run on them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from xml.etree import ElementTree

PLUGIN = (
    ()
    if any(point.name == "metaflow" for point in entry_points(group="pytest11"))
    else ("-p", "pytest_metaflow.plugin")
)

DATASTORE = (f"--metaflow-datastore={name}",) if (name := os.environ.get("MFLINT_TEST_DATASTORE")) else ()
"""The variable has the tests run flows with another datastore, and expect the same of them."""

UNRELATED = ("-p", "no:hypothesispytest")
"""Plugins that may be installed here, have no part in these tests and take long to start."""

FLOW = """
from metaflow import FlowSpec, Parameter, step


class {name}(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)

    @step
    def start(self):
{body}
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    {name}()
"""


@dataclass(frozen=True)
class Item:
    """One test of a session, read from its JUnit XML."""

    outcome: str
    message: str
    text: str
    properties: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What a pytest command did."""

    exit_code: int
    output: str
    items: Mapping[str, Item]
    """By flow."""

    @property
    def outcomes(self) -> dict[str, str]:
        """Flow -> passed, failed, error or skipped."""
        return {name: item.outcome for name, item in self.items.items()}

    @property
    def collected(self) -> list[str]:
        """The lines of `--collect-only -q`."""
        return [line for line in self.output.splitlines() if "::" in line]

    @property
    def flows_section(self) -> list[str]:
        """What the terminal report notes of flows, a line for each note; how much was run is left out."""
        found = []
        flow = ""
        for line in "\n".join(self.flow_lines).replace("\n        ", " ").splitlines():
            head = re.match(r"(\S.*?): (?:not run|\d+ steps?, \d+ tasks?, [\d.]+ s)(?:; |$)", line)
            flow = head[1] if head else flow
            notes = line[head.end() :].split("; ") if head else [line.strip()]
            found += [f"{flow}: {note}" for note in notes if note]
        return found

    @property
    def flow_lines(self) -> list[str]:
        """The lines of the section on flows in the terminal report."""
        match = re.search(r"^=+ flows =+\n(.*?)^=+ ", self.output, re.MULTILINE | re.DOTALL)
        return match[1].splitlines() if match else []


class Project:
    """A directory of files, and pytest run on it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, text: str) -> Path:
        """Write a file, dedented."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return file

    def flow(self, path: str, name: str, body: str = "pass") -> Path:
        """Write a flow of two steps; `body` is what its start step does."""
        lines = textwrap.indent(textwrap.dedent(body).strip(), " " * 8)
        return self.write(path, FLOW.format(name=name, body=lines))

    def command(self, *args: str) -> list[str]:
        """A pytest command that runs flows."""
        return [*self.plain_command(*args), "--metaflow-flows", *DATASTORE]

    def plain_command(self, *args: str) -> list[str]:
        """A pytest command that does not run flows."""
        return [
            sys.executable,
            "-m",
            "pytest",
            *PLUGIN,
            *UNRELATED,
            "--color=no",
            f"--junitxml={self.junit}",
            *args,
        ]

    @property
    def junit(self) -> Path:
        """Where the XML goes: beside the project, not into it."""
        return self.root.parent / "junit.xml"

    def run(self, *args: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Outcome:
        """Run the flows."""
        return self.execute(self.command(*args), cwd, env)

    def run_plain(self, *args: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Outcome:
        """Run pytest with the option off."""
        return self.execute(self.plain_command(*args), cwd, env)

    def execute(self, command: list[str], cwd: Path | None, env: Mapping[str, str] | None) -> Outcome:
        """Run a command to its end."""
        self.junit.unlink(missing_ok=True)
        done = subprocess.run(
            command,
            cwd=cwd or self.root,
            env={**environment(), **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        return Outcome(done.returncode, _as_by_default(done.stdout), dict(_items(self.junit)))


def environment() -> dict[str, str]:
    """This process's variables without those of the pytest that runs it."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "METAFLOW_"))
    }
    return {**kept, "COLUMNS": "160"}


def _as_by_default(text: str) -> str:
    """A text without what tells of another datastore."""
    for told in (*(f"{option} " for option in DATASTORE), ", datastore s3"):
        text = text.replace(told, "") if DATASTORE else text
    return text


def _items(junit: Path) -> list[tuple[str, Item]]:
    if not junit.exists():
        return []
    return [(case.get("name", ""), _item(case)) for case in ElementTree.parse(junit).iter("testcase")]


def _item(case: ElementTree.Element) -> Item:
    properties = {p.get("name", ""): p.get("value", "") for p in case.iter("property")}
    for outcome in ("failure", "error", "skipped"):
        found = case.find(outcome)
        if found is not None:
            name = "failed" if outcome == "failure" else outcome
            text = _as_by_default(found.text or "")
            return Item(name, _as_by_default(found.get("message", "")), text, properties)
    return Item("passed", "", "", properties)
