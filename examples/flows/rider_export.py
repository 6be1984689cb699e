"""The nightly export for the mobility office, which must not learn who rode."""

from metaflow import (
    FlowSpec,
    Parameter,
    current,
    kubernetes,
    project,
    pypi,
    retry,
    schedule,
    secrets,
    step,
)


@schedule(daily=True)
@project(name="harbour_bikes")
class RiderExportFlow(FlowSpec):
    """Export the rides of the last four weeks under pseudonyms, and a summary of every rider.

    Test mode exports the last three days.
    """

    days: int
    rides: list[dict[str, str | int]]
    riders: list[dict[str, str | int]]

    test_mode = Parameter(
        "test-mode",
        type=bool,
        default=lambda _: not current.is_production,
        help="Export three days only; on by default outside production.",
    )

    @step
    def start(self):
        """Decide how many days to export."""
        self.days = 3 if self.test_mode else 28
        self.next(self.pseudonymise)

    @secrets(sources=["aws-secrets-manager.harbour-bikes-pseudonyms"])
    @retry(times=3)
    @kubernetes(cpu=1, memory=2048)
    @step
    def pseudonymise(self):
        """Replace the riders before anything is stored; the key is the same every night."""
        import os

        from bikeshare.pseudonyms import pseudonymise
        from bikeshare.rides import read_rides

        rides = read_rides(last_days=self.days)
        self.rides = pseudonymise(rides, key=os.environ["PSEUDONYM_KEY"])
        self.next(self.summarise)

    @pypi(packages={"pandas": ">=2.2,<4"})
    @retry(times=3)
    @kubernetes(cpu=2, memory=4096)
    @step
    def summarise(self):
        """Sum up every rider's rides."""
        import pandas as pd
        from bikeshare.riders import summarise_riders

        self.riders = summarise_riders(pd.DataFrame(self.rides))
        self.next(self.end)

    @step
    def end(self):
        """Refuse an export that names a rider, and print what it holds."""
        from bikeshare.pseudonyms import is_pseudonym

        named = [rider["rider"] for rider in self.riders if not is_pseudonym(rider["rider"])]
        if named:
            raise ValueError(f"{len(named)} riders have no pseudonym")
        print(f"{len(self.rides)} rides of {len(self.riders)} riders in {self.days} days")


if __name__ == "__main__":
    RiderExportFlow()
