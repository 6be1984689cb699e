"""Edits that take an import from where it stands and write it at the top of functions.

Each edit covers what another fix at the same place would cover too, so that the two are never made at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

import libcst as cst

from mflint.diagnostics import Edit
from mflint.edits import Editor
from mflint.model import Import
from mflint.syntax import docstring, dotted_name

_MAX_JOINED = 70
"""A line with one name more stays below 88 columns, behind two levels of indentation."""

_LEADING = (cst.Import, cst.ImportFrom, cst.Global, cst.Nonlocal)


def at_top(editor: Editor, function: cst.FunctionDef, lines: str) -> Edit | None:
    """Write `lines` below docstring and imports at the top of `function`; None where there is no place."""
    if isinstance(function.body, cst.SimpleStatementSuite):
        return _below_header(editor, function, function.body, lines)
    last: cst.CSTNode | None = None
    for statement in function.body.body:
        if not is_leading(statement):
            if statement is function.body.body[0] and docstring(function.body) is not None:
                return None
            return editor.insert_after(last, lines) if last is not None else _above(editor, statement, lines)
        assert isinstance(statement, cst.SimpleStatementLine)
        if any(isinstance(small, (cst.Import, cst.ImportFrom)) for small in statement.body):
            last = statement
    return None


def joined(editor: Editor, function: cst.FunctionDef, found: Import) -> Edit | None:
    """Add the name that `found` imports to a line at the top of `function` that imports from its module."""
    for statement in takewhile(is_leading, function.body.body):
        small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else statement
        if (
            found.name is not None
            and isinstance(small, cst.ImportFrom)
            and not isinstance(small.names, cst.ImportStar)
            and (len(small.relative), dotted_name(small.module)) == (found.level, found.module)
            and small.lpar is None
            and len(editor.text(small)) + len(editor.text(found.node)) < _MAX_JOINED
        ):
            return _among(editor, small.names, editor.text(found.node))
    return None


def _among(editor: Editor, aliases: Sequence[cst.ImportAlias], name: str) -> Edit:
    """`name` where it belongs among sorted names, else behind them."""
    written = [editor.text(alias) for alias in aliases]
    later = next((a for a, other in zip(aliases, written, strict=True) if other > name), None)
    if later is None or written != sorted(written):
        end = editor.range(aliases[-1])[1]
        return Edit(end, end, f", {name}")
    start = editor.range(later)[0]
    return Edit(start, start, f"{name}, ")


def is_leading(statement: cst.CSTNode) -> bool:
    """Whether an import may stand below it and still be at the top."""
    return isinstance(statement, cst.SimpleStatementLine) and all(
        isinstance(small, _LEADING) or _is_string(small) for small in statement.body
    )


def is_import(statement: cst.CSTNode) -> bool:
    """Whether its line holds imports and nothing else."""
    return isinstance(statement, cst.SimpleStatementLine) and all(
        isinstance(small, (cst.Import, cst.ImportFrom)) for small in statement.body
    )


def without(editor: Editor, statement: cst.SimpleStatementLine, comments: int = 0) -> Edit:
    """Take away `statement`, as many comment lines above it, and blank lines that would double."""
    lines = editor.remove_lines(statement)
    start, end = _up(editor, lines.start, comments), lines.end
    above, below = _blank_lines_above(editor, start), _blank_lines_below(editor, end)
    for _ in range(below if above is None else min(above, below)):
        end = editor.line_end(end)
    return Edit(start, end, "")


def comment_of(editor: Editor, alias: cst.ImportAlias) -> str:
    """The comment behind a name that stands on a line of its own."""
    start, end = editor.range(alias)
    if isinstance(alias.comma, cst.Comma):
        end = editor.range(alias.comma)[0] + 1
    behind = editor.whole[end : editor.line_end(end)].strip() if editor.stands_alone(start, end) else ""
    return behind if behind.startswith("#") else ""


def own_comments(statement: cst.SimpleStatementLine, body: Sequence[cst.CSTNode]) -> list[str]:
    """The comment lines directly above the import `statement` that are about it alone."""
    comments = [line.comment.value for line in comment_lines(statement) if line.comment is not None]
    place = next(number for number, other in enumerate(body) if other is statement)
    before, after = (body[place - 1] if place else None), next(iter(body[place + 1 :]), None)
    follows_import = (
        before is not None and is_import(before) and len(comments) == len(statement.leading_lines)
    )
    return comments if follows_import or after is None or _begins_with_blank_line(after) else []


def comment_lines(statement: cst.CSTNode) -> list[cst.EmptyLine]:
    """The comment lines that stand directly above `statement`."""
    found: list[cst.EmptyLine] = []
    for line in reversed(getattr(statement, "leading_lines", ())):
        if line.comment is None:
            break
        found.insert(0, line)
    return found


def trailing_comment(statement: cst.SimpleStatementLine) -> str:
    """The comment behind `statement`, without one that excuses its place at module level."""
    comment = statement.trailing_whitespace.comment
    return "" if comment is None or "E402" in comment.value else comment.value


def dedented(editor: Editor, statement: cst.SimpleStatementLine) -> str:
    """The text of `statement` as an editor takes it."""
    first, *rest = editor.text(statement).splitlines()
    return "\n".join([first, *(line.removeprefix(editor.indent_of(statement)) for line in rest)])


def _begins_with_blank_line(statement: cst.CSTNode) -> bool:
    lines: Sequence[cst.EmptyLine] = getattr(statement, "leading_lines", ())
    return bool(lines) and lines[0].comment is None


def _above(editor: Editor, statement: cst.CSTNode, lines: str) -> Edit:
    edit = editor.insert_before(statement, lines)
    place = _up(editor, edit.start, len(comment_lines(statement)))
    rest = editor.whole[place:]
    covered = rest[: len(rest) - len(rest.lstrip(" \t"))]
    return Edit(place, place + len(covered), edit.content + editor.newline + covered)


def _below_header(
    editor: Editor, function: cst.FunctionDef, suite: cst.SimpleStatementSuite, lines: str
) -> Edit | None:
    if any(isinstance(small, _LEADING) or _is_string(small) for small in suite.body):
        return None
    start, _ = editor.range(suite.body[0])
    begin = start - len(suite.leading_whitespace.value)
    prefix = editor.newline + editor.indent_of(function) + editor.unit
    moved = "".join(prefix + line for line in lines.split("\n"))
    return Edit(begin, start, moved + editor.newline + prefix)


def _is_string(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(node.value, (cst.SimpleString, cst.ConcatenatedString))


def _up(editor: Editor, place: int, lines: int) -> int:
    """Where the line begins that is so many above the one that begins at `place`."""
    for _ in range(lines):
        place = editor.line_start(_last_end(editor.whole, place))
    return place


def _last_end(text: str, place: int) -> int:
    return place - (2 if text.startswith("\r\n", place - 2) else 1)


def _blank_lines_above(editor: Editor, place: int) -> int | None:
    """How many; None where nothing else is above them."""
    count = 0
    while place > 0:
        previous = _up(editor, place, 1)
        if editor.whole[previous:place].strip():
            return count
        place, count = previous, count + 1
    return None


def _blank_lines_below(editor: Editor, place: int) -> int:
    count = 0
    while place < len(editor.whole):
        following = editor.line_end(place)
        if editor.whole[place:following].strip():
            break
        place, count = following, count + 1
    return count
