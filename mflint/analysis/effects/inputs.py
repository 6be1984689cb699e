"""What an expression in a join has to do with its inputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

import libcst as cst

from mflint.model.effects import Taken
from mflint.syntax import dotted_name


class Several(Enum):
    """Something that yields inputs: all of them, or some."""

    ALL = Taken.EACH
    PART = Taken.SOME


Source: TypeAlias = Several | Taken | str
"""Several inputs, one of them, or the one that a step of that name made."""

_KEEPS_ALL = {"list", "tuple", "sorted", "reversed", "iter"}
_PICKS_ONE = {"max", "min", "next"}


@dataclass
class InputSources:
    """The names that stand for inputs; `names` changes while a function is read."""

    inputs: str | None
    names: dict[str, Source] = field(default_factory=dict)

    def of(self, node: cst.CSTNode | None) -> Source | None:
        """What the expression stands for, None where it is something else."""
        if self.inputs is None:
            return None
        if isinstance(node, cst.Name):
            return Several.ALL if node.value == self.inputs else self.names.get(node.value)
        if isinstance(node, cst.Attribute) and self.of(node.value) is Several.ALL:
            return Several.ALL if node.attr.value == "flows" else node.attr.value
        if isinstance(node, cst.Subscript) and isinstance(self.of(node.value), Several):
            sliced = any(isinstance(element.slice, cst.Slice) for element in node.slice)
            return Several.PART if sliced else Taken.SOME
        if isinstance(node, cst.Call) and node.args:
            return self._call(dotted_name(node.func), node)
        if isinstance(node, (cst.ListComp, cst.GeneratorExp)) and isinstance(node.elt, cst.Name):
            targets = dict(self.elements(node.for_in.target, node.for_in.iter))
            return Several.PART if node.elt.value in targets else None
        return None

    def _call(self, name: str, node: cst.Call) -> Source | None:
        if name == "filter" and len(node.args) == 2 and isinstance(self.of(node.args[1].value), Several):
            return Several.PART
        source = self.of(node.args[0].value)
        if not isinstance(source, Several) or node.args[0].star:
            return None
        if name in _KEEPS_ALL:
            return source
        return Taken.SOME if name in _PICKS_ONE else None

    def elements(self, target: cst.CSTNode, iterable: cst.CSTNode) -> Iterator[tuple[str, Source]]:
        """The names that a loop over `iterable` binds to inputs."""
        if isinstance(target, (cst.Tuple, cst.List)) and isinstance(iterable, cst.Call):
            places = [element.value for element in target.elements]
            called = dotted_name(iterable.func)
            if called == "enumerate" and len(places) == 2 and iterable.args:
                yield from self.elements(places[1], iterable.args[0].value)
            elif called == "zip":
                for place, argument in zip(places, iterable.args, strict=False):
                    for name, source in self.elements(place, argument.value):
                        yield name, Taken.SOME if len(iterable.args) > 1 else source
        elif isinstance(target, cst.Name):
            found = self.of(iterable)
            if isinstance(found, Several):
                yield target.value, found.value

    def iterates_all(self, iterable: cst.CSTNode) -> bool:
        """Whether a loop over `iterable` meets every input."""
        if isinstance(iterable, cst.Call) and dotted_name(iterable.func) == "enumerate" and iterable.args:
            iterable = iterable.args[0].value
        return self.of(iterable) is Several.ALL
