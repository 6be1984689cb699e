from metaflow import FlowSpec, JSONType, Parameter, step


class Constants(FlowSpec):
    LABELS = ["b", "a"]
    OPTIONS = {"x": 1}
    opts = Parameter("opts", type=JSONType, default='{"l": [2, 1]}')

    @step
    def start(self):
        self.LABELS_sorted = sorted(self.LABELS)
        labels = self.LABELS[:]
        labels.sort()
        opts = {**self.opts}
        opts["x"] = 3
        for key in self.OPTIONS:
            print(key, self.OPTIONS.get(key), self.LABELS.index("a"), self.LABELS.count("a"))
        self.l = list(self.opts["l"])
        self.l.sort()
        self.copy = self.OPTIONS.copy()
        self.copy.update(y=2)
        self.copy.pop("x")
        del self.copy["y"]
        from copy import deepcopy

        self.deep = deepcopy(self.opts)
        self.deep["l"].append(1)
        self.labels = self.LABELS
        self.labels = self.labels + ["c"]
        self.labels.append("d")
        self.opts_items = [v for v in self.opts.values()]
        self.next(self.end)

    @step
    def end(self):
        print(self.labels, self.deep, self.copy, self.l, self.LABELS_sorted)


if __name__ == "__main__":
    Constants()
