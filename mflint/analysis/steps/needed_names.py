"""Which names a class definition, a main guard or a function needs: those it uses, and what they need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mflint.model import Flow, FlowFile, Function, Node
from mflint.syntax import names_in, strings_in

_NAME = re.compile(r"[A-Za-z_]\w*")


def names_needed(file: FlowFile, names: Iterable[str]) -> set[str]:
    """`names` with all that the module-level definitions of that name use in turn."""
    definitions = _definitions(file)
    needed: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in needed:
            needed.add(name)
            pending.extend(definitions.get(name, ()))
    return needed


def definition_names(flow: Flow) -> set[str]:
    """The names that must exist while the flow's class is being defined.

    Names in strings count where Metaflow looks them up later: those of `@exit_hook`, those inside
    `config_expr`, and the parser of a `Config`.
    """
    found = set(flow.definition.definition_uses)
    decorators = [*flow.decorators, *(d for step in flow.step_decorators.values() for d in step)]
    for applied in decorators:
        if applied.file is flow.file and applied.decorator.call is not None:
            for argument in applied.decorator.call.arguments:
                if applied.name == "exit_hook" or "config_expr" in found:
                    found.update(_names_in_strings(argument.node))
    for parameter in flow.parameters:
        parser = parameter.call.argument("parser")
        if parser is not None:
            found.update(_names_in_strings(parser.node))
    return found


def _definitions(file: FlowFile) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for function in file.functions:
        found.setdefault(function.name, set()).update(function.uses, header_names(function))
    for klass in file.classes:
        if not klass.nested:
            uses = found.setdefault(klass.name, set())
            uses.update(klass.definition_uses)
            uses.update(name for function in klass.functions for name in function.uses)
    for name, assignments in file.assignments.items():
        for assignment in assignments:
            if assignment.value is not None:
                found.setdefault(name, set()).update(n.value for n in names_in(assignment.value))
    return found


def header_names(function: Function) -> Iterator[str]:
    """The names in the decorators and the parameters of a function."""
    for node in (*function.node.decorators, function.node.params):
        yield from (name.value for name in names_in(node))


def _names_in_strings(node: Node) -> Iterator[str]:
    for text in strings_in(node):
        yield from _NAME.findall(text)
