"""What moving an import to the top of its step would change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

from mflint.analysis.imports.module_imports import CHANGES_IMPORTS, has_effects
from mflint.analysis.imports.relocation import (
    at_top,
    dedented,
    is_import,
    is_leading,
    own_comments,
    trailing_comment,
    without,
)
from mflint.context import Context
from mflint.diagnostics import Applicability, Edit
from mflint.edits import Editor
from mflint.model import Function, Import, Node, Step
from mflint.names import External
from mflint.syntax import below, dotted_name, dotted_uses, names_in

_EXITS = (cst.Return, cst.Raise, cst.Break, cst.Continue, cst.Yield)

_SILENCES = r"warnings\b|logging\b"
"""What is often called so that an import below says less."""


def applicability(found: Import, step: Step, context: Context) -> Applicability | None:
    """How sure it is that the step does the same with `found` at its top; None where it is not."""
    function = step.function
    block = function.node.body.body
    if found.statement not in block or len(found.statement.body) != 1:
        return None
    before = _passed(block, found.statement)
    bound = {i.bound for i in function.imports if i.statement is found.statement}
    others = {i.bound for i in function.imports if i.statement is not found.statement}
    used = {name.value for statement in before for name in names_in(statement)}
    if bound & (used | others) or any(isinstance(node, _EXITS) for node in _below(before)):
        return None
    mentioned = {q for q in _mentioned(before, function, step, context) if q}
    if any(re.match(rf"{CHANGES_IMPORTS}|{_SILENCES}", qualified) for qualified in mentioned):
        return None
    package = found.module.partition(".")[0]
    related = any(qualified.partition(".")[0] == package for qualified in mentioned)
    moved = [found, *(i for i in function.imports if i.statement in before)]
    noticed = any(has_effects(i, step.file, context) for i in moved)
    if related or noticed or _calls_own_code(before, function, step, context):
        return Applicability.UNSAFE
    return Applicability.SAFE


def edits(editor: Editor, function: Function, statement: cst.SimpleStatementLine) -> Iterator[Edit]:
    """Take `statement` to the top of `function`, with the comment that is about it alone."""
    comments = own_comments(statement, function.node.body.body)
    comment = trailing_comment(statement)
    line = dedented(editor, statement) + (f"  {comment}" if comment else "")
    top = at_top(editor, function.node, "\n".join([*comments, line]))
    if top is not None:
        yield top
        yield without(editor, statement, len(comments))


def _passed(block: Sequence[Node], statement: Node) -> list[Node]:
    """The statements that `statement` would be moved over."""
    place = next(number for number, other in enumerate(block) if other is statement)
    first = next(number for number, other in enumerate(block) if not is_leading(other))
    return list(block[first:place])


def _below(roots: Iterable[Node]) -> Iterator[Node]:
    """All that is executed with `roots`: nothing in nested functions."""
    for root in roots:
        yield from below(root, (cst.FunctionDef, cst.Lambda))


def _mentioned(
    statements: Iterable[Node], function: Function, step: Step, context: Context
) -> Iterator[str | None]:
    for statement in statements:
        if is_import(statement):
            continue
        dotted = dotted_uses(statement)
        for name in names_in(statement):
            yield _qualified(dotted.get(name, name.value), function, step, context)


def _qualified(name: str, function: Function, step: Step, context: Context) -> str | None:
    if name.partition(".")[0] in function.assignments:
        return None
    meaning = context.names.resolve(step.file, name, function.imports)
    return meaning.qualified if isinstance(meaning, External) else None


def _calls_own_code(statements: Iterable[Node], function: Function, step: Step, context: Context) -> bool:
    """Whether a function of the project, or one that nobody can tell, is called."""
    calls = (node for node in _below(statements) if isinstance(node, cst.Call))
    return any(_is_own_code(call, function, step, context) for call in calls)


def _is_own_code(call: cst.Call, function: Function, step: Step, context: Context) -> bool:
    name = dotted_name(call.func)
    if not name:
        return not isinstance(call.func, cst.Attribute)
    first, *rest = name.split(".")
    if first == function.signature.first:
        return len(rest) == 1 and rest != ["next"]
    if _qualified(name, function, step, context) is not None:
        return False
    imported = any(i.bound == first for i in (*function.imports, *step.file.imports))
    return not rest or (imported and first not in function.assignments)
