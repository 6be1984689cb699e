"""What other tools say of a flow with seven planted defects, and how long they take over many flow files.

    pip install -e '.[dev,benchmarks]'
    python benchmarks/comparison.py [--copies N] [--rounds N]

A tool is asked about the broken flow and about its mended twin. What it reports of the first and not of the
second is what it has to say of the defects: findings that both have (style, docstrings, names) do not count.
Times are medians of rounds in which the tools take turns; the fastest is 1. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PLANTED = Path(__file__).parents[1] / "tests" / "acceptance" / "readme"
MENDED = Path(__file__).parent / "mended"
EXAMPLES = Path(__file__).parents[1] / "examples" / "flows"

Command = Callable[[Path], list[str]]


@dataclass(frozen=True)
class Tool:
    """A linter; `finding` is a pattern whose groups are the rule and the message of one finding."""

    name: str
    command: Command
    finding: str
    module: str
    bulk: bool = True
    """Whether one call looks at many files."""


def _python(*arguments: str) -> Command:
    return lambda path: [sys.executable, "-W", "ignore", *arguments, str(path)]


TOOLS = (
    Tool(
        "mflint check",
        _python("-m", "mflint", "check", "--output-format", "concise"),
        r"^\S+:\d+:\d+: (MF\d+) \[[\w-]+\] (.*)$",
        "mflint",
    ),
    Tool(
        "ruff check --select ALL",
        _python(
            "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "ALL", "--output-format", "concise"
        ),
        r"^\S+:\d+:\d+: ([A-Z]+\d+) (.*)$",
        "ruff",
    ),
    Tool(
        "pylint",
        _python("-m", "pylint", "--score=n", "--enable-all-extensions", "-j2"),
        r"^\S+:\d+:\d+: (\w+): (.*)$",
        "pylint",
    ),
    Tool("fixit lint", _python("-m", "fixit", "lint"), r"^\S+@\d+:\d+ (\w+): (.*)$", "fixit"),
    Tool(
        "python flow.py check",
        lambda path: [sys.executable, "-W", "ignore", str(path), "--no-pylint", "check"],
        r"(Validity checker found an issue).*:\n\s*(.*)$",
        "metaflow",
        bulk=False,
    ),
)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--copies", type=int, default=200, help="flow files for the timing (default: 200)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of timing (default: 3)")
    options = parser.parse_args()
    tools = [tool for tool in TOOLS if _installed(tool)]
    with tempfile.TemporaryDirectory(prefix="mflint-comparison-") as folder:
        print("\n".join(_findings_table(tools, Path(folder))))
        print()
        print("\n".join(_times_table(tools, Path(folder), options.copies, options.rounds)))


def _installed(tool: Tool) -> bool:
    from importlib.util import find_spec

    return find_spec(tool.module) is not None


def _findings_table(tools: list[Tool], folder: Path) -> Iterator[str]:
    shutil.copytree(PLANTED, folder / "broken")
    shutil.copytree(PLANTED, folder / "mended")
    shutil.copy(MENDED / "churn.py", folder / "mended")
    yield "| tool | says of the defects |"
    yield "|---|---|"
    for tool in tools:
        known = set(_findings(tool, folder / "mended"))
        found = [finding for finding in _findings(tool, folder / "broken") if finding not in known]
        yield f"| `{tool.name}` | {'<br>'.join(f'{rule}: {text}' for rule, text in found) or 'nothing'} |"


def _findings(tool: Tool, folder: Path) -> Iterator[tuple[str, str]]:
    """Rule and message of each finding; numbers of lines and columns do not tell findings apart."""
    done = _run(tool.command(Path("churn.py")), folder)
    text = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    for match in re.finditer(tool.finding, text, re.MULTILINE):
        yield match.group(1), match.group(2).strip()


def _times_table(tools: list[Tool], folder: Path, copies: int, rounds: int) -> Iterator[str]:
    flows = sorted(EXAMPLES.glob("*.py"))
    many = folder / "many"
    many.mkdir()
    for number in range(copies):
        source = flows[number % len(flows)]
        shutil.copy(source, many / f"{source.stem}_{number}.py")
    times: dict[str, list[float]] = {tool.name: [] for tool in tools}
    for _ in range(rounds):
        for tool in tools:
            times[tool.name].append(_seconds(tool, many, copies))
    medians = {name: statistics.median(found) for name, found in times.items()}
    fastest = min(medians.values())
    lines = sum(len(path.read_bytes().splitlines()) for path in many.glob("*.py"))
    yield f"| {copies} flow files, {lines} lines | seconds | times the fastest |"
    yield "|---|---:|---:|"
    for name, seconds in sorted(medians.items(), key=lambda pair: pair[1]):
        yield f"| `{name}` | {seconds:.1f} | {seconds / fastest:.0f} |"


def _seconds(tool: Tool, folder: Path, copies: int) -> float:
    """How long the tool takes over all files; where it takes one at a time, as computed from ten of them."""
    paths = [folder] if tool.bulk else sorted(folder.glob("*.py"))[:10]
    began = time.perf_counter()
    for path in paths:
        _run(tool.command(path), folder)
    return (time.perf_counter() - began) * (1 if tool.bulk else copies / len(paths))


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("METAFLOW_")}
    home = {"HOME": str(folder), "METAFLOW_USER": "benchmark", "NO_COLOR": "1", "COLUMNS": "200"}
    python_path = os.pathsep.join([str(EXAMPLES), environment.get("PYTHONPATH", "")])
    return subprocess.run(
        command,
        cwd=folder,
        env={**environment, **home, "PYTHONPATH": python_path},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


if __name__ == "__main__":
    main()
