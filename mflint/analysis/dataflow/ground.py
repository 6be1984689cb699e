"""What is true of a flow wherever one stands: what it has before any step runs, what its methods may do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mflint.analysis.artifacts.flowspec import is_given
from mflint.analysis.dataflow.footprint import Footprint, always_raises, survey
from mflint.analysis.effects import attributes_set_in, effects_of
from mflint.model import AssignmentKind, Class, Flow, FlowFile, Function
from mflint.model.effects import Effect, MethodCall
from mflint.names import Defined, External, Meaning, NameResolver
from mflint.syntax import dotted_name

_PROPERTIES = {"cached_property", "functools.cached_property", "property"}
_PLAIN = {*_PROPERTIES, "classmethod", "staticmethod"}
_HOOKS = {
    "__class_getitem__",
    "__getattr__",
    "__getattribute__",
    "__init_subclass__",
    "__new__",
    "__setattr__",
}
"""Methods by which a class may answer for attributes that nothing assigns."""

_WRITES_NAMESPACE = {"exec", "locals", "setattr", "vars"}


@dataclass(frozen=True, eq=False)
class Method:
    """A method of the flow as it is called."""

    function: Function
    file: FlowFile

    @property
    def effects(self) -> Effect:
        """What its body does."""
        return effects_of(self.function, None)

    @property
    def is_property(self) -> bool:
        """Whether reading the attribute runs it."""
        return any(d.name in _PROPERTIES for d in self.function.decorators)

    @property
    def is_plain(self) -> bool:
        """Whether calling it certainly runs its body, with the flow as `self`."""
        decorators = {d.name for d in self.function.decorators}
        return decorators <= _PROPERTIES and not self.function.asynchronous


@dataclass(eq=False)
class Ground:
    """The flow with what its classes define."""

    flow: Flow
    names: NameResolver
    defined: set[str] = field(default_factory=set)
    _raising: dict[tuple[str, FlowFile], bool] = field(default_factory=dict)
    _known: dict[Effect, tuple[Footprint, tuple[Method, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Collect the names that every step sees."""
        self.classes = {klass.name for klass, _ in self.flow.lineage}
        self.defined.update(self.flow.steps, self.flow.methods)
        self.attributes: set[str] = set()
        self.defined.update(parameter.attribute for parameter in self.flow.parameters)
        for klass, file in self.flow.lineage:
            self.attributes.update(_class_names(klass), attributes_set_in(file.node, klass.name))
        self.attributes -= self.defined
        self.defined |= self.attributes
        initialiser = self.flow.methods.get("__init__")
        if initialiser is not None:
            self.defined |= self.method_footprint(Method(*initialiser)).writes

    def is_defined(self, name: str) -> bool:
        """Whether every step sees the attribute, assigned or not."""
        return name in self.defined or is_given(name)

    def method(self, name: str) -> Method | None:
        """The method or property of that name."""
        found = self.flow.methods.get(name)
        return Method(*found) if found is not None else None

    def called(self, call: MethodCall, caller: Function) -> Method | None:
        """The method, or step, that a call in `caller` means."""
        if not call.above:
            step = self.flow.steps.get(call.name)
            return Method(step.function, step.file) if step is not None else self.method(call.name)
        owners = [index for index, (klass, _) in enumerate(self.flow.lineage) if caller in klass.functions]
        return self._defined_by(self.flow.lineage[owners[0] + 1 :], call.name) if owners else None

    def base_method(self, callee: str) -> Method | None:
        """The method that `Base.method(self)` means."""
        owner, _, name = callee.rpartition(".")
        named = owner.rpartition(".")[2]
        return self._defined_by([line for line in self.flow.lineage if line[0].name == named], name)

    def _defined_by(self, classes: Iterable[tuple[Class, FlowFile]], name: str) -> Method | None:
        for klass, file in classes:
            for function in reversed(klass.functions):
                if function.name == name:
                    return Method(function, file)
        return None

    def is_harmless(self, callee: str, function: Function, file: FlowFile) -> bool:
        """Whether the function sets no artifacts of the flow that it is given: Metaflow's own do not."""
        meaning = self.names.resolve(file, callee, function.imports) if callee else None
        return isinstance(meaning, External) and meaning.qualified.startswith("metaflow.")

    def never_returns(self, callee: str, function: Function, file: FlowFile) -> bool:
        """Whether the source shows that a function always raises."""
        key = (callee, file)
        if key not in self._raising:
            self._raising[key] = self._raises(self.names.resolve(file, callee, function.imports))
        return self._raising[key]

    def _raises(self, meaning: Meaning) -> bool:
        if not isinstance(meaning, Defined) or not isinstance(meaning.definition, Function):
            return False
        called = meaning.definition
        annotated = dotted_name(called.returns).rpartition(".")[2] in ("Never", "NoReturn")
        return annotated or always_raises(effects_of(called, None))

    def is_own_class(self, name: str) -> bool:
        """Whether attributes set on the class of that name are attributes of the flow; "" for its own."""
        return not name or name in self.classes

    def footprint(self, *effects: Effect, function: Function, file: FlowFile) -> Footprint:
        """All that the effects, which stand in `function`, may do, through methods too."""
        found = Footprint()
        pending = [(effect, function, file) for effect in effects]
        seen: set[Function] = set()
        while pending:
            done, methods = self._direct(*pending.pop())
            found |= done
            for method in methods:
                if method.function not in seen:
                    seen.add(method.function)
                    pending.append((method.effects, method.function, method.file))
        return found

    def method_footprint(self, method: Method) -> Footprint:
        """All that calling the method may do."""
        return self.footprint(method.effects, function=method.function, file=method.file)

    def _direct(
        self, effect: Effect, function: Function, file: FlowFile
    ) -> tuple[Footprint, tuple[Method, ...]]:
        """What the effect itself may do, and the methods that it may call."""
        if effect not in self._known:
            seen = survey(effect)
            named = [w.name for w in seen.class_writes if self.is_own_class(w.owner)]
            named_methods = self.flow.methods if seen.reads_any else (*seen.reads, *seen.writes)
            called = [self.method(name) for name in named_methods]
            called += [self.called(call, function) for call in seen.calls]
            bases = {callee: self.base_method(callee) for callee in seen.escapes}
            opens = any(
                base is None and not self.is_harmless(callee, function, file)
                for callee, base in bases.items()
            )
            opens = opens or any(call.name in self.attributes for call in seen.calls)
            found = Footprint(frozenset((*seen.writes, *named)), seen.deletes, seen.merges, opens)
            methods = tuple(method for method in (*called, *bases.values()) if method is not None)
            self._known[effect] = found, methods
        return self._known[effect]

    def everything(self) -> tuple[Footprint, set[str]]:
        """What any step or method of the flow may do, and the names that it tests."""
        done = Footprint()
        tested: set[str] = set()
        for klass, file in self.flow.lineage:
            for function in klass.functions:
                effect = effects_of(function, None)
                done |= self._direct(effect, function, file)[0]
                tested |= survey(effect).tested
        return done, tested

    def unclear(self) -> str | None:
        """Why the source does not tell which attributes the flow has, if so.

        What single steps do unseen is no part of it: that only opens what is known from there on.
        """
        if self.flow.unknown:
            return self.flow.unknown[0]
        for name in sorted(_HOOKS & self.flow.methods.keys()):
            return f"{name} may answer for any artifact"
        for klass, file in self.flow.lineage:
            if _WRITES_NAMESPACE & klass.definition_uses.keys():
                return f"the body of class {klass.name} may set any attribute"
            if any(call.name == "setattr" and self._names_class(call.arguments) for call in file.calls):
                return f"setattr sets attributes of class {klass.name}"
        return None

    def _names_class(self, arguments: Iterable[object]) -> bool:
        first = next(iter(arguments), None)
        return first is not None and dotted_name(first.node) in self.classes  # type: ignore[attr-defined]


def _class_names(klass: Class) -> Iterator[str]:
    yield from (found.bound for found in klass.imports)
    for name, assignments in klass.attributes.items():
        if any(a.kind is not AssignmentKind.DECLARED for a in assignments):
            yield name
