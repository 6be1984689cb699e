"""The command line: what each command prints, and how it ends."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mflint import __version__
from mflint.rules import all_rules
from tests.mflint.commands import mflint, python, write

FLOW = """\
from metaflow import FlowSpec, step


class TrainFlow(FlowSpec):
    @step
    def start(self):
        "Begin."
        self.next(self.end)

    @step
    def end(self):
        "End."


if __name__ == "__main__":
    TrainFlow()
"""
LINE = "flow.py:4:7: MF201 [missing-project] `TrainFlow` has no `@project`\n"
SELECTED = ("check", "--select", "MF201", "--output-format", "concise")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, "mflint.toml")
    write(tmp_path, "flow.py", FLOW)
    return tmp_path


def test_version_is_printed(tmp_path: Path) -> None:
    outcome = mflint("--version", cwd=tmp_path)
    assert (outcome.code, outcome.out, outcome.err) == (0, f"mflint {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chekc"], "unknown command `chekc`; did you mean `check`?\nTry `mflint --help`."),
        (["frobnicate"], "unknown command `frobnicate`\nTry `mflint --help`."),
        (
            ["check", "--output-fromat=json"],
            "unknown option `--output-fromat`; did you mean `--output-format`?\nTry `mflint check --help`.",
        ),
        (
            ["check", "--sel", "MF201"],
            "unknown option `--sel`; did you mean `--select`?\nTry `mflint check --help`.",
        ),
        (
            ["check", "--select", "missing-test-mod"],
            "--select: unknown rule `missing-test-mod`; did you mean `missing-test-mode`?",
        ),
        (["explain", "missing-projct"], "unknown rule `missing-projct`; did you mean `missing-project`?"),
        (["check", "-", "flow.py"], "standard input is checked alone; name no other path"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_may_be_meant(
    project: Path, arguments: list[str], message: str
) -> None:
    outcome = mflint(*arguments, cwd=project)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", f"mflint: error: {message}\n")


def test_without_a_command_the_usage_is_wrong(tmp_path: Path) -> None:
    assert mflint(cwd=tmp_path).code == 2


def test_a_wrong_setting_exits_with_2(project: Path) -> None:
    source = write(project, "mflint.toml", "profil = 'strict'")
    outcome = mflint("check", cwd=project)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"mflint: error: {source}: profil: unknown key; did you mean `profile`?\n"


def test_findings_exit_with_1(project: Path) -> None:
    outcome = mflint(*SELECTED, cwd=project)
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out == LINE + "Found 1 warning in 1 flow (1 file).\n"


def test_the_default_format_shows_the_source(project: Path) -> None:
    outcome = mflint("check", "--select=MF201", cwd=project)
    assert outcome.out.startswith(
        "warning: MF201 [missing-project] `TrainFlow` has no `@project`\n"
        " --> flow.py:4:7\n"
        "  |\n"
        "4 | class TrainFlow(FlowSpec):\n"
        "  |       ^^^^^^^^^\n"
        "5 |     @step\n"
    )
    assert outcome.code == 1


def test_json_is_all_of_standard_output(project: Path) -> None:
    outcome = mflint("check", "--select=MF201", "--output-format=json", "-v", cwd=project)
    document = json.loads(outcome.out)
    assert [f["code"] for f in document["findings"]] == ["MF201"]
    assert document["errors"] == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--fail-on", "error"], 0),
        (["--fail-on", "warning"], 1),
        (["--fail-on", "never"], 0),
        (["--exit-zero"], 0),
        (["--ignore", "MF201"], 0),
        (["--ignore", "ALL", "--extend-select", "MF203"], 1),
        (["--select", "MF301"], 0),
        (["--select", "MF301,missing-project"], 1),
        (["--select", "MF301", "--select", "MF203"], 1),
        (["--no-cache"], 1),
    ],
)
def test_the_options_decide_what_fails(project: Path, options: list[str], code: int) -> None:
    arguments = options if options[0] == "--select" else ["--select", "MF201", *options]
    assert mflint("check", *arguments, cwd=project).code == code


def test_a_severity_of_the_settings_counts_for_fail_on(project: Path) -> None:
    write(project, "mflint.toml", "select = ['MF201']\nfail-on = 'error'\nseverity = {MF201 = 'error'}")
    outcome = mflint("check", "--output-format", "concise", cwd=project)
    assert (outcome.code, outcome.out) == (1, LINE + "Found 1 error in 1 flow (1 file).\n")


def test_a_suppressed_finding_does_not_fail(project: Path) -> None:
    write(project, "flow.py", FLOW.replace("Spec):", "Spec):  # mflint: ignore[MF201] -- a trial"))
    outcome = mflint(*SELECTED, "--show-suppressed", cwd=project)
    assert outcome.code == 0
    assert outcome.out == (
        LINE.replace("\n", " (suppressed: a trial)\n")
        + "All checks passed! (1 flow in 1 file) 1 finding suppressed.\n"
    )


def test_a_suppression_of_nothing_is_a_finding(project: Path) -> None:
    write(project, "flow.py", FLOW.replace("import FlowSpec, step", "import FlowSpec, step  # noqa: MF103"))
    outcome = mflint("check", "--select=MF002,MF103", "--output-format=concise", cwd=project)
    assert (
        outcome.out.splitlines()[0]
        == "flow.py:1:46: MF002 [unused-suppression] [*] `MF103` silences nothing here"
    )


def test_statistics_count_the_findings_of_each_rule(project: Path) -> None:
    outcome = mflint("check", "--select=MF201,MF203", "--output-format=concise", "--statistics", cwd=project)
    assert outcome.out.splitlines()[2:] == [
        "1  MF201 [missing-project]",
        "1  MF203 [missing-test-mode]",
        "Found 2 warnings in 1 flow (1 file).",
        "1 fixable with `--fix --unsafe-fixes`.",
    ]


def test_a_folder_without_flows_is_said_to_have_none(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "x = 1\n")
    outcome = mflint("check", cwd=tmp_path)
    assert (outcome.code, outcome.out) == (0, "No flows found in 1 file.\n")


def test_a_broken_file_exits_with_3_and_the_others_are_checked(project: Path) -> None:
    write(project, "broken.py", "from metaflow import FlowSpec\nclass A(FlowSpec:\n")
    outcome = mflint(*SELECTED, "--exit-zero", cwd=project)
    assert outcome.code == 3
    lines = outcome.out.splitlines()
    assert lines[0].startswith("broken.py:2:")
    assert "MF001 [syntax-error]" in lines[0]
    assert lines[1] == LINE.rstrip()


def test_a_path_that_is_not_there_exits_with_3_and_the_others_are_checked(project: Path) -> None:
    outcome = mflint(*SELECTED, "gone.py", "flow.py", cwd=project)
    assert outcome.code == 3
    assert [line.partition(" ")[0] for line in outcome.out.splitlines()] == [
        "flow.py:4:7:",
        "gone.py:1:1:",
        "Found",
    ]
    assert "No such file or directory" in outcome.out


def test_the_settings_are_those_of_the_paths(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    write(project, "mflint.toml", "select = ['MF203']")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    outcome = mflint("check", "--output-format=concise", project / "flow.py", cwd=elsewhere)
    assert outcome.out.splitlines()[0].startswith(f"{project}/flow.py:4:7: MF203 ")


@pytest.mark.parametrize(
    "arguments", [["-"], ["--stdin-filename", "flows/new.py"], ["--stdin-filename", "flows/new.py", "-"]]
)
def test_standard_input_is_checked_as_a_file(project: Path, arguments: list[str]) -> None:
    outcome = mflint(*SELECTED, *arguments, cwd=project, stdin=FLOW.encode())
    name = "-" if arguments == ["-"] else "flows/new.py"
    assert (outcome.code, outcome.out.splitlines()[0]) == (1, LINE.rstrip().replace("flow.py", name, 1))


def test_excluded_standard_input_is_not_checked_with_force_exclude(project: Path) -> None:
    arguments = ["--stdin-filename", "build/new.py", "--force-exclude"]
    outcome = mflint(*SELECTED, *arguments, cwd=project, stdin=FLOW.encode())
    assert (outcome.code, outcome.out) == (0, "No flows found in 0 files.\n")


def test_force_exclude_leaves_out_a_file_that_is_named(project: Path) -> None:
    write(project, "mflint.toml", "exclude = ['flow.py']")
    assert mflint(*SELECTED, "flow.py", cwd=project).code == 1
    assert mflint(*SELECTED, "flow.py", "--force-exclude", cwd=project).code == 0


def test_rules_lists_all_rules(tmp_path: Path) -> None:
    outcome = mflint("rules", cwd=tmp_path)
    lines = outcome.out.splitlines()
    assert lines[0].split() == ["CODE", "NAME", "PROFILE", "SEVERITY", "FIX", "FINDS"]
    assert [line.split()[0] for line in lines[1:]] == list(all_rules())
    assert re.search(r"^MF002 +unused-suppression +recommended +warning +safe +\S", outcome.out, re.MULTILINE)
    assert re.search(r"^MF401 +dataframe-artifact +recommended +warning  +\S", outcome.out, re.MULTILINE)


def test_rules_as_json(tmp_path: Path) -> None:
    document = json.loads(mflint("rules", "--output-format=json", cwd=tmp_path).out)
    rule = next(r for r in document["rules"] if r["code"] == "MF102")
    fix = all_rules()["MF102"].fix
    assert document["version"] == 1
    assert rule == {
        "code": "MF102",
        "name": "module-import-used-in-step",
        "profile": "recommended",
        "severity": "warning",
        "summary": all_rules()["MF102"].summary,
        "always": False,
        "fix": fix.value if fix is not None else None,
        "options": {"stdlib": False},
        "url": "https://mflint.readthedocs.io/en/stable/rules/module-import-used-in-step/",
    }


@pytest.mark.parametrize("word", ["MF102", "mf102", "module-import-used-in-step"])
def test_explain_prints_the_page(tmp_path: Path, word: str) -> None:
    outcome = mflint("explain", word, cwd=tmp_path)
    fix = all_rules()["MF102"].fix
    facts = f"recommended, warning, {fix.value} fix" if fix is not None else "recommended, warning"
    assert outcome.code == 0
    assert outcome.out == (
        f"# MF102 module-import-used-in-step\n\nProfile {facts}.\n\n"
        + all_rules()["MF102"].page
        + "\n\n## Defaults\n\n```toml\n[tool.mflint.rules.module-import-used-in-step]\nstdlib = false\n```\n"
    )


def test_config_says_where_each_value_comes_from(project: Path) -> None:
    source = write(
        project,
        "mflint.toml",
        """
        exclude = ["old"]
        fail-on = "never"
        per-file-ignores = {"a.py" = ["MF2"]}
        rules.MF102.stdlib = true
        """,
    )
    outcome = mflint("config", "--profile", "strict", cwd=project)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        f"# settings file: {source}\n"
        f"# project root: {project}\n"
        'profile = "strict"  # command line\n'
        "select = []  # command line\n"
        "ignore = []  # default\n"
        "extend-select = []  # default\n"
        'per-file-ignores = { "a.py" = ["MF2"] }  # mflint.toml\n'
        'exclude = ["old"]  # mflint.toml\n'
        "severity = {}  # default\n"
        'fail-on = "never"  # mflint.toml\n'
        "fix = false  # default\n"
        "unsafe-fixes = false  # default\n"
        'fixable = ["ALL"]  # default\n'
        "unfixable = []  # default\n"
        'test-mode-parameter = "test-mode"  # default\n'
        "# metaflow-version is not set\n"
        "plugins = []  # default\n"
        'project-name = ""  # default\n'
        "require-reason = false  # default\n"
        'rules = { "module-import-used-in-step" = { "stdlib" = true } }  # mflint.toml\n'
    )


def test_what_config_prints_is_a_settings_file(project: Path) -> None:
    write(project, "mflint.toml", "severity.MF2 = 'error'\nselect = ['MF201']\nrules.MF102.stdlib = true")
    first = mflint("config", cwd=project)
    write(project, "mflint.toml", first.out)
    second = mflint("config", cwd=project)
    assert (second.code, second.out) == (0, first.out.replace("# default", "# mflint.toml"))


def test_config_of_a_path_that_is_not_there(tmp_path: Path) -> None:
    outcome = mflint("config", "gone", cwd=tmp_path)
    assert (outcome.code, outcome.err) == (3, "mflint: error: gone: No such file or directory\n")


@pytest.mark.parametrize("arguments", [["rules"], ["config"], ["explain", "MF201"], ["check", "."]])
def test_a_command_that_meets_no_flow_loads_no_parser(tmp_path: Path, arguments: list[str]) -> None:
    write(tmp_path, "a.py", "x = 1\n")
    code = (
        "import sys; from mflint.cli import main; main(sys.argv[1:]);"
        "print(sorted({'libcst', 'metaflow', 'pathspec'} & set(sys.modules)))"
    )
    assert python("-c", code, *arguments, cwd=tmp_path).out.splitlines()[-1] == "[]"


def test_help_loads_nothing_but_the_command_line(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom mflint.cli import main\ntry: main(['check', '--help'])\n"
        "finally: print(sorted(m for m in sys.modules if m.startswith(('mflint.', 'libcst'))))"
    )
    loaded = python("-c", code, cwd=tmp_path).out.splitlines()[-1]
    assert loaded == "['mflint.cli', 'mflint.cli.arguments', 'mflint.cli.exits', 'mflint.cli.streams']"


def test_a_crash_is_one_line_and_exits_with_3(project: Path) -> None:
    code = (
        "import sys, mflint.engine as engine\n"
        "def check_paths(*a, **k): raise ValueError('two\\nlines')\n"
        "engine.check_paths = check_paths\n"
        "from mflint.cli import main\nsys.exit(main(sys.argv[1:]))"
    )
    outcome = python("-c", code, "check", cwd=project)
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err == (
        "mflint: error: <string>:2: ValueError: two lines; this is a bug in mflint (-v shows the traceback)\n"
    )
    verbose = python("-c", code, "check", "-v", cwd=project)
    assert verbose.err.startswith("Traceback (most recent call last):")
    assert verbose.err.endswith("ValueError: two lines; this is a bug in mflint\n")


def test_a_reader_that_has_gone_is_no_error(project: Path) -> None:
    for number in range(300):
        write(project, f"flow_{number}.py", FLOW)
    command = f"{sys.executable} -m mflint check --output-format full | head -n 1; echo ${{PIPESTATUS[0]}}"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert (done.stdout.splitlines()[-1], done.stderr) == ("1", "")


def test_an_interrupt_ends_with_one_line(project: Path) -> None:
    code = (
        "import os, signal, sys, time, mflint.engine as engine\n"
        "def check_paths(*a, **k): os.kill(os.getpid(), signal.SIGINT); time.sleep(30)\n"
        "engine.check_paths = check_paths\n"
        "from mflint.cli import main\nsys.exit(main(['check']))"
    )
    outcome = python("-c", code, cwd=project)
    assert (outcome.code, outcome.out, outcome.err) == (130, "", "mflint: interrupted\n")


def test_text_that_the_terminal_cannot_show_is_escaped(project: Path) -> None:
    write(project, "flow.py", FLOW.replace("TrainFlow", "Tränflow"))
    outcome = mflint(*SELECTED, cwd=project, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert (outcome.code, outcome.err) == (1, "")
    assert r"`Tr\xe4nflow` has no `@project`" in outcome.out


def test_colours_are_shown_when_forced(project: Path) -> None:
    assert "\x1b[" in mflint("check", cwd=project, FORCE_COLOR="1").out
    assert "\x1b[" not in mflint("check", "--output-format=json", cwd=project, FORCE_COLOR="1").out
    assert "\x1b[" not in mflint("check", cwd=project).out
