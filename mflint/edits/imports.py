"""Names that an import statement gets or loses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

import libcst as cst

from mflint.diagnostics import Edit
from mflint.edits.statements import line_after, removed_statement
from mflint.edits.text import BLANK, NoRoom, Text
from mflint.syntax import children, dotted_name, names_in

_COOKIE = re.compile(r"[ \t\f]*#(?:!|.*?coding[:=])")


def added_import(text: Text, module: str, names: Sequence[str]) -> tuple[Edit, ...]:
    """The edits that make `from module import names` hold at module level."""
    tree = text.source.module
    early = _early(tree)
    froms = [i for i in early if isinstance(i, cst.ImportFrom) and _imports_from(i, module)]
    plain = {id(alias): alias.name.value for i in froms for alias in _aliases(i) if _is_plain(alias)}
    other = {name for name, binding in _bindings(tree) if id(binding) not in plain}
    taken = next((name for name in names if name in other), None)
    if taken is not None:
        raise NoRoom(f"`{taken}` means something else here")
    if any(isinstance(i.names, cst.ImportStar) for i in froms):
        return ()
    wanted = sorted(set(names) - set(plain.values()))
    if not wanted:
        return ()
    if froms:
        return _extended(text, froms[0], wanted)
    return (_new_line(text, tree, early, f"from {module} import {', '.join(wanted)}\n"),)


def _early(tree: cst.Module) -> list[cst.Import | cst.ImportFrom]:
    """The import statements at module level that run before the first class or function is defined."""
    lines = takewhile(lambda s: not isinstance(s, (cst.ClassDef, cst.FunctionDef)), tree.body)
    statements = (small for line in lines if isinstance(line, cst.SimpleStatementLine) for small in line.body)
    return [small for small in statements if isinstance(small, (cst.Import, cst.ImportFrom))]


def _imports_from(statement: cst.ImportFrom, module: str) -> bool:
    return not statement.relative and dotted_name(statement.module) == module


def _aliases(statement: cst.Import | cst.ImportFrom) -> Sequence[cst.ImportAlias]:
    return () if isinstance(statement.names, cst.ImportStar) else statement.names


def _is_plain(alias: cst.ImportAlias) -> bool:
    return alias.asname is None or dotted_name(alias.asname.name) == alias.name.value


def _bindings(tree: cst.Module) -> Iterator[tuple[str, cst.CSTNode]]:
    """Every name that the module or a class in it binds, and the node that does so."""
    stack: list[cst.CSTNode] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.ImportAlias):
            bound = node.asname.name if node.asname else node.name
            yield dotted_name(bound).partition(".")[0], node
        elif isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            yield node.name.value, node
        for target in _targets(node):
            yield from ((name.value, node) for name in names_in(target))
        if isinstance(node, cst.FunctionDef):
            stack.extend(node.decorators)
        else:
            stack.extend(children(node))


def _targets(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(node, (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.NamedExpr, cst.Del)):
        yield node.target
    elif isinstance(node, (cst.WithItem, cst.ExceptHandler, cst.ExceptStarHandler)):
        name = node.asname if isinstance(node, cst.WithItem) else node.name
        if name is not None:
            yield name.name
    elif isinstance(node, (cst.MatchAs, cst.MatchStar)) and node.name is not None:
        yield node.name
    elif isinstance(node, cst.MatchMapping) and node.rest is not None:
        yield node.rest


def _extended(text: Text, statement: cst.ImportFrom, names: Sequence[str]) -> tuple[Edit, ...]:
    aliases = _aliases(statement)
    written = [dotted_name(alias.name) for alias in aliases]
    edits = []
    if written == sorted(written):
        for index, alias in enumerate(aliases):
            here = [n for n in names if n < written[index] and (not index or n >= written[index - 1])]
            if here:
                edits.append(_put_before(text, statement, alias, here))
        names = [name for name in names if name >= written[-1]]
    return (*edits, *(_appended(text, statement, names) if names else ()))


def _put_before(text: Text, statement: cst.ImportFrom, alias: cst.ImportAlias, names: Sequence[str]) -> Edit:
    start, _ = text.range(alias)
    own_line = statement.lpar is not None and not text.whole[text.line_start(start) : start].strip()
    separator = f",{text.newline}{text.indent_of(alias)}" if own_line else ", "
    return Edit(start, start, "".join(name + separator for name in names))


def _appended(text: Text, statement: cst.ImportFrom, names: Sequence[str]) -> Iterator[Edit]:
    last = _aliases(statement)[-1]
    start, end = text.range(last)
    comma = isinstance(last.comma, cst.Comma)
    behind = text.range(last.comma)[0] + 1 if isinstance(last.comma, cst.Comma) else end
    if statement.lpar is None or not text.stands_alone(start, behind):
        yield Edit(end, end, "".join(f", {name}" for name in names))
        return
    line = text.whole[behind : text.line_end(behind)]
    place = behind + len(line.rstrip("\r\n"))
    lead = text.newline + text.indent_of(last)
    content = lead + f",{lead}".join(names) + ("," if comma else "")
    if comma:
        yield Edit(place, place, content)
    elif place == end:
        yield Edit(end, end, "," + content)
    else:
        yield Edit(end, end, ",")
        yield Edit(place, place, content)


def _new_line(text: Text, tree: cst.Module, early: Sequence[cst.Import | cst.ImportFrom], line: str) -> Edit:
    """A new import statement: below the imports at the top, else below the docstring, else at the top."""
    top = [i for i in early if _leads(text, tree, i)]
    if top:
        return line_after(text, text.range(top[-1])[1], line, "")
    if tree.get_docstring(clean=False) is not None:
        return line_after(text, text.range(tree.body[0])[1], f"\n{line}", "")
    blank = [line for line in tree.header if line.comment is None]
    place = text.range(blank[-1])[1] if blank else _behind_cookie(text)
    gap = text.newline * 2 if tree.body and isinstance(tree.body[0], cst.BaseCompoundStatement) else ""
    if place and text.whole[place - 1] not in "\r\n":
        return line_after(text, place, line, "")
    return Edit(place, place, text.laid_out(line, "") + gap)


def _behind_cookie(text: Text) -> int:
    """Behind the lines that must come first: those for the system, and that with the encoding."""
    place = 0
    for _ in range(2):
        if _COOKIE.match(text.whole, place):
            place = text.line_end(place)
    return place


def _leads(text: Text, tree: cst.Module, statement: cst.Import | cst.ImportFrom) -> bool:
    """Whether nothing but imports and a docstring stands before the statement."""
    for line in tree.body:
        if not isinstance(line, cst.SimpleStatementLine):
            return False
        for small in line.body:
            if small is statement:
                return True
            documents = line is tree.body[0] and isinstance(small, cst.Expr)
            if not documents and not isinstance(small, (cst.Import, cst.ImportFrom)):
                return False
    return False


def removed_import(text: Text, aliases: Sequence[cst.ImportAlias]) -> tuple[Edit, ...]:
    """The edits that take names of one import statement away."""
    statement = text.parent(aliases[0])
    assert isinstance(statement, (cst.Import, cst.ImportFrom))
    every = _aliases(statement)
    gone = {id(alias) for alias in aliases}
    if all(id(alias) in gone for alias in every):
        return (removed_statement(text, statement),)
    return tuple(_removed_run(text, every, run) for run in _runs(every, gone))


def _runs(every: Sequence[cst.ImportAlias], gone: set[int]) -> Iterator[tuple[int, int]]:
    """The first and last index of each stretch of names that go."""
    first = None
    for index, alias in enumerate(every):
        if id(alias) in gone:
            first = index if first is None else first
            if index + 1 == len(every) or id(every[index + 1]) not in gone:
                yield first, index
                first = None


def _removed_run(text: Text, every: Sequence[cst.ImportAlias], run: tuple[int, int]) -> Edit:
    first, last = run
    start, end = text.range(every[first])[0], text.range(every[last])[1]
    comma = every[last].comma
    behind = text.range(comma)[0] + 1 if isinstance(comma, cst.Comma) else end
    if text.stands_alone(start, behind):
        return Edit(text.line_start(start), text.line_end(behind), "")
    if last + 1 < len(every):
        following = behind + _blanks(text, behind)
        if first == 0 or following == text.range(every[last + 1])[0]:
            return Edit(start, following, "")
    return Edit(text.range(every[first - 1])[1], end, "")


def _blanks(text: Text, place: int) -> int:
    rest = text.whole[place:]
    return len(rest) - len(rest.lstrip(BLANK))
