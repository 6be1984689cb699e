"""The figures of the weekly report."""

from collections import Counter, defaultdict
from datetime import date
from statistics import median
from typing import Any

from .rides import Ride, day_of

Week = dict[str, Any]


def week_of(ride: Ride) -> str:
    """Return the ISO week in which a ride started, as in ``2025-W17``."""
    year, week, _ = date.fromisoformat(day_of(ride)).isocalendar()
    return f"{year}-W{week:02d}"


def summarise_weeks(rides: list[Ride]) -> list[Week]:
    """Sum up the rides week by week, oldest first."""
    by_week = defaultdict(list)
    for ride in rides:
        by_week[week_of(ride)].append(ride)
    return [summarise_week(week, by_week[week]) for week in sorted(by_week)]


def summarise_week(week: str, rides: list[Ride]) -> Week:
    """Return a week's rides, riders, share of electric bikes and median ride in minutes."""
    electric = sum(ride["bike"] == "electric" for ride in rides)
    return {
        "week": week,
        "rides": len(rides),
        "riders": len({ride["rider"] for ride in rides}),
        "electric_share": round(electric / len(rides), 3),
        "median_minutes": float(median(ride["minutes"] for ride in rides)),
    }


def busiest_stations(rides: list[Ride], count: int) -> dict[str, int]:
    """Return the stations that see the most departures and arrivals, and how many."""
    visits = Counter(ride["origin"] for ride in rides)
    visits.update(ride["destination"] for ride in rides)
    return dict(visits.most_common(count))


def format_report(weeks: list[Week], busiest: dict[str, int]) -> list[str]:
    """Write the report, one line a week and one for the stations."""
    lines = [
        f"{week['week']}: {week['rides']} rides by {week['riders']} riders,"
        f" {week['electric_share']:.0%} electric, {week['median_minutes']:.0f} minutes"
        for week in weeks
    ]
    stations = ", ".join(f"{station} ({visits})" for station, visits in busiest.items())
    return [*lines, f"Busiest stations: {stations}"]
