"""The variables that a run sees: nothing of the developer's accounts, and no way to anything of value."""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Mapping
from pathlib import Path

from pytest_metaflow.inside import protocol
from pytest_metaflow.plan import RunPlan
from pytest_metaflow.s3.variables import variables
from pytest_metaflow.sandbox.directory import Sandbox
from pytest_metaflow.sandbox.variables import visible

INSIDE = Path(__file__).parents[1] / "inside" / "path"
"""The folder whose `sitecustomize` prepares each process."""


def environment(made: Sandbox, plan: RunPlan, outer: Mapping[str, str]) -> dict[str, str]:
    """The variables of the run's process, made from `outer`, the ones of pytest."""
    kept = visible(outer, plan.pass_env)
    kept.setdefault("USER", "pytest")
    kept.setdefault("PYTHONIOENCODING", "utf-8")
    kept.update(_user(made))
    kept.update(_metaflow(made))
    kept.update(_clouds(made))
    kept.update(variables(plan.datastore, plan.s3))
    kept.update(plan.environment)
    kept["PATH"] = os.pathsep.join(filter(None, [str(Path(sys.executable).parent), kept.get("PATH")]))
    kept["PYTHONPATH"] = os.pathsep.join(_python_path(plan, kept.get("PYTHONPATH", "")))
    kept.update(
        {
            protocol.MARKER: "1",
            protocol.SANDBOX: str(made.root),
            protocol.PROCESS: "run",
            protocol.PLACE: plan.flow,
        }
    )
    return kept


def _user(made: Sandbox) -> dict[str, str]:
    """An empty home, where no library finds a credential; what the user installed stays importable."""
    found = {
        "HOME": str(made.user),
        "PYTHONUSERBASE": site.getuserbase(),
        "NETRC": str(made.empty),
        "PGPASSFILE": str(made.empty),
        "PGSERVICEFILE": str(made.empty),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    if sys.platform == "darwin":  # urllib asks the system for its proxies where no variable says anything
        found.update({"no_proxy": "*", "NO_PROXY": "*"})
    return found


def _metaflow(made: Sandbox) -> dict[str, str]:
    """Metaflow's settings; a variable outranks any configuration file (`metaflow_config_funcs.from_conf`)."""
    return {
        "METAFLOW_HOME": str(made.home),
        "METAFLOW_USER": "pytest",
        "METAFLOW_DEFAULT_METADATA": "local",
        "METAFLOW_DEFAULT_ENVIRONMENT": "local",
        "METAFLOW_DEFAULT_EVENT_LOGGER": "nullSidecarLogger",
        "METAFLOW_DEFAULT_MONITOR": "nullSidecarMonitor",
        "METAFLOW_DEFAULT_DECOSPECS": "",
        "METAFLOW_DEFAULT_SECRETS_BACKEND_TYPE": "aws-secrets-manager",
        "METAFLOW_DATASTORE_SYSROOT_LOCAL": str(made.store),
        "METAFLOW_CLIENT_CACHE_PATH": str(made.root / "cache"),
        "METAFLOW_TEMPDIR": str(made.root / protocol.TEMPORARY),
    }


def _clouds(made: Sandbox) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(made.empty),
        "AWS_SHARED_CREDENTIALS_FILE": str(made.empty),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AZURE_CONFIG_DIR": str(made.home),
        "CLOUDSDK_CONFIG": str(made.home),
        "KUBECONFIG": str(made.empty),
        "NO_GCE_CHECK": "true",
    }


def _python_path(plan: RunPlan, outer: str) -> list[str]:
    """Ours first; what is relative to pytest's working directory becomes absolute: the run has its own."""
    theirs = [os.path.abspath(entry) for entry in outer.split(os.pathsep) if entry]
    return [str(INSIDE), *(str(path) for path in plan.python_path), *theirs]
