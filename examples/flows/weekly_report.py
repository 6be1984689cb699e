"""The report that the city reads on Mondays."""

from bikeshare.network_report_flow import NetworkReportFlow
from metaflow import step


class WeeklyReportFlow(NetworkReportFlow):
    """Report the rides of the last weeks and the stations that saw the most of them.

    Settings, project, test mode and the last step come from the base of all reports.
    """

    rides: list[dict[str, str | int]]
    weeks: list[dict[str, str | int | float]]
    busiest: dict[str, int]

    @step
    def start(self):
        """Read the rides of the weeks to report."""
        from bikeshare.rides import read_rides

        self.rides = read_rides(last_days=7 * self.weeks_to_read())
        self.next(self.summarise)

    @step
    def summarise(self):
        """Sum up the weeks and find the busiest stations."""
        from bikeshare.weeks import busiest_stations, summarise_weeks

        self.weeks = summarise_weeks(self.rides)
        self.busiest = busiest_stations(self.rides, self.settings.report.stations)
        self.next(self.write)

    @step
    def write(self):
        """Write the report."""
        from bikeshare.weeks import format_report

        self.lines = format_report(self.weeks, self.busiest)
        self.next(self.end)


if __name__ == "__main__":
    WeeklyReportFlow()
