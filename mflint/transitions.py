"""Reads a call of `self.next` the way Metaflow does (`DAGNode._parse` in metaflow/graph.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import libcst as cst

from mflint.model import UNKNOWN, Argument, Call, Transition, TransitionKind
from mflint.syntax import dotted_name, dotted_uses, literal


def read_transition(call: Call, tail: bool) -> Transition:
    """The transition that `call`, a call of `self.next`, describes."""
    positional = [a.node for a in call.arguments if a.keyword is None and a.star != "**"]
    keywords = {a.keyword: a for a in call.arguments if a.keyword is not None}
    switch = "condition" in keywords or any(isinstance(node, cst.Dict) for node in positional)
    if len(positional) == 1 and isinstance(positional[0], cst.Dict) and "condition" in keywords:
        return _switch(call, tail, positional[0], keywords["condition"])
    nodes = _targets(call)
    kind = _kind(len(nodes or ()), list(keywords), call.unpacks)
    return Transition(
        call.node,
        TransitionKind.INVALID if nodes is None else kind,
        tuple(node.attr.value for node in nodes or ()),
        tail,
        foreach=_value(keywords.get("foreach")),
        num_parallel=_value(keywords.get("num_parallel")),
        target_nodes=tuple(nodes or ()),
        mentions=_mentions(call) if nodes is None or kind is TransitionKind.INVALID else (),
        is_switch=switch,
    )


def _targets(call: Call) -> list[cst.Attribute] | None:
    targets = []
    for argument in call.arguments:
        if argument.keyword is not None or argument.star == "**":
            continue
        if not isinstance(argument.node, cst.Attribute) or argument.star:
            return None
        targets.append(argument.node)
    return targets


def _mentions(call: Call) -> tuple[str, ...]:
    names = (name for argument in call.arguments for name in dotted_uses(argument.node).values())
    return tuple(name.split(".")[1] for name in names if name.startswith("self."))


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
    read = _cases(node) or {}
    cases = {key: target.attr.value for key, target in read.items()}
    name = condition.value if isinstance(condition.value, str) else None
    valid = bool(cases and name)
    return Transition(
        call.node,
        TransitionKind.SWITCH if valid else TransitionKind.INVALID,
        tuple(cases.values()),
        tail,
        condition=name,
        cases=cases if valid else {},
        target_nodes=tuple(read.values()),
        mentions=() if valid else _mentions(call),
        is_switch=True,
    )


def _cases(node: cst.Dict) -> Mapping[Any, cst.Attribute] | None:
    cases: dict[Any, cst.Attribute] = {}
    for element in node.elements:
        if not isinstance(element, cst.DictElement) or not isinstance(element.value, cst.Attribute):
            return None
        key = _case_key(element.key)
        target = dotted_name(element.value)
        if key is None or not target.startswith("self.") or target.count(".") != 1:
            return None
        cases[key] = element.value
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
