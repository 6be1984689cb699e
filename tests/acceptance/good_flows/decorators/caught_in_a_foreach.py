from metaflow import FlowSpec, catch, step


class CatchBefore(FlowSpec):
    @step
    def start(self):
        self.items = [1, 0]
        self.next(self.risky, foreach="items")

    @catch(var="error")
    @step
    def risky(self):
        self.item = self.input
        self.value = 1 / self.item
        self.next(self.after)

    @step
    def after(self):
        if self.error:
            self.final = None
        else:
            self.final = self.value
        print(self.value if not self.error else "failed")
        self.next(self.join)

    @step
    def join(self, inputs):
        self.finals = [i.final for i in inputs if not i.error]
        self.values = [i.value for i in inputs if i.error is None]
        self.failed = [i.item for i in inputs if i.error]
        self.next(self.end)

    @step
    def end(self):
        print(self.finals, self.values, self.failed)


if __name__ == "__main__":
    CatchBefore()
