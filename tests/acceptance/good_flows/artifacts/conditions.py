import os
import random

from metaflow import FlowSpec, Parameter, step

DEBUG = os.environ.get("DEBUG")


class ConditionsFlow(FlowSpec):
    """What is there under a condition is read under the same one, or filled beforehand."""

    use_cache = Parameter("use-cache", default=False, type=bool)
    level = Parameter("level", default=2)
    fallback = None

    @step
    def start(self):
        if self.use_cache:
            self.rows = ["cached"]
        elif self.level > 1:
            self.rows = ["level"]
        else:
            raise ValueError("no rows")
        while True:
            self.draw = random.random()
            if self.draw < 2:
                break
        for attempt in range(3):
            try:
                self.parsed = int("12")
                break
            except ValueError:
                if attempt == 2:
                    raise
        if DEBUG:
            self.debugged = 1
        with open(os.devnull) as nothing:
            self.content = nothing.read()
        if self.level == 2:
            self.two = "two"
        has_more = len(self.rows) > 0
        if has_more:
            self.more = self.rows * 2
        self.next(self.read)

    @step
    def read(self):
        if DEBUG:
            print(self.debugged)
        text = self.two if self.level == 2 else "not two"
        if self.level == 2 and self.two:
            text += "!"
        if not self.rows:
            raise RuntimeError
        if len(self.rows) > 0:
            self.doubled = self.more
        try:
            self.value = self.missing_value
        except AttributeError:
            self.value = None
        self.fallback_value = getattr(self, "absent", self.fallback)
        assert self.parsed == 12, self.parsed
        self.text = text
        print(self.draw, self.content)
        if hasattr(self, "debugged") and self.debugged:
            print("debugged")
        if not hasattr(self, "later"):
            self.later = []
        self.later.append(1)
        self.next(self.end)

    @step
    def end(self):
        print(self.text, self.doubled, self.value, self.fallback_value, self.later)
        if "debugged" in vars(self):
            print(self.debugged)


if __name__ == "__main__":
    ConditionsFlow()
