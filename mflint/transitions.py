"""Reads a call of `self.next` the way Metaflow does (`DAGNode._parse` in metaflow/graph.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import libcst as cst

from mflint.model import UNKNOWN, Argument, Call, Transition, TransitionKind
from mflint.syntax import dotted_name, literal


def read_transition(call: Call, tail: bool) -> Transition:
    """The transition that `call`, a call of `self.next`, describes."""
    positional = [a for a in call.arguments if a.keyword is None and not a.star]
    keywords = {a.keyword: a for a in call.arguments if a.keyword is not None}
    if len(positional) == 1 and isinstance(positional[0].node, cst.Dict) and "condition" in keywords:
        return _switch(call, tail, positional[0].node, keywords["condition"])
    targets = _targets(call)
    if targets is None:
        return Transition(call.node, TransitionKind.INVALID, (), tail)
    return Transition(
        call.node,
        _kind(len(targets), list(keywords), call.unpacks),
        targets,
        tail,
        foreach=_value(keywords.get("foreach")),
        num_parallel=_value(keywords.get("num_parallel")),
    )


def _targets(call: Call) -> tuple[str, ...] | None:
    targets = []
    for argument in call.arguments:
        if argument.keyword is not None or argument.star == "**":
            continue
        if not isinstance(argument.node, cst.Attribute) or argument.star:
            return None
        targets.append(argument.node.attr.value)
    return tuple(targets)


def _kind(targets: int, keywords: list[str], unpacks: bool) -> TransitionKind:
    if unpacks or targets == 0:
        return TransitionKind.INVALID
    if not keywords:
        return TransitionKind.SPLIT if targets > 1 else TransitionKind.LINEAR
    if targets == 1 and keywords == ["foreach"]:
        return TransitionKind.FOREACH
    if targets == 1 and keywords == ["num_parallel"]:
        return TransitionKind.NUM_PARALLEL
    return TransitionKind.INVALID


def _value(argument: Argument | None) -> Any:
    """What Metaflow takes from the keyword: a constant; None where there is none or it is computed."""
    return None if argument is None else _constant(argument.node)


def _switch(call: Call, tail: bool, node: cst.Dict, condition: Argument) -> Transition:
    cases = _cases(node)
    name = condition.value if isinstance(condition.value, str) else None
    if not cases or not name:
        targets = tuple(cases.values()) if cases else ()
        return Transition(call.node, TransitionKind.INVALID, targets, tail, condition=name)
    return Transition(
        call.node, TransitionKind.SWITCH, tuple(cases.values()), tail, condition=name, cases=cases
    )


def _cases(node: cst.Dict) -> Mapping[Any, str] | None:
    cases: dict[Any, str] = {}
    for element in node.elements:
        if not isinstance(element, cst.DictElement):
            return None
        key = _case_key(element.key)
        target = dotted_name(element.value)
        if key is None or not target.startswith("self.") or target.count(".") != 1:
            return None
        cases[key] = target.removeprefix("self.")
    return cases


def _case_key(node: cst.BaseExpression) -> Any:
    name = dotted_name(node)
    if name.startswith("self.") and name.count(".") == 2:
        return "config:" + name.removeprefix("self.")
    return _constant(node)


def _constant(node: cst.CSTNode) -> Any:
    """The value of what `ast` calls a constant, else None: `-1` is an operation."""
    value = None if isinstance(node, cst.UnaryOperation) else literal(node)
    return None if value is UNKNOWN or isinstance(value, (list, tuple, dict)) else value
