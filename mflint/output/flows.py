"""The flows that were found, as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mflint.analysis.steps.graph import StepNode, StepType, step_graph
from mflint.model import UNKNOWN, AppliedDecorator, Flow, Literal, Parameter
from mflint.output.paths import shown
from mflint.output.table import table
from mflint.project import Project

VERSION = 1
_PROJECT = "metaflow.project"
_STEP = "metaflow.step"


def flows_table(flows: Sequence[Flow], *, test_mode: str, base: Path) -> str:
    """A row for each flow."""
    rows = [
        (
            shown(flow.file.path, base),
            flow.name,
            str(len(flow.steps)),
            _project_cell(flow),
            _test_mode(flow, test_mode) or "-",
        )
        for flow in flows
    ]
    return table(("FILE", "FLOW", "STEPS", "PROJECT", "TEST MODE"), rows)


def flows_json(flows: Sequence[Flow], project: Project, *, test_mode: str, base: Path) -> str:
    """One object, versioned. Lines count from 1; what the source does not tell is null."""
    lines = _Lines(project)
    found = [_flow(flow, lines, test_mode, base) for flow in flows]
    return json.dumps({"version": VERSION, "flows": found}, indent=2) + "\n"


class _Lines:
    """The lines that classes and functions stand on."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def of(self, node: Any, path: Path) -> int:
        return self._project.source(path).spans([node])[node].start.line


def _flow(flow: Flow, lines: _Lines, test_mode: str, base: Path) -> dict[str, Any]:
    nodes = step_graph(flow).nodes
    return {
        "file": shown(flow.file.path, base),
        "class": flow.name,
        "line": lines.of(flow.node, flow.file.path),
        "project": _literal_text(_project_argument(flow)),
        "test_mode_parameter": _test_mode(flow, test_mode),
        "parameters": [_parameter(parameter) for parameter in flow.parameters],
        "decorators": [decorator.name for decorator in flow.decorators],
        "steps": [_step(name, node, flow, lines, base) for name, node in nodes.items()],
        "unknown": list(flow.unknown),
    }


def _step(name: str, node: StepNode, flow: Flow, lines: _Lines, base: Path) -> dict[str, Any]:
    path = node.step.file.path
    facts: dict[str, Any] = {
        "name": name,
        "type": node.type.value,
        "file": shown(path, base),
        "line": lines.of(node.step.node, path),
        "next": list(node.next),
        "decorators": _names(flow.step_decorators.get(name, ())),
    }
    return facts | _split(node)


def _split(node: StepNode) -> dict[str, Any]:
    """What only some steps have."""
    facts: dict[str, Any] = {}
    if node.matching_join is not None:
        facts["matching_join"] = node.matching_join
    transition = node.transition
    if transition is None:
        return facts
    if node.type is StepType.FOREACH:
        facts["foreach_artifact"] = _json_value(transition.foreach)
    elif node.type is StepType.PARALLEL:
        facts["num_parallel"] = _json_value(transition.num_parallel)
    elif node.type is StepType.SWITCH:
        facts["condition"] = transition.condition
        facts["switch_cases"] = {_json_value(case): target for case, target in transition.cases.items()}
    return facts


def _json_value(value: Literal) -> str | int | float | None:
    """The literal as JSON has it, or in the words of Python where JSON has no such value."""
    return value if value is None or isinstance(value, (str, int, float)) else repr(value)


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": _literal_text(parameter.name),
        "attribute": parameter.attribute,
        "kind": parameter.kind.value,
        "needs_value": parameter.needs_value,
    }


def _names(decorators: Sequence[AppliedDecorator]) -> list[str]:
    return [decorator.name for decorator in decorators if decorator.qualified != _STEP]


def _test_mode(flow: Flow, name: str) -> str | None:
    parameter = flow.parameter(name)
    return None if parameter is None else _literal_text(parameter.name)


def _project_cell(flow: Flow) -> str:
    value = _project_argument(flow)
    return "-" if value is None else _literal_text(value) or "(computed)"


def _project_argument(flow: Flow) -> object:
    decorator = flow.decorated_with(_PROJECT)
    if decorator is None:
        return None
    value = decorator.decorator.argument("name")
    return UNKNOWN if value is None else value


def _literal_text(value: object) -> str | None:
    return value if isinstance(value, str) else None
