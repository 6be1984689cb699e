"""The variables of a run that lead Metaflow and every client of AWS to a server, or to nowhere."""

from __future__ import annotations

NOWHERE = "http://127.0.0.1:9"
"""Nothing listens on the discard port: a request fails at once."""

BUCKET = "s3://pytest-metaflow"
"""Where Metaflow itself writes: the datastore, cards and what `S3(run=self)` puts."""


def variables(datastore: str, endpoint: str | None) -> dict[str, str]:
    """The variables of a run whose datastore is `local` or `s3`; `endpoint` is None without a server."""
    found = {
        "METAFLOW_DEFAULT_DATASTORE": datastore,
        "METAFLOW_S3_ENDPOINT_URL": endpoint or NOWHERE,
        "METAFLOW_S3_RETRY_COUNT": "0",
        "METAFLOW_S3_TRANSIENT_RETRY_COUNT": "0",
        "METAFLOW_S3_WORKER_COUNT": "2",
        "METAFLOW_S3_CLIENT_RETRY_CONFIG": '{"max_attempts": 1}',
        "AWS_ENDPOINT_URL": endpoint or NOWHERE,
        "AWS_MAX_ATTEMPTS": "1",
    }
    if endpoint:
        found["METAFLOW_DATASTORE_SYSROOT_S3"] = f"{BUCKET}/metaflow"
        found["METAFLOW_DATATOOLS_S3ROOT"] = f"{BUCKET}/data"
        found["AWS_ALLOW_HTTP"] = "true"  # asked for by clients that are not botocore, as polars' is
    return found
