"""S3 without an account: moto's server, for flows and for tests that look at what they wrote."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from shutil import which

import pytest

from tests.pytest_metaflow.projects import Project, environment

pytestmark = pytest.mark.slow

FLOW = """
import boto3
from metaflow import S3, FlowSpec, IncludeFile, Parameter, card, current, step


class {name}(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)
    words = IncludeFile("words", default="words.txt")

    @step
    def start(self):
        client = boto3.client("s3")
        assert [one["Key"] for one in client.list_objects_v2(Bucket="raw-data")["Contents"]] == ["in/ä b.txt"]
        assert client.get_object(Bucket="raw-data", Key="in/ä b.txt")["Body"].read() == b"seed"
        assert client.list_objects_v2(Bucket="made-by-a-flow")["KeyCount"] == 0
        client.put_object(Bucket="raw-data", Key="in/ä b.txt", Body=b"changed")
        client.put_object(Bucket="made-by-a-flow", Key="a/b", Body=b"1", Metadata={{"who": "start"}})
        try:
            client.get_object(Bucket="never-seen", Key="nothing")
        except client.exceptions.NoSuchKey:
            self.missing = True
        with S3(run=self) as s3:
            s3.put("one", "1")
            s3.put_many([(f"many/{{n}}", str(n)) for n in range(3)])
        self.models = ["bog", "swamp"]
        self.next(self.train, foreach="models")

    @card
    @step
    def train(self):
        import io
        import urllib.request

        client = boto3.client("s3")
        assert client.head_object(Bucket="made-by-a-flow", Key="a/b")["Metadata"] == {{"who": "start"}}
        large = os.urandom(9_000_000)
        client.upload_fileobj(io.BytesIO(large), "made-by-a-flow", f"large/{{self.input}}")
        self.part_count = client.head_object(
            Bucket="made-by-a-flow", Key=f"large/{{self.input}}", PartNumber=1
        )["PartsCount"]
        url = client.generate_presigned_url(
            "get_object", Params={{"Bucket": "made-by-a-flow", "Key": f"large/{{self.input}}"}}
        )
        assert urllib.request.urlopen(url).read() == large
        self.model = self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.found = [one.model for one in inputs]
        assert {{one.part_count for one in inputs}} == {{2}}
        self.next(self.end)

    @step
    def end(self):
        assert self.missing_is_gone() and self.found == ["bog", "swamp"] and self.words == "some words"
        with S3(run=self) as s3:
            assert s3.get("one").text == "1"
            assert [one.key for one in s3.list_recursive(["many"])] == ["0", "1", "2"]
            assert [one.text for one in s3.get_many(["many/0", "many/2"])] == ["0", "2"]
        artifacts = boto3.client("s3").list_objects_v2(Bucket="pytest-metaflow", Prefix="metaflow/{name}/")
        assert bool(artifacts["KeyCount"]) == (os.environ["METAFLOW_DEFAULT_DATASTORE"] == "s3")

    def missing_is_gone(self):
        return not hasattr(self, "missing")


if __name__ == "__main__":
    {name}()
"""


LISTING = """
import boto3
client = boto3.client("s3")
self.seen = [one["Key"] for one in client.list_objects_v2(Bucket="raw-data").get("Contents", ())]
client.put_object(Bucket="raw-data", Key="theirs", Body=b"2")
"""
"""Keeps what it finds, and adds to it."""


def s3_flow(project: Project, name: str) -> None:
    project.write(f"flows/{name.lower()}.py", "import os\n" + FLOW.format(name=name))


def seeded(project: Project, lines: str = "") -> None:
    """A project whose S3 has one object when a run starts."""
    project.write("pytest.ini", f"[pytest]\nmetaflow_s3_seed = seed\n{lines}")
    (project.root / "words.txt").write_text("some words")
    seed = project.root / "seed/raw-data/in"
    seed.mkdir(parents=True)
    (seed / "ä b.txt").write_text("seed")


@pytest.mark.slow
@pytest.mark.parametrize("datastore", ["local", pytest.param("s3", marks=pytest.mark.slow)])
def test_every_run_has_an_s3_of_its_own_that_holds_the_seed(project: Project, datastore: str) -> None:
    seeded(project, f"metaflow_datastore = {datastore}")
    s3_flow(project, "FirstFlow")
    project.flow(
        "flows/secondflow.py",
        "SecondFlow",
        """
        import boto3
        client = boto3.client("s3")
        assert client.get_object(Bucket="raw-data", Key="in/ä b.txt")["Body"].read() == b"seed"
        assert client.list_objects_v2(Bucket="made-by-a-flow")["KeyCount"] == 0
        """,
    )
    outcome = project.execute([*project.plain_command(), "--metaflow-flows"], None, None)
    assert outcome.outcomes == {"FirstFlow": "passed", "SecondFlow": "passed"}, outcome.output


@pytest.mark.slow
def test_two_workers_do_not_see_each_others_s3(project: Project) -> None:
    seeded(project)
    names = [f"Number{number}Flow" for number in range(4)]
    for name in names:
        project.flow(
            f"flows/{name.lower()}.py",
            name,
            f"""
            import boto3
            client = boto3.client("s3")
            assert client.list_objects_v2(Bucket="shared")["KeyCount"] == 0
            for number in range(50):
                client.put_object(Bucket="shared", Key=f"{name}/{{number}}", Body=b"")
            keys = [one["Key"] for one in client.list_objects_v2(Bucket="shared")["Contents"]]
            assert sorted(keys) == sorted(f"{name}/{{number}}" for number in range(50))
            """,
        )
    command = [*project.plain_command("-n2"), "--metaflow-flows", "--metaflow-datastore=s3"]
    outcome = project.execute(command, None, None)
    assert outcome.outcomes == dict.fromkeys(names, "passed"), outcome.output


LOOKS = """
    def test_writes(metaflow_s3):
        assert metaflow_s3.get_object(Bucket="raw-data", Key="in/ä b.txt")["Body"].read() == b"seed"
        metaflow_s3.delete_object(Bucket="raw-data", Key="in/ä b.txt")
        metaflow_s3.put_object(Bucket="results", Key="score", Body=b"1")
        assert metaflow_s3.get_object(Bucket="results", Key="score")["Body"].read() == b"1"

    def test_sees_nothing_of_it(metaflow_s3):
        assert [bucket["Name"] for bucket in metaflow_s3.list_buckets()["Buckets"]] == ["raw-data"]
        assert metaflow_s3.list_objects_v2(Bucket="raw-data")["KeyCount"] == 1
"""


@pytest.mark.parametrize(
    "flows", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["without flows", "beside flows"]
)
def test_a_plain_test_looks_into_s3_and_leaves_nothing_there(project: Project, flows: bool) -> None:
    seeded(project)
    project.write("test_s3.py", LOOKS)
    project.flow(
        "a.py", "AFlow", "import boto3\nboto3.client('s3').put_object(Bucket='of-flow', Key='a', Body=b'')"
    )
    outer = {
        "AWS_PROFILE": "mine",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    }
    command = [*project.plain_command(), *(["--metaflow-flows"] if flows else [])]
    outcomes = project.execute(command, None, {**outer, "NO_PROXY": ""} if not flows else None).outcomes
    assert outcomes.pop("AFlow", "passed") == "passed"
    assert outcomes == {"test_writes": "passed", "test_sees_nothing_of_it": "passed"}


WITHOUT_MOTO = """
    import sys

    class Absent:
        def find_spec(self, name, path=None, target=None):
            if name.partition(".")[0] == "moto":
                raise ModuleNotFoundError("No module named 'moto'", name="moto")

    sys.meta_path.insert(0, Absent())
"""


@pytest.mark.slow
def test_without_moto_a_request_fails_at_once_and_the_report_says_what_to_install(project: Project) -> None:
    project.write("conftest.py", WITHOUT_MOTO)
    project.flow("good.py", "GoodFlow")
    project.flow("boto.py", "BotoFlow", "import boto3\nboto3.client('s3').list_buckets()")
    project.flow(
        "many.py", "ManyFlow", "from metaflow import S3\nwith S3() as s3:\n    s3.get_many(['s3://data/a'])"
    )
    project.write("test_s3.py", LOOKS)
    outcome = project.execute(
        [*project.plain_command("--metaflow-timeout=60"), "--metaflow-flows"], None, None
    )
    install = "pip install 'mflint[s3]'"
    hint = f"hint: A run reaches no account of AWS. For an S3 of its own: {install}"
    items = outcome.items
    assert items["GoodFlow"].outcome == "passed"
    assert items["BotoFlow"].message == (
        'EndpointConnectionError: Could not connect to the endpoint URL: "http://127.0.0.1:9/" (step start)'
    )
    assert hint in items["BotoFlow"].text
    assert hint in items["ManyFlow"].text
    needs = (
        f'failed on setup with "Failed: The fixture metaflow_s3 needs moto\'s server and boto3: {install}"'
    )
    assert items["test_writes"].message == needs


@pytest.mark.parametrize(
    "workers", [[], pytest.param(["-n2"], marks=pytest.mark.slow)], ids=["alone", "with two workers"]
)
def test_without_moto_the_datastore_s3_is_a_usage_error(project: Project, workers: list[str]) -> None:
    project.write("conftest.py", WITHOUT_MOTO)
    project.flow("good.py", "GoodFlow")
    outcome = project.execute(
        [*project.plain_command(*workers), "--metaflow-flows", "--metaflow-datastore=s3"], None, None
    )
    message = "ERROR: --metaflow-datastore=s3 needs moto's server: pip install 'mflint[s3]'"
    assert (outcome.exit_code, outcome.output.strip()) == (4, message)


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ([], "there is no folder {seed}"),
        (["key.txt"], "{seed}/key.txt lies in no bucket: files are bucket/key…"),
        (["Raw_Data/key.txt"], "no bucket can have the name of {seed}/Raw_Data"),
    ],
    ids=["no folder", "a file in no bucket", "a name that is none of a bucket"],
)
def test_a_seed_that_cannot_be_used_is_a_usage_error(
    project: Project, files: list[str], complaint: str
) -> None:
    project.write("pytest.ini", "[pytest]\nmetaflow_s3_seed = seed")
    for file in files:
        project.write(f"seed/{file}", "")
    outcome = project.run("--collect-only")
    message = complaint.format(seed=project.root / "seed")
    assert (outcome.exit_code, outcome.output.strip()) == (4, f"ERROR: metaflow_s3_seed: {message}")


def test_a_session_that_asks_nothing_of_s3_starts_no_server(project: Project) -> None:
    project.write(
        "conftest.py",
        """
        from pathlib import Path
        from pytest_metaflow.s3.fixture import server_of

        def pytest_sessionfinish(session):
            Path("running").write_text(str(server_of(session.config).running))
        """,
    )
    project.flow("good.py", "GoodFlow")
    project.execute([*project.plain_command(), "--metaflow-flows"], None, None)
    assert (project.root / "running").read_text() == "False"


@pytest.mark.slow
def test_a_server_that_cannot_start_fails_each_run_that_needs_it_and_says_why(project: Project) -> None:
    project.write("site/moto/__init__.py", "raise ImportError('a broken moto')")
    for name in ("FirstFlow", "SecondFlow"):
        project.flow(f"{name}.py", name, "import boto3\nboto3.client('s3').list_buckets()")
    project.flow("third.py", "ThirdFlow")
    path = os.pathsep.join([str(project.root / "site"), os.environ.get("PYTHONPATH", "")])
    outcome = project.execute([*project.plain_command(), "--metaflow-flows"], None, {"PYTHONPATH": path})
    assert outcome.outcomes == {"FirstFlow": "failed", "SecondFlow": "failed", "ThirdFlow": "passed"}
    why = "hint: moto's server ended with exit code 1: ImportError: a broken moto"
    assert [why in outcome.items[name].text for name in ("FirstFlow", "SecondFlow")] == [True, True]


TELLS_PORT = """
import os, time
import boto3
client = boto3.client("s3")
client.put_object(Bucket="some-bucket", Key="a", Body=b"")
with open("port", "w") as stream:
    stream.write(client.meta.endpoint_url.rpartition(":")[2])
"""


def is_listening(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.slow
def test_the_server_ends_with_the_session(project: Project) -> None:
    project.flow("train.py", "TrainFlow", TELLS_PORT)
    assert project.run().outcomes == {"TrainFlow": "passed"}
    assert not is_listening(int((project.root / "port").read_text()))


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGKILL,
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(signal.SIGINT, marks=pytest.mark.slow),
    ],
)
def test_the_server_ends_when_pytest_is_ended(project: Project, number: signal.Signals) -> None:
    project.flow("train.py", "TrainFlow", f"{TELLS_PORT}\ntime.sleep(600)")
    os.mkfifo(project.root / "port")
    process = subprocess.Popen(
        project.command(),
        cwd=project.root,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    port = int((project.root / "port").read_text())
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        process.send_signal(number)
        process.wait()
        with suppress(ConnectionResetError):
            assert connection.recv(1) == b""
    assert not is_listening(port)


def own_network() -> bool:
    """Whether this user may have a network of his own, with nothing but loopback."""
    made = ["unshare", "-rn", "ip", "link", "set", "lo", "up"]
    return bool(which("unshare") and which("ip")) and not subprocess.run(made, check=False).returncode


@pytest.mark.slow
@pytest.mark.skipif(not own_network(), reason="no network namespace here: `unshare -rn` does not work")
def test_other_services_are_there_too_and_moto_itself_leaves_no_machine(project: Project) -> None:
    project.flow(
        "train.py",
        "TrainFlow",
        """
        import boto3
        queues = boto3.client("sqs")
        url = queues.create_queue(QueueName="work")["QueueUrl"]
        queues.send_message(QueueUrl=url, MessageBody="hello")
        assert queues.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "hello"
        topics = boto3.client("sns")
        arn = topics.create_topic(Name="news")["TopicArn"]
        topics.subscribe(TopicArn=arn, Protocol="http", Endpoint="http://192.0.2.1/")
        topics.publish(TopicArn=arn, Message="to the world")
        """,
    )
    network = ["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    item = project.execute([*network, *project.command()], None, None).items["TrainFlow"]
    assert "topics.publish(" in item.text
    assert "for a test run: 192.0.2.1" in item.text


def test_what_is_saved_of_an_s3_can_be_loaded_into_a_later_one(tmp_path: Path) -> None:
    from pytest_metaflow.s3.fixture import _client
    from pytest_metaflow.s3.server import Server

    server = Server()
    saved = tmp_path / "saved"
    with server.lent() as url:
        server.save(saved)
        assert not server.running
        assert not saved.exists()
        server.start()
        client = _client(str(url))
        client.put_object(Bucket="store", Key="a/b c", Body=b"artifact", Metadata={"version": "1"})
        with server.lent() as same:
            assert same == url
        server.save(saved)
    with server.lent() as url:
        assert client.list_objects_v2(Bucket="store")["KeyCount"] == 0
        server.load(saved)
        found = client.get_object(Bucket="store", Key="a/b c")
        assert (found["Body"].read(), found["Metadata"]) == (b"artifact", {"version": "1"})
    with server.lent():
        assert client.list_objects_v2(Bucket="store")["KeyCount"] == 0
    client.close()
    server.stop()


@pytest.mark.slow
def test_a_run_that_is_shared_sees_nothing_of_the_test_that_needs_it_first(project: Project) -> None:
    project.flow("stats.py", "StatsFlow", LISTING)
    project.flow(
        "reader.py",
        "ReaderFlow",
        "from metaflow import Flow\nself.seen = Flow('StatsFlow').latest_run.data.seen",
    )
    project.write(
        "test_it.py",
        """
        def test_it(run_flow, metaflow_s3):
            metaflow_s3.put_object(Bucket="raw-data", Key="mine", Body=b"1")
            assert run_flow("reader.py").data.seen == []
            keys = [one["Key"] for one in metaflow_s3.list_objects_v2(Bucket="raw-data")["Contents"]]
            assert keys == ["mine", "theirs"]
        """,
    )
    assert project.run_plain("-n0").outcomes == {"test_it": "passed"}
