"""What a rule's remedy makes its edits with."""

from __future__ import annotations

import libcst as cst

from mflint.diagnostics import Edit
from mflint.edits.imports import added_import, removed_import
from mflint.edits.statements import inserted_in_body, line_after, removed_statement
from mflint.edits.text import Text


class Editor(Text):
    """Makes edits of one file. Inserted lines are written with four spaces of indent and `\\n`."""

    def replace(self, node: cst.CSTNode, content: str) -> Edit:
        """Put `content` in place of `node`."""
        return Edit(*self.range(node), content)

    def insert_before(self, statement: cst.CSTNode, lines: str) -> Edit:
        """Put `lines` on lines of their own above the line on which `statement` or its decorators begin."""
        parent = self.parent(statement)
        first = parent if isinstance(parent, cst.SimpleStatementLine) else statement
        place = self.line_start(self.decorated(first)[0])
        return Edit(place, place, self.laid_out(lines, self.indent_of(first)))

    def insert_after(self, statement: cst.CSTNode, lines: str) -> Edit:
        """Put `lines` on lines of their own below the line on which `statement` ends."""
        return line_after(self, self.range(statement)[1], lines, self.indent_of(statement))

    def insert_in_body(self, node: cst.ClassDef | cst.FunctionDef, lines: str) -> tuple[Edit, ...]:
        """Make `lines` the first statements of a body, behind its docstring; a one-line body gets lines.

        Raises NoRoom where a docstring shares its line with another statement.
        """
        return inserted_in_body(self, node, lines)

    def remove_lines(self, statement: cst.CSTNode) -> Edit:
        """Take away the lines of `statement`, which must stand alone on them, with what follows it there."""
        start, end = self.decorated(statement)
        return Edit(self.line_start(start), self.line_end(end), "")

    def remove_statement(self, statement: cst.CSTNode) -> Edit:
        """Take away a statement: its lines, or its part of `a; b`; the only one of a block becomes `pass`."""
        return removed_statement(self, statement)

    def add_import(self, module: str, *names: str) -> tuple[Edit, ...]:
        """Have `from module import names` at module level; nothing for names that are so imported already.

        Raises NoRoom where one of the names means something else in the module or in one of its classes.
        """
        return added_import(self, module, names)

    def remove_import(self, *aliases: cst.ImportAlias) -> tuple[Edit, ...]:
        """Take away names of one import statement, and the statement where no name is left."""
        return removed_import(self, aliases)
