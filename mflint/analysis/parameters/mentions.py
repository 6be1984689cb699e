"""Whether any part of a flow may read one of its parameters."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from mflint.analysis.artifacts.sight import foreign_decorator
from mflint.analysis.parameters.production import used_functions
from mflint.model import UNKNOWN, Call, Flow, Function, Literal, Parameter
from mflint.syntax import below, literal


def mentions(flow: Flow, parameter: Parameter) -> bool:
    """Whether a step, or a method it uses, names the parameter, of whatever object, such as `inputs[0]`.

    A string counts, since it may be a name for `getattr` or `merge_artifacts`.
    """
    names: set[Literal] = {parameter.attribute, parameter.name}
    return any(_names_one_of(function, names) for function in _functions(flow))


def doubt_about_reads(flow: Flow) -> str | None:
    """Why something that `mentions` does not see may read the flow's parameters.

    It asks for reads, in all steps at once, where `sight` asks for what a single step may assign or delete.
    """
    if flow.unknown:
        return flow.unknown[0]
    for name, step in flow.steps.items():
        decorator = foreign_decorator(flow, step)
        if decorator is not None:
            return f"decorator @{decorator} may read artifacts in step `{name}`"
    for function in _functions(flow):
        if function.escapes:
            return f"{function.name} hands the flow to other code"
        if any(map(_is_computed_read, function.calls)):
            return f"{function.name} reads an artifact whose name is computed"
        private = [read.name for read in function.reads if _is_metaflows_own(read.name, flow)]
        if private:
            return f"{function.name} reads {private[0]}"
    return None


def _functions(flow: Flow) -> Iterator[Function]:
    """What the flow uses; where `super` may lead to what it overrides, all of its bases' methods."""
    used = [function for function, _ in used_functions(flow)]
    yield from used
    yield from (f for name, (f, _) in flow.methods.items() if name.startswith("__") and f not in used)
    if any(call.name == "super" for function in used for call in function.calls):
        yield from (f for klass, _ in flow.lineage for f in klass.functions if f not in used)


def _is_metaflows_own(name: str, flow: Flow) -> bool:
    """Whether it is a part of `FlowSpec` that gives access to artifacts, such as `_datastore`."""
    return (
        name.startswith("_")
        and name not in flow.methods
        and not any(write.name == name for function in _functions(flow) for write in function.writes)
    )


def _is_computed_read(call: Call) -> bool:
    if call.name != "getattr" or len(call.arguments) < 2:
        return False
    return call.arguments[1].value is UNKNOWN and isinstance(call.arguments[0].node, cst.Name)


def _names_one_of(function: Function, names: set[Literal]) -> bool:
    for node in below(function.node):
        if isinstance(node, cst.Attribute) and node.attr.value in names:
            return True
        if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)) and literal(node) in names:
            return True
    return False
