"""The method resolution order of a class, as far as the project's source shows it."""

from __future__ import annotations

from dataclasses import dataclass

from mflint.model import Class, FlowFile
from mflint.names import Defined, External, NameResolver

FLOW_SPEC = External("metaflow.FlowSpec")

_HARMLESS = {
    "builtins.object",
    "abc.ABC",
    "typing.Generic",
    "typing.Protocol",
    "typing_extensions.Generic",
    "typing_extensions.Protocol",
}
"""Bases from outside that add neither steps nor parameters."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """A class and its bases. `unknown` says which bases the source does not show."""

    classes: tuple[Defined, ...]
    is_flow: bool
    unknown: tuple[str, ...]


def lineage(klass: Class, file: FlowFile, names: NameResolver) -> Lineage:
    """The linearization of `klass` by C3, Python's own rule; from left to right where C3 has none."""
    order, flow, unknown = _linearize(Defined(klass, file), names, ())
    return Lineage(tuple(order), flow, tuple(dict.fromkeys(unknown)))


def _linearize(
    node: Defined, names: NameResolver, path: tuple[Defined, ...]
) -> tuple[list[Defined], bool, list[str]]:
    assert isinstance(node.definition, Class)
    flow, unknown = False, []
    parents: list[Defined] = []
    sequences: list[list[Defined]] = []
    if node.definition.has_metaclass:
        unknown.append(f"class {node.definition.name} has a metaclass or class keywords")
    for base in node.definition.bases:
        meaning = names.resolve(node.file, base)
        if meaning == FLOW_SPEC:
            flow = True
        elif isinstance(meaning, Defined) and isinstance(meaning.definition, Class) and meaning not in path:
            order, inherits, missing = _linearize(meaning, names, (*path, node))
            flow, unknown = flow or inherits, unknown + missing
            parents.append(meaning)
            sequences.append(order)
        elif not (isinstance(meaning, External) and meaning.qualified in _HARMLESS):
            shown = base or "an expression"
            unknown.append(f"base class {shown} of {node.definition.name} is not in the project's source")
    return [node, *_merge([*sequences, parents])], flow, unknown


def _merge(sequences: list[list[Defined]]) -> list[Defined]:
    merged: list[Defined] = []
    rest = [list(sequence) for sequence in sequences if sequence]
    while rest:
        heads = [sequence[0] for sequence in rest]
        head = next((h for h in heads if not any(h in sequence[1:] for sequence in rest)), heads[0])
        merged.append(head)
        rest = [[d for d in sequence if d != head] for sequence in rest]
        rest = [sequence for sequence in rest if sequence]
    return merged
