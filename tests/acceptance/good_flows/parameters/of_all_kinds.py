# run: run --start_date 2024-02-01 --tag good
import json
import os
from datetime import datetime, timedelta

from metaflow import FlowSpec, IncludeFile, JSONType, Parameter, current, project, step


def default_name(context):
    return f"{context.flow_name}-{context.user_name}"


def two_weeks_ago(context):
    return (datetime.now() - timedelta(days=14)).isoformat()


HERE = os.path.dirname(os.path.abspath(__file__))


@project(name="good_flows")
class KindsFlow(FlowSpec):
    alpha = Parameter("alpha", help="learning rate", default=0.1, type=float)
    name_of_run = Parameter("name-of-run", default=default_name, type=str)
    start_date = Parameter("start_date", type=str, required=True)
    since = Parameter("since", default=two_weeks_ago)
    verbose = Parameter("verbose", default=False, type=bool)
    options = Parameter("options", type=JSONType, default='{"depth": 3}')
    more = Parameter("more", type=JSONType, default=lambda ctx: json.dumps({"flow": ctx.flow_name}))
    words = Parameter("words", default="a,b", separator=",")
    batch = Parameter(name="batch", default=16)
    test_mode = Parameter("test-mode", default=lambda _: not current.is_production, type=bool)
    source = IncludeFile("source", is_text=True, default=os.path.join(HERE, "of_all_kinds.py"))
    maybe = Parameter("maybe", default=None, type=int)

    @step
    def start(self):
        options = dict(self.options)
        options["depth"] += 1
        self.depth = options["depth"]
        self.date = datetime.strptime(self.start_date, "%Y-%m-%d").date()
        self.lines = self.source.splitlines()
        self.count = self.batch if self.maybe is None else self.maybe
        self.words_upper = [w.upper() for w in self.words]
        if self.verbose:
            self.trace = "verbose"
        self.next(self.end)

    @step
    def end(self):
        print(self.depth, self.date, len(self.lines), self.count, self.words_upper, self.name_of_run)
        print(self.more["flow"], self.since, self.alpha, self.test_mode)
        if self.verbose:
            print(self.trace)


if __name__ == "__main__":
    KindsFlow()
