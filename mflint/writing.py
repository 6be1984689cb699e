"""Puts new content in place of a file's, whole or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from stat import S_IWGRP, S_IWOTH, S_IWUSR

_WRITABLE = S_IWUSR | S_IWGRP | S_IWOTH


def overwrite(path: Path, before: bytes, after: bytes) -> str | None:
    """Write `after` to the file at `path`, whose content must still be `before`; return why it was not done.

    A symbolic link stays, and the file that it leads to changes. Whatever happens, Ctrl-C too, the file holds
    one content or the other and nothing is left beside it.
    """
    try:
        target = Path(os.path.realpath(path))
        if not target.stat().st_mode & _WRITABLE or not os.access(target, os.W_OK):
            return "cannot be written: it is read-only"
        if target.read_bytes() != before:
            return "was changed by someone else in the meantime, and is left as it is"
        _replace(target, after)
    except OSError as error:
        return f"cannot be written: {error.strerror or error}"
    return None


def _replace(target: Path, content: bytes) -> None:
    temporary = target.with_name(f".mflint-{os.getpid()}-{token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _like(target, temporary)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _like(target: Path, temporary: Path) -> None:
    """Give `temporary` the owner, as far as the system allows it, and the mode of `target`."""
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(temporary, target.stat().st_uid, target.stat().st_gid)
    shutil.copymode(target, temporary)
