"""Edits that take an import from where it stands and write it at the top of functions.

Each edit covers what another fix at the same place would cover too, so that the two are never made at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from mflint.diagnostics import Edit
from mflint.edits import Editor

_LEADING = (cst.Import, cst.ImportFrom, cst.Global, cst.Nonlocal)


def at_top(editor: Editor, function: cst.FunctionDef, lines: str) -> Edit | None:
    """Write `lines` below docstring and imports at the top of `function`; None where there is no place."""
    if isinstance(function.body, cst.SimpleStatementSuite):
        return _below_header(editor, function, function.body, lines)
    last: cst.CSTNode | None = None
    for statement in function.body.body:
        if not is_leading(statement):
            return editor.insert_after(last, lines) if last is not None else _above(editor, statement, lines)
        assert isinstance(statement, cst.SimpleStatementLine)
        if any(isinstance(small, (cst.Import, cst.ImportFrom)) for small in statement.body):
            last = statement
    return None


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
    text = editor.source.text
    start, end = _up(text, lines.start, comments), lines.end
    above, below = _blank_lines_above(text, start), _blank_lines_below(text, end)
    for _ in range(below if above is None else min(above, below)):
        end = _next_line(text, end)
    return Edit(start, end, "")


def without_name(editor: Editor, statement: cst.SimpleStatementLine, alias: cst.ImportAlias) -> Edit | None:
    """Take one of several names away from the import `statement`."""
    node = statement.body[0]
    assert isinstance(node, (cst.Import, cst.ImportFrom))
    assert not isinstance(node.names, cst.ImportStar)
    names = list(node.names)
    place = names.index(alias)
    start, end = _own_line(editor, alias) or _in_line(editor, names, place)
    whole = editor.range(statement)
    text = editor.source.text
    if "#" in text[start:end] and not comment_of(editor, alias):
        return None
    return Edit(*whole, text[whole[0] : start] + text[end : whole[1]])


def comment_of(editor: Editor, alias: cst.ImportAlias) -> str:
    """The comment behind a name that stands on a line of its own."""
    own = _own_line(editor, alias)
    if own is None:
        return ""
    behind = editor.source.text[editor.range(alias)[1] : own[1]].lstrip(" \t,").rstrip()
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
    decorators = getattr(statement, "decorators", ())
    node = decorators[0] if decorators else statement
    edit = editor.insert_before(node, lines)
    text = editor.source.text
    place = _up(text, edit.start, len(comment_lines(statement)))
    covered = len(text[place:]) - len(text[place:].lstrip(" \t"))
    return Edit(place, place + covered, edit.content + editor.newline + text[place : place + covered])


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


def _own_line(editor: Editor, alias: cst.ImportAlias) -> tuple[int, int] | None:
    """From where to where the line of `alias` goes, if no other name or bracket stands on it."""
    text = editor.source.text
    start, end = editor.range(alias)
    begin = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    stop = _next_line(text, end)
    behind = text[end:stop].strip().removeprefix(",").strip()
    if text[begin:start].strip() or (behind and not behind.startswith("#")):
        return None
    return begin, stop


def _in_line(editor: Editor, names: Sequence[cst.ImportAlias], place: int) -> tuple[int, int]:
    start, end = editor.range(names[place])
    if place + 1 < len(names):
        following = editor.range(names[place + 1])[0]
        if place == 0 or "\n" not in editor.source.text[end:following]:
            return start, following
    return editor.range(names[place - 1])[1], end


def _is_string(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(node.value, (cst.SimpleString, cst.ConcatenatedString))


def _next_line(text: str, place: int) -> int:
    """Where the line after the one that holds `place` begins."""
    while place < len(text) and text[place] not in "\r\n":
        place += 1
    return min(place + (2 if text.startswith("\r\n", place) else 1), len(text))


def _up(text: str, place: int, lines: int) -> int:
    """Where the line begins that is so many above the one that begins at `place`."""
    for _ in range(lines):
        before = text[:place].removesuffix("\n").removesuffix("\r")
        place = max(before.rfind("\n"), before.rfind("\r")) + 1
    return place


def _blank_lines_above(text: str, place: int) -> int | None:
    """How many; None where nothing else is above them."""
    count = 0
    while place > 0:
        previous = _up(text, place, 1)
        if text[previous:place].strip():
            return count
        place, count = previous, count + 1
    return None


def _blank_lines_below(text: str, place: int) -> int:
    count = 0
    while place < len(text):
        following = _next_line(text, place)
        if text[place:following].strip():
            break
        place, count = following, count + 1
    return count
