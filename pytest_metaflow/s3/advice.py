"""What to make of a failure where S3 itself was not there."""

from __future__ import annotations

import re
from dataclasses import replace

from pytest_metaflow.plan import RunPlan
from pytest_metaflow.results.verdict import Failure
from pytest_metaflow.s3.server import INSTALL, Server
from pytest_metaflow.s3.variables import NOWHERE

WITHOUT_SERVER = rf"{re.escape(NOWHERE)}|MetaflowS3Exception|DATATOOLS_S3ROOT is not configured"
"""How clients of AWS and `metaflow.S3` complain where no server is."""


def advised(failure: Failure, plan: RunPlan, server: Server) -> Failure:
    """The failure, with a hint where the want of a server explains it."""
    if server.complaint:
        return _with_hint(failure, server.complaint)
    said = "\n".join([failure.text, *(raised.message for raised in failure.chain)])
    if plan.s3 is None and re.search(WITHOUT_SERVER, said):
        return _with_hint(failure, f"A run reaches no account of AWS. For an S3 of its own: {INSTALL}")
    return failure


def _with_hint(failure: Failure, text: str) -> Failure:
    return replace(failure, text=f"{failure.text}\n\nhint: {text}")
