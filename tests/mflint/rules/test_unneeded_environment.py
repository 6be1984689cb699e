from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from tests.mflint.flow_projects import check, silences

FLOW = """\
from metaflow import FlowSpec, Parameter, conda, conda_base, pypi, pypi_base, retry, step
{head}
class F(FlowSpec):
    rows = Parameter("rows", default=1)
{decorator}
    @step
    def start(self):
{body}
        self.next(self.middle)
    @step
    def middle(self):
{other}
        self.next(self.end)
    @step
    def end(self): pass
{tail}
"""


def flow(
    packages: str,
    body: str = "pass",
    head: str = "",
    other: str = "pass",
    tail: str = "",
    decorator: str = "",
) -> str:
    return FLOW.format(
        head=head,
        decorator=indent(decorator, "    ") + f"    @pypi(packages={{{packages}}})",
        body=indent(body, " " * 8),
        other=indent(other, " " * 8),
        tail=tail,
    )


def message(package: str, module: str | None = None, where: str = "step `start`") -> str:
    return f"`{package}` is in the environment of {where}, and nothing there imports `{module or package}`"


XGBOOST = "'xgboost': '2.1'"


@pytest.mark.parametrize(
    ("packages", "package", "module"),
    [
        (XGBOOST, "xgboost", "xgboost"),
        ("'XGBoost': '2.1'", "XGBoost", "xgboost"),
        ("'conda-forge::xgboost': '2.1'", "conda-forge::xgboost", "xgboost"),
        ("'scikit-learn': '1.5'", "scikit-learn", "sklearn"),
        ("'scikit_learn': '1.5'", "scikit_learn", "sklearn"),
        ("'pillow': ''", "pillow", "PIL"),
        ("'pyyaml': '6'", "pyyaml", "yaml"),
        ("'numpy': '2.1'", "numpy", "numpy"),
        ("'numpy': VERSION", "numpy", "numpy"),
    ],
)
def test_in_a_step_without_libraries_every_known_package_is_reported(
    tmp_path: Path, packages: str, package: str, module: str
) -> None:
    code = flow(packages, "import json\nself.x = json.dumps(self.rows)\nprint(self.x)")
    assert check(tmp_path, {"flow.py": code}, "MF207") == [(5, 21, message(package, module))]


@pytest.mark.parametrize(
    "code",
    [
        flow(XGBOOST, "import pandas as pd"),
        flow(XGBOOST, "from sklearn.linear_model import Ridge\nimport numpy, pandas"),
        flow(XGBOOST, "import pandas\nprint(self.table)"),
        flow(XGBOOST, other="import xgboost\nself.model = xgboost.Booster()"),
        flow(XGBOOST, "self.x = 1\nprint(self.x)", other="import xgboost"),
        flow(XGBOOST, tail="class Other:\n    x = 1"),
        flow(XGBOOST, decorator="@retry(times=2)\n"),
    ],
    ids=[
        "pandas does without it",
        "so do others",
        "an artifact, in a flow that never imports it",
        "another step imports it, and this one reads no artifact",
        "another step imports it, and this one reads only what it has made itself",
        "another class",
        "a decorator that needs no package",
    ],
)
def test_where_no_library_may_need_it_an_application_is_reported(tmp_path: Path, code: str) -> None:
    found = check(tmp_path, {"flow.py": code}, "MF207")
    assert [text for _, _, text in found] == [message("xgboost")]


@pytest.mark.parametrize("argument", ["packages", "libraries"])
@pytest.mark.parametrize("decorator", ["conda_base", "pypi_base"])
def test_a_package_of_the_flow_is_reported_where_no_step_imports_it(
    tmp_path: Path, decorator: str, argument: str
) -> None:
    head = f"@{decorator}({argument}={{'pandas': '2', 'xgboost': '2'}})"
    code = flow("", other="import pandas", head=head)
    column = 20 + len(decorator) + len(argument)
    assert check(tmp_path, {"flow.py": code}, "MF207") == [(2, column, message("xgboost", where="`F`"))]


@pytest.mark.parametrize(
    "code",
    [
        flow(XGBOOST, "import xgboost"),
        flow(XGBOOST, "from xgboost.sklearn import XGBClassifier"),
        flow(XGBOOST, "if self.rows:\n    def f():\n        import xgboost as xgb"),
        flow(XGBOOST, "try: import xgboost\nexcept ImportError: pass"),
        flow(XGBOOST, head="import xgboost"),
        flow(XGBOOST, "self.train()", tail="    def train(self): import xgboost"),
        flow(XGBOOST, "train()", head="def train(): import xgboost"),
        flow(XGBOOST, "self.middle()", other="import xgboost"),
        flow("'scikit-learn': '1.5'", "import sklearn"),
        flow("'Pillow': '1.5'", "import PIL.Image"),
        flow("'unheard-of': '1'"),
        flow("'boto3': '1', 'requests': '2', 'pyarrow': '3', 's3fs': '', 'python': '3.11', 'pip': ''"),
        flow("'pandas[excel]': '1'"),
        flow("**PACKAGES"),
        flow("NAME: '1'"),
        flow(XGBOOST).replace("{'xgb", "{'a': '1'} or {'xgb"),
        flow(XGBOOST).replace("packages=", "disabled=True, packages="),
    ],
)
def test_a_package_that_is_imported_or_not_known_is_fine(tmp_path: Path, code: str) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF207") == []
    assert silences(tmp_path, {"flow.py": code}, "MF207") == []


NEEDED = "other libraries may need `{}`".format


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (flow("'numpy': '1'", "import pandas"), NEEDED("numpy")),
        (flow("'matplotlib': '1'", "import pandas as pd\npd.DataFrame().plot()"), NEEDED("matplotlib")),
        (flow("'scikit-learn': '1'", "import lightgbm"), NEEDED("scikit-learn")),
        (flow("'numpy': '1'", "print(self.x)", other="import pandas"), NEEDED("numpy")),
        (flow("'numpy': '1'", "helper(self)", other="import pandas"), NEEDED("numpy")),
        (
            flow("'numpy': '1'", other="import pandas").replace("start(self)", "start(self, inputs)"),
            NEEDED("numpy"),
        ),
        (flow(XGBOOST, "import mlflow"), NEEDED("xgboost")),
        (
            flow(XGBOOST, "self.model.predict()", other="import xgboost\nself.model = 1"),
            NEEDED("xgboost"),
        ),
        (flow(XGBOOST, "import joblib"), NEEDED("xgboost")),
        (flow(XGBOOST, "import importlib"), "`importlib` may bring in what the source does not show"),
        (flow(XGBOOST, "__import__(NAME)"), "`__import__` may bring in what the source does not show"),
        (flow(XGBOOST, "import os; os.system('x')"), "`system` may bring in what the source does not show"),
        (flow(XGBOOST, "import pickle"), "`pickle` may bring in what the source does not show"),
        (
            flow(XGBOOST, "import metaflow; metaflow.Flow('G')"),
            "`Flow` may bring in what the source does not show",
        ),
        (flow(XGBOOST, "import helper"), "F uses other modules of the project"),
        (flow(XGBOOST, "from . import helper"), "F uses other modules of the project"),
        (
            flow(XGBOOST, decorator="@tracked\n", head="from company import tracked"),
            "@tracked may need packages",
        ),
        (flow(XGBOOST, head="@team"), "@team may change the flow"),
    ],
)
def test_where_it_may_be_needed_unseen_the_rule_is_silent(tmp_path: Path, code: str, reason: str) -> None:
    files: dict[str, str | bytes] = {"flow.py": code, "helper.py": "x = 1"}
    assert check(tmp_path, files, "MF207") == []
    assert silences(tmp_path, files, "MF207") == [f"MF207 [unneeded-environment]: {reason}"]


def test_a_base_flow_has_packages_for_its_subclasses(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "flow.py": flow(XGBOOST),
        "sub.py": "from flow import F\nclass G(F): pass",
    }
    assert check(tmp_path, files, "MF207") == []
    assert silences(tmp_path, files, "MF207") == ["MF207 [unneeded-environment]: other flows derive from F"]
    assert check(tmp_path, files, "MF207", path="sub.py") == []
