"""Commands that code starts, as far as the source spells them out, and whether they run a flow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from mflint.analysis.steps.bodies import Body
from mflint.model import AssignmentKind, Call, Node
from mflint.names import NameResolver
from mflint.syntax import dotted_name, literal, read_call

STARTERS = {
    "os.popen",
    "os.system",
    "subprocess.Popen",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "subprocess.run",
}
"""Functions of the standard library whose first argument is a command."""

COMPUTED = "\0"
"""Stands in a word for what the source does not spell out."""

THIS_FILE = "__file__"

_ENDS = {"&&", "||", ";", "|", "&"}
_ORCHESTRATORS = {"airflow", "argo-workflows", "step-functions"}
_RUNS = {"resume", "run"}
_DEPLOYS = {"create", "trigger"}
_OTHERS = {
    "batch",
    "card",
    "check",
    "dump",
    "help",
    "init",
    "kubernetes",
    "logs",
    "output-dot",
    "output-raw",
    "package",
    "show",
    "step",
    "tag",
    "version",
}
"""Commands of Metaflow that start no run."""

_FLAGS = {"--no-pylint", "--not-quiet", "--production", "--pylint", "--quiet"}
"""Options before a command that take no value."""

_OPTIONS = {"--max-num-splits", "--no-pylint", "--origin-run-id", "--run-id-file"}
"""Options that no other tool's `run` has."""

_MAX_DEPTH = 40


@dataclass(frozen=True)
class FlowCommand:
    """A command that runs or deploys a flow if `script` is one; `certain` tells that it must be one."""

    script: str
    verb: str
    certain: bool


def command_words(call: Call, body: Body, names: NameResolver) -> list[str]:
    """The words of the command that a call of a starter starts; empty where it cannot be read at all."""
    given = call.argument("args", 0) or call.argument("cmd") or call.argument("command")
    return list(_words(given.node, body, names, 0)) if given is not None and not given.star else []


def flow_command(words: Sequence[str]) -> FlowCommand | None:
    """The command in `words` that may run a flow: `… something.py [options] run …`."""
    for index, word in enumerate(words):
        if word == "-m" and index + 1 < len(words):
            return _of_script(f"-m {words[index + 1]}", list(_until_end(words[index + 2 :])))
        if word.endswith(".py") or word == THIS_FILE:
            return _of_script(word, list(_until_end(words[index + 1 :])))
    return None


def _until_end(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if word in _ENDS:
            return
        yield word.rstrip(";")
        if word.endswith(";"):
            return


def _of_script(script: str, rest: list[str]) -> FlowCommand | None:
    for index, word in enumerate(rest):
        before = rest[index - 1] if index else ""
        if word in _OTHERS:
            return None
        if before.startswith("--") and "=" not in before and before not in _FLAGS:
            continue
        if word in _ORCHESTRATORS and index + 1 < len(rest) and rest[index + 1] in _DEPLOYS:
            return FlowCommand(script, f"{word} {rest[index + 1]}", word != "airflow")
        if word in _RUNS:
            return FlowCommand(script, word, any(w.partition("=")[0] in _OPTIONS for w in rest))
    return None


def _words(node: Node, body: Body, names: NameResolver, depth: int) -> list[str]:
    if isinstance(node, (cst.List, cst.Tuple)):
        return [_element(e, names, body) for e in node.elements]
    if isinstance(node, cst.Name) and depth < _MAX_DEPTH:
        value = _value_of(node, body)
        return _words(value, body, names, depth + 1) if value is not None else []
    if isinstance(node, cst.Call):
        if body.qualified(node.func, names) == "shlex.split" and node.args:
            return _words(node.args[0].value, body, names, depth + 1)
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "split" and not node.args:
            return _words(node.func.value, body, names, depth + 1)
    if isinstance(node, cst.BinaryOperation) and _begins_with_list(node) and depth < _MAX_DEPTH:
        sides = (node.left, node.right)
        return [word for side in sides for word in _words(side, body, names, depth + 1)]
    return _text(node, body, names, depth).split()


def _begins_with_list(node: Node) -> bool:
    while isinstance(node, cst.BinaryOperation):
        node = node.left
    return isinstance(node, (cst.List, cst.Tuple))


def _element(element: cst.BaseElement, names: NameResolver, body: Body) -> str:
    if isinstance(element, cst.StarredElement):
        return COMPUTED
    if dotted_name(element.value) == THIS_FILE:
        return THIS_FILE
    text = _text(element.value, body, names, 0)
    return text if " " not in text.strip() else COMPUTED


def _text(node: Node, body: Body, names: NameResolver, depth: int) -> str:
    """The text of a string, with `COMPUTED` for its computed parts."""
    value = literal(node)
    if isinstance(value, str):
        return value
    if dotted_name(node) == THIS_FILE:
        return THIS_FILE
    if depth >= _MAX_DEPTH:
        return COMPUTED
    if isinstance(node, cst.FormattedString):
        return "".join(_part(part, body, names) for part in node.parts)
    if isinstance(node, cst.ConcatenatedString):
        return _text(node.left, body, names, depth + 1) + _text(node.right, body, names, depth + 1)
    if isinstance(node, cst.BinaryOperation):
        left = _text(node.left, body, names, depth + 1)
        if isinstance(node.operator, cst.Add):
            return left + _text(node.right, body, names, depth + 1)
        if isinstance(node.operator, cst.Modulo) and isinstance(literal(node.left), str):
            return left.replace("%s", COMPUTED)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        call = read_call(node)
        if node.func.attr.value == "format" and isinstance(literal(node.func.value), str):
            return _blanked(str(literal(node.func.value)))
        if call.name == "str" and call.arguments:
            return _text(call.arguments[0].node, body, names, depth + 1)
    return COMPUTED


def _part(part: Node, body: Body, names: NameResolver) -> str:
    if isinstance(part, cst.FormattedStringText):
        return part.value.replace("{{", "{").replace("}}", "}")
    return THIS_FILE if dotted_name(part.expression) == THIS_FILE else COMPUTED


def _blanked(template: str) -> str:
    """A template of `str.format` with its fields computed."""
    return re.sub(r"{[^{}]*}", COMPUTED, template)


def _value_of(name: cst.Name, body: Body) -> Node | None:
    """What a variable of the function is assigned, where that is done in one place."""
    if body.function is None:
        return None
    found = body.function.assignments.get(name.value, ())
    simple = (AssignmentKind.PLAIN, AssignmentKind.ANNOTATED)
    return found[0].value if len(found) == 1 and found[0].kind in simple else None
