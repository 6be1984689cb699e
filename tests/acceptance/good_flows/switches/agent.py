from __future__ import annotations

from enum import Enum

from metaflow import FlowSpec, step


class Action(str, Enum):
    SEARCH = "search"
    ANSWER = "answer"


class AgentFlow(FlowSpec):
    """Thinks and searches in a loop, then answers."""

    MAX_TURNS: int = 4

    @step
    def start(self):
        """Asks."""
        self.question = "what is the largest lake?"
        self.messages: list[dict[str, str]] = [{"role": "user", "content": self.question}]
        self.turn = 0
        self.next(self.think)

    @step
    def think(self):
        self.turn += 1
        match self.turn:
            case n if n >= self.MAX_TURNS:
                self.action = Action.ANSWER.value
            case 1 | 2:
                self.action = "search"
                self.query = f"{self.question} {self.turn}"
                self.messages.append({"role": "tool", "content": self.query})
            case _:
                self.action = "answer"
        self.next({"search": self.think, "answer": self.answer}, condition="action")

    @step
    def answer(self):
        self.final = self.messages[-1]["content"]
        self.next(self.end)

    @step
    def end(self):
        """Prints."""
        print(self.turn, self.final, len(self.messages))


if __name__ == "__main__":
    AgentFlow()
