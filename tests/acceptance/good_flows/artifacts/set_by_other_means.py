from metaflow import FlowSpec, step  # noqa: F401


class Mangled(FlowSpec):
    @step
    def start(self):
        self.__secret = 1
        self.__dict__["direct"] = 1
        vars(self)["by_vars"] = 2
        object.__setattr__(self, "by_object", 3)
        self.__dict__.update(updated=4)
        super().__setattr__("by_super", 5)
        exec("self.by_exec = 6")
        self.next(self.end)

    @step
    def end(self):
        print(
            self.__secret,
            self.direct,
            self.by_vars,
            self.by_object,
            self.updated,
            self.by_super,
            self.by_exec,
        )


if __name__ == "__main__":
    Mangled()
