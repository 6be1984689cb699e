from metaflow import FlowSpec, Parameter, step


class RetryLoopFlow(FlowSpec):
    """A recursive switch with a counter, then one that leaves early."""

    limit = Parameter("limit", default=3)

    @step
    def start(self):
        self.attempts = 0
        self.errors = []
        self.next(self.attempt)

    @step
    def attempt(self):
        self.attempts += 1
        if self.attempts < self.limit:
            self.errors.append(f"attempt {self.attempts}")
            self.outcome = "again"
        else:
            self.outcome = "done"
            self.answer = self.attempts * 10
        self.next({"again": self.attempt, "done": self.decide}, condition="outcome")

    @step
    def decide(self):
        self.quality = "good" if self.answer >= 30 else "bad"
        self.next({"good": self.publish, "bad": self.apologise}, condition="quality")

    @step
    def publish(self):
        self.message = f"published {self.answer}"
        self.next(self.end)

    @step
    def apologise(self):
        self.message = "sorry"
        self.next(self.end)

    @step
    def end(self):
        print(self.message, self.errors, self.attempts)


if __name__ == "__main__":
    RetryLoopFlow()
