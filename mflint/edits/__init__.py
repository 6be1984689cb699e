"""Edits of a file's text in terms of its syntax tree: what the fixes of the rules are made of.

An edit is text put in place of text; nothing is printed from the tree. What is inserted takes the file's own
newlines, and its indentation where it stands.
"""

from __future__ import annotations

from mflint.edits.editor import Editor
from mflint.edits.text import NoRoom

__all__ = ["Editor", "NoRoom"]
