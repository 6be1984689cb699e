from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.rules.artifacts.flows import flow, found, silent

IMPORTS = """
import boto3
import numpy as np
import numpy.typing as npt
import sklearn.pipeline
import torch
import xgboost as xgb
from collections import Counter
from datetime import datetime
from sklearn.linear_model import LinearRegression
from transformers import AutoModel
from helpers import Model, array, trained
from mystery import load
"""


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("self.x = np.zeros(3)", "numpy.ndarray"),
        ("self.x = np.array([1]).reshape(1, 1).T", "numpy.ndarray"),
        ("self.x = LinearRegression()", "sklearn.linear_model.LinearRegression"),
        ("self.x = LinearRegression(**options)", "sklearn.linear_model.LinearRegression"),
        ("self.x = LinearRegression().fit(a, b)", "sklearn.linear_model.LinearRegression"),
        ("model = LinearRegression()\nself.x = model", "sklearn.linear_model.LinearRegression"),
        ("self.x = sklearn.pipeline.Pipeline([])", "sklearn.pipeline.Pipeline"),
        (
            "self.x = LinearRegression() if a else LinearRegression(b)",
            "sklearn.linear_model.LinearRegression",
        ),
        ("self.x, y = np.ones(3), 1", "numpy.ndarray"),
        ("self.x = torch.tensor([1]).cpu()", "torch.Tensor"),
        ("self.x = torch.tensor([1]).numpy()", "numpy.ndarray"),
        ("self.x = xgb.train({}, data)", "xgboost.Booster"),
        ("self.x = AutoModel.from_pretrained('bert')", "transformers.AutoModel"),
        ("self.x = array()", "numpy.ndarray"),
        ("self.x = trained()", "sklearn.svm.SVC"),
        ("import helpers\nself.x = helpers.trained()", "sklearn.svm.SVC"),
        ("def own():\n    pass\nself.x = trained()", "sklearn.svm.SVC"),
        ("self.x: npt.NDArray[np.float64] = load()", "numpy.ndarray"),
        ("self.x: 'LinearRegression' = load()", "sklearn.linear_model.LinearRegression"),
    ],
)
def test_an_object_of_a_library_is_found(tmp_path: Path, statement: str, kind: str) -> None:
    files = flow(statement, imports=IMPORTS)
    line = statement.splitlines()[-1]
    assert found(tmp_path, files, "MF402") == [f"{line}: `self.x` keeps a `{kind}`"]


@pytest.mark.parametrize(
    "statement",
    [
        "self.x = np.zeros(3).tolist()",
        "self.x = np.mean([1, 2])",
        "self.x = np.float64(1)",
        "self.x = float(np.mean([1]))",
        "self.x = [np.zeros(3)]",
        "self.x = load()",
        "self.x = LinearRegression",
        "self.x = LinearRegression().predict(a)",
        "self.x = LinearRegression().coef_",
        "self.x = LinearRegression().rank()",
        "self.x = LinearRegression().copy()",
        "self.x = np.copy()",
        "self.x = LinearRegression() if a else None",
        "self.x = Counter()",
        "self.x = datetime(2024, 1, 1)",
        "self.x = Model()",
        "self.x = np.zeros(3)\nself.x = self.x.tolist()",
        "self.x = np.zeros(3)\ndel self.x",
        "self.x = boto3.client('s3')",
        "model = LinearRegression()",
        "self.x = lambda: np.zeros(3)",
    ],
)
def test_plain_data_and_what_is_not_certain_is_fine(tmp_path: Path, statement: str) -> None:
    assert found(tmp_path, flow(statement, imports=IMPORTS), "MF402") == []


def test_a_frame_is_not_found_twice(tmp_path: Path) -> None:
    files = flow("import pandas as pd\nself.x = pd.DataFrame()")
    assert found(tmp_path, files, "MF402") == []


def test_the_class_may_say_what_a_call_gives(tmp_path: Path) -> None:
    files = flow("self.x = load()", attributes="x: LinearRegression", imports=IMPORTS)
    message = "`self.x` keeps a `sklearn.linear_model.LinearRegression`"
    assert found(tmp_path, files, "MF402") == [f"self.x = load(): {message}"]


def test_a_step_that_hands_itself_over_may_have_its_artifacts_deleted(tmp_path: Path) -> None:
    files = flow("self.x = np.zeros(3)\nload(self)", imports=IMPORTS)
    assert found(tmp_path, files, "MF402") == []
    assert silent(tmp_path, files, "MF402") == [
        "`self` leaves step `start` for code that may delete artifacts"
    ]
