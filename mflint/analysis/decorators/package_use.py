"""Whether a flow uses the packages that it declares, as far as its source shows."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from mflint.analysis.decorators.import_names import APPLICATIONS, SELF_CONTAINED, import_name
from mflint.analysis.decorators.package_dictionaries import written_packages
from mflint.analysis.steps.reach import run_by
from mflint.model import AppliedDecorator, ArtifactRead, AssignmentKind, Flow, Function, Node, Step
from mflint.modules import METAFLOW, ModuleFinder
from mflint.syntax import children, dotted_name

_INERT = {f"metaflow.{name}" for name in (
    "batch", "card", "catch", "conda", "environment", "kubernetes", "parallel", "pypi", "resources", "retry",
    "secrets", "timeout",
)}  # fmt: skip
"""Decorators of steps that need none of the packages of `import_names`."""

_LOADS = {
    "DataArtifact", "Deployer", "Flow", "Metaflow", "NBDeployer", "NBRunner", "Run", "Runner", "Step", "Task",
    "__builtins__", "__import__", "eval", "exec", "execv", "execve", "execvp", "fork", "import_module",
    "importlib", "marshal", "pickle", "pkgutil", "popen", "posix_spawn", "read_pickle", "runpy", "shelve",
    "spawnl", "spawnv", "subprocess", "system", "trigger",
}  # fmt: skip
"""Names that stand for code from elsewhere, or for objects whose libraries the source does not show."""

_NO_OBJECTS = {"index", "next"}


@dataclass(frozen=True, slots=True)
class KnownPackage:
    """A package of a literal dictionary, whose import name is known; `step` is None for the whole flow."""

    name: str
    module: str
    node: Node
    step: str | None


def known_packages(flow: Flow) -> Iterator[KnownPackage]:
    """What the decorators in the flow's own file declare for its own class and the steps in it."""
    for applied in flow.decorators:
        if applied.decorator in flow.definition.decorators:
            yield from _known(applied, None)
    for name, decorators in flow.step_decorators.items():
        if flow.steps[name].owner is flow.definition:
            for applied in decorators:
                yield from _known(applied, name)


def _known(applied: AppliedDecorator, step: str | None) -> Iterator[KnownPackage]:
    if applied.decorator.argument("disabled") is not None:
        return
    for package in written_packages(applied):
        module = import_name(package.name)
        if module is not None:
            yield KnownPackage(package.name, module, package.node, step)


class Usage:
    """What the file of a flow imports, and where."""

    def __init__(self, flow: Flow, modules: ModuleFinder) -> None:
        self._flow = flow
        self._modules = modules

    def is_unneeded(self, package: KnownPackage) -> bool | None:
        """Whether nothing that runs under the decorator imports the package; None where one cannot tell.

        Other libraries may need it unseen, and artifacts of its classes: unpickling imports it.
        """
        here = self._of(package.step)
        if package.module in here:
            return False
        behind = here | self._everywhere if self._reads_objects(package.step) else here
        if package.module in APPLICATIONS:
            return (behind <= SELF_CONTAINED and package.module not in behind) or None
        return not behind or None

    @cached_property
    def doubt(self) -> str | None:
        """Why the file may not show all that its steps need, if so."""
        flow = self._flow
        if flow.unknown:
            return flow.unknown[0]
        if flow.subclassed:
            return f"other flows derive from {flow.name}"
        inherits = any(file is not flow.file for _, file in flow.lineage)
        if inherits or any(self._is_first_party(i) for i in _imports(flow.file.node)):
            return f"{flow.name} uses other modules of the project"
        applied = (a for decorators in flow.step_decorators.values() for a in decorators)
        other = next((a.decorator.name for a in applied if a.qualified not in _INERT), None)
        if other is not None:
            return f"@{other} may need packages"
        name = next((name for name in _identifiers(flow.file.node) if name in _LOADS), None)
        return f"`{name}` may bring in what the source does not show" if name is not None else None

    @cached_property
    def _everywhere(self) -> set[str]:
        return _third_party(_imports(self._flow.file.node))

    def _of(self, step: str | None) -> set[str]:
        """What `step` may import: all that is not imported in other steps alone; everything for the flow."""
        if step is None:
            return self._everywhere
        called = {c.name.rpartition(".")[2] for f in self._functions(self._flow.steps[step]) for c in f.calls}
        others = {s.node for s in self._flow.steps.values() if s.name != step and s.name not in called}
        return _third_party(_imports(self._flow.file.node, others))

    def _reads_objects(self, step: str | None) -> bool:
        steps = self._flow.steps
        return any(self._reads(s) for s in ([steps[step]] if step is not None else steps.values()))

    def _reads(self, step: Step) -> bool:
        """Whether a step reads artifacts that other steps have made."""
        flow, signature = self._flow, step.function.signature
        if len(signature.positional_only + signature.positional) > 1 or signature.var_positional:
            return True
        plain = {p.attribute for p in flow.parameters} | set(flow.steps) | set(flow.methods) | _NO_OBJECTS
        functions = self._functions(step)
        reads = ((f, read) for f in functions for read in f.reads if read.name not in plain)
        return any(f.escapes for f in functions) or not all(_is_made(f, read) for f, read in reads)

    def _functions(self, step: Step) -> list[Function]:
        return [function for function, _ in run_by(self._flow, step)]

    def _is_first_party(self, found: tuple[str, int]) -> bool:
        module, level = found
        return level > 0 or self._modules.find(self._flow.file.path, module.partition(".")[0], 0) is not None


def _is_made(function: Function, read: ArtifactRead) -> bool:
    """Whether the function itself has given the artifact its value."""
    kinds = (AssignmentKind.PLAIN, AssignmentKind.ANNOTATED)
    made = (w for w in function.writes if w.name == read.name and w.kind in kinds and not w.nested)
    return any(write.always_before(read.order, read.block) for write in made)


def _imports(root: Node, left_out: Set[Node] = frozenset()) -> Iterator[tuple[str, int]]:
    """The modules imported anywhere below `root` but in the nodes `left_out`, each with its level."""
    for node in _nodes(root, left_out):
        if isinstance(node, cst.ImportFrom):
            yield dotted_name(node.module), len(node.relative)
        elif isinstance(node, cst.Import):
            yield from ((dotted_name(alias.name), 0) for alias in node.names)


def _third_party(imports: Iterable[tuple[str, int]]) -> set[str]:
    tops = {module.partition(".")[0] for module, _ in imports}
    return tops - sys.stdlib_module_names - {METAFLOW, "metaflow_extensions"}


def _identifiers(root: Node) -> Iterator[str]:
    for node in _nodes(root):
        if isinstance(node, cst.Attribute):
            yield node.attr.value
        elif isinstance(node, cst.Name):
            yield node.value


def _nodes(root: Node, left_out: Set[Node] = frozenset()) -> Iterator[cst.CSTNode]:
    stack = [root]
    while stack:
        node = stack.pop()
        if node not in left_out:
            yield node
            stack.extend(reversed(list(children(node))))
