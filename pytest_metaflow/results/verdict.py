"""Whether a run is good, and what to say where it is not."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_metaflow.engines import Ending
from pytest_metaflow.plan import RunPlan
from pytest_metaflow.results.hints import hints
from pytest_metaflow.results.logs import RunLog
from pytest_metaflow.results.run import Account, EndedTask, Raised, Refusal, TaskError

NO_HEADLINE = "Flow failed"
"""The headline of a MetaflowException that has none of its own (`exception.py` of Metaflow)."""

MAX_HEADLINE = 300
"""Characters of an exception's message in a line that is to be one."""


@dataclass(frozen=True)
class Section:
    """A titled block of lines in a report."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Failure:
    """Why a flow's test fails. `text` says it; `chain` is the user's traceback, empty where there is none.

    `file` (None: the flow's) and `line`, or `step`, tell the place where no traceback does.
    """

    summary: str
    """One line."""
    text: str
    chain: tuple[Raised, ...] = ()
    sections: tuple[Section, ...] = ()
    step: str | None = None
    file: Path | None = None
    line: int | None = None
    error: Raised | None = None
    """The exception that ended the run, whoever raised it; None where none did."""


def judge(plan: RunPlan, ending: Ending, account: Account, log: RunLog) -> Failure | None:
    """None for a good run: exit code 0, and the Client says that this flow's run and end task succeeded."""
    if ending.timed_out:
        return _timeout(plan, log)
    run = account.run
    if ending.returncode == 0 and run and run.successful and run.end_finished and run.flow == plan.flow:
        return None if account.complete else _incomplete(log)
    return (
        _task_failure(account, log) or _run_failure(account, log) or _unexplained(plan, ending, account, log)
    )


def _timeout(plan: RunPlan, log: RunLog) -> Failure:
    limit = f"{plan.timeout:g} s"
    hung = [f"{task.step} (task {task.task})" for task in log.running]
    where = f" while {_listed(hung)} ran" if hung else " while no task ran"
    sections = [
        Section(f"last lines of {task.step}, task {task.task}", log.of(task.task)) for task in log.running
    ]
    return Failure(
        f"timeout of {limit}{where}",
        f"The run took longer than its timeout of {limit} and was ended{where}.\n"
        f"--metaflow-timeout gives all flows more, `timeout` in the settings of {plan.flow} this one.",
        sections=tuple(sections) or _tail(log),
        step=log.running[0].step if log.running else None,
    )


def _incomplete(log: RunLog) -> Failure:
    """What was lost may have been the one thing that speaks against the run."""
    return Failure(
        "the run succeeded, but not all that its processes reported could be written",
        "The run succeeded, but not all that its processes reported could be written, so that nobody can say "
        "what is true of it.",
        sections=_tail(log),
    )


def _task_failure(account: Account, log: RunLog) -> Failure | None:
    """The task that Metaflow names as the reason, else the one that reported last."""
    decisive = _decisive_task(account)
    errors = [error for error in account.errors if error.task and decisive in (None, error.task)]
    if errors:
        return _raised_in_task(_telling(errors[-1], account), account, log, decisive)
    refused = [refusal for refusal in account.refusals if refusal.task and decisive in (None, refusal.task)]
    if refused:
        return _refused(refused[-1], f"Step {refused[-1].step} failed in task {refused[-1].task}.\n\n")
    ended = [task for task in account.ended if decisive in (None, task.task)]
    return _died(ended[-1], log) if ended else None


def _decisive_task(account: Account) -> str | None:
    """The task id in Metaflow's `TaskFailed`: `Step *train* (task-id 4) failed.` (runtime.py)."""
    for refusal in account.refusals:
        match = re.match(r"Step \*\w+\* \(task-id (\S+)\) failed", refusal.message)
        if match:
            return match[1]
    return None


def _telling(error: TaskError, account: Account) -> TaskError:
    """The error, or that of a sibling which brought it about: a task of `@parallel` fails in a process that
    its first task started, and that one says only that a process failed."""
    if _has_user_frames(error.chain):
        return error
    siblings = [e for e in account.errors if e.step == error.step and _has_user_frames(e.chain)]
    return siblings[-1] if siblings else error


def _raised_in_task(error: TaskError, account: Account, log: RunLog, decisive: str | None) -> Failure:
    place = f"step {error.step}"
    text = f"Step {error.step} failed in task {error.task}"
    if error.foreach:
        values = " > ".join(
            f"{v.value} (index {v.index}{f' of {v.of}' if v.of else ''})" for v in error.foreach
        )
        text += f", foreach value {values}"
        place += f", foreach value {' > '.join(v.value for v in error.foreach)}"
    text += "." + _others(error.task, account)
    lines = log.of(error.task, account.printed) or log.of(decisive, account.printed)
    sections = (Section(f"last lines of {error.step}, task {error.task}", lines),) if lines else ()
    return Failure(
        f"{_headline(error.chain)} ({place})",
        text + _hints(error.chain, lines),
        error.chain,
        sections,
        error.step,
        error=error.chain[-1],
    )


def _others(task: str | None, account: Account) -> str:
    others = sorted({f"{e.step} (task {e.task})" for e in account.errors if e.task and e.task != task})
    return f" So did {_listed(others)}." if others else ""


def _hints(chain: Sequence[Raised], printed: Sequence[str] = ()) -> str:
    return "".join(f"\n\nhint: {text}" for text in hints(chain, printed))


def _died(task: EndedTask, log: RunLog) -> Failure:
    """A task that ended without an exception: `os._exit`, a signal, not enough memory."""
    if task.returncode < 0:
        how = f"was ended by {_signal_name(-task.returncode)}"
    else:
        how = f"ended with exit code {task.returncode} and no exception"
    return Failure(
        f"step {task.step} {how}",
        f"The process of step {task.step} (task {task.task}) {how}.",
        sections=(Section(f"last lines of {task.step}, task {task.task}", log.of(task.task)),),
        step=task.step,
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _run_failure(account: Account, log: RunLog) -> Failure | None:
    """What happened in the run's own process: Metaflow refused the flow, or its import failed."""
    refused = [refusal for refusal in account.refusals if not refusal.task]
    if refused:
        return _refused(refused[-1], "")
    errors = [error for error in account.errors if not error.task]
    if not errors:
        return None
    chain = errors[-1].chain
    return Failure(
        f"{_headline(chain)} (before the first step)",
        "The run failed before its first step." + _hints(chain),
        chain,
        _tail(log) if not _has_user_frames(chain) else (),
        error=chain[-1],
    )


def _refused(refusal: Refusal, prefix: str) -> Failure:
    message = refusal.message.replace("*", "").partition("\n\nTraceback (most recent call last)")[0]
    message = message or refusal.headline
    says_nothing = refusal.headline == NO_HEADLINE
    lead = "" if says_nothing else f"Metaflow says: {refusal.headline}\n\n"
    return Failure(
        _first_line(message) if says_nothing else f"{refusal.headline}: {_first_line(message)}",
        f"{prefix}{lead}{message}{_hints(refusal.chain)}",
        _of_user(refusal.chain),
        step=refusal.step,
        file=refusal.file,
        line=refusal.line,
        error=refusal.chain[-1],
    )


def _of_user(chain: Sequence[Raised]) -> tuple[Raised, ...]:
    """The exceptions that passed through the user's code."""
    found = [raised for raised in chain if _has_user_frames([raised])]
    return (*found[:-1], replace(found[-1], link="")) if found else ()


def _has_user_frames(chain: Sequence[Raised]) -> bool:
    return any(raised.of_user for raised in chain)


def _unexplained(plan: RunPlan, ending: Ending, account: Account, log: RunLog) -> Failure:
    """No process reported an error: the exit code, or the lack of a finished run, is all there is."""
    run = account.run
    if ending.returncode:
        usage = next((line for line in reversed(log.tail) if line.startswith("Error: ")), None)
        summary = usage or f"the run ended with {_exit(ending.returncode)}"
    elif run is None:
        summary = f"the process ended with exit code 0, but no run of {plan.flow} took place"
    elif run.flow != plan.flow:
        summary = f"the file started {run.flow} instead of {plan.flow}"
    else:
        summary = f"the process ended with exit code 0, but the Client finds no successful end of {plan.flow}"
    text = summary[:1].upper() + summary[1:] + "." + _hints((), (summary,))
    return Failure(summary, text, sections=_tail(log))


def _exit(returncode: int) -> str:
    return f"exit code {returncode}" if returncode > 0 else _signal_name(-returncode)


def _tail(log: RunLog) -> tuple[Section, ...]:
    return (Section("last lines of the run", log.tail),) if log.tail else ()


def _headline(chain: Sequence[Raised]) -> str:
    """`ValueError: too small`: the last exception, without its module, and the first line of its message."""
    kind, colon, message = chain[-1].message.partition(":")
    first = _first_line(message.strip())
    shown = f"{colon} {first}" if first else ""
    return kind.rpartition(".")[2] + (shown if len(shown) <= MAX_HEADLINE else f"{shown[:MAX_HEADLINE]}…")


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
