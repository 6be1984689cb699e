"""Which variables and files of the outside a run sees."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_metaflow.plan import RunPlan
from pytest_metaflow.sandbox.directory import Sandbox
from pytest_metaflow.sandbox.environment import environment
from pytest_metaflow.sandbox.variables import passed
from tests.pytest_metaflow.projects import Project

pytestmark = pytest.mark.slow

CREDENTIALS = {
    ".aws/credentials": "[default]\naws_access_key_id = real\naws_secret_access_key = real\n",
    ".aws/config": "[default]\nregion = eu-west-1\n",
    ".config/gcloud/application_default_credentials.json": '{"type": "authorized_user"}',
    ".azure/azureProfile.json": "{}",
    ".netrc": "machine example.com login me password real\n",
    ".pgpass": "*:*:*:*:real",
    ".snowflake/connections.toml": "[default]\npassword = 'real'\n",
    ".metaflowconfig/config.json": '{"METAFLOW_DEFAULT_METADATA": "service"}',
    "config/gcloud/credentials.db": "real",
}
"""Files of the developer's home."""

FOUND = """
import json, os, subprocess, sys
from pathlib import Path
import boto3, netrc, requests
home = Path.home()
credentials = boto3.Session().get_credentials()
found = dict(
    files=[str(path) for path in home.rglob("*")],
    expanded=os.path.expanduser("~/.aws") == str(home / ".aws"),
    homes=[value for name, value in os.environ.items() if OUTER in value and name != "PYTHONUSERBASE"],
    key=credentials.access_key,
    method=credentials.method,
    region=boto3.Session().region_name,
    netrc=requests.utils.get_netrc_auth("https://example.com"),
    base=os.environ["PYTHONUSERBASE"],
    planted=subprocess.run([PYTHON, "-c", "import planted"], env={**os.environ, "PYTHONPATH": ""}).returncode,
)
Path("found.json").write_text(json.dumps(found))
"""


def found_by(project: Project) -> Any:
    """What the flow wrote down."""
    return json.loads((project.root / "found.json").read_text())


def test_the_home_is_empty_and_user_installed_packages_stay(project: Project, tmp_path: Path) -> None:
    home = tmp_path / "home"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    planted = f".local/lib/{version}/site-packages/planted.py"
    for name, text in {**CREDENTIALS, planted: ""}.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    python = getattr(sys, "_base_executable", sys.executable)
    body = FOUND.replace("OUTER", repr(str(home))).replace("PYTHON,", f"{python!r},")
    project.flow("train.py", "TrainFlow", body)
    env = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "NETRC": str(home / ".netrc"),
        "HF_HOME": str(home / "hf"),
        "GOOGLE_APPLICATION_CREDENTIALS": str(home / ".config/gcloud/application_default_credentials.json"),
    }
    outcome = project.run(env=env)
    assert outcome.outcomes == {"TrainFlow": "passed"}, outcome.output
    assert found_by(project) == {
        "files": [],
        "expanded": True,
        "homes": [],
        "key": "testing",
        "method": "env",
        "region": "us-east-1",
        "netrc": None,
        "base": str(home / ".local") if sys.platform == "linux" else found_by(project)["base"],
        "planted": 0,
    }
    assert (home / ".aws/credentials").exists()


HIDDEN = {
    **dict.fromkeys(("METAFLOW_PROFILE", "AWS_PROFILE", "AZURE_CLIENT_ID", "GOOGLE_CLOUD_PROJECT"), "x"),
    **dict.fromkeys(("GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT", "ARM_CLIENT_ID", "DATABRICKS_HOST"), "x"),
    **dict.fromkeys(
        ("SNOWFLAKE_ACCOUNT", "PGHOST", "PGSERVICE", "MYSQL_HOST", "REDSHIFT_USER", "BQ_SET"), "x"
    ),
    **dict.fromkeys(("KUBERNETES_SERVICE_HOST", "VAULT_ADDR", "DOCKER_HOST", "SSH_AUTH_SOCK"), "x"),
    **dict.fromkeys(("GITHUB_TOKEN", "CI_JOB_JWT", "OPENAI_API_KEY", "STRIPE_KEY", "DB_PASS", "DB_PWD"), "x"),
    **dict.fromkeys(
        ("DBPASSWORD", "MY_SECRET", "SENTRY_DSN", "DATABASE_URL", "ACTIONS_ID_TOKEN_REQUEST_URL"), "x"
    ),
    **dict.fromkeys(
        ("http_proxy", "HTTPS_PROXY", "all_proxy", "no_proxy", "ftp_proxy", "WSS_PROXY"), "http://p"
    ),
    "PIP_INDEX_URL": "https://me:real@example.com/simple",
}
SEEN = dict.fromkeys(
    (
        "CONDA_PREFIX",
        "TZ",
        "GITHUB_ACTIONS",
        "CI",
        "SSL_CERT_FILE",
        "TOKENIZERS_PARALLELISM",
        "STAGE",
        "MONKEY",
    ),
    "UTC",
)


def test_what_leads_to_accounts_is_hidden_and_what_runs_need_is_not(project: Project) -> None:
    names = [*HIDDEN, *SEEN]
    seen = f"json.dumps([name for name in {names!r} if name in os.environ])"
    body = f"import os, json\nopen('found.json', 'w').write({seen})"
    project.flow("train.py", "TrainFlow", body)
    outcome = project.run(env={**HIDDEN, **SEEN})
    assert outcome.outcomes == {"TrainFlow": "passed"}, outcome.output
    assert found_by(project) == list(SEEN)


def test_patterns_let_named_variables_in_and_the_header_names_them(project: Project) -> None:
    project.flow(
        "train.py",
        "TrainFlow",
        """
        import os, json
        names = ["SNOWFLAKE_USER", "SNOWFLAKE_PASSWORD", "DB_PASS", "AWS_ACCESS_KEY_ID", "HTTP_PROXY"]
        open("found.json", "w").write(json.dumps([os.environ.get(name) for name in names]))
        """,
    )
    project.write(
        "pyproject.toml", '[tool.pytest.ini_options]\nmetaflow_pass_env = ["SNOWFLAKE_*", "*_pass", "HTTP*"]'
    )
    env = {"SNOWFLAKE_USER": "u", "SNOWFLAKE_PASSWORD": "p", "DB_PASS": "d", "HTTP_PROXY": "http://p"}
    outcome = project.run(env={**env, "AWS_ACCESS_KEY_ID": "real"})
    assert outcome.outcomes == {"TrainFlow": "passed"}, outcome.output
    assert found_by(project) == ["u", "p", None, "testing", None]
    assert "metaflow: passes SNOWFLAKE_PASSWORD, SNOWFLAKE_USER\n" in outcome.output


def test_a_step_that_misses_a_hidden_variable_is_told_how_to_let_it_in(project: Project) -> None:
    project.flow("train.py", "TrainFlow", "import os\nos.environ['DB_PASS']")
    item = project.run(env={"DB_PASS": "me"}).items["TrainFlow"]
    assert 'hint: DB_PASS is hidden from runs; metaflow_pass_env = ["DB_PASS"] lets it in.' in item.text


def test_a_pattern_that_nothing_set_matches_is_said(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\nmetaflow_pass_env = SNOWFLAKE_* DBT_TARGET")
    assert "metaflow: passes none of SNOWFLAKE_*, DBT_TARGET\n" in project.run("--collect-only").output


def test_the_header_names_nothing_that_the_sandbox_sets(tmp_path: Path) -> None:
    plan = RunPlan(file=tmp_path / "train.py", flow="TrainFlow", cwd=tmp_path, pass_env=("*",))
    set_by_us = environment(Sandbox(tmp_path), plan, {})
    assert passed(set_by_us, ["*"]) == ()
    assert passed({**set_by_us, "DB_PASS": "x"}, ["*"]) == ("DB_PASS",)


@pytest.mark.parametrize("pattern", ["METAFLOW_USER", "AWS_*", "HOME", "KUBECONFIG"])
def test_a_pattern_for_what_the_sandbox_decides_is_refused(project: Project, pattern: str) -> None:
    project.write("pytest.ini", f"[pytest]\nmetaflow_pass_env = {pattern}")
    outcome = project.run()
    message = f"metaflow_pass_env cannot let {pattern} in: the sandbox alone sets such variables"
    assert (outcome.exit_code, outcome.output.strip()) == (4, f"ERROR: {message}")
