from metaflow import FlowSpec, Parameter, current, parallel, step


class ParallelNodesFlow(FlowSpec):
    workers = Parameter("workers", default=2)

    @step
    def start(self):
        self.base = 10
        self.next(self.node, num_parallel=self.workers)

    @parallel
    @step
    def node(self):
        self.rank = current.parallel.node_index
        self.value = self.base + self.rank
        if current.parallel.num_nodes > 1:
            self.several = True
        self.next(self.join)

    @step
    def join(self, inputs):
        self.values = sorted(i.value for i in inputs)
        self.merge_artifacts(inputs, include=["base"])
        self.next(self.end)

    @step
    def end(self):
        assert self.values == [self.base, self.base + 1]


if __name__ == "__main__":
    ParallelNodesFlow()
