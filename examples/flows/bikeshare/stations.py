"""The stations of the network and the bikes that stand there tonight."""

import csv
from pathlib import Path
from typing import Any

Station = dict[str, Any]

STATIONS = Path(__file__).parent / "data" / "stations.csv"


def read_stations() -> list[Station]:
    """Read all stations with their docks and tonight's bikes."""
    with STATIONS.open(encoding="utf-8", newline="") as lines:
        return [
            {**row, "docks": int(row["docks"]), "bikes": int(row["bikes"])}
            for row in csv.DictReader(lines)
        ]


def surplus(stations: list[Station]) -> dict[str, float]:
    """Return the bikes that a station has above half of its docks; a shortage is negative."""
    return {station["station"]: station["bikes"] - station["docks"] / 2 for station in stations}
