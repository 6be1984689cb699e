"""Artifacts of classes, enums, named tuples, paths, dates, decimals, sets, functions by name."""

from __future__ import annotations

import datetime as dt
import enum
import math
import operator
import re
import uuid
from collections import Counter, OrderedDict
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import NamedTuple, Optional

from metaflow import FlowSpec, step


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Place(NamedTuple):
    name: str
    height: int = 0


@dataclass(frozen=True)
class Reading:
    at: dt.datetime
    value: Decimal
    colour: Optional[Colour] = None


class ClassesFlow(FlowSpec):
    @step
    def start(self):
        self.colour = Colour.RED
        self.place = Place("hill", height=3)
        self.reading = Reading(dt.datetime(2024, 1, 1), Decimal("1.5"))
        self.day = dt.date.today() - dt.timedelta(days=1)
        self.path = Path("/tmp") / "x.csv"
        self.third = Fraction(1, 3)
        self.identity = uuid.uuid4()
        self.pattern = re.compile(r"\d+")
        self.counter = Counter("hello")
        self.ordered = OrderedDict(a=1)
        self.tags = {"a", "b"}
        self.frozen = frozenset(self.tags)
        self.raw = b"bytes" + bytes(2)
        self.array = bytearray(b"x")
        self.infinity = math.inf
        self.parse = partial(int, base=2)
        self.key = operator.itemgetter(0)
        self.kind = Colour
        self.convert = float
        self.rows = enumerate(["x", "y"])
        self.error = ValueError("kept")
        self.ellipsis = ...
        self.complex = 1 + 2j
        self.spans = slice(0, 2)
        self.next(self.use)

    @step
    def use(self):
        self.reading = replace(self.reading, colour=Colour.BLUE)
        self.place = self.place._replace(height=4)
        self.digits = self.pattern.findall("a1b22")
        self.number = self.parse("101") + self.convert("0.5")
        self.next(self.end)

    @step
    def end(self):
        print(self.colour, self.place, self.reading, self.day, self.path, self.third, self.identity)
        print(self.digits, self.counter, self.ordered, sorted(self.tags), self.raw, self.array, self.infinity)
        print(self.key([7]), self.kind.RED, list(self.rows), self.error, self.ellipsis, self.complex)
        print(self.number, self.frozen == self.tags, [1, 2, 3][self.spans])


if __name__ == "__main__":
    ClassesFlow()
