"""Commands in a network of their own, so that nothing could leave even if everything failed.

As a script it makes, inside a namespace, a world to be kept from: `WORLD`, an address that is not loopback
and stands for a public one, with the name `NAME`, and a server on it and on both loopbacks. Then it runs a
command.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which

WORLD = "198.51.100.7"
NAME = "warehouse.example.com"

RESOLVER = "/run/nscd/socket"

WANTED = ["unshare", "-rnm"]


def works() -> bool:
    """Whether this user may have a network and mounts of his own."""
    return bool(which("unshare")) and not subprocess.run([*WANTED, "true"], check=False).returncode


def sealed(seen: Path, command: list[str]) -> list[str]:
    """The command in such a world. Its environment has `WORLD_PORT`, the port of all servers, and names the
    one of 127.0.0.1 as proxy.

    What they were asked is in the file `seen`: a list of `ADDRESS METHOD PATH`.
    """
    return [*WANTED, sys.executable, __file__, str(seen), *command]


def main(seen: str, *command: str) -> int:
    """Make the world, run the command in it, and write what the servers were asked."""
    raise_interface(b"lo", "127.0.0.1")
    raise_interface(b"lo:1", WORLD)
    name_hosts(Path(seen).with_name("hosts"))
    asked: list[str] = []
    port = serve(asked, WORLD, 0)
    for host in ("127.0.0.1", "::1"):
        serve(asked, host, port)
    serve_names()
    proxies = {
        name: f"http://127.0.0.1:{port}"
        for one in ("http_proxy", "https_proxy", "all_proxy")
        for name in (one, one.upper())
    }
    done = subprocess.run(command, env={**os.environ, **proxies, "WORLD_PORT": str(port)}, check=False)
    Path(seen).write_text(json.dumps(asked), encoding="utf-8")
    return done.returncode


def raise_interface(name: bytes, address: str) -> None:
    """`ip address add ADDRESS dev lo; ip link set lo up`, where there may be no `ip` (`linux/sockios.h`)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        packed = struct.pack("16sHH4s8x", name, socket.AF_INET, 0, socket.inet_aton(address))
        fcntl.ioctl(sock, 0x8916, packed)  # SIOCSIFADDR
        fcntl.ioctl(sock, 0x8914, struct.pack("16sh14x", name, 0x41))  # SIOCSIFFLAGS: up, running


def name_hosts(file: Path) -> None:
    """Let the world's name be known without a resolver."""
    own = f"127.0.1.1 {socket.gethostname()}"
    file.write_text(f"127.0.0.1 localhost\n{own}\n{WORLD} {NAME}\n", encoding="utf-8")
    if ctypes.CDLL(None).mount(bytes(file), b"/etc/hosts", None, 0x1000, None):  # MS_BIND
        raise SystemExit("cannot replace /etc/hosts")


def serve_names() -> None:
    """Stand in for `nscd`, which the C library asks for names; this one hangs up."""
    if ctypes.CDLL(None).mount(b"tmpfs", b"/run", b"tmpfs", 0, None):
        raise SystemExit("cannot replace /run")
    Path(RESOLVER).parent.mkdir()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(RESOLVER)
    listener.listen()

    def hang_up() -> None:
        while True:
            listener.accept()[0].close()

    threading.Thread(target=hang_up, daemon=True).start()


def serve(asked: list[str], host: str, port: int) -> int:
    """Answer every request with `hello`, as a server or a proxy, and note it down."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{host} {self.command} {self.path}")
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

        do_CONNECT = do_GET

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    server = Server((host, port), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
