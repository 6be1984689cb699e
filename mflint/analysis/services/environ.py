"""Where a file sets Metaflow's configuration: environment variables `METAFLOW_...`, and `metadata(...)`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from mflint.analysis.steps.bodies import Body, bodies
from mflint.model import FlowFile, Node
from mflint.names import NameResolver
from mflint.syntax import literal, read_call

_PREFIX = "METAFLOW_"
_ENVIRON = "os.environ"
_BY_KEY = {"os.environ.setdefault", "os.environ.__setitem__", "os.putenv"}
_BY_DICTIONARY = "os.environ.update"
_METADATA = "metaflow.metadata"
_SETTING = {*_BY_KEY, _BY_DICTIONARY, _METADATA}


def configuration_in_code(file: FlowFile, names: NameResolver) -> Iterator[tuple[Node, str]]:
    """Each place that sets a variable, with its name, or that calls `metadata`, with that call's name."""
    for body in bodies(file):
        for node in body.nodes():
            if isinstance(node, (cst.Assign, cst.AugAssign, cst.AnnAssign)):
                yield from _assigned(node, body, names)
            elif isinstance(node, cst.Call):
                yield from _called(node, body, names)


def _assigned(
    node: cst.Assign | cst.AugAssign | cst.AnnAssign, body: Body, names: NameResolver
) -> Iterator[tuple[Node, str]]:
    if isinstance(node, cst.AnnAssign) and node.value is None:
        return
    for target in [t.target for t in node.targets] if isinstance(node, cst.Assign) else [node.target]:
        if isinstance(target, cst.Subscript) and body.qualified(target.value, names) == _ENVIRON:
            index = target.slice[0].slice
            if isinstance(index, cst.Index) and _is_metaflow(literal(index.value)):
                yield target, literal(index.value)
        if isinstance(node, cst.AugAssign) and body.qualified(target, names) == _ENVIRON:
            yield from _keys(node.value)


def _called(node: cst.Call, body: Body, names: NameResolver) -> Iterator[tuple[Node, str]]:
    function = body.qualified(node.func, names)
    if function not in _SETTING:
        return
    call = read_call(node)
    first = call.argument("key", 0)
    if function in _BY_KEY and first is not None and _is_metaflow(first.value):
        yield node, first.value
    elif function == _BY_DICTIONARY:
        for argument in call.arguments:
            if _is_metaflow(argument.keyword):
                yield argument.node, str(argument.keyword)
            elif argument.keyword is None and argument.star in ("", "**"):
                yield from _keys(argument.node)
    elif function == _METADATA and any(isinstance(a.value, str) for a in call.arguments):
        yield node, "metadata"


def _keys(node: Node) -> Iterator[tuple[Node, str]]:
    """The variables that a dictionary, as written or made by `dict(...)`, holds."""
    if isinstance(node, cst.Dict):
        for element in node.elements:
            if isinstance(element, cst.DictElement) and _is_metaflow(literal(element.key)):
                yield element.key, literal(element.key)
    elif isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "dict":
        for argument in read_call(node).arguments:
            if _is_metaflow(argument.keyword):
                yield argument.node, str(argument.keyword)


def _is_metaflow(name: object) -> bool:
    return isinstance(name, str) and name.startswith(_PREFIX)
