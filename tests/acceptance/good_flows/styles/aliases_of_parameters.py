from functools import partial
from metaflow import FlowSpec, step, Parameter, JSONType, IncludeFile
import json


class Aliases(FlowSpec):
    config = Parameter("config", type=JSONType, default='{"model": {}, "split": {}}')
    raw = IncludeFile("raw", is_text=True, default=__file__)
    param_defaults = {"config": 1}

    @step
    def start(self):
        split = self.config["split"]
        split["x"] = 1
        size = split.pop("x")
        model = self.config["model"]
        model["labels"] = 3
        self.used = dict(model)
        for k, v in self.param_defaults.items():
            print(getattr(self, k.replace("-", "_")), v)
        self.lines = json.dumps(self.raw)
        self.words = ["a", "b"]
        self.next(self.a, self.b)

    @step
    def a(self):
        self.encodings = self._encode(self.words)
        self.next(self.join)

    @step
    def b(self):
        self.encodings = self._encode(self.words[1:])
        self.next(self.join)

    def _encode(self, words):
        return [len(w) for w in words]

    @step
    def join(self, inputs):
        def score(inp):
            return inp.encodings, sum(inp.encodings)

        self.results = sorted(map(score, inputs), key=lambda x: -x[1])
        self.merge_artifacts(inputs, exclude=["encodings"])
        self.a_enc = inputs.a.encodings
        self.next(self.tail)

    @step
    def tail(self):
        self.model = partial(print, "x")
        self.route = len(self.words) > 1
        self.next({True: self.yes, False: self.no}, condition="route")

    @step
    def yes(self):
        self.next(self.end)

    @step
    def no(self):
        self.next(self.end)

    @step
    def end(self):
        self.model(self.results, self.a_enc, self.used)


if __name__ == "__main__":
    Aliases()
