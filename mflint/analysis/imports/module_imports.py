"""What moving a module-level import into the functions that use it would change."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from mflint.analysis.imports.import_time import calls_at_import
from mflint.analysis.imports.relocation import (
    at_top,
    comment_of,
    is_import,
    joined,
    own_comments,
    trailing_comment,
    without,
)
from mflint.analysis.imports.siblings import importers
from mflint.context import Context
from mflint.diagnostics import Applicability, Edit
from mflint.edits import Editor
from mflint.model import FlowFile, Function, Import, Node
from mflint.names import External
from mflint.source import SourceError
from mflint.syntax import below, children, dotted_uses, names_in, strings_in

CHANGES_IMPORTS = (
    r"sys\.(path|modules|meta_path|path_hooks)\b|sys$|importlib\b|site\b|pip\b|runpy\b|subprocess\b"
    r"|os\.(environ(?!\.get$)|putenv|unsetenv|chdir|system|popen|exec\w+|spawn\w+)\b"
    r"|builtins\.(exec|eval|__import__|globals)$"
)
"""Qualified names of what may decide what a later import finds, or does."""

_PATCHING = {
    "comet_ml",
    "ddtrace",
    "eventlet",
    "gevent",
    "intel_extension_for_pytorch",
    "newrelic",
    "scienceplots",
    "sklearnex",
    "unsloth",
}
"""Packages that change others when they are imported."""

_QUIET = (
    r"(re|typing|typing_extensions|collections|dataclasses|enum|functools|itertools|operator|pathlib|datetime"
    r"|decimal|fractions|string|abc|types)(\.|$)|logging\.getLogger$"
    r"|builtins\.(bool|bytes|dict|float|frozenset|int|len|list|max|min|range|set|sorted|str|sum|tuple|zip)$"
)
"""Qualified names of calls that nobody else can notice."""


def receivers(found: Import, file: FlowFile) -> tuple[Function, ...]:
    """The functions that would import the name themselves; none where the module has to keep the import."""
    name = found.bound
    bindings = sum(i.bound == name for i in file.imports) + len(file.assignments.get(name, ()))
    alone = found.statement in file.node.body and len(found.statement.body) == 1
    users = tuple(function for function in _functions(file) if name in function.uses)
    if bindings != 1 or not alone or _is_needed_beside(file, name, users):
        return ()
    return () if any(_declares_outer(function.node, name) for function in users) else users


def applicability(found: Import, file: FlowFile, context: Context) -> Applicability:
    """Whether only the functions that use the import can notice that it has moved."""
    siblings = (i for i in file.imports if i is not found and i.name is None and not i.level)
    makes_member = any(found.module.startswith(f"{sibling.module}.") for sibling in siblings)
    others = importers(context.project, file.path, found.bound)
    shared = any(found.bound.encode() in (context.project.prefilter.data(p) or b"") for p in others)
    noticed = makes_member or shared or has_effects(found, file, context) or _undone(found, file, context)
    return Applicability.UNSAFE if noticed else Applicability.SAFE


def edits(editor: Editor, found: Import, file: FlowFile, users: tuple[Function, ...]) -> Iterator[Edit]:
    """Take `found` out of its statement and write it at the top of `users`."""
    statement: cst.SimpleStatementLine = found.statement
    comments: list[str] = []
    comment, line = comment_of(editor, found.node), _line(found)
    if len(found.statement.body[0].names) > 1:
        removed = editor.remove_import(found.node)
    else:
        if statement is not file.node.body[0]:
            comments = own_comments(statement, file.node.body)
        comment = trailing_comment(statement) or comment
        if "#" in editor.text(statement) and not comment:
            return
        if len(editor.text(statement).splitlines()) == 1:
            line = editor.text(statement)
        removed = (without(editor, statement, len(comments)),)
    lines = "\n".join([*comments, line + (f"  {comment}" if comment else "")])
    added = [
        (None if comment or comments else joined(editor, function.node, found))
        or at_top(editor, function.node, lines)
        for function in users
    ]
    if None not in added:
        yield from removed
        yield from (edit for edit in added if edit is not None)


def has_effects(found: Import, file: FlowFile, context: Context) -> bool:
    """Whether importing the module may do more than define names, as far as is known."""
    member = f"{found.module}.{found.name}" if found.module and found.name else found.name or found.module
    paths = (context.modules.find(file.path, module, found.level) for module in _with_packages(member))
    own = [path for path in paths if path is not None]
    if not own and not found.level:
        return found.module.partition(".")[0] in _PATCHING
    try:
        return not own or not all(_is_quiet(context.project.file(path), context) for path in own)
    except SourceError:
        return True


def _with_packages(module: str) -> Iterator[str]:
    """`a`, `a.b` and `a.b.c` for `a.b.c`."""
    parts = module.split(".")
    return (".".join(parts[: count + 1]) for count in range(len(parts)))


def _line(found: Import) -> str:
    alias = f" as {found.bound}" if found.node.asname is not None else ""
    if found.name is None:
        return f"import {found.module}{alias}"
    return f"from {'.' * found.level}{found.module} import {found.name}{alias}"


def _functions(file: FlowFile) -> Iterator[Function]:
    yield from file.functions
    for klass in file.classes:
        if not klass.nested:
            yield from klass.functions


def _is_needed_beside(file: FlowFile, name: str, users: tuple[Function, ...]) -> bool:
    """Whether `name` stands elsewhere than in bodies of `users` and of functions that bind it themselves.

    An attribute of a class that is called alike is no use of the name.
    """
    inside = {function.node for function in _functions(file) if function in users or _binds(function, name)}
    stack: list[cst.CSTNode] = [file.node]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.Name) and node.value == name:
            return True
        if isinstance(node, cst.Annotation) and any(re.search(rf"\b{name}\b", s) for s in strings_in(node)):
            return True
        if isinstance(node, (cst.AnnAssign, cst.AssignTarget)) and isinstance(node.target, cst.Name):
            stack += [part for part in children(node) if part is not node.target]
        elif node in inside and isinstance(node, cst.FunctionDef):
            stack += [*node.decorators, node.params, *([node.returns] if node.returns else [])]
        elif not isinstance(node, (cst.Import, cst.ImportFrom)):
            stack.extend(children(node))
    return False


def _binds(function: Function, name: str) -> bool:
    signature = function.signature
    parameters = (*signature.positional_only, *signature.positional, *signature.keyword_only)
    return (
        name in function.assignments or name in parameters or any(i.bound == name for i in function.imports)
    )


def _declares_outer(root: cst.CSTNode, name: str) -> bool:
    return any(
        item.name.value == name
        for node in below(root)
        if isinstance(node, (cst.Global, cst.Nonlocal))
        for item in node.names
    )


def _undone(found: Import, file: FlowFile, context: Context) -> bool:
    """Whether the module goes on to change what an import would find."""
    body = list(file.node.body)
    for statement in body[body.index(found.statement) + 1 :]:
        if isinstance(statement, (cst.FunctionDef, cst.ClassDef)) or is_import(statement):
            continue
        dotted = dotted_uses(statement)
        for name in names_in(statement):
            meaning = context.names.resolve(file, dotted.get(name, name.value))
            if isinstance(meaning, External) and re.match(CHANGES_IMPORTS, meaning.qualified):
                return True
    return False


def _is_quiet(file: FlowFile, context: Context) -> bool:
    """Whether importing `file` does nothing but define names."""
    for made in calls_at_import(file):
        meaning = context.names.resolve(file, made.call.name, made.imports)
        if not isinstance(meaning, External) or not re.match(_QUIET, meaning.qualified):
            return False
    return all(_only_defines(statement) for statement in file.node.body)


def _only_defines(statement: Node) -> bool:
    if not isinstance(statement, cst.SimpleStatementLine):
        return isinstance(statement, (cst.FunctionDef, cst.ClassDef, cst.If, cst.Try))
    for small in statement.body:
        targets = [t.target for t in small.targets] if isinstance(small, cst.Assign) else []
        if not all(isinstance(target, (cst.Name, cst.Tuple)) for target in targets):
            return False
        if isinstance(small, (cst.AugAssign, cst.Del, cst.Raise)):
            return False
    return True
