"""Nothing leaves the machine: what would talk to another one fails, is reported and names its step.

An audit hook sees every use of Python's sockets, `_socket` itself included, and cannot be removed
(https://docs.python.org/3/library/audit_events.html). It is called for each audit event of the process.
"""

from __future__ import annotations

import errno
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from pytest_metaflow.inside import destinations
from pytest_metaflow.inside.destinations import Port
from pytest_metaflow.inside.protocol import PLACE, record_from_any

MAX_RECORDS = 100
"""Reports of a process about one host and port: what tries for ever must not fill the disk."""

INTERNET = (2, 30 if sys.platform == "darwin" else 10)
"""AF_INET and AF_INET6."""

_times: Counter[str] = Counter()


def install() -> None:
    """Guard this process and what is forked from it."""
    sys.addaudithook(_audit)


def check_address(address: Any) -> None:
    """Raise OSError unless `address`, the (host, port, …) of an IPv4 or IPv6 socket, may be reached."""
    if isinstance(address, tuple) and len(address) > 1:
        host, port = destinations.normal(address[0]), address[1]
        if not destinations.may_reach(host, port):
            raise blocked(host, port)


def check_name(host: Any, port: Port = None) -> None:
    """Raise a socket.gaierror unless a name may be looked up; an address is not looked up."""
    name = destinations.normal("" if host is None else host)
    if destinations.packed(name) is None and not destinations.may_look_up(name):
        raise blocked(name, port, _failed_look_up())


def _check_connection(sock: Any, address: Any, *_rest: Any) -> None:
    if sock.family in INTERNET:
        check_address(address)
    elif sock.family not in _local_families():
        raise blocked(f"{address}", None)


def _check_reverse(host: Any) -> None:
    """`gethostbyaddr` and `getnameinfo` ask for the name of an address."""
    name = destinations.normal(host[0] if isinstance(host, tuple) else host)
    if not destinations.may_look_up(name):
        raise blocked(name, None, _failed_look_up())


CHECKS: Mapping[str, Callable[..., None]] = {
    "socket.connect": _check_connection,
    "socket.sendto": _check_connection,
    "socket.sendmsg": _check_connection,
    "socket.getaddrinfo": lambda host, port, *_rest: check_name(host, port),
    "socket.gethostbyname": check_name,
    "socket.gethostbyaddr": _check_reverse,
    "socket.getnameinfo": _check_reverse,
}
"""Audit event -> what looks at its arguments. `connect_ex` and `gethostbyname_ex` have no own."""


def _audit(event: str, args: tuple[Any, ...], _check: Any = CHECKS.get) -> None:
    check = _check(event)
    if check is not None:
        check(*args)


def blocked(host: str, port: Port, error: type[OSError] = OSError) -> OSError:
    """The error of a blocked attempt, which is reported; libraries treat it as a network that is down."""
    shown = f"[{host}]" if ":" in host and port else host
    where = f"{shown}:{_text(port)}" if port else shown
    place = os.environ.get(PLACE, "a flow")
    _times[where] += 1
    if _times[where] <= MAX_RECORDS:
        record_from_any("blocked", {"host": where, "place": place})
    found = error(f"mflint blocked {where} in {place}")
    found.errno = errno.ENETUNREACH
    return found


def _text(port: Port) -> str:
    return port.decode("ascii", "replace") if isinstance(port, bytes) else str(port)


def _local_families() -> tuple[int, ...]:
    """Sockets that only processes of this machine and its kernel hear: Unix, netlink, the kernel's crypto."""
    import _socket

    return tuple(getattr(_socket, name, -2) for name in ("AF_UNIX", "AF_NETLINK", "AF_ALG"))


def _failed_look_up() -> type[OSError]:
    """A `socket.gaierror`, which libraries expect of a look-up, that reads as any other blocked attempt.

    It crosses processes as the plain OSError that it says it is. `_socket` is loaded only where it is used.
    """
    import _socket

    members = {"__module__": "builtins", "__reduce__": lambda error: (OSError, error.args)}
    return type("OSError", (_socket.gaierror,), members)
