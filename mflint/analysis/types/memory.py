"""What has been found out about the values of a project, and what is being found out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

_MAX_QUESTIONS = 2_000
"""How many assignments and helpers are looked at for one function before nothing is certain."""

OPEN = "open"
"""Stands for an assignment that is being looked at: what it gives depends on the others that are."""


@dataclass
class Memory:
    """What has been answered, and what is being looked at: loops and recursive helpers lead back to it."""

    answers: dict[object, str | None] = field(default_factory=dict)
    active: set[object] = field(default_factory=set)
    rounds: int = 0
    questions: int = 0

    def ask(self, subject: object, answer: Callable[[], str | None]) -> str | None:
        """The answer for `subject`, kept where it does not depend on one that is still open."""
        if subject in self.answers:
            return self.answers[subject]
        if subject in self.active:
            self.rounds += 1
            return OPEN
        self.questions += 1
        if self.questions > _MAX_QUESTIONS:
            return None
        rounds = self.rounds
        self.active.add(subject)
        found = answer()
        self.active.remove(subject)
        if self.rounds == rounds:
            self.answers[subject] = found
        return found


def agreed(types: Iterable[str | None]) -> str | None:
    """The one type that all of `types` are, those that are open aside."""
    closed = set(types) - {OPEN}
    return closed.pop() if len(closed) == 1 else None
