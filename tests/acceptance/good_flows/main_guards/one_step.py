from metaflow import FlowSpec, Parameter, step


class OneStepFlow(FlowSpec):
    name = "kept by nobody"
    who = Parameter("who", default="world")

    @step
    def start(self):
        print("hello", self.who)
        self.next(self.end)

    @step
    def end(self): ...


try:
    if __name__ == "__main__":
        OneStepFlow()
except KeyboardInterrupt:
    print("stopped")
