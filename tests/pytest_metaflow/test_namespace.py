"""A run's network namespace: its loopback is the machine's, and nobody stays behind in it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pytest_metaflow.sandbox.namespace.command import in_namespace, obstacle
from tests.pytest_metaflow.projects import Project
from tests.pytest_metaflow.test_processes import interrupted, survivors, wait_for

pytestmark = pytest.mark.skipif(bool(obstacle()), reason=f"no network namespace here: {obstacle()}")

CLIENT = """
import socket, sys
def answer(host, port):
    sock = socket.create_connection((host, port), 60)
    sock.sendall(b"x" * 3_000_000)
    sock.shutdown(socket.SHUT_WR)
    with sock.makefile("rb") as stream:
        return stream.read().decode()
"""
"""Sends much, says that it is done, and reads to the end."""


@contextmanager
def counting(host: str) -> Iterator[int]:
    """A server that reads to the end and answers with the number of bytes and its own address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, 0), family=family)

    def serve() -> None:
        while True:
            try:
                sock, _address = listener.accept()
            except OSError:
                return
            with sock, sock.makefile("rb") as stream:
                sock.sendall(f"{len(stream.read())} at {sock.getsockname()[0]}".encode())

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def inside(code: str) -> str:
    """What a Python prints in a namespace."""
    command = in_namespace([sys.executable, "-c", CLIENT + code])
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=120).stdout


def test_servers_of_the_machines_loopback_are_reached_at_their_addresses() -> None:
    with counting("127.0.0.1") as one, counting("0.0.0.0") as every, counting("::1") as six:
        places = [
            ("127.0.0.1", one),
            ("localhost", one),
            ("127.0.0.1", every),
            ("127.0.1.1", every),
            ("::1", six),
        ]
        said = inside(f"for place in {places!r}: print(answer(*place))")
    addresses = ["127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.1.1", "::1"]
    assert said.splitlines() == [f"3000000 at {address}" for address in addresses]


def test_a_port_that_nobody_listens_on_is_refused_and_a_server_inside_is_the_runs_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    said = inside(
        f"sock = socket.socket()\n"
        f"print(sock.connect_ex(('127.0.0.1', {port})))\n"
        f"server = socket.create_server(('127.0.0.1', {port}))\n"
        f"print(socket.socket().connect_ex(('127.0.0.1', {port})))\n"
    )
    assert said.split() == ["111", "0"]


def test_a_server_that_has_gone_resets_the_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = (
            "print('up', flush=True); input()\n"
            f"try:\n    print(socket.create_connection({server.getsockname()!r}, 60).recv(1))\n"
            "except OSError as error:\n    print(type(error).__name__)"
        )
        process = subprocess.Popen(
            in_namespace([sys.executable, "-c", CLIENT + code]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        assert process.stdout.readline() == "up\n"
    said, _ = process.communicate("\n", timeout=120)
    assert said == "ConnectionResetError\n"


def test_root_cannot_return_to_the_machines_network() -> None:
    code = f"try:\n    open('/proc/{os.getpid()}/ns/net')\nexcept PermissionError:\n    print('refused')"
    assert inside(code) == "refused\n"


@pytest.mark.parametrize("number", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_what_forwards_ends_with_the_run_however_the_session_ends(
    project: Project, tmp_path: Path, number: signal.Signals
) -> None:
    found: list[int] = []
    with counting("127.0.0.1"):
        interrupted(project, tmp_path, number, [], lambda: found.extend(forwarders(project)))
    assert len(found) == 1
    wait_for(found[0])
    for pid in survivors(project):
        os.kill(pid, signal.SIGKILL)


def forwarders(project: Project) -> Iterator[int]:
    """A descriptor for each child of the run that is a launcher still."""
    run = (project.root / "pids").read_text().split()[0]
    for child in Path(f"/proc/{run}/task/{run}/children").read_text().split():
        if b"namespace.launcher" in Path(f"/proc/{child}/cmdline").read_bytes():
            yield os.pidfd_open(int(child))
