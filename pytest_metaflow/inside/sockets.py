"""What the audit events of sockets come too late for: `connect` and its kin look a name up before they tell.

Sockets that are no `socket.socket`, such as a bare `_socket.socket`, are judged by the audit hook alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from types import ModuleType
from typing import Any

from pytest_metaflow.inside import destinations
from pytest_metaflow.inside.network import INTERNET, check_address

ADDRESS_AT: Mapping[str, Mapping[int, int]] = {
    "connect": {1: 0},
    "connect_ex": {1: 0},
    "sendto": {2: 1, 3: 2},
    "sendmsg": {4: 3},
}
"""Method -> number of its arguments -> which of them is the address."""


def patch(module: ModuleType) -> None:
    """Have names judged before they are looked up, and remember what allowed ones are looked up to."""
    for name, places in ADDRESS_AT.items():
        setattr(module.socket, name, _judged(getattr(module.socket, name), places))
    for name, addresses in ADDRESSES.items():
        setattr(module, name, _remembered(getattr(module, name), addresses))


def patch_loaded() -> None:
    """`patch` where a `.pth` file has imported `socket` before us."""
    if "socket" in sys.modules:
        patch(sys.modules["socket"])


def _judged(method: Callable[..., Any], places: Mapping[int, int]) -> Callable[..., Any]:
    @wraps(method)
    def judged(self: Any, *args: Any) -> Any:
        address = args[places[len(args)]] if len(args) in places else None
        if isinstance(address, tuple) and self.family in INTERNET:
            check_address(address)
        return method(self, *args)

    return judged


def _remembered(look_up: Callable[..., Any], addresses: Callable[[Any], Iterable[str]]) -> Callable[..., Any]:
    @wraps(look_up)
    def remembered(*args: Any, **kwargs: Any) -> Any:
        found = look_up(*args, **kwargs)
        entries = destinations.entries_of(destinations.normal(args[0] if args else kwargs.get("host")))
        for address in addresses(found) if entries else ():
            destinations.remember(address, entries)
        return found

    remembered.__module__ = "socket"  # else a function of `_socket` is no longer found when it is pickled
    return remembered


ADDRESSES: Mapping[str, Callable[[Any], Iterable[str]]] = {
    "getaddrinfo": lambda found: [address[0] for *_, address in found],
    "gethostbyname": lambda found: [found],
    "gethostbyname_ex": lambda found: found[2],
}
"""Look-up -> the addresses in what it returns."""
