import sys

from metaflow import FlowSpec, step


class Common(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.end)


class FirstFlow(Common):
    @step
    def end(self):
        print("first", self.x)


class SecondFlow(Common):
    @step
    def start(self):
        self.x = 2
        self.y = 3
        self.next(self.end)

    @step
    def end(self):
        print("second", self.x, self.y)


if __name__ == "__main__":
    flow = FirstFlow if "--first" in sys.argv else SecondFlow
    flow()
