"""Which calls are made while a file is imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from mflint.model import Call, FlowFile, Function, Import
from mflint.names import Defined, NameResolver
from mflint.scopes import is_main_guard, is_type_checking
from mflint.syntax import children, dotted_name, read_call, yields


@dataclass(frozen=True)
class MadeCall:
    """A call and the imports of the function or class that it stands in."""

    call: Call
    imports: tuple[Import, ...] = ()


def calls_at_import(file: FlowFile) -> Iterator[MadeCall]:
    """The calls that importing `file` makes, in source order: not those in functions and the main guard."""
    classes = {klass.node: klass.imports for klass in file.classes}
    for node, owner in _evaluated(file.node.body):
        yield MadeCall(read_call(node), classes.get(owner, ()) if owner is not None else ())


def calls_within(function: Function) -> Iterator[MadeCall]:
    """The calls that calling `function` makes, those of nested functions aside."""
    if function.asynchronous or yields(function.node.body):
        return
    for node, _ in _evaluated(function.node.body.body):
        call = read_call(node)
        if call.name.partition(".")[0] not in function.assignments.keys() | _parameters(function):
            yield MadeCall(call, function.imports)


def called_function(made: MadeCall, file: FlowFile, names: NameResolver) -> Function | None:
    """The function of `file` itself that is called, if it is one."""
    meaning = names.resolve(file, made.call.name, made.imports)
    if isinstance(meaning, Defined) and meaning.file is file and isinstance(meaning.definition, Function):
        return meaning.definition
    return None


def text_of(node: cst.CSTNode, file: FlowFile) -> str:
    """How the string begins that `node` gives: a literal, an f-string, a constant of the module."""
    if isinstance(node, cst.Name):
        assigned = file.assignments.get(node.value, ())
        value = assigned[0].value if len(assigned) == 1 else None
        return text_of(value, file) if value is not None and not isinstance(value, cst.Name) else ""
    if isinstance(node, cst.ConcatenatedString):
        return text_of(node.left, file)
    if isinstance(node, cst.BinaryOperation):
        return text_of(node.left, file)
    if isinstance(node, cst.FormattedString):
        first = node.parts[0] if node.parts else None
        return first.value if isinstance(first, cst.FormattedStringText) else ""
    return str(node.raw_value) if isinstance(node, cst.SimpleString) else ""


def _parameters(function: Function) -> set[str]:
    signature = function.signature
    return {*signature.positional_only, *signature.positional, *signature.keyword_only}


def _evaluated(body: Iterable[cst.CSTNode]) -> Iterator[tuple[cst.Call, cst.ClassDef | None]]:
    """The calls among what is evaluated when `body` is executed, each with the class that it stands in."""
    stack: list[tuple[cst.CSTNode, cst.ClassDef | None]] = [(node, None) for node in reversed(list(body))]
    while stack:
        node, owner = stack.pop()
        if isinstance(node, cst.Call) and dotted_name(node.func):
            yield node, owner
        inner = node if isinstance(node, cst.ClassDef) else owner
        stack.extend((child, inner) for child in reversed(_evaluated_children(node)))


def _evaluated_children(node: cst.CSTNode) -> list[cst.CSTNode]:
    if isinstance(node, cst.FunctionDef):
        return [*node.decorators, node.params]
    if isinstance(node, cst.Lambda):
        return [node.params]
    if isinstance(node, cst.GeneratorExp):
        return [node.for_in.iter]
    if isinstance(node, cst.If) and (is_main_guard(node.test) or is_type_checking(node.test)):
        return [node.orelse] if node.orelse is not None else []
    return list(children(node))
