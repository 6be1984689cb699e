"""What to take out of a file so that a comment no longer silences a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.comments import NOQA, PRAGMA, SELECTOR, Suppression
from mflint.diagnostics import Edit

if TYPE_CHECKING:
    from mflint.edits import Editor

_BLANK = " \t\f"


def removal(suppression: Suppression, editor: Editor) -> Iterator[Edit]:
    """Take out one selector of several, or all that mflint reads in the comment; other text stays."""
    begin = editor.offset(suppression.comment.start)
    text = re.split(r"[\r\n]", editor.whole[begin:], maxsplit=1)[0].rstrip()
    start, end = (place - begin for place in editor.range_of(suppression.span))
    for match in (*PRAGMA.finditer(text), *NOQA.finditer(text)):
        if match.start() <= start and end <= match.end():
            gone = _selector(match, start, end) or _whole(text, match.start(), match.end())
            if gone is None:
                yield _comment(editor, begin, begin + len(text))
            else:
                yield Edit(begin + gone[0], begin + gone[1], "")
            return


def _selector(match: re.Match[str], start: int, end: int) -> tuple[int, int] | None:
    """The selector with the comma or space that parts it from the others; None where it is the only one."""
    group = "rules" if "rules" in match.re.groupindex else "codes"
    found = [] if match[group] is None else list(SELECTOR.finditer(match.string, *match.span(group)))
    index = next((i for i, one in enumerate(found) if one.span() == (start, end)), None)
    if index is None or len(found) == 1:
        return None
    if index + 1 < len(found):
        return start, found[index + 1].start()
    return found[index - 1].end(), end


def _whole(comment: str, start: int, end: int) -> tuple[int, int] | None:
    """The part of the comment that silences; None where nothing is left without it."""
    before, behind = comment[:start].rstrip(), comment[end:].lstrip()
    if not before and not behind:
        return None
    if not behind:
        return len(before), len(comment)
    if not before and not behind.startswith("#"):
        start = len(comment) - len(comment.lstrip("#" + _BLANK))
    return start, len(comment) - len(behind)


def _comment(editor: Editor, start: int, end: int) -> Edit:
    """The comment with the space before it, or all of its line but a page break where it stands alone."""
    line = editor.line_start(start)
    code = editor.whole[line:start].rstrip(_BLANK)
    if not code:
        return Edit(line + editor.whole.startswith("\f", line), editor.line_end(end), "")
    return Edit(line + len(code), end, "")
