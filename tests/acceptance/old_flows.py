"""Flows as they were often written before anyone linted them, with much to fix and all of it fixable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True)
class Old:
    """A flow file.

    `unable` is text that keeps Metaflow from running the flow, and what to write instead so that it can be
    compared with the fixed one; `arguments` are those of both runs.
    """

    source: bytes
    unable: tuple[str, str] = ("", "")
    arguments: tuple[str, ...] = ()

    @property
    def startable(self) -> bytes:
        """The file as Metaflow can run it, otherwise not fixed."""
        broken, mended = self.unable
        return self.source.replace(broken.encode(), mended.encode(), 1) if broken else self.source


def _text(code: str) -> bytes:
    return dedent(code).lstrip("\n").encode()


ORDERS = '''\
"""Counts the orders of a week."""
import csv, io
import random
from collections import Counter, defaultdict

import pandas as pd
from metaflow import FlowSpec, Parameter, step

import prices
from prices import with_vat

ORDERS = """customer,price
anna,10
ben,20
anna,30
"""


class OrderReport(FlowSpec):
    """Orders by customer."""

    days = Parameter('days', default=7, help='How many days back.')

    @step
    def start(self):
        """Read the orders."""
        self.rows = list(csv.DictReader(io.StringIO(ORDERS)))
        self.luck = random.random()
        self.next(self.count)

    @step  # mflint: ignore[MF103]
    def count(self):
        """Count them."""
        self.customers = Counter(row['customer'] for row in self.rows)
        from statistics import mean
        self.mean = mean(self._prices())
        self.total = with_vat(sum(self._prices()))
        self.next(self.table)

    def _prices(self):
        return [float(row['price']) for row in self.rows] + [prices.VAT]

    @step
    def table(self):
        """Sum them up."""
        frame = pd.DataFrame(self.rows)
        self.frame = frame
        sums = defaultdict(float)
        for row in self.rows:
            sums[row['customer']] += float(row['price'])
        self.sums = dict(sums)
        self.next(self.end)

    @step
    def end(self):
        """Done."""
        print(self.total)


OrderReport()
'''

OLD: Mapping[str, Old] = {
    "orders.py": Old(ORDERS.encode()),
    "lottery.py": Old(
        _text(
            """
            #!/usr/bin/env python
            # -*- coding: utf-8 -*-
            # Draws lots.  noqa
            import metaflow as mf
            import math as m; import random
            import os.path

            # heavy
            import numpy as np  # noqa: MF401

            @mf.project(name="shop")
            class Lottery(mf.FlowSpec):
              # how many are drawn
              tickets = mf.Parameter("tickets", default=lambda context: 3)

              # less to do
              test_mode = mf.Parameter("test-mode", type=bool, default=True)

              @mf.step
              def start(self):
                self.numbers = list(range(self.tickets))
                self.next(self.draw, foreach="numbers")

              @mf.step
              def draw(self):
                self.lot = random.random()
                # how it is rounded
                from decimal import Decimal
                self.exact = Decimal(m.floor(self.lot * 100))
                if self.test_mode: self.exact = self.exact + 1
                self.next(self.gather)

              @mf.step
              def gather(self, inputs):
                self.lots = sorted(i.lot for i in inputs)
                self.mean = float(np.mean(self.lots)); self.name_of = os.path.basename("a/b")
                self.next(self.end)

              @mf.step
              def end(self): print(self.lots)

            if __name__ == "__main__":
              Lottery()
            """
        ),
        unable=("default=lambda context: 3", "default=lambda context: 3, type=int"),
    ),
    "stock.py": Old(
        _text(
            """
            from metaflow import FlowSpec, Parameter, step
            import json
            import shelves
            from shelves import (
                CAPACITY,  # of one
                fill,
            )
            from stock_base import StockBase


            class StockFlow(StockBase, FlowSpec):
                test_mode = Parameter('test-mode', default=False, help='Fill one shelf.')

                @step
                def start(self):
                    '''Fill.'''
                    self.filled = fill(self.boxes(), CAPACITY)
                    if not self.test_mode:
                        self.text = json.dumps(self.filled)
                    self.next(self.left, self.right)

                @step
                def left(self):
                    self.side = [shelves.name(shelf) for shelf in self.filled[::2]]
                    self.next(self.join)

                @step
                def right(self):  # mflint: ignore[missing-project, module-import-used-in-step] -- old
                    self.side = [shelves.name(shelf) for shelf in self.filled[1::2]]
                    self.next(self.join)

                @step
                def join(self, inputs):
                    self.sides = [i.side for i in inputs]
                    self.merge_artifacts(inputs, exclude=['side'])
                    self.next(self.end)

                @step
                def end(self):
                    pass
            """
        ),
        unable=("        pass\n", "        pass\n\n\nStockFlow()\n"),
        arguments=("--test-mode", "False"),
    ),
    "windows.py": Old(
        _text(
            """
            from metaflow import FlowSpec, step
            import textwrap

            class Windows(FlowSpec):
            \tsize = 3
            \t@step
            \tdef start(self):
            \t\tself.lines = textwrap.wrap("no more than this", self.size * 3)
            \t\timport string
            \t\tself.letters = string.ascii_letters[:self.size]
            \t\tself.next(self.end)
            \t@step
            \tdef end(self): print(textwrap.fill("done"))
            # café
            Windows()  # start"""
        ).replace(b"\n", b"\r\n"),
    ),
}
OTHERS = {
    "prices.py": """
        VAT = 0.19


        def with_vat(price):
            return round(price * (1 + VAT), 2)
        """,
    "shelves.py": """
        CAPACITY = 2


        def fill(boxes, capacity):
            return [boxes[place : place + capacity] for place in range(0, len(boxes), capacity)]


        def name(shelf):
            return "-".join(map(str, shelf))
        """,
    "stock_base.py": """
        import itertools


        class StockBase:
            def boxes(self):
                return list(itertools.islice(itertools.count(3), 7))
        """,
}
SETTINGS = """\
profile = "strict"
project-name = "shop"

[rules.module-import-used-in-step]
stdlib = true
"""
FIXED_ORDERS = '''\
--- orders.py
+++ orders.py
@@ -1,13 +1,6 @@
 """Counts the orders of a week."""
-import csv, io
-import random
-from collections import Counter, defaultdict
 
-import pandas as pd
-from metaflow import FlowSpec, Parameter, step
-
-import prices
-from prices import with_vat
+from metaflow import FlowSpec, Parameter, current, project, step
 
 ORDERS = """customer,price
 anna,10
@@ -16,35 +9,54 @@
 """
 
 
-class OrderReport(FlowSpec):
+@project(name='shop')
+class OrderReportFlow(FlowSpec):
     """Orders by customer."""
 
+    test_mode = Parameter(
+        'test-mode',
+        type=bool,
+        default=lambda _: not current.is_production,
+        help='Use little data.',
+    )
     days = Parameter('days', default=7, help='How many days back.')
 
     @step
     def start(self):
         """Read the orders."""
+        import csv
+        import io
+        import random
+
         self.rows = list(csv.DictReader(io.StringIO(ORDERS)))
         self.luck = random.random()
         self.next(self.count)
 
-    @step  # mflint: ignore[MF103]
+    @step
     def count(self):
         """Count them."""
+        from collections import Counter
+        from prices import with_vat
+        from statistics import mean
+
         self.customers = Counter(row['customer'] for row in self.rows)
-        from statistics import mean
         self.mean = mean(self._prices())
         self.total = with_vat(sum(self._prices()))
         self.next(self.table)
 
     def _prices(self):
+        import prices
+
         return [float(row['price']) for row in self.rows] + [prices.VAT]
 
     @step
     def table(self):
         """Sum them up."""
+        import pandas as pd
+        from collections import defaultdict
+
         frame = pd.DataFrame(self.rows)
-        self.frame = frame
+        self.frame = frame.to_dict('list')
         sums = defaultdict(float)
         for row in self.rows:
             sums[row['customer']] += float(row['price'])
@@ -57,4 +69,5 @@
         print(self.total)
 
 
-OrderReport()
+if __name__ == '__main__':
+    OrderReportFlow()
'''  # noqa: W293
"""The diff of `orders.py` after all fixes."""
