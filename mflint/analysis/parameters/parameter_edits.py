"""Edits that give a flow its test mode, and a parameter its default and type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from keyword import iskeyword

import libcst as cst

from mflint.analysis.parameters.test_mode import ALWAYS, NOT_IN_PRODUCTION, arguments, has_project
from mflint.diagnostics import Edit
from mflint.edits import Editor, NoRoom
from mflint.model import Argument, Flow, FlowFile, Parameter, normalised
from mflint.names import External, NameResolver
from mflint.syntax import docstring, dotted_name

_WIDTH = 88
_WIDEST = 120


def added_test_mode(editor: Editor, flow: Flow, name: str, names: NameResolver) -> tuple[Edit, ...]:
    """The edits that declare the test mode as the first parameter of the flow's class, with its imports.

    Raises NoRoom where its attribute has another meaning already.
    """
    attribute = normalised(name)
    inherited = (*flow.steps, *flow.methods, *(a for klass, _ in flow.lineage for a in klass.attributes))
    if not attribute.isidentifier() or iskeyword(attribute) or attribute in inherited:
        raise NoRoom(f"`{attribute}` cannot be the parameter")
    wanted = ["Parameter", "current"] if has_project(flow) else ["Parameter"]
    spelled, imports = _spelled(editor, flow, wanted, names)
    made = [a.replace(" current.", f" {spelled.get('current')}.") for a in arguments(flow, name)]
    made = [argument.replace('"', editor.quote) for argument in made]
    head = f"{attribute} = {spelled['Parameter']}("
    edits = _declared(editor, flow, head, made)
    return (*imports, *(edits if has_project(flow) else _with_header(editor, flow, edits)))


def _with_header(editor: Editor, flow: Flow, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The same, with the text from the class's first line on.

    A fix that adds `@project` there comes first then: the default depends on it.
    """
    first, *others = edits
    start = editor.line_start(editor.decorated(flow.definition.node)[0])
    return (Edit(start, first.end, editor.whole[start : first.start] + first.content), *others)


def with_default(
    editor: Editor, flow: Flow, parameter: Parameter, default: str, names: NameResolver
) -> tuple[Edit, ...]:
    """The edits that give the parameter that default, and the type `bool` where it needs one or has another.

    Raises NoRoom where its type is computed.
    """
    imports: tuple[Edit, ...] = ()
    if default == NOT_IN_PRODUCTION:
        spelled, imports = _spelled(editor, flow, ["current"], names)
        default = default.replace(" current.", f" {spelled['current']}.")
    given = parameter.call.argument("type", 2)
    edits = [] if given is None else list(_retyped(editor, flow, given, names))
    missing = given is None and default != ALWAYS
    if parameter.default is not None:
        edits.append(editor.replace(parameter.default.node, default))
        return (*imports, *edits, *(_typed(editor, parameter, "bool") if missing else ()))
    text = f"type=bool, default={default}" if missing else f"default={default}"
    return (*imports, *edits, _appended(editor, parameter, given or _name(parameter), text))


def with_type(editor: Editor, parameter: Parameter, kind: str) -> tuple[Edit, ...]:
    """The edits that give the parameter the builtin type `kind`."""
    given = parameter.call.argument("type", 2)
    if given is not None:
        return (editor.replace(given.node, kind),)
    return tuple(_typed(editor, parameter, kind))


def _name(parameter: Parameter) -> Argument:
    found = parameter.call.argument("name", 0)
    assert found is not None
    return found


def _retyped(editor: Editor, flow: Flow, given: Argument, names: NameResolver) -> Iterator[Edit]:
    if given.value is not None:
        meaning = names.resolve(flow.file, dotted_name(given.node), flow.definition.imports)
        if not isinstance(meaning, External):
            raise NoRoom("the type is computed")
        if meaning.qualified == "builtins.bool":
            return
    yield editor.replace(given.node, "bool")


def _typed(editor: Editor, parameter: Parameter, kind: str) -> Iterator[Edit]:
    """`type=` beside the default: before it where it has its keyword, else behind it."""
    default = parameter.default
    assert default is not None
    if default.keyword is None:
        yield _appended(editor, parameter, default, f"type={kind}")
        return
    start = _start(editor, parameter, default)
    yield Edit(start, start, f"type={kind}{_separator(editor, start)}")


def _appended(editor: Editor, parameter: Parameter, argument: Argument, text: str) -> Edit:
    """`text` as the argument behind `argument`."""
    if argument.node.lpar:
        raise NoRoom("the argument stands in parentheses")
    end = editor.range(argument.node)[1]
    return Edit(end, end, _separator(editor, _start(editor, parameter, argument)) + text)


def _start(editor: Editor, parameter: Parameter, argument: Argument) -> int:
    """Where an argument begins, with its keyword."""
    written = next(a for a in parameter.call.node.args if a.value is argument.node)
    return editor.range(written.keyword or written.value)[0]


def _separator(editor: Editor, start: int) -> str:
    """What divides arguments where the one at `start` stands."""
    line = editor.whole[editor.line_start(start) : start]
    return f",{editor.newline}{line}" if not line.strip() else ", "


def _spelled(
    editor: Editor, flow: Flow, wanted: Sequence[str], names: NameResolver
) -> tuple[dict[str, str], tuple[Edit, ...]]:
    """How the file writes what Metaflow calls `wanted`, and the edits that import what it does not name."""
    if flow.definition.nested:
        raise NoRoom("names mean something else in a function")
    spelled = {name: _spelling(flow.file, name, names) for name in wanted}
    missing = [name for name, found in spelled.items() if found is None]
    imports = editor.add_import("metaflow", *missing) if missing else ()
    return {name: found or name for name, found in spelled.items()}, imports


def _spelling(file: FlowFile, name: str, names: NameResolver) -> str | None:
    qualified = External(f"metaflow.{name}")
    imports = [i for i in file.imports if not i.block and not i.type_checking]
    direct = [i.bound for i in imports if i.name is not None and i.target == qualified.qualified]
    if not direct and any(i.name is not None and i.module == "metaflow" and not i.level for i in imports):
        return name if names.resolve(file, name) == qualified else None
    modules = [f"{i.bound}.{name}" for i in imports if i.name is None and i.module == "metaflow"]
    return next((n for n in (*direct, *modules) if names.resolve(file, n) == qualified), None)


def _declared(editor: Editor, flow: Flow, head: str, made: Sequence[str]) -> tuple[Edit, ...]:
    klass = flow.definition.node
    declared = _parameter_statements(flow)
    body = klass.body.body
    if declared:
        place, prefix = _above_comments(editor, declared[0]), editor.indent_of(declared[0])
        lines = editor.laid_out(_laid_out(editor, head, made, prefix), prefix)
        return (Edit(place, place, lines + (editor.newline if _are_spaced(declared) else "")),)
    only = _lone_pass(klass.body)
    if only is not None:
        return (_instead_of(editor, flow, only, head, made),)
    simple = isinstance(klass.body, cst.SimpleStatementSuite)
    prefix = editor.indent_of(klass) + editor.unit if simple else editor.indent_of(body[0])
    lines = _laid_out(editor, head, made, prefix)
    documented = docstring(klass.body) is not None
    *edits, last = editor.insert_in_body(klass, f"\n{lines}" if documented else lines)
    follows = None if simple or (documented and len(body) == 1) else body[documented]
    if isinstance(follows, (cst.FunctionDef, cst.ClassDef)) and not _is_blank(editor, last.start):
        last = Edit(last.start, last.end, last.content + editor.newline)
    return (*edits, last)


def _laid_out(editor: Editor, head: str, made: Sequence[str], prefix: str) -> str:
    """The declaration on one line where the file's lines are that long, else one argument a line."""
    line = f"{head}{', '.join(made)})"
    width = min(_WIDEST, max([_WIDTH, *map(len, editor.whole.splitlines())]))
    if len(prefix.expandtabs(4)) + len(line) <= width:
        return line
    return "\n".join([head, *(f"    {argument}," for argument in made), ")"])


def _parameter_statements(flow: Flow) -> list[cst.SimpleStatementLine]:
    """The statements that declare parameters in the body of the class, blocks aside."""
    nodes = {parameter.node for parameter in flow.parameters}
    found = []
    for line in flow.definition.node.body.body:
        for small in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            targets = small.targets if isinstance(small, cst.Assign) else [small]
            if any(getattr(target, "target", None) in nodes for target in targets):
                found.append(line)
    return found


def _are_spaced(declared: Sequence[cst.SimpleStatementLine]) -> bool:
    """Whether an empty line stands between the first two."""
    return len(declared) > 1 and any(line.comment is None for line in declared[1].leading_lines)


def _above_comments(editor: Editor, statement: cst.CSTNode) -> int:
    """Where the comments that stand directly above the statement begin, else its line."""
    place = editor.line_start(editor.range(statement)[0])
    while place:
        above = editor.line_start(place - 1 - editor.whole[:place].endswith("\r\n"))
        if not editor.whole[above:place].lstrip().startswith("#"):
            break
        place = above
    return place


def _lone_pass(body: cst.BaseSuite) -> cst.Pass | None:
    """The `pass` that is all of a body."""
    only = body.body[0] if len(body.body) == 1 else None
    if isinstance(only, cst.SimpleStatementLine):
        only = only.body[0] if len(only.body) == 1 else None
    return only if isinstance(only, cst.Pass) else None


def _instead_of(editor: Editor, flow: Flow, only: cst.Pass, head: str, made: Sequence[str]) -> Edit:
    start, end = editor.range(only)
    if isinstance(flow.definition.node.body, cst.SimpleStatementSuite):
        prefix = editor.indent_of(flow.definition.node) + editor.unit
        start = len(editor.whole[:start].rstrip(" \t"))
        lead = editor.newline
    else:
        prefix = editor.indent_of(only)
        start, lead = editor.line_start(start), ""
    lines = editor.laid_out(_laid_out(editor, head, made, prefix), prefix)
    return Edit(start, end, lead + lines.removesuffix(editor.newline))


def _is_blank(editor: Editor, place: int) -> bool:
    return not editor.whole[place : editor.line_end(place)].strip()
