from metaflow import FlowSpec, step


class ConflictsFlow(FlowSpec):
    """Every way to settle what two branches disagree on."""

    @step
    def start(self):
        self.untouched = {"a": 1}
        self.shared = "first"
        self.next(self.left, self.right)

    @step
    def left(self):
        self.shared = "left"
        self.only_left = 1
        self.same = 5
        self.noise = 1.0
        self.metrics = {"auc": 0.7}
        self.winner = "left"
        self.next(self.settle)

    @step
    def right(self):
        self.shared = "right"
        self.only_right = 2
        self.same = 5
        self.noise = 2.0
        self.metrics = {"auc": 0.8}
        self.winner = "right"
        self.next(self.settle)

    @step
    def settle(self, inputs):
        self.shared = inputs.left.shared + inputs.right.shared
        self.metrics = {"left": inputs.left.metrics, "right": inputs.right.metrics}
        if inputs.left.metrics["auc"] > inputs.right.metrics["auc"]:
            self.winner = inputs.left.winner
        else:
            self.winner = inputs.right.winner
        self.merge_artifacts(inputs, exclude=["noise"])
        self.settled = self.only_left + self.only_right + self.same
        self.next(self.fork)

    @step
    def fork(self):
        self.next(self.again_left, self.again_right)

    @step
    def again_left(self):
        self.late = self.untouched["a"]
        self.report = "left"
        self.next(self.include_some)

    @step
    def again_right(self):
        self.late = self.untouched["a"]
        self.report = "right"
        self.next(self.include_some)

    @step
    def include_some(self, inputs):
        self.merge_artifacts(inputs, include=["late", "settled", "metrics"])
        self.report = [i.report for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.late, self.settled, self.metrics, self.report)
        assert not hasattr(self, "winner")


if __name__ == "__main__":
    ConflictsFlow()
