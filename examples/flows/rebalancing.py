"""Which bikes to move tonight, and who moves them."""

from metaflow import FlowSpec, Parameter, current, project, step


@project(name="harbour_bikes")
class RebalancingFlow(FlowSpec):
    """Plan how the bikes get back to the stations that will run out of them.

    A truck is sent when there is enough to carry; otherwise riders are paid to take the bikes.
    Test mode learns tomorrow's rides from two weeks instead of all of them.
    """

    stations: list[dict[str, str | int]]
    surplus: dict[str, float]
    gain: dict[str, float]
    balance: dict[str, int]
    to_move: int
    carrier: str
    plan: list[dict[str, str | int | float]]

    test_mode = Parameter(
        "test-mode",
        type=bool,
        default=lambda _: not current.is_production,
        help="Look at two weeks of rides only; on by default outside production.",
    )
    truck_from = Parameter(
        "truck-from", type=int, default=20, help="Bikes to move from which a truck is sent."
    )

    @step
    def start(self):
        """Read the stations as they are tonight."""
        from bikeshare.stations import read_stations

        self.stations = read_stations()
        self.next(self.count_bikes, self.expect_rides)

    @step
    def count_bikes(self):
        """Compare the bikes of every station with its docks."""
        from bikeshare.stations import surplus

        self.surplus = surplus(self.stations)
        self.next(self.weigh)

    @step
    def expect_rides(self):
        """Expect of tomorrow what an average day brought to every station."""
        from bikeshare.rides import daily_gain, read_rides

        self.gain = daily_gain(read_rides(last_days=14 if self.test_mode else None))
        self.next(self.weigh)

    @step
    def weigh(self, inputs):
        """Add up what stands there and what will come: where bikes are missing, and how many."""
        from bikeshare.moves import balance, bikes_to_move

        self.merge_artifacts(inputs)
        self.balance = balance(self.surplus, self.gain)
        self.to_move = bikes_to_move(self.balance)
        self.next(self.choose_carrier)

    @step
    def choose_carrier(self):
        """Choose who moves the bikes."""
        self.carrier = "truck" if self.to_move >= self.truck_from else "riders"
        self.next({"truck": self.load_truck, "riders": self.reward_riders}, condition="carrier")

    @step
    def load_truck(self):
        """Let the truck carry all bikes that can be moved."""
        from bikeshare.moves import match_stations

        self.plan = match_stations(self.balance)
        self.next(self.end)

    @step
    def reward_riders(self):
        """Offer the riders money for every bike that can be moved."""
        from bikeshare.moves import match_stations, price_rewards

        self.plan = price_rewards(match_stations(self.balance))
        self.next(self.end)

    @step
    def end(self):
        """Print the plan, one line a move."""
        print(f"{self.to_move} bikes to move, carried by: {self.carrier}")
        for move in self.plan:
            print(move)


if __name__ == "__main__":
    RebalancingFlow()
