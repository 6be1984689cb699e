from metaflow import FlowSpec, Parameter, step


class GuardedReadsFlow(FlowSpec):
    """Artifacts of some cases only, read behind guards of every kind."""

    mode = Parameter("mode", default="fast", help="fast, slow or full")

    @step
    def start(self):
        self.extra = None
        if self.mode == "full":
            self.everything = list(range(5))
        self.next({"fast": self.fast, "slow": self.slow, "full": self.full}, condition="mode")

    @step
    def fast(self):
        self.speed = 10
        self.next(self.report)

    @step
    def slow(self):
        self.speed = 1
        self.patience = "long"
        self.next(self.report)

    @step
    def full(self):
        self.speed = 5
        self.extra = sum(self.everything)
        self.next(self.report)

    @step
    def report(self):
        lines = [f"speed {self.speed}"]
        if hasattr(self, "patience"):
            lines.append(self.patience)
        if self.mode == "full":
            lines.append(str(self.everything))
        lines.append(str(getattr(self, "everything", "nothing")))
        try:
            lines.append(self.patience)
        except AttributeError:
            lines.append("no patience")
        if self.extra is not None:
            lines.append(str(self.extra + len(self.everything)))
        self.lines = lines
        self.next(self.end)

    @step
    def end(self):
        patience = self.patience if "patience" in self else None
        print("\n".join(self.lines), patience)


if __name__ == "__main__":
    GuardedReadsFlow()
