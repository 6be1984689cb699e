"""The base of all reports about the network."""

from metaflow import Config, FlowSpec, Parameter, config_expr, current, project, step

from .toml_file import parse_toml


@project(name=config_expr("settings.project.name"))
class NetworkReportFlow(FlowSpec):
    """What reports have in common: settings, project, test mode, and the step they end with.

    A report takes the weeks it looks at from ``weeks_to_read`` and leaves its text in ``lines``.
    """

    lines: list[str]

    settings = Config(
        "settings",
        default="flowproject.toml",
        parser=parse_toml,
        help="The project's settings, a TOML file.",
    )
    test_mode = Parameter(
        "test-mode",
        type=bool,
        default=lambda _: not current.is_production,
        help="Look at few weeks only; on by default outside production.",
    )

    def weeks_to_read(self) -> int:
        """Return how many weeks the report looks at: few in test mode."""
        report = self.settings.report
        return report.test_weeks if self.test_mode else report.weeks

    @step
    def end(self):
        """Print the report."""
        print("\n".join(self.lines))
