"""Which of the project's flows a flow needs a run of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mflint.analysis.services.runs_read import runs_read
from mflint.model import Flow
from mflint.project import Project
from pytest_metaflow.planning.deciding import CannotRun, Session


@dataclass(frozen=True)
class Need:
    """A flow of which a run has to be there; `triggers` tells that its end starts the flow that needs it."""

    producer: Flow
    triggers: bool


class Finder:
    """Finds producers among the flows of a project."""

    def __init__(self, project: Project, session: Session) -> None:
        self._project = project
        self._session = session
        self._known: dict[Flow, tuple[Need, ...]] = {}

    def needs(self, flow: Flow, said: tuple[str, ...] | None) -> tuple[Need, ...]:
        """What a flow needs: what the user has `said`, else what its source reads and the project has.

        Raises CannotRun where two flows have the name, where what is said names none, and where the flow
        needs itself in the end.
        """
        found = tuple(self._found(flow, said))
        self._refuse_cycle(flow, found)
        return found

    def all_needs(self, flow: Flow) -> Iterator[Flow]:
        """The producers of a flow and theirs, each once, as far as it is clear which they are."""
        seen = {flow}
        pending = [flow]
        while pending:
            for need in self._usual(pending.pop()):
                if need.producer not in seen:
                    seen.add(need.producer)
                    pending.append(need.producer)
                    yield need.producer

    def _usual(self, flow: Flow) -> tuple[Need, ...]:
        """What a flow needs by the project's settings, as far as it is clear."""
        if flow not in self._known:
            said = self._session.project.of(self._relative(flow.file.path), flow.name).producers
            try:
                self._known[flow] = tuple(self._found(flow, said))
            except CannotRun:
                self._known[flow] = ()
        return self._known[flow]

    def _found(self, flow: Flow, said: tuple[str, ...] | None) -> Iterator[Need]:
        read = runs_read(flow, self._project.names)
        for name in read.flows if said is None else said:
            candidates = list(self._candidates(name))
            if len(candidates) > 1:
                raise CannotRun(self._ambiguous(flow, name, candidates))
            if said is not None and not candidates:
                raise CannotRun(
                    f'{flow.name}: producers names "{name}", and no flow is started by that name.'
                )
            yield from (Need(c, name.rpartition("::")[2] in read.triggers) for c in candidates)

    def _candidates(self, said: str) -> Iterator[Flow]:
        """The flows of the project called `Name` or `path/to/file.py::Name`; those outside of the paths that
        the session searches only where nothing in them bears the name."""
        path, _, name = said.rpartition("::")
        found = [
            flow
            for file in self._project.mentioning(name, r"class\s+")
            for flow in self._project.readable_flows(file)
            if flow.name == name and flow.started and path in ("", self._relative(file))
        ]
        places = self._session.paths
        wanted = [flow for flow in found if any(flow.file.path.is_relative_to(place) for place in places)]
        yield from wanted or found

    def _refuse_cycle(self, flow: Flow, needs: Iterable[Need]) -> None:
        """Raises CannotRun where producers lead back to the flow, by the shortest way."""
        ways: list[tuple[Flow, ...]] = [(flow, need.producer) for need in needs]
        seen: set[Flow] = set()
        while ways:
            way = ways.pop(0)
            if way[-1] is flow:
                raise CannotRun(_circular(way, self._key(flow)))
            if way[-1] not in seen:
                seen.add(way[-1])
                ways += [(*way, need.producer) for need in self._usual(way[-1])]

    def _ambiguous(self, flow: Flow, name: str, candidates: Iterable[Flow]) -> str:
        named = [f"{self._relative(c.file.path)}::{c.name}" for c in candidates]
        return (
            f"{flow.name} reads runs of {name}, and {len(named)} flows have that name: {', '.join(named)}.\n"
            "Say in pyproject.toml which flows it reads:\n\n"
            f'    [tool.pytest_metaflow.flows."{self._key(flow)}"]\n'
            f'    producers = ["{named[0]}"]'
        )

    def _key(self, flow: Flow) -> str:
        return f"{self._relative(flow.file.path)}::{flow.name}"

    def _relative(self, file: Path) -> str:
        root = self._session.root
        return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.as_posix()


def _circular(way: Iterable[Flow], key: str) -> str:
    return (
        f"{' reads '.join(flow.name for flow in way)}: none of them can be the first to run.\n"
        "Say in pyproject.toml that one of them runs without the others:\n\n"
        f'    [tool.pytest_metaflow.flows."{key}"]\n'
        "    producers = []"
    )
