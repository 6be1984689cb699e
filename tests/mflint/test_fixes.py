"""How fixes come together in one file, and how files are written."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from mflint import rules
from mflint.diagnostics import (
    Applicability,
    Edit,
    Finding,
    Fix,
    Place,
    Remedy,
    Report,
    Severity,
    Span,
    Violation,
)
from mflint.edits import Editor
from mflint.engine import Looks
from mflint.fixes import fix_once
from mflint.fixing import MAX_IDLE_ROUNDS, fix, write
from mflint.model import Class, FlowFile
from mflint.rules import Profile, Rule, all_rules
from mflint.settings import Settings
from mflint.source import Source
from mflint.writing import overwrite
from tests.mflint import flow_projects


def finding(line: int, *edits: tuple[int, int, str]) -> Finding:
    made = Fix("Mend it", Applicability.SAFE, tuple(Edit(*edit) for edit in edits))
    span = Span.at(line)
    return Finding("MF002", "unused", Severity.WARNING, "text", Path("flow.py"), span, fix=made, fixable=True)


def fixed(text: str, *fixes: tuple[tuple[int, int, str], ...]) -> tuple[str, list[int], list[int]]:
    """The text after one round, and the numbers of the fixes made and of the broken ones."""
    findings = [finding(number, *edits) for number, edits in enumerate(fixes, start=1)]
    made = fix_once(Source(Path("flow.py"), text.encode()), findings)
    return (
        made.source.text,
        [found.span.start.line for found in made.fixed],
        [found.span.start.line for found in made.broken],
    )


ROUNDS = {
    "fixes of different places are made together": (
        "a = 1\nb = 2\n",
        [[(0, 1, "c")], [(6, 7, "d")]],
        ("c = 1\nd = 2\n", [1, 2], []),
    ),
    "of two that overlap the first is made": (
        "abc = 1\n",
        [[(0, 2, "x")], [(1, 3, "y")]],
        ("xc = 1\n", [1], []),
    ),
    "an edit that several need is made once": (
        "a\nb\n",
        [[(0, 0, "import c\n"), (0, 1, "x")], [(0, 0, "import c\n"), (2, 3, "y")]],
        ("import c\nx\ny\n", [1, 2], []),
    ),
    "a fix is made whole or not at all": (
        "a\nb\n",
        [[(0, 1, "x")], [(0, 1, "y"), (2, 3, "z")]],
        ("x\nb\n", [1], []),
    ),
    "neighbours are replaced together": (
        "a\nb\n",
        [[(0, 2, "")], [(2, 4, "")]],
        ("", [1, 2], []),
    ),
    "what is inserted beside something replaced waits": (
        "a\nb\n",
        [[(0, 2, "")], [(2, 2, "c\n")]],
        ("b\n", [1], []),
    ),
    "of two insertions at one place the second waits": (
        "a\n",
        [[(0, 0, "b\n")], [(0, 0, "c\n")]],
        ("b\na\n", [1], []),
    ),
    "imports are inserted at one place in the order of the findings": (
        "a\n",
        [[(0, 0, "import c\n")], [(0, 0, "from b import d\n")]],
        ("import c\nfrom b import d\na\n", [1, 2], []),
    ),
    "an import that two insert among others is inserted once": (
        "a\n",
        [[(0, 0, "import b\nimport c\n")], [(0, 0, "import c\n")]],
        ("import b\nimport c\na\n", [1], []),
    ),
    "a fix that breaks the file is not made, the others are": (
        "a\nb\nc\n",
        [[(0, 1, "x")], [(2, 3, "(")], [(4, 5, "z")]],
        ("x\nb\nz\n", [1, 3], [2]),
    ),
    "what only Python refuses is broken too": (
        "a\nb\n",
        [[(0, 1, "return")], [(2, 3, "x")]],
        ("a\nx\n", [2], [1]),
    ),
    "two that break the file only together are made one after the other": (
        "if a:\n    b\n    c\n",
        [[(6, 12, "")], [(12, 18, "")]],
        ("if a:\n    c\n", [1], []),
    ),
    "what overlaps with itself is broken": ("abc\n", [[(0, 2, "x"), (1, 3, "y")]], ("abc\n", [], [1])),
}


@pytest.mark.parametrize(("text", "fixes", "expected"), ROUNDS.values(), ids=ROUNDS)
def test_one_round(
    text: str,
    fixes: list[list[tuple[int, int, str]]],
    expected: tuple[str, list[int], list[int]],
) -> None:
    assert fixed(text, *map(tuple, fixes)) == expected


def test_a_fix_that_the_encoding_has_no_letters_for_is_broken() -> None:
    source = Source(Path("flow.py"), b"# coding: latin-1\na = '\xe9'\n")
    made = fix_once(source, [finding(1, (18, 19, "π"))])
    assert (made.source.data, len(made.fixed), len(made.broken)) == (source.data, 0, 1)


FLOW = """\
from metaflow import FlowSpec, project, step


@project(name="churn")
class TrainFlow(FlowSpec):  # mflint: ignore[missing-project]
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass  # ß
"""
FIXED = FLOW.replace("  # mflint: ignore[missing-project]", "")


def looks_at(root: Path, files: Mapping[str, str | bytes], *select: str, unsafe: bool = False) -> Looks:
    flow_projects.write(root, files)
    settings = Settings(root, select=select or ("MF002", "MF201"), unsafe_fixes=unsafe)
    return Looks([(root / name, settings) for name in files])


def left(report: Report) -> list[str]:
    return [f"{found.code} {found.path.name}:{found.span.start.line}" for found in report.findings]


BYTES = {
    "UTF-8": ("", "utf-8", "\n"),
    "CRLF": ("", "utf-8", "\r\n"),
    "CR alone": ("", "utf-8", "\r"),
    "a byte order mark": ("\ufeff", "utf-8", "\n"),
    "a byte order mark and CRLF": ("\ufeff", "utf-8", "\r\n"),
    "another encoding": ("# -*- coding: cp1252 -*-\n", "cp1252", "\n"),
    "a leading form feed": ("\f", "utf-8", "\n"),
    "a form feed before a statement": ("\fx = 1\n", "utf-8", "\r\n"),
    "form feeds, tabs and trailing space": ("if 1:\n\tx = 1  \n\f\n", "utf-8", "\n"),
    "mixed line ends": ("x = 1\r\ny = 2\n", "utf-8", "\n"),
}


@pytest.mark.parametrize(("head", "encoding", "newline"), BYTES.values(), ids=BYTES)
@pytest.mark.parametrize("last", ["\n", ""], ids=["closed", "open"])
def test_nothing_but_the_fix_changes(
    tmp_path: Path, head: str, encoding: str, newline: str, last: str
) -> None:
    def data(text: str) -> bytes:
        return (head + text.rstrip("\n") + last).replace("\n", newline).encode(encoding)

    looks = looks_at(tmp_path, {"flow.py": data(FLOW)})
    made = write(fix(looks), looks)
    assert (left(made.report), made.report.problems) == ([], ())
    assert (tmp_path / "flow.py").read_bytes() == data(FIXED)


def test_a_fixed_file_is_not_fixed_again(tmp_path: Path) -> None:
    assert fix(looks_at(tmp_path, {"flow.py": FIXED})).files == {}


def test_a_file_with_a_syntax_error_stays(tmp_path: Path) -> None:
    made = fix(looks_at(tmp_path, {"flow.py": FLOW + "(", "other.py": FLOW}))
    assert [path.name for path in made.files] == ["other.py"]
    assert [found.code for found in made.report.findings] == ["MF001"]


def test_a_fix_that_is_suppressed_is_not_made(tmp_path: Path) -> None:
    made = fix(looks_at(tmp_path, {"flow.py": FLOW.replace("project]", "project] # noqa: MF002")}))
    assert made.files == {}


def test_two_selectors_of_a_comment_go_in_two_rounds(tmp_path: Path) -> None:
    files = {"flow.py": FLOW.replace("[missing-project]", "[missing-project, MF203]")}
    made = fix(looks_at(tmp_path, files, "MF002", "MF201", "MF203"))
    assert left(made.report) == ["MF203 flow.py:5"]

    files = {"flow.py": FLOW.replace("[missing-project]", "[missing-project, MF201]")}
    made = fix(looks_at(tmp_path, files))
    assert made.files[tmp_path / "flow.py"].after.text == FIXED
    assert len(made.report.fixed) == 2


About = Callable[[Class, FlowFile], Iterator[Violation]]
Declare = Callable[[str, About], None]


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Iterator[Declare]:
    """Adds a rule that looks at each class, for one test."""

    def add(code: str, about: About) -> None:
        def check(file: FlowFile) -> Iterator[Violation]:
            for klass in file.classes:
                yield from about(klass, file)

        check.__module__ = f"tests.rule_{code}"
        monkeypatch.setitem(rules._registered, code, Rule(code, Profile.STRICT, check))
        all_rules.cache_clear()

    yield add
    monkeypatch.undo()
    all_rules.cache_clear()


def about(
    edits: Callable[[Class, Editor], Iterable[Edit]], applicability: Applicability = Applicability.SAFE
) -> About:
    """A rule that finds every class and would make `edits`."""

    def violations(klass: Class, file: FlowFile) -> Iterator[Violation]:
        remedy = Remedy("Mend it", applicability, lambda editor: edits(klass, editor))
        yield Violation(Place(file.path, klass.node), "mend me", remedy=remedy)

    return violations


def test_a_fix_that_comes_to_no_end_leaves_its_file_as_it_was(tmp_path: Path, declare: Declare) -> None:
    declare("MF991", about(lambda klass, editor: [editor.insert_before(klass.node, "# more\n")]))
    looks = looks_at(tmp_path, {"a.py": FLOW}, "MF991", "MF002", "MF201")
    made = write(fix(looks), looks)
    assert (tmp_path / "a.py").read_text() == FLOW
    assert left(made.report) == ["MF991 a.py:5", "MF002 a.py:5"]
    assert [problem.message for problem in made.report.problems] == [
        "the fixes of MF991 come to no end, and none is made here; this is a bug in mflint"
    ]
    assert (made.report.fixed, made.files) == ((), {})


def test_a_fix_that_breaks_the_file_is_not_made_and_the_others_are(tmp_path: Path, declare: Declare) -> None:
    declare("MF991", about(lambda klass, editor: [editor.replace(klass.name_node, "(")]))
    made = fix(looks_at(tmp_path, {"a.py": FLOW}, "MF991", "MF002", "MF201"))
    assert made.files[tmp_path / "a.py"].after.text == FIXED
    assert left(made.report) == ["MF991 a.py:5"]
    assert [problem.message for problem in made.report.problems] == [
        "the fix of MF991 at 5:1 would break the file and is not made; this is a bug in mflint"
    ]


def test_a_fix_that_waits_for_one_that_breaks_the_file_is_made(tmp_path: Path, declare: Declare) -> None:
    def renamed(klass: Class, editor: Editor) -> Iterator[Edit]:
        if klass.name == "TrainFlow":
            yield editor.replace(klass.name_node, "Renamed")

    declare("MF991", about(lambda klass, editor: [editor.replace(klass.name_node, "(")]))
    declare("MF992", about(renamed))
    made = fix(looks_at(tmp_path, {"a.py": FIXED}, "MF991", "MF992"))
    assert made.files[tmp_path / "a.py"].after.text == FIXED.replace("TrainFlow", "Renamed")
    assert [problem.message[:16] for problem in made.report.problems] == ["the fix of MF991"]


def test_a_remedy_that_fails_costs_the_fix_alone(tmp_path: Path, declare: Declare) -> None:
    declare("MF991", about(lambda klass, editor: [editor.replace(1 / 0, "")]))  # type: ignore[arg-type]
    report = looks_at(tmp_path, {"a.py": FLOW}, "MF991", "MF201").look()
    assert left(report) == ["MF991 a.py:5"]
    assert [p.message.partition(" (")[0] for p in report.problems] == [
        "the fix of MF991: ZeroDivisionError: division by zero"
    ]


def test_there_is_no_fix_where_the_file_leaves_no_room(tmp_path: Path, declare: Declare) -> None:
    declare("MF991", about(lambda klass, editor: editor.add_import("metaflow", klass.name)))
    report = looks_at(tmp_path, {"a.py": FLOW}, "MF991", "MF201").look()
    assert [(found.code, found.fix) for found in report.findings] == [("MF991", None)]
    assert report.problems == ()


def test_an_unsafe_fix_is_made_where_it_is_wanted(tmp_path: Path, declare: Declare) -> None:
    def renamed(klass: Class, editor: Editor) -> Iterator[Edit]:
        if klass.name != "Renamed":
            yield editor.replace(klass.node.name, "Renamed")

    declare("MF991", about(renamed, Applicability.UNSAFE))
    kept = fix(looks_at(tmp_path, {"a.py": FLOW}, "MF991"))
    assert (kept.files, kept.report.findings[0].fix is not None) == ({}, True)
    made = fix(looks_at(tmp_path, {"a.py": FLOW}, "MF991", unsafe=True))
    assert made.files[tmp_path / "a.py"].after.text == FLOW.replace("TrainFlow", "Renamed")


def test_fixes_in_each_others_way_take_as_many_rounds_as_they_need(tmp_path: Path, declare: Declare) -> None:
    def marked(klass: Class, editor: Editor) -> Iterator[Edit]:
        mark = f"# {klass.name}.\n"
        if mark not in editor.whole:
            yield Edit(0, 0, mark)

    number = MAX_IDLE_ROUNDS * 2
    declare("MF991", about(marked))
    more = "".join(f"class C{index}: pass\n" for index in range(number))
    made = fix(looks_at(tmp_path, {"a.py": FIXED + more}, "MF991"))
    assert (len(made.report.fixed), made.report.problems) == (number + 1, ())


BASE = """\
from metaflow import FlowSpec


class Base(FlowSpec):
    pass
"""
DERIVED = """\
from metaflow import step

from base import Base


class TrainFlow(Base):  # mflint: ignore[no-start-step]
    @step
    def end(self):
        pass
"""


def test_a_fix_of_a_base_flow_lets_its_subclasses_be_fixed(tmp_path: Path, declare: Declare) -> None:
    def started(klass: Class, editor: Editor) -> Iterable[Edit]:
        lines = "@step\ndef start(self):\n    self.next(self.end)\n"
        if klass.name == "Base" and not klass.functions:
            return [*editor.add_import("metaflow", "step"), *editor.insert_in_body(klass.node, lines)]
        return []

    declare("MF991", about(started))
    files = {"base.py": BASE, "train.py": DERIVED}
    looks = looks_at(tmp_path, files, "MF991", "MF002", "MF501")
    made = write(fix(looks), looks)
    assert [found.code for found in made.report.fixed] == ["MF991", "MF002"]
    assert (tmp_path / "train.py").read_text() == DERIVED.replace("  # mflint: ignore[no-start-step]", "")


def test_a_file_that_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    looks = looks_at(tmp_path, {"a.py": FLOW, "b.py": FIXED})
    looks.look()
    a, b = looks.source(tmp_path / "a.py"), looks.source(tmp_path / "b.py")
    fixed = a.with_text(FIXED)
    assert looks.look_again({a.path: fixed}).findings == ()
    assert looks.source(b.path) is b
    assert looks.source(a.path) is fixed
    assert len(looks.look_again({}).findings) == 1


def test_a_fix_of_one_project_counts_in_another_that_reads_the_file(tmp_path: Path) -> None:
    flow_projects.write(tmp_path, {"inner/a.py": FLOW, "b.py": FLOW})
    select = ("MF002", "MF201")
    inner, outer = Settings(tmp_path / "inner", select=select), Settings(tmp_path, select=select)
    looks = Looks([(tmp_path / "inner" / "a.py", inner), (tmp_path / "b.py", outer)])
    assert sorted(path.name for path in fix(looks).files) == ["a.py", "b.py"]


def test_a_file_that_cannot_be_written_counts_as_it_is(tmp_path: Path) -> None:
    looks = looks_at(tmp_path, {"a.py": FLOW, "b.py": FLOW})
    made = fix(looks)
    (tmp_path / "a.py").chmod(0o444)
    written = write(made, looks)
    assert left(written.report) == ["MF002 a.py:5"]
    assert [path.name for path in written.files] == ["b.py"]
    assert [found.path.name for found in written.report.fixed] == ["b.py"]
    assert [(p.path.name, p.message) for p in written.report.problems] == [
        ("a.py", "cannot be written: it is read-only")
    ]


def test_a_file_that_two_paths_lead_to_is_written_once(tmp_path: Path) -> None:
    flow_projects.write(tmp_path, {"flow.py": FLOW})
    (tmp_path / "link.py").symlink_to(tmp_path / "flow.py")
    settings = Settings(tmp_path, select=("MF002", "MF201"))
    looks = Looks([(tmp_path / name, settings) for name in ("flow.py", "link.py")])
    assert write(fix(looks), looks).report.problems == ()
    assert ((tmp_path / "link.py").is_symlink(), (tmp_path / "flow.py").read_text()) == (True, FIXED)


def test_a_file_whose_text_does_not_tell_its_bytes_stays(tmp_path: Path) -> None:
    data = b"# coding: utf-7\n" + FLOW.replace("ß", "+AN8-").encode().replace(b"pass", b"+AHA-ass")
    made = fix(looks_at(tmp_path, {"flow.py": data}))
    assert (made.files, left(made.report)) == ({}, ["MF002 flow.py:6"])
    assert [problem.message for problem in made.report.problems] == [
        "cannot be written back in its encoding utf-7"
    ]


def test_an_import_above_the_line_with_the_encoding_is_not_made(tmp_path: Path, declare: Declare) -> None:
    declare("MF991", about(lambda klass, editor: [Edit(0, 0, "import a\nimport b\n")]))
    data = b"# coding: cp1252\n" + FIXED.encode("cp1252")
    made = fix(looks_at(tmp_path, {"flow.py": data}, "MF991"))
    assert (made.files, len(made.report.problems)) == ({}, 1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "flow.py"
    path.write_bytes(b"before\r\n")
    path.chmod(0o754)
    return path


def only(path: Path) -> bytes:
    """The content of the one file in its folder."""
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    return path.read_bytes()


def test_a_file_keeps_its_mode(file: Path) -> None:
    assert overwrite(file, b"before\r\n", b"after") is None
    assert (only(file), stat.S_IMODE(file.stat().st_mode)) == (b"after", 0o754)


def test_a_link_stays_and_its_target_changes(file: Path, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link.py"
    link.symlink_to(file)
    assert overwrite(link, b"before\r\n", b"after") is None
    assert (link.is_symlink(), file.read_bytes()) == (True, b"after")


def test_a_file_that_somebody_changed_stays(file: Path) -> None:
    reason = overwrite(file, b"read earlier", b"after")
    assert reason == "was changed by someone else in the meantime, and is left as it is"
    assert only(file) == b"before\r\n"


def test_a_file_that_is_gone_is_not_made_again(file: Path) -> None:
    file.unlink()
    assert overwrite(file, b"before\r\n", b"after") == "cannot be written: No such file or directory"
    assert list(file.parent.iterdir()) == []


def test_a_full_disk_leaves_the_file_as_it_was(file: Path) -> None:
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        reason = overwrite(file, b"before\r\n", b"after" * 4096)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert reason == "cannot be written: File too large"
    assert only(file) == b"before\r\n"


def test_an_interruption_leaves_nothing_behind(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        overwrite(file, b"before\r\n", b"after")
    assert only(file) == b"before\r\n"
