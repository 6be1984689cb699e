"""The parameters that the class bodies of a flow declare, and what may be one without showing it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import libcst as cst

from mflint.lineage import Lineage
from mflint.model import UNKNOWN, Assignment, AssignmentKind, Class, FlowFile, Parameter, ParameterKind
from mflint.names import Defined, External, Meaning, NameResolver
from mflint.syntax import below, dotted_name, read_call

_KINDS = {f"metaflow.{kind.value}": kind for kind in ParameterKind}
_NO_VALUE = {AssignmentKind.DECLARED, AssignmentKind.OTHER}
_WRITES_NAMESPACE = ("exec", "locals", "setattr", "vars")
"""Builtins by which a class body may set attributes that it does not name."""

_MAX_HOPS = 8


def declared_parameters(line: Lineage, names: NameResolver) -> tuple[tuple[Parameter, ...], tuple[str, ...]]:
    """The parameters of a flow, own and inherited, and the reasons why it may have others."""
    found: dict[str, Parameter] = {}
    opaque: dict[str, str] = {}
    for owner in reversed(line.classes):
        assert isinstance(owner.definition, Class)
        for name, assignments in owner.definition.attributes.items():
            in_force = _in_force(assignments)
            if not in_force:
                continue
            found.pop(name, None)
            opaque.pop(name, None)
            for value in in_force:
                parameter = _Declaration(name, owner, names).of_assignment(value)
                if isinstance(parameter, Parameter):
                    found[name] = parameter
                elif parameter is not None:
                    opaque[name] = parameter
        for builtin in _WRITES_NAMESPACE:
            if builtin in owner.definition.definition_uses:
                opaque[builtin] = f"the body of class {owner.definition.name} calls {builtin}"
    return tuple(found.values()), tuple(reason for name, reason in opaque.items() if name not in found)


def _in_force(assignments: Sequence[Assignment]) -> list[Assignment]:
    """Those that may give the attribute its value: the last made whatever happens, and all after it."""
    given = [a for a in assignments if a.kind not in _NO_VALUE]
    certain = [index for index, assignment in enumerate(given) if not assignment.block]
    return given[certain[-1] if certain else 0 :]


class _Declaration:
    """Reads the value of one class attribute: a Parameter, the reason why it may be one, or None."""

    def __init__(self, attribute: str, owner: Defined, names: NameResolver) -> None:
        self._attribute = attribute
        self._owner = owner
        self._names = names

    def of_assignment(self, assignment: Assignment) -> Parameter | str | None:
        if self._attribute.startswith("_") or assignment.value is None:
            return None
        value = assignment.value
        for index in assignment.elements or ():
            if not isinstance(value, (cst.Tuple, cst.List)) or index >= len(value.elements):
                break
            value = value.elements[index].value
        return self._of(assignment, value, self._owner.file, 0)

    def _of(
        self, assignment: Assignment, value: cst.CSTNode, file: FlowFile, hops: int
    ) -> Parameter | str | None:
        if isinstance(value, cst.Call):
            return self._call(assignment, value, file)
        if isinstance(value, cst.NamedExpr):
            return self._of(assignment, value.value, file, hops)
        name = dotted_name(value)
        if name:
            return self._name(assignment, name, file, hops)
        return self._maybe(value, file)

    def _call(self, assignment: Assignment, node: cst.Call, file: FlowFile) -> Parameter | str | None:
        call = read_call(node)
        meaning = self._meaning(file, call.name)
        kind = _KINDS.get(meaning.qualified) if isinstance(meaning, External) else None
        if kind is None:
            harmless = _makes_no_parameter(meaning)
            return self._maybe(node, file) if harmless else self._reason(f"{call.name or 'a call'}(…)")
        given = call.argument("name", 0)
        if given is None or given.value is UNKNOWN or not isinstance(given.value, str):
            return f"the parameter {self._attribute} has a computed name"
        return Parameter(assignment.node, kind, self._attribute, given.value, call)

    def _name(self, assignment: Assignment, name: str, file: FlowFile, hops: int) -> Parameter | str | None:
        if name in ("True", "False", "None"):
            return None
        assert isinstance(self._owner.definition, Class)
        bound = [*self._owner.definition.attributes.get(name, ()), *file.assignments.get(name, ())]
        if len(bound) == 1 and bound[0].value is not None and not bound[0].elements and hops < _MAX_HOPS:
            return self._of(assignment, bound[0].value, file, hops + 1)
        return None if self._meaning(file, name) is not None else self._reason(name)

    def _maybe(self, value: cst.CSTNode, file: FlowFile) -> str | None:
        """A reason where a parameter is made somewhere inside an expression."""
        for node in below(value):
            if isinstance(node, cst.Call) and node is not value:
                meaning = self._meaning(file, dotted_name(node.func))
                if isinstance(meaning, External) and meaning.qualified in _KINDS:
                    return self._reason("an expression")
        return None

    def _reason(self, shown: str) -> str:
        return f"{self._attribute} = {shown} may be a parameter"

    def _meaning(self, file: FlowFile, name: str) -> Meaning:
        assert isinstance(self._owner.definition, Class)
        local = self._owner.definition.imports if file is self._owner.file else ()
        return self._names.resolve(file, name, local)


def _makes_no_parameter(meaning: Meaning) -> bool:
    if not isinstance(meaning, External):
        return False
    top = meaning.qualified.partition(".")[0]
    return top == "builtins" or top in sys.stdlib_module_names
