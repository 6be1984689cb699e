"""Packages that decorators declare, compared with those installed."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from mflint.analysis.decorators.packages import DeclaredPackage
from pytest_metaflow.planning.packages import compare
from tests.pytest_metaflow.projects import Project

HERE = version("packaging")


def declare(project: Project, decorator: str) -> None:
    file = project.flow("train.py", "TrainFlow")
    text = file.read_text().replace("    @step", f"    {decorator}\n    @step", 1)
    file.write_text(text.replace("import FlowSpec", "import conda, pypi, FlowSpec"))


def test_a_package_that_is_not_installed_fails_the_flow_before_it_runs(project: Project) -> None:
    declare(project, '@pypi(packages={"no-such-package": "1.0"})')
    item = project.run().items["TrainFlow"]
    assert (
        item.message
        == "TrainFlow declares packages that are not installed: no-such-package 1.0 (@pypi on start)"
    )
    assert item.text.splitlines()[1] == (
        "Install them where pytest runs, or skip such flows: metaflow_missing_packages = skip"
    )
    assert "metaflow_run" not in item.properties


def test_a_package_that_is_not_installed_skips_the_flow_where_that_is_asked_for(project: Project) -> None:
    declare(project, '@conda(libraries={"no-such-package": "1.0"})')
    project.write("pytest.ini", "[pytest]\nmetaflow_missing_packages = skip")
    item = project.run().items["TrainFlow"]
    assert (item.outcome, item.message) == (
        "skipped",
        "TrainFlow declares packages that are not installed: no-such-package 1.0 (@conda on start)",
    )


def test_another_version_is_named_and_the_flow_runs(project: Project) -> None:
    declare(project, '@pypi(packages={"packaging": "0.1", "pytest": ">=1"})')
    outcome = project.run()
    assert outcome.outcomes == {"TrainFlow": "passed"}
    assert outcome.flows_section == [
        "train.py::TrainFlow: made local: @pypi (start)",
        f"train.py::TrainFlow: other package versions: packaging {HERE} instead of 0.1",
    ]


@pytest.mark.parametrize(
    "fits", ["", HERE, f"=={HERE}", ">=1,<1000", "!=0.1", HERE.split(".")[0] + ".*", "=" + HERE, "latest"]
)
def test_a_version_that_fits_is_not_named(fits: str) -> None:
    assert compare([DeclaredPackage("Packaging", fits, "pypi", None)]).differing == ()


@pytest.mark.parametrize("unfit", ["0.1", "==0.1", "<1", "=0.1", "0.*"])
def test_a_version_that_does_not_fit_is_named(unfit: str) -> None:
    package = DeclaredPackage("packaging", unfit, "pypi", None)
    assert [str(found) for found in compare([package]).differing] == [f"packaging {HERE} instead of {unfit}"]


def test_a_conda_package_is_found_by_its_import_name_and_behind_its_channel() -> None:
    packages = [
        DeclaredPackage("conda-forge::packaging", "", "conda", None),
        DeclaredPackage("_pytest", "", "conda", None),
    ]
    assert compare(packages).missing == ()
