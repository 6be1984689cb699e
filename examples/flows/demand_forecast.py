"""How many bikes will leave each station in the coming days."""

from metaflow import FlowSpec, Parameter, current, project, step


@project(name="harbour_bikes")
class DemandForecastFlow(FlowSpec):
    """Forecast the departures of every station, each station in a task of its own.

    Test mode forecasts three stations from four weeks of rides with the usual smoothing factor;
    otherwise all stations and weeks are read, and each station gets the factor that suits it.
    """

    departures: dict[str, list[int]]
    stations: list[str]
    first_day: str
    station: str
    factor: float
    error: float
    forecast: list[float]
    forecasts: dict[str, list[float]]
    factors: dict[str, float]
    mean_error: float

    test_mode = Parameter(
        "test-mode",
        type=bool,
        default=lambda _: not current.is_production,
        help="Forecast few stations from few weeks; on by default outside production.",
    )
    horizon = Parameter("horizon", type=int, default=7, help="Days to forecast.")

    @step
    def start(self):
        """Count the departures day by day and choose the stations to forecast."""
        from bikeshare.rides import daily_departures, day_after, read_rides

        rides = read_rides(last_days=28 if self.test_mode else None)
        self.first_day = day_after(rides)
        self.departures = daily_departures(rides)
        stations = sorted(self.departures)
        self.stations = stations[:3] if self.test_mode else stations
        self.next(self.forecast_station, foreach="stations")

    @step
    def forecast_station(self):
        """Find the smoothing factor that suits the station and forecast with it."""
        from bikeshare.smoothing import FACTORS, best_factor, forecast_days

        self.station = self.input
        history = self.departures[self.station]
        candidates = FACTORS[:1] if self.test_mode else FACTORS
        self.factor, self.error = best_factor(history, candidates)
        self.forecast = forecast_days(history, self.factor, self.horizon)
        self.next(self.gather)

    @step
    def gather(self, inputs):
        """Put the stations together; what `start` found is the same in all their tasks."""
        from statistics import mean

        self.forecasts = {task.station: task.forecast for task in inputs}
        self.factors = {task.station: task.factor for task in inputs}
        self.mean_error = round(mean(task.error for task in inputs), 2)
        self.merge_artifacts(inputs, exclude=["station", "factor", "error", "forecast"])
        self.next(self.end)

    @step
    def end(self):
        """Print the forecast, one line a station."""
        print(f"Departures from {self.first_day} on, {self.mean_error} off on an average day")
        for station in self.stations:
            print(station, *self.forecasts[station])


if __name__ == "__main__":
    DemandForecastFlow()
