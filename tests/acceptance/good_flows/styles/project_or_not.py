from metaflow import FlowSpec, current, step  # noqa: F401


class ProjectGuarded(FlowSpec):
    @step
    def start(self):
        self.prod = getattr(current, "is_production", False)
        try:
            self.b = current.branch_name
        except AttributeError:
            self.b = None
        if hasattr(current, "project_name"):
            self.p = current.project_name
        else:
            self.p = None
        self.q = current.get("project_name")
        self.next(self.end)

    @step
    def end(self):
        print(self.prod, self.b, self.p, self.q)


if __name__ == "__main__":
    ProjectGuarded()
