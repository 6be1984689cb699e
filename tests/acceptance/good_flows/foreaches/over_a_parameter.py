from metaflow import FlowSpec, JSONType, Parameter, step


class OverAParameterFlow(FlowSpec):
    regions = Parameter("regions", type=JSONType, default='["eu", "us"]', help="where")
    people = Parameter("people", default="anna,bo", separator=",", help="who")

    @step
    def start(self):
        self.next(self.region, foreach="regions")

    @step
    def region(self):
        self.found = f"data of {self.input}"
        self.next(self.region_join)

    @step
    def region_join(self, inputs):
        self.found = [i.found for i in inputs]
        self.next(self.greet)

    @step
    def greet(self):
        self.next(self.person, foreach="people")

    @step
    def person(self):
        self.greeting = "hello " + self.input
        self.next(self.person_join)

    @step
    def person_join(self, inputs):
        self.greetings = [i.greeting for i in inputs]
        self.merge_artifacts(inputs, include=["found"])
        self.next(self.end)

    @step
    def end(self):
        print(self.found, self.greetings, self.regions, len(self.people))


if __name__ == "__main__":
    OverAParameterFlow()
