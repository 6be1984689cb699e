from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.rules.artifacts.flows import flow, found, silent

ATTRIBUTES = """
p = Parameter("p", default={})
js = Parameter("js", type=JSONType)
own = Parameter("own", type=Own)
c = Config("c", default_value="{}")
raw = Config("raw", default_value="{}", plain=True, parser="json.loads")
LIST = []
DICT = {"a": [1]}
client = make()
TEXT = "a"
"""
READ = "print(self.p, self.js, self.own, self.c, self.raw, self.LIST, self.DICT, self.client)"


def gone(name: str, what: str = "a constant of the class", step: str = "end") -> str:
    return f"the change of `self.{name}`, {what}, is gone in step `{step}`"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("self.LIST.append(1)", gone("LIST")),
        ("self.LIST[0] = 1", gone("LIST")),
        ("self.LIST[0] += 1", gone("LIST")),
        ("del self.LIST[0]", gone("LIST")),
        ("self.LIST.sort()", gone("LIST")),
        ("self.DICT.update(b=1)", gone("DICT")),
        ("self.DICT['a'].append(1)", gone("DICT")),
        ("self.p['a'] = 1", gone("p", "the Parameter `p`")),
        ("self.p.setdefault('a', 1)", gone("p", "the Parameter `p`")),
        ("self.js['a'] = 1", gone("js", "the Parameter `js`")),
        ("self.raw['a'] = 1", gone("raw", "the Config `raw`")),
        ("self.c['a'] = 1", "`self.c` is a Config, which is immutable: the change raises `TypeError`"),
        ("self.c.update(a=1)", "`self.c` is a Config, which is immutable: the change raises `TypeError`"),
    ],
)
def test_a_change_that_a_later_step_misses_is_found(tmp_path: Path, statement: str, message: str) -> None:
    files = flow(statement, "", READ, attributes=ATTRIBUTES)
    assert found(tmp_path, files, "MF409") == [f"{statement}: {message}"]


def test_a_config_raises_whether_it_is_read_later_or_not(tmp_path: Path) -> None:
    files = flow("self.c['a'] = 1", attributes=ATTRIBUTES)
    message = "`self.c` is a Config, which is immutable: the change raises `TypeError`"
    assert found(tmp_path, files, "MF409") == [f"self.c['a'] = 1: {message}"]


@pytest.mark.parametrize(
    ("statement", "end"),
    [
        ("self.LIST.append(1)", ""),
        ("self.LIST.append(1)\nprint(self.LIST)", ""),
        ("self.LIST.append(1)", "self.LIST.append(1)\nprint(self.LIST)"),
        ("self.LIST.index(1)", READ),
        ("self.LIST.copy().append(1)", READ),
        ("self.other.append(1)", "print(self.other)"),
        ("LIST.append(1)", READ),
        ("def later():\n    self.LIST.append(1)", READ),
        ("self.client.update(1)", READ),
        ("self.own.update(1)", READ),
        ("self.TEXT.x = 1", "print(self.TEXT)"),
        ("try:\n    self.c['a'] = 1\nexcept TypeError:\n    pass", READ),
        ("dict(self.c).update(a=1)", READ),
    ],
)
def test_what_no_later_step_misses_or_may_be_no_container_is_fine(
    tmp_path: Path, statement: str, end: str
) -> None:
    assert found(tmp_path, flow(statement, "", end, attributes=ATTRIBUTES), "MF409") == []


def test_a_method_that_the_step_calls_counts(tmp_path: Path) -> None:
    methods = "def fill(self):\n    self.LIST.append(1)"
    files = flow("self.fill()", "", READ, attributes=ATTRIBUTES, methods=methods)
    assert found(tmp_path, files, "MF409") == [f"self.LIST.append(1): {gone('LIST')}"]


def test_a_base_class_from_outside_leaves_it_open(tmp_path: Path) -> None:
    files = flow("self.c['a'] = 1", attributes=ATTRIBUTES, imports="from mystery import Base")
    files["flow.py"] = str(files["flow.py"]).replace("F(FlowSpec)", "F(Base, FlowSpec)")
    assert silent(tmp_path, files, "MF409") == ["base class Base of F is not in the project's source"]
