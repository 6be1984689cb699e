"""Moves this process into a network namespace and becomes the command."""

from __future__ import annotations

import _socket
import ctypes
import fcntl
import os
import struct
import sys

from pytest_metaflow.sandbox.namespace import listening

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
CLONE_NEWNS = 0x00020000
MS_BIND = 0x1000
MS_REC_SLAVE = 0x4000 | 0x80000
"""`linux/sched.h`, `linux/mount.h`"""

RESOLVERS = ("/run/systemd/resolve/io.systemd.Resolve", "/run/nscd/socket", "/var/run/nscd/socket")
"""Unix sockets through which the C library has names looked up by a process outside of the namespace."""

SIOCSIFFLAGS = 0x8914
IFF_UP_RUNNING = 0x1 | 0x40
"""`linux/sockios.h`, `linux/if.h`"""

PR_SET_PDEATHSIG = 1
SIGKILL = 9
PR_CAPBSET_DROP = 24
WAYS_OUT = (12, 19, 21)
"""CAP_NET_ADMIN, CAP_SYS_PTRACE, CAP_SYS_ADMIN: with them root enters the machine's namespace again."""


def main(*command: str) -> NoReturn:
    """Run the command in a namespace."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL)
    wanted = listening.endpoints()
    try:
        _enter_with(wanted) if wanted else _enter()
    except OSError as error:
        sys.exit(f"no network namespace: {error.strerror}")
    _drop_ways_out()
    os.execvp(command[0], command)


def _enter_with(wanted: list[listening.Endpoint]) -> None:
    from pytest_metaflow.sandbox.namespace import forwarder

    outside = forwarder.start()
    _enter()
    outside.hand_over(forwarder.listeners(wanted))


def _enter() -> None:
    """Root takes a network namespace alone and keeps its power over files; others need a user's too."""
    user, group = os.geteuid(), os.getegid()
    resolvers = {os.path.realpath(path) for path in RESOLVERS if os.path.exists(path)}  # noqa: PTH110
    flags = CLONE_NEWNET | (CLONE_NEWNS if resolvers else 0)
    if user == 0:
        _call("unshare", flags)
    else:
        _call("unshare", CLONE_NEWUSER | flags)
        _write("setgroups", "deny")
        _write("uid_map", f"{user} {user} 1")
        _write("gid_map", f"{group} {group} 1")
    if resolvers:
        _call("mount", None, b"/", None, MS_REC_SLAVE, None)
    for path in resolvers:
        _call("mount", b"/dev/null", os.fsencode(path), None, MS_BIND, None)
    _start_loopback()


def _call(function: str, *arguments: int | bytes | None) -> None:
    """Call the C library. Raises OSError."""
    if getattr(ctypes.CDLL(None, use_errno=True), function)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _write(name: str, text: str) -> None:
    descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def _start_loopback() -> None:
    sock = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    try:
        fcntl.ioctl(sock.fileno(), SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP_RUNNING))
    finally:
        sock.close()


def _drop_ways_out() -> None:
    """Take from root what `exec` would leave it; a user loses all that the namespace gave him by `exec`."""
    libc = ctypes.CDLL(None)
    for capability in WAYS_OUT:
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
