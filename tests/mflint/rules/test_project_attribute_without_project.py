from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import check, silences, write

FLOW = """\
from metaflow import FlowSpec, Parameter, current, project, step
{head}
class F(FlowSpec):
    {attribute}
    @step
    def start(self):
{body}
        self.next(self.end)
    @step
    def end(self): pass
{tail}
"""


def flow(body: str = "pass", head: str = "", attribute: str = "pass", tail: str = "") -> str:
    return FLOW.format(body=indent(body, " " * 8), head=head, attribute=attribute, tail=tail)


def message(name: str = "is_production", of: str = "F") -> str:
    return f"`current.{name}` does not exist: `{of}` has no `@project`"


@pytest.mark.parametrize(
    ("body", "column"),
    [
        ("x = current.is_production", 13),
        ("print(not current.is_production)", 19),
        ("print(f'{current.is_production}')", 18),
        ("if current.is_production: pass", 12),
        ("for x in []: y = lambda: current.is_production", 34),
        ("print(current.is_production.real)", 15),
        ("x, y = current.is_production, current.run_id", 16),
    ],
)
def test_a_step_that_reads_it_is_reported(tmp_path: Path, body: str, column: int) -> None:
    assert check(tmp_path, {"flow.py": flow(body)}, "MF212") == [(7, column, message())]


@pytest.mark.parametrize(
    "name", ["branch_name", "is_production", "is_user_branch", "project_flow_name", "project_name"]
)
def test_all_that_project_adds_is_known(tmp_path: Path, name: str) -> None:
    code = flow(f"x = current.{name}")
    assert check(tmp_path, {"flow.py": code}, "MF212") == [(7, 13, message(name))]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("import metaflow", "x = metaflow.current.is_production"),
        ("import metaflow as mf", "x = mf.current.is_production"),
        ("from metaflow import current as c", "x = c.is_production"),
        ("from metaflow.metaflow_current import current as c", "x = c.is_production"),
        ("", "from metaflow import current as now; x = now.is_production"),
    ],
)
def test_whatever_current_is_called(tmp_path: Path, head: str, body: str) -> None:
    found = check(tmp_path, {"flow.py": flow(body, head)}, "MF212")
    assert [(line, text) for line, _, text in found] == [(7, message())]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (flow("self.load()", tail="    def load(self): return current.is_production"), 11),
        (
            flow("self.a()", tail="    def a(self): self.b()\n    def b(self): return current.is_production"),
            12,
        ),
        (flow("x = load()", head="def load(): return current.is_production"), 2),
        (
            flow("self.a()", head="def load(): return current.is_production", tail="    def a(self): load()"),
            2,
        ),
        (flow(attribute="p = Parameter('p', default=lambda _: not current.is_production)"), 4),
        (flow(attribute="p = Parameter('p', default=f)", head="def f(_): return current.is_production"), 2),
        (
            flow(
                attribute="p = Parameter('p', default=lambda _: f())", head="def f(): current.is_production"
            ),
            2,
        ),
        (flow("try: x = 1\nexcept KeyError: y = current.is_production"), 8),
        (flow("try: x = current.is_production\nexcept (KeyError, ValueError): pass"), 7),
        (flow("try: pass\nfinally: y = current.is_production"), 8),
        (flow("import contextlib\nwith contextlib.suppress(KeyError): current.is_production"), 8),
    ],
    ids=[
        "a method that a step calls",
        "a method that a method calls",
        "a function that a step calls",
        "a function that a method calls",
        "the default of a parameter",
        "a function that is a default",
        "a function that a default calls",
        "a handler",
        "a try that catches something else",
        "a finally",
        "a suppress of something else",
    ],
)
def test_it_is_found_in(tmp_path: Path, code: str, line: int) -> None:
    found = check(tmp_path, {"flow.py": code}, "MF212")
    assert [(at, text) for at, _, text in found] == [(line, message())]


@pytest.mark.parametrize(
    "code",
    [
        flow("x = current.is_production", head="@project(name='a')"),
        flow("x = current.run_id, current.flow_name"),
        flow("x = current.get('is_production')"),
        flow("current = self\nx = current.is_production"),
        flow("from company import current\nx = current.is_production"),
        flow("x = [current.is_production for current in []]"),
        flow("x = lambda current: current.is_production"),
        flow("def f(current): return current.is_production"),
        flow("x = self.current.is_production"),
        flow("x = 1", tail="    def load(self): return current.is_production"),
        flow("x = 1", head="def load(): return current.is_production"),
        flow("load = print\nload()", head="def load(): return current.is_production"),
        flow("x = is_production", head="is_production = current.is_production"),
        flow("try: x = current.is_production\nexcept AttributeError: pass"),
        flow("try: x = current.is_production\nexcept (KeyError, Exception): pass"),
        flow("try: x = current.is_production\nexcept: pass"),
        flow(
            "try: self.load()\nexcept BaseException: pass", tail="    def load(self): current.is_production"
        ),
        flow("import contextlib\nwith contextlib.suppress(AttributeError): current.is_production"),
        flow("try:\n  with open('x'): current.is_production\nexcept KNOWN: pass"),
    ],
    ids=[
        "a flow with project",
        "what current has anyway",
        "get",
        "a local name",
        "a name imported from elsewhere",
        "a name of a comprehension",
        "a name of a lambda",
        "a name of an inner function",
        "an artifact",
        "a method that nobody calls",
        "a function that nobody calls",
        "a local name called like a function",
        "the module, where @project would not help",
        "a try that catches it",
        "a try that catches more",
        "a try that catches all",
        "a call in such a try",
        "suppress",
        "a try that may catch it",
    ],
)
def test_it_is_no_matter_of(tmp_path: Path, code: str) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF212") == []
    assert silences(tmp_path, {"flow.py": code}, "MF212") == []


HANDLED = "F tests `current`, sets something on it or passes it on"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (flow("if hasattr(current, 'is_production'): x = current.is_production"), HANDLED),
        (flow("x = 'is_production' in current and current.is_production"), HANDLED),
        (flow("x = getattr(current, 'branch_name', '')\ny = current.is_production"), HANDLED),
        (flow("current.is_production = True\nx = current.is_production"), HANDLED),
        (flow("prepare(current)\nx = current.is_production"), HANDLED),
        (
            flow(
                "if self.ok(): x = current.is_production",
                tail="    def ok(self): return hasattr(current, 'x')",
            ),
            HANDLED,
        ),
        (
            flow(attribute="p = Parameter('p', default=lambda _: 'x' in current and current.is_production)"),
            HANDLED,
        ),
        (flow("x = current.is_production", head="@team"), "@team may change the flow"),
        (
            flow("x = current.is_production").replace("(FlowSpec)", "(Base, FlowSpec)"),
            "base class Base of F is not in the project's source",
        ),
        (
            flow("x = current.is_production", head="from company import tracked").replace(
                "    @step\n    def start", "    @tracked\n    @step\n    def start"
            ),
            "@tracked may add to `current`",
        ),
    ],
)
def test_where_it_may_be_there_the_rule_is_silent(tmp_path: Path, code: str, reason: str) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF212") == []
    assert silences(tmp_path, {"flow.py": code}, "MF212") == [
        f"MF212 [project-attribute-without-project]: {reason}"
    ]


BASE = flow("x = current.is_production").replace("class F", "class B")


@pytest.mark.parametrize(
    ("decorator", "found"),
    [("@project(name='a')\n", []), ("", [(2, 7, message(of="F"))])],
    ids=["a subclass with a project", "a subclass without"],
)
def test_a_base_flow_is_judged_where_it_is_run(
    tmp_path: Path, decorator: str, found: list[tuple[int, int, str]]
) -> None:
    code = f"from base import B, project\n{decorator}class F(B): pass\n"
    assert check(tmp_path, {"base.py": BASE, "flow.py": code}, "MF212", path="base.py") == []
    assert check(tmp_path, {}, "MF212") == found


def test_what_a_flow_inherits_from_another_file_is_shown_beside_its_class(tmp_path: Path) -> None:
    write(tmp_path, {"base.py": BASE, "flow.py": "from base import B\nclass F(B): pass\n"})
    (found,) = check_paths([tmp_path / "flow.py"], Settings(tmp_path, select=("MF212",))).findings
    assert (found.flow, found.step) == ("F", "start")
    assert [(r.path.name, r.span.start.line, r.message) for r in found.related] == [
        ("base.py", 7, "read here")
    ]


def test_a_mixin_is_judged_by_the_flow_that_uses_it(tmp_path: Path) -> None:
    mixin = "from metaflow import current\nclass M:\n    def load(self): return current.is_production\n"
    good = flow("self.load()", head="from mixin import M\n@project(name='a')").replace("(F", "(M, F")
    bad = flow("self.load()", head="from mixin import M\n").replace("(F", "(M, F")
    files: dict[str, str | bytes] = {"mixin.py": mixin, "good.py": good, "flow.py": bad}
    assert check(tmp_path, files, "MF212", path="good.py") == []
    assert check(tmp_path, files, "MF212") == [(4, 7, message())]


SHARED = "code that F shares may read `current` for other flows only"


@pytest.mark.parametrize(
    ("body", "certain"),
    [
        ("return not current.is_production", True),
        ("if current.is_production: x = 1", True),
        ("return 1 if current.is_production else 2", True),
        ("for x in current.branch_name: pass", True),
        ("try: x = current.branch_name\n        finally: pass", True),
        ("with open('x'): x = current.branch_name", True),
        ("if self.team: return current.project_name", False),
        ("return self.team and current.project_name", False),
        ("return current.project_name if self.team else ''", False),
        ("while self.team: print(current.project_name)", False),
        ("if not self.team: return\n        print(current.project_name)", False),
        ("return lambda: current.project_name", False),
        ("if self.team: self.other()", False),
    ],
)
def test_what_shared_code_reads_under_a_condition_may_be_for_other_flows(
    tmp_path: Path, body: str, certain: bool
) -> None:
    mixin = (
        f"from metaflow import current\nclass M:\n    def load(self):\n        {body}\n"
        "    def other(self): return current.project_name\n"
    )
    code = flow("if self.rows: self.load()", head="from mixin import M").replace("(F", "(M, F")
    files: dict[str, str | bytes] = {"mixin.py": mixin, "flow.py": code}
    assert len(check(tmp_path, files, "MF212")) == int(certain)
    found = silences(tmp_path, files, "MF212")
    assert found == ([] if certain else [f"MF212 [project-attribute-without-project]: {SHARED}"])


@pytest.mark.parametrize(
    ("default", "count"),
    [("current.project_name", 1), ("TEAM and current.project_name", 0)],
    ids=["in any case", "under a condition"],
)
def test_the_default_of_a_shared_parameter(tmp_path: Path, default: str, count: int) -> None:
    mixin = (
        "from metaflow import Parameter, current\nclass M:\n"
        f"    p = Parameter('p', default=lambda _: {default})\n"
    )
    code = flow(head="from mixin import M").replace("(F", "(M, F")
    assert len(check(tmp_path, {"mixin.py": mixin, "flow.py": code}, "MF212")) == count
