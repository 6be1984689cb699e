"""The flows of a session as a table in GitHub's Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from pytest_metaflow.report.flows import FlowReport
from pytest_metaflow.results.logs import plain

MAX_TEXT = 500
"""Characters of a message in a cell."""

ICONS = {"failed": "❌", "error": "❌", "passed": "✅"}

ORDER = ("error", "failed", "xpassed", "xfailed", "skipped", "passed")
"""What asks for attention stands first, and goes last when room is short."""

SPECIAL = re.compile(r"""[!"#$&'*<>?@\[\\\]^_`{|}~]""")
"""What Markdown, HTML or GitHub may take for more than a character."""

HEAD = ("| | flow | steps | tasks | seconds | |", "|---|---|---:|---:|---:|---|")


def page(flows: Sequence[FlowReport], end: str, room: int) -> str:
    """The table, in at most `room` bytes of UTF-8: flows that find no place are counted in a last line.

    `end` says why the session ended before its end, if it did. Empty where not even the head fits.
    """
    rows = [row(flow) for flow in sorted(flows, key=_rank)]
    for kept in _lengths(rows, room):
        left_out = f"{len(rows) - kept} more are left out: no room." if kept < len(rows) else ""
        text = _page(_headline(flows), rows[:kept], [cell(end), left_out])
        if len(text.encode()) <= room:
            return text
    return ""


def _lengths(rows: Sequence[str], room: int) -> Iterable[int]:
    """How many rows to try: all, then as many as fit by their own size, then none."""
    fitting, size = 0, 1000
    for text in rows:
        size += len(text.encode()) + 1
        if size > room:
            break
        fitting += 1
    return (len(rows), fitting, 0)


def _page(headline: str, rows: Sequence[str], after: Iterable[str]) -> str:
    table = "\n".join([*HEAD, *rows]) if rows else ""
    return "\n\n".join(part for part in (headline, table, *after) if part) + "\n\n"


def _headline(flows: Sequence[FlowReport]) -> str:
    counted = Counter(flow.outcome for flow in flows)
    return "### Flows: " + ", ".join(f"{counted[name]} {name}" for name in sorted(counted, key=_place))


def _rank(flow: FlowReport) -> tuple[int, str]:
    return _place(flow.outcome), flow.nodeid


def _place(outcome: str) -> int:
    return ORDER.index(outcome) if outcome in ORDER else 0


def row(flow: FlowReport) -> str:
    """One line of the table."""
    numbers = ("" if number is None else str(number) for number in (flow.steps, flow.tasks))
    seconds = "" if flow.seconds is None else f"{flow.seconds:.1f}"
    remarks = "<br>".join(cell(text) for text in (flow.problem, *flow.notes) if text)
    outcome = f"{ICONS.get(flow.outcome, '⚠️')} {flow.outcome}"
    return " ".join(["|", " | ".join([outcome, cell(flow.nodeid), *numbers, seconds, remarks]), "|"])


def cell(text: str) -> str:
    """Text as it is, on one line: every special character becomes its number, which nothing interprets.

    In `<code>` GitHub makes no link of `@kubernetes` either.
    """
    if not text:
        return ""
    line = plain(" ".join(text.split()))
    shown = line if len(line) <= MAX_TEXT else f"{line[: MAX_TEXT - 1]}…"
    return f"<code>{SPECIAL.sub(lambda match: f'&#{ord(match[0])};', shown)}</code>"
