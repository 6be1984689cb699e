from metaflow import FlowSpec, step  # noqa: F401
import json, threading, logging
from collections import defaultdict


class PickledBack(FlowSpec):
    def _cleanup(self):
        del self.lock

    @step
    def start(self):
        self.gen = (x for x in range(3))
        self.gen = list(self.gen)
        self.d = defaultdict(lambda: 0)
        self.d["a"] += 1
        self.d = dict(self.d)
        self.e = defaultdict(lambda: 0)
        self.e["b"] += 1
        self.e.default_factory = None
        self.lock = threading.Lock()
        self._cleanup()
        self.keys = {"a": 1}.keys()
        self.keys = sorted(self.keys)
        self.f = open(__file__)
        self.f = self.f.name
        self.mod = json
        self.text = self.mod.dumps({})
        self.mod = None
        self.it = iter([1])
        self.g = map(str, [1])
        self.z = zip([1], [2])
        self.logger = logging.getLogger("x")
        self.next(self.end)

    @step
    def end(self):
        print(self.gen, self.d, self.e, self.keys, self.f, self.it, list(self.g), list(self.z), self.logger)


if __name__ == "__main__":
    PickledBack()
