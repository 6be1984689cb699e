"""The rides of the network: reading the extract, and counting by day."""

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Ride = dict[str, Any]

RIDES = Path(__file__).parent / "data" / "rides.csv"


def read_rides(last_days: int | None = None) -> list[Ride]:
    """Read the rides of the extract, oldest first.

    ``last_days`` keeps the rides that started on that many days up to the last one of the
    extract; without it all of them are read.
    """
    with RIDES.open(encoding="utf-8", newline="") as lines:
        rides = [parse_ride(row) for row in csv.DictReader(lines)]
    if last_days is None:
        return rides
    first = str(date.fromisoformat(day_after(rides)) - timedelta(days=last_days))
    return [ride for ride in rides if day_of(ride) >= first]


def parse_ride(row: dict[str, str]) -> Ride:
    """Turn a row of the extract into a ride: numbers as numbers, the start as ISO text."""
    return {
        "ride": int(row["ride"]),
        "started_at": row["started_at"],
        "rider": row["rider"],
        "origin": row["origin"],
        "destination": row["destination"],
        "bike": row["bike"],
        "minutes": int(row["minutes"]),
    }


def day_of(ride: Ride) -> str:
    """Return the day on which a ride started, as in ``2025-04-27``."""
    return str(ride["started_at"])[:10]


def days_between(rides: Iterable[Ride]) -> list[str]:
    """List every day from the first ride to the last, days without a ride included."""
    started = [day_of(ride) for ride in rides]
    first, last = date.fromisoformat(min(started)), date.fromisoformat(max(started))
    return [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]


def day_after(rides: Iterable[Ride]) -> str:
    """Return the day after the last ride: the first one that nobody knows anything about."""
    last = max(day_of(ride) for ride in rides)
    return str(date.fromisoformat(last) + timedelta(days=1))


def daily_departures(rides: list[Ride]) -> dict[str, list[int]]:
    """Count the departures of every station, one number a day from the first day to the last."""
    counts = Counter((ride["origin"], day_of(ride)) for ride in rides)
    days = days_between(rides)
    stations = sorted({ride["origin"] for ride in rides})
    return {station: [counts[station, day] for day in days] for station in stations}


def daily_gain(rides: list[Ride]) -> dict[str, float]:
    """Return how many bikes a station gains on an average day; a loss is negative."""
    gained = Counter(ride["destination"] for ride in rides)
    gained.subtract(Counter(ride["origin"] for ride in rides))
    days = len(days_between(rides))
    return {station: round(bikes / days, 2) for station, bikes in sorted(gained.items())}
