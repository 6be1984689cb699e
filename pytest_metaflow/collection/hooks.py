"""The hooks of a session that runs flows; registered only when flows are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from mflint.model import Flow
from mflint.project import Project
from mflint.source import SourceError
from pytest_metaflow.collection.nodes import FlowFile, FlowItem, NotATestModule, is_test_file
from pytest_metaflow.means import Means
from pytest_metaflow.planning.deciding import item_name
from pytest_metaflow.producers.making import Producers
from pytest_metaflow.report import terminal
from pytest_metaflow.sandbox.directory import remove_stale
from pytest_metaflow.words import did_you_mean


class FlowPlugin:
    """Adds the flows to what pytest collects, and what is to be said about them to its report."""

    def __init__(self, config: pytest.Config, project: Project, means: Means, producers: Producers) -> None:
        self.config = config
        self.project = project
        self.means = means
        self.producers = producers
        self.paths = means.session.paths or (means.session.root,)
        """Where flows are looked for when no path is given."""
        self._flows: dict[Path, tuple[Flow, ...] | SourceError] = {}
        self._files: frozenset[Path] | None = None

    def pytest_sessionstart(self) -> None:
        """Tidy up after sessions that were killed."""
        remove_stale()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Add the project's flow files to the arguments where the user named none."""
        if self.config.pluginmanager.has_plugin("dsession"):
            if self.means.session.parameters:
                self._check_parameters(self._names())
            return
        if self._chosen_by_user:
            return
        collected = [self.config.invocation_params.dir / argument for argument in self.config.args]
        elsewhere = [
            file for file in sorted(self.files) if not any(file.is_relative_to(path) for path in collected)
        ]
        self.config.args = [*self.config.args, *(str(file) for file in elsewhere)]

    @property
    def _chosen_by_user(self) -> bool:
        return self.config.args_source is pytest.Config.ArgsSource.ARGS

    @property
    def files(self) -> frozenset[Path]:
        """The flow files of the project, or of `metaflow_paths` where none is named; links are resolved."""
        if self._files is None:
            found = self.project.flow_files()
            self._files = frozenset(path.resolve() for path in found if self._is_wanted(path))
        return self._files

    def _is_wanted(self, path: Path) -> bool:
        return self._chosen_by_user or any(path.is_relative_to(place) for place in self.paths)

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> FlowFile | None:
        """A file that holds flows."""
        flows = self._flows_to_run(file_path, parent.session)
        if not flows or self._is_ignored(file_path):
            return None
        return FlowFile.from_parent(
            parent, path=file_path, flows=flows, means=self.means, producers=self.producers
        )

    def _is_ignored(self, path: Path) -> bool:
        """Whether `--ignore`, `collect_ignore` and the like exclude a file that the user did not name."""
        if self._chosen_by_user:
            return False
        folders = [folder for folder in path.parents if self.config.rootpath in folder.parents]
        ignores = self.config.hook.pytest_ignore_collect
        return any(ignores(collection_path=place, config=self.config) for place in (path, *folders))

    def pytest_pycollect_makemodule(
        self, module_path: Path, parent: pytest.Collector
    ) -> pytest.Module | None:
        """Keep pytest from importing a flow file, unless it is a test module too."""
        if is_test_file(module_path, self.config) or not self._flows_to_run(module_path, parent.session):
            return None
        module: NotATestModule = NotATestModule.from_parent(parent, path=module_path)
        return module

    def _flows_to_run(self, path: Path, session: pytest.Session) -> tuple[Flow, ...] | SourceError | None:
        if path.suffix != ".py" or not self._is_asked_for(path, session):
            return None
        if path not in self._flows:
            self._flows[path] = self._read(path)
        return self._flows[path]

    def _is_asked_for(self, path: Path, session: pytest.Session) -> bool:
        if session.isinitpath(path):
            return True
        return any(session.isinitpath(folder) for folder in path.parents) and path.resolve() in self.files

    def _read(self, path: Path) -> tuple[Flow, ...] | SourceError:
        """The flows of a file, or why it cannot be read where pytest itself will not say so."""
        try:
            return self.project.flows(path)
        except SourceError as error:
            return () if is_test_file(path, self.config) else error

    def names_flow(self, nodeid: str) -> bool:
        """Whether a node id is a flow's, or that of a file that holds flows or cannot be read."""
        path, _, name = nodeid.partition("::")
        if not path.endswith(".py"):
            return False
        flows = self._read(self.config.rootpath / path)
        if isinstance(flows, SourceError) or not name:
            return bool(flows)
        return any(flow.name == name.partition("[")[0] for flow in flows)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Check the flows and cases that `--metaflow-param` names; under xdist the controller has done so."""
        if not hasattr(self.config, "workerinput"):
            flows = [item for item in items if isinstance(item, FlowItem)]
            self._check_parameters(name for item in flows for name in (item.name, item.flow.name))

    def _check_parameters(self, names: Iterable[str]) -> None:
        given = self.means.session.parameters
        known = tuple(sorted(set(names))) if given else ()
        for name in given:
            if name not in known:
                raise pytest.UsageError(
                    f"--metaflow-param: there is no flow {name}{did_you_mean(name, known)}"
                )

    def _names(self) -> Iterator[str]:
        """All flows and cases that can be collected, for the controller of xdist, which collects nothing."""
        for path in self.project.flow_files():
            flows = self._read(path)
            if not isinstance(flows, SourceError):
                yield from (name for flow in flows for name in self._names_of(flow))

    def _names_of(self, flow: Flow) -> Iterator[str]:
        yield flow.name
        yield from (item_name(flow, case) for case in self.means.session.settings(flow).cases or ())

    def pytest_report_header(self) -> list[str]:
        """How flows are run."""
        return terminal.header(self.means.engine.name, self.means.session)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """What is worth knowing about good runs too."""
        terminal.write_summary(terminalreporter)
