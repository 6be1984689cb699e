from metaflow import Config, FlowSpec, Parameter, config_expr, environment, project, resources, step


def parse_lines(text):
    return dict(line.split("=") for line in text.splitlines())


@project(name=config_expr("config.project"))
class ConfiguredFlow(FlowSpec):
    config = Config("config", default="settings.json")
    inline = Config("inline", default_value='{"a": {"b": 1}}')
    lines = Config("lines", default_value="x=1\ny=2", parser=parse_lines)
    depth = Parameter("depth", default=config.model.depth)

    @resources(cpu=config.cpu)
    @environment(vars={"KIND": config_expr("config.model.kind")})
    @step
    def start(self):
        self.kind = self.config.model.kind
        self.regions = list(self.config["regions"])
        self.b = self.inline.a.b
        self.model = dict(self.config.model)
        self.model["depth"] = self.depth
        for key, value in self.lines.items():
            print(key, value)
        self.next(self.region, foreach="regions")

    @step
    def region(self):
        self.region_name = self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.names = [i.region_name for i in inputs]
        self.merge_artifacts(inputs, exclude=["region_name"])
        self.next(self.end)

    @step
    def end(self):
        print(self.kind, self.names, self.b, self.model, self.config.get("missing", "default"))


if __name__ == "__main__":
    ConfiguredFlow()
