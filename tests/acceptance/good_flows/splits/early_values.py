"""Static splits: values made before, in one branch only, and in both alike."""

import logging
import typing as t

from metaflow import FlowSpec, current, step

logger = logging.getLogger(__name__)
DEFAULTS: t.Dict[str, int] = {"width": 3, "height": 4}


class EarlyValuesFlow(FlowSpec):
    threshold: float = 0.5
    history: t.List[str]

    @step
    def start(self) -> None:
        logger.info("run %s", current.run_id)
        self.history = []
        self.history.append("start")
        self.left_total = self.right_total = 0
        self.settings: t.Dict[str, int] = dict(DEFAULTS)
        self.settings.update(depth=5)
        self.settings["colour"] = 1
        self.next(self.left, self.right)

    @step
    def left(self) -> None:
        self.left_total += self.settings["width"]
        self.next(self.join)

    @step
    def right(self) -> None:
        self.right_total += self.settings["height"]
        self.next(self.join)

    @step
    def join(self, inputs) -> None:
        self.left_total = inputs.left.left_total
        self.right_total = inputs.right.right_total
        self.merge_artifacts(inputs)
        self.history.append("join")
        self.next(self.end)

    @step
    def end(self) -> None:
        print(self.history, self.left_total, self.right_total, self.settings, self.threshold)


if __name__ == "__main__":
    EarlyValuesFlow()
