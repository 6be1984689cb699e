"""The code of a file, body by body: each function, and what runs while the file is imported.

What a dotted name stands for there is told by the imports of the body before those of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from mflint.model import FlowFile, Function, Node
from mflint.names import External, Meaning, NameResolver
from mflint.syntax import children, dotted_name


@dataclass(frozen=True)
class Body:
    """A function that stands in no other; where `function` is None, the module with its class bodies."""

    file: FlowFile
    function: Function | None

    def nodes(self) -> Iterator[Node]:
        """Every node of the body in source order, those of nested functions too."""
        root = self.function.node.body if self.function is not None else self.file.node
        stack = [root]
        while stack:
            node = stack.pop()
            yield node
            if self.function is not None or not isinstance(node, cst.FunctionDef):
                stack.extend(reversed(list(children(node))))

    def meaning(self, node: Node, names: NameResolver) -> Meaning:
        """What a name or an attribute of names stands for; None where the body binds the name itself."""
        dotted = dotted_name(node)
        first = dotted.partition(".")[0]
        if not dotted or (self.function is not None and _binds(self.function, first, node)):
            return None
        return names.resolve(self.file, dotted, self.function.imports if self.function is not None else ())

    def qualified(self, node: Node, names: NameResolver) -> str:
        """The name of what `node` stands for if that comes from outside of the project, else ""."""
        meaning = self.meaning(node, names)
        return meaning.qualified if isinstance(meaning, External) else ""


def bodies(file: FlowFile) -> Iterator[Body]:
    """The module of the file, then its functions and the methods of its classes."""
    yield Body(file, None)
    for function in (*file.functions, *(f for klass in file.classes for f in klass.functions)):
        yield Body(file, function)


def _binds(function: Function, name: str, node: Node) -> bool:
    """Whether `name` at `node` is a variable of the function, or of a function in it."""
    if name in function.assignments:
        return True
    if any(found.bound == name for found in function.imports):
        return False
    while isinstance(node, cst.Attribute):
        node = node.value
    return not any(use is node for use in function.uses.get(name, ()))
