"""What mflint costs: per file on top of parsing, under each profile, and before it looks at any file.

    pip install -e '.[dev]'
    python benchmarks/linter.py [--files N] [--rounds N]

Writes N flow files (copies of `examples/flows` and of a dense flow, each with flow names of its own) into a
folder, and compares `mflint check` over it with a process that only calls `libcst.parse_module` on them, and
with one that also reads them into mflint's model. Then come single commands: what a hook waits for.
Times are medians of the processor time of whole processes, system calls included, so that a busy machine
disturbs them little. Prints Markdown. Run it before and after a change of what many rules share.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "examples" / "flows"
PROFILES = ("correctness", "recommended", "strict")

_PARSE = """
import sys, libcst
from pathlib import Path
for path in Path(sys.argv[1]).rglob("*.py"):
    libcst.parse_module(path.read_text())
"""
_MODEL = """
import sys
from pathlib import Path
from mflint.engine import open_project
from mflint.settings import Settings
root = Path(sys.argv[1])
project = open_project(Settings(root))
for path in sorted(root.rglob("*.py")):
    project.flows(path)
"""


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=300, metavar="N")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus, single = Path(folder, "corpus"), Path(folder, "single")
        lines = _write(corpus, options.files)
        _write(single, 1)
        (single / "plain.py").write_text("import os\n\nprint(os.getcwd())\n")
        print(f"\n{options.files} files, {lines} lines:\n")
        _print_table(_medians(_bulk(corpus), options.rounds), relative=True)
        print("\nSingle commands:\n")
        _print_table(_medians(_single(single), options.rounds), relative=False)


def _write(folder: Path, files: int) -> int:
    """Write so many flow files, and return how many lines they have."""
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[tool.mflint]\n")
    originals = [dense_flow(), *(path.read_text() for path in sorted(EXAMPLES.glob("*.py")))]
    lines = 0
    for number in range(files):
        text = originals[number % len(originals)]
        for name in re.findall(r"^class (\w+)\(", text, re.MULTILINE):
            text = re.sub(rf"\b{name}\b", f"Copy{number}{name}", text)
        (folder / f"flow_{number}.py").write_text(text)
        lines += text.count("\n")
    return lines


def dense_flow(steps: int = 13, artifacts: int = 100) -> str:
    """A flow whose steps hand on many artifacts through a chain of splits and joins."""
    parts = ["from metaflow import FlowSpec, step\n\n\nclass DenseFlow(FlowSpec):\n"]
    names = ["start", *(f"step_{number}" for number in range(1, steps - 1)), "end"]
    for number, name in enumerate(names):
        kind = number % 4 if 0 < number < steps - 1 else 0
        joins = kind == 3 or (name == "end" and kind)
        parts.append(f"    @step\n    def {name}(self{', inputs' if joins else ''}):\n")
        if joins:
            parts.append("        self.merge_artifacts(inputs)\n")
        for index in range(artifacts):
            if index % steps == number % steps:
                parts.append(f"        self.value_{index} = {index}\n")
            elif name == "end" or index % steps == (number - 1) % steps:
                parts.append(f"        print(getattr(self, 'value_{index}', None))\n")
        following = _following(names, number)
        parts.append(f"        self.next({following})\n\n" if following else "        pass\n\n")
    parts.append('\nif __name__ == "__main__":\n    DenseFlow()\n')
    return "".join(parts)


def _following(names: Sequence[str], number: int) -> str:
    """Every fourth step splits into two, which the step behind them joins."""
    last = len(names) - 1
    if number == last:
        return ""
    if number % 4 == 0 and number + 3 <= last - 1:
        return f"self.{names[number + 1]}, self.{names[number + 2]}"
    if number % 4 == 1 and number + 2 <= last - 1:
        return f"self.{names[number + 2]}"
    return f"self.{names[number + 1]}"


def _bulk(corpus: Path) -> Mapping[str, list[str]]:
    commands = {"libcst.parse_module": ["-c", _PARSE, str(corpus)], "model": ["-c", _MODEL, str(corpus)]}
    for profile in PROFILES:
        commands[f"check --profile {profile}"] = _check("--profile", profile, str(corpus))
    return commands


def _single(folder: Path) -> Mapping[str, list[str]]:
    return {
        "--version": ["-m", "mflint", "--version"],
        "check, a file without flows": _check(str(folder / "plain.py")),
        "check, a flow": _check(str(folder / "flow_0.py")),
        "rules": ["-m", "mflint", "rules"],
        "explain MF601": ["-m", "mflint", "explain", "MF601"],
    }


def _check(*arguments: str) -> list[str]:
    return ["-m", "mflint", "check", *arguments]


def _medians(commands: Mapping[str, list[str]], rounds: int) -> Mapping[str, float]:
    """The seconds of each command. They take turns; the first turn, which writes bytecode, does not count."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            seconds = _seconds(command)
            if turn:
                times[name].append(seconds)
    return {name: statistics.median(found) for name, found in times.items()}


def _seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, env=environment)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _print_table(seconds: Mapping[str, float], *, relative: bool) -> None:
    for row in _rows(seconds, relative):
        print("| " + " | ".join(row) + " |")


def _rows(seconds: Mapping[str, float], relative: bool) -> Iterator[list[str]]:
    yield ["", "seconds", *(["times parsing", "times the model"] if relative else [])]
    yield ["---", "---:", *(["---:", "---:"] if relative else [])]
    bases = [seconds["libcst.parse_module"], seconds["model"]] if relative else []
    for name, value in seconds.items():
        yield [name, f"{value:.2f}", *(f"{value / base:.2f}" for base in bases)]


if __name__ == "__main__":
    main()
