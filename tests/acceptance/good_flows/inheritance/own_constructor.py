from metaflow import FlowSpec, step


class ConstructorFlow(FlowSpec):
    """Sets up in its constructor what is made anew in each task."""

    def __init__(self, *args, **kwargs):
        self.started = "in the constructor"
        self.helpers = {}
        super().__init__(*args, **kwargs)

    @step
    def start(self):
        print(self.started)
        self.helpers["start"] = 1
        self.next(self.end)

    @step
    def end(self):
        print(self.started, self.helpers)


if __name__ == "__main__":
    ConstructorFlow()
