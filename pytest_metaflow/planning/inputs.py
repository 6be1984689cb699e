"""What a run is given for the flow's parameters and Configs, its test mode included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mflint.analysis.parameters.test_mode import declared, suggestion
from mflint.model import Flow, Parameter, ParameterKind, normalised
from mflint.syntax import dotted_name
from pytest_metaflow.planning.refusals import CannotRun, NotWanted
from pytest_metaflow.words import did_you_mean

NO_TRUTH = ("int", "float", "str", "JSONType")
"""Types of parameters, as a source names them, that `True` is no value of, or just any text."""

TRUTHS = ("true", "false")

OFF = ("", "0", "0.0", "false", "f", "no", "n", "off", "none", "null")
"""Words that switch something off: those of click's BOOL, and what others write."""


def given(flow: Flow, *sources: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the user gives, under the names of the command line; a later source goes first.

    Raises CannotRun for a parameter that the flow certainly lacks.
    """
    found: dict[str, Any] = {}
    for source in sources:
        for name, value in source.items():
            found[_name_in_flow(flow, name)] = value
    return found


def _name_in_flow(flow: Flow, name: str) -> str:
    parameter = flow.parameter(name)
    if parameter is not None:
        return str(parameter.name)
    known = tuple(_known_names(flow))
    if not flow.unknown_parameters and len(known) == len(flow.parameters):
        raise CannotRun(f'{flow.name} has no parameter "{name}"{did_you_mean(name, known)}.')
    return name


def _known_names(flow: Flow) -> Iterator[str]:
    return (parameter.name for parameter in flow.parameters if isinstance(parameter.name, str))


def test_mode(flow: Flow, name: str, values: Mapping[str, Any], on: str, missing: str) -> dict[str, Any]:
    """The test-mode parameter `name` to pass: none where `values` has it or the flow may run without one.

    `on` is the value of test modes that are not known to be bools, empty where they have none; `missing` is
    `fail`, `skip` or `run`. Raises CannotRun or NotWanted.
    """
    if _value(name, values) is not None:
        return {}
    parameter = declared(flow, name)
    if parameter is not None:
        return {str(parameter.name): _switched_on(flow, parameter, on)}
    if missing == "skip":
        raise NotWanted(f"{flow.name} has no parameter {name}")
    if missing == "fail":
        raise CannotRun(_without_test_mode(flow, name))
    return {}


def in_test_mode(name: str, values: Mapping[str, Any]) -> bool:
    """Whether these values switch the parameter `name` on."""
    value = _value(name, values)
    return value is not None and str(value).strip().lower() not in OFF


def _value(name: str, values: Mapping[str, Any]) -> Any:
    return next((value for known, value in values.items() if normalised(known) == normalised(name)), None)


def _switched_on(flow: Flow, parameter: Parameter, on: str) -> Any:
    kind = _kind(parameter)
    if kind in NO_TRUTH and not on:
        raise CannotRun(_without_test_value(flow, parameter))
    return True if kind == "bool" else on or True


def _kind(parameter: Parameter) -> str:
    """The parameter's type, or that of its default; empty where the source does not show it.

    A text whose default is a truth's name counts as a bool.
    """
    default = parameter.default.value if parameter.default else None
    if isinstance(default, str) and default.lower() in TRUTHS:
        return "bool"
    return _type(parameter) or (type(default).__name__ if isinstance(default, str | int | float) else "")


def _type(parameter: Parameter) -> str:
    """`type=` as it is spelled, without a module; empty where there is none or it is computed."""
    argument = parameter.call.argument("type")
    return dotted_name(argument.node).rpartition(".")[2] if argument else ""


def _without_test_value(flow: Flow, parameter: Parameter) -> str:
    name = parameter.name
    return (
        f'The test mode of {flow.name} is no bool: its parameter "{name}" needs a value of its own.\n'
        "Give it in pyproject.toml:\n\n"
        f"    [tool.pytest_metaflow.flows.{flow.name}]\n"
        f"    parameters = {{ {name} = VALUE }}\n\n"
        "or, for all test modes that are no bools, in pytest's ini file: metaflow_test_mode_value = VALUE"
    )


def _without_test_mode(flow: Flow, name: str) -> str:
    run_anyway = "To run it as it is: --metaflow-missing-test-mode=run"
    if flow.unknown_parameters:
        reasons = "; ".join(flow.unknown_parameters)
        return (
            f'Whether {flow.name} has a parameter "{name}" cannot be seen: {reasons}.\n'
            "If it has, say so in pyproject.toml:\n\n"
            f"    [tool.pytest_metaflow.flows.{flow.name}]\n"
            f"    parameters = {{ {name} = true }}\n\n"
            f"{run_anyway}"
        )
    return (
        f'{flow.name} has no parameter "{name}", so a run of it would be a real one.\n'
        "Add it to the class, and let the steps do little where it is set:\n\n"
        f"    {suggestion(flow, name)}\n\n"
        f"{run_anyway}"
    )


def require_values(flow: Flow, names: Iterable[str]) -> None:
    """Raise CannotRun for a parameter that needs a value and is not among those that get one."""
    missing = [p for p in flow.parameters if p.needs_value and str(p.name) not in names]
    if missing:
        raise CannotRun(_without_value(flow, missing[0]))


def _without_value(flow: Flow, parameter: Parameter) -> str:
    name = parameter.name if isinstance(parameter.name, str) else parameter.attribute
    kind = "parameter" if parameter.kind is ParameterKind.PARAMETER else parameter.kind.value
    return (
        f'{flow.name} needs a value for its {kind} "{name}". Give one on the command line:\n\n'
        f"    --metaflow-param {flow.name}.{name}=VALUE\n\n"
        "or in pyproject.toml:\n\n"
        f"    [tool.pytest_metaflow.flows.{flow.name}]\n"
        f"    parameters = {{ {name} = VALUE }}"
    )
