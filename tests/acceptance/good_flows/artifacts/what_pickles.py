import collections
import datetime
import functools
import io
import itertools
import json
import logging
import operator
import os
import random
import re
import sys
import threading
import types

from metaflow import FlowSpec, step


class Model:
    def __init__(self):
        self.lock = threading.Lock()
        self.fn = lambda x: x

    def __getstate__(self):
        return {}


def top(x):
    return x


@functools.lru_cache
def cached(x):
    return x


class Pickles(FlowSpec):
    @step
    def start(self):
        self.model = Model()
        self.counter = itertools.count()
        self.cycle = itertools.cycle([1])
        self.rng = random.Random(1)
        self.tz = datetime.timezone.utc
        self.now = datetime.datetime.now(self.tz)
        self.ns = types.SimpleNamespace(a=1)
        self.env = dict(os.environ)
        self.match = re.match("a", "a").group()
        self.buf = io.BytesIO(b"x")
        self.s = io.StringIO("x")
        self.m = operator.methodcaller("upper")
        self.tops = [top, cached, json.dumps]
        self.by_name = {"top": top, "len": len}
        self.part = functools.partial(top, 1)
        self.dd = collections.defaultdict(list)
        self.dd2 = collections.defaultdict(int, {"a": 1})
        self.cm = collections.ChainMap({}, {})
        self.rev = list(reversed([1]))
        self.chain = itertools.chain([1], [2])
        self.enumerated = enumerate([1])
        self.sl = slice(None)
        self.exc = sys.exc_info()
        self.gen = list(x for x in [1])
        self.total = sum(x for x in [1])
        self.joined = ",".join(str(x) for x in [1])
        self.any = any(x for x in [1])
        self.d = dict((k, 1) for k in "ab")
        self.t = tuple(x for x in [1])
        self.first = next((x for x in [1]), None)
        self.keys = [*{"a": 1}]
        self.sorted = sorted({"a": 1}.items())
        self.level = logging.INFO
        self.text = open(os.devnull).read()
        with open(os.devnull) as f:
            self.lines = f.readlines()
        self.frozen = frozenset({1})
        self.cls = Model
        self.bound = "x".upper
        self.mapped = {k: v for k, v in zip("ab", [1, 2])}
        self.typ = type(self.model)
        self.next(self.end)

    @step
    def end(self):
        print(
            self.tops[0](1),
            self.by_name["top"](2),
            self.part(),
            self.chain,
            self.bound(),
            self.counter,
            self.cls,
        )


if __name__ == "__main__":
    Pickles()
