"""Moving bikes from the stations that have too many to those that have too few."""

from typing import Any

Move = dict[str, Any]

REWARD_PER_BIKE = 1.5
"""Euros on a rider's account for taking a bike where it is needed."""


def balance(surplus: dict[str, float], gain: dict[str, float]) -> dict[str, int]:
    """Return the bikes too many (or, negative, too few) at every station tomorrow night."""
    return {station: round(bikes + gain.get(station, 0.0)) for station, bikes in surplus.items()}


def bikes_to_move(balances: dict[str, int]) -> int:
    """Return how many bikes can be moved before one side has run out."""
    spare = sum(bikes for bikes in balances.values() if bikes > 0)
    missing = -sum(bikes for bikes in balances.values() if bikes < 0)
    return min(spare, missing)


def match_stations(balances: dict[str, int]) -> list[Move]:
    """Pair the fullest stations with the emptiest ones until one side has run out."""
    givers = sorted((-bikes, station) for station, bikes in balances.items() if bikes > 0)
    takers = sorted((bikes, station) for station, bikes in balances.items() if bikes < 0)
    spare = {station: -bikes for bikes, station in givers}
    moves = []
    for shortage, taker in takers:
        missing = -shortage
        for giver in spare:
            bikes = min(spare[giver], missing)
            if bikes:
                moves.append({"origin": giver, "destination": taker, "bikes": bikes})
                spare[giver] -= bikes
                missing -= bikes
    return moves


def price_rewards(moves: list[Move]) -> list[Move]:
    """Add to every move what the riders who make it are paid, in euros."""
    return [{**move, "reward": REWARD_PER_BIKE * move["bikes"]} for move in moves]
