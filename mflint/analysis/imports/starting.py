"""Whether a file may start a flow in a way that is no plain call, and where its main guard is."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import libcst as cst

from mflint.analysis.steps.needed_names import header_names
from mflint.model import Call, Flow, FlowFile, Function, Node
from mflint.names import Defined, External, NameResolver
from mflint.scopes import is_main_guard
from mflint.syntax import below, dotted_name, literal, names_in, read_call, strings_in

_REFLECTION = {"__import__", "eval", "exec", "globals", "locals", "vars"}
_LEAVING = {"exit", "quit", "sys.exit", "os._exit", "os.abort"}
_COMMAND_LINES = {"fire.Fire"}
"""What looks at the module that calls it for something to call."""


def doubt(flow: Flow, names: NameResolver) -> str | None:
    """Why the file of `flow`, which does not call it, may start it nevertheless; None where it cannot."""
    file, name = flow.file, flow.name
    if _bindings(file, name) != 1:
        return f"{name} is bound more than once"
    if name in _used_outside(flow):
        return f"{name} is used in its file"
    rest = list(_beside(flow))
    if any(text == name for node in rest for text in strings_in(node)):
        return f"a string names {name}"
    if any(n.value in _REFLECTION or n.value == "__subclasses__" for node in rest for n in names_in(node)):
        return "the file looks at its own names"
    if any(dotted == "sys.modules" for node in rest for dotted in _attributes(node)):
        return "the file looks at `sys.modules`"
    return _unresolved(file, names)


def main_guard(file: FlowFile) -> cst.If | None:
    """The `if __name__ == "__main__":` of the file, at module level."""
    for statement in file.node.body:
        if isinstance(statement, cst.If) and is_main_guard(statement.test):
            return statement
    return None


def runs_to_its_end(guard: cst.If) -> bool:
    """Whether the guard has one branch, and nothing in it leaves before its last line."""
    if not isinstance(guard.test, cst.Comparison) or guard.orelse is not None:
        return False
    if not isinstance(guard.body, cst.IndentedBlock):
        return False
    return all(isinstance(line, cst.SimpleStatementLine) and not _leaves(line) for line in guard.body.body)


def _leaves(line: cst.SimpleStatementLine) -> bool:
    if any(isinstance(small, (cst.Raise, cst.Assert)) for small in line.body):
        return True
    return any(call.name in _LEAVING or call.name.endswith(".exit") for call in calls_below(line))


def calls_below(root: cst.CSTNode) -> Iterator[Call]:
    """Every call of a dotted name below `root`."""
    yield from (read_call(node) for node in below(root) if isinstance(node, cst.Call))


def _bindings(file: FlowFile, name: str) -> int:
    return len(file.assignments.get(name, ())) + sum(found.bound == name for found in file.imports)


def _used_outside(flow: Flow) -> set[str]:
    file = flow.file
    found = {*file.uses, *file.guard_uses} - {flow.name}
    own = set(flow.definition.definition_uses.get(flow.name, ()))
    if any(node not in own for node in (*file.uses.get(flow.name, ()), *file.guard_uses.get(flow.name, ()))):
        found.add(flow.name)
    for function in _functions(file, flow):
        found.update(function.uses)
        found.update(header_names(function))
    return found


def _functions(file: FlowFile, flow: Flow) -> Iterator[Function]:
    yield from file.functions
    for klass in file.classes:
        if klass is not flow.definition:
            yield from klass.functions


def _beside(flow: Flow) -> Iterator[Node]:
    """The statements of the module but the class statement of `flow`."""
    stack = list(flow.file.node.body)
    while stack:
        node = stack.pop()
        if isinstance(node, (cst.If, cst.Try, cst.TryStar, cst.With, cst.IndentedBlock, cst.Else)):
            stack.extend(node.children)
        elif node is not flow.node:
            yield node


def _attributes(root: Node) -> Iterator[str]:
    yield from (dotted_name(node) for node in below(root) if isinstance(node, cst.Attribute))


def _unresolved(file: FlowFile, names: NameResolver) -> str | None:
    for call in _reached(file, file.guard_calls):
        if not _harmless(call.name, file, names):
            return f"the main guard calls {call.name}"
    for call in _reached(file, file.calls):
        meaning = names.resolve(file, call.name)
        if isinstance(meaning, External) and meaning.qualified in _COMMAND_LINES:
            return f"the file calls {call.name}"
    return None


def _reached(file: FlowFile, calls: Iterable[Call]) -> Iterator[Call]:
    """`calls`, and those of the file's functions that they call."""
    functions = {function.name: function for function in file.functions}
    seen: set[str] = set()
    pending = list(calls)
    while pending:
        call = pending.pop(0)
        if call.name not in functions:
            yield call
        elif call.name not in seen:
            seen.add(call.name)
            pending.extend(functions[call.name].calls)


def _harmless(name: str, file: FlowFile, names: NameResolver, hops: int = 8) -> bool:
    """Whether a call of `name` cannot start a flow that it is not given."""
    meaning = names.resolve(file, name)
    if isinstance(meaning, Defined):
        return True
    if isinstance(meaning, External):
        top = meaning.qualified.partition(".")[0]
        return top in sys.stdlib_module_names or top in ("builtins", "metaflow")
    first = name.partition(".")[0]
    values = [assignment.value for assignment in file.assignments.get(first, ())]
    return bool(values and hops) and all(
        (isinstance(value, cst.Call) and _harmless(dotted_name(value.func), file, names, hops - 1))
        or (value is not None and isinstance(literal(value), (str, int, float, list, dict, tuple)))
        for value in values
    )
