"""Seasonal smoothing: the next Monday looks like the Mondays before, the latest most of all."""

from collections.abc import Sequence
from statistics import mean

WEEK = 7

FACTORS = (0.3, 0.1, 0.2, 0.4, 0.5, 0.6, 0.8)
"""Smoothing factors worth a try, the one that mostly wins first."""


def smooth(values: Sequence[float], factor: float) -> float:
    """Return the level of ``values`` with old ones fading; at ``factor`` 1 only the last counts."""
    level = float(values[0])
    for value in values[1:]:
        level += factor * (value - level)
    return level


def forecast_days(history: Sequence[float], factor: float, days: int) -> list[float]:
    """Forecast the days after ``history``, which holds one number a day for a week at least."""
    if len(history) < WEEK:
        raise ValueError(f"a forecast needs a week of history, not {len(history)} days")
    weekdays = [(len(history) + ahead) % WEEK for ahead in range(days)]
    return [round(smooth(history[weekday::WEEK], factor), 2) for weekday in weekdays]


def holdout_error(history: Sequence[float], factor: float) -> float:
    """Forecast the last week of ``history`` from the weeks before: the mean absolute error."""
    known, held_out = history[:-WEEK], history[-WEEK:]
    forecast = forecast_days(known, factor, WEEK)
    return mean(abs(f - seen) for f, seen in zip(forecast, held_out, strict=True))


def best_factor(history: Sequence[float], factors: Sequence[float]) -> tuple[float, float]:
    """Return the factor that would have forecast the last week best, and its error."""
    error, factor = min((holdout_error(history, factor), factor) for factor in factors)
    return factor, round(error, 2)
