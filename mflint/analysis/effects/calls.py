"""The effects of calls: of methods of the flow, of what sets or tests attributes, of what takes the flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from mflint.analysis.effects.inputs import Several
from mflint.expressions import all_parameters
from mflint.model import UNKNOWN, Call, Unknown
from mflint.model.effects import (
    NOTHING,
    AnyRead,
    BranchRead,
    BranchWrite,
    Delete,
    Effect,
    Escape,
    Exit,
    ExitKind,
    InputRead,
    Loop,
    Merge,
    MethodCall,
    Read,
    Tested,
    Write,
)
from mflint.syntax import dotted_name, literal, read_call

if TYPE_CHECKING:
    from mflint.analysis.effects.expressions import ExpressionEffects

Order = list["cst.CSTNode | Effect"]
"""Expressions to read and effects that come between them, in the order of evaluation."""

_LEAVES = {"exit", "os._exit", "os.abort", "quit", "sys.exit"}
_RUNS_TEXT = {"eval", "exec"}
_HARMLESS = {"dir", "format", "id", "isinstance", "len", "print", "repr", "str", "super", "type"}
"""Builtins that take `self` and set nothing."""

_OF_ATTRIBUTES = {"getattr", "hasattr", "setattr", "delattr"}
_SETS = {"__setattr__": "setattr", "__delattr__": "delattr"}
_WITH_KEY = {"max", "min", "sorted"}


def read_call_effects(reader: ExpressionEffects, node: cst.Call) -> Order:
    """What a call does."""
    func, name = node.func, dotted_name(node.func)
    arguments: Order = [a.value for a in node.args if not reader.is_self(a.value)]
    if (
        isinstance(func, cst.Attribute)
        and reader.is_self(func.value)
        and func.attr.value in _SETS
        and node.args
    ):
        return [*arguments, *_of_flow(_SETS[func.attr.value], node, literal(node.args[0].value))]
    if isinstance(func, cst.Attribute) and reader.is_self(func.value):
        return _method_call(reader, node, func, arguments, above=False)
    if isinstance(func, cst.Attribute) and _is_super(func.value):
        return _method_call(reader, node, func, arguments, above=True)
    if name in _OF_ATTRIBUTES and len(node.args) >= 2:
        return _attribute_call(reader, name, node)
    if name in _HARMLESS:
        return arguments
    if name in _LEAVES:
        return [*arguments, Exit(ExitKind.RAISE)]
    if name in _RUNS_TEXT:
        return [*arguments, Escape("")]
    key = _key_of_inputs(reader, name, node)
    if key is not None:
        return [node.args[0].value, key]
    escapes = [Escape(name)] if len(arguments) < len(node.args) else []
    return [func, *arguments, *escapes]


def _is_super(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and dotted_name(node.func) == "super"


def _method_call(
    reader: ExpressionEffects, node: cst.Call, func: cst.Attribute, arguments: Order, *, above: bool
) -> Order:
    call = read_call(node)
    order = [*arguments]
    condition = call.argument("condition")
    if func.attr.value == "merge_artifacts":
        order.append(Merge(node, _names(call, "include", 2), _names(call, "exclude", 1), above))
        return order
    if func.attr.value == "next" and condition is not None and isinstance(condition.value, str):
        order.append(Read(condition.node, condition.value))
    if len(arguments) < len(node.args):
        order.append(Escape(""))
    return [*order, MethodCall(func, func.attr.value, above)]


def _names(call: Call, keyword: str, position: int) -> tuple[str, ...] | Unknown:
    """The artifacts that an argument of `merge_artifacts` names; none where it is not given."""
    argument = call.argument(keyword, position)
    if argument is None:
        return UNKNOWN if call.unpacks else ()
    value = argument.value
    if value is None:
        return ()
    if isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value):
        return tuple(value)
    return UNKNOWN


def _attribute_call(reader: ExpressionEffects, called: str, node: cst.Call) -> Order:
    owner, name = node.args[0].value, literal(node.args[1].value)
    others: Order = [a.value for a in node.args[1:]]
    if reader.is_self(owner):
        return [*others, *_of_flow(called, node, name)]
    if not isinstance(name, str):
        return [owner, *others]
    if called == "setattr":
        return [owner, *others, BranchWrite(name)]
    if called == "getattr" and len(node.args) == 2:
        source = reader.sources.of(owner)
        if source is Several.ALL:
            return [owner, *others, InputRead(node, name)]
        if source is not None and not isinstance(source, Several):
            return [owner, *others, BranchRead(node, source, name)]
    return [owner, *others]


def _of_flow(called: str, node: cst.Call, name: object) -> list[Effect]:
    if not isinstance(name, str):
        return [Escape("")] if called in ("setattr", "delattr") else [AnyRead()]
    if called == "setattr":
        return [Write(node, name)]
    if called == "delattr":
        return [Delete(name)]
    return [Read(node, name)] if called == "getattr" and len(node.args) == 2 else [Tested(name)]


def _key_of_inputs(reader: ExpressionEffects, name: str, node: cst.Call) -> Effect | None:
    """What `key` does to each of the inputs in `max(inputs, key=lambda i: i.score)`."""
    keys = [a.value for a in node.args if a.keyword is not None and a.keyword.value == "key"]
    if name not in _WITH_KEY or not keys or not isinstance(keys[0], cst.Lambda):
        return None
    key = keys[0]
    source = reader.sources.of(node.args[0].value)
    names = [p.name.value for p in all_parameters(key.params)]
    if not isinstance(source, Several) or len(names) != 1:
        return None
    body = reader.bound({names[0]: source.value}, lambda: reader.of(key.body))
    return Loop(body, NOTHING, inputs=source is Several.ALL)
