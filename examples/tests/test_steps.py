"""One step of each kind, alone: what it finds is given, what it leaves is looked at."""

import pytest

FORECAST = "flows/demand_forecast.py"
REBALANCING = "flows/rebalancing.py"
EXPORT = "flows/rider_export.py"

STEADY = [5, 4, 6, 5, 7, 1, 2] * 4
"""Four weeks of departures that are all alike."""


def test_the_first_step_starts_a_task_for_each_of_three_stations(run_step):
    step = run_step(FORECAST, "start")
    assert step.data.stations == ["S01", "S02", "S03"]
    assert (step.next, step.foreach_over, step.splits) == (("forecast_station",), "stations", 3)


def test_a_task_of_the_foreach_forecasts_its_own_station(run_step):
    departures = {"S01": [0] * 28, "S04": STEADY}
    step = run_step(FORECAST, "forecast_station", input="S04", artifacts={"departures": departures}, horizon=7)
    assert step.data.station == "S04"
    assert step.data.forecast == STEADY[:7]
    assert step.data.error == 0


def test_the_join_of_the_foreach_puts_the_stations_together(run_step):
    step = run_step(
        FORECAST,
        "gather",
        artifacts={"stations": ["S01", "S04"], "first_day": "2025-04-28"},
        inputs=[
            {"station": "S01", "forecast": [1.0], "factor": 0.3, "error": 0.5},
            {"station": "S04", "forecast": [2.0], "factor": 0.1, "error": 1.0},
        ],
    )
    assert step.data.forecasts == {"S01": [1.0], "S04": [2.0]}
    assert step.data.mean_error == 0.75
    assert step.data.first_day == "2025-04-28"
    assert "station" not in step.data


def test_the_join_of_the_branches_weighs_what_both_have_found(run_step):
    step = run_step(
        REBALANCING,
        "weigh",
        inputs={
            "count_bikes": {"surplus": {"S01": 9.0, "S04": -11.0}},
            "expect_rides": {"gain": {"S01": 1.0, "S04": 4.0}},
        },
    )
    assert step.data.balance == {"S01": 10, "S04": -7}
    assert step.data.to_move == 7


@pytest.mark.parametrize(("to_move", "carrier"), [(4, "reward_riders"), (5, "load_truck")])
def test_the_switch_sends_a_truck_when_there_is_enough_to_carry(run_step, to_move, carrier):
    step = run_step(REBALANCING, "choose_carrier", artifacts={"to_move": to_move}, truck_from=5)
    assert step.next == (carrier,)


def test_a_linear_step_gets_the_secret_of_the_settings(run_step):
    step = run_step(EXPORT, "pseudonymise", artifacts={"days": 1})
    assert step.next == ("summarise",)
    assert not any(ride["rider"].startswith("R") for ride in step.data.rides)


def test_the_last_step_refuses_an_export_that_names_a_rider(run_step):
    riders = [{"rider": "R1079", "rides": 2}]
    step = run_step(EXPORT, "end", artifacts={"riders": riders, "rides": [], "days": 1}, check=False)
    assert step.failure.error == "ValueError: 1 riders have no pseudonym"
