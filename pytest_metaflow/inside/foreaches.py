"""Shortens the artifact of a foreach before `self.next` counts it: all that follows sees one length."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Mapping
from functools import wraps
from types import ModuleType
from typing import Any, NamedTuple

from pytest_metaflow.inside.protocol import SILENT, brief, record


class LeftWhole(Exception):
    """The artifact cannot be cut without a change of what the flow means; the message says why."""


def patch(module: ModuleType) -> None:
    """Wrap `FlowSpec.next`. A flow that a step starts reports nothing, and so nothing of it is cut."""
    original = module.FlowSpec.next
    unbounded = module.UnboundedForeachInput
    invalid = module.InvalidNextException

    @wraps(original)
    def observed(self: Any, *dsts: Any, **kwargs: Any) -> None:
        cut_short = _prepare(self, kwargs.get("foreach"), unbounded)
        try:
            original(self, *dsts, **kwargs)
        except invalid as error:
            error.line_no = sys._getframe(1).f_lineno  # it counts frames, and finds this function
            raise
        if cut_short:
            _report(self, dsts[0], cut_short)

    module.FlowSpec.next = observed


class _Attempt(NamedTuple):
    """An artifact that may be too long; `items` is None where only `next` can count them."""

    artifact: str
    limit: int
    items: int | None
    whole: str
    """Why it could not be cut; empty where it was."""


def _prepare(flow: Any, name: Any, unbounded: type) -> _Attempt | None:
    """Cut the artifact `name` if it has too many items."""
    if not isinstance(name, str) or SILENT in os.environ:
        return None
    limit = brief()["max_foreach"]
    value = getattr(flow, name, None) if limit else None
    if value is None or isinstance(value, unbounded):
        return None
    length = _length(value)
    if length is not None and length <= limit:
        return None
    return _Attempt(name, limit, length, _shorten(flow, name, value, limit))


def _length(value: Any) -> int | None:
    try:
        return len(value)
    except TypeError:
        return None


def _shorten(flow: Any, name: str, value: Any, limit: int) -> str:
    """Set the artifact anew, never in place: another one may be the same object. Says why it did not."""
    try:
        _check_place(flow, name)
        setattr(flow, name, cut(value, limit))
    except LeftWhole as reason:
        return str(reason)
    return ""


def _check_place(flow: Any, name: str) -> None:
    """Parameters, Configs and values of the class are read from the class (`MetaflowTask._init_parameters`),
    and the other branches of a split keep an artifact from before it: a join could not merge both."""
    if hasattr(type(flow), name):
        raise LeftWhole("a parameter or class value")
    parents = flow._graph[flow._current_step].split_parents
    if name in flow._datastore and any(flow._graph[parent].type == "split" for parent in parents):
        raise LeftWhole("other branches may hold it too")


def cut(value: Any, limit: int) -> Any:
    """The first `limit - 1` items and the last one, in the same type; a range becomes a list.

    Raises LeftWhole for a type whose items `FlowSpec._find_input` would not find again by their new index.
    """
    make = CUTS.get(type(value)) or _of_library(value)
    if make is None:
        raise LeftWhole(f"a {type(value).__name__}")
    return make(value, [*range(limit - 1), -1] if limit > 1 else [0])


def _of_library(value: Any) -> Callable[[Any, list[int]], Any] | None:
    """For arrays and for series with the default index: another index is what `self.input` looks up."""
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if numpy and type(value) is numpy.ndarray:
        return lambda array, kept: array[kept]
    if pandas and type(value) is pandas.Series and value.index.equals(pandas.RangeIndex(len(value))):
        return lambda series, kept: series.iloc[kept].reset_index(drop=True)
    return None


def _of_set(value: Any, kept: list[int]) -> Any:
    items = list(value)
    return type(value)(items[index] for index in kept)


CUTS: Mapping[type, Callable[[Any, list[int]], Any]] = {
    list: lambda value, kept: [value[index] for index in kept],
    range: lambda value, kept: [value[index] for index in kept],
    tuple: lambda value, kept: tuple(value[index] for index in kept),
    str: lambda value, kept: "".join(value[index] for index in kept),
    bytes: lambda value, kept: bytes(value[index] for index in kept),
    deque: lambda value, kept: deque((value[index] for index in kept), value.maxlen),
    set: _of_set,
    frozenset: _of_set,
}
"""Types, themselves and no subclass of them, whose items are found by index or, in sets, in no order."""


def _report(flow: Any, target: Any, attempt: _Attempt) -> None:
    from metaflow import current

    items = flow._foreach_num_splits if attempt.items is None else attempt.items
    if items > attempt.limit:
        record(
            "foreach",
            {
                "step": target.__func__.__name__,
                "artifact": attempt.artifact,
                "task": f"{flow._current_step}/{current.task_id}",
                "items": items,
                "kept": attempt.limit,
                "whole": attempt.whole,
            },
        )
