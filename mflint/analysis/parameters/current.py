"""What the code of a flow reads from Metaflow's `current`, and whether it is prepared to find it missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import libcst as cst

from mflint.analysis.steps.exceptions import attempt_catches, with_suppresses
from mflint.expressions import all_parameters
from mflint.model import Class, Flow, FlowFile, Function, Node, Parameter, ParameterKind
from mflint.names import Defined, External, NameResolver
from mflint.syntax import below, children, dotted_name, flat_targets, names_in

CURRENT = External("metaflow.current")

_MISSING = "AttributeError"

_Reached: TypeAlias = tuple[Function, FlowFile, bool]
"""A function that the flow runs, its file, and whether the flow certainly runs it."""

_State: TypeAlias = tuple[cst.CSTNode, bool, bool]
"""A node, whether an AttributeError is caught there, and whether it is always evaluated."""


@dataclass(frozen=True, slots=True)
class CurrentRead:
    """`current.<name>` is read in `file`, in code that `step` runs; None for a parameter's default."""

    node: Node
    name: str
    file: FlowFile
    step: str | None


class CurrentReads:
    """All reads of some attributes of `current` that the steps and parameters of a flow come to make.

    Those in a `try` that catches an AttributeError do not count, nor does what is called there. In code that
    may serve other flows too, those that depend on a condition are `conditional`: it may hold for the others
    only.
    """

    def __init__(self, flow: Flow, names: NameResolver, attributes: frozenset[str]) -> None:
        self._flow = flow
        self._names = names
        self._attributes = attributes
        self._own = set(flow.definition.functions)
        self._seen: set[tuple[Function, bool]] = set()
        self._spelled: set[str] = set()
        self._other: set[str] = set()
        self.reads: list[CurrentRead] = []
        self.conditional: list[CurrentRead] = []
        for name, step in flow.steps.items():
            self._functions([(step.function, step.file, True)], name)
        for parameter, owner, file in _parameters(flow):
            self._default(parameter, file, owner is flow.definition)

    @property
    def unsure(self) -> str | None:
        """Why an attribute that is read may be there all the same."""
        if not self._spelled.isdisjoint(self._other):
            return f"{self._flow.name} tests `current`, sets something on it or passes it on"
        if self.conditional and not self.reads:
            return f"code that {self._flow.name} shares may read `current` for other flows only"
        return None

    def _functions(self, pending: list[_Reached], step: str | None) -> None:
        while pending:
            function, file, certain = pending.pop()
            if (function, certain) in self._seen:
                continue
            self._seen.add((function, certain))
            code = _Code(function.node.body, self._attributes)
            self._other |= code.handled
            own = function in self._own
            hidden = _inner_names(function.node.body) | set(function.assignments)
            for node, spelled, always in code.reads:
                if _is_free(node, spelled, function, hidden):
                    self._read(node, spelled, function, file, step, certain and (own or always))
            for name, always in code.calls:
                pending.extend(self._called(name, function, file, certain and (own or always)))

    def _read(
        self,
        node: cst.Attribute,
        spelled: str,
        function: Function | None,
        file: FlowFile,
        step: str | None,
        certain: bool,
    ) -> None:
        imports = function.imports if function is not None else ()
        first = spelled.partition(".")[0]
        if self._names.resolve(file, spelled, tuple(i for i in imports if i.bound == first)) == CURRENT:
            self._spelled.add(spelled)
            found = self.reads if certain else self.conditional
            found.append(CurrentRead(node, node.attr.value, file, step))

    def _called(self, name: str, caller: Function, file: FlowFile, certain: bool) -> Iterator[_Reached]:
        owner, _, method = name.partition(".")
        if method and owner == caller.signature.first and method in self._flow.methods:
            yield (*self._flow.methods[method], certain)
        elif name in caller.uses:
            yield from self._module_function(name, file, certain)

    def _module_function(self, name: str, file: FlowFile, certain: bool = True) -> Iterator[_Reached]:
        meaning = self._names.resolve(file, name) if any(f.name == name for f in file.functions) else None
        if isinstance(meaning, Defined) and isinstance(meaning.definition, Function):
            yield meaning.definition, meaning.file, certain

    def _default(self, parameter: Parameter, file: FlowFile, own: bool) -> None:
        """What a default does that Metaflow calls when the flow is run or deployed."""
        default = parameter.default.node if parameter.default is not None else None
        if isinstance(default, cst.Name):
            self._functions(list(self._module_function(default.value, file)), None)
        elif isinstance(default, cst.Lambda):
            code, hidden = _Code(default.body, self._attributes), _inner_names(default)
            self._other |= code.handled
            for node, spelled, always in code.reads:
                if spelled.partition(".")[0] not in hidden:
                    self._read(node, spelled, None, file, None, own or always)
            for name, always in code.calls:
                if name not in hidden:
                    self._functions(list(self._module_function(name, file, own or always)), None)


@dataclass(slots=True)
class _Code:
    """The code below `root`.

    `reads` are attributes of interest with the dotted name that has them, `calls` the dotted names called,
    both with whether they happen whenever the code runs; neither where an AttributeError is caught. `handled`
    are the dotted names that have another use.
    """

    root: cst.CSTNode
    attributes: frozenset[str]
    reads: list[tuple[cst.Attribute, str, bool]] = field(default_factory=list)
    calls: list[tuple[str, bool]] = field(default_factory=list)
    handled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        leaves = False
        stack = [(self.root, False, True)]
        while stack:
            node, caught, always = stack.pop()
            leaves = leaves or (not always and isinstance(node, (cst.Return, cst.Raise)))
            stack.extend(self._below(node, caught, always))
        if leaves:
            self.reads = [(node, spelled, False) for node, spelled, _ in self.reads]
            self.calls = [(name, False) for name, _ in self.calls]

    def _below(self, node: cst.CSTNode, caught: bool, always: bool) -> Iterator[_State]:
        if isinstance(node, (cst.Try, cst.TryStar)):
            yield node.body, caught or attempt_catches(node, _MISSING), always
            yield from ((handler, caught, False) for handler in node.handlers)
            yield from ((part, caught, always) for part in (node.orelse, node.finalbody) if part is not None)
        elif isinstance(node, cst.Attribute):
            yield from self._attribute(node, caught, always)
        elif isinstance(node, cst.Name):
            self.handled.add(node.value)
        elif not isinstance(node, (cst.Import, cst.ImportFrom)):
            if isinstance(node, cst.With):
                caught = caught or with_suppresses(node, _MISSING)
            if isinstance(node, cst.Call) and not caught:
                self.calls.append((dotted_name(node.func), always))
            if isinstance(node, (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.Del)):
                self.handled.update(_changed(node.target))
            first = _first(node)
            yield from ((c, caught, always and (first is None or c is first)) for c in children(node))

    def _attribute(self, node: cst.Attribute, caught: bool, always: bool) -> Iterator[_State]:
        if not dotted_name(node):
            yield node.value, caught, always
            return
        read: cst.CSTNode = node
        while isinstance(read, cst.Attribute) and read.attr.value not in self.attributes:
            read = read.value
        if not isinstance(read, cst.Attribute):
            self.handled.add(dotted_name(node))
        elif not caught:
            self.reads.append((read, dotted_name(read.value), always))


def _first(node: cst.CSTNode) -> cst.CSTNode | None:
    """The part of a branching node that is evaluated in any case; None for one that does not branch."""
    if isinstance(node, (cst.If, cst.IfExp, cst.While)):
        return node.test
    if isinstance(node, cst.For):
        return node.iter
    if isinstance(node, cst.BooleanOperation):
        return node.left
    if isinstance(node, cst.Match):
        return node.subject
    return node if isinstance(node, (cst.FunctionDef, cst.Lambda)) else None


def _parameters(flow: Flow) -> Iterator[tuple[Parameter, Class, FlowFile]]:
    made = {a.node: (k, file) for k, file in flow.lineage for found in k.attributes.values() for a in found}
    for parameter in flow.parameters:
        if parameter.kind is ParameterKind.PARAMETER and parameter.node in made:
            yield (parameter, *made[parameter.node])


def _is_free(node: cst.Attribute, spelled: str, function: Function, hidden: set[str]) -> bool:
    """Whether the first name of `spelled` comes from outside the function, or from an import in it."""
    first = spelled.partition(".")[0]
    if any(found.bound == first for found in function.imports):
        return first not in hidden
    return next(names_in(node.value)) in function.uses.get(first, ())


def _changed(target: cst.CSTNode) -> Iterator[str]:
    """What gets or loses an attribute where `target` is assigned or deleted."""
    for part in flat_targets(target):
        if isinstance(part, cst.Attribute):
            yield dotted_name(part.value)


def _inner_names(root: cst.CSTNode) -> set[str]:
    """The parameters of all functions and lambdas at or below `root`."""
    found: set[str] = set()
    for node in below(root):
        if isinstance(node, (cst.FunctionDef, cst.Lambda)):
            found.update(parameter.name.value for parameter in all_parameters(node.params))
    return found
