"""Which variables of the outside a run sees: none that lead to an account, unless they are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

OWN = ("METAFLOW_", "MF_", "AWS_", "PYTEST_METAFLOW")
"""Prefixes of what the sandbox decides alone: no pattern lets these in."""

OURS = (
    *("HOME", "PATH", "PYTHONPATH", "PYTHONUSERBASE", "PYTHON_KEYRING_BACKEND"),
    *(
        "NETRC",
        "PGPASSFILE",
        "PGSERVICEFILE",
        "KUBECONFIG",
        "AZURE_CONFIG_DIR",
        "CLOUDSDK_CONFIG",
        "NO_GCE_CHECK",
    ),
)
"""Names that the sandbox sets: no pattern lets these in either."""

SERVICES = (
    *("METAFLOW_", "MF_", "AWS_", "BOTO", "S3_", "MINIO_"),
    *("GOOGLE_", "GCLOUD_", "GCP_", "GCE_", "GCS_", "CLOUDSDK_", "FIREBASE_"),
    *("AZURE_", "ARM_", "MSI_", "IDENTITY_", "ALIBABA_", "OCI_", "DIGITALOCEAN_"),
    *(
        "SNOWFLAKE_",
        "SNOWSQL_",
        "DATABRICKS_",
        "REDSHIFT_",
        "BIGQUERY_",
        "BQ_",
        "ATHENA_",
        "MOTHERDUCK_",
        "DBT_",
    ),
    *(
        "PG",
        "POSTGRES",
        "MYSQL_",
        "MARIADB_",
        "MSSQL_",
        "MONGO",
        "REDIS_",
        "CLICKHOUSE_",
        "TRINO_",
        "TERADATA_",
    ),
    *(
        "KAFKA_",
        "ELASTIC",
        "OPENSEARCH_",
        "VAULT_",
        "CONSUL_",
        "KUBE",
        "DOCKER_",
        "MLFLOW_",
        "WANDB_",
        "KAGGLE_",
    ),
)
"""Variables of these prefixes do not reach a run: clouds, warehouses and other services."""

FILES = (
    *("NETRC", "HF_HOME", "HF_TOKEN_PATH", "PIP_CONFIG_FILE", "KRB5CCNAME", "GNUPGHOME"),
    *("SSH_AUTH_SOCK", "SSH_AGENT_PID", "GPG_AGENT_INFO", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"),
    *("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"),
)
"""Names that lead to files and agents which hold credentials, or around the empty HOME."""

SECRET = re.compile(
    r"""
    (?:TOKENS?|SECRETS?|PASSWORDS?|PASSWD|PASSPHRASE|CREDENTIALS?|CREDS|APIKEY|JWT|WEBHOOK|COOKIE)(?:_|$)
    | (?:^|_)(?:API|ACCESS|PRIVATE|SECRET|ACCOUNT|SIGNING|ENCRYPTION)_?KEY
    | _(?:KEY|PASS|PWD|PAT|DSN|AUTH)$ | ^DSN$
    | DATABASE_UR[IL]|CONNECTION_STRING|CONN_STR
    """,
    re.VERBOSE,
)
"""What a name in capitals has that stands for a credential."""

LOGIN = re.compile(r"://[^/\s@]*:[^/\s@]+@")
"""A URL with a password in it, whatever the name of its variable."""

PROXY = re.compile(r"(?:^|_)PROXY(?:_|$)")
"""A proxy, in a name in capitals: one on the loopback would let everything out."""

LEFT_OUT = ("PYTHONSAFEPATH",)
"""Variables that change how the flow's file is started."""


def is_hidden(name: str, value: str) -> bool:
    """Whether a variable of the outside does not reach a run."""
    upper = name.upper()
    return bool(
        upper.startswith(SERVICES)
        or upper in (*FILES, *LEFT_OUT)
        or PROXY.search(upper)
        or SECRET.search(upper)
        or LOGIN.search(value)
    ) and not upper.startswith("PYTEST_METAFLOW")


def passed(outer: Mapping[str, str], patterns: Iterable[str]) -> tuple[str, ...]:
    """The hidden variables that patterns let in, in order; a proxy must be named in full."""
    patterns = tuple(patterns)
    return tuple(
        sorted(
            name
            for name, value in outer.items()
            if is_hidden(name, value)
            and not name.upper().startswith(OWN)
            and name not in OURS
            and any(fnmatchcase(name, pattern) for pattern in patterns)
            and (name in patterns or not PROXY.search(name.upper()))
        )
    )


def visible(outer: Mapping[str, str], patterns: Iterable[str]) -> dict[str, str]:
    """The variables of the outside that reach a run."""
    named = passed(outer, patterns)
    return {name: value for name, value in outer.items() if name in named or not is_hidden(name, value)}


def checked_pattern(word: object) -> str:
    """A pattern of `metaflow_pass_env`. Raises ValueError for a name that the sandbox decides alone."""
    pattern = text_of(word)
    if pattern.upper().startswith(OWN) or pattern in OURS:
        raise ValueError(f"cannot let {pattern} in: the sandbox alone sets such variables")
    return pattern


def text_of(word: object) -> str:
    """A word of a list. Raises ValueError for what TOML gives besides."""
    if not isinstance(word, str):
        raise ValueError(f"must be a list of strings, not of {word!r}")
    return word
