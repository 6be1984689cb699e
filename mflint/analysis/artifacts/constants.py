"""The attributes that Metaflow makes read-only (`MetaflowTask._init_parameters` in metaflow/task.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

from mflint.analysis.artifacts.flowspec import NON_PARAMETERS
from mflint.model import UNKNOWN, Assignment, AssignmentKind, Flow, FlowFile, Node, Parameter, ParameterKind
from mflint.names import External, NameResolver
from mflint.syntax import dotted_name, literal

_WRITTEN_OUT = (
    cst.Dict,
    cst.DictComp,
    cst.FormattedString,
    cst.List,
    cst.ListComp,
    cst.Set,
    cst.SetComp,
    cst.Tuple,
)
_CONTAINERS = {
    "builtins.dict",
    "builtins.list",
    "builtins.set",
    "collections.Counter",
    "collections.OrderedDict",
    "collections.defaultdict",
    "collections.deque",
}
_PLAIN = {
    *_CONTAINERS,
    "builtins.bool",
    "builtins.float",
    "builtins.frozenset",
    "builtins.int",
    "builtins.range",
    "builtins.str",
    "builtins.tuple",
    "datetime.date",
    "datetime.datetime",
    "datetime.timedelta",
    "logging.getLogger",
    "os.getenv",
    "os.path.dirname",
    "os.path.join",
    "pathlib.Path",
    "re.compile",
}
"""What never returns a class, a function or a property."""

_VALUED = {AssignmentKind.PLAIN, AssignmentKind.ANNOTATED, AssignmentKind.AUGMENTED}


@dataclass(frozen=True, slots=True)
class ReadOnly:
    """A read-only attribute. `kind` is None for a constant; `mutable` tells that it can change in place.

    `unclear` says why the source does not show whether it is read-only.
    """

    name: str
    node: Node
    file: FlowFile
    kind: ParameterKind | None
    mutable: bool
    plain: bool = False
    """`Config(…, plain=True)`, which is no `ConfigValue`."""
    unclear: str | None = None

    @property
    def described(self) -> str:
        """What it is, in words."""
        return "a constant of the class" if self.kind is None else f"the {self.kind.value} `{self.name}`"


def class_attributes(flow: Flow) -> frozenset[str]:
    """The attributes, parameters too, that the classes of the flow give a value: no step may assign them."""
    return frozenset(
        name
        for owner, _ in flow.lineage
        for name, given in owner.attributes.items()
        if any(assignment.kind is not AssignmentKind.DECLARED for assignment in given)
    )


def read_only(flow: Flow, names: NameResolver) -> dict[str, ReadOnly]:
    """The parameters and constants of the flow by attribute."""
    found = {a.name: a for a in _constants(flow, names)}
    for parameter in flow.parameters:
        name = parameter.attribute
        if name not in NON_PARAMETERS and name not in flow.methods and name not in flow.steps:
            file = next((f for klass, f in flow.lineage if name in klass.attributes), flow.file)
            doubt = flow.unknown[0] if flow.unknown else _condition(flow, parameter)
            plain, mutable = _is_plain(parameter), _is_mutable(parameter)
            found[name] = ReadOnly(name, parameter.node, file, parameter.kind, mutable, plain, doubt)
    return found


def _is_plain(parameter: Parameter) -> bool:
    plain = parameter.call.argument("plain")
    return plain is not None and plain.value is not False


def _is_mutable(parameter: Parameter) -> bool:
    """Whether its value may be a container; a file, and a plain Config without a parser, is a string."""
    if parameter.kind is ParameterKind.CONFIG:
        return not _is_plain(parameter) or parameter.call.argument("parser") is not None
    kind = parameter.call.argument("type")
    known = kind is None or dotted_name(kind.node).rpartition(".")[2] == "JSONType"
    return parameter.kind is ParameterKind.PARAMETER and known


def _condition(flow: Flow, parameter: Parameter) -> str | None:
    for klass, _ in flow.lineage:
        for assignment in klass.attributes.get(parameter.attribute, ()):
            if assignment.node is parameter.node and assignment.block:
                return f"`{parameter.attribute}` depends on a condition"
    return None


def _constants(flow: Flow, names: NameResolver) -> list[ReadOnly]:
    found: list[ReadOnly] = []
    for klass, file in reversed(flow.lineage):
        for name, assignments in klass.attributes.items():
            valued = [a for a in assignments if a.kind is not AssignmentKind.DECLARED]
            skipped = name.startswith("_") or name in NON_PARAMETERS or name in {*flow.methods, *flow.steps}
            if not valued or skipped or all(isinstance(a.value, cst.Lambda) for a in valued):
                continue
            doubt = flow.unknown[0] if flow.unknown else _doubt(name, valued, file, names)
            mutable = all(a.value is not None and is_container(a.value, file, names) for a in valued)
            found.append(ReadOnly(name, valued[0].node, file, None, mutable, unclear=doubt))
    return found


def _doubt(name: str, assignments: Sequence[Assignment], file: FlowFile, names: NameResolver) -> str | None:
    certain = not assignments[0].block and all(
        a.kind in _VALUED and a.value is not None and _is_value(a.value, file, names) for a in assignments
    )
    return None if certain else f"the source does not tell whether `{name}` is a constant"


def _is_value(node: cst.CSTNode, file: FlowFile, names: NameResolver) -> bool:
    """Whether it is certainly neither a function nor a class nor a property."""
    if isinstance(node, _WRITTEN_OUT) or literal(node) is not UNKNOWN:
        return True
    if isinstance(node, cst.BinaryOperation):
        return _is_value(node.left, file, names) and _is_value(node.right, file, names)
    return _called(node, file, names) in _PLAIN


def is_container(node: cst.CSTNode, file: FlowFile, names: NameResolver) -> bool:
    """Whether it gives one of Python's own containers that can change in place."""
    if isinstance(node, (cst.Dict, cst.DictComp, cst.List, cst.ListComp, cst.Set, cst.SetComp)):
        return True
    return _called(node, file, names) in _CONTAINERS


def _called(node: cst.CSTNode, file: FlowFile, names: NameResolver) -> str | None:
    meaning = names.resolve(file, dotted_name(node.func)) if isinstance(node, cst.Call) else None
    return meaning.qualified if isinstance(meaning, External) else None
