from metaflow import FlowSpec, Parameter, current, project, step


@project(name="churn")
class ChurnFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=lambda _: not current.is_production)

    @step
    def start(self):
        """Load the events of both regions."""
        from features import load_events

        self.events = load_events("events.csv", few=self.test_mode).to_dict("list")
        self.scaled = 100
        self.next(self.north, self.south)

    @step
    def north(self):
        self.region = "both"
        self.score = len(self.region) / self.scaled
        self.next(self.choose)

    @step
    def south(self):
        self.region = "both"
        self.next(self.choose)

    @step
    def choose(self, inputs):
        self.merge_artifacts(inputs)
        self.best = self.region
        self.next(self.contact)

    @step
    def contact(self):
        self.next(self.email, self.letter)

    @step
    def email(self):
        self.next(self.sent)

    @step
    def letter(self):
        self.next(self.sent)

    @step
    def sent(self, inputs):
        self.merge_artifacts(inputs)
        self.branches = len(list(inputs))
        self.next(self.report)

    @step
    def report(self):
        self.threshold = 0.5
        self.next(self.end)

    @step
    def end(self):
        """Say who will leave."""
        print(self.best, self.threshold)


if __name__ == "__main__":
    ChurnFlow()
