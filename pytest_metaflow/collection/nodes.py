"""The nodes of pytest's tree: a file that holds flows, and the run of a flow."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mflint.model import Flow
from mflint.source import SourceError
from pytest_metaflow import places
from pytest_metaflow.failures import FlowFailed, repeat_command, representation
from pytest_metaflow.harness import execute
from pytest_metaflow.means import Means
from pytest_metaflow.notes import PACKAGES
from pytest_metaflow.planning import CannotRun, Decision, NotWanted, decide
from pytest_metaflow.report import progress
from pytest_metaflow.report.properties import FLOW, describe
from pytest_metaflow.verdict import Failure

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr


class FlowFile(pytest.File):
    """A file that holds flows, or that cannot be read."""

    def __init__(self, *, flows: tuple[Flow, ...] | SourceError, means: Means, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.flows = flows
        self.means = means

    def collect(self) -> Iterator[FlowItem]:
        """The flows that the file starts, and those that it should."""
        if isinstance(self.flows, SourceError):
            error = self.flows
            raise self.CollectError(f"{self.path}:{error.line}:{error.column}: {error.message}")
        for flow in self.flows:
            if flow.started or (is_forgotten(flow) and not is_test_file(self.path, self.config)):
                yield FlowItem.from_parent(self, flow=flow, means=self.means)


def is_forgotten(flow: Flow) -> bool:
    """Whether a flow is complete and nothing starts it, derives from it or makes it in a function."""
    return flow.concrete and not flow.started and not flow.definition.nested


def is_test_file(path: Path, config: pytest.Config) -> bool:
    """Whether pytest itself takes the file for a test module (ini value `python_files`)."""
    return any(
        fnmatch(str(path), f"*/{pattern}") if "/" in pattern else fnmatch(path.name, pattern)
        for pattern in config.getini("python_files")
    )


class NotATestModule(pytest.Module):
    """Stands for a flow file that is named on the command line, so that pytest does not import it."""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        """Nothing: FlowFile collects the flows."""
        return []


class FlowItem(pytest.Item):
    """The run of a flow."""

    def __init__(self, *, flow: Flow, means: Means, **kwargs: Any) -> None:
        super().__init__(name=flow.name, **kwargs)
        self.flow = flow
        self.means = means
        self.add_marker(pytest.mark.metaflow)
        self.user_properties.append((FLOW, flow.name))

    def runtest(self) -> None:
        """Plan the run, run it and judge it. Raises FlowFailed."""
        if not self.flow.started:
            self._fail(Failure(f"nothing starts {self.name}", _not_started(self.flow)))
        decision = self._decide()
        with progress.shown(self.config) as watch:
            result = execute(decision.plan, self.means, watch)
        self.user_properties.extend(describe(result, decision.notes, self.means.engine.name))
        if result.failure:
            self._fail(result.failure, *_facts(decision))

    def _decide(self) -> Decision:
        try:
            return decide(self.flow, self.means.session)
        except NotWanted as reason:
            raise pytest.skip.Exception(str(reason), _use_item_location=True) from None
        except CannotRun as error:
            headline = str(error).partition("\n")[0].rstrip(".:")
            raise self._failed(Failure(headline, str(error))) from None

    def _fail(self, failure: Failure, *facts: str) -> None:
        raise self._failed(failure, *facts)

    def _failed(self, failure: Failure, *facts: str) -> FlowFailed:
        return FlowFailed(failure, facts, repeat_command(self.config, self.nodeid))

    def repr_failure(  # type: ignore[override]
        self, excinfo: ExceptionInfo[BaseException]
    ) -> str | TerminalRepr:
        """The failure at the user's line."""
        if not isinstance(excinfo.value, FlowFailed):
            return super().repr_failure(excinfo)
        failure = excinfo.value.failure
        if failure.line:
            place = (failure.file or self.path, failure.line)
        else:
            place = (self.path, places.line(self.path, self.name, failure.step))
        return representation(excinfo.value, place, self.config.invocation_params.dir)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The class statement's line, 0-based, and the flow's name."""
        return self.path, places.line(self.path, self.name) - 1, self.name


def _facts(decision: Decision) -> Iterator[str]:
    given = {**decision.plan.parameters, **decision.plan.configs}
    if given:
        yield "Parameters: " + " ".join(f"{name}={value}" for name, value in given.items())
    yield from (f"Packages: {note.text}" for note in decision.notes if note.name == PACKAGES)


def _not_started(flow: Flow) -> str:
    return (
        f"Nothing starts {flow.name}, so `python {flow.file.path.name} run` does nothing. "
        "Add to the end of the file:\n\n"
        '    if __name__ == "__main__":\n'
        f"        {flow.name}()"
    )
