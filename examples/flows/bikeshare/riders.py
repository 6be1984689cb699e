"""The riders of the export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def summarise_riders(rides: pd.DataFrame) -> list[dict[str, Any]]:
    """Return each rider's rides, minutes and days on a bike, those who ride most first.

    The result is plain Python data, so that an export can be read without pandas.
    """
    days = rides["started_at"].str[:10]
    riders = (
        rides.assign(day=days)
        .groupby("rider", as_index=False)
        .agg(rides=("ride", "count"), minutes=("minutes", "sum"), days=("day", "nunique"))
        .sort_values(["rides", "rider"], ascending=[False, True])
    )
    return riders.to_dict("records")
