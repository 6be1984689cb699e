from metaflow import FlowSpec, card, catch, current, environment, resources, retry, step, timeout
from metaflow.cards import Artifact, Markdown, Table  # noqa: F401


class CardsFlow(FlowSpec):
    """Cards, failures that are caught, retries, time limits, variables of the environment."""

    @card(type="blank", id="first")
    @card(type="blank", id="second")
    @step
    def start(self):
        current.card["first"].append(Markdown("# hello"))
        current.card["second"].extend([Table([[Artifact({"a": 1})]])])
        self.numbers = [1, 0]
        self.next(self.divide, foreach="numbers")

    @catch(var="failed", print_exception=False)
    @retry(times=0)
    @step
    def divide(self):
        self.number = self.input
        self.quotient = 1 / self.number
        self.next(self.gather)

    @resources(cpu=1, memory=100)
    @step
    def gather(self, inputs):
        self.results = []
        self.failures = 0
        for branch in inputs:
            if branch.failed:
                self.failures += 1
                print("failed", branch.failed.type, branch.number)
            else:
                self.results.append(branch.quotient)
        self.next(self.flaky)

    @catch(var="error")
    @timeout(seconds=60)
    @step
    def flaky(self):
        self.before = "set"
        if self.failures:
            raise ValueError("no luck")
        self.after = "never"
        self.next(self.shown)

    @environment(vars={"MODE": "test", "LEVEL": "3"})
    @retry(times=1, minutes_between_retries=0)
    @card(type="blank")
    @step
    def shown(self):
        import os

        if current.retry_count == 0 and self.error is None:
            raise RuntimeError("first attempt")
        self.level = int(os.environ["LEVEL"])
        if not self.error:
            print(self.after)
        current.card.append(Markdown(f"level **{self.level}**"))
        current.card.append(Table([["a", Markdown("b")]], headers=["x", "y"]))
        self.next(self.end)

    @step
    def end(self):
        print(self.results, self.failures, self.before, self.error, self.level)
        print(current.flow_name, current.step_name, current.pathspec, current.is_running_flow)


if __name__ == "__main__":
    CardsFlow()
