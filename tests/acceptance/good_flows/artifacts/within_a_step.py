"""What cannot be kept is used within its step only."""

import csv
import io
import json
import sqlite3
import tempfile
import threading
from contextlib import ExitStack, closing, contextmanager
from functools import lru_cache, partial
from pathlib import Path

from metaflow import FlowSpec, step


@contextmanager
def timed(what):
    print("begin", what)
    yield what
    print("done", what)


class WithinAStepFlow(FlowSpec):
    @step
    def start(self):
        double = lambda value: value * 2  # noqa: E731

        def triple(value):
            return value * 3

        scale = partial(lambda by, value: by * value, 4)
        self.numbers = [f(2) for f in (double, triple, scale)]
        squares = (n * n for n in self.numbers)
        self.total = sum(squares)
        self.evens = list(filter(lambda n: n % 2 == 0, self.numbers))
        self.texts = list(map(str, self.numbers))
        self.table = {str(n): n for n in self.numbers}
        self.keys = list(self.table.keys())
        self.values = tuple(self.table.values())
        self.reversed = list(reversed(self.numbers))
        self.sorted = sorted(self.table.items(), key=lambda pair: -pair[1])
        lock = threading.Lock()
        with lock:
            self.locked = lock.locked()
        self.next(self.files)

    @step
    def files(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.csv"
            with path.open("w", newline="") as out:
                writer = csv.DictWriter(out, ["a", "b"])
                writer.writeheader()
                writer.writerows([{"a": 1, "b": 2}])
            self.text = path.read_text()
        with tempfile.NamedTemporaryFile("w+", suffix=".json") as file:
            json.dump({"text": self.text}, file)
            file.seek(0)
            self.loaded = json.load(file)
        buffer = io.StringIO()
        buffer.write("x")
        self.buffered = buffer.getvalue()
        with closing(sqlite3.connect(":memory:")) as connection, timed("query") as self.name_of_query:
            self.answer = connection.execute("select 41 + 1").fetchone()[0]
        with ExitStack() as stack:
            opened = [stack.enter_context(open(__file__)) for _ in range(2)]
            self.first_lines = [file.readline() for file in opened]
        self.next(self.temporary_attributes)

    @step
    def temporary_attributes(self):
        self.connection = sqlite3.connect(":memory:")
        self.version = self.connection.execute("select sqlite_version()").fetchone()[0]
        self.connection.close()
        del self.connection
        self.handle = open(__file__)
        try:
            self.length = len(self.handle.read())
        finally:
            self.handle.close()
            self.handle = None

        @lru_cache
        def fibonacci(n):
            return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

        self.fibonacci = fibonacci(20)
        self.key_of = lambda pair: pair[0]
        self.ordered = sorted([(2, "b"), (1, "a")], key=self.key_of)
        self.next(self.end)

    @step
    def end(self):
        print(self.numbers, self.total, self.evens, self.texts, self.keys, self.values, self.reversed)
        print(self.loaded, self.buffered, self.answer, self.first_lines, self.version, self.length)
        print(self.fibonacci, self.ordered, self.sorted, self.locked, self.name_of_query)


if __name__ == "__main__":
    WithinAStepFlow()
