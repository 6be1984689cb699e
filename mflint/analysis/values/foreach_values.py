"""Which artifacts a foreach surely cannot go through, by the expression that gives them their value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import libcst as cst

from mflint.analysis.artifacts.constants import class_attributes
from mflint.analysis.artifacts.sight import unseen_changes
from mflint.analysis.decorators.catch import caught_artifacts
from mflint.analysis.steps.branches import open_foreaches
from mflint.analysis.steps.declared import is_generator
from mflint.analysis.steps.graph import reached
from mflint.analysis.steps.reach import mentioned_by
from mflint.analysis.values.bindings import PLAIN, element, is_known, is_shared, local_value
from mflint.analysis.values.certainty import is_touched, last_write, statement_of, writes_of
from mflint.model import UNKNOWN, ArtifactWrite, Flow, FlowFile, Function, Literal, Node, Step
from mflint.names import Defined, External, NameResolver
from mflint.syntax import dotted_name, literal

_MAX_DEPTH = 50
_ITERATORS = {f"builtins.{name}" for name in ("enumerate", "filter", "iter", "map", "reversed", "zip")}
_CONTAINERS = {f"builtins.{name}" for name in ("dict", "frozenset", "list", "set", "tuple")}
_DICTS = {"builtins.dict", "collections.Counter", "collections.OrderedDict", "collections.defaultdict"}
_VIEWS = {"items", "keys", "values"}
_SETS = {"builtins.frozenset", "builtins.set"}


class Unfit(Enum):
    """Why a value cannot be gone through; the value says it in words."""

    NUMBER = "is a number"
    NONE = "is None"
    EMPTY = "is empty"
    GENERATOR = "is a generator, which cannot be stored"
    VIEW = "is a view of a dictionary, which cannot be stored"
    ITERATOR = "is an iterator, which is used up before the tasks ask for their items"
    DICTIONARY = "is a dictionary, and each task looks up its number in it as a key"
    SET = "is a set, which each task orders anew: items may be lost or come twice"
    MISSING = "is never assigned"


ONLY_WHEN_READ = {Unfit.ITERATOR, Unfit.DICTIONARY, Unfit.SET}
"""What does harm only where a task reads `self.input`."""


@dataclass(frozen=True)
class UnfitForeach:
    """A foreach over something unfit; `node` is the expression, None where the artifact is missing."""

    step: Step
    artifact: str
    why: Unfit
    node: Node = None
    file: FlowFile | None = None


def unfit_foreaches(flow: Flow, names: NameResolver) -> Iterator[UnfitForeach]:
    """The foreach splits that surely fail or lose items."""
    for name in reached(flow):
        step = flow.steps[name]
        tail = step.function.tail
        if tail is None or not isinstance(tail.foreach, str) or step is flow.end:
            continue
        found = _judged(flow, step, tail.foreach, names)
        if found is not None and (found.why not in ONLY_WHEN_READ or _reads_input(flow, step)):
            yield found


def _judged(flow: Flow, step: Step, artifact: str, names: NameResolver) -> UnfitForeach | None:
    if unseen_changes(flow, step, names) or artifact in caught_artifacts(flow, step):
        return None
    if artifact in class_attributes(flow):
        return _of_class(flow, step, artifact)
    writes = [(s, write) for s in flow.steps.values() for write in writes_of(flow, s, artifact)]
    if not writes:
        missing = not _may_be_elsewhere(flow, artifact, names)
        return UnfitForeach(step, artifact, Unfit.MISSING) if missing else None
    owner, write = step, last_write(flow, step, artifact)
    if write is None and len(writes) == 1 and not _may_be_elsewhere(flow, artifact, names):
        owner, write = writes[0]
        if write not in owner.function.writes or write.nested:
            return None
    if write is None or write.kind not in PLAIN:
        return None
    node = element(write.value, write.elements)
    why = _Judgement(flow, owner, names, artifact, write).of(node, 0) if node is not None else None
    return UnfitForeach(step, artifact, why, node, owner.file) if why is not None else None


def _may_be_elsewhere(flow: Flow, artifact: str, names: NameResolver) -> bool:
    """Whether something other than the assignments that are seen may set the artifact.

    `presence_at_end` knows more of what is assigned on which path, and less where the flow's data flow is not
    clear as a whole: here one artifact counts, which no step at all assigns.
    """
    written = any(w.name == artifact for function, _ in flow.methods.values() for w in function.writes)
    if written or artifact in flow.methods or artifact in flow.steps:
        return True
    unseen = [s for s in flow.steps.values() if unseen_changes(flow, s, names)]
    caught = any(artifact in caught_artifacts(flow, step) for step in flow.steps.values())
    return bool(flow.unknown_parameters or unseen) or caught


def _of_class(flow: Flow, step: Step, artifact: str) -> UnfitForeach | None:
    """A class attribute, or the default of a parameter, that is a number, None or empty."""
    for parameter in flow.parameters:
        if parameter.attribute == artifact:
            given = parameter.default
            computed = parameter.call.unpacks or parameter.call.argument("type") is not None
            if given is not None and not computed and isinstance(given.value, (bool, int, float)):
                file = next(file for owner, file in flow.lineage if artifact in owner.attributes)
                return UnfitForeach(step, artifact, Unfit.NUMBER, given.node, file)
            return None
    if flow.unknown_parameters:
        return None
    for owner, file in flow.lineage:
        assigned = owner.attributes.get(artifact, ())
        if assigned:
            sole = assigned[0] if len(assigned) == 1 and assigned[0].kind in PLAIN else None
            node = element(sole.value, sole.elements) if sole is not None else None
            why = _of_literal(literal(node)) if node is not None else None
            return UnfitForeach(step, artifact, why, node, file) if why is not None else None
    return None


def _reads_input(flow: Flow, split: Step) -> bool:
    """Whether a task of the foreach reads `self.input`."""
    inside = [s for n, s in flow.steps.items() if split.name in open_foreaches(flow, n)[-1:]]
    functions = [function for step in inside for function, _ in mentioned_by(flow, step)]
    return any(read.name == "input" for function in functions for read in function.reads)


def _of_literal(value: Literal) -> Unfit | None:
    if value is None:
        return Unfit.NONE
    if isinstance(value, (bool, int, float, complex)):
        return Unfit.NUMBER
    empty = isinstance(value, (str, bytes, list, tuple, dict)) and len(value) == 0
    return Unfit.EMPTY if empty else None


@dataclass(frozen=True)
class _Judgement:
    """Judges the expression that `write` assigns in the body of `step`."""

    flow: Flow
    step: Step
    names: NameResolver
    artifact: str
    write: ArtifactWrite

    def of(self, node: Node, depth: int) -> Unfit | None:
        if depth > _MAX_DEPTH:
            return None
        known = _of_literal(literal(node))
        if known is not None:
            return known if known is not Unfit.EMPTY or self._stays(depth) else None
        if isinstance(node, cst.Name):
            value = local_value(self.step.function, node.value)
            return self.of(value, depth + 1) if value is not None else None
        if isinstance(node, cst.GeneratorExp):
            return Unfit.GENERATOR
        if isinstance(node, cst.Call):
            return self._call(node, depth)
        if isinstance(node, cst.Dict):
            return Unfit.DICTIONARY if self._stays(depth) and _is_unnumbered(node) else None
        return Unfit.SET if self._is_set(node, depth) else None

    def _stays(self, depth: int) -> bool:
        """Whether the value stays as it is assigned: nothing else names it, nothing reads it afterwards."""
        shared = is_shared(statement_of(self.step.function, self.write.node))
        tail = self.step.function.tail
        if depth or shared or tail is None or tail.foreach != self.artifact:
            return False
        return not is_touched(self.flow, self.step, self.artifact, self.write.order)

    def _call(self, node: cst.Call, depth: int) -> Unfit | None:
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in _VIEWS and not node.args:
            return Unfit.VIEW if self._is_dict(node.func.value) else None
        meaning = self._meaning(dotted_name(node.func))
        if isinstance(meaning, Function):
            generates = is_generator(meaning) and not meaning.asynchronous and not meaning.decorators
            return Unfit.GENERATOR if generates else None
        if meaning in _CONTAINERS and not node.args:
            return Unfit.EMPTY if self._stays(depth) else Unfit.SET if meaning in _SETS else None
        if meaning in _ITERATORS or (isinstance(meaning, str) and meaning.startswith("itertools.")):
            return Unfit.ITERATOR
        if meaning == "builtins.range" and literal(node.args[0].value if len(node.args) == 1 else node) == 0:
            return Unfit.EMPTY
        if meaning == "builtins.dict" and all(a.keyword is not None for a in node.args):
            return Unfit.DICTIONARY if self._stays(depth) else None
        return Unfit.SET if self._is_set(node, depth) else None

    def _is_dict(self, node: Node) -> bool:
        if isinstance(node, cst.Name):
            node = local_value(self.step.function, node.value)
        if isinstance(node, cst.Call):
            return self._meaning(dotted_name(node.func)) in _DICTS
        return isinstance(node, (cst.Dict, cst.DictComp))

    def _is_set(self, node: Node, depth: int) -> bool:
        """Whether it is a set of more than one item that are not all numbers, as far as the source shows."""
        if depth > _MAX_DEPTH:
            return False
        if isinstance(node, cst.Name):
            value = local_value(self.step.function, node.value)
            return value is not None and self._is_set(value, depth + 1)
        if isinstance(node, cst.Set):
            values = [e.value for e in node.elements]
            starred = any(isinstance(e, cst.StarredElement) for e in node.elements)
            return (starred or len(values) > 1) and not all(_is_number(value) for value in values)
        if isinstance(node, cst.SetComp):
            return not _is_number(node.elt) and not self._is_numbers(node.for_in.iter)
        if isinstance(node, cst.BinaryOperation):
            setlike = (cst.BitAnd, cst.BitOr, cst.BitXor, cst.Subtract)
            return isinstance(node.operator, setlike) and self._is_set(node.left, depth + 1)
        if isinstance(node, cst.Call) and self._meaning(dotted_name(node.func)) in _SETS:
            return len(node.args) == 1 and not node.args[0].star and not self._is_numbers(node.args[0].value)
        return False

    def _is_numbers(self, node: Node) -> bool:
        """Whether it holds only numbers, or no more than one item."""
        if isinstance(node, cst.Call):
            return self._meaning(dotted_name(node.func)) == "builtins.range"
        if isinstance(node, cst.Name):
            value = local_value(self.step.function, node.value)
            return value is not None and not isinstance(value, cst.Name) and self._is_numbers(value)
        value = literal(node)
        if isinstance(value, (list, tuple, str)) and is_known(value):
            return len(set(map(repr, value))) < 2 or all(isinstance(v, (int, float)) for v in value)
        return False

    def _meaning(self, name: str) -> str | Function | None:
        """The qualified name of something from outside, or a function or method of the project."""
        function = self.step.function
        first, _, rest = name.partition(".")
        if first == function.signature.first and rest in self.flow.methods:
            return self.flow.methods[rest][0]
        if not name or first in function.assignments:
            return None
        found = self.names.resolve(self.step.file, name, function.imports)
        if isinstance(found, Defined):
            return found.definition if isinstance(found.definition, Function) else None
        return found.qualified if isinstance(found, External) else None


def _is_unnumbered(node: cst.Dict) -> bool:
    """Whether the keys are all known and are not the numbers from 0."""
    value = literal(node)
    if not isinstance(value, dict) or len(value) != len(node.elements):
        return False
    return not all(number in value for number in range(len(value)))


def _is_number(node: Node) -> bool:
    value = literal(node)
    return value is not UNKNOWN and isinstance(value, (int, float))
