"""Nothing leaves the machine: what a run may reach, and what a report says of what it tried."""

from __future__ import annotations

import errno
import json
from collections import Counter
from typing import Any

import pytest

from pytest_metaflow.sandbox.namespace.command import obstacle
from tests.pytest_metaflow.projects import Outcome, Project
from tests.pytest_metaflow.sealed import NAME, WORLD, sealed, works

own_network = pytest.mark.skipif(
    not works(), reason="no network of its own here: `unshare -rnm` does not work"
)
namespaces = pytest.mark.skipif(bool(obstacle()), reason=f"no network namespace here: {obstacle()}")

PRELUDE = f"""
import asyncio, json, os, re, socket, subprocess, sys, urllib.request
WORLD, NAME, port = "{WORLD}", "{NAME}", int(os.environ["WORLD_PORT"])

def attempt(call, *args):
    try:
        return call(*args)
    except Exception as error:
        while not (found := re.search(r"mflint blocked (\\S+) in TrainFlow.start", str(error))):
            error = error.__cause__ or error.__context__
        return "blocked " + found[1]

def http(host):
    return urllib.request.urlopen(f"http://{{host}}:{{port}}/{{host}}", timeout=10).read().decode()

def child(*options):
    code = f"import socket; print(socket.create_connection(('{WORLD}', {{port}}), 10).getpeername()[0])"
    done = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True)
    return (done.stdout or done.stderr).splitlines()[-1]

def answer(**answers):
    with open("answers.json", "w") as stream:
        json.dump(answers, stream)
"""
"""What the flows below begin with. `attempt` tells what was blocked, or what a call gave.

Nobody knows the name `unknown.…`: that it is blocked shows that it is not looked up.
"""

ATTEMPTS = (
    PRELUDE
    + """
import _socket, boto3, requests

def sock(family=socket.AF_INET, kind=socket.SOCK_STREAM):
    return socket.socket(family, kind)

async def datagram():
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=(WORLD, 28))

ATTEMPTS = dict(
    tcp=attempt(sock().connect, (WORLD, port)),
    connect_ex=attempt(sock().connect_ex, (WORLD, port)),
    bare=attempt(_socket.socket().connect, (WORLD, port)),
    number=attempt(sock().connect, ("3325256711", 20)),
    tcp6=attempt(sock(socket.AF_INET6).connect, ("2001:db8::7", 80)),
    mapped=attempt(sock(socket.AF_INET6).connect, ("::ffff:" + WORLD, 80)),
    sendto=attempt(sock(kind=socket.SOCK_DGRAM).sendto, b"x", (WORLD, 53)),
    sendmsg=attempt(sock(kind=socket.SOCK_DGRAM).sendmsg, [b"x"], [], 0, (WORLD, 54)),
    sendto6=attempt(sock(socket.AF_INET6, socket.SOCK_DGRAM).sendto, b"x", 0, ("2001:db8::7", 53)),
    named=attempt(sock().connect, ("unknown." + NAME, 22)),
    named_udp=attempt(sock(kind=socket.SOCK_DGRAM).sendto, b"x", ("unknown." + NAME, 23)),
    getaddrinfo=attempt(socket.getaddrinfo, NAME, 24),
    gethostbyname=attempt(socket.gethostbyname, NAME.upper() + "."),
    gethostbyname_ex=attempt(socket.gethostbyname_ex, NAME),
    gethostbyaddr=attempt(socket.gethostbyaddr, WORLD),
    getnameinfo=attempt(socket.getnameinfo, (WORLD, 25), 0),
    urllib=attempt(http, NAME),
    requests=attempt(requests.get, f"https://{NAME}:26"),
    asyncio=attempt(asyncio.run, asyncio.open_connection(NAME, 27)),
    asyncio_udp=attempt(asyncio.run, datagram()),
    boto3=attempt(boto3.client("s3", endpoint_url=f"https://{NAME}:29").list_buckets),
    metadata=attempt(requests.get, "http://169.254.169.254/latest/meta-data"),
    metadata_name=attempt(requests.get, "http://metadata.google.internal/"),
    child=child(),
)
answer(
    **ATTEMPTS,
    loopback=attempt(http, "127.0.0.1"),
    loopback_name=attempt(http, "localhost"),
    loopback6=attempt(http, "[::1]"),
    own_name=attempt(sock().connect_ex, (socket.gethostname(), 9)),
    unix=attempt(socket.socketpair()[0].getpeername),
    port=port,
)
"""
)

BLOCKED = {
    "tcp": "{world}:{port}",
    "connect_ex": "{world}:{port}",
    "bare": "{world}:{port}",
    "number": "3325256711:20",
    "tcp6": "[2001:db8::7]:80",
    "mapped": "[::ffff:{world}]:80",
    "sendto": "{world}:53",
    "sendmsg": "{world}:54",
    "sendto6": "[2001:db8::7]:53",
    "named": "unknown.{name}:22",
    "named_udp": "unknown.{name}:23",
    "getaddrinfo": "{name}:24",
    "gethostbyname": "{name}",
    "gethostbyname_ex": "{name}",
    "gethostbyaddr": "{world}",
    "getnameinfo": "{world}",
    "urllib": "{name}:{port}",
    "requests": "{name}:26",
    "asyncio": "{name}:27",
    "asyncio_udp": "{world}:28",
    "boto3": "{name}:29",
    "metadata": "169.254.169.254:80",
    "metadata_name": "metadata.google.internal:80",
}
REACHED = {"loopback": "hello", "loopback_name": "hello", "loopback6": "hello", "unix": "", "own_name": 111}


def run_sealed(
    project: Project, *options: str, env: dict[str, str] | None = None
) -> tuple[Outcome, list[str]]:
    """A session in a world of its own, and what the servers of that world were asked."""
    seen = project.root.parent / "seen.json"
    outcome = project.execute(sealed(seen, project.command(*options)), None, env)
    return outcome, json.loads(seen.read_text())


def answers_of(project: Project) -> dict[str, Any]:
    """What the flow wrote down."""
    found: dict[str, Any] = json.loads((project.root / "answers.json").read_text())
    return found


@own_network
@pytest.mark.parametrize("network", ["guard", pytest.param("namespace", marks=namespaces)])
def test_no_attempt_from_python_leaves_the_machine_and_each_is_named(project: Project, network: str) -> None:
    project.flow("train.py", "TrainFlow", ATTEMPTS)
    outcome, asked = run_sealed(project, f"--metaflow-network={network}")
    assert outcome.outcomes == {"TrainFlow": "passed"}, outcome.output
    answers = answers_of(project)
    port = answers.pop("port")
    where = {name: text.format(world=WORLD, name=NAME, port=port) for name, text in BLOCKED.items()}
    blocked = {name: f"blocked {text}" for name, text in where.items()}
    child = f"OSError: mflint blocked {WORLD}:{port} in TrainFlow.start"
    assert answers == {**blocked, **REACHED, "child": child}
    assert asked == ["127.0.0.1 GET /127.0.0.1", "127.0.0.1 GET /localhost", "::1 GET /[::1]"]
    times = Counter([*where.values(), f"{WORLD}:{port}"])
    told = [
        f"{text} (start, {'once' if number == 1 else f'{number} times'})" for text, number in times.items()
    ]
    assert outcome.flows_section == [f"train.py::TrainFlow: blocked: {', '.join(told)}"]
    assert outcome.items["TrainFlow"].properties["metaflow_blocked"] == ", ".join(told)


@own_network
def test_a_blocked_attempt_that_ends_a_task_is_shown_at_its_line_with_how_to_open_it(
    project: Project,
) -> None:
    project.flow("train.py", "TrainFlow", f"import socket\nsocket.create_connection(('{NAME}', 443))")
    file = project.flow("early.py", "EarlyFlow")
    file.write_text(f"import socket\nsocket.gethostbyname('{NAME}')\n" + file.read_text())
    outcome, asked = run_sealed(project)
    item = outcome.items["TrainFlow"]
    assert item.message == f"OSError: mflint blocked {NAME}:443 in TrainFlow.start (step start)"
    assert item.text.splitlines()[:5] == [
        "Step start failed in task 1.",
        "",
        "hint: Nothing leaves this machine in a test run. To open it for this host, in pyproject.toml:",
        "",
        "    [tool.pytest.ini_options]",
    ]
    assert f'    metaflow_allow_network = ["{NAME}"]' in item.text
    assert f"    socket.create_connection(('{NAME}', 443))" in item.text
    early = outcome.items["EarlyFlow"].message
    assert early == f"OSError: mflint blocked {NAME} in EarlyFlow (before the first step)"
    assert f"early.py::EarlyFlow: blocked: {NAME} (outside of steps, once)" in outcome.flows_section
    assert f"network: {'guard' if obstacle() else 'namespace'}\n" in outcome.output
    assert asked == []


@pytest.mark.slow
@own_network
def test_what_a_flow_starts_is_guarded_and_named_too(project: Project) -> None:
    project.flow(
        "inner.py",
        "InnerFlow",
        PRELUDE.replace("TrainFlow", "InnerFlow") + "attempt(socket.create_connection, (NAME, 1))",
    )
    project.flow(
        "train.py",
        "TrainFlow",
        f"""
        import contextlib, multiprocessing, socket, subprocess, sys
        subprocess.run([sys.executable, "inner.py", "run"], check=True)
        for method in ("fork", "spawn"):
            with multiprocessing.get_context(method).Pool(1) as pool:
                answer = pool.apply_async(socket.gethostbyname, ["{NAME}"])
                try:
                    answer.get()
                except OSError as error:
                    assert str(error) == "mflint blocked {NAME} in TrainFlow.start"
        for _ in range(120):
            with contextlib.suppress(OSError):
                socket.socket().connect(("{WORLD}", 1))
        """,
    )
    outcome, asked = run_sealed(project, "train.py")
    assert outcome.outcomes == {"TrainFlow": "passed"}, outcome.output
    told = f"{NAME}:1 (InnerFlow.start, once), {NAME} (start, 2 times), {WORLD}:1 (start, 100 times or more)"
    assert outcome.flows_section == [f"train.py::TrainFlow: blocked: {told}"]
    assert asked == []


@own_network
@namespaces
@pytest.mark.parametrize("network", [pytest.param("guard", marks=pytest.mark.slow), "namespace"])
def test_what_the_guard_cannot_see_is_held_by_a_namespace(project: Project, network: str) -> None:
    project.flow(
        "train.py",
        "TrainFlow",
        PRELUDE
        + """
def shell(command):
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    return done.stdout or done.stderr.strip().splitlines()[-1].rpartition(": ")[2]

answer(
    isolated=child("-I", "-S"),
    no_environment=child("-E"),
    binary=shell(f"exec 3<>/dev/tcp/{WORLD}/{port} && echo open"),
    loopback=shell(f"exec 3<>/dev/tcp/127.0.0.1/{port} && echo open"),
    resolver=socket.socket(socket.AF_UNIX).connect_ex("/run/nscd/socket"),
    port=port,
)
""",
    )
    outcome, asked = run_sealed(project, f"--metaflow-network={network}")
    assert outcome.outcomes == {"TrainFlow": "passed"}, outcome.output
    assert f"network: {network}" in outcome.output
    answers = answers_of(project)
    unreachable = "OSError: [Errno 101] Network is unreachable"
    inside: dict[str, Any] = {
        "isolated": unreachable,
        "no_environment": unreachable,
        "binary": "Network is unreachable",
    }
    outside: dict[str, Any] = {"isolated": WORLD, "no_environment": WORLD, "binary": "open\n"}
    inside["resolver"], outside["resolver"] = errno.ECONNREFUSED, 0
    reached = inside if network == "namespace" else outside
    assert answers == {**reached, "loopback": "open\n", "port": answers["port"]}
    assert asked == []


@own_network
def test_named_hosts_are_open_by_name_by_address_and_by_what_a_name_stands_for(project: Project) -> None:
    project.flow(
        "train.py",
        "TrainFlow",
        PRELUDE
        + """
opened = dict(name=attempt(http, NAME), address=attempt(http, WORLD))
opened |= dict(named=attempt(socket.socket().connect, (NAME, port)))
answer(**opened, other=attempt(http, "other.example.org"), second=attempt(http, "198.51.100.8"))
""",
    )
    project.write("pytest.ini", "[pytest]\nmetaflow_allow_network = *.Example.com\n")
    outcome, asked = run_sealed(project)
    assert outcome.outcomes == {"TrainFlow": "passed"}, outcome.output
    answers = answers_of(project)
    assert (answers["name"], answers["address"], answers["named"]) == ("hello", "hello", None)
    assert answers["other"].startswith("blocked other.example.org:")
    assert answers["second"].startswith("blocked 198.51.100.8:")
    assert asked == [f"{WORLD} GET /{NAME}", f"{WORLD} GET /{WORLD}"]
    assert "network: guard\n" in outcome.output
    assert "metaflow: may reach *.Example.com\n" in outcome.output


@own_network
def test_a_port_limits_what_is_open(project: Project) -> None:
    project.flow(
        "train.py",
        "TrainFlow",
        PRELUDE + "answer(near=attempt(socket.socket().connect_ex, (NAME, 1)), far=attempt(http, NAME))",
    )
    project.write("pytest.ini", f"[pytest]\nmetaflow_allow_network = {NAME}:1 {WORLD}:1")
    outcome, asked = run_sealed(project)
    answers = answers_of(project)
    assert (answers["near"], asked) == (111, [])
    assert answers["far"].startswith(f"blocked {WORLD}:"), outcome.output


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            "metaflow_allow_network = https://example.com",
            "metaflow_allow_network must name hosts, as HOST or HOST:PORT, not 'https://example.com'",
        ),
        (
            "metaflow_network = namespace\nmetaflow_allow_network = example.com",
            "metaflow_network = namespace leaves no way to the hosts of metaflow_allow_network",
        ),
        ("metaflow_network = none", "metaflow_network must be auto or guard or namespace, not 'none'"),
    ],
)
def test_what_cannot_be_had_is_one_line(project: Project, lines: str, message: str) -> None:
    project.write("pytest.ini", f"[pytest]\n{lines}")
    outcome = project.run()
    assert (outcome.exit_code, outcome.output.strip()) == (4, f"ERROR: {message}")
