"""Which flows become items, and how pytest's own options treat them."""

from __future__ import annotations

import pytest

from tests.pytest_metaflow.projects import Project


def test_a_flow_is_an_item_named_after_its_class(project: Project) -> None:
    project.flow("flows/train.py", "TrainFlow")
    assert project.run("--collect-only", "-q").collected == ["flows/train.py::TrainFlow"]


def test_a_flow_runs_and_reports_its_tasks_and_artifacts(project: Project) -> None:
    project.flow("flows/train.py", "TrainFlow", "self.score = 1")
    outcome = project.run()
    assert (outcome.exit_code, outcome.outcomes) == (0, {"TrainFlow": "passed"})
    properties = outcome.items["TrainFlow"].properties
    assert properties["metaflow_tasks"] == "start 1, end 1"
    assert properties["metaflow_artifacts"] == "name, score, test_mode"


def test_without_the_option_no_flow_is_collected(project: Project) -> None:
    project.flow("flows/train.py", "TrainFlow")
    outcome = project.run_plain()
    assert (outcome.exit_code, outcome.items) == (5, {})


def test_without_the_option_neither_metaflow_nor_libcst_is_imported(project: Project) -> None:
    project.write(
        "test_imports.py",
        """
        import sys

        def test_imports():
            unwanted = {"metaflow", "libcst", "mflint.reader", "moto", "pytest_metaflow.collection"}
            assert sorted(unwanted & set(sys.modules)) == []
        """,
    )
    assert project.run_plain().outcomes == {"test_imports": "passed"}


@pytest.mark.parametrize("named", ["flows/train.py", "flows/train.py::TrainFlow", "flows", "."])
def test_a_flow_file_is_never_imported_by_pytest(project: Project, named: str) -> None:
    file = project.flow("flows/train.py", "TrainFlow")
    file.write_text(f"raise SystemExit\n{file.read_text()}")
    outcome = project.run(named, "--collect-only", "-q")
    assert (outcome.exit_code, outcome.collected) == (0, ["flows/train.py::TrainFlow"])


@pytest.mark.slow
def test_a_worker_does_not_import_a_flow_file_that_is_named(project: Project) -> None:
    file = project.flow("flows/train.py", "TrainFlow")
    file.write_text(f"import sys\nassert 'pytest' not in sys.modules\n{file.read_text()}")
    outcome = project.run("flows/train.py::TrainFlow", "-n2")
    assert (outcome.exit_code, outcome.outcomes) == (0, {"TrainFlow": "passed"})


def test_flows_are_found_although_testpaths_points_elsewhere(project: Project) -> None:
    project.flow("flows/train.py", "TrainFlow")
    project.write("tests/test_it.py", "def test_it(): pass")
    project.write("other/test_other.py", "def test_other(): pass")
    project.write("pytest.ini", "[pytest]\ntestpaths = tests")
    assert project.run("--collect-only", "-q").collected == [
        "tests/test_it.py::test_it",
        "flows/train.py::TrainFlow",
    ]


def test_testpaths_that_holds_the_flows_does_not_collect_them_twice(project: Project) -> None:
    project.flow("flows/train.py", "TrainFlow")
    project.write("pytest.ini", "[pytest]\ntestpaths = flows")
    assert project.run("--collect-only", "-q").collected == ["flows/train.py::TrainFlow"]


def test_metaflow_paths_limits_where_flows_are_looked_for(project: Project) -> None:
    project.flow("flows/train.py", "TrainFlow")
    project.flow("drafts/draft.py", "DraftFlow")
    project.write("test_it.py", "def test_it(): pass")
    project.write("pytest.ini", "[pytest]\nmetaflow_paths = flows")
    assert sorted(project.run("--collect-only", "-q").collected) == [
        "flows/train.py::TrainFlow",
        "test_it.py::test_it",
    ]


def test_a_path_that_is_named_goes_before_metaflow_paths(project: Project) -> None:
    project.flow("flows/train.py", "TrainFlow")
    project.flow("drafts/draft.py", "DraftFlow")
    project.write("pytest.ini", "[pytest]\nmetaflow_paths = flows")
    assert project.run("--collect-only", "-q", "drafts").collected == ["drafts/draft.py::DraftFlow"]


def test_a_folder_that_is_named_is_searched_although_it_is_excluded(project: Project) -> None:
    project.flow("build/train.py", "TrainFlow")
    project.write("pytest.ini", "[pytest]")
    assert project.run("--collect-only", "-q").collected == []
    assert project.run("--collect-only", "-q", "build").collected == ["build/train.py::TrainFlow"]


def test_a_folder_outside_of_the_root_directory_may_be_named(project: Project) -> None:
    outside = Project(project.root.parent / "outside")
    outside.flow("flows/train.py", "TrainFlow", "raise ValueError")
    project.write("pytest.ini", "[pytest]")
    outcome = project.run("-c", "pytest.ini", "--rootdir", str(project.root), str(outside.root))
    assert outcome.outcomes == {"TrainFlow": "failed"}
    assert "\n../outside/flows/train.py:9: in start\n" in outcome.items["TrainFlow"].text


def test_ignored_paths_hold_no_flows(project: Project) -> None:
    project.flow("flows/train.py", "TrainFlow")
    project.flow("flows/old/old.py", "OldFlow")
    project.flow("draft.py", "DraftFlow")
    project.write("conftest.py", 'collect_ignore = ["draft.py"]')
    project.write("pytest.ini", "[pytest]\ntestpaths = flows")
    assert project.run("--collect-only", "-q", "--ignore=flows/old").collected == [
        "flows/train.py::TrainFlow"
    ]


def test_a_file_may_hold_several_flows(project: Project) -> None:
    project.write(
        "flows.py",
        """
        import sys
        from metaflow import FlowSpec, Parameter, step

        class Base(FlowSpec):
            test_mode = Parameter("test-mode", type=bool, default=False)

            @step
            def start(self):
                self.next(self.end)

            @step
            def end(self):
                pass

        class First(Base):
            pass

        class Second(Base):
            pass

        if __name__ == "__main__":
            First() if "first" in sys.argv[0] else Second()
        """,
    )
    assert project.run("--collect-only", "-q").collected == ["flows.py::First", "flows.py::Second"]


def test_a_file_that_starts_another_flow_fails_and_names_it(project: Project) -> None:
    file = project.flow("flows.py", "First")
    second = file.read_text().partition("if __name__")[0].replace("First", "Second")
    file.write_text(second + "\n\n" + file.read_text().replace("    First()", "    Second()\n    First()"))
    outcome = project.run("-k", "First")
    assert outcome.outcomes == {"First": "failed"}
    assert outcome.items["First"].message == "the file started Second instead of First"


def test_a_flow_that_nothing_starts_fails_and_says_what_to_add(project: Project) -> None:
    file = project.flow("flows/train.py", "TrainFlow")
    file.write_text(file.read_text().partition("if __name__")[0])
    item = project.run().items["TrainFlow"]
    assert item.outcome == "failed"
    assert item.text.splitlines()[:5] == [
        "Nothing starts TrainFlow, so `python train.py run` does nothing. Add to the end of the file:",
        "",
        '    if __name__ == "__main__":',
        "        TrainFlow()",
        "",
    ]
    assert "flows/train.py:4: nothing starts TrainFlow" in item.text


def test_a_flow_that_a_test_module_defines_for_its_tests_is_no_item(project: Project) -> None:
    file = project.flow("test_train.py", "TrainFlow")
    file.write_text(file.read_text().partition("if __name__")[0] + "def test_it(): pass\n")
    assert project.run().outcomes == {"test_it": "passed"}


def test_a_syntax_error_is_a_collection_error_at_its_line(project: Project) -> None:
    file = project.flow("flows/train.py", "TrainFlow", "x = (")
    project.flow("flows/good.py", "GoodFlow")
    outcome = project.run()
    assert outcome.exit_code == 2
    error = outcome.output.partition("ERROR collecting flows/train.py")[2].splitlines()[1]
    assert error.startswith(f"{file}:9:")
    assert "Traceback" not in outcome.output


@pytest.mark.slow
def test_any_file_name_will_do(project: Project) -> None:
    files = {
        "flows/a b.py": "BlankFlow",
        "größe.py": "UmlautFlow",
        "hello-cloud.py": "DashFlow",
    }
    for path, name in files.items():
        project.flow(path, name)
    assert project.run().outcomes == dict.fromkeys(files.values(), "passed")


def test_a_path_with_brackets_is_collected_with_its_folder(project: Project) -> None:
    project.flow("flows[1]/train.py", "TrainFlow")
    assert project.run("--collect-only", "-q").collected == ["flows[1]/train.py::TrainFlow"]


def test_items_can_be_deselected_and_selected_by_name_and_mark(project: Project) -> None:
    project.flow("flows/train.py", "TrainFlow")
    project.flow("flows/score.py", "ScoreFlow")
    project.write("test_it.py", "def test_it(): pass")
    collect = ("--collect-only", "-q", "--strict-markers")
    both = ["flows/score.py::ScoreFlow", "flows/train.py::TrainFlow"]
    assert project.run(*collect, "-k", "Train").collected == both[1:]
    assert project.run(*collect, "-m", "metaflow").collected == both
    assert project.run(*collect, "-m", "not metaflow").collected == ["test_it.py::test_it"]
    assert project.run(*collect, "--deselect", both[0]).collected == [both[1], "test_it.py::test_it"]


def test_marks_added_in_conftest_hold(project: Project) -> None:
    project.flow("flows/train.py", "TrainFlow", "raise ValueError")
    project.flow("flows/score.py", "ScoreFlow")
    project.write(
        "conftest.py",
        """
        import pytest

        def pytest_collection_modifyitems(items):
            marks = {"TrainFlow": pytest.mark.xfail, "ScoreFlow": pytest.mark.skip(reason="later")}
            for item in items:
                item.add_marker(marks[item.name])
        """,
    )
    outcome = project.run("-rxs")
    assert outcome.exit_code == 0
    assert "1 skipped, 1 xfailed" in outcome.output
    assert "SKIPPED [1] flows/score.py: later" in outcome.output


@pytest.mark.slow
def test_last_failed_runs_the_failed_flow_again(project: Project) -> None:
    project.flow("flows/train.py", "TrainFlow", "raise ValueError")
    project.flow("flows/score.py", "ScoreFlow")
    assert project.run().outcomes == {"ScoreFlow": "passed", "TrainFlow": "failed"}
    assert project.run("--lf").outcomes == {"TrainFlow": "failed"}


@pytest.mark.slow
def test_exitfirst_stops_after_the_first_failure(project: Project) -> None:
    project.flow("flows/a.py", "AFlow", "raise ValueError")
    project.flow("flows/b.py", "BFlow")
    assert project.run("-x").outcomes == {"AFlow": "failed"}


@pytest.mark.slow
def test_durations_lists_flows(project: Project) -> None:
    project.flow("flows/train.py", "TrainFlow")
    lines = project.run("--durations=1", "-vv").output.splitlines()
    assert any(line.endswith("s call     flows/train.py::TrainFlow") for line in lines)


@pytest.mark.slow
def test_two_workers_share_the_flows(project: Project) -> None:
    names = ["AFlow", "BFlow", "CFlow"]
    for name in names:
        project.flow(f"flows/{name}.py", name)
    outcome = project.run("-n2")
    assert (outcome.exit_code, outcome.outcomes) == (0, dict.fromkeys(sorted(names), "passed"))


def test_pytest_may_be_started_below_the_root_directory(project: Project) -> None:
    project.flow("flows/train.py", "TrainFlow", "raise ValueError")
    project.write("pytest.ini", "[pytest]")
    outcome = project.run(cwd=project.root / "flows")
    assert outcome.outcomes == {"TrainFlow": "failed"}
    assert "\ntrain.py:9: in start\n" in outcome.output
    assert "\npytest --metaflow-flows train.py::TrainFlow\n" in outcome.output


@pytest.mark.slow
def test_a_symlinked_project_is_run_under_the_name_given(project: Project) -> None:
    project.flow("flows/train.py", "TrainFlow")
    link = project.root.parent / "link"
    link.symlink_to(project.root)
    assert project.run(str(link), cwd=link).outcomes == {"TrainFlow": "passed"}
