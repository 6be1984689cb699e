from metaflow import Flow, FlowSpec, Run, Step, Task, current, get_namespace, namespace, step
from metaflow.exception import MetaflowNotFound


class ReadsRunsFlow(FlowSpec):
    """Reads its own past and present with the Client."""

    @step
    def start(self):
        self.value = 42
        try:
            run = Flow(current.flow_name).latest_successful_run
            self.previous = run.data.value if run else None
        except MetaflowNotFound:
            self.previous = None
        self.next(self.look)

    @step
    def look(self):
        before = get_namespace()
        namespace(None)
        try:
            run = Run(f"{current.flow_name}/{current.run_id}")
            self.tags = sorted(run.tags)
        finally:
            namespace(before)
        task = Step(f"{current.flow_name}/{current.run_id}/start").task
        self.seen = task.data.value
        self.names = sorted(
            artifact.id for artifact in Task(task.pathspec) if not artifact.id.startswith("_")
        )
        self.steps = [s.id for s in run]
        self.next(self.end)

    @step
    def end(self):
        print(self.previous, self.seen, self.names, self.steps, bool(self.tags))


if __name__ == "__main__":
    ReadsRunsFlow()
