from __future__ import annotations

import os
from pathlib import Path

import pytest

from mflint.model import Flow
from tests.mflint.flow_projects import flow_in, project_at, write

STEPS = """
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""
BASE = f"from metaflow import FlowSpec, Parameter, step\nclass Base(FlowSpec):\n    a = Parameter('a'){STEPS}"


def flow_names(root: Path, code: str, path: str = "flow.py") -> list[str]:
    write(root, {path: code})
    return [flow.name for flow in project_at(root).flows(root / path)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from metaflow import FlowSpec\nclass F(FlowSpec): pass", ["F"]),
        (
            "from metaflow import FlowSpec\nclass F(FlowSpec): pass\nclass G(F): pass\nclass H: pass",
            ["F", "G"],
        ),
        ("from metaflow import FlowSpec\nif x:\n    class F(FlowSpec): pass", ["F"]),
        ("from metaflow import FlowSpec\ndef f():\n    class F(FlowSpec): pass", ["F"]),
        ("from metaflow import FlowSpec\nclass A:\n    class F(FlowSpec): pass", ["F"]),
        ("import metaflow\nclass FlowSpec: pass\nclass F(FlowSpec): pass", []),
        ("from other import FlowSpec  # metaflow\nclass F(FlowSpec): pass", []),
        ("# metaflow\nclass F(F): pass\nclass A(B): pass\nclass B(A): pass", []),
        ("from metaflow import FlowSpec\nclass A(B, FlowSpec): pass\nclass B(A): pass", ["A", "B"]),
        ("from metaflow import FlowSpec\nclass F(FlowSpec[int]): pass", ["F"]),
        ("from metaflow import FlowSpec\nclass F(*bases): pass", []),
        (f"from company import Base\nfrom metaflow import step\nclass F(Base):{STEPS}", ["F"]),
        ("from company import Base\nimport metaflow\nclass F(Base): pass", []),
        (f"from metaflow import step\nclass Mixin:{STEPS}", []),
        ("", []),
    ],
)
def test_the_flows_of_a_file_are_the_classes_that_derive_from_flowspec_or_have_steps(
    tmp_path: Path, code: str, expected: list[str]
) -> None:
    assert flow_names(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("files", "base"),
    [
        ({"base.py": BASE, "flow.py": "from base import Base\nclass F(Base): pass\n"}, "base.py"),
        ({"base.py": BASE, "flow.py": "from .base import Base as B\nclass F(B): pass\n"}, "base.py"),
        ({"base.py": BASE, "flow.py": "from . import base\nclass F(base.Base): pass\n"}, "base.py"),
        ({"base.py": BASE, "flow.py": "import os, base\nclass F(base.Base): pass\n"}, "base.py"),
        (
            {"base.py": BASE, "flow.py": "from base import (  # all\n    Base,\n)\nclass F(Base): pass\n"},
            "base.py",
        ),
        (
            {
                "lib/__init__.py": "from .flows import Base\n",
                "lib/flows.py": BASE,
                "flow.py": "from lib import Base\nclass F(Base): pass\n",
            },
            "lib/flows.py",
        ),
        (
            {
                "middle.py": "from base import Base\nclass Middle(Base): pass\n",
                "base.py": BASE,
                "flow.py": "from middle import *\nclass F(Middle): pass\n",
            },
            "base.py",
        ),
        (
            {
                "middle.py": "import flow\nfrom base import Base\nclass Middle(Base): pass\n",
                "base.py": BASE,
                "flow.py": "import middle\nclass F(middle.Middle): pass\n",
            },
            "base.py",
        ),
    ],
)
def test_steps_and_parameters_are_inherited_from_other_files(
    tmp_path: Path, files: dict[str, str | bytes], base: str
) -> None:
    flow = flow_in(tmp_path, files)
    steps = {name: step.file.path.relative_to(tmp_path).as_posix() for name, step in flow.steps.items()}
    assert steps == {"start": base, "end": base}
    assert [(p.attribute, p.name) for p in flow.parameters] == [("a", "a")]
    assert flow.unknown_parameters == ()


def test_it_does_not_matter_which_file_of_an_import_circle_is_asked_for_first(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.py": "import b, base\nclass A(base.Base): pass\n",
        "b.py": "import a\nclass B(a.A): pass\n",
        "base.py": BASE,
    }
    write(tmp_path, files)
    project = project_at(tmp_path)
    assert [[f.name for f in project.flows(tmp_path / name)] for name in ("a.py", "b.py")] == [["A"], ["B"]]


@pytest.mark.parametrize(
    ("classes", "winner"),
    [
        ("class F(B, A): pass", "B"),
        ("class F(A, B): pass", "A"),
        ("class F(A, B):\n    @step\n    def x(self): pass", "F"),
        ("class C(A): pass\nclass F(C, B): pass", "A"),
        ("class C(A): pass\nclass D(A):\n    @step\n    def x(self): pass\nclass F(C, D): pass", "D"),
        ("class R(FlowSpec):\n    @step\n    def x(self): pass\nclass F(R, B): pass", "R"),
    ],
)
def test_the_method_resolution_order_decides_which_step_wins(
    tmp_path: Path, classes: str, winner: str
) -> None:
    mixins = "".join(f"class {n}(FlowSpec):\n    @step\n    def x(self): pass\n" for n in "AB")
    flow = flow_in(tmp_path, {"flow.py": f"from metaflow import FlowSpec, step\n{mixins}{classes}\n"})
    assert flow.steps["x"].owner.name == winner


def test_a_plain_method_or_attribute_takes_the_place_of_an_inherited_step(tmp_path: Path) -> None:
    code = f"{BASE}class F(Base):\n    start = None\n    def end(self): pass\n"
    flow = flow_in(tmp_path, {"flow.py": code})
    assert (list(flow.steps), list(flow.methods)) == ([], ["end"])


@pytest.mark.parametrize("mark", ["step", "mf.step", "task", "step()", "metaflow.decorators.step"])
def test_a_step_is_marked_in_any_import_style(tmp_path: Path, mark: str) -> None:
    code = (
        "import metaflow, metaflow as mf\nfrom metaflow import FlowSpec, step, step as task\n"
        f"class F(FlowSpec):\n    @{mark}\n    def only(self): pass\n    def other(self): pass\n"
    )
    flow = flow_in(tmp_path, {"flow.py": code})
    assert (list(flow.steps), list(flow.methods)) == (["only"], ["other"])


@pytest.mark.parametrize(
    ("code", "started"),
    [
        ("if __name__ == '__main__':\n    F()\n", True),
        ("if __name__ == '__main__' and ready:\n    F()\n", True),
        ("def main(): F()\nif __name__ == '__main__':\n    main()\n", True),
        (
            "import sys\ndef a(): F()\ndef b(): a()\nif __name__ == '__main__':\n    sys.exit(b())\n",
            True,
        ),
        ("F()\n", True),
        ("if __name__ == '__main__':\n    flow = F()\n", True),
        ("def main(): F()\n", False),
        ("if __name__ == '__main__':\n    print(F)\n", False),
        ("", False),
    ],
)
def test_a_flow_is_started_where_its_file_calls_it(tmp_path: Path, code: str, started: bool) -> None:
    flow = flow_in(
        tmp_path, {"flow.py": f"from metaflow import FlowSpec, step\nclass F(FlowSpec):{STEPS}{code}"}
    )
    assert (flow.started, flow.runnable) == (started, True)


def endpoints(flow: Flow) -> tuple[str | None, str | None]:
    return flow.start.name if flow.start else None, flow.end.name if flow.end else None


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("@step\n    def start(self): pass\n    @step\n    def end(self): pass", ("start", "end")),
        ("@step(start=True)\n    def a(self): pass\n    @step\n    def end(self): pass", ("a", "end")),
        (
            "@step(start=True)\n    def a(self): pass\n    @step(end=True)\n    def start(self): pass",
            ("a", "start"),
        ),
        ("@step\n    def only(self): pass", ("only", "only")),
        (
            "@step(start=True)\n    def a(self): pass\n    @step(start=True)\n    def start(self): pass",
            (None, None),
        ),
        ("@step(start=False)\n    def a(self): pass\n    @step\n    def b(self): pass", (None, None)),
        ("pass", (None, None)),
    ],
)
def test_the_first_and_the_last_step_are_found_as_metaflow_finds_them(
    tmp_path: Path, steps: str, expected: tuple[str | None, str | None]
) -> None:
    code = f"from metaflow import FlowSpec, step\nclass F(FlowSpec):\n    {steps}\n"
    assert endpoints(flow_in(tmp_path, {"flow.py": code})) == expected


def test_parameters_of_all_kinds_are_read_with_their_names_and_defaults(tmp_path: Path) -> None:
    code = """
    from metaflow import Config, FlowSpec, IncludeFile, Parameter
    class F(FlowSpec):
        a = Parameter("a-b", default=1)
        b = Parameter(name="b", required=True)
        c = IncludeFile("c", default="c.csv")
        d = Config("d", default_value={})
        e = Parameter("e", required=True, default=make())
    """
    flow = flow_in(tmp_path, {"flow.py": code})
    assert [(p.kind.value, p.attribute, p.name, p.needs_value) for p in flow.parameters] == [
        ("Parameter", "a", "a-b", False),
        ("Parameter", "b", "b", True),
        ("IncludeFile", "c", "c", False),
        ("Config", "d", "d", False),
        ("Parameter", "e", "e", False),
    ]


def test_decorators_of_a_flow_and_its_steps_are_resolved_and_inherited(tmp_path: Path) -> None:
    code = """
    import metaflow as mf
    from metaflow import FlowSpec, project as p, step
    @p(name="a")
    class Base(FlowSpec):
        @mf.retry(times=2)
        @mf.kubernetes
        @step
        def start(self): pass
    @mf.schedule(daily=True)
    class F(Base): pass
    """
    flow = flow_in(tmp_path, {"flow.py": code})
    assert [d.qualified for d in flow.decorators] == ["metaflow.schedule", "metaflow.project"]
    assert [d.qualified for d in flow.step_decorators["start"]] == ["metaflow.retry", "metaflow.kubernetes"]
    assert flow.unknown == ()


def test_names_of_files_and_folders_may_be_anything(tmp_path: Path) -> None:
    code = "from metaflow import FlowSpec\nclass F(FlowSpec): pass\n"
    for path in ("my flow-1.py", "ünï/flöw.py", "a.b/c.d.py"):
        assert flow_names(tmp_path, code, path) == ["F"]


def test_a_path_that_is_no_utf8_is_read_like_any_other(tmp_path: Path) -> None:
    code = "from metaflow import FlowSpec\nclass F(FlowSpec): pass\n"
    assert flow_names(tmp_path, code, os.fsdecode(b"fl\xff\xfe.py")) == ["F"]


def test_a_linked_file_finds_its_siblings_where_the_link_stands(tmp_path: Path) -> None:
    write(
        tmp_path, {"elsewhere/real.py": "from base import Base\nclass F(Base): pass\n", "flows/base.py": BASE}
    )
    (tmp_path / "flows" / "flow.py").symlink_to(tmp_path / "elsewhere" / "real.py")
    (flow,) = project_at(tmp_path).flows(tmp_path / "flows" / "flow.py")
    assert list(flow.steps) == ["start", "end"]
