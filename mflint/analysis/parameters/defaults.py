"""What the default of a parameter gives where it is a callable that the source shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from mflint.analysis.parameters.truth import evaluate
from mflint.analysis.types.builtin_types import Qualify, type_of
from mflint.expressions import all_parameters
from mflint.model import UNKNOWN, Class, Flow, FlowFile, Function, Import, Literal, Parameter
from mflint.names import Defined, External, NameResolver
from mflint.syntax import below, dotted_name, read_call, yields

IS_PRODUCTION = "metaflow.is_production"
"""What `names.canonical` makes of `metaflow.current.is_production`."""

_NESTED = (cst.FunctionDef, cst.ClassDef, cst.Lambda)


@dataclass(frozen=True, slots=True)
class Computed:
    """The expressions that a call of a default may return; `qualify` says what names in them mean."""

    values: tuple[cst.CSTNode, ...]
    qualify: Qualify

    def type(self) -> str | None:
        """The builtin type that every call gives."""
        types = {type_of(node, self.qualify) for node in self.values}
        return types.pop() if len(types) == 1 else None

    def value(self, *, production: bool) -> Literal:
        """What every call gives in production, or elsewhere."""

        def known(node: cst.CSTNode) -> Literal:
            return production if self._asks_for_production(node) else UNKNOWN

        found = [evaluate(node, known) for node in self.values]
        return found[0] if all(one is found[0] for one in found) else UNKNOWN

    def _asks_for_production(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Attribute):
            return self.qualify(dotted_name(node)) == IS_PRODUCTION
        if not isinstance(node, cst.Call) or dotted_name(node.func) != "getattr" or len(node.args) < 2:
            return False
        call = read_call(node)
        owner = self.qualify(dotted_name(call.arguments[0].node))
        return owner == "metaflow.current" and call.arguments[1].value == "is_production"


def owner_of(parameter: Parameter, flow: Flow) -> tuple[Class, FlowFile]:
    """The class whose body declares the parameter, and its file."""
    for klass, file in flow.lineage:
        for assignment in klass.attributes.get(parameter.attribute, ()):
            if assignment.node is parameter.node:
                return klass, file
    return flow.definition, flow.file


def computed_default(parameter: Parameter, flow: Flow, names: NameResolver) -> Computed | None:
    """What the default gives where it is a lambda, or a function of the project, else None."""
    owner, file = owner_of(parameter, flow)
    if parameter.default is None or owner.nested:
        return None
    node = parameter.default.node
    if isinstance(node, cst.Lambda):
        bound = {p.name.value for p in all_parameters(node.params)}
        return Computed((node.body,), _qualifier(names, file, bound))
    found = _function(dotted_name(node), owner, file, names)
    return _of_function(found, names) if found is not None else None


def _function(name: str, owner: Class, file: FlowFile, names: NameResolver) -> Defined | None:
    own = [f for f in owner.functions if f.name == name]
    if own or name.partition(".")[0] in owner.attributes:
        return Defined(own[0], file) if len(own) == len(owner.attributes.get(name, ())) == 1 else None
    meaning = names.resolve(file, name, owner.imports)
    return meaning if isinstance(meaning, Defined) else None


def _of_function(found: Defined, names: NameResolver) -> Computed | None:
    function = found.definition
    if not isinstance(function, Function) or function.decorators or function.asynchronous:
        return None
    body = function.node.body
    if yields(body) or not _always_returns(body) or any(r.value is None for r in _returns(body)):
        return None
    bound = {*function.assignments, *(p.name.value for p in all_parameters(function.node.params))}
    values = tuple(r.value for r in _returns(body) if r.value is not None)
    return Computed(values, _qualifier(names, found.file, bound, function.imports)) if values else None


def _qualifier(
    names: NameResolver, file: FlowFile, bound: set[str], local: tuple[Import, ...] = ()
) -> Qualify:
    def qualify(name: str) -> str:
        meaning = None if name.partition(".")[0] in bound else names.resolve(file, name, local)
        return meaning.qualified if isinstance(meaning, External) else ""

    return qualify


def _returns(body: cst.CSTNode) -> Iterator[cst.Return]:
    yield from (node for node in below(body, _NESTED) if isinstance(node, cst.Return))


def _always_returns(body: cst.CSTNode) -> bool:
    """Whether no call comes to the end of the body."""
    last = body.body[-1] if isinstance(body, (cst.IndentedBlock, cst.SimpleStatementSuite)) else body
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    if isinstance(last, cst.If):
        orelse = last.orelse.body if isinstance(last.orelse, cst.Else) else last.orelse
        return orelse is not None and _always_returns(last.body) and _always_returns(orelse)
    return isinstance(last, (cst.Return, cst.Raise))
