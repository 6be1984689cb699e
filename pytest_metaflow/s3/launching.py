"""Starts the process of the server, which sees little of this one's environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

START = "import sys; sys.path[:1] = []; sys.path.append({!r}); from {} import main; main({}, {!r})"
"""Without the working directory on the path: a user's `json.py` is none of the server's business."""

KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONUSERBASE")
"""Variables of the outside that the server sees; no account's, and none of moto's own."""


def launch(descriptor: int, seed: Path | None, errors: IO[bytes]) -> subprocess.Popen[str]:
    """Run `serving.main` on a listening socket, out of reach of a Ctrl-C at the terminal.

    Raises OSError.
    """
    root = Path(__file__).parents[2]
    program = START.format(str(root), "pytest_metaflow.s3.serving", descriptor, str(seed or ""))
    return subprocess.Popen(
        [sys.executable, "-c", program],
        pass_fds=(descriptor,),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd="/",
        env=_environment(),
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    path = [os.path.abspath(p) for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONIOENCODING": "utf-8",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
