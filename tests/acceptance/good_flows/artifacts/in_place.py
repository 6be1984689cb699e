from collections import defaultdict, deque

from metaflow import FlowSpec, step


class InPlaceFlow(FlowSpec):
    """Artifacts built up in place, deleted, renamed and swapped."""

    LABELS = ["cat", "dog"]
    settings = {"depth": 1}

    @step
    def start(self):
        self.a = self.b = []
        self.a.append(1)
        self.by_length = defaultdict(list)
        for word in ("to", "be", "not"):
            self.by_length[len(word)].append(word)
        self.queue = deque([1, 2, 3], maxlen=3)
        self.counts: dict = {}
        self.counts.setdefault("x", []).append(1)
        self.nested = {"deep": {"deeper": []}}
        self.nested["deep"]["deeper"] += [1]
        self.big = [0] * 1000
        self.size = len(self.big)
        del self.big
        labels = self.LABELS.copy()
        labels.append("bird")
        self.labels = labels
        own = dict(self.settings, depth=2)
        own["width"] = 3
        self.own = own
        self.first, self.second = 1, 2
        self.first, self.second = self.second, self.first
        (self.head, *self.tail) = self.labels
        for self.last in self.tail:
            pass
        with open(__file__) as source:
            self.line_count = sum(1 for _ in source)
        if (lines := self.line_count) > 1:
            self.long_file = lines
        else:
            self.long_file = 0
        self.next(self.change)

    @step
    def change(self):
        self.b.append(2)
        self.queue.append(4)
        self.by_length["new"].append("word")
        self.big = "small now"
        self.nested["deep"].update(more=1)
        self.labels.sort(key=len)
        self.labels[0], self.labels[-1] = self.labels[-1], self.labels[0]
        self.counts["x"].append(2)
        self.counts |= {"y": 1}
        try:
            self.ratio = self.size / 0
        except ZeroDivisionError:
            self.ratio = None
        finally:
            self.tried = True
        for self.position, _ in enumerate(self.labels):
            if self.position:
                break
        self.next(self.end)

    @step
    def end(self):
        print(self.a, self.b, self.queue, self.by_length, self.big, self.nested, self.labels, self.counts)
        print(self.ratio, self.tried, self.position, self.first, self.second, self.head, self.last, self.own)
        print(self.long_file)


if __name__ == "__main__":
    InPlaceFlow()
