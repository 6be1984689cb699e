from metaflow import FlowSpec, Parameter, step


class SwitchPaths(FlowSpec):
    mode = Parameter("mode", default="a")

    @step
    def start(self):
        self.route = "left" if self.mode == "a" else "right"
        self.next({"left": self.left, "right": self.right}, condition="route")

    @step
    def left(self):
        self.left_value = 1
        self.next(self.mid)

    @step
    def right(self):
        self.right_value = 2
        self.next(self.mid)

    @step
    def mid(self):
        if self.route == "left":
            self.value = self.left_value
        else:
            self.value = self.right_value
        self.result = self.left_value if self.mode == "a" else self.right_value
        self.next({"left": self.left2, "right": self.right2}, condition="route")

    @step
    def left2(self):
        print(self.left_value)
        self.next(self.end)

    @step
    def right2(self):
        print(self.right_value)
        self.next(self.end)

    @step
    def end(self):
        print(self.value, self.result)


if __name__ == "__main__":
    SwitchPaths()
