from __future__ import annotations

from pathlib import Path

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import check, write

STEPS = """
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""
IMPORT = "from metaflow import FlowSpec, step\n"


def flow(name: str) -> dict[str, str | bytes]:
    return {"flow.py": f"{IMPORT}class {name}(FlowSpec):{STEPS}"}


@pytest.mark.parametrize(
    "name",
    [
        "TrainModel",
        "Pipeline",
        "Flow",
        "TrainFlow",
        "MyFlow2",
        "MLPipeline",
        "ETLFlow",
        "train_model_flow",
        "DATA_FLOW",
        "TrainModelV2Flow",
        "_Main3",
    ],
)
def test_a_name_of_generic_words_only_is_found(tmp_path: Path, name: str) -> None:
    message = f"the name `{name}` says nothing about what the flow is for"
    assert check(tmp_path, flow(name), "MF108") == [(2, 7, message)]


@pytest.mark.parametrize(
    "name",
    [
        "TrainChurnModel",
        "ChurnFlow",
        "HelloFlow",
        "Trainer",
        "DataQualityFlow",
        "S3Flow",
        "FlowÜbersicht",
        "训练Flow",
        "__",
    ],
)
def test_one_word_of_its_own_is_enough(tmp_path: Path, name: str) -> None:
    assert check(tmp_path, flow(name), "MF108") == []


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("class BaseFlow(FlowSpec): pass\n", id="a base class without steps"),
        pytest.param(f"class BaseFlow(FlowSpec):{STEPS}class Churn(BaseFlow): pass\n", id="one with steps"),
    ],
)
def test_a_base_class_may_be_called_as_it_likes(tmp_path: Path, code: str) -> None:
    assert check(tmp_path, {"flow.py": f"{IMPORT}{code}"}, "MF108") == []


@pytest.mark.parametrize(
    ("name", "found"), [("AcmeFlow", 1), ("ACMEFlow", 1), ("TrainFlow", 0), ("AcmeTrainFlow", 0)]
)
def test_the_words_are_an_option(tmp_path: Path, name: str, found: int) -> None:
    write(tmp_path, flow(name))
    options = {"generic-flow-name": {"words": ("Acme", "flow")}}
    settings = Settings(tmp_path, select=("MF108",), options=options)
    assert len(check_paths([tmp_path], settings).findings) == found
