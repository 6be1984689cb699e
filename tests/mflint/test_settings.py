"""Which settings are in force, and what is said about wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from mflint.diagnostics import Severity
from mflint.rules import Profile, all_rules
from mflint.settings import (
    Settings,
    SettingsError,
    enabled_rules,
    is_fixable,
    load_settings,
    with_overrides,
)
from mflint.settings.patterns import matches
from tests.mflint.commands import write

ALWAYS = {rule.code for rule in all_rules().values() if rule.always}
MF2 = {code for code in all_rules() if code.startswith("MF2")}


def enabled(settings: Settings, name: str = "flow.py") -> set[str]:
    """The codes of the rules for a file, without those that always run."""
    return {rule.code for rule in enabled_rules(settings, settings.root / name)} - ALWAYS


def recommended() -> set[str]:
    rules = all_rules().values()
    return {r.code for r in rules if Profile.RECOMMENDED.includes(r.profile)} - ALWAYS


def test_without_a_settings_file_everything_has_its_default(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert (settings.root, settings.source) == (tmp_path, None)
    assert settings.profile is Profile.RECOMMENDED
    assert settings.fail_on is Severity.WARNING
    assert settings.test_mode_parameter == "test-mode"
    assert set(settings.origins.values()) == {"default"}
    assert enabled(settings) == recommended()


def test_all_keys_of_a_pyproject_are_read(tmp_path: Path) -> None:
    source = write(
        tmp_path,
        "pyproject.toml",
        """
        [tool.mflint]
        profile = "strict"
        select = ["MF2", "missing-endpoint-docstring"]
        ignore = ["MF203"]
        extend-select = ["MF101"]
        exclude = ["generated"]
        fail-on = "never"
        fix = true
        unsafe-fixes = true
        fixable = ["MF2"]
        unfixable = ["MF201"]
        test-mode-parameter = "dry-run"
        metaflow-version = ">=2.15"
        plugins = []
        project-name = "churn"
        require-reason = true

        [tool.mflint.per-file-ignores]
        "tests/*" = ["MF201"]

        [tool.mflint.severity]
        MF2 = "error"
        missing-test-mode = "warning"
        """,
    )
    settings = load_settings(tmp_path)
    assert settings == Settings(
        root=tmp_path,
        source=source,
        profile=Profile.STRICT,
        select=("MF2", "missing-endpoint-docstring"),
        ignore=("MF203",),
        extend_select=("MF101",),
        per_file_ignores={"tests/*": ("MF201",)},
        exclude=("generated",),
        severity={
            r.name: Severity.WARNING if r.code == "MF203" else Severity.ERROR
            for r in all_rules().values()
            if r.code.startswith("MF2")
        },
        fail_on=None,
        fix=True,
        unsafe_fixes=True,
        fixable=("MF2",),
        unfixable=("MF201",),
        test_mode_parameter="dry-run",
        metaflow_version="2.15",
        project_name="churn",
        require_reason=True,
        origins={k: "pyproject.toml" for k in settings.origins if k != "rules"} | {"rules": "default"},
    )


@pytest.mark.parametrize("written", ["2.15", "2.15.3", ">=2.15", " >= 2.9.12 ", "3"])
def test_the_version_of_metaflow_may_be_written_as_a_lower_bound(tmp_path: Path, written: str) -> None:
    write(tmp_path, "mflint.toml", f"metaflow-version = '{written}'")
    assert load_settings(tmp_path).metaflow_version == written.replace(">=", "").strip()


def test_the_nearest_settings_file_wins(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[tool.mflint]\nprofile = 'strict'")
    write(tmp_path, "team/mflint.toml", "profile = 'correctness'")
    settings = load_settings(write(tmp_path, "team/flows/train.py"))
    assert (settings.root, settings.profile) == (tmp_path / "team", Profile.CORRECTNESS)


def test_a_pyproject_without_the_table_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "mflint.toml", "profile = 'strict'")
    write(tmp_path, "team/pyproject.toml", "[tool.black]")
    assert load_settings(tmp_path / "team").source == tmp_path / "mflint.toml"


def test_mflint_toml_wins_over_a_pyproject_beside_it(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[tool.mflint]\nprofile = 'strict'")
    write(tmp_path, "mflint.toml")
    assert load_settings(tmp_path).profile is Profile.RECOMMENDED


def test_without_a_settings_file_the_git_root_is_the_root(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "flows").mkdir()
    assert load_settings(tmp_path / "flows").root == tmp_path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("profil = 'strict'", "profil: unknown key; did you mean `profile`?"),
        ("extend_select = []", "extend_select: unknown key; did you mean `extend-select`?"),
        ("colour = 'red'", "colour: unknown key"),
        (
            "profile = 'strikt'",
            "profile: `strikt` is none of `correctness`, `recommended`, `strict`; did you mean `strict`?",
        ),
        ("profile = 3", "profile: must be a string, not an integer"),
        ("fix = 'safe'", "fix: must be true or false, not a string"),
        ("unsafe-fixes = 1", "unsafe-fixes: must be true or false, not an integer"),
        ("fixable = ['missing-projekt']", "fixable: unknown rule `missing-projekt`"),
        ("fail-on = true", "fail-on: must be a string, not true or false"),
        ("select = 'MF201'", "select: must be a list of strings, not a string"),
        ("select = [201]", "select: must be a string, not an integer"),
        ("select = ['MF999']", "select: unknown rule `MF999`"),
        (
            "ignore = ['missing-projekt']",
            "ignore: unknown rule `missing-projekt`; did you mean `missing-project`?",
        ),
        ("ignore = ['mf201']", "ignore: unknown rule `mf201`; did you mean `MF201`?"),
        ("per-file-ignores = []", "per-file-ignores: must be a table, not a list"),
        ("per-file-ignores.'a.py' = ['MF9']", 'per-file-ignores."a.py": unknown rule `MF9`'),
        (
            "severity.MF201 = 'eror'",
            "severity.MF201: `eror` is none of `warning`, `error`; did you mean `error`?",
        ),
        ("severity.no-such-rule = 'error'", "severity: unknown rule `no-such-rule`"),
        (
            "test-mode-parameter = ' '",
            "test-mode-parameter: must be the name of a parameter, not an empty string",
        ),
        (
            "metaflow-version = 2.15",
            "metaflow-version: must be a string, not a number",
        ),
        ("metaflow-version = '2.x'", "metaflow-version: `2.x` is no version such as `2.15` or `>=2.15`"),
        ("metaflow-version = '<2.15'", "metaflow-version: `<2.15` is no version such as `2.15` or `>=2.15`"),
        ("project-name = 1", "project-name: must be a string, not an integer"),
        ("project-name = 'Churn'", "project-name: Metaflow refuses the project name `'Churn'`"),
        ("require-reason = 'yes'", "require-reason: must be true or false, not a string"),
        ("rules.missing-projct = {}", "rules.missing-projct: unknown rule; did you mean `missing-project`?"),
        ("rules.MF002.strictly = true", "rules.MF002.strictly: MF002 unused-suppression has no such option"),
        (
            "rules.MF102.stdlb = true",
            "rules.MF102.stdlb: MF102 module-import-used-in-step has no such option; did you mean `stdlib`?",
        ),
        ("rules.MF102.stdlib = 1", "rules.MF102.stdlib: must be true or false, not an integer"),
        ("rules.MF102 = 1", "rules.MF102: must be a table, not an integer"),
        (
            "rules.MF102 = {}\nrules.module-import-used-in-step = {}",
            "rules.module-import-used-in-step: `MF102` and `module-import-used-in-step` are one rule",
        ),
        ("exclude = 2024-01-01", "exclude: must be a list of strings, not a date or time"),
    ],
)
def test_a_wrong_setting_is_named_with_its_key(tmp_path: Path, text: str, message: str) -> None:
    source = write(tmp_path, "mflint.toml", text)
    with pytest.raises(SettingsError) as error:
        load_settings(tmp_path)
    shown = str(error.value)
    assert shown.startswith(f"{source}: ")
    assert shown.removeprefix(f"{source}: ").startswith(message)
    assert "\n" not in shown


@pytest.mark.parametrize("name", ["MF102", "module-import-used-in-step"])
def test_options_of_a_rule_are_kept_under_its_name(tmp_path: Path, name: str) -> None:
    write(tmp_path, "mflint.toml", f"[rules.{name}]\nstdlib = true")
    assert load_settings(tmp_path).options == {"module-import-used-in-step": {"stdlib": True}}


def test_the_key_of_a_pyproject_is_named_with_its_table(tmp_path: Path) -> None:
    source = write(tmp_path, "pyproject.toml", "[tool.mflint]\nfoo = 1")
    with pytest.raises(SettingsError) as error:
        load_settings(tmp_path)
    assert str(error.value) == f"{source}: tool.mflint.foo: unknown key"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a = 1\nb = = 2\n", "not valid TOML: Invalid value (at line 2, column 5)"),
        (b"a = 1\nb = '\xff'\n", "line 2: not valid UTF-8"),
    ],
    ids=["broken toml", "undecodable bytes"],
)
def test_a_settings_file_that_cannot_be_parsed_is_named_with_its_line(
    tmp_path: Path, data: bytes, message: str
) -> None:
    (tmp_path / "pyproject.toml").write_bytes(data)
    with pytest.raises(SettingsError) as error:
        load_settings(tmp_path)
    assert str(error.value) == f"{tmp_path / 'pyproject.toml'}: {message}"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("select = ['MF201']", {"MF201"}),
        ("select = ['missing-project']", {"MF201"}),
        ("select = ['MF2']\nignore = ['MF203']", {"MF201"}),
        ("select = ['MF203']\nignore = ['MF2']", {"MF203"}),
        ("select = ['MF201']\nignore = ['MF201']", set()),
        ("select = ['MF20']\nignore = ['ALL']", {"MF201", "MF203"}),
        ("profile = 'correctness'\nextend-select = ['MF201']\nignore = ['MF2']", {"MF201"}),
        ("ignore = ['ALL']", set()),
        ("ignore = ['MF001']\nselect = ['MF301']", {"MF301"}),
    ],
)
def test_the_closer_selector_wins_and_else_ignore(tmp_path: Path, text: str, codes: set[str]) -> None:
    write(tmp_path, "mflint.toml", text)
    settings = load_settings(tmp_path)
    found = enabled(settings)
    assert found & {"MF002", "MF101", "MF201", "MF203", "MF301"} == codes


def test_rules_that_always_run_cannot_be_switched_off(tmp_path: Path) -> None:
    write(tmp_path, "mflint.toml", "ignore = ['ALL', 'MF001', 'MF004']\n[per-file-ignores]\n'*' = ['ALL']")
    rules = enabled_rules(load_settings(tmp_path), tmp_path / "flow.py")
    assert {rule.code for rule in rules} == {"MF001", "MF004"}


def test_per_file_ignores_hold_for_the_files_they_match(tmp_path: Path) -> None:
    write(tmp_path, "mflint.toml", "select = ['MF2']\nper-file-ignores = {'old/**/*.py' = ['MF201']}")
    settings = load_settings(tmp_path)
    assert "MF201" not in enabled(settings, "old/train.py")
    assert "MF201" not in enabled(settings, "old/deep/train.py")
    assert "MF201" in enabled(settings, "new/train.py")


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("train.py", "flows/train.py", True),
        ("*_test.py", "flows/a_test.py", True),
        ("flows", "flows/train.py", False),
        ("flows/", "flows", True),
        ("./flows/*", "flows/train.py", True),
        ("flows/*", "flows/deep/train.py", True),
        ("train.py", "train.pyc", False),
        ("**/train.py", "train.py", True),
        ("flows/t?ain.py", "flows/train.py", True),
        ("flows/[a-s]*.py", "flows/train.py", False),
        ("flows/[!a-s]*.py", "flows/train.py", True),
        ("flows/[x.py", "flows/[x.py", True),
    ],
)
def test_a_pattern_means_a_name_or_a_path_below_the_root(pattern: str, name: str, expected: bool) -> None:
    root = Path("/project")
    assert matches(pattern, root / name, root) is expected


def test_an_absolute_pattern_means_a_whole_path() -> None:
    assert matches("/data/*.py", Path("/data/a.py"), Path("/project"))


@pytest.mark.parametrize(
    ("text", "overrides", "codes"),
    [
        ("select = ['MF201']\nignore = ['MF203']", {"select": ["MF203"]}, {"MF203"}),
        ("select = ['MF201']", {"ignore": ["MF2"]}, set()),
        ("select = ['MF301']\nignore = ['MF201']", {"extend_select": ["MF2"]}, {*MF2, "MF301"}),
        ("select = ['MF301']\nignore = ['MF2']", {"extend_select": ["MF201"]}, {"MF201", "MF301"}),
        ("select = ['MF301', 'MF201']", {"ignore": ["MF2"], "extend_select": ["MF201"]}, {"MF201", "MF301"}),
    ],
    ids=[
        "select begins anew",
        "ignore wins over the file's closer select",
        "extend-select wins over the file's closer ignore",
        "extend-select wins over the file's ignore",
        "within the command line the closer selector wins",
    ],
)
def test_the_command_line_outranks_the_file(
    tmp_path: Path, text: str, overrides: dict[str, list[str]], codes: set[str]
) -> None:
    write(tmp_path, "mflint.toml", text)
    assert enabled(with_overrides(load_settings(tmp_path), **overrides)) == codes  # type: ignore[arg-type]


def test_a_profile_of_the_command_line_replaces_the_files_select(tmp_path: Path) -> None:
    write(tmp_path, "mflint.toml", "select = ['MF201']")
    settings = with_overrides(load_settings(tmp_path), profile=Profile.RECOMMENDED)
    assert enabled(settings) == recommended()
    assert settings.origins["profile"] == settings.origins["select"] == "command line"


def test_fail_on_of_the_command_line_is_noted(tmp_path: Path) -> None:
    settings = with_overrides(load_settings(tmp_path), fail_on="never")
    assert (settings.fail_on, settings.origins["fail-on"]) == (None, "command line")


def test_an_unknown_selector_of_the_command_line_is_named_with_its_option(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^--ignore: unknown rule `MF3O1`; did you mean `MF301`\?$"):
        with_overrides(load_settings(tmp_path), ignore=["MF3O1"])


@pytest.mark.parametrize(
    ("text", "overrides", "fixable"),
    [
        ("", {}, {"MF002", "MF201"}),
        ("fixable = ['MF2']", {}, {"MF201"}),
        ("unfixable = ['MF201']", {}, {"MF002"}),
        ("unfixable = ['ALL']\nfixable = ['MF201']", {}, {"MF201"}),
        ("unfixable = ['MF201']\nfixable = ['MF201']", {}, set()),
        ("unfixable = ['MF201']\nfixable = ['MF002']", {"fixable": ["MF2"]}, {"MF201"}),
        ("unfixable = ['MF201']", {"unfixable": ["MF002"]}, set()),
        ("fixable = ['MF2']", {"unfixable": ["MF201"]}, set()),
    ],
    ids=[
        "every rule without settings",
        "only those that are named",
        "not those that are named",
        "the closer name wins",
        "of equally close names unfixable wins",
        "fixable of the command line begins anew",
        "unfixable of the command line adds",
        "unfixable of the command line wins",
    ],
)
def test_settings_say_which_rules_may_be_fixed(
    tmp_path: Path, text: str, overrides: dict[str, list[str]], fixable: set[str]
) -> None:
    write(tmp_path, "mflint.toml", text)
    settings = with_overrides(load_settings(tmp_path), **overrides)  # type: ignore[arg-type]
    rules = all_rules()
    assert {code for code in ("MF002", "MF201") if is_fixable(settings, rules[code])} == fixable
