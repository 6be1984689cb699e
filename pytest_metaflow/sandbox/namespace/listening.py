"""The TCP ports that somebody listens on at this machine's loopback, as `/proc/net` tells."""

from __future__ import annotations

import _socket
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    Endpoint: TypeAlias = tuple[str, int]
    """An address, of the loopback or any, and a port."""

LISTEN = "0A"
"""`TCP_LISTEN` of `net/tcp_states.h`."""

RESOLVER = 53
"""A resolver on the loopback would ask the world."""


def endpoints() -> list[Endpoint]:
    """All of them, and the addresses that they are bound to."""
    listed = [*_table("tcp"), *_table("tcp6")]
    return sorted({(host, port) for host, port in listed if _is_local(host) and port != RESOLVER})


def _is_local(host: str) -> bool:
    return host in ("0.0.0.0", "::", "::1") or host.startswith("127.")


def _table(name: str) -> Iterator[Endpoint]:
    """`   0: 0100007F:1F90 00000000:0000 0A …`: each word of an address in the machine's byte order."""
    try:
        with open(f"/proc/net/{name}", encoding="ascii") as stream:  # noqa: PTH123 (pathlib takes 20 ms)
            lines = stream.readlines()[1:]
    except OSError:  # there is no IPv6
        return
    for line in lines:
        _number, local, _remote, state, *_rest = line.split()
        if state == LISTEN:
            host, _, port = local.partition(":")
            yield _address(host), int(port, 16)


def _address(text: str) -> str:
    words = [bytes.fromhex(text[at : at + 8]) for at in range(0, len(text), 8)]
    packed = b"".join(word[::-1] if sys.byteorder == "little" else word for word in words)
    if len(packed) == 4:
        return _socket.inet_ntop(_socket.AF_INET, packed)
    return _socket.inet_ntop(_socket.AF_INET6, packed).removeprefix("::ffff:")
