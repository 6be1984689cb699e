"""What the README shows is what the commands print."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"^```console\n\$ (.+)\n((?:.*\n)*?)```$", (ROOT / "README.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[command for command, _ in BLOCKS])
def test_a_command_in_the_readme_prints_what_is_shown_below_it(
    command: str, shown: str, tmp_path: Path
) -> None:
    shutil.copytree(Path(__file__).parent / "readme", tmp_path, dirs_exist_ok=True)
    program, *arguments = shlex.split(command)
    done = subprocess.run(
        [sys.executable, "-m", program, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert shown in done.stdout


def test_the_readme_shows_both_tools() -> None:
    assert [command.split()[0] for command, _ in BLOCKS] == ["mflint", "pytest"]
