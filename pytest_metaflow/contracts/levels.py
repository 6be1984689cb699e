"""Which contracts hold for a flow, and how strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias, get_args

Level: TypeAlias = Literal["error", "warn", "off"]

LEVELS: tuple[Level, ...] = get_args(Level)

LIMIT = "max-artifact-size"
ALLOWED = "allowed-artifacts"

UNITS = {
    "": 1,
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KIB": 2**10,
    "MIB": 2**20,
    "GIB": 2**30,
}


@dataclass(frozen=True)
class Contracts:
    """The level of each contract, and what some of them need to know. The defaults are those of a flow for
    which nothing is set."""

    data_frame: Level = "error"
    library_class: Level = "off"
    portable: Level = "off"
    vanished: Level = "error"
    size: Level = "off"
    caught: Level = "warn"
    test_mode: Level = "error"
    step_coverage: Level = "warn"
    max_artifact_size: int = 50 * UNITS["MB"]
    """Bytes of the pickled object."""
    allowed_artifacts: tuple[str, ...] = ()
    """Artifacts that no contract looks at."""
    test_mode_parameter: str = ""
    """The name on the command line of the flow's own, empty where it has none."""

    def level(self, contract: str) -> Level:
        """The level of a contract by its name in the settings, such as `data-frame`."""
        level: Level = getattr(self, contract.replace("-", "_"))
        return level

    @property
    def wanted(self) -> dict[str, Any]:
        """What the processes of the run have to look at, as JSON for the brief."""
        return {
            "artifacts": any(self.level(name) != "off" for name in ABOUT_ARTIFACTS),
            "plain_artifacts": self.size != "off" or self.portable != "off",
            "portable": self.portable != "off",
            "test_mode": self.test_mode_parameter if self.test_mode != "off" else "",
        }


ABOUT_ARTIFACTS = ("data-frame", "library-class", "portable", "vanished", "size")

NAMES = tuple(field.name.replace("_", "-") for field in fields(Contracts) if field.default in LEVELS)

KEYS = (*NAMES, LIMIT, ALLOWED)
"""What a table of contracts may hold."""

NONE = Contracts(**{name.replace("-", "_"): "off" for name in NAMES})  # type: ignore[arg-type]
"""No contract at all."""


def complaint(key: str, value: Any) -> str | None:
    """What is wrong with the value of one of `KEYS`, if anything."""
    if key == ALLOWED:
        names = isinstance(value, list) and all(isinstance(name, str) for name in value)
        return None if names else f"expected a list of names, got {value!r}"
    if key == LIMIT:
        return (
            None if _bytes(value) else f'expected a size such as "50 MB" or a number of bytes, got {value!r}'
        )
    return None if value in LEVELS else f"expected {' or '.join(LEVELS)}, got {value!r}"


def contracts_of(table: Mapping[str, Any], test_mode_parameter: str = "") -> Contracts:
    """The contracts that a checked table describes; a limit alone makes `size` an error."""
    levels = {name.replace("-", "_"): table[name] for name in NAMES if name in table}
    if LIMIT in table:
        levels = {"size": "error", **levels, "max_artifact_size": _bytes(table[LIMIT])}
    return Contracts(
        **levels,
        allowed_artifacts=tuple(table.get(ALLOWED, ())),
        test_mode_parameter=test_mode_parameter,
    )


def _bytes(value: Any) -> int:
    """A positive number of bytes, 0 where it cannot be read."""
    if isinstance(value, int) and not isinstance(value, bool):
        return max(value, 0)
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", value) if isinstance(value, str) else None
    return int(float(match[1]) * UNITS.get(match[2].upper(), 0)) if match else 0
