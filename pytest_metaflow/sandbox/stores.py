"""Runs of one sandbox for another: the store of a run is kept, and put into the stores of those who read it.

Metaflow's local metadata says of every artifact and log under which root its datastore lies (`ds_root` in
`metadata_provider/metadata.py`), so that is written anew wherever a store goes.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from pytest_metaflow.s3.server import Server
from pytest_metaflow.sandbox.directory import Sandbox, SandboxError

STORE = "store"
ROOT = "root"
"""The file that says where the kept store was when it was written."""

OBJECTS = "s3"
"""What lay in S3, where somebody used it."""


def save(made: Sandbox, s3: Server, folder: Path) -> None:
    """Keep what a run of the sandbox stored in a new folder. Raises SandboxError and S3Error."""
    shutil.rmtree(folder, ignore_errors=True)
    source = made.root / STORE
    try:
        folder.mkdir()
        folder.joinpath(ROOT).write_text(str(source), encoding="utf-8")
        copy(source, folder / STORE)
    except OSError as error:
        raise SandboxError(f"cannot keep a run in {folder}: {error.strerror}") from None
    s3.save(folder / OBJECTS)


def load(folders: Iterable[Path], made: Sandbox, s3: Server) -> None:
    """Put what was kept into the sandbox's store and into S3; runs that came in two ways are there once.

    Raises SandboxError and S3Error.
    """
    target = made.root / STORE
    for folder in folders:
        try:
            copy(folder / STORE, target, folder.joinpath(ROOT).read_text(encoding="utf-8"))
        except OSError as error:
            raise SandboxError(f"cannot copy a run from {folder}: {error.strerror}") from None
        s3.load(folder / OBJECTS)


def copy(source: Path, target: Path, old_root: str = "") -> None:
    """Copy a store. Files of the content-addressed store never change and are linked; where the metadata says
    `old_root`, it says `target` then. Raises OSError.
    """
    for folder, _folders, names in os.walk(source):
        place = Path(folder).relative_to(source)
        (target / place).mkdir(parents=True, exist_ok=True)
        for file in (place / name for name in names):
            if _is_content(place):
                _link(source / file, target / file)
            elif old_root and place.name == "_meta":
                _rewrite(source / file, target / file, old_root, str(target))
            else:
                shutil.copyfile(source / file, target / file)


def _is_content(place: Path) -> bool:
    """Whether a folder is `.metaflow/FLOW/data/XX`; a step may be called `data` too."""
    return len(place.parts) == 4 and place.parts[2] == "data"


def _link(source: Path, target: Path) -> None:
    if not target.exists():
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)


def _rewrite(source: Path, target: Path, old_root: str, new_root: str) -> None:
    """Copy JSON, with another path for the store."""
    target.write_bytes(source.read_bytes().replace(_in_json(old_root), _in_json(new_root)))


def _in_json(path: str) -> bytes:
    return json.dumps(path)[1:-1].encode()
