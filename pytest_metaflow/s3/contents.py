"""What lies in moto's S3: put there, taken out and cleared inside of its process."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ACCOUNT = "123456789012"
"""The account that moto gives to credentials that it does not know (`DEFAULT_ACCOUNT_ID`)."""

REGION = "us-east-1"


def make_buckets_on_demand() -> None:
    """Let every bucket exist that is asked for; a key that is not there is not there still."""
    from moto.s3.exceptions import MissingBucket
    from moto.s3.models import S3Backend

    known = S3Backend.get_bucket
    one_at_a_time = threading.RLock()

    def get_bucket(self: Any, bucket_name: str, *args: Any, **kwargs: Any) -> Any:
        with one_at_a_time:
            try:
                return known(self, bucket_name, *args, **kwargs)
            except MissingBucket:
                return self.create_bucket(bucket_name, REGION)

    S3Backend.get_bucket = get_bucket  # type: ignore[method-assign]


def clear(application: Any) -> None:
    """Forget all that was put into any service of moto, as its own `moto-api/reset` does."""
    from werkzeug.test import Client

    response = Client(application).post("/moto-api/reset")
    if response.status_code != 200:
        raise RuntimeError(f"moto cannot be reset: {response.status}")


def sow(folder: Path) -> None:
    """Put the files of a folder, named `bucket/key…`."""
    for bucket in folder.iterdir():
        for file in sorted(bucket.rglob("*")) if bucket.is_dir() else ():
            if file.is_file():
                _backend().put_object(bucket.name, file.relative_to(bucket).as_posix(), file.read_bytes())


def save(file: Path) -> None:
    """Write all objects with their metadata."""
    file.write_bytes(pickle.dumps(list(_objects())))


def load(file: Path) -> None:
    """Put the objects of a file that `save` wrote."""
    for bucket, key, value, metadata in pickle.loads(file.read_bytes()):
        made = _backend().put_object(bucket, key, value)
        made.set_metadata(metadata, replace=True)


def _objects() -> Iterator[tuple[str, str, bytes, dict[str, str]]]:
    for name, bucket in _backend().buckets.items():
        for key in bucket.keys.values():
            if hasattr(key, "value"):
                yield name, key.name, key.value, dict(key.metadata)


def _backend() -> Any:
    """Moto's S3 of the account; `global` is what old and new versions of moto 5 have."""
    from moto.s3.models import s3_backends

    return s3_backends[ACCOUNT]["global"]
