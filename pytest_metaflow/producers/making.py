"""Makes the runs that flows read: each once in a session, by whoever needs it first.

A process waits for the lock of one run at a time and holds no other meanwhile, since what a producer needs
itself is made before its own lock is asked for: workers cannot wait for each other in a circle.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from mflint.model import Flow
from pytest_metaflow.engines import Watch
from pytest_metaflow.harness import Result, execute, executed
from pytest_metaflow.means import Means
from pytest_metaflow.plan import RunPlan
from pytest_metaflow.planning.deciding import CannotRun, NotWanted, decide
from pytest_metaflow.producers.finding import Finder
from pytest_metaflow.producers.shared import Shared
from pytest_metaflow.results.notes import RUNS_MADE, TRIGGERED_BY, Note
from pytest_metaflow.results.verdict import Failure
from pytest_metaflow.s3.server import S3Error, Server
from pytest_metaflow.sandbox.directory import SandboxError
from pytest_metaflow.sandbox.stores import save
from pytest_metaflow.signals import Ended, cleaning_up_first

SLACK = 60.0
"""Seconds beyond its timeout in which a run of another worker has to be over, ended and kept."""


@dataclass(frozen=True)
class Made:
    """What came of a run that others read; `unusable` says why they cannot, empty where they can."""

    result: Result
    unusable: str = ""


class Producers:
    """The runs of a session that flows read."""

    def __init__(self, finder: Finder, means: Means, shared: Shared) -> None:
        self._finder = finder
        self._means = means
        self._shared = shared
        self._collected: tuple[Flow, ...] = ()
        self._read: frozenset[str] | None = None

    def expect(self, collected: Iterable[Flow]) -> None:
        """Say which flows the session runs: what they read is shared with its own item."""
        self._collected, self._read = tuple(collected), None

    def run(self, flow: Flow, plan: RunPlan, watch: Watch | None = None) -> Result:
        """Run a flow, with the runs that it reads. One whose run another flow reads is run once for all.

        Raises CannotRun where it is not clear what it reads, NotWanted where that cannot be had.
        """
        with self._cleaning_up():
            name = _name(plan)
            if name in self._names_read():
                return self._made(flow, plan, name, watch).result
            supplied, given = self.supplied(flow, plan)
            return _with_notes(execute(flow, supplied, self._means, watch), given)

    def apart(self, s3: Server) -> Producers:
        """The same runs, made with a server that nobody else has borrowed meanwhile."""
        return Producers(self._finder, replace(self._means, s3=s3), self._shared)

    def remove(self) -> None:
        """Remove the runs of this process's folder; what is read later is made anew."""
        self._shared.remove()

    @contextmanager
    def _cleaning_up(self) -> Iterator[None]:
        """A signal that ends this process, or Ctrl-C, ends the session: what is shared goes with it."""
        with cleaning_up_first():
            try:
                yield
            except (Ended, KeyboardInterrupt):
                self.remove()
                raise

    def _names_read(self) -> frozenset[str]:
        if self._read is None:
            read = {producer for flow in self._collected for producer in self._finder.all_needs(flow)}
            self._read = frozenset(self._plannable(read))
        return self._read

    def _plannable(self, flows: Iterable[Flow]) -> Iterator[str]:
        for flow in flows:
            with suppress(CannotRun, NotWanted):
                yield _name(self._plan(flow))

    def _plan(self, producer: Flow) -> RunPlan:
        """The plan of a flow, or of its first case that is to succeed. Raises CannotRun or NotWanted."""
        session = self._means.session
        cases = session.settings(producer).cases
        if cases is None:
            return decide(producer, session).plan
        good = next((case for case in cases if case.settings.expect is None), None)
        if good is None:
            raise CannotRun(f"each case of {producer.name} is expected to fail")
        return decide(producer, session, good).plan

    def _made(self, flow: Flow, plan: RunPlan, name: str, watch: Watch | None = None) -> Made:
        """The run of a producer, by this process or by another one. Raises CannotRun or NotWanted."""
        try:
            found: Made | None = self._shared.get(name)
            if found is not None:
                return found
            supplied, given = self.supplied(flow, plan)
            with self._shared.locked(name, plan.timeout + SLACK):
                found = self._shared.get(name)
                return found or self._make(flow, supplied, given, name, watch)
        except SandboxError as error:
            return Made(Result(Failure(str(error), f"The run was not started: {error}.")), str(error))

    def _make(self, flow: Flow, plan: RunPlan, given: Iterable[Note], name: str, watch: Watch | None) -> Made:
        unusable = ""
        with executed(flow, plan, self._means, watch) as (result, sandbox):
            if sandbox is not None and result.failure is None:
                try:
                    save(sandbox, self._means.s3, self._folder(name))
                except (SandboxError, S3Error) as error:
                    unusable = str(error)
        if result.failure is not None:
            unusable = result.failure.summary
        made = Made(_with_notes(result, given), unusable)
        self._shared.put(name, made)
        return made

    def _folder(self, name: str) -> Path:
        return self._shared.root / f"{name}.run"

    def supplied(self, flow: Flow, plan: RunPlan) -> tuple[RunPlan, tuple[Note, ...]]:
        """The plan with the runs that the flow reads, and what to say of them; what nobody has made is made.

        Raises as `run` does.
        """
        needs = self._finder.needs(flow, plan.producers)
        given = [self._given(need.producer) for need in needs]
        triggers = [run for need, (_, run) in zip(needs, given, strict=True) if need.triggers]
        supplied = replace(plan, runs=tuple(folder for folder, _ in given), triggered_by=tuple(triggers))
        return supplied, tuple(_notes([run for _, run in given], triggers))

    def _given(self, producer: Flow) -> tuple[Path, str]:
        """Where a producer's run is kept, and its pathspec. Raises NotWanted."""
        try:
            plan = self._plan(producer)
            made = self._made(producer, plan, _name(plan))
        except (CannotRun, NotWanted) as reason:
            first_line = str(reason).partition("\n")[0].rstrip(".:")
            raise NotWanted(f"needs a run of {producer.name}, which is not run: {first_line}") from None
        if made.unusable or made.result.run is None:
            how = "which failed" if made.result.failure else "which cannot be kept"
            raise NotWanted(f"needs a run of {producer.name}, {how}: {made.unusable}")
        return self._folder(_name(plan)), f"{producer.name}/{made.result.run.run_id}"


def _notes(runs: Sequence[str], triggers: Sequence[str]) -> Iterator[Note]:
    if runs:
        yield Note(RUNS_MADE, ", ".join(runs))
    if triggers:
        yield Note(TRIGGERED_BY, ", ".join(triggers))


def _with_notes(result: Result, notes: Iterable[Note]) -> Result:
    return replace(result, notes=(*result.notes, *notes))


def _name(plan: RunPlan) -> str:
    """The name of a plan's run in the shared folder: the same for the same flow, parameters and settings."""
    said = json.dumps(asdict(plan), default=str, sort_keys=True)
    return f"{plan.flow}-{hashlib.sha256(said.encode()).hexdigest()[:20]}"
