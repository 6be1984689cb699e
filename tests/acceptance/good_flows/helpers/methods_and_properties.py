from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Iterator

from metaflow import FlowSpec, step

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


def logged(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        print("calling", function.__name__)
        return function(self, *args, **kwargs)

    return wrapper


class MethodsFlow(FlowSpec):
    """Helper methods assign, read and hand on artifacts."""

    VERSION: ClassVar[str] = "1.0"

    @property
    def title(self) -> str:
        return f"{self.__class__.__name__} {self.VERSION}"

    @property
    def doubled(self) -> list[int]:
        return [2 * n for n in self.numbers]

    @staticmethod
    def clean(values: Sequence[int]) -> list[int]:
        return [v for v in values if v > 0]

    @classmethod
    def describe(cls) -> str:
        return cls.__doc__ or cls.__name__

    def _load(self, *, limit: int = 5) -> None:
        self.numbers = list(range(limit))
        self._private = "kept"

    @logged
    def _enrich(self, by: int) -> int:
        self.enriched = [n + by for n in self.numbers]
        return len(self.enriched)

    def _pairs(self) -> Iterator[tuple[int, int]]:
        yield from zip(self.numbers, self.enriched)

    def _ensure(self) -> list[str]:
        if not hasattr(self, "cache"):
            self.cache = ["filled"]
        return self.cache

    def to_frame(self) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame({"n": self.numbers})

    @step
    def start(self) -> None:
        self._load(limit=4)
        self.count = self._enrich(10)
        self.pairs = list(self._pairs())
        self.clean_numbers = self.clean(self.numbers)
        self.description = self.describe()
        self.next(self.middle)

    @step
    def middle(self) -> None:
        self._ensure().append("more")
        self.total = int(self.to_frame()["n"].sum())
        self.doubles = self.doubled
        self.next(self.end)

    @step
    def end(self) -> None:
        print(self.title, self.count, self.pairs, self.clean_numbers, self.description, self._private)
        print(self.cache, self.total, self.doubles)


if __name__ == "__main__":
    MethodsFlow()
