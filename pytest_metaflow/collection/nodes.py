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
from pytest_metaflow.collection.debugging import DEBUGGER_QUIT, ctrl_c_ends_session
from pytest_metaflow.collection.marks import MARK, said_by_marks
from pytest_metaflow.failures import FlowFailed, FlowRunFailed, repeat_command, representation
from pytest_metaflow.harness import Result
from pytest_metaflow.means import Means
from pytest_metaflow.planning.deciding import CannotRun, Decision, NotWanted, decide, item_name
from pytest_metaflow.producers.making import Producers
from pytest_metaflow.report import progress
from pytest_metaflow.report.properties import FLOW, describe
from pytest_metaflow.results.notes import PACKAGES
from pytest_metaflow.results.verdict import Failure
from pytest_metaflow.settings import Case, SettingsError

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr


class FlowFile(pytest.File):
    """A file that holds flows, or that cannot be read."""

    def __init__(
        self, *, flows: tuple[Flow, ...] | SourceError, means: Means, producers: Producers, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.flows = flows
        self.means = means
        self.producers = producers

    def collect(self) -> Iterator[FlowItem]:
        """The flows that the file starts, and those that it should: each one's cases, if it has some."""
        if isinstance(self.flows, SourceError):
            error = self.flows
            raise self.CollectError(f"{self.path}:{error.line}:{error.column}: {error.message}")
        for flow in self.flows:
            if flow.started or (is_forgotten(flow) and not is_test_file(self.path, self.config)):
                for case in self.means.session.settings(flow).cases or (None,):
                    yield FlowItem.from_parent(
                        self, flow=flow, case=case, means=self.means, producers=self.producers
                    )


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
    """The run of a flow, or of a case of it."""

    def __init__(
        self,
        *,
        flow: Flow,
        case: Case | None,
        means: Means,
        producers: Producers,
        parent: FlowFile,
        **kwargs: Any,
    ) -> None:
        """The node id is given as text: made of the name, pytest 9 would not see the case as its parameter,
        and `--lf` would not know the item again.
        """
        name = item_name(flow, case)
        super().__init__(name=name, parent=parent, nodeid=f"{parent.nodeid}::{name}", **kwargs)
        self.flow = flow
        self.case = case
        self.means = means
        self.producers = producers
        self.add_marker(MARK)
        self.user_properties.append((FLOW, flow.name))

    def runtest(self) -> None:
        """Plan the run, run it and judge it. Raises FlowFailed."""
        if not self.flow.started:
            self._fail(Failure(f"nothing starts {self.flow.name}", _not_started(self.flow)))
        decision, result = self._run()
        self.user_properties.extend(describe(result, decision.notes, self.means.engine.name))
        if result.debugger_quit:
            self.session.shouldstop = DEBUGGER_QUIT
        if result.failure:
            kind = FlowRunFailed if result.flow_failed else FlowFailed
            raise self._failed(result.failure, *_facts(decision), kind=kind)

    def _run(self) -> tuple[Decision, Result]:
        try:
            decision = decide(self.flow, self.means.session, self.case, said_by_marks(self))
            with ctrl_c_ends_session(self.config), progress.shown(self.config) as watch:
                return decision, self.producers.run(self.flow, decision.plan, watch)
        except NotWanted as reason:
            raise pytest.skip.Exception(str(reason), _use_item_location=True) from None
        except (CannotRun, SettingsError) as error:
            headline = str(error).partition("\n")[0].rstrip(".:")
            raise self._failed(Failure(headline, str(error))) from None

    def _fail(self, failure: Failure, *facts: str) -> None:
        raise self._failed(failure, *facts)

    def _failed(self, failure: Failure, *facts: str, kind: type[FlowFailed] = FlowFailed) -> FlowFailed:
        return kind(failure, facts, repeat_command(self.config, self.nodeid))

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
            place = (self.path, places.line(self.path, self.flow.name, failure.step))
        return representation(excinfo.value, place, self.config.invocation_params.dir)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The class statement's line, 0-based, and the item's name."""
        return self.path, places.line(self.path, self.flow.name) - 1, self.name


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
