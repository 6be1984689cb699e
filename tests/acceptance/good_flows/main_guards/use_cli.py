from metaflow import FlowSpec, step


class UseCliFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if "__main__" == __name__:
    flow = UseCliFlow(use_cli=True)
