"""The whole report, with other settings than those of the project."""

SETTINGS = """
[project]
name = "harbour_bikes"

[report]
weeks = 8
test_weeks = 3
stations = 1
"""


def test_the_report_has_a_line_for_each_week_and_one_for_the_stations(run_flow, tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS)
    run = run_flow("flows/weekly_report.py", settings=settings)
    assert len(run["summarise"].task.data.weeks) == 3
    assert len(run.data.lines) == 4
    assert run.data.lines[-1].startswith("Busiest stations: S")
    assert run["end"].task.stdout.splitlines() == run.data.lines
