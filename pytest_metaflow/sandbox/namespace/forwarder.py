"""Carries connections from a namespace's loopback to the machine's.

A socket belongs to the namespace that it was made in: this process stays outside, is given sockets that
listen inside, and connects outside. It ends with the run, whose child it is, whatever ends that.
"""

from __future__ import annotations

import array
import ctypes
import os
import signal
import socket
import struct
import sys
import threading
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NoReturn

    from pytest_metaflow.sandbox.namespace.listening import Endpoint

PR_SET_PDEATHSIG = 1

AT_ONCE = 200
"""Sockets in one message; the system takes 253 (SCM_MAX_FD)."""

CHUNK = 1 << 16

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: close with a reset, as a port that nobody listens on answers."""


class Forwarder:
    """The running forwarder, as the process that starts it sees it."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel

    def hand_over(self, listeners: list[socket.socket]) -> None:
        """Give it the sockets to accept connections from, and leave it alone."""
        with self.channel:
            for at in range(0, len(listeners), AT_ONCE):
                part = [sock.fileno() for sock in listeners[at : at + AT_ONCE]]
                self.channel.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", part))])
        for sock in listeners:
            sock.close()


def start() -> Forwarder:
    """Fork it, in this namespace. Messages keep their bounds, so that none takes the sockets of the next."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    parent = os.getpid()
    if os.fork() == 0:
        ours.close()
        _serve(theirs, parent)
    theirs.close()
    return Forwarder(ours)


def listeners(wanted: Iterable[Endpoint]) -> list[socket.socket]:
    """Sockets of this namespace that listen where others do outside; what cannot be had is left out."""
    wanted = list(wanted)
    found = []
    for host, port in wanted:
        alone = host != "::" or ("0.0.0.0", port) in wanted
        with suppress(OSError):
            found.append(_listener(host, port, alone))
    return found


def _listener(host: str, port: int, alone: bool) -> socket.socket:
    """One that listens; `alone` keeps the IPv6 one of any address from taking IPv4 too."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, alone)
        sock.bind((host, port))
        sock.listen(128)
    except OSError:
        sock.close()
        raise
    return sock


def _serve(channel: socket.socket, parent: int) -> NoReturn:
    """Take the sockets that listen, and what they accept, to the end of the parent."""
    try:
        _end_with(parent)
        _let_go_of_output()
        with DefaultSelector() as selector:
            for sock in _received(channel):
                selector.register(sock, EVENT_READ)
            while selector.get_map():
                for key, _events in selector.select():
                    with suppress(OSError):
                        _accept(key.fileobj)  # type: ignore[arg-type]
    finally:
        os._exit(0)


def _end_with(parent: int) -> None:
    """Ignore the signals that ask the run to end, which may still talk to a server then, and end after it."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit()


def _let_go_of_output() -> None:
    """Whoever reads the run's output to its end does not wait for this process."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)


def _received(channel: socket.socket) -> list[socket.socket]:
    size = array.array("i").itemsize
    found: list[socket.socket] = []
    with channel:
        while True:
            data, ancillary, _flags, _address = channel.recvmsg(1, socket.CMSG_SPACE(AT_ONCE * size))
            if not data:
                return found
            for _level, _kind, packed in ancillary:
                numbers = array.array("i", packed[: len(packed) - len(packed) % size])
                found += [socket.socket(fileno=number) for number in numbers]


def _accept(listener: socket.socket) -> None:
    inside, _address = listener.accept()
    threading.Thread(target=_connect, args=(inside,), daemon=True).start()


def _connect(inside: socket.socket) -> None:
    """Connect to the address that was asked for, outside, and carry what either side says."""
    outside = socket.socket(inside.family)
    broken = threading.Event()
    try:
        outside.connect(inside.getsockname())
    except OSError:
        broken.set()
    else:
        back = threading.Thread(target=_carry, args=(outside, inside, broken), daemon=True)
        back.start()
        _carry(inside, outside, broken)
        back.join()
    for sock in (inside, outside):
        if broken.is_set():
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        sock.close()


def _carry(source: socket.socket, target: socket.socket, broken: threading.Event) -> None:
    """Carry bytes to the end of the stream; what breaks on one side stops the other direction too."""
    try:
        while data := source.recv(CHUNK):
            target.sendall(data)
        if not broken.is_set():
            target.shutdown(socket.SHUT_WR)
    except OSError:
        broken.set()
        for sock in (source, target):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RD)
