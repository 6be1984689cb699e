"""`test-mode`: the test mode is off in production, and on everywhere else, where nobody says otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.parameters.test_mode import ALWAYS, NOT_IN_PRODUCTION
from mflint.model import UNKNOWN, Flow
from pytest_metaflow.contracts.observed import Observed, TestModeDefault, Value
from pytest_metaflow.contracts.violation import Violation

NAME = "test-mode"


def violations(seen: Observed, flow: Flow) -> Iterator[Violation]:
    """What is wrong with the default, where it is a function or a literal.

    Another expression was evaluated at import, in this environment, and says nothing of production.
    """
    found = seen.test_mode
    if found is None or not (found.deploy_time or _is_literal(found, flow)):
        return
    wanted = NOT_IN_PRODUCTION if found.project else ALWAYS
    for value, wrong, where in (
        (found.production, True, "with --production"),
        (_otherwise(found), False, "without --production" if found.project else "by default"),
    ):
        text = _problem(found, value, wrong)
        if text:
            yield Violation(NAME, f"{where}, {found.parameter} {text}", f"Write `default={wanted}`.")


def _otherwise(found: TestModeDefault) -> Value | None:
    """The value without `--production`; a literal of a flow without `@project` is the team's own decision."""
    return found.otherwise if found.project or found.deploy_time else None


def _problem(found: TestModeDefault, value: Value | None, wrong: bool) -> str | None:
    if value is None:
        return None
    if value.error:
        return f"cannot be evaluated: {value.error}"
    judged = found.is_bool or isinstance(value.value, bool)
    return f"is {wrong}" if judged and value.value is wrong else None


def _is_literal(found: TestModeDefault, flow: Flow) -> bool:
    parameter = flow.parameter(found.parameter)
    default = parameter.default if parameter is not None else None
    return default is not None and default.value is not UNKNOWN
