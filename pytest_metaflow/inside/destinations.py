"""Which hosts a process of a flow may talk to: this machine's loopback, and what the settings name."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from pytest_metaflow.inside.protocol import SANDBOX, brief

Port: TypeAlias = "int | str | None"

_MAPPED = b"\0" * 10 + b"\xff\xff"
"""The beginning of an IPv4 address that is written as an IPv6 one."""

_HERE = {4: (0,), 16: (0, 1)}
"""By length: the addresses, as numbers, that mean this machine, besides 127.0.0.0/8."""


class Opened(NamedTuple):
    """An entry of `metaflow_allow_network`: a pattern of hosts, and a port, empty for all."""

    host: str
    port: str

    def admits(self, host: str, port: Port) -> bool:
        """Whether it is about this host and port."""
        return fnmatchcase(host, self.host) and self.port in ("", str(port))


_resolved: dict[str, list[Opened]] = {}
"""Address -> the entries whose host it is, as a look-up in this process told."""


def normal(host: object) -> str:
    """A host's name or address as it is compared: text, lower case, without the final dot."""
    text = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)
    return text.lower().removesuffix(".")


def packed(host: str) -> bytes | None:
    """The bytes of an address: 4, or 16 where it is of IPv6 alone; None for a name.

    `127.1` and other short forms are addresses too, since the system takes them for such.
    """
    import _socket

    try:
        return _socket.inet_aton(host) if " " not in host else None
    except (OSError, ValueError):
        pass
    try:
        address = _socket.inet_pton(_socket.AF_INET6, host.partition("%")[0])
    except (OSError, ValueError):
        return None
    return address[12:] if address.startswith(_MAPPED) else address


def is_loopback(host: str) -> bool:
    """Whether an address or a name is this machine itself; nothing that goes there leaves it.

    `0.0.0.0` and `::` are, as destinations: the system sends to its loopback. Of names, `localhost` alone is;
    the machine's own name may be looked up, and its address must be a loopback one to be reached.
    """
    address = packed(host)
    if address is None:
        return host in ("", "localhost")
    return (len(address) == 4 and address[0] == 127) or int.from_bytes(address, "big") in _HERE[len(address)]


def may_reach(host: str, port: Port) -> bool:
    """Whether a connection to a host, given as `normal` gives it, is allowed."""
    if is_loopback(host) or (host == _own_name() and is_loopback(_address(host))):
        return True
    entries = (*_opened(os.environ.get(SANDBOX, "")), *_resolved.get(host, ()))
    return any(entry.admits(host, port) for entry in entries)


def may_look_up(host: str) -> bool:
    """Whether the name of a host, or for an address its name, may be asked for."""
    return is_loopback(host) or host == _own_name() or bool(entries_of(host))


def entries_of(host: str) -> list[Opened]:
    """The entries that a host's name or address is in, whatever the port."""
    opened = _opened(os.environ.get(SANDBOX, ""))
    return [entry for entry in opened if fnmatchcase(host, entry.host)] + _resolved.get(host, [])


def remember(address: str, entries: list[Opened]) -> None:
    """Let the address of an allowed host be reached, on the ports that its entries have."""
    known = _resolved.setdefault(normal(address), [])
    known.extend(Opened("*", entry.port) for entry in entries if Opened("*", entry.port) not in known)


@lru_cache
def _opened(_sandbox: str) -> tuple[Opened, ...]:
    """The entries of the settings; a process that is forked for another sandbox reads them anew."""
    try:
        return tuple(entry(text) for text in brief()["allow_network"])
    except (OSError, KeyError):
        return ()


def entry(text: str) -> Opened:
    """`warehouse.example.com`, `*.example.com`, `10.0.0.5:5432`, `[fd00::1]:5432`, `fd00::1`."""
    host, colon, port = text.strip().rpartition(":")
    if (text.startswith("[") and text.endswith("]")) or not colon or (":" in host and not host.endswith("]")):
        host, port = text, ""
    return Opened(normal(host.strip().strip("[]")), port)


def _address(name: str) -> str:
    import _socket

    try:
        return _socket.gethostbyname(name)
    except OSError:
        return name


def _own_name() -> str:
    import _socket

    return normal(_socket.gethostname())
