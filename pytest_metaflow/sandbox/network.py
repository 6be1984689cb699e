"""How runs are kept from the network: what the settings ask for, and what this machine can do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_metaflow.sandbox.namespace.command import obstacle
from pytest_metaflow.sandbox.variables import text_of

GUARD = "guard"
NAMESPACE = "namespace"

HOST = re.compile(
    r"\[[0-9a-f:.]+\](?::\d+)?|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*|[\w.*?-]+(?::\d+)?", re.IGNORECASE
)
"""`[fd00::1]:5432`, `fd00::1`, or a name, pattern or IPv4 address with or without a port."""


class NetworkError(Exception):
    """What was asked for cannot be had; the message is one line for the user."""


def checked_host(word: object) -> str:
    """An entry of `metaflow_allow_network`. Raises ValueError."""
    text = text_of(word)
    if not HOST.fullmatch(text):
        raise ValueError(f"must name hosts, as HOST or HOST:PORT, not {text!r}")
    return text


def chosen(wanted: str, allowed: Sequence[str]) -> str:
    """`guard` or `namespace`, of `auto` the strictest that works here. Raises NetworkError.

    A namespace has no way to an allowed host.
    """
    if wanted == GUARD or (wanted != NAMESPACE and allowed):
        return GUARD
    reason = obstacle()
    if wanted == NAMESPACE and allowed:
        raise NetworkError(
            "metaflow_network = namespace leaves no way to the hosts of metaflow_allow_network"
        )
    if wanted == NAMESPACE and reason:
        raise NetworkError(f"metaflow_network = namespace does not work here: {reason}")
    return GUARD if reason else NAMESPACE
