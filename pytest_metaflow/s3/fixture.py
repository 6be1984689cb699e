"""The S3 server of a pytest process, and a look into it from ordinary tests."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_metaflow import options
from pytest_metaflow.s3.server import INSTALL, S3Error, Server

if TYPE_CHECKING:
    from botocore.session import Session

BUCKET_NAME = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"

SERVER = pytest.StashKey[Server]()


def server_of(config: pytest.Config) -> Server:
    """The server that all runs and fixtures of this process share; it ends with the session.

    Raises OptionError for a seed that cannot be used, and for a datastore that is not there.
    """
    if SERVER not in config.stash:
        given = options.values(config)
        server = Server(_seed(config.rootpath, given["s3_seed"]))
        if given["datastore"] == "s3" and not server.installed:
            raise options.OptionError(f"--metaflow-datastore=s3 needs moto's server: {INSTALL}")
        config.stash[SERVER] = server
        config.add_cleanup(server.stop)
    return config.stash[SERVER]


def _seed(root: Path, given: str) -> Path | None:
    if not given:
        return None
    folder = root / given
    if not folder.is_dir():
        raise options.OptionError(f"metaflow_s3_seed: there is no folder {folder}")
    for entry in folder.iterdir():
        if not entry.is_dir() and not entry.name.startswith("."):
            raise options.OptionError(f"metaflow_s3_seed: {entry} lies in no bucket: files are bucket/key…")
        if entry.is_dir() and not re.fullmatch(BUCKET_NAME, entry.name):
            raise options.OptionError(f"metaflow_s3_seed: no bucket can have the name of {entry}")
    return folder


@pytest.fixture
def metaflow_s3(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A boto3 client of the S3 that flows see: filled with `metaflow_s3_seed`, and as new for each test."""
    try:
        server = server_of(request.config)
    except options.OptionError as error:
        pytest.fail(str(error), pytrace=False)
    if not server.installed:
        pytest.fail(f"The fixture metaflow_s3 needs moto's server and boto3: {INSTALL}", pytrace=False)
    try:
        with server.lent(started=True) as url, closing(_client(str(url))) as client:
            yield client
    except S3Error as error:
        pytest.fail(str(error), pytrace=False)


def _client(url: str) -> Any:
    """Made without the profiles, credentials and proxies of this machine."""
    import boto3
    from botocore.config import Config

    session = boto3.Session("testing", "testing", region_name="us-east-1", botocore_session=_blank_session())
    config = Config(proxies={}, retries={"max_attempts": 0}, s3={"addressing_style": "path"})
    return session.client("s3", endpoint_url=url, config=config)


def _blank_session() -> Session:
    """Each variable of botocore is (name in a file, name in the environment, default, conversion)."""
    from botocore.session import Session

    return Session(
        {
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
