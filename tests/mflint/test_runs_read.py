"""Which flows a flow reads runs of, as far as its source tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from mflint.analysis.services.runs_read import RunsRead, runs_read
from tests.mflint.flow_projects import project_at, write

FLOW = """
{imports}

{module}


{decorator}
class TrainFlow(FlowSpec):
    {attribute}

    @step
    def start(self):
        {body}
        self.next(self.end)

    @step
    def end(self):
        pass

    def helper(self):
        return Flow("OfHelper")


if __name__ == "__main__":
    TrainFlow()
"""


def read(tmp_path: Path, body: str = "pass", **parts: str) -> RunsRead:
    """What a flow reads; `body` is what its first step does, and `files` are written beside it."""
    imports = parts.get("imports", "from metaflow import FlowSpec, Parameter, step, Flow, Run, Step, Task")
    texts = {name: parts.get(name, "") for name in ("module", "decorator", "attribute")}
    source = FLOW.format(imports=imports, body=body, **texts)
    write(tmp_path, {"flow.py": source, "helpers.py": parts.get("helpers", "")})
    project = project_at(tmp_path)
    (flow,) = project.flows(tmp_path / "flow.py")
    return runs_read(flow, project.names)


@pytest.mark.parametrize(
    "expression",
    [
        'Flow("Stats")',
        'Flow("Stats").latest_successful_run.data.x',
        'Flow(pathspec="Stats")',
        'Run("Stats/17")',
        'Run("Stats/" + self.run_id)',
        'Run(f"Stats/{self.run_id}")',
        'Run("Stats/%s" % self.run_id)',
        'Run("Stats/{}/x".format(self.run_id))',
        'Step("Stats/17/start")',
        'Task("Stats/17/start/1")',
        'print([Flow("Stats").latest_run for _ in "ab"])',
        'name = "Stats"; Flow(name)',
        'Flow("Stats" if self.x else "Stats")',
    ],
)
def test_a_path_that_begins_with_a_flows_name_is_seen(tmp_path: Path, expression: str) -> None:
    assert read(tmp_path, expression) == RunsRead(("Stats",), ())


@pytest.mark.parametrize(
    "expression",
    [
        "Flow(self.name)",
        "Flow(current.flow_name)",
        'Flow("TrainFlow")',
        'Run(f"Stats{self.suffix}/1")',
        'Flow(f"{self.name}")',
        'Run("%s/1" % self.name)',
        'print("Flow(Stats)")',
        'Flow = str; Flow("Stats")',
        'name = "A"; name = "B"; Flow(name)',
        'Flow("no name")',
        '[Flow(NAME) for NAME in "ab"]',
        "(lambda NAME: Flow(NAME))",
    ],
)
def test_what_is_computed_and_what_is_no_flow_of_the_client_is_not_seen(
    tmp_path: Path, expression: str
) -> None:
    assert read(tmp_path, expression, module='NAME = "Stats"') == RunsRead((), ())


@pytest.mark.parametrize(
    ("imports", "expression"),
    [
        ("from metaflow import FlowSpec, step, Flow as F", 'F("Stats")'),
        ("import metaflow\nfrom metaflow import FlowSpec, step", 'metaflow.Flow("Stats")'),
        ("import metaflow as mf\nfrom metaflow import FlowSpec, step", 'mf.client.Flow("Stats")'),
        ("from metaflow import FlowSpec, step", 'from metaflow import Flow; Flow("Stats")'),
        ("from metaflow import *", 'Flow("Stats")'),
    ],
)
def test_the_client_is_known_by_every_name(tmp_path: Path, imports: str, expression: str) -> None:
    found = read(tmp_path, expression, imports=imports)
    assert found.read[:1] == ("Stats",)


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("Flow(NAME)", {"module": 'NAME = "Stats"'}),
        ("Flow(self.NAME)", {"attribute": 'NAME = "Stats"'}),
        ("Flow(TrainFlow.NAME)", {"attribute": 'NAME = "Stats"'}),
        ("Run(f'{NAME}/1')", {"module": 'NAME: str = "Stats"'}),
        ("Flow(NAME)", {"module": "from helpers import NAME", "helpers": 'NAME = "Stats"'}),
        ("Flow(helpers.NAME)", {"module": "import helpers", "helpers": 'NAME = "Stats"'}),
    ],
)
def test_constants_of_modules_and_classes_are_followed(
    tmp_path: Path, body: str, parts: dict[str, str]
) -> None:
    assert read(tmp_path, body, **parts) == RunsRead(("Stats",), ())


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("pass", {"module": 'LATEST = Flow("Stats").latest_run'}),
        ("pass", {"attribute": 'LATEST = Flow("Stats").latest_run'}),
        ("pass", {"attribute": 'x = Parameter("x", default=lambda _: Flow("Stats").latest_run.data.x)'}),
        ("pass", {"module": 'def x(_): return Flow("Stats")', "attribute": 'x = Parameter("x", default=x)'}),
        ("load()", {"module": 'def load():\n    return Flow("Stats")'}),
        ("map(load, [1])", {"module": 'def load(_):\n    return Flow("Stats")'}),
        ("Reader().x", {"module": 'class Reader:\n    def __init__(self):\n        Flow("Stats")'}),
        ("load()", {"module": "from helpers import load", "helpers": "IMPORTED"}),
        ("helpers.load()", {"module": "import helpers", "helpers": "IMPORTED"}),
    ],
)
def test_all_code_that_may_run_for_the_flow_is_looked_at(
    tmp_path: Path, body: str, parts: dict[str, str]
) -> None:
    if "helpers" in parts:
        parts["helpers"] = 'from metaflow import Flow\n\ndef load():\n    return Flow("Stats")'
    assert read(tmp_path, body, **parts) == RunsRead(("Stats",), ())


def test_methods_count_where_a_step_names_them_and_other_code_does_not(tmp_path: Path) -> None:
    assert read(tmp_path, "self.x = self.helper().id").read == ("OfHelper",)
    assert read(tmp_path, module='def unused():\n    return Flow("Stats")').read == ()


@pytest.mark.parametrize(
    ("argument", "flows"),
    [
        ('flow="Stats"', ("Stats",)),
        ('flow="project.branch.Stats"', ("Stats",)),
        ('flow="project.test.mine.Stats"', ("Stats",)),
        ('flow={"name": "Stats", "project": "p"}', ("Stats",)),
        ('flows=["A", "p.b.C", {"name": "D"}]', ("A", "C", "D")),
        ("flow=NAME", ("Stats",)),
        ("flow=lambda context: 'Stats'", ()),
    ],
)
def test_the_flows_of_trigger_on_finish_are_named_in_all_its_forms(
    tmp_path: Path, argument: str, flows: tuple[str, ...]
) -> None:
    module = 'from metaflow import trigger_on_finish\nNAME = "Stats"'
    found = read(tmp_path, decorator=f"@trigger_on_finish({argument})", module=module)
    assert found == RunsRead((), flows)
    assert found.flows == flows


def test_a_flow_that_is_read_and_triggers_is_needed_once(tmp_path: Path) -> None:
    module = "from metaflow import trigger_on_finish"
    found = read(tmp_path, 'Flow("Stats")', decorator='@trigger_on_finish(flow="Stats")', module=module)
    assert found == RunsRead(("Stats",), ("Stats",))
    assert found.flows == ("Stats",)
